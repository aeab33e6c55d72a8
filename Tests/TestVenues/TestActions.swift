import Canonical
import Cryptography
import Ledger
import StateStore
import VenueKit

/// What can be asked of the three tiny venues; each refuses what it does not know. Amounts are in millionths.
public enum TestAction: CanonicalCodable, Equatable {
  /// Proposer's: money from outside.
  case deposit(asset: UInt32, amount: Int128, to: Address)
  /// Proposer's: USD for a unit of base, in millionths.
  case price(low: Int128, high: Int128)
  case transfer(asset: UInt32, amount: Int128, to: Address)
  case withdraw(asset: UInt32, amount: Int128)
  case place(TestOrder)
  case cancel(order: UInt64)
  /// Execute somebody's waiting order.
  case keep(order: UInt64)
  /// Proposer's: matches of signed orders, each a maker and a taker as sealed by their owners.
  case operations([TestMatch])

  public func encode(into encoder: inout CanonicalEncoder) {
    switch self {
    case .deposit(let asset, let amount, let to):
      encoder.encode(tag: 0)
      encoder.encode(asset)
      encoder.encode(amount)
      encoder.encode(to)
    case .price(let low, let high):
      encoder.encode(tag: 1)
      encoder.encode(low)
      encoder.encode(high)
    case .transfer(let asset, let amount, let to):
      encoder.encode(tag: 2)
      encoder.encode(asset)
      encoder.encode(amount)
      encoder.encode(to)
    case .withdraw(let asset, let amount):
      encoder.encode(tag: 3)
      encoder.encode(asset)
      encoder.encode(amount)
    case .place(let order):
      encoder.encode(tag: 4)
      encoder.encode(order)
    case .cancel(let order):
      encoder.encode(tag: 5)
      encoder.encode(order)
    case .keep(let order):
      encoder.encode(tag: 6)
      encoder.encode(order)
    case .operations(let matches):
      encoder.encode(tag: 7)
      encoder.encode(list: matches)
    }
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    let tag = try decoder.decodeTag()
    switch tag {
    case 0:
      self = .deposit(
        asset: try decoder.decodeInteger(), amount: try decoder.decodeInteger(), to: try decoder.decodeAddress())
    case 1: self = .price(low: try decoder.decodeInteger(), high: try decoder.decodeInteger())
    case 2:
      self = .transfer(
        asset: try decoder.decodeInteger(), amount: try decoder.decodeInteger(), to: try decoder.decodeAddress())
    case 3: self = .withdraw(asset: try decoder.decodeInteger(), amount: try decoder.decodeInteger())
    case 4: self = .place(try decoder.decode())
    case 5: self = .cancel(order: try decoder.decodeInteger())
    case 6: self = .keep(order: try decoder.decodeInteger())
    case 7: self = .operations(try decoder.decodeList(limit: 1000))
    default: throw .unknownTag(tag)
    }
  }

  public var isProposers: Bool {
    switch self {
    case .deposit, .price, .operations: true
    default: false
    }
  }
}

/// A limit order; price in millionths of USD a unit, quantity in millionths of a unit.
public struct TestOrder: CanonicalCodable, Equatable {
  public var isBid: Bool
  public var price: Int128
  public var quantity: Int128
  /// Refuse, after having tried, unless all of it is filled now.
  public var isAllOrNone: Bool

  public init(isBid: Bool, price: Int128, quantity: Int128, isAllOrNone: Bool = false) {
    self.isBid = isBid
    self.price = price
    self.quantity = quantity
    self.isAllOrNone = isAllOrNone
  }

  /// USD for `quantity` at `price`, in millionths, rounded up.
  public static func value(_ quantity: Int128, at price: Int128) -> Int128 {
    (quantity * price + 999_999) / 1_000_000
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(isBid)
    encoder.encode(price)
    encoder.encode(quantity)
    encoder.encode(isAllOrNone)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    isBid = try decoder.decodeFlag()
    price = try decoder.decodeInteger()
    quantity = try decoder.decodeInteger()
    isAllOrNone = try decoder.decodeFlag()
    guard (1...1_000_000_000_000).contains(price), (1...1_000_000_000_000_000).contains(quantity) else {
      throw .invalidValue("price or quantity out of range")
    }
  }
}

public struct TestMatch: CanonicalCodable, Equatable {
  /// Sealed native transactions.
  public var maker: [UInt8]
  public var taker: [UInt8]
  public var quantity: Int128

  public init(maker: [UInt8], taker: [UInt8], quantity: Int128) {
    self.maker = maker
    self.taker = taker
    self.quantity = quantity
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(list: maker)
    encoder.encode(list: taker)
    encoder.encode(quantity)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    maker = try decoder.decodeBytes(limit: 1000)
    taker = try decoder.decodeBytes(limit: 1000)
    quantity = try decoder.decodeInteger()
  }
}

/// An action with what its envelope carries.
public struct TestContent: Sendable, Equatable {
  public var action: TestAction
  /// 0 for proposer's data.
  public var nonce: UInt64
  /// The bytes that it was read from, for who must pass them on; empty when it was made here.
  public var sealed: [UInt8]

  public init(_ action: TestAction, nonce: UInt64, sealed: [UInt8] = []) {
    self.action = action
    self.nonce = nonce
    self.sealed = sealed
  }
}

public enum TestRefusal: RoomRefusal {
  case kernel(KernelRefusal)
  case nonceUsed(last: UInt64, given: UInt64)
  case insufficient(available: Int128, requested: Int128)
  case ledger(String)
  case noSuchOrder(UInt64)
  case notYours(UInt64)
  case unsupported(String)
  case notFilled(left: Int128)
  case priceTooOld

  public init(kernel: KernelRefusal) { self = .kernel(kernel) }

  init(_ refusal: LedgerRefusal) {
    if case .insufficientBalance(_, _, let available, let requested) = refusal {
      self = .insufficient(available: available, requested: requested)
    } else {
      self = .ledger("\(refusal)")
    }
  }

  public var code: UInt32 {
    switch self {
    case .kernel(let refusal): refusal.code
    case .nonceUsed: 100
    case .insufficient: 101
    case .ledger: 102
    case .noSuchOrder: 103
    case .notYours: 104
    case .unsupported: 105
    case .notFilled: 106
    case .priceTooOld: 107
    }
  }

  public var name: String {
    switch self {
    case .kernel(let refusal): refusal.name
    case .nonceUsed: "nonceUsed"
    case .insufficient: "insufficient"
    case .ledger: "ledger"
    case .noSuchOrder: "noSuchOrder"
    case .notYours: "notYours"
    case .unsupported: "unsupported"
    case .notFilled: "notFilled"
    case .priceTooOld: "priceTooOld"
    }
  }

  public var rule: String { "TEST-\(code)" }
  public var text: String { "\(self)" }
  public var arguments: [RefusalArgument] {
    guard case .insufficient(let available, let requested) = self else { return [] }
    return [RefusalArgument("available", available), RefusalArgument("requested", requested)]
  }
}

public enum TestEvent: VenueEvent {
  case moved(asset: UInt32, amount: Int128, from: Address, to: Address)
  case traded(maker: Address, taker: Address, takerIsBuyer: Bool, price: Int128, quantity: Int128)

  public var name: String {
    switch self {
    case .moved: "moved"
    case .traded: "traded"
    }
  }

  public var fields: [(name: String, value: String)] {
    switch self {
    case .moved(let asset, let amount, let from, let to):
      [("asset", "\(asset)"), ("amount", "\(amount)"), ("from", from.hex), ("to", to.hex)]
    case .traded(let maker, let taker, let takerIsBuyer, let price, let quantity):
      [
        ("maker", maker.hex), ("taker", taker.hex), ("buyer", takerIsBuyer ? "taker" : "maker"), ("price", "\(price)"),
        ("quantity", "\(quantity)"),
      ]
    }
  }

  public var common: CommonEvent? {
    guard case .traded(let maker, let taker, let takerIsBuyer, let price, let quantity) = self else { return nil }
    return .trade(
      symbol: "BASE", taker: taker, maker: maker, takerIsBuyer: takerIsBuyer, price: price * 1_000_000,
      size: quantity * 1_000_000, takerFee: 0, makerFee: 0)
  }
}
