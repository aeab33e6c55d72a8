import Canonical
import Quantities
import StateStore
import VenueKit

extension HyperliquidState {
  /// An account in the common scale; zeros for an address that the venue does not know. Initial margin is what positions
  /// and orders reserve.
  func accountView(_ address: Address) -> AccountView {
    guard let account = account(address) else {
      return AccountView(
        address: address, deposits: 0, withdrawals: 0, equity: 0, provided: 0, initialMargin: 0, maintenanceMargin: 0,
        withdrawable: 0, positions: [], openOrders: 0)
    }
    let cross = crossMargin(account)
    let flow = flows[account] ?? FlowRecord()
    var equity = cross.value
    var initial = cross.reserved
    var maintained = cross.maintenance
    var positions: [PositionView] = []
    let markets = derived.accounts[Int(account)].markets.filter { $0.size != 0 }.sorted { $0.asset < $1.asset }
    for market in markets {
      if !market.isCross {
        equity += isolatedValue(account, market)
        let notional = money(abs(market.size), at: mark(market.asset))
        initial += divide(notional, by: Money(market.leverage), .ceiling)
        maintained += maintenance(market)
      }
      positions.append(positionView(account, market, cross))
    }
    var open = 0
    for lists in derived.accounts[Int(account)].lists { open += lists.orders.count + lists.triggers.count }
    return AccountView(
      address: address, deposits: common(money: flow.deposits), withdrawals: common(money: flow.withdrawals),
      equity: common(money: equity), provided: common(money: providedValue(address)),
      initialMargin: common(money: initial), maintenanceMargin: common(money: maintained),
      withdrawable: common(money: withdrawable(account)), positions: positions, openOrders: open)
  }

  /// What the account's shares of HLP are worth, rounded down; zero while the pool has lost all.
  func providedValue(_ address: Address) -> Money {
    guard let held = shares[Pair(parameters.vault.address, address)] else { return 0 }
    return scale(held.shares, max(0, vaultEquity), by: max(1, totalShares), .floor)
  }

  private func positionView(_ account: AccountID, _ market: MarketCache, _ cross: CrossMargin) -> PositionView {
    let terms = parameters.markets[Int(market.asset)]
    let cost = positions[Pair(account, market.asset)]?.cost ?? 0
    let mark = mark(market.asset)
    let value = market.isCross ? cross.value : isolatedValue(account, market)
    let others = market.isCross ? cross.maintenance - maintenance(market) : 0
    let size = market.size
    let entry = scale(abs(cost), terms.common(ticks: 1), by: Int128(abs(size)), .halfUp)
    return PositionView(
      symbol: terms.symbol, size: terms.common(lots: size), entryPrice: entry,
      unrealizedProfit: common(money: money(size, at: mark) - cost),
      liquidationPrice: isHouse(account)
        ? nil : terms.liquidationPrice(size: size, mark: mark, value: value, otherMaintenance: others))
  }
}

extension MarketParameters {
  /// The mark at which value falls to maintenance, in the common scale, nearest: `mark - side * available / size /
  /// (1 - side * rate)` with the maintenance rate of the tier where that price lies; nil when there is none above zero.
  /// `value` and `otherMaintenance` (of the account's other cross positions) are in 10^-6 USDC. A price
  /// beyond what a price may be counts as none. Rule HL-69.
  ///
  /// 0.0335 ETH long with raw USD -95.059824, mark 2985.9, 50x: 2866.269.
  func liquidationPrice(size: Lots, mark: Ticks, value: Money, otherMaintenance: Money) -> Int128? {
    guard size != 0 else { return nil }
    let lots = Int128(abs(size))
    let raw = value - money(size, at: mark)
    for tier in tiers.indices {
      // raw + size * p = lots * p / (2 * leverage) - deduction + others, solved for p.
      let leverage = Money(tiers[tier].leverageMaximum)
      let owed = 2 * leverage * (otherMaintenance - deduction(tier) - raw)
      let slope = 2 * leverage * Int128(size) - lots
      let numerator = slope > 0 ? owed : -owed
      let denominator = abs(slope)
      let notional = scale(numerator, lots, by: denominator, .floor)
      let isLast = tier == tiers.count - 1
      guard isLast || notional < tiers[tier + 1].lowerBound else { continue }
      if numerator <= 0 || numerator / denominator > Int128(HyperliquidParameters.priceMaximum) { return nil }
      return scale(numerator, common(ticks: 1), by: denominator, .halfUp)
    }
    return nil
  }
}
