import Quantities

extension Rational {
  /// Decimal text with an optional exponent: `350.00067`, `-1`, `1e-05`. Nil for anything else and beyond 256 bits.
  public init?(decimal text: String) {
    let parts = text.split(separator: "e", maxSplits: 1, omittingEmptySubsequences: false)
    let digits = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let fraction = digits.count == 2 ? String(digits[1]) : ""
    guard fraction.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let whole = Int256(String(digits[0]) + fraction),
      let shift = parts.count == 2 ? Int(parts[1]) : 0, abs(shift) < 1000, fraction.utf8.count < 1000,
      let value = try? Rational(whole, scaledByPowerOfTen: shift - fraction.utf8.count)
    else { return nil }
    self = value
  }
}
