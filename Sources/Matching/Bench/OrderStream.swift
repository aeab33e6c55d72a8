/// The operation streams by which order books are measured: half adds around a wandering middle, more than a third
/// cancels (mostly of young orders), a tenth orders that cross and do not rest. Integers only, so that one seed gives one
/// stream on every machine.
public enum OrderStream {
  /// One operation, sixteen bytes.
  @frozen public struct Operation: Sendable, Hashable {
    @frozen public enum Kind: UInt8, Sendable, Hashable {
      /// Match, then rest what is left.
      case add = 0
      /// Of the order `id`.
      case cancel = 1
      /// Match, then drop what is left.
      case immediateOrCancel = 2
    }

    public var kind: Kind
    public var side: Side
    /// In ticks.
    public var price: Int32
    /// In lots.
    public var quantity: UInt32
    public var id: UInt32

    @inlinable public init(kind: Kind, side: Side, price: Int32, quantity: UInt32, id: UInt32) {
      self.kind = kind
      self.side = side
      self.price = price
      self.quantity = quantity
      self.id = id
    }
  }

  /// The seed of the published figures.
  public static let standardSeed: UInt64 = 20_240_607

  /// `resting` adds, then `count` operations that keep about as many orders resting.
  public static func operations(resting: Int, count: Int, seed: UInt64 = standardSeed) -> [Operation] {
    var generator = OrderStreamGenerator(resting: resting, seed: seed)
    generator.operations.reserveCapacity(resting + count)
    for _ in 0..<resting { generator.add() }
    for step in 0..<count { generator.step(step) }
    return generator.operations
  }
}

struct OrderStreamGenerator: ~Copyable {
  var operations: [OrderStream.Operation] = []
  private var state: UInt64
  private var book = LadderBook()
  /// Ids in order of age; some are dead until the next sweep.
  private var live: [UInt32] = []
  private var middle: Int32 = 131_072
  private var nextId: UInt32 = 0
  private let target: Int
  /// Entry k: the chance, of 2^63, that a distance exceeds k ticks.
  private let survival: [UInt64]

  init(resting: Int, seed: UInt64) {
    target = resting
    state = seed
    survival = Self.survivalTable()
  }

  /// Geometric with mean 40: each tick further is 39/40 as likely, rounded down.
  private static func survivalTable() -> [UInt64] {
    var table: [UInt64] = []
    var chance: UInt64 = 1 << 63
    while table.count < 2_000 {
      chance = UInt64(UInt128(chance) * 39 / 40)
      table.append(chance)
    }
    return table
  }

  /// SplitMix64.
  private mutating func draw() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// Below `bound`, by the high half of a product: even to one part in 2^64 / bound.
  private mutating func draw(below bound: Int) -> Int {
    Int(draw().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// 1 and more ticks, mean 40, at most 2,001.
  private mutating func distance() -> Int32 {
    let chance = draw() >> 1
    var low = 0
    var high = survival.count
    while low < high {
      let probe = (low + high) >> 1
      if survival[probe] > chance { low = probe + 1 } else { high = probe }
    }
    return Int32(low + 1)
  }

  private mutating func emit(_ operation: OrderStream.Operation) {
    operations.append(operation)
    _ = operation.apply(to: &book, noting: { _ in })
  }

  mutating func add() {
    let side = draw() & 1 == 0 ? Side.bid : .ask
    let away = distance()
    let quantity = UInt32(1 + draw(below: 100))
    emit(
      .init(
        kind: .add, side: side, price: side == .bid ? middle - away : middle + away, quantity: quantity, id: nextId))
    live.append(nextId)
    nextId += 1
  }

  mutating func step(_ number: Int) {
    if number & 63 == 0 { middle = min(160_000, max(100_000, middle + Int32(draw(below: 3)) - 1)) }
    if number & 0xFFFF == 0 { sweep() }
    if draw(below: 100) < 10 { return cross() }
    let resting = book.orderCount
    let adds = resting < target - target / 10 ? 66 : resting > target + target / 10 ? 50 : 58
    if draw(below: 100) < adds { return add() }
    for _ in 0..<50 where live.count > 0 {
      let young = draw(below: 10) < 7
      let place = young ? live.count - 1 - draw(below: min(1_000, live.count)) : draw(below: live.count)
      let id = live[place]
      guard book.contains(UInt64(id)) else { continue }
      if young { live.remove(at: place) }
      return emit(.init(kind: .cancel, side: .bid, price: 0, quantity: 0, id: id))
    }
    add()
  }

  private mutating func cross() {
    let side = draw() & 1 == 0 ? Side.bid : .ask
    let quantity = UInt32(1 + draw(below: 150))
    emit(
      .init(
        kind: .immediateOrCancel, side: side, price: side == .bid ? middle + 12 : middle - 12, quantity: quantity,
        id: nextId))
    nextId += 1
  }

  private mutating func sweep() {
    var kept: [UInt32] = []
    kept.reserveCapacity(live.count)
    for id in live where book.contains(UInt64(id)) { kept.append(id) }
    live = kept
  }
}

extension OrderStream.Operation {
  /// Carries the operation out, each order being of its own owner; tells of every fill. Returns the lots that traded.
  @inlinable public func apply<Book: OrderBook & ~Copyable>(
    to book: inout Book, noting note: (ProposedFill) -> Void
  ) -> UInt64 {
    if kind == .cancel {
      book.cancel(UInt64(id))
      return 0
    }
    let taker = TakerOrder(
      side: side, limitPrice: Int64(price), quantity: UInt64(quantity), owner: UInt64(id), selfTrade: .allow)
    let result = book.match(taker) { fill in
      note(fill)
      return .fill(fill.quantity)
    }
    if kind == .add && result.remaining > 0 {
      let order = RestingOrder(
        id: UInt64(id), owner: UInt64(id), price: Int64(price), quantity: result.remaining, sequence: UInt64(id))
      do {
        try book.insert(order, side: side)
      } catch {
        preconditionFailure("a matched order of a fresh id rests")
      }
    }
    return result.filled
  }
}
