public import Canonical

/// An order to be placed.
public struct PlaceOrder: WireMessage {
  public var order = Order()

  public init() {}

  public mutating func read(
    _ reader: inout ProtobufReader, _ field: ProtobufField
  ) throws(ProtobufError) -> Bool {
    switch field.number {
    case 1: try reader.merge(field, into: &order)
    default: return false
    }
    return true
  }
}

/// The end of an order.
public struct CancelOrder: WireMessage {
  public var id = OrderID()
  public var goodTil: GoodTil?

  public init() {}

  public mutating func read(
    _ reader: inout ProtobufReader, _ field: ProtobufField
  ) throws(ProtobufError) -> Bool {
    switch field.number {
    case 1: try reader.merge(field, into: &id)
    case 2: goodTil = .block(try reader.number32(field))
    case 3: goodTil = .time(try reader.fixed32(field))
    default: return false
    }
    return true
  }
}

/// Short-term cancels of one account; unlike in order ids, client ids are varints here.
public struct BatchCancel: WireMessage {
  public struct Batch: WireMessage {
    public var clobPair: UInt32 = 0
    public var clientIDs: [UInt32] = []

    public init() {}

    public mutating func read(
      _ reader: inout ProtobufReader, _ field: ProtobufField
    ) throws(ProtobufError) -> Bool {
      switch field.number {
      case 1: clobPair = try reader.number32(field)
      case 2: clientIDs += try Packed.values(&reader, field).map { UInt32(truncatingIfNeeded: $0) }
      default: return false
      }
      return true
    }
  }

  public var subaccount = SubaccountID()
  public var batches: [Batch] = []
  public var goodTilBlock: UInt32 = 0

  public init() {}

  public mutating func read(
    _ reader: inout ProtobufReader, _ field: ProtobufField
  ) throws(ProtobufError) -> Bool {
    switch field.number {
    case 1: try reader.merge(field, into: &subaccount)
    case 2: try reader.append(field, to: &batches)
    case 3: goodTilBlock = try reader.number32(field)
    default: return false
    }
    return true
  }
}

/// A pair and the initial margin that an account wants there, in parts per million.
public struct LeverageEntry: WireMessage {
  public var clobPair: UInt32 = 0
  public var initialMarginPpm: UInt32 = 0

  public init() {}

  public mutating func read(
    _ reader: inout ProtobufReader, _ field: ProtobufField
  ) throws(ProtobufError) -> Bool {
    switch field.number {
    case 1: clobPair = try reader.number32(field)
    case 2: initialMarginPpm = try reader.number32(field)
    default: return false
    }
    return true
  }
}

/// Leverage settings of an account.
public struct UpdateLeverage: WireMessage {
  public var subaccount = SubaccountID()
  public var entries: [LeverageEntry] = []

  public init() {}

  public mutating func read(
    _ reader: inout ProtobufReader, _ field: ProtobufField
  ) throws(ProtobufError) -> Bool {
    switch field.number {
    case 1: try reader.merge(field, into: &subaccount)
    case 2: try reader.append(field, to: &entries)
    default: return false
    }
    return true
  }
}
