import Quantities

/// Two sums that a trade moves.
struct Balance {
  var first: UInt256
  var second: UInt256
  var nextFirst: UInt256
  var nextSecond: UInt256
}

/// Factors and exponents of one kind of impact, already adjusted.
struct ImpactCurve {
  var positiveFactor: UInt256
  var negativeFactor: UInt256
  var positiveExponent: UInt256
  var negativeExponent: UInt256

  /// Dollars for a move, and whether it brought the sums closer. Rule GMX-30.
  func impact(_ balance: Balance) throws(Revert) -> (usd: Int256, improved: Bool) {
    let initial = Exact.difference(balance.first, balance.second)
    let next = Exact.difference(balance.nextFirst, balance.nextSecond)
    let improved = next < initial
    let isSameSide = (balance.first <= balance.second) == (balance.nextFirst <= balance.nextSecond)
    if isSameSide {
      let factor = improved ? positiveFactor : negativeFactor
      let exponent = improved ? positiveExponent : negativeExponent
      let before = try Exact.apply(Power.apply(initial, exponent: exponent), factor)
      let after = try Exact.apply(Power.apply(next, exponent: exponent), factor)
      return (try Exact.signed(Exact.difference(before, after), positive: improved), improved)
    }
    let gain = try Exact.apply(Power.apply(initial, exponent: positiveExponent), positiveFactor)
    let loss = try Exact.apply(Power.apply(next, exponent: negativeExponent), negativeFactor)
    return (try Exact.signed(Exact.difference(gain, loss), positive: gain > loss), improved)
  }
}

extension Balance {
  var improves: Bool { Exact.difference(nextFirst, nextSecond) < Exact.difference(first, second) }
}

extension UInt256 {
  /// Below 2^150: 10^15 dollars.
  fileprivate var isOrdinary: Bool { word3 == 0 && word2 < 1 << 22 }
}

extension ImpactCurve {
  /// Factors of at most one and exponents of at most three: no power of an ordinary figure is refused.
  fileprivate var isOrdinary: Bool {
    let three: UInt256 = 3_000_000_000_000_000_000_000_000_000_000
    return positiveFactor <= Exact.one && negativeFactor <= Exact.one && positiveExponent <= three
      && negativeExponent <= three
  }
}

// Rules GMX-30 to GMX-35.
extension GMXState {
  // MARK: Positions

  func positionCurve(_ market: MarketRecord) -> ImpactCurve {
    let negative = setting(.positionImpactFactor, market.market, flag: false)
    let positive = setting(.positionImpactFactor, market.market, flag: true)
    let negativeExponent = setting(.positionImpactExponentFactor, market.market, flag: false)
    let positiveExponent = setting(.positionImpactExponentFactor, market.market, flag: true)
    return ImpactCurve(
      positiveFactor: min(positive, negative), negativeFactor: negative,
      positiveExponent: min(positiveExponent, negativeExponent), negativeExponent: negativeExponent)
  }

  /// The limits of realised impact; the positive one never above the negative one.
  func maxPositionImpactFactor(_ market: MarketRecord, isPositive: Bool) -> UInt256 {
    let negative = setting(.maxPositionImpactFactor, market.market, flag: false)
    if !isPositive { return negative }
    return min(setting(.maxPositionImpactFactor, market.market, flag: true), negative)
  }

  /// Rule GMX-31.
  func positionImpact(
    _ market: MarketRecord, _ index: Price, usdDelta: Int256, tokenDelta: Int256, isLong: Bool
  ) throws(Revert) -> (usd: Int256, improved: Bool) {
    let usesTokens = usesTokensForBalance
    let delta = usesTokens ? try tokenDelta * index.middle.signed() : usdDelta
    let long = try openInterestForBalance(market, index, isLong: true)
    let short = try openInterestForBalance(market, index, isLong: false)
    let curve = positionCurve(market)
    let own = try curve.impact(moved(long, short, delta, isLong: isLong))
    if !own.usd.isNegative || market.virtualToken == 0 { return own }
    let inventory = try virtualInventoryUsd(market, index)
    var virtualLong: UInt256 = inventory > .zero ? .zero : inventory.magnitude
    var virtualShort: UInt256 = inventory > .zero ? inventory.magnitude : .zero
    if delta.isNegative {
      virtualLong = try virtualLong + delta.magnitude
      virtualShort = try virtualShort + delta.magnitude
    }
    let shared = try curve.impact(moved(virtualLong, virtualShort, delta, isLong: isLong))
    return shared.usd < own.usd ? shared : own
  }

  /// Whether a move brings the sides closer, as `positionImpact` would say, without the powers where they cannot matter:
  /// the own sides and the virtual ones agree, and every figure is far from where the contracts' powers refuse.
  func positionImproves(
    _ market: MarketRecord, _ index: Price, usdDelta: Int256, tokenDelta: Int256, isLong: Bool
  ) throws(Revert) -> Bool? {
    let usesTokens = usesTokensForBalance
    let delta = usesTokens ? try tokenDelta * index.middle.signed() : usdDelta
    let long = try openInterestForBalance(market, index, isLong: true)
    let short = try openInterestForBalance(market, index, isLong: false)
    let curve = positionCurve(market)
    guard curve.isOrdinary, long.isOrdinary, short.isOrdinary, delta.magnitude.isOrdinary else { return nil }
    let own = try moved(long, short, delta, isLong: isLong).improves
    if market.virtualToken == 0 { return own }
    let inventory = try virtualInventoryUsd(market, index)
    guard inventory.magnitude.isOrdinary else { return nil }
    var virtualLong: UInt256 = inventory > .zero ? .zero : inventory.magnitude
    var virtualShort: UInt256 = inventory > .zero ? inventory.magnitude : .zero
    if delta.isNegative {
      virtualLong = try virtualLong + delta.magnitude
      virtualShort = try virtualShort + delta.magnitude
    }
    let shared = try moved(virtualLong, virtualShort, delta, isLong: isLong).improves
    return own == shared ? own : nil
  }

  /// Longs less, shorts more, of all markets that share the index; in dollars.
  func virtualInventoryUsd(_ market: MarketRecord, _ index: Price) throws(Revert) -> Int256 {
    if usesTokensForBalance {
      let tokens = signedAmount(StoreKey(.virtualInventoryForPositionsInTokens, market.virtualToken))
      return try tokens * index.middle.signed()
    }
    return signedAmount(StoreKey(.virtualInventoryForPositions, market.virtualToken))
  }

  private func moved(_ long: UInt256, _ short: UInt256, _ delta: Int256, isLong: Bool) throws(Revert) -> Balance {
    let own = isLong ? long : short
    let next: UInt256 = delta.isNegative && delta.magnitude > own ? .zero : try Exact.sum(own, delta)
    return Balance(
      first: long, second: short, nextFirst: isLong ? next : long, nextSecond: isLong ? short : next)
  }

  /// A gain limited by the setting; a loss as it is.
  func cappedByFactor(_ market: MarketRecord, _ impact: Int256, size: UInt256) throws(Revert) -> Int256 {
    if impact.isNegative { return impact }
    let most = try Exact.apply(size, maxPositionImpactFactor(market, isPositive: true)).signed()
    return impact > most ? most : impact
  }

  /// A gain limited by the impact pool and what may be lent beyond it. Rule GMX-34.
  func cappedByPool(_ market: MarketRecord, _ prices: MarketPrices, _ impact: Int256) throws(Revert) -> Int256 {
    if impact.isNegative { return impact }
    let pool = try amount(.positionImpactPoolAmount, market.market) * prices.index.min
    let wanted = impact.magnitude
    if wanted <= pool { return impact }
    let lendable = try lendableUsd(market, prices)
    if try wanted - pool > lendable { return try (pool + lendable).signed() }
    return impact
  }

  private func lendableUsd(_ market: MarketRecord, _ prices: MarketPrices) throws(Revert) -> UInt256 {
    let long = try poolUsd(market, prices, isLong: true, maximize: false)
    let short = try poolUsd(market, prices, isLong: false, maximize: false)
    let byPool = try Exact.apply(long + short, setting(.maxLendableImpactFactor, market.market))
    let most = min(byPool, setting(.maxLendableImpactUSD, market.market))
    let lent = try amount(.lentPositionImpactPoolAmount, market.market) * prices.index.max
    return most > lent ? try most - lent : .zero
  }

  /// Takes from the impact pool and lends what is missing, or repays and then fills it. Rule GMX-35.
  mutating func addToImpactPool(_ market: MarketRecord, _ delta: Int256) throws(Revert) {
    let poolKey = StoreKey(.positionImpactPoolAmount, market.market)
    let lentKey = StoreKey(.lentPositionImpactPoolAmount, market.market)
    let size = delta.magnitude
    if delta.isNegative {
      let taken = min(amount(poolKey), size)
      set(poolKey, to: try amount(poolKey) - taken)
      set(lentKey, to: try amount(lentKey) + (size - taken))
    } else {
      let repaid = min(amount(lentKey), size)
      set(lentKey, to: try amount(lentKey) - repaid)
      set(poolKey, to: try amount(poolKey) + (size - repaid))
    }
  }

  // MARK: Swaps

  /// Rule GMX-32: token A gains `deltaA` dollars, token B `deltaB`, at middle prices.
  func swapImpact(
    _ market: MarketRecord, _ tokenA: TokenID, _ tokenB: TokenID, _ priceA: UInt256, _ priceB: UInt256,
    _ deltaA: Int256, _ deltaB: Int256, includesVirtual: Bool
  ) throws(Revert) -> (usd: Int256, improved: Bool) {
    let negative = setting(.swapImpactFactor, market.market, flag: false)
    let positive = setting(.swapImpactFactor, market.market, flag: true)
    let exponent = setting(.swapImpactExponentFactor, market.market)
    let curve = ImpactCurve(
      positiveFactor: min(positive, negative), negativeFactor: negative, positiveExponent: exponent,
      negativeExponent: exponent)
    let own = try curve.impact(
      swapped(poolAmount(market, tokenA), poolAmount(market, tokenB), priceA, priceB, deltaA, deltaB))
    if !own.usd.isNegative || !includesVirtual || market.virtualMarket == 0 { return own }
    let isLongA = tokenA == market.longToken
    let shared = try curve.impact(
      swapped(
        amount(.virtualInventoryForSwaps, market.virtualMarket, flag: isLongA),
        amount(.virtualInventoryForSwaps, market.virtualMarket, flag: !isLongA), priceA, priceB, deltaA, deltaB))
    return shared.usd < own.usd ? shared : own
  }

  private func swapped(
    _ amountA: UInt256, _ amountB: UInt256, _ priceA: UInt256, _ priceB: UInt256, _ deltaA: Int256, _ deltaB: Int256
  ) throws(Revert) -> Balance {
    let usdA = try amountA * priceA
    let usdB = try amountB * priceB
    for (usd, delta) in [(usdA, deltaA), (usdB, deltaB)] where delta.isNegative && delta.magnitude > usd {
      throw Revert(.usdDeltaExceedsPoolValue, NamedFigure("usdDelta", delta), NamedFigure("poolUsd", usd))
    }
    return Balance(
      first: usdA, second: usdB, nextFirst: try Exact.sum(usdA, deltaA), nextSecond: try Exact.sum(usdB, deltaB))
  }

  /// Tokens of an impact: a gain at the highest price and no more than the pool has, a loss at the lowest, rounded up.
  func swapImpactAmount(
    _ market: MarketRecord, _ token: TokenID, _ price: Price, _ impact: Int256
  ) throws(Revert) -> (amount: Int256, cappedUsd: UInt256) {
    if impact > .zero {
      let wanted = try impact / price.max.signed()
      let pool = try amount(.swapImpactPoolAmount, market.market, token: token).signed()
      if wanted > pool { return (pool, try (wanted - pool).magnitude * price.max) }
      return (wanted, .zero)
    }
    return (try Exact.divideUpMagnitude(impact, price.min), .zero)
  }

  mutating func applySwapImpact(
    _ market: MarketRecord, _ token: TokenID, _ price: Price, _ impact: Int256
  ) throws(Revert) -> (amount: Int256, cappedUsd: UInt256) {
    let result = try swapImpactAmount(market, token, price, impact)
    try addBounded(-result.amount, to: StoreKey(.swapImpactPoolAmount, market.market, token: token))
    return result
  }
}
