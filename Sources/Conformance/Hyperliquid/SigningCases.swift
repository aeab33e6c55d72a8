import Canonical
import ConformanceKit
import Cryptography
import Hyperliquid

/// The kinds of cases in `signing.json`. Keys sign deterministically (RFC 6979), so signatures are figures like others.
enum SigningCases {
  static func document(_ document: JSONValue) -> SectionedDocument {
    let keys = (document["keys"]?.array ?? []).compactMap { $0["address"]?.string }
    return SectionedDocument([
      ("meta", .label),
      ("keys", .cases(key)),
      ("known", .cases(known)),
      ("l1", .cases(l1)),
      ("userSigned", .cases(userSigned)),
      ("multiSigInnerL1", .cases(l1)),
      ("multiSigInnerUser", .cases(userSigned)),
      ("multiSigOuter", .cases(multiSigOuter)),
      ("negative", .cases(negative(signers: signers(document), keys: keys))),
      ("requests", .cases(request)),
      ("floatToWire", .cases(floatToWire)),
      ("floatToInt", .cases(floatToInt)),
    ])
  }

  /// The signer of every case that others may refer to by its id.
  private static func signers(_ document: JSONValue) -> [String: String] {
    var signers: [String: String] = [:]
    for section in ["l1", "userSigned", "multiSigInnerL1", "multiSigInnerUser", "multiSigOuter"] {
      for row in document[section]?.array ?? [] {
        if let id = row["id"]?.string, let signer = row["signer"]?.string { signers[id] = signer }
      }
    }
    return signers
  }

  static let key = CaseKind(order: ["privateKey", "address"]) { (reader) throws(CaseFailure) in
    reader.expect("address", .string(try reader.key("privateKey").address.description))
  }

  static let floatToWire = CaseKind(order: ["in", "out", "error"]) { (reader) throws(CaseFailure) in
    let input = try reader.text("in")
    do throws(FloatWire.Failure) {
      reader.expect("out", .string(try FloatWire.wire(input)))
    } catch {
      reader.expect("error", .string(error.text))
    }
  }

  static let floatToInt = CaseKind(order: ["in", "power", "out", "error"]) { (reader) throws(CaseFailure) in
    let input = try reader.text("in")
    guard let power = try reader.value("power").int, (0...30).contains(power) else {
      throw CaseFailure("power", "not a power from 0 to 30")
    }
    do throws(FloatWire.Failure) {
      reader.expect("out", .integer(try FloatWire.integer(input, power: power)))
    } catch {
      reader.expect("error", .string(error.text))
    }
  }

  /// A damaged case: whoever recovers, which must not be the signer. `recovered` is null for an invalid signature.
  /// The base, where it is in the file, tells the true signer; else that is one of the file's keys.
  static func negative(signers: [String: String], keys: [String]) -> CaseKind {
    CaseKind(
      order: [
        "id", "base", "tamper", "digest", "signature", "recovered", "originalSigner", "mustNotEqualSigner", "note",
      ]
    ) { (reader) throws(CaseFailure) in
      reader.labels("id", "tamper", "note")
      if let id = reader.given("id")?.string, let base = reader.given("base")?.string {
        reader.check("base", expected: true, got: .bool(id.hasSuffix(base)))
      }
      let digest = try reader.hash("digest")
      let recovered = try reader.signatureOrNil("signature").flatMap {
        try? Secp256k1.recoverAddress(digest: digest, signature: $0)
      }
      reader.expect("recovered", recovered.map { .string($0.description) } ?? .null)
      let base = try reader.text("base")
      if let signer = signers[base] {
        reader.expect("originalSigner", .string(signer))
      } else {
        let signer = try reader.text("originalSigner")
        reader.check("originalSigner", expected: true, got: .bool(keys.isEmpty || keys.contains(signer)))
      }
      let original = signers[base] ?? reader.given("originalSigner")?.string ?? ""
      reader.expect("mustNotEqualSigner", .bool(recovered?.description != original))
    }
  }

  /// A body as it was posted, through the node's own door: normalised, sealed, decoded, recovered.
  static let request = CaseKind(order: ["id", "path", "body", "signer", "isMainnet"]) { (reader) throws(CaseFailure) in
    reader.labels("id")
    reader.check("path", expected: "/exchange", got: .string(try reader.text("path")))
    let isMainnet = try reader.flag("isMainnet")
    let body = try reader.value("body")
    let known = ["action", "nonce", "signature", "vaultAddress", "expiresAfter"]
    for member in body.members ?? [] where !known.contains(member.key) {
      reader.check("body." + member.key, expected: member.value, got: "(no runner reads this field)")
    }
    let transaction: [UInt8]
    do throws(NormalisationError) {
      transaction = try HyperliquidRequest(body: body).transaction
    } catch {
      throw CaseFailure("body." + error.path, error.reason)
    }
    reader.expect("signer", .string(try NodeDoor.signer(of: transaction, isMainnet: isMainnet).description))
  }
}

extension CaseReader {
  mutating func key(_ field: String) throws(CaseFailure) -> PrivateKey {
    guard let key = PrivateKey(hex: try text(field)) else { throw CaseFailure(field, "not a private key") }
    return key
  }

  /// Nil for a signature that is none: the case then expects no signer.
  mutating func signatureOrNil(_ field: String) throws(CaseFailure) -> RecoverableSignature? {
    let value = try value(field)
    for member in value.members ?? [] where !["r", "s", "v"].contains(member.key) {
      check(field + "." + member.key, expected: member.value, got: "(no runner reads this field)")
    }
    return HyperliquidRequest.signature(value)
  }

  /// States signer, digest and both forms of the signature.
  mutating func expectSigned(digest: Hash32, key: PrivateKey) {
    let signature = Secp256k1.sign(digest: digest, with: key)
    expect("signer", .string(key.address.description))
    expect("digest", .string(digest.description))
    expect("signature", signature.trimmed)
    expect("signaturePadded", signature.padded)
    let recovered = try? Secp256k1.recoverAddress(digest: digest, signature: signature)
    check("signer", expected: .string(key.address.description), got: recovered.map { .string($0.description) } ?? .null)
  }

  mutating func vaultAddress() throws(CaseFailure) -> Address? {
    guard optional("vaultAddress") != nil else { return nil }
    return try address("vaultAddress")
  }

  mutating func expiresAfter() throws(CaseFailure) -> UInt64? {
    guard optional("expiresAfter") != nil else { return nil }
    return try uint64("expiresAfter")
  }

  /// A case's id begins with its kind.
  mutating func readNames() {
    labels("id", "kind")
    guard let id = given("id")?.string, let kind = given("kind")?.string else { return }
    check("kind", expected: true, got: .bool(id.hasPrefix(kind)))
  }
}

extension RecoverableSignature {
  /// As the SDK sends it: without leading zero digits.
  var trimmed: JSONValue {
    .object([
      JSONMember("r", .string(r.hexInteger)), JSONMember("s", .string(s.hexInteger)), JSONMember("v", JSONValue(v)),
    ])
  }

  var padded: JSONValue {
    .object([
      JSONMember("r", .string(r.description)), JSONMember("s", .string(s.description)), JSONMember("v", JSONValue(v)),
    ])
  }
}
