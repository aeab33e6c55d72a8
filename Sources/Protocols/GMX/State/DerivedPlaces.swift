import Canonical
import Quantities
import StateStore

// Orders and positions find their places when a block ends. Rule GMX-161.
extension GMXState {
  public mutating func rebuildDerived() {
    derived = Derived()
    prices.forEachSorted { token, record in derived.set(token, record) }
    makeRoom()
    derived.makeRoomForSettings(markets.sortedKeys().compactMap { markets[$0] })
    settings.forEachSorted { key, value in derived.set(key, value) }
    for id in orders.sortedKeys() { place(order: id) }
    for key in positions.sortedKeys() { place(position: key) }
  }

  private mutating func makeRoom() {
    let last = Int(markets.sortedKeys().last ?? 0)
    while derived.waiting.count <= last { derived.waiting.append(WaitingOrders()) }
    while derived.positions.count <= last { derived.positions.append(PositionOrder()) }
  }

  /// Writes an order, or takes it away.
  mutating func store(_ order: OrderRecord?, id: UInt64) {
    if let order { orders.set(id, order) } else { orders.remove(id) }
    if holdsAccountsToDeposits { derived.touchedOrders.append(id) }
  }

  /// Writes a position, or takes it away.
  mutating func store(_ record: PositionRecord?, at key: PositionKey) {
    if let record { positions.set(key, record) } else { positions.remove(key) }
    if holdsAccountsToDeposits { derived.touchedPositions.append(key) }
  }

  /// Puts what the block touched in its places.
  mutating func placeTouched() {
    for id in derived.touchedOrders { place(order: id) }
    for key in derived.touchedPositions { place(position: key) }
    derived.touchedOrders.removeAll(keepingCapacity: true)
    derived.touchedPositions.removeAll(keepingCapacity: true)
  }

  // MARK: Orders

  private mutating func place(order id: UInt64) {
    let next = orders[id].map { orderPlace($0, id) }
    let old = derived.orderPlaces[id]
    if next == old { return }
    if let old {
      switch old.kind {
      case .untriggered: derived.untriggered.remove(old.value, id)
      case .rising: derived.waiting[Int(old.market)].rising.remove(old.value, id)
      case .falling: derived.waiting[Int(old.market)].falling.remove(old.value, id)
      }
      derived.orderPlaces.remove(id)
    }
    if let next {
      switch next.kind {
      case .untriggered: derived.untriggered.insert(next.value, id)
      case .rising: derived.waiting[Int(next.market)].rising.insert(next.value, id)
      case .falling: derived.waiting[Int(next.market)].falling.insert(next.value, id)
      }
      derived.orderPlaces.set(id, next)
    }
    list(id, of: old?.account, isListed: false, unless: next != nil)
    list(id, of: next?.account, isListed: true, unless: old != nil)
  }

  private mutating func list(_ id: UInt64, of account: Address?, isListed: Bool, unless isSame: Bool) {
    guard let account, !isSame else { return }
    var orders = derived.accountOrders[account]?.orders ?? []
    if isListed {
      orders.append(id)
    } else {
      orders.removeAll { $0 == id }
    }
    if orders.isEmpty {
      derived.accountOrders.remove(account)
    } else {
      derived.accountOrders.set(account, OrderListRecord(orders: orders))
    }
  }

  private func orderPlace(_ order: OrderRecord, _ id: UInt64) -> OrderPlace {
    let waits = !order.isFrozen && !order.orderType.isMarket && !order.orderType.isSwap
    guard waits, markets[order.market] != nil else {
      return OrderPlace(kind: .untriggered, market: 0, value: UInt256(id), account: order.account)
    }
    let rises: Bool =
      switch order.orderType {
      case .limitIncrease: !order.isLong
      case .stopIncrease: order.isLong
      case .limitDecrease: order.isLong
      default: !order.isLong
      }
    return OrderPlace(
      kind: rises ? .rising : .falling, market: order.market, value: order.triggerPrice, account: order.account)
  }

  // MARK: Positions

  private mutating func place(position key: PositionKey) {
    let next = positions[key].flatMap { record in markets[key.market].map { positionPlace(key, record, $0) } }
    let old = derived.positionPlaces[key]
    if next == old { return }
    let market = Int(key.market)
    if let old {
      switch old.kind {
      case .long: derived.positions[market].longs.remove(old.value, key)
      case .short: derived.positions[market].shorts.remove(old.value, key)
      case .other: derived.positions[market].others.remove(old.value, key)
      }
      derived.positionPlaces.remove(key)
    }
    if let next {
      switch next.kind {
      case .long: derived.positions[market].longs.insert(next.value, key)
      case .short: derived.positions[market].shorts.insert(next.value, key)
      case .other: derived.positions[market].others.insert(next.value, key)
      }
      derived.positionPlaces.set(key, next)
    }
  }

  private func positionPlace(_ key: PositionKey, _ record: PositionRecord, _ market: MarketRecord) -> PositionPlace {
    if let price = emptyPrice(key, record, market) {
      return PositionPlace(kind: key.isLong ? .long : .short, value: price)
    }
    return PositionPlace(kind: .other, value: .zero)
  }

  /// The index price at which collateral and profit are nothing, costs aside, rounded down: longs fall to it, shorts
  /// rise to it. Nil where the collateral has a price of its own that moves.
  private func emptyPrice(_ key: PositionKey, _ record: PositionRecord, _ market: MarketRecord) -> UInt256? {
    var collateral = UInt256.zero
    var tokens = record.sizeInTokens
    if key.collateralToken == market.indexToken {
      tokens = key.isLong ? tokens &+ record.collateralAmount : tokens &- min(tokens, record.collateralAmount)
    } else {
      guard let held = roster.token(key.collateralToken)?.heldPrice else { return nil }
      let (value, overflow) = record.collateralAmount.multipliedReportingOverflow(by: held)
      if overflow { return nil }
      collateral = value
    }
    if key.isLong {
      let debt: UInt256 = record.sizeInUsd > collateral ? record.sizeInUsd &- collateral : .zero
      return (try? debt.divided(by: tokens, rounding: .floor)) ?? .zero
    }
    return (try? (record.sizeInUsd &+ collateral).divided(by: tokens, rounding: .floor)) ?? .max
  }
}
