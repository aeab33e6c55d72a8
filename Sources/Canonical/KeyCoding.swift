/// Builds keys whose byte order is the order of their fields: big-endian integers, signed ones with the sign bit
/// turned over (offset binary), so that -1 is `7F FF..` and sorts before 0, which is `80 00..`.
@frozen public struct KeyEncoder: Sendable {
  public var bytes: [UInt8]

  @inlinable public init(reservingCapacity capacity: Int = 32) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  @inlinable public mutating func append<Value: FixedWidthInteger & UnsignedInteger>(_ value: Value) {
    withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
  }

  @inlinable public mutating func append<Value: FixedWidthInteger & SignedInteger>(_ value: Value) {
    withUnsafeBytes(of: (value ^ Value.min).bigEndian) { bytes.append(contentsOf: $0) }
  }

  @inlinable public mutating func append(_ value: Bool) { bytes.append(value ? 1 : 0) }

  @inlinable public mutating func append(_ value: Hash32) { value.append(to: &bytes) }

  @inlinable public mutating func append(_ value: Address) { value.append(to: &bytes) }

  /// Text, each zero byte in it followed by `FF`, closed by `00 00`: order is byte order of the UTF-8, and a prefix
  /// sorts before what it begins.
  @inlinable public mutating func append(_ text: String) {
    for byte in text.utf8 {
      bytes.append(byte)
      if byte == 0 { bytes.append(0xff) }
    }
    bytes.append(0)
    bytes.append(0)
  }

  /// Exactly these bytes, without a length: for a last field, or one of fixed size.
  @inlinable public mutating func append(raw: some Sequence<UInt8>) { bytes.append(contentsOf: raw) }
}

/// Reads back what `KeyEncoder` wrote, field by field.
@frozen public struct KeyDecoder: Sendable {
  public let bytes: [UInt8]
  public var offset: Int

  @inlinable public init(_ bytes: [UInt8]) {
    self.bytes = bytes
    offset = 0
  }

  @inlinable public var left: Int { bytes.count - offset }

  @inlinable public func finish() throws(CanonicalError) {
    if left != 0 { throw .trailingBytes(left) }
  }

  @inlinable public mutating func decodeRaw(count: Int) throws(CanonicalError) -> ArraySlice<UInt8> {
    guard count >= 0 && count <= left else { throw .truncated(needed: count, left: left) }
    offset += count
    return bytes[offset - count..<offset]
  }

  @inlinable public mutating func decode<Value: FixedWidthInteger & UnsignedInteger>(
    _ type: Value.Type = Value.self
  ) throws(CanonicalError) -> Value {
    Value(bigEndian: try load(type))
  }

  @inlinable public mutating func decode<Value: FixedWidthInteger & SignedInteger>(
    _ type: Value.Type = Value.self
  ) throws(CanonicalError) -> Value {
    Value(bigEndian: try load(type)) ^ Value.min
  }

  @inlinable public mutating func decodeFlag() throws(CanonicalError) -> Bool {
    let byte = try decode(UInt8.self)
    guard byte <= 1 else { throw .invalidFlag(byte) }
    return byte == 1
  }

  @inlinable public mutating func decodeHash() throws(CanonicalError) -> Hash32 {
    guard let hash = Hash32(try decodeRaw(count: 32)) else { throw .invalidValue("hash") }
    return hash
  }

  @inlinable public mutating func decodeAddress() throws(CanonicalError) -> Address {
    guard let address = Address(try decodeRaw(count: 20)) else { throw .invalidValue("address") }
    return address
  }

  public mutating func decodeText() throws(CanonicalError) -> String {
    var raw: [UInt8] = []
    while true {
      let byte = try decode(UInt8.self)
      if byte != 0 {
        raw.append(byte)
        continue
      }
      switch try decode(UInt8.self) {
      case 0xff: raw.append(0)
      case 0:
        guard let text = String(validating: raw, as: UTF8.self) else { throw .invalidText }
        return text
      case let other: throw .invalidValue("a zero byte of text is followed by \(other)")
      }
    }
  }

  @usableFromInline mutating func load<Value: FixedWidthInteger>(_ type: Value.Type) throws(CanonicalError) -> Value {
    let size = MemoryLayout<Value>.size
    guard size <= left else { throw .truncated(needed: size, left: left) }
    let start = offset
    offset += size
    return bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: start, as: Value.self) }
  }
}
