import Canonical
import Matching
import Quantities
import StateStore
import VenueKit

/// Orders that are worked off in slices. Rule HL-25.
extension HyperliquidState {
  /// Finished TWAPs that are remembered for an account.
  static let twapHistoryCount: UInt64 = 64

  mutating func twapOrder(
    _ request: TwapRequest, _ owner: AccountID, _ journal: inout Journal
  ) throws(HyperliquidRefusal) -> HyperliquidAnswer {
    guard let market = parameters.market(request.asset) else { throw .assetUnknown(request.asset) }
    func failed(_ error: TwapError, _ figure: UInt64 = 0) -> HyperliquidAnswer {
      HyperliquidAnswer(.twapOrder, twap: .error(error, figure: figure))
    }
    let terms = parameters.twap
    guard (terms.minutesMinimum...terms.minutesMaximum).contains(request.minutes) else {
      return failed(.duration, request.minutes)
    }
    guard let size = market.lots(request.size), size > 0 else { return failed(.size) }
    let reference = referencePrice(market)
    guard reference > 0, !isHalted(market.asset) else { return failed(.noPrice) }
    let value = divide(money(size, at: reference), by: market.valueUnit, .floor)
    guard value >= terms.minimum else { return failed(.minimum, UInt64(clamping: terms.minimum / 1_000_000)) }
    var bounds: [Ticks] = []
    for price in [request.details?.trigger, request.details?.stop] {
      guard let price else {
        bounds.append(0)
        continue
      }
      guard let ticks = market.ticks(price), market.hasValidFigures(ticks) else { return failed(.price) }
      bounds.append(ticks)
    }
    guard let account = tradingAccount(owner, market.asset) else { return failed(.limit) }
    let held = marketCache(account, market.asset).size
    if request.reduceOnly, held == 0 || request.isBuy != (held < 0) { return failed(.reduceOnly) }
    guard runningTwaps(account).count < terms.running else { return failed(.limit) }
    let slices = Self.slices(terms, minutes: request.minutes, value: value, least: parameters.orderMinimum)
    add(1, to: .nextTwap)
    var twap = TwapRecord(
      id: UInt64(counter(.nextTwap)), account: account, asset: market.asset, isBuy: request.isBuy,
      reduceOnly: request.reduceOnly, isRandomized: request.isRandomized, size: size, minutes: request.minutes,
      time: journal.block.time,
      interval: slices == 1
        ? Int64(request.minutes) * 60_000 : Int64(request.minutes) * 60_000 / Int64(slices - 1))
    twap.trigger = bounds[0]
    twap.isAbove = request.details?.isAbove ?? false
    twap.stop = bounds[1]
    twap.slices = UInt32(slices)
    if twap.trigger > 0 && !isReached(twap) {
      twap.status = .waiting
      twap.start = 0
    }
    twaps.set(twap.id, twap)
    derived.twaps.append(twap.id)
    if twap.status == .running { runSlice(twap, &journal) }
    return HyperliquidAnswer(.twapOrder, fills: journal.fills, twap: .running(id: twap.id))
  }

  /// One at once and one each half minute; fewer where they would be worth less than the least order.
  static func slices(_ terms: TwapParameters, minutes: UInt64, value: Money, least: Money) -> Int64 {
    let most = Int64(minutes) * 60_000 / terms.sliceMilliseconds + 1
    return max(1, min(most, Int64(clamping: value / max(1, least))))
  }

  mutating func twapCancel(
    _ wire: UInt32, _ id: UInt64, _ owner: AccountID, _ journal: inout Journal
  ) throws(HyperliquidRefusal) -> HyperliquidAnswer {
    guard let asset = parameters.asset(wire) else { throw .assetUnknown(wire) }
    guard let twap = twaps[id], twap.asset == asset, twap.account == tradingAccount(owner, asset) else {
      return HyperliquidAnswer(.twapCancel, twap: .error(.missing, figure: 0))
    }
    endTwap(twap, .terminated, &journal)
    return HyperliquidAnswer(.twapCancel, twap: .success)
  }

  /// TWAPs of the account that run or wait, by identity.
  func runningTwaps(_ account: AccountID) -> [TwapRecord] {
    derived.twaps.compactMap { id in twaps[id].flatMap { $0.account == account ? $0 : nil } }
  }

  mutating func endTwaps(of account: AccountID, _ journal: inout Journal) {
    for twap in runningTwaps(account) { endTwap(twap, .terminated, &journal) }
  }

  private mutating func endTwap(_ twap: TwapRecord, _ status: TwapRecord.Status, _ journal: inout Journal) {
    var ended = twap
    ended.status = status
    ended.statusTime = journal.block.time
    twaps.remove(twap.id)
    derived.twaps.removeSorted(twap.id)
    let place = (profiles[twap.account]?.finishedTwaps ?? 0) % Self.twapHistoryCount
    registry.value.twapHistory.set(Pair(twap.account, UInt8(place)), ended)
    changeProfile(twap.account) { $0.finishedTwaps += 1 }
    journal.events.emit(.twapEnded(id: twap.id, account: address(twap.account), status: "\(status)"))
  }

  // MARK: Slices

  /// What slices and checks are measured by: the mark, for spot the mid or the last trade.
  func referencePrice(_ market: MarketParameters) -> Ticks {
    if !market.isSpot { return mark(market.asset) }
    let book = derived.books[Int(market.asset)]
    if let bid = book.bestBid?.price, let ask = book.bestAsk?.price { return (bid + ask) / 2 }
    return lastTrades[market.asset].map { Ticks($0.value) } ?? 0
  }

  private func isReached(_ twap: TwapRecord) -> Bool {
    let price = referencePrice(parameters.markets[Int(twap.asset)])
    return twap.isAbove ? price >= twap.trigger : price <= twap.trigger
  }

  private func isStopped(_ twap: TwapRecord) -> Bool {
    if twap.stop == 0 { return false }
    let price = referencePrice(parameters.markets[Int(twap.asset)])
    return twap.isBuy ? price > twap.stop : price < twap.stop
  }

  /// At the begin of a block, in the order of identities.
  mutating func runTwaps(_ journal: inout Journal) {
    if derived.twaps.isEmpty { return }
    for id in derived.twaps {
      guard var twap = twaps[id] else { continue }
      if isHalted(twap.asset) {
        endTwap(twap, .terminated, &journal)
      } else if isStopped(twap) {
        endTwap(twap, .stopped, &journal)
      } else if twap.status == .waiting {
        guard isReached(twap) else { continue }
        twap.status = .running
        twap.start = journal.block.time
        twap.next = twap.start
        runSlice(twap, &journal)
      } else if twap.next <= journal.block.time {
        runSlice(twap, &journal)
      }
    }
  }

  /// Sends what is missing to the target, at most three slices' worth, as an `Ioc` three percent from the mark. A
  /// randomised slice but the last is up to a fifth larger or smaller.
  private mutating func runSlice(_ running: TwapRecord, _ journal: inout Journal) {
    var twap = running
    let count = Int64(twap.slices)
    let number = min(count - 1, (journal.block.time - twap.start) / max(1, twap.interval))
    let isLast = number == count - 1
    let target = isLast ? twap.size : Lots(clamping: Int128(twap.size) * Int128(number + 1) / Int128(count))
    let nominal = max(1, Lots(clamping: (Int128(twap.size) + Int128(count) - 1) / Int128(count)))
    let most = Lots(clamping: Int128(nominal) * Int128(parameters.twap.catchUp))
    var lots = min(max(0, target - twap.executed), most)
    if twap.isRandomized && !isLast {
      let part = Self.drawn(twap.id, UInt64(number), within: parameters.twap.randomness)
      lots = Lots(clamping: Int128(lots) * Int128(1_000_000 + part) / 1_000_000)
    }
    lots = min(lots, twap.size - twap.executed)
    twap.next = twap.start + (number + 1) * twap.interval
    if lots > 0 { send(&twap, lots, &journal) }
    if isLast || twap.executed >= twap.size {
      endTwap(twap, .finished, &journal)
    } else {
      twaps.set(twap.id, twap)
    }
  }

  private mutating func send(_ twap: inout TwapRecord, _ lots: Lots, _ journal: inout Journal) {
    let market = parameters.markets[Int(twap.asset)]
    let reference = referencePrice(market)
    if reference == 0 { return }
    let slip = divide(Int128(reference) * Int128(parameters.twap.slippage), by: 1_000_000, .truncation)
    let worst = twap.isBuy ? reference + Ticks(clamping: slip) : reference - Ticks(clamping: slip)
    let price = max(1, market.validPrice(worst, up: !twap.isBuy))
    let order = IncomingOrder(
      account: twap.account, asset: twap.asset, isBuy: twap.isBuy, reduceOnly: twap.reduceOnly,
      timeInForce: .immediateOrCancel, price: price, size: lots, cloid: nil)
    let first = journal.fills.count
    let status = submit(order, oid: nil, &journal)
    guard case .filled(_, _, let oid, _) = status else { return }
    var filled: Lots = 0
    var value: Money = 0
    for fill in journal.fills[first...] where fill.takerOid == oid {
      filled += fill.size
      value += money(fill.size, at: fill.price)
    }
    twap.executed += filled
    twap.executedValue += value
    let average = filled == 0 ? 0 : scale(value, market.common(ticks: 1), by: Int128(filled), .halfUp)
    journal.events.emit(
      .twapSlice(
        id: twap.id, account: address(twap.account), oid: oid, symbol: market.symbol,
        size: market.common(lots: filled), price: average))
  }

  /// A number in -bound...bound that depends on the TWAP and the slice alone.
  static func drawn(_ id: UInt64, _ slice: UInt64, within bound: Int64) -> Int64 {
    let word = mixedWord(id, slice)
    return Int64(word % UInt64(2 * bound + 1)) - bound
  }
}
