import Canonical
import Quantities

/// A decoded transaction: what somebody signed, or what the proposer says of the world.
public struct GMXContent: Sendable, Equatable {
  public enum Body: Sendable, Equatable {
    case action(GMXAction)
    case proposer(GMXProposerAction)
    /// A relayed call and its digest.
    case relay(RelayTransaction, digest: Hash32)
  }

  public var body: Body
  public var nonce: UInt64

  public init(_ action: GMXAction, nonce: UInt64) {
    body = .action(action)
    self.nonce = nonce
  }

  /// A relayed call has no nonce of the venue's: its digest is used once.
  public init(_ transaction: RelayTransaction, digest: Hash32) {
    body = .relay(transaction, digest: digest)
    nonce = 0
  }

  public init(_ action: GMXProposerAction, nonce: UInt64) {
    body = .proposer(action)
    self.nonce = nonce
  }
}

/// One token's prices in proposer's data.
public struct TokenPrice: CanonicalCodable, Equatable {
  public var token: TokenID
  public var record: TokenPriceRecord

  public init(token: TokenID, min: UInt256, max: UInt256, timestamp: UInt64) {
    self.token = token
    record = TokenPriceRecord(min: min, max: max, timestamp: timestamp)
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(token)
    encoder.encode(record)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    token = try decoder.decodeInteger()
    record = try decoder.decode()
  }
}

/// What the block's proposer brings in. Rules GMX-110 to GMX-115.
public enum GMXProposerAction: Sendable, Equatable {
  /// Tokens in ascending order.
  case prices([TokenPrice])
  case deposit(to: Address, token: TokenID, amount: UInt256)
  /// A setting of a market or of the venue.
  case setting(StoreKey, UInt256)
  case role(KeeperRole, Address, isHeld: Bool)
  /// The referral of a trader; an affiliate of zero takes it away.
  case referral(Address, ReferralRecord)
  case halt(Bool)
}

extension GMXProposerAction: CanonicalCodable {
  public func encode(into encoder: inout CanonicalEncoder) {
    switch self {
    case .prices(let prices):
      encoder.encode(tag: 1)
      encoder.encode(list: prices)
    case .deposit(let account, let token, let amount):
      encoder.encode(tag: 2)
      encoder.encode(account)
      encoder.encode(token)
      encoder.encode(amount)
    case .setting(let key, let value):
      encoder.encode(tag: 3)
      var bytes: [UInt8] = []
      key.encodeKey(into: &bytes)
      encoder.append(raw: bytes)
      encoder.encode(value)
    case .role(let role, let account, let isHeld):
      encoder.encode(tag: 4)
      encoder.encode(tag: role.rawValue)
      encoder.encode(account)
      encoder.encode(isHeld)
    case .referral(let trader, let record):
      encoder.encode(tag: 5)
      encoder.encode(trader)
      encoder.encode(record)
    case .halt(let isHalted):
      encoder.encode(tag: 6)
      encoder.encode(isHalted)
    }
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    let tag = try decoder.decodeTag()
    switch tag {
    case 1: self = .prices(try decoder.decodeList(limit: 1_000))
    case 2:
      self = .deposit(
        to: try decoder.decodeAddress(), token: try decoder.decodeInteger(), amount: try decoder.decode())
    case 3:
      guard let key = StoreKey(keyBytes: try decoder.decodeRaw(count: StoreKey.keySize)) else {
        throw .invalidValue("a key that is none")
      }
      self = .setting(key, try decoder.decode())
    case 4:
      guard let role = KeeperRole(rawValue: try decoder.decodeTag()) else {
        throw .invalidValue("an unknown role")
      }
      self = .role(role, try decoder.decodeAddress(), isHeld: try decoder.decodeFlag())
    case 5: self = .referral(try decoder.decodeAddress(), try decoder.decode())
    case 6: self = .halt(try decoder.decodeFlag())
    default: throw .unknownTag(tag)
    }
  }
}

/// What a receipt says of an action that was carried out.
public enum GMXAnswer: Sendable, Equatable, CanonicalCodable {
  case done
  case created(UInt64)
  case executed
  /// Undone by its own rules; the code of the error.
  case cancelled(UInt32)
  case frozen(UInt32)
  case paid(UInt256)

  public func encode(into encoder: inout CanonicalEncoder) {
    switch self {
    case .done: encoder.encode(tag: 0)
    case .created(let id):
      encoder.encode(tag: 1)
      encoder.encode(id)
    case .executed: encoder.encode(tag: 2)
    case .cancelled(let code):
      encoder.encode(tag: 3)
      encoder.encode(code)
    case .frozen(let code):
      encoder.encode(tag: 4)
      encoder.encode(code)
    case .paid(let amount):
      encoder.encode(tag: 5)
      encoder.encode(amount)
    }
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    let tag = try decoder.decodeTag()
    switch tag {
    case 0: self = .done
    case 1: self = .created(try decoder.decodeInteger())
    case 2: self = .executed
    case 3: self = .cancelled(try decoder.decodeInteger())
    case 4: self = .frozen(try decoder.decodeInteger())
    case 5: self = .paid(try decoder.decode())
    default: throw .unknownTag(tag)
    }
  }
}
