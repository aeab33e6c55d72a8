import Matching
import Quantities

/// The books that a node keeps in memory, the cancels it remembers and the operations it will propose. Rules DYDX-10 to
/// DYDX-16. Nothing of it is in the state; what a block does is told by its operations alone.
public struct Memclob: Sendable {
  /// One pair's book; prices in ticks, sizes in base quantums.
  struct PairBook: Sendable {
    var book = SharedBook()
    var subticksPerTick: UInt64
    var step: UInt64
  }

  var books: [UInt32: PairBook] = [:]  // lookup only
  /// Resting orders by the book's number less one; the free numbers are kept.
  var slots: ContiguousArray<BookOrder?> = []
  var freeSlots: [UInt64] = []
  var ids: [OrderKey: UInt64] = [:]  // lookup only
  var nextSequence: UInt64 = 0
  /// The last block of each remembered cancel.
  var cancels: [OrderKey: UInt32] = [:]  // lookup only
  /// Short-term orders and cancels by their last block.
  var lastBlocks: [UInt32: [OrderKey]] = [:]  // lookup only
  var reduceOnly: [Subaccount: [OrderKey]] = [:]  // lookup only
  public internal(set) var queue = OperationsQueue()

  public init() {}

  /// Opens a pair's book.
  public mutating func open(pair: UInt32, subticksPerTick: UInt64, step: UInt64) {
    guard books[pair] == nil else { return }
    books[pair] = PairBook(subticksPerTick: max(1, subticksPerTick), step: step)
  }

  public func resting(_ key: OrderKey) -> BookOrder? {
    guard let id = ids[key] else { return nil }
    return slots[Int(id) - 1]
  }

  public func contains(_ key: OrderKey) -> Bool { ids[key] != nil }

  /// Orders of a side in priority, with what is left of each.
  public func orders(pair: UInt32, isBids: Bool) -> [(order: ClobOrder, remaining: UInt64)] {
    var result: [(order: ClobOrder, remaining: UInt64)] = []
    books[pair]?.book.walkOrders(isBids ? .bid : .ask) { resting in
      if let order = slots[Int(resting.id) - 1]?.order { result.append((order, resting.quantity)) }
      return true
    }
    return result
  }

  /// Every resting order, by id.
  public func allKeys() -> [OrderKey] { slots.compactMap { $0?.order.key }.sorted() }

  /// Open reduce-only orders of an account in a pair.
  public func reduceOnlyOrders(of subaccount: Subaccount, pair: UInt32) -> [OrderKey] {
    (reduceOnly[subaccount] ?? []).filter { $0.pair == pair }.sorted()
  }

  // MARK: Changing

  /// The tick of a price; above the greatest tick that a book can hold, that one.
  static func tick(_ subticks: UInt64, _ subticksPerTick: UInt64) -> Int64 {
    Int64(clamping: subticks / subticksPerTick)
  }

  /// Rests an order behind those of its price. False where the book cannot hold it.
  mutating func rest(_ order: BookOrder, remaining: UInt64) -> Bool {
    let key = order.order.key
    // The book itself is not held here, or it would be copied to be changed.
    guard let subticksPerTick = books[key.pair]?.subticksPerTick, ids[key] == nil else { return false }
    let id = freeSlots.popLast() ?? UInt64(slots.count + 1)
    let resting = RestingOrder(
      id: id, owner: 0, price: Self.tick(order.order.subticks, subticksPerTick), quantity: remaining,
      sequence: nextSequence)
    let side: Side = order.order.isBuy ? .bid : .ask
    guard (try? books[key.pair]?.book.insert(resting, side: side)) != nil else {
      freeSlots.append(id)
      return false
    }
    nextSequence += 1
    if Int(id) > slots.count { slots.append(order) } else { slots[Int(id) - 1] = order }
    ids[key] = id
    if case .block(let last) = order.order.goodTil { lastBlocks[last, default: []].append(key) }
    if order.order.isReduceOnly { reduceOnly[key.subaccount, default: []].append(key) }
    return true
  }

  @discardableResult
  mutating func remove(_ key: OrderKey) -> BookOrder? {
    guard let id = ids.removeValue(forKey: key), let order = slots[Int(id) - 1] else { return nil }
    books[key.pair]?.book.cancel(id)
    slots[Int(id) - 1] = nil
    freeSlots.append(id)
    if order.order.isReduceOnly {
      reduceOnly[key.subaccount]?.removeAll { $0 == key }
      if reduceOnly[key.subaccount]?.isEmpty == true { reduceOnly[key.subaccount] = nil }
    }
    return order
  }

  /// Sets what is left of a resting order; none removes it.
  mutating func setRemaining(_ key: OrderKey, _ remaining: UInt64) {
    guard let id = ids[key] else { return }
    if remaining == 0 {
      remove(key)
    } else {
      try? books[key.pair]?.book.reduce(id, to: remaining)
    }
  }
}
