import Canonical
import Cryptography

/// How one field of a user-signed action is hashed.
public enum UserSignedFieldKind: String, Sendable, CaseIterable {
  /// Hashed exactly as sent.
  case string
  case address
  case bool
  case uint64
  case uint32
  case bytes
}

public struct UserSignedField: Sendable, Equatable {
  public let name: String
  public let kind: UserSignedFieldKind

  public init(_ name: String, _ kind: UserSignedFieldKind) {
    self.name = name
    self.kind = kind
  }
}

/// The typed data of one user-signed action type: primary type `HyperliquidTransaction:<name>` and the fields behind
/// `string hyperliquidChain`, in their order.
public struct UserSignedSchema: Sendable {
  public let actionType: String
  public let name: String
  public let fields: [UserSignedField]
  public let typeHash: Hash32
  /// The same with the two fields that an inner signature of a multi-signature envelope adds.
  public let innerTypeHash: Hash32

  static let chainField = UserSignedField("hyperliquidChain", .string)
  static let innerFields = [UserSignedField("payloadMultiSigUser", .address), UserSignedField("outerSigner", .address)]

  init(_ actionType: String, _ name: String, _ fields: [(String, UserSignedFieldKind)]) {
    self.actionType = actionType
    self.name = name
    self.fields = fields.map { UserSignedField($0.0, $0.1) }
    typeHash = Self.typeHash(name: name, fields: [Self.chainField] + self.fields)
    innerTypeHash = Self.typeHash(name: name, fields: [Self.chainField] + Self.innerFields + self.fields)
  }

  public var primaryType: String { "HyperliquidTransaction:" + name }

  /// All fields that are signed, the chain first; `isInner` for a signature inside a multi-signature envelope.
  public func signedFields(isInner: Bool) -> [UserSignedField] {
    [Self.chainField] + (isInner ? Self.innerFields : []) + fields
  }

  /// Keccak-256 of `HyperliquidTransaction:Name(type name,type name...)`.
  public static func typeHash(name: String, fields: [UserSignedField]) -> Hash32 {
    let list = fields.map { $0.kind.rawValue + " " + $0.name }.joined(separator: ",")
    return SigningConstants.keccak("HyperliquidTransaction:" + name + "(" + list + ")")
  }

  /// The field that must equal the envelope's nonce.
  public var nonceField: String { fields.last?.name == "time" ? "time" : "nonce" }

  public static func find(_ actionType: String) -> UserSignedSchema? { all.first { $0.actionType == actionType } }

  /// All user-signed types of the venue.
  public static let all: [UserSignedSchema] = [
    UserSignedSchema("usdSend", "UsdSend", [("destination", .string), ("amount", .string), ("time", .uint64)]),
    UserSignedSchema(
      "spotSend", "SpotSend",
      [("destination", .string), ("token", .string), ("amount", .string), ("time", .uint64)]),
    UserSignedSchema("withdraw3", "Withdraw", [("destination", .string), ("amount", .string), ("time", .uint64)]),
    UserSignedSchema(
      "usdClassTransfer", "UsdClassTransfer", [("amount", .string), ("toPerp", .bool), ("nonce", .uint64)]),
    UserSignedSchema(
      "sendAsset", "SendAsset",
      [
        ("destination", .string), ("sourceDex", .string), ("destinationDex", .string), ("token", .string),
        ("amount", .string), ("fromSubAccount", .string), ("nonce", .uint64),
      ]),
    UserSignedSchema(
      "approveAgent", "ApproveAgent", [("agentAddress", .address), ("agentName", .string), ("nonce", .uint64)]),
    UserSignedSchema(
      "approveBuilderFee", "ApproveBuilderFee",
      [("maxFeeRate", .string), ("builder", .address), ("nonce", .uint64)]),
    UserSignedSchema(
      "tokenDelegate", "TokenDelegate",
      [("validator", .address), ("wei", .uint64), ("isUndelegate", .bool), ("nonce", .uint64)]),
    UserSignedSchema("cDeposit", "CDeposit", [("wei", .uint64), ("nonce", .uint64)]),
    UserSignedSchema("cWithdraw", "CWithdraw", [("wei", .uint64), ("nonce", .uint64)]),
    UserSignedSchema(
      "convertToMultiSigUser", "ConvertToMultiSigUser", [("signers", .string), ("nonce", .uint64)]),
    UserSignedSchema(
      "userDexAbstraction", "UserDexAbstraction", [("user", .address), ("enabled", .bool), ("nonce", .uint64)]),
    UserSignedSchema(
      "userSetAbstraction", "UserSetAbstraction",
      [("user", .address), ("abstraction", .string), ("nonce", .uint64)]),
    UserSignedSchema(
      "userPortfolioMargin", "UserPortfolioMargin", [("user", .address), ("enabled", .bool), ("nonce", .uint64)]),
    UserSignedSchema(
      "linkStakingUser", "LinkStakingUser", [("user", .address), ("isFinalize", .bool), ("nonce", .uint64)]),
    UserSignedSchema(
      "stakingLinkDisableTradingUser", "StakingLinkDisableTradingUser",
      [("tradingUser", .address), ("nonce", .uint64)]),
    UserSignedSchema(
      "sendToEvmWithData", "SendToEvmWithData",
      [
        ("token", .string), ("amount", .string), ("sourceDex", .string), ("destinationRecipient", .string),
        ("addressEncoding", .string), ("destinationChainId", .uint32), ("gasLimit", .uint64), ("data", .bytes),
        ("nonce", .uint64),
      ]),
  ]
}

/// Collects the 32-byte words of an EIP-712 struct.
struct TypedDataWords {
  var bytes: [UInt8]

  init(typeHash: Hash32) {
    bytes = []
    bytes.reserveCapacity(320)
    typeHash.append(to: &bytes)
  }

  mutating func append(text: some Collection<UInt8>) { Keccak256.hash(Array(text)).append(to: &bytes) }
  mutating func append(_ number: UInt64) { Hash32(number).append(to: &bytes) }
  mutating func append(_ flag: Bool) { Hash32(flag ? 1 : 0).append(to: &bytes) }
  mutating func append(_ address: Address) { address.word.append(to: &bytes) }

  var structHash: Hash32 { Keccak256.hash(bytes) }
}

/// Why a JSON action has no typed data.
public enum UserSignedError: Error, Sendable, Equatable {
  case missingField(String)
  case wrongKind(field: String, wanted: UserSignedFieldKind)
}

extension UserSignedSchema {
  /// The EIP-712 struct hash of `fields` over the members of a JSON object.
  public static func structHash(
    typeHash: Hash32, fields: [UserSignedField], message: JSONValue
  ) throws(UserSignedError) -> Hash32 {
    var words = TypedDataWords(typeHash: typeHash)
    for field in fields {
      guard let value = message[field.name] else { throw .missingField(field.name) }
      guard words.append(value, as: field.kind) else { throw .wrongKind(field: field.name, wanted: field.kind) }
    }
    return words.structHash
  }
}

extension TypedDataWords {
  /// False when the value is not of that kind.
  fileprivate mutating func append(_ value: JSONValue, as kind: UserSignedFieldKind) -> Bool {
    switch kind {
    case .string:
      guard let text = value.string else { return false }
      append(text: text.utf8)
    case .address:
      guard let text = value.string, let address = Address(hex: text) else { return false }
      append(address)
    case .bool:
      guard let flag = value.bool else { return false }
      append(flag)
    case .uint64:
      guard let number = value.uint64 else { return false }
      append(number)
    case .uint32:
      guard let number = value.integer(as: UInt32.self) else { return false }
      append(UInt64(number))
    case .bytes:
      guard let text = value.string, let raw = try? Hex.decode(text) else { return false }
      append(text: raw)
    }
    return true
  }
}
