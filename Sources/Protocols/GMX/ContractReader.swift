import Canonical
import Quantities

/// An answer of the reader contract: a figure, or figures with names.
public indirect enum ReaderValue: Sendable, Equatable {
  case figure(Figure)
  case record([ReaderField])

  static func record(_ fields: (String, ReaderValue)...) -> ReaderValue {
    .record(fields.map { ReaderField(name: $0.0, value: $0.1) })
  }

  static func of(_ value: UInt256) -> ReaderValue { .figure(.unsigned(value)) }
  static func of(_ value: Int256) -> ReaderValue { .figure(.signed(value)) }
  static func of(_ value: Bool) -> ReaderValue { .figure(.flag(value)) }
  static func of(_ value: String) -> ReaderValue { .figure(.text(value)) }
}

public struct ReaderField: Sendable, Equatable {
  public var name: String
  public var value: ReaderValue
}

/// The reader contract over one market: what an action would see, without doing it. Rule GMX-98.
public struct ContractReader: Sendable {
  let state: GMXState
  let market: MarketRecord
  let prices: MarketPrices
  let time: UInt64

  public init(state: GMXState, market: MarketID, prices: MarketPrices, time: UInt64) throws(Revert) {
    self.state = state
    self.market = try state.market(market)
    self.prices = prices
    self.time = time
  }

  // MARK: The market

  public func marketInfo() throws(Revert) -> ReaderValue {
    let longs = try state.borrowingFactorPerSecond(market, prices, isLong: true)
    let shorts = try state.borrowingFactorPerSecond(market, prices, isLong: false)
    let next = try state.nextFunding(market, prices, time)
    return .record(
      ("borrowingFactorPerSecondForLongs", .of(longs)), ("borrowingFactorPerSecondForShorts", .of(shorts)),
      (
        "baseFunding",
        .record(
          ("fundingFeeAmountPerSize", readings(.fundingFeeAmountPerSize)),
          ("claimableFundingAmountPerSize", readings(.claimableFundingAmountPerSize)))
      ),
      (
        "nextFunding",
        .record(
          ("longsPayShorts", .of(next.longsPayShorts)), ("fundingFactorPerSecond", .of(next.factorPerSecond)),
          ("nextSavedFundingFactorPerSecond", .of(next.nextSaved)),
          ("fundingFeeAmountPerSizeDelta", Self.value(next.feeDeltas)),
          ("claimableFundingAmountPerSizeDelta", Self.value(next.claimableDeltas)))
      ),
      ("virtualInventory", virtualInventory),
      ("isDisabled", .of(!state.setting(.isMarketDisabled, market.market).isZero)))
  }

  private var virtualInventory: ReaderValue {
    let pool = market.virtualMarket
    let hasPool = pool != 0
    let long: UInt256 = hasPool ? state.amount(.virtualInventoryForSwaps, pool, flag: true) : .zero
    let short: UInt256 = hasPool ? state.amount(.virtualInventoryForSwaps, pool, flag: false) : .zero
    let positions: Int256 =
      market.virtualToken == 0
      ? .zero : state.signedAmount(StoreKey(.virtualInventoryForPositions, market.virtualToken))
    return .record(
      ("virtualPoolAmountForLongToken", .of(long)), ("virtualPoolAmountForShortToken", .of(short)),
      ("virtualInventoryForPositions", .of(positions)))
  }

  private func readings(_ kind: StoreKind) -> ReaderValue {
    func reading(_ token: TokenID, _ isLong: Bool) -> UInt256 {
      state.amount(kind, market.market, token: token, flag: isLong)
    }
    return Self.value(
      SidePairs(
        long: TokenPair(long: reading(market.longToken, true), short: reading(market.shortToken, true)),
        short: TokenPair(long: reading(market.longToken, false), short: reading(market.shortToken, false))))
  }

  private static func value(_ pairs: SidePairs) -> ReaderValue {
    .record(
      ("long", .record(("longToken", .of(pairs.long.long)), ("shortToken", .of(pairs.long.short)))),
      ("short", .record(("longToken", .of(pairs.short.long)), ("shortToken", .of(pairs.short.short)))))
  }

  public func pendingDistribution() throws(Revert) -> ReaderValue {
    let pending = try state.pendingDistribution(market, time)
    return .record(("distributionAmount", .of(pending.amount)), ("nextPositionImpactPoolAmount", .of(pending.left)))
  }

  public func marketTokenPrice(_ cap: ProfitCap, maximize: Bool) throws(Revert) -> ReaderValue {
    let value = try state.poolValue(market, prices, cap, maximize: maximize, time: time)
    let price = try state.marketTokenPrice(value, supply: state.supplies[market.market] ?? .zero)
    return .record(
      ("price", .of(price)),
      (
        "poolValueInfo",
        .record(
          ("poolValue", .of(value.poolValue)), ("longPnl", .of(value.longProfit)),
          ("shortPnl", .of(value.shortProfit)), ("netPnl", .of(value.netProfit)),
          ("longTokenAmount", .of(value.longTokenAmount)), ("shortTokenAmount", .of(value.shortTokenAmount)),
          ("longTokenUsd", .of(value.longTokenUsd)), ("shortTokenUsd", .of(value.shortTokenUsd)),
          ("totalBorrowingFees", .of(value.totalBorrowingFees)),
          ("borrowingFeePoolFactor", .of(value.borrowingFeePoolFactor)),
          ("impactPoolAmount", .of(value.impactPoolAmount)),
          ("lentImpactPoolAmount", .of(value.lentImpactPoolAmount)))
      ))
  }

  public func profit(isLong: Bool, maximize: Bool) throws(Revert) -> ReaderValue {
    .of(try state.profit(market, prices.index, isLong: isLong, maximize: maximize))
  }

  public func netProfit(maximize: Bool) throws(Revert) -> ReaderValue {
    let long = try state.profit(market, prices.index, isLong: true, maximize: maximize)
    return .of(try long + state.profit(market, prices.index, isLong: false, maximize: maximize))
  }

  public func openInterestWithProfit(isLong: Bool, maximize: Bool) throws(Revert) -> ReaderValue {
    let interest = try state.openInterest(market, isLong: isLong).signed()
    return .of(try interest + state.profit(market, prices.index, isLong: isLong, maximize: maximize))
  }

  public func profitToPoolFactor(isLong: Bool, maximize: Bool) throws(Revert) -> ReaderValue {
    .of(try state.profitToPoolFactor(market, prices, isLong: isLong, maximize: maximize))
  }

  public func adlState(isLong: Bool) throws(Revert) -> ReaderValue {
    let check = try state.profitCheck(market, prices, isLong: isLong, .adl)
    return .record(
      ("latestAdlTime", .of(state.amount(.latestADLAt, market.market, flag: isLong))),
      ("shouldEnableAdl", .of(check.isExceeded)), ("pnlToPoolFactor", .of(check.factor)),
      ("maxPnlFactor", .of(check.limit)))
  }

  // MARK: Liquidity

  public func depositOutput(
    long: UInt256, short: UInt256, pricing: SwapPricing, includesVirtual: Bool
  ) throws(Revert) -> ReaderValue {
    let longUsd = try long * prices.long.middle
    let shortUsd = try short * prices.short.middle
    let (impact, improved) = try state.swapImpact(
      market, market.longToken, market.shortToken, prices.long.middle, prices.short.middle, longUsd.signed(),
      shortUsd.signed(), includesVirtual: includesVirtual)
    var minted = UInt256.zero
    for (isLong, amount, usd) in [(true, long, longUsd), (false, short, shortUsd)] {
      let share = try Exact.multiplyDivide(usd, impact, longUsd + shortUsd)
      minted = try minted + depositLeg(isLong: isLong, amount, share, improved: improved, pricing)
    }
    return .of(minted)
  }

  private func depositLeg(
    isLong: Bool, _ amount: UInt256, _ share: Int256, improved: Bool, _ pricing: SwapPricing
  ) throws(Revert) -> UInt256 {
    let priceIn = prices.side(isLong: isLong)
    let priceOut = prices.side(isLong: !isLong)
    let fees = try state.swapFees(market, amount, improved: improved, .zero, pricing)
    let value = try state.poolValue(market, prices, .deposits, maximize: true, time: time)
    let supply = state.supplies[market.market] ?? .zero
    if value.poolValue.isNegative || value.poolValue.isZero && !supply.isZero {
      throw Revert(.invalidPoolValueForDeposit, NamedFigure("poolValue", value.poolValue))
    }
    let poolUsd = value.poolValue.magnitude
    var minted = UInt256.zero
    var amountIn = fees.amountAfterFees
    if share > .zero, !supply.isZero {
      let (gain, capped) = try state.swapImpactAmount(market, market.side(isLong: !isLong), priceOut, share)
      minted = try state.marketTokens(forUsd: gain.unsigned() * priceOut.max, poolValue: poolUsd, supply: supply)
      if !capped.isZero {
        let more = try state.swapImpactAmount(market, market.side(isLong: isLong), priceIn, capped.signed()).amount
        amountIn = try amountIn + more.unsigned()
      }
    } else if share.isNegative {
      let loss = try state.swapImpactAmount(market, market.side(isLong: isLong), priceIn, share).amount
      amountIn = try amountIn - loss.magnitude
    }
    return try minted + state.marketTokens(forUsd: amountIn * priceIn.min, poolValue: poolUsd, supply: supply)
  }

  public func withdrawalOutput(_ marketTokens: UInt256, pricing: SwapPricing) throws(Revert) -> ReaderValue {
    let value = try state.poolValue(market, prices, .withdrawals, maximize: false, time: time)
    if value.poolValue <= .zero {
      throw Revert(.invalidPoolValueForWithdrawal, NamedFigure("poolValue", value.poolValue))
    }
    let (long, short) = try state.withdrawalOutputs(
      market, prices, marketTokens, poolValue: value.poolValue.magnitude,
      supply: state.supplies[market.market] ?? .zero)
    let longFees = try state.swapFees(market, long, improved: false, .zero, pricing)
    let shortFees = try state.swapFees(market, short, improved: false, .zero, pricing)
    return .record(
      ("longTokenAmount", .of(longFees.amountAfterFees)), ("shortTokenAmount", .of(shortFees.amountAfterFees)))
  }

  // MARK: Swaps

  private struct SwapQuote {
    var impact: Int256
    var improved: Bool
    var amount = Int256.zero
    var amountIn = Int256.zero
  }

  private func quote(isLongIn: Bool, _ amount: UInt256) throws(Revert) -> SwapQuote {
    let priceIn = prices.side(isLong: isLongIn)
    let priceOut = prices.side(isLong: !isLongIn)
    let usd = try (amount * priceIn.middle).signed()
    let (impact, improved) = try state.swapImpact(
      market, market.side(isLong: isLongIn), market.side(isLong: !isLongIn), priceIn.middle, priceOut.middle, usd,
      -usd, includesVirtual: true)
    return SwapQuote(impact: impact, improved: improved)
  }

  private func price(_ quote: inout SwapQuote, isLongIn: Bool) throws(Revert) {
    let tokenIn = market.side(isLong: isLongIn)
    let priceIn = prices.side(isLong: isLongIn)
    if quote.impact > .zero {
      let capped: UInt256
      (quote.amount, capped) = try state.swapImpactAmount(
        market, market.side(isLong: !isLongIn), prices.side(isLong: !isLongIn), quote.impact)
      if !capped.isZero {
        quote.amountIn = try state.swapImpactAmount(market, tokenIn, priceIn, capped.signed()).amount
      }
    } else {
      quote.amount = try state.swapImpactAmount(market, tokenIn, priceIn, quote.impact).amount
    }
  }

  public func swapImpact(isLongIn: Bool, _ amount: UInt256) throws(Revert) -> ReaderValue {
    var quote = try quote(isLongIn: isLongIn, amount)
    try price(&quote, isLongIn: isLongIn)
    return .record(
      ("priceImpactUsdBeforeCap", .of(quote.impact)), ("priceImpactAmount", .of(quote.amount)),
      ("tokenInPriceImpactAmount", .of(quote.amountIn)))
  }

  public func swapOutput(isLongIn: Bool, _ amount: UInt256) throws(Revert) -> ReaderValue {
    try state.validateEnabled(market)
    if market.isSingleToken { throw Revert(.invalidSwapMarket, NamedFigure("market", UInt64(market.market))) }
    var quote = try quote(isLongIn: isLongIn, amount)
    let fees = try state.swapFees(market, amount, improved: quote.improved, .zero, .swap)
    try price(&quote, isLongIn: isLongIn)
    var amountIn = fees.amountAfterFees
    let isGain = quote.impact > .zero
    amountIn = isGain ? try amountIn + quote.amountIn.unsigned() : try amountIn - quote.amount.magnitude
    var output = try amountIn * prices.side(isLong: isLongIn).min / prices.side(isLong: !isLongIn).max
    if isGain { output = try output + quote.amount.unsigned() }
    return .record(
      ("amountOut", .of(output)), ("impactAmount", .of(quote.amount)),
      (
        "fees",
        .record(
          ("feeReceiverAmount", .of(fees.feeReceiverAmount)), ("feeAmountForPool", .of(fees.feeAmountForPool)),
          ("amountAfterFees", .of(fees.amountAfterFees)), ("uiFeeReceiverFactor", .of(fees.uiFeeReceiverFactor)),
          ("uiFeeAmount", .of(fees.uiFeeAmount)))
      ))
  }
}
