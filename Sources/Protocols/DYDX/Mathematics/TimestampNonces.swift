/// Sequences that are times: a nonce from 2^40 on is a count of unix milliseconds and may be used once, in any order.
public struct TimestampNonces: Sendable, Hashable {
  public static let least: UInt64 = 1 << 40
  public static let capacity = 20
  /// How far a nonce may lie from the time of the block, either way, in milliseconds.
  public static let window: UInt64 = 30_000

  /// In the order in which they were stored.
  public var stored: [UInt64]
  /// The greatest nonce that was dropped; nothing up to it is accepted again.
  public var greatestEjected: UInt64

  public init(stored: [UInt64] = [], greatestEjected: UInt64 = 0) {
    self.stored = stored
    self.greatestEjected = greatestEjected
  }

  public static func isTimestamp(_ sequence: UInt64) -> Bool { sequence >= least }

  public static func isInWindow(_ nonce: UInt64, blockMilliseconds: UInt64) -> Bool {
    let (sum, overflow) = blockMilliseconds.addingReportingOverflow(window)
    return nonce >= blockMilliseconds - min(blockMilliseconds, window) && nonce <= (overflow ? .max : sum)
  }

  /// Drops stored nonces that lie before the window of a block.
  public mutating func ejectStale(blockMilliseconds: UInt64) {
    let oldest = blockMilliseconds - min(blockMilliseconds, Self.window)
    for nonce in stored where nonce < oldest { greatestEjected = max(greatestEjected, nonce) }
    stored.removeAll { $0 < oldest }
  }

  /// Takes a nonce; false when it was used or may have been. With full storage the least one is replaced in its place.
  public mutating func accept(_ nonce: UInt64) -> Bool {
    if nonce <= greatestEjected || stored.contains(nonce) { return false }
    if stored.count < Self.capacity {
      stored.append(nonce)
      return true
    }
    guard let least = stored.indices.min(by: { stored[$0] < stored[$1] }), nonce > stored[least] else { return false }
    greatestEjected = stored[least]
    stored[least] = nonce
    return true
  }
}
