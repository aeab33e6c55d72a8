/// Why bytes are no unsigned LEB128 number.
public enum LEB128Error: Error, Sendable, Equatable {
  /// The bytes end inside the number.
  case truncated
  /// The number does not fit the integer type asked for.
  case overflow
  /// Longer than the shortest form, where only that is allowed.
  case notMinimal
}

/// Unsigned LEB128 numbers ("varints"): seven bits a byte, least significant first, the top bit set on all bytes but
/// the last. 300 is `AC 02`.
public enum LEB128 {
  @inlinable public static func append(_ value: UInt64, to bytes: inout [UInt8]) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  /// Bytes that `append` writes for `value`: 1 to 10.
  @inlinable public static func length(_ value: UInt64) -> Int {
    value == 0 ? 1 : (70 - value.leadingZeroBitCount) / 7
  }

  /// Reads one number at `offset`, not beyond `end`, and moves `offset` behind it. `minimal` refuses padded forms;
  /// a number above 64 bits is always refused. After an error `offset` is where it was.
  @inlinable public static func decode(
    _ bytes: [UInt8], at offset: inout Int, end: Int, minimal: Bool = true
  ) throws(LEB128Error) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    var position = offset
    while true {
      guard position < end else { throw .truncated }
      let byte = bytes[position]
      position += 1
      if shift == 63 && byte > 1 { throw .overflow }
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 {
        if minimal && byte == 0 && shift > 0 { throw .notMinimal }
        offset = position
        return value
      }
      shift += 7
    }
  }
}
