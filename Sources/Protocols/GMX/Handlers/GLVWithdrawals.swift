import Canonical
import Quantities

// Rule GMX-145.
extension GLVWithdrawalRequest: LiquidityRequest {
  public static var kindName: String { "GlvWithdrawal" }
  public static var vault: Address { Holder.glvVault }
  public static var createdEvent: ContractEvent.Name { .glvWithdrawalCreated }
  public static var cancelledEvent: ContractEvent.Name { .glvWithdrawalCancelled }

  public var brought: [TokenAmount] { [TokenAmount(glv.glvToken, glvTokens)] }

  public var figures: [NamedFigure] {
    [
      NamedFigure("glv", UInt64(glv)), NamedFigure("market", UInt64(market)),
      NamedFigure("glvTokenAmount", glvTokens), NamedFigure("minLongTokenAmount", minLongTokenAmount),
      NamedFigure("minShortTokenAmount", minShortTokenAmount),
    ]
  }

  public static var empty: ContractError { .emptyGlvWithdrawal }

  public static func missing(_ id: UInt64) -> Revert { Revert(.glvWithdrawalNotFound, NamedFigure("key", id)) }

  public static func waiting(_ id: UInt64, in state: GMXState) -> Waiting<Self>? { state.glvWithdrawals[id] }

  public static func store(_ record: Waiting<Self>?, _ id: UInt64, in state: inout GMXState) {
    if let record { state.glvWithdrawals.set(id, record) } else { state.glvWithdrawals.remove(id) }
  }

  public func pricedMarkets(in state: GMXState) -> [MarketID] {
    state.glvMarkets(glv) + [market] + longSwapPath + shortSwapPath
  }

  /// A vault that closed a market still lets withdraw from it.
  public func validate(receiver: Address, in state: GMXState, time: UInt64) throws(Revert) {
    try state.validateAccount(account)
    try state.validateGLVMarket(glv, market, mustBeOpen: false)
    _ = try state.enabledMarket(market)
    try state.validateSwapPath(longSwapPath)
    try state.validateSwapPath(shortSwapPath)
    try state.validateReceiver(receiver)
    if glvTokens.isZero { throw Revert(.emptyGlvWithdrawalAmount) }
  }

  public static func carryOut(
    _ record: Waiting<Self>, in state: inout GMXState, _ context: inout ExecutionContext
  ) throws(Revert) {
    try state.withdrawFromGLV(record.request, receiver: record.receiver, &context)
  }
}

extension GMXState {
  /// Market tokens worth the least value of the vault tokens leave the vault and are withdrawn from their market, which
  /// for that is valued at most. Rule GMX-145.
  mutating func withdrawFromGLV(
    _ request: GLVWithdrawalRequest, receiver: Address, _ context: inout ExecutionContext
  ) throws(Revert) {
    let glv = request.glv
    let value = try glvValue(glv, maximize: false, context)
    let usd = try GLV.usd(ofTokens: request.glvTokens, value: value, supply: glvSupplies[glv] ?? .zero)
    let market = try enabledMarket(request.market)
    let best = try positivePoolValue(market, .withdrawals, maximize: true, context)
    let tokens = try marketTokens(forUsd: usd, poolValue: best, supply: supplies[market.market] ?? .zero)
    try burnGLV(glv, request.glvTokens, from: Holder.glvVault)
    context.provisions.append(
      Provision(
        market: glv.glvToken, account: request.account, usd: usd, shares: request.glvTokens, isDeposit: false))
    try transferOut(tokens, of: market.market.token, from: Holder.glv(glv), to: Holder.glvVault)
    syncGLV(glv, market.market)
    if tokens.isZero { throw Revert(.emptyWithdrawalAmount) }
    var withdrawal = WithdrawalRequest(account: receiver, market: request.market, marketTokens: tokens)
    withdrawal.longSwapPath = request.longSwapPath
    withdrawal.shortSwapPath = request.shortSwapPath
    withdrawal.minLongTokenAmount = request.minLongTokenAmount
    withdrawal.minShortTokenAmount = request.minShortTokenAmount
    withdrawal.uiFeeReceiver = request.uiFeeReceiver
    try withdraw(withdrawal, LiquidityTerms(vault: Holder.glvVault, pricing: .withdrawal), &context)
    context.emit(.glvWithdrawalExecuted)
    try emitGLVValue(glv, &context)
  }
}
