import Canonical
import ConformanceKit
import Cryptography
import Hyperliquid

/// A user-signed action with the typed data that it is signed as. The room's own table says which fields those are;
/// for a type outside it the case's list is used.
struct TypedAction {
  var schema: UserSignedSchema?
  var fields: [UserSignedField]
  var name: String
  var message: JSONValue
  var domainSeparator: Hash32
  var isMainnet: Bool

  init(_ reader: inout CaseReader, action: JSONValue, type: String) throws(CaseFailure) {
    schema = UserSignedSchema.find(type)
    let isInner = action["payloadMultiSigUser"] != nil
    if let schema {
      fields = schema.signedFields(isInner: isInner)
      name = schema.name
      reader.expect("types", Self.list(fields))
      reader.expect("primaryType", .string(schema.primaryType))
    } else {
      fields = try Self.fields(reader.list("types"))
      let primary = try reader.text("primaryType")
      guard primary.hasPrefix("HyperliquidTransaction:") else { throw CaseFailure("primaryType", "of another family") }
      name = String(primary.dropFirst(23))
    }
    guard let chain = action["hyperliquidChain"]?.string, ["Mainnet", "Testnet"].contains(chain) else {
      throw CaseFailure("action.hyperliquidChain", "neither Mainnet nor Testnet")
    }
    isMainnet = chain == "Mainnet"
    guard let domain = action["signatureChainId"]?.string.flatMap(HyperliquidSigning.userDomainSeparator) else {
      throw CaseFailure("action.signatureChainId", "not a hexadecimal number")
    }
    domainSeparator = domain
    message = try Self.message(action, fields)
  }

  private static func message(_ action: JSONValue, _ fields: [UserSignedField]) throws(CaseFailure) -> JSONValue {
    var members: [JSONMember] = []
    for field in fields {
      // An unnamed agent's empty name may be left out of the action.
      let absent: JSONValue? = field.name == "agentName" ? .some(.string("")) : .none
      guard let value = action[field.name] ?? absent else {
        throw CaseFailure("action." + field.name, "the field is missing")
      }
      members.append(JSONMember(field.name, value))
    }
    return .object(members)
  }

  private static func fields(_ list: [JSONValue]) throws(CaseFailure) -> [UserSignedField] {
    var fields: [UserSignedField] = []
    for item in list {
      guard let name = item["name"]?.string, let kind = item["type"]?.string.flatMap(UserSignedFieldKind.init) else {
        throw CaseFailure("types", "a field without name or with an unknown type")
      }
      fields.append(UserSignedField(name, kind))
    }
    return fields
  }

  private static func list(_ fields: [UserSignedField]) -> JSONValue {
    .array(
      fields.map {
        .object([JSONMember("name", .string($0.name)), JSONMember("type", .string($0.kind.rawValue))])
      })
  }

  var typeHash: Hash32 { UserSignedSchema.typeHash(name: name, fields: fields) }

  func structHash() throws(CaseFailure) -> Hash32 {
    do throws(UserSignedError) {
      return try UserSignedSchema.structHash(typeHash: typeHash, fields: fields, message: message)
    } catch {
      throw CaseFailure("message", "\(error)")
    }
  }

  func digest() throws(CaseFailure) -> Hash32 {
    EIP712.digest(domainSeparator: domainSeparator, structHash: try structHash())
  }
}

extension SigningCases {
  /// User-signed actions, and inner multi-signatures over them, whose actions carry two more fields.
  static let userSigned = CaseKind(
    order: [
      "id", "kind", "privateKey", "signer", "isMainnet", "primaryType", "types", "message", "action", "typeHash",
      "domainSeparator", "structHash", "digest", "signature", "signaturePadded", "typesSource",
    ]
  ) { (reader) throws(CaseFailure) in
    reader.readNames()
    reader.labels("typesSource")
    let key = try reader.key("privateKey")
    let action = try reader.value("action")
    guard let type = action["type"]?.string else { throw CaseFailure("action.type", "the field is missing") }
    if let kind = reader.given("kind")?.string {
      let named = kind.split(separator: "/").contains { $0 == type }
      reader.check("kind (names the action)", expected: true, got: .bool(named))
    }
    let typed = try TypedAction(&reader, action: action, type: type)
    reader.check("isMainnet", expected: .bool(try reader.flag("isMainnet")), got: .bool(typed.isMainnet))
    let message = typed.message
    reader.expect("message", message, .accepted { $0.hasSameMembers(as: message) })
    reader.expect("typeHash", .string(typed.typeHash.description))
    reader.expect("domainSeparator", .string(typed.domainSeparator.description))
    reader.expect("structHash", .string(try typed.structHash().description))
    let digest = try typed.digest()
    reader.expectSigned(digest: digest, key: key)
    let known = Set(typed.fields.map(\.name) + ["type", "signatureChainId"])
    for member in action.members ?? [] where !known.contains(member.key) {
      reader.check("action." + member.key, expected: member.value, got: "(no runner reads this field)")
    }
    guard let schema = typed.schema, action["payloadMultiSigUser"] == nil else { return }
    try NodeDoor.check(
      &reader, action: action, messagePack: nil, nonce: action[schema.nonceField]?.uint64 ?? 0, vaultAddress: nil,
      expiresAfter: nil, isMainnet: typed.isMainnet, digest: digest)
  }

  /// The wrapper: its hash without `type`, the outer signature, and who signed inside.
  static let multiSigOuter = CaseKind(
    order: [
      "id", "kind", "privateKey", "signer", "isMainnet", "nonce", "vaultAddress", "expiresAfter", "action",
      "actionText", "msgpackWithoutType", "multiSigActionHash", "digest", "signature", "signaturePadded",
      "innerSigners",
    ]
  ) { (reader) throws(CaseFailure) in
    reader.readNames()
    let key = try reader.key("privateKey")
    let isMainnet = try reader.flag("isMainnet")
    let action = try reader.hashedAction()
    let wrapper = JSONValue.object((action.members ?? []).filter { $0.key != "type" })
    let hashed = HashedAction(
      action: action, messagePack: try HashedAction.encode(wrapper), nonce: try reader.uint64("nonce"),
      vaultAddress: try reader.vaultAddress(), expiresAfter: try reader.expiresAfter())
    guard let domain = action["signatureChainId"]?.string.flatMap(HyperliquidSigning.userDomainSeparator) else {
      throw CaseFailure("action.signatureChainId", "not a hexadecimal number")
    }
    reader.expect("msgpackWithoutType", .string(Hex.encodePrefixed(hashed.messagePack)))
    reader.expect("multiSigActionHash", .string(hashed.actionHash.description))
    let digest = HyperliquidSigning.multiSigDigest(
      actionHash: hashed.actionHash, nonce: hashed.nonce, domainSeparator: domain, isMainnet: isMainnet)
    reader.expectSigned(digest: digest, key: key)
    reader.expect("innerSigners", try innerSigners(hashed, isMainnet: isMainnet))
    try NodeDoor.check(
      &reader, action: action, messagePack: try HashedAction.encode(action), nonce: hashed.nonce,
      vaultAddress: hashed.vaultAddress, expiresAfter: hashed.expiresAfter, isMainnet: isMainnet, digest: digest)
  }

  private static func innerSigners(_ hashed: HashedAction, isMainnet: Bool) throws(CaseFailure) -> JSONValue {
    guard let payload = hashed.action["payload"], let inner = payload["action"],
      let user = payload["multiSigUser"]?.string.flatMap({ Address(hex: $0) }),
      let outer = payload["outerSigner"]?.string.flatMap({ Address(hex: $0) }),
      let signatures = hashed.action["signatures"]?.array
    else { throw CaseFailure("action.payload", "not a multi-signature payload") }
    let digest: Hash32
    do throws(MultiSignature.Failure) {
      digest = try MultiSignature.innerDigest(
        multiSigUser: user, outerSigner: outer, action: inner, nonce: hashed.nonce,
        vaultAddress: hashed.vaultAddress, expiresAfter: hashed.expiresAfter, isMainnet: isMainnet)
    } catch {
      throw CaseFailure("action.payload.action", "\(error)")
    }
    return .array(
      signatures.map { signature in
        let signer = HyperliquidRequest.signature(signature).flatMap {
          try? Secp256k1.recoverAddress(digest: digest, signature: $0)
        }
        return signer.map { .string($0.description) } ?? .null
      })
  }
}

extension JSONValue {
  /// Equal but for the order of an object's members.
  func hasSameMembers(as other: JSONValue) -> Bool {
    guard let left = members, let right = other.members else { return self == other }
    return left.count == right.count && left.allSatisfy { other[$0.key] == $0.value }
  }
}
