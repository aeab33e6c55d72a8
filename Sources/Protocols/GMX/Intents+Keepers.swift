import Canonical
import Quantities
import StateStore
import VenueKit

// What keepers find to do. Rule GMX-161.
extension GMXState {
  /// Actions of one call, at most.
  static let keeperBatch = 100

  /// Orders that the prices of now would let through, oldest first.
  func executions(by keeper: Address, at time: UInt64) -> [GMXAction] {
    if !holds(.order, keeper) { return [] }
    let mayThaw = holds(.frozenOrder, keeper)
    var found: [GMXAction] = []
    for id in orders.sortedKeys() {
      guard let order = orders[id], isReady(order, mayThaw: mayThaw, at: time) else { continue }
      found.append(.executeOrder(id))
      if found.count == Self.keeperBatch { return found }
    }
    found += ready(deposits) { .executeDeposit($0) }
    found += ready(withdrawals) { .executeWithdrawal($0) }
    found += ready(shifts) { .executeShift($0) }
    found += ready(glvDeposits) { .executeGLVDeposit($0) }
    found += ready(glvWithdrawals) { .executeGLVWithdrawal($0) }
    return Array(found.prefix(Self.keeperBatch))
  }

  /// Requests of liquidity for which the prices are neither too old nor too new, oldest first.
  private func ready<Request: LiquidityRequest>(
    _ table: Table<UInt64, Waiting<Request>>, _ action: (UInt64) -> GMXAction
  ) -> [GMXAction] {
    let expiration = setting(.requestExpirationTime)
    return table.sortedKeys().compactMap { id in
      guard let waiting = table[id] else { return nil }
      let oracle = oracle(waiting.request.pricedMarkets(in: self))
      let isFresh = oracle.minTimestamp >= waiting.updatedAtTime
      let isInTime = UInt256(oracle.maxTimestamp) <= UInt256(waiting.updatedAtTime) &+ expiration
      return isFresh && isInTime ? action(id) : nil
    }
  }

  /// Whether prices are new enough for an order, and its trigger is met.
  func isReady(_ order: OrderRecord, mayThaw: Bool, at time: UInt64) -> Bool {
    if (order.isFrozen || order.orderType == .limitSwap) && !mayThaw { return false }
    if !order.orderType.isMarket && order.validFromTime > time { return false }
    let oracle = oracle((order.market == 0 ? [] : [order.market]) + order.swapPath)
    if oracle.minTimestamp < order.updatedAtTime { return false }
    if order.orderType.isMarket {
      let expiration = setting(.requestExpirationTime)
      if UInt256(oracle.maxTimestamp) > UInt256(order.updatedAtTime) &+ expiration { return false }
    }
    if order.orderType.isSwap { return true }
    guard let market = markets[order.market], let index = try? oracle.price(market.indexToken) else { return false }
    return order.isTriggered(index)
  }

  /// Positions that may be liquidated as if accrued to now.
  func liquidations(by keeper: Address, at time: UInt64) -> [GMXAction] {
    if !holds(.liquidation, keeper) { return [] }
    var found: [GMXAction] = []
    var trial = self
    for market in roster.markets {
      guard let prices = try? oracle([market.record.market]).prices(of: market.record),
        (try? trial.accrue(market.record, prices, time)) != nil
      else { continue }
    }
    for key in positions.sortedKeys() {
      if trial.isLiquidatable(key) { found.append(.liquidate(key)) }
      if found.count == Self.keeperBatch { break }
    }
    return found
  }

  func isLiquidatable(_ key: PositionKey) -> Bool {
    guard let record = positions[key], let market = markets[key.market],
      let prices = try? oracle([key.market]).prices(of: market)
    else { return false }
    let check = try? liquidationCheck(
      market, prices, Position(key: key, record: record), checksMinCollateral: true, forLiquidation: true)
    return check?.isLiquidatable ?? false
  }

  /// Sides whose profit passed or came back under the limit, and, where deleveraging is on, the position with most
  /// profit, as much of it as brings the side's profit between its limits.
  func deleveragings(by keeper: Address, at time: UInt64) -> [GMXAction] {
    if !holds(.deleveraging, keeper) { return [] }
    var found: [GMXAction] = []
    for market in roster.markets {
      let record = market.record
      guard let prices = try? oracle([record.market]).prices(of: record) else { continue }
      for isLong in [true, false] {
        guard let check = try? profitCheck(record, prices, isLong: isLong, .adl) else { continue }
        let isEnabled = !amount(.isADLEnabled, record.market, flag: isLong).isZero
        if isEnabled != check.isExceeded { found.append(.updateADLState(record.market, isLong: isLong)) }
        if isEnabled && check.isExceeded, let action = try? deleveraging(record, prices, isLong: isLong) {
          found.append(action)
        }
      }
    }
    return found
  }

  /// Looks at every position of the side, which happens only while a side must be deleveraged.
  private func deleveraging(
    _ market: MarketRecord, _ prices: MarketPrices, isLong: Bool
  ) throws(Revert) -> GMXAction? {
    var best: (key: PositionKey, profit: UInt256, size: UInt256)?
    for key in positions.sortedKeys() where key.market == market.market && key.isLong == isLong {
      guard let record = positions[key] else { continue }
      let value = try record.sizeInTokens * prices.index.pick(forLong: isLong, maximize: false)
      let profit: UInt256 =
        isLong
        ? value > record.sizeInUsd ? try value - record.sizeInUsd : .zero
        : record.sizeInUsd > value ? try record.sizeInUsd - value : .zero
      if profit > (best?.profit ?? .zero) { best = (key, profit, record.sizeInUsd) }
    }
    guard let best else { return nil }
    let pool = try poolUsd(market, prices, isLong: isLong, maximize: false)
    let all = try profit(market, prices.index, isLong: isLong, maximize: true)
    let limits = (
      setting(.minPnLFactorAfterADL, market.market, flag: isLong), profitLimit(.adl, market, isLong: isLong)
    )
    // Profit that leaves the pool makes the pool smaller too, so the middle of both limits leaves room.
    let target = try Exact.apply(pool, (limits.0 + limits.1) / 2)
    if all.isNegative || all.magnitude <= target { return nil }
    let excess = try all.magnitude - target
    let size = excess >= best.profit ? best.size : try Exact.multiplyDivideUp(best.size, excess, best.profit)
    return .deleverage(best.key, size: size)
  }
}
