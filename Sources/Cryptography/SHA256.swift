import COpenSSL
public import Canonical

/// SHA-256 through OpenSSL's low-level calls, which neither allocate nor fetch an algorithm: about 110 ns for 64 bytes,
/// where the one-shot calls of OpenSSL 3 cost 900.
public enum SHA256 {
  public static func hash(_ bytes: [UInt8]) -> Hash32 {
    bytes.withUnsafeBytes { hash($0) }
  }

  public static func hash(_ bytes: UnsafeRawBufferPointer) -> Hash32 {
    var context = SHA256_CTX()
    SHA256_Init(&context)
    SHA256_Update(&context, bytes.baseAddress, bytes.count)
    return finish(&context)
  }

  /// The hash of a one-byte prefix, then two hashes: an inner node or a leaf of the state tree.
  public static func hash(prefix: UInt8, _ left: Hash32, _ right: Hash32) -> Hash32 {
    var context = SHA256_CTX()
    SHA256_Init(&context)
    var first = prefix
    SHA256_Update(&context, &first, 1)
    update(&context, left)
    update(&context, right)
    return finish(&context)
  }

  private static func update(_ context: inout SHA256_CTX, _ hash: Hash32) {
    var words = (hash.word0.bigEndian, hash.word1.bigEndian, hash.word2.bigEndian, hash.word3.bigEndian)
    SHA256_Update(&context, &words, 32)
  }

  private static func finish(_ context: inout SHA256_CTX) -> Hash32 {
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    withUnsafeMutableBytes(of: &words) { output in
      _ = SHA256_Final(output.baseAddress?.assumingMemoryBound(to: UInt8.self), &context)
    }
    return Hash32(
      word0: UInt64(bigEndian: words.0), word1: UInt64(bigEndian: words.1), word2: UInt64(bigEndian: words.2),
      word3: UInt64(bigEndian: words.3))
  }
}
