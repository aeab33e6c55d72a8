/// How a protobuf field's value is laid out.
public enum ProtobufWireType: UInt8, Sendable, Equatable {
  case varint = 0
  case fixed64 = 1
  case lengthDelimited = 2
  case fixed32 = 5
}

/// Writes the protobuf wire format in the order of the calls. For the canonical form the caller writes fields in
/// ascending order and leaves out those that have their default value.
@frozen public struct ProtobufWriter: Sendable {
  public var bytes: [UInt8]

  @inlinable public init(reservingCapacity capacity: Int = 64) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  /// Field numbers are 1 to 2^29 - 1.
  @inlinable public mutating func appendTag(_ field: Int, _ type: ProtobufWireType) {
    precondition(field >= 1 && field < 1 << 29, "a protobuf field number lies between 1 and 2^29 - 1")
    LEB128.append(UInt64(field) << 3 | UInt64(type.rawValue), to: &bytes)
  }

  /// `uint32`, `uint64` and enumerations: field 1, value 150 is `08 96 01`.
  @inlinable public mutating func append(_ field: Int, varint value: UInt64) {
    appendTag(field, .varint)
    LEB128.append(value, to: &bytes)
  }

  /// `int32` and `int64`: negative numbers take ten bytes.
  @inlinable public mutating func append(_ field: Int, signed value: Int64) {
    append(field, varint: UInt64(bitPattern: value))
  }

  /// `sint32` and `sint64`: 0, -1, 1, -2 become 0, 1, 2, 3.
  @inlinable public mutating func append(_ field: Int, zigZag value: Int64) {
    append(field, varint: UInt64(bitPattern: value << 1 ^ value >> 63))
  }

  @inlinable public mutating func append(_ field: Int, bool value: Bool) { append(field, varint: value ? 1 : 0) }

  @inlinable public mutating func append(_ field: Int, fixed64 value: UInt64) {
    appendTag(field, .fixed64)
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  @inlinable public mutating func append(_ field: Int, fixed32 value: UInt32) {
    appendTag(field, .fixed32)
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  @inlinable public mutating func append(_ field: Int, bytes value: some Collection<UInt8>) {
    appendTag(field, .lengthDelimited)
    LEB128.append(UInt64(value.count), to: &bytes)
    bytes.append(contentsOf: value)
  }

  @inlinable public mutating func append(_ field: Int, text: String) {
    appendTag(field, .lengthDelimited)
    LEB128.append(UInt64(text.utf8.count), to: &bytes)
    bytes.append(contentsOf: text.utf8)
  }

  /// A nested message; an empty one is written with length zero.
  @inlinable public mutating func append(_ field: Int, message body: (inout ProtobufWriter) -> Void) {
    var inner = ProtobufWriter()
    body(&inner)
    append(field, bytes: inner.bytes)
  }

  /// A message behind its length, without a tag: how messages follow one another in a stream.
  @inlinable public mutating func appendDelimited(_ message: [UInt8]) {
    LEB128.append(UInt64(message.count), to: &bytes)
    bytes.append(contentsOf: message)
  }
}
