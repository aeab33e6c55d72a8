import Canonical
import Cryptography
import VenueKit

extension MessagePackCursor {
  /// `type`, `signatureChainId`, `signatures`, `payload`. What the outer signer signs is the hash of the same map
  /// without its first pair; what the users sign is made of the payload. Rule HL-79.
  mutating func readMultiSig(
    _ envelope: WireEnvelope, keys: Int, isMainnet: Bool
  ) throws(WireFault) -> UserSignedAction {
    guard keys == 4 else { throw fault("the action has another number of keys") }
    let rest = offset
    try expect("signatureChainId")
    let start = offset
    let chainID = try readString()
    guard let domain = HyperliquidSigning.userDomainSeparator(signatureChainID: chainID) else {
      throw WireFault("signatureChainId is not a hexadecimal number", at: start)
    }
    try expect("signatures")
    var signatures: [InnerSignature] = []
    for _ in 0..<(try readArrayHeader()) { signatures.append(try readInnerSignature()) }
    try expect("payload")
    try expectMap(of: 3)
    try expect("multiSigUser")
    let user = try readAddress()
    try expect("outerSigner")
    let outerSigner = try readAddress()
    try expect("action")
    let payload = offset
    let inner = try readValue()
    let read = try readInnerAction(bytes[payload..<offset], inner, nonce: envelope.nonce, isMainnet: isMainnet)
    let hash = HyperliquidSigning.actionHash(
      messagePack: [0x83] + bytes[rest..<offset], nonce: envelope.nonce, vaultAddress: envelope.vaultAddress,
      expiresAfter: envelope.expiresAfter)
    let digest = HyperliquidSigning.multiSigDigest(
      actionHash: hash, nonce: envelope.nonce, domainSeparator: domain, isMainnet: isMainnet)
    let content = MultiSigEnvelope(
      signatureChainID: chainID, signatures: signatures, user: user, outerSigner: outerSigner,
      payload: Array(bytes[payload..<offset]), action: read.action, isFast: read.isFast)
    var action = UserSignedAction(action: .multiSig(content), digest: digest)
    let innerDigest = try innerDigest(content, inner, envelope, isMainnet: isMainnet)
    for signature in signatures {
      switch signature {
      case .signed(let signature): action.cosigners.append(.signature(digest: innerDigest, signature))
      case .claimed(let signer): action.cosigners.append(.claimed(signer))
      }
    }
    return action
  }

  private func innerDigest(
    _ content: MultiSigEnvelope, _ inner: JSONValue, _ envelope: WireEnvelope, isMainnet: Bool
  ) throws(WireFault) -> Hash32 {
    do throws(MultiSignature.Failure) {
      return try MultiSignature.innerDigest(
        multiSigUser: content.user, outerSigner: content.outerSigner, action: inner, nonce: envelope.nonce,
        vaultAddress: envelope.vaultAddress, expiresAfter: envelope.expiresAfter, isMainnet: isMainnet)
    } catch {
      throw fault("the inner action has no digest")
    }
  }

  /// `r`, `s`, `v`; r and s without leading zeros.
  private mutating func readInnerSignature() throws(WireFault) -> InnerSignature {
    let start = offset
    try expectMap(of: 3)
    let r = try readText("r")
    let s = try readText("s")
    let v = try readUnsigned("v")
    guard let left = Hash32(hexInteger: r), let right = Hash32(hexInteger: s), left.hexInteger == r,
      right.hexInteger == s
    else { throw WireFault("a signature is not in its shortest form", at: start) }
    if v == 0 && right == .zero && left.word0 == 0 && left.word1 >> 32 == 0 {
      return .claimed(
        Address(
          word0: left.word1 << 32 | left.word2 >> 32, word1: left.word2 << 32 | left.word3 >> 32,
          word2: UInt32(truncatingIfNeeded: left.word3)))
    }
    guard let id = UInt8(exactly: v), let signature = try? RecoverableSignature(r: left, s: right, v: id) else {
      throw WireFault("a signature is not r, s and v", at: start)
    }
    return .signed(signature)
  }

  /// An L1 action in its canonical form, or a user-signed one with its keys in the order in which they came. A type that
  /// the room does not know becomes `unsupported`.
  private func readInnerAction(
    _ payload: ArraySlice<UInt8>, _ inner: JSONValue, nonce: UInt64, isMainnet: Bool
  ) throws(WireFault) -> (action: HyperliquidAction, isFast: Bool) {
    guard let type = inner["type"]?.string, type != "multiSig" else {
      throw WireFault("an inner action has a type", at: payload.startIndex)
    }
    if UserSignedSchema.find(type) != nil {
      // Read through the one canonical form, so that nothing is read in two ways.
      guard let normal = try? HyperliquidWire.normalise(action: inner) else {
        return (.unsupported(type: type), false)
      }
      var cursor = MessagePackCursor(normal.messagePack, in: 0..<normal.messagePack.count)
      var envelope = WireEnvelope(action: 0..<normal.messagePack.count)
      envelope.nonce = nonce
      let read = try cursor.readUserSignedAction(envelope, isMainnet: isMainnet)
      return (read.action, false)
    }
    var cursor = MessagePackCursor(bytes, in: payload.startIndex..<payload.endIndex)
    guard let read = try? cursor.readL1Action() else { return (.unsupported(type: type), false) }
    try cursor.finish()
    return read
  }

  /// One value of any kind as JSON, members in their order; at most 32 levels deep.
  mutating func readValue() throws(WireFault) -> JSONValue {
    var check = self
    try check.skipValue()
    let value = try readCheckedValue()
    return value
  }

  private mutating func readCheckedValue() throws(WireFault) -> JSONValue {
    switch try peek() {
    case 0xc0:
      offset += 1
      return .null
    case 0xc2, 0xc3: return .bool(try readFlag())
    case 0...0x7f, 0xcc...0xcf: return .integer(Int128(try readUnsigned()))
    case 0xe0...0xff, 0xd0...0xd3: return .integer(Int128(try readSigned()))
    case 0xa0...0xbf, 0xd9...0xdb: return .string(try readString())
    case 0x90...0x9f, 0xdc, 0xdd:
      var list: [JSONValue] = []
      for _ in 0..<(try readArrayHeader()) { list.append(try readCheckedValue()) }
      return .array(list)
    default:
      var members: [JSONMember] = []
      for _ in 0..<(try readMapHeader()) {
        let key = try readString()
        members.append(JSONMember(key, try readCheckedValue()))
      }
      return .object(members)
    }
  }
}

extension MessagePackEncoder {
  mutating func write(_ envelope: MultiSigEnvelope) {
    write(type: "multiSig", keys: 4)
    write(envelope.signatureChainID, "signatureChainId")
    encode("signatures")
    encodeArrayHeader(count: envelope.signatures.count)
    for signature in envelope.signatures {
      encodeMapHeader(count: 3)
      switch signature {
      case .signed(let signature):
        write(signature.r.hexInteger, "r")
        write(signature.s.hexInteger, "s")
        write(UInt64(signature.v), "v")
      case .claimed(let signer):
        write(signer.word.hexInteger, "r")
        write(Hash32.zero.hexInteger, "s")
        write(UInt64(0), "v")
      }
    }
    encode("payload")
    encodeMapHeader(count: 3)
    write(envelope.user, "multiSigUser")
    write(envelope.outerSigner, "outerSigner")
    encode("action")
    bytes.append(contentsOf: envelope.payload)
  }
}

extension HyperliquidAction {
  /// The MessagePack of the action inside an envelope.
  public func payload(isFast: Bool = false) -> [UInt8] {
    var packer = MessagePackEncoder()
    if packer.write(l1: self, isFast: isFast) { return packer.bytes }
    _ = packer.write(userSigned: self)
    return packer.bytes
  }
}

extension MultiSigEnvelope {
  /// The signers that an unsigned run names.
  public var claimedSigners: [Address] {
    signatures.compactMap { if case .claimed(let signer) = $0 { signer } else { nil } }
  }
}
