import Canonical
import Quantities

/// What a decrease hands to its receiver.
struct DecreaseResult {
  var outputToken: TokenID
  var output: UInt256
  var secondaryToken: TokenID
  var secondary: UInt256
}

// Rules GMX-69 and GMX-70.
extension GMXState {
  mutating func decrease(
    _ market: MarketRecord, _ prices: MarketPrices, _ given: OrderRecord, _ start: Position, isADL: Bool,
    _ context: inout ExecutionContext
  ) throws(Revert) -> DecreaseResult {
    var order = given
    var position = start
    let collateral = try collateralPrice(market, prices, position.key.collateralToken)
    try adjust(&order, market, prices, position, collateral, &context)
    let profitToken = market.side(isLong: position.isLong)
    if profitToken == position.key.collateralToken { order.decreaseSwap = .none }
    let isLiquidation = order.orderType == .liquidation
    if isLiquidation { try validateLiquidation(market, prices, position) }
    var waterfall = Waterfall(
      market: market, prices: prices, collateral: collateral, profitPrice: prices.side(isLong: position.isLong),
      position: position,
      isInsolvencyAllowed: order.sizeDeltaUsd == position.record.sizeInUsd && (isLiquidation || isADL), order: order,
      values: DecreaseValues(outputToken: position.key.collateralToken, secondaryToken: profitToken))
    try runWaterfall(&waterfall, isLiquidation: isLiquidation, &context)
    order = waterfall.order
    var values = waterfall.values
    try applyDecrease(market, prices, &position, order, &values, waterfall.fees, context.time)
    context.emit(
      .positionFeesCollected, waterfall.fees.figures(sizeDelta: order.sizeDeltaUsd, isIncrease: false))
    context.changes.append(PositionChange(waterfall, order, values, isADL: isADL))
    emitDecrease(position, start, order, values, prices, collateral, &context)
    try swapCollateral(market, order, &values, &context)
    return DecreaseResult(
      outputToken: values.outputToken, output: values.output, secondaryToken: values.secondaryToken,
      secondary: values.secondary)
  }

  private func validateLiquidation(
    _ market: MarketRecord, _ prices: MarketPrices, _ position: Position
  ) throws(Revert) {
    let check = try liquidationCheck(
      market, prices, position, checksMinCollateral: true, forLiquidation: true)
    if check.isLiquidatable { return }
    var revert = Revert(.positionShouldNotBeLiquidated)
    revert.arguments = check.figures
    throw revert
  }

  /// Size and withdrawal as far as they are possible. Rule GMX-69, steps 1 to 4.
  private func adjust(
    _ order: inout OrderRecord, _ market: MarketRecord, _ prices: MarketPrices, _ position: Position,
    _ collateral: Price, _ context: inout ExecutionContext
  ) throws(Revert) {
    let record = position.record
    if order.sizeDeltaUsd > record.sizeInUsd {
      if order.orderType == .limitDecrease || order.orderType == .stopLossDecrease {
        order.resize(record.sizeInUsd, &context)
      } else {
        throw Revert(
          .invalidDecreaseOrderSize, NamedFigure("sizeDeltaUsd", order.sizeDeltaUsd),
          NamedFigure("positionSizeInUsd", record.sizeInUsd))
      }
    }
    if order.initialCollateralDeltaAmount > record.collateralAmount {
      order.withdraw(record.collateralAmount, &context)
    }
    if order.sizeDeltaUsd < record.sizeInUsd {
      try adjustPartial(&order, market, prices, position, collateral, &context)
    }
    if order.sizeDeltaUsd == record.sizeInUsd, !order.initialCollateralDeltaAmount.isZero {
      // The contracts tell this change to nobody.
      order.initialCollateralDeltaAmount = .zero
    }
  }

  private func adjustPartial(
    _ order: inout OrderRecord, _ market: MarketRecord, _ prices: MarketPrices, _ position: Position,
    _ collateral: Price, _ context: inout ExecutionContext
  ) throws(Revert) {
    let record = position.record
    let profit = try positionProfit(market, prices, position, sizeDelta: record.sizeInUsd).usd
    let realized = try Exact.multiplyDivide(order.sizeDeltaUsd, profit, record.sizeInUsd)
    let left = try profit - realized
    let check = try collateralSuffices(
      market, collateral, isLong: position.isLong, sizeInUsd: record.sizeInUsd - order.sizeDeltaUsd,
      collateralAmount: record.collateralAmount - order.initialCollateralDeltaAmount, realizedProfit: realized,
      openInterestDelta: -(order.sizeDeltaUsd.signed()))
    var remaining = check.remaining
    let least = try setting(.minCollateralUSD).signed()
    let isBelowLeast = try remaining + left < least
    if !check.suffices || isBelowLeast {
      if order.sizeDeltaUsd.isZero {
        throw Revert(.unableToWithdrawCollateral, NamedFigure("estimatedRemainingCollateralUsd", remaining))
      }
      let withdrawn = order.initialCollateralDeltaAmount
      order.withdraw(.zero, &context)
      remaining = try remaining + (withdrawn * collateral.min).signed()
    }
    if try remaining + left < least { order.resize(record.sizeInUsd, &context) }
    if record.sizeInUsd > order.sizeDeltaUsd,
      try record.sizeInUsd - order.sizeDeltaUsd < setting(.minPositionSizeUSD)
    {
      order.resize(record.sizeInUsd, &context)
    }
  }

  /// The position and the market's sums after the waterfall. Steps 8 to 11.
  private mutating func applyDecrease(
    _ market: MarketRecord, _ prices: MarketPrices, _ position: inout Position, _ order: OrderRecord,
    _ values: inout DecreaseValues, _ fees: PositionFees, _ time: UInt64
  ) throws(Revert) {
    let isLong = position.isLong
    let token = position.key.collateralToken
    let before = position.record.collateralAmount
    let nextSize = try position.record.sizeInUsd - order.sizeDeltaUsd
    let nextFactor = amount(.cumulativeBorrowingFactor, market.market, flag: isLong)
    try updateTotalBorrowing(position, nextSize: nextSize, nextFactor: nextFactor)
    position.record.sizeInUsd = nextSize
    position.record.sizeInTokens = try position.record.sizeInTokens - values.sizeDeltaInTokens
    position.record.collateralAmount = values.remainingCollateral
    position.record.pendingImpactAmount =
      try position.record.pendingImpactAmount - values.pendingImpactAmount
    position.record.decreasedAtTime = time
    try addClaims(market, order.account, fees)
    try addSigned(-values.pendingImpactAmount, to: StoreKey(.totalPendingImpactAmount, market.market))
    if position.record.sizeInUsd.isZero || position.record.sizeInTokens.isZero {
      values.output = try values.output + position.record.collateralAmount
      // A rest too small for one token unit is closed with the position; open interest keeps it.
      position.record.sizeInUsd = .zero
      position.record.sizeInTokens = .zero
      position.record.collateralAmount = .zero
      store(PositionRecord?.none, at: position.key)
    } else {
      position.record.settle(fees.funding)
      position.record.borrowingFactor = nextFactor
      store(position.record, at: position.key)
    }
    let after = try position.record.collateralAmount.signed()
    try addToCollateralSum(market, token, isLong: isLong, after - before.signed())
    try addToOpenInterest(
      market, token, isLong: isLong, usd: -(order.sizeDeltaUsd.signed()),
      tokens: -(values.sizeDeltaInTokens.signed()))
    try addAffiliateReward(market, token, fees.referral.affiliate, fees.referral.affiliateRewardAmount)
    if !position.record.sizeInUsd.isZero {
      try validatePosition(
        market, prices, position, checksMinSize: false, checksMinCollateral: false, forLiquidation: false)
    }
  }

  private func emitDecrease(
    _ position: Position, _ start: Position, _ order: OrderRecord, _ values: DecreaseValues, _ prices: MarketPrices,
    _ collateral: Price, _ context: inout ExecutionContext
  ) {
    let record = position.record
    context.emit(
      .positionDecrease,
      [
        NamedFigure("sizeInUsd", record.sizeInUsd), NamedFigure("sizeInTokens", record.sizeInTokens),
        NamedFigure("collateralAmount", record.collateralAmount),
        NamedFigure("borrowingFactor", record.borrowingFactor),
        NamedFigure("fundingFeeAmountPerSize", record.fundingFeeAmountPerSize),
        NamedFigure("longTokenClaimableFundingAmountPerSize", record.longTokenClaimableFundingAmountPerSize),
        NamedFigure("shortTokenClaimableFundingAmountPerSize", record.shortTokenClaimableFundingAmountPerSize),
        NamedFigure("executionPrice", values.executionPrice), NamedFigure("indexTokenPrice.max", prices.index.max),
        NamedFigure("indexTokenPrice.min", prices.index.min), NamedFigure("collateralTokenPrice.max", collateral.max),
        NamedFigure("collateralTokenPrice.min", collateral.min), NamedFigure("sizeDeltaUsd", order.sizeDeltaUsd),
        NamedFigure("sizeDeltaInTokens", values.sizeDeltaInTokens),
        NamedFigure("collateralDeltaAmount", start.record.collateralAmount &- record.collateralAmount),
        NamedFigure("values.priceImpactDiffUsd", values.impactDiffUsd),
        NamedFigure("decreasedAtTime", record.decreasedAtTime), NamedFigure("priceImpactUsd", values.impactUsd),
        NamedFigure("basePnlUsd", values.basePnlUsd), NamedFigure("uncappedBasePnlUsd", values.uncappedBasePnlUsd),
        NamedFigure("proportionalPendingImpactUsd", values.pendingImpactUsd),
        NamedFigure("totalImpactUsd", values.totalImpactUsd), NamedFigure("isLong", position.isLong),
      ])
  }

  /// Step 12: the output becomes the profit's token where asked for; a swap that fails leaves it.
  private mutating func swapCollateral(
    _ market: MarketRecord, _ order: OrderRecord, _ values: inout DecreaseValues, _ context: inout ExecutionContext
  ) throws(Revert) {
    if values.output.isZero || order.decreaseSwap != .collateralToProfit { return }
    let bank = Holder.market(market.market)
    let request = SwapRequest(
      tokenIn: values.outputToken, amountIn: values.output, path: [market.market], bank: bank, receiver: bank,
      uiFeeReceiver: order.uiFeeReceiver)
    guard let result = trySwap(request, &context) else { return }
    values.outputToken = result.token
    values.output = try values.secondary + result.amount
    values.secondary = .zero
  }
}

extension PositionChange {
  fileprivate init(_ waterfall: Waterfall, _ order: OrderRecord, _ values: DecreaseValues, isADL: Bool) {
    self.init(key: waterfall.position.key, isIncrease: false, orderType: order.orderType, isADL: isADL)
    executionPrice = values.executionPrice
    sizeDeltaUsd = order.sizeDeltaUsd
    sizeDeltaInTokens = values.sizeDeltaInTokens
    note(waterfall.fees, waterfall.collateral)
    fundingUsd = waterfall.fundingPaidUsd
    profitUsd = values.basePnlUsd
    uncappedProfitUsd = values.uncappedBasePnlUsd
    unpaidUsd = waterfall.unpaidUsd
    unpaidLossUsd = waterfall.unpaidLossUsd
  }
}
