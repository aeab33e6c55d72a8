import Canonical
import Cryptography
import Testing
import VenueKit

@testable import Hyperliquid

/// Sub-accounts, rights and limits, each with its story on the local preset.
@Suite struct AccountTests {
  static func stage(_ changes: [(path: String, value: JSONValue)] = []) throws -> Stage {
    var stage = try Stage("local", changes)
    for person in Cast.all { try stage.deposit(100_000, person) }
    try stage.oracle([("BTC", "100000"), ("ETH", "4000"), ("SOL", "200")])
    return stage
  }

  static func refusal(_ refusal: AccountRefusal) -> HyperliquidRefusal { .account(refusal) }

  static func signed(_ action: SignedAction) -> HyperliquidAction {
    .signed(action, SignedTerms(signatureChainID: "0x66eee", isMainnet: false, nonce: 0))
  }

  func sub(_ stage: inout Stage, _ name: String = "one") throws -> Address {
    try #require(try stage.send(.account(.createSubAccount(name: name)), from: Cast.ada).created)
  }

  /// Aim: a sub-account has money of its own, trades through the vault address, and only for its master.
  @Test func subAccountsTrade() throws {
    var stage = try Self.stage()
    let sub = try sub(&stage)
    #expect(stage.state.role(sub, at: stage.block.time) == .subAccount(master: Cast.ada))
    #expect(throws: Self.refusal(.subAccountName)) {
      try stage.send(.account(.createSubAccount(name: "one")), from: Cast.ada)
    }
    try stage.send(.account(.subAccountTransfer(sub, isDeposit: true, amount: 10_000_000_000)), from: Cast.ada)
    #expect(stage.view(sub).equity == usd(10_000))
    #expect(stage.view(Cast.ada).equity == usd(90_000))
    #expect(throws: Self.refusal(.subAccountTransfer(from: Cast.ben, to: sub))) {
      try stage.send(.account(.subAccountTransfer(sub, isDeposit: true, amount: 1)), from: Cast.ben)
    }
    let order = try stage.request("BTC", true, "0.1", "99000")
    let action = HyperliquidAction.order(OrderAction(orders: [order]))
    #expect(throws: HyperliquidRefusal.vaultUnknown(sub)) { try stage.send(action, from: Cast.ben, vault: sub) }
    #expect(throws: HyperliquidRefusal.signerUnknown(sub)) { try stage.send(action, from: sub) }
    try stage.send(action, from: Cast.ada, vault: sub)
    try stage.order(Cast.ben, "BTC", false, "0.1", "99000", .immediateOrCancel)
    #expect(stage.view(sub).positions.first?.size == usd(1) / 10)
    #expect(stage.view(Cast.ada).positions.isEmpty)
    try stage.send(.account(.renameSubAccount(sub, name: "two")), from: Cast.ada)
    #expect(stage.state.subAccounts(of: Cast.ada).map(\.name) == ["two"])
    #expect(throws: (any Error).self) {
      try stage.send(.account(.subAccountTransfer(sub, isDeposit: false, amount: 10_000_000_000)), from: Cast.ada)
    }
    try stage.send(.account(.subAccountTransfer(sub, isDeposit: false, amount: 1_000_000_000)), from: Cast.ada)
    stage.advance()
    #expect(stage.broken() == [])
  }

  /// Aim: the gate of volume, the number of sub-accounts, and two more agents for each.
  @Test func subAccountLimits() throws {
    var stage = try Self.stage([("limits.subAccountVolume", "100000"), ("limits.subAccounts", .integer(1))])
    #expect(throws: Self.refusal(.subAccountVolume(required: 100_000_000_000, traded: 0))) {
      try stage.send(.account(.createSubAccount(name: "one")), from: Cast.ada)
    }
    try stage.order(Cast.ben, "BTC", false, "1", "100000")
    try stage.order(Cast.ada, "BTC", true, "1", "100000", .immediateOrCancel)
    _ = try sub(&stage)
    #expect(throws: Self.refusal(.subAccountLimit(1))) {
      try stage.send(.account(.createSubAccount(name: "two")), from: Cast.ada)
    }
    func approve(_ number: UInt64) -> HyperliquidAction {
      .approveAgent(
        AgentApproval(
          signatureChainID: "0x1", isMainnet: false, agent: Address(word0: 9, word1: number, word2: 9),
          name: "agent \(number)", nonce: 0))
    }
    for number in UInt64(1)...5 { try stage.send(approve(number), from: Cast.ada) }
    #expect(throws: HyperliquidRefusal.agentLimit) { try stage.send(approve(6), from: Cast.ada) }
    #expect(stage.state.agents(of: Cast.ada, at: stage.block.time).count == 5)
  }

  /// Aim: USDC between perps and spot, to friends and sub-accounts, to the last unit; an agent keeps to its user.
  @Test func assetsTravel() throws {
    var stage = try Self.stage()
    let sub = try sub(&stage)
    try stage.send(Self.signed(.classTransfer(amount: "1000.5", toPerp: false)), from: Cast.ada)
    #expect(stage.state.spotBalances(Cast.ada).first?.total == 100_050_000_000)
    try stage.send(
      Self.signed(.spotSend(destination: Cast.ben.description, token: "USDC", amount: "0.00000001")), from: Cast.ada)
    #expect(stage.state.spotBalances(Cast.ben).first?.total == 1)
    #expect(throws: Self.refusal(.tokenBalance(free: 100_049_999_999))) {
      try stage.send(Self.signed(.classTransfer(amount: "1000.5", toPerp: true)), from: Cast.ada)
    }
    let transfer = AssetTransfer(
      destination: sub.description, sourceDex: "spot", destinationDex: "", token: "USDC", amount: "500")
    try stage.send(Self.signed(.sendAsset(transfer)), from: Cast.ada)
    #expect(stage.view(sub).equity == usd(500))
    try stage.send(
      Self.signed(.classTransfer(amount: "100 subaccount:\(sub.description)", toPerp: false)), from: Cast.ada)
    try stage.send(
      .account(.subAccountSpotTransfer(sub, isDeposit: false, token: "USDC", amount: "100")), from: Cast.ada)
    var foreign = transfer
    foreign.destination = Cast.ben.description
    #expect(throws: Self.refusal(.agentDestination)) { try stage.send(.account(.sendAsset(foreign)), from: Cast.ada) }
    foreign.destination = sub.description
    try stage.send(.account(.sendAsset(foreign)), from: Cast.ada)
    // A new account costs its sender the activation fee, in the token's gas.
    let stranger = Address(word0: 5, word1: 5, word2: 5)
    let send = Self.signed(.spotSend(destination: stranger.description, token: "USDC", amount: "10"))
    #expect(throws: Self.refusal(.tokenBalance(free: 0))) { try stage.send(send, from: Cast.ben) }
    try stage.send(send, from: Cast.ada)
    #expect(stage.state.spotBalances(stranger).first?.total == 1_000_000_000)
    #expect(
      stage.state.spotBalances(Cast.ada).first?.total == 8_949_999_999)
    stage.advance()
    #expect(stage.broken() == [])
  }

  /// Aim: referral codes give a discount to one and a share to the other; builders get what was approved.
  @Test func rewards() throws {
    var stage = try Self.stage()
    try stage.send(.account(.registerReferrer(code: "ADA")), from: Cast.ada)
    #expect(throws: Self.refusal(.codeTaken)) {
      try stage.send(.account(.registerReferrer(code: "ADA")), from: Cast.ben)
    }
    #expect(throws: Self.refusal(.codeUnknown)) { try stage.send(.account(.setReferrer(code: "X")), from: Cast.ben) }
    #expect(throws: Self.refusal(.codeOwn)) { try stage.send(.account(.setReferrer(code: "ADA")), from: Cast.ada) }
    try stage.send(.account(.setReferrer(code: "ADA")), from: Cast.ben)
    #expect(throws: Self.refusal(.codeSet)) { try stage.send(.account(.setReferrer(code: "ADA")), from: Cast.ben) }
    try stage.order(Cast.cleo, "BTC", false, "1", "100000")
    let request = try stage.request("BTC", true, "1", "100000", .immediateOrCancel)
    let builder = BuilderFee(builder: Cast.dora, fee: 10)
    let action = HyperliquidAction.order(OrderAction(orders: [request], builder: builder))
    #expect(throws: Self.refusal(.builderFee)) { try stage.send(action, from: Cast.ben) }
    let greedy = OrderAction(orders: [request], builder: BuilderFee(builder: Cast.dora, fee: 101))
    #expect(throws: Self.refusal(.builderRate)) { try stage.send(.order(greedy), from: Cast.ben) }
    try stage.send(Self.signed(.approveBuilderFee(maximum: "0.01%", builder: Cast.dora)), from: Cast.ben)
    #expect(stage.state.maximumBuilderFee(Cast.ben, Cast.dora) == 10)
    let answer = try stage.send(action, from: Cast.ben)
    // 4.5 basis points less 4 %, and 1 basis point for the builder, of 100,000 USDC.
    #expect(answer.fills.first?.takerFee == 53_200_000)
    #expect(stage.state.referral(Cast.ada).unclaimed == 4_320_000)
    #expect(stage.state.referral(Cast.dora).builderRewards == 10_000_000)
    try stage.send(.account(.claimRewards), from: Cast.dora)
    #expect(stage.view(Cast.dora).equity == usd(100_010))
    #expect(throws: Self.refusal(.rewardsNone)) { try stage.send(.account(.claimRewards), from: Cast.dora) }
    stage.advance()
    #expect(stage.broken() == [])
  }

  /// Aim: a stake lowers fees at once, for the restored node as well.
  @Test func staking() throws {
    var stage = try Self.stage()
    try stage.order(Cast.cleo, "BTC", false, "2", "100000")
    try stage.order(Cast.ben, "BTC", true, "0.5", "100000", .immediateOrCancel)
    _ = try stage.run(
      HyperliquidContent(action: .proposer(.stake(of: Cast.ben, amount: 1_001 * 100_000_000)), nonce: 0), .zero)
    let request = try stage.request("BTC", true, "0.5", "100000", .immediateOrCancel)
    let answer = try stage.send(.order(OrderAction(orders: [request])), from: Cast.ben)
    #expect(answer.fills.first?.takerFee == 19_125_000)
    #expect(stage.state.fees(Cast.ben, at: stage.block.time).stakingDiscount == 150_000)
  }

  /// Aim: beyond the limit one request passes every ten seconds; cancels have more room; weight can be bought.
  @Test func requestsAreCounted() throws {
    var stage = try Self.stage([("limits.requests", .integer(3)), ("limits.extraCancels", .integer(2))])
    for _ in 0..<3 { try stage.send(.noop, from: Cast.ada) }
    try stage.send(.noop, from: Cast.ada)
    #expect(throws: Self.refusal(.requestLimit(used: 5, cap: 3, volume: 0))) { try stage.send(.noop, from: Cast.ada) }
    try stage.send(.cancel([CancelRequest(asset: 0, oid: 1)]), from: Cast.ada)
    #expect(throws: (any Error).self) { try stage.send(.cancel([CancelRequest(asset: 0, oid: 1)]), from: Cast.ada) }
    stage.advance(by: 10_000)
    try stage.send(.account(.reserveWeight(100, destination: nil)), from: Cast.ada)
    #expect(stage.view(Cast.ada).equity == usd(100_000) - CommonScale.one / 20)
    for _ in 0..<20 { try stage.send(.noop, from: Cast.ada) }
    #expect(stage.state.rateLimit(Cast.ada).cap == 103)
  }

  /// Aim: open orders: a base, one more for each part of volume, and no reduce-only ones beyond the base.
  @Test func openOrders() throws {
    var stage = try Self.stage([
      ("orders.openMaximum", .integer(2)), ("limits.openOrderVolume", "50000"),
      ("limits.openOrderCeiling", .integer(3)),
    ])
    for _ in 0..<2 { try stage.order(Cast.ada, "BTC", true, "0.01", "90000") }
    #expect(try stage.order(Cast.ada, "BTC", true, "0.01", "90000") == .failed(.tooManyOrders))
    try stage.order(Cast.ben, "BTC", false, "1", "100000")
    try stage.order(Cast.cleo, "BTC", true, "1", "100000", .immediateOrCancel)
    for _ in 0..<3 { try stage.order(Cast.cleo, "ETH", true, "0.01", "3900") }
    #expect(try stage.order(Cast.cleo, "ETH", true, "0.01", "3900") == .failed(.tooManyOrders))
    #expect(try stage.order(Cast.cleo, "BTC", false, "0.1", "110000", reduceOnly: true) == .failed(.tooManyOrders))
  }

  /// Aim: ten firings of scheduled cancels a day, no more.
  @Test func scheduledCancelsAreCounted() throws {
    var stage = try Self.stage([("limits.scheduledCancels", .integer(2))])
    for _ in 0..<2 {
      try stage.send(.scheduleCancel(time: UInt64(stage.block.time + 5_000)), from: Cast.ada)
      stage.advance(by: 6_000)
    }
    #expect(throws: HyperliquidRefusal.scheduleLimit(2)) {
      try stage.send(.scheduleCancel(time: UInt64(stage.block.time + 5_000)), from: Cast.ada)
    }
    stage.advance(by: 86_400_000)
    try stage.send(.scheduleCancel(time: UInt64(stage.block.time + 5_000)), from: Cast.ada)
  }

  /// Aim: margin is topped up to a leverage.
  @Test func topUp() throws {
    var stage = try Self.stage()
    try stage.leverage(Cast.ada, "BTC", 10, isCross: false)
    try stage.order(Cast.ben, "BTC", false, "1", "100000")
    try stage.order(Cast.ada, "BTC", true, "1", "100000", .immediateOrCancel)
    try stage.send(.account(.topUpIsolatedMargin(asset: 0, leverage: "5.0")), from: Cast.ada)
    let position = try #require(stage.state.clearinghouse(Cast.ada).positions.first)
    #expect(position.marginUsed == 20_000_000_000)
    #expect(throws: Self.refusal(.leverageReached)) {
      try stage.send(.account(.topUpIsolatedMargin(asset: 0, leverage: "8")), from: Cast.ada)
    }
    #expect(stage.broken() == [])
  }
}
