/// A binary heap over a `PagedList`, least element first, so that a fork of a million entries costs a few page copies.
@frozen public struct PagedHeap<Entry: Comparable & Sendable>: Sendable {
  @usableFromInline var entries = PagedList<Entry>()

  @inlinable public init() {}

  @inlinable public var count: Int { entries.count }
  @inlinable public var first: Entry? { entries.isEmpty ? nil : entries[0] }

  @inlinable public mutating func insert(_ entry: Entry) {
    entries.append(entry)
    var position = entries.count - 1
    while position > 0 {
      let parent = (position - 1) >> 1
      if !(entry < entries[parent]) { break }
      entries[position] = entries[parent]
      position = parent
    }
    entries[position] = entry
  }

  @discardableResult
  @inlinable public mutating func popFirst() -> Entry? {
    if entries.isEmpty { return nil }
    let top = entries[0]
    let last = entries.removeLast()
    if !entries.isEmpty { sink(last, from: 0) }
    return top
  }

  @inlinable mutating func sink(_ entry: Entry, from start: Int) {
    var position = start
    let count = entries.count
    while true {
      var child = 2 * position + 1
      if child >= count { break }
      if child + 1 < count && entries[child + 1] < entries[child] { child += 1 }
      if !(entries[child] < entry) { break }
      entries[position] = entries[child]
      position = child
    }
    entries[position] = entry
  }

  /// Keeps the entries for which `isLive` holds. Linear.
  @inlinable public mutating func compact(_ isLive: (Entry) -> Bool) {
    var kept = PagedHeap()
    for position in 0..<entries.count where isLive(entries[position]) { kept.insert(entries[position]) }
    self = kept
  }

  @inlinable public mutating func removeAll() { entries.removeAll() }
}
