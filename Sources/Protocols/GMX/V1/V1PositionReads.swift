import Quantities
import StateStore

/// Whether a position may stay. Rule GMX-163.
public enum V1LiquidationState: UInt8, Sendable {
  case healthy = 0
  /// Losses or fees eat the collateral: it goes to the pool.
  case insolvent = 1
  /// Too much leverage with collateral left: an ordinary close.
  case overleveraged = 2
}

// Rules GMX-160 and GMX-163.
extension GMXState {
  /// Profit or loss of a size at the worse price. Small early profits count as none.
  func v1Delta(
    _ index: TokenID, size: UInt256, averagePrice: UInt256, isLong: Bool, lastIncreasedTime: UInt64,
    _ context: ExecutionContext
  ) throws(Revert) -> (hasProfit: Bool, delta: UInt256) {
    if averagePrice.isZero { throw .vault(.invalidAveragePrice) }
    let price = try v1Price(index, maximise: !isLong, context)
    let delta = try size.times(averagePrice.distance(to: price)).over(averagePrice)
    let hasProfit = isLong ? price > averagePrice : averagePrice > price
    let quiet = try UInt256(lastIncreasedTime).plus(v1Settings().minProfitTime)
    let least =
      UInt256(context.time) > quiet ? UInt256.zero : v1Tokens[index]?.minProfitBasisPoints ?? .zero
    if hasProfit, try delta.times(V1Scale.basisPoints) <= size.times(least) { return (true, .zero) }
    return (hasProfit, delta)
  }

  func v1Delta(
    _ key: V1PositionKey, _ position: V1Position, _ context: ExecutionContext
  ) throws(Revert) -> (hasProfit: Bool, delta: UInt256) {
    try v1Delta(
      key.indexToken, size: position.size, averagePrice: position.averagePrice, isLong: key.isLong,
      lastIncreasedTime: position.lastIncreasedTime, context)
  }

  /// price x size / (size with its profit or loss): the price at which the grown position has the same result.
  static func v1NextAverage(
    price: UInt256, nextSize: UInt256, delta: UInt256, adds: Bool
  ) throws(Revert) -> UInt256 {
    try price.times(nextSize).over(adds ? nextSize.plus(delta) : nextSize.minus(delta))
  }

  /// State and margin fees. With `raise` the text of the first broken rule is thrown.
  public func v1Liquidation(
    _ key: V1PositionKey, _ position: V1Position, raise: Bool, _ context: ExecutionContext
  ) throws(Revert) -> (state: V1LiquidationState, marginFees: UInt256) {
    let settings = try v1Settings()
    let (hasProfit, delta) = try v1Delta(key, position, context)
    let fees = try v1FundingFee(key.collateralToken, size: position.size, entry: position.entryFundingRate)
      .plus(v1PositionFee(position.size))
    if !hasProfit, position.collateral < delta {
      if raise { throw .message("Vault: losses exceed collateral") }
      return (.insolvent, fees)
    }
    let remaining = hasProfit ? position.collateral : try position.collateral.minus(delta)
    if remaining < fees {
      if raise { throw .message("Vault: fees exceed collateral") }
      return (.insolvent, remaining)
    }
    if try remaining < fees.plus(settings.liquidationFeeUsd) {
      if raise { throw .message("Vault: liquidation fees exceed collateral") }
      return (.insolvent, fees)
    }
    if try remaining.times(settings.maxLeverage) < position.size.times(V1Scale.basisPoints) {
      if raise { throw .message("Vault: maxLeverage exceeded") }
      return (.overleveraged, fees)
    }
    return (.healthy, fees)
  }

  func v1Validate(size: UInt256, collateral: UInt256) throws(Revert) {
    if size.isZero {
      if !collateral.isZero { throw .vault(.collateralShouldBeWithdrawn) }
    } else if size < collateral {
      throw .vault(.sizeMustBeMoreThanCollateral)
    }
  }

  /// Longs hold their index; shorts hold stable tokens against an index that may be shorted.
  func v1ValidateTokens(_ key: V1PositionKey) throws(Revert) {
    let collateral = v1Tokens[key.collateralToken]
    if key.isLong {
      if key.collateralToken != key.indexToken { throw .vault(.mismatchedTokens) }
      guard let collateral else { throw .vault(.longCollateralNotWhitelisted) }
      if collateral.isStable { throw .vault(.collateralMustNotBeStable) }
      return
    }
    guard let collateral else { throw .vault(.shortCollateralNotWhitelisted) }
    if !collateral.isStable { throw .vault(.collateralMustBeStable) }
    if v1Tokens[key.indexToken]?.isStable == true { throw .vault(.indexMustNotBeStable) }
    if v1Tokens[key.indexToken]?.isShortable != true { throw .vault(.indexNotShortable) }
  }
}
