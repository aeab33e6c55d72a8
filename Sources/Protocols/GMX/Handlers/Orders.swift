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
    orders.set(id, order)
    try follow(order, id: id, follows: order.autoCancel)
  }

  private func validateNonEmpty(_ order: OrderRecord) throws(Revert) {
    if order.account == .zero || order.sizeDeltaUsd.isZero && order.initialCollateralDeltaAmount.isZero {
      throw Revert(.emptyOrder)
    }
  }

  private func followedKey(_ order: OrderRecord) -> PositionKey {
    PositionKey(
      account: order.account, market: order.market, collateralToken: order.initialCollateralToken,
      isLong: order.isLong)
  }

  /// Puts an order on its position's list, or takes it off. Rule GMX-89.
  private mutating func follow(_ order: OrderRecord, id: UInt64, follows: Bool) throws(Revert) {
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
    orders.set(id, order)
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
  private mutating func drop(_ id: UInt64, _ order: OrderRecord) throws(Revert) {
    orders.remove(id)
    try follow(order, id: id, follows: false)
    if !order.orderType.isDecrease {
      try move(
        order.initialCollateralDeltaAmount, of: order.initialCollateralToken, from: Holder.orderVault,
        to: order.account)
    }
  }

  // MARK: Execute

  /// Executes a waiting order; refuses where the contracts leave the request untouched. Rules GMX-84 to GMX-88.
  public mutating func execute(
    order id: UInt64, _ context: inout ExecutionContext
  ) throws(Revert) -> RequestOutcome {
    guard let order = orders[id] else { throw Revert(.orderNotFound) }
    try validateOracleAge(context)
    do throws(Revert) {
      try attempt(&context) { (state, context) throws(Revert) in
        state.orders.remove(id)
        try state.process(order, isADL: false, &context)
        try state.follow(order, id: id, follows: false)
        if order.orderType.isDecrease { try state.cancelFollowers(of: order) }
      }
      return .executed
    } catch {
      return try resolve(error, id, order)
    }
  }

  /// Rule GMX-88: what a failed execution does to its order.
  private mutating func resolve(_ revert: Revert, _ id: UInt64, _ order: OrderRecord) throws(Revert) -> RequestOutcome {
    if revert.error.leavesRequests || order.isFrozen { throw revert }
    let isMarket = order.orderType.isMarket
    if !isMarket, revert.error == .emptyPosition { throw revert }
    if revert.error.leavesOrders { throw revert }
    if isMarket || revert.error.cancelsOrders {
      try drop(id, order)
      return .cancelled(revert)
    }
    var frozen = order
    frozen.isFrozen = true
    orders.set(id, frozen)
    return .frozen(revert)
  }

  func validateOracleAge(_ context: ExecutionContext) throws(Revert) {
    let oldest = try UInt256(context.oracle.minTimestamp) + setting(.maxOraclePriceAge)
    if oldest < UInt256(context.time) {
      throw Revert(
        .maxPriceAgeExceeded, NamedFigure("oracleTimestamp", context.oracle.minTimestamp),
        NamedFigure("currentTimestamp", context.time))
    }
    let range = UInt256(context.oracle.maxTimestamp &- context.oracle.minTimestamp)
    let most = setting(.maxOracleTimestampRange)
    if !most.isZero, range > most {
      throw Revert(
        .maxOracleTimestampRangeExceeded, NamedFigure("range", range), NamedFigure("maxRange", most))
    }
  }

  mutating func dropOrder(_ id: UInt64) throws(Revert) {
    if let order = orders[id] { try drop(id, order) }
  }

  private mutating func cancelFollowers(of order: OrderRecord) throws(Revert) {
    let key = followedKey(order)
    if positions[key] != nil { return }
    for id in autoCancels[key]?.orders ?? [] {
      if let follower = orders[id] { try drop(id, follower) }
    }
  }

  /// An order that was taken from the store: trigger, accrual, then its kind. Rule GMX-50.
  mutating func process(
    _ order: OrderRecord, isADL: Bool, _ context: inout ExecutionContext
  ) throws(Revert) {
    try validateNonEmpty(order)
    if order.orderType.isSwap {
      try validateFromTime(order, context)
      try swap(order, &context)
      return
    }
    let market = try market(order.market)
    let prices = try context.oracle.prices(of: market)
    try validateTrigger(order, prices.index)
    try validateFromTime(order, context)
    try accrue(market, prices, context.time)
    if order.orderType.isIncrease {
      try increase(market, prices, order, &context)
    } else {
      try decrease(market, prices, order, isADL: isADL, &context)
    }
  }

  private func validateFromTime(_ order: OrderRecord, _ context: ExecutionContext) throws(Revert) {
    if !order.orderType.isMarket, order.orderType != .liquidation, order.validFromTime > context.time {
      throw Revert(
        .orderValidFromTimeNotReached, NamedFigure("validFromTime", order.validFromTime),
        NamedFigure("currentTimestamp", context.time))
    }
  }

  /// Rule GMX-85.
  private func validateTrigger(_ order: OrderRecord, _ index: Price) throws(Revert) {
    let isMet: Bool
    let trigger = order.triggerPrice
    switch order.orderType {
    case .limitIncrease: isMet = order.isLong ? index.max <= trigger : index.min >= trigger
    case .stopIncrease: isMet = order.isLong ? index.max >= trigger : index.min <= trigger
    case .limitDecrease: isMet = order.isLong ? index.min >= trigger : index.max <= trigger
    case .stopLossDecrease: isMet = order.isLong ? index.min <= trigger : index.max >= trigger
    default: isMet = true
    }
    if !isMet {
      throw Revert(
        .invalidOrderPrices, NamedFigure("primaryPriceMin", index.min), NamedFigure("primaryPriceMax", index.max),
        NamedFigure("triggerPrice", trigger), NamedFigure("orderType", UInt64(order.orderType.rawValue)))
    }
  }

  /// Rule GMX-86.
  private func validateOracleTimes(
    _ oracle: OraclePrices, notBefore: UInt64, requestedAt: UInt64?
  ) throws(Revert) {
    if oracle.minTimestamp < notBefore {
      throw Revert(
        .oracleTimestampsAreSmallerThanRequired, NamedFigure("minOracleTimestamp", oracle.minTimestamp),
        NamedFigure("expectedTimestamp", notBefore))
    }
    guard let requestedAt else { return }
    let expiration = setting(.requestExpirationTime)
    if try UInt256(oracle.maxTimestamp) > UInt256(requestedAt) + expiration {
      throw Revert(
        .oracleTimestampsAreLargerThanRequestExpirationTime,
        NamedFigure("maxOracleTimestamp", oracle.maxTimestamp), NamedFigure("requestTimestamp", requestedAt),
        NamedFigure("requestExpirationTime", expiration))
    }
  }

  private func validateIncreaseTimes(_ order: OrderRecord, _ context: ExecutionContext) throws(Revert) {
    let isMarket = order.orderType.isMarket
    try validateOracleTimes(
      context.oracle, notBefore: order.updatedAtTime, requestedAt: isMarket ? order.updatedAtTime : nil)
    if !isMarket {
      try validateOracleTimes(context.oracle, notBefore: order.validFromTime, requestedAt: nil)
    }
  }

  private mutating func swap(_ order: OrderRecord, _ context: inout ExecutionContext) throws(Revert) {
    if order.market != 0 { throw Revert(.unexpectedMarket) }
    try validateIncreaseTimes(order, context)
    _ = try swap(
      SwapRequest(
        tokenIn: order.initialCollateralToken, amountIn: order.initialCollateralDeltaAmount, path: order.swapPath,
        minOutputAmount: order.minOutputAmount, bank: Holder.orderVault, receiver: order.account,
        uiFeeReceiver: order.uiFeeReceiver), &context)
  }

  private mutating func increase(
    _ market: MarketRecord, _ prices: MarketPrices, _ order: OrderRecord, _ context: inout ExecutionContext
  ) throws(Revert) {
    try validateEnabled(market)
    try validateIncreaseTimes(order, context)
    let collateral = try swap(
      SwapRequest(
        tokenIn: order.initialCollateralToken, amountIn: order.initialCollateralDeltaAmount, path: order.swapPath,
        minOutputAmount: order.minOutputAmount, bank: Holder.orderVault, receiver: Holder.market(market.market),
        uiFeeReceiver: order.uiFeeReceiver), &context)
    _ = try collateralPrice(market, prices, collateral.token)
    try increase(
      market, prices, order, collateralToken: collateral.token, collateralIn: collateral.amount, &context)
  }

  private mutating func decrease(
    _ market: MarketRecord, _ prices: MarketPrices, _ order: OrderRecord, isADL: Bool,
    _ context: inout ExecutionContext
  ) throws(Revert) {
    try validateEnabled(market)
    let position = position(order, collateralToken: order.initialCollateralToken)
    let record = position.record
    if record.sizeInUsd.isZero, record.sizeInTokens.isZero, record.collateralAmount.isZero {
      throw Revert(.emptyPosition)
    }
    switch order.orderType {
    case .marketDecrease:
      try validateOracleTimes(
        context.oracle, notBefore: order.updatedAtTime, requestedAt: order.updatedAtTime)
    case .liquidation:
      try validateOracleTimes(
        context.oracle, notBefore: max(record.increasedAtTime, record.decreasedAtTime), requestedAt: nil)
    default:
      try validateOracleTimes(
        context.oracle, notBefore: max(order.updatedAtTime, record.increasedAtTime), requestedAt: nil)
      try validateOracleTimes(context.oracle, notBefore: order.validFromTime, requestedAt: nil)
    }
    let result = try decrease(market, prices, order, position, isADL: isADL, &context)
    try pay(result, market, order, &context)
  }

  /// Rule GMX-70: two tokens go out as they are, one goes along the order's path.
  private mutating func pay(
    _ result: DecreaseResult, _ market: MarketRecord, _ order: OrderRecord, _ context: inout ExecutionContext
  ) throws(Revert) {
    let bank = Holder.market(market.market)
    if !result.secondary.isZero {
      let usd = try result.output * context.oracle.price(result.outputToken).min
      try validateOutput(
        usd + result.secondary * context.oracle.price(result.secondaryToken).min, order.minOutputAmount)
      try move(result.output, of: result.outputToken, from: bank, to: order.account)
      try move(result.secondary, of: result.secondaryToken, from: bank, to: order.account)
      return
    }
    let request = SwapRequest(
      tokenIn: result.outputToken, amountIn: result.output, path: order.swapPath, bank: bank,
      receiver: order.account, uiFeeReceiver: order.uiFeeReceiver)
    if let swapped = trySwap(request, &context) {
      try validateOutput(
        swapped.amount * context.oracle.price(swapped.token).min, order.minOutputAmount)
    } else {
      try validateOutput(result.output * context.oracle.price(result.outputToken).min, order.minOutputAmount)
      try move(result.output, of: result.outputToken, from: bank, to: order.account)
    }
  }

  private func validateOutput(_ usd: UInt256, _ least: UInt256) throws(Revert) {
    if usd < least {
      throw Revert(
        .insufficientOutputAmount, NamedFigure("outputAmount", usd), NamedFigure("minOutputAmount", least))
    }
  }
}

extension ContractError {
  /// Errors of the oracle: the request stays as it is.
  var leavesRequests: Bool {
    switch self {
    case .oracleTimestampsAreSmallerThanRequired, .oracleTimestampsAreLargerThanRequestExpirationTime,
      .emptyPrimaryPrice, .maxPriceAgeExceeded, .maxOracleTimestampRangeExceeded:
      true
    default: false
    }
  }

  /// Errors after which an order waits on, unfrozen.
  var leavesOrders: Bool {
    switch self {
    case .emptyOrder, .invalidOrderPrices, .orderValidFromTimeNotReached: true
    default: false
    }
  }

  /// Errors that no later price can mend.
  var cancelsOrders: Bool {
    switch self {
    case .invalidPositionMarket, .invalidCollateralTokenForMarket, .invalidPositionSizeValues: true
    default: false
    }
  }
}
