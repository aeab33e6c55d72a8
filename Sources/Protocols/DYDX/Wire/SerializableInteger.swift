public import Quantities

/// The chain's signed integers on the wire: 2 or 3 (negative), then the size, the most significant byte first, without
/// leading zeros. Zero is the single byte 2.
public enum SerializableInteger {
  public static func bytes(_ value: Int256) -> [UInt8] {
    [value.isNegative ? 3 : 2] + value.magnitude.bigEndianBytes.drop { $0 == 0 }
  }

  /// Nil for another first byte, for leading zeros, for a negative zero and beyond 256 bits.
  public static func value(_ bytes: some Collection<UInt8>) -> Int256? {
    guard let sign = bytes.first, sign == 2 || sign == 3 else { return nil }
    let digits = Array(bytes.dropFirst())
    guard digits.count <= 32, digits.first != 0, sign == 2 || !digits.isEmpty else { return nil }
    let padded = [UInt8](repeating: 0, count: 32 - digits.count) + digits
    guard let size = UInt256(bigEndianBytes: padded) else { return nil }
    return Int256(magnitude: size, negative: sign == 3)
  }
}
