import BasicContainers

/// "No link" of every slab here.
@usableFromInline package let noLink = UInt32.max

/// The levels of one side in order of merit (`price ^ side.meritMask`: higher is better). Any price: sixty-four
/// neighbouring prices share a page with a bitmap, pages stand in an array sorted by merit with the best at its end,
/// where nearly all changes happen and from where a page is found by galloping.
@frozen @usableFromInline package struct PriceLadder: ~Copyable {
  /// `merit >> 6` of each page in use, ascending.
  @usableFromInline package var keys: UniqueArray<Int64>
  /// The page of each key.
  @usableFromInline package var pages: UniqueArray<UInt32>
  /// A bit for each level that a page holds.
  @usableFromInline package var occupancy: UniqueArray<UInt64>
  /// The level at `page * 64 + (merit & 63)`; meaningful where the bit is set.
  @usableFromInline package var levels: UniqueArray<UInt32>
  @usableFromInline package var freePages: UniqueArray<UInt32>
  /// The level of highest merit, `noLink` when there is none.
  @usableFromInline package var best: UInt32

  @inlinable package init() {
    keys = UniqueArray()
    pages = UniqueArray()
    occupancy = UniqueArray()
    levels = UniqueArray()
    freePages = UniqueArray()
    best = noLink
  }

  /// An independent ladder with the same levels.
  @inlinable package init(copying other: borrowing PriceLadder) {
    keys = other.keys.clone()
    pages = other.pages.clone()
    occupancy = other.occupancy.clone()
    levels = other.levels.clone()
    freePages = other.freePages.clone()
    best = other.best
  }

  /// The first position whose key is not below `key`. Where pages stand without gaps, as near the best price, the
  /// distance in keys is the distance in positions.
  @inline(__always) @inlinable package func position(of key: Int64) -> Int {
    let last = keys.count - 1
    if last >= 0 {
      let guess = Int64(last) &- (keys[last] &- key)
      if guess >= 0 && guess <= Int64(last) && keys[Int(guess)] == key { return Int(guess) }
    }
    return Self.gallop(to: key, in: keys)
  }

  /// From the best end in doubling steps, then halving.
  @inlinable package static func gallop(to key: Int64, in keys: borrowing UniqueArray<Int64>) -> Int {
    var high = keys.count
    var step = 1
    while high >= step && keys[high - step] >= key {
      high -= step
      step <<= 1
    }
    var low = Swift.max(0, high - step)
    while low < high {
      let middle = (low + high) >> 1
      if keys[middle] < key { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The level of this merit, `noLink` when there is none.
  @inline(__always) @inlinable package func level(_ merit: Int64) -> UInt32 {
    let key = merit >> 6
    let position = position(of: key)
    guard position < keys.count, keys[position] == key else { return noLink }
    let page = Int(pages[position])
    let bit = merit & 63
    return (occupancy[page] >> UInt64(bit)) & 1 == 1 ? levels[page << 6 | Int(bit)] : noLink
  }

  /// The same, called as a mutation and not inlined, so that a ladder inside an array is used in place: a borrow copies
  /// all its fields to the stack first.
  @inline(never) @inlinable package mutating func locate(_ merit: Int64) -> UInt32 {
    let key = merit >> 6
    let position = position(of: key)
    guard position < keys.count, keys[position] == key else { return noLink }
    let page = Int(pages[position])
    let bit = merit & 63
    return (occupancy[page] &>> UInt64(bit)) & 1 == 1 ? levels[page << 6 | Int(bit)] : noLink
  }

  /// Adds a level where none was.
  @inlinable package mutating func add(_ level: UInt32, merit: Int64) {
    let key = merit >> 6
    let position = position(of: key)
    if position == keys.count || keys[position] != key { openPage(key, at: position) }
    let page = Int(pages[position])
    let bit = Int(merit & 63)
    levels[page << 6 | bit] = level
    occupancy[page] |= 1 &<< UInt64(bit)
    if position == keys.count - 1 && occupancy[page] &>> UInt64(bit) == 1 { best = level }
  }

  @inlinable package mutating func remove(merit: Int64) {
    let key = merit >> 6
    let position = position(of: key)
    precondition(position < keys.count && keys[position] == key, "a level that is removed has a page")
    let page = Int(pages[position])
    occupancy[page] &= ~(1 &<< UInt64(merit & 63))
    if occupancy[page] == 0 { closePage(at: position) }
    if position >= keys.count - 1 { refreshBest() }
  }

  @inlinable package mutating func refreshBest() {
    guard keys.count > 0 else {
      best = noLink
      return
    }
    let page = Int(pages[keys.count - 1])
    best = levels[page << 6 | (63 - occupancy[page].leadingZeroBitCount)]
  }

  @usableFromInline package mutating func openPage(_ key: Int64, at position: Int) {
    let page: UInt32
    if freePages.count > 0 {
      page = freePages.removeLast()
    } else {
      page = UInt32(occupancy.count)
      occupancy.append(0)
      for _ in 0..<64 { levels.append(noLink) }
    }
    keys.insert(key, at: position)
    pages.insert(page, at: position)
  }

  @usableFromInline package mutating func closePage(at position: Int) {
    freePages.append(pages[position])
    keys.remove(at: position)
    pages.remove(at: position)
  }
}
