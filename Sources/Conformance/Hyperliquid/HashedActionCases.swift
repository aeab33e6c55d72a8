import Canonical
import ConformanceKit
import Cryptography
import Hyperliquid

/// An action, its envelope and what is hashed of them.
struct HashedAction {
  var action: JSONValue
  var messagePack: [UInt8]
  var nonce: UInt64
  var vaultAddress: Address?
  var expiresAfter: UInt64?

  var actionHash: Hash32 {
    HyperliquidSigning.actionHash(
      messagePack: messagePack, nonce: nonce, vaultAddress: vaultAddress, expiresAfter: expiresAfter)
  }

  func digest(isMainnet: Bool) -> Hash32 {
    HyperliquidSigning.agentDigest(actionHash: actionHash, isMainnet: isMainnet)
  }

  static func encode(_ action: JSONValue) throws(CaseFailure) -> [UInt8] {
    do throws(MessagePackError) {
      return try HyperliquidWire.encode(action)
    } catch {
      throw CaseFailure("action", "\(error)")
    }
  }
}

extension SigningCases {
  /// L1 actions, and the arrays of inner multi-signatures, which come with their three parts.
  static let l1 = CaseKind(
    order: [
      "id", "kind", "privateKey", "signer", "isMainnet", "nonce", "vaultAddress", "expiresAfter", "action",
      "actionText", "msgpack", "actionHash", "digest", "signature", "signaturePadded", "multiSigUser", "outerSigner",
      "innerAction",
    ]
  ) { (reader) throws(CaseFailure) in
    reader.readNames()
    let key = try reader.key("privateKey")
    let isMainnet = try reader.flag("isMainnet")
    let action = try reader.hashedAction()
    let hashed = HashedAction(
      action: action, messagePack: try HashedAction.encode(action), nonce: try reader.uint64("nonce"),
      vaultAddress: try reader.vaultAddress(), expiresAfter: try reader.expiresAfter())
    reader.expect("msgpack", .string(Hex.encodePrefixed(hashed.messagePack)))
    reader.expect("actionHash", .string(hashed.actionHash.description))
    let digest = hashed.digest(isMainnet: isMainnet)
    reader.expectSigned(digest: digest, key: key)
    guard action.array == nil else { return }
    try NodeDoor.check(
      &reader, action: action, messagePack: hashed.messagePack, nonce: hashed.nonce,
      vaultAddress: hashed.vaultAddress, expiresAfter: hashed.expiresAfter, isMainnet: isMainnet, digest: digest)
  }

  /// Known answers of the official SDKs' own tests: three kinds.
  static let known = CaseKind(
    order: [
      "source", "kind", "expected", "action", "types", "primaryType", "isMainnet", "nonce", "vaultAddress",
      "expiresAfter", "privateKey", "signer", "msgpack", "actionHash", "expectedActionHash",
    ]
  ) { (reader) throws(CaseFailure) in
    let kind = try reader.text("kind")
    if kind.hasPrefix("user:") {
      try knownUserSigned(&reader, type: String(kind.dropFirst(5)))
      return
    }
    let action = try reader.value("action")
    let hashed = HashedAction(
      action: action, messagePack: try HashedAction.encode(action), nonce: try reader.uint64("nonce"),
      vaultAddress: try reader.vaultAddress(), expiresAfter: try reader.expiresAfter())
    if kind == "phantomAgentHash" {
      reader.labels("source")
      reader.expect("expectedActionHash", .string(hashed.actionHash.description))
      return
    }
    guard kind == "l1" else { throw CaseFailure("kind", "an unknown kind of known answer") }
    let key = try reader.key("privateKey")
    let digest = hashed.digest(isMainnet: try reader.flag("isMainnet"))
    reader.expectKnown(Secp256k1.sign(digest: digest, with: key))
    reader.expect("signer", .string(key.address.description))
    reader.expect("msgpack", .string(Hex.encodePrefixed(hashed.messagePack)))
    reader.expect("actionHash", .string(hashed.actionHash.description))
  }

  private static func knownUserSigned(_ reader: inout CaseReader, type: String) throws(CaseFailure) {
    let key = try reader.key("privateKey")
    let action = try reader.value("action")
    let typed = try TypedAction(&reader, action: action, type: type)
    reader.check("isMainnet", expected: .bool(try reader.flag("isMainnet")), got: .bool(typed.isMainnet))
    reader.expectKnown(Secp256k1.sign(digest: try typed.digest(), with: key))
    reader.expect("signer", .string(key.address.description))
  }
}

extension CaseReader {
  /// The Python SDK's tests drop leading zeros of r and s, the Rust SDK's keep them.
  mutating func expectKnown(_ signature: RecoverableSignature) {
    let isRust = optional("source")?.string?.hasPrefix("hyperliquid-rust-sdk") ?? false
    let forms = [signature.trimmed, signature.padded]
    expect("expected", forms[isRust ? 1 : 0], .accepted { forms.contains($0) })
  }

  /// The action in hashed key order, from whichever of its forms are given; all forms that are given must agree.
  mutating func hashedAction() throws(CaseFailure) -> JSONValue {
    var action = given("action")
    if let text = given("actionText") {
      guard let text = text.string, let parsed = try? JSONValue(parsing: text) else {
        throw CaseFailure("actionText", "not JSON")
      }
      action = parsed
    }
    if row["multiSigUser"] != nil || row["innerAction"] != nil {
      let inner = MultiSignature.innerValue(
        multiSigUser: try address("multiSigUser"), outerSigner: try address("outerSigner"),
        action: try value("innerAction"))
      if action == nil { action = inner }
      check("action (of its parts)", expected: action ?? .null, got: inner)
    }
    guard let action else { throw CaseFailure("action", "the field is missing") }
    expect("action", action)
    expect("actionText", .string(action.asciiText))
    return action
  }
}

extension JSONValue {
  /// Compact JSON in which everything beyond ASCII is escaped, as Python writes it.
  var asciiText: String {
    var output: [UInt8] = []
    for scalar in text().unicodeScalars {
      if scalar.value < 0x80 {
        output.append(UInt8(scalar.value))
      } else {
        for unit in UTF16.encode(scalar) ?? .init() {
          output += Array("\\u".utf8) + Array(Hex.encode([UInt8(unit >> 8), UInt8(unit & 0xff)]).utf8)
        }
      }
    }
    return String(decoding: output, as: UTF8.self)
  }
}
