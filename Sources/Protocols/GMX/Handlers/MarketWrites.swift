import Canonical
import Quantities

// Changes of a market's numbers, and the limits that they must keep. Rules GMX-20 to GMX-29.
extension GMXState {
  mutating func addToPool(_ market: MarketRecord, _ token: TokenID, _ delta: Int256) throws(Revert) {
    try add(
      delta, to: StoreKey(.poolAmount, market.market, token: token), refusal: "Invalid state, negative poolAmount")
    if market.virtualMarket != 0 {
      try addBounded(
        delta, to: StoreKey(.virtualInventoryForSwaps, market.virtualMarket, flag: token == market.longToken))
    }
  }

  mutating func addToPool(_ market: MarketRecord, _ token: TokenID, _ delta: UInt256) throws(Revert) {
    try addToPool(market, token, delta.signed())
  }

  /// Rule GMX-21.
  mutating func addToOpenInterest(
    _ market: MarketRecord, _ collateral: TokenID, isLong: Bool, usd: Int256, tokens: Int256
  ) throws(Revert) {
    if usd.isZero { return }
    let usesTokens = usesTokensForBalance
    try add(
      usd, to: StoreKey(.openInterest, market.market, token: collateral, flag: isLong),
      refusal: "Invalid state: negative open interest")
    if market.virtualToken != 0, !usesTokens {
      try addSigned(
        isLong ? -usd : usd, to: StoreKey(.virtualInventoryForPositions, market.virtualToken))
    }
    if usd > .zero {
      let interest = try openInterest(market, isLong: isLong)
      let most = setting(.maxOpenInterest, market.market, flag: isLong)
      if interest > most {
        throw Revert(
          .maxOpenInterestExceeded, NamedFigure("openInterest", interest), NamedFigure("maxOpenInterest", most))
      }
    }
    try add(
      tokens, to: StoreKey(.openInterestInTokens, market.market, token: collateral, flag: isLong),
      refusal: "Invalid state: negative open interest in tokens")
    if market.virtualToken != 0, usesTokens {
      try addSigned(
        isLong ? -tokens : tokens, to: StoreKey(.virtualInventoryForPositionsInTokens, market.virtualToken))
    }
  }

  mutating func addToCollateralSum(
    _ market: MarketRecord, _ collateral: TokenID, isLong: Bool, _ delta: Int256
  ) throws(Revert) {
    let sum = try add(
      delta, to: StoreKey(.collateralSum, market.market, token: collateral, flag: isLong),
      refusal: "Invalid state: negative collateralSum")
    let most = setting(.maxCollateralSum, market.market, token: collateral, flag: isLong)
    if sum > most {
      throw Revert(
        .maxCollateralSumExceeded, NamedFigure("collateralSum", sum), NamedFigure("maxCollateralSum", most))
    }
  }

  // MARK: Claims

  mutating func addClaimableFee(_ market: MarketRecord, _ token: TokenID, _ amount: UInt256) throws(Revert) {
    if amount.isZero { return }
    try add(amount, to: StoreKey(.claimableFeeAmount, market.market, token: token))
  }

  mutating func addClaimableUIFee(
    _ market: MarketRecord, _ token: TokenID, _ receiver: Address, _ amount: UInt256
  ) throws(Revert) {
    if amount.isZero { return }
    try add(amount, to: StoreKey(.claimableUIFeeAmount, market.market, token: token, account: receiver))
    try add(amount, to: StoreKey(.claimableUIFeeAmount, market.market, token: token))
  }

  mutating func addClaimableFunding(
    _ market: MarketRecord, _ token: TokenID, _ account: Address, _ amount: UInt256
  ) throws(Revert) {
    if amount.isZero { return }
    try add(amount, to: StoreKey(.claimableFundingAmount, market.market, token: token, account: account))
    try add(amount, to: StoreKey(.claimableFundingAmount, market.market, token: token))
  }

  mutating func addAffiliateReward(
    _ market: MarketRecord, _ token: TokenID, _ affiliate: Address, _ amount: UInt256
  ) throws(Revert) {
    if amount.isZero { return }
    try add(amount, to: StoreKey(.affiliateReward, market.market, token: token, account: affiliate))
    try add(amount, to: StoreKey(.affiliateReward, market.market, token: token))
  }

  /// Rule GMX-60.
  mutating func addClaimableCollateral(
    _ market: MarketRecord, _ token: TokenID, _ account: Address, _ amount: UInt256,
    _ context: inout ExecutionContext
  ) throws(Revert) {
    let timeKey = try UInt256(context.time) / setting(.claimableCollateralTimeDivisor)
    let next = try add(
      amount,
      to: StoreKey(
        .claimableCollateralAmount, market.market, token: token, number: timeKey.word0, account: account))
    let total = try add(amount, to: StoreKey(.claimableCollateralAmount, market.market, token: token))
    context.emit(
      .claimableCollateralUpdated,
      [
        NamedFigure("token", .token(token)), NamedFigure("timeKey", timeKey),
        NamedFigure("delta", amount), NamedFigure("nextValue", next), NamedFigure("nextPoolValue", total),
      ])
  }

  // MARK: Limits

  func validateEnabled(_ market: MarketRecord) throws(Revert) {
    if !setting(.isMarketDisabled, market.market).isZero {
      throw Revert(.disabledMarket, NamedFigure("market", UInt64(market.market)))
    }
  }

  func validatePoolAmount(_ market: MarketRecord, _ token: TokenID) throws(Revert) {
    let pool = try poolAmount(market, token)
    let most = setting(.maxPoolAmount, market.market, token: token)
    if pool > most {
      throw Revert(.maxPoolAmountExceeded, NamedFigure("poolAmount", pool), NamedFigure("maxPoolAmount", most))
    }
  }

  func validatePoolUsdForDeposit(_ market: MarketRecord, _ token: TokenID, _ price: UInt256) throws(Revert) {
    let usd = try poolAmount(market, token) * price
    let most = setting(.maxPoolUSDForDeposit, market.market, token: token)
    if usd > most {
      throw Revert(
        .maxPoolUsdForDepositExceeded, NamedFigure("poolUsd", usd), NamedFigure("maxPoolUsdForDeposit", most))
    }
  }

  func validateReserve(
    _ market: MarketRecord, _ prices: MarketPrices, isLong: Bool, forOpenInterest: Bool = false
  ) throws(Revert) {
    let pool = try poolUsd(market, prices, isLong: isLong, maximize: false)
    let factor = setting(
      forOpenInterest ? .openInterestReserveFactor : .reserveFactor, market.market, flag: isLong)
    let most = try Exact.apply(pool, factor)
    let reserved = try reservedUsd(market, prices, isLong: isLong)
    if reserved > most {
      throw Revert(
        forOpenInterest ? .insufficientReserveForOpenInterest : .insufficientReserve,
        NamedFigure("reservedUsd", reserved), NamedFigure("maxReservedUsd", most))
    }
  }

  func validateMaxProfit(
    _ market: MarketRecord, _ prices: MarketPrices, longs: ProfitCap, shorts: ProfitCap
  ) throws(Revert) {
    for (isLong, cap, error) in [
      (true, longs, ContractError.pnlFactorExceededForLongs), (false, shorts, .pnlFactorExceededForShorts),
    ] {
      let check = try profitCheck(market, prices, isLong: isLong, cap)
      if check.isExceeded {
        throw Revert(error, NamedFigure("pnlToPoolFactor", check.factor), NamedFigure("maxPnlFactor", check.limit))
      }
    }
  }

  // MARK: Accrual

  /// What every execution does to its market before anything else. Rule GMX-50.
  mutating func accrue(
    _ market: MarketRecord, _ prices: MarketPrices, _ time: UInt64
  ) throws(Revert) {
    try distributeImpactPool(market, time)
    try updateFunding(market, prices, time)
    try updateBorrowing(market, prices, isLong: true, time)
    try updateBorrowing(market, prices, isLong: false, time)
  }

  private mutating func distributeImpactPool(_ market: MarketRecord, _ time: UInt64) throws(Revert) {
    let (given, left) = try pendingDistribution(market, time)
    if !given.isZero { set(StoreKey(.positionImpactPoolAmount, market.market), to: left) }
    set(StoreKey(.positionImpactPoolDistributedAt, market.market), to: UInt256(time))
  }

  func market(_ id: MarketID) throws(Revert) -> MarketRecord {
    guard let market = markets[id] else { throw Revert(.emptyMarket) }
    return market
  }
}
