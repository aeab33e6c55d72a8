public import Canonical
public import Quantities
public import VenueKit

/// The seam's grammar: the kinds of transactions that the fuzzer makes. Rule DYDX-99.
extension DYDXVenue {
  public static let grammar: [GrammarRule] = GrammarEntry.all.map(\.rule)

  public func generate(
    _ rule: GrammarRule, random: inout RandomStream, cast: [Address], nonces: inout NonceSource, state: DYDXState,
    block: BlockContext
  ) -> GeneratedTransaction<DYDXContent>? {
    guard !cast.isEmpty, let entry = GrammarEntry.all.first(where: { $0.rule.name == rule.name }) else { return nil }
    var draw = GrammarDraw(state: state, block: block, cast: cast, wire: wire, random: random, nonces: nonces)
    let transaction = entry.make(&draw)
    random = draw.random
    nonces = draw.nonces
    return transaction
  }
}

typealias GeneratedDYDX = GeneratedTransaction<DYDXContent>

/// A rule and how its transaction is made.
struct GrammarEntry: Sendable {
  let rule: GrammarRule
  let make: @Sendable (inout GrammarDraw) -> GeneratedDYDX?

  init(
    _ name: String, _ weight: Int, isInvalid: Bool = false,
    _ make: @escaping @Sendable (inout GrammarDraw) -> GeneratedDYDX?
  ) {
    rule = GrammarRule(name, weight: weight, isInvalid: isInvalid)
    self.make = make
  }

  static let all: [GrammarEntry] = proposals + orders + cancels + money + broken + dishonest

  private static let proposals = [
    GrammarEntry("bridge", 8) { draw in
      let (person, amount) = (draw.person(), UInt64(draw.magnitude(1, 5_000_000_000_000)))
      return draw.proposers(.bridge(to: person, amount: amount))
    },
    GrammarEntry("price", 10) { draw in draw.price(reachPpm: 20_000) },
    GrammarEntry("priceJump", 3) { draw in draw.price(reachPpm: 400_000) },
    GrammarEntry("settle", 1) { draw in
      guard let pair = draw.element(draw.state.pairs.sortedKeys()), draw.number(0...40) == 0 else { return nil }
      return draw.proposers(.setPairStatus(pair, .finalSettlement))
    },
  ]

  private static let orders = [
    GrammarEntry("shortTerm", 30) { draw in draw.order(OrderFlags.shortTerm).map { draw.persons(.place($0)) } },
    GrammarEntry("immediate", 20) { draw in
      guard var order = draw.order(OrderFlags.shortTerm) else { return nil }
      order.timeInForce = .immediateOrCancel
      order.isReduceOnly = draw.flag()
      return draw.persons(.place(order))
    },
    GrammarEntry("postOnly", 8) { draw in
      guard var order = draw.order(draw.flag() ? OrderFlags.shortTerm : OrderFlags.longTerm) else { return nil }
      order.timeInForce = .postOnly
      return draw.persons(.place(order))
    },
    GrammarEntry("longTerm", 14) { draw in draw.order(OrderFlags.longTerm).map { draw.persons(.place($0)) } },
    GrammarEntry("conditional", 8) { draw in
      guard var order = draw.order(OrderFlags.conditional) else { return nil }
      order.condition = draw.flag() ? .stopLoss : .takeProfit
      order.triggerSubticks = order.subticks
      if draw.flag() {
        order.timeInForce = .immediateOrCancel
        order.isReduceOnly = draw.flag()
      }
      return draw.persons(.place(order))
    },
    GrammarEntry("timeWeighted", 4) { draw in
      guard var order = draw.order(OrderFlags.timeWeighted) else { return nil }
      var weighting = Order.TimeWeighting()
      weighting.interval = 30
      weighting.duration = 300
      weighting.priceTolerance = UInt32(draw.number(0...200_000))
      order.timeWeighting = weighting
      if draw.flag() { order.subticks = 0 }
      return draw.persons(.place(order))
    },
  ]

  private static let cancels = [
    GrammarEntry("cancelStateful", 8) { draw in
      guard let key = draw.element(draw.openOrders()) else { return nil }
      return draw.persons(.cancel(key, .time(draw.goodTilTime())), by: key.subaccount.owner)
    },
    GrammarEntry("cancelShortTerm", 6) { draw in
      guard let order = draw.order(OrderFlags.shortTerm) else { return nil }
      return draw.persons(.cancel(order.key, order.goodTil))
    },
    GrammarEntry("batchCancel", 3) { draw in
      guard let order = draw.order(OrderFlags.shortTerm) else { return nil }
      let batch = CancelBatch(pair: order.key.pair, clientIDs: [0, 1, 2, 3])
      return draw.persons(
        .batchCancel(order.key.subaccount, [batch], goodTilBlock: order.goodTilBlock),
        by: order.key.subaccount.owner)
    },
  ]

  private static let money = [
    GrammarEntry("transfer", 6) { draw in
      let (sender, recipient) = (draw.subaccount(), draw.subaccount())
      return draw.persons(
        .transfer(from: sender, to: recipient, amount: UInt64(draw.magnitude(1, 1_000_000_000_000))),
        by: sender.owner)
    },
    GrammarEntry("withdraw", 5) { draw in
      let sender = draw.subaccount()
      return draw.persons(
        .withdraw(from: sender, to: sender.owner, amount: UInt64(draw.magnitude(1, 1_000_000_000_000))),
        by: sender.owner)
    },
    GrammarEntry("depositFromBank", 3) { draw in
      let target = draw.subaccount()
      return draw.persons(
        .deposit(to: target, amount: UInt64(draw.magnitude(1, 100_000_000_000))), by: draw.person())
    },
    GrammarEntry("leave", 2) { draw in
      draw.persons(.leave(amount: UInt64(draw.magnitude(1, 100_000_000_000))), by: draw.person())
    },
    GrammarEntry("provide", 4) { draw in
      let sender = draw.subaccount()
      return draw.persons(
        .provide(from: sender, amount: UInt64(draw.magnitude(1, 100_000_000_000))), by: sender.owner)
    },
    GrammarEntry("redeem", 3) { draw in
      let owner = draw.subaccount()
      let held = UInt64(clamping: draw.state.vaultShares[owner.owner]?.value ?? 0)
      let shares = draw.flag() ? held : UInt64(draw.magnitude(1, 100_000_000_000))
      return draw.persons(.redeem(to: owner, shares: shares, least: draw.flag() ? 0 : shares), by: owner.owner)
    },
    GrammarEntry("leverage", 2) { draw in
      guard let pair = draw.element(draw.state.pairs.sortedKeys()) else { return nil }
      let account = draw.subaccount()
      let choice = LeverageChoice(pair: pair, ppm: UInt32(draw.number(1...1_100_000)))
      return draw.persons(.updateLeverage(account, [choice]), by: account.owner)
    },
  ]

  private static let broken = [
    GrammarEntry("wrongTick", 2, isInvalid: true) { draw in
      guard var order = draw.order(OrderFlags.shortTerm) else { return nil }
      order.subticks += 1
      order.quantums += 1
      return draw.persons(.place(order))
    },
    GrammarEntry("wrongOwner", 2, isInvalid: true) { draw in
      guard let order = draw.order(OrderFlags.longTerm) else { return nil }
      let other = draw.person()
      return other == order.key.subaccount.owner ? nil : draw.persons(.place(order), by: other)
    },
    GrammarEntry("wrongBlock", 2, isInvalid: true) { draw in
      guard var order = draw.order(OrderFlags.shortTerm) else { return nil }
      order.goodTil = .block(UInt32(draw.number(0...2) * 1_000_000))
      return draw.persons(.place(order))
    },
    GrammarEntry("unknownPair", 2, isInvalid: true) { draw in
      guard var order = draw.order(OrderFlags.longTerm) else { return nil }
      order.key.pair = 999_999
      return draw.persons(.place(order))
    },
    GrammarEntry("restingReduceOnly", 2, isInvalid: true) { draw in
      guard var order = draw.order(OrderFlags.shortTerm) else { return nil }
      order.isReduceOnly = true
      return draw.persons(.place(order))
    },
  ]
}

/// What one transaction is drawn from. Everything comes from the stream and the state.
struct GrammarDraw {
  let state: DYDXState
  let block: BlockContext
  let cast: [Address]
  let wire: DYDXWire
  var random: RandomStream
  var nonces: NonceSource

  mutating func number(_ range: ClosedRange<Int64>) -> Int64 { random.uniform(in: range) }

  mutating func flag() -> Bool { random.uniform(below: 2) == 1 }

  mutating func element<Item>(_ items: [Item]) -> Item? {
    items.isEmpty ? nil : items[Int(random.uniform(below: UInt64(items.count)))]
  }

  /// A number whose order of magnitude is uniform.
  mutating func magnitude(_ from: Int64, _ to: Int64) -> Int64 {
    var bound = max(1, from)
    let steps = random.uniform(below: 14)
    for _ in 0..<steps where bound < to / 10 { bound *= 10 }
    return number(from...max(from, min(to, bound * 10)))
  }

  mutating func person() -> Address { cast[Int(random.uniform(below: UInt64(cast.count)))] }

  mutating func subaccount() -> Subaccount {
    Subaccount(person(), number(0...3) == 0 ? UInt32(number(0...2)) : 0)
  }

  mutating func openOrders() -> [OrderKey] {
    cast.flatMap { owner in (0..<3).flatMap { state.derived.keys(of: Subaccount(owner, $0)) } }
  }

  func goodTilTime() -> UInt32 { UInt32(clamping: block.time / 1_000) &+ 3_600 }

  mutating func persons(_ action: DYDXAction, by person: Address? = nil) -> GeneratedDYDX {
    let signer = person ?? action.owner ?? self.person()
    return GeneratedDYDX(content: DYDXContent(action, nonce: nonces.next(at: block.time)), signer: signer)
  }

  func proposers(_ action: DYDXProposerAction) -> GeneratedDYDX {
    GeneratedDYDX(content: DYDXContent(action), signer: .zero)
  }

  /// A new price of one market, within parts per million of the present one; a first price where there is none.
  mutating func price(reachPpm: Int64) -> GeneratedDYDX? {
    guard let market = element(state.markets.sortedKeys()) else { return nil }
    let old = Int64(clamping: state.prices[market]?.value ?? 0)
    let move = number(-reachPpm...reachPpm)
    let new = old == 0 ? 2_000_000_000 : Int64(clamping: Int128(old) + Int128(old / 1_000_000) * Int128(move))
    guard new > 0, new < 1 << 50 else { return nil }
    return proposers(.prices([PriceUpdate(market: market, price: UInt64(new))]))
  }

  /// A well-formed order near the oracle's price.
  mutating func order(_ flags: UInt32) -> ClobOrder? {
    guard let id = element(state.pairs.sortedKeys()), let pair = state.pairs[id],
      let oracle = try? state.oracleSubticks(pair).rounded(.floor), let middle = Int64(exactly: oracle),
      middle > 0, middle < 1 << 50
    else { return nil }
    let tick = Int64(pair.subticksPerTick)
    let price = max(tick, middle / 1_000 * (1_000 + number(-20...20)) / tick * tick)
    let steps = UInt64(magnitude(1, 100_000))
    let isShort = flags == OrderFlags.shortTerm
    let goodTil: GoodTil =
      isShort
      ? .block(UInt32(clamping: block.height) &+ 1 &+ UInt32(number(0...30)))
      : .time(UInt32(clamping: block.time / 1_000) &+ UInt32(number(1...3_000)))
    return ClobOrder(
      key: OrderKey(subaccount(), clientID: UInt32(number(0...12)), flags: flags, pair: id), isBuy: flag(),
      quantums: steps * pair.step, subticks: UInt64(price), goodTil: goodTil)
  }
}
