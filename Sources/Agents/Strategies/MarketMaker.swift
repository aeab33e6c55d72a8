import Quantities
import VenueKit

/// Quotes several levels on both sides of the index. The half spread grows with the last minute's range, quotes lean
/// against the inventory, a full side is not quoted, and in a rush everything is pulled for a while. Where quotes cannot
/// rest, the same money backs the pool behind his market: it is provided once, and stays.
struct MarketMaker: Strategy {
  private let parameters: PersonParameters
  private var memory = PriceMemory(span: 60_000)
  private var returnTime: Int64 = 0
  private var isQuoting = false
  private var lastReference: Int128 = 0
  private var lastInventory: Int128 = 0

  init(_ parameters: PersonParameters) { self.parameters = parameters }

  mutating func decide(_ view: PersonView, draws: inout RandomStream) -> Decision {
    // Up to a tenth of a basis point of opinion, so that makers do not stand on one price.
    let opinion = Int128(draws.uniform(below: 20_000_001)) - 10_000_000
    let pause = parameters.interval("refresh")
    guard view.takesQuotes else {
      let intents = provide(view)
      return Decision(intents, pause: intents.isEmpty && view.account.provided == 0 ? pause : Self.rest)
    }
    guard let market = view.market, market.index > 0, market.mark > 0 else { return Decision(pause: pause) }
    memory.note(market.index, at: view.time)
    let range = memory.range
    if range >= parameters["pull"] { returnTime = view.time + parameters.interval("away") }
    if view.time < returnTime { return Decision(pull(market, view: view), pause: pause) }
    let reference = market.index + scaled(market.index, opinion, CommonScale.one)
    let inventory = view.position.map { market.value(ofSize: $0.size) } ?? 0
    let hasMoved = abs(relativeMove(from: lastReference, to: reference)) >= parameters["requote"]
    let hasTraded = inventory.magnitude / 1_000 != lastInventory.magnitude / 1_000
    guard !isQuoting || lastReference == 0 || hasMoved || hasTraded else { return Decision(pause: pause) }
    isQuoting = true
    lastReference = reference
    lastInventory = inventory
    let levels = levels(market, equity: view.account.equity, reference: reference, inventory: inventory, range: range)
    return Decision([.quote(symbol: market.symbol, levels: levels)], pause: pause)
  }

  /// Milliseconds between two looks of a maker that has nothing left to do but to see that his money has arrived.
  private static let rest: Int64 = 60_000

  /// Once there is a price; again only where nothing arrived.
  private func provide(_ view: PersonView) -> [Intent] {
    guard view.account.provided == 0, view.account.withdrawable > 0, let market = view.market, market.index > 0,
      let pool = view.pool(named: nil)
    else { return [] }
    return [.provide(pool: pool.name, amount: view.account.withdrawable)]
  }

  /// Takes all quotes down, once; unloads half of an inventory beyond its limit.
  private mutating func pull(_ market: MarketView, view: PersonView) -> [Intent] {
    guard isQuoting else { return [] }
    isQuoting = false
    return [.quote(symbol: market.symbol, levels: [])]
  }

  private func levels(
    _ market: MarketView, equity: Int128, reference: Int128, inventory: Int128, range: Int128
  ) -> [QuoteLevel] {
    let one = CommonScale.one
    let limit = max(one, min(parameters["inventory"], scaled(max(0, equity), parameters["leverage"], one)))
    let half = parameters["spread"] + scaled(range, parameters["widen"], one)
    let lean = scaled(parameters["skew"], inventory, limit)
    let center = reference - scaled(reference, lean, one)
    // What may still be bought or sold before the limit; an order that would pass it is not quoted.
    var roomToBuy = limit - inventory
    var roomToSell = limit + inventory
    var levels: [QuoteLevel] = []
    for index in 0..<Int(clamping: parameters["levels"]) {
      let distance = half + parameters["step"] * Int128(index)
      let offset = scaled(center, distance, one)
      let value = parameters["size"] * Int128(index + 2) / 2
      let size = market.size(ofValue: value)
      guard size >= max(1, market.lot), offset < center else { continue }
      if roomToBuy >= value {
        levels.append(QuoteLevel(isBid: true, price: center - offset, size: size))
        roomToBuy -= value
      }
      if roomToSell >= value {
        levels.append(QuoteLevel(isBid: false, price: center + offset, size: size))
        roomToSell -= value
      }
    }
    return levels
  }
}
