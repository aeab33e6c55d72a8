import Canonical
import Quantities

// Rule GMX-66.
extension GMXState {
  func position(_ order: OrderRecord, collateralToken: TokenID) -> Position {
    let key = PositionKey(
      account: order.account, market: order.market, collateralToken: collateralToken, isLong: order.isLong)
    return Position(key: key, record: positions[key] ?? PositionRecord())
  }

  /// Adds to a position; the collateral already lies with the market.
  mutating func increase(
    _ market: MarketRecord, _ prices: MarketPrices, _ order: OrderRecord, collateralToken: TokenID,
    collateralIn: UInt256, _ context: inout ExecutionContext
  ) throws(Revert) {
    var position = position(order, collateralToken: collateralToken)
    let collateral = try collateralPrice(market, prices, collateralToken)
    if position.record.sizeInUsd.isZero { position.record.settle(readings(market, position.key)) }
    let sizeDelta = order.sizeDeltaUsd
    let execution = try executionPriceForIncrease(
      market, prices.index, sizeDelta: sizeDelta, acceptable: order.acceptablePrice, isLong: order.isLong)
    let fees = try positionFees(
      market, position, collateral, sizeDelta: sizeDelta, improved: execution.improved,
      uiFeeReceiver: order.uiFeeReceiver, isLiquidation: false)
    try addClaimableFee(market, collateralToken, fees.feeReceiverAmount)
    try addClaimableUIFee(market, collateralToken, order.uiFeeReceiver, fees.uiFeeAmount)
    let collateralDelta = try collateralIn.signed() - fees.totalCostAmount.signed()
    try addToCollateralSum(market, collateralToken, isLong: order.isLong, collateralDelta)
    try addToPool(market, collateralToken, fees.feeAmountForPool)
    if collateralDelta.isNegative, position.record.collateralAmount < collateralDelta.magnitude {
      throw Revert(
        .insufficientCollateralAmount, NamedFigure("collateralAmount", position.record.collateralAmount),
        NamedFigure("collateralDeltaAmount", collateralDelta))
    }
    position.record.collateralAmount = try Exact.sum(position.record.collateralAmount, collateralDelta)
    position.record.pendingImpactAmount = try position.record.pendingImpactAmount + execution.impactAmount
    try addSigned(execution.impactAmount, to: StoreKey(.totalPendingImpactAmount, market.market))
    let nextSize = try position.record.sizeInUsd + sizeDelta
    let nextFactor = amount(.cumulativeBorrowingFactor, market.market, flag: order.isLong)
    try updateTotalBorrowing(position, nextSize: nextSize, nextFactor: nextFactor)
    try addClaims(market, order.account, fees)
    position.record.sizeInUsd = nextSize
    position.record.sizeInTokens = try position.record.sizeInTokens + execution.sizeDeltaInTokens
    position.record.settle(fees.funding)
    position.record.borrowingFactor = nextFactor
    position.record.increasedAtTime = context.time
    store(position.record, at: position.key)
    try addToOpenInterest(
      market, collateralToken, isLong: order.isLong, usd: sizeDelta.signed(),
      tokens: execution.sizeDeltaInTokens.signed())
    if !sizeDelta.isZero { try validateReserves(market, prices, position, collateral) }
    try addAffiliateReward(
      market, collateralToken, fees.referral.affiliate, fees.referral.affiliateRewardAmount)
    try validatePosition(
      market, prices, position, checksMinSize: true, checksMinCollateral: true, forLiquidation: sizeDelta.isZero)
    context.emit(.positionFeesCollected, fees.figures(sizeDelta: sizeDelta, isIncrease: true))
    context.changes.append(
      PositionChange(position.key, order, execution, fees, collateral))
    emitIncrease(position, execution, prices, collateral, sizeDelta, collateralDelta, &context)
  }

  private func validateReserves(
    _ market: MarketRecord, _ prices: MarketPrices, _ position: Position, _ collateral: Price
  ) throws(Revert) {
    try validateReserve(market, prices, isLong: position.isLong)
    try validateReserve(market, prices, isLong: position.isLong, forOpenInterest: true)
    let check = try collateralSuffices(
      market, collateral, isLong: position.isLong, sizeInUsd: position.record.sizeInUsd,
      collateralAmount: position.record.collateralAmount, realizedProfit: .zero, openInterestDelta: .zero)
    if !check.suffices {
      throw Revert(.insufficientCollateralUsd, NamedFigure("remainingCollateralUsd", check.remaining))
    }
  }

  mutating func addClaims(_ market: MarketRecord, _ account: Address, _ fees: PositionFees) throws(Revert) {
    try addClaimableFunding(market, market.longToken, account, fees.funding.claimableLongTokenAmount)
    try addClaimableFunding(market, market.shortToken, account, fees.funding.claimableShortTokenAmount)
  }

  private func emitIncrease(
    _ position: Position, _ execution: ExecutionPrice, _ prices: MarketPrices, _ collateral: Price,
    _ sizeDelta: UInt256, _ collateralDelta: Int256, _ context: inout ExecutionContext
  ) {
    let record = position.record
    context.emit(
      .positionIncrease,
      [
        NamedFigure("sizeInUsd", record.sizeInUsd), NamedFigure("sizeInTokens", record.sizeInTokens),
        NamedFigure("collateralAmount", record.collateralAmount),
        NamedFigure("borrowingFactor", record.borrowingFactor),
        NamedFigure("fundingFeeAmountPerSize", record.fundingFeeAmountPerSize),
        NamedFigure("longTokenClaimableFundingAmountPerSize", record.longTokenClaimableFundingAmountPerSize),
        NamedFigure("shortTokenClaimableFundingAmountPerSize", record.shortTokenClaimableFundingAmountPerSize),
        NamedFigure("executionPrice", execution.price), NamedFigure("indexTokenPrice.max", prices.index.max),
        NamedFigure("indexTokenPrice.min", prices.index.min), NamedFigure("collateralTokenPrice.max", collateral.max),
        NamedFigure("collateralTokenPrice.min", collateral.min), NamedFigure("sizeDeltaUsd", sizeDelta),
        NamedFigure("sizeDeltaInTokens", execution.sizeDeltaInTokens),
        NamedFigure("increasedAtTime", record.increasedAtTime), NamedFigure("collateralDeltaAmount", collateralDelta),
        NamedFigure("pendingPriceImpactUsd", execution.impactUsd),
        NamedFigure("pendingPriceImpactAmount", execution.impactAmount), NamedFigure("isLong", position.isLong),
      ])
  }
}

extension PositionChange {
  fileprivate init(
    _ key: PositionKey, _ order: OrderRecord, _ execution: ExecutionPrice, _ fees: PositionFees, _ collateral: Price
  ) {
    self.init(key: key, isIncrease: true, orderType: order.orderType)
    executionPrice = execution.price
    sizeDeltaUsd = order.sizeDeltaUsd
    sizeDeltaInTokens = execution.sizeDeltaInTokens
    note(fees, collateral)
    fundingUsd = fees.funding.fundingFeeAmount &* collateral.min
  }

  /// Fees that were paid as fees.
  mutating func note(_ fees: PositionFees, _ collateral: Price) {
    feeUsd = (fees.positionFeeAmount &+ fees.liquidation.amount) &* collateral.min
    borrowingUsd = fees.borrowing.amount &* collateral.min
    receiverUsd = fees.feeReceiverAmount &* collateral.min
  }
}

extension PositionRecord {
  /// The accumulators up to which funding is settled.
  mutating func settle(_ readings: PositionFees.Funding) {
    fundingFeeAmountPerSize = readings.latestFundingFeeAmountPerSize
    longTokenClaimableFundingAmountPerSize = readings.latestLongTokenClaimableFundingAmountPerSize
    shortTokenClaimableFundingAmountPerSize = readings.latestShortTokenClaimableFundingAmountPerSize
  }
}
