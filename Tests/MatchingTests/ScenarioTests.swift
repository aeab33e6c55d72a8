import Matching
import Testing

/// Runs the same body over every implementation.
private func everyBook(_ body: (any BookScenario) -> Void) {
  body(Runner<PlainBook>())
  body(Runner<LadderBook>())
  body(Runner<SharedBook>())
}

private protocol BookScenario {
  func run(_ table: Table)
}

/// A scenario drawn as a table: orders that rest, a taker, what must come out and what must be left.
private struct Table {
  var name: String
  /// id, owner, side, price, quantity; the sequence is the line's number.
  var resting: [(UInt64, UInt64, Side, Int64, UInt64)]
  var taker: TakerOrder
  var rule = DecisionRule.fillAll
  /// maker and lots proposed.
  var proposed: [(UInt64, UInt64)]
  var selfTrades: [(UInt64, UInt64)] = []
  var result: MatchResult
  /// ids and lots left on the taker's opposite side, in priority order.
  var left: [(UInt64, UInt64)]
}

private struct Runner<Book: OrderBook & ~Copyable>: BookScenario {
  func run(_ table: Table) {
    var book = Book()
    var refusals = 0
    for (line, row) in table.resting.enumerated() {
      let order = RestingOrder(id: row.0, owner: row.1, price: row.3, quantity: row.4, sequence: UInt64(line))
      do { try book.insert(order, side: row.2) } catch { refusals += 1 }
    }
    #expect(refusals == 0, "\(table.name)")
    var proposed: [[UInt64]] = []
    var own: [[UInt64]] = []
    let tradable = book.tradable(table.taker)
    let result = book.match(
      table.taker, onSelfTrade: { own.append([$0.maker.id, $0.removed]) },
      decide: {
        proposed.append([$0.maker.id, $0.quantity])
        return table.rule($0)
      })
    let left = orders(book, table.taker.side.opposite).map { [$0.id, $0.quantity] }
    let broken = book.checkInvariants()
    #expect(result == table.result, "\(table.name)")
    #expect(proposed == table.proposed.map { [$0.0, $0.1] }, "\(table.name)")
    #expect(own == table.selfTrades.map { [$0.0, $0.1] }, "\(table.name)")
    #expect(left == table.left.map { [$0.0, $0.1] }, "\(table.name)")
    #expect(broken.isEmpty, "\(table.name): \(broken)")
    if table.rule == .fillAll { #expect(tradable == result.filled, "\(table.name)") }
  }
}

private func buy(_ quantity: UInt64, _ limit: Int64, _ policy: SelfTradePolicy = .allow) -> TakerOrder {
  TakerOrder(side: .bid, limitPrice: limit, quantity: quantity, owner: 9, selfTrade: policy)
}

private func done(
  _ filled: UInt64, _ remaining: UInt64, _ reason: StopReason, decremented: UInt64 = 0
) -> MatchResult {
  MatchResult(remaining: remaining, filled: filled, decremented: decremented, reason: reason)
}

/// Five asks, of which the second at 10 and the one at 12 are the taker's own.
private let asks: [(UInt64, UInt64, Side, Int64, UInt64)] = [
  (1, 1, .ask, 11, 4), (2, 2, .ask, 10, 3), (3, 9, .ask, 10, 2), (4, 3, .ask, 10, 5), (5, 9, .ask, 12, 6),
]

@Suite struct ScenarioTests {
  @Test func matchingTables() {
    // Price, then time; limits; every self-trade policy; every decision of the room.
    let whole: [(UInt64, UInt64)] = [(2, 3), (3, 2), (4, 5), (1, 4), (5, 6)]
    let tables = [
      Table(
        name: "nothing rests", resting: [], taker: buy(3, 10), proposed: [], result: done(0, 3, .limitReached), left: []
      ),
      Table(
        name: "limit below", resting: asks, taker: buy(3, 9), proposed: [], result: done(0, 3, .limitReached),
        left: whole),
      Table(
        name: "no lots", resting: asks, taker: buy(0, 12), proposed: [], result: done(0, 0, .exhausted), left: whole),
      Table(
        name: "price then time", resting: asks, taker: buy(12, 11), proposed: [(2, 3), (3, 2), (4, 5), (1, 2)],
        result: done(12, 0, .exhausted), left: [(1, 2), (5, 6)]),
      Table(
        name: "up to the limit", resting: asks, taker: buy(50, 10), proposed: [(2, 3), (3, 2), (4, 5)],
        result: done(10, 40, .limitReached), left: [(1, 4), (5, 6)]),
      Table(
        name: "market takes all",
        resting: asks, taker: TakerOrder(market: .bid, quantity: 50, owner: 8, selfTrade: .cancelBoth),
        proposed: [(2, 3), (3, 2), (4, 5), (1, 4), (5, 6)], result: done(20, 30, .limitReached), left: []),
      Table(
        name: "cancel resting", resting: asks, taker: buy(10, 11, .cancelResting), proposed: [(2, 3), (4, 5), (1, 2)],
        selfTrades: [(3, 2)], result: done(10, 0, .exhausted), left: [(1, 2), (5, 6)]),
      Table(
        name: "cancel taking", resting: asks, taker: buy(10, 11, .cancelTaking), proposed: [(2, 3)],
        result: done(3, 7, .selfTrade), left: [(3, 2), (4, 5), (1, 4), (5, 6)]),
      Table(
        name: "cancel both", resting: asks, taker: buy(10, 11, .cancelBoth), proposed: [(2, 3)], selfTrades: [(3, 2)],
        result: done(3, 7, .selfTrade), left: [(4, 5), (1, 4), (5, 6)]),
      Table(
        name: "decrement the smaller maker", resting: asks, taker: buy(8, 11, .decrement),
        proposed: [(2, 3), (4, 3)], selfTrades: [(3, 2)], result: done(6, 0, .exhausted, decremented: 2),
        left: [(4, 2), (1, 4), (5, 6)]),
      Table(
        name: "decrement the smaller taker", resting: asks, taker: buy(15, 12, .decrement),
        proposed: [(2, 3), (4, 5), (1, 4)], selfTrades: [(3, 2), (5, 1)],
        result: done(12, 0, .exhausted, decremented: 3), left: [(5, 5)]),
      Table(
        name: "evict even makers", resting: asks, taker: buy(7, 12), rule: .evictEven,
        proposed: [(2, 3), (3, 2), (4, 5), (1, 4), (5, 1)], result: done(7, 0, .exhausted), left: [(5, 5)]),
      Table(
        name: "half, then evict", resting: asks, taker: buy(4, 12), rule: .shrinkMaker,
        proposed: [(2, 3), (3, 2), (4, 2), (1, 1), (5, 1)], result: done(3, 1, .limitReached), left: []),
      Table(
        name: "short fill ends it", resting: asks, taker: buy(7, 12), rule: .shortFill, proposed: [(2, 3), (3, 2)],
        result: done(4, 3, .decided), left: [(3, 1), (4, 5), (1, 4), (5, 6)]),
      Table(
        name: "the room stops", resting: asks, taker: buy(17, 12), rule: .stopAtOdd,
        proposed: [(2, 3), (3, 2), (4, 5), (1, 4)], result: done(10, 7, .decided), left: [(1, 4), (5, 6)]),
    ]
    for table in tables { everyBook { $0.run(table) } }
  }

  private func refusals<Book: OrderBook & ~Copyable>(_ type: Book.Type) {
    var book = Book()
    func order(_ id: UInt64, _ price: Int64, _ quantity: UInt64) -> RestingOrder {
      RestingOrder(id: id, owner: 1, price: price, quantity: quantity, sequence: id)
    }
    func attempt(_ book: inout Book, _ body: (inout Book) throws(BookRefusal) -> Void) -> BookRefusal? {
      let before = book.stateHash
      do throws(BookRefusal) {
        try body(&book)
        return nil
      } catch {
        let after = book.stateHash
        #expect(before == after, "a refusal changes nothing")
        return error
      }
    }
    let steps: [(RestingOrder, Side, BookRefusal?)] = [
      (order(1, 0, 1), .bid, .priceNotPositive), (order(1, -5, 1), .ask, .priceNotPositive),
      (order(1, 5, 0), .bid, .quantityZero), (order(1, 5, 1), .bid, nil), (order(1, 4, 1), .bid, .duplicateIdentifier),
      (order(2, 5, 1), .ask, .crosses), (order(2, 4, 1), .ask, .crosses), (order(2, 6, 1), .ask, nil),
      (order(3, 6, 1), .bid, .crosses), (order(3, 5, .max), .bid, .levelOverflow), (order(3, 5, .max - 1), .bid, nil),
      (order(4, 5, 1), .bid, .levelOverflow), (order(4, 4, .max), .bid, nil), (order(.max, 3, 1), .bid, nil),
      (order(.max, 2, 1), .bid, .duplicateIdentifier), (order(0, 7, 1), .ask, nil),
    ]
    for (order, side, refusal) in steps {
      let got = attempt(&book) { (book) throws(BookRefusal) in try book.insert(order, side: side) }
      #expect(got == refusal, "\(order)")
    }
    let zero = attempt(&book) { (book) throws(BookRefusal) in try book.reduce(3, to: 0) }
    let unknown = attempt(&book) { (book) throws(BookRefusal) in try book.reduce(77, to: 1) }
    let more = attempt(&book) { (book) throws(BookRefusal) in try book.reduce(1, to: 2) }
    #expect(zero == .quantityZero && unknown == .unknownOrder && more == .notReduced)
    // Sums over levels are wider than a level.
    let depth = book.depth(.bid, to: 1)
    let fillable = book.fillable(side: .ask, limitPrice: 1)
    let broken = book.checkInvariants()
    #expect(depth == UInt128(UInt64.max) * 2 + 1)
    #expect(fillable == .max)
    #expect(broken.isEmpty, "\(broken)")
  }

  @Test func refusalsChangeNothing() {
    // Every refusal is met, and leaves the book as it was; level sums never wrap.
    refusals(PlainBook.self)
    refusals(LadderBook.self)
    refusals(SharedBook.self)
  }

  private func priority<Book: OrderBook & ~Copyable>(_ type: Book.Type) throws {
    var book = Book()
    func ids(_ book: borrowing Book) -> [UInt64] { orders(book, .bid).map(\.id) }
    for (id, sequence) in [(UInt64(7), UInt64(30)), (8, 10), (9, 20), (4, 20), (5, 40)] {
      try book.insert(RestingOrder(id: id, owner: 1, price: 5, quantity: 9, sequence: sequence), side: .bid)
    }
    #expect(ids(book) == [8, 9, 4, 7, 5], "lower sequence first, equal ones in the order of insertion")
    try book.reduce(8, to: 2)
    try book.reduce(9, to: 9)
    #expect(ids(book) == [8, 9, 4, 7, 5], "a reduction keeps its place")
    let level = book.bestBid
    #expect(level == BookLevel(price: 5, quantity: 38, orderCount: 5))
    let gone = book.cancel(9)
    let again = book.cancel(9)
    #expect(gone?.quantity == 9 && again == nil)
    #expect(ids(book) == [8, 4, 7, 5])
    let side = book.side(of: 7)
    let order = book.order(8)
    #expect(side == .bid && order?.quantity == 2 && order?.price == 5)
    let broken = book.checkInvariants()
    #expect(broken.isEmpty, "\(broken)")
    book.removeAll()
    let empty = book.isEmpty && book.bestBid == nil && !book.contains(8)
    #expect(empty)
  }

  @Test func sequencesGivePriority() throws {
    // Insertion honours sequences, so a book rebuilt in any order is the same book; reductions keep their place.
    try priority(PlainBook.self)
    try priority(LadderBook.self)
    try priority(SharedBook.self)
  }

  private struct Halt: Error {}

  private func throwing<Book: OrderBook & ~Copyable>(_ type: Book.Type) throws {
    var book = Book()
    for id in UInt64(1)...3 {
      try book.insert(RestingOrder(id: id, owner: id, price: 5, quantity: 4, sequence: id), side: .ask)
    }
    let taker = TakerOrder(side: .bid, limitPrice: 5, quantity: 12, owner: 3, selfTrade: .cancelResting)
    var threw = 0
    do throws(Halt) {
      _ = try book.match(taker, onSelfTrade: { (_) throws(Halt) in throw Halt() }) { (fill) throws(Halt) in
        .fill(fill.quantity)
      }
    } catch { threw += 1 }
    let left = orders(book, .ask).map(\.id)
    #expect(threw == 1 && left == [3], "fills before the throw stay, the self-trade did not happen")
    let broken = book.checkInvariants()
    #expect(broken.isEmpty)
  }

  @Test func aThrowBooksNothingOfItsOwn() throws {
    // A closure that throws ends the matching with all earlier fills booked and its own not.
    try throwing(PlainBook.self)
    try throwing(LadderBook.self)
    try throwing(SharedBook.self)
  }
}
