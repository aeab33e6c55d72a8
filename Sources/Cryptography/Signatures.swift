import Canonical

/// Why a signature or a key is refused.
public enum SignatureError: Error, Sendable, Equatable {
  /// r or s is zero.
  case zeroScalar
  /// r or s is not below the order of the group.
  case scalarOverflow
  /// A recovery id that is not 0 to 3, or a `v` that is not 27 or 28.
  case invalidRecoveryID(UInt8)
  /// r belongs to no point of the curve, or the key that comes out is the point at infinity.
  case invalidPoint
  /// s lies in the upper half of the scalars where the lower is required.
  case highS
  /// Bytes that are not a point of the curve in a known form.
  case invalidPublicKey
  /// Not the number of bytes of a signature or key; both in bytes.
  case wrongLength(expected: Int, found: Int)
  /// Everything well-formed, but not signed by this key.
  case wrongSigner
}

/// An ECDSA signature over secp256k1 together with the two bits that tell which key made it.
@frozen public struct RecoverableSignature: Sendable, Hashable {
  public var r: Hash32
  public var s: Hash32
  /// Bit 0: the point's y is odd; bit 1: its x was not below the order. 0 to 3, of which 2 and 3 never occur in
  /// practice.
  public var recoveryID: UInt8

  @inlinable public init(r: Hash32, s: Hash32, recoveryID: UInt8) {
    self.r = r
    self.s = s
    self.recoveryID = recoveryID
  }

  /// Ethereum's form, in which `v` is 27 or 28.
  @inlinable public init(r: Hash32, s: Hash32, v: UInt8) throws(SignatureError) {
    guard v == 27 || v == 28 else { throw .invalidRecoveryID(v) }
    self.init(r: r, s: s, recoveryID: v - 27)
  }

  /// 65 bytes: r, s, and `v`, which may be 0, 1, 27 or 28.
  public init(bytes: [UInt8]) throws(SignatureError) {
    guard bytes.count == 65, let r = Hash32(bytes[0..<32]), let s = Hash32(bytes[32..<64]) else {
      throw .wrongLength(expected: 65, found: bytes.count)
    }
    let v = bytes[64]
    guard v < 2 || v == 27 || v == 28 else { throw .invalidRecoveryID(v) }
    self.init(r: r, s: s, recoveryID: v < 2 ? v : v - 27)
  }

  /// 27 plus the recovery id.
  @inlinable public var v: UInt8 { 27 + recoveryID }

  /// r, s and `v`: 65 bytes.
  public var bytes: [UInt8] { compactBytes + [v] }

  /// r and s: 64 bytes.
  public var compactBytes: [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(65)
    r.append(to: &result)
    s.append(to: &result)
    return result
  }

  /// Whether s lies above half the order: a valid signature that anybody can make from the low one.
  public var isHighS: Bool { s > Secp256k1.halfOrder }

  /// The other signature that the same key and digest have: s turned to order - s, the point's y to its negative.
  /// Nil when s is zero or not below the order.
  public var malleated: RecoverableSignature? {
    guard s != .zero, s < Secp256k1.order else { return nil }
    return RecoverableSignature(r: r, s: Secp256k1.difference(Secp256k1.order, s), recoveryID: recoveryID ^ 1)
  }
}

extension Secp256k1 {
  /// The order of the group.
  public static let order = Hash32(
    word0: 0xffff_ffff_ffff_ffff, word1: 0xffff_ffff_ffff_fffe, word2: 0xbaae_dce6_af48_a03b,
    word3: 0xbfd2_5e8c_d036_4141)

  /// Half the order, rounded down: the greatest low s.
  public static let halfOrder = Hash32(
    word0: 0x7fff_ffff_ffff_ffff, word1: 0xffff_ffff_ffff_ffff, word2: 0x5d57_6e73_57a4_501d,
    word3: 0xdfe9_2f46_681b_20a0)

  /// Left minus right in 256 bits; below zero it wraps, which is the two's complement.
  static func difference(_ left: Hash32, _ right: Hash32) -> Hash32 {
    var borrow: UInt64 = 0
    func subtract(_ left: UInt64, _ right: UInt64) -> UInt64 {
      let (first, firstBorrow) = left.subtractingReportingOverflow(right)
      let (second, secondBorrow) = first.subtractingReportingOverflow(borrow)
      borrow = firstBorrow || secondBorrow ? 1 : 0
      return second
    }
    let word3 = subtract(left.word3, right.word3)
    let word2 = subtract(left.word2, right.word2)
    let word1 = subtract(left.word1, right.word1)
    return Hash32(word0: subtract(left.word0, right.word0), word1: word1, word2: word2, word3: word3)
  }
}
