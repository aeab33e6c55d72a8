import Canonical
import Csecp256k1

/// ECDSA over secp256k1 through libsecp256k1. One read-only context serves all threads; recovery, verification and
/// signing keep everything on the stack.
public enum Secp256k1 {
  /// Written once, by its initialisation, and only read afterwards, which the library allows from all threads. The flag
  /// is SECP256K1_CONTEXT_NONE: since 0.2.0 signing and verifying need no tables of their own.
  nonisolated(unsafe) private static let context: OpaquePointer = {
    guard let context = secp256k1_context_create(1) else {
      preconditionFailure("libsecp256k1 gives a context unless there is no memory left")
    }
    return context
  }()

  /// SECP256K1_EC_UNCOMPRESSED.
  private static let uncompressedFlag: UInt32 = 2

  /// The deterministic signature of RFC 6979 (HMAC-SHA-256, no extra entropy) with low s.
  public static func sign(digest: Hash32, with key: PrivateKey) -> RecoverableSignature {
    var signature = secp256k1_ecdsa_recoverable_signature()
    let message = Words(digest)
    let secret = Words(key.scalar)
    let signed = message.withBytes { message in
      secret.withBytes { secret in
        secp256k1_ecdsa_sign_recoverable(context, &signature, message, secret, nil, nil)
      }
    }
    precondition(signed == 1, "a valid key signs every digest")
    var output = WordPair()
    var recoveryID: Int32 = 0
    output.withMutableBytes {
      _ = secp256k1_ecdsa_recoverable_signature_serialize_compact(context, $0, &recoveryID, &signature)
    }
    return RecoverableSignature(
      r: output.first, s: output.second, recoveryID: UInt8(truncatingIfNeeded: recoveryID))
  }

  /// The key whose signature of `digest` this is. Accepts what the curve accepts, high s included: whether that is
  /// allowed is each scheme's own rule (`isHighS`).
  public static func recover(
    digest: Hash32, signature: RecoverableSignature
  ) throws(SignatureError) -> PublicKey {
    guard signature.recoveryID < 4 else { throw .invalidRecoveryID(signature.recoveryID) }
    try check(r: signature.r, s: signature.s)
    var parsed = secp256k1_ecdsa_recoverable_signature()
    let compact = WordPair(signature.r, signature.s)
    let isParsed = compact.withBytes {
      secp256k1_ecdsa_recoverable_signature_parse_compact(context, &parsed, $0, Int32(signature.recoveryID))
    }
    guard isParsed == 1 else { throw .scalarOverflow }
    var point = secp256k1_pubkey()
    let isRecovered = Words(digest).withBytes { secp256k1_ecdsa_recover(context, &point, &parsed, $0) }
    guard isRecovered == 1 else { throw .invalidPoint }
    return coordinates(&point)
  }

  /// The Ethereum address of the key that signed.
  public static func recoverAddress(
    digest: Hash32, signature: RecoverableSignature
  ) throws(SignatureError) -> Address {
    try recover(digest: digest, signature: signature).ethereumAddress
  }

  /// Passes silently if `publicKey` (33 or 65 bytes) signed `digest` with `signature` (64 bytes: r, s); else throws,
  /// `wrongSigner` when nothing else is wrong. With `requiresLowS` a high s is refused.
  public static func verify(
    digest: Hash32, signature: [UInt8], publicKey: [UInt8], requiresLowS: Bool
  ) throws(SignatureError) {
    guard signature.count == 64, let r = Hash32(signature[0..<32]), let s = Hash32(signature[32..<64]) else {
      throw .wrongLength(expected: 64, found: signature.count)
    }
    var point = try parsePoint(publicKey)
    try verify(digest: digest, r: r, s: s, point: &point, requiresLowS: requiresLowS)
  }

  /// The same with a key that is at hand.
  public static func verify(
    digest: Hash32, r: Hash32, s: Hash32, publicKey: PublicKey, requiresLowS: Bool
  ) throws(SignatureError) {
    var point = try parsePoint(publicKey.uncompressed)
    try verify(digest: digest, r: r, s: s, point: &point, requiresLowS: requiresLowS)
  }

  private static func verify(
    digest: Hash32, r: Hash32, s: Hash32, point: inout secp256k1_pubkey, requiresLowS: Bool
  ) throws(SignatureError) {
    try check(r: r, s: s)
    let isHigh = s > halfOrder
    if isHigh && requiresLowS { throw .highS }
    // The library verifies low s only; the low twin of a high s is valid for the same key.
    let compact = WordPair(r, isHigh ? difference(order, s) : s)
    var parsed = secp256k1_ecdsa_signature()
    let isParsed = compact.withBytes { secp256k1_ecdsa_signature_parse_compact(context, &parsed, $0) }
    guard isParsed == 1 else { throw .scalarOverflow }
    let isValid = Words(digest).withBytes { secp256k1_ecdsa_verify(context, &parsed, $0, &point) }
    guard isValid == 1 else { throw .wrongSigner }
  }

  private static func check(r: Hash32, s: Hash32) throws(SignatureError) {
    if r == .zero || s == .zero { throw .zeroScalar }
    if r >= order || s >= order { throw .scalarOverflow }
  }

  static func publicKey(of key: PrivateKey) -> PublicKey {
    var point = secp256k1_pubkey()
    let isCreated = Words(key.scalar).withBytes { secp256k1_ec_pubkey_create(context, &point, $0) }
    precondition(isCreated == 1, "a valid private key has a public one")
    return coordinates(&point)
  }

  static func parse(publicKey bytes: [UInt8]) throws(SignatureError) -> PublicKey {
    var point = try parsePoint(bytes)
    return coordinates(&point)
  }

  private static func parsePoint(_ bytes: [UInt8]) throws(SignatureError) -> secp256k1_pubkey {
    guard bytes.count == 33 || bytes.count == 65 else { throw .wrongLength(expected: 33, found: bytes.count) }
    // The hybrid forms 06 and 07, which the library reads, have no use here.
    guard bytes[0] == (bytes.count == 65 ? 4 : bytes[0] & 1 | 2) else { throw .invalidPublicKey }
    var point = secp256k1_pubkey()
    guard secp256k1_ec_pubkey_parse(context, &point, bytes, bytes.count) == 1 else { throw .invalidPublicKey }
    return point
  }

  private static func coordinates(_ point: inout secp256k1_pubkey) -> PublicKey {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 65) { output in
      guard let base = output.baseAddress else { preconditionFailure("a buffer of 65 bytes has an address") }
      var count = 65
      _ = secp256k1_ec_pubkey_serialize(context, base, &count, &point, uncompressedFlag)
      precondition(count == 65, "an uncompressed key has 65 bytes")
      let raw = UnsafeRawBufferPointer(output)
      func word(_ index: Int) -> UInt64 {
        UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: 1 + 8 * index, as: UInt64.self))
      }
      return PublicKey(
        x: Hash32(word0: word(0), word1: word(1), word2: word(2), word3: word(3)),
        y: Hash32(word0: word(4), word1: word(5), word2: word(6), word3: word(7)))
    }
  }
}

/// The 32 bytes of a word in memory order, for the C library.
private struct Words {
  var words: (UInt64, UInt64, UInt64, UInt64)

  init(_ hash: Hash32) {
    words = (hash.word0.bigEndian, hash.word1.bigEndian, hash.word2.bigEndian, hash.word3.bigEndian)
  }

  @inline(__always) func withBytes<Result>(_ body: (UnsafePointer<UInt8>) -> Result) -> Result {
    withUnsafeBytes(of: words) { buffer in
      guard let base = buffer.baseAddress else { preconditionFailure("a word has an address") }
      return body(base.assumingMemoryBound(to: UInt8.self))
    }
  }
}

/// Two words one behind the other.
private struct WordPair {
  var words: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)

  init() { words = (0, 0, 0, 0, 0, 0, 0, 0) }

  init(_ first: Hash32, _ second: Hash32) {
    words = (
      first.word0.bigEndian, first.word1.bigEndian, first.word2.bigEndian, first.word3.bigEndian,
      second.word0.bigEndian, second.word1.bigEndian, second.word2.bigEndian, second.word3.bigEndian
    )
  }

  var first: Hash32 {
    Hash32(
      word0: UInt64(bigEndian: words.0), word1: UInt64(bigEndian: words.1), word2: UInt64(bigEndian: words.2),
      word3: UInt64(bigEndian: words.3))
  }

  var second: Hash32 {
    Hash32(
      word0: UInt64(bigEndian: words.4), word1: UInt64(bigEndian: words.5), word2: UInt64(bigEndian: words.6),
      word3: UInt64(bigEndian: words.7))
  }

  @inline(__always) func withBytes<Result>(_ body: (UnsafePointer<UInt8>) -> Result) -> Result {
    withUnsafeBytes(of: words) { buffer in
      guard let base = buffer.baseAddress else { preconditionFailure("two words have an address") }
      return body(base.assumingMemoryBound(to: UInt8.self))
    }
  }

  @inline(__always) mutating func withMutableBytes(_ body: (UnsafeMutablePointer<UInt8>) -> Void) {
    withUnsafeMutableBytes(of: &words) { buffer in
      guard let base = buffer.baseAddress else { preconditionFailure("two words have an address") }
      body(base.assumingMemoryBound(to: UInt8.self))
    }
  }
}
