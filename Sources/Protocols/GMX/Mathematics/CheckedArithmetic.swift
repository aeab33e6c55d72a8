import Quantities

// Arithmetic that stops where the contracts stop: plain operators refuse with Panic 17 or 18. Rule GMX-3.
extension UInt256 {
  static func + (left: UInt256, right: UInt256) throws(Revert) -> UInt256 {
    let (value, overflow) = left.addingReportingOverflow(right)
    if overflow { throw .overflow }
    return value
  }

  static func - (left: UInt256, right: UInt256) throws(Revert) -> UInt256 {
    let (value, overflow) = left.subtractingReportingOverflow(right)
    if overflow { throw .overflow }
    return value
  }

  static func * (left: UInt256, right: UInt256) throws(Revert) -> UInt256 {
    let (value, overflow) = left.multipliedReportingOverflow(by: right)
    if overflow { throw .overflow }
    return value
  }

  /// The floor of the quotient.
  static func / (left: UInt256, right: UInt256) throws(Revert) -> UInt256 {
    guard let value = try? left.divided(by: right, rounding: .floor) else { throw .divisionByZero }
    return value
  }

  /// The same number with a sign; refuses from 2^255 on.
  func signed() throws(Revert) -> Int256 {
    guard let value = Int256(exactly: self) else { throw .message("SafeCast: value doesn't fit in an int256") }
    return value
  }
}

extension Int256 {
  static func + (left: Int256, right: Int256) throws(Revert) -> Int256 {
    let (value, overflow) = left.addingReportingOverflow(right)
    if overflow { throw .overflow }
    return value
  }

  static func - (left: Int256, right: Int256) throws(Revert) -> Int256 {
    let (value, overflow) = left.subtractingReportingOverflow(right)
    if overflow { throw .overflow }
    return value
  }

  static func * (left: Int256, right: Int256) throws(Revert) -> Int256 {
    let (value, overflow) = left.multipliedReportingOverflow(by: right)
    if overflow { throw .overflow }
    return value
  }

  /// The quotient cut toward zero.
  static func / (left: Int256, right: Int256) throws(Revert) -> Int256 {
    if right.isZero { throw .divisionByZero }
    guard let value = try? left.divided(by: right, rounding: .truncation) else { throw .overflow }
    return value
  }

  static prefix func - (value: Int256) throws(Revert) -> Int256 { try Int256.zero - value }

  /// The same number without a sign; refuses negative ones.
  func unsigned() throws(Revert) -> UInt256 {
    if isNegative { throw .message("SafeCast: value must be positive") }
    return bitPattern
  }
}

/// Whole-number functions of the contracts. Rule GMX-4.
enum Exact {
  /// 10^30: one, as a factor; one dollar.
  static let one: UInt256 = 1_000_000_000_000_000_000_000_000_000_000
  /// 10^18: one market token.
  static let wei: UInt256 = 1_000_000_000_000_000_000
  /// 10^12: from 18 to 30 decimals.
  static let trillion: UInt256 = 1_000_000_000_000
  /// 10^45: the scale of the funding accumulators.
  static let fundingScale: UInt256 = 1_000_000_000_000_000_000_000_000_000_000_000_000_000_000_000

  /// floor(a * b / c) through 512 bits: 7 * 5 / 3 is 11.
  static func multiplyDivide(_ a: UInt256, _ b: UInt256, _ c: UInt256) throws(Revert) -> UInt256 {
    do throws(ArithmeticError) {
      return try UInt256.multiplyDivide(a, b, by: c, rounding: .floor)
    } catch {
      throw refusal(a, b, c)
    }
  }

  /// The ceiling of a * b / c: 7 * 5 / 3 is 12.
  static func multiplyDivideUp(_ a: UInt256, _ b: UInt256, _ c: UInt256) throws(Revert) -> UInt256 {
    let floor = try multiplyDivide(a, b, c)
    guard let ceiling = try? UInt256.multiplyDivide(a, b, by: c, rounding: .ceiling) else { throw .overflow }
    return ceiling == floor ? floor : ceiling
  }

  private static func refusal(_ a: UInt256, _ b: UInt256, _ c: UInt256) -> Revert {
    a.multipliedFullWidth(by: b).high.isZero ? .divisionByZero : .message("Math: mulDiv overflow")
  }

  /// The magnitude of v * n / d rounded down, with the sign of n; `up` rounds the magnitude up.
  static func multiplyDivide(
    _ value: UInt256, _ numerator: Int256, _ divisor: UInt256, up: Bool = false
  ) throws(Revert) -> Int256 {
    let size =
      up
      ? try multiplyDivideUp(value, numerator.magnitude, divisor)
      : try multiplyDivide(value, numerator.magnitude, divisor)
    let positive = try size.signed()
    return numerator > .zero ? positive : try -positive
  }

  /// value * factor / 10^30, floor: 200 dollars at 0.05 % are 0.1 dollars.
  static func apply(_ value: UInt256, _ factor: UInt256) throws(Revert) -> UInt256 {
    try multiplyDivide(value, factor, one)
  }

  /// value * 10^30 / divisor, floor; zero for zero.
  static func factor(_ value: UInt256, _ divisor: UInt256) throws(Revert) -> UInt256 {
    value.isZero ? .zero : try multiplyDivide(value, one, divisor)
  }

  /// The same with the sign of the value; the magnitude is floored.
  static func factor(_ value: Int256, _ divisor: UInt256) throws(Revert) -> Int256 {
    let size = try factor(value.magnitude, divisor).signed()
    return value > .zero ? size : try -size
  }

  /// (a + b - 1) / b in plain 256 bits: 7 by 3 is 3.
  static func divideUp(_ a: UInt256, _ b: UInt256) throws(Revert) -> UInt256 {
    try (a + b - .one) / b
  }

  /// The quotient with its magnitude rounded up: -7 by 3 is -3.
  static func divideUpMagnitude(_ a: Int256, _ b: UInt256) throws(Revert) -> Int256 {
    let divisor = try b.signed()
    if a.isNegative { return try (a - divisor + .one) / divisor }
    return try (a + divisor - .one) / divisor
  }

  /// The magnitude raised to `low`, then lowered to `high`; zero counts as positive.
  static func boundMagnitude(_ value: Int256, _ low: UInt256, _ high: UInt256) throws(Revert) -> Int256 {
    var size = value.magnitude
    if size < low { size = low }
    if size > high { size = high }
    let positive = try size.signed()
    return value.isNegative ? try -positive : positive
  }

  /// a + b for a signed b; refuses below zero.
  static func sum(_ a: UInt256, _ b: Int256) throws(Revert) -> UInt256 {
    b > .zero ? try a + b.magnitude : try a - b.magnitude
  }

  static func difference(_ a: UInt256, _ b: UInt256) -> UInt256 { a > b ? a &- b : b &- a }

  static func signed(_ magnitude: UInt256, positive: Bool) throws(Revert) -> Int256 {
    let value = try magnitude.signed()
    return positive ? value : try -value
  }
}
