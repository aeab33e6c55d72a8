import Canonical
import Quantities

// Actions on liquidity find their handlers here. Rules GMX-130 to GMX-148.
extension GMXState {
  mutating func performLiquidity(
    _ action: GMXAction, by signer: Address, _ context: inout ExecutionContext
  ) throws(GMXRefusal) -> GMXAnswer {
    switch action {
    case .createDeposit(let request, let receiver): return try create(request, receiver, by: signer, &context)
    case .cancelDeposit(let id): return try cancelled(DepositRequest.self, id, by: signer, &context)
    case .executeDeposit(let id): return try execute(DepositRequest.self, id, by: signer, &context)
    case .createWithdrawal(let request, let receiver): return try create(request, receiver, by: signer, &context)
    case .cancelWithdrawal(let id): return try cancelled(WithdrawalRequest.self, id, by: signer, &context)
    case .executeWithdrawal(let id): return try execute(WithdrawalRequest.self, id, by: signer, &context)
    case .createShift(let request, let receiver): return try create(request, receiver, by: signer, &context)
    case .cancelShift(let id): return try cancelled(ShiftRequest.self, id, by: signer, &context)
    case .executeShift(let id): return try execute(ShiftRequest.self, id, by: signer, &context)
    case .withdrawAtOnce(let request, let receiver):
      try account(request.account, is: signer)
      context.oracle = oracle(request.pricedMarkets(in: self))
      return try done(&context) { (state, context) throws(Revert) in
        try state.withdrawAtOnce(request, receiver: receiver, &context)
      }
    default: return try performVault(action, by: signer, &context)
    }
  }

  /// Vaults over markets.
  private mutating func performVault(
    _ action: GMXAction, by signer: Address, _ context: inout ExecutionContext
  ) throws(GMXRefusal) -> GMXAnswer {
    switch action {
    case .createGLVDeposit(let request, let receiver): return try create(request, receiver, by: signer, &context)
    case .cancelGLVDeposit(let id): return try cancelled(GLVDepositRequest.self, id, by: signer, &context)
    case .executeGLVDeposit(let id): return try execute(GLVDepositRequest.self, id, by: signer, &context)
    case .createGLVWithdrawal(let request, let receiver): return try create(request, receiver, by: signer, &context)
    case .cancelGLVWithdrawal(let id): return try cancelled(GLVWithdrawalRequest.self, id, by: signer, &context)
    case .executeGLVWithdrawal(let id): return try execute(GLVWithdrawalRequest.self, id, by: signer, &context)
    case .createGLVShift(let request):
      try demand(.order, of: signer)
      let id = nextRequest()
      do throws(Revert) {
        try createGLVShift(request, id: id, &context)
      } catch {
        throw .revert(error)
      }
      return .created(id)
    case .executeGLVShift(let id):
      try demand(.order, of: signer)
      context.oracle = oracle(glvShifts[id].map { glvMarkets($0.request.glv) } ?? [])
      return try resolved(&context) { (state, context) throws(Revert) in
        try state.executeGLVShift(id, &context)
      }
    case .executeJustInTime(let order, let shifts):
      try demand(.order, of: signer)
      if orders[order]?.isFrozen == true, !holds(.frozenOrder, signer) { throw .frozenOrder(order) }
      let path = orders[order].map { [$0.market] + $0.swapPath } ?? []
      context.oracle = oracle(path + shifts.flatMap { glvMarkets($0.glv) })
      return try done(&context) { (state, context) throws(Revert) in
        try state.payExecutionFee(of: order, to: signer)
        try state.executeJustInTime(order: order, shifts, &context)
      }
    default: preconditionFailure("every other action was dispatched before")
    }
  }

  func glvMarkets(_ glv: GLVID) -> [MarketID] { glvs[glv]?.markets ?? [] }

  private mutating func create(
    _ request: some LiquidityRequest, _ receiver: Address, by signer: Address, _ context: inout ExecutionContext
  ) throws(GMXRefusal) -> GMXAnswer {
    try account(request.account, is: signer)
    let id = nextRequest()
    do throws(Revert) {
      try takeExecutionFee(for: id, from: signer)
      try create(request, receiver: receiver, id: id, &context)
    } catch {
      throw .revert(error)
    }
    return .created(id)
  }

  private mutating func cancelled<Request: LiquidityRequest>(
    _ kind: Request.Type, _ id: UInt64, by signer: Address, _ context: inout ExecutionContext
  ) throws(GMXRefusal) -> GMXAnswer {
    do throws(Revert) {
      try cancel(kind, id, by: signer, &context)
      try returnExecutionFee(of: id, to: signer)
    } catch {
      throw .revert(error)
    }
    return .done
  }

  private mutating func execute<Request: LiquidityRequest>(
    _ kind: Request.Type, _ id: UInt64, by keeper: Address, _ context: inout ExecutionContext
  ) throws(GMXRefusal) -> GMXAnswer {
    try demand(.order, of: keeper)
    context.oracle = oracle(Request.waiting(id, in: self)?.request.pricedMarkets(in: self) ?? [])
    return try resolved(&context) { (state, context) throws(Revert) in
      try state.payExecutionFee(of: id, to: keeper)
      return try state.execute(kind, id, &context)
    }
  }
}
