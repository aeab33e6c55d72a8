import Canonical
import Matching
import Quantities
import StateStore
import VenueKit

/// An order request in ticks and lots.
struct CheckedOrder {
  var request: OrderRequest
  var price: Ticks
  var size: Lots
  var trigger: Ticks = 0
}

extension HyperliquidState {
  static let batchMaximum = 1000

  // MARK: What refuses the whole action

  /// Rules HL-6 to HL-8, HL-21: what is wrong with a request whatever the book says.
  @inline(__always) func check(
    _ request: OrderRequest, allowsWholePosition: Bool = false
  ) throws(HyperliquidRefusal) -> CheckedOrder {
    guard let market = parameters.market(request.asset) else { throw .assetUnknown(request.asset) }
    if !market.isPerpetual { return try checkOther(request, market, allowsWholePosition: allowsWholePosition) }
    return try check(request, market, reference: derived.oracles[Int(request.asset)], allowsWholePosition)
  }

  /// Spot pairs and builders' markets: the request goes on with the room's own number of the market.
  private func checkOther(
    _ request: OrderRequest, _ market: MarketParameters, allowsWholePosition: Bool
  ) throws(HyperliquidRefusal) -> CheckedOrder {
    var own = request
    own.asset = market.asset
    if isHalted(market.asset) { throw .account(.halted(request.asset)) }
    if !market.isSpot {
      return try check(own, market, reference: derived.oracles[Int(market.asset)], allowsWholePosition)
    }
    guard case .limit = request.kind else { throw .account(.spotTrigger) }
    // A market that never traded has no reference price: any price is near.
    let last = lastTrades[market.asset].map { Ticks($0.value) }
    let reference = last ?? market.ticks(request.price) ?? 0
    return try check(own, market, reference: reference, allowsWholePosition)
  }

  @inline(__always) private func check(
    _ request: OrderRequest, _ market: MarketParameters, reference: Ticks, _ allowsWholePosition: Bool
  ) throws(HyperliquidRefusal) -> CheckedOrder {
    guard let size = market.lots(request.size) else { throw .sizeInvalid }
    guard let price = market.ticks(request.price) else { throw .priceInvalid }
    var checked = CheckedOrder(request: request, price: price, size: size)
    if case .trigger(let condition) = request.kind {
      guard let trigger = market.ticks(condition.price) else { throw .priceInvalid }
      guard request.reduceOnly || parameters.allowsTriggerEntries else { throw .triggerNotReduceOnly }
      checked.trigger = trigger
    }
    if size == 0 && !(allowsWholePosition && checked.trigger > 0) { throw .sizeZero }
    let distance = Int128(abs(price - reference)) * 1_000_000
    if reference == 0 || distance > Int128(reference) * Int128(parameters.priceDistance) {
      throw .priceTooFar(asset: market.wireAsset)
    }
    let maximum = isMarketLike(request) ? market.orderMaximum : market.orderMaximum * 10
    if money(size, at: price) > maximum { throw .valueTooLarge(maximum: maximum) }
    return checked
  }

  private func isMarketLike(_ request: OrderRequest) -> Bool {
    switch request.kind {
    case .limit(let timeInForce): timeInForce == .frontendMarket
    case .trigger(let condition): condition.isMarket
    }
  }

  // MARK: The action

  mutating func order(
    _ action: OrderAction, _ account: AccountID, _ journal: inout Journal
  ) throws(HyperliquidRefusal) -> HyperliquidAnswer {
    if action.orders.isEmpty { throw .emptyBatch }
    if action.orders.count > Self.batchMaximum {
      throw .batchTooLarge(action.orders.count, limit: Self.batchMaximum)
    }
    if let builder = action.builder, builder.fee > 0 {
      let isSpot = action.orders.allSatisfy { (10_000..<100_000).contains($0.asset) }
      try checkBuilder(builder, account, isSpot: isSpot)
      journal.builder = BuilderRecord(builder: builder.builder, fee: builder.fee)
    }
    if action.orders.count == 1 && action.grouping == .none {
      // The usual action, without the lists of a batch.
      let checked = try check(action.orders[0])
      var answer = HyperliquidAnswer(.order)
      answer.statuses = [place(checked, account, &journal)]
      answer.fills = journal.fills
      return answer
    }
    var checked: [CheckedOrder] = []
    checked.reserveCapacity(action.orders.count)
    for request in action.orders {
      checked.append(try check(request, allowsWholePosition: action.grouping == .positionTpsl))
    }
    try Self.checkGrouping(action)
    var answer = HyperliquidAnswer(.order)
    answer.statuses.reserveCapacity(checked.count)
    switch action.grouping {
    case .none, .priority:
      for order in checked { answer.statuses.append(place(order, account, &journal)) }
    case .normalTpsl: answer.statuses = placeBracket(checked, account, &journal)
    case .positionTpsl: answer.statuses = placePositionTriggers(checked, account, &journal)
    }
    answer.fills = journal.fills
    return answer
  }

  /// Rule HL-22: a bracket is one limit order and one or two triggers in the same market; a position's triggers are one
  /// or two.
  private static func checkGrouping(_ action: OrderAction) throws(HyperliquidRefusal) {
    let triggers = action.orders.count { request in if case .trigger = request.kind { true } else { false } }
    let asset = action.orders[0].asset
    switch action.grouping {
    case .none, .priority: return
    case .normalTpsl:
      guard case .limit = action.orders[0].kind, triggers == action.orders.count - 1, (1...2).contains(triggers),
        action.orders.allSatisfy({ $0.asset == asset }),
        action.orders.dropFirst().allSatisfy({ $0.isBuy != action.orders[0].isBuy })
      else { throw .triggerGrouping }
      guard action.orders.dropFirst().allSatisfy(\.reduceOnly) else { throw .triggerNotReduceOnly }
    case .positionTpsl:
      guard triggers == action.orders.count, (1...2).contains(triggers),
        action.orders.allSatisfy({ $0.asset == asset && $0.isBuy == action.orders[0].isBuy })
      else { throw .triggerGrouping }
      guard action.orders.allSatisfy(\.reduceOnly) else { throw .triggerNotReduceOnly }
    }
  }

  /// One order of an action. Never throws: what is wrong from here on is this order's status. The order of the rungs
  /// (tick, value, cloid, count, reduce-only, trigger, post-only, margin, liquidity) is rule HL-9.
  mutating func place(
    _ checked: CheckedOrder, _ owner: AccountID, hasChildren: Bool = false, _ journal: inout Journal
  ) -> OrderStatus {
    let request = checked.request
    guard let account = tradingAccount(owner, request.asset) else { return .failed(.margin) }
    if let error = reject(checked, account) { return error }
    switch request.kind {
    case .limit(let timeInForce):
      let order = IncomingOrder(
        account: account, asset: request.asset, isBuy: request.isBuy, reduceOnly: request.reduceOnly,
        timeInForce: timeInForce, price: checked.price, size: checked.size, cloid: request.cloid,
        hasChildren: hasChildren, builder: journal.builder)
      return submit(order, oid: nil, &journal)
    case .trigger(let condition):
      let trigger = self.trigger(checked, condition, account, at: journal.block.time)
      if isReached(trigger) { return .failed(.triggerPrice) }
      let oid = nextOid()
      addTrigger(oid, trigger, journal.builder)
      return .resting(oid: oid, cloid: request.cloid)
    }
  }

  /// The rungs before the book is asked.
  // Mutating, so that the state is used in place: a borrow of so large a value copies it.
  private mutating func reject(_ checked: CheckedOrder, _ account: AccountID) -> OrderStatus? {
    let request = checked.request
    let market = parameters.markets[Int(request.asset)]
    guard market.hasValidFigures(checked.price), checked.trigger == 0 || market.hasValidFigures(checked.trigger) else {
      return .failed(.tick)
    }
    if !request.reduceOnly && money(checked.size, at: checked.price) < parameters.orderMinimum * market.valueUnit {
      return .failed(.minimumValue)
    }
    if let cloid = request.cloid, cloids.contains(Triple(account, cloid.high, cloid.low)) {
      return .failed(.cloidInUse)
    }
    var open = 0
    for index in derived.accounts[Int(account)].lists.indices {
      open += derived.accounts[Int(account)].lists[index].orders.count
      open += derived.accounts[Int(account)].lists[index].triggers.count
    }
    if open < parameters.openOrdersMaximum { return nil }
    return checked.trigger > 0 || request.reduceOnly || open >= openOrderLimit(account)
      ? .failed(.tooManyOrders) : nil
  }

  private func trigger(
    _ checked: CheckedOrder, _ condition: TriggerCondition, _ account: AccountID, at time: Int64
  ) -> TriggerRecord {
    TriggerRecord(
      account: account, asset: checked.request.asset, isBuy: checked.request.isBuy, isMarket: condition.isMarket,
      isTakeProfit: condition.isTakeProfit, isArmed: true, triggerPrice: checked.trigger, limitPrice: checked.price,
      size: checked.size, reduceOnly: checked.request.reduceOnly, parent: 0, group: 0, cloid: checked.request.cloid,
      time: time)
  }

  private mutating func placeBracket(
    _ orders: [CheckedOrder], _ owner: AccountID, _ journal: inout Journal
  ) -> [OrderStatus] {
    guard let account = tradingAccount(owner, orders[0].request.asset) else {
      return orders.map { _ in .failed(.margin) }
    }
    let parent = place(orders[0], account, hasChildren: true, &journal)
    var parentOid: UInt64 = 0
    var isArmed = false
    switch parent {
    case .resting(let oid, _): parentOid = oid
    case .filled(let size, _, _, _):
      // One that was filled in part and stopped with the book still in reach had lost its margin.
      isArmed =
        size == orders[0].request.size
        || derived.books[Int(orders[0].request.asset)]
          .wouldCross(side: Side(isBuy: orders[0].request.isBuy), price: orders[0].price)
    default: break
    }
    var statuses = [parent]
    if parentOid == 0 && !isArmed {
      for _ in orders.dropFirst() { statuses.append(parent.isError ? parent : .failed(.missingOrder)) }
      return statuses
    }
    var group: UInt64 = 0
    for child in orders.dropFirst() {
      if let error = reject(child, account) {
        statuses.append(error)
        continue
      }
      guard case .trigger(let condition) = child.request.kind else { continue }
      var trigger = self.trigger(child, condition, account, at: journal.block.time)
      let oid = nextOid()
      if group == 0 { group = oid }
      trigger.isArmed = isArmed
      trigger.parent = parentOid
      trigger.group = group
      addTrigger(oid, trigger, journal.builder)
      statuses.append(isArmed ? .waitingForTrigger : .waitingForFill)
    }
    return statuses
  }

  private mutating func placePositionTriggers(
    _ orders: [CheckedOrder], _ owner: AccountID, _ journal: inout Journal
  ) -> [OrderStatus] {
    guard let account = tradingAccount(owner, orders[0].request.asset) else {
      return orders.map { _ in .failed(.reduceOnly) }
    }
    let market = marketCache(account, orders[0].request.asset)
    var statuses: [OrderStatus] = []
    var group: UInt64 = 0
    for order in orders {
      guard case .trigger(let condition) = order.request.kind else { continue }
      var trigger = self.trigger(order, condition, account, at: journal.block.time)
      if let error = reject(order, account) {
        statuses.append(error)
      } else if market.size == 0 || order.request.isBuy != (market.size < 0) {
        statuses.append(.failed(.reduceOnly))
      } else if isReached(trigger) {
        statuses.append(.failed(.triggerPrice))
      } else {
        let oid = nextOid()
        if group == 0 { group = oid }
        trigger.group = group
        addTrigger(oid, trigger, journal.builder)
        statuses.append(.waitingForTrigger)
      }
    }
    return statuses
  }

  // MARK: Into the book

  /// Takes an order through its own checks into the book. `oid` is given for a fired trigger order.
  mutating func submit(_ incoming: IncomingOrder, oid given: UInt64?, _ journal: inout Journal) -> OrderStatus {
    var order = incoming
    let asset = Int(order.asset)
    if asset >= parameters.perpetuals, parameters.markets[asset].isSpot {
      return submitSpot(order, oid: given, &journal)
    }
    let index = marketIndex(order.account, order.asset)
    let market = derived.accounts[Int(order.account)].markets[index]
    if order.reduceOnly {
      guard market.size != 0, order.isBuy == (market.size < 0) else { return .failed(.reduceOnly) }
      order.size = min(order.size, abs(market.size))
    }
    let side = Side(isBuy: order.isBuy)
    let crosses = derived.books[asset].wouldCross(side: side, price: order.price)
    if order.timeInForce == .addLiquidityOnly && crosses { return postOnlyRefusal(order) }
    if let error = marginError(order, market) { return .failed(error) }
    if !crosses && (order.timeInForce == .immediateOrCancel || order.timeInForce == .frontendMarket) {
      return .failed(order.timeInForce == .frontendMarket ? .noLiquidity : .noImmediateMatch)
    }
    let oid = given ?? nextOid()
    let execution = crosses ? match(order, oid: oid, &journal) : Execution(remaining: order.size)
    // A fired trigger order keeps its oid but stands behind the orders that rest already.
    let sequence = given == nil ? oid : nextOid()
    return finish(order, oid: oid, sequence: sequence, execution, &journal)
  }

  func postOnlyRefusal(_ order: IncomingOrder) -> OrderStatus {
    let market = parameters.markets[Int(order.asset)]
    let book = derived.books[Int(order.asset)]
    return .error(
      .postOnlyWouldMatch, bid: book.bestBid.flatMap { market.wire(ticks: $0.price) } ?? 0,
      ask: book.bestAsk.flatMap { market.wire(ticks: $0.price) } ?? 0)
  }

  /// What is left after matching rests, or is dropped.
  mutating func finish(
    _ order: IncomingOrder, oid: UInt64, sequence: UInt64, _ execution: Execution, _ journal: inout Journal
  ) -> OrderStatus {
    let rests = order.timeInForce == .goodTilCancelled || order.timeInForce == .addLiquidityOnly
    var left = execution.remaining
    if order.reduceOnly && left > 0 {
      // A self-trade or a fill may have changed the position meanwhile.
      left = min(left, abs(marketCache(order.account, order.asset).size))
    }
    if rests && left > 0 && !execution.lacksMargin {
      rest(order, oid: oid, sequence: sequence, left, &journal)
      return .resting(oid: oid, cloid: order.cloid)
    }
    if execution.filled > 0 {
      let terms = parameters.markets[Int(order.asset)]
      let average = scale(execution.notional, Int128(terms.tickWire), by: Int128(execution.filled), .halfUp)
      return .filled(
        size: terms.wire(lots: execution.filled) ?? 0, averagePrice: WireDecimal(clamping: average), oid: oid,
        cloid: order.cloid)
    }
    if execution.lacksMargin { return .failed(.margin) }
    return .failed(order.timeInForce == .frontendMarket ? .noLiquidity : .noImmediateMatch)
  }

  private mutating func rest(
    _ order: IncomingOrder, oid: UInt64, sequence: UInt64, _ lots: Lots, _ journal: inout Journal
  ) {
    let record = OrderRecord(
      account: order.account, asset: order.asset, isBuy: order.isBuy, reduceOnly: order.reduceOnly,
      timeInForce: order.timeInForce, hasChildren: order.hasChildren, price: order.price, size: lots,
      originalSize: order.size, cloid: order.cloid, time: journal.block.time, sequence: sequence)
    do {
      try derived.books[Int(order.asset)].insert(
        RestingOrder(
          id: oid, owner: UInt64(order.account), price: order.price, quantity: UInt64(lots),
          sequence: sequence),
        side: Side(isBuy: order.isBuy))
    } catch {
      preconditionFailure("a matched order no longer crosses the book")
    }
    orders.set(oid, record)
    if let builder = order.builder { registry.value.builderOrders.set(oid, builder) }
    if order.asset >= parameters.perpetuals, parameters.markets[Int(order.asset)].isSpot { holdSpot(record) }
    if let cloid = order.cloid { cloids.set(Triple(order.account, cloid.high, cloid.low), Amount(Int128(oid))) }
    noteOrder(oid, record)
    if order.reduceOnly { trimReduceOnly(order.account, order.asset, &journal) }
  }

  /// Rules HL-5, HL-16, HL-32 and HL-33 for an order as a whole: what the position may become must have its margin.
  private mutating func marginError(_ order: IncomingOrder, _ market: MarketCache) -> OrderError? {
    if order.reduceOnly { return nil }
    var after = market
    if order.isBuy { after.buyLots += order.size } else { after.sellLots += order.size }
    if after.worstLots <= market.worstLots { return nil }
    if after.worstLots > HyperliquidParameters.positionMaximum { return .positionTooLarge }
    let mark = derived.marks[Int(order.asset)]
    if mark == 0 { return .margin }
    let terms = parameters.markets[Int(order.asset)]
    let worst = money(after.worstLots, at: mark)
    if market.leverage > terms.leverageMaximum(worst) { return .positionTier }
    let cap = terms.isPerpetual ? terms.openInterestMaximum : openInterestCap(terms)
    if cap > 0 {
      let grown = derived.openInterest[Int(order.asset)] + Int128(order.size)
      if grown * Int128(mark) > cap { return .openInterestCap }
    }
    let margin = crossMargin(order.account)
    let leverage = Money(market.leverage)
    let own = market.isCross ? 0 : abs(market.size)
    let added =
      divide(money(after.worstLots - own, at: mark), by: leverage, .ceiling)
      - divide(money(market.worstLots - own, at: mark), by: leverage, .ceiling)
    return margin.value >= margin.reserved + added ? nil : .margin
  }
}
