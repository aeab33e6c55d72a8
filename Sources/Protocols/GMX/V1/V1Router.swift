import Canonical
import Quantities
import StateStore

/// What became of an action: an amount of tokens or shares, a request's number, or the end of a request.
public enum V1Outcome: Sendable, Equatable {
  case amount(UInt256)
  case requested(UInt64)
  case request(RequestOutcome)
  case done
}

// Who may do what with the vault. Rules GMX-169 to GMX-172.
extension GMXState {
  /// Carries an action out for its signer. A refusal leaves nothing behind.
  public mutating func executeV1(
    _ action: V1Action, signer: Address, isKeeper: Bool, _ context: inout ExecutionContext
  ) throws(Revert) -> V1Outcome {
    try attempt(&context) { (state, context) throws(Revert) in
      try state.v1Perform(action, signer: signer, isKeeper: isKeeper, &context)
    }
  }

  private mutating func v1Perform(
    _ action: V1Action, signer: Address, isKeeper: Bool, _ context: inout ExecutionContext
  ) throws(Revert) -> V1Outcome {
    switch action {
    case .swap(let path, let amountIn, let minOut):
      return .amount(try v1Swap(path, amountIn: amountIn, minOut: minOut, from: signer, &context))
    case .addLiquidity(let token, let amount, let minUSDG, let minGLP):
      return .amount(
        try v1AddLiquidity(token, amount: amount, minUSDG: minUSDG, minGLP: minGLP, account: signer, &context))
    case .removeLiquidity(let token, let glpAmount, let minOut):
      return .amount(
        try v1RemoveLiquidity(token, glpAmount: glpAmount, minOut: minOut, account: signer, &context))
    case .request(let request): return .requested(try v1Create(request, for: signer, context))
    case .executeRequest(let id):
      return .request(try v1Execute(request: id, by: signer, isKeeper: isKeeper, &context))
    case .cancelRequest(let id): try v1Cancel(request: id, by: signer, isKeeper: isKeeper, context)
    case .liquidate(let key): try v1Liquidate(key, feeReceiver: signer, &context)
    case .directPoolDeposit(let token, let amount):
      try v1DirectPoolDeposit(token, amount: amount, from: signer, &context)
    case .updateFundingRate(let token): try v1UpdateFundingRate(token, &context)
    }
    return .done
  }

  // MARK: Requests

  /// Tokens of an increase wait with the router. Rule GMX-169.
  mutating func v1Create(
    _ request: V1Request, for account: Address, _ context: ExecutionContext
  ) throws(Revert) -> UInt64 {
    _ = try v1Settings()
    guard request.path.count == 1 || request.path.count == 2 && request.trigger == nil else { throw .message("len") }
    var given = request
    if !given.isIncrease { given.amountIn = .zero }
    if given.isIncrease { given.collateralDelta = .zero }
    try move(given.amountIn, of: given.path[0], from: account, to: Holder.v1Router)
    var totals = v1Total
    let (id, overflow) = totals.requestCount.addingReportingOverflow(1)
    if overflow { throw .overflow }
    totals.requestCount = id
    v1TotalsTable.set(0, totals)
    v1Requests.set(id, V1RequestRecord(account: account, createdAt: context.time, request: given))
    return id
  }

  /// Keepers wait for the shortest time, owners for the public one; late requests are over. A keeper's failure cancels
  /// a request; one with a trigger stays. Rule GMX-170.
  mutating func v1Execute(
    request id: UInt64, by signer: Address, isKeeper: Bool, _ context: inout ExecutionContext
  ) throws(Revert) -> RequestOutcome {
    guard let record = v1Requests[id] else { throw Revert(.orderNotFound) }
    if let trigger = record.request.trigger {
      try v1Validate(trigger, record.request, context)
      try v1Perform(record, id, &context)
      return .executed
    }
    try v1ValidateDelay(record, by: signer, isKeeper: isKeeper, context)
    if !isKeeper {
      try v1Perform(record, id, &context)
      return .executed
    }
    do throws(Revert) {
      try attempt(&context) { (state, context) throws(Revert) in try state.v1Perform(record, id, &context) }
      return .executed
    } catch {
      try v1Drop(id, record)
      return .cancelled(error)
    }
  }

  private func v1ValidateDelay(
    _ record: V1RequestRecord, by signer: Address, isKeeper: Bool, _ context: ExecutionContext
  ) throws(Revert) {
    let settings = try v1Settings()
    if !isKeeper, signer != record.account { throw .message("403") }
    let delay = isKeeper ? settings.minDelayKeeper : settings.minTimeDelayPublic
    if try UInt256(record.createdAt).plus(delay) > UInt256(context.time) { throw .message("delay") }
  }

  /// The price that is worse for the trader must be beyond the trigger. Rule GMX-171.
  private func v1Validate(
    _ trigger: V1Trigger, _ request: V1Request, _ context: ExecutionContext
  ) throws(Revert) {
    let price = try v1Price(request.indexToken, maximise: request.isLong == request.isIncrease, context)
    if trigger.isAbove ? price <= trigger.price : price >= trigger.price {
      throw .message("OrderBook: invalid price for execution")
    }
  }

  mutating func v1Cancel(
    request id: UInt64, by signer: Address, isKeeper: Bool, _ context: ExecutionContext
  ) throws(Revert) {
    guard let record = v1Requests[id] else { throw Revert(.orderNotFound) }
    if record.request.trigger == nil {
      try v1ValidateDelay(record, by: signer, isKeeper: isKeeper, context)
    } else if signer != record.account {
      throw .message("403")
    }
    try v1Drop(id, record)
  }

  private mutating func v1Drop(_ id: UInt64, _ record: V1RequestRecord) throws(Revert) {
    v1Requests.remove(id)
    try move(record.request.amountIn, of: record.request.path[0], from: Holder.v1Router, to: record.account)
  }

  private mutating func v1Perform(
    _ record: V1RequestRecord, _ id: UInt64, _ context: inout ExecutionContext
  ) throws(Revert) {
    if record.request.trigger == nil {
      let latest = try UInt256(record.createdAt).plus(v1Settings().maxTimeDelay)
      if latest <= UInt256(context.time) { throw .message("expired") }
    }
    v1Requests.remove(id)
    if record.request.isIncrease {
      try v1PerformIncrease(record, &context)
    } else {
      try v1PerformDecrease(record, &context)
    }
  }

  // MARK: Through the router to the vault

  private mutating func v1PerformIncrease(
    _ record: V1RequestRecord, _ context: inout ExecutionContext
  ) throws(Revert) {
    let request = record.request
    let token = request.path[request.path.count - 1]
    let key = V1PositionKey(
      account: record.account, collateralToken: token, indexToken: request.indexToken, isLong: request.isLong)
    var amount = request.amountIn
    if request.path.count == 2, !amount.isZero {
      try move(amount, of: request.path[0], from: Holder.v1Router, to: Holder.v1Vault)
      amount = try v1VaultSwap(request.path[0], token, amountIn: amount, to: Holder.v1Router, &context)
      if amount < request.minOut { throw .message("insufficient amountOut") }
    }
    if try v1LowersLeverage(key, amountIn: amount, sizeDelta: request.sizeDelta, context) {
      if request.trigger != nil {
        throw .message(
          request.sizeDelta.isZero ? "PositionManager: long deposit" : "PositionManager: long leverage decrease")
      }
      amount = try v1CollectDepositFee(token, amount)
    }
    try move(amount, of: token, from: Holder.v1Router, to: Holder.v1Vault)
    try v1ValidateGlobalSize(key, sizeDelta: request.sizeDelta)
    let price = try v1Price(key.indexToken, maximise: key.isLong, context)
    if request.trigger == nil {
      try Self.v1ValidateMark(price, request.acceptablePrice, atMost: key.isLong)
    }
    try v1TrackShorts(key, sizeDelta: request.sizeDelta, price: price, isIncrease: true, context)
    try v1Increase(key, collateralIn: amount, sizeDelta: request.sizeDelta, &context)
  }

  private mutating func v1PerformDecrease(
    _ record: V1RequestRecord, _ context: inout ExecutionContext
  ) throws(Revert) {
    let request = record.request
    let key = V1PositionKey(
      account: record.account, collateralToken: request.path[0], indexToken: request.indexToken,
      isLong: request.isLong)
    let price = try v1Price(key.indexToken, maximise: !key.isLong, context)
    if request.trigger == nil {
      try Self.v1ValidateMark(price, request.acceptablePrice, atMost: !key.isLong)
    }
    try v1TrackShorts(key, sizeDelta: request.sizeDelta, price: price, isIncrease: false, context)
    let isSwapped = request.path.count == 2
    let amount = try v1Decrease(
      key, collateralDelta: request.collateralDelta, sizeDelta: request.sizeDelta,
      to: isSwapped ? Holder.v1Router : record.account, &context)
    if !isSwapped || amount.isZero { return }
    try move(amount, of: request.path[0], from: Holder.v1Router, to: Holder.v1Vault)
    let out = try v1VaultSwap(request.path[0], request.path[1], amountIn: amount, to: record.account, &context)
    if out < request.minOut { throw .message("insufficient amountOut") }
  }

  private static func v1ValidateMark(_ mark: UInt256, _ limit: UInt256, atMost: Bool) throws(Revert) {
    if atMost, mark > limit { throw .message("markPrice > price") }
    if !atMost, mark < limit { throw .message("markPrice < price") }
  }

  private func v1ValidateGlobalSize(_ key: V1PositionKey, sizeDelta: UInt256) throws(Revert) {
    if sizeDelta.isZero { return }
    let pool = v1Pool(key.indexToken)
    let terms = v1Tokens[key.indexToken]
    let most = (key.isLong ? terms?.maxGlobalLongSize : terms?.maxGlobalShortSize) ?? .zero
    let next = try (key.isLong ? pool.guaranteedUsd : pool.globalShortSize).plus(sizeDelta)
    if !most.isZero, next > most { throw .message(key.isLong ? "max longs exceeded" : "max shorts exceeded") }
  }

  /// Whether collateral comes in without as much size: on longs that would be a swap without a fee. Rule GMX-172.
  private func v1LowersLeverage(
    _ key: V1PositionKey, amountIn: UInt256, sizeDelta: UInt256, _ context: ExecutionContext
  ) throws(Revert) -> Bool {
    if !key.isLong { return false }
    if sizeDelta.isZero { return true }
    guard let position = v1Positions[key] else { return false }
    let nextSize = try position.size.plus(sizeDelta)
    let nextCollateral = try position.collateral.plus(v1Usd(key.collateralToken, amount: amountIn, context))
    let before = try position.size.times(V1Scale.basisPoints).over(position.collateral)
    let buffered = try V1Scale.basisPoints.plus(v1Settings().increasePositionBufferBps)
    return try nextSize.times(buffered).over(nextCollateral) < before
  }

  private mutating func v1CollectDepositFee(_ token: TokenID, _ amount: UInt256) throws(Revert) -> UInt256 {
    let rest = try V1Scale.basisPoints.minus(v1Settings().depositFee)
    let left = try amount.times(rest).over(V1Scale.basisPoints)
    let fee = try amount.minus(left)
    try v1Change(token) { (pool) throws(Revert) in pool.depositFeeReserve = try pool.depositFeeReserve.plus(fee) }
    return left
  }

  /// A keeper's: the tracker first, then the vault. Rule GMX-164.
  mutating func v1Liquidate(
    _ key: V1PositionKey, feeReceiver: Address, _ context: inout ExecutionContext
  ) throws(Revert) {
    let size = v1Positions[key]?.size ?? .zero
    let price = try v1Price(key.indexToken, maximise: !key.isLong, context)
    try v1TrackShorts(key, sizeDelta: size, price: price, isIncrease: false, context)
    try v1LiquidateInVault(key, feeReceiver: feeReceiver, &context)
  }
}
