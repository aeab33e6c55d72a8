import Canonical
import Testing
import VenueKit

@testable import Hyperliquid

@Suite struct UserVaultTests {
  static let vault = Address(hex: "0x0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a") ?? .zero

  /// Ada leads a vault with 1,000 USDC of her own.
  private func led(_ changes: [(path: String, value: JSONValue)] = []) throws -> (stage: Stage, vault: Address) {
    var stage = try AccountTests.stage(changes)
    let nonce = stage.nonces.next(at: stage.block.time)
    let proposal = VaultProposal(
      name: "Ada's", description: "A vault for this test.", initial: 1_000_000_000, nonce: nonce)
    let vault = try #require(try stage.send(.account(.createVault(proposal)), from: Cast.ada, nonce: nonce).created)
    return (stage, vault)
  }

  private func transfer(_ vault: Address, _ isDeposit: Bool, _ usdc: UInt64) -> HyperliquidAction {
    .vaultTransfer(vault: vault, isDeposit: isDeposit, amount: usdc * 1_000_000)
  }

  /// Aim: the documentation's example: a depositor of 100 in 1,000 whose vault doubles takes out 190.
  @Test func commission() throws {
    var (stage, vault) = try led()
    #expect(stage.view(Cast.ada).equity == usd(100_000 - 1_000 - 10_000))
    try stage.send(transfer(vault, true, 1_000), from: Cast.ben)
    // The vault buys a bitcoin at 100,000 and sells it at 102,000.
    try stage.order(Cast.cleo, "BTC", false, "1", "100000")
    let buy = try stage.request("BTC", true, "1", "100000", .immediateOrCancel)
    #expect(throws: HyperliquidRefusal.vaultUnknown(vault)) {
      try stage.send(.order(OrderAction(orders: [buy])), from: Cast.ben, vault: vault)
    }
    let answer = try stage.send(.order(OrderAction(orders: [buy])), from: Cast.ada, vault: vault)
    #expect(answer.statuses[0] == .failed(.margin))
    try stage.send(.updateLeverage(asset: 0, isCross: true, leverage: 40), from: Cast.ada, vault: vault)
    try stage.send(transfer(vault, true, 1_000), from: Cast.ada)
    try stage.send(.order(OrderAction(orders: [buy])), from: Cast.ada, vault: vault)
    try stage.order(Cast.dora, "BTC", true, "1", "103105")
    let sell = try stage.request("BTC", false, "1", "103105", .immediateOrCancel)
    try stage.oracle([("BTC", "103105")])
    try stage.send(.order(OrderAction(orders: [sell])), from: Cast.ada, vault: vault)
    let view = try #require(stage.state.vaultView(vault))
    // 3,000 and the gain of 3,105 less fees of 45 and 46.39725.
    #expect(view.equity == 3_000_000_000 + 3_105_000_000 - 45_000_000 - 46_397_250)
    let before = stage.view(Cast.ben).equity
    let own = try #require(view.followers.first { $0.address == Cast.ben }).equity
    try stage.send(.vaultTransfer(vault: vault, isDeposit: false, amount: UInt64(own)), from: Cast.ben)
    let profit = own - 1_000_000_000
    #expect(stage.view(Cast.ben).equity == before + (own - profit / 10) * 1_000_000)
    #expect(stage.state.vaultEquities(Cast.ben).isEmpty)
    stage.advance()
    #expect(stage.broken() == [])
  }

  /// Aim: lock, least deposit, the leader's part, closed doors, and closing.
  @Test func rulesOfTheHouse() throws {
    var (stage, vault) = try led([("userVaults.lockSeconds", .integer(86_400))])
    try stage.send(transfer(vault, true, 10_000), from: Cast.ben)
    #expect(throws: AccountTests.refusal(.vaultLeaderShare)) {
      try stage.send(transfer(vault, true, 9_500), from: Cast.cleo)
    }
    #expect(throws: HyperliquidRefusal.vaultDepositMinimum(5_000_000)) {
      try stage.send(transfer(vault, true, 4), from: Cast.cleo)
    }
    #expect(throws: HyperliquidRefusal.vaultLocked(until: stage.block.time + 86_400_000)) {
      try stage.send(transfer(vault, false, 1), from: Cast.ben)
    }
    #expect(throws: AccountTests.refusal(.vaultLeader(Cast.ada))) {
      try stage.send(.account(.modifyVault(vault, allowsDeposits: false, closesOnWithdrawal: nil)), from: Cast.ben)
    }
    try stage.send(.account(.modifyVault(vault, allowsDeposits: false, closesOnWithdrawal: true)), from: Cast.ada)
    #expect(throws: AccountTests.refusal(.vaultClosed)) { try stage.send(transfer(vault, true, 5), from: Cast.cleo) }
    stage.advance(by: 86_400_000)
    #expect(throws: AccountTests.refusal(.vaultLeaderShare)) {
      try stage.send(transfer(vault, false, 900), from: Cast.ada)
    }
    try stage.send(.account(.distributeVault(vault, amount: 1_100_000_000)), from: Cast.ada)
    #expect(stage.state.vaultView(vault)?.equity == 9_900_000_000)
    try stage.send(.account(.distributeVault(vault, amount: 0)), from: Cast.ada)
    #expect(stage.state.vaultView(vault)?.isClosed == true)
    #expect(stage.state.vaultView(vault)?.followers.isEmpty == true)
    #expect(stage.view(Cast.ben).equity == usd(100_000))
    #expect(stage.broken() == [])
  }

  /// Aim: a withdrawal beyond free margin cancels orders and sells positions until it can be paid.
  @Test func withdrawalFreesMargin() throws {
    var (stage, vault) = try led()
    try stage.send(transfer(vault, true, 9_000), from: Cast.ben)
    try stage.send(.updateLeverage(asset: 0, isCross: true, leverage: 10), from: Cast.ada, vault: vault)
    try stage.order(Cast.cleo, "BTC", false, "0.5", "100000")
    try stage.order(Cast.dora, "BTC", true, "1", "99900")
    let buy = try stage.request("BTC", true, "0.5", "100000", .immediateOrCancel)
    try stage.send(.order(OrderAction(orders: [buy])), from: Cast.ada, vault: vault)
    let resting = try stage.request("BTC", true, "0.4", "95000")
    try stage.send(.order(OrderAction(orders: [resting])), from: Cast.ada, vault: vault)
    #expect(stage.state.openOrders(vault).count == 1)
    try stage.send(transfer(vault, false, 8_000), from: Cast.ben)
    #expect(stage.state.openOrders(vault).isEmpty)
    #expect(stage.view(vault).positions.first?.size ?? 0 < usd(1) / 2)
    #expect(stage.view(Cast.ben).equity == usd(99_000))
    stage.advance()
    #expect(stage.broken() == [])
  }

  /// Aim: the vault that stands at genesis takes deposits of anybody.
  @Test func genesisVault() throws {
    var stage = try AccountTests.stage()
    try stage.send(transfer(Self.vault, true, 100), from: Cast.ben)
    #expect(stage.state.vaultEquities(Cast.ben).first?.holding.equity == 100_000_000)
    try stage.send(transfer(Self.vault, false, 100), from: Cast.ben)
    #expect(stage.view(Cast.ben).equity == usd(100_000))
    #expect(stage.broken() == [])
  }
}
