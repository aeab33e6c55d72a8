import Quantities

/// What the operations of a block did.
public struct OperationsOutcome: Sendable, Equatable {
  public struct Fill: Sendable, Equatable {
    public var taker: Taker
    public var maker: ClobOrder
    public var amount: UInt64
    public var match: SingleMatch
  }

  public var fills: [Fill] = []
  public var deleveragings: [(liquidated: Subaccount, perpetual: UInt32, fill: DeleveragingFill)] = []
  /// Orders with a fill, each once, in ascending order of the ids' messages.
  public var filled: [OrderKey] = []
  /// Stateful orders that left the state, likewise.
  public var removed: [OrderKey] = []

  public init() {}

  public static func == (left: OperationsOutcome, right: OperationsOutcome) -> Bool {
    left.fills == right.fills && left.filled == right.filled && left.removed == right.removed
      && left.deleveragings.map(\.fill) == right.deleveragings.map(\.fill)
  }
}

// Rules DYDX-40 to DYDX-48: everyone replays the proposer's operations and checks what can be checked. With any error
// nothing of them happens.
extension DYDXState {
  /// Carries the operations out. What is thrown leaves writes behind; the caller's layer undoes them.
  public mutating func process(
    _ operations: [Operation], at time: MatchTime
  ) throws(MathematicsError) -> OperationsOutcome {
    try Self.checkForm(operations)
    var outcome = OperationsOutcome()
    var placed: [OrderKey: ClobOrder] = [:]  // lookup only
    for operation in operations {
      try checkStatus(operation)
      switch operation {
      case .placement(let order, _):
        try checkOrder(order, at: time)
        placed[order.key] = order
      case .match(let taker, let fills):
        try match(taker, fills, placed: placed, at: time, &outcome)
      case .liquidation(let match):
        try liquidate(match, placed: placed, at: time, &outcome)
      case .deleveraging(let match):
        try deleverage(match, at: time, &outcome)
      case .removal(let key, let reason):
        try remove(key, reason, at: time)
        outcome.removed.append(key)
      }
    }
    removeFilled(&outcome)
    return outcome
  }

  /// Active pairs take everything, pairs in final settlement deleveraging alone, new pairs nothing.
  private func checkStatus(_ operation: Operation) throws(MathematicsError) {
    let id: UInt32
    var isDeleveraging = false
    switch operation {
    case .placement(let order, _): id = order.key.pair
    case .match(let taker, _): id = taker.pair
    case .liquidation(let match): id = match.pair
    case .removal(let key, _): id = key.pair
    case .deleveraging(let match):
      guard let pair = pair(ofPerpetual: match.perpetual) else { throw .refused(.unsupportedPairStatus) }
      id = pair.id
      isDeleveraging = true
    }
    switch pairs[id]?.status {
    case .active: return
    case .finalSettlement where isDeleveraging: return
    case .initializing, .finalSettlement: throw .refused(.operationConflictsWithClobPairStatus)
    case .paused, .cancelOnly, .postOnly, nil: throw .refused(.unsupportedPairStatus)
    }
  }

  /// The order behind an id: placed earlier in the queue, or in the state.
  private func order(
    _ key: OrderKey, placed: [OrderKey: ClobOrder]  // lookup only
  ) throws(MathematicsError) -> ClobOrder {
    if key.isShortTerm {
      guard let order = placed[key] else { throw .refused(.orderPlacementNotInOperationsQueue) }
      return order
    }
    guard let record = orders[key] else { throw .refused(.statefulOrderDoesNotExist) }
    return record.order
  }

  private mutating func match(
    _ key: OrderKey, _ fills: [MakerFill], placed: [OrderKey: ClobOrder],  // lookup only
    at time: MatchTime, _ outcome: inout OperationsOutcome
  ) throws(MathematicsError) {
    let taker = try order(key, placed: placed)
    guard taker.timeInForce != .postOnly else { throw .refused(.invalidMatchOrder) }
    guard taker.timeInForce != .immediateOrCancel || filled(key) == 0 else {
      throw .refused(.immediateExecutionOrderAlreadyFilled)
    }
    for fill in fills {
      try fillOne(.order(taker), try order(fill.maker, placed: placed), fill.amount, at: time, &outcome)
    }
  }

  private mutating func liquidate(
    _ match: LiquidationMatch, placed: [OrderKey: ClobOrder],  // lookup only
    at time: MatchTime, _ outcome: inout OperationsOutcome
  ) throws(MathematicsError) {
    guard try isLiquidatable(match.liquidated) else { throw .refused(.subaccountNotLiquidatable) }
    guard pairs[match.pair]?.perpetual == match.perpetual else {
      throw .refused(.clobPairAndPerpetualDoNotMatch)
    }
    let order = try liquidationOrder(
      of: match.liquidated, settled(match.liquidated), perpetual: match.perpetual)
    guard order.quantums == match.totalSize else { throw .refused(.invalidLiquidationOrderTotalSize) }
    guard order.isBuy == match.isBuy else { throw .refused(.invalidLiquidationOrderSide) }
    for fill in match.fills {
      try fillOne(.liquidation(order), try self.order(fill.maker, placed: placed), fill.amount, at: time, &outcome)
    }
    try markLiquidated(match.liquidated, perpetual: match.perpetual)
  }

  private mutating func fillOne(
    _ taker: Taker, _ maker: ClobOrder, _ amount: UInt64, at time: MatchTime, _ outcome: inout OperationsOutcome
  ) throws(MathematicsError) {
    try Self.checkMatch(taker, maker, amount)
    let result = try processMatch(taker: taker, maker: maker, fill: amount, at: time)
    guard result.isSuccess else { throw .refused(.failedToUpdateSubaccounts) }
    outcome.fills.append(OperationsOutcome.Fill(taker: taker, maker: maker, amount: amount, match: result))
  }

  /// What two orders must be to trade at all; the proposer chose which of them do.
  static func checkMatch(_ taker: Taker, _ maker: ClobOrder, _ amount: UInt64) throws(MathematicsError) {
    let crosses = taker.isBuy ? taker.subticks >= maker.subticks : taker.subticks <= maker.subticks
    guard taker.pair == maker.key.pair, taker.isBuy != maker.isBuy, taker.subaccount != maker.key.subaccount,
      crosses, amount <= taker.quantums, amount <= maker.quantums, maker.timeInForce != .immediateOrCancel
    else { throw .refused(.invalidMatchOrder) }
  }

  private mutating func deleverage(
    _ match: DeleveragingMatch, at time: MatchTime, _ outcome: inout OperationsOutcome
  ) throws(MathematicsError) {
    guard let price = try deleveragingPrice(of: match.liquidated, perpetual: match.perpetual) else {
      throw .refused(.invalidDeleveragedSubaccount)
    }
    guard match.isFinalSettlement == (price == .oracle) else {
      throw .refused(.deleveragingIsFinalSettlementFlagMismatch)
    }
    let position = try settled(match.liquidated).quantums(of: match.perpetual)
    guard !position.isZero else { throw .refused(.noOpenPositionForPerpetual) }
    if match.fills.isEmpty {
      guard price == .bankruptcy else { throw .refused(.zeroFillDeleveragingForNonNegativeTncSubaccount) }
      negativeSeen.set(pool(ofPerpetual: match.perpetual).number, Whole(time.height))
      return
    }
    for fill in match.fills {
      let done: DeleveragingFill
      do throws(MathematicsError) {
        done = try deleverage(
          match.liquidated, against: fill.offsetting, perpetual: match.perpetual, fill: Int256(fill.amount),
          price: price, height: time.height)
      } catch {
        throw error == .refused(.failedToUpdateSubaccounts) ? .refused(.invalidDeleveragingFill) : error
      }
      outcome.deleveragings.append((match.liquidated, match.perpetual, done))
    }
  }

  /// Stateful orders that are filled to less than nothing leave the state.
  private mutating func removeFilled(_ outcome: inout OperationsOutcome) {
    var seen: Set<OrderKey> = []  // lookup only
    for fill in outcome.fills {
      if seen.insert(fill.maker.key).inserted { outcome.filled.append(fill.maker.key) }
      if case .order(let order) = fill.taker, seen.insert(order.key).inserted { outcome.filled.append(order.key) }
    }
    for key in outcome.filled where key.isStateful {
      guard let record = orders[key], filled(key) >= record.order.quantums else { continue }
      removeStateful(key, as: .filled)
      outcome.removed.append(key)
    }
    outcome.filled = outcome.filled.sortedByMessage()
    outcome.removed = outcome.removed.sortedByMessage()
  }
}

extension [OrderKey] {
  /// Ascending by owner's text, account, client id, flags and pair.
  func sortedByMessage() -> [OrderKey] {
    map { ($0, Array<UInt8>(Bech32Owner.text($0.subaccount.owner).utf8)) }.sorted { left, right in
      if left.1 != right.1 { return left.1.lexicographicallyPrecedes(right.1) }
      return left.0 < right.0
    }.map(\.0)
  }
}

extension ClobOrder {
  /// Whether this version of an order replaces the other: it stands longer, or as long and its hash is greater.
  public func isLater(than other: ClobOrder) -> Bool {
    if goodTilBlock != other.goodTilBlock { return goodTilBlock > other.goodTilBlock }
    return other.hash < hash
  }
}
