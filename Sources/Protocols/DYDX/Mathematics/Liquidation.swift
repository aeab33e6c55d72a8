public import Quantities

/// The limits and prices of liquidations.
public struct LiquidationTerms: Sendable, Hashable {
  public var maximumFeePpm: Int256
  public var bankruptcyAdjustmentPpm: Int256
  public var spreadToMaintenanceRatioPpm: Int256
  public var minimumPositionNotional: Int256
  public var maximumPositionPortionPpm: Int256
  public var maximumNotional: Int256
  public var maximumInsuranceLost: Int256

  public init(
    maximumFeePpm: Int256, bankruptcyAdjustmentPpm: Int256, spreadToMaintenanceRatioPpm: Int256,
    minimumPositionNotional: Int256, maximumPositionPortionPpm: Int256, maximumNotional: Int256,
    maximumInsuranceLost: Int256
  ) {
    self.maximumFeePpm = maximumFeePpm
    self.bankruptcyAdjustmentPpm = bankruptcyAdjustmentPpm
    self.spreadToMaintenanceRatioPpm = spreadToMaintenanceRatioPpm
    self.minimumPositionNotional = minimumPositionNotional
    self.maximumPositionPortionPpm = maximumPositionPortionPpm
    self.maximumNotional = maximumNotional
    self.maximumInsuranceLost = maximumInsuranceLost
  }
}

public enum Liquidation {
  /// A closing change opposes its position and does not pass it.
  public static func checkDelta(_ delta: Int256, position: Int256) throws(MathematicsError) {
    guard !delta.isZero, !position.isZero, delta.isNegative != position.isNegative,
      delta.magnitude <= position.magnitude
    else { throw .refused(.invalidPositionSizeDelta) }
  }

  /// The quote quantums the account gets for a closing change at its bankruptcy price, rounded up as one fraction.
  public static func bankruptcyQuote(
    delta: Int256, position: Int256, terms: PerpetualTerms, account: Risk
  ) throws(MathematicsError) -> Int256 {
    try checkDelta(delta, position: position)
    return try computing { () throws(ArithmeticError) in
      let after = try position + delta
      let valueChange = try terms.notional(after) - terms.notional(position)
      let requirementChange = try terms.maintenanceRequirement(after) - terms.maintenanceRequirement(position)
      let share =
        try Rational(WideInteger(account.netCollateral) * WideInteger(requirementChange.absolute))
        / Rational(account.maintenanceRequirement)
      return try (Rational(valueChange).negated - share).rounded(.ceiling)
    }
  }

  /// The price a liquidation order asks for the whole position, in quote quantums a base quantum, exact: from the
  /// oracle's price toward the bankruptcy price, the further the less collateral is left. Throws `.outOfDomain` for a
  /// negative price.
  public static func fillablePrice(
    position: Int256, terms: PerpetualTerms, account: Risk, liquidation: LiquidationTerms
  ) throws(ArithmeticError) -> Rational {
    let million = Rational(Integers.million)
    let left = try Rational(account.netCollateral, over: account.maintenanceRequirement)
    let rating = try Rational(liquidation.bankruptcyAdjustmentPpm) / million * (Rational.one - left)
    let bounded = min(.one, max(.zero, rating))
    let spread =
      try bounded * Rational(liquidation.spreadToMaintenanceRatioPpm) / million
      * Rational(terms.maintenanceRequirement(position))
    let price = try (Rational(terms.notional(position)) - spread) / Rational(position)
    guard price.signum() >= 0 else { throw .outOfDomain }
    return price
  }

  /// A fillable price in subticks: up to a tick when a long is sold, down when a short is bought; at least a tick and
  /// at most the greatest tick of 64 bits.
  public static func subticks(
    ofFillablePrice price: Rational, isLong: Bool, conversionExponent: Int, subticksPerTick: Int256
  ) throws(ArithmeticError) -> Int256 {
    let exact = try price * Rational(1, scaledByPowerOfTen: -conversionExponent)
    let whole = try exact.rounded(isLong ? .ceiling : .floor)
    return try Ticks.bounded(
      Integers.roundToMultiple(whole, subticksPerTick, up: isLong), subticksPerTick: subticksPerTick)
  }

  /// What the insurance fund gains: the fill's quote beyond the bankruptcy quote, at most the fee, floored; negative
  /// when the fund pays. `isBuy` tells the side of the liquidation order.
  public static func insuranceDelta(
    isBuy: Bool, fill: Int256, subticks: Int256, conversionExponent: Int, position: Int256, terms: PerpetualTerms,
    account: Risk, maximumFeePpm: Int256
  ) throws(MathematicsError) -> Int256 {
    guard !fill.isZero else { throw .refused(.invalidInsuranceQuantums) }
    let delta = isBuy ? fill : try computing { () throws(ArithmeticError) in try fill.negated() }
    let bankruptcy = try bankruptcyQuote(delta: delta, position: position, terms: terms, account: account)
    return try computing { () throws(ArithmeticError) in
      let paid = try Units.fillQuote(subticks: subticks, quantums: fill, conversionExponent: conversionExponent)
      let difference = try (isBuy ? try paid.negated() : paid) - bankruptcy
      if difference <= 0 { return difference }
      return min(try Integers.partsPerMillion(paid, maximumFeePpm, rounding: .floor), difference)
    }
  }

  /// The least and greatest notional of a position that one liquidation may take.
  public static func notionalLimits(
    notional: Int256, terms: LiquidationTerms
  ) throws(ArithmeticError) -> (least: Int256, greatest: Int256) {
    let size = try notional.absolute
    let least = min(terms.minimumPositionNotional, size)
    let portion = try Integers.partsPerMillion(size, terms.maximumPositionPortionPpm, rounding: .floor)
    return (least, max(least, portion))
  }

  /// The base quantums of a liquidation order, without sign: the whole position when the limit allows it or when it is
  /// no more than a step; else the limit's worth, floored to a step.
  public static func orderSize(
    position: Int256, terms: PerpetualTerms, liquidation: LiquidationTerms, notionalLeft: Int256, step: Int256
  ) throws(ArithmeticError) -> Int256 {
    let notional = try terms.notional(position).absolute
    let size = try position.absolute
    let limit = min(try notionalLimits(notional: notional, terms: liquidation).greatest, notionalLeft)
    if limit >= notional || size <= step { return size }
    let quantums = try Units.quoteToBase(limit, atomicResolution: terms.atomicResolution, at: terms.price)
    return min(max(try Integers.roundToMultiple(quantums, step, up: false), step), size)
  }

  /// What is left of a block's limit; refused once it is used up.
  public static func notionalLeft(_ terms: LiquidationTerms, liquidated: Int256) throws(MathematicsError) -> Int256 {
    guard liquidated <= terms.maximumNotional else { throw .refused(.notionalLimitExceeded) }
    return try computing { () throws(ArithmeticError) in try terms.maximumNotional - liquidated }
  }

  /// What the insurance fund may still lose for an account in this block.
  public static func insuranceLeft(_ terms: LiquidationTerms, lost: Int256) throws(MathematicsError) -> Int256 {
    guard lost <= terms.maximumInsuranceLost else { throw .refused(.insuranceLimitExceeded) }
    return try computing { () throws(ArithmeticError) in try terms.maximumInsuranceLost - lost }
  }

  public static func isPayable(insuranceDelta: Int256, balance: Int256) throws(ArithmeticError) -> Bool {
    if insuranceDelta >= 0 { return true }
    return try balance + insuranceDelta >= 0
  }
}

/// Bounds of the chain's 64-bit prices.
enum Ticks {
  static func bounded(_ subticks: Int256, subticksPerTick: Int256) throws(ArithmeticError) -> Int256 {
    let greatest = try Integers.roundToMultiple(Int256(UInt64.max), subticksPerTick, up: false)
    return min(max(subticks, subticksPerTick), greatest)
  }
}

/// Closing an account's position against another account's, at a price and without fees.
public enum Deleveraging {
  public enum Price: Sendable, Hashable {
    /// The account's bankruptcy price: its net collateral is negative.
    case bankruptcy
    /// The oracle's price: the market is in final settlement.
    case oracle
  }

  /// At which price an account may be deleveraged, if at all.
  public static func price(netCollateral: Int256, isFinalSettlement: Bool) -> Price? {
    if netCollateral.isNegative { return .bankruptcy }
    return isFinalSettlement ? .oracle : nil
  }

  /// The quote quantums the deleveraged account gets; the other side pays them.
  public static func quote(
    _ price: Price, delta: Int256, position: Int256, offsetting: Int256, terms: PerpetualTerms, account: Risk
  ) throws(MathematicsError) -> Int256 {
    try Liquidation.checkDelta(delta, position: position)
    let opposite = try computing { () throws(ArithmeticError) in try delta.negated() }
    try Liquidation.checkDelta(opposite, position: offsetting)
    switch price {
    case .bankruptcy:
      return try Liquidation.bankruptcyQuote(delta: delta, position: position, terms: terms, account: account)
    case .oracle:
      return try computing { () throws(ArithmeticError) in
        try terms.notional(position) - terms.notional(position + delta)
      }
    }
  }
}
