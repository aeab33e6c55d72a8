import Canonical
import Quantities

// Deposits, withdrawals, and withdrawals at once. Rules GMX-134 and GMX-135.
extension DepositRequest: LiquidityRequest {
  public static var kindName: String { "Deposit" }
  public static var vault: Address { Holder.depositVault }
  public static var createdEvent: ContractEvent.Name { .depositCreated }
  public static var cancelledEvent: ContractEvent.Name { .depositCancelled }

  public var brought: [TokenAmount] {
    [TokenAmount(initialLongToken, longAmount), TokenAmount(initialShortToken, shortAmount)]
  }

  public var figures: [NamedFigure] {
    [
      NamedFigure("market", UInt64(market)), NamedFigure("initialLongTokenAmount", longAmount),
      NamedFigure("initialShortTokenAmount", shortAmount), NamedFigure("minMarketTokens", minMarketTokens),
    ]
  }

  public static var empty: ContractError { .emptyDeposit }

  public static func waiting(_ id: UInt64, in state: GMXState) -> Waiting<Self>? { state.deposits[id] }

  public static func store(_ record: Waiting<Self>?, _ id: UInt64, in state: inout GMXState) {
    if let record { state.deposits.set(id, record) } else { state.deposits.remove(id) }
  }

  /// One token for both legs counts as the long leg.
  public func normalised() throws(Revert) -> Self {
    if initialLongToken != initialShortToken || shortAmount.isZero { return self }
    var request = self
    request.longAmount = try longAmount + shortAmount
    request.shortAmount = .zero
    return request
  }

  public func pricedMarkets(in state: GMXState) -> [MarketID] {
    [market] + longSwapPath + shortSwapPath
  }

  public func validate(receiver: Address, in state: GMXState, time: UInt64) throws(Revert) {
    try state.validateAccount(account)
    _ = try state.enabledMarket(market)
    try state.validateSwapPath(longSwapPath)
    try state.validateSwapPath(shortSwapPath)
    if longAmount.isZero && shortAmount.isZero { throw Revert(.emptyDepositAmounts) }
    try state.validateReceiver(receiver)
  }

  public static func carryOut(
    _ record: Waiting<Self>, in state: inout GMXState, _ context: inout ExecutionContext
  ) throws(Revert) {
    var request = record.request
    request.account = record.receiver
    _ = try state.deposit(request, LiquidityTerms(vault: vault, pricing: .deposit), &context)
  }
}

extension WithdrawalRequest: LiquidityRequest {
  public static var kindName: String { "Withdrawal" }
  public static var vault: Address { Holder.withdrawalVault }
  public static var createdEvent: ContractEvent.Name { .withdrawalCreated }
  public static var cancelledEvent: ContractEvent.Name { .withdrawalCancelled }

  public var brought: [TokenAmount] { [TokenAmount(market.token, marketTokens)] }

  public var figures: [NamedFigure] {
    [
      NamedFigure("market", UInt64(market)), NamedFigure("marketTokenAmount", marketTokens),
      NamedFigure("minLongTokenAmount", minLongTokenAmount), NamedFigure("minShortTokenAmount", minShortTokenAmount),
    ]
  }

  public static var empty: ContractError { .emptyWithdrawal }

  public static func waiting(_ id: UInt64, in state: GMXState) -> Waiting<Self>? { state.withdrawals[id] }

  public static func store(_ record: Waiting<Self>?, _ id: UInt64, in state: inout GMXState) {
    if let record { state.withdrawals.set(id, record) } else { state.withdrawals.remove(id) }
  }

  public func pricedMarkets(in state: GMXState) -> [MarketID] {
    [market] + longSwapPath + shortSwapPath
  }

  public func validate(receiver: Address, in state: GMXState, time: UInt64) throws(Revert) {
    try state.validateAccount(account)
    try state.validateReceiver(receiver)
    if marketTokens.isZero { throw Revert(.emptyWithdrawalAmount) }
    _ = try state.enabledMarket(market)
    try state.validateSwapPath(longSwapPath)
    try state.validateSwapPath(shortSwapPath)
  }

  public static func carryOut(
    _ record: Waiting<Self>, in state: inout GMXState, _ context: inout ExecutionContext
  ) throws(Revert) {
    var request = record.request
    request.account = record.receiver
    try state.withdraw(request, LiquidityTerms(vault: vault, pricing: .withdrawal), &context)
  }
}

extension GMXState {
  /// A withdrawal in one step at the prices of the chain's own feeds, with its own fee; a failure changes nothing.
  /// Such a feed's time is the moment of its reading. Rule GMX-135.
  public mutating func withdrawAtOnce(
    _ request: WithdrawalRequest, receiver: Address, _ context: inout ExecutionContext
  ) throws(Revert) {
    let oldest = try UInt256(context.oracle.minTimestamp) + setting(.maxAtomicOraclePriceAge)
    if oldest < UInt256(context.time) {
      throw Revert(
        .maxPriceAgeExceeded, NamedFigure("oracleTimestamp", context.oracle.minTimestamp),
        NamedFigure("currentTimestamp", context.time))
    }
    if !request.longSwapPath.isEmpty || !request.shortSwapPath.isEmpty {
      throw Revert(
        .swapsNotAllowedForAtomicWithdrawal,
        NamedFigure("longTokenSwapPathLength", UInt64(request.longSwapPath.count)),
        NamedFigure("shortTokenSwapPathLength", UInt64(request.shortSwapPath.count)))
    }
    try request.validate(receiver: receiver, in: self, time: context.time)
    try attempt(&context) { (state, context) throws(Revert) in
      try state.move(
        request.marketTokens, of: request.market.token, from: request.account, to: WithdrawalRequest.vault)
      var paid = request
      paid.account = receiver
      try state.withdraw(
        paid, LiquidityTerms(vault: WithdrawalRequest.vault, pricing: .atomicWithdrawal), &context)
    }
  }
}
