public import Canonical

/// Which table of a room a record belongs to.
@frozen public struct TableID: Sendable, Hashable, Comparable {
  public let rawValue: UInt16

  @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }

  @inlinable public static func < (left: TableID, right: TableID) -> Bool { left.rawValue < right.rawValue }
}

/// A record in its place. A deleted record keeps its slot until the next commit, which is what makes undoing cheap.
@frozen @usableFromInline struct Slot<Key: Sendable, Record: Sendable>: Sendable {
  @usableFromInline var key: Key
  @usableFromInline var record: Record?
  /// Place in the table's list of changes plus one; zero when the slot is as committed.
  @usableFromInline var change: UInt32

  @inlinable init(key: Key, record: Record?, change: UInt32) {
    self.key = key
    self.record = record
    self.change = change
  }
}

/// A slot written since the last commit, with what was committed there.
@frozen @usableFromInline struct SlotChange<Record: Sendable>: Sendable {
  @usableFromInline let slot: UInt32
  @usableFromInline let committed: Record?

  @inlinable init(slot: UInt32, committed: Record?) {
    self.slot = slot
    self.committed = committed
  }
}

/// Committed state of one kind: records by key, in memory, with an undo log and the list of what changed since the last
/// commit. A copy shares its pages until written. Nothing that a caller sees depends on hash order or on history.
@frozen public struct Table<Key: TableKey, Record: CanonicalCodable & Equatable>: Sendable {
  public let id: TableID
  public let name: StaticString
  @usableFromInline var journal: TableJournal<Record>
  @usableFromInline var index: SlotIndex
  @usableFromInline var slots: PagedArray<8, Slot<Key, Record>>
  /// H(key bytes) of each slot; zero until the first commit of its key.
  @usableFromInline var paths: PagedArray<6, Hash32>
  @usableFromInline var free: ContiguousArray<UInt32>
  @usableFromInline var changes: ContiguousArray<SlotChange<Record>>
  @usableFromInline var live: Int

  /// An empty table. `id` is unique inside its room and is part of every key; `name` is for messages.
  @inlinable public init(_ id: UInt16, named name: StaticString) {
    self.id = TableID(rawValue: id)
    self.name = name
    journal = TableJournal()
    index = SlotIndex()
    slots = PagedArray()
    paths = PagedArray()
    free = []
    changes = []
    live = 0
  }

  /// Records in the table.
  @inlinable public var count: Int { live }

  @inlinable public var isEmpty: Bool { live == 0 }

  @inlinable public subscript(key: Key) -> Record? {
    let slot = find(key)
    return slot < 0 ? nil : slots[slot].record
  }

  @inlinable public func contains(_ key: Key) -> Bool {
    let slot = find(key)
    return slot >= 0 && slots[slot].record != nil
  }

  /// Writes the record of `key`, whether or not there was one.
  @inlinable public mutating func set(_ key: Key, _ record: Record) {
    let slot = findOrInsert(key)
    Self.write(record, to: &slots[slot], at: slot, &live, &changes, &journal)
  }

  /// Removes and returns the record of `key`; nil, and no write, when there is none.
  @discardableResult
  @inlinable public mutating func remove(_ key: Key) -> Record? {
    let slot = find(key)
    guard slot >= 0, let record = slots[slot].record else { return nil }
    Self.write(nil, to: &slots[slot], at: slot, &live, &changes, &journal)
    return record
  }

  /// Changes the record of `key` in place and returns what `body` returns; nil, and no write, when there is none. When
  /// `body` throws, what it had already changed stays until the layer is rolled back.
  @discardableResult
  @inlinable public mutating func update<Result, Failure: Error>(
    _ key: Key, _ body: (inout Record) throws(Failure) -> Result
  ) throws(Failure) -> Result? {
    let slot = find(key)
    if slot < 0 { return nil }
    return try Self.change(&slots[slot], at: slot, &changes, &journal, body)
  }

  /// Changes the record of `key`, starting from `initial` when there is none. When `body` throws, the record stays as
  /// `body` left it until the layer is rolled back.
  @discardableResult
  @inlinable public mutating func upsert<Result, Failure: Error>(
    _ key: Key, default initial: @autoclosure () -> Record, _ body: (inout Record) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let slot = findOrInsert(key)
    return try Self.change(&slots[slot], at: slot, default: initial(), &live, &changes, &journal, body)
  }

  /// All keys in ascending order.
  @inlinable public func sortedKeys() -> [Key] {
    var keys: [Key] = []
    keys.reserveCapacity(live)
    for page in slots.pages {
      for slot in page where slot.record != nil { keys.append(slot.key) }
    }
    keys.sort()
    return keys
  }

  /// Visits every record in ascending order of keys.
  @inlinable public func forEachSorted<Failure: Error>(
    _ body: (Key, Record) throws(Failure) -> Void
  ) throws(Failure) {
    for key in sortedKeys() {
      if let record = self[key] { try body(key, record) }
    }
  }

  @inlinable @inline(__always) func find(_ key: Key) -> Int {
    if index.used == 0 { return -1 }
    let tag = SlotIndex.tag(key.hashWord)
    var position = Int(truncatingIfNeeded: tag) & index.mask
    while true {
      let entry = index.entries[position]
      if entry == 0 { return -1 }
      if entry >> 32 == tag {
        let slot = Int(truncatingIfNeeded: entry & 0xffff_ffff) - 1
        if slots[slot].key == key { return slot }
      }
      position = (position + 1) & index.mask
    }
  }

  @inlinable mutating func findOrInsert(_ key: Key) -> Int {
    let found = find(key)
    return found >= 0 ? found : insertSlot(key)
  }

  @inlinable mutating func insertSlot(_ key: Key) -> Int {
    let slot: Int
    if let reused = free.popLast() {
      slot = Int(reused)
      slots[slot] = Slot(key: key, record: nil, change: 0)
      paths[slot] = .zero
    } else {
      slot = slots.count
      slots.append(Slot(key: key, record: nil, change: 0))
      paths.append(.zero)
    }
    index.insert(tag: SlotIndex.tag(key.hashWord), slot: slot)
    return slot
  }

  /// Writes or removes the record of a slot.
  @inlinable @inline(__always) static func write(
    _ record: Record?, to slot: inout Slot<Key, Record>, at position: Int, _ live: inout Int,
    _ changes: inout ContiguousArray<SlotChange<Record>>, _ journal: inout TableJournal<Record>
  ) {
    note(&slot, at: position, &changes, &journal)
    live += (record == nil ? 0 : 1) - (slot.record == nil ? 0 : 1)
    slot.record = record
  }

  @inlinable @inline(__always) static func note(
    _ slot: inout Slot<Key, Record>, at position: Int, _ changes: inout ContiguousArray<SlotChange<Record>>,
    _ journal: inout TableJournal<Record>
  ) {
    if slot.change == 0 {
      changes.append(SlotChange(slot: UInt32(truncatingIfNeeded: position), committed: slot.record))
      slot.change = UInt32(changes.count)
    }
    journal.note(slot: position, old: slot.record)
  }

  /// One access to the slot for the whole update: every further one would check the page's ownership again.
  @inlinable @inline(__always) static func change<Result, Failure: Error>(
    _ slot: inout Slot<Key, Record>, at position: Int, _ changes: inout ContiguousArray<SlotChange<Record>>,
    _ journal: inout TableJournal<Record>, _ body: (inout Record) throws(Failure) -> Result
  ) throws(Failure) -> Result? {
    if slot.record == nil { return nil }
    note(&slot, at: position, &changes, &journal)
    return try body(&slot.record!)
  }

  /// The same, making the record where there is none. In place, so that what the record holds is not copied.
  @inlinable @inline(__always) static func change<Result, Failure: Error>(
    _ slot: inout Slot<Key, Record>, at position: Int, default initial: @autoclosure () -> Record, _ live: inout Int,
    _ changes: inout ContiguousArray<SlotChange<Record>>, _ journal: inout TableJournal<Record>,
    _ body: (inout Record) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    note(&slot, at: position, &changes, &journal)
    if slot.record == nil {
      slot.record = initial()
      live += 1
    }
    return try body(&slot.record!)
  }
}
