import BigInt
import Canonical
import GMX
import Quantities
import StateStore

/// Random markets as tables of the room, and the same markets as the twin sees them.
struct GLVTwinWorld {
  static let time: UInt64 = 1_700_000_000
  static let eth: TokenID = 1
  static let usdc: TokenID = 2
  static let account = Address(word0: 1 << 50, word1: 0, word2: 1)
  static let profitCaps = [ProfitCap.deposits, .withdrawals]

  var state = GMXState()
  var random: RandomStream
  var prices: [Price] = []
  let markets: [MarketID]
  let isSingleToken: Bool

  /// Markets over one pair of tokens (or one token), each with an index of its own, some with profits, borrowing, impact
  /// pools and a shared inventory.
  init(seed: UInt64, markets count: Int) {
    random = RandomStream(seed, 77, 78, 79)
    isSingleToken = random.chance(ppm: 250_000)
    markets = (1...count).map { MarketID($0) }
    state.hasUnlimitedBanks = true
    prices = [Price(min: .zero, max: .zero)]
    prices.append(quote(dollars: 1_000 + random.uniform(below: 5_000), decimals: 18))
    prices.append(quote(dollars: 1, decimals: 6))
    for _ in markets { prices.append(quote(dollars: 1 + random.uniform(below: 60_000), decimals: 18)) }
    let settings: [(StoreKind, UInt256)] = [
      (.maxSwapPathLength, 3), (.maxOraclePriceAge, 300), (.requestExpirationTime, 300),
      (.swapFeeReceiverFactor, factor(percent: 37)), (.borrowingFeeReceiverFactor, factor(percent: 37)),
    ]
    for (kind, value) in settings { state.settings.set(StoreKey(kind), value) }
    for market in markets { make(market) }
  }

  var context: ExecutionContext {
    ExecutionContext(
      time: Self.time, oracle: OraclePrices(prices: prices, minTimestamp: Self.time, maxTimestamp: Self.time))
  }

  mutating func quote(dollars: UInt64, decimals: Int) -> Price {
    var unit = UInt256.one
    for _ in 0..<(30 - decimals) { unit = unit &* 10 }
    let middle = UInt256(dollars * 1_000_000 + random.uniform(below: 999_999)) &* unit
    let price = (try? middle.divided(by: 1_000_000, rounding: .floor)) ?? .one
    let spread = (try? price.divided(by: UInt256(500 + random.uniform(below: 5_000)), rounding: .floor)) ?? .zero
    return Price(min: price, max: price &+ spread)
  }

  func factor(percent: UInt64) -> UInt256 { UInt256(percent) &* 10_000_000_000_000_000_000_000_000_000 }

  /// Dollars with 30 decimals, with odd cents.
  mutating func dollars(upTo most: UInt64) -> UInt256 {
    UInt256(random.uniform(below: most * 1_000_000)) &* 1_000_000_000_000_000_000_000_007
  }

  mutating func tokens(_ token: TokenID, worth usd: UInt256) -> UInt256 {
    (try? usd.divided(by: prices[Int(token)].min, rounding: .floor)) ?? .zero
  }

  private mutating func make(_ market: MarketID) {
    let short = isSingleToken ? Self.eth : Self.usdc
    let isShared = random.chance(ppm: 400_000)
    let record = MarketRecord(
      market: market, indexToken: TokenID(2 + market), longToken: Self.eth, shortToken: short,
      virtualMarket: isShared && !isSingleToken ? 1 : 0)
    state.markets.set(market, record)
    set(.swapImpactExponentFactor, market, random.chance(ppm: 500_000) ? factor(percent: 200) : factor(percent: 100))
    set(.swapImpactFactor, market, flag: true, UInt256(random.uniform(below: 300)) &* 1_000_000_000_000_000_007)
    set(.swapImpactFactor, market, flag: false, UInt256(random.uniform(below: 400)) &* 1_000_000_000_000_000_007)
    set(.maxLendableImpactFactorForWithdrawals, market, factor(percent: 1))
    for isLong in [true, false] {
      set(.reserveFactor, market, flag: isLong, factor(percent: 200 + random.uniform(below: 200)))
      for cap in ProfitCap.allCases {
        state.settings.set(
          StoreKey(.maxPnLFactor, market, flag: isLong, number: UInt64(cap.rawValue)),
          factor(percent: 20 + random.uniform(below: 80)))
      }
      set(.depositFeeFactor, market, flag: isLong, factor(percent: random.uniform(below: 3)))
      set(.withdrawalFeeFactor, market, flag: isLong, factor(percent: random.uniform(below: 3)))
      makeSide(record, isLong: isLong)
    }
    let supply = dollars(upTo: 9_000_000)
    state.supplies.set(market, (try? supply.divided(by: 1_000_000_000_000, rounding: .ceiling)) ?? .one)
    if random.chance(ppm: 700_000) {
      set(.positionImpactPoolAmount, market, tokens(record.indexToken, worth: dollars(upTo: 50_000)))
    } else {
      set(.lentPositionImpactPoolAmount, market, tokens(record.indexToken, worth: dollars(upTo: 500)))
    }
    for kind in [StoreKind.positionImpactPoolDistributedAt, .fundingUpdatedAt] {
      set(kind, market, UInt256(Self.time))
    }
    if record.virtualMarket == 1 {
      for isLong in [true, false] {
        set(
          .virtualInventoryForSwaps, 1, flag: isLong,
          tokens(record.side(isLong: isLong), worth: dollars(upTo: 9_000_000)))
      }
    }
  }

  private mutating func makeSide(_ record: MarketRecord, isLong: Bool) {
    let market = record.market
    let token = record.side(isLong: isLong)
    set(.maxPoolAmount, market, token: token, UInt256.max)
    let isTight = random.chance(ppm: 150_000)
    set(.maxPoolUSDForDeposit, market, token: token, isTight ? dollars(upTo: 10_000_000) : UInt256.max)
    set(.poolAmount, market, token: token, tokens(token, worth: dollars(upTo: 10_000_000)))
    set(.swapImpactPoolAmount, market, token: token, tokens(token, worth: dollars(upTo: 5_000)))
    set(.cumulativeBorrowingFactor, market, flag: isLong, factor(percent: random.uniform(below: 5)))
    set(.cumulativeBorrowingFactorUpdatedAt, market, flag: isLong, UInt256(Self.time))
    if random.chance(ppm: 300_000) { return }
    for collateral in record.isSingleToken ? [Self.eth] : [Self.eth, Self.usdc] {
      let size = dollars(upTo: 2_000_000)
      let entry = random.uniform(below: 40)
      let now = tokens(record.indexToken, worth: size)
      let held = (try? UInt256.multiplyDivide(now, UInt256(80 + entry), by: 100, rounding: .floor)) ?? now
      set(.openInterest, market, token: collateral, flag: isLong, size)
      set(.openInterestInTokens, market, token: collateral, flag: isLong, held)
    }
  }

  mutating func set(
    _ kind: StoreKind, _ market: MarketID, token: TokenID = 0, flag: Bool = false, _ value: UInt256
  ) {
    let key = StoreKey(kind, market, token: token, flag: flag)
    if kind.rawValue < 120 { state.settings.set(key, value) } else if !value.isZero { state.amounts.set(key, value) }
  }

  // MARK: The twin's view

  static func big(_ value: UInt256) -> BigInt { BigInt(value.description) ?? 0 }

  func twin(_ market: MarketID) -> GLVTwin.Market {
    guard let record = state.markets[market] else { preconditionFailure("the world made this market") }
    func setting(_ kind: StoreKind, token: TokenID = 0, flag: Bool = false, number: UInt64 = 0) -> BigInt {
      Self.big(state.settings[StoreKey(kind, market, token: token, flag: flag, number: number)] ?? .zero)
    }
    func amount(_ kind: StoreKind, token: TokenID = 0, flag: Bool = false) -> BigInt {
      Self.big(state.amounts[StoreKey(kind, market, token: token, flag: flag)] ?? .zero)
    }
    func quote(_ token: TokenID) -> GLVTwin.Quote {
      GLVTwin.Quote(min: Self.big(prices[Int(token)].min), max: Self.big(prices[Int(token)].max))
    }
    let sides = [record.longToken, record.shortToken]
    let flags = [true, false]
    func limits(_ cap: ProfitCap) -> [BigInt] {
      flags.map { setting(.maxPnLFactor, flag: $0, number: UInt64(cap.rawValue)) }
    }
    let shared = flags.map {
      Self.big(state.amounts[StoreKey(.virtualInventoryForSwaps, record.virtualMarket, flag: $0)] ?? .zero)
    }
    return GLVTwin.Market(
      isSingleToken: record.isSingleToken, index: quote(record.indexToken), quotes: sides.map(quote),
      pools: sides.map { amount(.poolAmount, token: $0) },
      swapImpactPools: sides.map { amount(.swapImpactPoolAmount, token: $0) },
      virtualInventory: record.virtualMarket == 0 ? nil : shared,
      openInterest: flags.map { flag in sides.map { amount(.openInterest, token: $0, flag: flag) } },
      openInterestInTokens: flags.map { flag in sides.map { amount(.openInterestInTokens, token: $0, flag: flag) } },
      cumulativeBorrowing: flags.map { amount(.cumulativeBorrowingFactor, flag: $0) },
      totalBorrowing: flags.map { amount(.totalBorrowing, flag: $0) }, impactPool: amount(.positionImpactPoolAmount),
      lentImpactPool: amount(.lentPositionImpactPoolAmount), supply: Self.big(state.supplies[market] ?? .zero),
      borrowingReceiver: Self.big(state.settings[StoreKey(.borrowingFeeReceiverFactor)] ?? .zero),
      swapReceiver: Self.big(state.settings[StoreKey(.swapFeeReceiverFactor)] ?? .zero),
      profitLimitDeposits: limits(.deposits), profitLimitWithdrawals: limits(.withdrawals),
      reserveFactors: flags.map { setting(.reserveFactor, flag: $0) },
      lendableForWithdrawals: setting(.maxLendableImpactFactorForWithdrawals),
      depositFees: flags.map { setting(.depositFeeFactor, flag: $0) },
      withdrawalFeeWorse: setting(.withdrawalFeeFactor, flag: false),
      swapImpactFactors: flags.map { setting(.swapImpactFactor, flag: $0) },
      swapImpactExponent: setting(.swapImpactExponentFactor),
      maxPools: sides.map { setting(.maxPoolAmount, token: $0) },
      maxPoolUsd: sides.map { setting(.maxPoolUSDForDeposit, token: $0) })
  }

  /// What a market's pools hold in the room, as the twin lists it.
  func pools(_ market: MarketID) -> [BigInt] { twin(market).pools }
}
