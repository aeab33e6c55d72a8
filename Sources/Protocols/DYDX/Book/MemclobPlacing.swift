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
      dropStateful(order.order.key, .postOnlyWouldCross)
      throw .refused(.postOnlyWouldCrossMakerOrder)
    }
    if matching.status == .violatesIsolation {
      dropStateful(order.order.key, .violatesIsolation)
      throw .refused(.wouldViolateIsolatedSubaccountConstraints)
    }
    placement.totalFilled = before + placement.filled
    finish(order, remaining: order.order.quantums - placement.totalFilled, &placement)
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
  private mutating func finish(_ order: BookOrder, remaining: UInt64, _ placement: inout Placement) {
    let key = order.order.key
    switch placement.status {
    case .success: break
    case .reduceOnlyResized:
      placement.cancelledReduceOnly.append(key)
      return dropStateful(key, .invalidReduceOnly)
    case .undercollateralized: return dropStateful(key, .undercollateralized)
    default: return
    }
    guard remaining > 0 else { return }
    if order.order.timeInForce == .immediateOrCancel {
      placement.status = .immediateOrCancelWouldRest
      dropStateful(key, .conditionalImmediateWouldRest)
    } else if !rest(order, remaining: remaining) {
      placement.status = .internalError
    }
  }

  private mutating func dropStateful(_ key: OrderKey, _ reason: RemovalReason) {
    if key.isStateful { queue.remove(key, reason) }
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
      remove(removal.key)
      queue.remove(removal.key, removal.reason)
    }
    guard isKept, !matching.fills.isEmpty else { return }
    var subaccounts: Set<Subaccount> = [taker.subaccount]
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
      queue.remove(key, .invalidReduceOnly)
      cancelled.append(key)
    }
    return cancelled
  }
}
