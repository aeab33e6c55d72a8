/// Why bytes are not the one canonical encoding of a value.
public enum CanonicalError: Error, Sendable, Equatable {
  /// Fewer bytes than the value needs.
  case truncated(needed: Int, left: Int)
  /// Bytes left over after the value.
  case trailingBytes(Int)
  /// A flag byte that is neither 0 nor 1.
  case invalidFlag(UInt8)
  /// An enumeration tag that no case has.
  case unknownTag(UInt8)
  /// A list longer than its limit or than the bytes that follow could hold.
  case tooLong(count: UInt64, limit: UInt64)
  /// Text that is not UTF-8.
  case invalidText
  /// Any other rule of the value broken; says which.
  case invalidValue(String)
}

/// A value with exactly one encoding: Borsh rules (little-endian fixed-width integers, `u32` list lengths, one-byte
/// option flags and enumeration tags, no floats). Decoding refuses every other form.
public protocol CanonicalCodable: Sendable {
  func encode(into encoder: inout CanonicalEncoder)
  init(from decoder: inout CanonicalDecoder) throws(CanonicalError)
}

extension CanonicalCodable {
  @inlinable public var canonicalBytes: [UInt8] {
    var encoder = CanonicalEncoder()
    encode(into: &encoder)
    return encoder.bytes
  }

  /// Decodes all of `bytes`; anything left over is an error.
  @inlinable public init(canonicalBytes bytes: [UInt8]) throws(CanonicalError) {
    var decoder = CanonicalDecoder(bytes)
    self = try Self(from: &decoder)
    try decoder.finish()
  }
}

@frozen public struct CanonicalEncoder: Sendable {
  public var bytes: [UInt8]

  @inlinable public init(reservingCapacity capacity: Int = 64) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  @inlinable public mutating func encode(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  @inlinable public mutating func encode(_ value: Bool) { bytes.append(value ? 1 : 0) }

  @inlinable public mutating func encode(_ value: Hash32) { value.append(to: &bytes) }

  @inlinable public mutating func encode(_ value: Address) { value.append(to: &bytes) }

  @inlinable public mutating func encode(_ value: some CanonicalCodable) { value.encode(into: &self) }

  /// A tag byte of an enumeration case.
  @inlinable public mutating func encode(tag: UInt8) { bytes.append(tag) }

  @inlinable public mutating func encode(_ text: String) {
    let utf8 = text.utf8
    encode(UInt32(utf8.count))
    bytes.append(contentsOf: utf8)
  }

  /// A `u32` length and the bytes.
  @inlinable public mutating func encode(list: [UInt8]) {
    encode(UInt32(list.count))
    bytes.append(contentsOf: list)
  }

  @inlinable public mutating func encode<Element: CanonicalCodable>(list: [Element]) {
    encode(UInt32(list.count))
    for element in list { element.encode(into: &self) }
  }

  /// Exactly these bytes, without a length.
  @inlinable public mutating func append(raw: [UInt8]) { bytes.append(contentsOf: raw) }

  /// A flag byte, then the value if there is one.
  @inlinable public mutating func encode<Value>(option: Value?, _ body: (inout CanonicalEncoder, Value) -> Void) {
    guard let option else {
      bytes.append(0)
      return
    }
    bytes.append(1)
    body(&self, option)
  }
}

@frozen public struct CanonicalDecoder: Sendable {
  public let bytes: [UInt8]
  public var offset: Int
  public let end: Int

  @inlinable public init(_ bytes: [UInt8]) {
    self.bytes = bytes
    offset = 0
    end = bytes.count
  }

  /// Decodes from `range` of `bytes` without copying.
  @inlinable public init(_ bytes: [UInt8], in range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "range lies inside the bytes")
    self.bytes = bytes
    offset = range.lowerBound
    end = range.upperBound
  }

  @inlinable public var left: Int { end - offset }

  @inlinable public func finish() throws(CanonicalError) {
    if offset != end { throw .trailingBytes(end - offset) }
  }

  @inlinable public mutating func need(_ count: Int) throws(CanonicalError) {
    if end - offset < count { throw .truncated(needed: count, left: end - offset) }
  }

  @inlinable public mutating func decodeInteger<Value: FixedWidthInteger>(
    _ type: Value.Type = Value.self
  ) throws(CanonicalError) -> Value {
    let size = MemoryLayout<Value>.size
    try need(size)
    let start = offset
    offset += size
    return bytes.withUnsafeBytes { Value(littleEndian: $0.loadUnaligned(fromByteOffset: start, as: Value.self)) }
  }

  @inlinable public mutating func decodeFlag() throws(CanonicalError) -> Bool {
    let byte = try decodeInteger(UInt8.self)
    guard byte <= 1 else { throw .invalidFlag(byte) }
    return byte == 1
  }

  @inlinable public mutating func decodeTag() throws(CanonicalError) -> UInt8 { try decodeInteger(UInt8.self) }

  @inlinable public mutating func decodeRaw(count: Int) throws(CanonicalError) -> ArraySlice<UInt8> {
    try need(count)
    let slice = bytes[offset..<offset + count]
    offset += count
    return slice
  }

  @inlinable public mutating func decodeHash() throws(CanonicalError) -> Hash32 {
    try need(32)
    return Hash32(word0: try decodeWord(), word1: try decodeWord(), word2: try decodeWord(), word3: try decodeWord())
  }

  @inlinable public mutating func decodeAddress() throws(CanonicalError) -> Address {
    try need(20)
    return Address(
      word0: try decodeWord(), word1: try decodeWord(), word2: try decodeInteger(UInt32.self).byteSwapped)
  }

  /// Eight bytes of a hash or an address, whose first byte is the highest.
  @inlinable mutating func decodeWord() throws(CanonicalError) -> UInt64 {
    try decodeInteger(UInt64.self).byteSwapped
  }

  /// A `u32` count of elements of at least `minimumSize` bytes each, bounded by `limit` and by the bytes that are left,
  /// so that no length makes the reader allocate more than the input.
  @inlinable public mutating func decodeCount(
    limit: Int = .max, minimumSize: Int = 1
  ) throws(CanonicalError) -> Int {
    let count = Int(try decodeInteger(UInt32.self))
    let most = Swift.min(limit, (end - offset) / Swift.max(1, minimumSize))
    guard count <= most else { throw .tooLong(count: UInt64(count), limit: UInt64(most)) }
    return count
  }

  @inlinable public mutating func decodeBytes(limit: Int = .max) throws(CanonicalError) -> [UInt8] {
    let count = try decodeCount(limit: limit)
    return Array(try decodeRaw(count: count))
  }

  @inlinable public mutating func decodeText(limit: Int = .max) throws(CanonicalError) -> String {
    let raw = try decodeBytes(limit: limit)
    guard let text = String(validating: raw, as: UTF8.self) else { throw .invalidText }
    return text
  }

  @inlinable public mutating func decodeList<Element: CanonicalCodable>(
    of type: Element.Type = Element.self, limit: Int = .max
  ) throws(CanonicalError) -> [Element] {
    let count = try decodeCount(limit: limit)
    var list: [Element] = []
    list.reserveCapacity(count)
    for _ in 0..<count { list.append(try Element(from: &self)) }
    return list
  }

  @inlinable public mutating func decode<Value: CanonicalCodable>(
    _ type: Value.Type = Value.self
  ) throws(CanonicalError) -> Value {
    try Value(from: &self)
  }

  @inlinable public mutating func decodeOption<Value>(
    _ body: (inout CanonicalDecoder) throws(CanonicalError) -> Value
  ) throws(CanonicalError) -> Value? {
    guard try decodeFlag() else { return nil }
    return try body(&self)
  }
}
