public import Canonical

public enum TimeInForce: UInt8, Sendable, Hashable {
  case goodTilTime = 0
  case immediateOrCancel = 1
  case postOnly = 2
}

public enum ConditionType: UInt8, Sendable, Hashable {
  case none = 0
  case stopLoss = 1
  case takeProfit = 2
}

/// An order that passed the stateless rules: what the books, the tables and the operations hold.
public struct ClobOrder: Sendable, Hashable {
  public struct Builder: Sendable, Hashable {
    public var address: Address
    public var feePpm: UInt32

    public init(address: Address, feePpm: UInt32) {
      self.address = address
      self.feePpm = feePpm
    }
  }

  public var key: OrderKey
  public var isBuy: Bool
  /// Base quantums.
  public var quantums: UInt64
  public var subticks: UInt64
  public var goodTil: GoodTil
  public var timeInForce: TimeInForce
  public var isReduceOnly: Bool
  public var clientMetadata: UInt32
  public var condition: ConditionType
  public var triggerSubticks: UInt64
  public var timeWeighting: Order.TimeWeighting?
  public var builder: Builder?
  public var router: Address?

  public init(
    key: OrderKey, isBuy: Bool, quantums: UInt64, subticks: UInt64, goodTil: GoodTil,
    timeInForce: TimeInForce = .goodTilTime, isReduceOnly: Bool = false, clientMetadata: UInt32 = 0,
    condition: ConditionType = .none, triggerSubticks: UInt64 = 0, timeWeighting: Order.TimeWeighting? = nil,
    builder: Builder? = nil, router: Address? = nil
  ) {
    self.key = key
    self.isBuy = isBuy
    self.quantums = quantums
    self.subticks = subticks
    self.goodTil = goodTil
    self.timeInForce = timeInForce
    self.isReduceOnly = isReduceOnly
    self.clientMetadata = clientMetadata
    self.condition = condition
    self.triggerSubticks = triggerSubticks
    self.timeWeighting = timeWeighting
    self.builder = builder
    self.router = router
  }

  public var goodTilBlock: UInt32 { if case .block(let height) = goodTil { height } else { 0 } }
  public var goodTilTime: UInt32 { if case .time(let seconds) = goodTil { seconds } else { 0 } }

  /// The order as its owner's message holds it.
  public var wire: Order {
    var order = Order(id: key.wire)
    order.side = isBuy ? 1 : 2
    order.quantums = quantums
    order.subticks = subticks
    order.goodTil = goodTil
    order.timeInForce = UInt32(timeInForce.rawValue)
    order.isReduceOnly = isReduceOnly
    order.clientMetadata = clientMetadata
    order.conditionType = UInt32(condition.rawValue)
    order.triggerSubticks = triggerSubticks
    order.timeWeighting = timeWeighting
    if let builder {
      var code = Order.BuilderCode()
      code.address = Bech32Owner.text(builder.address)
      code.feePpm = builder.feePpm
      order.builderCode = code
    }
    if let router { order.orderRouter = Bech32Owner.text(router) }
    return order
  }

  /// SHA-256 of the message's bytes; decides between versions that stand equally long.
  public var hash: Hash32 { wire.hash }
}

extension ClobOrder {
  /// An order whose stateless rules were checked; nil where an address or an enumeration does not stand for anything.
  public init?(_ order: Order) {
    guard let owner = Bech32Owner.address(order.id.subaccount.owner), order.side == 1 || order.side == 2,
      let inForce = TimeInForce(rawValue: UInt8(truncatingIfNeeded: order.timeInForce)), order.timeInForce < 3,
      let condition = ConditionType(rawValue: UInt8(truncatingIfNeeded: order.conditionType)),
      order.conditionType < 3, let goodTil = order.goodTil
    else { return nil }
    self.init(
      key: OrderKey(
        Subaccount(owner, order.id.subaccount.number), clientID: order.id.clientID, flags: order.id.flags,
        pair: order.id.clobPair),
      isBuy: order.side == 1, quantums: order.quantums, subticks: order.subticks, goodTil: goodTil,
      timeInForce: inForce, isReduceOnly: order.isReduceOnly, clientMetadata: order.clientMetadata,
      condition: condition, triggerSubticks: order.triggerSubticks, timeWeighting: order.timeWeighting)
    if let code = order.builderCode {
      guard let address = Bech32Owner.address(code.address) else { return nil }
      builder = Builder(address: address, feePpm: code.feePpm)
    }
    if !order.orderRouter.isEmpty {
      guard let address = Bech32Owner.address(order.orderRouter) else { return nil }
      router = address
    }
  }
}

extension ClobOrder: CanonicalCodable {
  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(key)
    encoder.encode(isBuy)
    encoder.encode(quantums)
    encoder.encode(subticks)
    switch goodTil {
    case .block(let height):
      encoder.encode(tag: 0)
      encoder.encode(height)
    case .time(let seconds):
      encoder.encode(tag: 1)
      encoder.encode(seconds)
    }
    encoder.encode(tag: timeInForce.rawValue)
    encoder.encode(isReduceOnly)
    encoder.encode(clientMetadata)
    encoder.encode(tag: condition.rawValue)
    encoder.encode(triggerSubticks)
    encoder.encode(option: timeWeighting) { encoder, value in
      encoder.encode(value.duration)
      encoder.encode(value.interval)
      encoder.encode(value.priceTolerance)
    }
    encoder.encode(option: builder) { encoder, value in
      encoder.encode(value.address)
      encoder.encode(value.feePpm)
    }
    encoder.encode(option: router) { encoder, value in encoder.encode(value) }
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    key = try decoder.decode()
    isBuy = try decoder.decodeFlag()
    quantums = try decoder.decodeInteger()
    subticks = try decoder.decodeInteger()
    let tag = try decoder.decodeTag()
    switch tag {
    case 0: goodTil = .block(try decoder.decodeInteger())
    case 1: goodTil = .time(try decoder.decodeInteger())
    default: throw .unknownTag(tag)
    }
    timeInForce = try decoder.decodeCase()
    isReduceOnly = try decoder.decodeFlag()
    clientMetadata = try decoder.decodeInteger()
    condition = try decoder.decodeCase()
    triggerSubticks = try decoder.decodeInteger()
    timeWeighting = try decoder.decodeOption { (decoder) throws(CanonicalError) in
      var value = Order.TimeWeighting()
      value.duration = try decoder.decodeInteger()
      value.interval = try decoder.decodeInteger()
      value.priceTolerance = try decoder.decodeInteger()
      return value
    }
    builder = try decoder.decodeOption { (decoder) throws(CanonicalError) in
      Builder(address: try decoder.decodeAddress(), feePpm: try decoder.decodeInteger())
    }
    router = try decoder.decodeOption { (decoder) throws(CanonicalError) in try decoder.decodeAddress() }
  }
}

extension CanonicalDecoder {
  /// A one-byte case of an enumeration.
  mutating func decodeCase<Value: RawRepresentable>() throws(CanonicalError) -> Value where Value.RawValue == UInt8 {
    let tag = try decodeTag()
    guard let value = Value(rawValue: tag) else { throw .unknownTag(tag) }
    return value
  }
}
