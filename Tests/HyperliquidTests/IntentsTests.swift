import Canonical
import Quantities
import Testing
import VenueKit

@testable import Hyperliquid

@Suite struct IntentsTests {
  private let one = CommonScale.one

  /// A room with a maker's ladder around 60,000: ten bids and asks of 0.5 BTC, 10 USDC apart.
  private func quoted() throws -> (room: SmallRoom, maker: Address, taker: Address) {
    var room = try SmallRoom()
    let (maker, taker) = (SmallRoom.person(1), SmallRoom.person(2))
    try room.deposit(500_000, to: maker)
    try room.deposit(20_000, to: taker)
    try room.want(.quote(symbol: "BTC", levels: ladder(60_000)), by: maker)
    #expect(room.account(maker).openOrders == 20)
    return (room, maker, taker)
  }

  private func ladder(_ mid: Int128) -> [QuoteLevel] {
    (1...10).flatMap { step in
      [true, false].map { isBid in
        QuoteLevel(isBid: isBid, price: (mid + (isBid ? -10 : 10) * Int128(step)) * one, size: one / 2)
      }
    }
  }

  /// Aim: a person opens at his leverage, no worse than his price, and closes a half and then all.
  @Test func openAndClose() throws {
    var (room, _, taker) = try quoted()
    let opened = try room.want(
      .open(symbol: "BTC", isLong: true, size: one + 7, leverage: 8, worstPrice: 60_020 * one + one / 3), by: taker)
    #expect(opened.count == 2)
    #expect(opened[1].fills.map(\.price) == [600_100, 600_200])
    #expect(room.account(taker).positions.map(\.size) == [one])
    #expect(room.account(taker).initialMargin == 7_500 * one)
    // The next level stands above the worst price: nothing is taken there.
    let more = try room.want(
      .open(symbol: "BTC", isLong: true, size: one, leverage: 8, worstPrice: 60_029 * one), by: taker)
    #expect(more.count == 1 && more[0].fills.isEmpty)
    try room.want(.close(symbol: "BTC", partsPerMillion: 500_000, worstPrice: 0), by: taker)
    #expect(room.account(taker).positions.map(\.size) == [one / 2])
    try room.want(.close(symbol: "BTC", partsPerMillion: 1_000_000, worstPrice: 0), by: taker)
    #expect(room.account(taker).positions.isEmpty)
    #expect(throws: HyperliquidRefusal.positionEmpty) {
      try room.want(.close(symbol: "BTC", partsPerMillion: 1_000_000, worstPrice: 0), by: taker)
    }
  }

  /// Aim: what cannot be meant is refused by its name before anything is sent.
  @Test func refusals() throws {
    var (room, _, taker) = try quoted()
    func open(_ symbol: String = "BTC", size: Int128, leverage: Int = 5, worst: Int128 = 61_000) -> Intent {
      .open(symbol: symbol, isLong: true, size: size, leverage: leverage, worstPrice: worst * one)
    }
    #expect(throws: HyperliquidRefusal.sizeZero) { try room.want(open(size: one / 1_000_000), by: taker) }
    #expect(throws: HyperliquidRefusal.symbolUnknown("XYZ")) { try room.want(open("XYZ", size: one), by: taker) }
    #expect(throws: HyperliquidRefusal.leverageInvalid(41, maximum: 40)) {
      try room.want(open(size: one, leverage: 41), by: taker)
    }
    #expect(throws: HyperliquidRefusal.leverageInvalid(0, maximum: 40)) {
      try room.want(open(size: one, leverage: -3), by: taker)
    }
    #expect(throws: HyperliquidRefusal.priceTooFar(asset: 0)) { try room.want(open(size: one, worst: 1), by: taker) }
    let stranger = SmallRoom.person(50)
    #expect(throws: HyperliquidRefusal.mustDeposit(stranger)) { try room.want(open(size: one), by: stranger) }
    #expect(throws: HyperliquidRefusal.amountInvalid) { try room.want(.withdraw(amount: 5), by: taker) }
    #expect(try room.want(.keep(.liquidate), by: taker).isEmpty)
  }

  /// Aim: prices without bounds (zero, the largest number) become the last price that the room takes.
  @Test(arguments: [true, false]) func extremeWorstPrices(isLong: Bool) throws {
    var (room, _, taker) = try quoted()
    let answers = try room.want(
      .open(symbol: "BTC", isLong: isLong, size: one / 4, leverage: 10, worstPrice: isLong ? Int128.max : 0), by: taker)
    #expect(answers.last?.fills.count == 1)
    for worst in isLong ? [Int128.min, -1, 0] : [Int128.max] {
      #expect(throws: HyperliquidRefusal.self) {
        try room.want(.open(symbol: "BTC", isLong: isLong, size: one, leverage: 10, worstPrice: worst), by: taker)
      }
    }
  }

  /// Aim: quotes keep orders that already stand as wished, move the others in one step even through each other, and
  /// cancel what is not wanted any more.
  @Test(arguments: [60_000, 60_030, 59_970, 60_400, 59_600]) func requote(mid: Int) throws {
    var (room, maker, _) = try quoted()
    let before = Set(room.state.orders.sortedKeys())
    let wanted = ladder(Int128(mid))
    let answers = try room.want(.quote(symbol: "BTC", levels: wanted), by: maker)
    for answer in answers { #expect(!answer.statuses.contains { $0.isError }) }
    let standing = room.state.orders.sortedKeys()
    #expect(standing.count == 20)
    if mid == 60_000 { #expect(answers.isEmpty && Set(standing) == before) }
    if mid == 60_030 { #expect(before.intersection(standing).count == 14) }
    let view = try room.market("BTC")
    #expect(view.bestBid == Int128(mid - 10) * one && view.bestAsk == Int128(mid + 10) * one)
    // Asking for the same again changes nothing; asking for fewer cancels, for none cancels all.
    #expect(try room.want(.quote(symbol: "BTC", levels: wanted), by: maker).isEmpty)
    try room.want(.quote(symbol: "BTC", levels: Array(wanted.prefix(6))), by: maker)
    #expect(room.state.orders.count == 6)
    try room.want(.quote(symbol: "BTC", levels: []), by: maker)
    #expect(room.state.orders.isEmpty)
  }

  /// Aim: quoted prices are rounded outward to valid ones, and hopeless levels are left out.
  @Test func quoteRounding() throws {
    var room = try SmallRoom()
    let maker = SmallRoom.person(1)
    try room.deposit(100_000, to: maker)
    let levels = [
      QuoteLevel(isBid: true, price: 59_999 * one + one * 9 / 10, size: one / 10),
      QuoteLevel(isBid: false, price: 60_001 * one + one / 10, size: one / 10),
      QuoteLevel(isBid: true, price: 0, size: one), QuoteLevel(isBid: false, price: .max, size: one),
      QuoteLevel(isBid: true, price: 59_000 * one, size: 1),
    ]
    try room.want(.quote(symbol: "BTC", levels: levels), by: maker)
    let view = try room.market("BTC")
    #expect(view.bestBid == 59_999 * one && view.bestAsk == 60_002 * one)
    #expect(room.state.orders.count == 2)
    #expect(throws: HyperliquidRefusal.sizeZero) {
      try room.want(.quote(symbol: "BTC", levels: [levels[4]]), by: maker)
    }
  }

  /// Aim: protection is placed for the whole position, left alone while it stands, replaced when it changes, and works.
  @Test func protection() throws {
    var (room, maker, taker) = try quoted()
    try room.want(.open(symbol: "BTC", isLong: true, size: one / 2, leverage: 10, worstPrice: 61_000 * one), by: taker)
    func protect(_ stop: Int128?, _ profit: Int128?) -> Intent {
      .protect(symbol: "BTC", stopPrice: stop.map { $0 * one }, profitPrice: profit.map { $0 * one })
    }
    let placed = try room.want(protect(58_000, 63_000), by: taker)
    #expect(placed.flatMap(\.statuses) == [.waitingForTrigger, .waitingForTrigger])
    #expect(try room.want(protect(58_000, 63_000), by: taker).isEmpty)
    try room.want(protect(59_000, nil), by: taker)
    #expect(room.state.triggers.count == 1)
    try room.want(.quote(symbol: "BTC", levels: ladder(58_900)), by: maker)
    try room.observe("BTC", 58_900 * one)
    #expect(room.state.triggers.isEmpty)
    #expect(room.account(taker).positions.isEmpty)
    #expect(try room.want(protect(nil, nil), by: taker).isEmpty)
    #expect(throws: HyperliquidRefusal.positionEmpty) { try room.want(protect(1, 2), by: taker) }
  }

  /// Aim: money goes to the pool, comes back after the lock, and leaves the venue.
  @Test func money() throws {
    var (room, _, taker) = try quoted()
    try room.want(.provide(pool: "HLP", amount: 8_000 * one), by: taker)
    #expect(room.account(taker).provided == 8_000 * one)
    #expect(room.summary.pools.map(\.value) == [8_000 * one])
    room.next(3_600_000)
    try room.want(.redeem(pool: "HLP", partsPerMillion: 250_000), by: taker)
    #expect(room.account(taker).provided == 6_000 * one)
    try room.want(.withdraw(amount: 4_000 * one + one / 2), by: taker)
    #expect(room.account(taker).withdrawals == 3_999 * one + one / 2)
    #expect(room.account(taker).withdrawable == 10_000 * one - one / 2 - 0)
    #expect(throws: HyperliquidRefusal.symbolUnknown("GLP")) {
      try room.want(.provide(pool: "GLP", amount: one), by: taker)
    }
  }

  /// Aim: observations become one action of ticks in the order of markets; nonsense is left out.
  @Test func observations() throws {
    let room = try SmallRoom()
    func seen(_ symbol: String, _ price: Int128) -> Observation {
      Observation(symbol: symbol, price: price, perpetualPrice: nil, time: 0)
    }
    let contents = room.venue.observe(
      [seen("DOGE", 5), seen("DOGE", one / 5 + 1), seen("BTC", 61_234 * one + one / 20), seen("XYZ", one)],
      state: room.state, block: room.block)
    #expect(
      contents.map(\.action) == [
        .proposer(
          .oracle([
            OraclePrice(asset: 0, oracle: 6_123_410_000_000, external: nil),
            OraclePrice(asset: 1, oracle: 20_000_000, external: nil),
          ]))
      ])
    #expect(room.venue.observe([seen("BTC", 0)], state: room.state, block: room.block).isEmpty)
    #expect(room.venue.observe([seen("BTC", .max)], state: room.state, block: room.block).isEmpty)
    #expect(room.venue.deposit(999_999, to: SmallRoom.person(1), state: room.state, block: room.block).isEmpty)
    #expect(room.venue.deposit(.max, to: SmallRoom.person(1), state: room.state, block: room.block).isEmpty)
  }

  /// Aim: in whatever state, an intent is refused by name or becomes actions that the room takes, and that pass through
  /// their bytes unchanged.
  @Test func randomIntentsAreTaken() throws {
    var room = try SmallRoom()
    let cast = (1...6).map { SmallRoom.person($0) }
    for person in cast { try room.deposit(50_000, to: person) }
    var random = RandomStream(21, 22, 23, 24)
    var taken = 0
    for step in 0..<600 {
      _ = room.step(&random, cast: cast)
      if step % 4 == 0 { room.next(random.uniform(in: 100...60_000)) }
      let person = cast[Int(random.uniform(below: 6))]
      let intent = try drawn(&random, room)
      guard
        let contents = try? room.venue.translate(
          intent, for: person, nonces: &room.nonces, state: room.state, block: room.block)
      else { continue }
      for content in contents {
        let bytes = room.venue.seal(content, authority: .unsigned(person))
        #expect(try room.venue.decode(bytes).content == content)
      }
      var copy = room
      for content in contents {
        do {
          try copy.run(content, by: person)
          taken += 1
        } catch {
          // Money may be locked, lost or bound: those are the room's own words on amounts.
          let isAboutMoney = ["vault", "transferBalance", "withdrawalBalance", "amountInvalid"].contains {
            error.name.hasPrefix($0)
          }
          #expect(isAboutMoney, "\(intent): \(error)")
        }
      }
    }
    #expect(taken > 150)
  }

  private func drawn(_ random: inout RandomStream, _ room: SmallRoom) throws -> Intent {
    let symbol = random.uniform(below: 2) == 0 ? "BTC" : "DOGE"
    let mark = try room.market(symbol).mark
    func near(_ millionths: Int64) -> Int128 {
      mark * Int128(1_000_000 + random.uniform(in: -millionths...millionths)) / 1_000_000
    }
    let size = Int128(random.uniform(in: 20...30_000)) * one * one / max(1, mark)
    switch random.uniform(below: 7) {
    case 0, 1:
      return .open(
        symbol: symbol, isLong: random.uniform(below: 2) == 0, size: size, leverage: Int(random.uniform(in: 1...12)),
        worstPrice: near(20_000))
    case 2:
      return .close(
        symbol: symbol, partsPerMillion: Int(random.uniform(in: 1...1_000_000)), worstPrice: near(900_000))
    case 3:
      let levels = (0..<6).map { QuoteLevel(isBid: $0 % 2 == 0, price: near(10_000), size: size) }
      return .quote(symbol: symbol, levels: levels)
    case 4: return .protect(symbol: symbol, stopPrice: near(50_000), profitPrice: near(50_000))
    case 5: return .provide(pool: "HLP", amount: size)
    default:
      return random.uniform(below: 2) == 0
        ? .redeem(pool: "HLP", partsPerMillion: 300_000) : .withdraw(amount: Int128(random.uniform(in: 1...900)) * one)
    }
  }
}
