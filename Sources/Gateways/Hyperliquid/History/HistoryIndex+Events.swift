import Canonical
import Hyperliquid
import VenueKit

extension HistoryIndex {
  mutating func apply(_ event: HyperliquidEvent, _ pass: inout BlockPass) {
    switch event {
    case .trade(let fill, _, let taker, _, _): applyTrade(fill, taker: taker, &pass)
    case .orderCanceled(let oid, let owner, let reason):
      let account = pass.state.shown(owner)
      pass.touched.insert(account)
      say(OrderWord(reason), oid, &pass)
      if reason != .canceled, let row = orders[oid] { pass.update.cancels[account, default: []].append(row) }
    case .triggered(let oid, _):
      say(.triggered, oid, &pass)
      pass.triggered.append(oid)
    case .liquidation(let symbol, let account, let counterparty, let price, let size, let method, _):
      applyLiquidation(
        symbol, pass.state.shown(account), pass.state.shown(counterparty), price: price, size: size, method: method,
        &pass)
    case .deleveraging(let symbol, let winning, let losing, let price, let size, _):
      guard let market = pass.market(named: symbol) else { return }
      let winner = pass.state.shown(winning)
      let loser = pass.state.shown(losing)
      let ticks = market.ticks(commonFigure: price)
      let lots = market.lots(commonFigure: size)
      let isLong = followed(loser, market.asset).lots > 0
      handOver(
        market, from: loser, to: winner, lots: isLong ? lots : -lots, at: ticks, direction: "Auto-Deleveraging",
        liquidation: nil, &pass)
    case .funding(let symbol, let rate, _): applyFunding(symbol, rate: rate, &pass)
    case .twapSlice(let id, let account, let oid, _, _, _):
      let user = pass.state.shown(account)
      change(oid, user, &pass) { $0.twapID = id }
      pass.unnamed = []
      if id > lastTwap {
        // The first slice goes at once: until now nobody has heard of this one.
        lastTwap = id
        pass.update.twaps.insert(user)
      }
    case .twapEnded(_, let account, _): pass.update.twaps.insert(pass.state.shown(account))
    case .builderFee(let oid, _, _, let amount): pass.builderFees[oid, default: []].append(amount)
    default: applyMoney(event, &pass)
    }
  }

  private func followed(_ user: Address, _ asset: AssetID) -> FollowedPosition {
    positions[PositionKey(user: user, asset: asset)] ?? FollowedPosition()
  }

  // MARK: Trades

  private mutating func applyTrade(_ fill: FillRecord, taker account: Address, _ pass: inout BlockPass) {
    guard let market = pass.market(fill.asset) else { return }
    let taker = pass.state.shown(account)
    let maker = pass.state.shown(fill.maker)
    let price = market.wireFigure(price: fill.price)
    let size = market.wireFigure(size: Int128(fill.size))
    let buyer = fill.takerIsBuyer ? fill.takerOid : fill.makerOid
    let seller = fill.takerIsBuyer ? fill.makerOid : fill.takerOid
    let tid = Self.tradeNumber(buyer: buyer, seller: seller)
    let isOwn = orders.index(forKey: fill.takerOid) == nil
    // What the engine sends itself has no transaction's hash.
    let hash = isOwn || pass.triggered.contains(fill.takerOid) ? .zero : pass.hash()
    shrink(fill.takerOid, by: size, isMaker: false, &pass)
    let trade = TradeRow(
      coin: market.symbol, takerIsBuyer: fill.takerIsBuyer, price: price, size: size, time: pass.time, hash: hash,
      tid: tid, buyer: fill.takerIsBuyer ? taker : maker, seller: fill.takerIsBuyer ? maker : taker)
    note(trade, notional: price * size / 10_000_000_000, &pass)
    let sides: [(Address, UInt64, Bool, Int64, Bool)] = [
      (taker, fill.takerOid, fill.takerIsBuyer, fill.takerFee, true),
      (maker, fill.makerOid, !fill.takerIsBuyer, fill.makerFee, false),
    ]
    for (user, oid, isBuy, fee, crossed) in sides {
      let change = isBuy ? fill.size : -fill.size
      var row = FillRow(
        user: user, coin: market.symbol, price: price, size: size, isBuy: isBuy, time: pass.time, startPosition: 0,
        direction: "", closedProfit: 0, hash: hash, oid: oid, crossed: crossed, fee: Money(fee), tid: tid,
        cloid: orders.index(forKey: oid).flatMap { orders.values[$0].cloid })
      row.builderFee = pass.takeBuilderFee(oid)
      if case .spot(_, let token) = market.kind {
        noteSpot(token, change, market, &row, pass)
      } else {
        bookPosition(user, market, change, at: fill.price, into: &row)
      }
      append(row, mayBeLiquidation: isOwn, &pass)
    }
    shrink(fill.makerOid, by: size, isMaker: true, &pass)
  }

  /// A spot fill has no position: its start is what was held of the token, its fee is in the token that was received.
  private func noteSpot(
    _ token: UInt32, _ change: Lots, _ market: MarketParameters, _ row: inout FillRow, _ pass: BlockPass
  ) {
    row.direction = change > 0 ? "Buy" : "Sell"
    let tokens = pass.state.parameters.tokens
    let received = tokens.first { $0.index == (change > 0 ? token : 0) }
    row.feeToken = received?.name ?? "USDC"
    row.feeScale = received?.weiDecimals ?? 8
    guard let base = tokens.first(where: { $0.index == token }) else { return }
    let held = pass.state.spotTotal(row.user, token)
    let scale = (0..<base.weiDecimals).reduce(Int128(1)) { power, _ in power * 10 }
    // The balance after the block, less this fill: earlier ones of the same block stand in it already.
    row.startPosition = held * 100_000_000 / scale - market.wireFigure(size: Int128(change))
  }

  /// Changes the fills of an order that were told in this block.
  private mutating func change(
    _ oid: UInt64, _ user: Address, _ pass: inout BlockPass, _ change: (inout FillRow) -> Void
  ) {
    guard let told = pass.update.fills[user] else { return }
    for index in told.indices.reversed() where told[index].oid == oid {
      let tid = told[index].tid
      if let row = pass.update.fills[user]?[index] {
        var changed = row
        change(&changed)
        pass.update.fills[user]?[index] = changed
      }
      users[user]?.fills.updateLastMatching({ $0.tid == tid && $0.oid == oid }, change)
    }
  }

  private mutating func bookPosition(
    _ user: Address, _ market: MarketParameters, _ change: Lots, at price: Ticks, into row: inout FillRow
  ) {
    var position = followed(user, market.asset)
    row.startPosition = market.wireFigure(size: Int128(position.lots))
    if row.direction.isEmpty { row.direction = Self.direction(before: position.lots, change: change) }
    row.closedProfit = position.book(change, at: price)
    positions[PositionKey(user: user, asset: market.asset)] = position
  }

  private mutating func append(_ row: FillRow, mayBeLiquidation: Bool = false, _ pass: inout BlockPass) {
    pass.touched.insert(row.user)
    pass.update.fills[row.user, default: []].append(row)
    users[row.user, default: UserHistory()].fills.append(row, limit: limits.fills)
    if mayBeLiquidation {
      pass.unnamed.append((row.user, (pass.update.fills[row.user]?.count ?? 1) - 1))
    }
  }

  static func direction(before: Lots, change: Lots) -> String {
    if before == 0 || (before > 0) == (change > 0) { return change > 0 ? "Open Long" : "Open Short" }
    if abs(change) <= abs(before) { return before > 0 ? "Close Long" : "Close Short" }
    return before > 0 ? "Long > Short" : "Short > Long"
  }

  /// 50 bits mixed from both orders' numbers, equal on both sides. Chosen: the venue's own function is not known.
  static func tradeNumber(buyer: UInt64, seller: UInt64) -> UInt64 {
    var mixed = buyer &* 0x9e37_79b9_7f4a_7c15 ^ (seller &* 0xc2b2_ae3d_27d4_eb4f)
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return (mixed ^ (mixed >> 31)) & (1 << 50 - 1)
  }

  private mutating func note(_ trade: TradeRow, notional: Money, _ pass: inout BlockPass) {
    pass.update.trades[trade.coin, default: []].append(trade)
    pass.bars[trade.coin, default: BlockBar(trade)].add(trade, notional: notional)
  }

  /// Adds what the block traded to recent trades, candles and hours.
  mutating func noteBars(_ pass: inout BlockPass) {
    for (coin, bar) in pass.bars {
      coins[coin, default: CoinHistory()].note(
        bar, coin, pass.update.trades[coin] ?? [], time: pass.time, candleLimit: limits.candles,
        tradeLimit: limits.trades, &pass.update)
    }
  }

  // MARK: Liquidation, deleveraging, funding

  private mutating func applyLiquidation(
    _ symbol: String, _ account: Address, _ counterparty: Address, price: Int128, size: Int128, method: String,
    _ pass: inout BlockPass
  ) {
    guard let market = pass.market(named: symbol) else { return }
    let mark = market.wireFigure(price: pass.state.prices[market.asset]?.mark ?? 0)
    let liquidation = FillRow.Liquidation(user: account, mark: mark, method: method)
    if method == "market" {
      for (user, index) in pass.unnamed { name(user, index, liquidation, &pass) }
      pass.unnamed = []
      return
    }
    let lots = market.lots(commonFigure: size)
    let isLong = followed(account, market.asset).lots > 0
    let isCross = pass.state.leverage(account, market).isCross
    handOver(
      market, from: account, to: counterparty, lots: isLong ? lots : -lots, at: market.ticks(commonFigure: price),
      direction: "Liquidated \(isCross ? "Cross" : "Isolated") \(isLong ? "Long" : "Short")",
      liquidation: liquidation, &pass)
  }

  /// Writes into fills already told that they were a liquidation's.
  private mutating func name(
    _ user: Address, _ index: Int, _ liquidation: FillRow.Liquidation, _ pass: inout BlockPass
  ) {
    guard let told = pass.update.fills[user]?[index] else { return }
    pass.update.fills[user]?[index].liquidation = liquidation
    users[user]?.fills.updateLastMatching({ $0.tid == told.tid && $0.oid == told.oid }) {
      $0.liquidation = liquidation
    }
  }

  /// Signed lots of a position change hands without a book.
  private mutating func handOver(
    _ market: MarketParameters, from giver: Address, to taker: Address, lots: Lots, at price: Ticks,
    direction: String, liquidation: FillRow.Liquidation?, _ pass: inout BlockPass
  ) {
    for (user, change) in [(giver, -lots), (taker, lots)] {
      var row = FillRow(
        user: user, coin: market.symbol, price: market.wireFigure(price: price),
        size: market.wireFigure(size: Int128(abs(lots))), isBuy: change > 0, time: pass.time, startPosition: 0,
        direction: direction, closedProfit: 0, hash: .zero, oid: 0, crossed: user == giver, fee: 0,
        tid: Self.tradeNumber(buyer: UInt64(bitPattern: pass.time), seller: UInt64(pass.touched.count)),
        liquidation: liquidation)
      bookPosition(user, market, change, at: price, into: &row)
      append(row, &pass)
    }
  }

  /// Every holder pays or receives size times oracle times rate; a payment is rounded up, a receipt down.
  private mutating func applyFunding(_ symbol: String, rate: Int128, _ pass: inout BlockPass) {
    guard let market = pass.market(named: symbol) else { return }
    let funding = FundingRateRow(
      time: pass.time, rate: rate, premium: pass.state.fundings[market.asset]?.premium ?? 0)
    coins[symbol, default: CoinHistory()].fundingRates.append(funding, limit: limits.fundingRates)
    pass.update.fundingRates[symbol] = funding
    let oracle = Int128(pass.state.prices[market.asset]?.oracle ?? 0)
    for key in positions.keys.filter({ $0.asset == market.asset }).sorted(by: { $0.user < $1.user }) {
      guard var position = positions[key], position.lots != 0 else { continue }
      let owed = Int128(position.lots) * oracle * rate
      let unit: Int128 = 1_000_000_000_000
      let paid = owed >= 0 ? (owed + unit - 1) / unit : owed / unit
      position.fundingAllTime += paid
      position.fundingSinceOpen += paid
      position.fundingSinceChange += paid
      positions[key] = position
      let row = FundingRow(
        time: pass.time, coin: symbol, usdc: -paid, size: market.wireFigure(size: Int128(position.lots)), rate: rate)
      pass.touched.insert(key.user)
      pass.update.fundings[key.user, default: []].append(row)
      users[key.user, default: UserHistory()].fundings.append(row, limit: limits.fundings)
    }
  }
}

extension Recent {
  /// Changes the newest row that matches, where there is one.
  mutating func updateLastMatching(_ matches: (Row) -> Bool, _ change: (inout Row) -> Void) {
    guard let index = rows.lastIndex(where: matches) else { return }
    change(&rows[index])
  }
}

extension MarketParameters {
  /// From the common scale of 10^-12; the figure was made of whole ticks.
  func ticks(commonFigure price: Int128) -> Ticks { Ticks(clamping: price / (wireFigure(price: 1) * 10_000)) }
  func lots(commonFigure size: Int128) -> Lots { Lots(clamping: size / (wireFigure(size: 1) * 10_000)) }
}

/// What a coin traded in one block.
struct BlockBar: Sendable {
  /// Of the block alone; its begin is set by whoever adds it to a span.
  var candle: Candle
  var notional: Money = 0

  init(_ first: TradeRow) {
    candle = Candle(
      start: 0, open: first.price, high: first.price, low: first.price, close: first.price, volume: 0, trades: 0)
  }

  mutating func add(_ trade: TradeRow, notional: Money) {
    candle.high = max(candle.high, trade.price)
    candle.low = min(candle.low, trade.price)
    candle.close = trade.price
    candle.volume += trade.size
    candle.trades += 1
    self.notional += notional
  }
}

extension Candle {
  /// A later candle of the same span.
  mutating func add(_ later: Candle) {
    high = max(high, later.high)
    low = min(low, later.low)
    close = later.close
    volume += later.volume
    trades += later.trades
  }
}

extension CoinHistory {
  mutating func note(
    _ bar: BlockBar, _ coin: Coin, _ told: [TradeRow], time: Int64, candleLimit: Int, tradeLimit: Int,
    _ update: inout BlockUpdate
  ) {
    for trade in told.suffix(2 * tradeLimit) { trades.append(trade, limit: tradeLimit) }
    for interval in CandleInterval.allCases {
      let start = interval.start(of: time)
      var series = candles[interval] ?? Recent<Candle>()
      candles[interval] = nil
      if let last = series.rows.last, last.start == start {
        series.updateLast { $0.add(bar.candle) }
      } else {
        var begun = bar.candle
        begun.start = start
        series.append(begun, limit: candleLimit)
      }
      update.candles[CandleKey(coin: coin, interval: interval)] = series.rows.last
      candles[interval] = series
    }
    let hour = time / 3_600_000
    if let last = hours.rows.last, last.hour == hour {
      hours.updateLast {
        $0.base += bar.candle.volume
        $0.notional += bar.notional
      }
    } else {
      hours.append(
        HourBucket(hour: hour, base: bar.candle.volume, notional: bar.notional, mark: bar.candle.open), limit: 48)
    }
  }
}
