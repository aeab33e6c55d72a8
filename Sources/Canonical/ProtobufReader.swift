/// Why bytes are no protobuf message.
public enum ProtobufError: Error, Sendable, Equatable {
  case truncated(offset: Int)
  case varintOverflow(offset: Int)
  /// A varint longer than its shortest form, where only that is allowed.
  case varintNotMinimal(offset: Int)
  /// Field number 0 or above 2^29 - 1.
  case invalidFieldNumber(UInt64)
  /// Groups (3 and 4) and the unassigned types 6 and 7.
  case unsupportedWireType(UInt8)
  /// The field stands with another wire type than its schema has.
  case unexpectedWireType(field: Int, found: ProtobufWireType)
  /// A number that does not fit the type of its field.
  case valueOutOfRange(field: Int)
  case invalidText(field: Int)
  /// For schema readers: a field that the message may not have, or may not have twice.
  case unexpectedField(Int)
}

/// One field's tag, read before its value.
@frozen public struct ProtobufField: Sendable, Equatable {
  public let number: Int
  public let type: ProtobufWireType

  @inlinable public init(number: Int, type: ProtobufWireType) {
    self.number = number
    self.type = type
  }
}

/// Reads the protobuf wire format from a range of bytes without copying; every length is checked against what is left.
@frozen public struct ProtobufReader: Sendable {
  public let bytes: [UInt8]
  public private(set) var offset: Int
  public let end: Int
  /// Refuse varints that are longer than needed; with it, and a schema reader that refuses defaults and disorder,
  /// a message has one encoding.
  public let requiresMinimalVarints: Bool

  public init(_ bytes: [UInt8], requiresMinimalVarints: Bool = false) {
    self.init(bytes, in: 0..<bytes.count, requiresMinimalVarints: requiresMinimalVarints)
  }

  public init(_ bytes: [UInt8], in range: Range<Int>, requiresMinimalVarints: Bool = false) {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "range lies inside the bytes")
    self.bytes = bytes
    offset = range.lowerBound
    end = range.upperBound
    self.requiresMinimalVarints = requiresMinimalVarints
  }

  public var isAtEnd: Bool { offset == end }

  /// The next field's tag, nil at the end of the message. The caller then reads or skips its value.
  public mutating func nextField() throws(ProtobufError) -> ProtobufField? {
    if offset == end { return nil }
    let tag = try readVarint()
    let number = tag >> 3
    guard number >= 1 && number < 1 << 29 else { throw .invalidFieldNumber(number) }
    let raw = UInt8(tag & 7)
    guard let type = ProtobufWireType(rawValue: raw) else { throw .unsupportedWireType(raw) }
    return ProtobufField(number: Int(number), type: type)
  }

  /// A bare varint, such as the length before a message in a stream.
  public mutating func readVarint() throws(ProtobufError) -> UInt64 {
    do {
      return try LEB128.decode(bytes, at: &offset, end: end, minimal: requiresMinimalVarints)
    } catch {
      switch error {
      case .truncated: throw .truncated(offset: offset)
      case .overflow: throw .varintOverflow(offset: offset)
      case .notMinimal: throw .varintNotMinimal(offset: offset)
      }
    }
  }

  public mutating func uint64(_ field: ProtobufField) throws(ProtobufError) -> UInt64 {
    try expect(.varint, field)
    return try readVarint()
  }

  public mutating func uint32(_ field: ProtobufField) throws(ProtobufError) -> UInt32 {
    guard let value = UInt32(exactly: try uint64(field)) else { throw .valueOutOfRange(field: field.number) }
    return value
  }

  public mutating func int64(_ field: ProtobufField) throws(ProtobufError) -> Int64 {
    Int64(bitPattern: try uint64(field))
  }

  public mutating func int32(_ field: ProtobufField) throws(ProtobufError) -> Int32 {
    guard let value = Int32(exactly: try int64(field)) else { throw .valueOutOfRange(field: field.number) }
    return value
  }

  public mutating func zigZag(_ field: ProtobufField) throws(ProtobufError) -> Int64 {
    let raw = try uint64(field)
    return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
  }

  /// Zero or one; other numbers are refused.
  public mutating func bool(_ field: ProtobufField) throws(ProtobufError) -> Bool {
    let value = try uint64(field)
    guard value <= 1 else { throw .valueOutOfRange(field: field.number) }
    return value == 1
  }

  public mutating func fixed64(_ field: ProtobufField) throws(ProtobufError) -> UInt64 {
    try expect(.fixed64, field)
    return UInt64(littleEndian: try load(UInt64.self))
  }

  public mutating func fixed32(_ field: ProtobufField) throws(ProtobufError) -> UInt32 {
    try expect(.fixed32, field)
    return UInt32(littleEndian: try load(UInt32.self))
  }

  /// Where the value of a length-delimited field lies in `bytes`.
  public mutating func range(_ field: ProtobufField) throws(ProtobufError) -> Range<Int> {
    try expect(.lengthDelimited, field)
    return try readDelimited()
  }

  /// A varint length and that many bytes: their place in `bytes`.
  public mutating func readDelimited() throws(ProtobufError) -> Range<Int> {
    let start = offset
    let count = try readVarint()
    guard count <= UInt64(end - offset) else {
      offset = start
      throw .truncated(offset: start)
    }
    offset += Int(count)
    return offset - Int(count)..<offset
  }

  public mutating func data(_ field: ProtobufField) throws(ProtobufError) -> ArraySlice<UInt8> {
    bytes[try range(field)]
  }

  public mutating func text(_ field: ProtobufField) throws(ProtobufError) -> String {
    guard let text = String(validating: try data(field), as: UTF8.self) else {
      throw .invalidText(field: field.number)
    }
    return text
  }

  /// A reader of the nested message, with the same strictness.
  public mutating func message(_ field: ProtobufField) throws(ProtobufError) -> ProtobufReader {
    ProtobufReader(bytes, in: try range(field), requiresMinimalVarints: requiresMinimalVarints)
  }

  /// Passes over a value that the schema does not know.
  public mutating func skip(_ field: ProtobufField) throws(ProtobufError) {
    switch field.type {
    case .varint: _ = try readVarint()
    case .fixed64: _ = try load(UInt64.self)
    case .fixed32: _ = try load(UInt32.self)
    case .lengthDelimited: _ = try readDelimited()
    }
  }

  private func expect(_ type: ProtobufWireType, _ field: ProtobufField) throws(ProtobufError) {
    guard field.type == type else { throw .unexpectedWireType(field: field.number, found: field.type) }
  }

  private mutating func load<Value: FixedWidthInteger>(_ type: Value.Type) throws(ProtobufError) -> Value {
    let size = MemoryLayout<Value>.size
    guard end - offset >= size else { throw .truncated(offset: offset) }
    let start = offset
    offset += size
    return bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: start, as: Value.self) }
  }
}
