import Quantities

// What positions pay to the pool for the reserve that they hold. Rules GMX-45 to GMX-48.
extension GMXState {
  func borrowingFactorPerSecond(
    _ market: MarketRecord, _ prices: MarketPrices, isLong: Bool
  ) throws(Revert) -> UInt256 {
    let reserved = try reservedUsd(market, prices, isLong: isLong)
    if reserved.isZero { return .zero }
    if !setting(.skipBorrowingFeeForSmallerSide).isZero {
      let own = try openInterestForBalance(market, prices.index, isLong: isLong)
      let other = try openInterestForBalance(market, prices.index, isLong: !isLong)
      if own < other { return .zero }
    }
    let pool = try poolUsd(market, prices, isLong: isLong, maximize: false)
    if pool.isZero { throw Revert(.unableToGetBorrowingFactorEmptyPoolUsd) }
    let optimal = setting(.optimalUsageFactor, market.market, flag: isLong)
    if !optimal.isZero {
      return try kinkedFactor(market, reserved: reserved, pool: pool, optimal: optimal, isLong: isLong)
    }
    let exponent = setting(.borrowingExponentFactor, market.market, flag: isLong)
    let raised = try Power.apply(reserved, exponent: exponent)
    let toPool = try Exact.factor(raised, pool)
    return try Exact.apply(toPool, setting(.borrowingFactor, market.market, flag: isLong))
  }

  private func kinkedFactor(
    _ market: MarketRecord, reserved: UInt256, pool: UInt256, optimal: UInt256, isLong: Bool
  ) throws(Revert) -> UInt256 {
    let reserve = try Exact.apply(pool, setting(.openInterestReserveFactor, market.market, flag: isLong))
    let usage = try Exact.factor(reserved, reserve)
    let base = setting(.baseBorrowingFactor, market.market, flag: isLong)
    var rate = try Exact.apply(usage, base)
    if usage > optimal, optimal < Exact.one {
      let above = setting(.aboveOptimalUsageBorrowingFactor, market.market, flag: isLong)
      let extra: UInt256 = above > base ? try above - base : .zero
      rate = try rate + extra * (usage - optimal) / (Exact.one - optimal)
    }
    return rate
  }

  /// The factor as of now, and its growth since it was last written.
  func nextCumulativeBorrowingFactor(
    _ market: MarketRecord, _ prices: MarketPrices, isLong: Bool, _ time: UInt64
  ) throws(Revert) -> (next: UInt256, delta: UInt256) {
    let passed = try seconds(since: StoreKey(.cumulativeBorrowingFactorUpdatedAt, market.market, flag: isLong), time)
    let rate = try borrowingFactorPerSecond(market, prices, isLong: isLong)
    let delta = try passed * rate
    return (try amount(.cumulativeBorrowingFactor, market.market, flag: isLong) + delta, delta)
  }

  func pendingBorrowingFees(
    _ market: MarketRecord, _ prices: MarketPrices, isLong: Bool, _ time: UInt64
  ) throws(Revert) -> UInt256 {
    let interest = try openInterest(market, isLong: isLong)
    let next = try nextCumulativeBorrowingFactor(market, prices, isLong: isLong, time).next
    return try Exact.apply(interest, next) - amount(.totalBorrowing, market.market, flag: isLong)
  }

  mutating func updateBorrowing(
    _ market: MarketRecord, _ prices: MarketPrices, isLong: Bool, _ time: UInt64
  ) throws(Revert) {
    let (_, delta) = try nextCumulativeBorrowingFactor(market, prices, isLong: isLong, time)
    try add(delta, to: StoreKey(.cumulativeBorrowingFactor, market.market, flag: isLong))
    set(StoreKey(.cumulativeBorrowingFactorUpdatedAt, market.market, flag: isLong), to: UInt256(time))
  }

  /// Dollars that a position owes at a cumulative factor.
  func borrowingFeeUsd(_ position: PositionRecord, cumulative: UInt256) throws(Revert) -> UInt256 {
    if position.borrowingFactor > cumulative {
      throw Revert(
        .unexpectedBorrowingFactor, NamedFigure("positionBorrowingFactor", position.borrowingFactor),
        NamedFigure("cumulativeBorrowingFactor", cumulative))
    }
    return try Exact.apply(position.sizeInUsd, cumulative - position.borrowingFactor)
  }

  mutating func updateTotalBorrowing(
    _ position: Position, nextSize: UInt256, nextFactor: UInt256
  ) throws(Revert) {
    let key = StoreKey(.totalBorrowing, position.key.market, flag: position.isLong)
    var total = amount(key)
    total = try total - Exact.apply(position.record.sizeInUsd, position.record.borrowingFactor)
    total = try total + Exact.apply(nextSize, nextFactor)
    set(key, to: total)
  }
}
