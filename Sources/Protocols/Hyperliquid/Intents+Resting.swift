import Canonical
import StateStore
import VenueKit

/// What shall rest and what rests, in ticks and lots.
private struct RestingLevel: Equatable {
  var isBid: Bool
  var price: Ticks
  var lots: Lots
}

extension HyperliquidState {
  /// Brings the person's orders of a market to the wanted levels, all post-only, prices rounded outward. An order that
  /// already stands at a wanted price with the wanted size keeps its place in the queue. An order to be moved is
  /// replaced in one step (`batchModify`), because a block runs post-only orders before cancels: a cancel and a new
  /// order would meet each other there. What is left over is cancelled, what is missing is placed.
  ///
  /// Levels below one lot, or which the room would refuse whatever its book says, are left out; when no level is left
  /// of some, the first refusal is thrown.
  func quote(
    _ market: MarketParameters, _ levels: [QuoteLevel], _ account: AccountID
  ) throws(HyperliquidRefusal) -> [HyperliquidAction] {
    let wanted = try wantedLevels(market, levels)
    var missing = wanted
    var unwanted: [(oid: UInt64, isBid: Bool)] = []
    for (oid, order) in restingOrders(account, market.asset) {
      let level = RestingLevel(isBid: order.isBuy, price: order.price, lots: order.size)
      if !order.reduceOnly, let place = missing.firstIndex(of: level) {
        missing.remove(at: place)
      } else {
        unwanted.append((oid, order.isBuy))
      }
    }
    // Quotes that move up let the asks go first, so that the new bids do not meet the old asks; and the other way round.
    let asksFirst = movesUp(market, wanted, account)
    var moves: [ModifyRequest] = []
    var places: [OrderRequest] = []
    for isBid in asksFirst ? [false, true] : [true, false] {
      for level in missing where level.isBid == isBid {
        let order = try request(market, level)
        if let index = unwanted.firstIndex(where: { $0.isBid == isBid }) {
          moves.append(ModifyRequest(target: .oid(unwanted.remove(at: index).oid), order: order, alwaysPlace: true))
        } else {
          places.append(order)
        }
      }
    }
    let cancels = unwanted.map { CancelRequest(asset: market.asset, oid: $0.oid) }
    return batches(moves).map { .batchModify($0) } + batches(cancels).map { .cancel($0) }
      + batches(places).map { .order(OrderAction(orders: $0)) }
  }

  private func request(_ market: MarketParameters, _ level: RestingLevel) throws(HyperliquidRefusal) -> OrderRequest {
    try request(
      market, isBuy: level.isBid, price: level.price, lots: level.lots, reduceOnly: false, .addLiquidityOnly)
  }

  private func wantedLevels(
    _ market: MarketParameters, _ levels: [QuoteLevel]
  ) throws(HyperliquidRefusal) -> [RestingLevel] {
    var wanted: [RestingLevel] = []
    var refusal: HyperliquidRefusal?
    for level in levels.prefix(parameters.openOrdersMaximum) {
      let ticks = market.ticks(common: level.price, roundingUp: !level.isBid)
      let bounded = min(ticks, HyperliquidParameters.priceMaximum)
      let resting = RestingLevel(
        isBid: level.isBid, price: market.validPrice(bounded, up: !level.isBid), lots: market.lots(common: level.size))
      do throws(HyperliquidRefusal) {
        guard resting.lots > 0 else { throw .sizeZero }
        _ = try request(market, resting)
        wanted.append(resting)
      } catch {
        refusal = refusal ?? error
      }
    }
    if wanted.isEmpty, let refusal { throw refusal }
    return wanted
  }

  /// Whether the wanted bids reach up to where the person's own asks stand.
  private func movesUp(_ market: MarketParameters, _ wanted: [RestingLevel], _ account: AccountID) -> Bool {
    let ownAsk = restingOrders(account, market.asset).filter { !$0.order.isBuy }.map(\.order.price).min()
    let newBid = wanted.filter(\.isBid).map(\.price).max()
    guard let ownAsk, let newBid else { return false }
    return newBid >= ownAsk
  }

  /// The account's orders in the book of a market, oldest first.
  func restingOrders(_ account: AccountID, _ asset: AssetID) -> [(oid: UInt64, order: OrderRecord)] {
    guard let index = derived.accounts[Int(account)].index(asset) else { return [] }
    return derived.accounts[Int(account)].lists[index].orders.compactMap { oid in orders[oid].map { (oid, $0) } }
  }

  private func batches<Item>(_ items: [Item]) -> [[Item]] {
    stride(from: 0, to: items.count, by: Self.batchMaximum).map {
      Array(items[$0..<min($0 + Self.batchMaximum, items.count)])
    }
  }

  // MARK: Protection

  /// Market trigger orders for the whole position, one for each price given, in the place of those that the person has
  /// in this market. When they stand already there is nothing to do. Prices are rounded away from the person's favour.
  func protect(
    _ market: MarketParameters, stop: Int128?, profit: Int128?, _ account: AccountID
  ) throws(HyperliquidRefusal) -> [HyperliquidAction] {
    let held = marketCache(account, market.asset).size
    let own = ownTriggers(account, market.asset)
    let cancels: [HyperliquidAction] =
      own.isEmpty ? [] : [.cancel(own.map { CancelRequest(asset: market.asset, oid: $0.oid) })]
    if stop == nil && profit == nil { return cancels }
    guard held != 0 else { throw .positionEmpty }
    var wanted: [OrderRequest] = []
    var isStanding = true
    for (price, isTakeProfit) in [(stop, false), (profit, true)] {
      guard let price else { continue }
      let isBuy = held < 0
      let rounded = market.ticks(common: price, roundingUp: isBuy)
      let ticks = market.validPrice(min(rounded, HyperliquidParameters.priceMaximum), up: isBuy)
      wanted.append(try trigger(market, isBuy: isBuy, ticks, isTakeProfit: isTakeProfit))
      isStanding =
        isStanding
        && own.contains {
          $0.trigger.isBuy == isBuy && $0.trigger.isTakeProfit == isTakeProfit && $0.trigger.triggerPrice == ticks
            && $0.trigger.size == 0 && $0.trigger.isArmed && $0.trigger.isMarket
        }
    }
    if isStanding && own.count == wanted.count { return [] }
    return cancels + [.order(OrderAction(orders: wanted, grouping: .positionTpsl))]
  }

  /// The account's trigger orders of a market, oldest first.
  func ownTriggers(_ account: AccountID, _ asset: AssetID) -> [(oid: UInt64, trigger: TriggerRecord)] {
    guard let index = derived.accounts[Int(account)].index(asset) else { return [] }
    return derived.accounts[Int(account)].lists[index].triggers.compactMap { oid in triggers[oid].map { (oid, $0) } }
  }

  private func trigger(
    _ market: MarketParameters, isBuy: Bool, _ ticks: Ticks, isTakeProfit: Bool
  ) throws(HyperliquidRefusal) -> OrderRequest {
    guard ticks > 0, let price = market.wire(ticks: ticks) else { throw .priceInvalid }
    // The room takes the market price's bound from the trigger price; the limit price must only be a valid one.
    let reach = reach(market)
    let limit = market.validPrice(min(max(ticks, reach.lowerBound), reach.upperBound), up: ticks < reach.lowerBound)
    guard limit > 0, let wireLimit = market.wire(ticks: limit) else { throw .priceInvalid }
    let request = OrderRequest(
      asset: market.asset, isBuy: isBuy, price: wireLimit, size: 0, reduceOnly: true,
      kind: .trigger(TriggerCondition(isMarket: true, price: price, isTakeProfit: isTakeProfit)))
    _ = try check(request, allowsWholePosition: true)
    return request
  }
}
