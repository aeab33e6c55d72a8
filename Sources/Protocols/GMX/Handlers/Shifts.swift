import Canonical
import Quantities

// Rule GMX-136.
extension ShiftRequest: LiquidityRequest {
  public static var kindName: String { "Shift" }
  public static var vault: Address { Holder.shiftVault }
  public static var createdEvent: ContractEvent.Name { .shiftCreated }
  public static var cancelledEvent: ContractEvent.Name { .shiftCancelled }

  public var brought: [TokenAmount] { [TokenAmount(fromMarket.token, marketTokens)] }

  public var figures: [NamedFigure] {
    [
      NamedFigure("fromMarket", UInt64(fromMarket)), NamedFigure("toMarket", UInt64(toMarket)),
      NamedFigure("marketTokenAmount", marketTokens), NamedFigure("minMarketTokens", minMarketTokens),
    ]
  }

  public static var empty: ContractError { .emptyShift }

  public static func waiting(_ id: UInt64, in state: GMXState) -> Waiting<Self>? { state.shifts[id] }

  public static func store(_ record: Waiting<Self>?, _ id: UInt64, in state: inout GMXState) {
    if let record { state.shifts.set(id, record) } else { state.shifts.remove(id) }
  }

  public func pricedMarkets(in state: GMXState) -> [MarketID] {
    [fromMarket, toMarket]
  }

  public func validate(receiver: Address, in state: GMXState, time: UInt64) throws(Revert) {
    try state.validateAccount(account)
    if fromMarket == toMarket {
      throw Revert(.shiftFromAndToMarketAreEqual, NamedFigure("market", UInt64(fromMarket)))
    }
    try state.validateReceiver(receiver)
    if marketTokens.isZero { throw Revert(.emptyShiftAmount) }
    let from = try state.enabledMarket(fromMarket)
    let to = try state.enabledMarket(toMarket)
    if from.longToken != to.longToken {
      throw Revert(
        .longTokensAreNotEqual, NamedFigure("fromMarketLongToken", .token(from.longToken)),
        NamedFigure("toMarketLongToken", .token(to.longToken)))
    }
    if from.shortToken != to.shortToken {
      throw Revert(
        .shortTokensAreNotEqual, NamedFigure("fromMarketLongToken", .token(from.shortToken)),
        NamedFigure("toMarketLongToken", .token(to.shortToken)))
    }
  }

  public static func carryOut(
    _ record: Waiting<Self>, in state: inout GMXState, _ context: inout ExecutionContext
  ) throws(Revert) {
    _ = try state.shift(record.request, receiver: record.receiver, &context)
  }
}

extension GMXState {
  /// A withdrawal from one market and a deposit into the other, without their fees, the impact without the virtual
  /// inventory. The market tokens lie in the vault of shifts. The market tokens received. Rule GMX-136.
  mutating func shift(
    _ request: ShiftRequest, receiver: Address, _ context: inout ExecutionContext
  ) throws(Revert) -> UInt256 {
    var withdrawal = WithdrawalRequest(
      account: Holder.shiftVault, market: request.fromMarket, marketTokens: request.marketTokens)
    withdrawal.uiFeeReceiver = request.uiFeeReceiver
    let terms = LiquidityTerms(vault: Holder.shiftVault, pricing: .shift, includesVirtual: false)
    let paid = try withdraw(withdrawal, terms, &context)
    let target = try market(request.toMarket)
    var deposit = DepositRequest(
      account: receiver, market: request.toMarket, initialLongToken: target.longToken,
      initialShortToken: target.shortToken, longAmount: paid.long.amount, shortAmount: paid.short.amount)
    deposit.minMarketTokens = request.minMarketTokens
    let received = try self.deposit(deposit.normalised(), terms, &context)
    context.emit(.shiftExecuted, NamedFigure("receivedMarketTokens", received))
    return received
  }
}
