import Canonical
import Quantities

// What keepers start by themselves, and claims. Rules GMX-91 to GMX-96.
extension GMXState {
  /// Rule GMX-91: always the whole position; a failure changes nothing.
  public mutating func liquidate(_ key: PositionKey, _ context: inout ExecutionContext) throws(Revert) {
    try validateOracleAge(context)
    let record = positions[key] ?? PositionRecord()
    let order = keeperOrder(key, .liquidation, size: record.sizeInUsd, time: context.time)
    try attempt(&context) { (state, context) throws(Revert) in
      try state.process(order, isADL: false, &context)
      try state.cancelFollowers(ofClosed: key)
    }
  }

  private func keeperOrder(
    _ key: PositionKey, _ type: OrderType, size: UInt256, time: UInt64
  ) -> OrderRecord {
    var order = OrderRecord(
      account: size.isZero && positions[key] == nil ? .zero : key.account, market: key.market,
      initialCollateralToken: key.collateralToken, orderType: type, decreaseSwap: .profitToCollateral,
      isLong: key.isLong, sizeDeltaUsd: size, initialCollateralDeltaAmount: .zero,
      acceptablePrice: key.isLong ? .zero : .max)
    order.updatedAtTime = time
    return order
  }

  mutating func cancelFollowers(ofClosed key: PositionKey) throws(Revert) {
    if positions[key] != nil { return }
    for id in autoCancels[key]?.orders ?? [] where orders[id] != nil { try dropOrder(id) }
  }

  /// Rule GMX-92.
  public mutating func updateADLState(
    _ id: MarketID, isLong: Bool, _ context: inout ExecutionContext
  ) throws(Revert) {
    try validateOracleAge(context)
    let market = try market(id)
    let prices = try context.oracle.prices(of: market)
    try validateADLTime(market, isLong: isLong, context)
    let check = try profitCheck(market, prices, isLong: isLong, .adl)
    set(StoreKey(.isADLEnabled, id, flag: isLong), to: check.isExceeded ? UInt256.one : .zero)
    set(StoreKey(.latestADLAt, id, flag: isLong), to: UInt256(context.time))
    context.emit(
      .adlStateUpdated,
      [
        NamedFigure("maxPnlFactor", check.limit), NamedFigure("pnlToPoolFactor", check.factor),
        NamedFigure("isLong", isLong), NamedFigure("shouldEnableAdl", check.isExceeded),
      ])
  }

  private func validateADLTime(_ market: MarketRecord, isLong: Bool, _ context: ExecutionContext) throws(Revert) {
    let latest = amount(.latestADLAt, market.market, flag: isLong)
    if UInt256(context.oracle.maxTimestamp) < latest {
      throw Revert(
        .oracleTimestampsAreSmallerThanRequired, NamedFigure("maxOracleTimestamp", context.oracle.maxTimestamp),
        NamedFigure("latestAdlTime", latest))
    }
  }

  /// Rule GMX-93.
  public mutating func deleverage(
    _ key: PositionKey, size: UInt256, _ context: inout ExecutionContext
  ) throws(Revert) {
    try validateOracleAge(context)
    try attempt(&context) { (state, context) throws(Revert) in
      try state.deleveraged(key, size: size, &context)
    }
  }

  private mutating func deleveraged(
    _ key: PositionKey, size: UInt256, _ context: inout ExecutionContext
  ) throws(Revert) {
    let market = try market(key.market)
    let prices = try context.oracle.prices(of: market)
    if amount(.isADLEnabled, key.market, flag: key.isLong).isZero { throw Revert(.adlNotEnabled) }
    try validateADLTime(market, isLong: key.isLong, context)
    let check = try profitCheck(market, prices, isLong: key.isLong, .adl)
    if !check.isExceeded {
      throw Revert(
        .adlNotRequired, NamedFigure("pnlToPoolFactor", check.factor),
        NamedFigure("maxPnlFactorForAdl", check.limit))
    }
    let held = positions[key]?.sizeInUsd ?? .zero
    if size > held {
      throw Revert(
        .invalidSizeDeltaForAdl, NamedFigure("sizeDeltaUsd", size), NamedFigure("positionSizeInUsd", held))
    }
    var order = keeperOrder(key, .marketDecrease, size: size, time: context.oracle.minTimestamp)
    order.account = key.account
    try process(order, isADL: true, &context)
    try cancelFollowers(ofClosed: key)
    let next = try profitToPoolFactor(market, prices, isLong: key.isLong, maximize: true)
    if next >= check.factor {
      throw Revert(
        .invalidAdl, NamedFigure("nextPnlToPoolFactor", next), NamedFigure("pnlToPoolFactor", check.factor))
    }
    let least = setting(.minPnLFactorAfterADL, key.market, flag: key.isLong)
    if next < (try least.signed()) {
      throw Revert(
        .pnlOvercorrected, NamedFigure("nextPnlToPoolFactor", next), NamedFigure("minPnlFactorForAdl", least))
    }
  }

  /// Rule GMX-96: pays out what funding gave to an account.
  public mutating func claimFunding(
    _ id: MarketID, _ token: TokenID, _ account: Address, _ context: inout ExecutionContext
  ) throws(Revert) -> UInt256 {
    let key = StoreKey(.claimableFundingAmount, id, token: token, account: account)
    let total = StoreKey(.claimableFundingAmount, id, token: token)
    let claimed = amount(key)
    let left = try amount(total) - claimed
    try payOut(of: id) { (state) throws(Revert) in
      state.set(key, to: UInt256.zero)
      state.set(total, to: left)
      try state.move(claimed, of: token, from: Holder.market(id), to: account)
    }
    context.emit(
      .fundingFeesClaimed,
      [
        NamedFigure("token", .token(token)), NamedFigure("amount", claimed),
        NamedFigure("nextPoolValue", amount(total)),
      ])
    return claimed
  }
}
