import Canonical
import Matching
import VenueKit

extension GrammarEntry {
  /// Orders that the room takes, where margin and book allow.
  static let orders: [GrammarEntry] = [
    GrammarEntry("order.rest", 120) { $0.single(.goodTilCancelled, away: 100...50_000) },
    GrammarEntry("order.cross", 80) { $0.single(.goodTilCancelled, away: -20_000...(-100)) },
    GrammarEntry("order.near", 60) { $0.single(.goodTilCancelled, away: -1_000...1_000) },
    GrammarEntry("order.postOnly", 90) { $0.single(.addLiquidityOnly, away: 50...30_000) },
    GrammarEntry("order.immediate", 90) { $0.single(.immediateOrCancel, away: -50_000...(-500)) },
    GrammarEntry("order.market", 30) { $0.single(.frontendMarket, away: -80_000...(-10_000)) },
    GrammarEntry("order.large", 20) { $0.single(.goodTilCancelled, away: -20_000...50_000, usdc: 20_000...2_000_000) },
    GrammarEntry("order.allIn", 60) { draw in
      // All the margin there is, so that later prices liquidate somebody.
      guard let actor = draw.actor(), let market = draw.market() else { return nil }
      let isBuy = draw.flag()
      let price = draw.price(market, offset: isBuy ? 3_000 : -3_000)
      let leverage = Money(draw.state.marketCache(actor.account, market.asset).leverage)
      let margin = draw.state.crossMargin(actor.account)
      let free = max(0, margin.value - margin.reserved) / 1_000_000 * leverage * Money(draw.number(70...99)) / 100
      let bounded = Int64(clamping: min(free, market.orderMaximum * 9 / 1_000_000))
      guard bounded >= 20 else { return nil }
      let timeInForce = draw.flag() ? TimeInForce.immediateOrCancel : .goodTilCancelled
      let order = draw.limit(
        market, isBuy: isBuy, price: price, lots: draw.lots(market, usdc: bounded, at: price), timeInForce)
      return order.flatMap { draw.send([$0], by: actor.address) }
    },
    GrammarEntry("order.smallest", 10) { draw in
      guard let actor = draw.actor(), let market = draw.market() else { return nil }
      let isBuy = draw.flag()
      let price = draw.price(market, offset: isBuy ? -2_000 : 2_000)
      let order = draw.limit(
        market, isBuy: isBuy, price: price, lots: draw.lots(market, usdc: 0, at: price), .goodTilCancelled)
      return order.flatMap { draw.send([$0], by: actor.address) }
    },
    GrammarEntry("order.batch", 40) { $0.batch(2...8) },
    GrammarEntry("order.self", 15) { draw in
      guard let open = draw.openOrder(), let order = draw.state.orders[open.oid] else { return nil }
      let market = draw.state.parameters.markets[Int(open.asset)]
      let taking = draw.limit(market, isBuy: !order.isBuy, price: order.price, lots: order.size, .immediateOrCancel)
      return taking.flatMap { draw.send([$0], by: open.address) }
    },
    GrammarEntry("order.client", 40) { draw in
      guard var some = draw.someOrder(.goodTilCancelled, away: 1_000...30_000, usdc: 20...500) else { return nil }
      some.order.cloid = ClientOrderID(high: 0, low: draw.random.uniform(below: 64))
      return draw.send([some.order], by: some.signer)
    },
    GrammarEntry("order.close", 60) { $0.reducing(.immediateOrCancel, away: -50_000...(-1_000)) },
    GrammarEntry("order.reduce", 30) { $0.reducing(.goodTilCancelled, away: -500...20_000) },
    GrammarEntry("order.flip", 20) { draw in
      guard let open = draw.position() else { return nil }
      let isBuy = open.held.size < 0
      let price = draw.price(open.market, offset: isBuy ? 20_000 : -20_000)
      let order = draw.limit(
        open.market, isBuy: isBuy, price: price, lots: 2 * abs(open.held.size), .immediateOrCancel)
      return order.flatMap { draw.send([$0], by: open.address) }
    },
    GrammarEntry("order.priority", 5) { draw in
      guard let some = draw.someOrder(.immediateOrCancel, away: -20_000...(-100)) else { return nil }
      return draw.send(.order(OrderAction(orders: [some.order], grouping: .priority(10_000))), by: some.signer)
    },
  ]

  /// Orders made to be refused, as actions or one by one.
  static let brokenOrders: [GrammarEntry] = [
    GrammarEntry(invalid: "order.badTick", 8) { draw in
      // Six significant figures that are no whole USDC.
      draw.broken { draw, market, order in
        guard market.sizeDecimals < 6 else { return false }
        let unit = Powers.ten(market.priceDecimals)
        var figures = draw.state.mark(market.asset)
        while figures < 100_000 { figures *= 10 }
        while figures >= 1_000_000 { figures /= 10 }
        figures = figures / 10 * 10 + 1
        guard figures % unit != 0, let price = market.wire(ticks: figures) else { return false }
        order.price = price
        return true
      }
    },
    GrammarEntry(invalid: "order.badDecimals", 5) { draw in
      draw.broken { _, _, order in
        order.price += 1
        return true
      }
    },
    GrammarEntry(invalid: "order.badLot", 5) { draw in
      draw.broken { _, market, order in
        guard market.lotWire > 1 else { return false }
        order.size += market.lotWire / 2
        return true
      }
    },
    GrammarEntry(invalid: "order.zeroSize", 4) { draw in
      draw.broken { _, _, order in
        order.size = 0
        return true
      }
    },
    GrammarEntry(invalid: "order.zeroPrice", 4) { draw in
      draw.broken { _, _, order in
        order.price = 0
        return true
      }
    },
    GrammarEntry(invalid: "order.negative", 3) { draw in
      draw.broken { draw, _, order in
        if draw.flag() { order.size = -order.size } else { order.price = -order.price }
        return true
      }
    },
    GrammarEntry(invalid: "order.unknownAsset", 4) { draw in
      draw.broken { draw, _, order in
        let count = UInt32(draw.state.parameters.perpetuals)
        order.asset = draw.element([count, 10_900, 119_999, .max]) ?? .max
        return true
      }
    },
    GrammarEntry(invalid: "order.dust", 6) { draw in
      draw.broken { draw, market, order in
        let lots = (draw.state.parameters.orderMinimum - 1) / Int128(max(1, order.price / market.tickWire))
        guard lots > 0, let size = market.wire(lots: Lots(clamping: lots)) else { return false }
        order.size = size
        return true
      }
    },
    GrammarEntry(invalid: "order.huge", 6) { draw in
      draw.broken { draw, _, order in
        order.size = draw.element([WireDecimal.max, WireDecimal.max / 2, 1_000_000_000_000_000_000]) ?? .max
        return true
      }
    },
    GrammarEntry(invalid: "order.valueTooLarge", 4) { draw in
      draw.broken { _, market, order in
        let lots = 11 * market.orderMaximum / Int128(max(1, order.price / market.tickWire))
        guard let size = market.wire(lots: Lots(clamping: lots + 1)) else { return false }
        order.size = size
        return true
      }
    },
    GrammarEntry(invalid: "order.beyondMargin", 10) { draw in
      guard let actor = draw.actor(), let market = draw.market() else { return nil }
      // The side on which the position grows.
      let held = draw.state.marketCache(actor.account, market.asset).size
      let isBuy = held == 0 ? draw.flag() : held > 0
      let price = draw.price(market, offset: isBuy ? -500 : 500)
      let value =
        max(0, draw.state.crossMargin(actor.account).value) / 1_000_000 * (Money(market.leverageMaximum) + 1) + 100
      let bounded = Int64(clamping: min(value, market.orderMaximum * 9 / 1_000_000))
      let order = draw.limit(
        market, isBuy: isBuy, price: price, lots: draw.lots(market, usdc: bounded, at: price), .goodTilCancelled)
      return order.flatMap { draw.send([$0], by: actor.address) }
    },
    GrammarEntry(invalid: "order.tooFar", 5) { draw in
      draw.broken { draw, market, order in
        let oracle = draw.state.derived.oracles[Int(market.asset)]
        let price = draw.flag() && oracle > 100 ? 1 : market.validPrice(3 * oracle, up: true)
        guard let wire = market.wire(ticks: price) else { return false }
        order.price = wire
        return true
      }
    },
    GrammarEntry(invalid: "order.postOnlyCross", 8) { draw in
      guard let actor = draw.actor(), let market = draw.market() else { return nil }
      let isBuy = draw.flag()
      guard let best = draw.state.derived.books[Int(market.asset)].best(isBuy ? .ask : .bid)?.price else { return nil }
      let lots = draw.lots(market, usdc: 100, at: best)
      return draw.limit(market, isBuy: isBuy, price: best, lots: lots, .addLiquidityOnly)
        .flatMap { draw.send([$0], by: actor.address) }
    },
    GrammarEntry(invalid: "order.immediateFar", 6) { draw in
      guard let actor = draw.actor(), let market = draw.market() else { return nil }
      let isBuy = draw.flag()
      var price = draw.price(market, offset: isBuy ? -300_000 : 300_000)
      let book = draw.state.derived.books[Int(market.asset)]
      if isBuy, let ask = book.bestAsk { price = min(price, market.validPrice(ask.price - 1, up: false)) }
      if !isBuy, let bid = book.bestBid { price = max(price, market.validPrice(bid.price + 1, up: true)) }
      guard price > 0 else { return nil }
      return draw.limit(
        market, isBuy: isBuy, price: price, lots: draw.lots(market, usdc: 100, at: price), .immediateOrCancel
      ).flatMap { draw.send([$0], by: actor.address) }
    },
    GrammarEntry(invalid: "order.reduceFlat", 6) { draw in
      guard var some = draw.someOrder(.immediateOrCancel, away: -20_000...(-100)),
        let account = draw.state.account(some.signer)
      else { return nil }
      guard draw.state.marketCache(account, some.market.asset).size == 0 else { return nil }
      some.order.reduceOnly = true
      return draw.send([some.order], by: some.signer)
    },
    GrammarEntry(invalid: "order.reduceGrowing", 5) { draw in
      guard let open = draw.position() else { return nil }
      let isBuy = open.held.size > 0
      let price = draw.price(open.market, offset: isBuy ? -1_000 : 1_000)
      return draw.limit(
        open.market, isBuy: isBuy, price: price, lots: abs(open.held.size), .goodTilCancelled, reduceOnly: true
      ).flatMap { draw.send([$0], by: open.address) }
    },
    GrammarEntry(invalid: "order.emptyBatch", 3) { draw in
      guard let actor = draw.actor() else { return nil }
      return draw.send(.order(OrderAction(orders: [])), by: actor.address)
    },
    GrammarEntry(invalid: "order.longBatch", 1) { draw in
      guard let some = draw.someOrder(.goodTilCancelled, away: 1_000...2_000) else { return nil }
      let orders = Array(repeating: some.order, count: HyperliquidState.batchMaximum + 1)
      return draw.send(orders, by: some.signer)
    },
    GrammarEntry(invalid: "order.mixedBatch", 6) { draw in
      // One bad request refuses the whole batch.
      guard var some = draw.someOrder(.goodTilCancelled, away: 1_000...20_000) else { return nil }
      let good = some.order
      some.order.size = 0
      return draw.send([good, some.order], by: some.signer)
    },
    GrammarEntry(invalid: "order.builder", 3) { draw in
      guard let some = draw.someOrder(.goodTilCancelled, away: 1_000...20_000),
        let builder = draw.stranger()
      else { return nil }
      let fee = BuilderFee(builder: builder, fee: 10)
      return draw.send(.order(OrderAction(orders: [some.order], builder: fee)), by: some.signer)
    },
    GrammarEntry(invalid: "order.duplicateClient", 8) { draw in
      guard let open = draw.openOrder(where: { $0.cloid != nil }), let order = draw.state.orders[open.oid] else {
        return nil
      }
      let market = draw.state.parameters.markets[Int(open.asset)]
      let price = draw.price(market, offset: order.isBuy ? -10_000 : 10_000)
      return draw.limit(
        market, isBuy: order.isBuy, price: price, lots: draw.lots(market, usdc: 50, at: price), .goodTilCancelled,
        cloid: order.cloid
      ).flatMap { draw.send([$0], by: open.address) }
    },
  ]
}

extension GrammarDraw {
  mutating func single(
    _ timeInForce: TimeInForce, away: ClosedRange<Int64>, usdc: ClosedRange<Int64> = 20...20_000
  ) -> GeneratedHyperliquid? {
    guard let some = someOrder(timeInForce, away: away, usdc: usdc) else { return nil }
    return send([some.order], by: some.signer)
  }

  /// Orders of one actor around the marks.
  mutating func batch(_ count: ClosedRange<Int64>) -> GeneratedHyperliquid? {
    guard let first = someOrder(.goodTilCancelled, away: -1_000...30_000) else { return nil }
    var orders = [first.order]
    for _ in 1..<number(count) {
      let timeInForce = element(TimeInForce.allCases) ?? .goodTilCancelled
      if let next = someOrder(timeInForce, away: -5_000...30_000, usdc: 20...2_000) { orders.append(next.order) }
    }
    return send(orders, by: first.signer)
  }

  /// A reduce-only order against a position, of a part of it, all of it or twice as much.
  mutating func reducing(_ timeInForce: TimeInForce, away: ClosedRange<Int64>) -> GeneratedHyperliquid? {
    guard let open = position() else { return nil }
    let isBuy = open.held.size < 0
    let distance = number(away)
    let whole = abs(open.held.size)
    let lots = max(1, whole * number(1...8) / 4)
    let price = price(open.market, offset: isBuy ? -distance : distance)
    return limit(open.market, isBuy: isBuy, price: price, lots: lots, timeInForce, reduceOnly: true)
      .flatMap { send([$0], by: open.address) }
  }

  /// A good order made bad; nil where `spoil` cannot.
  mutating func broken(
    _ spoil: (inout GrammarDraw, MarketParameters, inout OrderRequest) -> Bool
  ) -> GeneratedHyperliquid? {
    guard let some = someOrder(.goodTilCancelled, away: 500...20_000) else { return nil }
    var order = some.order
    return spoil(&self, some.market, &order) ? send([order], by: some.signer) : nil
  }
}
