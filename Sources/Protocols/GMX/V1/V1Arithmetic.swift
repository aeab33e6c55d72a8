import Quantities

// Whole numbers as the first generation computes them: 256 bits, quotients floored, every overflow refused with the
// text of its mathematics library. Rule GMX-150.
extension UInt256 {
  func plus(_ other: UInt256) throws(Revert) -> UInt256 {
    let (value, overflow) = addingReportingOverflow(other)
    if overflow { throw .message("SafeMath: addition overflow") }
    return value
  }

  func minus(
    _ other: UInt256, refusal: String = "SafeMath: subtraction overflow"
  ) throws(Revert) -> UInt256 {
    let (value, overflow) = subtractingReportingOverflow(other)
    if overflow { throw .message(refusal) }
    return value
  }

  func times(_ other: UInt256) throws(Revert) -> UInt256 {
    let (value, overflow) = multipliedReportingOverflow(by: other)
    if overflow { throw .message("SafeMath: multiplication overflow") }
    return value
  }

  /// The floor of the quotient.
  func over(_ other: UInt256) throws(Revert) -> UInt256 {
    guard let value = try? divided(by: other, rounding: .floor) else { throw .message("SafeMath: division by zero") }
    return value
  }

  func distance(to other: UInt256) -> UInt256 { self > other ? self &- other : other &- self }
}

/// Scales of the first generation. Rule GMX-150.
enum V1Scale {
  static let basisPoints: UInt256 = 10_000
  /// One dollar; prices are dollars for a whole token.
  static let dollar: UInt256 = Exact.one
  static let fundingRate: UInt256 = 1_000_000
  /// Decimals of USDG and GLP.
  static let shareDecimals: UInt8 = 18

  /// Ten to the power of a token's decimals; 10^6 for 6.
  static func unit(_ decimals: UInt8) -> UInt256 {
    precondition(decimals <= 30, "the genesis reader admits no more than 30 decimals")
    var value = UInt256.one
    for _ in 0..<decimals { value = value &* 10 }
    return value
  }
}
