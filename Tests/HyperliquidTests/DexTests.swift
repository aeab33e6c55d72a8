import Canonical
import Testing
import VenueKit

@testable import Hyperliquid

@Suite struct DexTests {
  static let section: JSONValue =
    (try? JSONValue(
      parsing: """
        {"test":{"fullName":"A builder's dex","deployer":"\(Cast.dora)","feeScale":"1","markets":{
          "GOLD":{"sizeDecimals":2,"tiers":[{"above":"0","leverage":10}],"impactNotional":"6000"},
          "OIL":{"sizeDecimals":1,"tiers":[{"above":"0","leverage":5}],"impactNotional":"6000","onlyIsolated":true}}}}
        """)) ?? .null

  static func stage() throws -> Stage {
    var stage = try AccountTests.stage([("dexs", section)])
    for person in [Cast.ada, Cast.ben] {
      let transfer = AssetTransfer(
        destination: person.description, sourceDex: "", destinationDex: "test", token: "USDC", amount: "10000")
      try stage.send(AccountTests.signed(.sendAsset(transfer)), from: person)
    }
    try stage.send(.perpDeploy(.setOracle(prices("2000", "80"))), from: Cast.dora)
    return stage
  }

  static func prices(_ gold: String, _ oil: String) -> DexOracle {
    DexOracle(dex: "test", oracle: [DexPrice("test:GOLD", gold), DexPrice("test:OIL", oil)])
  }

  static func order(
    _ stage: inout Stage, _ person: Address, _ isBuy: Bool, _ size: Int64, _ price: Int64, asset: UInt32 = 110_000,
    _ timeInForce: TimeInForce = .goodTilCancelled
  ) throws -> OrderStatus {
    let request = OrderRequest(
      asset: asset, isBuy: isBuy, price: price * 100_000_000, size: size * 100_000_000, kind: .limit(timeInForce))
    return try stage.send(.order(OrderAction(orders: [request])), from: person).statuses[0]
  }

  /// Aim: collateral of its own, prices of the deployer, fees of which the deployer gets its part.
  @Test func tradingInADex() throws {
    var stage = try Self.stage()
    #expect(stage.view(Cast.ada).equity == usd(90_000))
    #expect(stage.state.clearinghouse(Cast.ada, dex: 1).accountValue == 10_000_000_000)
    #expect(try Self.order(&stage, Cast.cleo, true, 1, 2_000) == .failed(.margin))
    #expect(try !Self.order(&stage, Cast.ada, false, 5, 2_000).isError)
    #expect(try !Self.order(&stage, Cast.ben, true, 5, 2_000, .immediateOrCancel).isError)
    let position = try #require(stage.state.clearinghouse(Cast.ben, dex: 1).positions.first)
    #expect(position.market.symbol == "test:GOLD" && position.size == 500_000_000)
    #expect(stage.view(Cast.ben).positions.isEmpty)
    // 10,000 USDC: the taker pays 2 * 4.5, the maker 2 * 1.5; half of it is the deployer's.
    #expect(stage.state.referral(Cast.dora).unclaimed == 6_000_000)
    #expect(stage.state.clearinghouse(Cast.ben, dex: 1).accountValue == 10_000_000_000 - 9_000_000)
    stage.advance()
    #expect(stage.broken() == [])
  }

  /// Aim: who may set prices, how often, and how far a mark goes.
  @Test func oracle() throws {
    var stage = try Self.stage()
    let update = HyperliquidAction.perpDeploy(.setOracle(Self.prices("4000", "80")))
    #expect(throws: AccountTests.refusal(.deployerOnly(Cast.dora))) { try stage.send(update, from: Cast.ada) }
    #expect(throws: AccountTests.refusal(.dexTooSoon(until: stage.block.time + 2_500))) {
      try stage.send(update, from: Cast.dora)
    }
    stage.advance(by: 3_000)
    try stage.send(update, from: Cast.dora)
    let gold = try #require(stage.venue.configuration.market(110_000))
    let context = stage.state.context(gold)
    #expect(context.oracle == 4_000 * 100_000_000 && context.mark == 2_020 * 100_000_000)
    #expect(throws: AccountTests.refusal(.dexPrices("BTC"))) {
      stage.advance(by: 3_000)
      let wrong = DexOracle(dex: "test", oracle: [DexPrice("BTC", "1")])
      try stage.send(.perpDeploy(.setOracle(wrong)), from: Cast.dora)
    }
    // Without prices for ten seconds the mark goes to the book's middle.
    _ = try Self.order(&stage, Cast.ada, true, 1, 1_900)
    _ = try Self.order(&stage, Cast.ben, false, 1, 2_100)
    stage.advance(by: 12_000)
    #expect(stage.state.context(gold).mark < 2_020 * 100_000_000)
    #expect(stage.broken() == [])
  }

  /// Aim: a halt cancels orders and closes positions at mark; caps and isolation hold.
  @Test func haltsAndCaps() throws {
    var stage = try Self.stage()
    _ = try Self.order(&stage, Cast.ada, false, 5, 2_000)
    _ = try Self.order(&stage, Cast.ben, true, 3, 2_000, .immediateOrCancel)
    #expect(throws: AccountTests.refusal(.deployerOnly(Cast.dora))) {
      try stage.send(.perpDeploy(.haltTrading(coin: "test:GOLD", isHalted: true)), from: Cast.ada)
    }
    try stage.send(.perpDeploy(.haltTrading(coin: "test:GOLD", isHalted: true)), from: Cast.dora)
    #expect(stage.state.clearinghouse(Cast.ben, dex: 1).positions.isEmpty)
    #expect(stage.state.openOrders(Cast.ada, dex: 1).isEmpty)
    #expect(throws: AccountTests.refusal(.halted(110_000))) { try Self.order(&stage, Cast.ada, true, 1, 2_000) }
    try stage.send(.perpDeploy(.haltTrading(coin: "test:GOLD", isHalted: false)), from: Cast.dora)
    try stage.send(.perpDeploy(.setOpenInterestCaps([DexCap("test:GOLD", 1_000_000_000)])), from: Cast.dora)
    #expect(try Self.order(&stage, Cast.ada, true, 1, 1_999) == .failed(.openInterestCap))
    #expect(throws: HyperliquidRefusal.crossNotAllowed) {
      try stage.send(.updateLeverage(asset: 110_001, isCross: true, leverage: 2), from: Cast.ada)
    }
    try stage.send(.updateLeverage(asset: 110_001, isCross: false, leverage: 2), from: Cast.ada)
    try stage.send(.perpDeploy(.setFeeScale(dex: "test", scale: "0.5")), from: Cast.dora)
    #expect(throws: (any Error).self) {
      try stage.send(.perpDeploy(.setFeeScale(dex: "test", scale: "0.1")), from: Cast.dora)
    }
    stage.advance()
    #expect(stage.broken() == [])
  }

  /// Aim: below zero a dex account is deleveraged within its dex; the main account is not touched.
  @Test func liquidationStaysInTheDex() throws {
    var stage = try Self.stage()
    try stage.send(.updateLeverage(asset: 110_000, isCross: true, leverage: 10), from: Cast.ben)
    _ = try Self.order(&stage, Cast.ada, false, 40, 2_000)
    #expect(try !Self.order(&stage, Cast.ben, true, 40, 2_000, .immediateOrCancel).isError)
    for step in 1...16 {
      stage.advance(by: 3_000)
      var update = Self.prices("\(2_000 - 20 * step)", "80")
      update.marks = [update.oracle, update.oracle]
      try stage.send(.perpDeploy(.setOracle(update)), from: Cast.dora)
    }
    #expect(stage.state.clearinghouse(Cast.ben, dex: 1).positions.isEmpty)
    #expect(stage.view(Cast.ben).equity == usd(90_000))
    #expect(stage.state.counter(.deleveragings) > 0)
    stage.advance()
    #expect(stage.broken() == [])
  }
}
