public import Canonical

/// Dollars for shares. Amounts are serializable integers, kept as their bytes until the rules judge them.
public struct MegavaultDeposit: WireMessage {
  public var subaccount = SubaccountID()
  public var quoteQuantums: [UInt8] = []

  public init() {}

  public mutating func read(
    _ reader: inout ProtobufReader, _ field: ProtobufField
  ) throws(ProtobufError) -> Bool {
    switch field.number {
    case 1: try reader.merge(field, into: &subaccount)
    case 2: quoteQuantums = try reader.list(field)
    default: return false
    }
    return true
  }
}

/// A number of shares; the first field number was given up.
public struct ShareCount: WireMessage {
  public var bytes: [UInt8] = []

  public init() {}

  public mutating func read(
    _ reader: inout ProtobufReader, _ field: ProtobufField
  ) throws(ProtobufError) -> Bool {
    switch field.number {
    case 2: bytes = try reader.list(field)
    default: return false
    }
    return true
  }
}

/// Shares for dollars, at least so many.
public struct MegavaultWithdrawal: WireMessage {
  public var subaccount = SubaccountID()
  public var shareCount = ShareCount()
  public var leastQuoteQuantums: [UInt8] = []

  public var shares: [UInt8] { shareCount.bytes }

  public init() {}

  public mutating func read(
    _ reader: inout ProtobufReader, _ field: ProtobufField
  ) throws(ProtobufError) -> Bool {
    switch field.number {
    case 1: try reader.merge(field, into: &subaccount)
    case 2: try reader.merge(field, into: &shareCount)
    case 3: leastQuoteQuantums = try reader.list(field)
    default: return false
    }
    return true
  }
}

/// Which vault: type 1 is that of a pair, whose number follows.
public struct WireVaultID: WireMessage {
  public var type: UInt32 = 0
  public var number: UInt32 = 0

  public init() {}

  public mutating func read(
    _ reader: inout ProtobufReader, _ field: ProtobufField
  ) throws(ProtobufError) -> Bool {
    switch field.number {
    case 1: type = try reader.number32(field)
    case 2: number = try reader.number32(field)
    default: return false
    }
    return true
  }
}

/// How a vault quotes, before any rule.
public struct WireQuoting: WireMessage {
  public var layers: UInt32 = 0
  public var leastSpreadPpm: UInt32 = 0
  public var spreadBufferPpm: UInt32 = 0
  public var skewFactorPpm: UInt32 = 0
  public var orderSizePpm: UInt32 = 0
  public var expirationSeconds: UInt32 = 0
  /// A serializable integer of quote quantums.
  public var activationThreshold: [UInt8] = []

  public init() {}

  public mutating func read(
    _ reader: inout ProtobufReader, _ field: ProtobufField
  ) throws(ProtobufError) -> Bool {
    switch field.number {
    case 1: layers = try reader.number32(field)
    case 2: leastSpreadPpm = try reader.number32(field)
    case 3: spreadBufferPpm = try reader.number32(field)
    case 4: skewFactorPpm = try reader.number32(field)
    case 5: orderSizePpm = try reader.number32(field)
    case 6: expirationSeconds = try reader.number32(field)
    case 7: activationThreshold = try reader.list(field)
    default: return false
    }
    return true
  }
}

/// A vault's state and, where it has them, its own quoting terms.
public struct WireVaultParameters: WireMessage {
  public var status: UInt32 = 0
  public var quoting: WireQuoting?

  public init() {}

  public mutating func read(
    _ reader: inout ProtobufReader, _ field: ProtobufField
  ) throws(ProtobufError) -> Bool {
    switch field.number {
    case 1: status = try reader.number32(field)
    case 2:
      var value = quoting ?? WireQuoting()
      try reader.merge(field, into: &value)
      quoting = value
    default: return false
    }
    return true
  }
}

/// A vault's new state.
public struct SetVaultParameters: WireMessage {
  public var authority: String = ""
  public var vault = WireVaultID()
  public var parameters = WireVaultParameters()

  public init() {}

  public mutating func read(
    _ reader: inout ProtobufReader, _ field: ProtobufField
  ) throws(ProtobufError) -> Bool {
    switch field.number {
    case 1: authority = try reader.text(field)
    case 2: try reader.merge(field, into: &vault)
    case 3: try reader.merge(field, into: &parameters)
    default: return false
    }
    return true
  }
}

/// New terms of all vaults without their own.
public struct UpdateDefaultQuoting: WireMessage {
  public var authority: String = ""
  public var quoting = WireQuoting()

  public init() {}

  public mutating func read(
    _ reader: inout ProtobufReader, _ field: ProtobufField
  ) throws(ProtobufError) -> Bool {
    switch field.number {
    case 1: authority = try reader.text(field)
    case 2: try reader.merge(field, into: &quoting)
    default: return false
    }
    return true
  }
}

/// Dollars between the main vault and another; the message's type tells the direction.
public struct VaultMovement: WireMessage {
  public var authority: String = ""
  public var vault = WireVaultID()
  public var quoteQuantums: [UInt8] = []

  public init() {}

  public mutating func read(
    _ reader: inout ProtobufReader, _ field: ProtobufField
  ) throws(ProtobufError) -> Bool {
    switch field.number {
    case 1: authority = try reader.text(field)
    case 2: try reader.merge(field, into: &vault)
    case 3: quoteQuantums = try reader.list(field)
    default: return false
    }
    return true
  }
}

/// Frees an owner's shares whose time has come.
public struct UnlockShares: WireMessage {
  public var authority: String = ""
  public var owner: String = ""

  public init() {}

  public mutating func read(
    _ reader: inout ProtobufReader, _ field: ProtobufField
  ) throws(ProtobufError) -> Bool {
    switch field.number {
    case 1: authority = try reader.text(field)
    case 2: owner = try reader.text(field)
    default: return false
    }
    return true
  }
}

/// What the operator says of itself.
public struct OperatorMetadata: WireMessage {
  public var name: String = ""
  public var description: String = ""

  public init() {}

  public mutating func read(
    _ reader: inout ProtobufReader, _ field: ProtobufField
  ) throws(ProtobufError) -> Bool {
    switch field.number {
    case 1: name = try reader.text(field)
    case 2: description = try reader.text(field)
    default: return false
    }
    return true
  }
}

/// Who runs the vaults.
public struct OperatorTerms: WireMessage {
  public var operatorAddress: String = ""
  public var metadata = OperatorMetadata()

  public init() {}

  public mutating func read(
    _ reader: inout ProtobufReader, _ field: ProtobufField
  ) throws(ProtobufError) -> Bool {
    switch field.number {
    case 1: operatorAddress = try reader.text(field)
    case 2: try reader.merge(field, into: &metadata)
    default: return false
    }
    return true
  }
}

/// A new operator.
public struct UpdateOperator: WireMessage {
  public var authority: String = ""
  public var terms = OperatorTerms()

  public init() {}

  public mutating func read(
    _ reader: inout ProtobufReader, _ field: ProtobufField
  ) throws(ProtobufError) -> Bool {
    switch field.number {
    case 1: authority = try reader.text(field)
    case 2: try reader.merge(field, into: &terms)
    default: return false
    }
    return true
  }
}
