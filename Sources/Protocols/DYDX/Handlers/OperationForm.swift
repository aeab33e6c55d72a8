// Rules DYDX-40 to DYDX-42: what a proposer's operations must be before any of them is carried out.
extension DYDXState {
  /// The first failure in the order of the queue wins.
  static func checkForm(_ operations: [Operation]) throws(MathematicsError) {
    var form = OperationForm()
    for operation in operations { try form.check(operation) }
  }
}

/// The short-term orders that the queue placed so far.
private struct OperationForm {
  private var placed: [OrderKey: ClobOrder] = [:]  // lookup only

  mutating func check(_ operation: Operation) throws(MathematicsError) {
    switch operation {
    case .placement(let order, _): try place(order)
    case .match(let taker, let fills):
      guard !fills.isEmpty else { throw .refused(.invalidMatchOrder) }
      try check(fills)
      try check(order: taker)
    case .liquidation(let match): try check(match)
    case .deleveraging(let match): try check(match)
    case .removal(let key, let reason):
      guard key.isStateful, key.flags != OrderFlags.timeWeighted else { throw .refused(.invalidOrderRemoval) }
      guard reason != .unspecified else { throw .refused(.invalidOrderRemovalReason) }
    }
  }

  /// Not the same order twice, and no earlier version after a later one.
  private mutating func place(_ order: ClobOrder) throws(MathematicsError) {
    guard order.key.isShortTerm else { throw .refused(.invalidMsgProposedOperations) }
    if let earlier = placed[order.key] {
      if order == earlier { throw .refused(.invalidPlaceOrder) }
      guard order.isLater(than: earlier) else { throw .refused(.invalidReplacement) }
    }
    placed[order.key] = order
  }

  /// Every maker once, with something to fill.
  private func check(_ fills: [MakerFill]) throws(MathematicsError) {
    var makers: Set<OrderKey> = []  // lookup only
    for fill in fills {
      guard fill.amount > 0 else { throw .refused(.fillAmountIsZero) }
      guard makers.insert(fill.maker).inserted else { throw .refused(.invalidMatchOrder) }
      try check(order: fill.maker)
    }
  }

  /// Parents of time-weighted orders never trade themselves; a short-term order was placed before.
  private func check(order key: OrderKey) throws(MathematicsError) {
    guard key.flags != OrderFlags.timeWeighted else { throw .refused(.invalidMatchOrder) }
    guard !key.isShortTerm || placed[key] != nil else { throw .refused(.orderPlacementNotInOperationsQueue) }
  }

  private func check(_ match: LiquidationMatch) throws(MathematicsError) {
    guard !match.fills.isEmpty else { throw .refused(.liquidationContainsNoFills) }
    guard match.totalSize > 0 else { throw .refused(.invalidLiquidationOrderTotalSize) }
    try check(match.fills)
    var total: UInt64 = 0
    for fill in match.fills {
      let (sum, isOver) = total.addingReportingOverflow(fill.amount)
      guard !isOver, sum <= match.totalSize else { throw .refused(.totalFillAmountExceedsOrderSize) }
      total = sum
    }
  }

  private func check(_ match: DeleveragingMatch) throws(MathematicsError) {
    var others: Set<Subaccount> = []  // lookup only
    for fill in match.fills {
      guard fill.offsetting != match.liquidated else { throw .refused(.deleveragingAgainstSelf) }
      guard others.insert(fill.offsetting).inserted else { throw .refused(.duplicateDeleveragingFillSubaccounts) }
      guard fill.amount > 0 else { throw .refused(.zeroDeleveragingFillAmount) }
    }
  }
}
