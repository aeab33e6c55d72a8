import Quantities

/// A number for each of the two collateral tokens.
struct TokenPair: Equatable {
  var long = UInt256.zero
  var short = UInt256.zero
}

/// A pair for each side.
struct SidePairs: Equatable {
  var long = TokenPair()
  var short = TokenPair()
}

/// What funding does next.
struct FundingStep: Equatable {
  var longsPayShorts = false
  var factorPerSecond = UInt256.zero
  var nextSaved = Int256.zero
  var feeDeltas = SidePairs()
  var claimableDeltas = SidePairs()
}

// What the larger side pays the smaller. Rules GMX-40 to GMX-44.
extension GMXState {
  /// Rule GMX-40.
  func fundingFactor(
    _ market: MarketRecord, longs: UInt256, shorts: UInt256, seconds: UInt256
  ) throws(Revert) -> (rate: UInt256, longsPay: Bool, saved: Int256) {
    let increase = setting(.fundingIncreaseFactorPerSecond, market.market)
    let difference = Exact.difference(longs, shorts)
    let total = try longs + shorts
    if difference.isZero, increase.isZero { return (.zero, true, .zero) }
    if total.isZero { throw Revert(.unableToGetFundingFactorEmptyOpenInterest) }
    let raised = try Power.apply(difference, exponent: setting(.fundingExponentFactor, market.market))
    let skew = try Exact.factor(raised, total)
    let most = setting(.maxFundingFactorPerSecond, market.market)
    if increase.isZero {
      let rate = try Exact.apply(skew, setting(.fundingFactor, market.market))
      return (rate > most ? most : rate, longs > shorts, .zero)
    }
    var saved = signedAmount(StoreKey(.savedFundingFactorPerSecond, market.market))
    let isSameSide = saved > .zero && longs > shorts || saved < .zero && shorts > longs
    var grows = true
    var shrinks = false
    if isSameSide {
      grows = skew > setting(.thresholdForStableFunding, market.market)
      shrinks = !grows && skew < setting(.thresholdForDecreaseFunding, market.market)
    }
    if grows {
      let step = try (Exact.apply(skew, increase) * seconds).signed()
      saved = longs < shorts ? try saved - step : try saved + step
    } else if shrinks, !saved.isZero {
      let step = try setting(.fundingDecreaseFactorPerSecond, market.market) * seconds
      let size = saved.magnitude
      let left: UInt256 = size <= step ? .one : try size - step
      saved = try Exact.signed(left, positive: saved > .zero)
    }
    saved = try Exact.boundMagnitude(saved, .zero, most)
    let used = try Exact.boundMagnitude(saved, setting(.minFundingFactorPerSecond, market.market), most)
    return (used.magnitude, used > .zero, saved)
  }

  /// Rules GMX-41 and GMX-42.
  func nextFunding(_ market: MarketRecord, _ prices: MarketPrices, _ time: UInt64) throws(Revert) -> FundingStep {
    var step = FundingStep()
    let long = TokenPair(
      long: try openInterest(market, market.longToken, isLong: true),
      short: try openInterest(market, market.shortToken, isLong: true))
    let short = TokenPair(
      long: try openInterest(market, market.longToken, isLong: false),
      short: try openInterest(market, market.shortToken, isLong: false))
    let longs = try long.long + long.short
    let shorts = try short.long + short.short
    if longs.isZero || shorts.isZero { return step }
    let passed = try seconds(since: StoreKey(.fundingUpdatedAt, market.market), time)
    (step.factorPerSecond, step.longsPayShorts, step.nextSaved) = try fundingFactor(
      market, longs: openInterestForBalance(market, prices.index, isLong: true),
      shorts: openInterestForBalance(market, prices.index, isLong: false), seconds: passed)
    let payers = step.longsPayShorts ? long : short
    let paying = step.longsPayShorts ? longs : shorts
    let receiving = step.longsPayShorts ? shorts : longs
    let usd = try Exact.apply(paying, passed * step.factorPerSecond) / market.divisor
    let usdLong = try Exact.multiplyDivide(usd, payers.long, paying)
    let usdShort = try Exact.multiplyDivide(usd, payers.short, paying)
    let fees = TokenPair(
      long: try perSize(usdLong, payers.long, prices.long.max, up: true),
      short: try perSize(usdShort, payers.short, prices.short.max, up: true))
    let claims = TokenPair(
      long: try perSize(usdLong, receiving, prices.long.max, up: false),
      short: try perSize(usdShort, receiving, prices.short.max, up: false))
    if step.longsPayShorts {
      step.feeDeltas.long = fees
      step.claimableDeltas.short = claims
    } else {
      step.feeDeltas.short = fees
      step.claimableDeltas.long = claims
    }
    return step
  }

  private func perSize(_ usd: UInt256, _ interest: UInt256, _ price: UInt256, up: Bool) throws(Revert) -> UInt256 {
    if usd.isZero || interest.isZero { return .zero }
    if up { return try Exact.divideUp(Exact.multiplyDivideUp(usd, Exact.fundingScale, interest), price) }
    return try Exact.multiplyDivide(usd, Exact.fundingScale, interest) / price
  }

  mutating func updateFunding(_ market: MarketRecord, _ prices: MarketPrices, _ time: UInt64) throws(Revert) {
    let step = try nextFunding(market, prices, time)
    for (kind, deltas) in [
      (StoreKind.fundingFeeAmountPerSize, step.feeDeltas), (.claimableFundingAmountPerSize, step.claimableDeltas),
    ] {
      for (isLong, pair) in [(true, deltas.long), (false, deltas.short)] {
        if !pair.long.isZero {
          try add(pair.long, to: StoreKey(kind, market.market, token: market.longToken, flag: isLong))
        }
        if !pair.short.isZero {
          try add(pair.short, to: StoreKey(kind, market.market, token: market.shortToken, flag: isLong))
        }
      }
    }
    set(StoreKey(.savedFundingFactorPerSecond, market.market), to: step.nextSaved)
    set(StoreKey(.fundingUpdatedAt, market.market), to: UInt256(time))
  }

  /// Tokens for a size between two readings of an accumulator. Rule GMX-43.
  func fundingAmount(
    _ size: UInt256, from: UInt256, to: UInt256, up: Bool
  ) throws(Revert) -> UInt256 {
    let difference = try to - from
    return up
      ? try Exact.multiplyDivideUp(size, difference, Exact.fundingScale)
      : try Exact.multiplyDivide(size, difference, Exact.fundingScale)
  }
}
