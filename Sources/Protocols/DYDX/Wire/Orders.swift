public import Canonical
import Cryptography

/// An account: its owner's address text and a number.
public struct SubaccountID: WireMessage {
  public var owner: String
  public var number: UInt32

  public init(owner: String, number: UInt32) {
    self.owner = owner
    self.number = number
  }

  public init() { self.init(owner: "", number: 0) }

  public mutating func read(
    _ reader: inout ProtobufReader, _ field: ProtobufField
  ) throws(ProtobufError) -> Bool {
    switch field.number {
    case 1: owner = try reader.text(field)
    case 2: number = try reader.number32(field)
    default: return false
    }
    return true
  }

  func write(_ writer: inout ProtobufWriter) {
    if !owner.isEmpty { writer.append(1, text: owner) }
    if number != 0 { writer.append(2, varint: UInt64(number)) }
  }
}

/// Which order: short-term, conditional, long-term and the like with one client id are different orders.
public struct OrderID: WireMessage {
  public var subaccount: SubaccountID
  public var clientID: UInt32
  /// 0 short-term, 32 conditional, 64 long-term, 128 TWAP, 256 a TWAP's part.
  public var flags: UInt32
  public var clobPair: UInt32

  public init(subaccount: SubaccountID, clientID: UInt32, flags: UInt32, clobPair: UInt32) {
    self.subaccount = subaccount
    self.clientID = clientID
    self.flags = flags
    self.clobPair = clobPair
  }

  public init() { self.init(subaccount: SubaccountID(), clientID: 0, flags: 0, clobPair: 0) }

  public mutating func read(
    _ reader: inout ProtobufReader, _ field: ProtobufField
  ) throws(ProtobufError) -> Bool {
    switch field.number {
    case 1: try reader.merge(field, into: &subaccount)
    case 2: clientID = try reader.fixed32(field)
    case 3: flags = try reader.number32(field)
    case 4: clobPair = try reader.number32(field)
    default: return false
    }
    return true
  }

  func write(_ writer: inout ProtobufWriter) {
    writer.append(1) { subaccount.write(&$0) }
    if clientID != 0 { writer.append(2, fixed32: clientID) }
    if flags != 0 { writer.append(3, varint: UInt64(flags)) }
    if clobPair != 0 { writer.append(4, varint: UInt64(clobPair)) }
  }
}

/// Until when an order stands: a block, or unix seconds.
public enum GoodTil: Sendable, Hashable {
  case block(UInt32)
  case time(UInt32)

  func write(_ writer: inout ProtobufWriter, block: Int, time: Int) {
    switch self {
    case .block(let height): writer.append(block, varint: UInt64(height))
    case .time(let seconds): writer.append(time, fixed32: seconds)
    }
  }
}

/// An order as its bytes tell it, before any rule. Enumerations are kept as numbers, which the rules judge.
public struct Order: WireMessage {
  public struct TimeWeighting: WireMessage {
    public var duration: UInt32 = 0
    public var interval: UInt32 = 0
    public var priceTolerance: UInt32 = 0

    public init() {}

    public mutating func read(
      _ reader: inout ProtobufReader, _ field: ProtobufField
    ) throws(ProtobufError) -> Bool {
      switch field.number {
      case 1: duration = try reader.number32(field)
      case 2: interval = try reader.number32(field)
      case 3: priceTolerance = try reader.number32(field)
      default: return false
      }
      return true
    }
  }

  public struct BuilderCode: WireMessage {
    public var address = ""
    public var feePpm: UInt32 = 0

    public init() {}

    public mutating func read(
      _ reader: inout ProtobufReader, _ field: ProtobufField
    ) throws(ProtobufError) -> Bool {
      switch field.number {
      case 1: address = try reader.text(field)
      case 2: feePpm = try reader.number32(field)
      default: return false
      }
      return true
    }
  }

  public var id: OrderID
  /// 1 buy, 2 sell.
  public var side: UInt32 = 0
  public var quantums: UInt64 = 0
  public var subticks: UInt64 = 0
  public var goodTil: GoodTil?
  /// 0 until cancelled, 1 at once or never, 2 post-only, 3 wholly or never.
  public var timeInForce: UInt32 = 0
  public var isReduceOnly = false
  public var clientMetadata: UInt32 = 0
  /// 1 stop-loss, 2 take-profit.
  public var conditionType: UInt32 = 0
  public var triggerSubticks: UInt64 = 0
  public var timeWeighting: TimeWeighting?
  public var builderCode: BuilderCode?
  public var orderRouter = ""

  public init(id: OrderID) { self.id = id }

  public init() { self.init(id: OrderID()) }

  public mutating func read(
    _ reader: inout ProtobufReader, _ field: ProtobufField
  ) throws(ProtobufError) -> Bool {
    switch field.number {
    case 1: try reader.merge(field, into: &id)
    case 2: side = try reader.number32(field)
    case 3: quantums = try reader.uint64(field)
    case 4: subticks = try reader.uint64(field)
    case 5: goodTil = .block(try reader.number32(field))
    case 6: goodTil = .time(try reader.fixed32(field))
    case 7: timeInForce = try reader.number32(field)
    case 8: isReduceOnly = try reader.flag(field)
    case 9: clientMetadata = try reader.number32(field)
    case 10: conditionType = try reader.number32(field)
    case 11: triggerSubticks = try reader.uint64(field)
    case 12:
      var value = timeWeighting ?? TimeWeighting()
      try reader.merge(field, into: &value)
      timeWeighting = value
    case 13:
      var value = builderCode ?? BuilderCode()
      try reader.merge(field, into: &value)
      builderCode = value
    case 14: orderRouter = try reader.text(field)
    default: return false
    }
    return true
  }

  /// Ascending fields, defaults left out, a chosen expiry kept even when it is zero.
  public var bytes: [UInt8] {
    var writer = ProtobufWriter()
    writer.append(1) { id.write(&$0) }
    func put(_ field: Int, _ value: UInt64) { if value != 0 { writer.append(field, varint: value) } }
    put(2, UInt64(side))
    put(3, quantums)
    put(4, subticks)
    goodTil?.write(&writer, block: 5, time: 6)
    put(7, UInt64(timeInForce))
    put(8, isReduceOnly ? 1 : 0)
    put(9, UInt64(clientMetadata))
    put(10, UInt64(conditionType))
    put(11, triggerSubticks)
    if let timeWeighting {
      writer.append(12) { inner in
        for (field, value) in [
          (1, timeWeighting.duration), (2, timeWeighting.interval), (3, timeWeighting.priceTolerance),
        ] where value != 0 { inner.append(field, varint: UInt64(value)) }
      }
    }
    if let builderCode {
      writer.append(13) { inner in
        if !builderCode.address.isEmpty { inner.append(1, text: builderCode.address) }
        if builderCode.feePpm != 0 { inner.append(2, varint: UInt64(builderCode.feePpm)) }
      }
    }
    if !orderRouter.isEmpty { writer.append(14, text: orderRouter) }
    return writer.bytes
  }

  /// SHA-256 of the bytes; decides between versions that stand equally long.
  public var hash: Hash32 { SHA256.hash(bytes) }
}
