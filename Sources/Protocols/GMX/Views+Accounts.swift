import Canonical
import Quantities
import VenueKit

extension GMXState {
  /// Positions of an account in the order of markets, collateral tokens and sides.
  func positions(of account: Address) -> [(key: PositionKey, record: PositionRecord)] {
    var found: [(PositionKey, PositionRecord)] = []
    for market in roster.markets {
      let record = market.record
      for token in record.isSingleToken ? [record.longToken] : [record.longToken, record.shortToken] {
        for isLong in [false, true] {
          let key = PositionKey(account: account, market: record.market, collateralToken: token, isLong: isLong)
          if let position = positions[key] { found.append((key, position)) }
        }
      }
    }
    return found
  }

  /// An account in the common scale. Equity is its tokens, what waits in orders, claims, and positions at the middle
  /// price with borrowing and funding to now. Rule GMX-128.
  func accountView(_ address: Address, at time: UInt64) -> AccountView {
    let flow = accountFlows[address] ?? FlowRecord()
    var equity = Int256.zero
    for token in roster.tokens { equity = equity &+ value(balance(of: address, token.token), token.token) }
    let waiting = orders(of: address)
    for order in waiting where !order.record.orderType.isDecrease {
      equity = equity &+ value(order.record.initialCollateralDeltaAmount, order.record.initialCollateralToken)
    }
    var provided = Int256.zero
    for (token, amount) in waitingTokens(of: address) {
      if let market = marketOf(token) {
        provided = provided &+ providedUsd(market, amount, at: time)
      } else {
        equity = equity &+ value(amount, token)
      }
    }
    for market in roster.markets {
      let record = market.record
      for token in record.isSingleToken ? [record.longToken] : [record.longToken, record.shortToken] {
        let key = StoreKey(.claimableFundingAmount, record.market, token: token, account: address)
        equity = equity &+ value(amount(key), token)
      }
      let held = balance(of: address, record.market.token)
      provided = provided &+ providedUsd(record, held.isNegative ? .zero : held.magnitude, at: time)
    }
    var initial = UInt256.zero
    var maintained = UInt256.zero
    var views: [PositionView] = []
    for position in positions(of: address) {
      let worth = worth(position.key, position.record, at: time)
      equity = equity &+ worth.collateral &+ worth.profit &- worth.owed
      initial =
        initial
        &+ ((try? Exact.apply(
          position.record.sizeInUsd, setting(.minCollateralFactor, position.key.market))) ?? .zero)
      maintained =
        maintained
        &+ ((try? Exact.apply(
          position.record.sizeInUsd, setting(.minCollateralFactorForLiquidation, position.key.market))) ?? .zero)
      views.append(view(position.key, position.record, worth))
    }
    let free = balance(of: address, roster.depositToken)
    return AccountView(
      address: address, deposits: CommonUnits.usd(flow.deposits), withdrawals: CommonUnits.usd(flow.withdrawals),
      equity: CommonUnits.usd(equity), provided: CommonUnits.usd(provided), initialMargin: CommonUnits.usd(initial),
      maintenanceMargin: CommonUnits.usd(maintained),
      withdrawable: CommonUnits.usd(value(free.isNegative ? .zero : free, roster.depositToken)), positions: views,
      openOrders: waiting.count)
  }

  /// Waiting orders of an account, oldest first.
  func orders(of account: Address) -> [(id: UInt64, record: OrderRecord)] {
    orders.sortedKeys().compactMap { id in
      guard let order = orders[id], order.account == account else { return nil }
      return (id, order)
    }
  }

  /// Tokens in the account's waiting deposits and withdrawals.
  private func waitingTokens(of account: Address) -> [(token: TokenID, amount: UInt256)] {
    var found: [(TokenID, UInt256)] = []
    func add(_ request: some LiquidityRequest) {
      if request.account == account { found += request.brought.map { ($0.token, $0.amount) } }
    }
    deposits.forEachSorted { _, waiting in add(waiting.request) }
    withdrawals.forEachSorted { _, waiting in add(waiting.request) }
    return found
  }

  /// The market whose market token this is.
  private func marketOf(_ token: TokenID) -> MarketRecord? {
    token > Self.marketTokenBase ? markets[token - Self.marketTokenBase] : nil
  }

  /// What so many market tokens are a share of, in dollars with 30 decimals, rounded down.
  private func providedUsd(_ market: MarketRecord, _ amount: UInt256, at time: UInt64) -> Int256 {
    guard !amount.isZero, let supply = supplies[market.market],
      let prices = try? oracle([market.market]).prices(of: market),
      let pool = try? poolValue(market, prices, .traders, maximize: false, time: time).poolValue,
      let share = try? Exact.multiplyDivide(amount, pool, supply)
    else { return .zero }
    return share
  }

  struct PositionWorth {
    var collateral = Int256.zero
    var profit = Int256.zero
    /// Borrowing and funding to now.
    var owed = Int256.zero
  }

  func worth(_ key: PositionKey, _ record: PositionRecord, at time: UInt64) -> PositionWorth {
    var worth = PositionWorth()
    guard let market = markets[key.market] else { return worth }
    worth.collateral = value(record.collateralAmount, key.collateralToken)
    let size = Int256(exactly: record.sizeInUsd) ?? .zero
    let held = value(record.sizeInTokens, market.indexToken)
    worth.profit = key.isLong ? held &- size : size &- held
    worth.owed = (try? owed(market, key, record, at: time)) ?? .zero
    return worth
  }

  private func owed(
    _ market: MarketRecord, _ key: PositionKey, _ record: PositionRecord, at time: UInt64
  ) throws(Revert) -> Int256 {
    let prices = try oracle([key.market]).prices(of: market)
    let cumulative = try nextCumulativeBorrowingFactor(market, prices, isLong: key.isLong, time).next
    let borrowing = try borrowingFeeUsd(record, cumulative: cumulative)
    let funding = try fundingPart(readings(market, key), record).fundingFeeAmount
    return try value(funding, key.collateralToken) + borrowing.signed()
  }

  private func view(_ key: PositionKey, _ record: PositionRecord, _ worth: PositionWorth) -> PositionView {
    let market = roster.market(key.market)
    let decimals = market.flatMap { roster.token($0.record.indexToken) }?.decimals ?? 0
    let size = CommonUnits.size(record.sizeInTokens, decimals: decimals)
    let entry = (try? record.sizeInUsd.divided(by: record.sizeInTokens, rounding: .halfUp)) ?? .zero
    return PositionView(
      symbol: market?.name ?? "", size: key.isLong ? size : -size,
      entryPrice: CommonUnits.price(entry, decimals: decimals), unrealizedProfit: CommonUnits.usd(worth.profit),
      liquidationPrice: (try? liquidationPrice(key, record, owed: worth.owed)).map {
        CommonUnits.price($0, decimals: decimals)
      })
  }

  /// The index price at which a position falls to the least collateral, with costs to now, impact aside; collateral in
  /// the index token moves with it, other collateral stays at its price. Refuses where no price does it.
  func liquidationPrice(
    _ key: PositionKey, _ record: PositionRecord, owed: Int256
  ) throws(Revert) -> UInt256 {
    let market = try market(key.market)
    let size = try record.sizeInUsd.signed()
    let least = try max(
      Exact.apply(record.sizeInUsd, setting(.minCollateralFactorForLiquidation, key.market)),
      setting(.minCollateralUSD)
    ).signed()
    let fee = try Exact.apply(record.sizeInUsd, setting(.positionFeeFactor, key.market, flag: false)).signed()
    // collateral + side * (tokens * p - size) - costs = least, solved for p.
    var constant = try least + fee + owed
    var slope = try record.sizeInTokens.signed()
    if !key.isLong { slope = try -slope }
    if key.collateralToken == market.indexToken {
      slope = try slope + record.collateralAmount.signed()
    } else {
      constant = constant &- value(record.collateralAmount, key.collateralToken)
    }
    constant = key.isLong ? try constant + size : try constant - size
    let price = try constant / slope
    if price <= .zero { throw .overflow }
    return price.magnitude
  }
}
