/// What taking from a book would cost.
@frozen public struct TakingCost: Sendable, Hashable {
  /// Lots that would be taken.
  public var quantity: UInt64
  /// Their sum of price times lots, exact: at most 2^64 lots of less than 2^63 ticks.
  public var notional: UInt128

  @inlinable public init(quantity: UInt64, notional: UInt128) {
    self.quantity = quantity
    self.notional = notional
  }
}

extension OrderBook where Self: ~Copyable {
  /// Whether an order that would rest on `side` at `price` would trade at once.
  @inlinable public func wouldCross(side: Side, price: Int64) -> Bool {
    guard let opposite = best(side.opposite) else { return false }
    return side == .bid ? price >= opposite.price : price <= opposite.price
  }

  /// Lots that a taker of `side` finds within its limit, counted no further than `upTo`.
  @inlinable public func fillable(side: Side, limitPrice: Int64, upTo quantity: UInt64 = .max) -> UInt64 {
    var left = quantity
    walk(side.opposite) { level in
      guard left > 0, side == .bid ? level.price <= limitPrice : level.price >= limitPrice else { return false }
      left -= Swift.min(left, level.quantity)
      return true
    }
    return quantity - left
  }

  /// The same without the orders of one owner, for fill-or-kill under a policy that removes them. Walks orders.
  @inlinable public func fillable(
    side: Side, limitPrice: Int64, upTo quantity: UInt64 = .max, excluding owner: UInt64
  ) -> UInt64 {
    var left = quantity
    walkOrders(side.opposite) { order in
      guard left > 0, side == .bid ? order.price <= limitPrice : order.price >= limitPrice else { return false }
      if order.owner != owner { left -= Swift.min(left, order.quantity) }
      return true
    }
    return quantity - left
  }

  /// Takes `quantity` lots, or all there are, from the resting orders of `side`, best first. 3 lots at 10 and 2 at 11:
  /// four lots cost 3 * 10 + 1 * 11 = 41.
  @inlinable public func cost(ofTaking quantity: UInt64, from side: Side) -> TakingCost {
    var left = quantity
    var notional: UInt128 = 0
    walk(side) { level in
      guard left > 0 else { return false }
      let taken = Swift.min(left, level.quantity)
      left -= taken
      notional += UInt128(taken) * UInt128(level.price)
      return true
    }
    return TakingCost(quantity: quantity - left, notional: notional)
  }

  /// Takes whole lots from the resting orders of `side`, best first, for at most `notional` (ticks times lots); the lots
  /// of the last level round down. 3 lots at 10 and 2 at 11: 45 takes three lots and one of 11, which cost 41.
  @inlinable public func cost(ofSpending notional: UInt128, from side: Side) -> TakingCost {
    var left = notional
    var quantity: UInt64 = 0
    walk(side) { level in
      let price = UInt128(level.price)
      let most = Swift.min(UInt128(Swift.min(level.quantity, .max - quantity)), left / price)
      quantity += UInt64(most)
      left -= most * price
      return most == UInt128(level.quantity)
    }
    return TakingCost(quantity: quantity, notional: notional - left)
  }

  /// Lots of `side` at `price` or better, exact.
  @inlinable public func depth(_ side: Side, to price: Int64) -> UInt128 {
    var sum: UInt128 = 0
    walk(side) { level in
      guard side == .bid ? level.price >= price : level.price <= price else { return false }
      sum += UInt128(level.quantity)
      return true
    }
    return sum
  }
}
