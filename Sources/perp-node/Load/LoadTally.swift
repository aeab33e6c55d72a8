import Synchronization

/// What clients saw: answers, and how long each took.
final class LoadTally: Sendable {
  private struct Content {
    /// Microseconds: eight buckets of equal width for each power of two.
    var buckets = [Int](repeating: 0, count: 40 * 8)
    var answers = 0
    var refused = 0
  }

  private let content = Mutex(Content())

  var answers: Int { content.withLock { $0.answers } }
  var refused: Int { content.withLock { $0.refused } }

  func note(nanoseconds: [UInt64], refused: Int) {
    content.withLock { content in
      for time in nanoseconds { content.buckets[Self.bucket(microseconds: time / 1_000)] += 1 }
      content.answers += nanoseconds.count
      content.refused += refused
    }
  }

  private static func bucket(microseconds: UInt64) -> Int {
    guard microseconds >= 8 else { return Int(microseconds) }
    let power = 63 - microseconds.leadingZeroBitCount
    return min(40 * 8 - 1, (power - 2) * 8 + Int(microseconds >> UInt64(power - 3)) - 8)
  }

  /// The end of a bucket in milliseconds.
  private static func end(of bucket: Int) -> Double {
    if bucket < 8 { return Double(bucket + 1) / 1_000 }
    return Double(UInt64(bucket % 8 + 9) << UInt64(bucket / 8 - 1)) / 1_000
  }

  /// Milliseconds below which so many thousandths of the answers came: an upper bound, at most an eighth too large.
  func milliseconds(permille: Int) -> Double {
    content.withLock { content in
      let wanted = (content.answers * permille + 999) / 1_000
      var seen = 0
      for (index, count) in content.buckets.enumerated() {
        seen += count
        if seen >= wanted && count > 0 { return Self.end(of: index) }
      }
      return 0
    }
  }

  /// Lines of `below N ms: count`, one for each power of two.
  var histogram: [String] {
    content.withLock { content in
      stride(from: 0, to: content.buckets.count, by: 8).compactMap { start in
        let count = content.buckets[start..<start + 8].reduce(0, +)
        return count == 0 ? nil : "  below \(Self.end(of: start + 7)) ms: \(count)"
      }
    }
  }
}
