import COpenSSL
import Canonical

/// RIPEMD-160 through OpenSSL's low-level calls, which need no legacy provider.
public enum RIPEMD160 {
  /// The twenty bytes of the hash, in the type of an account address, which is what it is used for.
  public static func hash(_ bytes: [UInt8]) -> Address {
    bytes.withUnsafeBytes { hash($0) }
  }

  public static func hash(_ bytes: UnsafeRawBufferPointer) -> Address {
    var context = RIPEMD160_CTX()
    RIPEMD160_Init(&context)
    RIPEMD160_Update(&context, bytes.baseAddress, bytes.count)
    var output: (UInt64, UInt64, UInt32) = (0, 0, 0)
    withUnsafeMutableBytes(of: &output) { buffer in
      _ = RIPEMD160_Final(buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), &context)
    }
    return Address(
      word0: UInt64(bigEndian: output.0), word1: UInt64(bigEndian: output.1), word2: UInt32(bigEndian: output.2))
  }
}
