import Canonical
import Quantities
import VenueKit

extension GrammarDraw {
  /// An increase that a person can pay for, its size one to sixty times its collateral.
  mutating func increase(_ type: OrderType) -> OrderRecord? {
    let person = person()
    guard let (market, prices) = pricedMarket(), let purse = purse(person, in: market) else { return nil }
    let collateral = part(of: purse.amount)
    guard let price = try? state.collateralPrice(market, prices, purse.token),
      let usd = try? collateral * price.min
    else { return nil }
    let isLong = flag()
    var order = OrderRecord(
      account: person, market: market.market, initialCollateralToken: purse.token, swapPath: path(),
      uiFeeReceiver: uiReceiver(), orderType: type, isLong: isLong,
      sizeDeltaUsd: chance(12) ? .zero : usd &* UInt256(1 + random.uniform(below: 60)),
      initialCollateralDeltaAmount: collateral, acceptablePrice: isLong ? .max : .zero)
    if chance(6) { order.acceptablePrice = near(prices.index.middleOrZero) }
    if !type.isMarket { trigger(&order, prices) }
    return order
  }

  /// A price within five parts in a hundred.
  mutating func near(_ price: UInt256) -> UInt256 {
    (try? Exact.multiplyDivide(price, UInt256(UInt64(9_500 + number(0...1_000))), 10_000)) ?? price
  }

  private mutating func trigger(_ order: inout OrderRecord, _ prices: MarketPrices) {
    order.triggerPrice = near(prices.index.middleOrZero)
    if chance(5) { order.validFromTime = block.seconds &+ random.uniform(below: 100) }
  }

  mutating func decrease(_ type: OrderType) -> OrderRecord? {
    guard let (key, record) = position(), let market = state.markets[key.market] else { return nil }
    var order = OrderRecord(
      account: key.account, market: key.market, initialCollateralToken: key.collateralToken, swapPath: path(),
      uiFeeReceiver: uiReceiver(), orderType: type, decreaseSwap: element(DecreaseSwap.allCases) ?? .none,
      isLong: key.isLong, sizeDeltaUsd: part(of: record.sizeInUsd),
      initialCollateralDeltaAmount: chance(2) ? .zero : part(of: record.collateralAmount),
      acceptablePrice: key.isLong ? .zero : .max)
    if chance(6) { order.minOutputAmount = dollars() }
    if !type.isMarket, let prices = try? state.oracle([key.market]).prices(of: market) {
      trigger(&order, prices)
      order.autoCancel = flag()
    }
    return order
  }

  mutating func swap(_ type: OrderType) -> OrderRecord? {
    let person = person()
    guard let market = market(), let purse = purse(person, in: market) else { return nil }
    return OrderRecord(
      account: person, market: 0, initialCollateralToken: purse.token,
      swapPath: [market.market] + (chance(4) ? path() : []), uiFeeReceiver: uiReceiver(), orderType: type,
      isLong: flag(), sizeDeltaUsd: .zero, initialCollateralDeltaAmount: part(of: purse.amount),
      minOutputAmount: chance(5) ? wide() : .zero)
  }
}

extension Price {
  fileprivate var middleOrZero: UInt256 { (try? middle) ?? .zero }
}

extension GrammarEntry {
  static let orders: [GrammarEntry] = [
    GrammarEntry("market increase", 30) { draw in
      draw.increase(.marketIncrease).map { draw.send(.createOrder($0), from: $0.account) }
    },
    GrammarEntry("waiting increase", 6) { draw in
      let type: OrderType = draw.flag() ? .limitIncrease : .stopIncrease
      return draw.increase(type).map { draw.send(.createOrder($0), from: $0.account) }
    },
    GrammarEntry("market decrease", 16) { draw in
      draw.decrease(.marketDecrease).map { draw.send(.createOrder($0), from: $0.account) }
    },
    GrammarEntry("waiting decrease", 8) { draw in
      let type: OrderType = draw.flag() ? .limitDecrease : .stopLossDecrease
      return draw.decrease(type).map { draw.send(.createOrder($0), from: $0.account) }
    },
    GrammarEntry("swap", 6) { draw in
      let type: OrderType = draw.chance(3) ? .limitSwap : .marketSwap
      return draw.swap(type).map { draw.send(.createOrder($0), from: $0.account) }
    },
    GrammarEntry("update order", 4) { draw in
      guard let (id, order) = draw.order() else { return nil }
      let update = GMXState.OrderUpdate(
        sizeDeltaUsd: draw.chance(3) ? draw.dollars() : order.sizeDeltaUsd, acceptablePrice: order.acceptablePrice,
        triggerPrice: draw.near(order.triggerPrice), minOutputAmount: draw.chance(3) ? .zero : order.minOutputAmount,
        validFromTime: draw.flag() ? 0 : draw.block.seconds &+ 5, autoCancel: draw.flag())
      return draw.send(.updateOrder(id, update), from: order.account)
    },
    GrammarEntry("cancel order", 4) { draw in
      draw.order().map { draw.send(.cancelOrder($0.id), from: $0.record.account) }
    },
  ]

  /// Made to be refused.
  static let brokenOrders: [GrammarEntry] = [
    GrammarEntry(invalid: "order of another", 2) { draw in
      guard let order = draw.increase(.marketIncrease) else { return nil }
      let other = draw.person()
      return other == order.account ? nil : draw.send(.createOrder(order), from: other)
    },
    GrammarEntry(invalid: "order that cannot be created", 2) { draw in
      guard var order = draw.increase(.marketIncrease) else { return nil }
      switch draw.random.uniform(below: 5) {
      case 0: order.orderType = .liquidation
      case 1: order.validFromTime = draw.block.seconds
      case 2: order.market = UInt16(truncatingIfNeeded: 0x7ff0 + draw.random.uniform(below: 0x8010))
      case 3:
        order.sizeDeltaUsd = .zero
        order.initialCollateralDeltaAmount = .zero
      default: order.swapPath = [MarketID](repeating: order.market, count: 4 + Int(draw.random.uniform(below: 250)))
      }
      return draw.send(.createOrder(order), from: order.account)
    },
    GrammarEntry(invalid: "order of absurd figures", 4) { draw in
      let person = draw.person()
      guard let type = draw.element(OrderType.allCases), let market = draw.market() else { return nil }
      var order = OrderRecord(
        account: person, market: type.isSwap ? 0 : market.market,
        initialCollateralToken: TokenID(draw.random.uniform(below: 5)), swapPath: draw.path(), orderType: type,
        isLong: draw.flag(), sizeDeltaUsd: draw.wide(),
        initialCollateralDeltaAmount: draw.flag() ? .zero : draw.wide(), triggerPrice: draw.wide(),
        acceptablePrice: draw.wide(), minOutputAmount: draw.flag() ? .zero : draw.wide())
      order.isFrozen = draw.flag()
      order.updatedAtTime = draw.random.next()
      order.autoCancel = draw.flag()
      return draw.send(.createOrder(order), from: person)
    },
    GrammarEntry(invalid: "waiting order of another", 2) { draw in
      guard let (id, order) = draw.order() else { return nil }
      let other = draw.person()
      return other == order.account ? nil : draw.send(.cancelOrder(id), from: other)
    },
    GrammarEntry(invalid: "missing order", 1) { draw in
      draw.send(draw.flag() ? .cancelOrder(draw.random.next()) : .executeOrder(draw.random.next()), from: draw.person())
    },
    GrammarEntry(invalid: "nonce again", 2) { draw in
      let person = draw.person()
      guard let last = draw.state.nonces[person]?.last else { return nil }
      let nonce = draw.flag() ? last : UInt64.max
      return GeneratedTransaction(
        content: GMXContent(.claimFunding(1, 1), nonce: nonce), signer: person)
    },
    GrammarEntry(invalid: "signed for the house", 1) { draw in
      let house = draw.element([Holder.market(1), Holder.orderVault, Holder.holding, Holder.founder]) ?? .zero
      return draw.send(.bridgeOut(1, .one), from: house)
    },
  ]
}
