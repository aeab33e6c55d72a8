import Canonical
import Quantities
import StateStore

/// Lists of orders by when something is due for them.
enum Agenda: UInt8 {
  /// Fill amounts that are forgotten at a height.
  case prune = 1
  /// Stateful orders whose time ends at a second.
  case expiry = 2
  /// Parts of time-weighted orders that start at a second.
  case part = 3
  /// Orders that entered the state with the present block, at 0.
  case entered = 4
}

extension DYDXState {
  mutating func note(_ key: OrderKey, on agenda: Agenda, at due: UInt32) {
    let place = agendaCounts[Pair(agenda.rawValue, due)]?.value ?? 0
    agendaCounts.set(Pair(agenda.rawValue, due), Whole(place + 1))
    let chunk = UInt32(truncatingIfNeeded: place / UInt64(OrderList.limit))
    agendas.upsert(Triple(agenda.rawValue, due, chunk), default: OrderList([])) { $0.keys.append(key) }
  }

  func noted(on agenda: Agenda, at due: UInt32) -> [OrderKey] {
    guard let count = agendaCounts[Pair(agenda.rawValue, due)]?.value else { return [] }
    var keys: [OrderKey] = []
    for chunk in 0...UInt32(truncatingIfNeeded: (count - 1) / UInt64(OrderList.limit)) {
      keys += agendas[Triple(agenda.rawValue, due, chunk)]?.keys ?? []
    }
    return keys
  }

  /// What was due, and the list is gone.
  mutating func take(_ agenda: Agenda, at due: UInt32) -> [OrderKey] {
    let keys = noted(on: agenda, at: due)
    guard !keys.isEmpty else { return [] }
    agendaCounts.remove(Pair(agenda.rawValue, due))
    for chunk in 0...UInt32((keys.count - 1) / OrderList.limit) {
      agendas.remove(Triple(agenda.rawValue, due, chunk))
    }
    return keys
  }

  func filled(_ key: OrderKey) -> UInt64 { fills[key]?.filled ?? 0 }

  /// Fill amounts of both orders, the parent of a time-weighted part, and the block's trade prices.
  mutating func writeFills(taker: Taker, maker: ClobOrder, _ match: SingleMatch) {
    if case .order(let order) = taker { writeFill(order, match.takerFilled) }
    writeFill(maker, match.makerFilled)
    tradedPrices.upsert(
      maker.key.pair, default: TradedPrices(lowest: match.subticks, highest: match.subticks)
    ) { prices in
      prices.lowest = min(prices.lowest, match.subticks)
      prices.highest = max(prices.highest, match.subticks)
    }
  }

  private mutating func writeFill(_ order: ClobOrder, _ filled: UInt64) {
    let old = fills[order.key]
    var prunable: UInt32 = 0
    if case .block(let height) = order.goodTil {
      prunable = max(old?.prunableHeight ?? 0, height &+ DYDXConstants.shortBlockWindow)
      if prunable != old?.prunableHeight { note(order.key, on: .prune, at: prunable) }
    }
    fills.set(order.key, FillRecord(filled: filled, prunableHeight: prunable))
    guard order.key.flags == OrderFlags.timeWeightedPart else { return }
    var parent = order.key
    parent.flags = OrderFlags.timeWeighted
    let change = filled - (old?.filled ?? 0)
    timeWeighted.update(parent) { $0.remainingQuantums -= min($0.remainingQuantums, change) }
  }

  mutating func noteVolume(taker: Taker, maker: ClobOrder, _ match: SingleMatch) {
    func grown(_ sum: Int256) -> Int256 { (try? sum + match.quote) ?? sum }
    if !taker.isLiquidation {
      blockStats.upsert(taker.subaccount.owner, default: StatsRecord()) { $0.taker = grown($0.taker) }
    }
    blockStats.upsert(maker.key.subaccount.owner, default: StatsRecord()) { $0.maker = grown($0.maker) }
  }

  /// What each side's position cost: statistics for views, never a rule's input. A part that closes takes its share of
  /// the cost along, cut toward zero. Returns the cost that each side's position lost.
  @discardableResult
  mutating func noteCosts(_ updates: [SubaccountUpdate], perpetual: UInt32, quote: Int256) -> [Int256] {
    var lost: [Int256] = []
    for update in updates {
      lost.append(0)
      guard let delta = update.positionDeltas.first?.quantums else { continue }
      let key = Pair(update.subaccount, perpetual)
      let old = holdings(update.subaccount).quantums(of: perpetual)
      let cost = costs[key]?.value ?? 0
      guard let next = try? Self.cost(old: old, delta: delta, cost: cost, quote: quote) else { continue }
      if next.isZero { costs.remove(key) } else { costs.set(key, Amount(next)) }
      lost[lost.count - 1] = (try? cost - next) ?? 0
    }
    return lost
  }

  static func cost(old: Int256, delta: Int256, cost: Int256, quote: Int256) throws(ArithmeticError) -> Int256 {
    let new = try old + delta
    if new.isZero { return 0 }
    let paid = delta.isNegative ? try quote.negated() : quote
    if old.isZero || old.isNegative == delta.isNegative { return try cost + paid }
    if new.isNegative == old.isNegative {
      return try Int256.multiplyDivide(cost, new.absolute, by: old.absolute, rounding: .truncation)
    }
    return try Int256.multiplyDivide(paid, new.absolute, by: delta.absolute, rounding: .truncation)
  }
}

/// The chain's fixed numbers.
public enum DYDXConstants {
  /// Blocks that a short-term order may stand.
  public static let shortBlockWindow: UInt32 = 40
  /// Seconds that a stateful order may stand: 95 days.
  public static let statefulWindow: UInt64 = 95 * 86_400
  public static let triggerMultiplier: Int256 = 5
  public static let partLife: UInt32 = 3
  public static let catchUpMultiple: UInt64 = 3
  /// Seconds of the volumes that decide on fees: 30 days.
  public static let statsWindow: UInt64 = 2_592_000
}
