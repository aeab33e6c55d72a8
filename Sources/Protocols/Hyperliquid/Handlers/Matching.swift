import Canonical
import Matching
import Quantities
import StateStore
import VenueKit

/// An order that was validated and converted, on its way into the book.
struct IncomingOrder {
  var account: AccountID
  var asset: AssetID
  var isBuy: Bool
  var reduceOnly: Bool
  var timeInForce: TimeInForce
  var price: Ticks
  var size: Lots
  var cloid: ClientOrderID?
  var hasChildren = false
  /// Sent by the engine to close what is below maintenance: no margin check of its own, fees only as far as value goes.
  var isLiquidation = false
  var builder: BuilderRecord?
}

/// What matching did with an order.
struct Execution {
  var filled: Lots = 0
  var notional: Money = 0
  var remaining: Lots
  var lacksMargin = false
}

/// Where a block's actions write what they tell.
struct Journal {
  var block: BlockContext
  var events: EventSink<HyperliquidEvent>
  var fills: [FillRecord] = []
  /// Whom the orders of the action pay.
  var builder: BuilderRecord?
}

extension HyperliquidState {
  /// Walks an order through the other side of its book. Rules HL-10 to HL-15.
  mutating func match(_ order: IncomingOrder, oid: UInt64, _ journal: inout Journal) -> Execution {
    let asset = Int(order.asset)
    var execution = Execution(remaining: order.size)
    let opposite: Side = order.isBuy ? .ask : .bid
    guard let best = derived.books[asset].best(opposite) else { return execution }
    if order.isBuy ? best.price > order.price : best.price < order.price { return execution }
    // The book stands aside while it is matched, so that the closures may change everything else.
    var book = derived.noBook
    swap(&book, &derived.books[asset])
    let taker = TakerOrder(
      side: Side(isBuy: order.isBuy), limitPrice: order.price, quantity: UInt64(order.size),
      owner: UInt64(order.account), selfTrade: .cancelResting)
    let firstFill = journal.fills.count
    let rates = feeRates(order.account, at: journal.block.time)
    let result = book.match(taker) { (selfTrade: SelfTrade) in
      dropOrder(selfTrade.maker.id, .selfTradeCanceled, &journal)
    } decide: { (proposed: ProposedFill) in
      decide(proposed, order, oid: oid, takerRate: rates.taker, &execution, &journal)
    }
    swap(&book, &derived.books[asset])
    execution.remaining = Lots(result.remaining)
    if journal.fills.count > firstFill { afterFills(order, from: firstFill, execution, &journal) }
    return execution
  }

  private mutating func decide(
    _ proposed: ProposedFill, _ order: IncomingOrder, oid: UInt64, takerRate: Int64, _ execution: inout Execution,
    _ journal: inout Journal
  ) -> FillDecision {
    let maker = AccountID(proposed.maker.owner)
    let makerOid = proposed.maker.id
    let makerMarket = marketCache(maker, order.asset)
    var lots = Lots(proposed.quantity)
    var endsMaker = false
    // Rule HL-13: a reduce-only order that rests does not grow the position either.
    if makerMarket.reduceOnlyCount > 0, orders[makerOid]?.reduceOnly == true {
      let reducible = order.isBuy ? max(0, makerMarket.size) : max(0, -makerMarket.size)
      if reducible == 0 {
        dropOrder(makerOid, .reduceOnlyCanceled, &journal)
        return .cancelMaker
      }
      if reducible < lots {
        lots = reducible
        endsMaker = true
      }
    }
    let price = proposed.price
    let notional = money(lots, at: price)
    let takerLots = order.isBuy ? lots : -lots
    var takerFee = Self.fee(notional, rate: takerRate)
    if order.asset >= parameters.perpetuals { takerFee = scaledFee(takerFee, order.asset) }
    let takerBuilder = order.builder.map { Self.builderFee(notional, $0) } ?? 0
    let takerMarket = marketCache(order.account, order.asset)
    if order.isLiquidation {
      takerFee = min(takerFee, liquidationFeeLimit(order.account, takerMarket, takerLots, at: price))
    } else if !mayTrade(order.account, takerMarket, takerLots, at: price, fee: takerFee + takerBuilder) {
      execution.lacksMargin = true
      return .stop
    }
    var makerFee = Self.fee(notional, rate: feeRates(maker, at: journal.block.time).maker)
    if makerFee > 0 && order.asset >= parameters.perpetuals { makerFee = scaledFee(makerFee, order.asset) }
    if makerFee < 0 { makerFee = -min(-makerFee, takerFee) }
    let makerRecord = builderRecord(makerOid)
    let makerBuilder = makerRecord.map { Self.builderFee(notional, $0) } ?? 0
    // Rule HL-14: the resting side's margin is checked again at each match.
    if !mayTrade(maker, makerMarket, -takerLots, at: price, fee: makerFee + makerBuilder) {
      dropOrder(makerOid, .marginCanceled, &journal)
      return .cancelMaker
    }
    let takerSide = TradeSide(
      account: order.account, lots: takerLots, fee: takerFee, builder: order.builder, builderFee: takerBuilder)
    let makerSide = TradeSide(
      account: maker, lots: -takerLots, fee: makerFee, builder: makerRecord, builderFee: makerBuilder)
    if takerBuilder > 0 { tellBuilder(order.account, oid, takerSide, &journal) }
    if makerBuilder > 0 { tellBuilder(maker, makerOid, makerSide, &journal) }
    settle(
      order.asset, at: price, buyer: order.isBuy ? takerSide : makerSide, seller: order.isBuy ? makerSide : takerSide)
    shrinkOrder(makerOid, by: lots, &journal)
    addVolume(order.account, notional, isTaker: true, at: journal.block.time)
    addVolume(maker, notional, isTaker: false, at: journal.block.time)
    execution.filled += lots
    execution.notional += notional
    journal.fills.append(
      FillRecord(
        asset: order.asset, takerOid: oid, makerOid: makerOid, maker: address(maker), takerIsBuyer: order.isBuy,
        price: price, size: lots, takerFee: Int64(clamping: takerFee + takerBuilder),
        makerFee: Int64(clamping: makerFee + makerBuilder)))
    if endsMaker {
      if orders.contains(makerOid) { dropOrder(makerOid, .reduceOnlyCanceled, &journal) }
      return .fillThenCancelMaker(UInt64(lots))
    }
    return .fill(UInt64(lots))
  }

  // MARK: Builders

  /// Tenths of a basis point of the notional, cut to 10^-6 USDC. Rule HL-56.
  static func builderFee(_ notional: Money, _ record: BuilderRecord) -> Money {
    divide(notional * Money(record.fee), by: 100_000, .truncation)
  }

  /// Whom a resting or waiting order pays.
  @inline(__always) func builderRecord(_ oid: UInt64) -> BuilderRecord? {
    registry.value.builderOrders.isEmpty ? nil : registry.value.builderOrders[oid]
  }

  private func tellBuilder(_ account: AccountID, _ oid: UInt64, _ side: TradeSide, _ journal: inout Journal) {
    guard journal.events.isRecording, let record = side.builder else { return }
    journal.events.emit(
      .builderFee(oid: oid, account: address(account), builder: record.builder, amount: side.builderFee))
  }

  mutating func forgetBuilder(_ oid: UInt64) {
    if !registry.value.builderOrders.isEmpty { registry.value.builderOrders.remove(oid) }
  }

  /// What is left to do once the book stands again: the last trade, reduce-only orders that became too large, events.
  mutating func afterFills(
    _ order: IncomingOrder, from first: Int, _ execution: Execution, _ journal: inout Journal
  ) {
    let last = journal.fills[journal.fills.count - 1]
    lastTrades.set(order.asset, Amount(Int128(last.price)))
    trimReduceOnly(order.account, order.asset, &journal)
    for index in first..<journal.fills.count {
      let fill = journal.fills[index]
      if let maker = account(fill.maker) { trimReduceOnly(maker, order.asset, &journal) }
      if journal.events.isRecording {
        let market = parameters.markets[Int(order.asset)]
        journal.events.emit(
          .trade(
            fill, symbol: market.symbol, taker: address(order.account), price: market.common(ticks: fill.price),
            size: market.common(lots: fill.size)))
      }
    }
  }

  /// Takes lots off a resting order that the book has already booked. A parent that is filled arms its children.
  mutating func shrinkOrder(_ oid: UInt64, by lots: Lots, _ journal: inout Journal) {
    guard let order = orders[oid] else { preconditionFailure("an order in a book has a record") }
    if order.size > lots {
      orders.update(oid) { $0.size -= lots }
      if !order.reduceOnly {
        let index = marketIndex(order.account, order.asset)
        reserve(order.account, index, isBuy: order.isBuy, -lots)
      }
      return
    }
    orders.remove(oid)
    forgetOrder(oid, order)
    forgetBuilder(oid)
    if let cloid = order.cloid { cloids.remove(Triple(order.account, cloid.high, cloid.low)) }
    if order.hasChildren { armChildren(of: oid, order.account, order.asset) }
  }

  /// Forgets a resting order that the book no longer holds.
  mutating func dropOrder(_ oid: UInt64, _ reason: CancelReason, _ journal: inout Journal) {
    guard let order = orders.remove(oid) else { return }
    forgetOrder(oid, order)
    forgetBuilder(oid)
    if order.asset >= parameters.perpetuals, parameters.markets[Int(order.asset)].isSpot { releaseSpot(order) }
    if let cloid = order.cloid { cloids.remove(Triple(order.account, cloid.high, cloid.low)) }
    journal.events.emit(.orderCanceled(oid: oid, account: address(order.account), reason: reason))
    guard order.hasChildren else { return }
    // Rule HL-22: children go with their parent, unless it was filled in part and cancelled for margin.
    if reason == .marginCanceled && order.size < order.originalSize {
      armChildren(of: oid, order.account, order.asset)
    } else {
      dropChildren(of: oid, order.account, order.asset, &journal)
    }
  }

  /// Cancels a resting order.
  mutating func cancelOrder(_ oid: UInt64, _ reason: CancelReason, _ journal: inout Journal) {
    guard let order = orders[oid] else { return }
    derived.books[Int(order.asset)].cancel(oid)
    dropOrder(oid, reason, &journal)
  }

  /// Rule HL-13: resting reduce-only orders that together exceed the position lose the oldest; a flat or turned
  /// position has none, and no trigger order but entries.
  mutating func trimReduceOnly(_ account: AccountID, _ asset: AssetID, _ journal: inout Journal) {
    guard let index = derived.accounts[Int(account)].index(asset) else { return }
    let market = derived.accounts[Int(account)].markets[index]
    if market.reduceOnlyCount > 0 {
      var resting: [(sequence: UInt64, oid: UInt64, order: OrderRecord)] = []
      for oid in derived.accounts[Int(account)].lists[index].orders {
        if let order = orders[oid], order.reduceOnly { resting.append((order.sequence, oid, order)) }
      }
      // The newest stays whatever its size, since it fills no more than the position; older ones while all fit.
      var left = abs(market.size)
      for (place, entry) in resting.sorted(by: { $0.sequence > $1.sequence }).enumerated() {
        let reduces = market.size != 0 && entry.order.isBuy == (market.size < 0)
        if !reduces || left <= 0 || place > 0 && entry.order.size > left {
          cancelOrder(entry.oid, .reduceOnlyCanceled, &journal)
          if reduces { left = 0 }
        } else {
          left -= entry.order.size
        }
      }
    }
    for oid in derived.accounts[Int(account)].lists[index].triggers {
      guard let trigger = triggers[oid], trigger.isArmed, trigger.reduceOnly else { continue }
      if market.size == 0 || trigger.isBuy == (market.size > 0) { dropTrigger(oid, .reduceOnlyCanceled, &journal) }
    }
  }
}
