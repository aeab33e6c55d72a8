public import Quantities

/// A market's price: dollars are `price * 10^exponent`.
public struct MarketPrice: Sendable, Hashable {
  public var price: Int256
  public var exponent: Int

  public init(price: Int256, exponent: Int) {
    self.price = price
    self.exponent = exponent
  }
}

/// Conversions between base quantums (10^atomicResolution coins), quote quantums (10^-6 dollars), prices and subticks
/// (quote quantums a base quantum are `subticks * 10^conversionExponent`).
public enum Units {
  public static let quoteAtomicResolution = -6

  /// The value of base quantums at a price, in quote quantums; one division cut toward zero. One coin of 10^10 base
  /// quantums at 5,000,000,000 with exponent -5 is 50,000,000,000.
  public static func baseToQuote(
    _ quantums: Int256, atomicResolution: Int, at price: MarketPrice
  ) throws(ArithmeticError) -> Int256 {
    let exponent = price.exponent + atomicResolution - quoteAtomicResolution
    return try scale(try quantums * price.price, exponent, .truncation)
  }

  /// The base quantums that quote quantums buy; cut toward zero after scaling and again after dividing by the price.
  /// Throws `.divisionByZero` for a price of zero.
  public static func quoteToBase(
    _ quote: Int256, atomicResolution: Int, at price: MarketPrice
  ) throws(ArithmeticError) -> Int256 {
    let exponent = -(price.exponent + atomicResolution - quoteAtomicResolution)
    return try scale(quote, exponent, .truncation).divided(by: price.price, rounding: .truncation)
  }

  /// What a fill costs in quote quantums, floored.
  public static func fillQuote(
    subticks: Int256, quantums: Int256, conversionExponent: Int
  ) throws(ArithmeticError) -> Int256 {
    try scale(try subticks * quantums, conversionExponent, .floor)
  }

  /// Subticks a base quantum at which quote quantums were paid, exact. Throws `.divisionByZero` for no base quantums.
  public static func averageSubticks(
    quote: Int256, quantums: Int256, conversionExponent: Int
  ) throws(ArithmeticError) -> Rational {
    try Rational(quote, scaledByPowerOfTen: -conversionExponent) / Rational(quantums)
  }

  /// A price in subticks, exact; callers round.
  public static func subticks(
    of price: MarketPrice, conversionExponent: Int, atomicResolution: Int,
    quoteAtomicResolution: Int = Units.quoteAtomicResolution
  ) throws(ArithmeticError) -> Rational {
    try Rational(
      price.price,
      scaledByPowerOfTen: price.exponent - conversionExponent + atomicResolution - quoteAtomicResolution)
  }

  /// Subticks as a price of the given exponent, floored.
  public static func price(
    ofSubticks subticks: Int256, exponent: Int, conversionExponent: Int, atomicResolution: Int,
    quoteAtomicResolution: Int = Units.quoteAtomicResolution
  ) throws(ArithmeticError) -> MarketPrice {
    let shift = conversionExponent - atomicResolution + quoteAtomicResolution - exponent
    return MarketPrice(price: try scale(subticks, shift, .floor), exponent: exponent)
  }

  /// `value * 10^exponent`; a negative exponent is one division in the named direction.
  static func scale(_ value: Int256, _ exponent: Int, _ rounding: Rounding) throws(ArithmeticError) -> Int256 {
    guard exponent < 0 else { return value.isZero ? value : try value * Int256.powerOfTen(UInt(exponent)) }
    // From 10^77 on the divisor is greater than any value; the quotient's size is below one.
    guard exponent > -77 else { return try value.divided(by: .max, rounding: rounding) }
    return try value.divided(by: Int256.powerOfTen(exponent.magnitude), rounding: rounding)
  }
}
