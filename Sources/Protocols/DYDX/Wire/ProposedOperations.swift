public import Canonical

/// A proposer's queue as a block carries it: matches, signed placements and removals, in order.
public struct ProposedOperations: WireMessage {
  public struct Raw: WireMessage {
    /// The last one read is the operation; none makes it invalid.
    public enum Content: Sendable, Hashable {
      case match(ClobMatch)
      /// A signed transaction.
      case placement([UInt8])
      case removal(Removal)
    }

    public var content: Content?

    public init() {}

    public mutating func read(
      _ reader: inout ProtobufReader, _ field: ProtobufField
    ) throws(ProtobufError) -> Bool {
      switch field.number {
      case 1:
        var match = ClobMatch()
        if case .match(let earlier) = content { match = earlier }
        try reader.merge(field, into: &match)
        content = .match(match)
      case 2: content = .placement(try reader.list(field))
      case 3:
        var removal = Removal()
        if case .removal(let earlier) = content { removal = earlier }
        try reader.merge(field, into: &removal)
        content = .removal(removal)
      default: return false
      }
      return true
    }
  }

  public var operations: [Raw] = []

  public init() {}

  public mutating func read(
    _ reader: inout ProtobufReader, _ field: ProtobufField
  ) throws(ProtobufError) -> Bool {
    guard field.number == 1 else { return false }
    try reader.append(field, to: &operations)
    return true
  }
}

/// A stateful order that the proposer takes out, and why.
public struct Removal: WireMessage {
  public var id = OrderID()
  public var reason: UInt32 = 0

  public init() {}

  public mutating func read(
    _ reader: inout ProtobufReader, _ field: ProtobufField
  ) throws(ProtobufError) -> Bool {
    switch field.number {
    case 1: try reader.merge(field, into: &id)
    case 2: reason = try reader.number32(field)
    default: return false
    }
    return true
  }
}

/// One match of a queue.
public struct ClobMatch: WireMessage {
  public struct Fill: WireMessage {
    /// Base quantums.
    public var amount: UInt64 = 0
    public var maker = OrderID()

    public init() {}

    public mutating func read(
      _ reader: inout ProtobufReader, _ field: ProtobufField
    ) throws(ProtobufError) -> Bool {
      switch field.number {
      case 1: amount = try reader.uint64(field)
      case 2: try reader.merge(field, into: &maker)
      default: return false
      }
      return true
    }
  }

  public struct Orders: WireMessage {
    public var taker = OrderID()
    public var fills: [Fill] = []

    public init() {}

    public mutating func read(
      _ reader: inout ProtobufReader, _ field: ProtobufField
    ) throws(ProtobufError) -> Bool {
      switch field.number {
      case 1: try reader.merge(field, into: &taker)
      case 2: try reader.append(field, to: &fills)
      default: return false
      }
      return true
    }
  }

  public struct Liquidation: WireMessage {
    public var liquidated = SubaccountID()
    public var clobPair: UInt32 = 0
    public var perpetual: UInt32 = 0
    public var totalSize: UInt64 = 0
    public var isBuy = false
    public var fills: [Fill] = []

    public init() {}

    public mutating func read(
      _ reader: inout ProtobufReader, _ field: ProtobufField
    ) throws(ProtobufError) -> Bool {
      switch field.number {
      case 1: try reader.merge(field, into: &liquidated)
      case 2: clobPair = try reader.number32(field)
      case 3: perpetual = try reader.number32(field)
      case 4: totalSize = try reader.uint64(field)
      case 5: isBuy = try reader.flag(field)
      case 6: try reader.append(field, to: &fills)
      default: return false
      }
      return true
    }
  }

  public struct Deleveraging: WireMessage {
    public struct Fill: WireMessage {
      public var offsetting = SubaccountID()
      public var amount: UInt64 = 0

      public init() {}

      public mutating func read(
        _ reader: inout ProtobufReader, _ field: ProtobufField
      ) throws(ProtobufError) -> Bool {
        switch field.number {
        case 1: try reader.merge(field, into: &offsetting)
        case 2: amount = try reader.uint64(field)
        default: return false
        }
        return true
      }
    }

    public var liquidated = SubaccountID()
    public var perpetual: UInt32 = 0
    public var fills: [Fill] = []
    public var isFinalSettlement = false

    public init() {}

    public mutating func read(
      _ reader: inout ProtobufReader, _ field: ProtobufField
    ) throws(ProtobufError) -> Bool {
      switch field.number {
      case 1: try reader.merge(field, into: &liquidated)
      case 2: perpetual = try reader.number32(field)
      case 3: try reader.append(field, to: &fills)
      case 4: isFinalSettlement = try reader.flag(field)
      default: return false
      }
      return true
    }
  }

  public enum Content: Sendable, Hashable {
    case orders(Orders)
    case liquidation(Liquidation)
    case deleveraging(Deleveraging)
  }

  public var content: Content?

  public init() {}

  public mutating func read(
    _ reader: inout ProtobufReader, _ field: ProtobufField
  ) throws(ProtobufError) -> Bool {
    switch field.number {
    case 1:
      var value = Orders()
      if case .orders(let earlier) = content { value = earlier }
      try reader.merge(field, into: &value)
      content = .orders(value)
    case 2:
      var value = Liquidation()
      if case .liquidation(let earlier) = content { value = earlier }
      try reader.merge(field, into: &value)
      content = .liquidation(value)
    case 3:
      var value = Deleveraging()
      if case .deleveraging(let earlier) = content { value = earlier }
      try reader.merge(field, into: &value)
      content = .deleveraging(value)
    default: return false
    }
    return true
  }
}
