import Synchronization

/// What clients saw: answers, and how long each took.
final class LoadTally: Sendable {
  private struct Content {
    /// Microseconds by power of two: bucket n holds those below 2^n.
    var buckets = [Int](repeating: 0, count: 40)
    var answers = 0
    var refused = 0
  }

  private let content = Mutex(Content())

  var answers: Int { content.withLock { $0.answers } }
  var refused: Int { content.withLock { $0.refused } }

  func note(nanoseconds: [UInt64], refused: Int) {
    content.withLock { content in
      for time in nanoseconds {
        let microseconds = time / 1_000
        content.buckets[min(39, 64 - microseconds.leadingZeroBitCount)] += 1
      }
      content.answers += nanoseconds.count
      content.refused += refused
    }
  }

  /// Milliseconds below which so many thousandths of the answers came: an upper bound, by powers of two.
  func milliseconds(permille: Int) -> Double {
    content.withLock { content in
      let wanted = content.answers * permille / 1_000
      var seen = 0
      for (index, count) in content.buckets.enumerated() {
        seen += count
        if seen >= wanted && count > 0 { return Double(UInt64(1) << UInt64(index)) / 1_000 }
      }
      return 0
    }
  }

  /// Lines of `below N ms: count`.
  var histogram: [String] {
    content.withLock { content in
      content.buckets.enumerated().compactMap { index, count in
        count == 0 ? nil : "  below \(Double(UInt64(1) << UInt64(index)) / 1_000) ms: \(count)"
      }
    }
  }
}
