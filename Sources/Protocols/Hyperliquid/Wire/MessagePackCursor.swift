/// Where and why bytes are not the canonical wire form.
struct WireFault: Error, Equatable {
  let reason: StaticString
  let offset: Int

  init(_ reason: StaticString, at offset: Int) {
    self.reason = reason
    self.offset = offset
  }

  static func == (left: WireFault, right: WireFault) -> Bool {
    left.offset == right.offset && left.text == right.text
  }

  var text: String { "\(reason) at byte \(offset)" }
}

/// Pulls MessagePack values out of bytes one by one. Refuses every form that is not the shortest, and floats, binaries
/// and extensions. Allocates nothing.
struct MessagePackCursor {
  let bytes: [UInt8]
  var offset: Int
  let end: Int

  init(_ bytes: [UInt8], in range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "range lies inside the bytes")
    self.bytes = bytes
    offset = range.lowerBound
    end = range.upperBound
  }

  func fault(_ reason: StaticString) -> WireFault { WireFault(reason, at: offset) }

  func peek() throws(WireFault) -> UInt8 {
    guard offset < end else { throw fault("the action ends too early") }
    return bytes[offset]
  }

  mutating func next() throws(WireFault) -> UInt8 {
    let byte = try peek()
    offset += 1
    return byte
  }

  func finish() throws(WireFault) {
    guard offset == end else { throw fault("bytes are left over after the action") }
  }

  /// A big-endian number of `count` bytes, which must be at least `least`: smaller ones have a shorter form.
  private mutating func wide(_ count: Int, least: UInt64) throws(WireFault) -> UInt64 {
    guard end - offset >= count else { throw fault("the action ends too early") }
    var value: UInt64 = 0
    for index in offset..<offset + count { value = value << 8 | UInt64(bytes[index]) }
    guard value >= least else { throw fault("a number or length is not in its shortest form") }
    offset += count
    return value
  }

  mutating func readUnsigned() throws(WireFault) -> UInt64 {
    let tag = try next()
    switch tag {
    case 0...0x7f: return UInt64(tag)
    case 0xcc: return try wide(1, least: 0x80)
    case 0xcd: return try wide(2, least: 0x100)
    case 0xce: return try wide(4, least: 0x1_0000)
    case 0xcf: return try wide(8, least: 0x1_0000_0000)
    default: throw WireFault("an unsigned whole number is wanted", at: offset - 1)
    }
  }

  mutating func readUInt32() throws(WireFault) -> UInt32 {
    let start = offset
    guard let value = UInt32(exactly: try readUnsigned()) else {
      throw WireFault("a number has more than 32 bits", at: start)
    }
    return value
  }

  mutating func readSigned() throws(WireFault) -> Int64 {
    let tag = try peek()
    let start = offset
    switch tag {
    case 0xe0...0xff:
      offset += 1
      return Int64(Int8(bitPattern: tag))
    case 0xd0...0xd3:
      offset += 1
      let width = 1 << Int(tag - 0xd0)
      let raw = try wide(width, least: 0)
      let shift = UInt64(64 - 8 * width)
      let value = Int64(bitPattern: raw << shift) >> Int64(shift)
      let limit: Int64 = width == 1 ? -32 : width == 2 ? -0x80 : width == 4 ? -0x8000 : -0x8000_0000
      guard value < limit else { throw WireFault("a number is not in its shortest form", at: start) }
      return value
    default:
      guard let value = Int64(exactly: try readUnsigned()) else {
        throw WireFault("a signed number has more than 64 bits", at: start)
      }
      return value
    }
  }

  mutating func readFlag() throws(WireFault) -> Bool {
    switch try next() {
    case 0xc3: return true
    case 0xc2: return false
    default: throw WireFault("true or false is wanted", at: offset - 1)
    }
  }

  /// The place of a text's bytes, whose encoding is not checked here.
  mutating func readText() throws(WireFault) -> Range<Int> {
    let tag = try next()
    let count: UInt64
    switch tag {
    case 0xa0...0xbf: count = UInt64(tag & 0x1f)
    case 0xd9: count = try wide(1, least: 32)
    case 0xda: count = try wide(2, least: 0x100)
    case 0xdb: count = try wide(4, least: 0x1_0000)
    default: throw WireFault("a text is wanted", at: offset - 1)
    }
    guard count <= UInt64(end - offset) else { throw fault("a text is longer than the action") }
    let start = offset
    offset += Int(count)
    return start..<offset
  }

  mutating func readArrayHeader() throws(WireFault) -> Int {
    let tag = try next()
    let count: UInt64
    switch tag {
    case 0x90...0x9f: count = UInt64(tag & 0x0f)
    case 0xdc: count = try wide(2, least: 16)
    case 0xdd: count = try wide(4, least: 0x1_0000)
    default: throw WireFault("a list is wanted", at: offset - 1)
    }
    guard count <= UInt64(end - offset) else { throw fault("a list is longer than the action") }
    return Int(count)
  }

  mutating func readMapHeader() throws(WireFault) -> Int {
    let tag = try next()
    let count: UInt64
    switch tag {
    case 0x80...0x8f: count = UInt64(tag & 0x0f)
    case 0xde: count = try wide(2, least: 16)
    case 0xdf: count = try wide(4, least: 0x1_0000)
    default: throw WireFault("a map is wanted", at: offset - 1)
    }
    guard count <= UInt64(end - offset) / 2 else { throw fault("a map is longer than the action") }
    return Int(count)
  }

  func text(_ range: Range<Int>, is word: StaticString) -> Bool {
    guard range.count == word.utf8CodeUnitCount else { return false }
    let start = word.utf8Start
    for index in 0..<range.count where bytes[range.lowerBound + index] != start[index] { return false }
    return true
  }

  mutating func expect(_ key: StaticString) throws(WireFault) {
    let start = offset
    let range = try readText()
    guard text(range, is: key) else {
      throw WireFault("another key stands where the order of keys wants one", at: start)
    }
  }

  mutating func expectMap(of count: Int) throws(WireFault) {
    let start = offset
    guard try readMapHeader() == count else { throw WireFault("a map has another number of keys", at: start) }
  }

  mutating func readString() throws(WireFault) -> String {
    let start = offset
    let range = try readText()
    guard let text = String(validating: bytes[range], as: UTF8.self) else {
      throw WireFault("a text is not UTF-8", at: start)
    }
    return text
  }
}

extension MessagePackCursor {
  /// Goes past one value of any kind, checking its form: shortest, UTF-8, no key twice, at most 32 levels deep.
  mutating func skipValue(depth: Int = 0) throws(WireFault) {
    guard depth <= 32 else { throw fault("values are nested too deeply") }
    switch try peek() {
    case 0xc0, 0xc2, 0xc3: offset += 1
    case 0...0x7f, 0xcc...0xcf: _ = try readUnsigned()
    case 0xe0...0xff, 0xd0...0xd3: _ = try readSigned()
    case 0xa0...0xbf, 0xd9...0xdb: try skipText()
    case 0x90...0x9f, 0xdc, 0xdd:
      for _ in 0..<(try readArrayHeader()) { try skipValue(depth: depth + 1) }
    case 0x80...0x8f, 0xde, 0xdf: try skipMap(depth: depth)
    default: throw fault("floats, binaries and extensions do not occur in actions")
    }
  }

  mutating func skipText() throws(WireFault) {
    let start = offset
    let range = try readText()
    guard bytes[range].utf8IsValid else { throw WireFault("a text is not UTF-8", at: start) }
  }

  private mutating func skipMap(depth: Int) throws(WireFault) {
    var keys: Set<ArraySlice<UInt8>> = []  // lookup only
    for _ in 0..<(try readMapHeader()) {
      let start = offset
      let range = try readText()
      guard bytes[range].utf8IsValid else { throw WireFault("a key is not UTF-8", at: start) }
      guard keys.insert(bytes[range]).inserted else { throw WireFault("a key occurs twice", at: start) }
      try skipValue(depth: depth + 1)
    }
  }
}

extension ArraySlice<UInt8> {
  var utf8IsValid: Bool {
    if allSatisfy({ $0 < 0x80 }) { return true }
    return String(validating: self, as: UTF8.self) != nil
  }
}
