import Canonical

/// A moment as CometBFT headers write it: Unix seconds and nanoseconds of the second.
public struct BlockTime: Sendable, Equatable, CanonicalCodable {
  public var seconds: Int64
  /// 0 to 999,999,999.
  public var nanoseconds: Int32

  public init(seconds: Int64, nanoseconds: Int32) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  /// Unix milliseconds; -1 is the last millisecond before 1970: second -1 and 999,000,000 ns (rounded down).
  public init(milliseconds: Int64) {
    var seconds = milliseconds / 1000
    var rest = milliseconds % 1000
    if rest < 0 {
      seconds -= 1
      rest += 1000
    }
    self.init(seconds: seconds, nanoseconds: Int32(rest) * 1_000_000)
  }

  /// Unix milliseconds, rounded down; nil where they do not fit.
  public var milliseconds: Int64? {
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
    if overflow { return nil }
    let (sum, carried) = product.addingReportingOverflow(Int64(nanoseconds / 1_000_000))
    return carried ? nil : sum
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(seconds)
    encoder.encode(nanoseconds)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    seconds = try decoder.decodeInteger()
    nanoseconds = try decoder.decodeInteger()
    guard nanoseconds >= 0 && nanoseconds < 1_000_000_000 else {
      throw .invalidValue("\(nanoseconds) nanoseconds of a second")
    }
  }
}
