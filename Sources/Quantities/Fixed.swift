/// A signed decimal with eighteen digits after the point, exact in its units: `raw` of 1_500_000_000_000_000_000 is 1.5.
/// It reaches from about -1.7e20 to 1.7e20. Price paths, bridges and draws are computed with it instead of floating
/// point, so that they are equal on every machine.
///
/// Sums are exact or throw `.overflow`; products and quotients name their rounding; the functions of analysis state
/// their greatest error.
@frozen public struct Fixed: Sendable, Hashable {
  /// The number in units of 10^-18.
  public var raw: Int128

  /// Digits after the point.
  @inlinable public static var scale: Int { 18 }

  /// Units in one: 10^18.
  @inlinable public static var unitsPerOne: Int128 { 1_000_000_000_000_000_000 }

  @inlinable @inline(__always)
  public init(raw: Int128) { self.raw = raw }

  /// A whole number; always fits.
  @inlinable public init(_ value: Int64) { self.init(raw: Int128(value) &* Fixed.unitsPerOne) }

  /// `numerator / denominator`, rounded as named: 1 over 3 is 0.333333333333333333 with `.floor`. Throws
  /// `.divisionByZero` and `.overflow`.
  @inlinable
  public init(_ numerator: Int128, over denominator: Int128, rounding: Rounding) throws(ArithmeticError) {
    self.init(raw: try multiplyDivide(numerator, Fixed.unitsPerOne, by: denominator, rounding: rounding))
  }

  /// A count of units of 10^-scale: 12345 at scale 2 is 123.45. Beyond scale 18 digits are rounded as named. `scale`
  /// lies in 0...38. Throws `.overflow`.
  public init(units: Int128, scale: Int, rounding: Rounding) throws(ArithmeticError) {
    precondition(0 <= scale && scale <= 38, "A decimal scale of 128 bits lies in 0...38.")
    self.init(raw: try multiplyDivide(units, Fixed.unitsPerOne, by: powerOfTen(scale), rounding: rounding))
  }

  /// The number in units of 10^-scale, rounded as named: 1.239 at scale 2 is 123 with `.floor`. `scale` lies in 0...38.
  /// Throws `.overflow`.
  public func units(scale: Int, rounding: Rounding) throws(ArithmeticError) -> Int128 {
    precondition(0 <= scale && scale <= 38, "A decimal scale of 128 bits lies in 0...38.")
    return try multiplyDivide(raw, powerOfTen(scale), by: Fixed.unitsPerOne, rounding: rounding)
  }

  /// The decimal number that the text writes, exactly; the errors are those of `parseDecimal`.
  @inlinable public init(decimal text: some StringProtocol) throws(DecimalError) {
    self.init(raw: try parseDecimal(text, scale: Fixed.scale))
  }

  @inlinable public static var zero: Fixed { Fixed(raw: 0) }
  @inlinable public static var one: Fixed { Fixed(raw: unitsPerOne) }
  @inlinable public static var min: Fixed { Fixed(raw: .min) }
  @inlinable public static var max: Fixed { Fixed(raw: .max) }
}

extension Fixed: Comparable {
  @inlinable @inline(__always)
  public static func < (left: Fixed, right: Fixed) -> Bool { left.raw < right.raw }
}

extension Fixed: ExpressibleByIntegerLiteral {
  @inlinable public init(integerLiteral value: Int64) { self.init(value) }
}

extension Fixed: CustomStringConvertible {
  /// The exact decimal without zeros at the end: `-0.25`.
  public var description: String { formatDecimal(raw, scale: Fixed.scale) }
}

extension Fixed {
  /// The exact sum; throws `.overflow`.
  @inlinable public static func + (left: Fixed, right: Fixed) throws(ArithmeticError) -> Fixed {
    Fixed(raw: try left.raw.adding(right.raw))
  }

  /// The exact difference; throws `.overflow`.
  @inlinable public static func - (left: Fixed, right: Fixed) throws(ArithmeticError) -> Fixed {
    Fixed(raw: try left.raw.subtracting(right.raw))
  }

  /// The exact multiple; throws `.overflow`.
  @inlinable public static func * (left: Fixed, right: Int64) throws(ArithmeticError) -> Fixed {
    Fixed(raw: try left.raw.multiplied(by: Int128(right)))
  }

  /// The number with the other sign; throws `.overflow` for the least one.
  @inlinable public func negated() throws(ArithmeticError) -> Fixed { Fixed(raw: try Int128(0).subtracting(raw)) }

  /// The product, rounded to eighteen digits as named. Throws `.overflow`.
  @inlinable public func multiplied(by other: Fixed, rounding: Rounding) throws(ArithmeticError) -> Fixed {
    Fixed(raw: try multiplyDivide(raw, other.raw, by: Fixed.unitsPerOne, rounding: rounding))
  }

  /// The quotient, rounded to eighteen digits as named. Throws `.divisionByZero` and `.overflow`.
  @inlinable public func divided(by other: Fixed, rounding: Rounding) throws(ArithmeticError) -> Fixed {
    Fixed(raw: try multiplyDivide(raw, Fixed.unitsPerOne, by: other.raw, rounding: rounding))
  }

  /// `self * numerator / denominator` with one rounding at the end. Throws `.divisionByZero` and `.overflow`.
  @inlinable
  public func multiplied(
    by numerator: Fixed, dividedBy denominator: Fixed, rounding: Rounding
  ) throws(ArithmeticError) -> Fixed {
    Fixed(raw: try multiplyDivide(raw, numerator.raw, by: denominator.raw, rounding: rounding))
  }
}

/// 10^exponent for 0...38.
package func powerOfTen(_ exponent: Int) -> Int128 {
  precondition(0 <= exponent && exponent <= 38, "A power of ten of 128 bits has an exponent in 0...38.")
  var power: Int128 = 1
  for _ in 0..<exponent { power &*= 10 }
  return power
}
