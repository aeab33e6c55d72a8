import Canonical

/// Keccak-256 with the padding it had before SHA-3 (`01`), as Ethereum uses it.
public enum Keccak256 {
  /// Bytes absorbed by one permutation.
  static let rate = 136

  public static func hash(_ bytes: [UInt8]) -> Hash32 {
    bytes.withUnsafeBytes { hash($0) }
  }

  public static func hash(_ bytes: ArraySlice<UInt8>) -> Hash32 {
    bytes.withUnsafeBytes { hash($0) }
  }

  /// The hash of a text's UTF-8 bytes.
  public static func hash(_ text: String) -> Hash32 {
    var text = text
    return text.withUTF8 { hash(UnsafeRawBufferPointer($0)) }
  }

  /// The hash of two words of 32 bytes, one behind the other.
  public static func hash(_ first: Hash32, _ second: Hash32) -> Hash32 {
    let words = (
      first.word0.bigEndian, first.word1.bigEndian, first.word2.bigEndian, first.word3.bigEndian,
      second.word0.bigEndian, second.word1.bigEndian, second.word2.bigEndian, second.word3.bigEndian
    )
    return withUnsafeBytes(of: words) { hash($0) }
  }

  public static func hash(_ bytes: UnsafeRawBufferPointer) -> Hash32 {
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 25) { lanes in
      guard let state = lanes.baseAddress else { preconditionFailure("a buffer of 25 lanes has an address") }
      state.initialize(repeating: 0, count: 25)
      var offset = 0
      while bytes.count - offset >= rate {
        for lane in 0..<17 { state[lane] ^= load(bytes, offset + 8 * lane) }
        permute(state)
        offset += rate
      }
      absorbRest(bytes, from: offset, into: state)
      permute(state)
      return Hash32(
        word0: state[0].byteSwapped, word1: state[1].byteSwapped, word2: state[2].byteSwapped,
        word3: state[3].byteSwapped)
    }
  }

  @inline(__always) private static func load(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
    UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// The last, incomplete block and its padding: bit 0 of the byte behind the message, bit 7 of the block's last.
  private static func absorbRest(
    _ bytes: UnsafeRawBufferPointer, from start: Int, into state: UnsafeMutablePointer<UInt64>
  ) {
    var offset = start
    while bytes.count - offset >= 8 {
      state[(offset - start) >> 3] ^= load(bytes, offset)
      offset += 8
    }
    var last: UInt64 = 1 << UInt64(8 * (bytes.count - offset))
    for index in offset..<bytes.count { last ^= UInt64(bytes[index]) << UInt64(8 * (index - offset)) }
    state[(offset - start) >> 3] ^= last
    state[16] ^= 1 << 63
  }
}
