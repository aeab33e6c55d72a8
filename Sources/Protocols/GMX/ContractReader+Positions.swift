import Canonical
import Quantities

extension ContractReader {
  private func position(_ key: PositionKey) throws(Revert) -> Position {
    guard let record = state.positions[key] else { throw Revert(.emptyPosition) }
    return Position(key: key, record: record)
  }

  public func positionProfit(_ key: PositionKey, sizeDelta: UInt256) throws(Revert) -> ReaderValue {
    let profit = try state.positionProfit(market, prices, position(key), sizeDelta: sizeDelta)
    return .record(
      ("pnlUsd", .of(profit.usd)), ("uncappedPnlUsd", .of(profit.uncappedUsd)),
      ("sizeDeltaInTokens", .of(profit.sizeDeltaInTokens)))
  }

  public func liquidationCheck(
    _ key: PositionKey, checksMinCollateral: Bool, forLiquidation: Bool
  ) throws(Revert) -> ReaderValue {
    let check = try state.liquidationCheck(
      market, prices, position(key), checksMinCollateral: checksMinCollateral, forLiquidation: forLiquidation)
    return .record(
      ("liquidatable", .of(check.isLiquidatable)), ("reason", .of(check.reason)),
      (
        "info",
        .record(
          ("remainingCollateralUsd", .of(check.remainingCollateralUsd)),
          ("minCollateralUsd", .of(check.minCollateralUsd)),
          ("minCollateralUsdForLeverage", .of(check.minCollateralUsdForLeverage)))
      ))
  }

  struct ImpactQuote {
    var execution: ExecutionPrice
    var pendingUsd = Int256.zero
    var totalUsd = Int256.zero
    var differenceUsd = UInt256.zero

    var value: ReaderValue {
      .record(
        ("priceImpactUsd", .of(execution.impactUsd)), ("executionPrice", .of(execution.price)),
        ("balanceWasImproved", .of(execution.improved)), ("proportionalPendingImpactUsd", .of(pendingUsd)),
        ("totalImpactUsd", .of(totalUsd)), ("priceImpactDiffUsd", .of(differenceUsd)))
    }
  }

  /// The price of a change of size; a negative change decreases.
  public func executionPrice(
    sizeInUsd: UInt256, sizeInTokens: UInt256, sizeDelta: Int256, pendingImpactAmount: Int256, isLong: Bool
  ) throws(Revert) -> ReaderValue {
    var record = PositionRecord()
    record.sizeInUsd = sizeInUsd
    record.sizeInTokens = sizeInTokens
    record.pendingImpactAmount = pendingImpactAmount
    return try quote(record, sizeDelta: sizeDelta, isLong: isLong).value
  }

  private func quote(_ record: PositionRecord, sizeDelta: Int256, isLong: Bool) throws(Revert) -> ImpactQuote {
    let size = sizeDelta.magnitude
    if sizeDelta > .zero {
      return ImpactQuote(
        execution: try state.executionPriceForIncrease(
          market, prices.index, sizeDelta: size, acceptable: nil, isLong: isLong))
    }
    let key = PositionKey(account: .zero, market: market.market, collateralToken: market.longToken, isLong: isLong)
    let profit = try state.positionProfit(
      market, prices, Position(key: key, record: record), sizeDelta: size)
    var quote = ImpactQuote(
      execution: try state.executionPriceForDecrease(
        market, prices.index, sizeInUsd: record.sizeInUsd, sizeInTokens: record.sizeInTokens, sizeDelta: size,
        sizeDeltaInTokens: profit.sizeDeltaInTokens, acceptable: nil, isLong: isLong))
    quote.pendingUsd = try state.pendingImpact(
      record.pendingImpactAmount, prices.index, sizeDelta: size, size: record.sizeInUsd
    ).usd
    let gross = try quote.pendingUsd + quote.execution.impactUsd
    (quote.totalUsd, quote.differenceUsd) = try state.realizedImpact(market, prices, gross, sizeDelta: size)
    return quote
  }

  /// A position with the costs of a decrease as of now.
  public func positionInfo(_ key: PositionKey, sizeDelta: UInt256) throws(Revert) -> ReaderValue {
    let position = try position(key)
    let collateral = try state.collateralPrice(market, prices, key.collateralToken)
    let quote = try quote(position.record, sizeDelta: -(sizeDelta.signed()), isLong: key.isLong)
    var fees = try state.positionFees(
      market, position, collateral, sizeDelta: sizeDelta, improved: quote.execution.improved, uiFeeReceiver: .zero,
      isLiquidation: false)
    let cumulative = try state.nextCumulativeBorrowingFactor(market, prices, isLong: key.isLong, time).next
    let borrowed = try state.borrowingFeeUsd(position.record, cumulative: cumulative)
    fees.borrowing = try state.borrowingPart(borrowed, collateral)
    fees.funding = try state.fundingPart(nextReadings(key), position.record)
    let profit = try state.positionProfit(market, prices, position, sizeDelta: sizeDelta)
    try fees.total()
    return .record(
      ("fees", fees.value), ("executionPriceResult", quote.value), ("basePnlUsd", .of(profit.usd)),
      ("uncappedBasePnlUsd", .of(profit.uncappedUsd)),
      ("pnlAfterPriceImpactUsd", .of(try quote.execution.impactUsd + profit.usd)))
  }

  /// The accumulators with the funding up to now; a market of one token counts twice.
  private func nextReadings(_ key: PositionKey) throws(Revert) -> PositionFees.Funding {
    var readings = state.readings(market, key)
    let next = try state.nextFunding(market, prices, time)
    let fees = key.isLong ? next.feeDeltas.long : next.feeDeltas.short
    let claims = key.isLong ? next.claimableDeltas.long : next.claimableDeltas.short
    let fee = key.collateralToken == market.longToken ? fees.long : fees.short
    readings.latestFundingFeeAmountPerSize =
      try readings.latestFundingFeeAmountPerSize + fee * market.divisor
    readings.latestLongTokenClaimableFundingAmountPerSize =
      try readings.latestLongTokenClaimableFundingAmountPerSize + claims.long * market.divisor
    readings.latestShortTokenClaimableFundingAmountPerSize =
      try readings.latestShortTokenClaimableFundingAmountPerSize + claims.short * market.divisor
    return readings
  }
}

extension PositionFees {
  var value: ReaderValue {
    .record(
      ("referral", referralValue),
      (
        "pro",
        .record(
          ("traderTier", .of(pro.traderTier)), ("traderDiscountFactor", .of(pro.traderDiscountFactor)),
          ("traderDiscountAmount", .of(pro.traderDiscountAmount)))
      ),
      ("funding", fundingValue), ("borrowing", value(borrowing, "borrowing")),
      (
        "ui",
        .record(("uiFeeReceiverFactor", .of(uiFeeReceiverFactor)), ("uiFeeAmount", .of(uiFeeAmount)))
      ),
      ("liquidation", value(liquidation, "liquidation")), ("positionFeeFactor", .of(positionFeeFactor)),
      ("protocolFeeAmount", .of(protocolFeeAmount)), ("positionFeeReceiverFactor", .of(positionFeeReceiverFactor)),
      ("feeReceiverAmount", .of(feeReceiverAmount)), ("feeAmountForPool", .of(feeAmountForPool)),
      ("positionFeeAmountForPool", .of(positionFeeAmountForPool)), ("positionFeeAmount", .of(positionFeeAmount)),
      ("totalCostAmountExcludingFunding", .of(totalCostAmountExcludingFunding)),
      ("totalCostAmount", .of(totalCostAmount)), ("totalDiscountAmount", .of(totalDiscountAmount)))
  }

  private var referralValue: ReaderValue {
    .record(
      ("totalRebateFactor", .of(referral.totalRebateFactor)),
      ("affiliateRewardFactor", .of(referral.affiliateRewardFactor)),
      ("adjustedAffiliateRewardFactor", .of(referral.adjustedAffiliateRewardFactor)),
      ("traderDiscountFactor", .of(referral.traderDiscountFactor)),
      ("totalRebateAmount", .of(referral.totalRebateAmount)),
      ("traderDiscountAmount", .of(referral.traderDiscountAmount)),
      ("affiliateRewardAmount", .of(referral.affiliateRewardAmount)))
  }

  private var fundingValue: ReaderValue {
    .record(
      ("fundingFeeAmount", .of(funding.fundingFeeAmount)),
      ("claimableLongTokenAmount", .of(funding.claimableLongTokenAmount)),
      ("claimableShortTokenAmount", .of(funding.claimableShortTokenAmount)),
      ("latestFundingFeeAmountPerSize", .of(funding.latestFundingFeeAmountPerSize)),
      ("latestLongTokenClaimableFundingAmountPerSize", .of(funding.latestLongTokenClaimableFundingAmountPerSize)),
      ("latestShortTokenClaimableFundingAmountPerSize", .of(funding.latestShortTokenClaimableFundingAmountPerSize)))
  }

  private func value(_ part: Part, _ name: String) -> ReaderValue {
    .record(
      (name + "FeeUsd", .of(part.usd)), (name + "FeeAmount", .of(part.amount)),
      (name + "FeeReceiverFactor", .of(part.receiverFactor)),
      (name + "FeeAmountForFeeReceiver", .of(part.amountForReceiver)))
  }
}
