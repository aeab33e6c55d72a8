import Matching
import Quantities

extension Memclob {
  /// What a taker met, before anything is booked.
  struct Matching {
    struct Fill {
      var key: OrderKey
      var amount: UInt64
      /// What is left of the maker.
      var left: UInt64
    }

    var status: OrderStatus = .success
    var fills: [Fill] = []
    var removals: [(key: OrderKey, reason: RemovalReason)] = []
  }

  /// What the loop does after a maker.
  private enum Step {
    case next
    case stop
  }

  /// Rule DYDX-11: walks the taker through the other side, best and oldest first, at the makers' prices. The book stays
  /// as it is; the keeper holds the matches, or none of them when the taker must not trade.
  func matched<Keeper: MatchKeeper>(
    _ taker: Taker, remaining: UInt64, keeper: inout Keeper
  ) -> Matching {
    var matching = Matching()
    guard let book = books[taker.pair]?.book else { return matching }
    var left = remaining
    keeper.open()
    book.walkOrders(taker.isBuy ? .ask : .bid) { resting in
      guard left > 0, let maker = slots[Int(resting.id) - 1] else { return false }
      let price = maker.order.subticks
      guard taker.isBuy ? taker.subticks >= price : taker.subticks <= price else { return false }
      return meet(taker, maker, makerLeft: resting.quantity, left: &left, &matching, &keeper) == .next
    }
    if matching.status == .postOnlyWouldCross || matching.status == .violatesIsolation {
      keeper.undo()
    } else {
      keeper.keep()
    }
    return matching
  }

  private func meet<Keeper: MatchKeeper>(
    _ taker: Taker, _ maker: BookOrder, makerLeft: UInt64, left: inout UInt64, _ matching: inout Matching,
    _ keeper: inout Keeper
  ) -> Step {
    let key = maker.order.key
    if case .order(let order) = taker, order.key == key { return .next }
    if key.subaccount == taker.subaccount {
      matching.removals.append((key, .invalidSelfTrade))
      return .next
    }
    if key.isShortTerm && !maker.authenticators.isEmpty && !keeper.allows(maker) {
      matching.removals.append((key, .permissionedKeyExpired))
      return .next
    }
    var amount = min(left, makerLeft)
    if maker.order.isReduceOnly {
      let position = keeper.position(key.subaccount, pair: key.pair)
      guard !position.isZero, position.isNegative == maker.order.isBuy else {
        matching.removals.append((key, .invalidReduceOnly))
        return .next
      }
      amount = min(amount, UInt64(clamping: position))
    }
    if taker.isReduceOnly {
      amount = min(amount, UInt64(clamping: keeper.position(taker.subaccount, pair: taker.pair)))
      guard amount > 0 else { return .stop }
    }
    keeper.open()
    let attempt = keeper.attempt(taker, maker.order, amount)
    guard attempt == .done else {
      keeper.undo()
      return fail(attempt, taker, key, &matching)
    }
    if case .order(let order) = taker, order.timeInForce == .postOnly {
      keeper.undo()
      matching.status = .postOnlyWouldCross
      return .stop
    }
    keeper.keep()
    left -= amount
    matching.fills.append(Matching.Fill(key: key, amount: amount, left: makerLeft - amount))
    if taker.isReduceOnly && left > 0 && keeper.position(taker.subaccount, pair: taker.pair).isZero {
      matching.status = .reduceOnlyResized
      return .stop
    }
    return .next
  }

  /// A match that did not come about: the maker goes if it failed, the taker ends if it failed.
  private func fail(_ attempt: MatchAttempt, _ taker: Taker, _ maker: OrderKey, _ matching: inout Matching) -> Step {
    switch attempt {
    case .done: return .next
    case .notionalLimit: matching.status = .liquidationExceededNotional
    case .insuranceLimit: matching.status = .liquidationExceededInsurance
    case .insuranceFundTooSmall: matching.status = .liquidationRequiresDeleveraging
    case .failed(let takerResult, let makerResult):
      if makerResult != .success {
        let isIsolation = makerResult == .violatesIsolatedSubaccountConstraints
        matching.removals.append((maker, isIsolation ? .violatesIsolation : .undercollateralized))
      }
      switch takerResult {
      case .success: return .next
      case _ where taker.isLiquidation: return .next
      case .newlyUndercollateralized, .stillUndercollateralized: matching.status = .undercollateralized
      case .violatesIsolatedSubaccountConstraints: matching.status = .violatesIsolation
      case .updateCausedError, .withdrawalsAndTransfersBlocked: matching.status = .internalError
      }
    }
    return .stop
  }
}

extension UInt64 {
  /// The size of a number, as far as it fits.
  init(clamping value: Int256) {
    self = value.magnitude.exactUInt64 ?? .max
  }
}

extension UInt256 {
  var exactUInt64: UInt64? { UInt64(exactly: self) }
}
