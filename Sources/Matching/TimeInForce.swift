/// How long an order asks to live. What a refusal is called, and whether a post-only order slides, is the room's.
@frozen public enum TimeInForce: UInt8, Sendable, Hashable, CaseIterable {
  case goodTilCancelled
  case immediateOrCancel
  /// Never takes.
  case postOnly
  /// All at once or nothing.
  case fillOrKill

  /// Whether what is left after matching rests in the book.
  @inlinable public var rests: Bool { self == .goodTilCancelled || self == .postOnly }
  /// Whether the order may trade on arrival.
  @inlinable public var takes: Bool { self != .postOnly }
}

/// Whether the book, as it stands, lets an order of its time in force go ahead.
@frozen public enum Admission: Sendable, Hashable {
  case admitted
  /// A post-only order would trade; `best` is the opposite best price, in ticks.
  case wouldTake(best: Int64)
  /// A fill-or-kill order finds only so many lots.
  case notFillable(available: UInt64)
}

extension OrderBook where Self: ~Copyable {
  /// The check before matching. A fill-or-kill order under a policy other than `allow` does not count its owner's own
  /// resting orders; under `cancelTaking` and `cancelBoth` it counts only up to the first of them.
  public func admission(of taker: TakerOrder, timeInForce: TimeInForce) -> Admission {
    switch timeInForce {
    case .goodTilCancelled, .immediateOrCancel: return .admitted
    case .postOnly:
      guard let opposite = best(taker.side.opposite), wouldCross(side: taker.side, price: taker.limitPrice) else {
        return .admitted
      }
      return .wouldTake(best: opposite.price)
    case .fillOrKill:
      let available = tradable(taker)
      return available == taker.quantity ? .admitted : .notFillable(available: available)
    }
  }

  /// Lots that the taker would trade if every proposed fill were taken whole.
  public func tradable(_ taker: TakerOrder) -> UInt64 {
    if taker.selfTrade == .allow {
      return fillable(side: taker.side, limitPrice: taker.limitPrice, upTo: taker.quantity)
    }
    var left = taker.quantity
    var filled: UInt64 = 0
    walkOrders(taker.side.opposite) { order in
      let within = taker.side == .bid ? order.price <= taker.limitPrice : order.price >= taker.limitPrice
      guard left > 0, within else { return false }
      let amount = Swift.min(left, order.quantity)
      if order.owner != taker.owner {
        left -= amount
        filled += amount
        return true
      }
      switch taker.selfTrade {
      case .allow, .cancelResting: return true
      case .cancelTaking, .cancelBoth: return false
      case .decrement:
        left -= amount
        return true
      }
    }
    return filled
  }
}
