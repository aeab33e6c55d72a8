import Canonical
import Quantities

/// Tokens for market tokens.
public struct DepositRequest: Sendable, Equatable {
  public var account: Address
  public var market: MarketID
  public var initialLongToken: TokenID
  public var initialShortToken: TokenID
  public var longAmount: UInt256
  public var shortAmount: UInt256
  public var longSwapPath: [MarketID] = []
  public var shortSwapPath: [MarketID] = []
  public var minMarketTokens: UInt256 = .zero
  public var uiFeeReceiver: Address = .zero

  public init(
    account: Address, market: MarketID, initialLongToken: TokenID, initialShortToken: TokenID, longAmount: UInt256,
    shortAmount: UInt256
  ) {
    self.account = account
    self.market = market
    self.initialLongToken = initialLongToken
    self.initialShortToken = initialShortToken
    self.longAmount = longAmount
    self.shortAmount = shortAmount
  }
}

/// Market tokens for tokens.
public struct WithdrawalRequest: Sendable, Equatable {
  public var account: Address
  public var market: MarketID
  public var marketTokens: UInt256
  public var longSwapPath: [MarketID] = []
  public var shortSwapPath: [MarketID] = []
  public var minLongTokenAmount: UInt256 = .zero
  public var minShortTokenAmount: UInt256 = .zero
  public var uiFeeReceiver: Address = .zero

  public init(account: Address, market: MarketID, marketTokens: UInt256) {
    self.account = account
    self.market = market
    self.marketTokens = marketTokens
  }
}

extension MarketID {
  /// The market's own token. Numbers beyond those of markets wrap; whoever asks for them is refused by the market.
  var token: TokenID { GMXState.marketTokenBase &+ self }
}

/// How a deposit or a withdrawal is carried out: by itself, or as a part of something else.
struct LiquidityTerms {
  /// Who holds what is brought: tokens of a deposit, market tokens of a withdrawal.
  var vault: Address
  var pricing: SwapPricing
  /// A loss of impact is compared with that of the virtual inventory.
  var includesVirtual = true
}

// Rules GMX-71 to GMX-73.
extension GMXState {
  func marketTokens(forUsd usd: UInt256, poolValue: UInt256, supply: UInt256) throws(Revert) -> UInt256 {
    if supply.isZero { return try (poolValue + usd) / Exact.trillion }
    return try Exact.multiplyDivide(supply, usd, poolValue)
  }

  /// Mints to the account of the request; rule GMX-71.
  mutating func deposit(
    _ request: DepositRequest, _ terms: LiquidityTerms, _ context: inout ExecutionContext
  ) throws(Revert) -> UInt256 {
    let market = try market(request.market)
    try validateEnabled(market)
    let prices = try context.oracle.prices(of: market)
    try validateFirstDeposit(request)
    try accrue(market, prices, context.time)
    try validateMaxProfit(market, prices, longs: .deposits, shorts: .deposits)
    let bank = Holder.market(market.market)
    var swapIn = SwapRequest(
      tokenIn: request.initialLongToken, amountIn: request.longAmount, path: request.longSwapPath,
      bank: terms.vault, receiver: bank, uiFeeReceiver: request.uiFeeReceiver)
    let long = try swap(swapIn, &context)
    try validateBanks(request.longSwapPath)
    try validateDepositToken(long, market.longToken)
    swapIn.tokenIn = request.initialShortToken
    swapIn.amountIn = request.shortAmount
    swapIn.path = request.shortSwapPath
    let short = try swap(swapIn, &context)
    try validateBanks(request.shortSwapPath)
    try validateDepositToken(short, market.shortToken)
    if long.amount.isZero && short.amount.isZero { throw Revert(.emptyDepositAmountsAfterSwap) }
    let longUsd = try long.amount * prices.long.middle
    let shortUsd = try short.amount * prices.short.middle
    let (impact, improved) = try swapImpact(
      market, market.longToken, market.shortToken, prices.long.middle, prices.short.middle, longUsd.signed(),
      shortUsd.signed(), includesVirtual: terms.includesVirtual)
    let totalUsd = try longUsd + shortUsd
    var minted = UInt256.zero
    for (isLong, amount, usd) in [(true, long.amount, longUsd), (false, short.amount, shortUsd)]
    where !amount.isZero {
      let share = try Exact.multiplyDivide(usd, impact, totalUsd)
      minted =
        try minted
        + depositLeg(market, prices, isLong: isLong, amount, share, improved: improved, request, terms, &context)
    }
    if minted < request.minMarketTokens {
      throw Revert(
        .minMarketTokens, NamedFigure("received", minted), NamedFigure("expected", request.minMarketTokens))
    }
    try validateBank(market)
    context.provisions.append(
      Provision(market: market.market, account: request.account, usd: totalUsd, shares: minted, isDeposit: true))
    context.emit(
      .depositExecuted, NamedFigure("longTokenAmount", long.amount), NamedFigure("shortTokenAmount", short.amount),
      NamedFigure("receivedMarketTokens", minted), NamedFigure("swapPricingType", UInt64(terms.pricing.rawValue)))
    return minted
  }

  private func validateFirstDeposit(_ request: DepositRequest) throws(Revert) {
    let least = setting(.minMarketTokensForFirstDeposit, request.market)
    if least.isZero || supplies[request.market] != nil { return }
    let expected = Address(word0: 0, word1: 0, word2: 1)
    if request.account != expected { throw Revert(.invalidReceiverForFirstDeposit) }
    if request.minMarketTokens < least {
      throw Revert(
        .invalidMinMarketTokensForFirstDeposit, NamedFigure("minMarketTokens", request.minMarketTokens),
        NamedFigure("expectedMinMarketTokens", least))
    }
  }

  private func validateDepositToken(_ result: SwapResult, _ expected: TokenID) throws(Revert) {
    if !result.amount.isZero, result.token != expected {
      throw Revert(
        .invalidOutputToken, NamedFigure("tokenOut", .token(result.token)),
        NamedFigure("expectedTokenOut", .token(expected)))
    }
  }

  /// One token of a deposit; a later leg sees the pool after the earlier one. Rule GMX-71.
  private mutating func depositLeg(
    _ market: MarketRecord, _ prices: MarketPrices, isLong: Bool, _ amount: UInt256, _ impactShare: Int256,
    improved: Bool, _ request: DepositRequest, _ terms: LiquidityTerms, _ context: inout ExecutionContext
  ) throws(Revert) -> UInt256 {
    let tokenIn = market.side(isLong: isLong)
    let tokenOut = market.side(isLong: !isLong)
    let priceIn = prices.side(isLong: isLong)
    let priceOut = prices.side(isLong: !isLong)
    let fees = try swapFees(market, amount, improved: improved, request.uiFeeReceiver, terms.pricing)
    try addClaimableFee(market, tokenIn, fees.feeReceiverAmount)
    try addClaimableUIFee(market, tokenIn, request.uiFeeReceiver, fees.uiFeeAmount)
    context.emit(fees, tokenIn, priceIn.min, .deposit)
    let value = try poolValue(market, prices, .deposits, maximize: true, time: context.time)
    let supply = supplies[market.market] ?? .zero
    if value.poolValue.isNegative || value.poolValue.isZero && !supply.isZero {
      throw Revert(.invalidPoolValueForDeposit, NamedFigure("poolValue", value.poolValue))
    }
    context.emit(value, supply)
    let impact = impactShare > .zero && supply.isZero ? Int256.zero : impactShare
    let poolUsd = value.poolValue.magnitude
    var minted = UInt256.zero
    var afterFees = fees.amountAfterFees
    if impact > .zero {
      let gain = try applySwapImpact(market, tokenOut, priceOut, impact).amount.unsigned()
      minted = try marketTokens(forUsd: gain * priceOut.max, poolValue: poolUsd, supply: supply)
      try addToPool(market, tokenOut, gain)
      try validatePoolAmount(market, tokenOut)
    } else if impact.isNegative {
      let loss = try applySwapImpact(market, tokenIn, priceIn, impact).amount
      afterFees = try afterFees - loss.magnitude
    }
    minted = try minted + marketTokens(forUsd: afterFees * priceIn.min, poolValue: poolUsd, supply: supply)
    try addToPool(market, tokenIn, afterFees + fees.feeAmountForPool)
    try validatePoolUsdForDeposit(market, tokenIn, priceIn.max)
    try validatePoolAmount(market, tokenIn)
    try mint(market, minted, to: request.account)
    return minted
  }

  mutating func mint(_ market: MarketRecord, _ amount: UInt256, to account: Address) throws(Revert) {
    if amount.isZero { return }
    supplies.set(market.market, try (supplies[market.market] ?? .zero) + amount)
    let token = market.market.token
    setBalance(of: account, token, to: try balance(of: account, token) + amount.signed())
  }

  mutating func burn(_ market: MarketRecord, _ amount: UInt256, from account: Address) throws(Revert) {
    if amount.isZero { return }
    let left = try (supplies[market.market] ?? .zero) - amount
    if left.isZero { supplies.remove(market.market) } else { supplies.set(market.market, left) }
    let token = market.market.token
    let balance = try balance(of: account, token) - amount.signed()
    if balance.isNegative { throw .message("ERC20: burn amount exceeds balance") }
    setBalance(of: account, token, to: balance)
  }

  /// Pays the account of the request, and says what it paid; rule GMX-72.
  @discardableResult
  mutating func withdraw(
    _ request: WithdrawalRequest, _ terms: LiquidityTerms, _ context: inout ExecutionContext
  ) throws(Revert) -> (long: SwapResult, short: SwapResult) {
    let market = try market(request.market)
    try validateEnabled(market)
    let prices = try context.oracle.prices(of: market)
    try accrue(market, prices, context.time)
    let (long, short) = try withdrawalOutputs(market, prices, request.marketTokens, &context)
    let longFees = try swapFees(market, long, improved: false, request.uiFeeReceiver, terms.pricing)
    try addClaimableFee(market, market.longToken, longFees.feeReceiverAmount)
    try addClaimableUIFee(market, market.longToken, request.uiFeeReceiver, longFees.uiFeeAmount)
    let shortFees = try swapFees(market, short, improved: false, request.uiFeeReceiver, terms.pricing)
    try addClaimableFee(market, market.shortToken, shortFees.feeReceiverAmount)
    try addClaimableUIFee(market, market.shortToken, request.uiFeeReceiver, shortFees.uiFeeAmount)
    let longDelta = try long - longFees.feeAmountForPool
    let shortDelta = try short - shortFees.feeAmountForPool
    try addToPool(market, market.longToken, -(longDelta.signed()))
    try addToPool(market, market.shortToken, -(shortDelta.signed()))
    try validateLendable(market, prices)
    try validateReserve(market, prices, isLong: true)
    try validateReserve(market, prices, isLong: false)
    try validateMaxProfit(market, prices, longs: .withdrawals, shorts: .withdrawals)
    try burn(market, request.marketTokens, from: terms.vault)
    var swapOut = SwapRequest(
      tokenIn: market.longToken, amountIn: longFees.amountAfterFees, path: request.longSwapPath,
      minOutputAmount: request.minLongTokenAmount, bank: Holder.market(market.market), receiver: request.account,
      uiFeeReceiver: request.uiFeeReceiver, pricing: terms.pricing)
    let longPaid = try swap(swapOut, &context)
    try validateBanks(request.longSwapPath)
    swapOut.tokenIn = market.shortToken
    swapOut.amountIn = shortFees.amountAfterFees
    swapOut.path = request.shortSwapPath
    swapOut.minOutputAmount = request.minShortTokenAmount
    let shortPaid = try swap(swapOut, &context)
    try validateBanks(request.shortSwapPath)
    let usd = try long * prices.long.middle + short * prices.short.middle
    context.provisions.append(
      Provision(
        market: market.market, account: request.account, usd: usd, shares: request.marketTokens, isDeposit: false))
    context.emit(longFees, market.longToken, prices.long.min, .withdrawal)
    context.emit(shortFees, market.shortToken, prices.short.min, .withdrawal)
    try validateBank(market)
    context.emit(.withdrawalExecuted, NamedFigure("swapPricingType", UInt64(terms.pricing.rawValue)))
    return (longPaid, shortPaid)
  }

  /// Both tokens in the proportion of the pool at the highest prices, worth the least value of the market tokens.
  private func withdrawalOutputs(
    _ market: MarketRecord, _ prices: MarketPrices, _ marketTokens: UInt256, _ context: inout ExecutionContext
  ) throws(Revert) -> (long: UInt256, short: UInt256) {
    let value = try poolValue(market, prices, .withdrawals, maximize: false, time: context.time)
    if value.poolValue <= .zero {
      throw Revert(.invalidPoolValueForWithdrawal, NamedFigure("poolValue", value.poolValue))
    }
    let supply = supplies[market.market] ?? .zero
    context.emit(value, supply)
    return try withdrawalOutputs(market, prices, marketTokens, poolValue: value.poolValue.magnitude, supply: supply)
  }

  func withdrawalOutputs(
    _ market: MarketRecord, _ prices: MarketPrices, _ marketTokens: UInt256, poolValue: UInt256, supply: UInt256
  ) throws(Revert) -> (long: UInt256, short: UInt256) {
    let longUsd = try poolAmount(market, market.longToken) * prices.long.max
    let shortUsd = try poolAmount(market, market.shortToken) * prices.short.max
    let total = try longUsd + shortUsd
    if supply.isZero { throw Revert(.emptyMarketTokenSupply) }
    let usd = try Exact.multiplyDivide(poolValue, marketTokens, supply)
    let long = try Exact.multiplyDivide(usd, longUsd, total) / prices.long.max
    return (long, try Exact.multiplyDivide(usd, shortUsd, total) / prices.short.max)
  }

  /// What traders were lent may not exceed a part of the pool that is left.
  private func validateLendable(_ market: MarketRecord, _ prices: MarketPrices) throws(Revert) {
    let long = try poolUsd(market, prices, isLong: true, maximize: false)
    let pool = try long + poolUsd(market, prices, isLong: false, maximize: false)
    let most = try Exact.apply(pool, setting(.maxLendableImpactFactorForWithdrawals, market.market))
    let lent = try amount(.lentPositionImpactPoolAmount, market.market) * prices.index.max
    if lent > most {
      throw Revert(
        .maxLendableFactorForWithdrawalsExceeded, NamedFigure("poolUsd", pool), NamedFigure("maxLendableUsd", most),
        NamedFigure("lentUsd", lent))
    }
  }
}

extension ExecutionContext {
  mutating func emit(_ value: GMXState.PoolValue, _ supply: UInt256) {
    emit(
      .marketPoolValueInfo, NamedFigure("longTokenAmount", value.longTokenAmount),
      NamedFigure("shortTokenAmount", value.shortTokenAmount), NamedFigure("longTokenUsd", value.longTokenUsd),
      NamedFigure("shortTokenUsd", value.shortTokenUsd), NamedFigure("totalBorrowingFees", value.totalBorrowingFees),
      NamedFigure("borrowingFeePoolFactor", value.borrowingFeePoolFactor),
      NamedFigure("impactPoolAmount", value.impactPoolAmount), NamedFigure("marketTokensSupply", supply),
      NamedFigure("poolValue", value.poolValue), NamedFigure("longPnl", value.longProfit),
      NamedFigure("shortPnl", value.shortProfit), NamedFigure("netPnl", value.netProfit))
  }
}
