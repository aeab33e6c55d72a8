import Quantities
import VenueKit

/// Fixed-point steps of price paths. What would leave the range of prices stops at its end: a path is a picture of the
/// world, and the world's prices have bounds here.
enum PathMathematics {
  static let yearMilliseconds: Int128 = 31_536_000_000
  /// 10^12 USD.
  static let priceMaximum: Int128 = 1_000_000_000_000 * CommonScale.one

  /// `sigma` of a year (10^-12) over `numerator / denominator` milliseconds, as a standard deviation in 10^-18, down.
  ///
  /// 60 % a year over one second: 0.6 * sqrt(1000 / 31,536,000,000) = 0.000106843...
  static func deviation(_ sigma: Int128, over numerator: Int128, _ denominator: Int128 = 1) -> Int128 {
    guard sigma > 0, numerator > 0, denominator > 0 else { return 0 }
    return orLimit(0) { () throws(ArithmeticError) in
      let time = try multiplyDivide(
        Fixed.unitsPerOne, numerator, by: denominator * yearMilliseconds, rounding: .floor)
      let root = try Fixed.squareRoot(Fixed(raw: time), rounding: .floor)
      return try multiplyDivide(root.raw, sigma, by: CommonScale.one, rounding: .floor)
    }
  }

  /// `base` times e to the power of `exponent` (10^-18), to the nearest 10^-12, at least 1 and at most the maximum.
  static func grown(_ base: Int128, by exponent: Int128) -> Int128 {
    let limit = exponent < 0 ? 1 : priceMaximum
    return bounded(
      orLimit(limit) { () throws(ArithmeticError) in
        let factor = try Fixed.exponential(Fixed(raw: exponent))
        return try multiplyDivide(base, factor.raw, by: Fixed.unitsPerOne, rounding: .halfUp)
      })
  }

  /// `base * (1 + fraction)` with the fraction in 10^-12, to the nearest.
  static func scaled(_ base: Int128, byOnePlus fraction: Int128) -> Int128 {
    bounded(
      orLimit(priceMaximum) { () throws(ArithmeticError) in
        try multiplyDivide(base, CommonScale.one + fraction, by: CommonScale.one, rounding: .halfUp)
      })
  }

  /// The natural logarithm of `new / old` in 10^-18.
  static func logarithm(from old: Int128, to new: Int128) -> Int128 {
    orLimit(0) { () throws(ArithmeticError) in
      try Fixed.naturalLogarithm(Fixed(new, over: old, rounding: .halfUp)).raw
    }
  }

  /// `value * numerator / denominator`, down.
  static func part(_ value: Int128, _ numerator: Int128, _ denominator: Int128) -> Int128 {
    orLimit(0) { () throws(ArithmeticError) in
      try multiplyDivide(value, numerator, by: denominator, rounding: .floor)
    }
  }

  static func bounded(_ price: Int128) -> Int128 { max(1, min(priceMaximum, price)) }

  static func orLimit(_ limit: Int128, _ body: () throws(ArithmeticError) -> Int128) -> Int128 {
    do throws(ArithmeticError) { return try body() } catch { return limit }
  }
}
