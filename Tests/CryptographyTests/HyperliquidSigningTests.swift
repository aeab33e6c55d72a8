import Canonical
import Cryptography
import Foundation
import Testing

/// The signing vectors, if this checkout has them: beside the tests' package or in the folder next to it.
private let vectors: JSONValue? = {
  let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  for folder in ["Specs/Vectors", "../shared/vectors"] {
    let file = root.appending(path: folder).appending(path: "hyperliquid/signing.json")
    if let data = try? Data(contentsOf: file) { return try? JSONValue(parsing: [UInt8](data)) }
  }
  return nil
}()

private let exchange = TypedDataDomain(name: "Exchange", version: "1", chainID: 1337, verifyingContract: .zero)

private func userDomain(_ chainID: UInt64) -> TypedDataDomain {
  TypedDataDomain(name: "HyperliquidSignTransaction", version: "1", chainID: chainID, verifyingContract: .zero)
}

private let agentTypes = [
  TypedStructure("Agent", [TypedField("source", "string"), TypedField("connectionId", "bytes32")])
]

private func actionHash(
  _ action: JSONValue, nonce: UInt64, vault: Address?, expiresAfter: UInt64?
) throws -> (packed: [UInt8], hash: Hash32) {
  var encoder = MessagePackEncoder()
  try encoder.encode(action)
  var data = encoder.bytes
  withUnsafeBytes(of: nonce.bigEndian) { data.append(contentsOf: $0) }
  data.append(vault == nil ? 0 : 1)
  vault?.append(to: &data)
  if let expiresAfter {
    data.append(0)
    withUnsafeBytes(of: expiresAfter.bigEndian) { data.append(contentsOf: $0) }
  }
  return (encoder.bytes, Keccak256.hash(data))
}

private func agentDigest(_ actionHash: Hash32, isMainnet: Bool) throws -> Hash32 {
  try EIP712.digest(
    types: TypedDataTypes(agentTypes), primaryType: "Agent", domainSeparator: exchange.separator,
    message: ["source": isMainnet ? "a" : "b", "connectionId": .string(actionHash.description)])
}

private func text(_ row: JSONValue, _ key: String) throws -> String { try #require(row[key]?.string) }

private func readSignature(_ value: JSONValue?) throws -> RecoverableSignature {
  let value = try #require(value)
  return try RecoverableSignature(
    r: try #require(Hash32(hexInteger: try text(value, "r"))),
    s: try #require(Hash32(hexInteger: try text(value, "s"))),
    v: try #require(value["v"]?.integer(as: UInt8.self)))
}

@Suite struct HyperliquidSigningTests {
  @Test("The published constants: domain separators, type hashes and the hashed network names")
  func constants() throws {
    #expect(exchange.separator.hex == "d79297fcdf2ffcd4ae223d01edaa2ba214ff8f401d7c9300d995d17c82aa4040")
    #expect(
      Keccak256.hash(exchange.encodedType).hex == "8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f")
    #expect(
      try TypedDataTypes(agentTypes).typeHash("Agent")?.hex
        == "26f05c2f7239b6983075e58321292d77b3aa173d19b27257ac96ab362570f508")
    #expect(userDomain(0x66eee).separator.hex == "feb1393ca4412a4ca577bd51d04f0a77033514c602f4d0a11490fb95f7428df6")
    #expect(userDomain(0xa4b1).separator.hex == "2f54e643b38c9c2b65cb731aaf11c54f01705ee0cdf45aea16e2ac0a5ce7531a")
    #expect(userDomain(1).separator.hex == "db17d1ad595c034a414294c8a640f420ba18e2b7488231f5b97d02780d8e8648")
    #expect(Keccak256.hash("a").hex == "3ac225168df54212a25c1c01fd35bebfea408fdac2e31ddd6f80a4bbf9a5f1cb")
    #expect(Keccak256.hash("b").hex == "b5553de315e0edf504d9150af82dafa5c4667fa618ed0a6f19c69b41166c5510")
  }

  @Test("Type hashes of user-signed actions, whose names hold a colon")
  func typeHashes() throws {
    let chain = TypedField("hyperliquidChain", "string")
    let nonce = TypedField("nonce", "uint64")
    let answers: [(String, [TypedField], String)] = [
      (
        "SendMultiSig", [chain, TypedField("multiSigActionHash", "bytes32"), nonce],
        "550fbfa3eb8691c744dccee20fce8ca1bd0f0fb319fdbde7fc68dd16bde14214"
      ),
      (
        "ApproveAgent", [chain, TypedField("agentAddress", "address"), TypedField("agentName", "string"), nonce],
        "4464abf6148f115d79362d98320081aa2ae8a5c840083cb65820bffc21394378"
      ),
      (
        "UsdSend",
        [chain, TypedField("destination", "string"), TypedField("amount", "string"), TypedField("time", "uint64")],
        "c7410964737e2180e258d649f23f74a49460432fecbd94688103ecc63fb66b4c"
      ),
      (
        "TokenDelegate",
        [
          chain, TypedField("validator", "address"), TypedField("wei", "uint64"), TypedField("isUndelegate", "bool"),
          nonce,
        ], "92b330ec2490ea5985392c914fbd03684ac4860d6423151a947ad3022c58270b"
      ),
      (
        "LinkStakingUser", [chain, TypedField("user", "address"), TypedField("isFinalize", "bool"), nonce],
        "27165ee398ec554a44513917647b374592878a87c4c3c1e43735771d9cf5a5e7"
      ),
    ]
    for (name, fields, answer) in answers {
      let full = "HyperliquidTransaction:\(name)"
      #expect(try TypedDataTypes([TypedStructure(full, fields)]).typeHash(full)?.hex == answer, "\(name)")
    }
  }

  @Test("The worked example: an order's action hashes, digests and signatures")
  func workedExample() throws {
    let key = try #require(PrivateKey(hex: "0x0123456789012345678901234567890123456789012345678901234567890123"))
    let action = try JSONValue(
      parsing:
        #"{"type":"order","orders":[{"a":1,"b":true,"p":"100","s":"100","r":false,"t":{"limit":{"tif":"Gtc"}}}],"#
        + #""grouping":"na"}"#)
    let nonce: UInt64 = 1_763_866_800_000
    let vault = Address(hex: "1719884eb866cb12b2287399b15f7db5e7d775ea")
    let plain = try actionHash(action, nonce: nonce, vault: nil, expiresAfter: nil).hash
    #expect(plain.hex == "a254fad2aaca564feb64d06cdcd26084c99ad7253e36e135bde0c1356474011c")
    #expect(
      try actionHash(action, nonce: nonce, vault: vault, expiresAfter: nil).hash.hex
        == "5e9dbfcee7c66df129757b8eb930d54c1d8ab18463a2c0824cc2d7c6a3caa31f")
    #expect(
      try actionHash(action, nonce: nonce, vault: nil, expiresAfter: 1_763_866_860_000).hash.hex
        == "31c63503fbb160b47c27379100d718d0d3e723d35091a6ab57c1e15c496ca369")
    let digest = try agentDigest(plain, isMainnet: true)
    #expect(digest.hex == "80481a23974566167e1c202d8e6e4ef1240a025e56a92e8c70c0dd5d3a92dab0")
    let test = try agentDigest(plain, isMainnet: false)
    #expect(test.hex == "a6bb1de9fe6b3cacefb769d9d0eac3d2186bbf4934e376405cbbcd97fa7dcefe")
    let signature = Secp256k1.sign(digest: digest, with: key)
    #expect(signature.r.hex == "e1e07b549eb6a655f74f503c692d4587ab574e380e0d461c310e83f9da5086e9")
    #expect(signature.s.hex == "28451a45a422eebf857de91f5bf573937a2f6e7318a46321285775c2ddfb46b2")
    #expect(signature.v == 28)
  }

  @Test("Every L1 row: the text read and printed, its MessagePack, hash, digest, signature and signer")
  func l1Rows() throws {
    guard let vectors else { return }
    let rows = try #require(vectors["l1"]?.array) + (vectors["multiSigInnerL1"]?.array ?? [])
    #expect(rows.count > 100)
    for row in rows {
      let actionText = try text(row, "actionText")
      let action = try JSONValue(parsing: actionText)
      #expect(action == row["action"])
      // The printer writes what is not ASCII as UTF-8, some rows as escapes.
      if !actionText.utf8.contains(UInt8(ascii: "\\")) { #expect(action.text() == actionText) }
      let (packed, hash) = try actionHash(
        action, nonce: try #require(row["nonce"]?.uint64),
        vault: row["vaultAddress"]?.string.flatMap { Address(hex: $0) },
        expiresAfter: row["expiresAfter"]?.uint64)
      #expect(Hex.encodePrefixed(packed) == (try text(row, "msgpack")))
      #expect(hash.description == (try text(row, "actionHash")))
      let digest = try agentDigest(hash, isMainnet: row["isMainnet"] == true)
      try check(row, digest)
    }
  }

  /// The digest, and the signature both ways.
  private func check(_ row: JSONValue, _ digest: Hash32) throws {
    #expect(digest.description == (try text(row, "digest")))
    let key = try #require(PrivateKey(hex: try text(row, "privateKey")))
    #expect(key.address.description == (try text(row, "signer")))
    let signature = Secp256k1.sign(digest: digest, with: key)
    #expect(try signature == readSignature(row["signaturePadded"]))
    #expect(try signature == readSignature(row["signature"]))
    #expect(signature.r.hexInteger == row["signature"]?["r"]?.string)
    #expect(try Secp256k1.recoverAddress(digest: digest, signature: signature) == key.address)
  }

  @Test("Every user-signed row: type hash, struct hash, digest, signature and signer")
  func userSignedRows() throws {
    guard let vectors else { return }
    let rows = try #require(vectors["userSigned"]?.array) + (vectors["multiSigInnerUser"]?.array ?? [])
    #expect(rows.count > 10)
    for row in rows {
      let primaryType = try text(row, "primaryType")
      let fields = try EIP712.readFields(try #require(row["types"]), path: "types")
      let types = try TypedDataTypes([TypedStructure(primaryType, fields)])
      let message = try #require(row["message"])
      #expect(types.typeHash(primaryType)?.description == (try text(row, "typeHash")))
      #expect(try types.structHash(primaryType, message).description == (try text(row, "structHash")))
      let separator = try #require(Hash32(hex: try text(row, "domainSeparator")))
      if let chain = row["action"]?["signatureChainId"]?.string {
        let chainID = try #require(Hash32(hexInteger: chain))
        #expect(userDomain(chainID.word3).separator == separator)
      }
      try check(
        row, try EIP712.digest(types: types, primaryType: primaryType, domainSeparator: separator, message: message))
    }
  }

  @Test("Every tampered row recovers the address it is said to, or nothing")
  func negativeRows() throws {
    guard let vectors else { return }
    for row in try #require(vectors["negative"]?.array) {
      let digest = try #require(Hash32(hex: try text(row, "digest")))
      let signature = try readSignature(row["signature"])
      let recovered = try? Secp256k1.recoverAddress(digest: digest, signature: signature)
      #expect(recovered?.description == row["recovered"]?.string, "\(row["id"]?.string ?? "")")
    }
  }
}
