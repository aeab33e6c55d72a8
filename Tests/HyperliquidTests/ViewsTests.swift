import Canonical
import Matching
import Quantities
import Testing
import VenueKit

@testable import Hyperliquid

/// A venue of two markets whose blocks are run by hand, for the tests of views, intents and grammar.
struct SmallRoom {
  static let genesis = """
    {"network":"testnet",
     "markets":{
      "BTC":{"sizeDecimals":5,"tiers":[{"above":"0","leverage":40},{"above":"300000","leverage":20}],
       "impactNotional":"20000","oraclePrice":"60000"},
      "DOGE":{"sizeDecimals":0,"tiers":[{"above":"0","leverage":10},{"above":"50000","leverage":5}],
       "impactNotional":"6000","oraclePrice":"0.2"}},
     "fees":{"tiers":[{"volume":"0","taker":"0.00045","maker":"0.00015"}],"rebates":[],"vaultShare":"0.4",
      "assistanceFund":"0xfefefefefefefefefefefefefefefefefefefefe"},
     "orders":{"minimumValue":"10","openMaximum":200,"priceDistance":"0.95","triggerSlippage":"0.1",
      "scheduleCancelVolume":"1000"},
     "transfers":{"withdrawalFee":"1","activationFee":"1","remainingShare":"0.1"},
     "prices":{"basisSeconds":150,"bookSeconds":30},
     "funding":{"sampleSeconds":5,"intervalSeconds":3600,"interest":"0.0001","clamp":"0.0005","divisor":8,
      "maximum":"0.04"},
     "liquidation":{"partialNotional":"100000","partialShare":"0.2","cooldownSeconds":30,"backstopShare":"0.666666",
      "liquidatorShare":"0.25","liquidatorLossLimit":"1000000","unwindShare":"0.1","unwindSlippage":"0.01"},
     "vault":{"address":"0xdfc24b077bc1425ad1dea75bcb6f8158e10df303",
      "liquidator":"0x2e3d94f0562703b25c83308a05046ddaf9a8dd14","lockSeconds":3600,"depositMinimum":"5"},
     "agents":{"validSeconds":7776000},
     "userVaults":{"lockSeconds":60,"creationFee":"10","initialMinimum":"100","depositMinimum":"5",
      "leaderShare":"0.05","commission":"0.1","closingShare":"0.2"},
     "limits":{"requests":1000000,"extraCancels":100000,"slowSeconds":10,"requestPrice":"0.0005","openOrderVolume":"0",
      "openOrderCeiling":200,"subAccounts":3,"subAccountVolume":"0","scheduledCancels":1000},
     "spot":{"tokens":{"PURR":{"sizeDecimals":0,"weiDecimals":5,"id":"0xc1fb593aeffbeb02f85e0308e9956a90"}},
      "pairs":[{"base":"PURR","price":"0.2"}]},
     "dexs":{"test":{"fullName":"A builder's","deployer":"0x0000000000000007000000000000000100000001",
      "feeScale":"0.5","markets":{"GOLD":{"sizeDecimals":2,"tiers":[{"above":"0","leverage":10}],
       "impactNotional":"6000"}}}}}
    """

  let venue: HyperliquidVenue
  var state: HyperliquidState
  var block = BlockContext(chainID: "views", height: 1, time: 1_760_000_400_000, proposer: .zero)
  var nonces = NonceSource()

  init() throws {
    venue = try HyperliquidVenue(genesis: JSONValue(parsing: Array(Self.genesis.utf8)), chainID: "views")
    state = venue.genesisState()
    next(0)
  }

  static func person(_ number: UInt64) -> Address { Address(word0: 7, word1: number, word2: 1) }

  /// Ends the block and begins the next one.
  mutating func next(_ milliseconds: Int64 = 1_000) {
    var events = EventSink<HyperliquidEvent>(isRecording: false)
    venue.endBlock(state: &state, block: block, events: &events)
    block.height += 1
    block.time += milliseconds
    venue.beginBlock(state: &state, block: block, events: &events)
  }

  /// Executes a transaction; one that is refused leaves what was charged and nothing else.
  @discardableResult
  mutating func run(_ content: HyperliquidContent, by signer: Address) throws(HyperliquidRefusal) -> HyperliquidAnswer {
    var cosigners: [Address] = []
    if case .multiSig(let envelope) = content.action { cosigners = envelope.claimedSigners }
    let transaction = AuthenticatedTransaction(
      content: content, signer: signer, cosigners: cosigners, isProposer: signer == .zero)
    try venue.charge(transaction, state: &state, block: block)
    let before = state
    var events = EventSink<HyperliquidEvent>(isRecording: false)
    let data: [UInt8]
    do {
      data = try venue.execute(transaction, state: &state, block: block, events: &events)
    } catch {
      state = before
      throw error
    }
    do {
      return try HyperliquidAnswer(canonicalBytes: data)
    } catch {
      Issue.record("an answer reads back: \(error)")
      return HyperliquidAnswer(.default)
    }
  }

  mutating func deposit(_ usdc: Int128, to person: Address) throws {
    for content in venue.deposit(usdc * CommonScale.one, to: person, state: state, block: block) {
      try run(content, by: .zero)
    }
  }

  mutating func observe(_ symbol: String, _ price: Int128) throws {
    let seen = Observation(symbol: symbol, price: price, perpetualPrice: price, time: block.time)
    for content in venue.observe([seen], state: state, block: block) { try run(content, by: .zero) }
  }

  /// Translates a wish and executes it in the order of a block; returns the answers.
  @discardableResult
  mutating func want(_ intent: Intent, by person: Address) throws(HyperliquidRefusal) -> [HyperliquidAnswer] {
    let contents = try venue.translate(intent, for: person, nonces: &nonces, state: state, block: block)
    var answers: [HyperliquidAnswer] = []
    for content in contents.sorted(by: { $0.action.rank < $1.action.rank }) {
      answers.append(try run(content, by: person))
    }
    return answers
  }

  func account(_ person: Address) -> AccountView { venue.account(person, state: state, block: block) }
  func market(_ symbol: String) throws -> MarketView {
    try #require(venue.market(symbol, state: state, block: block))
  }
  var summary: VenueSummary { venue.summary(state: state, block: block) }

  /// Draws a rule by weight and executes what it makes. Returns the rule, the transaction and whether it went through.
  mutating func step(
    _ random: inout RandomStream, cast: [Address]
  ) -> (rule: GrammarRule, made: GeneratedTransaction<HyperliquidContent>?, errors: Int, refusal: HyperliquidRefusal?) {
    let total = HyperliquidVenue.grammar.reduce(0) { $0 + $1.weight }
    var place = Int(random.uniform(below: UInt64(total)))
    var rule = HyperliquidVenue.grammar[0]
    for next in HyperliquidVenue.grammar {
      rule = next
      place -= next.weight
      if place < 0 { break }
    }
    return perform(rule, &random, cast: cast)
  }

  mutating func perform(
    _ rule: GrammarRule, _ random: inout RandomStream, cast: [Address]
  ) -> (rule: GrammarRule, made: GeneratedTransaction<HyperliquidContent>?, errors: Int, refusal: HyperliquidRefusal?) {
    let made = venue.generate(rule, random: &random, cast: cast, nonces: &nonces, state: state, block: block)
    guard let made else { return (rule, nil, 0, nil) }
    do {
      let answer = try run(made.content, by: made.signer)
      return (rule, made, answer.statuses.count { $0.isError } + (answer.twap?.isError == true ? 1 : 0), nil)
    } catch {
      return (rule, made, 0, error)
    }
  }
}

@Suite struct ViewsTests {
  /// Aim: whatever people and proposers do, all money is in a line of the summary, and accounts tell the same as it.
  @Test(arguments: [3 as UInt64, 4, 5]) func linesAddUp(seed: UInt64) throws {
    var room = try SmallRoom()
    let cast = (1...8).map { SmallRoom.person($0) }
    for person in cast.prefix(6) { try room.deposit(50_000, to: person) }
    try room.want(.provide(pool: "HLP", amount: 20_000 * CommonScale.one), by: cast[0])
    var random = RandomStream(seed, 1, 2, 3)
    for step in 0..<900 {
      _ = room.step(&random, cast: cast)
      if step % 3 == 0 { room.next(random.uniform(in: 100...90_000)) }
      if step % 20 == 0 { check(room) }
    }
    for step in 1...6 {
      let share: Int128 = step % 2 == 0 ? 145 : 70
      for symbol in ["BTC", "DOGE"] { try room.observe(symbol, try room.market(symbol).mark * share / 100) }
      room.next()
      check(room)
    }
  }

  private func check(_ room: SmallRoom) {
    let summary = room.summary
    #expect(summary.balances.reduce(0) { $0 + $1.amount } == summary.deposits - summary.withdrawals)
    let house =
      [room.state.parameters.vault.address, room.state.parameters.vault.liquidator] + room.state.vaults.sortedKeys()
    var people: Int128 = 0
    var provided: Int128 = 0
    var flows: Int128 = 0
    var open = 0
    var net: [String: Int128] = [:]
    for address in room.venue.accounts(state: room.state) {
      let view = room.account(address)
      if !house.contains(address) { people += view.equity }
      provided += view.provided
      flows += view.deposits - view.withdrawals
      open += view.openOrders
      for position in view.positions { net[position.symbol, default: 0] += position.size }
      #expect(view.withdrawable >= 0)
    }
    #expect(people == summary.balances.first { $0.name == "accounts" }?.amount)
    #expect(flows == summary.deposits - summary.withdrawals)
    #expect(open == summary.openOrders)
    #expect(net.values.allSatisfy { $0 == 0 })
    #expect(provided <= max(0, summary.pools[0].value))
    #expect(room.state.ledger.conservation().isEmpty)
  }

  /// Aim: a liquidation shows in its counters and as the trader's loss, and the lines still add up.
  @Test func lossesShow() throws {
    var room = try SmallRoom()
    let (maker, taker) = (SmallRoom.person(1), SmallRoom.person(2))
    try room.deposit(500_000, to: maker)
    try room.deposit(3_000, to: taker)
    func ladder(_ mid: Int128) -> [QuoteLevel] {
      [true, false].map { isBid in
        QuoteLevel(isBid: isBid, price: (mid + (isBid ? -10 : 10)) * CommonScale.one, size: 3 * CommonScale.one)
      }
    }
    try room.want(.quote(symbol: "BTC", levels: ladder(60_000)), by: maker)
    try room.want(
      .open(
        symbol: "BTC", isLong: true, size: CommonScale.one, leverage: 25, worstPrice: 61_000 * CommonScale.one),
      by: taker)
    let price = try #require(room.account(taker).positions.first?.liquidationPrice)
    #expect(price > 57_000 * CommonScale.one && price < 60_000 * CommonScale.one)
    try room.want(.quote(symbol: "BTC", levels: ladder(57_700)), by: maker)
    try room.observe("BTC", 57_700 * CommonScale.one)
    room.next()
    let summary = room.summary
    #expect(summary.liquidations == 1 && room.account(taker).positions.isEmpty)
    #expect(summary.losses.first { $0.bearer == .liquidatedTraders }.map { $0.amount > 0 } == true)
    check(room)
  }

  /// Aim: depth counts the value of exactly the orders within 10, 50 and 100 basis points of the mid price.
  @Test func depthAgreesWithTheOrders() throws {
    var room = try SmallRoom()
    let maker = SmallRoom.person(1)
    try room.deposit(1_000_000, to: maker)
    var random = RandomStream(8, 0, 0, 1)
    var levels: [QuoteLevel] = []
    for _ in 0..<60 {
      let away = Int128(random.uniform(in: 5...650)) * CommonScale.one
      let isBid = random.uniform(below: 2) == 0
      let size = Int128(random.uniform(in: 1...90)) * CommonScale.one / 1_000
      levels.append(QuoteLevel(isBid: isBid, price: 60_000 * CommonScale.one + (isBid ? -away : away), size: size))
    }
    try room.want(.quote(symbol: "BTC", levels: levels), by: maker)
    let view = try room.market("BTC")
    let bid = try #require(view.bestBid)
    let ask = try #require(view.bestAsk)
    for depth in view.depth {
      var bids: Int128 = 0
      var asks: Int128 = 0
      room.state.orders.forEachSorted { _, order in
        let price = Int128(order.price) * 100_000_000_000
        let value = Int128(order.price) * Int128(order.size) * 1_000_000
        let distance = abs(2 * price - bid - ask)
        if distance * 10_000 <= (bid + ask) * Int128(depth.basisPoints) {
          if order.isBuy { bids += value } else { asks += value }
        }
      }
      #expect(depth.bidValue == bids && depth.askValue == asks)
      #expect(bids + asks > 0)
    }
    #expect(view.tick == CommonScale.one && view.lot == CommonScale.one / 100_000)
    #expect(view.leverageMaximum == 40)
  }

  /// Aim: the documentation's isolated ETH position is liquidated at 2866.269.
  @Test func liquidationPriceOfTheDocumentation() throws {
    let market = MarketParameters(
      asset: 0, symbol: "ETH", sizeDecimals: 4, tiers: [MarginTier(lowerBound: 0, leverageMaximum: 50)],
      onlyIsolated: false, impactNotional: 1, openInterestMaximum: 0, oraclePrice: 0, priceDecimals: 2)
    let value: Money = -95_059_824 + 335 * 298_590
    let price = try #require(
      market.liquidationPrice(size: 335, mark: 298_590, value: value, otherMaintenance: 0))
    #expect((price + 500_000_000) / 1_000_000_000 == 2_866_269)
  }

  /// Aim: at the liquidation price value meets maintenance, in whatever tier it lies, for long and short.
  @Test func liquidationPriceIsWhereValueMeetsMaintenance() throws {
    let room = try SmallRoom()
    let market = room.state.parameters.markets[0]
    var random = RandomStream(5, 6, 7, 8)
    var found = 0
    for _ in 0..<2_000 {
      let size = random.uniform(in: 1...3_000_000) * (random.uniform(below: 2) == 0 ? 1 : -1)
      let mark = random.uniform(in: 100_000...1_000_000)
      let others = Money(random.uniform(in: 0...1_000_000_000))
      let notional = Money(abs(size)) * Money(mark)
      let value = notional * Money(random.uniform(in: 1...1_200)) / 1_000 + others
      guard let price = market.liquidationPrice(size: size, mark: mark, value: value, otherMaintenance: others) else {
        continue
      }
      found += 1
      func slack(_ ticks: Ticks) -> Money {
        value + Money(size) * Money(ticks - mark) - others - market.maintenance(Money(abs(size)) * Money(ticks))
      }
      let below = Ticks(price / market.common(ticks: 1))
      #expect(slack(size > 0 ? below + 2 : max(0, below - 1)) >= -2)
      #expect(slack(size > 0 ? below - 1 : below + 2) <= 2)
    }
    #expect(found > 1_500)
  }

  /// Aim: a trade shows in both accounts with its figures, and a stranger is all zeros.
  @Test func accountsShowTheirTrades() throws {
    var room = try SmallRoom()
    let (long, short) = (SmallRoom.person(1), SmallRoom.person(2))
    try room.deposit(10_000, to: long)
    try room.deposit(10_000, to: short)
    let ask = QuoteLevel(isBid: false, price: 60_000 * CommonScale.one, size: CommonScale.one / 2)
    try room.want(.quote(symbol: "BTC", levels: [ask]), by: short)
    try room.want(
      .open(symbol: "BTC", isLong: true, size: CommonScale.one / 2, leverage: 5, worstPrice: 60_100 * CommonScale.one),
      by: long)
    let view = room.account(long)
    #expect(view.deposits == 10_000 * CommonScale.one)
    #expect(view.equity == 10_000 * CommonScale.one - 13_500_000 * 1_000_000)  // 30,000 at 0.045 %
    #expect(view.positions.map(\.size) == [CommonScale.one / 2])
    #expect(view.positions.map(\.entryPrice) == [60_000 * CommonScale.one])
    #expect(view.initialMargin == 6_000 * CommonScale.one)
    #expect(view.maintenanceMargin == 375 * CommonScale.one)
    #expect(room.account(short).positions.map(\.size) == [-CommonScale.one / 2])
    #expect(try room.market("BTC").openInterestLong == CommonScale.one / 2)
    #expect(room.account(SmallRoom.person(99)).equity == 0)
    #expect(room.venue.market("NONE", state: room.state, block: room.block) == nil)
    #expect(room.venue.stateKey(kind: "account", argument: long.description, state: room.state)?.count == 23)
  }

  /// Aim: the step between prices is that of five significant figures, and at most one USDC.
  @Test func priceSteps() throws {
    let room = try SmallRoom()
    let bitcoin = room.state.parameters.markets[0]  // ticks of 0.1 USDC
    #expect(bitcoin.priceStep(at: 840_860) == 10)
    #expect(bitcoin.priceStep(at: 99_999) == 1)
    #expect(bitcoin.priceStep(at: 12_345_678) == 10)
    let doge = room.state.parameters.markets[1]  // ticks of 0.000001 USDC
    #expect(doge.priceStep(at: 200_000) == 10)
  }
}
