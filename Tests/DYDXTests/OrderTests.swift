import DYDX
import Quantities
import Testing

/// Orders through a node: what rests, what trades and what is refused (rules DYDX-7 to DYDX-18).
@Suite struct OrderTests {
  @Test("A later version replaces an order, an earlier one and one of another side do not")
  func replacement() throws {
    var room = try Room()
    let last = room.height + 10
    #expect(room.send(.place(room.order(1, 1, buys: false, 2, at: 50_000, goodTil: .block(last)))) == "accepted")
    let later = room.order(1, 1, buys: false, 2, at: 50_010, goodTil: .block(last + 1))
    #expect(room.send(.place(later)) == "accepted")
    #expect(room.send(.place(later)) == "clob 20")
    #expect(room.send(.place(room.order(1, 1, buys: false, 2, at: 50_020, goodTil: .block(last)))) == "clob 20")
    #expect(room.send(.place(room.order(1, 1, buys: true, 2, at: 50_020, goodTil: .block(last + 2)))) == "clob 20")
    #expect(room.node.local.book.orders(pair: 0, isBids: false).map(\.order) == [later])
    room.send(.place(room.order(0, 1, buys: true, 1, at: 50_010)))
    try room.step()
    #expect(room.position(0) == 1 && room.position(1) == -1)
    // A version not larger than what was filled of it is filled.
    #expect(room.send(.place(room.order(1, 1, buys: false, 1, at: 50_010, goodTil: .block(last + 3)))) == "clob 24")
    #expect(room.account(0).quoteQuantums == 9_499_900_000)
  }

  @Test("A version that was replaced after it traded is not the one that stands after the block")
  func replacedAfterTrade() throws {
    var room = try Room()
    let last = room.height + 10
    room.send(.place(room.order(1, 1, buys: false, 4, at: 50_000, goodTil: .block(last))))
    room.send(.place(room.order(0, 1, buys: true, 1, at: 50_000)))
    let later = room.order(1, 1, buys: false, 4, at: 50_100, goodTil: .block(last + 1))
    #expect(room.send(.place(later)) == "accepted")
    try room.step()
    let asks = room.node.local.book.orders(pair: 0, isBids: false)
    #expect(asks.map(\.order) == [later] && asks.map(\.remaining) == [3 * Room.unit])
  }

  @Test("A self-trade removes the resting order, and the taker goes on")
  func selfTrade() throws {
    var room = try Room()
    room.send(.place(room.order(1, 1, buys: false, 1, at: 50_000)))
    room.send(.place(room.order(2, 1, buys: false, 1, at: 50_010)))
    #expect(room.send(.place(room.order(1, 2, buys: true, 2, at: 50_010))) == "accepted")
    try room.step()
    #expect(room.position(1) == 1 && room.position(2) == -1)
    #expect(room.resting.map(\.clientID) == [2])
  }

  @Test("Post-only never takes, at once-or-never never rests")
  func timeInForce() throws {
    var room = try Room()
    room.send(.place(room.order(1, 1, buys: false, 2, at: 50_000)))
    #expect(room.send(.place(room.order(0, 1, buys: true, 1, at: 50_000, .postOnly))) == "clob 2003")
    #expect(room.send(.place(room.order(0, 2, buys: true, 1, at: 49_999, .postOnly))) == "accepted")
    #expect(room.send(.place(room.order(2, 1, buys: true, 3, at: 50_000, .immediateOrCancel))) == "accepted")
    try room.step()
    #expect(room.position(2) == 2 && room.position(0) == 0)
    #expect(room.resting.map(\.clientID) == [2])
    #expect(room.send(.place(room.order(2, 1, buys: true, 3, at: 50_000, .immediateOrCancel))) == "clob 2004")
  }

  @Test("Reduce-only trades no more than the position and needs one")
  func reduceOnly() throws {
    var room = try Room()
    func reducing(_ person: Int, _ size: UInt64) -> ClobOrder {
      var order = room.order(person, 9, buys: false, size, at: 49_000, .immediateOrCancel)
      order.isReduceOnly = true
      return order
    }
    #expect(room.send(.place(reducing(0, 3))) == "clob 2001")
    room.send(.place(room.order(1, 1, buys: false, 1, at: 50_000)))
    room.send(.place(room.order(0, 1, buys: true, 1, at: 50_000)))
    try room.step()
    room.send(.place(room.order(2, 1, buys: true, 5, at: 49_500)))
    #expect(room.send(.place(reducing(0, 3))) == "accepted")
    try room.step()
    #expect(room.position(0) == 0 && room.position(2) == 1)
  }

  @Test("A maker that cannot carry its match is removed, and the taker meets the next")
  func evictedMaker() throws {
    var room = try Room(deposits: [10_000, 10, 10_000, 10_000])
    room.send(.place(room.order(1, 1, buys: false, 10, at: 50_000)))
    room.send(.place(room.order(2, 1, buys: false, 1, at: 50_010)))
    room.send(.place(room.order(0, 1, buys: true, 1, at: 50_010)))
    try room.step()
    #expect(room.position(0) == 1 && room.position(1) == 0 && room.position(2) == -1)
    #expect(room.resting.isEmpty)
  }

  @Test("Cancels are remembered until their block, and a batch cancels what it can")
  func cancels() throws {
    var room = try Room()
    let last = room.height + 10
    let order = room.order(0, 1, buys: true, 1, at: 49_000, goodTil: .block(last))
    #expect(room.send(.cancel(order.key, .block(last))) == "accepted")
    #expect(room.send(.cancel(order.key, .block(last))) == "clob 9")
    #expect(room.send(.place(order)) == "clob 7")
    for client in UInt32(2)...4 { room.send(.place(room.order(0, client, buys: true, 1, at: 49_000))) }
    let account = order.key.subaccount
    let batch = [CancelBatch(pair: 0, clientIDs: [2, 3])]
    #expect(room.send(.batchCancel(account, batch, goodTilBlock: last)) == "accepted")
    #expect(room.send(.batchCancel(account, batch, goodTilBlock: last)) == "clob 46")
    #expect(room.send(.batchCancel(account, batch + batch, goodTilBlock: last)) == "clob 45")
    #expect(room.resting.map(\.clientID) == [4])
  }

  @Test("Short-term orders leave with their block, stateful ones at their second")
  func expiry() throws {
    var room = try Room()
    room.send(.place(room.order(0, 1, buys: true, 1, at: 49_000, goodTil: .block(room.height + 2))))
    room.send(
      .place(room.order(0, 2, buys: true, 1, at: 49_000, flags: 64, goodTil: .time(room.seconds + 3))))
    try room.step()
    #expect(room.resting.count == 2)
    try room.step()
    #expect(room.resting.map(\.clientID) == [2])
    try room.step()
    #expect(room.resting.isEmpty && room.state.orders.isEmpty)
  }

  @Test("A long-term order is checked for collateral, stands once, and is cancelled in its own block")
  func longTerm() throws {
    var room = try Room()
    let order = room.order(0, 1, buys: true, 1, at: 49_000, flags: 64)
    #expect(room.send(.place(order)) == "accepted")
    #expect(room.send(.place(order)) == "clob 3005")
    #expect(room.send(.place(room.order(0, 2, buys: true, 10_000, at: 49_000, flags: 64))) == "accepted")
    #expect(try room.step() == ["StatefulOrderCollateralizationCheckFailed"])
    #expect(room.state.orders.sortedKeys() == [order.key])
    #expect(room.send(.cancel(order.key, .time(order.goodTilTime - 1))) == "clob 29")
    #expect(room.send(.cancel(order.key, order.goodTil)) == "accepted")
    #expect(room.send(.cancel(order.key, order.goodTil)) == "clob 32")
    try room.step()
    #expect(room.state.orders.isEmpty && room.resting.isEmpty)
    #expect(room.send(.cancel(order.key, order.goodTil)) == "clob 3006")
  }

  @Test("Open stateful orders are limited by equity, short-term messages by block")
  func limits() throws {
    var room = try Room(
      Room.genesis(
        """
        , "equityTiers": [{"netCollateral": "0", "limit": 1}],
        "rateLimits": {"shortTerm": [{"blocks": 1, "limit": 2}], "stateful": [{"blocks": 10, "limit": 5}]}
        """))
    room.send(.place(room.order(0, 1, buys: true, 1, at: 49_000, flags: 64)))
    try room.step()
    #expect(room.send(.place(room.order(0, 2, buys: true, 1, at: 49_000, flags: 64))) == "clob 10001")
    for client in UInt32(1)...2 {
      #expect(room.send(.place(room.order(0, client, buys: true, 1, at: 49_000))) == "accepted")
    }
    #expect(room.send(.place(room.order(0, 3, buys: true, 1, at: 49_000))) == "clob 5001")
    try room.step()
    #expect(room.send(.place(room.order(0, 3, buys: true, 1, at: 49_000))) == "accepted")
  }

  @Test("A stop waits for its price, then trades like any order")
  func conditional() throws {
    var room = try Room()
    room.send(.place(room.order(1, 1, buys: false, 1, at: 50_000)))
    room.send(.place(room.order(0, 1, buys: true, 1, at: 50_000)))
    try room.step()
    var stop = room.order(0, 5, buys: false, 1, at: 48_000, flags: 32, .immediateOrCancel)
    (stop.condition, stop.triggerSubticks, stop.isReduceOnly) = (.stopLoss, 49_000 * 100_000, true)
    #expect(room.send(.place(stop)) == "accepted")
    room.send(.place(room.order(2, 1, buys: true, 1, at: 48_900)))
    try room.step()
    #expect(room.state.untriggered.sortedKeys() == [stop.key] && room.position(0) == 1)
    room.price(49_001)
    try room.step()
    #expect(room.count("triggered") == 0)
    room.price(49_000)
    try room.step()
    #expect(room.count("triggered") == 0, "prices are the last of a block, triggers come at its end")
    try room.step()
    try room.step()
    #expect(room.count("triggered") == 1)
    #expect(room.position(0) == 0 && room.position(2) == 1 && room.state.orders.isEmpty)
  }

  @Test("A time-weighted order is placed in equal parts that stand for three seconds each")
  func timeWeighted() throws {
    var room = try Room()
    var order = room.order(0, 5, buys: true, 10, at: 50_000, flags: 128, goodTil: .time(room.seconds + 2_000))
    var weighting = Order.TimeWeighting()
    (weighting.duration, weighting.interval) = (300, 30)
    order.timeWeighting = weighting
    #expect(room.send(.place(order)) == "accepted")
    try room.step()
    #expect(room.state.orders.sortedKeys().map(\.flags) == [256])
    #expect(room.node.local.book.orders(pair: 0, isBids: true).map(\.remaining) == [Room.unit])
    room.send(.place(room.order(1, 1, buys: false, 1, at: 50_000, .immediateOrCancel)))
    try room.step()
    #expect(room.position(0) == 1)
    #expect(room.state.timeWeighted[order.key]?.remainingQuantums == 9 * Room.unit)
    try room.step(seconds: 40)
    #expect(room.state.timeWeighted[order.key]?.remainingLegs == 8)
    try room.step(seconds: 5)
    #expect(room.state.orders.isEmpty && room.resting.isEmpty)
    // A chain that stood still for ten years goes on at once.
    try room.step(seconds: 315_360_000)
    #expect(room.state.timeWeighted[order.key]?.remainingLegs == 7)
  }
}
