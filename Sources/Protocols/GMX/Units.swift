import Quantities
import VenueKit

/// Between the contracts' scales and the common one of 10^-12. A figure beyond the common scale's range stays at its
/// end: only views and reports are told so.
enum CommonUnits {
  static let shift: UInt256 = 1_000_000_000_000_000_000

  static func power(of exponent: Int) -> UInt256 {
    var power = UInt256.one
    for _ in 0..<max(0, exponent) { power = power &* 10 }
    return power
  }

  /// Dollars with 30 decimals, rounded down.
  static func usd(_ value: UInt256) -> Int128 {
    clamped(try? value.divided(by: shift, rounding: .floor), isNegative: false)
  }

  /// Dollars with 30 decimals, rounded toward minus infinity.
  static func usd(_ value: Int256) -> Int128 {
    clamped(
      try? value.magnitude.divided(by: shift, rounding: value.isNegative ? .ceiling : .floor),
      isNegative: value.isNegative)
  }

  static func clamped(_ magnitude: UInt256?, isNegative: Bool) -> Int128 {
    let size = magnitude.flatMap { Int128(exactly: $0) } ?? Int128.max
    return isNegative ? -size : size
  }

  /// `value` in units of 10^-from as units of 10^-to, rounded down.
  static func rescaled(_ value: UInt256, from: Int, to: Int) -> Int128 {
    if from >= to {
      return clamped(try? value.divided(by: power(of: from - to), rounding: .floor), isNegative: false)
    }
    let (product, overflow) = value.multipliedReportingOverflow(by: power(of: to - from))
    return clamped(overflow ? nil : product, isNegative: false)
  }

  /// Token units in whole tokens.
  static func size(_ amount: UInt256, decimals: UInt8) -> Int128 {
    rescaled(amount, from: Int(decimals), to: CommonScale.decimals)
  }

  /// Dollars for one smallest unit in dollars for a whole token.
  static func price(_ price: UInt256, decimals: UInt8) -> Int128 {
    rescaled(price, from: 30 - Int(decimals), to: CommonScale.decimals)
  }

  /// A price of the common scale in dollars with 30 decimals for one smallest unit; nearest, nil for none.
  static func contractPrice(_ price: Int128, decimals: UInt8, _ rounding: Rounding = .halfUp) -> UInt256? {
    guard price > 0 else { return nil }
    let exponent = 30 - Int(decimals) - CommonScale.decimals
    let value = UInt256(UInt128(price))
    if exponent >= 0 {
      let (product, overflow) = value.multipliedReportingOverflow(by: power(of: exponent))
      return overflow ? nil : product
    }
    return try? value.divided(by: power(of: -exponent), rounding: rounding)
  }

  /// Dollars of the common scale with 30 decimals; zero for none.
  static func contractUsd(_ usd: Int128) -> UInt256 {
    usd > 0 ? UInt256(UInt128(usd)) &* shift : .zero
  }
}
