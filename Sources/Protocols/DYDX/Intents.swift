public import Canonical
import Quantities
public import VenueKit

/// The seam's intents. Taking is done by short-term orders, which the node matches at once; quotes are long-term
/// post-only orders, so that they stand in the state and everybody sees them. Rule DYDX-99.
extension DYDXVenue {
  public func translate(
    _ intent: Intent, for person: Address, nonces: inout NonceSource, state: DYDXState, block: BlockContext
  ) throws(DYDXRefusal) -> [DYDXContent] {
    let seed = nonces.next(at: block.time)
    var desk = IntentDesk(state: state, person: person, block: block, clientID: UInt32(truncatingIfNeeded: seed))
    let actions = try desk.actions(intent)
    return actions.map { DYDXContent($0, nonce: nonces.next(at: block.time)) }
  }

  /// Prices that moved enough to be applied, in the order of markets; the last observation of a market counts.
  public func observe(_ observations: [Observation], state: DYDXState, block: BlockContext) -> [DYDXContent] {
    var updates: [PriceUpdate] = []
    for market in configuration.markets.sorted(by: { $0.id < $1.id }) {
      guard let seen = observations.last(where: { $0.symbol == market.symbol }),
        let exact = try? Units.scale(
          Int256(seen.price), -(CommonScale.decimals + Int(market.market.exponent)), .halfUp),
        let price = UInt64(exactly: exact), price > 0
      else { continue }
      let update = PriceUpdate(market: market.id, price: price)
      if (try? state.moves(update)) == true, state.prices[market.id]?.value != price { updates.append(update) }
    }
    return updates.isEmpty ? [] : [DYDXContent(.prices(updates))]
  }

  /// The amount is rounded down to quote quantums; nothing when that leaves nothing.
  public func deposit(
    _ amount: Int128, to person: Address, state: DYDXState, block: BlockContext
  ) -> [DYDXContent] {
    guard let quantums = UInt64(exactly: amount / 1_000_000), quantums > 0 else { return [] }
    return [DYDXContent(.bridge(to: person, amount: quantums))]
  }
}

/// One person's wishes in this room's own actions.
struct IntentDesk {
  let state: DYDXState
  let person: Address
  let block: BlockContext
  var clientID: UInt32

  private var account: Subaccount { Subaccount(person) }
  /// A taking order stands for this many blocks at most.
  private static let takingBlocks: UInt32 = 5
  /// Seconds that a quote stands: a week.
  private static let quoteLife: UInt32 = 604_800
  /// How far beyond its trigger a stop may trade, parts of a hundred.
  private static let stopReach: Int128 = 5

  mutating func actions(_ intent: Intent) throws(DYDXRefusal) -> [DYDXAction] {
    switch intent {
    case .open(let symbol, let isLong, let size, _, let worstPrice):
      let (id, pair) = try pair(symbol)
      return [try taking(id, pair, isBuy: isLong, size: state.quantums(common: size, pair: pair), worstPrice)]
    case .close(let symbol, let parts, let worstPrice): return try close(symbol, parts, worstPrice)
    case .quote(let symbol, let levels): return try quote(symbol, levels)
    case .protect(let symbol, let stop, let profit): return try protect(symbol, stop: stop, profit: profit)
    case .provide(let pool, let amount): return [try provide(pool, amount)]
    case .redeem(let pool, let parts): return [try redeem(pool, parts)]
    case .withdraw(let amount):
      guard let quantums = UInt64(exactly: amount / 1_000_000), quantums > 0 else {
        throw .chain(.invalidTransferAmount, "\(amount)")
      }
      return [.withdraw(from: account, to: person, amount: quantums), .leave(amount: quantums)]
    // Liquidations and deleveraging are the proposer's work.
    case .keep: return []
    }
  }

  private func pair(_ symbol: String) throws(DYDXRefusal) -> (id: UInt32, record: ClobPairRecord) {
    guard let perpetual = state.perpetual(named: symbol), let pair = state.pair(ofPerpetual: perpetual) else {
      throw .chain(.invalidClob, symbol)
    }
    return pair
  }

  /// Dollars of the person's account for shares of the megavault, the one pool of this venue.
  private func provide(_ pool: String, _ amount: Int128) throws(DYDXRefusal) -> DYDXAction {
    guard pool == DYDXState.megavaultName else { throw .chain(.vaultParamsNotFound, pool) }
    guard let quantums = UInt64(exactly: amount / 1_000_000), quantums > 0 else {
      throw .chain(.invalidQuoteQuantums, "\(amount)")
    }
    return .provide(from: account, amount: quantums)
  }

  /// A share of the person's shares, rounded down, whatever they bring.
  private func redeem(_ pool: String, _ parts: Int) throws(DYDXRefusal) -> DYDXAction {
    guard pool == DYDXState.megavaultName else { throw .chain(.vaultParamsNotFound, pool) }
    let owned = state.vaultShares[person]?.value ?? 0
    let part = try? Int256.multiplyDivide(
      owned, Int256(min(max(parts, 0), 1_000_000)), by: Integers.million, rounding: .floor)
    guard let shares = UInt64(exactly: part ?? 0), shares > 0 else {
      throw .chain(.nonPositiveShares, "\(owned) owned")
    }
    return .redeem(to: account, shares: shares, least: 0)
  }

  private mutating func nextClientID() -> UInt32 {
    clientID &+= 1
    return clientID
  }

  /// At once or never, no worse than a price rounded toward the person's favour.
  private mutating func taking(
    _ id: UInt32, _ pair: ClobPairRecord, isBuy: Bool, size: UInt64, _ worstPrice: Int128, reduceOnly: Bool = false
  ) throws(DYDXRefusal) -> DYDXAction {
    guard size > 0 else { throw .chain(.invalidOrderQuantums, "less than a step") }
    let last = UInt32(clamping: block.height) &+ 1 &+ Self.takingBlocks
    return .place(
      ClobOrder(
        key: OrderKey(account, clientID: nextClientID(), flags: OrderFlags.shortTerm, pair: id), isBuy: isBuy,
        quantums: size, subticks: state.subticks(common: worstPrice, pair: pair, up: !isBuy), goodTil: .block(last),
        timeInForce: .immediateOrCancel, isReduceOnly: reduceOnly))
  }

  /// Who closes all takes his stops back, which would stand on without a position.
  private mutating func close(
    _ symbol: String, _ parts: Int, _ worstPrice: Int128
  ) throws(DYDXRefusal) -> [DYDXAction] {
    let (id, pair) = try pair(symbol)
    let held = state.holdings(account).quantums(of: pair.perpetual)
    guard !held.isZero else { throw .chain(.noOpenPositionForPerpetual, symbol) }
    let share = try? Int256.multiplyDivide(
      held.absolute, Int256(min(max(parts, 0), 1_000_000)), by: Integers.million, rounding: .floor)
    let size = UInt64(clamping: share ?? 0)
    let order = try taking(
      id, pair, isBuy: held.isNegative, size: size - size % pair.step, worstPrice, reduceOnly: true)
    return parts >= 1_000_000 ? cancelledStops(id) + [order] : [order]
  }

  private func cancelledStops(_ id: UInt32) -> [DYDXAction] {
    state.derived.keys(of: account).compactMap { key in
      guard key.pair == id, key.isConditional,
        let order = state.untriggered[key]?.order ?? state.orders[key]?.order
      else { return nil }
      return .cancel(key, .time(order.goodTilTime))
    }
  }

  /// Cancels what is no longer wanted and places what is missing; an order of the same side, price and rest stays.
  private mutating func quote(_ symbol: String, _ levels: [QuoteLevel]) throws(DYDXRefusal) -> [DYDXAction] {
    let (id, pair) = try pair(symbol)
    var wanted: [(isBuy: Bool, subticks: UInt64, quantums: UInt64)] = levels.compactMap { level in
      let size = state.quantums(common: level.size, pair: pair)
      // Bids round down and asks up, so that nobody quotes better than he meant.
      let price = state.subticks(common: level.price, pair: pair, up: !level.isBid)
      return size > 0 ? (level.isBid, price, size) : nil
    }
    var actions: [DYDXAction] = []
    for key in state.derived.keys(of: account) where key.pair == id && key.flags == OrderFlags.longTerm {
      guard let order = state.orders[key]?.order else { continue }
      let left = order.quantums - min(order.quantums, state.filled(key))
      if let place = wanted.firstIndex(where: {
        $0.isBuy == order.isBuy && $0.subticks == order.subticks && $0.quantums == left
      }) {
        wanted.remove(at: place)
      } else {
        actions.append(.cancel(key, .time(order.goodTilTime)))
      }
    }
    let last = UInt32(clamping: block.time / 1_000) &+ Self.quoteLife
    for quote in wanted {
      actions.append(
        .place(
          ClobOrder(
            key: OrderKey(account, clientID: nextClientID(), flags: OrderFlags.longTerm, pair: id), isBuy: quote.isBuy,
            quantums: quote.quantums, subticks: quote.subticks, goodTil: .time(last), timeInForce: .postOnly)))
    }
    return actions
  }

  /// Conditional orders that close the position, in place of those that stand.
  private mutating func protect(
    _ symbol: String, stop: Int128?, profit: Int128?
  ) throws(DYDXRefusal) -> [DYDXAction] {
    let (id, pair) = try pair(symbol)
    let held = state.holdings(account).quantums(of: pair.perpetual)
    guard !held.isZero else { throw .chain(.noOpenPositionForPerpetual, symbol) }
    var actions = cancelledStops(id)
    let isBuy = held.isNegative
    let whole = UInt64(clamping: held)
    let last = UInt32(clamping: block.time / 1_000) &+ Self.quoteLife
    for (price, condition) in [(stop, ConditionType.stopLoss), (profit, .takeProfit)] {
      guard let price, price > 0 else { continue }
      let reach = price / 100 * Self.stopReach
      actions.append(
        .place(
          ClobOrder(
            key: OrderKey(account, clientID: nextClientID(), flags: OrderFlags.conditional, pair: id), isBuy: isBuy,
            quantums: whole - whole % pair.step,
            subticks: state.subticks(common: isBuy ? price + reach : price - reach, pair: pair, up: isBuy),
            goodTil: .time(last), timeInForce: .immediateOrCancel, isReduceOnly: true, condition: condition,
            triggerSubticks: state.subticks(common: price, pair: pair, up: isBuy))))
    }
    return actions
  }
}
