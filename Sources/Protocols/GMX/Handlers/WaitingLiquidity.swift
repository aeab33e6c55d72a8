import Canonical
import Quantities

/// A request of liquidity in two steps: an account creates it, a keeper executes it. Rule GMX-130.
public protocol LiquidityRequest: CanonicalCodable, Equatable {
  /// Who brings the tokens and gets them back.
  var account: Address { get }
  /// The contracts' name of the kind, as in their refusals.
  static var kindName: String { get }
  /// Who holds the tokens of waiting requests.
  static var vault: Address { get }
  static var createdEvent: ContractEvent.Name { get }
  static var cancelledEvent: ContractEvent.Name { get }
  /// What is brought, by token; at most two.
  var brought: [TokenAmount] { get }
  /// Figures of the event of the creation.
  var figures: [NamedFigure] { get }
  /// What the contracts say when a request that is not there is to be cancelled.
  static var empty: ContractError { get }
  /// What they say when it is to be executed.
  static func missing(_ id: UInt64) -> Revert
  static func waiting(_ id: UInt64, in state: GMXState) -> Waiting<Self>?
  static func store(_ record: Waiting<Self>?, _ id: UInt64, in state: inout GMXState)
  /// Markets whose prices the execution needs.
  func pricedMarkets(in state: GMXState) -> [MarketID]
  /// The same request as the contracts keep it.
  func normalised() throws(Revert) -> Self
  /// The ladder of the creation.
  func validate(receiver: Address, in state: GMXState, time: UInt64) throws(Revert)
  /// The execution; the request was taken from its table and its times were looked at.
  static func carryOut(
    _ record: Waiting<Self>, in state: inout GMXState, _ context: inout ExecutionContext
  ) throws(Revert)
}

public struct TokenAmount: Sendable, Equatable {
  public var token: TokenID
  public var amount: UInt256

  public init(_ token: TokenID, _ amount: UInt256) {
    self.token = token
    self.amount = amount
  }
}

extension LiquidityRequest {
  public static func missing(_ id: UInt64) -> Revert { Revert(empty) }

  public func normalised() throws(Revert) -> Self { self }
}

// Rules GMX-130 to GMX-132.
extension GMXState {
  /// Takes a request and its tokens. Rule GMX-130.
  public mutating func create<Request: LiquidityRequest>(
    _ given: Request, receiver: Address, id: UInt64, _ context: inout ExecutionContext
  ) throws(Revert) {
    let request = try given.normalised()
    try request.validate(receiver: receiver, in: self, time: context.time)
    let waiting = Waiting(request: request, receiver: receiver, updatedAtTime: context.time)
    try attempt(&context) { (state, context) throws(Revert) in
      for part in request.brought {
        try state.move(part.amount, of: part.token, from: request.account, to: Request.vault)
      }
      Request.store(waiting, id, in: &state)
      context.emit(
        Request.createdEvent,
        [NamedFigure("key", id)] + request.figures + [NamedFigure("updatedAtTime", waiting.updatedAtTime)])
    }
  }

  /// Gives a request back to its account after the expiration. Rule GMX-131.
  public mutating func cancel<Request: LiquidityRequest>(
    _ kind: Request.Type, _ id: UInt64, by account: Address, _ context: inout ExecutionContext
  ) throws(Revert) {
    guard let record = Request.waiting(id, in: self) else { throw Revert(Request.empty) }
    if record.request.account != account {
      throw Revert(
        .unauthorized, NamedFigure("msgSender", .account(account)),
        NamedFigure("role", "account for cancel\(Request.kindName)"))
    }
    let expiration = setting(.requestExpirationTime)
    let age = try UInt256(context.time) - UInt256(record.updatedAtTime)
    if age < expiration {
      throw Revert(
        .requestNotYetCancellable, NamedFigure("requestAge", age), NamedFigure("requestExpirationAge", expiration),
        NamedFigure("requestType", Request.kindName))
    }
    try drop(record, id, reason: "USER_INITIATED_CANCEL", &context)
  }

  /// Executes a waiting request at the oracle's prices. Errors of the oracle leave it, all others give it back.
  /// Rule GMX-132.
  public mutating func execute<Request: LiquidityRequest>(
    _ kind: Request.Type, _ id: UInt64, _ context: inout ExecutionContext
  ) throws(Revert) -> RequestOutcome {
    try validateOracleAge(context)
    guard let record = Request.waiting(id, in: self) else { throw Request.missing(id) }
    do throws(Revert) {
      try attempt(&context) { (state, context) throws(Revert) in
        Request.store(nil, id, in: &state)
        try state.validateOracleTimes(
          context.oracle, notBefore: record.updatedAtTime, requestedAt: record.updatedAtTime)
        try Request.carryOut(record, in: &state, &context)
      }
      return .executed
    } catch {
      if error.error.leavesRequests { throw error }
      try drop(record, id, reason: error.error.rawValue, &context)
      return .cancelled(error)
    }
  }

  private mutating func drop<Request: LiquidityRequest>(
    _ record: Waiting<Request>, _ id: UInt64, reason: String, _ context: inout ExecutionContext
  ) throws(Revert) {
    try attempt(&context) { (state, context) throws(Revert) in
      Request.store(nil, id, in: &state)
      for part in record.request.brought {
        try state.move(part.amount, of: part.token, from: Request.vault, to: record.request.account)
      }
      context.emit(Request.cancelledEvent, NamedFigure("key", id), NamedFigure("reason", reason))
    }
  }

  // MARK: Steps of ladders

  func validateAccount(_ account: Address) throws(Revert) {
    if account == .zero { throw Revert(.emptyAccount) }
  }

  /// The venue's own holders are no receivers, so that what they hold is what they were given.
  func validateReceiver(_ receiver: Address) throws(Revert) {
    if receiver == .zero { throw Revert(.emptyReceiver) }
    if Holder.isOwn(receiver) { throw Revert(.invalidReceiver, NamedFigure("receiver", .account(receiver))) }
  }

  /// Rule GMX-81: a way is no longer than the maximum, and every market of it is open and has two tokens.
  func validateSwapPath(_ path: [MarketID]) throws(Revert) {
    let longest = setting(.maxSwapPathLength)
    if UInt256(UInt64(path.count)) > longest {
      throw Revert(
        .maxSwapPathLengthExceeded, NamedFigure("swapPathLength", UInt64(path.count)),
        NamedFigure("maxSwapPathLength", longest))
    }
    for id in path {
      let market = try market(id)
      try validateEnabled(market)
      if market.isSingleToken { throw Revert(.invalidSwapMarket, NamedFigure("market", UInt64(id))) }
    }
  }

  func enabledMarket(_ id: MarketID) throws(Revert) -> MarketRecord {
    let market = try market(id)
    try validateEnabled(market)
    return market
  }
}
