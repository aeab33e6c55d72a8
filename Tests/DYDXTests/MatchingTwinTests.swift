@testable import DYDX
import Quantities
import Testing
import VenueKit

/// The books against a twin of plain arrays, over random orders, cancels and replacements.
@Suite struct MatchingTwinTests {
  /// Accounts that allow every match; the fills are all there is to them.
  struct Generous: MatchKeeper {
    var fills: [OrderKey: UInt64] = [:]
    var layers: [[OrderKey: UInt64]] = []

    mutating func open() { layers.append(fills) }
    mutating func keep() { layers.removeLast() }
    mutating func undo() { fills = layers.removeLast() }
    mutating func attempt(_ taker: Taker, _ maker: ClobOrder, _ amount: UInt64) -> MatchAttempt {
      fills[maker.key, default: 0] += amount
      if case .order(let order) = taker { fills[order.key, default: 0] += amount }
      return .done
    }
    func position(_ subaccount: Subaccount, pair: UInt32) -> Int256 { 0 }
    func filled(_ key: OrderKey) -> UInt64 { fills[key] ?? 0 }
    func proves(_ reason: RemovalReason, of order: ClobOrder) -> Bool { true }
    func allows(_ order: BookOrder) -> Bool { true }
  }

  struct Twin {
    struct Resting {
      var order: ClobOrder
      var left: UInt64
    }

    /// In the order of resting.
    var book: [Resting] = []
    var fills: [OrderKey: UInt64] = [:]

    /// Nil when the order is refused.
    mutating func place(_ order: ClobOrder) -> UInt64? {
      let standing = book.firstIndex { $0.order.key == order.key }
      if let standing {
        let old = book[standing].order
        guard order.isLater(than: old), order.isBuy == old.isBuy, order.timeInForce == old.timeInForce else {
          return nil
        }
      }
      let before = fills[order.key] ?? 0
      guard before < order.quantums else { return nil }
      if order.timeInForce == .immediateOrCancel && before > 0 { return nil }
      var left = order.quantums - before
      var taken: [(place: Int, amount: UInt64)] = []
      var selfTrades: [OrderKey] = []
      for place in crossing(order) where left > 0 {
        let maker = book[place]
        if maker.order.key == order.key { continue }
        if maker.order.key.subaccount == order.key.subaccount {
          selfTrades.append(maker.order.key)
          continue
        }
        if order.timeInForce == .postOnly {
          book.removeAll { selfTrades.contains($0.order.key) }
          return nil
        }
        let amount = min(left, maker.left)
        taken.append((place, amount))
        left -= amount
      }
      for (place, amount) in taken {
        book[place].left -= amount
        fills[book[place].order.key, default: 0] += amount
        fills[order.key, default: 0] += amount
      }
      book.removeAll { $0.left == 0 || $0.order.key == order.key || selfTrades.contains($0.order.key) }
      if left > 0 && order.timeInForce != .immediateOrCancel { book.append(Resting(order: order, left: left)) }
      return order.quantums - before - left
    }

    /// Places of the other side's orders that cross, best and oldest first.
    private func crossing(_ order: ClobOrder) -> [Int] {
      let places = book.indices.filter { place in
        let maker = book[place].order
        return maker.isBuy != order.isBuy
          && (order.isBuy ? maker.subticks <= order.subticks : maker.subticks >= order.subticks)
      }
      return places.sorted { left, right in
        let (first, second) = (book[left].order.subticks, book[right].order.subticks)
        if first == second { return left < right }
        return order.isBuy ? first < second : first > second
      }
    }

    mutating func cancel(_ key: OrderKey) { book.removeAll { $0.order.key == key } }

    func side(isBids: Bool) -> [Resting] {
      let side = book.filter { $0.order.isBuy == isBids }
      return side.indices.sorted { left, right in
        let (first, second) = (side[left].order.subticks, side[right].order.subticks)
        if first == second { return left < right }
        return isBids ? first > second : first < second
      }.map { side[$0] }
    }
  }

  @Test("Books and twin hold the same orders, remainders and fills", arguments: [1, 2, 3, 4] as [UInt64])
  func sameBooks(seed: UInt64) throws {
    var random = RandomStream(seed, 7, 8, 9)
    var (book, keeper, twin) = (Memclob(), Generous(), Twin())
    book.open(pair: 0, subticksPerTick: 1, step: 1)
    var (accepted, filled) = (0, 0)
    for turn in 0..<3_000 {
      let person = Address(word0: random.uniform(below: 6), word1: 1, word2: 1)
      let key = OrderKey(
        Subaccount(person), clientID: UInt32(random.uniform(below: 200)), flags: OrderFlags.shortTerm, pair: 0)
      if random.uniform(below: 10) == 0, let standing = book.resting(key)?.order {
        try? book.cancel(key, goodTilBlock: standing.goodTilBlock)
        twin.cancel(key)
        continue
      }
      let forces: [TimeInForce] = [.goodTilTime, .goodTilTime, .goodTilTime, .immediateOrCancel, .postOnly]
      let order = ClobOrder(
        key: key, isBuy: random.uniform(below: 2) == 0, quantums: 1 + random.uniform(below: 40),
        subticks: 100 + random.uniform(below: 20),
        goodTil: .block(UInt32(turn / 100 + Int(random.uniform(below: 400)))),
        timeInForce: forces[Int(random.uniform(below: 5))])
      // Remembered cancels and versions that traded are this book's own; the twin knows neither.
      if let last = book.queue.matched(key), !order.isLater(than: last) { continue }
      if let cancelled = book.cancels[key], cancelled >= order.goodTilBlock { continue }
      let placement = try? book.place(BookOrder(order), keeper: &keeper)
      let expected = twin.place(order)
      #expect(placement?.filled == expected)
      accepted += placement == nil ? 0 : 1
      filled += (placement?.filled ?? 0) > 0 ? 1 : 0
      for isBids in [true, false] {
        let (own, others) = (book.orders(pair: 0, isBids: isBids), twin.side(isBids: isBids))
        guard own.map(\.order) == others.map(\.order), own.map(\.remaining) == others.map(\.left) else {
          Issue.record("the books part at turn \(turn)")
          return
        }
      }
    }
    #expect(keeper.fills == twin.fills && accepted > 500 && filled > 200)
  }
}
