import Quantities
import VenueKit

extension GMXState {
  /// A market in the common scale. Trades are at the oracle's price, so mark and index are its middle; nobody bids or
  /// asks. Rule GMX-125.
  func marketView(_ market: MarketDescription, at time: UInt64) -> MarketView {
    let record = market.record
    let decimals = roster.token(record.indexToken)?.decimals ?? 0
    let index = CommonUnits.price(valuation(record.indexToken), decimals: decimals)
    func interest(isLong: Bool) -> Int128 {
      CommonUnits.size((try? openInterestInTokens(record, isLong: isLong)) ?? .zero, decimals: decimals)
    }
    let prices = try? oracle([record.market]).prices(of: record)
    return MarketView(
      symbol: market.name, mark: index, index: index, openInterestLong: interest(isLong: true),
      openInterestShort: interest(isLong: false),
      fundingRateHourly: prices.flatMap { try? hourlyFunding(record, $0, at: time) } ?? 0,
      depth: depth(record, prices), tick: 1, lot: max(1, CommonUnits.size(.one, decimals: decimals)),
      leverageMaximum: leverageMaximum(record))
  }

  /// What longs pay of their size in an hour at the factor of now; negative what they get, which depends on how the
  /// payment of the shorts is shared. Rounded down.
  func hourlyFunding(
    _ market: MarketRecord, _ prices: MarketPrices, at time: UInt64
  ) throws(Revert) -> Int128 {
    let step = try nextFunding(market, prices, time)
    let hourly = try step.factorPerSecond * 3_600
    if hourly.isZero { return 0 }
    if step.longsPayShorts { return CommonUnits.usd(hourly) }
    let longs = try openInterest(market, isLong: true)
    let shorts = try openInterest(market, isLong: false)
    return -CommonUnits.usd(try Exact.multiplyDivide(hourly, shorts, longs))
  }

  /// One over the least collateral factor of the busier side now.
  func leverageMaximum(_ market: MarketRecord) -> Int {
    var factor = setting(.minCollateralFactor, market.market)
    for isLong in [true, false] {
      let multiplier = setting(.minCollateralFactorForOpenInterestMultiplier, market.market, flag: isLong)
      if let interest = try? openInterest(market, isLong: isLong), let scaled = try? Exact.apply(interest, multiplier) {
        factor = max(factor, scaled)
      }
    }
    if factor.isZero { return 1_000 }
    let most = (try? Exact.one / factor) ?? .one
    return Int(clamping: CommonUnits.clamped(most, isNegative: false))
  }

  /// Dollars that a position may still grow on a side: by the limit of open interest and by the reserve for it.
  func roomForOpenInterest(
    _ market: MarketRecord, _ prices: MarketPrices, isLong: Bool
  ) throws(Revert) -> UInt256 {
    let interest = try openInterest(market, isLong: isLong)
    let most = setting(.maxOpenInterest, market.market, flag: isLong)
    let pool = try poolUsd(market, prices, isLong: isLong, maximize: false)
    let factor = min(
      setting(.openInterestReserveFactor, market.market, flag: isLong),
      setting(.reserveFactor, market.market, flag: isLong))
    let reservable = try Exact.apply(pool, factor)
    let reserved = try reservedUsd(market, prices, isLong: isLong)
    if interest >= most || reserved >= reservable { return .zero }
    return try min(most - interest, reservable - reserved)
  }

  /// The value of a position whose price impact is 10, 50 and 100 basis points, or less where the pool has room for
  /// less only: asks are longs to open, bids shorts. To one part in a thousand, rounded down. Rule GMX-126.
  func depth(_ market: MarketRecord, _ prices: MarketPrices?) -> [DepthView] {
    [10, 50, 100].map { points in
      guard let prices else { return DepthView(basisPoints: points, bidValue: 0, askValue: 0) }
      return DepthView(
        basisPoints: points,
        bidValue: CommonUnits.usd((try? size(market, prices, isLong: false, basisPoints: points)) ?? .zero),
        askValue: CommonUnits.usd((try? size(market, prices, isLong: true, basisPoints: points)) ?? .zero))
    }
  }

  private func size(
    _ market: MarketRecord, _ prices: MarketPrices, isLong: Bool, basisPoints: Int
  ) throws(Revert) -> UInt256 {
    let room = try roomForOpenInterest(market, prices, isLong: isLong)
    if room.isZero { return .zero }
    let curve = positionCurve(market)
    let long = try openInterestForBalance(market, prices.index, isLong: true)
    let short = try openInterestForBalance(market, prices.index, isLong: false)
    let virtual = try virtualSides(market, prices.index)
    func isWithin(_ size: UInt256) throws(Revert) -> Bool {
      var impact = try curve.estimate(long, short, size, isLong: isLong)
      if impact.isNegative, let virtual {
        impact = min(impact, try curve.estimate(virtual.long, virtual.short, size, isLong: isLong))
      }
      if !impact.isNegative { return true }
      return try impact.magnitude * 10_000 <= size * UInt256(UInt64(basisPoints))
    }
    if try isWithin(room) { return room }
    var low = UInt256.zero
    var high = room
    var steps = 0
    while steps < 48, try high - low > low / 1_000 {
      let middle = try (low + high) / 2
      if try isWithin(middle) { low = middle } else { high = middle }
      steps += 1
    }
    return low
  }

  private func virtualSides(
    _ market: MarketRecord, _ index: Price
  ) throws(Revert) -> (long: UInt256, short: UInt256)? {
    if market.virtualToken == 0 { return nil }
    let inventory = try virtualInventoryUsd(market, index)
    return inventory > .zero ? (.zero, inventory.magnitude) : (inventory.magnitude, .zero)
  }

  /// Impact and fee of opening a position of this value; nil beyond what the pool has room for.
  func tradeCost(_ market: MarketRecord, isLong: Bool, value: Int128) throws(Revert) -> TradeCost? {
    let prices = try oracle([market.market]).prices(of: market)
    let size = CommonUnits.contractUsd(value)
    if size.isZero { return TradeCost(value: value, impact: 0, fee: 0) }
    if try size > roomForOpenInterest(market, prices, isLong: isLong) { return nil }
    let execution = try executionPriceForIncrease(
      market, prices.index, sizeDelta: size, acceptable: nil, isLong: isLong)
    let fee = try Exact.apply(size, setting(.positionFeeFactor, market.market, flag: execution.improved))
    return TradeCost(value: value, impact: -CommonUnits.usd(execution.impactUsd), fee: CommonUnits.usd(fee))
  }

  /// A market's pool as its providers see it: value at lowest prices after the traders' limit, a market token's price,
  /// and what was brought and taken at the prices of those moments. Rule GMX-127.
  func poolView(_ market: MarketDescription, at time: UInt64) -> PoolView {
    let record = market.record
    let name = Self.poolName(market.name)
    let supply = supplies[record.market] ?? .zero
    let flow = poolFlows[record.market] ?? FlowRecord()
    let net = CommonUnits.usd(flow.deposits) - CommonUnits.usd(flow.withdrawals)
    let shares = CommonUnits.rescaled(supply, from: 18, to: CommonScale.decimals)
    guard let prices = try? oracle([record.market]).prices(of: record),
      let value = try? poolValue(record, prices, .traders, maximize: false, time: time),
      let price = try? marketTokenPrice(value, supply: supply)
    else {
      return PoolView(
        name: name, value: 0, shares: shares, sharePrice: CommonScale.one, netDeposits: net,
        symbol: market.name)
    }
    return PoolView(
      name: name, value: CommonUnits.usd(value.poolValue), shares: shares, sharePrice: CommonUnits.usd(price),
      netDeposits: net, symbol: market.name)
  }
}

extension ImpactCurve {
  /// The impact of opening a position, with squares in place of the contracts' approximate ones: for searches whose
  /// result is no more than an estimate.
  func estimate(
    _ long: UInt256, _ short: UInt256, _ size: UInt256, isLong: Bool
  ) throws(Revert) -> Int256 {
    let initial = Exact.difference(long, short)
    let nextLong = isLong ? try long + size : long
    let nextShort = isLong ? short : try short + size
    let next = Exact.difference(nextLong, nextShort)
    let isSameSide = (long <= short) == (nextLong <= nextShort)
    let improved = next < initial
    let gains = isSameSide && !improved ? (negativeFactor, negativeExponent) : (positiveFactor, positiveExponent)
    let losses = isSameSide && improved ? (positiveFactor, positiveExponent) : (negativeFactor, negativeExponent)
    let before = try Exact.apply(Self.raised(initial, gains.1), gains.0)
    let after = try Exact.apply(Self.raised(next, losses.1), losses.0)
    return try before.signed() - after.signed()
  }

  private static let two: UInt256 = 2_000_000_000_000_000_000_000_000_000_000

  private static func raised(_ value: UInt256, _ exponent: UInt256) throws(Revert) -> UInt256 {
    exponent == two ? try Exact.multiplyDivide(value, value, Exact.one) : try Power.apply(value, exponent: exponent)
  }
}
