import Canonical
import Quantities
import StateStore
import Testing
import VenueKit

@testable import Hyperliquid

/// Corners of the rules, each with the story that reaches it.
@Suite struct EdgeTests {
  static let eve = LiquidationTests.eve

  static func person(_ number: Int) -> Address { Address(word0: UInt64(number + 1), word1: 7, word2: 9) }

  /// Aim: an isolated position that flips at a bad price pays for what it closes; cross money is not drawn upon, and
  /// nobody gains what the other side does not have.
  @Test func isolatedFlipPaysItsOwnLoss() throws {
    var stage = try TradingTests.stage()
    try stage.deposit(50_200, Self.eve)
    try stage.leverage(Self.eve, "BTC", 1, isCross: false)
    try stage.order(Cast.dora, "BTC", true, "1", "50000")
    try stage.order(Self.eve, "BTC", false, "1", "50000", .immediateOrCancel)
    try stage.oracle([("BTC", "98500")])
    try stage.order(Cast.cleo, "BTC", false, "1.001", "138000")
    #expect(try stage.order(Self.eve, "BTC", true, "1.001", "138000", .immediateOrCancel) == .failed(.margin))
    // At a price that its own margin bears, the same flip goes through.
    try stage.order(Cast.ben, "BTC", false, "1.001", "98600")
    #expect(try !stage.order(Self.eve, "BTC", true, "1.001", "98600", .immediateOrCancel).isError)
    #expect(stage.view(Self.eve).positions.first?.size == usd(1) / 1_000)
    stage.advance()
    #expect(stage.broken() == [])
  }

  /// Aim: an account that waits for bids is sold into the first bid by a node that ran through and by one that was
  /// restored from the tables alike, and is counted once.
  @Test func restoredNodeAgreesOnWhoWaits() throws {
    var stage = try LiquidationTests.longEve(1)
    try stage.oracle([("BTC", "49300")])
    stage.advance()
    #expect(stage.state.liquidations.count == 1)
    #expect(stage.state.counter(.liquidations) == 0)
    var restored = stage
    restored.state.rebuildDerived()
    func goOn(_ stage: inout Stage) throws -> Hash32 {
      try stage.order(Cast.cleo, "BTC", true, "1", "49300", .addLiquidityOnly)
      stage.advance()
      #expect(stage.view(Self.eve).positions.isEmpty)
      #expect(stage.state.counter(.liquidations) == 1)
      stage.advance()
      #expect(stage.broken() == [])
      return stage.store.commit()
    }
    #expect(try goOn(&stage) == goOn(&restored))
  }

  /// Aim: isolated positions of one account fall in the order of assets, not in the order in which a node met them.
  @Test func restoredNodeAgreesOnIsolatedPositions() throws {
    var stage = try TradingTests.stage()
    try stage.deposit(20_000, Self.eve)
    for (symbol, size, price) in [("ETH", "20", "2500"), ("BTC", "1", "50000")] {
      try stage.leverage(Self.eve, symbol, 20, isCross: false)
      try stage.order(Cast.dora, symbol, false, size, price)
      try stage.order(Self.eve, symbol, true, size, price, .immediateOrCancel)
    }
    // One maker whose margin bears only one of the two.
    try stage.deposit(2_600, Self.person(1))
    try stage.order(Self.person(1), "ETH", true, "1", "2390")
    try stage.order(Self.person(1), "BTC", true, "0.02", "47900")
    stage.advance()
    var restored = stage
    restored.state.rebuildDerived()
    for prices in [[("BTC", "48100"), ("ETH", "2400")], [("BTC", "48000"), ("ETH", "2380")]] {
      try stage.oracle(prices)
      try restored.oracle(prices)
      stage.advance()
      restored.advance()
      #expect(stage.broken() == [])
    }
    #expect(stage.state.counter(.liquidations) > 0)
    #expect(stage.store.commit() == restored.store.commit())
  }

  /// Aim: in the block of a partial liquidation nothing more is sent; the cooldown counts from what was sold, not sent.
  @Test func partialOnceABlock() throws {
    var stage = try LiquidationTests.longEve(10)
    try stage.oracle([("BTC", "49200")])
    let account = try #require(stage.state.account(Self.eve))
    #expect(stage.state.liquidations[account]?.cooldownUntil == 0)
    try stage.order(Cast.cleo, "BTC", true, "10", "49205")
    stage.advance()
    #expect(stage.view(Self.eve).positions.first?.size == usd(8))
    stage.advance()
    #expect(stage.view(Self.eve).positions.isEmpty)
    #expect(stage.broken() == [])
  }

  /// Aim: a fast cancel, by oid or by cloid, finds resting orders and no trigger orders.
  @Test func fastCancels() throws {
    var stage = try TradingTests.stage()
    let cloid = ClientOrderID(high: 0, low: 9)
    let trigger = OrderRequest(
      asset: 0, isBuy: false, price: 4_800_000_000_000, size: 100_000_000, reduceOnly: true,
      kind: .trigger(TriggerCondition(isMarket: true, price: 4_800_000_000_000, isTakeProfit: false)), cloid: cloid)
    try stage.send(.order(OrderAction(orders: [trigger])), from: Cast.ada)
    try stage.order(Cast.ada, "BTC", true, "1", "49000")
    func fast(_ action: HyperliquidAction) throws -> [OrderStatus] {
      let nonce = stage.nonces.next(at: stage.block.time)
      return try stage.run(HyperliquidContent(action: action, nonce: nonce, isFast: true), Cast.ada).statuses
    }
    let both = [CancelRequest(asset: 0, oid: 1), CancelRequest(asset: 0, oid: 2)]
    #expect(try fast(.cancel(both)) == [.failed(.missingOrder), .resting(oid: 2, cloid: nil)])
    let byCloid = [CancelByCloidRequest(asset: 0, cloid: cloid)]
    #expect(try fast(.cancelByCloid(byCloid)) == [.failed(.missingOrder)])
    #expect(stage.state.triggers.count == 1)
    #expect(try stage.send(.cancelByCloid(byCloid), from: Cast.ada).statuses == [.resting(oid: 1, cloid: cloid)])
  }

  /// Aim: an expired agent holds neither its place nor its address.
  @Test func expiredAgentsMakeRoom() throws {
    var stage = try TradingTests.stage()
    func approve(_ number: Int, _ name: String, of master: Address = Cast.ada) throws(HyperliquidRefusal) {
      let approval = AgentApproval(
        signatureChainID: "0x66eee", isMainnet: true, agent: Self.person(number), name: name, nonce: 0)
      try stage.send(.approveAgent(approval), from: master)
    }
    let until = stage.block.time + 1_000
    try approve(1, "one valid_until \(until)")
    try approve(2, "two")
    try approve(3, "three")
    #expect(throws: HyperliquidRefusal.agentLimit) { try approve(4, "four") }
    stage.advance()
    try stage.send(.noop, from: Self.person(1))
    #expect(throws: HyperliquidRefusal.agentUsed) { try approve(1, "", of: Cast.ben) }
    stage.advance(by: 1)
    #expect(throws: HyperliquidRefusal.signerUnknown(Self.person(1))) { try stage.send(.noop, from: Self.person(1)) }
    try approve(4, "four")
    #expect(throws: HyperliquidRefusal.agentLimit) { try approve(5, "five") }
    try approve(1, "", of: Cast.ben)
    try stage.order(Self.person(1), "BTC", true, "1", "49000")
    #expect(stage.view(Cast.ben).openOrders == 1)
    #expect(stage.state.agents.count == 4)
  }

  /// Aim: of reduce-only orders that together exceed the position the oldest goes, even if it alone would fit.
  @Test func reduceOnlyLosesTheOldest() throws {
    var stage = try TradingTests.stage()
    try stage.order(Cast.ada, "BTC", false, "1", "50000")
    try stage.order(Cast.ben, "BTC", true, "1", "50000")
    try stage.order(Cast.ben, "BTC", false, "0.8", "51000", reduceOnly: true)
    try stage.order(Cast.ben, "BTC", false, "0.2", "51500", reduceOnly: true)
    #expect(stage.state.orders.count == 2)
    try stage.order(Cast.ben, "BTC", false, "0.5", "52000", reduceOnly: true)
    #expect(stage.state.orders.sortedKeys() == [4, 5])
    // The position shrinks below the newest order, which stays and fills no more than the position.
    try stage.order(Cast.ben, "BTC", false, "0.9", "49000")
    try stage.order(Cast.cleo, "BTC", true, "0.9", "50000")
    #expect(stage.state.orders.sortedKeys() == [5])
    try stage.order(Cast.cleo, "BTC", true, "0.5", "52000", .immediateOrCancel)
    #expect(stage.view(Cast.ben).positions.isEmpty)
    #expect(stage.broken() == [])
  }

  /// Aim: an update that leaves a market out left its mark as it was: deleveraging there is at that mark, not at an
  /// older one.
  @Test func previousMarkOfOthers() throws {
    var stage = try TradingTests.stage()
    try stage.oracle([("BTC", "45000"), ("ETH", "2400")])
    #expect(stage.state.prices[0]?.previousMark == 500_000)
    try stage.oracle([("ETH", "2300")])
    #expect(stage.state.prices[0]?.previousMark == 450_000)
    #expect(stage.state.prices[1]?.previousMark == 240_000)
    #expect(stage.broken() == [])
  }

  /// Aim: a bracket's parent that is filled in part and then lacks margin arms its children.
  @Test func bracketParentWithoutMargin() throws {
    var stage = try TradingTests.stage()
    try stage.deposit(100, Self.eve)
    try stage.leverage(Self.eve, "BTC", 40)
    try stage.order(Cast.dora, "BTC", false, "0.02", "50100")
    try stage.order(Cast.dora, "BTC", false, "0.06", "60000")
    let parent = try stage.request("BTC", true, "0.07", "60000")
    let child = OrderRequest(
      asset: 0, isBuy: false, price: 4_900_000_000_000, size: 2_000_000, reduceOnly: true,
      kind: .trigger(TriggerCondition(isMarket: true, price: 4_900_000_000_000, isTakeProfit: false)))
    let answer = try stage.send(.order(OrderAction(orders: [parent, child], grouping: .normalTpsl)), from: Self.eve)
    #expect(answer.statuses.last == .waitingForTrigger)
    #expect(stage.view(Self.eve).positions.first?.size == usd(2) / 100)
    #expect(stage.broken() == [])
  }

  /// Aim: a trigger order that is not reduce-only opens a position when it fires, keeps its size whatever the position
  /// does meanwhile, asks for margin only then, and belongs to no group.
  @Test func triggerEntries() throws {
    var stage = try TradingTests.stage()
    func entry(_ size: WireDecimal, reduceOnly: Bool = false) -> OrderRequest {
      OrderRequest(
        asset: 0, isBuy: true, price: 5_200_000_000_000, size: size, reduceOnly: reduceOnly,
        kind: .trigger(TriggerCondition(isMarket: true, price: 5_100_000_000_000, isTakeProfit: false)))
    }
    func place(_ order: OrderRequest, _ grouping: OrderGrouping = .none) throws -> [OrderStatus] {
      try stage.send(.order(OrderAction(orders: [order], grouping: grouping)), from: Cast.ada).statuses
    }
    #expect(throws: HyperliquidRefusal.triggerNotReduceOnly) { try place(entry(100_000_000), .positionTpsl) }
    #expect(try place(entry(100_000)) == [.resting(oid: 1, cloid: nil)])
    #expect(try place(entry(10_000)) == [.failed(.minimumValue)])
    #expect(try place(entry(10_000_000_000)) == [.resting(oid: 2, cloid: nil)])
    // A position that comes and goes leaves entries alone.
    try stage.order(Cast.ben, "BTC", false, "1", "50010")
    try stage.order(Cast.ada, "BTC", true, "1", "50010")
    try stage.order(Cast.ben, "BTC", true, "1", "50000")
    try stage.order(Cast.ada, "BTC", false, "1", "50000")
    #expect(stage.view(Cast.ada).positions.isEmpty)
    #expect(stage.state.triggers.count == 2)
    try stage.order(Cast.ben, "BTC", false, "5", "51500")
    try stage.oracle([("BTC", "51500")])
    #expect(stage.view(Cast.ada).positions.first?.size == usd(1) / 1_000)
    #expect(stage.state.triggers.isEmpty)
    #expect(stage.broken() == [])
    var strict = try TradingTests.stage("mainnet", [("orders.triggerEntries", .bool(false))])
    #expect(throws: HyperliquidRefusal.triggerNotReduceOnly) {
      try strict.send(.order(OrderAction(orders: [entry(100_000_000)])), from: Cast.ada)
    }
  }

  /// Aim: a market order that meets only its owner's orders met no liquidity.
  @Test func marketOrderAgainstOneself() throws {
    var stage = try TradingTests.stage()
    try stage.order(Cast.ada, "BTC", false, "1", "50100")
    #expect(try stage.order(Cast.ada, "BTC", true, "1", "50200", .frontendMarket) == .failed(.noLiquidity))
    #expect(stage.state.orders.isEmpty)
  }

  /// Aim: orders and schedules that are placed and taken back by the thousand leave nothing behind.
  @Test func nothingPilesUp() throws {
    var stage = try TradingTests.stage("mainnet", [("orders.scheduleCancelVolume", "0")])
    for step in 0..<600 {
      let price = WireDecimal(4_000_000_000_000 + Int64(step % 9) * 10_000_000_000)
      let trigger = OrderRequest(
        asset: 0, isBuy: false, price: price, size: 100_000_000, reduceOnly: true,
        kind: .trigger(TriggerCondition(isMarket: true, price: price, isTakeProfit: false)))
      let status = try stage.send(.order(OrderAction(orders: [trigger])), from: Cast.ada).statuses[0]
      guard case .resting(let oid, _) = status else { Issue.record("\(status)"); return }
      try stage.send(.cancel([CancelRequest(asset: 0, oid: oid)]), from: Cast.ada)
      try stage.send(.scheduleCancel(time: UInt64(stage.block.time) + 5_000 + UInt64(step / 2)), from: Cast.ada)
    }
    #expect(stage.state.derived.triggersBelow[0].count <= 258)
    #expect(stage.state.derived.schedule.count <= 258)
    try stage.order(Cast.ada, "BTC", true, "1", "49000")
    stage.advance(by: 5_298)
    #expect(stage.state.orders.count == 1)
    stage.advance(by: 1)
    #expect(stage.state.orders.isEmpty)
    #expect(stage.broken() == [])
  }

  /// Aim: nobody acts as HLP or its liquidator, and nobody gives to them but by deposits.
  @Test func theHouseDoesNotSign() throws {
    var stage = try TradingTests.stage()
    let vault = stage.venue.configuration.vault
    for house in [vault.address, vault.liquidator] {
      let gift = UserTransfer(
        signatureChainID: "0x66eee", isMainnet: true, destination: house.description, amount: "5", time: 0)
      #expect(throws: HyperliquidRefusal.destinationInvalid) { try stage.send(.usdSend(gift), from: Cast.ada) }
      #expect(throws: HyperliquidRefusal.signerUnknown(house)) { try stage.send(.noop, from: house) }
    }
  }
}
