import BasicContainers

/// From order ids to slots: buckets of chains that run through the slots themselves, no seed, at most one order for two
/// buckets on average. Sixteen consecutive ids share a run of buckets, so that ids growing by one stay on few cache
/// lines; the newest order of a bucket stands first.
@frozen @usableFromInline package struct OrderIndex: ~Copyable {
  /// The first slot of each bucket, `noLink` for none; a power of two of them.
  @usableFromInline package var buckets: UniqueArray<UInt32>
  @usableFromInline package var count: Int
  /// `64 - log2(buckets.count / 16)`.
  @usableFromInline package var shift: UInt64
  /// The largest id that was ever added: a larger one needs no search.
  @usableFromInline package var highest: UInt64

  @inlinable package init() {
    buckets = UniqueArray(repeating: noLink, count: 64)
    count = 0
    shift = 62
    highest = 0
  }

  /// An independent index with the same ids in the same slots.
  @inlinable package init(copying other: borrowing OrderIndex) {
    buckets = other.buckets.clone()
    count = other.count
    shift = other.shift
    highest = other.highest
  }

  @inline(__always) @inlinable package func bucket(_ id: UInt64) -> Int {
    Int(truncatingIfNeeded: (((id &>> 4) &* 0x9E37_79B9_7F4A_7C15) &>> shift) &<< 4 | (id & 15))
  }

  /// The slot of an id, `noLink` when it is not there.
  @inline(__always) @inlinable package func find(_ id: UInt64, in slots: borrowing UniqueArray<OrderSlot>) -> UInt32 {
    var slot = buckets[bucket(id)]
    while slot != noLink {
      if slots[Int(slot)].id == id { return slot }
      slot = slots[Int(slot)].chain
    }
    return noLink
  }

  @inline(__always) @inlinable package func contains(
    _ id: UInt64, in slots: borrowing UniqueArray<OrderSlot>
  ) -> Bool {
    id <= highest && find(id, in: slots) != noLink
  }

  /// Adds an id that is not there; its slot is still free. Returns the `chain` that the slot is to carry.
  @inline(__always) @inlinable package mutating func add(
    _ id: UInt64, slot: UInt32, to slots: inout UniqueArray<OrderSlot>
  ) -> UInt32 {
    if count &* 2 >= buckets.count { grow(&slots) }
    let bucket = bucket(id)
    let following = buckets[bucket]
    buckets[bucket] = slot
    count &+= 1
    if id > highest { highest = id }
    return following
  }

  /// Removes an id whose slot is known.
  @inline(__always) @inlinable package mutating func remove(
    _ id: UInt64, slot: UInt32, from slots: inout UniqueArray<OrderSlot>
  ) {
    let bucket = bucket(id)
    let following = slots[Int(slot)].chain
    if buckets[bucket] == slot {
      buckets[bucket] = following
    } else {
      bypass(slot, following, bucket, &slots)
    }
    count -= 1
  }

  @inlinable package mutating func bypass(
    _ slot: UInt32, _ following: UInt32, _ bucket: Int, _ slots: inout UniqueArray<OrderSlot>
  ) {
    var before = buckets[bucket]
    while slots[Int(before)].chain != slot { before = slots[Int(before)].chain }
    slots[Int(before)].chain = following
  }

  /// Doubles the buckets and chains every order again.
  @usableFromInline package mutating func grow(_ slots: inout UniqueArray<OrderSlot>) {
    buckets = UniqueArray(repeating: noLink, count: buckets.count * 2)
    shift -= 1
    for slot in 0..<slots.count where slots[slot].level != noLink {
      let bucket = bucket(slots[slot].id)
      slots[slot].chain = buckets[bucket]
      buckets[bucket] = UInt32(slot)
    }
  }
}
