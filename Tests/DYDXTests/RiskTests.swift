import DYDX
import Quantities
import Testing

/// Liquidation, deleveraging, settlement, funding and pools through a node (rules DYDX-21 to DYDX-95).
@Suite struct RiskTests {
  /// Person 0 is long, person 1 short, at 50,000 dollars.
  static func traded(_ room: inout Room, _ size: UInt64) throws {
    room.send(.place(room.order(1, 1, buys: false, size, at: 50_000)))
    room.send(.place(room.order(0, 1, buys: true, size, at: 50_000)))
    try room.step()
    #expect(room.position(0) == Int256(size))
  }

  func insurance(_ room: Room, _ pool: CollateralPool = .cross) -> Int256 {
    Int256(room.state.ledger.balance(of: Purse.insurance(pool), asset: Purse.dollar))
  }

  @Test("An account under its maintenance requirement is liquidated against the book and pays the insurance fund")
  func liquidation() throws {
    // Twenty times leverage: 20 at 50,000 is 10,000 dollars on 600.
    var room = try Room(deposits: [600, 10_000, 10_000, 10_000])
    try Self.traded(&room, 20)
    let before = insurance(room)
    room.price(48_000)
    try room.step()
    room.send(.place(room.order(2, 1, buys: true, 20, at: 47_990)))
    try room.step()
    try room.step()
    #expect(room.count("liquidation") == 1)
    #expect(room.position(0) == 0 && room.position(2) == 20)
    // 9,598 dollars are 198 above bankruptcy, of which the fund takes 1.5% of the trade at most.
    let paid = insurance(room) - before
    #expect(paid == 143_970_000)
    #expect(room.state.counter(.insurancePaid) == -paid)
    #expect(room.account(0).quoteQuantums == 54_030_000)
  }

  @Test("A loss that the insurance fund cannot bear is closed against the other side, at the bankruptcy price")
  func deleveraging() throws {
    var room = try Room(Room.genesis(insurance: "0"), deposits: [600, 10_000, 10_000, 10_000])
    try Self.traded(&room, 20)
    room.price(45_000)
    try room.step()
    try room.step()
    try room.step()
    #expect(room.count("deleveraging") == 1)
    #expect(room.position(0) == 0 && room.position(1) == 0)
    #expect(room.account(0).quoteQuantums == 0 && room.account(1).quoteQuantums == 10_600_000_000)
    #expect(room.state.counter(.forgone) == 400_000_000)
  }

  @Test("While an account is negative its pool gives nothing out and takes nothing in")
  func gating() throws {
    var room = try Room(Room.genesis(insurance: "0"), deposits: [600, 600, 10_000, 10_000])
    try Self.traded(&room, 20)
    let other = Subaccount(Room.people[3])
    let zero = DeleveragingMatch(
      liquidated: Subaccount(Room.people[0]), perpetual: 0, fills: [], isFinalSettlement: false)
    #expect(try room.run([.deleveraging(zero)]) == ["InvalidDeleveragedSubaccount"])
    room.price(45_000)
    try room.step()
    #expect(try room.run([.deleveraging(zero)]).isEmpty)
    #expect(room.state.negativeSeen[0]?.value == UInt64(room.height))
    room.send(.withdraw(from: other, to: other.owner, amount: 1_000_000))
    #expect(try room.step() == ["FailedToUpdateSubaccounts"])
    for _ in 0..<60 { try room.step() }
    room.send(.withdraw(from: other, to: other.owner, amount: 1_000_000))
    #expect(try room.step().isEmpty)
    #expect(room.state.ledger.balance(of: Purse.bank(other.owner), asset: Purse.dollar) == 1_000_000)
  }

  @Test("A market that is settled for good closes every position at the oracle's price")
  func finalSettlement() throws {
    var room = try Room()
    try Self.traded(&room, 5)
    room.send(.place(room.order(2, 1, buys: true, 1, at: 49_000, flags: 64)))
    room.price(51_000)
    try room.step()
    room.propose(.setPairStatus(0, .finalSettlement))
    try room.step()
    #expect(room.state.orders.isEmpty)
    #expect(room.send(.place(room.order(2, 2, buys: true, 1, at: 49_000))) == "clob 34")
    try room.step()
    #expect(room.position(0) == 0 && room.position(1) == 0)
    #expect(room.account(0).quoteQuantums == 10_050_000_000 && room.account(1).quoteQuantums == 9_950_000_000)
    room.propose(.setPairStatus(0, .active))
    #expect(try room.step() == ["InvalidClobPairStatusTransition"])
  }

  @Test("Collateral follows an isolated position into its pool and back")
  func isolatedPool() throws {
    var room = try Room(Room.genesis(isolated: true))
    func pool(_ pool: CollateralPool) -> Int128 {
      room.state.ledger.balance(of: Purse.pool(pool), asset: Purse.dollar)
    }
    #expect(pool(.cross) == 40_000_000_000 && pool(.isolated(0)) == 0)
    try Self.traded(&room, 5)
    #expect(pool(.cross) == 20_000_000_000 && pool(.isolated(0)) == 20_000_000_000)
    let account = Subaccount(Room.people[0])
    room.send(.transfer(from: account, to: Subaccount(Room.people[2]), amount: 1_000_000_000))
    #expect(try room.step().isEmpty)
    #expect(pool(.cross) == 21_000_000_000 && pool(.isolated(0)) == 19_000_000_000)
    room.send(.place(room.order(1, 2, buys: true, 5, at: 50_100)))
    room.send(.place(room.order(0, 2, buys: false, 5, at: 50_100)))
    try room.step()
    #expect(room.position(0) == 0 && pool(.isolated(0)) == 0 && pool(.cross) == 40_000_000_000)
  }

  @Test("An hour without votes pays the default rate from longs to shorts, to the last quantum")
  func funding() throws {
    var room = try Room()
    try Self.traded(&room, 5)
    for _ in 0..<70 { try room.step(seconds: 60) }
    #expect(room.count("funding") >= 1)
    let index = room.state.infos[0]?.fundingIndex ?? 0
    #expect(index > 0)
    let (long, short) = (
      try room.state.settled(Subaccount(Room.people[0])), try room.state.settled(Subaccount(Room.people[1]))
    )
    #expect(long.quoteQuantums < room.account(0).quoteQuantums && short.quoteQuantums > room.account(1).quoteQuantums)
    // 100 ppm for eight hours is 12.5 for one: 2,500 dollars pay 31,250 quantums an hour.
    let hours = Int256(room.count("funding"))
    #expect(room.account(0).quoteQuantums - long.quoteQuantums == 31_250 * hours)
  }

  @Test("A dishonest proposer's operations are refused whole and leave no trace")
  func dishonestProposals() throws {
    var room = try Room(deposits: [10_000, 10_000, 10, 10_000])
    let last = GoodTil.block(room.height + 40)
    let sell = room.order(1, 1, buys: false, 2, at: 50_000, goodTil: last)
    let buy = room.order(0, 1, buys: true, 2, at: 50_000, goodTil: last)
    let below = room.order(0, 1, buys: true, 2, at: 49_999, goodTil: last)
    let (asks, bids) = (room.placement(sell), room.placement(buy))
    func match(_ maker: ClobOrder, _ taker: ClobOrder, _ size: UInt64) -> Operation {
      .match(taker: taker.key, fills: [MakerFill(maker: maker.key, amount: size * Room.unit)])
    }
    let before = room.state.subaccounts.sortedKeys().map { room.state.holdings($0) }
    let poor = room.order(2, 1, buys: false, 2, at: 50_000, goodTil: last)
    var (only, instant) = (buy, sell)
    only.timeInForce = .postOnly
    instant.timeInForce = .immediateOrCancel
    let cases: [(name: String, operations: [Operation])] = [
      ("InvalidMatchOrder", [asks, bids, match(sell, buy, 3)]),
      ("FillAmountIsZero", [asks, bids, match(sell, buy, 0)]),
      ("OrderPlacementNotInOperationsQueue", [bids, match(sell, buy, 1)]),
      ("OrderPlacementNotInOperationsQueue", [match(sell, buy, 1), asks, bids]),
      ("InvalidPlaceOrder", [asks, bids, asks]),
      ("InvalidMsgProposedOperations", [asks, bids, match(sell, buy, 2), match(sell, buy, 1)]),
      ("InvalidMatchOrder", [asks, bids, .match(taker: buy.key, fills: [])]),
      ("InvalidMatchOrder", [asks, room.placement(only), match(sell, only, 1)]),
      ("InvalidMatchOrder", [room.placement(instant), bids, match(instant, buy, 1)]),
      ("InvalidMatchOrder", [asks, room.placement(below), match(sell, buy, 1)]),
      ("FailedToUpdateSubaccounts", [room.placement(poor), bids, match(poor, buy, 2)]),
      (
        "StatefulOrderDoesNotExist",
        [.removal(room.order(0, 9, buys: true, 1, at: 1, flags: 64).key, .invalidSelfTrade)]
      ),
      ("InvalidOrderRemoval", [.removal(buy.key, .invalidSelfTrade)]),
      (
        "SubaccountNotLiquidatable",
        [
          asks,
          .liquidation(
            LiquidationMatch(
              liquidated: buy.key.subaccount, pair: 0, perpetual: 0, totalSize: 1_000_000, isBuy: true,
              fills: [MakerFill(maker: sell.key, amount: 1_000_000)])),
        ]
      ),
    ]
    for (name, operations) in cases {
      #expect(try room.run(operations) == [name])
      #expect(room.state.subaccounts.sortedKeys().map { room.state.holdings($0) } == before)
      #expect(room.state.fills.isEmpty)
    }
    // The honest form of the same.
    #expect(try room.run([asks, bids, match(sell, buy, 2)]).isEmpty)
    #expect(room.position(0) == 2 && room.position(1) == -2)
  }
}
