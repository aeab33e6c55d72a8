import Canonical
import Quantities
public import VenueKit

// Rules DYDX-10 to DYDX-18: what a node does with a message before any block.
extension DYDXVenue {
  public func admit(
    _ transaction: AuthenticatedTransaction<DYDXContent>, state: inout DYDXState, local: inout DYDXLocal,
    block: BlockContext
  ) throws(DYDXRefusal) {
    let actions: [DYDXAction]
    switch transaction.content.body {
    case .native(let action, _):
      if let owner = action.owner, owner != transaction.signer {
        throw .chain(.unauthorized, "signed by \(Bech32Owner.text(transaction.signer)), not by the owner")
      }
      actions = [action]
    case .cosmos(let signed):
      var found: [DYDXAction] = []
      for message in signed.messages { if let action = try message.action() { found.append(action) } }
      actions = found
    case .proposer: throw DYDXRefusal(kernel: .proposerOnly)
    }
    local.prepare(state, block: block)
    try charge(transaction, state: &state, block: block)
    for action in actions { try admit(action, of: transaction.content, state: state, local: &local, block: block) }
  }

  private func admit(
    _ action: DYDXAction, of content: DYDXContent, state: DYDXState, local: inout DYDXLocal, block: BlockContext
  ) throws(DYDXRefusal) {
    do throws(MathematicsError) {
      switch action {
      case .place(let order):
        if let refusal = refusal(order) { throw refusal }
        try admit(
          BookOrder(order, sealed: content.sealed, authenticators: content.authenticators), state, &local, block)
      case .cancel(let key, let goodTil): try admit(cancel: key, goodTil, state, &local, block)
      case .batchCancel(let subaccount, let batches, let last):
        try admit(batch: batches, of: subaccount, last: last, state, &local, block)
      case .updateLeverage, .transfer, .deposit, .withdraw, .leave, .provide, .redeem: break
      }
    } catch {
      throw DYDXRefusal(error)
    }
  }

  private func refusal(_ order: ClobOrder) -> MathematicsError? {
    do throws(DYDXRefusal) {
      try order.validate()
      return nil
    } catch {
      return error.chainCode.map { .refused($0) } ?? .arithmetic(.outOfDomain)
    }
  }

  /// The block that is being built.
  private func next(_ block: BlockContext) -> MatchTime { MatchTime(height: block.height + 1, time: block.time) }

  private func admit(
    _ placed: BookOrder, _ state: DYDXState, _ local: inout DYDXLocal, _ block: BlockContext
  ) throws(MathematicsError) {
    let (order, time) = (placed.order, next(block))
    if order.key.isShortTerm {
      // The window of blocks is checked before the message counts.
      try state.checkGoodTil(order.goodTil, at: time)
      try local.countRate(1, of: order.key.subaccount.owner, isShortTerm: true, state, block)
      try state.checkOrder(order, at: time)
      try local.place(placed)
    } else {
      try local.countRate(1, of: order.key.subaccount.owner, isShortTerm: false, state, block)
      if local.cancelled.contains(order.key) { throw .refused(.statefulOrderPreviouslyCancelled) }
      if local.placed.contains(order.key) { throw .refused(.statefulOrderAlreadyExists) }
      try state.checkStateful(order, at: time)
      try state.checkEquityTier(order)
      local.placed.insert(order.key)
    }
  }

  private func admit(
    cancel key: OrderKey, _ goodTil: GoodTil, _ state: DYDXState, _ local: inout DYDXLocal, _ block: BlockContext
  ) throws(MathematicsError) {
    let time = next(block)
    if key.isShortTerm {
      guard case .block(let last) = goodTil else { throw .refused(.invalidOrderGoodTilBlock) }
      try state.checkGoodTil(goodTil, at: time)
      try local.countRate(1, of: key.subaccount.owner, isShortTerm: true, state, block)
      try local.book.cancel(key, goodTilBlock: last)
    } else {
      if local.cancelled.contains(key) { throw .refused(.statefulOrderCancellationAlreadyExists) }
      if !local.placed.contains(key) { try state.checkCancel(key, goodTil, at: time) }
      local.cancelled.insert(key)
    }
  }

  /// Each cancel is tried; the message fails only when none succeeds.
  private func admit(
    batch: [CancelBatch], of subaccount: Subaccount, last: UInt32, _ state: DYDXState, _ local: inout DYDXLocal,
    _ block: BlockContext
  ) throws(MathematicsError) {
    let count = batch.reduce(0) { $0 + $1.clientIDs.count }
    let isPlain =
      Set(batch.map(\.pair)).count == batch.count
      && batch.allSatisfy { !$0.clientIDs.isEmpty && Set($0.clientIDs).count == $0.clientIDs.count }
    guard !batch.isEmpty, isPlain, count <= 100 else { throw .refused(.invalidBatchCancel) }
    try state.checkGoodTil(.block(last), at: next(block))
    try local.countRate(2, of: subaccount.owner, isShortTerm: true, state, block)
    var succeeded = 0
    for entry in batch {
      for id in entry.clientIDs {
        let key = OrderKey(subaccount, clientID: id, flags: OrderFlags.shortTerm, pair: entry.pair)
        if (try? local.book.cancel(key, goodTilBlock: last)) != nil { succeeded += 1 }
      }
    }
    guard succeeded > 0 else { throw .refused(.batchCancelFailed) }
  }
}

extension DYDXLocal {
  /// Places an order on the node's accounts.
  @discardableResult
  mutating func place(_ order: BookOrder) throws(MathematicsError) -> Placement {
    // In place: a copy of the accounts would cost more than most orders.
    guard let placement = try keeper?.place(order, on: &book) else { throw .refused(.invalidClob) }
    return placement
  }

  mutating func countRate(
    _ messages: UInt64, of owner: Address, isShortTerm: Bool, _ state: DYDXState, _ block: BlockContext
  ) throws(MathematicsError) {
    let limits = isShortTerm ? state.parameters.rateLimits.shortTerm : state.parameters.rateLimits.stateful
    do throws(DYDXRefusal) {
      try rates.count(messages, of: owner, isShortTerm: isShortTerm, limits: limits, height: block.height + 1)
    } catch {
      throw .refused(.blockRateLimitExceeded)
    }
  }
}
