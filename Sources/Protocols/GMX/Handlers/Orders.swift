import Canonical
import Quantities

/// What became of an execution.
public enum RequestOutcome: Sendable, Equatable {
  case executed
  /// Undone; the funds went back.
  case cancelled(Revert)
  /// Undone; the order waits, frozen.
  case frozen(Revert)
}

// Rules GMX-80 to GMX-90.
extension GMXState {
  // MARK: Create, update, cancel

  /// Takes an order and its tokens. Rule GMX-81.
  public mutating func create(
    _ given: OrderRecord, id: UInt64, _ context: ExecutionContext
  ) throws(Revert) {
    var order = given
    if order.orderType == .liquidation {
      throw Revert(.orderTypeCannotBeCreated, NamedFigure("orderType", UInt64(order.orderType.rawValue)))
    }
    if order.orderType.isMarket, order.validFromTime != 0 {
      throw Revert(.unexpectedValidFromTime, NamedFigure("orderType", UInt64(order.orderType.rawValue)))
    }
    if order.orderType.isSwap {
      if order.market != 0 { throw Revert(.unexpectedMarket) }
    } else {
      let market = try market(order.market)
      try validateEnabled(market)
    }
    let longest = setting(.maxSwapPathLength)
    if UInt256(UInt64(order.swapPath.count)) > longest {
      throw Revert(
        .maxSwapPathLengthExceeded, NamedFigure("swapPathLength", UInt64(order.swapPath.count)),
        NamedFigure("maxSwapPathLength", longest))
    }
    for id in order.swapPath {
      let market = try market(id)
      try validateEnabled(market)
      if market.isSingleToken { throw Revert(.invalidSwapMarket, NamedFigure("market", UInt64(id))) }
    }
    order.updatedAtTime = context.time
    try validateNonEmpty(order)
    if !order.orderType.isDecrease {
      try move(
        order.initialCollateralDeltaAmount, of: order.initialCollateralToken, from: order.account,
        to: Holder.orderVault)
    }
    if !order.orderType.mayCancelItself { order.autoCancel = false }
    store(order, id: id)
    try follow(order, id: id, follows: order.autoCancel)
  }

  func validateNonEmpty(_ order: OrderRecord) throws(Revert) {
    if order.account == .zero || order.sizeDeltaUsd.isZero && order.initialCollateralDeltaAmount.isZero {
      throw Revert(.emptyOrder)
    }
  }

  func followedKey(_ order: OrderRecord) -> PositionKey {
    PositionKey(
      account: order.account, market: order.market, collateralToken: order.initialCollateralToken,
      isLong: order.isLong)
  }

  /// Puts an order on its position's list, or takes it off. Rule GMX-89.
  mutating func follow(_ order: OrderRecord, id: UInt64, follows: Bool) throws(Revert) {
    let key = followedKey(order)
    var list = autoCancels[key]?.orders ?? []
    let isListed = list.contains(id)
    if isListed == follows { return }
    if follows {
      let most = setting(.maxAutoCancelOrders)
      if UInt256(UInt64(list.count)) >= most {
        throw Revert(
          .maxAutoCancelOrdersExceeded, NamedFigure("count", UInt64(list.count + 1)),
          NamedFigure("maxAutoCancelOrders", most))
      }
      list.append(id)
    } else {
      list.removeAll { $0 == id }
    }
    if list.isEmpty { autoCancels.remove(key) } else { autoCancels.set(key, OrderListRecord(orders: list)) }
  }

  /// New terms of a waiting order; it thaws. Rule GMX-82.
  public struct OrderUpdate: Sendable, Equatable {
    public var sizeDeltaUsd: UInt256
    public var acceptablePrice: UInt256
    public var triggerPrice: UInt256
    public var minOutputAmount: UInt256
    public var validFromTime: UInt64
    public var autoCancel: Bool

    public init(
      sizeDeltaUsd: UInt256, acceptablePrice: UInt256, triggerPrice: UInt256, minOutputAmount: UInt256,
      validFromTime: UInt64, autoCancel: Bool
    ) {
      self.sizeDeltaUsd = sizeDeltaUsd
      self.acceptablePrice = acceptablePrice
      self.triggerPrice = triggerPrice
      self.minOutputAmount = minOutputAmount
      self.validFromTime = validFromTime
      self.autoCancel = autoCancel
    }
  }

  public mutating func update(
    order id: UInt64, _ update: OrderUpdate, _ context: ExecutionContext
  ) throws(Revert) {
    guard var order = orders[id] else { throw Revert(.orderNotFound) }
    if order.orderType.isMarket {
      throw Revert(.orderNotUpdatable, NamedFigure("orderType", UInt64(order.orderType.rawValue)))
    }
    order.sizeDeltaUsd = update.sizeDeltaUsd
    order.acceptablePrice = update.acceptablePrice
    order.triggerPrice = update.triggerPrice
    order.minOutputAmount = update.minOutputAmount
    order.validFromTime = update.validFromTime
    order.autoCancel = update.autoCancel
    order.isFrozen = false
    order.updatedAtTime = context.time
    try validateNonEmpty(order)
    try follow(order, id: id, follows: order.autoCancel && order.orderType.mayCancelItself)
    store(order, id: id)
  }

  /// Rule GMX-83. The owner waits for the expiry of market orders.
  public mutating func cancel(order id: UInt64, _ context: ExecutionContext) throws(Revert) {
    guard let order = orders[id] else { throw Revert(.orderNotFound) }
    if order.orderType.isMarket {
      let expiration = setting(.requestExpirationTime)
      let age = try UInt256(context.time) - UInt256(order.updatedAtTime)
      if age < expiration {
        throw Revert(
          .requestNotYetCancellable, NamedFigure("requestAge", age),
          NamedFigure("requestExpirationAge", expiration), NamedFigure("requestType", "Order"))
      }
    }
    try drop(id, order)
  }

  /// Removes an order and gives its tokens back.
  mutating func drop(_ id: UInt64, _ order: OrderRecord) throws(Revert) {
    store(OrderRecord?.none, id: id)
    try follow(order, id: id, follows: false)
    if !order.orderType.isDecrease {
      try move(
        order.initialCollateralDeltaAmount, of: order.initialCollateralToken, from: Holder.orderVault,
        to: order.account)
    }
    try returnExecutionFee(of: id, to: order.account)
  }
}
