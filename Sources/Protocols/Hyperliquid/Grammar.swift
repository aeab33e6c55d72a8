import Canonical
import Quantities
import VenueKit

/// The seam's grammar: the kinds of actions that the fuzzer makes. Rule HL-97.
extension HyperliquidVenue {
  public static let grammar: [GrammarRule] = GrammarEntry.all.map(\.rule)

  public func generate(
    _ rule: GrammarRule, random: inout RandomStream, cast: [Address], nonces: inout NonceSource,
    state: HyperliquidState, block: BlockContext
  ) -> GeneratedTransaction<HyperliquidContent>? {
    guard !cast.isEmpty, let entry = GrammarEntry.all.first(where: { $0.rule.name == rule.name }) else { return nil }
    var draw = GrammarDraw(state: state, time: block.time, cast: cast, random: random, nonces: nonces)
    let transaction = entry.make(&draw)
    random = draw.random
    nonces = draw.nonces
    return transaction
  }
}

typealias GeneratedHyperliquid = GeneratedTransaction<HyperliquidContent>

/// A rule and how its transaction is made.
struct GrammarEntry: Sendable {
  let rule: GrammarRule
  let make: @Sendable (inout GrammarDraw) -> GeneratedHyperliquid?

  init(_ name: String, _ weight: Int, _ make: @escaping @Sendable (inout GrammarDraw) -> GeneratedHyperliquid?) {
    rule = GrammarRule(name, weight: weight)
    self.make = make
  }

  init(
    invalid name: String, _ weight: Int, _ make: @escaping @Sendable (inout GrammarDraw) -> GeneratedHyperliquid?
  ) {
    rule = GrammarRule(name, weight: weight, isInvalid: true)
    self.make = make
  }

  static let all: [GrammarEntry] =
    orders + brokenOrders + triggers + replacements + margin + money + access + proposals + ownership
    + brokenOwnership + assets + brokenAssets
}

/// What one transaction is drawn from, and the draws that the rules share. Everything comes from the stream and the
/// state; nothing depends on hash order.
struct GrammarDraw {
  let state: HyperliquidState
  let time: Int64
  let cast: [Address]
  var random: RandomStream
  var nonces: NonceSource

  // MARK: Numbers

  mutating func number(_ range: ClosedRange<Int64>) -> Int64 { random.uniform(in: range) }

  mutating func flag() -> Bool { random.uniform(below: 2) == 1 }

  mutating func element<Item>(_ items: [Item]) -> Item? {
    items.isEmpty ? nil : items[Int(random.uniform(below: UInt64(items.count)))]
  }

  /// A number between the bounds whose order of magnitude is uniform: small figures come as often as large ones.
  mutating func magnitude(_ from: Int64, _ to: Int64) -> Int64 {
    var bounds: [Int64] = [from]
    while let last = bounds.last, last < to { bounds.append(last > to / 10 ? to : last * 10) }
    if bounds.count < 2 { return from }
    let place = Int(random.uniform(below: UInt64(bounds.count - 1)))
    return number(bounds[place]...bounds[place + 1])
  }

  // MARK: Who

  /// Members of the cast with an account that they act for alone, the first one drawn and the others in turn after it.
  mutating func actors() -> [(address: Address, account: AccountID)] {
    let start = Int(random.uniform(below: UInt64(cast.count)))
    return (0..<cast.count).compactMap { step in
      let address = cast[(start + step) % cast.count]
      guard let account = state.account(address), !state.derived.accounts[Int(account)].isMultiSig else { return nil }
      return (address, account)
    }
  }

  mutating func actor() -> (address: Address, account: AccountID)? { actors().first }

  /// The first drawn actor of whom this holds.
  mutating func actor(
    where holds: (AccountID) -> Bool
  ) -> (address: Address, account: AccountID)? { actors().first { holds($0.account) } }

  /// Somebody of the cast other than this one.
  mutating func friend(of address: Address) -> Address? { element(cast.filter { $0 != address }) }

  /// An address that has no account and is in no cast.
  mutating func stranger() -> Address? {
    let address = Address(word0: random.next(), word1: random.next(), word2: UInt32(truncatingIfNeeded: random.next()))
    return address != .zero && state.account(address) == nil && state.agents[address] == nil ? address : nil
  }

  // MARK: Markets

  /// A market that has a price.
  mutating func market() -> MarketParameters? {
    element(
      state.parameters.markets.filter {
        $0.isPerpetual && state.derived.oracles[Int($0.asset)] > 0 && state.mark($0.asset) > 0
      })
  }

  /// A drawn actor with an open position, and one of its positions.
  mutating func position(
    isCross: Bool? = nil
  ) -> (address: Address, account: AccountID, market: MarketParameters, held: MarketCache)? {
    for actor in actors() {
      let held = state.derived.accounts[Int(actor.account)].markets
        .filter { $0.size != 0 && (isCross == nil || $0.isCross == isCross) }.sorted { $0.asset < $1.asset }
      if let one = element(held) {
        return (actor.address, actor.account, state.parameters.markets[Int(one.asset)], one)
      }
    }
    return nil
  }

  /// A drawn actor with an order resting (or waiting, with `triggers`), and one of its orders.
  mutating func openOrder(
    triggers: Bool = false, where holds: (OrderRecord) -> Bool = { _ in true }
  ) -> (address: Address, account: AccountID, asset: AssetID, oid: UInt64)? {
    for actor in actors() {
      var found: [(AssetID, UInt64)] = []
      let cache = state.derived.accounts[Int(actor.account)]
      for (index, market) in cache.markets.enumerated() where market.asset < state.parameters.perpetuals {
        let oids = triggers ? cache.lists[index].triggers : cache.lists[index].orders
        for oid in oids where triggers || state.orders[oid].map(holds) ?? false { found.append((market.asset, oid)) }
      }
      found.sort { $0.1 < $1.1 }
      if let one = element(found) { return (actor.address, actor.account, one.0, one.1) }
    }
    return nil
  }

  // MARK: Prices and sizes

  /// A valid price at `millionths` of the mark's distance from it, above when positive.
  func price(_ market: MarketParameters, offset millionths: Int64) -> Ticks {
    let raw = divide(Int128(state.mark(market.asset)) * Int128(1_000_000 + millionths), by: 1_000_000, .halfUp)
    let bounded = Ticks(clamping: min(max(1, raw), Int128(HyperliquidParameters.priceMaximum / 2)))
    return max(1, market.validPrice(bounded, up: millionths > 0))
  }

  /// Lots of about this value in USDC at the price, and at least of the least order's value.
  func lots(_ market: MarketParameters, usdc: Int64, at price: Ticks) -> Lots {
    let least = divide(state.parameters.orderMinimum, by: Int128(price), .ceiling)
    return Lots(clamping: max(1, least, Int128(usdc) * 1_000_000 / Int128(price)))
  }

  /// A limit order request; nil where price or size has no wire form.
  func limit(
    _ market: MarketParameters, isBuy: Bool, price: Ticks, lots: Lots, _ timeInForce: TimeInForce,
    reduceOnly: Bool = false, cloid: ClientOrderID? = nil
  ) -> OrderRequest? {
    guard let wirePrice = market.wire(ticks: price), let size = market.wire(lots: lots) else { return nil }
    return OrderRequest(
      asset: market.wireAsset, isBuy: isBuy, price: wirePrice, size: size, reduceOnly: reduceOnly,
      kind: .limit(timeInForce), cloid: cloid)
  }

  // MARK: Transactions

  mutating func content(_ action: HyperliquidAction) -> HyperliquidContent {
    let nonce = nonces.next(at: time)
    return HyperliquidContent(action: action.stamped(nonce), nonce: nonce)
  }

  mutating func send(_ action: HyperliquidAction, by signer: Address) -> GeneratedHyperliquid {
    GeneratedHyperliquid(content: content(action), signer: signer)
  }

  mutating func send(_ orders: [OrderRequest], by signer: Address) -> GeneratedHyperliquid? {
    orders.isEmpty ? nil : send(.order(OrderAction(orders: orders)), by: signer)
  }

  /// An order of a drawn actor, some millionths away from the mark: positive is away from trading.
  mutating func someOrder(
    _ timeInForce: TimeInForce, away: ClosedRange<Int64>, usdc: ClosedRange<Int64> = 20...20_000
  ) -> (signer: Address, market: MarketParameters, order: OrderRequest)? {
    guard let actor = actor(), let market = market() else { return nil }
    let isBuy = flag()
    let distance = number(away)
    let price = price(market, offset: isBuy ? -distance : distance)
    let lots = lots(market, usdc: magnitude(usdc.lowerBound, usdc.upperBound), at: price)
    return limit(market, isBuy: isBuy, price: price, lots: lots, timeInForce).map { (actor.address, market, $0) }
  }
}
