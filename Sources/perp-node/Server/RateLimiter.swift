import Synchronization

/// Weight that each address may use in a minute, refilled steadily. Remembers a bounded number of addresses.
final class RateLimiter: Sendable {
  private struct Bucket {
    /// Thousandths of weight left.
    var left: Int64
    /// Milliseconds of the last look.
    var time: Int64
  }

  private static let remembered = 10_000
  private let perMinute: Int64
  private let buckets = Mutex<[String: Bucket]>([:])

  /// Zero is no limit.
  init(perMinute: Int) { self.perMinute = Int64(perMinute) }

  /// Whether the address may use so much now; if so it is used.
  func take(_ weight: Int, from address: String, at clock: @autoclosure () -> Int64) -> Bool {
    if perMinute == 0 { return true }
    let time = clock()
    return buckets.withLock { buckets in
      let full = perMinute * 1_000
      if buckets.count > Self.remembered { buckets = buckets.filter { time - $0.value.time < 60_000 } }
      var bucket = buckets[address] ?? Bucket(left: full, time: time)
      bucket.left = min(full, bucket.left + max(0, time - bucket.time) * perMinute / 60)
      bucket.time = time
      let isAllowed = bucket.left >= Int64(weight) * 1_000
      if isAllowed { bucket.left -= Int64(weight) * 1_000 }
      buckets[address] = bucket
      return isAllowed
    }
  }
}

/// What a request weighs. From the venue's page on rate limits.
enum RequestWeight {
  static func info(_ type: String) -> Int {
    switch type {
    case "l2Book", "allMids", "clearinghouseState", "orderStatus", "spotClearinghouseState", "exchangeStatus": 2
    case "userRole": 60
    default: 20
    }
  }

  /// One, and one more for each forty parts of a batch.
  static func exchange(parts: Int) -> Int { 1 + parts / 40 }
}
