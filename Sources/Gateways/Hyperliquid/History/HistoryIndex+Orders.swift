import Canonical
import Hyperliquid
import VenueKit

// Orders: placed by answers, changed by events.
extension HistoryIndex {
  /// What a transaction's answer placed, before its events are read.
  struct Placement {
    var oid: UInt64
    var isResting: Bool
  }

  mutating func notePlacements(_ pass: inout BlockPass) -> [Placement] {
    guard let index = pass.transaction, let actor = pass.actor, var action = pass.action,
      pass.observed.execution.receipts[index].code == 0
    else { return [] }
    pass.touched.insert(actor)
    let requests: [OrderRequest]
    var grouping = OrderGrouping.none
    if case .multiSig(let envelope) = action { action = envelope.action }
    switch action {
    case .order(let action):
      requests = action.orders
      grouping = action.grouping
    case .modify(let request): requests = [request.order]
    case .batchModify(let changes): requests = changes.map(\.order)
    default: return []
    }
    guard let answer = try? HyperliquidAnswer(canonicalBytes: pass.observed.execution.receipts[index].data),
      answer.statuses.count == requests.count
    else { return [] }
    return notePlacements(requests, answer.statuses, grouping, actor, &pass)
  }

  private mutating func notePlacements(
    _ requests: [OrderRequest], _ statuses: [OrderStatus], _ grouping: OrderGrouping, _ actor: Address,
    _ pass: inout BlockPass
  ) -> [Placement] {
    var placements: [Placement] = []
    var parent: UInt64?
    // Children get the numbers behind their parent's, in order.
    var nextChild: UInt64?
    for (request, status) in zip(requests, statuses) {
      switch status {
      case .resting(let oid, _):
        note(request, oid: oid, grouping, actor, pass)
        placements.append(Placement(oid: oid, isResting: true))
        parent = oid
        nextChild = oid + 1
      case .filled(_, _, let oid, _):
        note(request, oid: oid, grouping, actor, pass)
        placements.append(Placement(oid: oid, isResting: false))
        parent = oid
        nextChild = oid + 1
      case .waitingForFill, .waitingForTrigger:
        guard let oid = nextChild ?? firstUnknownTrigger(request, actor, pass) else { continue }
        note(request, oid: oid, grouping, actor, pass)
        placements.append(Placement(oid: oid, isResting: true))
        if let parent { orders[parent]?.children.append(oid) }
        if nextChild != nil { nextChild = oid + 1 }
      case .error: continue
      }
    }
    return placements
  }

  /// A position's trigger order is answered without its number: it is the account's least that is not known yet.
  private func firstUnknownTrigger(_ request: OrderRequest, _ actor: Address, _ pass: BlockPass) -> UInt64? {
    let dex = pass.state.parameters.market(request.asset)?.dex ?? 0
    return pass.state.openOrders(actor, dex: dex).first { view in
      orders[view.oid] == nil && view.trigger != nil && view.market.wireAsset == request.asset
        && view.isBuy == request.isBuy && view.cloid == request.cloid
    }?.oid
  }

  private mutating func note(
    _ request: OrderRequest, oid: UInt64, _ grouping: OrderGrouping, _ user: Address, _ pass: BlockPass
  ) {
    guard let market = pass.state.parameters.market(request.asset) else { return }
    var row = OrderRow(
      oid: oid, user: user, coin: market.symbol, isBuy: request.isBuy, limitPrice: Int128(request.price),
      size: Int128(request.size), originalSize: Int128(request.size), reduceOnly: request.reduceOnly,
      timeInForce: .goodTilCancelled, cloid: request.cloid, time: pass.time, wordTime: pass.time)
    switch request.kind {
    case .limit(let timeInForce): row.timeInForce = timeInForce
    case .trigger(let condition):
      row.trigger = OrderRow.Trigger(
        price: Int128(condition.price), isMarket: condition.isMarket, isTakeProfit: condition.isTakeProfit,
        firesAbove: request.isBuy != condition.isTakeProfit, isPosition: grouping == .positionTpsl)
    }
    // A reduce-only order is cut to the position.
    if row.reduceOnly, let record = pass.state.orders[oid] {
      row.originalSize = market.wireFigure(size: Int128(record.originalSize))
      row.size = row.originalSize
    }
    orders[oid] = row
  }

  /// After the transaction's events: what rests is open, what does not is filled, unless an event said otherwise.
  mutating func settle(_ placements: [Placement], _ pass: inout BlockPass) {
    for placement in placements {
      guard let place = orders.index(forKey: placement.oid), orders.values[place].word.isOpen else { continue }
      let rests = placement.isResting && (orders.values[place].size > 0 || orders.values[place].trigger != nil)
      say(rests ? .open : .filled, placement.oid, &pass)
    }
  }

  /// Trigger orders that fired in the block: they rest now, or were filled, or an event said why not.
  mutating func settleTriggered(_ pass: inout BlockPass) {
    for oid in pass.triggered {
      guard let row = orders[oid], row.word == .triggered else { continue }
      say(pass.state.orders[oid] == nil ? .filled : .open, oid, &pass)
    }
  }

  /// Takes a fill off an order; a resting order with nothing left is filled.
  mutating func shrink(_ oid: UInt64, by size: Int128, isMaker: Bool, _ pass: inout BlockPass) {
    guard let place = orders.index(forKey: oid) else { return }
    let left = orders.values[place].size - size
    orders.values[place].size = max(0, left)
    if isMaker && left <= 0 { say(.filled, oid, &pass) }
  }
}
