import Quantities
import StateStore
import VenueKit

/// The node's search for accounts that must be liquidated or deleveraged. It knows who holds positions, looks at a part
/// of them after each block, and chooses by its own generator; what it finds becomes operations that everyone checks.
/// Rules DYDX-77 to DYDX-79.
struct LiquidationDaemon: Sendable {
  /// Accounts that were seen in a trade.
  private(set) var holders: [Subaccount] = []
  private var known: Set<Subaccount> = []  // lookup only
  private var cursor = 0
  private var draws: UInt64 = 0

  /// Accounts looked at after one block.
  static let visits = 2_000

  mutating func begin(_ state: DYDXState) {
    holders = []
    known = []
    state.subaccounts.forEachSorted { key, account in if !account.positions.isEmpty { note([key]) } }
  }

  mutating func note(_ accounts: [Subaccount]) {
    for account in accounts where known.insert(account).inserted { holders.append(account) }
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
    guard let keeper else { return }
    let seed = UInt64(clamping: block.time / 1_000)
    var liquidatable: [Subaccount] = []
    var negative: [Subaccount] = []
    let state = keeper.state
    for account in daemon.round() {
      guard let risk = try? state.risk(of: state.settled(account)) else { continue }
      if risk.isLiquidatable { liquidatable.append(account) }
      if risk.netCollateral.isNegative && !state.holdings(account).positions.isEmpty { negative.append(account) }
    }
    var candidates = liquidate(liquidatable, seed: seed)
    candidates += settlements()
    deleverage(candidates, seed: seed)
    markNegative(negative)
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
      let others = daemon.holders.filter { other in
        let held = keeper.state.holdings(other).quantums(of: perpetual)
        return !held.isZero && held.isNegative == delta.isNegative
      }
      let offset = daemon.draw(below: others.count, seed: seed)
      let order = others[offset...] + others[..<offset]
      guard
        let (fills, _) = try? keeper.state.offset(
          account, perpetual: perpetual, delta: delta, candidates: order,
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
