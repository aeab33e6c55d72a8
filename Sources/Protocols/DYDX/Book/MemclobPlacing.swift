import Quantities

// Rules DYDX-10 to DYDX-14: placing an order into memory.
extension Memclob {
  /// Validates, matches and rests an order. What is thrown is the chain's answer to the order; makers that could not
  /// carry their match are gone all the same.
  public mutating func place<Keeper: MatchKeeper>(
    _ order: BookOrder, keeper: inout Keeper
  ) throws(MathematicsError) -> Placement {
    try check(order.order, keeper: keeper)
    var placement = Placement(status: .success)
    let before = keeper.filled(order.order.key)
    let matching = matched(.order(order.order), remaining: order.order.quantums - before, keeper: &keeper)
    let isKept = matching.status != .postOnlyWouldCross && matching.status != .violatesIsolation
    if isKept { remove(order.order.key) }
    settle(matching, taker: .order(order.order), takerOrder: order, isKept: isKept, keeper: keeper, &placement)
    placement.status = matching.status
    if matching.status == .postOnlyWouldCross {
      dropStateful(order.order, .postOnlyWouldCross, keeper)
      throw .refused(.postOnlyWouldCrossMakerOrder)
    }
    if matching.status == .violatesIsolation {
      dropStateful(order.order, .violatesIsolation, keeper)
      throw .refused(.wouldViolateIsolatedSubaccountConstraints)
    }
    placement.totalFilled = before + placement.filled
    finish(order, remaining: order.order.quantums - placement.totalFilled, keeper, &placement)
    return placement
  }

  /// Matches a liquidation order; it never rests.
  public mutating func place<Keeper: MatchKeeper>(
    _ order: LiquidationOrder, keeper: inout Keeper
  ) -> Placement {
    var placement = Placement(status: .success)
    let matching = matched(.liquidation(order), remaining: order.quantums, keeper: &keeper)
    settle(matching, taker: .liquidation(order), takerOrder: nil, isKept: true, keeper: keeper, &placement)
    placement.status = matching.status
    placement.totalFilled = placement.filled
    return placement
  }

  /// What becomes of the rest of a taker.
  private mutating func finish(
    _ order: BookOrder, remaining: UInt64, _ keeper: some MatchKeeper, _ placement: inout Placement
  ) {
    switch placement.status {
    case .success: break
    case .reduceOnlyResized:
      placement.cancelledReduceOnly.append(order.order.key)
      return dropStateful(order.order, .invalidReduceOnly, keeper)
    case .undercollateralized: return dropStateful(order.order, .undercollateralized, keeper)
    default: return
    }
    guard remaining > 0 else { return }
    if order.order.timeInForce == .immediateOrCancel {
      placement.status = .immediateOrCancelWouldRest
      dropStateful(order.order, .conditionalImmediateWouldRest, keeper)
    } else if !rest(order, remaining: remaining) {
      placement.status = .internalError
    }
  }

  /// Proposes that a stateful order leaves the state, where the others can see that it must.
  private mutating func dropStateful(_ order: ClobOrder, _ reason: RemovalReason, _ keeper: some MatchKeeper) {
    guard order.key.isStateful, !queue.isRemoved(order.key), keeper.proves(reason, of: order) else { return }
    queue.remove(order.key, reason)
  }

  private func check(_ order: ClobOrder, keeper: some MatchKeeper) throws(MathematicsError) {
    guard let pair = books[order.key.pair] else { throw .refused(.invalidClob) }
    if order.key.isShortTerm, let last = cancels[order.key], last >= order.goodTilBlock {
      throw .refused(.orderIsCanceled)
    }
    let resting = resting(order.key)?.order
    if let resting { try checkReplacement(of: resting, by: order) }
    if order.key.isShortTerm, let matched = queue.matched(order.key), !order.isLater(than: matched) {
      throw .refused(.invalidReplacement)
    }
    if order.isReduceOnly {
      let position = keeper.position(order.key.subaccount, pair: order.key.pair)
      guard !position.isZero, position.isNegative == order.isBuy else {
        throw .refused(.reduceOnlyWouldIncreasePositionSize)
      }
    }
    let filled = keeper.filled(order.key)
    guard filled < order.quantums, order.quantums - filled >= pair.step else { throw .refused(.orderFullyFilled) }
    if order.timeInForce == .immediateOrCancel && filled > 0 {
      if resting != nil { throw .refused(.invalidReplacement) }
      throw .refused(.immediateExecutionOrderAlreadyFilled)
    }
  }

  /// Only short-term orders are replaced, by a later version that keeps side, time in force and reduce-only.
  private func checkReplacement(of resting: ClobOrder, by order: ClobOrder) throws(MathematicsError) {
    guard order.key.isShortTerm else { throw .refused(.statefulOrderAlreadyExists) }
    guard order.isLater(than: resting), order.isBuy == resting.isBuy, order.timeInForce == resting.timeInForce,
      order.isReduceOnly == resting.isReduceOnly
    else { throw .refused(.invalidReplacement) }
  }

  // MARK: After the matching

  /// Books the fills, removes makers that could not carry theirs, and reduce-only orders that reduce nothing any more.
  private mutating func settle(
    _ matching: Matching, taker: Taker, takerOrder: BookOrder?, isKept: Bool, keeper: some MatchKeeper,
    _ placement: inout Placement
  ) {
    if isKept && !matching.fills.isEmpty {
      for fill in matching.fills {
        if let maker = resting(fill.key) { queue.place(maker) }
      }
      if let takerOrder { queue.place(takerOrder) }
      queue.match(taker, matching.fills.map { MakerFill(maker: $0.key, amount: $0.amount) })
      for fill in matching.fills {
        placement.filled += fill.amount
        setRemaining(fill.key, fill.left)
      }
    }
    for removal in matching.removals {
      if let removed = remove(removal.key) { dropStateful(removed.order, removal.reason, keeper) }
    }
    guard isKept, !matching.fills.isEmpty else { return }
    var subaccounts: Set<Subaccount> = [taker.subaccount]  // lookup only, and walked sorted
    for fill in matching.fills { subaccounts.insert(fill.key.subaccount) }
    var cancelled: [OrderKey] = []
    for subaccount in subaccounts.sorted() {
      cancelled += cancelReduceOnly(of: subaccount, pair: taker.pair, keeper: keeper)
    }
    placement.cancelledReduceOnly = cancelled.sortedByMessage()
  }

  private mutating func cancelReduceOnly(
    of subaccount: Subaccount, pair: UInt32, keeper: some MatchKeeper
  ) -> [OrderKey] {
    guard reduceOnly[subaccount] != nil else { return [] }
    let position = keeper.position(subaccount, pair: pair)
    var cancelled: [OrderKey] = []
    for key in reduceOnlyOrders(of: subaccount, pair: pair) {
      guard let order = resting(key)?.order else { continue }
      if !position.isZero && position.isNegative == order.isBuy { continue }
      remove(key)
      dropStateful(order, .invalidReduceOnly, keeper)
      cancelled.append(key)
    }
    return cancelled
  }
}
