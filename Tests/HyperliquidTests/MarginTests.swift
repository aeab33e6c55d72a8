import Canonical
import Quantities
import StateStore
import Testing
import VenueKit

@testable import Hyperliquid

@Suite struct MarginTests {
  /// Aim: BTC's second tier deducts 1,875,000, and maintenance has no step where tiers meet.
  @Test func tiers() throws {
    let stage = try Stage()
    let market = try #require(stage.venue.configuration.market(named: "BTC"))
    #expect(market.deduction(1) == 1_875_000_000_000)
    #expect(market.maintenance(200_000_000_000_000) == 3_125_000_000_000)
    #expect(market.maintenance(149_999_999_999_999) == 1_875_000_000_000)
    #expect(market.maintenance(150_000_000_000_000) == 1_875_000_000_000)
    let ether = try #require(stage.venue.configuration.market(named: "ETH"))
    #expect(ether.deduction(1) == 1_333_333_333_333)
  }

  /// Aim: prices of five figures or whole numbers pass; the nearest valid price goes the way that is asked.
  @Test func priceFigures() throws {
    let market = try #require(try Stage().venue.configuration.market(named: "ETH"))
    #expect(market.hasValidFigures(123_450))  // 1,234.5
    #expect(!market.hasValidFigures(123_456))  // 1,234.56
    #expect(market.hasValidFigures(12_345_600))  // 123,456
    #expect(market.validPrice(123_456, up: false) == 123_450)
    #expect(market.validPrice(123_456, up: true) == 123_460)
    #expect(market.ticks(1_234_567) == nil)
    #expect(market.ticks(1_000_000) == 1)
  }

  /// Aim: the documentation's isolated ETH example: 0.0335 at 50x, raw USD -95.059824, mark 2985.9: 2866.269.
  @Test func liquidationPrice() throws {
    var stage = try Stage("harsh")
    try stage.deposit(1_000, Cast.ada)
    try stage.oracle([("ETH", "2985.9")])
    try stage.leverage(Cast.ada, "ETH", 50, isCross: false)
    let account = try #require(stage.state.account(Cast.ada))
    stage.state.positions.set(Pair(account, 1), PositionRecord(size: 335, cost: 100_041_050, fundingIndex: 0))
    stage.state.rebuildDerived()
    let market = stage.state.marketCache(account, 1)
    let purse = stage.state.purse(account, market)
    stage.state.move(95_059_824, from: purse, to: stage.state.crossPurse(account))
    let price = try #require(stage.view(Cast.ada).positions.first?.liquidationPrice)
    #expect(divide(price, by: 1_000_000_000, .halfUp) == 2_866_269)
  }

  /// Aim: P = 0.01 pays 0.0095 / 8 an hour on the oracle price; payer and receiver agree; nothing is scanned.
  @Test func fundingWorkedExample() throws {
    var stage = try TradingTests.stage()
    try stage.order(Cast.dora, "BTC", false, "1", "50000")
    try stage.order(Cast.ben, "BTC", true, "1", "50000")
    try stage.order(Cast.cleo, "BTC", true, "1", "50500")
    let long = stage.view(Cast.ben).equity
    let short = stage.view(Cast.dora).equity
    stage.advance(by: 5_000)
    stage.advance(by: 3_595_000)
    #expect(stage.state.fundings[0]?.premium == 10_000_000_000)
    #expect(stage.state.fundings[0]?.rate == 1_187_500_000)
    // 1 BTC * 50,000 * 0.0011875 = 59.375.
    #expect(stage.view(Cast.ben).equity == long - usd(59_375) / 1_000)
    #expect(stage.view(Cast.dora).equity == short + usd(59_375) / 1_000)
    #expect(stage.broken() == [])
  }

  /// Aim: isolated margin comes in with the position, moves by hand, stays apart, and returns when it closes.
  @Test func isolatedMargin() throws {
    var stage = try TradingTests.stage()
    try stage.leverage(Cast.ben, "BTC", 10, isCross: false)
    try stage.order(Cast.dora, "BTC", false, "1", "50000")
    try stage.order(Cast.ben, "BTC", true, "1", "50000", .immediateOrCancel)
    let account = try #require(stage.state.account(Cast.ben))
    #expect(stage.state.balance(stage.state.crossPurse(account)) == 95_000_000_000)
    let market = stage.state.marketCache(account, 0)
    #expect(stage.state.isolatedValue(account, market) == 4_977_500_000)  // less the fee of 22.5
    #expect(throws: HyperliquidRefusal.leverageSwitch) { try stage.leverage(Cast.ben, "BTC", 10) }
    try stage.send(.updateIsolatedMargin(asset: 0, isBuy: true, amount: 1_000_000_000), from: Cast.ben)
    #expect(stage.state.isolatedValue(account, market) == 5_977_500_000)
    #expect(throws: HyperliquidRefusal.isolatedReduction(free: 977_500_000)) {
      try stage.send(.updateIsolatedMargin(asset: 0, isBuy: true, amount: -977_500_001), from: Cast.ben)
    }
    try stage.order(Cast.cleo, "BTC", true, "1", "50000")
    try stage.order(Cast.ben, "BTC", false, "1", "50000", .immediateOrCancel, reduceOnly: true)
    #expect(stage.view(Cast.ben).equity == usd(99_955))
    #expect(stage.broken() == [])
  }

  /// Aim: leverage has bounds and goes down only with margin.
  @Test func leverage() throws {
    var stage = try TradingTests.stage()
    #expect(throws: HyperliquidRefusal.leverageInvalid(41, maximum: 40)) { try stage.leverage(Cast.ada, "BTC", 41) }
    #expect(throws: HyperliquidRefusal.leverageInvalid(0, maximum: 40)) { try stage.leverage(Cast.ada, "BTC", 0) }
    try stage.leverage(Cast.ada, "BTC", 40)
    try stage.order(Cast.ada, "BTC", true, "60", "49000")
    #expect(throws: HyperliquidRefusal.leverageMarginCross) { try stage.leverage(Cast.ada, "BTC", 20) }
    #expect(stage.broken() == [])
  }
}
