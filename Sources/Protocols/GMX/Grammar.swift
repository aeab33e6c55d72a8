import Canonical
import Quantities
import StateStore
import VenueKit

/// The seam's grammar: the kinds of actions that the fuzzer makes. Rule GMX-162.
extension GMXVenue {
  public static let grammar: [GrammarRule] = GrammarEntry.all.map(\.rule)

  public func generate(
    _ rule: GrammarRule, random: inout RandomStream, cast: [Address], nonces: inout NonceSource, state: GMXState,
    block: BlockContext
  ) -> GeneratedTransaction<GMXContent>? {
    guard !cast.isEmpty, let entry = GrammarEntry.all.first(where: { $0.rule.name == rule.name }) else { return nil }
    var draw = GrammarDraw(state: state, block: block, cast: cast, random: random, nonces: nonces)
    let transaction = entry.make(&draw)
    random = draw.random
    nonces = draw.nonces
    return transaction
  }
}

typealias GeneratedGMX = GeneratedTransaction<GMXContent>

/// A rule and how its transaction is made.
struct GrammarEntry: Sendable {
  let rule: GrammarRule
  let make: @Sendable (inout GrammarDraw) -> GeneratedGMX?

  init(_ name: String, _ weight: Int, _ make: @escaping @Sendable (inout GrammarDraw) -> GeneratedGMX?) {
    rule = GrammarRule(name, weight: weight)
    self.make = make
  }

  init(invalid name: String, _ weight: Int, _ make: @escaping @Sendable (inout GrammarDraw) -> GeneratedGMX?) {
    rule = GrammarRule(name, weight: weight, isInvalid: true)
    self.make = make
  }

  static let all: [GrammarEntry] = orders + brokenOrders + keepers + pools + money + proposals
}

/// What one transaction is drawn from, and the draws that the rules share. Everything comes from the stream and the
/// state; nothing depends on hash order.
struct GrammarDraw {
  let state: GMXState
  let block: BlockContext
  let cast: [Address]
  var random: RandomStream
  var nonces: NonceSource

  // MARK: Numbers

  mutating func number(_ range: ClosedRange<Int64>) -> Int64 { random.uniform(in: range) }

  mutating func flag() -> Bool { random.uniform(below: 2) == 1 }

  mutating func chance(_ one: UInt64) -> Bool { random.uniform(below: one) == 0 }

  mutating func element<Item>(_ items: [Item]) -> Item? {
    items.isEmpty ? nil : items[Int(random.uniform(below: UInt64(items.count)))]
  }

  /// A part of an amount in millionths, often nothing, all, or one unit.
  mutating func part(of amount: UInt256) -> UInt256 {
    switch random.uniform(below: 8) {
    case 0: return amount
    case 1: return amount.isZero ? .zero : .one
    default:
      let share = UInt256(random.uniform(below: 1_000_001))
      return (try? Exact.multiplyDivide(amount, share, 1_000_000)) ?? .zero
    }
  }

  /// A number of up to 256 bits whose count of bits is uniform.
  mutating func wide() -> UInt256 {
    let word = UInt256(word0: random.next(), word1: random.next(), word2: random.next(), word3: random.next())
    return word >> Int(random.uniform(below: 256))
  }

  /// Dollars with 30 decimals whose order of magnitude is uniform between ten cents and a hundred million.
  mutating func dollars() -> UInt256 {
    var value = UInt256(1 + random.uniform(below: 1_000)) &* 100_000_000_000_000_000_000_000_000_000
    for _ in 0..<random.uniform(below: 7) { value = value &* 10 }
    return value
  }

  // MARK: Who and where

  mutating func person() -> Address { cast[Int(random.uniform(below: UInt64(cast.count)))] }

  mutating func market() -> MarketRecord? { element(state.roster.markets)?.record }

  /// A market whose tokens all have prices.
  mutating func pricedMarket() -> (record: MarketRecord, prices: MarketPrices)? {
    let known = state.roster.markets.compactMap { market in
      (try? state.oracle([market.record.market]).prices(of: market.record)).map { (market.record, $0) }
    }
    return element(known)
  }

  /// A position of the cast, its owner drawn.
  mutating func position() -> (key: PositionKey, record: PositionRecord)? {
    let start = Int(random.uniform(below: UInt64(cast.count)))
    for step in 0..<cast.count {
      if let found = element(state.positions(of: cast[(start + step) % cast.count])) { return found }
    }
    return nil
  }

  mutating func order() -> (id: UInt64, record: OrderRecord)? {
    element(state.orders.sortedKeys()).flatMap { id in state.orders[id].map { (id, $0) } }
  }

  /// A token that the person has, and how much.
  mutating func purse(_ person: Address, in market: MarketRecord) -> (token: TokenID, amount: UInt256)? {
    let tokens = [market.longToken, market.shortToken].filter { state.balance(of: person, $0) > .zero }
    return element(tokens).map { ($0, state.balance(of: person, $0).magnitude) }
  }

  /// A way through zero to three markets that may lead nowhere.
  mutating func path() -> [MarketID] {
    if !chance(4) { return [] }
    return (0..<1 + random.uniform(below: 3)).compactMap { _ in market()?.market }
  }

  /// Mostly oneself.
  mutating func receiver(_ person: Address) -> Address { chance(6) ? self.person() : person }

  mutating func uiReceiver() -> Address { chance(4) ? person() : .zero }

  // MARK: Sending

  mutating func send(_ action: GMXAction, from person: Address) -> GeneratedGMX {
    GeneratedTransaction(content: GMXContent(action, nonce: nonces.next(at: block.time)), signer: person)
  }

  mutating func propose(_ action: GMXProposerAction) -> GeneratedGMX {
    GeneratedTransaction(content: GMXContent(action, nonce: UInt64(max(0, block.time))), signer: .zero)
  }
}
