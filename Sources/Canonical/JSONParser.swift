/// What is wrong with a JSON text, and at which byte.
public struct JSONError: Error, Sendable, Equatable {
  public enum Reason: Sendable, Equatable {
    case unexpectedEnd
    case unexpectedByte(UInt8)
    /// Bytes other than white space behind the value.
    case trailingBytes
    /// A control character that stands unescaped in a string.
    case controlCharacter(UInt8)
    case invalidEscape
    /// Half of a surrogate pair, or the halves in the wrong order.
    case invalidSurrogate
    /// A string that is not UTF-8; the offset is that of its opening quote.
    case invalidText
    case invalidNumber
    /// A key that its object has already; the offset is that of the second key.
    case duplicateKey(String)
    case tooDeep(limit: Int)
    case tooManyBytes(limit: Int)
    case tooManyValues(limit: Int)
    case numberTooLong(limit: Int)
  }

  public var reason: Reason
  /// Byte offset from the start of the text.
  public var offset: Int

  public init(_ reason: Reason, at offset: Int) {
    self.reason = reason
    self.offset = offset
  }
}

extension JSONError: CustomStringConvertible {
  /// `unexpectedEnd at byte 17`
  public var description: String { "\(reason) at byte \(offset)" }
}

/// Bounds on what a JSON text may ask of its reader.
public struct JSONLimits: Sendable, Equatable {
  public var bytes: Int
  /// Arrays and objects inside one another; at most 512, which is what a thread's stack is sure to hold.
  public var depth: Int
  /// Values of all kinds, nested ones included.
  public var values: Int
  /// Digits, sign, point and exponent of one number.
  public var numberBytes: Int

  public init(bytes: Int = 1 << 24, depth: Int = 64, values: Int = 1 << 21, numberBytes: Int = 1024) {
    precondition(depth >= 0 && depth <= 512, "the depth limit lies between 0 and 512")
    self.bytes = bytes
    self.depth = depth
    self.values = values
    self.numberBytes = numberBytes
  }
}

extension JSONValue {
  /// Reads one strict JSON value (RFC 8259) that is all of `bytes` but white space. Refuses duplicate keys, text that
  /// is not UTF-8, a byte order mark, and what is beyond `limits`.
  public init(parsing bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONError) {
    guard bytes.count <= limits.bytes else { throw JSONError(.tooManyBytes(limit: limits.bytes), at: limits.bytes) }
    var parser = JSONParser(bytes: bytes, limits: limits)
    self = try parser.parseWhole()
  }

  public init(parsing text: String, limits: JSONLimits = JSONLimits()) throws(JSONError) {
    try self.init(parsing: Array(text.utf8), limits: limits)
  }
}

struct JSONParser {
  let bytes: [UInt8]
  let limits: JSONLimits
  var offset = 0
  var valueCount = 0

  init(bytes: [UInt8], limits: JSONLimits) {
    self.bytes = bytes
    self.limits = limits
  }

  mutating func parseWhole() throws(JSONError) -> JSONValue {
    let value = try parseValue(depth: 0)
    skipSpace()
    guard offset == bytes.count else { throw JSONError(.trailingBytes, at: offset) }
    return value
  }

  mutating func skipSpace() {
    while offset < bytes.count {
      switch bytes[offset] {
      case 0x20, 0x09, 0x0a, 0x0d: offset += 1
      default: return
      }
    }
  }

  /// The next byte that is no white space, not consumed.
  mutating func peek() throws(JSONError) -> UInt8 {
    skipSpace()
    guard offset < bytes.count else { throw JSONError(.unexpectedEnd, at: offset) }
    return bytes[offset]
  }

  mutating func parseValue(depth: Int) throws(JSONError) -> JSONValue {
    let first = try peek()
    guard valueCount < limits.values else { throw JSONError(.tooManyValues(limit: limits.values), at: offset) }
    valueCount += 1
    switch first {
    case UInt8(ascii: "{"): return try parseObject(depth: depth + 1)
    case UInt8(ascii: "["): return try parseArray(depth: depth + 1)
    case UInt8(ascii: "\""): return .string(try parseString())
    case UInt8(ascii: "t"): return try parseWord("true", .bool(true))
    case UInt8(ascii: "f"): return try parseWord("false", .bool(false))
    case UInt8(ascii: "n"): return try parseWord("null", .null)
    case UInt8(ascii: "-"), 0x30...0x39: return try parseNumber()
    default: throw JSONError(.unexpectedByte(first), at: offset)
    }
  }

  mutating func parseWord(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
    for index in 0..<word.utf8CodeUnitCount {
      guard offset < bytes.count else { throw JSONError(.unexpectedEnd, at: offset) }
      guard bytes[offset] == word.utf8Start[index] else {
        throw JSONError(.unexpectedByte(bytes[offset]), at: offset)
      }
      offset += 1
    }
    return value
  }

  mutating func enter(_ depth: Int) throws(JSONError) {
    guard depth <= limits.depth else { throw JSONError(.tooDeep(limit: limits.depth), at: offset) }
    offset += 1
  }

  /// Consumes `separator` and says true, or `close` and says false.
  mutating func goesOn(_ separator: UInt8, _ close: UInt8) throws(JSONError) -> Bool {
    let byte = try peek()
    guard byte == separator || byte == close else { throw JSONError(.unexpectedByte(byte), at: offset) }
    offset += 1
    return byte == separator
  }

  mutating func parseArray(depth: Int) throws(JSONError) -> JSONValue {
    try enter(depth)
    var elements: [JSONValue] = []
    if try peek() == UInt8(ascii: "]") {
      offset += 1
      return .array(elements)
    }
    repeat { elements.append(try parseValue(depth: depth)) } while try goesOn(UInt8(ascii: ","), UInt8(ascii: "]"))
    return .array(elements)
  }

  mutating func parseObject(depth: Int) throws(JSONError) -> JSONValue {
    try enter(depth)
    var members: [JSONMember] = []
    var known: Set<[UInt8]> = []  // lookup only
    if try peek() == UInt8(ascii: "}") {
      offset += 1
      return .object(members)
    }
    repeat {
      let byte = try peek()
      guard byte == UInt8(ascii: "\"") else { throw JSONError(.unexpectedByte(byte), at: offset) }
      let keyOffset = offset
      let key = try parseString()
      guard isNew(key, members, &known) else { throw JSONError(.duplicateKey(key), at: keyOffset) }
      let colon = try peek()
      guard colon == UInt8(ascii: ":") else { throw JSONError(.unexpectedByte(colon), at: offset) }
      offset += 1
      members.append(JSONMember(key, try parseValue(depth: depth)))
    } while try goesOn(UInt8(ascii: ","), UInt8(ascii: "}"))
    return .object(members)
  }

  /// Small objects are compared member by member, large ones through a set, so that no input costs quadratic time.
  func isNew(_ key: String, _ members: [JSONMember], _ known: inout Set<[UInt8]>) -> Bool {  // lookup only
    if members.count < 16 { return !members.contains { isSameText($0.key, key) } }
    if known.isEmpty { for member in members { known.insert(Array(member.key.utf8)) } }
    return known.insert(Array(key.utf8)).inserted
  }
}
