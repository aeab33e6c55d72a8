import Canonical

/// A secp256k1 private key: a number from 1 to the order less one. It is never printed: descriptions hide it.
public struct PrivateKey: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  let scalar: Hash32

  /// Nil for zero and for numbers not below the order.
  public init?(_ scalar: Hash32) {
    guard scalar != .zero, scalar < Secp256k1.order else { return nil }
    self.scalar = scalar
  }

  /// Nil unless there are 32 bytes of a valid number.
  public init?(_ bytes: some Collection<UInt8>) {
    guard let scalar = Hash32(bytes) else { return nil }
    self.init(scalar)
  }

  /// Nil unless there are 64 digits of a valid number, with or without `0x`.
  public init?(hex: String) {
    guard let scalar = Hash32(hex: hex) else { return nil }
    self.init(scalar)
  }

  /// A key that everybody can compute from its name, for people of the lab and for tests: SHA-256 of the name, hashed
  /// again while it is no valid number (which never happens in practice).
  public init(ofName name: String) {
    var scalar = SHA256.hash(Array(name.utf8))
    while scalar == .zero || scalar >= Secp256k1.order { scalar = SHA256.hash(scalar.bytes) }
    self.scalar = scalar
  }

  /// The 32 bytes of the key, for writing key files.
  public var secretBytes: [UInt8] { scalar.bytes }

  public var publicKey: PublicKey { Secp256k1.publicKey(of: self) }

  /// The Ethereum address of the public key.
  public var address: Address { publicKey.ethereumAddress }

  public var description: String { "PrivateKey(hidden)" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// A point of the curve, by its two coordinates.
public struct PublicKey: Sendable, Hashable {
  public let x: Hash32
  public let y: Hash32

  /// Trusts its caller: both come from the library, which yields only points of the curve.
  init(x: Hash32, y: Hash32) {
    self.x = x
    self.y = y
  }

  /// 33 bytes (02 or 03, x) or 65 bytes (04, x, y) of a point of the curve.
  public init(bytes: [UInt8]) throws(SignatureError) { self = try Secp256k1.parse(publicKey: bytes) }

  /// 02 or 03 as y is even or odd, and x: 33 bytes.
  public var compressed: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(33)
    bytes.append(y.word3 & 1 == 0 ? 2 : 3)
    x.append(to: &bytes)
    return bytes
  }

  /// 04, x and y: 65 bytes.
  public var uncompressed: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(65)
    bytes.append(4)
    x.append(to: &bytes)
    y.append(to: &bytes)
    return bytes
  }

  /// The last 20 bytes of Keccak-256 over x and y.
  public var ethereumAddress: Address {
    let hash = Keccak256.hash(x, y)
    return Address(
      word0: hash.word1 << 32 | hash.word2 >> 32, word1: hash.word2 << 32 | hash.word3 >> 32,
      word2: UInt32(truncatingIfNeeded: hash.word3))
  }

  /// RIPEMD-160 of SHA-256 over the 33 compressed bytes.
  public var cosmosAddress: Address { RIPEMD160.hash(SHA256.hash(compressed).bytes) }
}
