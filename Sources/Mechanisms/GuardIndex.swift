/// A threshold at which somebody must be looked at again.
@frozen public struct GuardEntry: Sendable, Comparable {
  /// Ordered so that the entry reached first is the least one.
  @usableFromInline let key: Int128
  @usableFromInline let subject: UInt64
  @usableFromInline let version: UInt32

  @inlinable init(key: Int128, subject: UInt64, version: UInt32) {
    self.key = key
    self.subject = subject
    self.version = version
  }

  @inlinable public static func < (left: GuardEntry, right: GuardEntry) -> Bool {
    left.key != right.key ? left.key < right.key : left.subject < right.subject
  }
}

/// Which way a figure moves to cross a guard.
@frozen public enum GuardDirection: UInt8, Sendable, CaseIterable {
  /// Crossed when the figure is above the threshold.
  case above = 0
  /// Crossed when the figure is below the threshold.
  case below = 1
}

/// Finds, without a scan, whom a moved figure (a mark price, a cumulative funding index) may concern.
///
/// A subject divides its slack over the figures it depends on and sets a guard for each at the distance that its share
/// allows. While no guard is crossed, no share is used up, so the slack is not negative; when one is crossed the
/// subject is handed out to be examined exactly and sets new guards. Guards may be as cautious as they like: they decide who is
/// looked at, never what is found.
///
/// Worked: a long of 10 with a slack of 50 and slope 1 sets a guard 5 below the mark; at 5.1 below it is handed out.
@frozen public struct GuardIndex: Sendable {
  /// Two heaps for each figure: above, below.
  @usableFromInline var heaps: [PagedHeap<GuardEntry>]
  /// The version of each subject's guards that counts; older entries are dropped when met.
  @usableFromInline var versions: PagedList<UInt32>
  @usableFromInline var live: [Int]

  @inlinable public init(figures: Int) {
    heaps = Array(repeating: PagedHeap(), count: 2 * figures)
    live = Array(repeating: 0, count: 2 * figures)
    versions = PagedList()
  }

  @inlinable public var entryCount: Int { heaps.reduce(0) { $0 + $1.count } }

  /// Forgets every guard of the subject. Subjects are small numbers, given out densely.
  @inlinable public mutating func reset(_ subject: UInt64) {
    while versions.count <= Int(subject) { versions.append(0) }
    versions[Int(subject)] &+= 1
  }

  /// Adds a guard; `reset` the subject before its first one.
  @inlinable public mutating func set(
    _ subject: UInt64, figure: Int, _ direction: GuardDirection, threshold: Int128
  ) {
    let heap = 2 * figure + Int(direction.rawValue)
    let key = direction == .above ? threshold : -threshold
    heaps[heap].insert(GuardEntry(key: key, subject: subject, version: versions[Int(subject)]))
    if heaps[heap].count > 2 * live[heap] + 256 { compact(heap) }
  }

  @usableFromInline mutating func compact(_ heap: Int) {
    let versions = versions
    heaps[heap].compact { versions[Int($0.subject)] == $0.version }
    live[heap] = heaps[heap].count
  }

  /// Takes out every guard that `value` has crossed and adds its subject to `found`, which may then hold it twice.
  @inlinable public mutating func cross(figure: Int, value: Int128, into found: inout [UInt64]) {
    for direction in GuardDirection.allCases {
      let heap = 2 * figure + Int(direction.rawValue)
      let reach = direction == .above ? value : -value
      while let first = heaps[heap].first, first.key < reach {
        heaps[heap].popFirst()
        if versions[Int(first.subject)] == first.version { found.append(first.subject) }
      }
    }
  }
}
