import Canonical

/// What became of one order of an action.
public enum OrderStatus: Sendable, Equatable {
  case resting(oid: UInt64, cloid: ClientOrderID?)
  /// `size` and `averagePrice` are wire decimals (10^-8); the average is rounded half up.
  case filled(size: WireDecimal, averagePrice: WireDecimal, oid: UInt64, cloid: ClientOrderID?)
  case waitingForFill
  case waitingForTrigger
  /// `bid` and `ask` are wire decimals, named by `postOnlyWouldMatch`; zero is an empty side.
  case error(OrderError, bid: WireDecimal, ask: WireDecimal)

  static func failed(_ error: OrderError) -> OrderStatus { .error(error, bid: 0, ask: 0) }

  public var isError: Bool {
    if case .error = self { true } else { false }
  }
}

extension OrderStatus: CanonicalCodable {
  public func encode(into encoder: inout CanonicalEncoder) {
    switch self {
    case .resting(let oid, let cloid):
      encoder.encode(tag: 0)
      encoder.encode(oid)
      encoder.encode(cloid: cloid)
    case .filled(let size, let averagePrice, let oid, let cloid):
      encoder.encode(tag: 1)
      encoder.encode(size)
      encoder.encode(averagePrice)
      encoder.encode(oid)
      encoder.encode(cloid: cloid)
    case .waitingForFill: encoder.encode(tag: 2)
    case .waitingForTrigger: encoder.encode(tag: 3)
    case .error(let error, let bid, let ask):
      encoder.encode(tag: 4)
      encoder.encode(error.rawValue)
      encoder.encode(bid)
      encoder.encode(ask)
    }
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    let tag = try decoder.decodeTag()
    switch tag {
    case 0: self = .resting(oid: try decoder.decodeInteger(), cloid: try decoder.decodeCloid())
    case 1:
      let size: WireDecimal = try decoder.decodeInteger()
      let price: WireDecimal = try decoder.decodeInteger()
      let oid: UInt64 = try decoder.decodeInteger()
      self = .filled(size: size, averagePrice: price, oid: oid, cloid: try decoder.decodeCloid())
    case 2: self = .waitingForFill
    case 3: self = .waitingForTrigger
    case 4:
      let code = try decoder.decodeInteger(UInt32.self)
      guard let error = OrderError(rawValue: code) else { throw .invalidValue("order error \(code)") }
      self = .error(error, bid: try decoder.decodeInteger(), ask: try decoder.decodeInteger())
    default: throw .unknownTag(tag)
    }
  }
}

/// A trade as a receipt tells it. Prices and sizes in ticks and lots of the market, fees (builders' included)
/// in 10^-6 USDC; on spot in units of the token that each side receives. `asset` is the room's own number.
public struct FillRecord: Sendable, Equatable, CanonicalCodable {
  public var asset: AssetID
  public var takerOid: UInt64
  public var makerOid: UInt64
  public var maker: Address
  public var takerIsBuyer: Bool
  public var price: Ticks
  public var size: Lots
  public var takerFee: Int64
  public var makerFee: Int64

  public init(
    asset: AssetID, takerOid: UInt64, makerOid: UInt64, maker: Address, takerIsBuyer: Bool, price: Ticks, size: Lots,
    takerFee: Int64, makerFee: Int64
  ) {
    self.asset = asset
    self.takerOid = takerOid
    self.makerOid = makerOid
    self.maker = maker
    self.takerIsBuyer = takerIsBuyer
    self.price = price
    self.size = size
    self.takerFee = takerFee
    self.makerFee = makerFee
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(asset)
    encoder.encode(takerOid)
    encoder.encode(makerOid)
    encoder.encode(maker)
    encoder.encode(takerIsBuyer)
    encoder.encode(price)
    encoder.encode(size)
    encoder.encode(takerFee)
    encoder.encode(makerFee)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    asset = try decoder.decodeInteger()
    takerOid = try decoder.decodeInteger()
    makerOid = try decoder.decodeInteger()
    maker = try decoder.decodeAddress()
    takerIsBuyer = try decoder.decodeFlag()
    price = try decoder.decodeInteger()
    size = try decoder.decodeInteger()
    takerFee = try decoder.decodeInteger()
    makerFee = try decoder.decodeInteger()
  }
}

/// What an action answers: the data of its receipt. Actions whose answer is `default` have no statuses.
public struct HyperliquidAnswer: Sendable, Equatable, CanonicalCodable {
  public enum Kind: UInt8, Sendable {
    case `default` = 0
    case order = 1
    case cancel = 2
    case twapOrder = 3
    case twapCancel = 4
    case createSubAccount = 5
    case createVault = 6
  }

  public var kind: Kind
  /// One a order; for cancels `waitingForFill` never occurs and success is a `resting` of the cancelled oid.
  public var statuses: [OrderStatus]
  public var fills: [FillRecord]
  /// What became of a TWAP order or its cancel.
  public var twap: TwapStatus?
  /// The new sub-account or vault.
  public var created: Address?

  public init(
    _ kind: Kind, statuses: [OrderStatus] = [], fills: [FillRecord] = [], twap: TwapStatus? = nil,
    created: Address? = nil
  ) {
    self.kind = kind
    self.statuses = statuses
    self.fills = fills
    self.twap = twap
    self.created = created
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(tag: kind.rawValue)
    encoder.encode(list: statuses)
    encoder.encode(list: fills)
    switch kind {
    case .twapOrder, .twapCancel: encoder.encode(twap ?? .success)
    case .createSubAccount, .createVault: encoder.encode(created ?? .zero)
    default: break
    }
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    let tag = try decoder.decodeTag()
    guard let kind = Kind(rawValue: tag) else { throw .unknownTag(tag) }
    self.kind = kind
    statuses = try decoder.decodeList()
    fills = try decoder.decodeList()
    switch kind {
    case .twapOrder, .twapCancel: twap = try decoder.decode()
    case .createSubAccount, .createVault: created = try decoder.decodeAddress()
    default: break
    }
  }
}

/// What became of a TWAP order or of its cancel.
public enum TwapStatus: Sendable, Equatable, CanonicalCodable {
  case running(id: UInt64)
  case success
  /// `figure` is what the sentence names: minutes, or the least value in whole USDC.
  case error(TwapError, figure: UInt64)

  public func encode(into encoder: inout CanonicalEncoder) {
    switch self {
    case .running(let id):
      encoder.encode(tag: 0)
      encoder.encode(id)
    case .success: encoder.encode(tag: 1)
    case .error(let error, let figure):
      encoder.encode(tag: 2)
      encoder.encode(error.rawValue)
      encoder.encode(figure)
    }
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    let tag = try decoder.decodeTag()
    switch tag {
    case 0: self = .running(id: try decoder.decodeInteger())
    case 1: self = .success
    case 2:
      let code = try decoder.decodeInteger(UInt32.self)
      guard let error = TwapError(rawValue: code) else { throw .invalidValue("TWAP error \(code)") }
      self = .error(error, figure: try decoder.decodeInteger())
    default: throw .unknownTag(tag)
    }
  }

  public var isError: Bool { if case .error = self { true } else { false } }
}

/// Why a TWAP order or its cancel failed; it travels in the receipt's data.
public enum TwapError: UInt32, Sendable, CaseIterable {
  case duration = 230
  case minimum = 231
  case reduceOnly = 232
  case missing = 233
  case size = 234
  case limit = 235
  case noPrice = 236
  case price = 237

  public func text(_ figure: UInt64) -> String {
    switch self {
    case .duration: "Invalid TWAP duration: \(figure) min(s)"
    case .minimum: "TWAP order value too small. Min is $\(figure)."
    case .reduceOnly: "Reduce-only TWAP order would increase position."
    case .missing: "TWAP was never placed, already canceled, or filled."
    case .size: "Order has invalid size."
    case .limit: "Too many TWAP orders."
    case .noPrice: "No price available for TWAP order."
    case .price: "Order has invalid price."
    }
  }
}

extension CanonicalEncoder {
  mutating func encode(cloid: ClientOrderID?) {
    guard let cloid else {
      encode(false)
      return
    }
    encode(true)
    encode(cloid.high)
    encode(cloid.low)
  }
}

extension CanonicalDecoder {
  mutating func decodeCloid() throws(CanonicalError) -> ClientOrderID? {
    guard try decodeFlag() else { return nil }
    let high = try decodeInteger(UInt64.self)
    return ClientOrderID(high: high, low: try decodeInteger(UInt64.self))
  }
}
