import Canonical
import Quantities

/// Profit of a part of a position, and the tokens of that part.
struct PositionProfit {
  var usd: Int256
  var uncappedUsd: Int256
  var sizeDeltaInTokens: UInt256
}

/// Whether a position may be liquidated, and the figures that decide it.
struct LiquidationCheck {
  /// Empty when it may not.
  var reason: String
  var remainingCollateralUsd: Int256
  var minCollateralUsd: Int256
  var minCollateralUsdForLeverage: Int256

  var isLiquidatable: Bool { !reason.isEmpty }

  var figures: [NamedFigure] {
    [
      NamedFigure("reason", reason), NamedFigure("remainingCollateralUsd", remainingCollateralUsd),
      NamedFigure("minCollateralUsd", minCollateralUsd),
      NamedFigure("minCollateralUsdForLeverage", minCollateralUsdForLeverage),
    ]
  }
}

// Rules GMX-61 to GMX-65.
extension GMXState {
  func collateralPrice(_ market: MarketRecord, _ prices: MarketPrices, _ token: TokenID) throws(Revert) -> Price {
    if token == market.longToken { return prices.long }
    if token == market.shortToken { return prices.short }
    throw Revert(
      .invalidCollateralTokenForMarket, NamedFigure("market", UInt64(market.market)),
      NamedFigure("token", .token(token)))
  }

  /// Rule GMX-61: capped by what the pool may pay to traders.
  func positionProfit(
    _ market: MarketRecord, _ prices: MarketPrices, _ position: Position, sizeDelta: UInt256
  ) throws(Revert) -> PositionProfit {
    let record = position.record
    let isLong = position.isLong
    let value = try (record.sizeInTokens * prices.index.pick(forLong: isLong, maximize: false)).signed()
    let size = try record.sizeInUsd.signed()
    let uncapped = isLong ? try value - size : try size - value
    var total = uncapped
    if total > .zero {
      let pool = try poolUsd(market, prices, isLong: isLong, maximize: false)
      let all = try profit(market, prices.index, isLong: isLong, maximize: true)
      let payable = try capped(all, .traders, market, isLong: isLong, poolUsd: pool)
      if payable != all, payable > .zero, all > .zero {
        total = try Exact.multiplyDivide(total.magnitude, payable, all.magnitude)
      }
    }
    let tokens: UInt256
    if record.sizeInUsd == sizeDelta {
      tokens = record.sizeInTokens
    } else if isLong {
      tokens = try Exact.divideUp(record.sizeInTokens * sizeDelta, record.sizeInUsd)
    } else {
      tokens = try record.sizeInTokens * sizeDelta / record.sizeInUsd
    }
    return PositionProfit(
      usd: try Exact.multiplyDivide(tokens, total, record.sizeInTokens),
      uncappedUsd: try Exact.multiplyDivide(tokens, uncapped, record.sizeInTokens), sizeDeltaInTokens: tokens)
  }

  /// Rule GMX-62: the check of leverage before a change.
  func collateralSuffices(
    _ market: MarketRecord, _ collateral: Price, isLong: Bool, sizeInUsd: UInt256, collateralAmount: UInt256,
    realizedProfit: Int256, openInterestDelta: Int256
  ) throws(Revert) -> (suffices: Bool, remaining: Int256) {
    var remaining = try (collateralAmount * collateral.min).signed()
    if realizedProfit.isNegative { remaining = try remaining + realizedProfit }
    if remaining.isNegative { return (false, remaining) }
    let interest = try Exact.sum(openInterest(market, isLong: isLong), openInterestDelta)
    let multiplier = setting(.minCollateralFactorForOpenInterestMultiplier, market.market, flag: isLong)
    let byInterest = try Exact.apply(interest, multiplier)
    let factor = max(setting(.minCollateralFactor, market.market), byInterest)
    let least = try Exact.apply(sizeInUsd, factor).signed()
    return (remaining >= least, remaining)
  }

  /// Rule GMX-63.
  func liquidationCheck(
    _ market: MarketRecord, _ prices: MarketPrices, _ position: Position, checksMinCollateral: Bool,
    forLiquidation: Bool
  ) throws(Revert) -> LiquidationCheck {
    let record = position.record
    let profit = try positionProfit(market, prices, position, sizeDelta: record.sizeInUsd).usd
    let collateral = try collateralPrice(market, prices, position.key.collateralToken)
    let collateralUsd = try record.collateralAmount * collateral.min
    let (impact, improved) = try liquidationImpact(market, prices, position)
    let fees = try positionFees(
      market, position, collateral, sizeDelta: record.sizeInUsd, improved: improved, uiFeeReceiver: .zero,
      isLiquidation: false)
    let cost = try fees.totalCostAmount * collateral.min
    let gross = try collateralUsd.signed() + profit + impact
    let remaining = try gross - cost.signed()
    let factor = setting(
      forLiquidation ? .minCollateralFactorForLiquidation : .minCollateralFactor, market.market)
    var check = LiquidationCheck(
      reason: "", remainingCollateralUsd: remaining, minCollateralUsd: .zero,
      minCollateralUsdForLeverage: try Exact.apply(record.sizeInUsd, factor).signed())
    if checksMinCollateral {
      check.minCollateralUsd = try setting(.minCollateralUSD).signed()
      if remaining < check.minCollateralUsd {
        check.reason = "min collateral"
        return check
      }
    }
    if remaining <= .zero {
      check.reason = "< 0"
    } else if remaining < check.minCollateralUsdForLeverage {
      check.reason = "min collateral for leverage"
    }
    return check
  }

  /// The loss of impact that counts in a liquidation, and whether a full close improves the balance. Where no loss
  /// counts, the size of the impact decides nothing.
  private func liquidationImpact(
    _ market: MarketRecord, _ prices: MarketPrices, _ position: Position
  ) throws(Revert) -> (usd: Int256, improved: Bool) {
    let record = position.record
    let usdDelta = try -(record.sizeInUsd.signed())
    let tokenDelta = try -(record.sizeInTokens.signed())
    let factor = setting(.maxPositionImpactFactorForLiquidations, market.market)
    let pending = try impactUsd(record.pendingImpactAmount, prices.index)
    if factor.isZero, pending.magnitude < Exact.fundingScale,
      let improved = try positionImproves(
        market, prices.index, usdDelta: usdDelta, tokenDelta: tokenDelta, isLong: position.isLong)
    {
      return (.zero, improved)
    }
    var (impact, improved) = try positionImpact(
      market, prices.index, usdDelta: usdDelta, tokenDelta: tokenDelta, isLong: position.isLong)
    impact = try cappedByFactor(market, impact, size: record.sizeInUsd)
    impact = try impact + pending
    if !impact.isNegative { return (.zero, improved) }
    return (max(impact, try -(Exact.apply(record.sizeInUsd, factor).signed())), improved)
  }

  /// A token amount of impact in dollars: gains at the lowest price, losses at the highest.
  func impactUsd(_ amount: Int256, _ index: Price) throws(Revert) -> Int256 {
    try amount * (amount > .zero ? index.min : index.max).signed()
  }

  func validatePosition(
    _ market: MarketRecord, _ prices: MarketPrices, _ position: Position, checksMinSize: Bool,
    checksMinCollateral: Bool, forLiquidation: Bool
  ) throws(Revert) {
    let record = position.record
    if record.sizeInUsd.isZero || record.sizeInTokens.isZero {
      throw Revert(
        .invalidPositionSizeValues, NamedFigure("sizeInUsd", record.sizeInUsd),
        NamedFigure("sizeInTokens", record.sizeInTokens))
    }
    try validateEnabled(market)
    if checksMinSize {
      let least = setting(.minPositionSizeUSD)
      if record.sizeInUsd < least {
        throw Revert(
          .minPositionSize, NamedFigure("positionSizeInUsd", record.sizeInUsd),
          NamedFigure("minPositionSizeUsd", least))
      }
    }
    let check = try liquidationCheck(
      market, prices, position, checksMinCollateral: checksMinCollateral, forLiquidation: forLiquidation)
    if check.isLiquidatable {
      var revert = Revert(.liquidatablePosition)
      revert.arguments = check.figures
      throw revert
    }
  }
}

/// What a change of size costs in price. Rule GMX-33.
struct ExecutionPrice {
  var impactUsd = Int256.zero
  var impactAmount = Int256.zero
  var sizeDeltaInTokens = UInt256.zero
  var price = UInt256.zero
  var improved = false
}

extension GMXState {
  func executionPriceForIncrease(
    _ market: MarketRecord, _ index: Price, sizeDelta: UInt256, acceptable: UInt256?, isLong: Bool
  ) throws(Revert) -> ExecutionPrice {
    var result = ExecutionPrice()
    if sizeDelta.isZero {
      result.price = index.pick(maximize: isLong)
      return result
    }
    result.sizeDeltaInTokens =
      isLong ? try sizeDelta / index.max : try Exact.divideUp(sizeDelta, index.min)
    (result.impactUsd, result.improved) = try positionImpact(
      market, index, usdDelta: sizeDelta.signed(), tokenDelta: result.sizeDeltaInTokens.signed(), isLong: isLong)
    result.impactUsd = try cappedByFactor(market, result.impactUsd, size: sizeDelta)
    result.impactAmount =
      result.impactUsd > .zero
      ? try result.impactUsd / index.max.signed() : try Exact.divideUpMagnitude(result.impactUsd, index.min)
    let base = try result.sizeDeltaInTokens.signed()
    let tokens = isLong ? try base + result.impactAmount : try base - result.impactAmount
    if tokens.isNegative {
      throw Revert(
        .priceImpactLargerThanOrderSize, NamedFigure("priceImpactUsd", result.impactUsd),
        NamedFigure("sizeDeltaUsd", sizeDelta))
    }
    if tokens.isZero { throw Revert(.emptySizeDeltaInTokens) }
    result.price = try sizeDelta / tokens.magnitude
    if let acceptable, isLong ? result.price > acceptable : result.price < acceptable {
      throw Revert(
        .orderNotFulfillableAtAcceptablePrice, NamedFigure("price", result.price),
        NamedFigure("acceptablePrice", acceptable))
    }
    return result
  }

  func executionPriceForDecrease(
    _ market: MarketRecord, _ index: Price, sizeInUsd: UInt256, sizeInTokens: UInt256, sizeDelta: UInt256,
    sizeDeltaInTokens: UInt256, acceptable: UInt256?, isLong: Bool
  ) throws(Revert) -> ExecutionPrice {
    var result = ExecutionPrice()
    let price = index.pick(maximize: !isLong)
    result.price = price
    if sizeDelta.isZero { return result }
    (result.impactUsd, result.improved) = try positionImpact(
      market, index, usdDelta: -(sizeDelta.signed()), tokenDelta: -(sizeDeltaInTokens.signed()), isLong: isLong)
    result.impactUsd = try cappedByFactor(market, result.impactUsd, size: sizeDelta)
    if !sizeInUsd.isZero, !sizeInTokens.isZero {
      let adjusted = isLong ? result.impactUsd : try -result.impactUsd
      if adjusted.isNegative, adjusted.magnitude > sizeDelta {
        throw Revert(
          .priceImpactLargerThanOrderSize, NamedFigure("priceImpactUsd", adjusted),
          NamedFigure("sizeDeltaUsd", sizeDelta))
      }
      let step = try Exact.multiplyDivide(sizeInUsd, adjusted, sizeInTokens) / sizeDelta.signed()
      let moved = try price.signed() + step
      if moved.isNegative {
        throw Revert(
          .negativeExecutionPrice, NamedFigure("executionPrice", moved), NamedFigure("price", price),
          NamedFigure("positionSizeInUsd", sizeInUsd), NamedFigure("priceImpactUsd", adjusted),
          NamedFigure("sizeDeltaUsd", sizeDelta))
      }
      result.price = moved.magnitude
    }
    if let acceptable, isLong ? result.price < acceptable : result.price > acceptable {
      throw Revert(
        .orderNotFulfillableAtAcceptablePrice, NamedFigure("price", result.price),
        NamedFigure("acceptablePrice", acceptable))
    }
    return result
  }
}
