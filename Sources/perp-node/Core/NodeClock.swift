import Foundation

/// The chain's time: real time, or a multiple of it counted from the start. Unix milliseconds.
struct NodeClock: Sendable {
  private let realOrigin: Int64
  private let chainOrigin: Int64
  /// Thousandths of real speed.
  private let speed: Int64

  /// `last` is the time of the chain's last block; zero before the first. A chain that is ahead of real time goes on
  /// from where it is. With `from` the chain begins there, or goes on from its last block.
  init(last: Int64, speed: Int64, from: Int64? = nil) {
    realOrigin = Self.real
    if let from {
      chainOrigin = max(last, from)
    } else {
      chainOrigin = speed == 1_000 ? max(last, realOrigin) : (last == 0 ? realOrigin : last)
    }
    self.speed = speed
  }

  static var real: Int64 { Int64(Date().timeIntervalSince1970 * 1_000) }

  var now: Int64 { chainOrigin + (Self.real - realOrigin) * speed / 1_000 }

  /// Nanoseconds since some origin, for measuring.
  static var nanoseconds: UInt64 { DispatchTime.now().uptimeNanoseconds }
}
