import Quantities

/// The contracts' approximate power function of numbers with 18 decimals: a binary logarithm by repeated squaring, and
/// a power of two by a product of roots. It is a few parts in 10^17 low; so are all prices. Rule GMX-5.
enum Power {
  private static let scale = Exact.wei

  /// The factor raised to the exponent, both with 30 decimals: 0 below one, the base itself for the exponent one;
  /// otherwise the last 12 decimals of both are dropped. 10000 dollars squared is 99999999.9999999981235... dollars.
  static func apply(_ base: UInt256, exponent: UInt256) throws(Revert) -> UInt256 {
    if base < Exact.one { return .zero }
    if exponent == Exact.one { return base }
    let power = try power(base / Exact.trillion, exponent / Exact.trillion)
    return try power * Exact.trillion
  }

  static func power(_ base: UInt256, _ exponent: UInt256) throws(Revert) -> UInt256 {
    if base.isZero { return exponent.isZero ? scale : .zero }
    return try exponential(multiply(logarithm(base), exponent))
  }

  /// The binary logarithm, always an under-estimate. Refuses numbers below one.
  static func logarithm(_ x: UInt256) throws(Revert) -> UInt256 {
    if x < scale { throw Revert(.logInputTooSmall, NamedFigure("x", x)) }
    let whole = try (x / scale).significantBitCount - 1
    var result = UInt256(UInt64(whole)) &* scale
    var y = x >> whole
    if y == scale { return result }
    var delta: UInt64 = 500_000_000_000_000_000
    // y is below 2 * 10^18, so its square has a high word below the divisor.
    let unit: UInt64 = 1_000_000_000_000_000_000
    var fraction = y.word0
    while delta > 0 {
      let square = fraction.multipliedFullWidth(by: fraction)
      fraction = unit.dividingFullWidth((square.high, square.low)).quotient
      if fraction >= 2 * unit {
        result = result &+ UInt256(delta)
        fraction >>= 1
      }
      delta >>= 1
    }
    y = result
    return y
  }

  /// a * b / 10^18, rounded half up.
  static func multiply(_ a: UInt256, _ b: UInt256) throws(Revert) -> UInt256 {
    let (high, _) = a.multipliedFullWidth(by: b)
    if high >= scale { throw Revert(.mulDivFixedPointOverflow, NamedFigure("prod1", high)) }
    guard let result = try? UInt256.multiplyDivide(a, b, by: scale, rounding: .halfUp) else { throw .overflow }
    return result
  }

  /// Two raised to x.
  static func exponential(_ x: UInt256) throws(Revert) -> UInt256 {
    if x >= 192_000_000_000_000_000_000 { throw Revert(.exp2InputTooBig, NamedFigure("x", x)) }
    let bits = try (x << 64) / scale
    var result = UInt256.one << 191
    for index in 0..<64 where (bits.word0 >> UInt64(63 - index)) & 1 == 1 {
      result = raised(result, by: fractions[index])
    }
    result = result &* scale
    return result >> (191 - Int(bits.word1))
  }

  /// x * (2^64 + fraction) / 2^64, floor, for x below 2^192 whose result is too.
  private static func raised(_ x: UInt256, by fraction: UInt64) -> UInt256 {
    let low = x.word0.multipliedFullWidth(by: fraction)
    let middle = x.word1.multipliedFullWidth(by: fraction)
    let high = x.word2.multipliedFullWidth(by: fraction)
    let (first, carry) = middle.low.addingReportingOverflow(low.high)
    let (second, nextCarry) = high.low.addingReportingOverflow(middle.high &+ (carry ? 1 : 0))
    let third = high.high &+ (nextCarry ? 1 : 0)
    return x &+ UInt256(word0: first, word1: second, word2: third, word3: 0)
  }

  /// The roots less 2^64.
  private static let fractions: [UInt64] = roots.map { $0.word0 }

  /// 2^(1/2), 2^(1/4), ... 2^(2^-64), times 2^64, each rounded to nearest; found by square roots with 127 bits.
  static let roots: [UInt256] = {
    var root = UInt256.one << 128
    var roots: [UInt256] = []
    for _ in 0..<64 {
      root = (root << 127).squareRoot()
      roots.append(((root >> 62) &+ .one) >> 1)
    }
    return roots
  }()
}

/// The power function as others may ask for it.
public enum ExponentFactor {
  /// Rule GMX-5.
  public static func apply(_ base: UInt256, exponent: UInt256) throws(Revert) -> UInt256 {
    try Power.apply(base, exponent: exponent)
  }
}
