import Quantities

/// A rate as a fraction times 10^12: 100,000,000 is 0.0001 (one basis point).
public typealias FundingFraction = Int64

/// The parameters of a funding rule.
public struct FundingParameters: Sendable, Equatable {
  /// Interest for eight hours.
  public var interest: FundingFraction
  /// How far the interest may pull the premium; nil pays the premium alone, without interest.
  public var clamp: FundingFraction?
  /// Payments in eight hours: 8 pays hourly, 1 every eight hours.
  public var divisor: Int64
  /// Largest rate of one payment, either sign; nil is no cap.
  public var cap: FundingFraction?

  public init(interest: FundingFraction, clamp: FundingFraction?, divisor: Int64, cap: FundingFraction?) {
    self.interest = interest
    self.clamp = clamp
    self.divisor = divisor
    self.cap = cap
  }

  /// Today's rule: interest 0.01 % and clamp 0.05 % for eight hours, paid hourly, at most 4 % an hour.
  public static let standard = FundingParameters(
    interest: 100_000_000, clamp: 500_000_000, divisor: 8, cap: 40_000_000_000)
}

/// Premium samples, their mean and the rate that follows from it. All integers; every division names its rounding.
public enum FundingRate {
  public static let unit: Int64 = 1_000_000_000_000

  /// One sample: (max(impactBid - oracle, 0) - max(oracle - impactAsk, 0)) / oracle, nearest. Prices in any one unit; a
  /// side without enough depth is nil and adds nothing. Bid 101, ask 102, oracle 100 is 0.01.
  public static func premium(
    impactBid: Int64?, impactAsk: Int64?, oracle: Int64
  ) throws(ArithmeticError) -> FundingFraction {
    guard oracle > 0 else { throw .outOfDomain }
    let above = Int128(impactBid ?? oracle) - Int128(oracle)
    let below = Int128(oracle) - Int128(impactAsk ?? oracle)
    let difference = max(above, 0) - max(below, 0)
    return try narrow(multiplyDivide(difference, Int128(unit), by: Int128(oracle), rounding: .halfUp))
  }

  /// One sample of a builder's market: the middle of the two impact prices over the oracle, less one, nearest; 0 where a
  /// side is missing. Bid 101, ask 103, oracle 100 is 0.02.
  public static func midPremium(
    impactBid: Int64?, impactAsk: Int64?, oracle: Int64
  ) throws(ArithmeticError) -> FundingFraction {
    guard oracle > 0 else { throw .outOfDomain }
    guard let impactBid, let impactAsk else { return 0 }
    let difference = Int128(impactBid) + Int128(impactAsk) - 2 * Int128(oracle)
    return try narrow(multiplyDivide(difference, Int128(unit), by: 2 * Int128(oracle), rounding: .halfUp))
  }

  /// The mean of `count` samples that add up to `sum`, nearest; no samples give 0.
  public static func mean(sum: Int128, count: Int) throws(ArithmeticError) -> FundingFraction {
    guard count > 0 else { return 0 }
    return try narrow(sum.divided(by: Int128(count), rounding: .halfUp))
  }

  /// The rate of one payment from the mean premium: (P + clamp(interest - P, -c, c)) / divisor, nearest, then capped.
  /// Positive: longs pay. P = 0.01 gives 0.0095 for eight hours and 0.0011875 an hour.
  public static func rate(
    premium: FundingFraction, parameters: FundingParameters
  ) throws(ArithmeticError) -> FundingFraction {
    var eightHours = Int128(premium)
    if let clamp = parameters.clamp {
      guard clamp >= 0 else { throw .outOfDomain }
      eightHours += min(max(Int128(parameters.interest) - eightHours, -Int128(clamp)), Int128(clamp))
    }
    let rate = try narrow(eightHours.divided(by: Int128(parameters.divisor), rounding: .halfUp))
    guard let cap = parameters.cap else { return rate }
    guard cap >= 0 else { throw .outOfDomain }
    return min(max(rate, -cap), cap)
  }

  private static func narrow(_ value: Int128) throws(ArithmeticError) -> FundingFraction {
    guard let value = Int64(exactly: value) else { throw .overflow }
    return value
  }
}
