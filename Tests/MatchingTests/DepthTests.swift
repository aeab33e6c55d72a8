import Matching
import Testing

@Suite struct DepthTests {
  private func ladder() throws -> SharedBook {
    var book = SharedBook()
    for (id, price, quantity) in [(UInt64(1), Int64(10), UInt64(3)), (2, 11, 2), (3, 90, 5)] {
      try book.insert(RestingOrder(id: id, owner: id, price: price, quantity: quantity, sequence: id), side: .ask)
    }
    try book.insert(RestingOrder(id: 4, owner: 4, price: 9, quantity: 7, sequence: 4), side: .bid)
    return book
  }

  @Test func costs() throws {
    // Worked numbers of the docstrings, and the ends of both walks.
    let book = try ladder()
    #expect(book.cost(ofTaking: 4, from: .ask) == TakingCost(quantity: 4, notional: 41))
    #expect(book.cost(ofTaking: 0, from: .ask) == TakingCost(quantity: 0, notional: 0))
    #expect(book.cost(ofTaking: 99, from: .ask) == TakingCost(quantity: 10, notional: 30 + 22 + 450))
    #expect(book.cost(ofSpending: 45, from: .ask) == TakingCost(quantity: 4, notional: 41))
    #expect(book.cost(ofSpending: 9, from: .ask) == TakingCost(quantity: 0, notional: 0))
    #expect(book.cost(ofSpending: .max, from: .ask) == TakingCost(quantity: 10, notional: 502))
    #expect(book.fillable(side: .bid, limitPrice: 11) == 5)
    #expect(book.fillable(side: .bid, limitPrice: 11, upTo: 4) == 4)
    #expect(book.fillable(side: .bid, limitPrice: 90, excluding: 2) == 8)
    #expect(book.fillable(side: .ask, limitPrice: 10) == 0)
    #expect(book.depth(.ask, to: 11) == 5)
    #expect(book.quantity(at: 90, side: .ask) == 5 && book.quantity(at: 90, side: .bid) == 0)
    #expect(book.wouldCross(side: .bid, price: 10) && !book.wouldCross(side: .bid, price: 9))
    #expect(book.wouldCross(side: .ask, price: 9) && !book.wouldCross(side: .ask, price: 10))
    #expect(levels(book, .ask).map(\.price) == [10, 11, 90])
  }

  @Test func timesInForce() throws {
    // Post-only and fill-or-kill are answered before anything is touched.
    let book = try ladder()
    func taker(_ price: Int64, _ quantity: UInt64, _ owner: UInt64, _ policy: SelfTradePolicy) -> TakerOrder {
      TakerOrder(side: .bid, limitPrice: price, quantity: quantity, owner: owner, selfTrade: policy)
    }
    let rows: [(TakerOrder, TimeInForce, Admission)] = [
      (taker(10, 9, 9, .allow), .goodTilCancelled, .admitted), (taker(1, 9, 9, .allow), .immediateOrCancel, .admitted),
      (taker(9, 9, 9, .allow), .postOnly, .admitted), (taker(10, 9, 9, .allow), .postOnly, .wouldTake(best: 10)),
      (taker(11, 5, 9, .allow), .fillOrKill, .admitted),
      (taker(11, 6, 9, .allow), .fillOrKill, .notFillable(available: 5)),
      (taker(90, 8, 2, .cancelResting), .fillOrKill, .admitted),
      (taker(90, 9, 2, .cancelResting), .fillOrKill, .notFillable(available: 8)),
      (taker(90, 4, 2, .cancelTaking), .fillOrKill, .notFillable(available: 3)),
      (taker(90, 3, 2, .cancelBoth), .fillOrKill, .admitted),
      (taker(90, 6, 2, .decrement), .fillOrKill, .notFillable(available: 4)),
    ]
    for (taker, force, admission) in rows {
      #expect(book.admission(of: taker, timeInForce: force) == admission, "\(taker) \(force)")
    }
    #expect(TimeInForce.allCases.filter(\.rests) == [.goodTilCancelled, .postOnly])
  }

  @Test func extremePrices() throws {
    // One tick and `Int64.max` share a book, and no limit overflows.
    var book = LadderBook()
    for (id, price) in [(UInt64(1), Int64(1)), (2, 2), (3, Int64.max / 2)] {
      try book.insert(RestingOrder(id: id, owner: id, price: price, quantity: .max, sequence: id), side: .bid)
    }
    for (id, price) in [(UInt64(4), Int64.max), (5, .max - 1), (6, .max - 64)] {
      try book.insert(RestingOrder(id: id, owner: id, price: price, quantity: .max, sequence: id), side: .ask)
    }
    let bids = levels(book, .bid).map(\.price)
    let asks = levels(book, .ask).map(\.price)
    #expect(bids == [Int64.max / 2, 2, 1])
    #expect(asks == [Int64.max - 64, .max - 1, .max])
    let cost = book.cost(ofTaking: .max, from: .ask)
    #expect(cost.notional == UInt128(UInt64.max) * UInt128(Int64.max - 64))
    let spent = book.cost(ofSpending: .max, from: .ask)
    #expect(spent.quantity == .max, "no more lots than a quantity can say")
    let none = book.match(TakerOrder(side: .bid, limitPrice: .min, quantity: 5, owner: 0, selfTrade: .allow)) {
      .fill($0.quantity)
    }
    #expect(none.filled == 0 && none.reason == .limitReached)
    let all = book.match(TakerOrder(market: .ask, quantity: .max, owner: 0, selfTrade: .allow)) { .fill($0.quantity) }
    #expect(all.filled == .max && all.remaining == 0)
    let broken = book.checkInvariants()
    let left = book.orderCount
    #expect(broken.isEmpty && left == 5)
  }
}
