import Canonical
import Quantities

// Moves of a vault's market tokens by keepers. Rules GMX-147 and GMX-148.
extension GMXState {
  /// A keeper asks for a move; no tokens leave the vault yet. Rule GMX-147.
  public mutating func createGLVShift(
    _ request: GLVShiftRequest, id: UInt64, _ context: inout ExecutionContext
  ) throws(Revert) {
    try validate(request, context.time)
    glvShifts.set(
      id, Waiting(request: request, receiver: Holder.glv(request.glv), updatedAtTime: context.time))
    emitCreated(request, context.time, &context)
  }

  private func validate(_ request: GLVShiftRequest, _ time: UInt64) throws(Revert) {
    try validateGLVMarket(request.glv, request.fromMarket, mustBeOpen: false)
    try validateGLVMarket(request.glv, request.toMarket, mustBeOpen: true)
    try validateShiftInterval(request.glv, time)
    let held = glvMarketTokens(request.glv, request.fromMarket)
    if held < request.marketTokens {
      throw Revert(
        .glvInsufficientMarketTokenBalance, NamedFigure("glv", UInt64(request.glv)),
        NamedFigure("market", UInt64(request.fromMarket)), NamedFigure("marketTokenBalance", held),
        NamedFigure("marketTokenAmount", request.marketTokens))
    }
    _ = try enabledMarket(request.fromMarket)
    _ = try enabledMarket(request.toMarket)
  }

  private func emitCreated(_ request: GLVShiftRequest, _ time: UInt64, _ context: inout ExecutionContext) {
    context.emit(
      .glvShiftCreated, NamedFigure("glv", UInt64(request.glv)), NamedFigure("fromMarket", UInt64(request.fromMarket)),
      NamedFigure("toMarket", UInt64(request.toMarket)), NamedFigure("marketTokenAmount", request.marketTokens),
      NamedFigure("minMarketTokens", request.minMarketTokens), NamedFigure("updatedAtTime", time))
  }

  /// A vault shifts at most once in its interval.
  private func validateShiftInterval(_ glv: GLVID, _ time: UInt64) throws(Revert) {
    let interval = setting(.glvShiftMinInterval, glv)
    if interval.isZero { return }
    let last = amount(StoreKey(.glvShiftLastExecutedAt, glv))
    if UInt256(time) < (try last + interval) {
      throw Revert(
        .glvShiftIntervalNotYetPassed, NamedFigure("currentTimestamp", time),
        NamedFigure("lastGlvShiftExecutedAt", last), NamedFigure("glvShiftMinInterval", interval))
    }
  }

  /// Executes a waiting move; errors of the oracle leave it, all others end it. Rule GMX-147.
  public mutating func executeGLVShift(
    _ id: UInt64, _ context: inout ExecutionContext
  ) throws(Revert) -> RequestOutcome {
    try validateOracleAge(context)
    guard let record = glvShifts[id] else { throw Revert(.glvShiftNotFound, NamedFigure("key", id)) }
    do throws(Revert) {
      try attempt(&context) { (state, context) throws(Revert) in
        state.glvShifts.remove(id)
        try state.shiftGLV(record.request, requestedAt: record.updatedAtTime, &context)
      }
      return .executed
    } catch {
      if error.error.leavesRequests { throw error }
      glvShifts.remove(id)
      context.emit(
        .glvShiftCancelled, NamedFigure("key", id), NamedFigure("reason", error.error.rawValue))
      return .cancelled(error)
    }
  }

  private mutating func shiftGLV(
    _ request: GLVShiftRequest, requestedAt: UInt64, _ context: inout ExecutionContext
  ) throws(Revert) {
    let glv = request.glv
    try validateShiftInterval(glv, context.time)
    set(StoreKey(.glvShiftLastExecutedAt, glv), to: UInt256(context.time))
    try validateOracleTimes(context.oracle, notBefore: requestedAt, requestedAt: requestedAt)
    if request.marketTokens.isZero { throw Revert(.emptyShiftAmount) }
    let holder = Holder.glv(glv)
    try transferOut(request.marketTokens, of: request.fromMarket.token, from: holder, to: Holder.shiftVault)
    let shift = ShiftRequest(
      account: holder, fromMarket: request.fromMarket, toMarket: request.toMarket,
      marketTokens: request.marketTokens, minMarketTokens: request.minMarketTokens)
    let received = try self.shift(shift, receiver: holder, &context)
    syncGLV(glv, request.fromMarket)
    syncGLV(glv, request.toMarket)
    try validateLoss(request, received: received, context)
    context.emit(.glvShiftExecuted, NamedFigure("receivedMarketTokens", received))
    try emitGLVValue(glv, &context)
  }

  /// The limit of the market that received, then what was lost on the way, both at the highest value after the move.
  private func validateLoss(
    _ request: GLVShiftRequest, received: UInt256, _ context: ExecutionContext
  ) throws(Revert) {
    let target = try market(request.toMarket)
    let targetValue = try positivePoolValue(target, .deposits, maximize: true, context)
    try validateGLVBalance(request.glv, target, poolValue: targetValue)
    let receivedUsd = try usd(
      ofMarketTokens: received, poolValue: targetValue, supply: supplies[request.toMarket] ?? .zero)
    let source = try market(request.fromMarket)
    let sourceValue = try positivePoolValue(source, .deposits, maximize: true, context)
    let sentUsd = try usd(
      ofMarketTokens: request.marketTokens, poolValue: sourceValue, supply: supplies[request.fromMarket] ?? .zero)
    let loss = try GLV.lossFactor(sentUsd: sentUsd, receivedUsd: receivedUsd)
    let most = setting(.glvShiftMaxLossFactor, request.glv)
    if loss > most {
      throw Revert(
        .glvShiftMaxLossExceeded, NamedFigure("effectivePriceImpactFactor", loss),
        NamedFigure("glvMaxShiftPriceImpactFactor", most))
    }
  }

  /// Liquidity just in time: vaults move market tokens into the market of a waiting increase, which then executes.
  /// A failure of any part changes nothing and freezes nothing. Rule GMX-148.
  public mutating func executeJustInTime(
    order id: UInt64, _ shifts: [GLVShiftRequest], _ context: inout ExecutionContext
  ) throws(Revert) {
    try validateOracleAge(context)
    guard let order = orders[id] else { throw Revert(.orderNotFound) }
    if !order.orderType.isIncrease {
      throw Revert(.jitUnsupportedOrderType, NamedFigure("orderType", UInt64(order.orderType.rawValue)))
    }
    if shifts.isEmpty { throw Revert(.jitEmptyShiftParams) }
    try attempt(&context) { (state, context) throws(Revert) in
      for shift in shifts {
        if shift.toMarket != order.market {
          throw Revert(
            .jitInvalidToMarket, NamedFigure("market", UInt64(shift.toMarket)),
            NamedFigure("expectedMarket", UInt64(order.market)))
        }
        try state.validate(shift, context.time)
        state.emitCreated(shift, order.updatedAtTime, &context)
        try state.shiftGLV(shift, requestedAt: order.updatedAtTime, &context)
      }
      switch try state.execute(order: id, &context) {
      case .executed: return
      case .cancelled(let revert), .frozen(let revert): throw revert
      }
    }
  }
}
