public import Canonical

/// The names under which messages travel.
public enum MessageType {
  public static let placeOrder = "/dydxprotocol.clob.MsgPlaceOrder"
  public static let cancelOrder = "/dydxprotocol.clob.MsgCancelOrder"
  public static let batchCancel = "/dydxprotocol.clob.MsgBatchCancel"
  public static let transfer = "/dydxprotocol.sending.MsgCreateTransfer"
  public static let deposit = "/dydxprotocol.sending.MsgDepositToSubaccount"
  public static let withdraw = "/dydxprotocol.sending.MsgWithdrawFromSubaccount"
  public static let depositToMegavault = "/dydxprotocol.vault.MsgDepositToMegavault"
  public static let withdrawFromMegavault = "/dydxprotocol.vault.MsgWithdrawFromMegavault"
  public static let removeAuthenticator = "/dydxprotocol.accountplus.MsgRemoveAuthenticator"
}

public struct PlaceOrder: Sendable, Hashable {
  public var order: Order

  public init(bytes: [UInt8]) throws(ProtobufError) {
    order = try Order(ProtobufReader([]))
    var reader = ProtobufReader(bytes)
    while let field = try reader.nextField() {
      guard field.number == 1 else { throw .unexpectedField(field.number) }
      order = try Order(try reader.message(field))
    }
  }
}

public struct CancelOrder: Sendable, Hashable {
  public var id: OrderID
  public var goodTil: GoodTil?

  public init(bytes: [UInt8]) throws(ProtobufError) {
    id = try OrderID(ProtobufReader([]))
    var reader = ProtobufReader(bytes)
    while let field = try reader.nextField() {
      switch field.number {
      case 1: id = try OrderID(try reader.message(field))
      case 2: goodTil = .block(try reader.uint32(field))
      case 3: goodTil = .time(try reader.fixed32(field))
      default: throw .unexpectedField(field.number)
      }
    }
  }
}

/// Short-term cancels of one account; unlike in order ids, client ids are varints here.
public struct BatchCancel: Sendable, Hashable {
  public struct Batch: Sendable, Hashable {
    public var clobPair: UInt32 = 0
    public var clientIDs: [UInt32] = []
  }

  public var subaccount: SubaccountID
  public var batches: [Batch] = []
  public var goodTilBlock: UInt32 = 0

  public init(bytes: [UInt8]) throws(ProtobufError) {
    subaccount = SubaccountID(owner: "", number: 0)
    var reader = ProtobufReader(bytes)
    while let field = try reader.nextField() {
      switch field.number {
      case 1: subaccount = try SubaccountID(try reader.message(field))
      case 2: batches.append(try Self.readBatch(try reader.message(field)))
      case 3: goodTilBlock = try reader.uint32(field)
      default: throw .unexpectedField(field.number)
      }
    }
  }

  private static func readBatch(_ outer: ProtobufReader) throws(ProtobufError) -> Batch {
    var reader = outer
    var batch = Batch()
    while let field = try reader.nextField() {
      switch field.number {
      case 1: batch.clobPair = try reader.uint32(field)
      case 2:
        for value in try Packed.values(&reader, field) {
          guard let id = UInt32(exactly: value) else { throw .valueOutOfRange(field: 2) }
          batch.clientIDs.append(id)
        }
      default: throw .unexpectedField(field.number)
      }
    }
    return batch
  }
}

/// Dollars from one account to another.
public struct Transfer: Sendable, Hashable {
  public var sender = SubaccountID(owner: "", number: 0)
  public var recipient = SubaccountID(owner: "", number: 0)
  public var asset: UInt32 = 0
  public var amount: UInt64 = 0

  public init(bytes: [UInt8]) throws(ProtobufError) {
    var outer = ProtobufReader(bytes)
    while let field = try outer.nextField() {
      guard field.number == 1 else { throw .unexpectedField(field.number) }
      var reader = try outer.message(field)
      while let field = try reader.nextField() {
        switch field.number {
        case 1: sender = try SubaccountID(try reader.message(field))
        case 2: recipient = try SubaccountID(try reader.message(field))
        case 3: asset = try reader.uint32(field)
        case 4: amount = try reader.uint64(field)
        default: throw .unexpectedField(field.number)
        }
      }
    }
  }
}

/// Dollars between an account and a bank address. A deposit has the bank's address first as the sender, a withdrawal
/// first as the recipient.
public struct BankMovement: Sendable, Hashable {
  public var isDeposit: Bool
  public var bankAddress = ""
  public var subaccount = SubaccountID(owner: "", number: 0)
  public var asset: UInt32 = 0
  public var quantums: UInt64 = 0

  public init(bytes: [UInt8], isDeposit: Bool) throws(ProtobufError) {
    self.isDeposit = isDeposit
    var reader = ProtobufReader(bytes)
    while let field = try reader.nextField() {
      switch field.number {
      case 1: bankAddress = try reader.text(field)
      case 2: subaccount = try SubaccountID(try reader.message(field))
      case 3: asset = try reader.uint32(field)
      case 4: quantums = try reader.uint64(field)
      default: throw .unexpectedField(field.number)
      }
    }
  }
}

/// Amounts are serializable integers, kept as their bytes until the rules judge them.
public struct MegavaultDeposit: Sendable, Hashable {
  public var subaccount = SubaccountID(owner: "", number: 0)
  public var quoteQuantums: [UInt8] = []

  public init(bytes: [UInt8]) throws(ProtobufError) {
    var reader = ProtobufReader(bytes)
    while let field = try reader.nextField() {
      switch field.number {
      case 1: subaccount = try SubaccountID(try reader.message(field))
      case 2: quoteQuantums = Array(try reader.data(field))
      default: throw .unexpectedField(field.number)
      }
    }
  }
}

public struct MegavaultWithdrawal: Sendable, Hashable {
  public var subaccount = SubaccountID(owner: "", number: 0)
  public var shares: [UInt8] = []
  public var leastQuoteQuantums: [UInt8] = []

  public init(bytes: [UInt8]) throws(ProtobufError) {
    var reader = ProtobufReader(bytes)
    while let field = try reader.nextField() {
      switch field.number {
      case 1: subaccount = try SubaccountID(try reader.message(field))
      case 2:
        var inner = try reader.message(field)
        while let part = try inner.nextField() {
          guard part.number == 2 else { throw .unexpectedField(part.number) }
          shares = Array(try inner.data(part))
        }
      case 3: leastQuoteQuantums = Array(try reader.data(field))
      default: throw .unexpectedField(field.number)
      }
    }
  }
}

public struct RemoveAuthenticator: Sendable, Hashable {
  public var sender = ""
  public var id: UInt64 = 0

  public init(bytes: [UInt8]) throws(ProtobufError) {
    var reader = ProtobufReader(bytes)
    while let field = try reader.nextField() {
      switch field.number {
      case 1: sender = try reader.text(field)
      case 2: id = try reader.uint64(field)
      default: throw .unexpectedField(field.number)
      }
    }
  }
}
