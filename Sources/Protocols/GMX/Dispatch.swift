import Canonical
import Quantities
import StateStore
import VenueKit

// Every action finds its handler here.
extension GMXState {
  /// An account's or a keeper's action; the account named inside is the signer. Rules GMX-101 and GMX-111.
  mutating func perform(
    _ action: GMXAction, by signer: Address, _ context: inout ExecutionContext
  ) throws(GMXRefusal) -> GMXAnswer {
    if isHalted { throw .halted }
    switch action {
    case .createOrder(let order): return try createOrder(order, by: signer, context)
    case .updateOrder(let id, let update):
      try owner(ofOrder: id, is: signer)
      try reverting { (state) throws(Revert) in try state.update(order: id, update, context) }
      return .done
    case .cancelOrder(let id):
      try owner(ofOrder: id, is: signer)
      try reverting { (state) throws(Revert) in try state.cancel(order: id, context) }
      return .done
    case .executeOrder(let id): return try executeOrder(id, by: signer, &context)
    case .liquidate(let key):
      try demand(.liquidation, of: signer)
      context.oracle = oracle([key.market])
      return try done(&context) { (state, context) throws(Revert) in try state.liquidate(key, &context) }
    case .deleverage(let key, let size):
      try demand(.deleveraging, of: signer)
      context.oracle = oracle([key.market])
      return try done(&context) { (state, context) throws(Revert) in
        try state.deleverage(key, size: size, &context)
      }
    case .updateADLState(let market, let isLong):
      try demand(.deleveraging, of: signer)
      context.oracle = oracle([market])
      return try done(&context) { (state, context) throws(Revert) in
        try state.updateADLState(market, isLong: isLong, &context)
      }
    case .claimFunding(let market, let token):
      return try paid(&context) { (state, context) throws(Revert) in
        try state.claimFunding(market, token, signer, &context)
      }
    case .claimCollateral(let market, let token, let timeKey):
      return try paid(&context) { (state, context) throws(Revert) in
        try state.claimCollateral(market, token, timeKey: timeKey, signer, time: context.time)
      }
    case .claim(let kind, let market, let token):
      return try paid(&context) { (state, _) throws(Revert) in try state.claim(kind, market, token, signer) }
    case .bridgeOut(let token, let amount):
      try withdraw(amount, of: token, from: signer)
      return .done
    case .v1(let action): return try perform(action, by: signer, &context)
    default: return try performLiquidity(action, by: signer, &context)
    }
  }

  /// The proposer's data.
  mutating func perform(
    _ action: GMXProposerAction, _ context: inout ExecutionContext
  ) throws(GMXRefusal) -> GMXAnswer {
    switch action {
    case .prices(let prices): try setPrices(prices, context)
    case .deposit(let account, let token, let amount): try deposit(amount, of: token, to: account)
    case .setting(let key, let value): try change(setting: key, to: value)
    case .role(let role, let account, let isHeld): change(role, of: account, isHeld: isHeld)
    case .referral(let trader, let record): try change(referralOf: trader, to: record)
    case .halt(let isHalted): set(.halted, to: isHalted ? .one : .zero)
    }
    return .done
  }

  var isHalted: Bool { !counter(.halted).isZero }

  // MARK: Orders

  private mutating func createOrder(
    _ given: OrderRecord, by signer: Address, _ context: ExecutionContext
  ) throws(GMXRefusal) -> GMXAnswer {
    try account(given.account, is: signer)
    var order = given
    order.isFrozen = false
    let id = nextRequest()
    try reverting { (state) throws(Revert) in
      try state.takeExecutionFee(for: id, from: order.account)
      try state.create(order, id: id, context)
    }
    return .created(id)
  }

  private mutating func executeOrder(
    _ id: UInt64, by keeper: Address, _ context: inout ExecutionContext
  ) throws(GMXRefusal) -> GMXAnswer {
    try demand(.order, of: keeper)
    guard let order = orders[id] else { throw .revert(Revert(.orderNotFound)) }
    if order.isFrozen || order.orderType == .limitSwap, !holds(.frozenOrder, keeper) { throw .frozenOrder(id) }
    // Made before the call: as an argument it would be made beside a copy of the whole state.
    let markets = (order.market == 0 ? [] : [order.market]) + order.swapPath
    context.oracle = oracle(markets)
    return try resolved(&context) { (state, context) throws(Revert) in
      try state.payExecutionFee(of: id, to: keeper)
      return try state.execute(order: id, &context)
    }
  }

  // MARK: Ladders that actions share

  func account(_ named: Address, is signer: Address) throws(GMXRefusal) {
    if named != signer { throw .notTheAccount(named: named, signer: signer) }
  }

  private func owner(ofOrder id: UInt64, is signer: Address) throws(GMXRefusal) {
    guard let order = orders[id] else { throw .revert(Revert(.orderNotFound)) }
    try account(order.account, is: signer)
  }

  mutating func reverting<Result>(
    _ body: (inout GMXState) throws(Revert) -> Result
  ) throws(GMXRefusal) -> Result {
    do throws(Revert) {
      return try body(&self)
    } catch {
      throw .revert(error)
    }
  }

  /// A request that was executed, cancelled or frozen.
  mutating func resolved(
    _ context: inout ExecutionContext,
    _ body: (inout GMXState, inout ExecutionContext) throws(Revert) -> RequestOutcome
  ) throws(GMXRefusal) -> GMXAnswer {
    do throws(Revert) {
      switch try body(&self, &context) {
      case .executed:
        count(context)
        return .executed
      case .cancelled(let revert): return .cancelled(revert.error.code)
      case .frozen(let revert): return .frozen(revert.error.code)
      }
    } catch {
      throw .revert(error)
    }
  }

  mutating func done(
    _ context: inout ExecutionContext,
    _ body: (inout GMXState, inout ExecutionContext) throws(Revert) -> Void
  ) throws(GMXRefusal) -> GMXAnswer {
    do throws(Revert) { try body(&self, &context) } catch { throw .revert(error) }
    count(context)
    return .executed
  }

  private mutating func paid(
    _ context: inout ExecutionContext,
    _ body: (inout GMXState, inout ExecutionContext) throws(Revert) -> UInt256
  ) throws(GMXRefusal) -> GMXAnswer {
    do throws(Revert) { return .paid(try body(&self, &context)) } catch { throw .revert(error) }
  }
}
