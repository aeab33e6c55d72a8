import Canonical
import Cryptography

/// The native transaction form that every room may accept: EIP-712 over a canonical action.
///
/// Bytes: scheme 1 · nonce `u64` · action (`u32` length, bytes) · authorization: tag 0 and r, s, recovery id, or tag 1
/// and a claimed sender. The digest is that of `Action(bytes action,uint64 nonce)` in the domain
/// {name: "PerpEmulator", version: "1", salt: SHA-256 of the chain id}, so a signature holds on one chain only.
public struct NativeEnvelope: Sendable, Equatable {
  public var nonce: UInt64
  public var action: [UInt8]

  public init(nonce: UInt64, action: [UInt8]) {
    self.nonce = nonce
    self.action = action
  }

  static let domainTypeHash = Keccak256.hash(
    Array("EIP712Domain(string name,string version,bytes32 salt)".utf8))
  static let actionTypeHash = Keccak256.hash(Array("Action(bytes action,uint64 nonce)".utf8))
  static let nameHash = Keccak256.hash(Array("PerpEmulator".utf8))
  static let versionHash = Keccak256.hash(Array("1".utf8))

  public static func domainSeparator(chainID: String) -> Hash32 {
    var bytes: [UInt8] = []
    for hash in [domainTypeHash, nameHash, versionHash, SHA256.hash(Array(chainID.utf8))] {
      hash.append(to: &bytes)
    }
    return Keccak256.hash(bytes)
  }

  public func digest(domainSeparator: Hash32) -> Hash32 {
    var bytes: [UInt8] = []
    Self.actionTypeHash.append(to: &bytes)
    Keccak256.hash(action).append(to: &bytes)
    Hash32(word0: 0, word1: 0, word2: 0, word3: nonce).append(to: &bytes)
    return EIP712.digest(domainSeparator: domainSeparator, structHash: Keccak256.hash(bytes))
  }

  public func seal(domainSeparator: Hash32, authority: Authority) -> [UInt8] {
    var encoder = CanonicalEncoder(reservingCapacity: 100 + action.count)
    encoder.encode(tag: TransactionScheme.native.rawValue)
    encoder.encode(nonce)
    encoder.encode(list: action)
    EnvelopeSignature(authority: authority, digest: digest(domainSeparator: domainSeparator)).encode(into: &encoder)
    return encoder.bytes
  }

  /// Reads the bytes after the scheme byte.
  public static func open(
    _ bytes: [UInt8], domainSeparator: Hash32
  ) throws(KernelRefusal) -> (envelope: NativeEnvelope, authorization: Authorization) {
    do throws(CanonicalError) {
      var decoder = CanonicalDecoder(bytes, in: 1..<bytes.count)
      let nonce = try decoder.decodeInteger(UInt64.self)
      let action = try decoder.decodeBytes()
      let signature = try decoder.decode(EnvelopeSignature.self)
      try decoder.finish()
      let envelope = NativeEnvelope(nonce: nonce, action: action)
      return (envelope, signature.authorization(digest: envelope.digest(domainSeparator: domainSeparator)))
    } catch {
      throw .malformed("\(error)")
    }
  }
}

/// The last part of an envelope: a recoverable signature, or in unsigned runs the sender. Both forms stand
/// for the same action and nonce, so a signed and an unsigned run execute the same.
public enum EnvelopeSignature: CanonicalCodable, Equatable {
  case signed(RecoverableSignature)
  case claimed(Address)

  public init(authority: Authority, digest: @autoclosure () -> Hash32) {
    switch authority {
    case .key(let key): self = .signed(Secp256k1.sign(digest: digest(), with: key))
    case .unsigned(let address): self = .claimed(address)
    case .proposer: self = .claimed(.zero)
    }
  }

  /// The digest is computed for signatures alone.
  public func authorization(digest: @autoclosure () -> Hash32) -> Authorization {
    switch self {
    case .signed(let signature): .signature(digest: digest(), signature)
    case .claimed(let signer): .claimed(signer)
    }
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    switch self {
    case .signed(let signature):
      encoder.encode(tag: 0)
      encoder.encode(signature.r)
      encoder.encode(signature.s)
      encoder.encode(signature.recoveryID)
    case .claimed(let signer):
      encoder.encode(tag: 1)
      encoder.encode(signer)
    }
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    let tag = try decoder.decodeTag()
    switch tag {
    case 0:
      let r = try decoder.decodeHash()
      let s = try decoder.decodeHash()
      let recoveryID = try decoder.decodeInteger(UInt8.self)
      guard recoveryID < 4 else { throw .invalidValue("recovery id \(recoveryID)") }
      self = .signed(RecoverableSignature(r: r, s: s, recoveryID: recoveryID))
    case 1: self = .claimed(try decoder.decodeAddress())
    default: throw .unknownTag(tag)
    }
  }
}
