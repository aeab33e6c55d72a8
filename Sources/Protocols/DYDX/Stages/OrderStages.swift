import Quantities
import StateStore
import VenueKit

// Rules DYDX-49 to DYDX-52: what the end of a block does to orders.
extension DYDXState {
  /// Forgets fill amounts that no order can use any more.
  mutating func pruneFills(_ block: BlockContext) {
    let height = UInt32(clamping: block.height)
    for key in take(.prune, at: height) where fills[key]?.prunableHeight == height { fills.remove(key) }
  }

  /// Ends stateful orders whose last second has come.
  mutating func expireOrders(_ block: BlockContext) {
    forEachSecond(.lastExpiry, .expiry, block) { state, second in
      for key in state.take(.expiry, at: second) {
        guard let order = state.orders[key]?.order ?? state.untriggered[key]?.order, order.goodTilTime <= second else {
          continue
        }
        state.removeStateful(key, as: .expired)
      }
    }
  }

  /// Places the parts of time-weighted orders that are due.
  mutating func placeParts(_ block: BlockContext) {
    let time = MatchTime(height: block.height, time: block.time)
    forEachSecond(.lastPart, .part, block) { state, second in
      for key in state.take(.part, at: second) { state.placePart(of: key, at: time) }
    }
  }

  /// The seconds since the last block for which something is on the agenda.
  private mutating func forEachSecond(
    _ counter: Counter, _ agenda: Agenda, _ block: BlockContext, _ body: (inout DYDXState, UInt32) -> Void
  ) {
    let now = UInt32(clamping: block.time / 1_000)
    let last = UInt32(exactly: self.counter(counter)) ?? 0
    set(counter, to: Int256(now))
    if last == 0 { return body(&self, now) }
    // The second of the last block again: orders may have come to it after it was done.
    for second in dueSeconds(agenda, min(last, now)...now) { body(&self, second) }
  }

  /// Longer spans are not walked second by second: the agenda itself is looked through.
  static let longestWalk: UInt32 = 1_000

  func dueSeconds(_ agenda: Agenda, _ span: ClosedRange<UInt32>) -> [UInt32] {
    if span.upperBound - span.lowerBound <= Self.longestWalk {
      return span.filter { agendaCounts.contains(Pair(agenda.rawValue, $0)) }
    }
    return agendaCounts.sortedKeys().filter { $0.first == agenda.rawValue && span.contains($0.second) }.map(\.second)
  }

  private mutating func placePart(of key: OrderKey, at time: MatchTime) {
    guard var record = timeWeighted[key] else { return }
    let now = UInt32(clamping: time.time / 1_000)
    openSavepoint()
    let isPlaced: Bool
    do throws(MathematicsError) {
      try placePart(record, now: now, at: time)
      isPlaced = true
    } catch {
      isPlaced = false
    }
    if isPlaced { keepSavepoint() } else { undoSavepoint() }
    record = timeWeighted[key] ?? record
    record.remainingLegs -= min(1, record.remainingLegs)
    guard isPlaced, record.remainingLegs > 0, record.remainingQuantums > 0 else {
      return removeStateful(key, as: .expired)
    }
    timeWeighted.set(key, record)
    note(key, on: .part, at: now &+ (record.order.timeWeighting?.interval ?? 0))
  }

  private mutating func placePart(
    _ record: TimeWeightedRecord, now: UInt32, at time: MatchTime
  ) throws(MathematicsError) {
    guard let pair = pairs[record.order.key.pair] else { throw .refused(.invalidClob) }
    let oracle = try oracleSubticks(pair)
    guard
      let part = try computing({ () throws(ArithmeticError) in
        try record.part(oracle: oracle, pair: pair, time: now)
      })
    else { return }
    removeStateful(part.key, as: .expired)
    endedOrders.remove(part.key)
    try checkStateful(part, at: time)
    try checkCollateral(part, at: time)
    place(part, height: time.height, isTriggered: true)
    note(part.key, on: .entered, at: 0)
  }

  /// The market's price in a pair's subticks, exact.
  func oracleSubticks(_ pair: ClobPairRecord) throws(MathematicsError) -> Rational {
    let terms = try terms(pair.perpetual)
    return try computing { () throws(ArithmeticError) in
      try Units.subticks(
        of: terms.price, conversionExponent: Int(pair.conversionExponent), atomicResolution: terms.atomicResolution)
    }
  }

  /// Conditional orders that the oracle's price or a trade of the block calls come into force, pair by pair.
  mutating func runTriggers(_ block: BlockContext, _ events: inout EventSink<DYDXEvent>) {
    if untriggered.isEmpty { return }
    let keys = untriggered.sortedKeys()
    for id in pairs.sortedKeys() {
      guard let pair = pairs[id], let prices = try? triggerPrices(id, pair) else { continue }
      var called: [(index: UInt64, key: OrderKey)] = []
      for key in keys where key.pair == id {
        guard let record = untriggered[key] else { continue }
        let isCalled = prices.contains { (try? Triggers.isTriggered(record.order, at: $0)) ?? false }
        if isCalled { called.append((record.index, key)) }
      }
      for (_, key) in called.sorted(by: { $0.index < $1.index }) {
        guard let record = untriggered.remove(key) else { continue }
        let index = UInt64(exactly: counter(.placements)) ?? 0
        add(1, to: .placements)
        orders.set(key, StatefulOrderRecord(order: record.order, height: block.height, index: index))
        note(key, on: .entered, at: 0)
        events.emit(.triggered(key))
      }
    }
  }

  /// The oracle's price, and the lowest and highest trade of the block within five least changes of it.
  private func triggerPrices(_ id: UInt32, _ pair: ClobPairRecord) throws(MathematicsError) -> [Rational] {
    let oracle = try oracleSubticks(pair)
    guard let traded = tradedPrices[id], let record = perpetuals[pair.perpetual],
      let market = markets[record.market]
    else { return [oracle] }
    let reach = try computing { () throws(ArithmeticError) in
      try oracle
        * Rational(try Int256(market.minimumChangePpm) * DYDXConstants.triggerMultiplier, over: Integers.million)
    }
    return [oracle]
      + [traded.lowest, traded.highest].map { max(oracle - reach, min(oracle + reach, Rational(Int256($0)))) }
  }
}
