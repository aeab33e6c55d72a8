import BasicContainers

/// An order in the slab, with the links of its level's queue; `next` also links free slots.
@frozen @usableFromInline package struct OrderSlot {
  @usableFromInline package var id: UInt64
  @usableFromInline package var owner: UInt64
  @usableFromInline package var quantity: UInt64
  @usableFromInline package var sequence: UInt64
  @usableFromInline package var next: UInt32
  @usableFromInline package var previous: UInt32
  /// `noLink` in a free slot.
  @usableFromInline package var level: UInt32
  /// The next slot of the same bucket of the index.
  @usableFromInline package var chain: UInt32

  @inlinable package init(
    id: UInt64, owner: UInt64, quantity: UInt64, sequence: UInt64, next: UInt32, previous: UInt32, level: UInt32
  ) {
    self.id = id
    self.owner = owner
    self.quantity = quantity
    self.sequence = sequence
    self.next = next
    self.previous = previous
    self.level = level
    chain = noLink
  }

  @inlinable package static var blank: OrderSlot {
    OrderSlot(id: 0, owner: 0, quantity: 0, sequence: 0, next: noLink, previous: noLink, level: noLink)
  }

  /// Field by field in place: a whole record written through the stack and read back in wider pieces stalls. Returns
  /// the free slot that this one linked to.
  @inline(__always) @inlinable package mutating func fill(
    _ order: RestingOrder, next: UInt32, previous: UInt32, level: UInt32, chain: UInt32
  ) -> UInt32 {
    let free = self.next
    id = order.id
    owner = order.owner
    quantity = order.quantity
    sequence = order.sequence
    self.next = next
    self.previous = previous
    self.level = level
    self.chain = chain
    return free
  }

  @inline(__always) @inlinable package mutating func release(_ free: UInt32) {
    next = free
    level = noLink
  }

  /// Links `slot` behind this order unless its sequence is lower.
  @inline(__always) @inlinable package mutating func precede(_ slot: UInt32, _ sequence: UInt64) -> Bool {
    guard self.sequence <= sequence else { return false }
    next = slot
    return true
  }

  @inlinable package func order(price: Int64) -> RestingOrder {
    RestingOrder(id: id, owner: owner, price: price, quantity: quantity, sequence: sequence)
  }
}

/// The queue of one price; `head` also links free levels.
@frozen @usableFromInline package struct LevelRecord {
  @usableFromInline package var price: Int64
  @usableFromInline package var quantity: UInt64
  @usableFromInline package var head: UInt32
  @usableFromInline package var tail: UInt32
  @usableFromInline package var count: UInt32
  @usableFromInline package var side: Side

  @inlinable package init(price: Int64, side: Side) {
    self.price = price
    self.side = side
    quantity = 0
    head = noLink
    tail = noLink
    count = 0
  }

  @inline(__always) @inlinable package mutating func append(_ slot: UInt32, _ added: UInt64) {
    if tail == noLink { head = slot }
    tail = slot
    quantity += added
    count += 1
  }

  /// One order less; true when it was the last one.
  @inline(__always) @inlinable package mutating func lose(_ lost: UInt64) -> Bool {
    quantity -= lost
    count -= 1
    return count == 0
  }

  @inlinable package var view: BookLevel { BookLevel(price: price, quantity: quantity, orderCount: Int(count)) }
}

/// The fast book: orders and levels in slabs linked by 32-bit numbers, each side's prices in a `PriceLadder`, ids in an
/// `OrderIndex`. It has one owner; `SharedBook` wraps it where copies are wanted. Memory follows the largest number of
/// orders and levels that rested at once; a page of 64 prices costs about 280 bytes.
@frozen public struct LadderBook: ~Copyable, OrderBook {
  @usableFromInline package var slots: UniqueArray<OrderSlot>
  @usableFromInline package var levels: UniqueArray<LevelRecord>
  @usableFromInline package var index: OrderIndex
  /// Bids, then asks.
  @usableFromInline package var ladders: InlineArray<2, PriceLadder>
  @usableFromInline package var freeSlot: UInt32
  @usableFromInline package var freeLevel: UInt32

  @inlinable public init() {
    slots = UniqueArray()
    levels = UniqueArray()
    index = OrderIndex()
    ladders = InlineArray { _ in PriceLadder() }
    freeSlot = noLink
    freeLevel = noLink
  }

  /// An independent book with the same orders.
  public func clone() -> LadderBook { LadderBook(copying: self) }

  @usableFromInline package init(copying other: borrowing LadderBook) {
    slots = other.slots.clone()
    levels = other.levels.clone()
    index = OrderIndex(copying: other.index)
    ladders = [PriceLadder(copying: other.ladders[0]), PriceLadder(copying: other.ladders[1])]
    freeSlot = other.freeSlot
    freeLevel = other.freeLevel
  }

  public mutating func removeAll() { self = LadderBook() }

  // MARK: Looking

  @inlinable public var orderCount: Int { index.count }

  @inlinable public func contains(_ id: UInt64) -> Bool { index.contains(id, in: slots) }

  @inlinable public func order(_ id: UInt64) -> RestingOrder? {
    let slot = index.find(id, in: slots)
    guard slot != noLink else { return nil }
    return slots[Int(slot)].order(price: levels[Int(slots[Int(slot)].level)].price)
  }

  @inlinable public func side(of id: UInt64) -> Side? {
    let slot = index.find(id, in: slots)
    return slot == noLink ? nil : levels[Int(slots[Int(slot)].level)].side
  }

  @inlinable public func best(_ side: Side) -> BookLevel? {
    let level = ladders[Int(side.rawValue)].best
    return level == noLink ? nil : levels[Int(level)].view
  }

  @inlinable public func level(at price: Int64, side: Side) -> BookLevel? {
    let level = ladders[Int(side.rawValue)].level(price ^ side.meritMask)
    return level == noLink ? nil : levels[Int(level)].view
  }

  // MARK: Changing

  @inlinable public mutating func insert(_ order: RestingOrder, side: Side) throws(BookRefusal) {
    guard order.price > 0 else { throw .priceNotPositive }
    guard order.quantity > 0 else { throw .quantityZero }
    let opposite = ladders[Int(side.opposite.rawValue)].best
    if opposite != noLink {
      let mask = side.opposite.meritMask
      guard levels[Int(opposite)].price ^ mask < order.price ^ mask else { throw .crosses }
    }
    guard !index.contains(order.id, in: slots) else { throw .duplicateIdentifier }
    guard freeSlot != noLink || slots.count < 1 << 31 else { throw .full }
    let ladder = Int(side.rawValue)
    let merit = order.price ^ side.meritMask
    var level = ladders[ladder].locate(merit)
    if level == noLink {
      level = takeLevel(LevelRecord(price: order.price, side: side))
      ladders[ladder].add(level, merit: merit)
    } else {
      guard levels[Int(level)].quantity <= UInt64.max - order.quantity else { throw .levelOverflow }
    }
    enqueue(order, level: level)
  }

  /// Puts the order behind those of its level whose sequence is not above its own.
  @inline(__always) @inlinable package mutating func enqueue(_ order: RestingOrder, level: UInt32) {
    if freeSlot == noLink { addFreeSlot() }
    let slot = freeSlot
    let tail = levels[Int(level)].tail
    guard tail == noLink || slots[Int(tail)].precede(slot, order.sequence) else {
      jumpQueue(order, level: level)
      return
    }
    levels[Int(level)].append(slot, order.quantity)
    let chain = index.add(order.id, slot: slot, to: &slots)
    freeSlot = slots[Int(slot)].fill(order, next: noLink, previous: tail, level: level, chain: chain)
  }

  /// The same for an order that stands before the last one.
  @inlinable package mutating func jumpQueue(_ order: RestingOrder, level: UInt32) {
    var before = levels[Int(level)].tail
    var after = noLink
    while before != noLink && slots[Int(before)].sequence > order.sequence {
      after = before
      before = slots[Int(before)].previous
    }
    let slot = freeSlot
    if before == noLink { levels[Int(level)].head = slot } else { slots[Int(before)].next = slot }
    slots[Int(after)].previous = slot
    levels[Int(level)].quantity += order.quantity
    levels[Int(level)].count += 1
    let chain = index.add(order.id, slot: slot, to: &slots)
    freeSlot = slots[Int(slot)].fill(order, next: after, previous: before, level: level, chain: chain)
  }

  @inlinable @discardableResult public mutating func cancel(_ id: UInt64) -> RestingOrder? {
    let slot = index.find(id, in: slots)
    guard slot != noLink else { return nil }
    let record = slots[Int(slot)]
    let order = record.order(price: levels[Int(record.level)].price)
    remove(slot, record)
    return order
  }

  @inlinable public mutating func reduce(_ id: UInt64, to quantity: UInt64) throws(BookRefusal) {
    guard quantity > 0 else { throw .quantityZero }
    let slot = index.find(id, in: slots)
    guard slot != noLink else { throw .unknownOrder }
    let now = slots[Int(slot)].quantity
    guard quantity <= now else { throw .notReduced }
    shrink(Int(slot), by: now - quantity)
  }

  // MARK: Slabs

  @inline(__always) @inlinable package mutating func shrink(_ slot: Int, by quantity: UInt64) {
    slots[slot].quantity -= quantity
    levels[Int(slots[slot].level)].quantity -= quantity
  }

  /// Takes the order of a slot out of the index and its queue and frees the slot, and its level when that is empty now.
  @inline(__always) @inlinable package mutating func remove(_ slot: UInt32, _ record: OrderSlot) {
    index.remove(record.id, slot: slot, from: &slots)
    let level = Int(record.level)
    if record.previous == noLink {
      levels[level].head = record.next
    } else {
      slots[Int(record.previous)].next = record.next
    }
    if record.next == noLink {
      levels[level].tail = record.previous
    } else {
      slots[Int(record.next)].previous = record.previous
    }
    slots[Int(slot)].release(freeSlot)
    freeSlot = slot
    if levels[level].lose(record.quantity) { dropLevel(record.level) }
  }

  @inlinable package mutating func dropLevel(_ level: UInt32) {
    let side = levels[Int(level)].side
    ladders[Int(side.rawValue)].remove(merit: levels[Int(level)].price ^ side.meritMask)
    levels[Int(level)].head = freeLevel
    freeLevel = level
  }

  @inline(never) @usableFromInline package mutating func addFreeSlot() {
    precondition(freeSlot == noLink, "the slab grows when no slot is free")
    freeSlot = UInt32(slots.count)
    slots.append(.blank)
  }

  @inlinable package mutating func takeLevel(_ record: LevelRecord) -> UInt32 {
    let level = freeLevel
    if level == noLink {
      levels.append(record)
      return UInt32(levels.count - 1)
    }
    freeLevel = levels[Int(level)].head
    levels[Int(level)] = record
    return level
  }
}
