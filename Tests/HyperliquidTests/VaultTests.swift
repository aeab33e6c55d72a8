import Canonical
import Testing
import VenueKit

@testable import Hyperliquid

@Suite struct VaultTests {
  /// Aim: shares at value, the lock of four days, and that profit and loss are shared in proportion.
  @Test func depositLockWithdraw() throws {
    var stage = try LiquidationTests.longEve(1)
    let vault = stage.venue.configuration.vault
    func transfer(_ isDeposit: Bool, _ usdc: UInt64) -> HyperliquidAction {
      .vaultTransfer(vault: vault.address, isDeposit: isDeposit, amount: usdc * 1_000_000)
    }
    try stage.send(transfer(true, 10_000), from: Cast.ada)
    #expect(stage.view(Cast.ada).provided == usd(10_000))
    #expect(throws: HyperliquidRefusal.vaultLocked(until: stage.block.time + 345_600_000)) {
      try stage.send(transfer(false, 1), from: Cast.ada)
    }
    // Eve's margin becomes the pool's: 227.5 on 10,000 and the fees' share.
    try stage.oracle([("BTC", "48950")])
    let equity = stage.state.vaultEquity
    #expect(equity == 10_000_000_000 + 227_500_000)
    try stage.send(transfer(true, 10_000), from: Cast.ben)
    #expect(stage.view(Cast.ben).provided <= usd(10_000))
    #expect(stage.view(Cast.ben).provided > usd(10_000) - CommonScale.one / 10_000)
    #expect(throws: HyperliquidRefusal.vaultUnknown(Cast.ben)) {
      try stage.send(.vaultTransfer(vault: Cast.ben, isDeposit: true, amount: 9_000_000), from: Cast.ada)
    }
    stage.advance(by: 345_600_000)
    try stage.oracle([("BTC", "48950")])
    #expect(throws: (any Error).self) { try stage.send(transfer(false, 11_000), from: Cast.ada) }
    try stage.send(transfer(false, 9_000), from: Cast.ada)
    #expect(stage.view(Cast.ada).provided > usd(1_200))
    #expect(stage.broken() == [])
  }

  /// Aim: the intents of the seam become this venue's actions and work.
  @Test func intents() throws {
    var stage = try TradingTests.stage()
    func wish(_ intent: Intent, _ person: Address) throws {
      let contents = try stage.venue.translate(
        intent, for: person, nonces: &stage.nonces, state: stage.state, block: stage.block)
      for content in contents {
        let answer = try stage.run(content, person)
        #expect(!answer.statuses.contains { $0.isError }, "\(intent): \(answer.statuses)")
      }
    }
    let levels = [
      QuoteLevel(isBid: true, price: usd(49_990), size: usd(1)),
      QuoteLevel(isBid: false, price: usd(50_010), size: usd(1)),
    ]
    try wish(.quote(symbol: "BTC", levels: levels), Cast.dora)
    try wish(.quote(symbol: "BTC", levels: levels), Cast.dora)
    #expect(stage.state.orders.count == 2)
    try wish(.open(symbol: "BTC", isLong: true, size: usd(1) / 2, leverage: 10, worstPrice: usd(50_100)), Cast.ada)
    #expect(stage.view(Cast.ada).positions.first?.size == usd(1) / 2)
    try wish(.protect(symbol: "BTC", stopPrice: usd(45_000), profitPrice: usd(60_000)), Cast.ada)
    #expect(stage.state.triggers.count == 2)
    try wish(.close(symbol: "BTC", partsPerMillion: 1_000_000, worstPrice: usd(49_000)), Cast.ada)
    #expect(stage.view(Cast.ada).positions.isEmpty)
    #expect(stage.state.triggers.isEmpty)
    try wish(.provide(pool: "HLP", amount: usd(1_000)), Cast.ada)
    stage.advance(by: 345_600_000)
    try wish(.redeem(pool: "HLP", partsPerMillion: 500_000), Cast.ada)
    try wish(.withdraw(amount: usd(50)), Cast.ada)
    #expect(stage.view(Cast.ada).withdrawals == usd(49))
    #expect(stage.venue.market("BTC", state: stage.state, block: stage.block)?.bestBid == usd(49_990))
    #expect(stage.broken() == [])
  }

  /// Aim: a genesis document with an unknown key names its path and the nearest known key.
  @Test func genesisIsStrict() throws {
    #expect(throws: GenesisError("liquidation.partialShares", "is not known; the nearest known key is partialShare")) {
      _ = try Stage("mainnet", [("liquidation.partialShares", "0.2")])
    }
    #expect(throws: GenesisError("markets.BTC.sizeDecimals", "must lie between 0 and 6")) {
      _ = try Stage("mainnet", [("markets.BTC.sizeDecimals", 7)])
    }
    for preset in ["mainnet", "testnet", "harsh"] { #expect(try Stage(preset).broken() == []) }
  }

  /// Aim: names of the grammar and of the invariants are unique, and refusals have stable codes.
  @Test func tablesOfTheRoom() throws {
    #expect(HyperliquidVenue.grammar.count >= 25)
    #expect(Set(HyperliquidVenue.grammar.map(\.name)).count == HyperliquidVenue.grammar.count)
    #expect(Set(HyperliquidVenue.invariants.map(\.name)).count == HyperliquidVenue.invariants.count)
    #expect(OrderError.allCases.allSatisfy { $0.rawValue >= 100 && !$0.text().isEmpty })
    let key = try Stage().state.stateKey(kind: "price", argument: "BTC", prefix: 0x48)
    #expect(key == [0x48, 0, 21, 0, 0, 0, 0])
  }
}
