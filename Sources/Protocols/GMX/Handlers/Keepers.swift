import Canonical
import Quantities

// What keepers start by themselves, deposits and withdrawals in one step, and claims. Rules GMX-91 to GMX-97.
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

  /// Rule GMX-94: create and execute at once. Throws when even the creation fails.
  public mutating func executeDeposit(
    _ request: DepositRequest, _ context: inout ExecutionContext
  ) throws(Revert) -> RequestOutcome {
    if request.longAmount.isZero && request.shortAmount.isZero { throw Revert(.emptyDepositAmounts) }
    try attempt(&context) { (state, _) throws(Revert) in
      try state.move(
        request.longAmount, of: request.initialLongToken, from: request.account, to: Holder.orderVault)
      try state.move(
        request.shortAmount, of: request.initialShortToken, from: request.account, to: Holder.orderVault)
    }
    do throws(Revert) {
      _ = try attempt(&context) { (state, context) throws(Revert) in try state.deposit(request, &context) }
      return .executed
    } catch {
      try move(request.longAmount, of: request.initialLongToken, from: Holder.orderVault, to: request.account)
      try move(request.shortAmount, of: request.initialShortToken, from: Holder.orderVault, to: request.account)
      if error.error.leavesRequests { throw error }
      return .cancelled(error)
    }
  }

  /// Rule GMX-95.
  public mutating func executeWithdrawal(
    _ request: WithdrawalRequest, _ context: inout ExecutionContext
  ) throws(Revert) -> RequestOutcome {
    if request.marketTokens.isZero { throw Revert(.emptyWithdrawalAmount) }
    let held = balance(of: request.account, request.market.token)
    if held.isNegative || held.magnitude < request.marketTokens {
      throw .message("ERC20: transfer amount exceeds balance")
    }
    do throws(Revert) {
      try attempt(&context) { (state, context) throws(Revert) in
        try state.withdraw(request, from: request.account, &context)
      }
      return .executed
    } catch {
      if error.error.leavesRequests { throw error }
      return .cancelled(error)
    }
  }

  /// Rule GMX-96: pays out what funding gave to an account.
  public mutating func claimFunding(
    _ id: MarketID, _ token: TokenID, _ account: Address, _ context: inout ExecutionContext
  ) throws(Revert) -> UInt256 {
    let key = StoreKey(.claimableFundingAmount, id, token: token, account: account)
    let total = StoreKey(.claimableFundingAmount, id, token: token)
    let claimed = amount(key)
    set(key, to: UInt256.zero)
    set(total, to: try amount(total) - claimed)
    try move(claimed, of: token, from: Holder.market(id), to: account)
    context.emit(
      .fundingFeesClaimed,
      [
        NamedFigure("token", .token(token)), NamedFigure("amount", claimed),
        NamedFigure("nextPoolValue", amount(total)),
      ])
    return claimed
  }
}
