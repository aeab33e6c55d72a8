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
    var found = triggeredOrders(at: time).compactMap { id -> GMXAction? in
      guard let order = orders[id], isReady(order, mayThaw: mayThaw, at: time) else { return nil }
      return .executeOrder(id)
    }
    found += ready(deposits, { $0.pricedMarkets(in: self) }) { .executeDeposit($0) }
    found += ready(withdrawals, { $0.pricedMarkets(in: self) }) { .executeWithdrawal($0) }
    found += ready(shifts, { $0.pricedMarkets(in: self) }) { .executeShift($0) }
    found += ready(glvDeposits, { $0.pricedMarkets(in: self) }) { .executeGLVDeposit($0) }
    found += ready(glvWithdrawals, { $0.pricedMarkets(in: self) }) { .executeGLVWithdrawal($0) }
    found += ready(glvShifts, { glvMarkets($0.glv) }) { .executeGLVShift($0) }
    return Array(found.prefix(Self.keeperBatch))
  }

  /// Requests of liquidity for which the prices are neither too old nor too new, oldest first.
  private func ready<Request>(
    _ table: Table<UInt64, Waiting<Request>>, _ priced: (Request) -> [MarketID], _ action: (UInt64) -> GMXAction
  ) -> [GMXAction] {
    let expiration = setting(.requestExpirationTime)
    return table.sortedKeys().compactMap { id in
      guard let waiting = table[id] else { return nil }
      let oracle = oracle(priced(waiting.request))
      let isFresh = oracle.minTimestamp >= waiting.updatedAtTime
      let isInTime = UInt256(oracle.maxTimestamp) <= UInt256(waiting.updatedAtTime) &+ expiration
      return isFresh && isInTime ? action(id) : nil
    }
  }

  /// Market orders and swaps, and orders whose trigger the price has met: of each market and direction the farthest
  /// beyond its trigger first, and no more than four batches of each.
  private func triggeredOrders(at time: UInt64) -> [UInt64] {
    var ids: [UInt64] = []
    let most = 4 * Self.keeperBatch
    // Market orders live for minutes, so the newest; older swaps and frozen orders by turns.
    derived.untriggered.descend { entry in
      ids.append(entry.key)
      return ids.count < most
    }
    derived.untriggered.visit(turn: time) { ids.append($0.key) }
    for market in roster.markets {
      guard let index = try? oracle([market.record.market]).price(market.record.indexToken) else { continue }
      let waiting = derived.waiting[Int(market.record.market)]
      var rest = most
      waiting.rising.ascend { entry in
        ids.append(entry.key)
        rest -= 1
        return rest > 0 && entry.value <= index.max
      }
      rest = most
      waiting.falling.descend { entry in
        ids.append(entry.key)
        rest -= 1
        return rest > 0 && entry.value >= index.min
      }
    }
    ids.sort()
    return ids.indices.filter { $0 == 0 || ids[$0] != ids[$0 - 1] }.map { ids[$0] }
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
    for key in endangered(at: time) {
      if trial.isLiquidatable(key) { found.append(.liquidate(key)) }
      if found.count == Self.keeperBatch { break }
    }
    return found
  }

  /// Positions to look at: those that a move of the price by a twentieth would leave with nothing, the nearest first, at
  /// most five batches of each market and side; and one piece of all others, another at every second, so that positions
  /// whose costs have grown beyond that are found in time.
  private func endangered(at time: UInt64) -> [PositionKey] {
    var keys: [PositionKey] = []
    for market in roster.markets {
      guard let index = try? oracle([market.record.market]).price(market.record.indexToken) else { continue }
      let positions = derived.positions[Int(market.record.market)]
      let low = index.min &- ((try? index.min / 20) ?? .zero)
      let high = index.max &+ ((try? index.max / 20) ?? .zero)
      var rest = 5 * Self.keeperBatch
      positions.longs.descend { entry in
        keys.append(entry.key)
        rest -= 1
        return rest > 0 && entry.value >= low
      }
      rest = 5 * Self.keeperBatch
      positions.shorts.ascend { entry in
        keys.append(entry.key)
        rest -= 1
        return rest > 0 && entry.value <= high
      }
      for index in [positions.longs, positions.shorts, positions.others] {
        index.visit(turn: time) { keys.append($0.key) }
      }
    }
    keys.sort()
    return keys.indices.filter { $0 == 0 || keys[$0] != keys[$0 - 1] }.map { keys[$0] }
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
