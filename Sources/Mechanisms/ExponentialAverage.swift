import Canonical

/// An exponentially weighted average over irregular samples: a sample after `dt` turns the sums into
/// `numerator * e^(-dt/tau) + sample * dt` and `denominator * e^(-dt/tau) + dt`; the average is their quotient.
///
/// Samples are whole figures (ticks); the sums are 10^-9 of figure-milliseconds and of milliseconds. A first sample
/// counts as if it had stood for one millisecond.
@frozen public struct ExponentialAverage: Sendable, Equatable, CanonicalCodable {
  public static let one: Int128 = 1_000_000_000

  public private(set) var numerator: Int128
  public private(set) var denominator: Int128
  /// Unix milliseconds of the last sample; zero before the first.
  public private(set) var lastTime: Int64

  public init() {
    numerator = 0
    denominator = 0
    lastTime = 0
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    numerator = try decoder.decodeInteger()
    denominator = try decoder.decodeInteger()
    lastTime = try decoder.decodeInteger()
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(numerator)
    encoder.encode(denominator)
    encoder.encode(lastTime)
  }

  /// The average in whole figures, rounded down; nil before the first sample.
  public var value: Int64? {
    if denominator <= 0 { return nil }
    let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
    return Int64(clamping: remainder < 0 ? quotient - 1 : quotient)
  }

  /// Takes a sample at `time` with the time constant `tau`, both in milliseconds. More than twenty constants without a
  /// sample count as twenty.
  public mutating func add(_ sample: Int64, at time: Int64, tau: Int64) {
    let elapsed = lastTime == 0 ? 1 : min(max(0, time - lastTime), 20 * tau)
    let decay = Self.decay(elapsed: elapsed, tau: tau)
    numerator = Self.scaled(numerator, by: decay) + Int128(sample) * Int128(elapsed) * Self.one
    denominator = Self.scaled(denominator, by: decay) + Int128(elapsed) * Self.one
    lastTime = time
  }

  /// `value * factor / 10^18`, rounded down, without leaving 128 bits for sums below 10^38 (ten per cent apart from the
  /// bound: figures below 10^12 and constants below an hour keep the sums under 10^29).
  static func scaled(_ value: Int128, by factor: Int128) -> Int128 {
    let scale: Int128 = 1_000_000_000_000_000_000
    var (quotient, remainder) = value.quotientAndRemainder(dividingBy: scale)
    if remainder < 0 {
      quotient -= 1
      remainder += scale
    }
    return quotient * factor + (remainder * factor) / scale
  }

  /// `e^(-elapsed/tau)` in 10^-18, rounded down: 1 for no time, 0.367879441171442321 less at most 10^-14 for one
  /// constant. The argument is divided by 1,024, the series taken to seven terms, and the result squared ten times.
  static func decay(elapsed: Int64, tau: Int64) -> Int128 {
    let scale: Int128 = 1_000_000_000_000_000_000
    let argument = Int128(elapsed) * scale / Int128(max(1, tau)) / 1024
    var term = scale
    var sum = scale
    for order in 1...7 {
      term = -term * argument / scale / Int128(order)
      sum += term
    }
    for _ in 0..<10 { sum = sum * sum / scale }
    return max(0, sum)
  }
}
