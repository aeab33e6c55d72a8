import Canonical
import Ledger
import Mechanisms
import Quantities
import StateStore
import VenueKit

/// Perp dexs of builders: their own prices, caps, fees and halts. Rule HL-57.
extension HyperliquidState {
  static let dexOracleSpan: Int64 = 2_500
  /// After this long without prices the mark follows the book, once each `dexLocalSpan`.
  static let dexStaleAfter: Int64 = 10_000
  static let dexLocalSpan: Int64 = 3_000
  static let dexScaleSpan: Int64 = 30 * 86_400_000

  func isHalted(_ asset: AssetID) -> Bool {
    asset >= parameters.perpetuals && registry.value.dexMarkets[asset]?.isHalted == true
  }

  func openInterestCap(_ market: MarketParameters) -> Money {
    let set = registry.value.dexMarkets[market.asset]?.openInterestMaximum ?? 0
    return set > 0 ? set : market.openInterestMaximum
  }

  private func dexRecord(_ dex: UInt32) -> DexRecord {
    let terms = parameters.dexs[Int(dex) - 1]
    return registry.value.dexs[dex] ?? DexRecord(feeScale: terms.feeScale, feeRecipient: terms.feeRecipient)
  }

  private mutating func changeDex(_ dex: UInt32, _ change: (inout DexRecord) -> Void) {
    var record = dexRecord(dex)
    change(&record)
    registry.value.dexs.set(dex, record)
  }

  private mutating func changeDexMarket(_ asset: AssetID, _ change: (inout DexMarketRecord) -> Void) {
    var record = registry.value.dexMarkets[asset] ?? DexMarketRecord()
    change(&record)
    registry.value.dexMarkets.set(asset, record)
  }

  // MARK: Fees

  /// A user's fee in a builder's market, cut to the unit: with a scale s below one it is 1 + s times as high, otherwise
  /// 2s times.
  func scaledFee(_ fee: Money, _ asset: AssetID) -> Money {
    let dex = parameters.markets[Int(asset)].dex
    if dex == 0 { return fee }
    let scale = Money(dexRecord(dex).feeScale)
    return divide(fee * (scale < 1_000_000 ? 1_000_000 + scale : 2 * scale), by: 1_000_000, .truncation)
  }

  /// The deployer's share of what a fill paid, rounded down: s / (1 + s), at most a half.
  mutating func payDeployer(_ asset: AssetID, _ total: Money) -> Money {
    let dex = parameters.markets[Int(asset)].dex
    if dex == 0 { return 0 }
    let record = dexRecord(dex)
    let scale = Money(min(record.feeScale, 1_000_000))
    let share = divide(total * scale, by: 1_000_000 + scale, .floor)
    move(share, from: housePurse(Purpose.fees), to: LedgerAccount(record.feeRecipient, Purpose.rewards))
    return share
  }

  // MARK: What a deployer does

  mutating func deploy(
    _ deployment: PerpDeployment, _ actor: Address, _ journal: inout Journal
  ) throws(HyperliquidRefusal) {
    switch deployment {
    case .setOracle(let oracle): try setOracle(oracle, actor, &journal)
    case .haltTrading(let coin, let isHalted):
      let market = try deployed(coin, actor)
      if isHalted { halt(market, &journal) }
      changeDexMarket(market.asset) { $0.isHalted = isHalted }
    case .setOpenInterestCaps(let caps):
      if caps.isEmpty { throw .emptyBatch }
      var changes: [(AssetID, Money)] = []
      for cap in caps { changes.append((try deployed(cap.coin, actor).asset, Money(cap.amount))) }
      for (asset, amount) in changes { changeDexMarket(asset) { $0.openInterestMaximum = amount } }
    case .setFeeScale(let name, let text):
      let dex = try dex(name, of: actor)
      guard let scale = try? parseDecimal(text, scale: 6), (0...3_000_000).contains(scale) else {
        throw .account(.dexScale)
      }
      let until = dexRecord(dex.index).scaleTime + Self.dexScaleSpan
      guard journal.block.time >= until else { throw .account(.dexTooSoon(until: until)) }
      changeDex(dex.index) { record in
        record.feeScale = Int64(scale)
        record.scaleTime = journal.block.time
      }
    case .setFeeRecipient(let name, let recipient):
      let dex = try dex(name, of: actor)
      guard recipient != .zero else { throw .destinationInvalid }
      changeDex(dex.index) { $0.feeRecipient = recipient }
    }
  }

  private func dex(_ name: String, of actor: Address) throws(HyperliquidRefusal) -> DexParameters {
    guard let dex = parameters.dex(named: name) else { throw .account(.dexUnknown(name)) }
    guard dex.deployer == actor else { throw .account(.deployerOnly(dex.deployer)) }
    return dex
  }

  private func deployed(_ coin: String, _ actor: Address) throws(HyperliquidRefusal) -> MarketParameters {
    guard let market = parameters.market(named: coin), market.dex > 0 else { throw .symbolUnknown(coin) }
    let deployer = parameters.dexs[Int(market.dex) - 1].deployer
    guard deployer == actor else { throw .account(.deployerOnly(deployer)) }
    return market
  }

  // MARK: Prices

  private mutating func setOracle(
    _ update: DexOracle, _ actor: Address, _ journal: inout Journal
  ) throws(HyperliquidRefusal) {
    guard let dex = parameters.dex(named: update.dex) else { throw .account(.dexUnknown(update.dex)) }
    guard actor == dex.oracleUpdater || actor == dex.deployer else {
      throw .account(.deployerOnly(dex.oracleUpdater))
    }
    let until = dexRecord(dex.index).oracleTime + Self.dexOracleSpan
    guard journal.block.time >= until else { throw .account(.dexTooSoon(until: until)) }
    guard !update.oracle.isEmpty, update.marks.count <= 2 else { throw .emptyBatch }
    var checked: [(market: MarketParameters, oracle: Ticks, marks: [Ticks], external: Ticks)] = []
    for price in update.oracle {
      let market = try market(price.coin, dex)
      guard !checked.contains(where: { $0.market.asset == market.asset }) else {
        throw .account(.dexPrices(price.coin))
      }
      checked.append((market, try ticks(price, market), [], 0))
    }
    for price in update.marks.flatMap({ $0 }) {
      let market = try market(price.coin, dex)
      guard let place = checked.firstIndex(where: { $0.market.asset == market.asset }) else {
        throw .account(.dexPrices(price.coin))
      }
      checked[place].marks.append(try ticks(price, market))
    }
    for price in update.external {
      let market = try market(price.coin, dex)
      guard let place = checked.firstIndex(where: { $0.market.asset == market.asset }) else { continue }
      checked[place].external = try ticks(price, market)
    }
    checked.sort { $0.market.asset < $1.market.asset }
    changeDex(dex.index) { $0.oracleTime = journal.block.time }
    for price in checked {
      setDexPrice(price.market, oracle: price.oracle, inputs: price.marks, external: price.external, &journal)
    }
    settlePrices(checked.map(\.market.asset), &journal)
  }

  /// A coin of the dex, with or without its name before it.
  private func market(_ coin: String, _ dex: DexParameters) throws(HyperliquidRefusal) -> MarketParameters {
    let market = parameters.market(named: coin) ?? parameters.market(named: "\(dex.name):\(coin)")
    guard let market, market.dex == dex.index else { throw .account(.dexPrices(coin)) }
    return market
  }

  private func ticks(_ price: DexPrice, _ market: MarketParameters) throws(HyperliquidRefusal) -> Ticks {
    guard let parsed = try? parseDecimal(price.price, scale: 8), let wire = WireDecimal(exactly: parsed),
      let ticks = Self.nearestTicks(wire, market)
    else { throw .account(.dexPrices(price.coin)) }
    return ticks
  }

  /// The mark is the median of the inputs and of the book's own median, at most a hundredth from the mark before, and
  /// all prices at most ten times (or a tenth of) the mark at the day's start.
  private mutating func setDexPrice(
    _ market: MarketParameters, oracle: Ticks, inputs: [Ticks], external: Ticks, _ journal: inout Journal
  ) {
    let asset = market.asset
    let before = prices[asset]
    let previous = before?.mark ?? 0
    let day = Self.day(journal.block.time)
    var record = registry.value.dexMarkets[asset] ?? DexMarketRecord()
    if record.day != day || record.dayStart == 0 {
      record.day = day
      record.dayStart = previous > 0 ? previous : oracle
      registry.value.dexMarkets.set(asset, record)
    }
    let most = min(record.dayStart * 10, HyperliquidParameters.priceMaximum)
    let least = max(1, record.dayStart / 10)
    func bounded(_ price: Ticks) -> Ticks { max(least, min(most, price)) }
    var components = inputs
    if let local = localMedian(asset) { components.append(local) }
    var mark = bounded(median(components) ?? oracle)
    if previous > 0 {
      let step = max(1, previous / 100)
      mark = max(1, max(previous - step, min(previous + step, mark)))
    }
    let oracle = bounded(oracle)
    prices.set(
      asset,
      PriceRecord(
        oracle: oracle, external: external, mark: mark, previousMark: previous > 0 ? previous : mark,
        time: journal.block.time))
    derived.marks[Int(asset)] = mark
    derived.oracles[Int(asset)] = oracle
  }

  /// Median of best bid, best ask and last trade.
  func localMedian(_ asset: AssetID) -> Ticks? {
    let book = derived.books[Int(asset)]
    var traded: [Ticks] = []
    if let bid = book.bestBid?.price { traded.append(bid) }
    if let ask = book.bestAsk?.price { traded.append(ask) }
    if let last = lastTrades[asset] { traded.append(Ticks(last.value)) }
    return median(traded)
  }

  /// Builders' markets whose prices stay away follow their book.
  mutating func runStaleDexs(_ journal: inout Journal) {
    for dex in parameters.dexs {
      guard let record = registry.value.dexs[dex.index], record.oracleTime > 0,
        journal.block.time - record.oracleTime >= Self.dexStaleAfter
      else { continue }
      var moved: [AssetID] = []
      for market in parameters.markets where market.dex == dex.index {
        guard let price = prices[market.asset], journal.block.time - price.time >= Self.dexLocalSpan,
          localMedian(market.asset) != nil, !isHalted(market.asset)
        else { continue }
        setDexPrice(market, oracle: price.oracle, inputs: [], external: price.external, &journal)
        moved.append(market.asset)
      }
      if !moved.isEmpty { settlePrices(moved, &journal) }
    }
  }

  // MARK: Halts

  /// Orders go, and every position is closed against the other side at mark, without fees.
  private mutating func halt(_ market: MarketParameters, _ journal: inout Journal) {
    let asset = market.asset
    for account in 0..<derived.accounts.count {
      guard let index = derived.accounts[account].index(asset) else { continue }
      for oid in derived.accounts[account].lists[index].orders { cancelOrder(oid, .delistedCanceled, &journal) }
      for oid in derived.accounts[account].lists[index].triggers { dropTrigger(oid, .delistedCanceled, &journal) }
    }
    let price = mark(asset)
    var holders: [AccountID] = []
    for place in 0..<derived.holders[Int(asset)].count { holders.append(derived.holders[Int(asset)][place]) }
    holders.sort()
    let shorts = holders.filter { marketCache($0, asset).size < 0 }
    var next = 0
    for long in holders where marketCache(long, asset).size > 0 {
      while next < shorts.count {
        let position = marketCache(long, asset)
        if position.size <= 0 { break }
        let other = marketCache(shorts[next], asset).size
        if other >= 0 {
          next += 1
          continue
        }
        exchange(long, shorts[next], position, lots: min(position.size, -other), at: price)
      }
    }
  }
}
