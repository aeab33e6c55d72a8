import Canonical
import Matching
import StateStore

/// An account's perps in 10^-6 USDC, as `clearinghouseState` tells them. Rules HL-30 to HL-33.
public struct ClearinghouseView: Sendable, Equatable {
  /// Cross and isolated together: value, notional of positions, raw USD, initial margin.
  public var accountValue: Money = 0
  public var notional: Money = 0
  public var rawUsd: Money = 0
  public var marginUsed: Money = 0
  /// Cross alone.
  public var crossValue: Money = 0
  public var crossNotional: Money = 0
  public var crossRawUsd: Money = 0
  public var crossMarginUsed: Money = 0
  public var crossMaintenance: Money = 0
  public var withdrawable: Money = 0
  public var positions: [PerpPositionView] = []

  public init() {}
}

/// An open position; money in 10^-6 USDC.
public struct PerpPositionView: Sendable, Equatable {
  public var market: MarketParameters
  /// Wire decimal, negative for a short.
  public var size: WireDecimal
  public var isCross: Bool
  public var leverage: Int64
  /// Raw USD of an isolated position.
  public var rawUsd: Money
  /// Exact cost of the lots with the sign of the size: entry is cost over size.
  public var cost: Money
  /// Average entry in the common scale (10^-12 USDC), nearest.
  public var entryPrice: Int128
  /// Size times mark, without sign.
  public var value: Money
  public var unrealized: Money
  public var marginUsed: Money
  /// In the common scale; nil where there is none.
  public var liquidationPrice: Int128?
  /// Funding not yet settled, positive when owed.
  public var pendingFunding: Money
}

/// A market's figures in wire decimals, money in 10^-6 USDC.
public struct MarketContextView: Sendable, Equatable {
  public var mark: WireDecimal
  public var oracle: WireDecimal
  public var mid: WireDecimal?
  public var last: WireDecimal?
  /// Last hourly rate and mean premium, fractions of 10^-12.
  public var fundingRate: Int128
  public var premium: Int128
  /// Lots of all longs as a wire decimal.
  public var openInterest: Int128
  /// Average prices of trading the impact notional, wire decimals.
  public var impactBid: WireDecimal?
  public var impactAsk: WireDecimal?
}

extension HyperliquidState {
  /// The account's perps on a dex; zeros for an address that the venue does not know.
  public func clearinghouse(_ address: Address, dex: UInt32 = 0) -> ClearinghouseView {
    var view = ClearinghouseView()
    guard let account = perpAccount(address, dex: dex) else { return view }
    let cross = crossMargin(account)
    view.crossValue = cross.value
    view.crossMarginUsed = cross.initial
    view.crossMaintenance = cross.maintenance
    view.crossRawUsd = cross.value
    view.accountValue = cross.value
    view.marginUsed = cross.initial
    view.withdrawable = withdrawable(account)
    let markets = derived.accounts[Int(account)].markets.filter { $0.size != 0 }.sorted { $0.asset < $1.asset }
    var isolatedRaw: Money = 0
    for market in markets {
      let position = perpPosition(account, market, cross)
      view.notional += position.value
      if market.isCross {
        view.crossNotional += position.value
        view.crossRawUsd -= money(market.size, at: mark(market.asset))
      } else {
        view.accountValue += isolatedValue(account, market)
        view.marginUsed += position.marginUsed
        isolatedRaw += position.rawUsd
      }
      view.positions.append(position)
    }
    view.rawUsd = view.crossRawUsd + isolatedRaw
    return view
  }

  private func perpPosition(_ account: AccountID, _ market: MarketCache, _ cross: CrossMargin) -> PerpPositionView {
    let terms = parameters.markets[Int(market.asset)]
    let cost = positions[Pair(account, market.asset)]?.cost ?? 0
    let mark = mark(market.asset)
    let notional = money(abs(market.size), at: mark)
    let own = market.isCross ? cross.value : isolatedValue(account, market)
    let others = market.isCross ? cross.maintenance - maintenance(market) : 0
    return PerpPositionView(
      market: terms, size: terms.wire(lots: market.size) ?? 0, isCross: market.isCross, leverage: market.leverage,
      rawUsd: market.isCross ? 0 : own - money(market.size, at: mark), cost: cost,
      entryPrice: scale(abs(cost), terms.common(ticks: 1), by: Int128(abs(market.size)), .halfUp), value: notional,
      unrealized: money(market.size, at: mark) - cost,
      marginUsed: market.isCross ? divide(notional, by: Money(market.leverage), .ceiling) : own,
      liquidationPrice: isHouse(account)
        ? nil : terms.liquidationPrice(size: market.size, mark: mark, value: own, otherMaintenance: others),
      pendingFunding: pendingFunding(market))
  }

  /// Leverage and mode of an account in a market.
  public func leverage(_ address: Address, _ market: MarketParameters) -> (leverage: Int64, isCross: Bool) {
    guard let account = perpAccount(address, dex: market.dex) else {
      return (min(20, market.leverageMaximum), !market.onlyIsolated)
    }
    let cache = marketCache(account, market.asset)
    return (cache.leverage, cache.isCross)
  }

  /// What the account could still open on each side, in 10^-6 USDC of margin: free cross margin, and beside it what
  /// closing the position of the other side sets free.
  public func availableToTrade(_ address: Address, _ market: MarketParameters) -> (buy: Money, sell: Money) {
    guard let account = perpAccount(address, dex: market.dex) else { return (0, 0) }
    let margin = crossMargin(account)
    let free = max(0, margin.value - margin.reserved)
    let held = marketCache(account, market.asset)
    let own = divide(money(abs(held.size), at: mark(market.asset)), by: Money(held.leverage), .floor)
    return (free + (held.size < 0 ? 2 * own : 0), free + (held.size > 0 ? 2 * own : 0))
  }

  /// A market's book; copies share it until it changes.
  public func book(_ market: MarketParameters) -> SharedBook { derived.books[Int(market.asset)] }

  public func context(_ market: MarketParameters) -> MarketContextView {
    let index = Int(market.asset)
    let book = derived.books[index]
    var mid: WireDecimal?
    if let bid = book.bestBid?.price, let ask = book.bestAsk?.price {
      mid = WireDecimal(clamping: (Int128(bid) + Int128(ask)) * Int128(market.tickWire) / 2)
    }
    func impact(_ side: Side) -> WireDecimal? {
      Self.impactPrice(book, side, market.impactNotional).flatMap { market.wire(ticks: $0) }
    }
    let funding = fundings[market.asset]
    let reference = market.isSpot ? referencePrice(market) : derived.marks[index]
    return MarketContextView(
      mark: market.wire(ticks: reference) ?? 0, oracle: market.wire(ticks: derived.oracles[index]) ?? 0, mid: mid,
      last: lastTrades[market.asset].flatMap { market.wire(ticks: Ticks($0.value)) }, fundingRate: funding?.rate ?? 0,
      premium: funding?.premium ?? 0, openInterest: derived.openInterest[index] * Int128(market.lotWire),
      impactBid: market.isSpot ? nil : impact(.bid), impactAsk: market.isSpot ? nil : impact(.ask))
  }

  /// Premium samples since the last payment: their mean as a fraction of 10^-12, and the rate that would follow now.
  public func predictedFunding(_ market: MarketParameters) -> (premium: Int128, rate: Int128) {
    let samples = premiums[market.asset] ?? PremiumRecord()
    guard let premium = try? FundingRate.mean(sum: samples.sum, count: Int(samples.samples)),
      let rate = try? FundingRate.rate(premium: premium, parameters: parameters.funding.rule)
    else { return (0, 0) }
    return (Int128(premium), Int128(rate))
  }
}
