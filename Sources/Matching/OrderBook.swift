/// A book of price-time priority: better prices first, at one price the lower sequence first, then the earlier insert.
/// It never knows which venue it serves, and it is derived state: when the orders of one level have distinct sequences
/// its content is a function of the orders alone, so that a room rebuilds it from its records in any order.
public protocol OrderBook: ~Copyable {
  init()

  /// Adds an order; among the orders of its price it stands behind those of a lower or equal sequence. A sequence above
  /// all others of its level costs constant time, another a step for each order it overtakes.
  mutating func insert(_ order: RestingOrder, side: Side) throws(BookRefusal)
  /// Removes an order and returns it as it stood; nil when it does not rest here.
  @discardableResult mutating func cancel(_ id: UInt64) -> RestingOrder?
  /// Sets what is left of an order to fewer lots (one or more); it keeps its priority.
  mutating func reduce(_ id: UInt64, to quantity: UInt64) throws(BookRefusal)
  mutating func removeAll()

  func contains(_ id: UInt64) -> Bool
  func order(_ id: UInt64) -> RestingOrder?
  func side(of id: UInt64) -> Side?
  /// Orders on both sides.
  var orderCount: Int { get }
  func best(_ side: Side) -> BookLevel?
  /// The level at a price; nil when nothing rests there.
  func level(at price: Int64, side: Side) -> BookLevel?

  /// Walks the taker through the other side, best first, and asks `decide` for each fill that priority gives. Decided
  /// fills are booked before the next one is proposed. `onSelfTrade` is told of every resting order that the taker's
  /// policy removes or shrinks. When a closure throws, its own fill (or self-trade) is not booked, those before it are.
  mutating func match<Failure: Error>(
    _ taker: TakerOrder, onSelfTrade: (SelfTrade) throws(Failure) -> Void,
    decide: (ProposedFill) throws(Failure) -> FillDecision
  ) throws(Failure) -> MatchResult

  /// Levels of a side, best first, until `body` returns false.
  func walk(_ side: Side, _ body: (BookLevel) -> Bool)
  /// Orders of a side in priority order, until `body` returns false.
  func walkOrders(_ side: Side, _ body: (RestingOrder) -> Bool)

  /// Every rule of the book's own structure that does not hold, a sentence each; empty when all is well. Linear.
  func checkInvariants() -> [String]
}

extension OrderBook where Self: ~Copyable {
  @inlinable public var bestBid: BookLevel? { best(.bid) }
  @inlinable public var bestAsk: BookLevel? { best(.ask) }
  @inlinable public var isEmpty: Bool { orderCount == 0 }

  /// Lots resting at a price.
  @inlinable public func quantity(at price: Int64, side: Side) -> UInt64 { level(at: price, side: side)?.quantity ?? 0 }

  /// Matching for a taker whose policy touches no resting order (`allow`, `cancelTaking`); any other traps. Where the
  /// policy comes with the order, use the form with `onSelfTrade`.
  @inline(__always) @inlinable public mutating func match<Failure: Error>(
    _ taker: TakerOrder, decide: (ProposedFill) throws(Failure) -> FillDecision
  ) throws(Failure) -> MatchResult {
    precondition(
      taker.selfTrade == .allow || taker.selfTrade == .cancelTaking,
      "a policy that removes resting orders needs somebody to tell of it")
    return try match(taker, onSelfTrade: { (_: SelfTrade) throws(Failure) in }, decide: decide)
  }

  /// Orders of a side in priority order.
  @inlinable public func forEachOrder(_ side: Side, _ body: (RestingOrder) -> Void) {
    walkOrders(side) { order in
      body(order)
      return true
    }
  }

  /// A number that two books share when they hold the same orders in the same priority, whatever their implementation.
  /// Linear. It finds differences, it does not resist forgers.
  public var stateHash: UInt64 {
    var hash: UInt64 = 0x2545_F491_4F6C_DD1D
    func mix(_ value: UInt64) {
      hash = (hash ^ value) &* 0x9FB2_1C65_1E98_DF25
      hash ^= hash >> 29
    }
    for side in Side.allCases {
      mix(UInt64(side.rawValue) &+ 1)
      walkOrders(side) { order in
        mix(order.id)
        mix(order.owner)
        mix(UInt64(bitPattern: order.price))
        mix(order.quantity)
        mix(order.sequence)
        return true
      }
    }
    return hash
  }
}
