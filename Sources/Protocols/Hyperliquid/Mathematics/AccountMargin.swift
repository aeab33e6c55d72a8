import Quantities

/// An account's cross margin at the current marks, in 10^-6 USDC. Rules HL-30 to HL-33.
struct CrossMargin: Sendable, Equatable {
  /// Raw USD, cross positions at mark, pending funding taken off.
  var value: Money = 0
  /// Initial margin of cross positions.
  var initial: Money = 0
  /// Initial margin of positions and orders in their worst direction.
  var reserved: Money = 0
  var maintenance: Money = 0
  /// Of all positions, isolated ones too.
  var notional: Money = 0
}

// The state is so large a value that a borrow of it for a call costs a copy of kilobytes. So what every order asks for is
// a function of its parts, behind a door that is always inlined.
extension HyperliquidState {
  /// Funding that a position owes since it last settled: `size * (index - its index) / 10^12`, rounded up, so that a
  /// payer pays up and a receiver gets down. Rule HL-44.
  @inline(__always) func pendingFunding(_ market: MarketCache) -> Money {
    Self.pendingFunding(market, derived.fundingIndexes)
  }

  private static func pendingFunding(_ market: MarketCache, _ indexes: [Int128]) -> Money {
    let growth = indexes[Int(market.asset)] - market.fundingIndex
    if growth == 0 || market.size == 0 { return 0 }
    return scale(Int128(market.size), growth, by: 1_000_000_000_000, .ceiling)
  }

  @inline(__always) func crossMargin(_ account: AccountID) -> CrossMargin {
    Self.crossMargin(
      balance(crossPurse(account)), derived.accounts[Int(account)].markets, marks: derived.marks,
      fundingIndexes: derived.fundingIndexes, terms: parameters.markets)
  }

  /// From the raw USD of the account and its positions and orders.
  private static func crossMargin(
    _ balance: Money, _ markets: [MarketCache], marks: [Ticks], fundingIndexes: [Int128], terms: [MarketParameters]
  ) -> CrossMargin {
    var margin = CrossMargin()
    margin.value = balance
    for market in markets where !market.isIdle {
      let mark = marks[Int(market.asset)]
      let notional = money(abs(market.size), at: mark)
      let leverage = Money(market.leverage)
      margin.notional += notional
      if market.isCross {
        if market.size != 0 {
          margin.value += money(market.size, at: mark) - pendingFunding(market, fundingIndexes)
          margin.initial += divide(notional, by: leverage, .ceiling)
          margin.maintenance += terms[Int(market.asset)].maintenance(notional)
        }
        margin.reserved += divide(money(market.worstLots, at: mark), by: leverage, .ceiling)
      } else {
        margin.reserved += divide(money(market.worstLots - abs(market.size), at: mark), by: leverage, .ceiling)
      }
    }
    return margin
  }

  /// Value of an isolated position: its raw USD, the position at mark, pending funding taken off.
  @inline(__always) func isolatedValue(_ account: AccountID, _ market: MarketCache) -> Money {
    balance(purse(account, market)) + money(market.size, at: mark(market.asset)) - pendingFunding(market)
  }

  @inline(__always) func maintenance(_ market: MarketCache) -> Money {
    parameters.markets[Int(market.asset)].maintenance(money(abs(market.size), at: mark(market.asset)))
  }

  /// What may leave the account now: cross value less the greater of reserved margin and a tenth of the open notional;
  /// not below zero. Rule HL-83.
  func withdrawable(_ account: AccountID) -> Money {
    let margin = crossMargin(account)
    let share = divide(margin.notional * Money(parameters.transferShare), by: 1_000_000, .ceiling)
    return max(0, margin.value - max(margin.reserved, share))
  }

  /// Cross and isolated value together.
  func accountValue(_ account: AccountID) -> Money {
    var value = crossMargin(account).value
    for market in derived.accounts[Int(account)].markets where !market.isCross && market.size != 0 {
      value += isolatedValue(account, market)
    }
    return value
  }

  /// Whether the account may trade `lots` (signed) at `price` for `fee`: a growing position needs its initial margin
  /// afterwards, a shrinking one its maintenance margin or at least no less slack than before. Rule HL-33.
  mutating func mayTrade(_ account: AccountID, _ market: MarketCache, _ lots: Lots, at price: Ticks, fee: Money) -> Bool
  {
    let after = market.size + lots
    let mark = derived.marks[Int(market.asset)]
    let terms = parameters.markets[Int(market.asset)]
    let slip = money(lots, at: mark) - money(lots, at: price) - fee
    let grows = abs(after) > abs(market.size) || (after > 0) != (market.size > 0) && after != 0
    let margin = crossMargin(account)
    let notionalBefore = money(abs(market.size), at: mark)
    let notionalAfter = money(abs(after), at: mark)
    let leverage = Money(market.leverage)
    if market.isCross {
      let value = margin.value + slip
      if grows {
        let initial =
          margin.initial - divide(notionalBefore, by: leverage, .ceiling)
          + divide(notionalAfter, by: leverage, .ceiling)
        return value >= initial
      }
      if value < 0 { return false }
      let maintenance = margin.maintenance - terms.maintenance(notionalBefore) + terms.maintenance(notionalAfter)
      return value >= maintenance || slip + margin.maintenance - maintenance >= 0
    }
    let own = market.size == 0 ? 0 : isolatedValue(account, market)
    if !grows {
      let value = own + slip
      if value < 0 { return false }
      let freed = terms.maintenance(notionalBefore) - terms.maintenance(notionalAfter)
      return value >= terms.maintenance(notionalAfter) || slip + freed >= 0
    }
    // Flipping closes the old position into cross at the trade's price, then opens the new one out of it. What closes
    // pays its own loss and the fee: cross does not stand in for an isolated position.
    let flips = market.size != 0 && (after > 0) != (market.size > 0)
    let opened = flips ? after : lots
    let needed = divide(money(abs(opened), at: price), by: leverage, .ceiling)
    let slipOfOpened = money(opened, at: mark) - money(opened, at: price)
    let released = flips ? own + slip - slipOfOpened : 0
    if released < 0 { return false }
    let valueAfter = flips ? needed + slipOfOpened : own + needed + slip
    return margin.value + released - margin.initial >= needed && valueAfter >= terms.maintenance(notionalAfter)
  }
}
