import Canonical
import Matching
import Quantities
import StateStore
import VenueKit

extension HyperliquidState {
  /// Samples premiums at the first block of each sampling span and pays funding at the first block of each interval.
  /// Rules HL-41 to HL-43.
  mutating func runFunding(_ journal: inout Journal) {
    let schedule = parameters.funding
    let time = journal.block.time
    let interval = Int128(time / schedule.intervalMilliseconds)
    let last = counter(.lastFundingHour)
    if last == 0 {
      set(.lastFundingHour, to: interval)
    } else if interval > last {
      set(.lastFundingHour, to: interval)
      for market in parameters.markets { payFunding(market, &journal) }
    }
    for market in parameters.markets { samplePremium(market, at: time) }
  }

  private mutating func samplePremium(_ market: MarketParameters, at time: Int64) {
    let asset = market.asset
    let oracle = derived.oracles[Int(asset)]
    guard oracle > 0 else { return }
    let span = parameters.funding.sampleMilliseconds
    var record = premiums[asset] ?? PremiumRecord()
    guard time / span > record.time / span else { return }
    let book = derived.books[Int(asset)]
    let bid = Self.impactPrice(book, .bid, market.impactNotional)
    let ask = Self.impactPrice(book, .ask, market.impactNotional)
    let premium: FundingFraction
    do {
      premium =
        market.dex > 0
        ? try FundingRate.midPremium(impactBid: bid, impactAsk: ask, oracle: oracle)
        : try FundingRate.premium(impactBid: bid, impactAsk: ask, oracle: oracle)
    } catch {
      // A premium of more than nine million times the price: the sample is left out.
      return
    }
    record.sum += Int128(premium)
    record.samples += 1
    record.time = time
    premiums.set(asset, record)
  }

  /// Average price of trading the impact notional on a side of the book, rounded down; nil without the depth.
  static func impactPrice(_ book: SharedBook, _ side: Side, _ notional: Money) -> Ticks? {
    let cost = book.read { $0.cost(ofSpending: UInt128(notional), from: side) }
    guard cost.quantity > 0 else { return nil }
    let best = book.best(side)?.price ?? 0
    // Less than a lot of the last level may be left over.
    guard Money(cost.notional) + 2 * Int128(best) >= notional else { return nil }
    return Ticks(clamping: Int128(cost.notional) / Int128(cost.quantity))
  }

  private mutating func payFunding(_ market: MarketParameters, _ journal: inout Journal) {
    let asset = market.asset
    let samples = premiums[asset] ?? PremiumRecord()
    guard derived.oracles[Int(asset)] > 0 else { return }
    var record = fundings[asset] ?? FundingRecord()
    do {
      let premium = try FundingRate.mean(sum: samples.sum, count: Int(samples.samples))
      record.premium = Int128(premium)
      record.rate = Int128(try FundingRate.rate(premium: premium, parameters: parameters.funding.rule))
    } catch {
      preconditionFailure("a mean of samples and its rate fit where the samples did")
    }
    record.index += record.rate * Int128(derived.oracles[Int(asset)])
    fundings.set(asset, record)
    derived.fundingIndexes[Int(asset)] = record.index
    premiums.set(asset, PremiumRecord(time: samples.time))
    journal.events.emit(.funding(symbol: market.symbol, rateHourly: record.rate, index: record.index))
    var found: [UInt64] = []
    derived.guards.cross(figure: 2 * Int(asset) + 1, value: record.index, into: &found)
    for subject in found { touch(AccountID(subject)) }
  }
}
