import Quantities
import StateStore

/// Why a stateful order left the state.
enum OrderEnd {
  case filled
  case cancelled
  case removed
  case expired
}

// Rules DYDX-12 to DYDX-16 and DYDX-47: stateful orders come into the state and leave it.
extension DYDXState {
  /// A removal that a proposer says is needed; what can be proved is checked.
  mutating func remove(_ key: OrderKey, _ reason: RemovalReason, at time: MatchTime) throws(MathematicsError) {
    guard let order = orders[key]?.order else { throw .refused(.statefulOrderDoesNotExist) }
    switch reason {
    case .undercollateralized:
      guard try restingCheck(order, at: time) != .success else { throw .refused(.invalidOrderRemoval) }
    case .violatesIsolation:
      guard try restingCheck(order, at: time) == .violatesIsolatedSubaccountConstraints else {
        throw .refused(.invalidOrderRemoval)
      }
    case .postOnlyWouldCross:
      guard order.timeInForce == .postOnly else { throw .refused(.unexpectedTimeInForce) }
    case .conditionalImmediateWouldRest:
      guard key.isConditional else { throw .refused(.invalidOrderRemoval) }
      guard order.timeInForce == .immediateOrCancel else { throw .refused(.unexpectedTimeInForce) }
    case .fullyFilled:
      guard filled(key) >= order.quantums else { throw .refused(.orderHasRemainingSize) }
    case .invalidReduceOnly:
      let position = holdings(key.subaccount).quantums(of: pairs[key.pair]?.perpetual ?? 0)
      let reduces = !position.isZero && position.isNegative == order.isBuy
      guard order.isReduceOnly, !reduces else { throw .refused(.invalidOrderRemoval) }
    case .invalidSelfTrade, .permissionedKeyExpired: break
    case .unspecified, .conditionalFillOrKill: throw .refused(.invalidOrderRemovalReason)
    }
    removeStateful(key, as: .removed)
  }

  /// Puts a stateful order into the state: in force, or waiting for its trigger.
  public mutating func place(_ order: ClobOrder, height: UInt64, isTriggered: Bool) {
    let index = UInt64(exactly: counter(.placements)) ?? 0
    add(1, to: .placements)
    let record = StatefulOrderRecord(order: order, height: height, index: index)
    derived.insert(order.key)
    if isTriggered { orders.set(order.key, record) } else { untriggered.set(order.key, record) }
    if order.key.flags != OrderFlags.timeWeightedPart { countOpenOrder(of: order.key.subaccount, 1) }
    note(order.key, on: .expiry, at: order.goodTilTime)
  }

  /// Takes an order out of the state with its fill amount and its place in the account's count.
  mutating func removeStateful(_ key: OrderKey, as end: OrderEnd) {
    if key.flags == OrderFlags.timeWeighted {
      guard timeWeighted.remove(key) != nil else { return }
    } else if orders.remove(key) == nil && untriggered.remove(key) == nil {
      return
    }
    fills.remove(key)
    derived.remove(key)
    if key.flags != OrderFlags.timeWeightedPart { countOpenOrder(of: key.subaccount, -1) }
    switch end {
    case .cancelled: endedOrders.set(key, Whole(1))
    case .removed, .filled: endedOrders.set(key, Whole(2))
    case .expired: endedOrders.set(key, Whole(3))
    }
  }

  mutating func countOpenOrder(of subaccount: Subaccount, _ change: Int) {
    let count = Int(openOrders[subaccount]?.value ?? 0) + change
    if count > 0 { openOrders.set(subaccount, Whole(UInt64(count))) } else { openOrders.remove(subaccount) }
    add(Int256(change), to: .openOrders)
  }

  /// Whether the account could carry the rest of an order, filled whole as a maker at its own price. A builder's fee is
  /// taken of base quantums here.
  func restingCheck(_ order: ClobOrder, at time: MatchTime) throws(MathematicsError) -> UpdateResult {
    guard let pair = pairs[order.key.pair] else { throw .refused(.invalidClob) }
    let left = order.quantums - min(order.quantums, filled(order.key))
    let update = try computing { () throws(ArithmeticError) in
      let quote = try Units.fillQuote(
        subticks: Int256(order.subticks), quantums: Int256(left), conversionExponent: Int(pair.conversionExponent))
      let ppm = try feePpm(of: order.key.subaccount.owner, isTaker: false, pair: order.key.pair, time: time.time)
      var cost = try Fees.amount(fillQuote: quote, ppm: ppm)
      if let builder = order.builder {
        cost = try cost + Fees.amount(fillQuote: Int256(left), ppm: Int256(builder.feePpm))
      }
      let base = Int256(left)
      return SubaccountUpdate(
        order.key.subaccount, quoteDelta: try (order.isBuy ? try quote.negated() : quote) - cost,
        positionDeltas: [(pair.perpetual, order.isBuy ? base : try base.negated())])
    }
    return try checkUpdates([update], type: .collateralCheck, height: time.height).results[0]
  }
}
