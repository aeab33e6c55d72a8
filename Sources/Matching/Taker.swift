/// What happens when an incoming order meets a resting order of the same owner.
@frozen public enum SelfTradePolicy: UInt8, Sendable, Hashable, CaseIterable {
  /// They trade; the room is asked as for any other fill.
  case allow
  /// The resting order is removed and matching goes on.
  case cancelResting
  /// What is left of the incoming order is cancelled, the resting order stays.
  case cancelTaking
  /// Both.
  case cancelBoth
  /// Both lose the smaller of the two quantities without a trade; what is left of the larger goes on.
  case decrement
}

/// An incoming order.
@frozen public struct TakerOrder: Sendable, Hashable {
  /// The side it would rest on: a bid takes asks.
  public var side: Side
  /// The worst price it accepts, in ticks; any `Int64`.
  public var limitPrice: Int64
  /// In lots.
  public var quantity: UInt64
  public var owner: UInt64
  public var selfTrade: SelfTradePolicy

  @inlinable public init(
    side: Side, limitPrice: Int64, quantity: UInt64, owner: UInt64, selfTrade: SelfTradePolicy
  ) {
    self.side = side
    self.limitPrice = limitPrice
    self.quantity = quantity
    self.owner = owner
    self.selfTrade = selfTrade
  }

  /// An order without a price limit.
  @inlinable public init(market side: Side, quantity: UInt64, owner: UInt64, selfTrade: SelfTradePolicy) {
    self.init(
      side: side, limitPrice: side == .bid ? .max : .min, quantity: quantity, owner: owner, selfTrade: selfTrade)
  }
}

/// The next trade that price and time priority give; the room decides on it.
@frozen public struct ProposedFill: Sendable, Hashable {
  /// The resting order as it stands before this fill. The trade is at its price.
  public var maker: RestingOrder
  /// The smaller of what is left of both orders, in lots, greater than zero.
  public var quantity: UInt64
  /// What is left of the taker before this fill, in lots.
  public var takerRemaining: UInt64

  @inlinable public init(maker: RestingOrder, quantity: UInt64, takerRemaining: UInt64) {
    self.maker = maker
    self.quantity = quantity
    self.takerRemaining = takerRemaining
  }

  @inlinable public var price: Int64 { maker.price }
  /// Whether this fill, taken whole, uses up the resting order.
  @inlinable public var exhaustsMaker: Bool { quantity == maker.quantity }
}

/// What the room makes of a proposed fill. A quantity above the proposed one is a mistake of the room and traps.
@frozen public enum FillDecision: Sendable, Hashable {
  /// Trade so many lots. Fewer than proposed ends the matching after them, for the taker may go no further (a
  /// reduce-only taker, a margin limit); the resting order keeps its place.
  case fill(UInt64)
  /// Trade so many lots (zero or more), remove what is left of the resting order, and go on (a reduce-only maker, a
  /// maker who cannot carry more).
  case fillThenCancelMaker(UInt64)
  /// Remove the resting order without a trade, and go on.
  case cancelMaker
  /// Trade nothing and end the matching.
  case stop
}

/// A resting order changed by the taker's self-trade policy, without a trade.
@frozen public struct SelfTrade: Sendable, Hashable {
  /// The resting order as it stood before.
  public var maker: RestingOrder
  /// The lots it lost: all of them, unless the policy is `decrement` and the taker was smaller.
  public var removed: UInt64

  @inlinable public init(maker: RestingOrder, removed: UInt64) {
    self.maker = maker
    self.removed = removed
  }

  @inlinable public var makerRemains: Bool { removed < maker.quantity }
}

/// Why matching ended.
@frozen public enum StopReason: UInt8, Sendable, Hashable {
  /// Nothing is left of the taker.
  case exhausted
  /// No resting order is left within the taker's limit price.
  case limitReached
  /// The taker met its owner's resting order and its policy cancels the taker.
  case selfTrade
  /// The room stopped it.
  case decided
}

/// What became of a taker: `filled + decremented + remaining` is the quantity it came with.
@frozen public struct MatchResult: Sendable, Hashable {
  /// Lots left. What becomes of them (rest, cancel) is the room's decision; after `selfTrade` they are to be cancelled.
  public var remaining: UInt64
  /// Lots traded.
  public var filled: UInt64
  /// Lots taken off by the policy `decrement`.
  public var decremented: UInt64
  public var reason: StopReason

  @inlinable public init(remaining: UInt64, filled: UInt64, decremented: UInt64, reason: StopReason) {
    self.remaining = remaining
    self.filled = filled
    self.decremented = decremented
    self.reason = reason
  }
}
