/// From the hash of a key to the slot of its record: open addressing with linear probing over words of (upper half: tag
/// from the hash, lower half: slot + 1; zero: free). It is not seeded, and a deletion closes its gap, so that probing
/// never wades through graves.
@frozen @usableFromInline struct SlotIndex: Sendable {
  @usableFromInline var entries: PagedArray<12, UInt64>
  /// Capacity less one; the capacity is a power of two.
  @usableFromInline var mask: Int
  @usableFromInline var used: Int

  @inlinable init() {
    entries = PagedArray()
    mask = -1
    used = 0
  }

  /// The tag holds the home position in its low bits, so that growing and deleting need no key. The multiplication
  /// protects against a key type whose `hashWord` mixes badly.
  @inlinable @inline(__always) static func tag(_ hashWord: UInt64) -> UInt64 {
    (hashWord &* 0x9E37_79B9_7F4A_7C15) >> 32
  }

  @inlinable mutating func insert(tag: UInt64, slot: Int) {
    if (used + 1) * 2 > mask + 1 { grow() }
    place((tag << 32) | UInt64(slot + 1))
    used += 1
  }

  @inlinable mutating func place(_ entry: UInt64) {
    var position = Int(truncatingIfNeeded: entry >> 32) & mask
    while entries[position] != 0 { position = (position + 1) & mask }
    entries[position] = entry
  }

  @inlinable mutating func grow() {
    let capacity = Swift.max(8, (mask + 1) * 2)
    precondition(capacity <= 1 << 32, "a table holds fewer than 2^31 records")
    let old = entries
    entries = PagedArray(repeating: 0, count: capacity)
    mask = capacity - 1
    for position in 0..<old.count {
      let entry = old[position]
      if entry != 0 { place(entry) }
    }
  }

  @inlinable mutating func remove(tag: UInt64, slot: Int) {
    let entry = (tag << 32) | UInt64(slot + 1)
    var hole = Int(truncatingIfNeeded: tag) & mask
    while entries[hole] != entry {
      precondition(entries[hole] != 0, "a slot that is removed stands in the index")
      hole = (hole + 1) & mask
    }
    var next = (hole + 1) & mask
    while entries[next] != 0 {
      let home = Int(truncatingIfNeeded: entries[next] >> 32) & mask
      if (next &- home) & mask >= (next &- hole) & mask {
        entries[hole] = entries[next]
        hole = next
      }
      next = (next + 1) & mask
    }
    entries[hole] = 0
    used -= 1
  }
}
