import Quantities

// What a market holds and owes. Rules GMX-10 to GMX-16.
extension GMXState {
  /// Half of it in a market of one token.
  func poolAmount(_ market: MarketRecord, _ token: TokenID) throws(Revert) -> UInt256 {
    try amount(.poolAmount, market.market, token: token) / market.divisor
  }

  func poolUsd(_ market: MarketRecord, _ prices: MarketPrices, isLong: Bool, maximize: Bool) throws(Revert) -> UInt256 {
    try poolAmount(market, market.side(isLong: isLong)) * prices.side(isLong: isLong).pick(maximize: maximize)
  }

  func openInterest(_ market: MarketRecord, _ collateral: TokenID, isLong: Bool) throws(Revert) -> UInt256 {
    try amount(.openInterest, market.market, token: collateral, flag: isLong) / market.divisor
  }

  func openInterest(_ market: MarketRecord, isLong: Bool) throws(Revert) -> UInt256 {
    try openInterest(market, market.longToken, isLong: isLong) + openInterest(market, market.shortToken, isLong: isLong)
  }

  func openInterestInTokens(_ market: MarketRecord, isLong: Bool) throws(Revert) -> UInt256 {
    let long = try amount(.openInterestInTokens, market.market, token: market.longToken, flag: isLong) / market.divisor
    let short =
      try amount(.openInterestInTokens, market.market, token: market.shortToken, flag: isLong) / market.divisor
    return try long + short
  }

  var usesTokensForBalance: Bool { !setting(.useOpenInterestInTokensForBalance).isZero }

  /// Open interest as balance is judged: in dollars, or in tokens at the middle price.
  func openInterestForBalance(_ market: MarketRecord, _ index: Price, isLong: Bool) throws(Revert) -> UInt256 {
    if usesTokensForBalance { return try openInterestInTokens(market, isLong: isLong) * index.middle }
    return try openInterest(market, isLong: isLong)
  }

  /// What the pool must be able to pay: long tokens at today's price, shorts at their notional.
  func reservedUsd(_ market: MarketRecord, _ prices: MarketPrices, isLong: Bool) throws(Revert) -> UInt256 {
    isLong
      ? try openInterestInTokens(market, isLong: true) * prices.index.max : try openInterest(market, isLong: false)
  }

  /// Profit of all positions of a side.
  func profit(
    _ market: MarketRecord, _ index: Price, isLong: Bool, maximize: Bool
  ) throws(Revert) -> Int256 {
    let interest = try openInterest(market, isLong: isLong).signed()
    let tokens = try openInterestInTokens(market, isLong: isLong)
    if interest.isZero || tokens.isZero { return .zero }
    let value = try (tokens * index.pick(forLong: isLong, maximize: maximize)).signed()
    return isLong ? try value - interest : try interest - value
  }

  func profitLimit(_ cap: ProfitCap, _ market: MarketRecord, isLong: Bool) -> UInt256 {
    setting(.maxPnLFactor, market.market, flag: isLong, number: UInt64(cap.rawValue))
  }

  func capped(
    _ profit: Int256, _ cap: ProfitCap, _ market: MarketRecord, isLong: Bool, poolUsd: UInt256
  ) throws(Revert) -> Int256 {
    if profit.isNegative { return profit }
    let most = try Exact.apply(poolUsd, profitLimit(cap, market, isLong: isLong)).signed()
    return profit > most ? most : profit
  }

  /// Profit of a side as a part of its pool at the least price.
  func profitToPoolFactor(
    _ market: MarketRecord, _ prices: MarketPrices, isLong: Bool, maximize: Bool
  ) throws(Revert) -> Int256 {
    let pool = try poolUsd(market, prices, isLong: isLong, maximize: !maximize)
    if pool.isZero { return .zero }
    return try Exact.factor(profit(market, prices.index, isLong: isLong, maximize: maximize), pool)
  }

  struct ProfitCheck {
    var isExceeded: Bool
    var factor: Int256
    var limit: UInt256
  }

  func profitCheck(
    _ market: MarketRecord, _ prices: MarketPrices, isLong: Bool, _ cap: ProfitCap
  ) throws(Revert) -> ProfitCheck {
    let factor = try profitToPoolFactor(market, prices, isLong: isLong, maximize: true)
    let limit = profitLimit(cap, market, isLong: isLong)
    return ProfitCheck(isExceeded: factor > .zero && factor.magnitude > limit, factor: factor, limit: limit)
  }

  func seconds(since key: StoreKey, _ time: UInt64) throws(Revert) -> UInt256 {
    let last = amount(key)
    return last.isZero ? .zero : try UInt256(time) - last
  }

  // MARK: The impact pool

  /// What the impact pool gives to the pool by now, and what is left. Rule GMX-36.
  func pendingDistribution(_ market: MarketRecord, _ time: UInt64) throws(Revert) -> (amount: UInt256, left: UInt256) {
    let pool = amount(.positionImpactPoolAmount, market.market)
    if pool.isZero { return (.zero, .zero) }
    let rate = setting(.positionImpactPoolDistributionRate, market.market)
    let least = setting(.minPositionImpactPoolAmount, market.market)
    if rate.isZero || pool <= least { return (.zero, pool) }
    let most = try pool - least
    let passed = try seconds(since: StoreKey(.positionImpactPoolDistributedAt, market.market), time)
    let due = try Exact.apply(passed, rate)
    let given = due > most ? most : due
    return (given, try pool - given)
  }

  // MARK: The value of the pool

  struct PoolValue {
    var poolValue = Int256.zero
    var longProfit = Int256.zero
    var shortProfit = Int256.zero
    var netProfit = Int256.zero
    var longTokenAmount = UInt256.zero
    var shortTokenAmount = UInt256.zero
    var longTokenUsd = UInt256.zero
    var shortTokenUsd = UInt256.zero
    var totalBorrowingFees = UInt256.zero
    var borrowingFeePoolFactor = UInt256.zero
    var impactPoolAmount = UInt256.zero
    var lentImpactPoolAmount = UInt256.zero
  }

  /// Rule GMX-15.
  func poolValue(
    _ market: MarketRecord, _ prices: MarketPrices, _ cap: ProfitCap, maximize: Bool, time: UInt64
  ) throws(Revert) -> PoolValue {
    var value = PoolValue()
    value.longTokenAmount = try poolAmount(market, market.longToken)
    value.shortTokenAmount = try poolAmount(market, market.shortToken)
    value.longTokenUsd = try value.longTokenAmount * prices.long.pick(maximize: maximize)
    value.shortTokenUsd = try value.shortTokenAmount * prices.short.pick(maximize: maximize)
    value.poolValue = try (value.longTokenUsd + value.shortTokenUsd).signed()
    let longFees = try pendingBorrowingFees(market, prices, isLong: true, time)
    value.totalBorrowingFees = try longFees + pendingBorrowingFees(market, prices, isLong: false, time)
    value.borrowingFeePoolFactor = try Exact.one - setting(.borrowingFeeReceiverFactor)
    let poolFees = try Exact.apply(value.totalBorrowingFees, value.borrowingFeePoolFactor).signed()
    value.poolValue = try value.poolValue + poolFees
    let longProfit = try profit(market, prices.index, isLong: true, maximize: !maximize)
    value.longProfit = try capped(longProfit, cap, market, isLong: true, poolUsd: value.longTokenUsd)
    let shortProfit = try profit(market, prices.index, isLong: false, maximize: !maximize)
    value.shortProfit = try capped(shortProfit, cap, market, isLong: false, poolUsd: value.shortTokenUsd)
    value.netProfit = try value.longProfit + value.shortProfit
    value.poolValue = try value.poolValue - value.netProfit
    value.impactPoolAmount = try pendingDistribution(market, time).left
    let impactUsd = try (value.impactPoolAmount * prices.index.pick(maximize: !maximize)).signed()
    value.poolValue = try value.poolValue - impactUsd
    value.lentImpactPoolAmount = amount(.lentPositionImpactPoolAmount, market.market)
    let lentUsd = try (value.lentImpactPoolAmount * prices.index.pick(maximize: maximize)).signed()
    value.poolValue = try value.poolValue + lentUsd
    return value
  }

  func marketTokenPrice(_ value: PoolValue, supply: UInt256) throws(Revert) -> Int256 {
    if supply.isZero { return try Exact.one.signed() }
    if value.poolValue.isZero { return .zero }
    return try Exact.multiplyDivide(Exact.wei, value.poolValue, supply)
  }
}
