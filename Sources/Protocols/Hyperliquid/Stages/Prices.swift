import Canonical
import Matching
import Mechanisms
import Quantities
import StateStore
import VenueKit

extension HyperliquidState {
  /// The proposer's prices: oracle, marks, then whatever the marks set off. Rules HL-36 and HL-60.
  mutating func updateOracle(_ observed: [OraclePrice], _ journal: inout Journal) throws(HyperliquidRefusal) {
    if observed.isEmpty { throw .emptyBatch }
    var checked: [(asset: AssetID, oracle: Ticks, external: Ticks)] = []
    var last: AssetID?
    for price in observed {
      guard let market = parameters.market(price.asset), market.isPerpetual else { throw .assetUnknown(price.asset) }
      if let last, price.asset <= last { throw .oracleInvalid(asset: price.asset) }
      last = price.asset
      guard let oracle = Self.nearestTicks(price.oracle, market) else { throw .oracleInvalid(asset: price.asset) }
      var external: Ticks = 0
      if let observed = price.external {
        guard let ticks = Self.nearestTicks(observed, market) else { throw .oracleInvalid(asset: price.asset) }
        external = ticks
      }
      checked.append((price.asset, oracle, external))
    }
    for price in checked { updateMark(price.asset, oracle: price.oracle, external: price.external, &journal) }
    keepOtherMarks(besides: checked.map(\.asset))
    settlePrices(checked.map(\.asset), &journal)
  }

  /// What new marks set off. Rule HL-60.
  mutating func settlePrices(_ assets: [AssetID], _ journal: inout Journal) {
    fireTriggers(assets, &journal)
    unwind(&journal)
    crossGuards(assets)
    liquidationPass(&journal)
  }

  /// An update that does not name a market left its mark as it was: that mark is now the previous one.
  private mutating func keepOtherMarks(besides updated: [AssetID]) {
    var place = 0
    for market in parameters.markets where market.isPerpetual {
      while place < updated.count && updated[place] < market.asset { place += 1 }
      if place < updated.count && updated[place] == market.asset { continue }
      guard let price = prices[market.asset], price.previousMark != price.mark else { continue }
      prices.update(market.asset) { $0.previousMark = $0.mark }
    }
  }

  /// Oracle prices are rounded to the nearest tick; nil below half a tick or beyond the bound.
  static func nearestTicks(_ price: WireDecimal, _ market: MarketParameters) -> Ticks? {
    guard price > 0 else { return nil }
    let ticks = (Int128(price) * 2 + Int128(market.tickWire)) / (2 * Int128(market.tickWire))
    return ticks > 0 && ticks <= Int128(HyperliquidParameters.priceMaximum) ? Ticks(ticks) : nil
  }

  /// Rule HL-39: the median of (1) oracle plus the averaged basis of the book's mid, (2) the median of bid, ask and last
  /// trade, (3) other venues' perpetual; where exactly two exist, also the average of (2).
  private mutating func updateMark(
    _ asset: AssetID, oracle: Ticks, external: Ticks, _ journal: inout Journal
  ) {
    let index = Int(asset)
    let time = journal.block.time
    let book = derived.books[index]
    let bid = book.bestBid?.price
    let ask = book.bestAsk?.price
    var smoothing = smoothings[asset] ?? SmoothingRecord()
    if let bid, let ask {
      smoothing.basis.add(bid + ask - 2 * oracle, at: time, tau: parameters.markSmoothingMilliseconds)
    }
    var traded: [Ticks] = []
    if let bid { traded.append(bid) }
    if let ask { traded.append(ask) }
    if let last = lastTrades[asset] { traded.append(Ticks(last.value)) }
    let local = median(traded)
    if let local { smoothing.book.add(2 * local, at: time, tau: parameters.bookSmoothingMilliseconds) }
    smoothings.set(asset, smoothing)
    let basis = smoothing.basis.value ?? 0
    var components = [max(1, oracle + (basis >> 1))]
    if let local { components.append(local) }
    if external > 0 { components.append(external) }
    if components.count == 2, let average = smoothing.book.value { components.append(max(1, average >> 1)) }
    let mark = max(1, median(components) ?? oracle)
    let before = prices[asset]
    prices.set(
      asset,
      PriceRecord(
        oracle: oracle, external: external, mark: mark,
        previousMark: before.map { $0.mark == 0 ? mark : $0.mark } ?? mark,
        time: time))
    derived.marks[index] = mark
    derived.oracles[index] = oracle
  }

  /// Finds whom the new marks may have brought below maintenance.
  private mutating func crossGuards(_ assets: [AssetID]) {
    var found: [UInt64] = []
    for asset in assets {
      derived.guards.cross(figure: 2 * Int(asset), value: Int128(derived.marks[Int(asset)]), into: &found)
    }
    for subject in found { touch(AccountID(subject)) }
  }
}
