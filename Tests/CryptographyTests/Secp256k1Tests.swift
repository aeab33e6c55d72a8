import Canonical
import Cryptography
import Testing

private func key(_ hex: String) throws -> PrivateKey { try #require(PrivateKey(hex: hex)) }
private func word(_ hex: String) throws -> Hash32 { try #require(Hash32(hex: hex)) }

@Suite struct KeyTests {
  @Test("Known keys have their known public keys and Ethereum addresses")
  func ethereum() throws {
    let one = try #require(PrivateKey(Hash32(1)))
    #expect(
      Hex.encode(one.publicKey.compressed) == "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")
    #expect(
      Hex.encode(one.publicKey.uncompressed)
        == "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
        + "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8")
    #expect(one.address.hex == "7e5f4552091a69125d5dfcb7b8c2659029395bdf")
    let published = try key("0x0123456789012345678901234567890123456789012345678901234567890123")
    #expect(published.address.description == "0x14791697260e4c9a71f18484c9f997b308e59325")
  }

  @Test("The public test accounts of the dYdX chain have their published addresses")
  func cosmos() throws {
    let accounts = [
      (
        "c64c72505730acd43a69ca7b9ce17003538091e36dc1ddb7577a40c46f39215b",
        "034890f87a547c919c81c1fb8a213363d5700985824f08392ec4e373fab55f049c",
        "dydx199tqg4wdlnu4qjlxchpd7seg454937hjrknju4"
      ),
      (
        "26e264e6d5ad80bf9929017de3a387ca720cb0aab3efb834d9efa7b68868cd3c",
        "0256a642d36e4c41e509b9f8650db47a6fdb6d035c68024ee78c8c382a04f0e4f2",
        "dydx10fx7sy6ywd5senxae9dwytf8jxek3t2gcen2vs"
      ),
      (
        "098428fbd92c9d53e40f2241689bc8fb346dc2f67b238fd2843368fa675113c6",
        "0240357ec2d48424966e77a6048011f423e42b545ad4b95865cac02a6fd89afaa7",
        "dydx1fjg6zp6vv8t9wvy4lps03r5l4g7tkjw9wvmh70"
      ),
      (
        "843e54824a1f73711f188e4a8e69395ddf98ede3cb9371245f40d6dabf986570",
        "03cecc7211c6323ee2d7107051f102b57cd72488258bf25516849ac54a8837ce91",
        "dydx1wau5mja7j7zdavtfq9lu7ejef05hm6ffenlcsn"
      ),
    ]
    for (secret, compressed, address) in accounts {
      let publicKey = try key(secret).publicKey
      #expect(Hex.encode(publicKey.compressed) == compressed)
      #expect(Bech32.encode(prefix: "dydx", address: publicKey.cosmosAddress) == address)
      #expect(try Bech32.decodeAddress(address, prefix: "dydx") == publicKey.cosmosAddress)
    }
  }

  @Test("Only numbers from 1 to the order less one are private keys, and none is ever printed")
  func validity() throws {
    #expect(PrivateKey(Hash32.zero) == nil)
    #expect(PrivateKey(Secp256k1.order) == nil)
    #expect(PrivateKey([UInt8](repeating: 1, count: 31)) == nil)
    var last = Secp256k1.order
    last.word3 -= 1
    let greatest = try #require(PrivateKey(last))
    // The negative of the generator: same x, other y.
    #expect(greatest.publicKey.x == PrivateKey(Hash32(1))?.publicKey.x)
    var text = ""
    dump(greatest, to: &text)
    for printed in [text, "\(greatest)", String(reflecting: greatest)] {
      #expect(!printed.contains(greatest.secretBytes.first.map { "\($0)" } ?? "?") && printed.contains("hidden"))
    }
    #expect(PrivateKey(ofName: "alice") == PrivateKey(ofName: "alice"))
    #expect(PrivateKey(ofName: "alice") != PrivateKey(ofName: "bob"))
  }

  @Test("Public keys read back from both forms; other bytes are refused")
  func parsing() throws {
    let publicKey = PrivateKey(ofName: "x").publicKey
    #expect(try PublicKey(bytes: publicKey.compressed) == publicKey)
    #expect(try PublicKey(bytes: publicKey.uncompressed) == publicKey)
    #expect(throws: SignatureError.wrongLength(expected: 33, found: 0)) { try PublicKey(bytes: []) }
    // No point of the curve has x = 5.
    #expect(throws: SignatureError.invalidPublicKey) { try PublicKey(bytes: [2] + Hash32(5).bytes) }
    var hybrid = publicKey.uncompressed
    hybrid[0] = publicKey.y.word3 & 1 == 0 ? 6 : 7
    #expect(throws: SignatureError.invalidPublicKey) { try PublicKey(bytes: hybrid) }
    var off = publicKey.uncompressed
    off[64] ^= 1
    #expect(throws: SignatureError.invalidPublicKey) { try PublicKey(bytes: off) }
  }
}

@Suite struct SignatureTests {
  @Test("Signatures are those of RFC 6979 with low s")
  func deterministic() throws {
    let one = try #require(PrivateKey(Hash32(1)))
    let signature = Secp256k1.sign(digest: SHA256.hash(Array("Satoshi Nakamoto".utf8)), with: one)
    #expect(signature.r == (try word("934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8")))
    #expect(signature.s == (try word("2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5")))
  }

  @Test("The signer comes back from its signature, and from its high twin; another digest gives another address")
  func recovery() throws {
    var random = Sequence64(state: 5)
    for index in 0..<40 {
      let key = PrivateKey(ofName: "signer \(index)")
      let digest = random.hash()
      let signature = Secp256k1.sign(digest: digest, with: key)
      #expect(!signature.isHighS)
      #expect(try Secp256k1.recover(digest: digest, signature: signature) == key.publicKey)
      #expect(try Secp256k1.recoverAddress(digest: digest, signature: signature) == key.address)
      let twin = try #require(signature.malleated)
      #expect(twin.isHighS && twin.malleated == signature)
      #expect(try Secp256k1.recover(digest: digest, signature: twin) == key.publicKey)
      #expect(try Secp256k1.recover(digest: random.hash(), signature: signature) != key.publicKey)
      #expect(try RecoverableSignature(bytes: signature.bytes) == signature)
      #expect(try RecoverableSignature(r: signature.r, s: signature.s, v: signature.v) == signature)
    }
  }

  @Test("Zero and overflowing scalars, bad recovery ids and points off the curve have their errors")
  func refusals() throws {
    let digest = Hash32(7)
    let good = Secp256k1.sign(digest: digest, with: PrivateKey(ofName: "x"))
    func failure(_ change: (inout RecoverableSignature) -> Void) -> SignatureError? {
      var signature = good
      change(&signature)
      do {
        _ = try Secp256k1.recover(digest: digest, signature: signature)
        return nil
      } catch { return error }
    }
    #expect(failure { _ in } == nil)
    #expect(failure { $0.r = .zero } == .zeroScalar)
    #expect(failure { $0.s = .zero } == .zeroScalar)
    #expect(failure { $0.r = Secp256k1.order } == .scalarOverflow)
    #expect(failure { $0.s = Hash32(word0: .max, word1: .max, word2: .max, word3: .max) } == .scalarOverflow)
    #expect(failure { $0.recoveryID = 4 } == .invalidRecoveryID(4))
    #expect(failure { $0.recoveryID = 255 } == .invalidRecoveryID(255))
    #expect(failure { $0.recoveryID |= 2 } == .invalidPoint)
    #expect(failure { $0.r = Hash32(5) } == .invalidPoint)
    #expect(throws: SignatureError.invalidRecoveryID(26)) { try RecoverableSignature(r: good.r, s: good.s, v: 26) }
    #expect(throws: SignatureError.wrongLength(expected: 65, found: 64)) {
      try RecoverableSignature(bytes: good.compactBytes)
    }
  }

  @Test("A published Cosmos transaction verifies; each kind of change to it is refused for its own reason")
  func verification() throws {
    let digest = try word("ea1597d1f6c7ca1921824ddb5198748bf71cfe7cd65b0dd06fde971f89347600")
    let signature = try Hex.decode(
      "ea7fa00a93af954b509ff0af556255489d45a81c6a5728f19ad601fb81660c6c"
        + "461f283e1b505893de7d806ef4a612b3a07ec78521ad87eb65ed35564648d951")
    let publicKey = try Hex.decode("034890f87a547c919c81c1fb8a213363d5700985824f08392ec4e373fab55f049c")
    func verify(
      _ digest: Hash32, _ signature: [UInt8], _ publicKey: [UInt8], lowS: Bool = true
    ) throws(SignatureError) {
      try Secp256k1.verify(digest: digest, signature: signature, publicKey: publicKey, requiresLowS: lowS)
    }
    try verify(digest, signature, publicKey)
    let point = try PublicKey(bytes: publicKey)
    let r = try #require(Hash32(signature[..<32]))
    let s = try #require(Hash32(signature[32...]))
    try Secp256k1.verify(digest: digest, r: r, s: s, publicKey: point, requiresLowS: true)
    let twin = try #require(RecoverableSignature(r: r, s: s, recoveryID: 0).malleated).compactBytes
    #expect(throws: SignatureError.highS) { try verify(digest, twin, publicKey) }
    try verify(digest, twin, publicKey, lowS: false)
    #expect(throws: SignatureError.wrongSigner) { try verify(Hash32(1), signature, publicKey) }
    for index in signature.indices {
      var changed = signature
      changed[index] ^= 0x10
      #expect(throws: SignatureError.self) { try verify(digest, changed, publicKey, lowS: false) }
    }
    #expect(throws: SignatureError.wrongSigner) {
      try verify(digest, signature, PrivateKey(ofName: "x").publicKey.compressed)
    }
    #expect(throws: SignatureError.wrongLength(expected: 64, found: 63)) {
      try verify(digest, Array(signature.dropLast()), publicKey)
    }
    #expect(throws: SignatureError.zeroScalar) {
      try verify(digest, [UInt8](repeating: 0, count: 64), publicKey)
    }
  }

  @Test("All threads share one context: recovery in parallel gives what recovery alone gives")
  func threads() async throws {
    let results = await withTaskGroup(of: Bool.self) { group in
      for index in 0..<32 {
        group.addTask {
          let key = PrivateKey(ofName: "parallel \(index)")
          let digest = SHA256.hash([UInt8(index)])
          let signature = Secp256k1.sign(digest: digest, with: key)
          return (try? Secp256k1.recoverAddress(digest: digest, signature: signature)) == key.address
        }
      }
      return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(results == 32)
  }
}
