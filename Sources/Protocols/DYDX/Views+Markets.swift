import Quantities
import VenueKit

extension DYDXState {
  /// A market in the common scale. Mark and index are the oracle's price: the chain knows no other.
  func marketView(_ perpetual: UInt32) -> MarketView? {
    guard let (id, pair) = pair(ofPerpetual: perpetual), let record = perpetuals[perpetual],
      let tier = tiers[record.tier]
    else { return nil }
    let price = commonOraclePrice(perpetual: perpetual)
    let open = commonSize(infos[perpetual]?.openInterest ?? 0, perpetual: perpetual)
    let book = statefulBook(id)
    let margin = (try? initialMargin(perpetual, tier)) ?? tier.initialMarginPpm
    return MarketView(
      symbol: symbol(ofPerpetual: perpetual), mark: price, index: price,
      bestBid: book.bids.first.map { commonPrice(subticks: $0.subticks, pair: pair) },
      bestAsk: book.asks.first.map { commonPrice(subticks: $0.subticks, pair: pair) }, openInterestLong: open,
      openInterestShort: open, fundingRateHourly: CommonFigures.hourlyRate(ppm: rates[perpetual]?.value ?? 0),
      depth: depth(book, pair: pair, price: price),
      tick: commonPrice(subticks: UInt64(pair.subticksPerTick), pair: pair),
      lot: commonSize(Int256(pair.step), perpetual: perpetual),
      leverageMaximum: margin > 0 ? Int((1_000_000 as Int128) / CommonFigures.narrowed(margin)) : 1)
  }

  /// The tier's initial margin at the present open interest.
  private func initialMargin(_ perpetual: UInt32, _ tier: LiquidityTier) throws(MathematicsError) -> Int256 {
    let terms = try terms(perpetual)
    return try computing { () throws(ArithmeticError) in
      try tier.initialMarginPpm(openInterestNotional: terms.notional(terms.openInterest))
    }
  }

  /// Resting orders of the state by price, what is left of all at one price together; best first. Triggered orders that
  /// trade at once or never are none, however long the state keeps them.
  struct StatefulBook {
    var bids: [(subticks: UInt64, quantums: UInt64)] = []
    var asks: [(subticks: UInt64, quantums: UInt64)] = []
  }

  func statefulBook(_ pair: UInt32) -> StatefulBook {
    var orders: [(isBuy: Bool, subticks: UInt64, quantums: UInt64)] = []
    for key in derived.live where key.pair == pair {
      guard let order = self.orders[key]?.order, order.timeInForce != .immediateOrCancel else { continue }
      let left = order.quantums - min(order.quantums, filled(key))
      if left > 0 { orders.append((order.isBuy, order.subticks, left)) }
    }
    var book = StatefulBook()
    for order in orders.sorted(by: { $0.subticks < $1.subticks }) {
      func add(_ side: inout [(subticks: UInt64, quantums: UInt64)]) {
        if let last = side.indices.last, side[last].subticks == order.subticks {
          let (sum, isOver) = side[last].quantums.addingReportingOverflow(order.quantums)
          side[last].quantums = isOver ? .max : sum
        } else {
          side.append((order.subticks, order.quantums))
        }
      }
      if order.isBuy { add(&book.bids) } else { add(&book.asks) }
    }
    book.bids.reverse()
    return book
  }

  /// Value of the stateful orders within 10, 50 and 100 basis points of the mid price, bounds included; of the oracle's
  /// price where a side is empty.
  private func depth(_ book: StatefulBook, pair: ClobPairRecord, price: Int128) -> [DepthView] {
    var mid = price
    if let bid = book.bids.first, let ask = book.asks.first {
      mid = commonPrice(subticks: bid.subticks, pair: pair) / 2 + commonPrice(subticks: ask.subticks, pair: pair) / 2
    }
    return [10, 50, 100].map { points in
      func value(_ side: [(subticks: UInt64, quantums: UInt64)]) -> Int128 {
        var sum: Int256 = 0
        for level in side {
          let distance = (commonPrice(subticks: level.subticks, pair: pair) - mid).magnitude
          guard UInt256(distance) <= UInt256(mid.magnitude / 10_000 * UInt128(points)) else { break }
          let quote = try? Units.fillQuote(
            subticks: Int256(level.subticks), quantums: Int256(level.quantums),
            conversionExponent: Int(pair.conversionExponent))
          sum = (try? sum + (quote ?? 0)) ?? sum
        }
        return CommonFigures.money(sum)
      }
      return DepthView(basisPoints: points, bidValue: value(book.bids), askValue: value(book.asks))
    }
  }

  /// What taking a position of this value from the stateful orders would cost beyond the oracle's price, and the fee of
  /// the first tier; nil when they are too few.
  func tradeCost(_ perpetual: UInt32, isLong: Bool, value: Int128) -> TradeCost? {
    guard let (id, pair) = pair(ofPerpetual: perpetual), let terms = try? terms(perpetual), value > 0,
      let wanted = try? Units.quoteToBase(
        Int256(value / 1_000_000), atomicResolution: terms.atomicResolution, at: terms.price), wanted > 0
    else { return nil }
    let book = statefulBook(id)
    var left = UInt64(clamping: wanted)
    var paid: Int256 = 0
    for level in isLong ? book.asks : book.bids where left > 0 {
      let taken = min(left, level.quantums)
      guard
        let quote = try? Units.fillQuote(
          subticks: Int256(level.subticks), quantums: Int256(taken), conversionExponent: Int(pair.conversionExponent)),
        let sum = try? paid + quote
      else { return nil }
      paid = sum
      left -= taken
    }
    guard left == 0, let fair = try? terms.notional(wanted), let impact = try? isLong ? paid - fair : fair - paid,
      let fee = try? Fees.amount(fillQuote: paid, ppm: parameters.feeTiers[0].takerFeePpm)
    else { return nil }
    return TradeCost(value: value, impact: CommonFigures.money(impact), fee: CommonFigures.money(fee))
  }
}
