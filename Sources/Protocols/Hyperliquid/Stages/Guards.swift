import Mechanisms
import Quantities

extension HyperliquidState {
  @inline(__always) func isHouse(_ account: AccountID) -> Bool { derived.accounts[Int(account)].kind.isHouse }

  /// What cross value must reach: maintenance, and for the house's own accounts nothing, since nobody liquidates them
  /// before they have lost all. Rule HL-61.
  @inline(__always) func requirement(_ account: AccountID, _ margin: CrossMargin) -> Money {
    isHouse(account) ? 0 : margin.maintenance
  }

  /// Whether cross or any isolated position of the account is below what it must have: the guards' full-scan twin.
  @inline(__always) func isUnderwater(_ account: AccountID) -> Bool {
    let margin = crossMargin(account)
    if margin.value < requirement(account, margin) { return true }
    for market in derived.accounts[Int(account)].markets where !market.isCross && market.size != 0 {
      if isolatedValue(account, market) < maintenance(market) { return true }
    }
    return false
  }

  /// Guards for every account: after a rebuild. Whoever is underwater stays dirty.
  mutating func guardAll() {
    let accounts = derived.dirty
    derived.dirty = []
    for account in accounts {
      derived.accounts[Int(account)].isDirty = false
      if isUnderwater(account) { touch(account) } else { setGuards(account) }
    }
  }

  /// Divides the account's slack over the marks and funding indexes that its positions depend on. Each position gets
  /// the share of its notional; nine tenths of it for the mark, one tenth for funding. Rule HL-62.
  mutating func setGuards(_ account: AccountID) {
    derived.guards.reset(UInt64(account))
    let markets = derived.accounts[Int(account)].markets
    var positions: Money = 0
    var notional: Money = 0
    for market in markets where market.size != 0 {
      if market.isCross {
        positions += 1
        notional += money(abs(market.size), at: mark(market.asset))
      } else {
        let slack = isolatedValue(account, market) - maintenance(market) - 4
        guardPosition(account, market, share: max(0, slack))
      }
    }
    if positions == 0 { return }
    let margin = crossMargin(account)
    // Each position's maintenance and pending funding are rounded up by less than one each, before and after.
    let slack = max(0, margin.value - requirement(account, margin) - 4 * positions)
    for market in markets where market.size != 0 && market.isCross {
      let own = money(abs(market.size), at: mark(market.asset))
      guardPosition(account, market, share: scale(slack, own, by: max(1, notional), .floor))
    }
  }

  private mutating func guardPosition(_ account: AccountID, _ market: MarketCache, share: Money) {
    let lots = Int128(abs(market.size))
    let leverage = Money(parameters.markets[Int(market.asset)].leverageMinimum)
    let forMark = share * 9 / 10
    // A tick against the position costs a tick a lot, and maintenance may grow by at most 1/(2 * least leverage) of it.
    let distance = scale(forMark, 2 * leverage, by: lots * (2 * leverage + 1), .floor)
    let fundingDistance = scale(share - forMark, 1_000_000_000_000, by: lots, .floor)
    let mark = Int128(mark(market.asset))
    let funding = derived.fundingIndexes[Int(market.asset)]
    let figure = 2 * Int(market.asset)
    if market.size > 0 {
      derived.guards.set(UInt64(account), figure: figure, .below, threshold: mark - distance)
      derived.guards.set(UInt64(account), figure: figure + 1, .above, threshold: funding + fundingDistance)
    } else {
      derived.guards.set(UInt64(account), figure: figure, .above, threshold: mark + distance)
      derived.guards.set(UInt64(account), figure: figure + 1, .below, threshold: funding - fundingDistance)
    }
  }
}
