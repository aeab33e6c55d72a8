import Canonical
import Matching
import StateStore
import VenueKit

extension HyperliquidState {
  mutating func addTrigger(_ oid: UInt64, _ trigger: TriggerRecord, _ builder: BuilderRecord? = nil) {
    triggers.set(oid, trigger)
    if let builder { registry.value.builderOrders.set(oid, builder) }
    if let cloid = trigger.cloid { cloids.set(Triple(trigger.account, cloid.high, cloid.low), Amount(Int128(oid))) }
    noteTrigger(oid, trigger)
  }

  /// Forgets a trigger order; its heap entry dies when met.
  @discardableResult
  mutating func removeTrigger(_ oid: UInt64) -> TriggerRecord? {
    guard let trigger = triggers.remove(oid) else { return nil }
    forgetBuilder(oid)
    if let cloid = trigger.cloid { cloids.remove(Triple(trigger.account, cloid.high, cloid.low)) }
    let index = marketIndex(trigger.account, trigger.asset)
    derived.accounts[Int(trigger.account)].lists[index].triggers.removeSorted(oid)
    return trigger
  }

  mutating func dropTrigger(_ oid: UInt64, _ reason: CancelReason, _ journal: inout Journal) {
    guard let trigger = removeTrigger(oid) else { return }
    journal.events.emit(.orderCanceled(oid: oid, account: address(trigger.account), reason: reason))
  }

  /// Children of a filled parent begin to watch the mark.
  mutating func armChildren(of parent: UInt64, _ account: AccountID, _ asset: AssetID) {
    guard let index = derived.accounts[Int(account)].index(asset) else { return }
    for oid in derived.accounts[Int(account)].lists[index].triggers {
      guard var trigger = triggers[oid], trigger.parent == parent, !trigger.isArmed else { continue }
      trigger.isArmed = true
      triggers.set(oid, trigger)
      armTrigger(oid, trigger)
    }
  }

  mutating func dropChildren(
    of parent: UInt64, _ account: AccountID, _ asset: AssetID, _ journal: inout Journal
  ) {
    guard let index = derived.accounts[Int(account)].index(asset) else { return }
    for oid in derived.accounts[Int(account)].lists[index].triggers {
      if triggers[oid]?.parent == parent { dropTrigger(oid, .canceled, &journal) }
    }
  }

  /// One cancels the others.
  mutating func dropSiblings(of oid: UInt64, _ trigger: TriggerRecord, _ journal: inout Journal) {
    guard trigger.group != 0, let index = derived.accounts[Int(trigger.account)].index(trigger.asset) else { return }
    for other in derived.accounts[Int(trigger.account)].lists[index].triggers where other != oid {
      if triggers[other]?.group == trigger.group { dropTrigger(other, .siblingFilledCanceled, &journal) }
    }
  }

  /// Whether a trigger price is already reached.
  func isReached(_ trigger: TriggerRecord) -> Bool {
    let mark = mark(trigger.asset)
    return trigger.firesAbove ? mark >= trigger.triggerPrice : mark <= trigger.triggerPrice
  }

  /// Fires, in the order of their oids, the trigger orders that the marks have reached. Rule HL-23.
  mutating func fireTriggers(_ assets: [AssetID], _ journal: inout Journal) {
    var fired: [UInt64] = []
    for asset in assets {
      let mark = derived.marks[Int(asset)]
      while let first = derived.triggersAbove[Int(asset)].first, first.key <= mark {
        derived.triggersAbove[Int(asset)].popFirst()
        fired.append(first.oid)
      }
      while let first = derived.triggersBelow[Int(asset)].first, first.key <= -mark {
        derived.triggersBelow[Int(asset)].popFirst()
        fired.append(first.oid)
      }
    }
    fired.sort()
    var last: UInt64 = 0
    for oid in fired where oid != last {
      last = oid
      if let trigger = triggers[oid], trigger.isArmed { fire(oid, trigger, &journal) }
    }
  }

  private mutating func fire(_ oid: UInt64, _ trigger: TriggerRecord, _ journal: inout Journal) {
    let builder = builderRecord(oid)
    removeTrigger(oid)
    journal.events.emit(.triggered(oid: oid, account: address(trigger.account)))
    let market = marketCache(trigger.account, trigger.asset)
    guard !trigger.reduceOnly || market.size != 0 && trigger.isBuy == (market.size < 0) else {
      journal.events.emit(.orderCanceled(oid: oid, account: address(trigger.account), reason: .reduceOnlyCanceled))
      return
    }
    let terms = parameters.markets[Int(trigger.asset)]
    var price = trigger.limitPrice
    if trigger.isMarket {
      let slip = divide(
        Int128(trigger.triggerPrice) * Int128(parameters.triggerSlippage), by: 1_000_000, .truncation)
      let worst = trigger.isBuy ? trigger.triggerPrice + Ticks(slip) : trigger.triggerPrice - Ticks(slip)
      price = max(1, terms.validPrice(worst, up: !trigger.isBuy))
    }
    var size = trigger.size
    if trigger.reduceOnly { size = size == 0 ? abs(market.size) : min(size, abs(market.size)) }
    let order = IncomingOrder(
      account: trigger.account, asset: trigger.asset, isBuy: trigger.isBuy, reduceOnly: trigger.reduceOnly,
      timeInForce: trigger.isMarket ? .immediateOrCancel : .goodTilCancelled, price: price, size: size,
      cloid: trigger.cloid, builder: builder)
    let status = submit(order, oid: oid, &journal)
    switch status {
    case .filled, .resting: dropSiblings(of: oid, trigger, &journal)
    case .error(.noImmediateMatch, _, _), .error(.noLiquidity, _, _), .waitingForFill, .waitingForTrigger:
      journal.events.emit(.orderCanceled(oid: oid, account: address(trigger.account), reason: .iocCancelRejected))
    case .error(let error, _, _):
      let reason: CancelReason = error == .openInterestCap ? .openInterestCapCanceled : .marginCanceled
      journal.events.emit(.orderCanceled(oid: oid, account: address(trigger.account), reason: reason))
    }
  }
}
