import Matching
import Quantities
import VenueKit

extension HyperliquidState {
  /// A market in the common scale. The tick is the step between valid prices at the mark: five significant figures, at
  /// most 6 - szDecimals decimals, never more than one USDC.
  func marketView(_ market: MarketParameters) -> MarketView {
    let index = Int(market.asset)
    let book = derived.books[index]
    let open = derived.openInterest[index] * Int128(Powers.ten(12 - market.sizeDecimals))
    return MarketView(
      symbol: market.symbol, mark: market.common(ticks: derived.marks[index]),
      index: market.common(ticks: derived.oracles[index]),
      bestBid: book.bestBid.map { market.common(ticks: $0.price) },
      bestAsk: book.bestAsk.map { market.common(ticks: $0.price) },
      openInterestLong: open, openInterestShort: open, fundingRateHourly: hourlyFunding(market),
      depth: depth(market), tick: market.common(ticks: market.priceStep(at: derived.marks[index])),
      lot: market.common(lots: 1), leverageMaximum: Int(market.leverageMaximum))
  }

  /// The last paid rate, for an hour whatever the venue's interval is; nearest.
  private func hourlyFunding(_ market: MarketParameters) -> Int128 {
    let rate = fundings[market.asset]?.rate ?? 0
    let interval = Int128(parameters.funding.intervalMilliseconds)
    return interval == 3_600_000 ? rate : scale(rate, 3_600_000, by: interval, .halfUp)
  }

  /// Walks the book for as many whole lots as `value` is worth at the index price; nil without an index, below one lot, and
  /// where the book does not hold so many. The fee is the first tier's taker fee. Rule HL-101.
  ///
  /// Index 100, asks of 1 at 101 and 2 at 103: 200 USD are 2 lots, which cost 204, so the impact is 4.
  func tradeCost(_ market: MarketParameters, isLong: Bool, value: Int128) -> TradeCost? {
    let index = derived.oracles[Int(market.asset)]
    guard index > 0, value > 0, value <= Self.tradeCostLimit else { return nil }
    let lots = value / (Int128(index) * common(money: 1))
    guard lots > 0, let quantity = UInt64(exactly: lots) else { return nil }
    let side: Side = isLong ? .ask : .bid
    let cost = derived.books[Int(market.asset)].read { $0.cost(ofTaking: quantity, from: side) }
    guard cost.quantity == quantity, let notional = Money(exactly: cost.notional),
      notional <= Self.tradeCostLimit
    else { return nil }
    let beyond = notional - lots * Int128(index)
    let fee = Self.fee(notional, rate: parameters.feeTiers[0].taker)
    return TradeCost(value: value, impact: common(money: isLong ? beyond : -beyond), fee: common(money: fee))
  }

  /// 10^18 USD in the common scale: beyond every book.
  private static var tradeCostLimit: Int128 { 1_000_000_000_000_000_000 * CommonScale.one }

  /// Value (price times size) of the orders within 10, 50 and 100 basis points of the mid price, bounds included; of
  /// the mark where a side is empty.
  func depth(_ market: MarketParameters) -> [DepthView] {
    let book = derived.books[Int(market.asset)]
    let mark = mark(market.asset)
    var doubled = 2 * mark
    if let bid = book.bestBid, let ask = book.bestAsk { doubled = bid.price + ask.price }
    var views = [10, 50, 100].map { DepthView(basisPoints: $0, bidValue: 0, askValue: 0) }
    for side in [Side.bid, .ask] {
      book.walk(side) { level in
        let distance =
          side == .bid ? Int128(doubled) - 2 * Int128(level.price) : 2 * Int128(level.price) - Int128(doubled)
        let value = common(money: Int128(level.quantity) * Int128(level.price))
        var isNear = false
        for index in views.indices where distance * 10_000 <= Int128(doubled) * Int128(views[index].basisPoints) {
          isNear = true
          if side == .bid { views[index].bidValue += value } else { views[index].askValue += value }
        }
        return isNear
      }
    }
    return views
  }
}

extension MarketParameters {
  /// Ticks between neighbouring valid prices at this price. At 84,086 USDC with szDecimals 5 (ticks of 0.1) it is 10.
  func priceStep(at price: Ticks) -> Ticks {
    let unit = Powers.ten(priceDecimals)
    var step: Ticks = 1
    while step < unit && price / step >= 100_000 { step *= 10 }
    return step
  }
}
