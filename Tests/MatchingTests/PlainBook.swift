import Matching

/// The plain twin: each side is one array of orders in priority order, and every question is answered by walking it.
struct PlainBook: OrderBook {
  private var sides: [[RestingOrder]] = [[], []]

  init() {}

  private func better(_ left: Int64, than right: Int64, _ side: Side) -> Bool {
    side == .bid ? left > right : left < right
  }

  private func find(_ id: UInt64) -> (side: Int, place: Int)? {
    for side in 0..<2 {
      if let place = sides[side].firstIndex(where: { $0.id == id }) { return (side, place) }
    }
    return nil
  }

  mutating func insert(_ order: RestingOrder, side: Side) throws(BookRefusal) {
    if order.price <= 0 { throw .priceNotPositive }
    if order.quantity == 0 { throw .quantityZero }
    if let other = sides[Int(side.opposite.rawValue)].first, !better(other.price, than: order.price, side),
      other.price == order.price || better(order.price, than: other.price, side)
    {
      throw .crosses
    }
    if contains(order.id) { throw .duplicateIdentifier }
    if UInt64.max - quantity(at: order.price, side: side) < order.quantity { throw .levelOverflow }
    var orders = sides[Int(side.rawValue)]
    let place =
      orders.firstIndex {
        better(order.price, than: $0.price, side) || ($0.price == order.price && order.sequence < $0.sequence)
      } ?? orders.count
    orders.insert(order, at: place)
    sides[Int(side.rawValue)] = orders
  }

  mutating func cancel(_ id: UInt64) -> RestingOrder? {
    guard let (side, place) = find(id) else { return nil }
    return sides[side].remove(at: place)
  }

  mutating func reduce(_ id: UInt64, to quantity: UInt64) throws(BookRefusal) {
    if quantity == 0 { throw .quantityZero }
    guard let (side, place) = find(id) else { throw .unknownOrder }
    if quantity > sides[side][place].quantity { throw .notReduced }
    sides[side][place].quantity = quantity
  }

  mutating func removeAll() { sides = [[], []] }

  func contains(_ id: UInt64) -> Bool { find(id) != nil }
  func order(_ id: UInt64) -> RestingOrder? { find(id).map { sides[$0.side][$0.place] } }
  func side(of id: UInt64) -> Side? { find(id).map { $0.side == 0 ? .bid : .ask } }
  var orderCount: Int { sides[0].count + sides[1].count }
  func best(_ side: Side) -> BookLevel? { sides[Int(side.rawValue)].first.flatMap { level(at: $0.price, side: side) } }

  func level(at price: Int64, side: Side) -> BookLevel? {
    let orders = sides[Int(side.rawValue)].filter { $0.price == price }
    guard !orders.isEmpty else { return nil }
    return BookLevel(price: price, quantity: orders.reduce(0) { $0 + $1.quantity }, orderCount: orders.count)
  }

  func walk(_ side: Side, _ body: (BookLevel) -> Bool) {
    var last: Int64?
    for order in sides[Int(side.rawValue)] where order.price != last {
      last = order.price
      if let level = level(at: order.price, side: side), !body(level) { return }
    }
  }

  func walkOrders(_ side: Side, _ body: (RestingOrder) -> Bool) {
    for order in sides[Int(side.rawValue)] where !body(order) { return }
  }

  func checkInvariants() -> [String] { [] }

  mutating func match<Failure: Error>(
    _ taker: TakerOrder, onSelfTrade: (SelfTrade) throws(Failure) -> Void,
    decide: (ProposedFill) throws(Failure) -> FillDecision
  ) throws(Failure) -> MatchResult {
    let side = Int(taker.side.opposite.rawValue)
    var left = taker.quantity
    var filled: UInt64 = 0
    var decremented: UInt64 = 0
    func result(_ reason: StopReason) -> MatchResult {
      MatchResult(remaining: left, filled: filled, decremented: decremented, reason: reason)
    }
    while left > 0 {
      guard let maker = sides[side].first else { return result(.limitReached) }
      if taker.side == .bid ? maker.price > taker.limitPrice : maker.price < taker.limitPrice {
        return result(.limitReached)
      }
      let most = min(left, maker.quantity)
      var kept = maker.quantity
      if maker.owner == taker.owner && taker.selfTrade != .allow {
        switch taker.selfTrade {
        case .allow: break
        case .cancelTaking: return result(.selfTrade)
        case .cancelResting, .cancelBoth:
          try onSelfTrade(SelfTrade(maker: maker, removed: maker.quantity))
          sides[side].removeFirst()
          if taker.selfTrade == .cancelBoth { return result(.selfTrade) }
        case .decrement:
          try onSelfTrade(SelfTrade(maker: maker, removed: most))
          left -= most
          decremented += most
          keep(kept - most, side)
        }
        continue
      }
      var stops = false
      switch try decide(ProposedFill(maker: maker, quantity: most, takerRemaining: left)) {
      case .fill(let quantity):
        left -= quantity
        filled += quantity
        kept -= quantity
        stops = quantity < most
      case .fillThenCancelMaker(let quantity):
        left -= quantity
        filled += quantity
        kept = 0
      case .cancelMaker: kept = 0
      case .stop: stops = true
      }
      keep(kept, side)
      if stops { return result(.decided) }
    }
    return result(.exhausted)
  }

  private mutating func keep(_ quantity: UInt64, _ side: Int) {
    if quantity == 0 { sides[side].removeFirst() } else { sides[side][0].quantity = quantity }
  }
}
