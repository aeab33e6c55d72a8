import Canonical
import Matching
import StateStore
import VenueKit

extension HyperliquidState {
  mutating func cancel(
    _ requests: [CancelRequest], isFast: Bool, _ account: AccountID, _ journal: inout Journal
  ) throws(HyperliquidRefusal) -> HyperliquidAnswer {
    if requests.isEmpty { throw .emptyBatch }
    if requests.count > Self.batchMaximum { throw .batchTooLarge(requests.count, limit: Self.batchMaximum) }
    var answer = HyperliquidAnswer(.cancel)
    answer.statuses.reserveCapacity(requests.count)
    for request in requests {
      let isDone =
        if let asset = parameters.asset(request.asset), let trader = tradingAccount(account, asset) {
          cancel(request.oid, asset: asset, isFast: isFast, trader, &journal)
        } else {
          false
        }
      answer.statuses.append(isDone ? .resting(oid: request.oid, cloid: nil) : .failed(.missingOrder))
    }
    return answer
  }

  mutating func cancel(
    byCloid requests: [CancelByCloidRequest], isFast: Bool, _ account: AccountID, _ journal: inout Journal
  ) throws(HyperliquidRefusal) -> HyperliquidAnswer {
    if requests.isEmpty { throw .emptyBatch }
    if requests.count > Self.batchMaximum { throw .batchTooLarge(requests.count, limit: Self.batchMaximum) }
    var answer = HyperliquidAnswer(.cancel)
    for request in requests {
      if let asset = parameters.asset(request.asset), let trader = tradingAccount(account, asset),
        let oid = cloids[Triple(trader, request.cloid.high, request.cloid.low)].map({ UInt64($0.value) }),
        cancel(oid, asset: asset, isFast: isFast, trader, &journal)
      {
        answer.statuses.append(.resting(oid: oid, cloid: request.cloid))
      } else {
        answer.statuses.append(.failed(.missingOrder))
      }
    }
    return answer
  }

  /// Cancels a resting or trigger order of the account; false when there is none. A fast cancel finds no trigger
  /// orders. Rule HL-17.
  mutating func cancel(
    _ oid: UInt64, asset: AssetID, isFast: Bool = false, _ account: AccountID, _ journal: inout Journal
  ) -> Bool {
    if let order = orders[oid] {
      guard order.account == account, order.asset == asset else { return false }
      cancelOrder(oid, .canceled, &journal)
      return true
    }
    guard !isFast, let trigger = triggers[oid], trigger.account == account, trigger.asset == asset else { return false }
    dropTrigger(oid, .canceled, &journal)
    return true
  }

  /// Everything that the account has resting or waiting, in the order of markets and oids.
  mutating func cancelAll(_ account: AccountID, _ reason: CancelReason, _ journal: inout Journal) {
    let cache = derived.accounts[Int(account)]
    for place in cache.markets.indices.sorted(by: { cache.markets[$0].asset < cache.markets[$1].asset }) {
      // Tokens are nobody's margin: a liquidation leaves spot orders alone.
      if reason == .liquidatedCanceled, parameters.markets[Int(cache.markets[place].asset)].isSpot { continue }
      for oid in cache.lists[place].orders { cancelOrder(oid, reason, &journal) }
      for oid in cache.lists[place].triggers { dropTrigger(oid, reason, &journal) }
    }
  }

  // MARK: Modify

  mutating func modify(
    _ requests: [ModifyRequest], _ account: AccountID, isBatch: Bool, _ journal: inout Journal
  ) throws(HyperliquidRefusal) -> HyperliquidAnswer {
    if requests.isEmpty { throw .emptyBatch }
    if requests.count > Self.batchMaximum { throw .batchTooLarge(requests.count, limit: Self.batchMaximum) }
    var checked: [CheckedOrder] = []
    for request in requests { checked.append(try check(request.order)) }
    var answer = HyperliquidAnswer(isBatch ? .order : .default)
    for (request, order) in zip(requests, checked) {
      let trader = tradingAccount(account, order.request.asset)
      answer.statuses.append(trader.map { modify(request, order, $0, &journal) } ?? .failed(.modifyTarget))
    }
    answer.fills = journal.fills
    return answer
  }

  /// Rule HL-20. Without `alwaysPlace` the new order must be post-only, or a good-til-cancelled one that would not
  /// match, which then becomes post-only; only then is the old one cancelled. A new oid is always given.
  private mutating func modify(
    _ request: ModifyRequest, _ checked: CheckedOrder, _ account: AccountID, _ journal: inout Journal
  ) -> OrderStatus {
    let oid: UInt64? =
      switch request.target {
      case .oid(let oid): oid
      case .cloid(let cloid): cloids[Triple(account, cloid.high, cloid.low)].map { UInt64($0.value) }
      }
    let isOpen = oid.map { target in
      orders[target].map { $0.account == account && $0.asset == checked.request.asset }
        ?? triggers[target].map { $0.account == account && $0.asset == checked.request.asset } ?? false
    }
    var order = checked
    if !request.alwaysPlace {
      guard isOpen == true else { return .failed(.modifyTarget) }
      guard case .limit(let timeInForce) = request.order.kind,
        timeInForce == .goodTilCancelled || timeInForce == .addLiquidityOnly
      else { return .failed(.modifyKind) }
      order.request.kind = .limit(.addLiquidityOnly)
    }
    if let oid, isOpen == true { _ = cancel(oid, asset: checked.request.asset, account, &journal) }
    return place(order, account, &journal)
  }

  // MARK: Scheduled cancels

  /// Rule HL-26.
  mutating func scheduleCancel(
    _ time: UInt64?, _ account: AccountID, _ journal: inout Journal
  ) throws(HyperliquidRefusal) {
    guard let time else {
      scheduledCancels.remove(account)
      return
    }
    let earliest = journal.block.time + 5_000
    guard let when = Int64(exactly: time), when >= earliest else { throw .scheduleTime(time, earliest: earliest) }
    let traded = tradedVolume(account)
    guard traded >= parameters.scheduleCancelVolume else {
      throw .scheduleVolume(required: parameters.scheduleCancelVolume, traded: traded)
    }
    if let profile = profiles[account], profile.firingDay == Self.day(journal.block.time),
      profile.firings >= parameters.limits.scheduledCancels
    {
      throw .scheduleLimit(parameters.limits.scheduledCancels)
    }
    if scheduledCancels[account]?.value == Int128(when) { return }
    scheduledCancels.set(account, Amount(Int128(when)))
    derived.schedule.insert(ScheduleEntry(time: when, account: account))
    if derived.schedule.count > 2 * scheduledCancels.count + 256 {
      // Entries of times that were replaced die when met; where they are most of the heap, they go at once.
      let known = scheduledCancels
      derived.schedule.compact { known[$0.account]?.value == Int128($0.time) }
    }
  }

  mutating func runScheduledCancels(_ journal: inout Journal) {
    while let first = derived.schedule.first, first.time <= journal.block.time {
      derived.schedule.popFirst()
      guard scheduledCancels[first.account]?.value == Int128(first.time) else { continue }
      scheduledCancels.remove(first.account)
      let day = Self.day(journal.block.time)
      changeProfile(first.account) { profile in
        profile.firings = profile.firingDay == day ? profile.firings + 1 : 1
        profile.firingDay = day
      }
      cancelAll(first.account, .scheduledCancel, &journal)
      for dex in parameters.dexs {
        if let own = dexAccount(first.account, dex.index) { cancelAll(own, .scheduledCancel, &journal) }
      }
    }
  }
}
