import BasicContainers

/// A book that copies like a value: copies share one `LadderBook` until one of them changes, which then clones it (in
/// time linear in its slabs). So a room's state can hold books and be forked.
@frozen public struct SharedBook: OrderBook, Sendable {
  /// Never changed while two owners hold it, hence `@unchecked Sendable` as for the standard collections.
  @usableFromInline package final class Box: @unchecked Sendable {
    @usableFromInline package var book: LadderBook

    @inlinable package init(_ book: consuming LadderBook) { self.book = book }
  }

  @usableFromInline package var box: Box

  @inlinable public init() { box = Box(LadderBook()) }

  /// Takes over a book, such as one just rebuilt.
  @inlinable public init(_ book: consuming LadderBook) { box = Box(book) }

  @inlinable package mutating func makeUnique() {
    if !isKnownUniquelyReferenced(&box) { box = Box(box.book.clone()) }
  }

  /// Many operations under one access and one uniqueness check.
  @inlinable public mutating func update<Result: ~Copyable, Failure: Error>(
    _ body: (inout LadderBook) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    makeUnique()
    return try body(&box.book)
  }

  /// Many looks under one access.
  @inlinable public func read<Result: ~Copyable, Failure: Error>(
    _ body: (borrowing LadderBook) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(box.book)
  }

  /// Whether both are the same storage; if so they are equal without looking.
  @inlinable public func isIdentical(to other: SharedBook) -> Bool { box === other.box }

  @inlinable public mutating func insert(_ order: RestingOrder, side: Side) throws(BookRefusal) {
    makeUnique()
    try box.book.insert(order, side: side)
  }

  @inlinable @discardableResult public mutating func cancel(_ id: UInt64) -> RestingOrder? {
    guard box.book.contains(id) else { return nil }
    makeUnique()
    return box.book.cancel(id)
  }

  @inlinable public mutating func reduce(_ id: UInt64, to quantity: UInt64) throws(BookRefusal) {
    makeUnique()
    try box.book.reduce(id, to: quantity)
  }

  @inlinable public mutating func removeAll() { box = Box(LadderBook()) }

  /// The closures may not touch this book; a copy of it they may.
  @inlinable public mutating func match<Failure: Error>(
    _ taker: TakerOrder, onSelfTrade: (SelfTrade) throws(Failure) -> Void,
    decide: (ProposedFill) throws(Failure) -> FillDecision
  ) throws(Failure) -> MatchResult {
    makeUnique()
    return try box.book.match(taker, onSelfTrade: onSelfTrade, decide: decide)
  }

  @inlinable public func contains(_ id: UInt64) -> Bool { box.book.contains(id) }
  @inlinable public func order(_ id: UInt64) -> RestingOrder? { box.book.order(id) }
  @inlinable public func side(of id: UInt64) -> Side? { box.book.side(of: id) }
  @inlinable public var orderCount: Int { box.book.orderCount }
  @inlinable public func best(_ side: Side) -> BookLevel? { box.book.best(side) }
  @inlinable public func level(at price: Int64, side: Side) -> BookLevel? { box.book.level(at: price, side: side) }
  @inlinable public func walk(_ side: Side, _ body: (BookLevel) -> Bool) { box.book.walk(side, body) }
  @inlinable public func walkOrders(_ side: Side, _ body: (RestingOrder) -> Bool) { box.book.walkOrders(side, body) }
  public func checkInvariants() -> [String] { box.book.checkInvariants() }
}
