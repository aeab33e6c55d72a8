import Canonical
import Quantities
import Testing
import VenueKit

@testable import Hyperliquid

@Suite struct LiquidationTests {
  static let eve = Address(word0: 0xe7e, word1: 0, word2: 5)

  /// Eve is long `size` BTC at 50,000 and 40x with 1,300 USDC a coin; Dora is short.
  static func longEve(_ size: Int64, _ changes: [(path: String, value: JSONValue)] = []) throws -> Stage {
    var stage = try TradingTests.stage("mainnet", changes)
    try stage.deposit(1_300 * size, eve)
    try stage.leverage(eve, "BTC", 40)
    try stage.order(Cast.dora, "BTC", false, "\(size)", "50000")
    try stage.order(eve, "BTC", true, "\(size)", "50000", .immediateOrCancel)
    return stage
  }

  /// Aim: below maintenance the book closes the position and what is left stays with the owner.
  @Test func byTheBook() throws {
    var stage = try Self.longEve(1)
    try stage.order(Cast.cleo, "BTC", true, "1", "49290")
    try stage.oracle([("BTC", "49300")])
    // 1,300 - 22.5 - 710 less the fee of 49,290 * 0.045 % = 22.1805.
    #expect(stage.view(Self.eve).equity == usd(545_319_500) / 1_000_000)
    #expect(stage.view(Self.eve).positions.isEmpty)
    #expect(stage.view(Cast.cleo).positions.first?.size == usd(1))
    #expect(stage.state.counter(.liquidations) == 1)
    #expect(stage.state.liquidations.isEmpty)
    #expect(stage.broken() == [])
  }

  /// Aim: a large position goes by a fifth first; in the cooldown all of the rest goes.
  @Test func partialThenAll() throws {
    var stage = try Self.longEve(10)
    try stage.order(Cast.cleo, "BTC", true, "10", "49290")
    try stage.oracle([("BTC", "49300")])
    #expect(stage.view(Self.eve).positions.first?.size == usd(8))
    let account = try #require(stage.state.account(Self.eve))
    #expect(stage.state.liquidations[account]?.cooldownUntil == stage.block.time + 30_000)
    stage.advance(by: 3_000)
    #expect(stage.broken() == [])
    try stage.oracle([("BTC", "49200")])
    #expect(stage.view(Self.eve).positions.isEmpty)
    stage.advance(by: 30_000)
    try stage.oracle([("BTC", "49200")])
    #expect(stage.state.liquidations.isEmpty)
    #expect(stage.broken() == [])
  }

  /// Aim: without bids and above two thirds the account waits, being liquidated; it is sold when bids come.
  @Test func waitsWithoutLiquidity() throws {
    var stage = try Self.longEve(1)
    try stage.oracle([("BTC", "49300")])
    stage.advance()
    #expect(stage.view(Self.eve).positions.count == 1)
    #expect(stage.state.liquidations.count == 1)
    #expect(stage.broken() == [])
    try stage.order(Cast.cleo, "BTC", true, "1", "49300")
    try stage.oracle([("BTC", "49301")])
    #expect(stage.view(Self.eve).positions.isEmpty)
    #expect(stage.broken() == [])
  }

  /// Aim: below two thirds of maintenance position and margin go to the liquidator, whose gain is the margin.
  @Test func backstop() throws {
    var stage = try Self.longEve(1)
    try stage.oracle([("BTC", "48950")])
    #expect(stage.view(Self.eve).equity == 0)
    let liquidator = stage.view(stage.venue.configuration.vault.liquidator)
    #expect(liquidator.positions.first?.size == usd(1))
    #expect(liquidator.equity == usd(2_275) / 10)
    let summary = stage.venue.summary(state: stage.state, block: stage.block)
    // From 50,000 to 48,950, and the 227.5 that the liquidator kept.
    #expect(summary.losses.contains(LossLine(.liquidatedTraders, usd(12_775) / 10)))
    #expect(summary.losses.contains(LossLine(.liquidityProviders, -usd(2_275) / 10)))
    stage.advance()
    #expect(stage.broken() == [])
  }

  /// Aim: below zero the other side is closed at the previous mark; nobody else pays and nothing stays unpaid.
  @Test func deleveraging() throws {
    var stage = try Self.longEve(1)
    let bystander = stage.view(Cast.ada).equity
    try stage.oracle([("BTC", "48000")])
    #expect(stage.view(Self.eve).positions.isEmpty)
    #expect(stage.view(Cast.dora).positions.isEmpty)
    #expect(stage.view(Self.eve).equity == usd(12_775) / 10)
    #expect(stage.view(Cast.ada).equity == bystander)
    let summary = stage.venue.summary(state: stage.state, block: stage.block)
    #expect(summary.losses.contains(LossLine(.deleveragedTraders, usd(2_000))))
    #expect(summary.losses.contains(LossLine(.unpaid, 0)))
    #expect(summary.deleveragings == 1)
    stage.advance()
    #expect(stage.broken() == [])
  }

  /// Aim: the greatest profit and leverage is taken first, and only as far as needed.
  @Test func deleveragingRanks() throws {
    var stage = try TradingTests.stage()
    try stage.deposit(1_300, Self.eve)
    try stage.leverage(Self.eve, "BTC", 40)
    try stage.order(Cast.dora, "BTC", false, "2", "50000")
    try stage.order(Cast.ben, "BTC", true, "2", "50000")
    try stage.order(Cast.ada, "BTC", false, "1", "50000")
    try stage.order(Self.eve, "BTC", true, "1", "50000")
    // Dora: 100,000 of notional on 100,000; Ada: half of it. Dora ranks first and keeps one.
    try stage.oracle([("BTC", "48000")])
    #expect(stage.view(Cast.dora).positions.first?.size == -usd(1))
    #expect(stage.view(Cast.ada).positions.first?.size == -usd(1))
    #expect(stage.broken() == [])
  }

  /// Aim: when the liquidator has lost its slice, its positions are deleveraged and the rest of HLP is untouched.
  @Test func liquidatorSliceEnds() throws {
    var stage = try Self.longEve(
      1, [("liquidation.unwindShare", "0"), ("liquidation.liquidatorLossLimit", "1000")])
    let vault = stage.venue.configuration.vault
    try stage.send(.vaultTransfer(vault: vault.address, isDeposit: true, amount: 50_000_000_000), from: Cast.ada)
    #expect(stage.view(vault.liquidator).equity == usd(1_000))
    try stage.oracle([("BTC", "48950")])
    #expect(stage.view(vault.liquidator).positions.count == 1)
    let parent = stage.view(vault.address).equity
    try stage.oracle([("BTC", "47000")])
    #expect(stage.view(vault.liquidator).positions.isEmpty)
    #expect(stage.view(vault.liquidator).equity >= 0)
    #expect(stage.view(vault.address).equity == parent)
    #expect(stage.view(Cast.dora).positions.isEmpty)
    #expect(stage.broken() == [])
  }

  /// Aim: the guards find exactly whom a scan of everybody finds, over thousands of small and large moves of marks and
  /// funding, whatever the history of the guards.
  @Test func guardsEqualAFullScan() throws {
    var stage = try TradingTests.stage()
    var random = RandomStream(5, 6, 7, 8)
    try stage.deposit(1_000_000_000, Cast.cleo)
    for number in 0..<60 {
      let person = Address(word0: UInt64(number + 1), word1: 0, word2: 8)
      try stage.deposit(random.uniform(in: 2_000...9_000), person)
      for symbol in ["BTC", "ETH"] {
        let isBuy = random.chance(ppm: 500_000)
        let size = symbol == "BTC" ? "0.\(random.uniform(in: 1...9))" : "\(random.uniform(in: 1...9))"
        let price = symbol == "BTC" ? "50000" : "2500"
        try stage.order(Cast.cleo, symbol, !isBuy, size, price)
        try stage.order(person, symbol, isBuy, size, price, .immediateOrCancel)
      }
    }
    stage.advance()
    for step in 0..<400 {
      var state = stage.state
      for asset in 0..<2 {
        state.derived.marks[asset] += random.uniform(in: -2_000...2_000)
        state.derived.fundingIndexes[asset] += Int128(
          random.uniform(in: -1_000_000_000_000_000...1_000_000_000_000_000))
      }
      var found: [UInt64] = []
      for asset in 0..<2 {
        state.derived.guards.cross(figure: 2 * asset, value: Int128(state.derived.marks[asset]), into: &found)
        state.derived.guards.cross(figure: 2 * asset + 1, value: state.derived.fundingIndexes[asset], into: &found)
      }
      for number in 0..<state.derived.accounts.count where state.isUnderwater(AccountID(number)) {
        #expect(found.contains(UInt64(number)), "step \(step), account \(number)")
      }
      if step % 2 == 0 {
        // Go on from the moved state, with new guards for whoever was found.
        for subject in found where !state.isUnderwater(AccountID(subject)) { state.setGuards(AccountID(subject)) }
        if (0..<state.derived.accounts.count).allSatisfy({ !state.isUnderwater(AccountID($0)) }) { stage.state = state }
      }
    }
  }
}
