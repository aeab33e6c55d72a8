import Quantities

// Rules DYDX-12 to DYDX-16: placing and cancelling orders whose home is the state, as a block does it.
extension DYDXState {
  mutating func placeStateful(_ order: ClobOrder, at time: MatchTime) throws(MathematicsError) {
    try checkStateful(order, at: time)
    try checkEquityTier(order)
    if order.key.flags == OrderFlags.longTerm { try checkCollateral(order, at: time) }
    if order.key.flags == OrderFlags.timeWeighted {
      placeTimeWeighted(order, at: time)
    } else {
      place(order, height: time.height, isTriggered: order.key.flags == OrderFlags.longTerm)
      if order.key.flags == OrderFlags.longTerm { note(order.key, on: .entered, at: 0) }
    }
  }

  /// What a node asks before a block, and a block again.
  func checkStateful(_ order: ClobOrder, at time: MatchTime) throws(MathematicsError) {
    try checkOrder(order, at: time)
    switch endedOrders[order.key]?.value {
    case 1: throw .refused(.statefulOrderPreviouslyCancelled)
    case 2: throw .refused(.statefulOrderPreviouslyRemoved)
    default: break
    }
    guard !orders.contains(order.key), !untriggered.contains(order.key), !timeWeighted.contains(order.key) else {
      throw .refused(.statefulOrderAlreadyExists)
    }
  }

  /// Open stateful orders are limited by the account's net collateral.
  func checkEquityTier(_ order: ClobOrder) throws(MathematicsError) {
    guard !parameters.equityTiers.isEmpty else { return }
    let value = try risk(of: settled(order.key.subaccount)).netCollateral
    let limit = parameters.equityTiers.last { $0.netCollateral <= value }?.limit ?? 0
    guard (openOrders[order.key.subaccount]?.value ?? 0) < limit else {
      throw .refused(.orderWouldExceedMaxOpenOrdersEquityTierLimit)
    }
  }

  /// The account could carry the order, filled whole.
  func checkCollateral(_ order: ClobOrder, at time: MatchTime) throws(MathematicsError) {
    switch try restingCheck(order, at: time) {
    case .success: return
    case .violatesIsolatedSubaccountConstraints: throw .refused(.wouldViolateIsolatedSubaccountConstraints)
    default: throw .refused(.statefulOrderCollateralizationCheckFailed)
    }
  }

  private mutating func placeTimeWeighted(_ order: ClobOrder, at time: MatchTime) {
    let weighting = order.timeWeighting ?? Order.TimeWeighting()
    let legs = weighting.interval == 0 ? 1 : max(1, weighting.duration / weighting.interval)
    timeWeighted.set(
      order.key,
      TimeWeightedRecord(order: order, remainingLegs: legs, remainingQuantums: order.quantums, height: time.height))
    derived.insert(order.key)
    countOpenOrder(of: order.key.subaccount, 1)
    note(order.key, on: .part, at: UInt32(clamping: time.time / 1_000))
  }

  mutating func cancelStateful(_ key: OrderKey, _ goodTil: GoodTil, at time: MatchTime) throws(MathematicsError) {
    try checkCancel(key, goodTil, at: time)
    removeStateful(key, as: .cancelled)
  }

  func checkCancel(_ key: OrderKey, _ goodTil: GoodTil, at time: MatchTime) throws(MathematicsError) {
    try checkGoodTil(goodTil, at: time)
    guard let order = orders[key]?.order ?? untriggered[key]?.order ?? timeWeighted[key]?.order else {
      if endedOrders[key]?.value == 2 {
        throw .refused(.statefulOrderCancellationFailedForAlreadyRemovedOrder)
      }
      throw .refused(.statefulOrderDoesNotExist)
    }
    guard case .time(let last) = goodTil, last >= order.goodTilTime else {
      throw .refused(.invalidStatefulOrderCancellation)
    }
  }
}
