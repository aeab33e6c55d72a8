import Canonical
import Quantities
import StateStore

extension HyperliquidState {
  /// Rule HL-34.
  mutating func updateLeverage(
    _ wire: UInt32, isCross: Bool, leverage: UInt32, _ owner: AccountID
  ) throws(HyperliquidRefusal) {
    guard let terms = parameters.market(wire) else { throw .assetUnknown(wire) }
    let asset = terms.asset
    if terms.isSpot { throw .account(.spotLeverage) }
    guard let account = tradingAccount(owner, asset) else { throw .transferBalance(free: 0) }
    guard leverage >= 1, Int64(leverage) <= terms.leverageMaximum else {
      throw .leverageInvalid(leverage, maximum: terms.leverageMaximum)
    }
    if isCross && terms.onlyIsolated { throw .crossNotAllowed }
    let market = marketCache(account, asset)
    if market.isCross != isCross && !market.isIdle { throw .leverageSwitch }
    let tierMaximum = terms.leverageMaximum(money(market.worstLots, at: mark(asset)))
    if Int64(leverage) > tierMaximum { throw .leverageInvalid(leverage, maximum: tierMaximum) }
    if Int64(leverage) < market.leverage && !market.isIdle {
      try checkLowerLeverage(market, Money(leverage), account)
    }
    let index = marketIndex(account, asset)
    derived.accounts[Int(account)].markets[index].leverage = Int64(leverage)
    derived.accounts[Int(account)].markets[index].isCross = isCross
    leverages.set(Pair(account, asset), LeverageRecord(leverage: leverage, isCross: isCross))
  }

  /// Leverage goes down only where the margin suffices.
  private func checkLowerLeverage(
    _ market: MarketCache, _ leverage: Money, _ account: AccountID
  ) throws(HyperliquidRefusal) {
    let margin = crossMargin(account)
    let price = mark(market.asset)
    let own = market.isCross ? 0 : abs(market.size)
    let exposed = money(market.worstLots - own, at: price)
    let added =
      divide(exposed, by: leverage, .ceiling) - divide(exposed, by: Money(market.leverage), .ceiling)
    guard margin.value >= margin.reserved + added else { throw .leverageMarginCross }
    if !market.isCross && market.size != 0 {
      let needed = divide(money(abs(market.size), at: price), by: leverage, .ceiling)
      guard isolatedValue(account, market) >= needed else { throw .leverageMarginIsolated }
    }
  }

  /// Rule HL-35: margin into (positive) or out of (negative) an isolated position.
  mutating func updateIsolatedMargin(
    _ wire: UInt32, _ amount: Int64, _ owner: AccountID
  ) throws(HyperliquidRefusal) {
    guard let asset = parameters.asset(wire) else { throw .assetUnknown(wire) }
    guard let account = tradingAccount(owner, asset) else { throw .positionEmpty }
    guard amount != 0 else { throw .isolatedZero }
    let market = marketCache(account, asset)
    guard market.size != 0 else { throw .positionEmpty }
    guard !market.isCross else { throw .notIsolated }
    if amount > 0 {
      let free = withdrawable(account)
      guard Money(amount) <= free else { throw .isolatedIncrease(free: free) }
      move(Money(amount), from: crossPurse(account), to: purse(account, market))
    } else {
      let notional = money(abs(market.size), at: mark(asset))
      let initial = divide(notional, by: Money(market.leverage), .ceiling)
      let share = divide(notional * Money(parameters.transferShare), by: 1_000_000, .ceiling)
      let free = max(0, isolatedValue(account, market) - max(initial, share))
      guard -Money(amount) <= free else { throw .isolatedReduction(free: free) }
      move(-Money(amount), from: purse(account, market), to: crossPurse(account))
    }
    touch(account)
  }

  /// topUpIsolatedOnlyMargin: adds what brings the position down to a leverage, rounded up. Rule HL-35.
  mutating func topUpIsolatedMargin(
    _ wire: UInt32, _ text: String, _ owner: AccountID
  ) throws(HyperliquidRefusal) {
    guard let asset = parameters.asset(wire) else { throw .assetUnknown(wire) }
    guard let account = tradingAccount(owner, asset) else { throw .positionEmpty }
    guard let parsed = try? parseDecimal(text, scale: 6), parsed > 0, parsed <= 1_000_000_000 else {
      throw .amountInvalid
    }
    let market = marketCache(account, asset)
    guard market.size != 0 else { throw .positionEmpty }
    guard !market.isCross else { throw .notIsolated }
    let notional = money(abs(market.size), at: mark(asset))
    let missing = scale(notional, 1_000_000, by: parsed, .ceiling) - isolatedValue(account, market)
    guard missing > 0, let amount = Int64(exactly: missing) else { throw .account(.leverageReached) }
    try updateIsolatedMargin(wire, amount, owner)
  }
}
