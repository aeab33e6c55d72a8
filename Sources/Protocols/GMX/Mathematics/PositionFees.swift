import Canonical
import Quantities

/// All costs of a change of a position, token amounts in its collateral token. Rule GMX-51.
struct PositionFees {
  struct Referral {
    var exists = false
    var affiliate = Address.zero
    var totalRebateFactor = UInt256.zero
    var affiliateRewardFactor = UInt256.zero
    var adjustedAffiliateRewardFactor = UInt256.zero
    var traderDiscountFactor = UInt256.zero
    var totalRebateAmount = UInt256.zero
    var traderDiscountAmount = UInt256.zero
    var affiliateRewardAmount = UInt256.zero
  }

  struct Pro {
    var traderTier = UInt256.zero
    var traderDiscountFactor = UInt256.zero
    var traderDiscountAmount = UInt256.zero
  }

  struct Funding {
    var fundingFeeAmount = UInt256.zero
    var claimableLongTokenAmount = UInt256.zero
    var claimableShortTokenAmount = UInt256.zero
    var latestFundingFeeAmountPerSize = UInt256.zero
    var latestLongTokenClaimableFundingAmountPerSize = UInt256.zero
    var latestShortTokenClaimableFundingAmountPerSize = UInt256.zero
  }

  struct Part {
    var usd = UInt256.zero
    var amount = UInt256.zero
    var receiverFactor = UInt256.zero
    var amountForReceiver = UInt256.zero
  }

  var referral = Referral()
  var pro = Pro()
  var funding = Funding()
  var borrowing = Part()
  var liquidation = Part()
  var uiFeeReceiverFactor = UInt256.zero
  var uiFeeAmount = UInt256.zero
  var collateralPrice = Price(min: .zero, max: .zero)
  var positionFeeFactor = UInt256.zero
  var protocolFeeAmount = UInt256.zero
  var positionFeeReceiverFactor = UInt256.zero
  var feeReceiverAmount = UInt256.zero
  var feeAmountForPool = UInt256.zero
  var positionFeeAmountForPool = UInt256.zero
  var positionFeeAmount = UInt256.zero
  var totalCostAmountExcludingFunding = UInt256.zero
  var totalCostAmount = UInt256.zero
  var totalDiscountAmount = UInt256.zero

  /// What is left when the fees were not paid as fees: claims and readings, no amounts.
  var emptied: PositionFees {
    var fees = PositionFees()
    fees.referral.exists = referral.exists
    fees.referral.affiliate = referral.affiliate
    fees.funding = funding
    fees.funding.fundingFeeAmount = .zero
    fees.collateralPrice = collateralPrice
    return fees
  }
}

// Rules GMX-51 to GMX-53.
extension GMXState {
  func positionFees(
    _ market: MarketRecord, _ position: Position, _ collateral: Price, sizeDelta: UInt256, improved: Bool,
    uiFeeReceiver: Address, isLiquidation: Bool
  ) throws(Revert) -> PositionFees {
    var fees = try feesAfterDiscounts(
      market, position.key.account, collateral, sizeDelta: sizeDelta, improved: improved)
    let cumulative = amount(.cumulativeBorrowingFactor, market.market, flag: position.isLong)
    fees.borrowing = try borrowingPart(borrowingFeeUsd(position.record, cumulative: cumulative), collateral)
    if isLiquidation {
      fees.liquidation.usd = try Exact.apply(sizeDelta, setting(.liquidationFeeFactor, market.market))
      fees.liquidation.amount = try Exact.divideUp(fees.liquidation.usd, collateral.min)
      fees.liquidation.receiverFactor = setting(.liquidationFeeReceiverFactor)
      fees.liquidation.amountForReceiver = try Exact.apply(fees.liquidation.amount, fees.liquidation.receiverFactor)
    }
    fees.feeAmountForPool =
      try fees.positionFeeAmountForPool + fees.borrowing.amount - fees.borrowing.amountForReceiver
      + fees.liquidation.amount - fees.liquidation.amountForReceiver
    fees.feeReceiverAmount =
      try fees.feeReceiverAmount + fees.borrowing.amountForReceiver + fees.liquidation.amountForReceiver
    fees.funding = try fundingPart(readings(market, position.key), position.record)
    if uiFeeReceiver != .zero {
      fees.uiFeeReceiverFactor = uiFeeFactor(uiFeeReceiver)
      fees.uiFeeAmount = try Exact.apply(sizeDelta, fees.uiFeeReceiverFactor) / collateral.min
    }
    try fees.total()
    return fees
  }

  func borrowingPart(_ usd: UInt256, _ collateral: Price) throws(Revert) -> PositionFees.Part {
    var part = PositionFees.Part()
    part.usd = usd
    part.amount = try usd / collateral.min
    part.receiverFactor = setting(.borrowingFeeReceiverFactor)
    part.amountForReceiver = try Exact.apply(part.amount, part.receiverFactor)
    return part
  }

  /// The accumulators of a position's side as they stand.
  func readings(_ market: MarketRecord, _ key: PositionKey) -> PositionFees.Funding {
    var funding = PositionFees.Funding()
    funding.latestFundingFeeAmountPerSize = amount(
      .fundingFeeAmountPerSize, market.market, token: key.collateralToken, flag: key.isLong)
    funding.latestLongTokenClaimableFundingAmountPerSize = amount(
      .claimableFundingAmountPerSize, market.market, token: market.longToken, flag: key.isLong)
    funding.latestShortTokenClaimableFundingAmountPerSize = amount(
      .claimableFundingAmountPerSize, market.market, token: market.shortToken, flag: key.isLong)
    return funding
  }

  /// Rule GMX-43.
  func fundingPart(
    _ readings: PositionFees.Funding, _ position: PositionRecord
  ) throws(Revert) -> PositionFees.Funding {
    var funding = readings
    funding.fundingFeeAmount = try fundingAmount(
      position.sizeInUsd, from: position.fundingFeeAmountPerSize, to: readings.latestFundingFeeAmountPerSize, up: true)
    funding.claimableLongTokenAmount = try fundingAmount(
      position.sizeInUsd, from: position.longTokenClaimableFundingAmountPerSize,
      to: readings.latestLongTokenClaimableFundingAmountPerSize, up: false)
    funding.claimableShortTokenAmount = try fundingAmount(
      position.sizeInUsd, from: position.shortTokenClaimableFundingAmountPerSize,
      to: readings.latestShortTokenClaimableFundingAmountPerSize, up: false)
    return funding
  }

  /// The position fee with pro tier and referral. Rule GMX-52.
  private func feesAfterDiscounts(
    _ market: MarketRecord, _ account: Address, _ collateral: Price, sizeDelta: UInt256, improved: Bool
  ) throws(Revert) -> PositionFees {
    var fees = PositionFees()
    fees.collateralPrice = collateral
    fees.positionFeeFactor = setting(.positionFeeFactor, market.market, flag: improved)
    fees.positionFeeAmount = try Exact.apply(sizeDelta, fees.positionFeeFactor) / collateral.min
    fees.pro.traderTier = setting(.proTraderTier, account: account)
    if !fees.pro.traderTier.isZero {
      fees.pro.traderDiscountFactor = setting(.proDiscountFactor, number: fees.pro.traderTier.word0)
      fees.pro.traderDiscountAmount = try Exact.apply(fees.positionFeeAmount, fees.pro.traderDiscountFactor)
    }
    if let record = referrals[account] { try refer(&fees, record) }
    fees.totalDiscountAmount = max(fees.pro.traderDiscountAmount, fees.referral.traderDiscountAmount)
    fees.protocolFeeAmount =
      try fees.positionFeeAmount - fees.referral.affiliateRewardAmount - fees.totalDiscountAmount
    fees.positionFeeReceiverFactor = setting(.positionFeeReceiverFactor)
    fees.feeReceiverAmount = try Exact.apply(fees.protocolFeeAmount, fees.positionFeeReceiverFactor)
    fees.positionFeeAmountForPool = try fees.protocolFeeAmount - fees.feeReceiverAmount
    return fees
  }

  private func refer(_ fees: inout PositionFees, _ record: ReferralRecord) throws(Revert) {
    fees.referral.exists = true
    fees.referral.affiliate = record.affiliate
    let rebate = UInt256(record.totalRebate)
    let share = UInt256(record.discountShare)
    fees.referral.totalRebateFactor = try basisPoints(rebate)
    fees.referral.traderDiscountFactor = try basisPoints(rebate * share / 10_000)
    fees.referral.affiliateRewardFactor =
      try fees.referral.totalRebateFactor - fees.referral.traderDiscountFactor
    fees.referral.adjustedAffiliateRewardFactor = fees.referral.affiliateRewardFactor
    if fees.pro.traderDiscountFactor > fees.referral.traderDiscountFactor {
      let least = setting(.minAffiliateRewardFactor, number: record.tier)
      let adjusted: UInt256 =
        fees.pro.traderDiscountFactor > fees.referral.totalRebateFactor
        ? least : try fees.referral.totalRebateFactor - fees.pro.traderDiscountFactor
      fees.referral.adjustedAffiliateRewardFactor = max(adjusted, least)
    }
    fees.referral.affiliateRewardAmount = try Exact.apply(
      fees.positionFeeAmount, fees.referral.adjustedAffiliateRewardFactor)
    fees.referral.traderDiscountAmount = try Exact.apply(fees.positionFeeAmount, fees.referral.traderDiscountFactor)
    fees.referral.totalRebateAmount =
      try fees.referral.affiliateRewardAmount + fees.referral.traderDiscountAmount
  }

  private func basisPoints(_ value: UInt256) throws(Revert) -> UInt256 { try value * Exact.one / 10_000 }
}

extension PositionFees {
  mutating func total() throws(Revert) {
    totalCostAmountExcludingFunding =
      try positionFeeAmount + borrowing.amount + liquidation.amount + uiFeeAmount - totalDiscountAmount
    totalCostAmount = try totalCostAmountExcludingFunding + funding.fundingFeeAmount
  }

  func figures(sizeDelta: UInt256, isIncrease: Bool) -> [NamedFigure] {
    var figures: [NamedFigure] = [
      NamedFigure("collateralTokenPrice.min", collateralPrice.min),
      NamedFigure("collateralTokenPrice.max", collateralPrice.max), NamedFigure("tradeSizeUsd", sizeDelta),
      NamedFigure("fundingFeeAmount", funding.fundingFeeAmount),
      NamedFigure("claimableLongTokenAmount", funding.claimableLongTokenAmount),
      NamedFigure("claimableShortTokenAmount", funding.claimableShortTokenAmount),
      NamedFigure("latestFundingFeeAmountPerSize", funding.latestFundingFeeAmountPerSize),
      NamedFigure(
        "latestLongTokenClaimableFundingAmountPerSize", funding.latestLongTokenClaimableFundingAmountPerSize),
      NamedFigure(
        "latestShortTokenClaimableFundingAmountPerSize", funding.latestShortTokenClaimableFundingAmountPerSize),
      NamedFigure("borrowingFeeUsd", borrowing.usd), NamedFigure("borrowingFeeAmount", borrowing.amount),
      NamedFigure("borrowingFeeReceiverFactor", borrowing.receiverFactor),
      NamedFigure("borrowingFeeAmountForFeeReceiver", borrowing.amountForReceiver),
      NamedFigure("positionFeeFactor", positionFeeFactor), NamedFigure("protocolFeeAmount", protocolFeeAmount),
      NamedFigure("positionFeeReceiverFactor", positionFeeReceiverFactor),
      NamedFigure("feeReceiverAmount", feeReceiverAmount), NamedFigure("feeAmountForPool", feeAmountForPool),
      NamedFigure("positionFeeAmountForPool", positionFeeAmountForPool),
      NamedFigure("positionFeeAmount", positionFeeAmount), NamedFigure("totalCostAmount", totalCostAmount),
      NamedFigure("uiFeeReceiverFactor", uiFeeReceiverFactor), NamedFigure("uiFeeAmount", uiFeeAmount),
    ]
    if !pro.traderTier.isZero {
      figures.append(NamedFigure("pro.traderDiscountFactor", pro.traderDiscountFactor))
      figures.append(NamedFigure("pro.traderDiscountAmount", pro.traderDiscountAmount))
    }
    if referral.exists, !referral.totalRebateFactor.isZero {
      figures += [
        NamedFigure("referral.totalRebateFactor", referral.totalRebateFactor),
        NamedFigure("referral.adjustedAffiliateRewardFactor", referral.adjustedAffiliateRewardFactor),
        NamedFigure("referral.traderDiscountFactor", referral.traderDiscountFactor),
        NamedFigure("referral.totalRebateAmount", referral.totalRebateAmount),
        NamedFigure("referral.traderDiscountAmount", referral.traderDiscountAmount),
        NamedFigure("referral.affiliateRewardAmount", referral.affiliateRewardAmount),
      ]
    }
    if !liquidation.amount.isZero {
      figures.append(NamedFigure("liquidationFeeAmount", liquidation.amount))
      figures.append(NamedFigure("liquidationFeeReceiverFactor", liquidation.receiverFactor))
      figures.append(NamedFigure("liquidationFeeAmountForFeeReceiver", liquidation.amountForReceiver))
    }
    figures.append(NamedFigure("isIncrease", isIncrease))
    return figures
  }
}
