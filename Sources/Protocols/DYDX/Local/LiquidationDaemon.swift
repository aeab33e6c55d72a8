import Quantities
import StateStore
import VenueKit

/// The node's search for accounts that must be liquidated or deleveraged. It knows who holds positions, looks at a part
/// of them after each block, and chooses by its own generator; what it finds becomes operations that everyone checks.
/// Rules DYDX-77 to DYDX-79.
struct LiquidationDaemon: Sendable {
  /// Accounts that were seen in a trade, until they are seen without a position.
  private(set) var holders: [Subaccount] = []
  private var places: [Subaccount: Int] = [:]  // lookup only
  private var cursor = 0
  private var draws: UInt64 = 0

  /// Accounts looked at after one block.
  static let visits = 2_000

  mutating func begin(_ state: DYDXState) {
    holders = []
    places = [:]
    state.subaccounts.forEachSorted { key, account in if !account.positions.isEmpty { note([key]) } }
  }

  mutating func note(_ accounts: [Subaccount]) {
    for account in accounts where places[account] == nil {
      places[account] = holders.count
      holders.append(account)
    }
  }

  /// The last holder takes the place of the one who goes.
  mutating func forget(_ account: Subaccount) {
    guard let place = places.removeValue(forKey: account) else { return }
    let last = holders.removeLast()
    guard last != account else { return }
    holders[place] = last
    places[last] = place
  }

  /// The next accounts of the round.
  mutating func round() -> [Subaccount] {
    guard !holders.isEmpty else { return [] }
    let count = min(Self.visits, holders.count)
    let start = cursor % holders.count
    cursor = (start + count) % holders.count
    return (0..<count).map { holders[(start + $0) % holders.count] }
  }

  /// A number below `count`, from the block's time and how many were drawn.
  mutating func draw(below count: Int, seed: UInt64) -> Int {
    draws += 1
    return count == 0 ? 0 : Int(mixedWord(seed, draws) % UInt64(count))
  }
}

extension DYDXLocal {
  mutating func runDaemon(_ block: BlockContext) {
    let seed = UInt64(clamping: block.time / 1_000)
    let (liquidatable, negative) = lookAround()
    var candidates = liquidate(liquidatable, seed: seed)
    candidates += settlements()
    deleverage(candidates, seed: seed)
    markNegative(negative)
  }

  /// Of the accounts whose turn it is, those that may be liquidated and those under water.
  private mutating func lookAround() -> (liquidatable: [Subaccount], negative: [Subaccount]) {
    guard let keeper else { return ([], []) }
    // Each perpetual is looked up once for all accounts.
    var known: [UInt32: PerpetualTerms] = [:]  // lookup only
    for id in keeper.state.perpetuals.sortedKeys() { known[id] = try? keeper.state.terms(id) }
    func terms(_ id: UInt32) throws(MathematicsError) -> PerpetualTerms {
      guard let terms = known[id] else { throw .refused(.perpetualDoesNotExist) }
      return terms
    }
    var liquidatable: [Subaccount] = []
    var negative: [Subaccount] = []
    for account in daemon.round() {
      let holdings = keeper.state.holdings(account)
      if holdings.positions.isEmpty { daemon.forget(account) }
      guard let risk = try? holdings.settled(terms).risk(terms) else { continue }
      if risk.isLiquidatable { liquidatable.append(account) }
      if risk.netCollateral.isNegative && !holdings.positions.isEmpty { negative.append(account) }
    }
    return (liquidatable, negative)
  }

  /// Holders of the other side from a place in the list on, as many as are visited; the list is walked no further.
  private func counterparties(
    from start: Int, perpetual: UInt32, isNegative: Bool, in state: DYDXState
  ) -> [Subaccount] {
    var found: [Subaccount] = []
    for step in 0..<daemon.holders.count where found.count < state.parameters.deleveragingVisits {
      let other = daemon.holders[(start + step) % daemon.holders.count]
      let held = state.holdings(other).quantums(of: perpetual)
      if !held.isZero && held.isNegative == isNegative { found.append(other) }
    }
    return found
  }

  /// Liquidation orders of some accounts, worst first; returns whose orders found nobody.
  private mutating func liquidate(
    _ accounts: [Subaccount], seed: UInt64
  ) -> [(account: Subaccount, perpetual: UInt32)] {
    guard var keeper, !accounts.isEmpty else { return [] }
    let attempts = min(accounts.count, keeper.state.parameters.liquidationAttempts)
    let offset = daemon.draw(below: accounts.count, seed: seed)
    var orders: [LiquidationOrder] = []
    for index in 0..<attempts {
      let account = accounts[(offset + index) % accounts.count]
      let start = daemon.draw(below: 1 << 20, seed: seed)
      if let order = try? keeper.state.liquidationOrder(of: account, start: { start % $0 }) { orders.append(order) }
    }
    var unfilled: [(account: Subaccount, perpetual: UInt32)] = []
    self.keeper = nil
    for order in (try? keeper.state.sorted(orders)) ?? [] {
      guard
        let current = try? keeper.state.liquidationOrder(
          of: order.subaccount, keeper.state.settled(order.subaccount), perpetual: order.perpetual),
        (try? keeper.state.isLiquidatable(order.subaccount)) == true
      else { continue }
      let placement = book.place(current, keeper: &keeper)
      try? keeper.state.markLiquidated(current.subaccount, perpetual: current.perpetual)
      if placement.filled == 0 { unfilled.append((current.subaccount, current.perpetual)) }
    }
    self.keeper = keeper
    return unfilled
  }

  /// Accounts with positions in markets that are settled for good.
  private func settlements() -> [(account: Subaccount, perpetual: UInt32)] {
    guard let keeper else { return [] }
    var result: [(account: Subaccount, perpetual: UInt32)] = []
    for id in keeper.state.pairs.sortedKeys() {
      guard let pair = keeper.state.pairs[id], pair.status == .finalSettlement else { continue }
      for account in daemon.holders where !keeper.state.holdings(account).quantums(of: pair.perpetual).isZero {
        result.append((account, pair.perpetual))
      }
    }
    return result
  }

  private mutating func deleverage(_ candidates: [(account: Subaccount, perpetual: UInt32)], seed: UInt64) {
    guard var keeper, !candidates.isEmpty else { return }
    self.keeper = nil
    defer { self.keeper = keeper }
    for (account, perpetual) in candidates.prefix(keeper.state.parameters.deleveragingAttempts) {
      guard let price = try? keeper.state.deleveragingPrice(of: account, perpetual: perpetual),
        let delta = try? keeper.state.settled(account).quantums(of: perpetual).negated(), !delta.isZero
      else { continue }
      let start = daemon.draw(below: daemon.holders.count, seed: seed)
      let others = counterparties(
        from: start, perpetual: perpetual, isNegative: delta.isNegative, in: keeper.state)
      guard
        let (fills, _) = try? keeper.state.offset(
          account, perpetual: perpetual, delta: delta, candidates: others,
          visits: keeper.state.parameters.deleveragingVisits, price: price, height: keeper.time.height),
        !fills.isEmpty
      else { continue }
      book.queue.append(
        .deleveraging(
          DeleveragingMatch(
            liquidated: account, perpetual: perpetual,
            fills: fills.compactMap { fill in
              UInt64(exactly: fill.fill).map { DeleveragingMatch.Fill(offsetting: fill.offsetting, amount: $0) }
            }, isFinalSettlement: price == .oracle)))
    }
  }

  /// An account without means closes its pool's withdrawals: the first that is still so.
  private mutating func markNegative(_ accounts: [Subaccount]) {
    guard let keeper else { return }
    for account in accounts {
      guard let holdings = try? keeper.state.settled(account), let first = holdings.positions.first,
        let risk = try? keeper.state.risk(of: holdings), risk.netCollateral.isNegative
      else { continue }
      return book.queue.append(
        .deleveraging(
          DeleveragingMatch(liquidated: account, perpetual: first.perpetual, fills: [], isFinalSettlement: false)))
    }
  }
}
