/// Why a JSON value has no MessagePack form here.
public enum MessagePackError: Error, Sendable, Equatable {
  /// A number with a fraction or an exponent: signed bytes hold no floats.
  case notAnInteger(String)
  /// A whole number outside -2^63 ..< 2^64.
  case integerOutOfRange(Int128)
}

/// Writes MessagePack in the shortest form of each value: what signing schemes that hash MessagePack expect. There are
/// no floats, no binary and no extension types. Nothing is allocated but the growth of `bytes`.
@frozen public struct MessagePackEncoder: Sendable {
  public var bytes: [UInt8]

  @inlinable public init(reservingCapacity capacity: Int = 256) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  @inlinable public mutating func encodeNil() { bytes.append(0xc0) }

  @inlinable public mutating func encode(_ value: Bool) { bytes.append(value ? 0xc3 : 0xc2) }

  /// 127 is `7F`, 128 is `CC 80`, 65536 is `CE 00 01 00 00`.
  @inlinable public mutating func encode(_ value: UInt64) {
    if value < 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: value))
    } else if value <= 0xff {
      bytes.append(0xcc)
      bytes.append(UInt8(truncatingIfNeeded: value))
    } else if value <= 0xffff {
      append(0xcd, UInt16(truncatingIfNeeded: value))
    } else if value <= 0xffff_ffff {
      append(0xce, UInt32(truncatingIfNeeded: value))
    } else {
      append(0xcf, value)
    }
  }

  /// -32 is `E0`, -33 is `D0 DF`; what is not negative is written as unsigned.
  @inlinable public mutating func encode(_ value: Int64) {
    if value >= 0 {
      encode(UInt64(value))
    } else if value >= -32 {
      bytes.append(UInt8(truncatingIfNeeded: value))
    } else if value >= -0x80 {
      bytes.append(0xd0)
      bytes.append(UInt8(truncatingIfNeeded: value))
    } else if value >= -0x8000 {
      append(0xd1, UInt16(truncatingIfNeeded: value))
    } else if value >= -0x8000_0000 {
      append(0xd2, UInt32(truncatingIfNeeded: value))
    } else {
      append(0xd3, UInt64(bitPattern: value))
    }
  }

  @inlinable public mutating func encode(_ text: String) {
    let utf8 = text.utf8
    encodeTextHeader(count: utf8.count)
    bytes.append(contentsOf: utf8)
  }

  /// Text that is at hand as UTF-8 bytes.
  @inlinable public mutating func encode(utf8: [UInt8]) {
    encodeTextHeader(count: utf8.count)
    bytes.append(contentsOf: utf8)
  }

  /// The header of a text of `count` bytes, which the caller appends next.
  @inlinable public mutating func encodeTextHeader(count: Int) {
    if count < 32 {
      bytes.append(0xa0 | UInt8(truncatingIfNeeded: count))
    } else if count <= 0xff {
      bytes.append(0xd9)
      bytes.append(UInt8(truncatingIfNeeded: count))
    } else if count <= 0xffff {
      append(0xda, UInt16(truncatingIfNeeded: count))
    } else {
      append(0xdb, UInt32(count))
    }
  }

  /// The header of an array; its `count` elements follow.
  @inlinable public mutating func encodeArrayHeader(count: Int) {
    if count < 16 {
      bytes.append(0x90 | UInt8(truncatingIfNeeded: count))
    } else if count <= 0xffff {
      append(0xdc, UInt16(truncatingIfNeeded: count))
    } else {
      append(0xdd, UInt32(count))
    }
  }

  /// The header of a map; `count` pairs of key and value follow.
  @inlinable public mutating func encodeMapHeader(count: Int) {
    if count < 16 {
      bytes.append(0x80 | UInt8(truncatingIfNeeded: count))
    } else if count <= 0xffff {
      append(0xde, UInt16(truncatingIfNeeded: count))
    } else {
      append(0xdf, UInt32(count))
    }
  }

  /// Any JSON value, members in their order.
  public mutating func encode(_ value: JSONValue) throws(MessagePackError) {
    switch value {
    case .null: encodeNil()
    case .bool(let flag): encode(flag)
    case .integer(let integer):
      if let unsigned = UInt64(exactly: integer) {
        encode(unsigned)
      } else if let signed = Int64(exactly: integer) {
        encode(signed)
      } else {
        throw .integerOutOfRange(integer)
      }
    case .number(let text): throw .notAnInteger(text)
    case .string(let text): encode(text)
    case .array(let elements):
      encodeArrayHeader(count: elements.count)
      for element in elements { try encode(element) }
    case .object(let members):
      encodeMapHeader(count: members.count)
      for member in members {
        encode(member.key)
        try encode(member.value)
      }
    }
  }

  @inlinable mutating func append(_ tag: UInt8, _ value: some FixedWidthInteger) {
    bytes.append(tag)
    withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
  }
}
