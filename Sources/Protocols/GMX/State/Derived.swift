import Canonical
import Quantities
import StateStore

/// What is kept beside the tables because it is asked for often; a function of the tables alone. Orders and positions
/// are put in their places at the end of each block, prices at once.
struct Derived: Sendable {
  /// By token number; zero where there is none.
  var prices: [Price] = []
  var timestamps: [UInt64] = []
  /// Waiting orders and positions by market number.
  var waiting: [WaitingOrders] = []
  /// Market orders, swaps and frozen orders, by their number.
  var untriggered = OrderedIndex<UInt64>()
  var positions: [PositionOrder] = []
  /// Where each order and position stands now.
  var orderPlaces = Table<UInt64, OrderPlace>(1, named: "orderPlaces")
  var positionPlaces = Table<PositionKey, PositionPlace>(2, named: "positionPlaces")
  /// The orders of each account, oldest first.
  var accountOrders = Table<Address, OrderListRecord>(3, named: "accountOrders")
  /// Settings by their places; empty where settings are read from their table. Rule GMX-116.
  var settings: [UInt256] = []
  /// Long tokens by market number, to tell two settings of a market apart.
  var longTokens: [TokenID] = []
  /// What the block changed, or tried to.
  var touchedOrders: [UInt64] = []
  var touchedPositions: [PositionKey] = []

  mutating func set(_ token: TokenID, _ record: TokenPriceRecord) {
    while prices.count <= Int(token) {
      prices.append(Price(min: .zero, max: .zero))
      timestamps.append(0)
    }
    prices[Int(token)] = record.price
    timestamps[Int(token)] = record.timestamp
  }

  /// Places of one market, and of the venue: 128 kinds, eight places each.
  private static var settingPlaces: Int { 1_024 }

  /// Where a setting has its place; nil for those by account or number, which have none.
  private func place(
    _ kind: StoreKind, _ market: MarketID, token: TokenID, flag: Bool, number: UInt64
  ) -> Int? {
    guard kind.hasPlace, Int(market) < longTokens.count else { return nil }
    var detail = flag ? 1 : 0
    if kind == .maxPnLFactor {
      guard number <= 4 else { return nil }
      detail |= Int(number & 3) << 1
    } else if token != 0 && token == longTokens[Int(market)] {
      detail |= 2
    }
    return (Int(market) * Self.settingPlaces) | (Int(kind.rawValue) << 3) | detail
  }

  /// Nil where the table has to be asked.
  @inline(__always) func setting(
    _ kind: StoreKind, _ market: MarketID, token: TokenID, flag: Bool, number: UInt64
  ) -> UInt256? {
    if settings.isEmpty { return nil }
    guard let place = place(kind, market, token: token, flag: flag, number: number), place < settings.count else {
      return nil
    }
    return settings[place]
  }

  mutating func makeRoomForSettings(_ markets: [MarketRecord]) {
    let last = Int(markets.map(\.market).max() ?? 0)
    longTokens = [TokenID](repeating: 0, count: last + 1)
    for market in markets { longTokens[Int(market.market)] = market.longToken }
    settings = [UInt256](repeating: .zero, count: (last + 1) * Self.settingPlaces)
  }

  mutating func set(_ key: StoreKey, _ value: UInt256) {
    guard key.account == .zero, !settings.isEmpty,
      let place = place(key.kind, key.scope, token: key.token, flag: key.flag, number: key.number)
    else { return }
    settings[place] = value
  }

  /// The first part that differs.
  func difference(_ other: Derived) -> String? {
    if prices != other.prices || timestamps != other.timestamps { return "prices" }
    if settings != other.settings { return "settings" }
    if untriggered.entries != other.untriggered.entries { return "untriggered orders" }
    for (left, right) in zip(waiting, other.waiting) {
      if left.rising.entries != right.rising.entries { return "orders that wait for a rise" }
      if left.falling.entries != right.falling.entries { return "orders that wait for a fall" }
    }
    for (left, right) in zip(positions, other.positions) {
      if left.longs.entries != right.longs.entries { return "longs" }
      if left.shorts.entries != right.shorts.entries { return "shorts" }
      if left.others.entries != right.others.entries { return "positions with other collateral" }
    }
    let lists = accountOrders.sortedKeys().map { accountOrders[$0]?.orders ?? [] }
    let others = other.accountOrders.sortedKeys().map { other.accountOrders[$0]?.orders ?? [] }
    return lists != others ? "orders of accounts" : nil
  }
}

/// Orders of a market by the price at which they trigger.
struct WaitingOrders: Sendable {
  /// Triggered at or above their price.
  var rising = OrderedIndex<UInt64>()
  /// Triggered at or below their price.
  var falling = OrderedIndex<UInt64>()
}

/// Positions of a market by the index price at which they have nothing left, costs aside.
struct PositionOrder: Sendable {
  var longs = OrderedIndex<PositionKey>()
  var shorts = OrderedIndex<PositionKey>()
  /// Positions whose collateral has a price of its own.
  var others = OrderedIndex<PositionKey>()
}

/// Where an order stands.
struct OrderPlace: CanonicalCodable, Equatable {
  enum Kind: UInt8, Sendable { case untriggered, rising, falling }

  var kind: Kind
  var market: MarketID
  var value: UInt256
  var account: Address

  func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(tag: kind.rawValue)
    encoder.encode(market)
    encoder.encode(value)
    encoder.encode(account)
  }

  init(kind: Kind, market: MarketID, value: UInt256, account: Address) {
    self.kind = kind
    self.market = market
    self.value = value
    self.account = account
  }

  init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    guard let kind = Kind(rawValue: try decoder.decodeTag()) else { throw .invalidValue("an unknown place") }
    self.init(
      kind: kind, market: try decoder.decodeInteger(), value: try decoder.decode(),
      account: try decoder.decodeAddress())
  }
}

/// Where a position stands.
struct PositionPlace: CanonicalCodable, Equatable {
  enum Kind: UInt8, Sendable { case long, short, other }

  var kind: Kind
  var value: UInt256

  func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(tag: kind.rawValue)
    encoder.encode(value)
  }

  init(kind: Kind, value: UInt256) {
    self.kind = kind
    self.value = value
  }

  init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    guard let kind = Kind(rawValue: try decoder.decodeTag()) else { throw .invalidValue("an unknown place") }
    self.init(kind: kind, value: try decoder.decode())
  }
}
