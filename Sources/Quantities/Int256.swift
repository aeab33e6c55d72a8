/// A signed integer of 256 bits, -2^255...2^255-1, in two's complement as the EVM's `int256`.
///
/// Checked operations throw `ArithmeticError`; the wrapping ones (`&+`, `&-`, `&*`) keep the low 256 bits. There are no
/// trapping operators.
@frozen public struct Int256: Sendable, Hashable {
  /// The same 256 bits read without a sign.
  public var bitPattern: UInt256

  @inlinable @inline(__always)
  public init(bitPattern: UInt256) { self.bitPattern = bitPattern }

  /// The number of this size and sign, or nil when it does not fit; zero has no sign.
  @inlinable public init?(magnitude: UInt256, negative: Bool) {
    if negative {
      if magnitude > Int256.min.bitPattern { return nil }
      self.init(bitPattern: .zero &- magnitude)
    } else {
      if magnitude.word3 &>> 63 != 0 { return nil }
      self.init(bitPattern: magnitude)
    }
  }

  @inlinable public static var zero: Int256 { Int256(bitPattern: .zero) }
  @inlinable public static var one: Int256 { Int256(bitPattern: .one) }
  @inlinable public static var min: Int256 {
    Int256(bitPattern: UInt256(word0: 0, word1: 0, word2: 0, word3: 1 &<< 63))
  }
  @inlinable public static var max: Int256 {
    Int256(bitPattern: UInt256(word0: .max, word1: .max, word2: .max, word3: .max &>> 1))
  }
  @inlinable public static var bitWidth: Int { 256 }

  @inlinable @inline(__always)
  public var isNegative: Bool { bitPattern.word3 &>> 63 != 0 }

  @inlinable @inline(__always)
  public var isZero: Bool { bitPattern.isZero }

  /// The size without the sign; always fits.
  @inlinable public var magnitude: UInt256 { isNegative ? .zero &- bitPattern : bitPattern }

  /// -1, 0 or 1.
  @inlinable public func signum() -> Int { isNegative ? -1 : isZero ? 0 : 1 }
}

extension Int256: Comparable {
  @inlinable @inline(__always)
  public static func < (left: Int256, right: Int256) -> Bool {
    left.isNegative == right.isNegative ? left.bitPattern < right.bitPattern : left.isNegative
  }
}

extension Int256: ExpressibleByIntegerLiteral {
  /// A literal of any size; one that does not fit is a mistake in the source and stops the process.
  @inlinable public init(integerLiteral value: StaticBigInt) {
    precondition(value.bitWidth <= 256, "A literal of Int256 lies in -2^255...2^255-1.")
    self.init(
      bitPattern: UInt256(
        word0: UInt64(value[0]), word1: UInt64(value[1]), word2: UInt64(value[2]), word3: UInt64(value[3])))
  }
}

extension Int256 {
  /// The low 256 bits of the sum, and whether the sum does not fit.
  @inlinable @inline(__always)
  public func addingReportingOverflow(_ other: Int256) -> (partialValue: Int256, overflow: Bool) {
    let result = self &+ other
    // Only two operands of one sign can overflow, and then the result has the other sign.
    return (result, isNegative == other.isNegative && result.isNegative != isNegative)
  }

  /// The low 256 bits of the difference, and whether the difference does not fit.
  @inlinable @inline(__always)
  public func subtractingReportingOverflow(_ other: Int256) -> (partialValue: Int256, overflow: Bool) {
    let result = self &- other
    return (result, isNegative != other.isNegative && result.isNegative != isNegative)
  }

  /// The low 256 bits of the product, and whether the product does not fit.
  @inlinable
  public func multipliedReportingOverflow(by other: Int256) -> (partialValue: Int256, overflow: Bool) {
    let (product, overflow) = magnitude.multipliedReportingOverflow(by: other.magnitude)
    let negative = isNegative != other.isNegative
    let fits = !overflow && Int256(magnitude: product, negative: negative) != nil
    return (Int256(bitPattern: negative ? .zero &- product : product), !fits)
  }

  /// The sum; throws `.overflow` when it does not fit.
  @inlinable public func adding(_ other: Int256) throws(ArithmeticError) -> Int256 {
    let (result, overflow) = addingReportingOverflow(other)
    if overflow { throw .overflow }
    return result
  }

  /// The difference; throws `.overflow` when it does not fit.
  @inlinable public func subtracting(_ other: Int256) throws(ArithmeticError) -> Int256 {
    let (result, overflow) = subtractingReportingOverflow(other)
    if overflow { throw .overflow }
    return result
  }

  /// The product; throws `.overflow` when it does not fit.
  @inlinable public func multiplied(by other: Int256) throws(ArithmeticError) -> Int256 {
    let (result, overflow) = multipliedReportingOverflow(by: other)
    if overflow { throw .overflow }
    return result
  }

  /// The number with the other sign; throws `.overflow` for the least one.
  @inlinable public func negated() throws(ArithmeticError) -> Int256 { try Int256.zero.subtracting(self) }

  @inlinable public static func &+ (left: Int256, right: Int256) -> Int256 {
    Int256(bitPattern: left.bitPattern &+ right.bitPattern)
  }

  @inlinable public static func &- (left: Int256, right: Int256) -> Int256 {
    Int256(bitPattern: left.bitPattern &- right.bitPattern)
  }

  @inlinable public static func &* (left: Int256, right: Int256) -> Int256 {
    Int256(bitPattern: left.bitPattern &* right.bitPattern)
  }
}

extension Int256 {
  /// The quotient cut toward zero and a remainder with the sign of the dividend: -7 by 2 is -3 and -1. Throws
  /// `.divisionByZero`, and `.overflow` for the least number by -1.
  @inlinable
  public func quotientAndRemainder(
    dividingBy divisor: Int256
  ) throws(ArithmeticError) -> (quotient: Int256, remainder: Int256) {
    let (quotient, remainder) = try magnitude.quotientAndRemainder(dividingBy: divisor.magnitude)
    guard let signed = Int256(magnitude: quotient, negative: isNegative != divisor.isNegative) else { throw .overflow }
    return (signed, Int256(bitPattern: isNegative ? .zero &- remainder : remainder))
  }

  /// The quotient, rounded as named: -7 by 2 with `.floor` is -4. Throws `.divisionByZero`, and `.overflow` for the
  /// least number by -1.
  @inlinable
  public func divided(by divisor: Int256, rounding: Rounding) throws(ArithmeticError) -> Int256 {
    let size = divisor.magnitude
    let negative = isNegative != divisor.isNegative
    let (quotient, remainder) = try magnitude.quotientAndRemainder(dividingBy: size)
    let rounded = try UInt256.round(quotient, remainder, of: size, negative: negative, rounding)
    guard let result = Int256(magnitude: rounded, negative: negative) else { throw .overflow }
    return result
  }

  /// `a * b / c` with an exact 512-bit product and one rounding at the end: 7 * -5 / 3 is -11.67, so floor and half-up
  /// give -12, ceiling and truncation -11. Throws `.divisionByZero`, and `.overflow` when the rounded quotient does not
  /// fit.
  @inlinable
  public static func multiplyDivide(
    _ a: Int256, _ b: Int256, by c: Int256, rounding: Rounding
  ) throws(ArithmeticError) -> Int256 {
    let negative = (a.isNegative != b.isNegative) != c.isNegative
    let size = try UInt256.multiplyDivide(
      a.magnitude, b.magnitude, by: c.magnitude, negative: negative, rounding)
    guard let result = Int256(magnitude: size, negative: negative) else { throw .overflow }
    return result
  }
}
