public import Canonical
import Cryptography

/// An account: its owner's address text and a number.
public struct SubaccountID: Sendable, Hashable {
  public var owner: String
  public var number: UInt32

  public init(owner: String, number: UInt32) {
    self.owner = owner
    self.number = number
  }

  init(_ outer: ProtobufReader) throws(ProtobufError) {
    self.init(owner: "", number: 0)
    var reader = outer
    while let field = try reader.nextField() {
      switch field.number {
      case 1: owner = try reader.text(field)
      case 2: number = try reader.uint32(field)
      default: throw .unexpectedField(field.number)
      }
    }
  }

  func write(_ writer: inout ProtobufWriter) {
    if !owner.isEmpty { writer.append(1, text: owner) }
    if number != 0 { writer.append(2, varint: UInt64(number)) }
  }
}

/// Which order: short-term, conditional, long-term and the like with one client id are different orders.
public struct OrderID: Sendable, Hashable {
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

  init(_ outer: ProtobufReader) throws(ProtobufError) {
    self.init(subaccount: SubaccountID(owner: "", number: 0), clientID: 0, flags: 0, clobPair: 0)
    var reader = outer
    while let field = try reader.nextField() {
      switch field.number {
      case 1: subaccount = try SubaccountID(try reader.message(field))
      case 2: clientID = try reader.fixed32(field)
      case 3: flags = try reader.uint32(field)
      case 4: clobPair = try reader.uint32(field)
      default: throw .unexpectedField(field.number)
      }
    }
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
public struct Order: Sendable, Hashable {
  public struct TimeWeighting: Sendable, Hashable {
    public var duration: UInt32 = 0
    public var interval: UInt32 = 0
    public var priceTolerance: UInt32 = 0

    public init() {}
  }

  public struct BuilderCode: Sendable, Hashable {
    public var address = ""
    public var feePpm: UInt32 = 0

    public init() {}
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

  public init(bytes: [UInt8]) throws(ProtobufError) { try self.init(ProtobufReader(bytes)) }

  init(_ outer: ProtobufReader) throws(ProtobufError) {
    self.init(id: try OrderID(ProtobufReader([])))
    var reader = outer
    while let field = try reader.nextField() { try read(&reader, field) }
  }

  private mutating func read(_ reader: inout ProtobufReader, _ field: ProtobufField) throws(ProtobufError) {
    switch field.number {
    case 1: id = try OrderID(try reader.message(field))
    case 2: side = try reader.uint32(field)
    case 3: quantums = try reader.uint64(field)
    case 4: subticks = try reader.uint64(field)
    case 5: goodTil = .block(try reader.uint32(field))
    case 6: goodTil = .time(try reader.fixed32(field))
    case 7: timeInForce = try reader.uint32(field)
    case 8: isReduceOnly = try reader.bool(field)
    case 9: clientMetadata = try reader.uint32(field)
    case 10: conditionType = try reader.uint32(field)
    case 11: triggerSubticks = try reader.uint64(field)
    case 12: timeWeighting = try Self.readTimeWeighting(try reader.message(field))
    case 13: builderCode = try Self.readBuilderCode(try reader.message(field))
    case 14: orderRouter = try reader.text(field)
    default: throw .unexpectedField(field.number)
    }
  }

  private static func readTimeWeighting(_ outer: ProtobufReader) throws(ProtobufError) -> TimeWeighting {
    var reader = outer
    var result = TimeWeighting()
    while let field = try reader.nextField() {
      switch field.number {
      case 1: result.duration = try reader.uint32(field)
      case 2: result.interval = try reader.uint32(field)
      case 3: result.priceTolerance = try reader.uint32(field)
      default: throw .unexpectedField(field.number)
      }
    }
    return result
  }

  private static func readBuilderCode(_ outer: ProtobufReader) throws(ProtobufError) -> BuilderCode {
    var reader = outer
    var result = BuilderCode()
    while let field = try reader.nextField() {
      switch field.number {
      case 1: result.address = try reader.text(field)
      case 2: result.feePpm = try reader.uint32(field)
      default: throw .unexpectedField(field.number)
      }
    }
    return result
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
