// Checked arithmetic of the built-in integers. The bodies are written out per width instead of over
// `FixedWidthInteger`, because unspecialised generics make debug builds many times slower.

extension Int64 {
  /// The sum; throws `.overflow` when it does not fit.
  @inlinable public func adding(_ other: Int64) throws(ArithmeticError) -> Int64 {
    let (result, overflow) = addingReportingOverflow(other)
    if overflow { throw .overflow }
    return result
  }

  /// The difference; throws `.overflow` when it does not fit.
  @inlinable public func subtracting(_ other: Int64) throws(ArithmeticError) -> Int64 {
    let (result, overflow) = subtractingReportingOverflow(other)
    if overflow { throw .overflow }
    return result
  }

  /// The product; throws `.overflow` when it does not fit.
  @inlinable public func multiplied(by other: Int64) throws(ArithmeticError) -> Int64 {
    let (result, overflow) = multipliedReportingOverflow(by: other)
    if overflow { throw .overflow }
    return result
  }

  /// The quotient, rounded as named: `(-7).divided(by: 2, rounding: .floor)` is -4. Throws `.divisionByZero`, and
  /// `.overflow` for the least value over -1.
  @inlinable public func divided(by divisor: Int64, rounding: Rounding) throws(ArithmeticError) -> Int64 {
    if divisor == 0 { throw .divisionByZero }
    if divisor == -1 {
      if self == .min { throw .overflow }
      return 0 &- self
    }
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    if remainder == 0 { return quotient }
    let negative = (self < 0) != (divisor < 0)
    let size = remainder.magnitude
    // |divisor| is at least 2 here, so one more in magnitude always fits.
    return rounding.growsMagnitude(negative: negative, remainderAtLeastHalf: size >= divisor.magnitude &- size)
      ? quotient &+ (negative ? -1 : 1) : quotient
  }
}

extension Int128 {
  /// The sum; throws `.overflow` when it does not fit.
  @inlinable public func adding(_ other: Int128) throws(ArithmeticError) -> Int128 {
    let (result, overflow) = addingReportingOverflow(other)
    if overflow { throw .overflow }
    return result
  }

  /// The difference; throws `.overflow` when it does not fit.
  @inlinable public func subtracting(_ other: Int128) throws(ArithmeticError) -> Int128 {
    let (result, overflow) = subtractingReportingOverflow(other)
    if overflow { throw .overflow }
    return result
  }

  /// The product; throws `.overflow` when it does not fit.
  @inlinable public func multiplied(by other: Int128) throws(ArithmeticError) -> Int128 {
    let (result, overflow) = multipliedReportingOverflow(by: other)
    if overflow { throw .overflow }
    return result
  }

  /// The quotient, rounded as named: `(-7).divided(by: 2, rounding: .floor)` is -4. Throws `.divisionByZero`, and
  /// `.overflow` for the least value over -1.
  @inlinable public func divided(by divisor: Int128, rounding: Rounding) throws(ArithmeticError) -> Int128 {
    if divisor == 0 { throw .divisionByZero }
    if divisor == -1 {
      if self == .min { throw .overflow }
      return 0 &- self
    }
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    if remainder == 0 { return quotient }
    let negative = (self < 0) != (divisor < 0)
    let size = remainder.magnitude
    return rounding.growsMagnitude(negative: negative, remainderAtLeastHalf: size >= divisor.magnitude &- size)
      ? quotient &+ (negative ? -1 : 1) : quotient
  }
}

/// `a * b / c` with an exact 256-bit product and one rounding at the end.
///
/// Worked: 7 * -5 / 3 is -11.67, so floor gives -12, ceiling and truncation -11, half-up -12. Throws `.divisionByZero`
/// for `c == 0` and `.overflow` when the rounded quotient does not fit an `Int128`; a product too wide for 128 bits is
/// no obstacle.
@inlinable
public func multiplyDivide(_ a: Int128, _ b: Int128, by c: Int128, rounding: Rounding) throws(ArithmeticError) -> Int128
{
  let (product, overflow) = a.multipliedReportingOverflow(by: b)
  if !overflow { return try product.divided(by: c, rounding: rounding) }
  return try multiplyDivideWide(a, b, by: c, rounding: rounding)
}

/// The path of `multiplyDivide` whose product needs more than 128 bits.
@usableFromInline
func multiplyDivideWide(
  _ a: Int128, _ b: Int128, by c: Int128, rounding: Rounding
) throws(ArithmeticError) -> Int128 {
  if c == 0 { throw .divisionByZero }
  let negative = ((a < 0) != (b < 0)) != (c < 0)
  let divisor = c.magnitude
  let (high, low) = a.magnitude.multipliedFullWidth(by: b.magnitude)
  if high >= divisor { throw .overflow }
  var (quotient, remainder) = UInt256(low: low, high: high).dividedByTwoWords(divisor)
  if remainder != 0,
    rounding.growsMagnitude(negative: negative, remainderAtLeastHalf: remainder >= divisor &- remainder)
  {
    let (sum, carry) = quotient.addingReportingOverflow(1)
    if carry { throw .overflow }
    quotient = sum
  }
  let limit = UInt128(1) &<< 127
  if negative {
    if quotient > limit { throw .overflow }
    return Int128(truncatingIfNeeded: 0 &- quotient)
  }
  if quotient >= limit { throw .overflow }
  return Int128(truncatingIfNeeded: quotient)
}
