import Canonical
import Quantities

// Rules GMX-84 to GMX-90.
extension GMXState {
  // MARK: Execute

  /// Executes a waiting order; refuses where the contracts leave the request untouched. Rules GMX-84 to GMX-88.
  public mutating func execute(
    order id: UInt64, _ context: inout ExecutionContext
  ) throws(Revert) -> RequestOutcome {
    guard let order = orders[id] else { throw Revert(.orderNotFound) }
    try validateOracleAge(context)
    do throws(Revert) {
      try attempt(&context) { (state, context) throws(Revert) in
        state.store(OrderRecord?.none, id: id)
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
    store(frozen, id: id)
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
      try validateBanks(order.swapPath)
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
    try validateBank(market)
    try validateBanks(order.swapPath)
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
    if !order.isTriggered(index) {
      throw Revert(
        .invalidOrderPrices, NamedFigure("primaryPriceMin", index.min), NamedFigure("primaryPriceMax", index.max),
        NamedFigure("triggerPrice", order.triggerPrice), NamedFigure("orderType", UInt64(order.orderType.rawValue)))
    }
  }

  /// Rule GMX-86.
  func validateOracleTimes(
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

extension OrderRecord {
  /// Whether the price has reached the trigger; always for orders without one. Rule GMX-85.
  func isTriggered(_ index: Price) -> Bool {
    switch orderType {
    case .limitIncrease: isLong ? index.max <= triggerPrice : index.min >= triggerPrice
    case .stopIncrease: isLong ? index.max >= triggerPrice : index.min <= triggerPrice
    case .limitDecrease: isLong ? index.min >= triggerPrice : index.max <= triggerPrice
    case .stopLossDecrease: isLong ? index.min <= triggerPrice : index.max >= triggerPrice
    default: true
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
