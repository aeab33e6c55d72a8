import Canonical
import Ledger
import StateStore
import VenueKit

/// The state that the three tiny venues share: money, nonces, orders, and the book's sorted order numbers as a derived
/// structure.
public struct TestState: VenueState {
  public var ledger = LedgerBook(balancesTable: 1, supplyTable: 2)
  public var nonces = Table<Address, NumberRecord>(3, named: "nonces")
  public var settings = Table<UInt8, NumberRecord>(4, named: "settings")
  public var orders = Table<UInt64, OrderRecord>(5, named: "orders")
  public var fills = Table<Hash32, NumberRecord>(6, named: "fills")
  /// Derived: bids from the highest price, asks from the lowest, older first at one price.
  public private(set) var bids: [UInt64] = []
  public private(set) var asks: [UInt64] = []
  /// How often the derived part was made anew.
  public private(set) var rebuilds = 0

  public static let cash: UInt32 = 0
  public static let base: UInt32 = 1
  public static let free = LedgerPurpose(1, named: "free")
  public static let locked = LedgerPurpose(2, named: "locked")
  public static let fees = LedgerAccount(.zero, LedgerPurpose(3, named: "fees"))
  public static let pool = LedgerAccount(.zero, LedgerPurpose(4, named: "pool"))

  public static let feeSetting: UInt8 = 1
  public static let nextOrderSetting: UInt8 = 2
  public static let lowPriceSetting: UInt8 = 3
  public static let highPriceSetting: UInt8 = 4
  public static let priceTimeSetting: UInt8 = 5

  public init(fee: Int128) {
    settings.set(Self.feeSetting, NumberRecord(fee))
    settings.set(Self.nextOrderSetting, NumberRecord(1))
  }

  public func setting(_ key: UInt8) -> Int128 { settings[key]?.value ?? 0 }

  public mutating func visitTables(_ visitor: inout some TableVisitor) {
    ledger.visitTables(&visitor)
    visitor.visit(&nonces)
    visitor.visit(&settings)
    visitor.visit(&orders)
    visitor.visit(&fills)
  }

  public mutating func rebuildDerived() {
    rebuilds += 1
    bids = []
    asks = []
    for id in orders.sortedKeys() { index(id) }
  }

  /// Puts an order of the table into the sorted lists.
  public mutating func index(_ id: UInt64) {
    guard let order = orders[id]?.order else { return }
    let list = order.isBid ? bids : asks
    let place = list.firstIndex { other in
      guard let resting = orders[other]?.order else { return false }
      return order.isBid ? resting.price < order.price : resting.price > order.price
    }
    if order.isBid { bids.insert(id, at: place ?? bids.count) } else { asks.insert(id, at: place ?? asks.count) }
  }

  public mutating func unindex(_ id: UInt64) {
    bids.removeAll { $0 == id }
    asks.removeAll { $0 == id }
  }

  mutating func move(
    _ amount: Int128, _ asset: UInt32, _ payer: LedgerAccount, _ receiver: LedgerAccount
  ) throws(TestRefusal) {
    do throws(LedgerRefusal) {
      try ledger.move(amount, asset: asset, from: payer, to: receiver)
    } catch {
      throw TestRefusal(error)
    }
  }
}

public struct NumberRecord: CanonicalCodable, Equatable {
  public var value: Int128

  public init(_ value: Int128) { self.value = value }
  public func encode(into encoder: inout CanonicalEncoder) { encoder.encode(value) }
  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) { value = try decoder.decodeInteger() }
}

public struct OrderRecord: CanonicalCodable, Equatable {
  public var owner: Address
  public var order: TestOrder
  /// Unix milliseconds of the block that made it.
  public var time: Int64

  public init(owner: Address, order: TestOrder, time: Int64) {
    self.owner = owner
    self.order = order
    self.time = time
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(owner)
    encoder.encode(order)
    encoder.encode(time)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    owner = try decoder.decodeAddress()
    order = try decoder.decode()
    time = try decoder.decodeInteger()
  }
}
