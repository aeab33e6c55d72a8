import Canonical
import Ledger
import Quantities
import StateStore
import VenueKit

extension HyperliquidState {
  /// Closes what has lost all its value against the holders of the other side, at the previous mark; where even that
  /// leaves a deficit, at the price at which nothing is owed. Nobody without a position pays. Rules HL-66 to HL-68.
  mutating func deleverage(_ target: LiquidationTarget, _ journal: inout Journal) {
    let positions = positions(of: target)
    let stake = settledStake(target.account)
    let shortfall = -min(0, valueAtPreviousMarks(target, positions))
    let notional = positions.reduce(Money(0)) { $0 + money(abs($1.size), at: previousMark($1.asset)) }
    for position in positions {
      let previous = previousMark(position.asset)
      let size = Int128(abs(position.size))
      let own = money(abs(position.size), at: previous)
      let part = notional == 0 ? 0 : scale(shortfall, own, by: notional, .ceiling)
      // No farther than a thousand times the greatest price, so that every product still fits.
      let farthest = Int128(HyperliquidParameters.priceMaximum) * 1_000
      let shift = Ticks(min(divide(part, by: size, .ceiling), farthest))
      let price = position.size > 0 ? previous + shift : max(1, previous - shift)
      close(position, of: target.account, at: price, isIsolated: target.isolated != nil, &journal)
    }
    let purse = crossPurse(target.account)
    let left = balance(purse)
    if target.isolated == nil && left < 0 && self.positions(of: target).isEmpty { forgive(-left, purse) }
    if !isHouse(target.account) { add(stake - settledStake(target.account), to: .lossOfTraders) }
  }

  /// Raw USD and positions at the marks before the last update; funding is settled.
  private func valueAtPreviousMarks(_ target: LiquidationTarget, _ positions: [MarketCache]) -> Money {
    var value: Money
    if let asset = target.isolated {
      value = balance(purse(target.account, marketCache(target.account, asset)))
    } else {
      value = balance(crossPurse(target.account))
    }
    for position in positions { value += money(position.size, at: previousMark(position.asset)) }
    return value
  }

  func previousMark(_ asset: AssetID) -> Ticks { prices[asset]?.previousMark ?? mark(asset) }

  private mutating func forgive(_ amount: Money, _ purse: LedgerAccount) {
    move(amount, from: housePurse(Purpose.deficit), to: purse)
    add(amount, to: .unpaid)
  }

  private mutating func close(
    _ position: MarketCache, of loser: AccountID, at price: Ticks, isIsolated: Bool, _ journal: inout Journal
  ) {
    if isIsolated {
      let own = purse(loser, position)
      let left = balance(own) + money(position.size, at: price)
      if left < 0 { forgive(-left, own) }
    }
    let asset = position.asset
    let mark = mark(asset)
    let market = parameters.markets[Int(asset)]
    var remaining = abs(position.size)
    for winner in deleveragingQueue(asset, longs: position.size < 0) {
      if remaining == 0 { break }
      let held = marketCache(winner, asset)
      let lots = min(remaining, abs(held.size))
      exchange(loser, winner, position, lots: lots, at: price)
      remaining -= lots
      let forgone = held.size > 0 ? money(lots, at: mark - price) : money(lots, at: price - mark)
      add(forgone, to: .forgone)
      add(1, to: .deleveragings)
      trimReduceOnly(winner, asset, &journal)
      journal.events.emit(
        .deleveraging(
          symbol: market.symbol, winner: address(winner), loser: address(loser), price: market.common(ticks: price),
          size: market.common(lots: lots), forgone: forgone * 1_000_000))
    }
    trimReduceOnly(loser, asset, &journal)
    precondition(remaining == 0, "as many lots are long as are short")
  }

  /// Holders of one side, those with the greatest profit and leverage first, ties by address. Rule HL-67.
  func deleveragingQueue(_ asset: AssetID, longs: Bool) -> [AccountID] {
    var ranked: [(score: Int128, address: Address, account: AccountID)] = []
    let holders = derived.holders[Int(asset)]
    for place in 0..<holders.count {
      let account = holders[place]
      let market = marketCache(account, asset)
      if (market.size > 0) != longs { continue }
      ranked.append((deleveragingScore(account, market), address(account), account))
    }
    ranked.sort { $0.score != $1.score ? $0.score > $1.score : $0.address < $1.address }
    return ranked.map(\.account)
  }

  /// `(mark / entry) * (notional / value)` for a long, `(entry / mark) * (notional / value)` for a short, each quotient
  /// in millionths, rounded down. A long with entry 100, mark 110 and a notional of five times its value: 5,500,000
  /// millionths.
  func deleveragingScore(_ account: AccountID, _ market: MarketCache) -> Int128 {
    let notional = money(abs(market.size), at: mark(market.asset))
    let cost = max(1, abs(positions[Pair(account, market.asset)]?.cost ?? 0))
    let value = market.isCross ? crossMargin(account).value : isolatedValue(account, market)
    let bound: Int128 = 1_000_000_000_000_000_000
    let profit =
      market.size > 0
      ? scale(notional, 1_000_000, by: cost, .floor) : scale(cost, 1_000_000, by: max(1, notional), .floor)
    let leverage = value <= 0 ? bound : min(bound, scale(notional, 1_000_000, by: value, .floor))
    return min(bound, profit) * leverage / 1_000_000
  }
}
