import Canonical
import Cryptography
import VenueKit

/// The room's transactions in bytes.
///
/// L1 actions (scheme 2) and user-signed ones (scheme 3): scheme byte · nonce `u64` · option of the vault's address ·
/// option of the expiry `u64` · `EnvelopeSignature` · `u32` length and the MessagePack of the action exactly as it is
/// hashed. Proposer's data (scheme 0): scheme byte · nonce `u64` · `ProposerAction`. There is one form of each
/// transaction; every other is refused.
public enum HyperliquidWire {
  /// Action types of the venue that are L1-signed and well-formed, but not carried out by this room.
  static let otherL1Types: Set<String> = [  // lookup only
    "agentEnableDexAbstraction", "borrowLend", "userOutcome", "gossipPriorityBid", "hip3LiquidatorTransfer",
    "validatorL1Stream", "CSignerAction", "CValidatorAction", "spotDeploy", "perpDeploy",
  ]

  /// Reads a transaction, its scheme byte included, and computes the digest that its signer signed (zero for a claimed
  /// L1 action, where nobody did). Types that the room
  /// does not model are checked for their form, hashed, and become `unsupported`.
  public static func decode(
    _ bytes: [UInt8], isMainnet: Bool
  ) throws(KernelRefusal) -> DecodedTransaction<HyperliquidContent> {
    guard let scheme = bytes.first else { throw .emptyTransaction }
    switch scheme {
    case TransactionScheme.proposer.rawValue: return try decodeProposer(bytes)
    case TransactionScheme.hyperliquidL1.rawValue: return try decodeL1(bytes, isMainnet: isMainnet)
    case TransactionScheme.hyperliquidUserSigned.rawValue: return try decodeUserSigned(bytes, isMainnet: isMainnet)
    default: throw .schemeUnknown(scheme)
    }
  }

  private static func decodeProposer(
    _ bytes: [UInt8]
  ) throws(KernelRefusal) -> DecodedTransaction<HyperliquidContent> {
    do throws(CanonicalError) {
      var decoder = CanonicalDecoder(bytes, in: 1..<bytes.count)
      let nonce = try decoder.decodeInteger(UInt64.self)
      let action = try decoder.decode(ProposerAction.self)
      try decoder.finish()
      return DecodedTransaction(
        content: HyperliquidContent(action: .proposer(action), nonce: nonce), authorization: .proposer)
    } catch {
      throw .malformed("\(error)")
    }
  }

  private static func decodeL1(
    _ bytes: [UInt8], isMainnet: Bool
  ) throws(KernelRefusal) -> DecodedTransaction<HyperliquidContent> {
    let envelope = try WireEnvelope(bytes)
    let read: (action: HyperliquidAction, isFast: Bool)
    do throws(WireFault) {
      var cursor = MessagePackCursor(bytes, in: envelope.action)
      read = try cursor.readL1Action()
      try cursor.finish()
    } catch {
      throw .malformed(error.text)
    }
    // Nothing of this room asks for the digest of an envelope that is only claimed.
    if case .claimed = envelope.signature {
      return envelope.transaction(read.action, digest: .zero, isFast: read.isFast)
    }
    let hash = HyperliquidSigning.actionHash(
      messagePack: bytes[envelope.action], nonce: envelope.nonce, vaultAddress: envelope.vaultAddress,
      expiresAfter: envelope.expiresAfter)
    let digest = HyperliquidSigning.agentDigest(actionHash: hash, isMainnet: isMainnet)
    return envelope.transaction(read.action, digest: digest, isFast: read.isFast)
  }

  private static func decodeUserSigned(
    _ bytes: [UInt8], isMainnet: Bool
  ) throws(KernelRefusal) -> DecodedTransaction<HyperliquidContent> {
    let envelope = try WireEnvelope(bytes)
    do throws(WireFault) {
      var cursor = MessagePackCursor(bytes, in: envelope.action)
      let read = try cursor.readUserSignedAction(envelope, isMainnet: isMainnet)
      try cursor.finish()
      var transaction = envelope.transaction(read.action, digest: read.digest)
      transaction.cosigners = read.cosigners
      return transaction
    } catch {
      throw .malformed(error.text)
    }
  }

  /// The transaction of an action: the inverse of `decode`. An `unsupported` action is written with its type alone,
  /// since its other fields are not kept; the room's own types come back bit for bit.
  public static func seal(_ content: HyperliquidContent, authority: Authority, isMainnet: Bool) -> [UInt8] {
    if case .proposer(let action) = content.action {
      var encoder = CanonicalEncoder()
      encoder.encode(tag: TransactionScheme.proposer.rawValue)
      encoder.encode(content.nonce)
      encoder.encode(action)
      return encoder.bytes
    }
    var packer = MessagePackEncoder()
    if packer.write(l1: content.action, isFast: content.isFast) {
      return seal(
        messagePack: packer.bytes, nonce: content.nonce, vaultAddress: content.vaultAddress,
        expiresAfter: content.expiresAfter, isMainnet: isMainnet, authority: authority)
    }
    let isWritten = packer.write(userSigned: content.action)
    precondition(isWritten, "an action is an L1 action, user-signed or proposer's data")
    let digest = userSignedDigest(packer.bytes, content, isMainnet: isMainnet) ?? .zero
    return transaction(
      scheme: .hyperliquidUserSigned, nonce: content.nonce, vaultAddress: content.vaultAddress,
      expiresAfter: content.expiresAfter, signature: EnvelopeSignature(authority: authority, digest: digest),
      messagePack: packer.bytes)
  }

  /// The transaction of an L1 action that is at hand as canonical MessagePack.
  public static func seal(
    messagePack: [UInt8], nonce: UInt64, vaultAddress: Address?, expiresAfter: UInt64?, isMainnet: Bool,
    authority: Authority
  ) -> [UInt8] {
    let signature = EnvelopeSignature(
      authority: authority,
      digest: HyperliquidSigning.agentDigest(
        actionHash: HyperliquidSigning.actionHash(
          messagePack: messagePack, nonce: nonce, vaultAddress: vaultAddress, expiresAfter: expiresAfter),
        isMainnet: isMainnet))
    return transaction(
      scheme: .hyperliquidL1, nonce: nonce, vaultAddress: vaultAddress, expiresAfter: expiresAfter,
      signature: signature, messagePack: messagePack)
  }

  /// Nil when the action does not fit nonce or network: then no signature of it is valid, and `decode` refuses it.
  private static func userSignedDigest(
    _ messagePack: [UInt8], _ content: HyperliquidContent, isMainnet: Bool
  ) -> Hash32? {
    var cursor = MessagePackCursor(messagePack, in: 0..<messagePack.count)
    var envelope = WireEnvelope(action: 0..<messagePack.count)
    envelope.nonce = content.nonce
    envelope.vaultAddress = content.vaultAddress
    envelope.expiresAfter = content.expiresAfter
    return try? cursor.readUserSignedAction(envelope, isMainnet: isMainnet).digest
  }

  /// Puts the parts of a signed transaction together; nothing is checked.
  public static func transaction(
    scheme: TransactionScheme, nonce: UInt64, vaultAddress: Address?, expiresAfter: UInt64?,
    signature: EnvelopeSignature, messagePack: [UInt8]
  ) -> [UInt8] {
    var encoder = CanonicalEncoder(reservingCapacity: messagePack.count + 128)
    encoder.encode(tag: scheme.rawValue)
    encoder.encode(nonce)
    encoder.encode(option: vaultAddress) { $0.encode($1) }
    encoder.encode(option: expiresAfter) { $0.encode($1) }
    encoder.encode(signature)
    encoder.encode(list: messagePack)
    return encoder.bytes
  }
}

/// Everything of a transaction but its action.
struct WireEnvelope {
  var nonce: UInt64 = 0
  var vaultAddress: Address?
  var expiresAfter: UInt64?
  var signature = EnvelopeSignature.claimed(.zero)
  /// Where the action's MessagePack stands.
  var action: Range<Int>

  init(action: Range<Int>) { self.action = action }

  init(_ bytes: [UInt8]) throws(KernelRefusal) {
    do throws(CanonicalError) {
      var decoder = CanonicalDecoder(bytes, in: 1..<bytes.count)
      nonce = try decoder.decodeInteger()
      vaultAddress = try decoder.decodeFlag() ? try decoder.decodeAddress() : nil
      expiresAfter = try decoder.decodeFlag() ? try decoder.decodeInteger(UInt64.self) : nil
      signature = try decoder.decode()
      let count = try decoder.decodeCount()
      action = decoder.offset..<decoder.offset + count
      decoder.offset += count
      try decoder.finish()
    } catch {
      throw .malformed("\(error)")
    }
  }

  func transaction(
    _ action: HyperliquidAction, digest: Hash32, isFast: Bool = false
  ) -> DecodedTransaction<HyperliquidContent> {
    DecodedTransaction(
      content: HyperliquidContent(
        action: action, nonce: nonce, vaultAddress: vaultAddress, expiresAfter: expiresAfter, isFast: isFast),
      authorization: signature.authorization(digest: digest))
  }
}

extension MessagePackCursor {
  /// A whole L1 action, from its map's header on.
  mutating func readL1Action() throws(WireFault) -> (action: HyperliquidAction, isFast: Bool) {
    let keys = try readMapHeader()
    guard keys > 0 else { throw fault("an action has a type") }
    try expect("type")
    let start = offset
    let type = try readText()
    if text(type, is: "order") { return (try readOrderAction(keys: keys), false) }
    if text(type, is: "cancel") { return try readCancel(keys: keys) }
    if text(type, is: "cancelByCloid") { return try readCancelByCloid(keys: keys) }
    if text(type, is: "modify") { return (try readModify(keys: keys), false) }
    if text(type, is: "batchModify") { return (try readBatchModify(keys: keys), false) }
    if text(type, is: "scheduleCancel") { return (try readScheduleCancel(keys: keys), false) }
    if text(type, is: "updateLeverage") { return (try readUpdateLeverage(keys: keys), false) }
    if text(type, is: "updateIsolatedMargin") { return (try readUpdateIsolatedMargin(keys: keys), false) }
    if text(type, is: "vaultTransfer") { return (try readVaultTransfer(keys: keys), false) }
    if text(type, is: "noop") {
      guard keys == 1 else { throw fault("the action has another number of keys") }
      return (.noop, false)
    }
    if text(type, is: "twapOrder") { return (try readTwapOrder(keys: keys), false) }
    if text(type, is: "twapCancel") { return (try readTwapCancel(keys: keys), false) }
    let name = String(decoding: bytes[type], as: UTF8.self)
    if let action = try readAccountAction(name, keys: keys) { return (.account(action), false) }
    if name == "perpDeploy" {
      let rest = offset
      if let deployment = try? readPerpDeployment(keys: keys), offset == end {
        return (.perpDeploy(deployment), false)
      }
      offset = rest
    }
    guard HyperliquidWire.otherL1Types.contains(name) else { throw WireFault("an unknown L1 action type", at: start) }
    try skipRest(keys: keys - 1)
    return (.unsupported(type: name), false)
  }

  /// The other keys of an action behind its type.
  private mutating func skipRest(keys: Int) throws(WireFault) {
    var known: Set<ArraySlice<UInt8>> = [[0x74, 0x79, 0x70, 0x65]]  // lookup only
    for _ in 0..<keys {
      let start = offset
      let range = try readText()
      guard bytes[range].utf8IsValid else { throw WireFault("a key is not UTF-8", at: start) }
      guard known.insert(bytes[range]).inserted else { throw WireFault("a key occurs twice", at: start) }
      try skipValue(depth: 1)
    }
  }

  /// A whole user-signed action or multi-signature envelope. Vault and expiry are in the signed bytes of the latter
  /// only, so nothing else may carry them.
  mutating func readUserSignedAction(
    _ envelope: WireEnvelope, isMainnet: Bool
  ) throws(WireFault) -> UserSignedAction {
    let keys = try readMapHeader()
    guard keys > 0 else { throw fault("an action has a type") }
    try expect("type")
    let start = offset
    let type = try readText()
    if text(type, is: "multiSig") { return try readMultiSig(envelope, keys: keys, isMainnet: isMainnet) }
    guard let schema = UserSignedSchema.find(String(decoding: bytes[type], as: UTF8.self)) else {
      throw WireFault("an unknown user-signed action type", at: start)
    }
    guard envelope.vaultAddress == nil, envelope.expiresAfter == nil else {
      throw WireFault("a user-signed action carries neither vault nor expiry", at: start)
    }
    return try readUserSigned(schema, keys: keys, nonce: envelope.nonce, isMainnet: isMainnet)
  }
}
