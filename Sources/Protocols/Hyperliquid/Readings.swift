import Canonical
import Matching
import Quantities
import StateStore
import VenueKit

/// A position as a reader of the state sees it; money in 10^-6 USDC.
public struct PositionReading: Sendable, Equatable {
  public var asset: AssetID
  /// Lots, negative for a short.
  public var size: Lots
  /// Exact cost of the lots held, with the sign of the size.
  public var cost: Money
  public var leverage: Int64
  public var leverageMaximum: Int64
  public var isCross: Bool
  /// Size at mark, not below zero.
  public var notional: Money
  public var unrealized: Money
  /// Initial margin of a cross position; the value of an isolated one.
  public var marginUsed: Money
  /// An isolated position's own raw USD, pending funding taken off; zero for a cross position.
  public var rawUSD: Money
  /// In the common scale.
  public var liquidationPrice: Int128?
}

/// An account's perpetual side at the marks of the state; money in 10^-6 USDC.
public struct MarginReading: Sendable, Equatable {
  public var crossValue: Money = 0
  public var crossNotional: Money = 0
  public var crossRawUSD: Money = 0
  public var crossMarginUsed: Money = 0
  public var crossMaintenance: Money = 0
  public var value: Money = 0
  public var notional: Money = 0
  public var rawUSD: Money = 0
  public var marginUsed: Money = 0
  public var withdrawable: Money = 0
  public var positions: [PositionReading] = []

  public init() {}
}

/// A market's changing figures; prices in ticks.
public struct MarketReading: Sendable, Equatable {
  public var mark: Ticks
  public var oracle: Ticks
  public var bid: BookLevel?
  public var ask: BookLevel?
  public var lastTrade: Ticks?
  public var openInterest: Int128
  public var impactBid: Ticks?
  public var impactAsk: Ticks?
  /// Last sampled mean premium and the rate that it would give now, fractions of 10^-12.
  public var premium: Int128
  public var predictedRate: Int128
  public var lastRate: Int128
}

/// An agent of an account.
public struct AgentReading: Sendable, Equatable {
  public var name: String
  public var address: Address
  /// Unix milliseconds.
  public var validUntil: Int64
}

/// What gateways read of the committed state. Nothing here changes anything.
extension HyperliquidState {
  public func number(of address: Address) -> AccountID? { account(address) }

  public func owner(of account: AccountID) -> Address { address(account) }

  /// Zeros for an address that the venue does not know.
  public func marginReading(_ address: Address) -> MarginReading {
    var reading = MarginReading()
    guard let account = account(address) else { return reading }
    let cross = crossMargin(account)
    reading.crossValue = cross.value
    reading.crossMaintenance = cross.maintenance
    reading.crossMarginUsed = cross.initial
    reading.crossRawUSD = cross.value
    reading.withdrawable = withdrawable(account)
    let markets = derived.accounts[Int(account)].markets.filter { $0.size != 0 }.sorted { $0.asset < $1.asset }
    for market in markets {
      let position = positionReading(account, market, cross)
      let signed = market.size > 0 ? position.notional : -position.notional
      reading.notional += position.notional
      if market.isCross {
        reading.crossNotional += position.notional
        reading.crossRawUSD -= signed
      } else {
        reading.rawUSD += position.rawUSD
        reading.value += position.marginUsed
        reading.marginUsed += position.marginUsed
      }
      reading.positions.append(position)
    }
    reading.value += reading.crossValue
    reading.rawUSD += reading.crossRawUSD
    reading.marginUsed += reading.crossMarginUsed
    return reading
  }

  private func positionReading(_ account: AccountID, _ market: MarketCache, _ cross: CrossMargin) -> PositionReading {
    let terms = parameters.markets[Int(market.asset)]
    let cost = positions[Pair(account, market.asset)]?.cost ?? 0
    let price = mark(market.asset)
    let signed = money(market.size, at: price)
    let value = market.isCross ? cross.value : isolatedValue(account, market)
    let others = market.isCross ? cross.maintenance - maintenance(market) : 0
    return PositionReading(
      asset: market.asset, size: market.size, cost: cost, leverage: market.leverage,
      leverageMaximum: terms.leverageMaximum, isCross: market.isCross, notional: abs(signed),
      unrealized: signed - cost,
      marginUsed: market.isCross ? divide(abs(signed), by: Money(market.leverage), .ceiling) : value,
      rawUSD: market.isCross ? 0 : value - signed,
      liquidationPrice: isHouse(account)
        ? nil : terms.liquidationPrice(size: market.size, mark: price, value: value, otherMaintenance: others))
  }

  public func marketReading(_ asset: AssetID) -> MarketReading? {
    guard let market = parameters.market(asset) else { return nil }
    let index = Int(asset)
    let book = derived.books[index]
    let samples = premiums[asset] ?? PremiumRecord()
    let funding = fundings[asset] ?? FundingRecord()
    var premium = funding.premium
    var predicted = funding.rate
    if samples.samples > 0, let mean = try? FundingRate.mean(sum: samples.sum, count: Int(samples.samples)),
      let rate = try? FundingRate.rate(premium: mean, parameters: parameters.funding.rule)
    {
      premium = Int128(mean)
      predicted = Int128(rate)
    }
    return MarketReading(
      mark: derived.marks[index], oracle: derived.oracles[index], bid: book.bestBid, ask: book.bestAsk,
      lastTrade: lastTrades[asset].map { Ticks($0.value) }, openInterest: derived.openInterest[index],
      impactBid: Self.impactPrice(book, .bid, market.impactNotional),
      impactAsk: Self.impactPrice(book, .ask, market.impactNotional), premium: premium, predictedRate: predicted,
      lastRate: funding.rate)
  }

  /// Walks the levels of a side from the best; the body says whether to go on.
  public func walkBook(_ asset: AssetID, isBids: Bool, _ body: (BookLevel) -> Bool) {
    guard asset < derived.books.count else { return }
    derived.books[Int(asset)].walk(isBids ? .bid : .ask, body)
  }

  /// Resting and trigger orders of the account, each by ascending oid.
  public func openOrderNumbers(_ address: Address) -> (orders: [UInt64], triggers: [UInt64]) {
    guard let account = account(address) else { return ([], []) }
    var resting: [UInt64] = []
    var waiting: [UInt64] = []
    for lists in derived.accounts[Int(account)].lists {
      resting += lists.orders
      waiting += lists.triggers
    }
    return (resting.sorted(), waiting.sorted())
  }

  /// The open order or trigger order that has the account's client order id.
  public func orderNumber(_ cloid: ClientOrderID, of address: Address) -> UInt64? {
    guard let account = account(address) else { return nil }
    return cloids[Triple(account, cloid.high, cloid.low)].map { UInt64($0.value) }
  }

  /// The account's leverage in a market.
  public func leverageChoice(_ address: Address, _ asset: AssetID) -> (leverage: Int64, isCross: Bool)? {
    guard let market = parameters.market(asset) else { return nil }
    guard let account = account(address) else { return (min(20, market.leverageMaximum), !market.onlyIsolated) }
    let cache = marketCache(account, asset)
    return (cache.leverage, cache.isCross)
  }

  /// What the account could still spend as initial margin; not below zero.
  public func freeMargin(_ address: Address) -> Money {
    guard let account = account(address) else { return 0 }
    let margin = crossMargin(account)
    return max(0, margin.value - margin.reserved)
  }

  /// Fee rates of the day in 10^-7, without writing anything down.
  public func feeRateReading(_ address: Address, at time: Int64) -> (taker: Int64, maker: Int64) {
    guard let account = account(address) else { return (parameters.feeTiers[0].taker, parameters.feeTiers[0].maker) }
    return computedFeeRates(account, day: Self.day(time))
  }

  /// All that the account ever traded, in 10^-6 USDC.
  public func volumeReading(_ address: Address) -> Money { account(address).map { tradedVolume($0) } ?? 0 }

  /// Volume of a day (days since 1970), where it is still remembered.
  public func dailyVolume(_ address: Address, day: Int64) -> (taker: Money, maker: Money, exchangeMaker: Money) {
    let slot = Self.slot(day)
    var result: (taker: Money, maker: Money, exchangeMaker: Money) = (0, 0, 0)
    if let account = account(address), let record = volumes[Pair(account, slot)], record.day == day {
      result.taker = record.taker
      result.maker = record.maker
    }
    if let record = dailyMakerVolumes[slot], record.day == day { result.exchangeMaker = record.maker }
    return result
  }

  /// Agents of the account, the unnamed one first.
  public func agentReadings(_ master: Address) -> [AgentReading] {
    (UInt8(0)...UInt8(16)).compactMap { place in
      guard let slot = agentSlots[Pair(master, place)], let agent = agents[slot.agent] else { return nil }
      return AgentReading(name: slot.name, address: slot.agent, validUntil: agent.validUntil)
    }
  }
}

/// Figures of a market as they travel: wire decimals of 10^-8.
extension MarketParameters {
  public func wireFigure(price: Ticks) -> Int128 { Int128(price) * Int128(tickWire) }
  public func wireFigure(size: Int128) -> Int128 { size * Int128(lotWire) }
}

extension HyperliquidState {
  /// What the account's shares of HLP are worth, 10^-6 USDC, rounded down.
  public func shareValue(_ address: Address) -> Money { providedValue(address) }
}
