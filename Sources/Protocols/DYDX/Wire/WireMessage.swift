public import Canonical

/// A protobuf message as the chain reads one: fields in any order, the last of a repeated scalar wins, a repeated
/// message is merged, absent fields have their defaults.
///
/// A field that the schema does not know is refused, so that nobody signs what the chain would not see; only inside a
/// transaction's body are numbers with bit 10 set (1024 to 2047 and so on) passed over.
public protocol WireMessage: Sendable, Hashable {
  init()
  /// Reads one known field; false for an unknown one, whose value is then left unread.
  mutating func read(_ reader: inout ProtobufReader, _ field: ProtobufField) throws(ProtobufError) -> Bool
  static var passesNonCritical: Bool { get }
}

extension WireMessage {
  public static var passesNonCritical: Bool { true }

  public init(bytes: [UInt8]) throws(ProtobufError) {
    self.init()
    try merge(ProtobufReader(bytes))
  }

  mutating func merge(_ outer: ProtobufReader) throws(ProtobufError) {
    var reader = outer
    while let field = try reader.nextField() {
      if try read(&reader, field) { continue }
      guard Self.passesNonCritical, field.number & 1 << 10 != 0 else { throw .unexpectedField(field.number) }
      try reader.skip(field)
    }
  }
}

extension ProtobufReader {
  mutating func merge(_ field: ProtobufField, into message: inout some WireMessage) throws(ProtobufError) {
    try message.merge(try self.message(field))
  }

  mutating func append<Message: WireMessage>(
    _ field: ProtobufField, to list: inout [Message]
  ) throws(ProtobufError) {
    var message = Message()
    try merge(field, into: &message)
    list.append(message)
  }

  /// The low 32 bits of a varint, as the chain's decoder keeps them.
  mutating func number32(_ field: ProtobufField) throws(ProtobufError) -> UInt32 {
    UInt32(truncatingIfNeeded: try uint64(field))
  }

  /// Any number but zero is true.
  mutating func flag(_ field: ProtobufField) throws(ProtobufError) -> Bool { try uint64(field) != 0 }

  mutating func list(_ field: ProtobufField) throws(ProtobufError) -> [UInt8] { Array(try data(field)) }
}

/// Numbers packed into one field, or one field a number.
enum Packed {
  static func bytes(_ values: [UInt64]) -> [UInt8] {
    var bytes: [UInt8] = []
    for value in values { LEB128.append(value, to: &bytes) }
    return bytes
  }

  static func values(_ reader: inout ProtobufReader, _ field: ProtobufField) throws(ProtobufError) -> [UInt64] {
    guard field.type == .lengthDelimited else { return [try reader.uint64(field)] }
    var inner = try reader.message(field)
    var result: [UInt64] = []
    while !inner.isAtEnd { result.append(try inner.readVarint()) }
    return result
  }
}

extension ProtobufWriter {
  mutating func put(_ field: Int, text: String) { if !text.isEmpty { append(field, text: text) } }
  mutating func put(_ field: Int, _ value: some FixedWidthInteger & UnsignedInteger) {
    if value != 0 { append(field, varint: UInt64(value)) }
  }
  mutating func put(_ field: Int, bytes: [UInt8]) { if !bytes.isEmpty { append(field, bytes: bytes) } }
}
