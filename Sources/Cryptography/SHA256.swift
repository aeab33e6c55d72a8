import COpenSSL
import Canonical

/// SHA-256 through OpenSSL's low-level calls, which neither allocate nor fetch an algorithm: about 110 ns for 64 bytes,
/// where the one-shot calls of OpenSSL 3 cost 900.
public enum SHA256 {
  public static func hash(_ bytes: [UInt8]) -> Hash32 {
    bytes.withUnsafeBytes { hash($0) }
  }

  public static func hash(_ bytes: ArraySlice<UInt8>) -> Hash32 {
    bytes.withUnsafeBytes { hash($0) }
  }

  public static func hash(_ bytes: UnsafeRawBufferPointer) -> Hash32 {
    var context = SHA256_CTX()
    SHA256_Init(&context)
    SHA256_Update(&context, bytes.baseAddress, bytes.count)
    return finish(&context)
  }

  /// The hash of a one-byte prefix, then two hashes: an inner node or a leaf of the state tree. The 65 bytes are padded
  /// by hand to two blocks and hashed by one call, which spares the buffering of odd lengths.
  public static func hash(prefix: UInt8, _ left: Hash32, _ right: Hash32) -> Hash32 {
    var block: Block = (
      (UInt64(prefix) << 56 | left.word0 >> 8).bigEndian,
      (left.word0 << 56 | left.word1 >> 8).bigEndian,
      (left.word1 << 56 | left.word2 >> 8).bigEndian,
      (left.word2 << 56 | left.word3 >> 8).bigEndian,
      (left.word3 << 56 | right.word0 >> 8).bigEndian,
      (right.word0 << 56 | right.word1 >> 8).bigEndian,
      (right.word1 << 56 | right.word2 >> 8).bigEndian,
      (right.word2 << 56 | right.word3 >> 8).bigEndian,
      // The last byte of the message, the padding bit, zeros, and the message's length of 520 bits.
      (right.word3 << 56 | 0x80 << 48).bigEndian, 0, 0, 0, 0, 0, 0, UInt64(520).bigEndian
    )
    var context = SHA256_CTX()
    SHA256_Init(&context)
    SHA256_Update(&context, &block, 128)
    let state = context.h
    return Hash32(
      word0: word(state.0, state.1), word1: word(state.2, state.3), word2: word(state.4, state.5),
      word3: word(state.6, state.7))
  }

  private typealias Block = (
    UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64,
    UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64
  )

  private static func word(_ high: UInt32, _ low: UInt32) -> UInt64 { UInt64(high) << 32 | UInt64(low) }

  fileprivate static func finish(_ context: inout SHA256_CTX) -> Hash32 {
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    withUnsafeMutableBytes(of: &words) { output in
      _ = SHA256_Final(output.baseAddress?.assumingMemoryBound(to: UInt8.self), &context)
    }
    return Hash32(
      word0: UInt64(bigEndian: words.0), word1: UInt64(bigEndian: words.1), word2: UInt64(bigEndian: words.2),
      word3: UInt64(bigEndian: words.3))
  }
}

/// SHA-256 of bytes that come piece by piece. A value: a copy goes on by itself, and `digest` may be asked at any time.
public struct SHA256Stream: Sendable {
  private var context: SHA256_CTX

  public init() {
    context = SHA256_CTX()
    SHA256_Init(&context)
  }

  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    SHA256_Update(&context, bytes.baseAddress, bytes.count)
  }

  public mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

  public mutating func update(_ bytes: ArraySlice<UInt8>) { bytes.withUnsafeBytes { update($0) } }

  public mutating func update(_ byte: UInt8) { withUnsafeBytes(of: byte) { update($0) } }

  public mutating func update(_ hash: Hash32) {
    let words = (hash.word0.bigEndian, hash.word1.bigEndian, hash.word2.bigEndian, hash.word3.bigEndian)
    withUnsafeBytes(of: words) { update($0) }
  }

  /// The hash of all bytes so far.
  public var digest: Hash32 {
    var copy = context
    return SHA256.finish(&copy)
  }
}
