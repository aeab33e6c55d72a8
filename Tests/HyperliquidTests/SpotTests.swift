import Canonical
import Testing
import VenueKit

@testable import Hyperliquid

@Suite struct SpotTests {
  static func stage() throws -> Stage {
    var stage = try AccountTests.stage()
    for person in Cast.all {
      try stage.send(AccountTests.signed(.classTransfer(amount: "10000", toPerp: false)), from: person)
      _ = try stage.run(
        HyperliquidContent(action: .proposer(.tokenDeposit(to: person, token: 1, amount: 1_000_000_000)), nonce: 0),
        .zero)
    }
    return stage
  }

  static func order(
    _ stage: inout Stage, _ person: Address, _ isBuy: Bool, _ size: String, _ price: String,
    _ timeInForce: TimeInForce = .goodTilCancelled
  ) throws -> OrderStatus {
    let request = OrderRequest(
      asset: 10_000, isBuy: isBuy, price: try #require(WireDecimalText.parse(price)),
      size: try #require(WireDecimalText.parse(size)), kind: .limit(timeInForce))
    return try stage.send(.order(OrderAction(orders: [request])), from: person).statuses[0]
  }

  func total(_ stage: Stage, _ person: Address, _ token: UInt32) -> (total: Int128, hold: Int128) {
    let view = stage.state.spotBalances(person).first { $0.token.index == token }
    return (view?.total ?? 0, view?.hold ?? 0)
  }

  /// Aim: resting orders hold what they need, trades move tokens at the resting price, fees come off what is received.
  @Test func tradeAndHold() throws {
    var stage = try Self.stage()
    #expect(try !Self.order(&stage, Cast.ada, true, "1000", "0.2").isError)
    #expect(total(stage, Cast.ada, 0) == (1_000_000_000_000, 20_000_000_000))
    #expect(try !Self.order(&stage, Cast.ben, false, "400", "0.19", .immediateOrCancel).isError)
    // 400 PURR for 80 USDC; Ada pays 4 bp of the PURR, Ben 7 bp of the USDC.
    #expect(total(stage, Cast.ada, 1).total == 1_000_000_000 + 40_000_000 - 16_000)
    #expect(total(stage, Cast.ada, 0) == (1_000_000_000_000 - 8_000_000_000, 12_000_000_000))
    #expect(total(stage, Cast.ben, 0).total == 1_000_000_000_000 + 8_000_000_000 - 5_600_000)
    #expect(total(stage, Cast.ben, 1).total == 1_000_000_000 - 40_000_000)
    let oid = try #require(stage.state.openOrders(Cast.ada).first?.oid)
    try stage.send(.cancel([CancelRequest(asset: 10_000, oid: oid)]), from: Cast.ada)
    #expect(total(stage, Cast.ada, 0).hold == 0)
    stage.advance()
    #expect(stage.broken() == [])
  }

  /// Aim: what a spot order may not do.
  @Test func refusals() throws {
    var stage = try Self.stage()
    #expect(try Self.order(&stage, Cast.ada, false, "10001", "0.2") == .failed(.spotBalance))
    #expect(try Self.order(&stage, Cast.ada, true, "10", "0.2") == .failed(.minimumValue))
    #expect(try Self.order(&stage, Cast.ada, true, "100", "0.201234") == .failed(.tick))
    #expect(throws: HyperliquidRefusal.sizeInvalid) { try Self.order(&stage, Cast.ada, true, "100.5", "0.2") }
    #expect(throws: HyperliquidRefusal.priceTooFar(asset: 10_000)) {
      try Self.order(&stage, Cast.ada, true, "10000", "0.5")
    }
    let trigger = OrderRequest(
      asset: 10_000, isBuy: true, price: 20_000_000, size: 10_000_000_000, reduceOnly: true,
      kind: .trigger(TriggerCondition(isMarket: true, price: 20_000_000, isTakeProfit: false)))
    #expect(throws: AccountTests.refusal(.spotTrigger)) {
      try stage.send(.order(OrderAction(orders: [trigger])), from: Cast.ada)
    }
    #expect(throws: AccountTests.refusal(.spotLeverage)) {
      try stage.send(.updateLeverage(asset: 10_000, isCross: true, leverage: 1), from: Cast.ada)
    }
    #expect(throws: HyperliquidRefusal.assetUnknown(10_001)) {
      try stage.send(.updateLeverage(asset: 10_001, isCross: true, leverage: 1), from: Cast.ada)
    }
  }

  /// Aim: own orders are cancelled, not traded; a restored node agrees; TWAP works on spot.
  @Test func selfTradeAndRestore() throws {
    var stage = try Self.stage()
    _ = try Self.order(&stage, Cast.ada, false, "1000", "0.21")
    _ = try Self.order(&stage, Cast.ben, false, "5000", "0.21")
    #expect(try !Self.order(&stage, Cast.ada, true, "500", "0.21").isError)
    #expect(stage.state.openOrders(Cast.ada).isEmpty)
    let twap = TwapRequest(asset: 10_000, isBuy: true, size: 1_100 * 100_000_000, minutes: 5)
    let answer = try stage.send(.twapOrder(twap), from: Cast.cleo)
    #expect(answer.twap == .running(id: 1))
    var restored = stage
    restored.state.rebuildDerived()
    for _ in 0..<11 {
      stage.advance(by: 30_000)
      restored.advance(by: 30_000)
    }
    #expect(total(stage, Cast.cleo, 1).total > 1_000_000_000 + 109_000_000)
    #expect(stage.store.commit() == restored.store.commit())
    #expect(stage.broken() == [])
  }
}
