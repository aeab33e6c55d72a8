public import Quantities

/// An exact fraction in lowest terms with a positive denominator.
public struct Rational: Sendable, Hashable {
  public let numerator: WideInteger
  public let denominator: WideInteger

  /// Throws `.divisionByZero` for a denominator of zero.
  public init(_ numerator: WideInteger, over denominator: WideInteger) throws(ArithmeticError) {
    guard !denominator.isZero else { throw .divisionByZero }
    let common = WideInteger.commonDivisor(numerator, denominator)
    let top = try numerator.divided(by: common, rounding: .truncation)
    let bottom = try denominator.divided(by: common, rounding: .truncation)
    self.numerator = bottom.isNegative ? top.negated : top
    self.denominator = bottom.magnitude
  }

  public init(_ numerator: Int256, over denominator: Int256) throws(ArithmeticError) {
    try self.init(WideInteger(numerator), over: WideInteger(denominator))
  }

  public init(_ value: WideInteger) {
    numerator = value
    denominator = .one
  }

  public init(_ value: Int256) { self.init(WideInteger(value)) }

  /// `value * 10^exponent`, exactly.
  public init(_ value: Int256, scaledByPowerOfTen exponent: Int) throws(ArithmeticError) {
    let power = try Int256.powerOfTen(exponent.magnitude)
    self = exponent < 0 ? try Rational(value, over: power) : Rational(WideInteger(value) * WideInteger(power))
  }

  public static var zero: Rational { Rational(.zero as Int256) }
  public static var one: Rational { Rational(1 as Int256) }

  public func signum() -> Int { numerator.signum() }
  public var negated: Rational { Rational.zero - self }
  public var magnitude: Rational { signum() < 0 ? negated : self }

  /// The whole number in the named direction; throws `.overflow` when it does not fit 256 bits.
  public func rounded(_ rounding: Rounding) throws(ArithmeticError) -> Int256 {
    try numerator.divided(by: denominator, rounding: rounding).narrowed()
  }
}

extension Rational: Comparable {
  public static func < (left: Rational, right: Rational) -> Bool {
    left.numerator * right.denominator < right.numerator * left.denominator
  }
}

extension Rational {
  /// A sum of two fractions whose denominators are not zero has one too, so reducing it cannot fail.
  private static func reduced(_ numerator: WideInteger, _ denominator: WideInteger) -> Rational {
    guard let result = try? Rational(numerator, over: denominator) else {
      preconditionFailure("A denominator made of positive ones is positive.")
    }
    return result
  }

  public static func + (left: Rational, right: Rational) -> Rational {
    reduced(
      left.numerator * right.denominator + right.numerator * left.denominator, left.denominator * right.denominator)
  }

  public static func - (left: Rational, right: Rational) -> Rational {
    reduced(
      left.numerator * right.denominator - right.numerator * left.denominator, left.denominator * right.denominator)
  }

  public static func * (left: Rational, right: Rational) -> Rational {
    reduced(left.numerator * right.numerator, left.denominator * right.denominator)
  }

  /// Throws `.divisionByZero`.
  public static func / (left: Rational, right: Rational) throws(ArithmeticError) -> Rational {
    try Rational(left.numerator * right.denominator, over: left.denominator * right.numerator)
  }
}

extension Rational: LosslessStringConvertible {
  /// `3` or `-7/2`; nil for anything else, for a part beyond 256 bits and for a denominator of zero.
  public init?(_ description: String) {
    let parts = description.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let top = Int256(String(parts[0])) else { return nil }
    guard parts.count == 2 else {
      self.init(top)
      return
    }
    guard let bottom = Int256(String(parts[1])), let value = try? Rational(top, over: bottom) else { return nil }
    self = value
  }

  /// Lowest terms; a whole number without its denominator.
  public var description: String {
    denominator == .one ? numerator.description : "\(numerator)/\(denominator)"
  }
}
