import BasicContainers

/// From order ids to slots: open addressing with linear probing, no seed, no tombstones. Sixteen consecutive ids share
/// a run of entries, so that ids growing by one stay on few cache lines. An entry is a 32-bit tag above the slot; the id
/// itself stands in the slot, which whoever asks is about to read.
@frozen @usableFromInline package struct OrderIndex: ~Copyable {
  @usableFromInline package var entries: UniqueArray<UInt64>
  @usableFromInline package var count: Int
  /// `32 - log2(entries.count)`.
  @usableFromInline package var shift: UInt32

  @inlinable package init() {
    entries = UniqueArray(repeating: .max, count: 64)
    count = 0
    shift = 26
  }

  @inlinable package func clone() -> OrderIndex {
    var copy = OrderIndex()
    copy.entries = entries.clone()
    copy.count = count
    copy.shift = shift
    return copy
  }

  @inlinable package static func tag(_ id: UInt64) -> UInt32 {
    let hash = (id >> 4) &* 0x9E37_79B9_7F4A_7C15
    return UInt32(truncatingIfNeeded: hash >> 36) << 4 | UInt32(truncatingIfNeeded: id & 15)
  }

  @inlinable package func home(_ tag: UInt32) -> Int { Int(((tag >> 4) &>> shift) << 4 | (tag & 15)) }

  /// Where the id stands, nil when it does not.
  @inlinable package func find(_ id: UInt64, in slots: borrowing UniqueArray<OrderSlot>) -> Int? {
    let tag = Self.tag(id)
    let mask = entries.count - 1
    var position = home(tag)
    while true {
      let entry = entries[position]
      if entry == .max { return nil }
      if UInt32(truncatingIfNeeded: entry >> 32) == tag && slots[Int(UInt32(truncatingIfNeeded: entry))].id == id {
        return position
      }
      position = (position + 1) & mask
    }
  }

  @inlinable package func slot(at position: Int) -> UInt32 { UInt32(truncatingIfNeeded: entries[position]) }

  /// Adds an id that is not there.
  @inlinable package mutating func add(_ id: UInt64, slot: UInt32) {
    if (count + 1) * 2 > entries.count { grow() }
    place(UInt64(Self.tag(id)) << 32 | UInt64(slot))
    count += 1
  }

  @inlinable package mutating func place(_ entry: UInt64) {
    let mask = entries.count - 1
    var position = home(UInt32(truncatingIfNeeded: entry >> 32))
    while entries[position] != .max { position = (position + 1) & mask }
    entries[position] = entry
  }

  /// Removes the entry and closes the gap, so that every other id is still found.
  @inlinable package mutating func remove(at removed: Int) {
    let mask = entries.count - 1
    var gap = removed
    var position = removed
    while true {
      position = (position + 1) & mask
      let entry = entries[position]
      if entry == .max { break }
      let distance = (position &- home(UInt32(truncatingIfNeeded: entry >> 32))) & mask
      if distance >= (position &- gap) & mask {
        entries[gap] = entry
        gap = position
      }
    }
    entries[gap] = .max
    count -= 1
  }

  @usableFromInline package mutating func grow() {
    let old = entries.clone()
    entries = UniqueArray(repeating: .max, count: old.count * 2)
    shift -= 1
    for position in 0..<old.count where old[position] != .max { place(old[position]) }
  }
}
