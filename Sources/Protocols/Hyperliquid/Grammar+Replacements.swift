import Canonical
import VenueKit

extension GrammarEntry {
  static let triggers: [GrammarEntry] = [
    GrammarEntry("trigger.stop", 25) { $0.protecting(isTakeProfit: false, isMarket: true, isReached: false) },
    GrammarEntry("trigger.profit", 25) { $0.protecting(isTakeProfit: true, isMarket: true, isReached: false) },
    GrammarEntry("trigger.limit", 10) { draw in
      let isTakeProfit = draw.flag()
      return draw.protecting(isTakeProfit: isTakeProfit, isMarket: false, isReached: false)
    },
    GrammarEntry("trigger.entry", 15) { draw in
      guard draw.state.parameters.allowsTriggerEntries, let some = draw.someOrder(.goodTilCancelled, away: 0...0),
        var order = draw.trigger(
          some.market, isBuy: some.order.isBuy, size: some.order.size, isTakeProfit: draw.flag(),
          isMarket: draw.flag())
      else { return nil }
      order.reduceOnly = false
      return draw.send([order], by: some.signer)
    },
    GrammarEntry("trigger.position", 15) { draw in
      guard let open = draw.position() else { return nil }
      let both = [false, true].compactMap { isTakeProfit in
        draw.trigger(open.market, isBuy: open.held.size < 0, size: 0, isTakeProfit: isTakeProfit)
      }
      return draw.send(.order(OrderAction(orders: both, grouping: .positionTpsl)), by: open.address)
    },
    GrammarEntry("trigger.bracket", 25) { draw in
      guard let parent = draw.someOrder(.goodTilCancelled, away: -5_000...10_000) else { return nil }
      let isTakeProfitFirst = draw.flag()
      let kinds = draw.flag() ? [isTakeProfitFirst, !isTakeProfitFirst] : [isTakeProfitFirst]
      let children = kinds.compactMap { isTakeProfit in
        draw.trigger(parent.market, isBuy: !parent.order.isBuy, size: parent.order.size, isTakeProfit: isTakeProfit)
      }
      if children.isEmpty { return nil }
      return draw.send(
        .order(OrderAction(orders: [parent.order] + children, grouping: .normalTpsl)), by: parent.signer)
    },
    GrammarEntry(invalid: "trigger.reached", 6) { draw in
      let isTakeProfit = draw.flag()
      return draw.protecting(isTakeProfit: isTakeProfit, isMarket: true, isReached: true)
    },
    GrammarEntry(invalid: "trigger.growing", 4) { draw in
      guard let actor = draw.actor(), let market = draw.market() else { return nil }
      let isBuy = draw.flag()
      let isTakeProfit = draw.flag()
      guard let size = market.wire(lots: draw.lots(market, usdc: 100, at: draw.state.mark(market.asset))),
        var order = draw.trigger(market, isBuy: isBuy, size: size, isTakeProfit: isTakeProfit)
      else { return nil }
      order.reduceOnly = false
      return draw.send(.order(OrderAction(orders: [order], grouping: .positionTpsl)), by: actor.address)
    },
    GrammarEntry(invalid: "trigger.grouping", 4) { draw in
      guard let some = draw.someOrder(.goodTilCancelled, away: 1_000...20_000) else { return nil }
      let grouping = draw.flag() ? OrderGrouping.normalTpsl : .positionTpsl
      return draw.send(.order(OrderAction(orders: [some.order], grouping: grouping)), by: some.signer)
    },
  ]

  static let replacements: [GrammarEntry] = [
    GrammarEntry("cancel.own", 80) { draw in
      guard let open = draw.openOrder() else { return nil }
      return draw.send(.cancel([CancelRequest(asset: open.asset, oid: open.oid)]), by: open.address)
    },
    GrammarEntry("cancel.trigger", 15) { draw in
      guard let open = draw.openOrder(triggers: true) else { return nil }
      return draw.send(.cancel([CancelRequest(asset: open.asset, oid: open.oid)]), by: open.address)
    },
    GrammarEntry("cancel.fast", 10) { draw in
      guard let open = draw.openOrder() else { return nil }
      var transaction = draw.send(.cancel([CancelRequest(asset: open.asset, oid: open.oid)]), by: open.address)
      transaction.content.isFast = true
      return transaction
    },
    GrammarEntry("cancel.several", 20) { draw in
      guard let open = draw.openOrder() else { return nil }
      var requests = [CancelRequest(asset: open.asset, oid: open.oid)]
      for (oid, _) in draw.state.restingOrders(open.account, open.asset).prefix(10) where oid != open.oid {
        requests.append(CancelRequest(asset: open.asset, oid: oid))
      }
      return draw.send(.cancel(requests), by: open.address)
    },
    GrammarEntry("cancel.client", 15) { draw in
      guard let open = draw.openOrder(where: { $0.cloid != nil }), let cloid = draw.state.orders[open.oid]?.cloid else {
        return nil
      }
      return draw.send(.cancelByCloid([CancelByCloidRequest(asset: open.asset, cloid: cloid)]), by: open.address)
    },
    GrammarEntry("modify.one", 25) { draw in
      guard let change = draw.modification(away: 100...20_000, .goodTilCancelled, alwaysPlace: false) else {
        return nil
      }
      return draw.send(.modify(change.request), by: change.signer)
    },
    GrammarEntry("modify.batch", 25) { draw in
      guard let change = draw.modification(away: 100...20_000, .addLiquidityOnly, alwaysPlace: false) else {
        return nil
      }
      return draw.send(.batchModify([change.request]), by: change.signer)
    },
    GrammarEntry("modify.always", 10) { draw in
      guard let change = draw.modification(away: -10_000...10_000, .goodTilCancelled, alwaysPlace: true) else {
        return nil
      }
      return draw.send(.batchModify([change.request]), by: change.signer)
    },
    GrammarEntry("modify.client", 8) { draw in
      guard let open = draw.openOrder(where: { $0.cloid != nil }), let order = draw.state.orders[open.oid],
        let cloid = order.cloid
      else { return nil }
      let market = draw.state.parameters.markets[Int(open.asset)]
      let price = draw.price(market, offset: order.isBuy ? -8_000 : 8_000)
      guard
        let request = draw.limit(
          market, isBuy: order.isBuy, price: price, lots: draw.lots(market, usdc: 100, at: price), .addLiquidityOnly,
          cloid: cloid)
      else { return nil }
      return draw.send(.modify(ModifyRequest(target: .cloid(cloid), order: request)), by: open.address)
    },
    GrammarEntry("schedule.set", 8) { draw in
      guard let actor = draw.actor() else { return nil }
      let time = draw.time + draw.number(5_000...600_000)
      return draw.send(.scheduleCancel(time: UInt64(max(0, time))), by: actor.address)
    },
    GrammarEntry("schedule.clear", 3) { draw in
      guard let actor = draw.actor() else { return nil }
      return draw.send(.scheduleCancel(time: nil), by: actor.address)
    },
    GrammarEntry(invalid: "cancel.unknown", 8) { draw in
      guard let actor = draw.actor(), let market = draw.market() else { return nil }
      let oid = draw.element([0, UInt64(draw.state.counter(.nextOid)) + 1_000, .max]) ?? 0
      return draw.send(.cancel([CancelRequest(asset: market.asset, oid: oid)]), by: actor.address)
    },
    GrammarEntry(invalid: "cancel.foreign", 8) { draw in
      guard let open = draw.openOrder() else { return nil }
      let request = CancelRequest(asset: open.asset, oid: open.oid)
      guard let other = draw.actors().first(where: { $0.address != open.address }) else { return nil }
      return draw.send(.cancel([request]), by: other.address)
    },
    GrammarEntry(invalid: "cancel.otherAsset", 4) { draw in
      guard let open = draw.openOrder() else { return nil }
      return draw.send(.cancel([CancelRequest(asset: open.asset + 1, oid: open.oid)]), by: open.address)
    },
    GrammarEntry(invalid: "cancel.unknownClient", 4) { draw in
      guard let actor = draw.actor(), let market = draw.market() else { return nil }
      let cloid = ClientOrderID(high: draw.random.next(), low: draw.random.next())
      return draw.send(.cancelByCloid([CancelByCloidRequest(asset: market.asset, cloid: cloid)]), by: actor.address)
    },
    GrammarEntry(invalid: "cancel.empty", 3) { draw in
      guard let actor = draw.actor() else { return nil }
      return draw.send(draw.flag() ? .cancel([]) : .cancelByCloid([]), by: actor.address)
    },
    GrammarEntry(invalid: "cancel.fastTrigger", 3) { draw in
      guard let open = draw.openOrder(triggers: true) else { return nil }
      var transaction = draw.send(.cancel([CancelRequest(asset: open.asset, oid: open.oid)]), by: open.address)
      transaction.content.isFast = true
      return transaction
    },
    GrammarEntry(invalid: "modify.unknown", 5) { draw in
      guard let some = draw.someOrder(.addLiquidityOnly, away: 500...20_000) else { return nil }
      return draw.send(.modify(ModifyRequest(target: .oid(.max), order: some.order)), by: some.signer)
    },
    GrammarEntry(invalid: "modify.marketable", 5) { draw in
      guard let change = draw.modification(away: -20_000...(-500), .immediateOrCancel, alwaysPlace: false) else {
        return nil
      }
      return draw.send(.modify(change.request), by: change.signer)
    },
    GrammarEntry(invalid: "schedule.tooSoon", 3) { draw in
      guard let actor = draw.actor() else { return nil }
      let time = draw.time + draw.number(-10_000...4_999)
      return draw.send(.scheduleCancel(time: UInt64(max(0, time))), by: actor.address)
    },
  ]
}

extension GrammarDraw {
  /// A trigger order at one to ten percent from the mark, on the side where it waits, or where it is reached already.
  mutating func trigger(
    _ market: MarketParameters, isBuy: Bool, size: WireDecimal, isTakeProfit: Bool, isMarket: Bool = true,
    isReached: Bool = false
  ) -> OrderRequest? {
    let firesAbove = isBuy != isTakeProfit
    let distance = number(10_000...100_000)
    let ticks = price(market, offset: firesAbove != isReached ? distance : -distance)
    guard let wire = market.wire(ticks: ticks) else { return nil }
    return OrderRequest(
      asset: market.wireAsset, isBuy: isBuy, price: wire, size: size, reduceOnly: true,
      kind: .trigger(TriggerCondition(isMarket: isMarket, price: wire, isTakeProfit: isTakeProfit)))
  }

  /// A trigger order of its own that would close a position or a part of it.
  mutating func protecting(isTakeProfit: Bool, isMarket: Bool, isReached: Bool) -> GeneratedHyperliquid? {
    guard let open = position() else { return nil }
    let part = max(1, abs(open.held.size) / number(1...3))
    guard let size = open.market.wire(lots: part) else { return nil }
    let order = trigger(
      open.market, isBuy: open.held.size < 0, size: size, isTakeProfit: isTakeProfit, isMarket: isMarket,
      isReached: isReached)
    return order.flatMap { send([$0], by: open.address) }
  }

  /// Another price and size for one of somebody's resting orders.
  mutating func modification(
    away: ClosedRange<Int64>, _ timeInForce: TimeInForce, alwaysPlace: Bool
  ) -> (signer: Address, request: ModifyRequest)? {
    guard let open = openOrder(), let order = state.orders[open.oid] else { return nil }
    let market = state.parameters.markets[Int(open.asset)]
    let distance = number(away)
    let price = price(market, offset: order.isBuy ? -distance : distance)
    let lots = lots(market, usdc: magnitude(20, 20_000), at: price)
    return limit(market, isBuy: order.isBuy, price: price, lots: lots, timeInForce).map {
      (open.address, ModifyRequest(target: .oid(open.oid), order: $0, alwaysPlace: alwaysPlace))
    }
  }
}
