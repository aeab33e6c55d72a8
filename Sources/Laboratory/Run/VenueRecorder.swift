import Canonical
import Quantities
import VenueKit

/// What a run remembers of one market of one venue.
struct MarketRecord {
  var symbol: String
  var path = Series()
  var mark = Series()
  /// Mark less index, basis points of the index.
  var gap = Series()
  var openInterest = Series()
  var funding = Series()
  var depth = Series()
  /// Of a trade of `TradeCosts.value`.
  var cost = TradeCostRecord()
  var deviationMaximum: Int128 = 0
  /// USD; nil before the first look.
  var depthMinimum: Int128?
  var openInterestMaximum: Int128 = 0
  var markMinimum: Int128?
  var markMaximum: Int128?
}

/// Refusals of one kind.
struct RefusalTally: Sendable {
  /// The rule of the room's Specs page.
  var rule: String
  var name: String
  /// The sentence of the first of them.
  var text: String
  var count: UInt64
}

/// What a run remembers of one venue. Its size does not grow with the run.
struct VenueRecorder {
  let venue: VenueScenario
  let addressNames: [Address: String]
  var markets: [MarketRecord]
  var poolValue = Series()
  /// Change of a share's price since its first sight, percent.
  var poolReturn = Series()
  var insurance = Series()
  var liquidatedValue: Histogram
  var deleveragedValue: Histogram
  var trades: UInt64 = 0
  var volume: Int128 = 0
  var liquidations: UInt64 = 0
  var liquidationValue: Int128 = 0
  var deleveragings: UInt64 = 0
  var transactions: UInt64 = 0
  var blocks: UInt64 = 0
  /// Refused actions by rule and name, in order of first sight.
  var refusals: [RefusalTally] = []
  var firstSharePrice: Int128?
  var lastRoot = Hash32.zero
  var lastSummary: VenueSummary?
  /// After the first block with prices: everybody has brought his money.
  var firstMoney: MoneyTable?
  /// Known when the run is over.
  var money: MoneyTable?

  init(venue: VenueScenario, scenario: Scenario, addressNames: [Address: String]) {
    self.venue = venue
    self.addressNames = addressNames
    markets = scenario.markets.map { MarketRecord(symbol: $0.symbol) }
    liquidatedValue = Histogram(start: scenario.clock.start, duration: scenario.clock.duration)
    deleveragedValue = liquidatedValue
  }

  /// The most frequent first, then by rule and name.
  var rankedRefusals: [RefusalTally] {
    refusals.sorted { ($1.count, $0.rule, $0.name) < ($0.count, $1.rule, $1.name) }
  }

  var refusalCount: UInt64 { refusals.reduce(0) { $0 + $1.count } }

  mutating func note(refusals found: [Refusal]) {
    for refusal in found {
      if let index = refusals.firstIndex(where: { $0.name == refusal.name && $0.rule == refusal.rule }) {
        refusals[index].count += 1
      } else {
        refusals.append(RefusalTally(rule: refusal.rule, name: refusal.name, text: refusal.text, count: 1))
      }
    }
  }

  func name(of address: Address) -> String { addressNames[address] ?? address.description }

  // MARK: Blocks

  mutating func note(_ block: CommittedBlock, files: RunFiles) throws(RunError) {
    blocks += 1
    transactions += UInt64(block.transactions)
    lastRoot = block.root
    note(refusals: block.refusals)
    let head = "\(venue.name),\(block.height),\(block.time)"
    try files.roots.write("\(head),\(block.root.hex)")
    for event in block.events {
      try files.events.write(Self.json(event, venue: venue.name, block: block))
      if let common = event.common { try note(common, head: head, time: block.time, files: files) }
    }
  }

  private mutating func note(
    _ event: CommonEvent, head: String, time: Int64, files: RunFiles
  ) throws(RunError) {
    switch event {
    case .trade(let symbol, let taker, let maker, let isBuy, let price, let size, let takerFee, let makerFee):
      trades += 1
      let value = Money.product(price, size)
      volume = Money.sum(volume, value)
      let sides = "\(name(of: taker)),\(name(of: maker)),\(isBuy ? "buy" : "sell")"
      try files.trades.write(
        "\(head),\(symbol),\(sides),\(Money.text(price)),\(Money.text(size)),\(Money.text(takerFee)),"
          + Money.text(makerFee))
    case .liquidation(let symbol, let account, let counterparty, let price, let size, let method, let loss):
      liquidations += 1
      let value = Money.product(price, abs(size))
      liquidationValue = Money.sum(liquidationValue, value)
      liquidatedValue.add(picture(value), at: time)
      try files.liquidations.write(
        "\(head),\(symbol),\(name(of: account)),\(name(of: counterparty)),\(method),\(Money.text(price)),"
          + "\(Money.text(size)),\(Money.text(loss))")
    case .deleveraging(let symbol, let winner, let loser, let price, let size, let forgone):
      deleveragings += 1
      deleveragedValue.add(picture(Money.product(price, abs(size))), at: time)
      try files.liquidations.write(
        "\(head),\(symbol),\(name(of: loser)),\(name(of: winner)),adl,\(Money.text(price)),\(Money.text(size)),"
          + Money.text(forgone))
    case .funding, .provided, .redeemed: break
    }
  }

  private static func json(_ event: RecordedEvent, venue: String, block: CommittedBlock) -> String {
    let members =
      [
        JSONMember("venue", .string(venue)), JSONMember("height", JSONValue(block.height)),
        JSONMember("time", JSONValue(block.time)), JSONMember("event", .string(event.name)),
      ] + event.fields.map { JSONMember($0.name, .string($0.value)) }
    return JSONValue.object(members).text()
  }

  // MARK: Looks

  /// Called after every block: the extremes that assertions speak of.
  mutating func note(_ view: MarketView, at index: Int) {
    guard view.index > 0, view.mark > 0 else { return }
    let gap = Money.ratio(abs(view.mark - view.index), view.index)
    markets[index].deviationMaximum = max(markets[index].deviationMaximum, gap)
    markets[index].markMinimum = min(markets[index].markMinimum ?? view.mark, view.mark)
    markets[index].markMaximum = max(markets[index].markMaximum ?? view.mark, view.mark)
    let interest = Money.product(max(view.openInterestLong, view.openInterestShort), view.mark)
    markets[index].openInterestMaximum = max(markets[index].openInterestMaximum, interest)
    if let depth = view.depth.first(where: { $0.basisPoints == 50 }) {
      let thinner = min(depth.bidValue, depth.askValue)
      // The empty book before the first quotes says nothing about the makers.
      if thinner == 0 && markets[index].depthMinimum == nil { return }
      markets[index].depthMinimum = min(markets[index].depthMinimum ?? thinner, thinner)
    }
  }

  /// One line of `metrics.csv` for each market.
  mutating func sample(
    _ summary: VenueSummary, views: [MarketView?], costs: [TradeCosts], prices: [Int128], height: UInt64, time: Int64,
    files: RunFiles
  ) throws(RunError) {
    let pool = pool(summary)
    if firstSharePrice == nil, let pool, pool.shares > 0 { firstSharePrice = pool.sharePrice }
    if let pool { poolValue.add(picture(pool.value), at: time) }
    if let pool, let firstSharePrice {
      poolReturn.add(picture(Money.ratio(pool.sharePrice - firstSharePrice, firstSharePrice)) * 100, at: time)
    }
    insurance.add(picture(summary.insurance), at: time)
    for (index, view) in views.enumerated() {
      markets[index].path.add(picture(prices[index]), at: time)
      guard let view else { continue }
      let interest = Money.product(max(view.openInterestLong, view.openInterestShort), view.mark)
      let near = view.depth.first { $0.basisPoints == 50 }
      if view.mark > 0 && view.index > 0 {
        markets[index].mark.add(picture(view.mark), at: time)
        markets[index].gap.add(picture(Money.ratio(view.mark - view.index, view.index)) * 10_000, at: time)
      }
      markets[index].openInterest.add(picture(interest), at: time)
      markets[index].funding.add(picture(view.fundingRateHourly) * 10_000, at: time)
      markets[index].depth.add(picture(near.map { min($0.bidValue, $0.askValue) } ?? 0), at: time)
      // Before the first liquidity there is nothing to trade against on any venue.
      if costs[index].long != nil || costs[index].short != nil || markets[index].cost.count > 0 {
        markets[index].cost.add(costs[index], at: time)
      }
      try files.metrics.write(
        Self.row(
          venue.name, height, time, view: view, costs: costs[index], price: prices[index], summary: summary, pool: pool)
      )
    }
    lastSummary = summary
  }

  /// The pool that the run tells of: the first that stands behind one of its markets.
  func pool(_ summary: VenueSummary) -> PoolView? {
    summary.pools.first { pool in pool.symbol == nil || markets.contains { $0.symbol == pool.symbol } }
  }

  static let metricsHeader =
    "venue,height,time,market,price,mark,index,best_bid,best_ask,open_interest_long,open_interest_short,"
    + "funding_rate_hourly,depth_bid_10bp,depth_ask_10bp,depth_bid_50bp,depth_ask_50bp,depth_bid_100bp,"
    + "depth_ask_100bp,cost_long_1m_bp,cost_short_1m_bp,pool_value,pool_share_price,insurance,fees,funding_paid,"
    + "borrowing_paid,liquidations,deleveragings,open_orders"

  private static func row(
    _ venue: String, _ height: UInt64, _ time: Int64, view: MarketView, costs: TradeCosts, price: Int128,
    summary: VenueSummary, pool: PoolView?
  ) -> String {
    var fields = ["\(venue)", "\(height)", "\(time)", view.symbol]
    fields += [price, view.mark, view.index].map(Money.text)
    fields += [view.bestBid, view.bestAsk].map { $0.map(Money.text) ?? "" }
    fields += [view.openInterestLong, view.openInterestShort, view.fundingRateHourly].map(Money.text)
    for distance in [10, 50, 100] {
      let depth = view.depth.first { $0.basisPoints == distance }
      fields += [depth?.bidValue, depth?.askValue].map { $0.map(Money.text) ?? "" }
    }
    fields += [costs.long, costs.short].map(TradeCosts.text)
    fields += [pool?.value, pool?.sharePrice].map { $0.map(Money.text) ?? "" }
    fields += [summary.insurance, summary.fees, summary.fundingPaid, summary.borrowingPaid].map(Money.text)
    fields += ["\(summary.liquidations)", "\(summary.deleveragings)", "\(summary.openOrders)"]
    return fields.joined(separator: ",")
  }
}
