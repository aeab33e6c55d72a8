import Canonical
import Quantities
import Testing
import VenueKit

@testable import Hyperliquid

@Suite struct TradingTests {
  /// A stage with four funded people and BTC at 50,000, ETH at 2,500.
  static func stage(_ preset: String = "mainnet", _ changes: [(path: String, value: JSONValue)] = []) throws -> Stage {
    var stage = try Stage(preset, changes)
    for person in Cast.all { try stage.deposit(100_000, person) }
    try stage.oracle([("BTC", "50000"), ("ETH", "2500")])
    return stage
  }

  /// Aim: the life of an order: rests, is filled in part, is cancelled; money, fees and volumes are exact.
  @Test func orderLifecycle() throws {
    var stage = try Self.stage()
    let resting = try stage.order(Cast.ada, "BTC", false, "1", "50100")
    #expect(resting == .resting(oid: 1, cloid: nil))
    let filled = try stage.order(Cast.ben, "BTC", true, "0.4", "50200", .immediateOrCancel)
    #expect(filled == .filled(size: 40_000_000, averagePrice: 5_010_000_000_000, oid: 2, cloid: nil))
    // 0.4 * 50,100 = 20,040; taker 0.045 % = 9.018, maker 0.015 % = 3.006; both stand 0.4 * 100 off the mark.
    #expect(stage.view(Cast.ben).equity == usd(100_000) - usd(40) - usd(9_018) / 1_000)
    #expect(stage.view(Cast.ada).equity == usd(100_000) + usd(40) - usd(3_006) / 1_000)
    #expect(
      try stage.send(.cancel([CancelRequest(asset: 0, oid: 1)]), from: Cast.ben).statuses == [.failed(.missingOrder)])
    #expect(try stage.send(.cancel([CancelRequest(asset: 0, oid: 1)]), from: Cast.ada).statuses.count == 1)
    #expect(stage.state.orders.isEmpty)
    #expect(stage.view(Cast.ada).positions.first?.entryPrice == usd(50_100))
    #expect(stage.broken() == [])
  }

  /// Aim: post-only that would match names the book; ioc without a match fails; a self-trade cancels the resting order.
  @Test func timesInForceAndSelfTrade() throws {
    var stage = try Self.stage()
    try stage.order(Cast.ada, "BTC", false, "1", "50100")
    try stage.order(Cast.ada, "BTC", true, "1", "49900")
    #expect(
      try stage.order(Cast.ben, "BTC", true, "1", "50100", .addLiquidityOnly)
        == .error(.postOnlyWouldMatch, bid: 4_990_000_000_000, ask: 5_010_000_000_000))
    #expect(try stage.order(Cast.ben, "BTC", true, "1", "50000", .immediateOrCancel) == .failed(.noImmediateMatch))
    #expect(try stage.order(Cast.ben, "BTC", true, "1", "50000", .frontendMarket) == .failed(.noLiquidity))
    try stage.order(Cast.cleo, "BTC", false, "1", "50200")
    let own = try stage.order(Cast.ada, "BTC", true, "1", "50200", .immediateOrCancel)
    #expect(own == .filled(size: 100_000_000, averagePrice: 5_020_000_000_000, oid: 4, cloid: nil))
    #expect(stage.events.contains(.orderCanceled(oid: 1, account: Cast.ada, reason: .selfTradeCanceled)))
    #expect(stage.broken() == [])
  }

  /// Aim: which refusal wins when several apply: whole-action rungs in order, then an order's rungs in order.
  @Test func orderOfRefusals() throws {
    var stage = try Self.stage()
    let action = { (request: OrderRequest) in HyperliquidAction.order(OrderAction(orders: [request])) }
    var request = try stage.request("BTC", true, "1", "50000.123456")
    request.asset = 77
    #expect(throws: HyperliquidRefusal.assetUnknown(77)) { try stage.send(action(request), from: Cast.ada) }
    request.asset = 0
    request.size = 1
    #expect(throws: HyperliquidRefusal.sizeInvalid) { try stage.send(action(request), from: Cast.ada) }
    request.size = 0
    #expect(throws: HyperliquidRefusal.priceInvalid) { try stage.send(action(request), from: Cast.ada) }
    request.price = 5_000_000_000_000
    #expect(throws: HyperliquidRefusal.sizeZero) { try stage.send(action(request), from: Cast.ada) }
    request.size = 100_000_000
    request.price = 100_000_000
    #expect(throws: HyperliquidRefusal.priceTooFar(asset: 0)) { try stage.send(action(request), from: Cast.ada) }
    request.price = 5_000_000_000_000
    request.size = 1_000_000_000_000
    #expect(throws: HyperliquidRefusal.valueTooLarge(maximum: 300_000_000_000_000)) {
      try stage.send(action(request), from: Cast.ada)
    }
    #expect(throws: HyperliquidRefusal.emptyBatch) { try stage.send(.order(OrderAction(orders: [])), from: Cast.ada) }
    // Figures before value, value before reduce-only, reduce-only before post-only.
    #expect(try stage.order(Cast.ada, "BTC", true, "0.0001", "50000.5") == .failed(.tick))
    #expect(try stage.order(Cast.ada, "BTC", true, "0.0001", "50000") == .failed(.minimumValue))
    try stage.order(Cast.ben, "BTC", false, "1", "50000")
    #expect(
      try stage.order(Cast.ada, "BTC", true, "1", "50000", .addLiquidityOnly, reduceOnly: true) == .failed(.reduceOnly))
    #expect(try stage.order(Cast.ada, "BTC", true, "60", "50000", .addLiquidityOnly).isError)
    #expect(try stage.order(Cast.ada, "BTC", true, "60", "49000") == .failed(.margin))
    #expect(
      HyperliquidRefusal.valueTooLarge(maximum: 5_000_000_000_000).text == "Order value too large. Max is $5000000.")
    #expect(
      OrderError.postOnlyWouldMatch.text(bid: "1", ask: "2")
        == "Post only order would have immediately matched, bbo was 1@2.")
  }

  /// Aim: reduce-only is capped to the position, older ones go when together they exceed it, all go when it is closed.
  @Test func reduceOnly() throws {
    var stage = try Self.stage()
    try stage.order(Cast.ada, "BTC", false, "1", "50000")
    try stage.order(Cast.ben, "BTC", true, "1", "50000")
    #expect(try stage.order(Cast.ben, "BTC", true, "1", "49000", reduceOnly: true) == .failed(.reduceOnly))
    let first = try stage.order(Cast.ben, "BTC", false, "3", "51000", reduceOnly: true)
    guard case .resting(let oid, _) = first else { Issue.record("rests"); return }
    #expect(stage.state.orders[oid]?.size == 100_000)
    try stage.order(Cast.ben, "BTC", false, "1", "51500", reduceOnly: true)
    #expect(stage.state.orders[oid] == nil)
    try stage.order(Cast.cleo, "BTC", true, "1", "51500")
    #expect(stage.view(Cast.ben).positions.isEmpty)
    #expect(stage.state.orders.isEmpty)
    #expect(stage.broken() == [])
  }

  /// Aim: cloids: one open at a time, cancel by cloid, modify gives a new oid and only rests.
  @Test func cloidsAndModify() throws {
    var stage = try Self.stage()
    try stage.order(Cast.ada, "ETH", true, "1", "2400", cloid: 7)
    #expect(try stage.order(Cast.ada, "ETH", true, "1", "2400", cloid: 7) == .failed(.cloidInUse))
    let cloid = ClientOrderID(high: 0, low: 7)
    let request = try stage.request("ETH", true, "2", "2410", cloid: 7)
    let modified = try stage.send(
      .batchModify([ModifyRequest(target: .cloid(cloid), order: request)]), from: Cast.ada)
    #expect(modified.statuses == [.resting(oid: 2, cloid: cloid)])
    let gone = try stage.send(.batchModify([ModifyRequest(target: .oid(1), order: request)]), from: Cast.ada)
    #expect(gone.statuses == [.failed(.modifyTarget)])
    let cancelled = try stage.send(.cancelByCloid([CancelByCloidRequest(asset: 1, cloid: cloid)]), from: Cast.ada)
    #expect(cancelled.statuses == [.resting(oid: 2, cloid: cloid)])
    #expect(stage.state.cloids.isEmpty)
    #expect(stage.broken() == [])
  }

  /// Aim: a bracket waits for its parent, arms when it is filled, and one child cancels the other.
  @Test func bracket() throws {
    var stage = try Self.stage()
    func child(_ price: WireDecimal, _ isTakeProfit: Bool) -> OrderRequest {
      OrderRequest(
        asset: 0, isBuy: false, price: price, size: 100_000_000, reduceOnly: true,
        kind: .trigger(TriggerCondition(isMarket: true, price: price, isTakeProfit: isTakeProfit)))
    }
    let parent = try stage.request("BTC", true, "1", "49900")
    let orders = [parent, child(5_200_000_000_000, true), child(4_800_000_000_000, false)]
    let answer = try stage.send(.order(OrderAction(orders: orders, grouping: .normalTpsl)), from: Cast.ada)
    #expect(answer.statuses == [.resting(oid: 1, cloid: nil), .waitingForFill, .waitingForFill])
    #expect(stage.state.triggers[2]?.isArmed == false)
    try stage.order(Cast.ben, "BTC", false, "1", "49900")
    #expect(stage.state.triggers[2]?.isArmed == true)
    try stage.order(Cast.cleo, "BTC", true, "1", "52000")
    try stage.oracle([("BTC", "52500")])
    #expect(stage.view(Cast.ada).positions.isEmpty)
    #expect(stage.state.triggers.isEmpty)
    #expect(stage.broken() == [])
    // A cancelled parent takes its children with it.
    try stage.oracle([("BTC", "50000")])
    let second = try stage.send(.order(OrderAction(orders: orders, grouping: .normalTpsl)), from: Cast.dora)
    guard case .resting(let oid, _) = second.statuses[0] else { Issue.record("rests"); return }
    try stage.send(.cancel([CancelRequest(asset: 0, oid: oid)]), from: Cast.dora)
    #expect(stage.state.triggers.isEmpty)
  }

  /// Aim: nonces: duplicates, the window, the hundred highest; a refused action keeps its nonce.
  @Test func nonces() throws {
    var stage = try Self.stage()
    let now = UInt64(stage.block.time)
    try stage.send(.noop, from: Cast.ada, nonce: now)
    #expect(throws: HyperliquidRefusal.nonceDuplicate(now)) { try stage.send(.noop, from: Cast.ada, nonce: now) }
    #expect(throws: HyperliquidRefusal.emptyBatch) {
      try stage.send(.order(OrderAction(orders: [])), from: Cast.ada, nonce: now + 1)
    }
    #expect(throws: HyperliquidRefusal.nonceDuplicate(now + 1)) {
      try stage.send(.noop, from: Cast.ada, nonce: now + 1)
    }
    let edge = now - 2 * 86_400_000
    #expect(throws: (any Error).self) { try stage.send(.noop, from: Cast.ada, nonce: edge) }
    try stage.send(.noop, from: Cast.ada, nonce: edge + 1)
    #expect(throws: (any Error).self) { try stage.send(.noop, from: Cast.ada, nonce: now + 86_400_000) }
    for step in 2..<100 as Range<UInt64> { try stage.send(.noop, from: Cast.ada, nonce: now + step) }
    #expect(throws: HyperliquidRefusal.nonceTooLow(now - 1, minimum: now)) {
      try stage.send(.noop, from: Cast.ada, nonce: now - 1)
    }
    #expect(stage.state.nonces[Cast.ada]?.nonces.count == 100)
    #expect(stage.broken() == [])
  }

  /// Aim: an agent trades for its master, may not move money, and a stranger is named in the refusal.
  @Test func agents() throws {
    var stage = try Self.stage()
    let bot = Address(word0: 0xb07, word1: 0, word2: 0)
    #expect(throws: HyperliquidRefusal.signerUnknown(bot)) { try stage.send(.noop, from: bot) }
    let approval = AgentApproval(signatureChainID: "0x66eee", isMainnet: true, agent: bot, name: "", nonce: 0)
    try stage.send(.approveAgent(approval), from: Cast.ada)
    try stage.order(bot, "BTC", true, "1", "49000")
    #expect(stage.view(Cast.ada).openOrders == 1)
    let transfer = UserTransfer(
      signatureChainID: "0x66eee", isMainnet: true, destination: Cast.ben.description, amount: "5", time: 0)
    #expect(throws: HyperliquidRefusal.mustDeposit(bot)) { try stage.send(.usdSend(transfer), from: bot) }
    let other = Address(word0: 0xb08, word1: 0, word2: 0)
    var replacement = approval
    replacement.agent = other
    try stage.send(.approveAgent(replacement), from: Cast.ada)
    #expect(throws: HyperliquidRefusal.signerUnknown(bot)) { try stage.send(.noop, from: bot) }
    #expect(throws: HyperliquidRefusal.vaultUnknown(Cast.ben)) { try stage.send(.noop, from: other, vault: Cast.ben) }
    #expect(throws: HyperliquidRefusal.expired(5, now: stage.block.time)) {
      try stage.send(.noop, from: other, expiresAfter: 5)
    }
  }

  /// Aim: withdrawals leave the fee behind, and never what positions need; a send to a new account costs the fee.
  @Test func transfers() throws {
    var stage = try Self.stage()
    func transfer(_ amount: String, _ destination: Address = Cast.ada) -> UserTransfer {
      UserTransfer(
        signatureChainID: "0x66eee", isMainnet: true, destination: destination.description, amount: amount, time: 0)
    }
    try stage.send(.withdraw(transfer("1000")), from: Cast.ada)
    #expect(stage.view(Cast.ada).withdrawals == usd(999))
    #expect(stage.view(Cast.ada).equity == usd(99_000))
    #expect(throws: HyperliquidRefusal.withdrawalBalance(free: 99_000_000_000)) {
      try stage.send(.withdraw(transfer("99000.1")), from: Cast.ada)
    }
    let newcomer = Address(word0: 0x1e3, word1: 0, word2: 0)
    try stage.send(.usdSend(transfer("100", newcomer)), from: Cast.ada)
    #expect(stage.view(Cast.ada).equity == usd(98_899))
    #expect(throws: HyperliquidRefusal.amountInvalid) {
      try stage.send(.withdraw(transfer("1.0000001")), from: Cast.ada)
    }
    #expect(throws: HyperliquidRefusal.amountInvalid) { try stage.send(.withdraw(transfer("-5")), from: Cast.ada) }
    // A position of 1 BTC at 20x reserves 2,500, but a tenth of its value must stay: 5,000.
    try stage.order(Cast.dora, "BTC", false, "1", "50000")
    try stage.order(Cast.ben, "BTC", true, "1", "50000")
    #expect(stage.view(Cast.ben).withdrawable == stage.view(Cast.ben).equity - usd(5_000))
    #expect(stage.broken() == [])
  }
}
