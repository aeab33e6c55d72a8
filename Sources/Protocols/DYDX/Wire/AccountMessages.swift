public import Canonical

/// What a transfer moves.
public struct TransferTerms: WireMessage {
  public var sender = SubaccountID()
  public var recipient = SubaccountID()
  public var asset: UInt32 = 0
  public var amount: UInt64 = 0

  public init() {}

  public mutating func read(
    _ reader: inout ProtobufReader, _ field: ProtobufField
  ) throws(ProtobufError) -> Bool {
    switch field.number {
    case 1: try reader.merge(field, into: &sender)
    case 2: try reader.merge(field, into: &recipient)
    case 3: asset = try reader.number32(field)
    case 4: amount = try reader.uint64(field)
    default: return false
    }
    return true
  }
}

/// Dollars from one account to another.
public struct Transfer: WireMessage {
  public var terms = TransferTerms()

  public var sender: SubaccountID { terms.sender }
  public var recipient: SubaccountID { terms.recipient }
  public var asset: UInt32 { terms.asset }
  public var amount: UInt64 { terms.amount }

  public init() {}

  public mutating func read(
    _ reader: inout ProtobufReader, _ field: ProtobufField
  ) throws(ProtobufError) -> Bool {
    switch field.number {
    case 1: try reader.merge(field, into: &terms)
    default: return false
    }
    return true
  }
}

/// Dollars between an account and a bank address. A deposit has the bank's address first as the sender, a withdrawal
/// first as the recipient.
public struct BankMovement: WireMessage {
  public var bankAddress: String = ""
  public var subaccount = SubaccountID()
  public var asset: UInt32 = 0
  public var quantums: UInt64 = 0

  public init() {}

  public mutating func read(
    _ reader: inout ProtobufReader, _ field: ProtobufField
  ) throws(ProtobufError) -> Bool {
    switch field.number {
    case 1: bankAddress = try reader.text(field)
    case 2: try reader.merge(field, into: &subaccount)
    case 3: asset = try reader.number32(field)
    case 4: quantums = try reader.uint64(field)
    default: return false
    }
    return true
  }
}

/// An amount of a coin; the amount is decimal text.
public struct Coin: WireMessage {
  public var denomination: String = ""
  public var amount: String = ""

  public init() {}

  public init(denomination: String, amount: String) {
    self.denomination = denomination
    self.amount = amount
  }

  func write(_ writer: inout ProtobufWriter) {
    writer.put(1, text: denomination)
    writer.put(2, text: amount)
  }

  public mutating func read(
    _ reader: inout ProtobufReader, _ field: ProtobufField
  ) throws(ProtobufError) -> Bool {
    switch field.number {
    case 1: denomination = try reader.text(field)
    case 2: amount = try reader.text(field)
    default: return false
    }
    return true
  }
}

/// Coins from one bank address to another.
public struct BankSend: WireMessage {
  public var sender: String = ""
  public var recipient: String = ""
  public var coins: [Coin] = []

  public init() {}

  public mutating func read(
    _ reader: inout ProtobufReader, _ field: ProtobufField
  ) throws(ProtobufError) -> Bool {
    switch field.number {
    case 1: sender = try reader.text(field)
    case 2: recipient = try reader.text(field)
    case 3: try reader.append(field, to: &coins)
    default: return false
    }
    return true
  }
}

/// A way of signing for an account: a type and its configuration.
public struct AddAuthenticator: WireMessage {
  public var sender: String = ""
  public var type: String = ""
  public var data: [UInt8] = []

  public init() {}

  public mutating func read(
    _ reader: inout ProtobufReader, _ field: ProtobufField
  ) throws(ProtobufError) -> Bool {
    switch field.number {
    case 1: sender = try reader.text(field)
    case 2: type = try reader.text(field)
    case 3: data = try reader.list(field)
    default: return false
    }
    return true
  }
}

/// The end of a way of signing.
public struct RemoveAuthenticator: WireMessage {
  public var sender: String = ""
  public var id: UInt64 = 0

  public init() {}

  public mutating func read(
    _ reader: inout ProtobufReader, _ field: ProtobufField
  ) throws(ProtobufError) -> Bool {
    switch field.number {
    case 1: sender = try reader.text(field)
    case 2: id = try reader.uint64(field)
    default: return false
    }
    return true
  }
}

/// Opens or closes all authenticators.
public struct SetActiveState: WireMessage {
  public var authority: String = ""
  public var isActive: Bool = false

  public init() {}

  public mutating func read(
    _ reader: inout ProtobufReader, _ field: ProtobufField
  ) throws(ProtobufError) -> Bool {
    switch field.number {
    case 1: authority = try reader.text(field)
    case 2: isActive = try reader.flag(field)
    default: return false
    }
    return true
  }
}

/// A market that anybody may list.
public struct CreateMarket: WireMessage {
  public var ticker: String = ""
  public var subaccount = SubaccountID()

  public init() {}

  public mutating func read(
    _ reader: inout ProtobufReader, _ field: ProtobufField
  ) throws(ProtobufError) -> Bool {
    switch field.number {
    case 1: ticker = try reader.text(field)
    case 2: try reader.merge(field, into: &subaccount)
    default: return false
    }
    return true
  }
}

/// Who brought a trader.
public struct RegisterAffiliate: WireMessage {
  public var referee: String = ""
  public var affiliate: String = ""

  public init() {}

  public mutating func read(
    _ reader: inout ProtobufReader, _ field: ProtobufField
  ) throws(ProtobufError) -> Bool {
    switch field.number {
    case 1: referee = try reader.text(field)
    case 2: affiliate = try reader.text(field)
    default: return false
    }
    return true
  }
}
