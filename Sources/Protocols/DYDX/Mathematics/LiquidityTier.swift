public import Quantities

/// How much margin the perpetuals of a tier need. Fractions in parts per million, notionals in quote quantums.
public struct LiquidityTier: Sendable, Hashable {
  public var initialMarginPpm: Int256
  /// The part of the initial margin that is the maintenance margin.
  public var maintenanceFractionPpm: Int256
  public var impactNotional: Int256
  public var openInterestLowerCap: Int256
  /// Zero: the open interest does not scale the initial margin.
  public var openInterestUpperCap: Int256

  public init(
    initialMarginPpm: Int256, maintenanceFractionPpm: Int256, impactNotional: Int256 = 0,
    openInterestLowerCap: Int256 = 0, openInterestUpperCap: Int256 = 0
  ) {
    self.initialMarginPpm = initialMarginPpm
    self.maintenanceFractionPpm = maintenanceFractionPpm
    self.impactNotional = impactNotional
    self.openInterestLowerCap = openInterestLowerCap
    self.openInterestUpperCap = openInterestUpperCap
  }

  /// The initial margin at an open interest in quote quantums: the tier's up to the lower cap, a million from the upper
  /// cap on, a straight line between, floored. 20% at 1,234,567 of 1,000,000...2,000,000 is 387,653.
  public func initialMarginPpm(openInterestNotional: Int256) throws(ArithmeticError) -> Int256 {
    if openInterestUpperCap.isZero || openInterestNotional <= openInterestLowerCap { return initialMarginPpm }
    if openInterestNotional >= openInterestUpperCap { return Integers.million }
    return try initialMarginPpm
      + Int256.multiplyDivide(
        try Integers.million - initialMarginPpm, try openInterestNotional - openInterestLowerCap,
        by: try openInterestUpperCap - openInterestLowerCap, rounding: .floor)
  }

  /// The initial margin times the fraction, floored; for clamps.
  public func maintenanceMarginPpm() throws(ArithmeticError) -> Int256 {
    try Integers.partsPerMillion(initialMarginPpm, maintenanceFractionPpm, rounding: .floor)
  }

  /// The greatest size of a funding rate or premium vote: the factor times initial less maintenance margin, floored.
  public func fundingClampPpm(factorPpm: Int256) throws(ArithmeticError) -> Int256 {
    try Integers.partsPerMillion(factorPpm, try initialMarginPpm - maintenanceMarginPpm(), rounding: .floor)
  }

  /// The initial requirement for a notional of either sign, rounded up; a custom fraction counts when it is greater.
  public func initialRequirement(
    notional: Int256, openInterestNotional: Int256, customPpm: Int256 = 0
  ) throws(ArithmeticError) -> Int256 {
    let ppm = max(try initialMarginPpm(openInterestNotional: openInterestNotional), customPpm)
    return try Integers.partsPerMillion(notional.absolute, ppm, rounding: .ceiling)
  }

  /// The maintenance requirement: from the unscaled initial margin, rounded up twice. Of a notional of 1 at 2% and 60%
  /// it is 1.
  public func maintenanceRequirement(notional: Int256) throws(ArithmeticError) -> Int256 {
    let initial = try Integers.partsPerMillion(notional.absolute, initialMarginPpm, rounding: .ceiling)
    return try Integers.partsPerMillion(initial, maintenanceFractionPpm, rounding: .ceiling)
  }
}
