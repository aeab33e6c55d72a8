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

  /// The first part that differs.
  func difference(_ other: Derived) -> String? {
    if prices != other.prices || timestamps != other.timestamps { return "prices" }
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
