import Canonical
import Matching
import Quantities
import StateStore
import VenueKit

extension HyperliquidState {
  /// Rounds of one pass: a liquidation or a deleveraging may bring others below. What the last round leaves waits for
  /// the next pass.
  static let passRounds = 8

  /// Examines every account that changed, whose guard was crossed or who waits, and liquidates, in the order of
  /// addresses, those below maintenance. Who waits is examined at every pass: it must not depend on which of them this
  /// node happens to have touched, or a node that was restored would part from one that ran through. Rules HL-61 to
  /// HL-66.
  mutating func liquidationPass(_ journal: inout Journal) {
    if !liquidations.isEmpty {
      for account in liquidations.sortedKeys() { touch(account) }
    }
    var handled: Set<AccountID> = []  // lookup only
    var round = 0
    while !derived.dirty.isEmpty && round < Self.passRounds {
      for account in takeUnderwater(at: journal.block.time) {
        liquidate(account, mayUseBook: handled.insert(account).inserted, &journal)
      }
      round += 1
    }
    if derived.dirty.isEmpty { return }
    for account in takeUnderwater(at: journal.block.time) {
      wait(account, cooldownUntil: liquidations[account]?.cooldownUntil ?? 0)
      touch(account)
    }
  }

  /// Empties the list of dirty accounts: the sound ones get new guards, the others are returned by address.
  private mutating func takeUnderwater(at time: Int64) -> [AccountID] {
    let dirty = derived.dirty
    derived.dirty = []
    var underwater: [AccountID] = []
    for account in dirty {
      derived.accounts[Int(account)].isDirty = false
      if isUnderwater(account) {
        underwater.append(account)
        continue
      }
      setGuards(account)
      if let record = liquidations[account], record.cooldownUntil <= time { liquidations.remove(account) }
    }
    return underwater.sorted { address($0) < address($1) }
  }

  private mutating func wait(_ account: AccountID, cooldownUntil: Int64) {
    let record = LiquidationRecord(cooldownUntil: cooldownUntil)
    if liquidations[account] != record { liquidations.set(account, record) }
  }

  /// One account below maintenance: the cross part, then each isolated position.
  private mutating func liquidate(_ account: AccountID, mayUseBook: Bool, _ journal: inout Journal) {
    let margin = crossMargin(account)
    if margin.value < requirement(account, margin) {
      liquidate(LiquidationTarget(account: account, isolated: nil), mayUseBook: mayUseBook, &journal)
    }
    // By asset, for the cache stands in the order in which this node met the markets.
    let isolated = derived.accounts[Int(account)].markets.filter { !$0.isCross && $0.size != 0 }
    for market in isolated.sorted(by: { $0.asset < $1.asset }) {
      if isolatedValue(account, market) < maintenance(market) {
        liquidate(LiquidationTarget(account: account, isolated: market.asset), mayUseBook: mayUseBook, &journal)
      }
    }
    if isUnderwater(account) {
      wait(account, cooldownUntil: liquidations[account]?.cooldownUntil ?? 0)
    } else {
      touch(account)
    }
  }

  /// The ladder of rule HL-61: book, liquidator, deleveraging.
  private mutating func liquidate(_ target: LiquidationTarget, mayUseBook: Bool, _ journal: inout Journal) {
    cancelAll(target.account, .liquidatedCanceled, &journal)
    if !derived.twaps.isEmpty { endTwaps(of: target.account, &journal) }
    var state = standing(target)
    var isDone = false
    let isTaken = hasLiquidator(target) && isForBackstop(state)
    if mayUseBook && !isHouse(target.account) && state.value >= 0 && !isTaken {
      isDone = sellIntoBook(target, &journal)
      state = standing(target)
    }
    if state.value < 0 {
      deleverage(target, &journal)
      isDone = true
    } else if !isHouse(target.account) && hasLiquidator(target) && state.value < state.maintenance
      && isForBackstop(state)
    {
      backstop(target, value: state.value, &journal)
      isDone = true
    }
    // Who waits for bids is not counted again at every pass.
    if isDone { add(1, to: .liquidations) }
  }

  /// Value and maintenance of what is being liquidated.
  func standing(_ target: LiquidationTarget) -> (value: Money, maintenance: Money) {
    guard let asset = target.isolated else {
      let margin = crossMargin(target.account)
      return (margin.value, requirement(target.account, margin))
    }
    let market = marketCache(target.account, asset)
    if market.size == 0 { return (0, 0) }
    return (isolatedValue(target.account, market), maintenance(market))
  }

  /// A builder's dex has no liquidator: what the book does not take is deleveraged. Rule HL-57.
  private func hasLiquidator(_ target: LiquidationTarget) -> Bool {
    derived.accounts[Int(target.account)].kind != .dex
  }

  private func isForBackstop(_ state: (value: Money, maintenance: Money)) -> Bool {
    state.value * 1_000_000 < state.maintenance * Money(parameters.liquidation.backstopShare)
  }

  /// Positions of the target, by asset.
  func positions(of target: LiquidationTarget) -> [MarketCache] {
    derived.accounts[Int(target.account)].markets
      .filter { $0.size != 0 && (target.isolated == nil ? $0.isCross : $0.asset == target.isolated) }
      .sorted { $0.asset < $1.asset }
  }

  // MARK: The book

  /// Market orders for the positions, one after another until the account is sound: a fifth of a large position, all of
  /// it during the cooldown. Never below the price at which nothing would be left. The cooldown begins after the block
  /// of a partial liquidation, in which no more is sent. Whether anything was sold. Rules HL-63 and HL-64.
  private mutating func sellIntoBook(_ target: LiquidationTarget, _ journal: inout Journal) -> Bool {
    let terms = parameters.liquidation
    let time = journal.block.time
    let cooldownUntil = liquidations[target.account]?.cooldownUntil ?? 0
    if cooldownUntil == time + terms.cooldownMilliseconds { return false }
    let isCooling = cooldownUntil > time
    var isPartial = false
    var isSold = false
    for position in positions(of: target) {
      let before = standing(target)
      if before.value >= before.maintenance { break }
      let mark = mark(position.asset)
      let size = abs(position.size)
      var lots = size
      if !isCooling && money(size, at: mark) > terms.partialNotional {
        lots = max(1, Lots(clamping: Int128(size) * Int128(terms.partialShare) / 1_000_000))
      }
      let reach = Ticks(min(before.value / Money(size), Money(HyperliquidParameters.priceMaximum)))
      let isBuy = position.size < 0
      let order = IncomingOrder(
        account: target.account, asset: position.asset, isBuy: isBuy, reduceOnly: true,
        timeInForce: .immediateOrCancel, price: isBuy ? mark + reach : max(1, mark - reach), size: lots, cloid: nil,
        isLiquidation: true)
      let stake = settledStake(target.account)
      let status = submit(order, oid: nil, &journal)
      if case .filled(let filled, let price, _, _) = status {
        isSold = true
        isPartial = isPartial || lots < size
        let loss = stake - settledStake(target.account)
        add(loss, to: .lossOfTraders)
        tell(target.account, position, filled, price, loss: loss, &journal)
      }
    }
    if isPartial { wait(target.account, cooldownUntil: time + terms.cooldownMilliseconds) }
    return isSold
  }

  private mutating func tell(
    _ account: AccountID, _ position: MarketCache, _ size: WireDecimal, _ price: WireDecimal, loss: Money,
    _ journal: inout Journal
  ) {
    journal.events.emit(
      .liquidation(
        symbol: parameters.markets[Int(position.asset)].symbol, account: address(account), counterparty: .zero,
        price: Int128(price) * 10_000, size: Int128(size) * 10_000, method: "market", loss: loss * 1_000_000))
  }

  /// What a liquidated account can pay in fees after a fill: never more than is left.
  mutating func liquidationFeeLimit(_ account: AccountID, _ market: MarketCache, _ lots: Lots, at price: Ticks) -> Money
  {
    let value = market.isCross ? crossMargin(account).value : isolatedValue(account, market)
    return max(0, value + money(lots, at: mark(market.asset)) - money(lots, at: price))
  }

  // MARK: The liquidator

  /// Positions and what margin is left go to the liquidator at mark. Rule HL-65.
  private mutating func backstop(_ target: LiquidationTarget, value: Money, _ journal: inout Journal) {
    guard let liquidator = account(parameters.vault.liquidator) else { return }
    // The margin that is kept counts into the loss of the first position.
    var kept = value
    for position in positions(of: target) {
      let price = mark(position.asset)
      let stake = settledStake(target.account)
      exchange(target.account, liquidator, position, lots: abs(position.size), at: price)
      let loss = stake - settledStake(target.account) + kept
      kept = 0
      add(loss, to: .lossOfTraders)
      trimReduceOnly(target.account, position.asset, &journal)
      let market = parameters.markets[Int(position.asset)]
      journal.events.emit(
        .liquidation(
          symbol: market.symbol, account: address(target.account), counterparty: parameters.vault.liquidator,
          price: market.common(ticks: price), size: market.common(lots: abs(position.size)), method: "backstop",
          loss: loss * 1_000_000))
    }
    move(value, from: crossPurse(target.account), to: crossPurse(liquidator))
  }

  /// Raw USD of the account, cross and isolated, less what its positions cost, with funding settled. What it falls by
  /// over a trade is the realised loss of the lots that were closed, fees included. Rule HL-95.
  mutating func settledStake(_ account: AccountID) -> Money {
    var stake = balance(crossPurse(account))
    for index in derived.accounts[Int(account)].markets.indices {
      settleFunding(account, index)
      let market = derived.accounts[Int(account)].markets[index]
      if !market.isCross { stake += balance(purse(account, market)) }
      stake += positions[Pair(account, market.asset)]?.cost ?? 0
    }
    return stake
  }

  /// Hands `lots` of a position to another account, without fees. The receiver takes the same side.
  mutating func exchange(
    _ giver: AccountID, _ taker: AccountID, _ position: MarketCache, lots: Lots, at price: Ticks
  ) {
    let giverSide = TradeSide(account: giver, lots: position.size > 0 ? -lots : lots, fee: 0)
    let takerSide = TradeSide(account: taker, lots: -giverSide.lots, fee: 0)
    // `lots` of both sides are signed; the buyer is whoever gets more.
    settle(
      position.asset, at: price, buyer: position.size > 0 ? takerSide : giverSide,
      seller: position.size > 0 ? giverSide : takerSide)
  }
}

/// What is liquidated at once: an account's cross positions, or one isolated position.
struct LiquidationTarget {
  var account: AccountID
  var isolated: AssetID?
}
