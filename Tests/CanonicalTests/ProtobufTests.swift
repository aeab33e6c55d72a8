import Canonical
import Testing

@Suite struct LEB128Tests {
  @Test("Numbers around each length go both ways and have the length that is foretold")
  func roundTrip() throws {
    for bits in 0...64 {
      for delta in [-1, 0, 1] {
        let base: UInt64 = bits == 64 ? .max : 1 << UInt64(bits)
        let value = base &+ UInt64(bitPattern: Int64(delta))
        var bytes: [UInt8] = []
        LEB128.append(value, to: &bytes)
        #expect(bytes.count == LEB128.length(value))
        var offset = 0
        #expect(try LEB128.decode(bytes, at: &offset, end: bytes.count) == value)
        #expect(offset == bytes.count)
      }
    }
    var bytes: [UInt8] = []
    LEB128.append(300, to: &bytes)
    #expect(bytes == [0xac, 0x02])
  }

  @Test("Cut, too large and padded numbers are refused and leave the offset alone")
  func refusals() throws {
    func decode(_ bytes: [UInt8], minimal: Bool = true) throws -> UInt64 {
      var offset = 0
      defer { if offset != 0 && offset != bytes.count { Issue.record("offset moved to \(offset)") } }
      return try LEB128.decode(bytes, at: &offset, end: bytes.count, minimal: minimal)
    }
    #expect(throws: LEB128Error.truncated) { try decode([]) }
    #expect(throws: LEB128Error.truncated) { try decode([0x80]) }
    #expect(throws: LEB128Error.notMinimal) { try decode([0x80, 0x00]) }
    #expect(try decode([0x80, 0x00], minimal: false) == 0)
    #expect(try decode([0x00]) == 0)
    let nines = [UInt8](repeating: 0xff, count: 9)
    #expect(try decode(nines + [1]) == .max)
    #expect(throws: LEB128Error.overflow) { try decode(nines + [2]) }
    #expect(throws: LEB128Error.overflow) { try decode(nines + [0x81, 0]) }
  }
}

@Suite struct ProtobufTests {
  @Test("Fields of each wire type are written as the format's documentation shows, and read back")
  func roundTrip() throws {
    var writer = ProtobufWriter()
    writer.append(1, varint: 150)
    writer.append(2, text: "testing")
    writer.append(3) { $0.append(1, varint: 150) }
    writer.append(4, fixed64: 1)
    writer.append(5, fixed32: 2)
    writer.append(6, zigZag: -2)
    writer.append(7, signed: -1)
    writer.append(16, bool: true)
    writer.append(17, bytes: [9, 8])
    #expect(
      Hex.encode(writer.bytes)
        == "089601120774657374696e671a0308960121010000000000000" + "02d02000000" + "3003" + "38ffffffffffffffffff01"
        + "800101" + "8a01020908")
    var reader = ProtobufReader(writer.bytes, requiresMinimalVarints: true)
    var seen: [Int] = []
    while let field = try reader.nextField() {
      seen.append(field.number)
      switch field.number {
      case 1: #expect(try reader.uint32(field) == 150)
      case 2: #expect(try reader.text(field) == "testing")
      case 3:
        var inner = try reader.message(field)
        let innerField = try #require(try inner.nextField())
        #expect(try inner.uint64(innerField) == 150)
        #expect(try inner.nextField() == nil)
      case 4: #expect(try reader.fixed64(field) == 1)
      case 5: #expect(try reader.fixed32(field) == 2)
      case 6: #expect(try reader.zigZag(field) == -2)
      case 7: #expect(try reader.int32(field) == -1)
      case 16: #expect(try reader.bool(field))
      default: #expect(Array(try reader.data(field)) == [9, 8])
      }
    }
    #expect(seen == [1, 2, 3, 4, 5, 6, 7, 16, 17])
  }

  @Test("Unknown fields are passed over, and a cut anywhere is an error or a clean end between fields")
  func skipping() throws {
    var writer = ProtobufWriter()
    writer.append(1, varint: 1 << 40)
    let first = writer.bytes.count
    writer.append(2, bytes: [1, 2, 3])
    let second = writer.bytes.count
    writer.append(3, fixed64: 7)
    let third = writer.bytes.count
    writer.append(4, fixed32: 7)
    for cut in 0...writer.bytes.count {
      var reader = ProtobufReader(writer.bytes, in: 0..<cut)
      let ends = [0, first, second, third, writer.bytes.count].contains(cut)
      do {
        while let field = try reader.nextField() { try reader.skip(field) }
        #expect(ends)
      } catch { #expect(!ends, "\(error)") }
    }
  }

  @Test("Bad tags, wire types, lengths, numbers and texts have typed errors")
  func refusals() throws {
    func read<Value>(
      _ bytes: [UInt8], strict: Bool = true, _ body: (inout ProtobufReader, ProtobufField) throws -> Value
    ) throws -> Value? {
      var reader = ProtobufReader(bytes, requiresMinimalVarints: strict)
      guard let field = try reader.nextField() else { return nil }
      return try body(&reader, field)
    }
    #expect(throws: ProtobufError.invalidFieldNumber(0)) { try read([0x00]) { _, _ in } }
    #expect(throws: ProtobufError.unsupportedWireType(3)) { try read([0x0b]) { _, _ in } }
    #expect(throws: ProtobufError.unsupportedWireType(7)) { try read([0x0f]) { _, _ in } }
    #expect(throws: ProtobufError.unexpectedWireType(field: 1, found: .varint)) {
      try read([0x08, 1]) { try $0.text($1) }
    }
    #expect(throws: ProtobufError.varintNotMinimal(offset: 1)) { try read([0x08, 0x80, 0]) { try $0.uint64($1) } }
    #expect(try read([0x08, 0x80, 0], strict: false) { try $0.uint64($1) } == 0)
    #expect(throws: ProtobufError.valueOutOfRange(field: 1)) { try read([0x08, 2]) { try $0.bool($1) } }
    #expect(throws: ProtobufError.valueOutOfRange(field: 1)) {
      try read([0x08, 0x80, 0x80, 0x80, 0x80, 0x10]) { try $0.uint32($1) }
    }
    #expect(throws: ProtobufError.truncated(offset: 1)) {
      try read([0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]) { try $0.data($1) }
    }
    #expect(throws: ProtobufError.invalidText(field: 1)) { try read([0x0a, 1, 0xff]) { try $0.text($1) } }
  }
}
