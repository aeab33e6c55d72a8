import Canonical

/// Walks JSON bytes without making values of them. Whatever is not the plainest spelling is nil: the general reader
/// decides about it. Nothing here ever reads beyond the bytes.
struct BodyCursor {
  let bytes: [UInt8]
  var at = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool {
    mutating get {
      skipSpace()
      return at == bytes.count
    }
  }

  @inline(__always) mutating func skipSpace() {
    while at < bytes.count, bytes[at] <= 0x20,
      bytes[at] == 0x20 || bytes[at] == 0x0a || bytes[at] == 0x0d || bytes[at] == 0x09
    {
      at += 1
    }
  }

  /// Takes the byte if it comes next.
  @inline(__always) mutating func take(_ byte: UInt8) -> Bool {
    skipSpace()
    guard at < bytes.count, bytes[at] == byte else { return false }
    at += 1
    return true
  }

  /// Where a string's bytes stand; nil for one with escapes or bytes beyond ASCII.
  @inline(__always) mutating func string() -> Range<Int>? {
    guard take(UInt8(ascii: "\"")) else { return nil }
    let start = at
    while at < bytes.count {
      let byte = bytes[at]
      if byte == UInt8(ascii: "\"") {
        at += 1
        return start..<at - 1
      }
      if byte < 0x20 || byte >= 0x80 || byte == UInt8(ascii: "\\") { return nil }
      at += 1
    }
    return nil
  }

  @inline(__always) func equals(_ range: Range<Int>, _ text: StaticString) -> Bool {
    guard range.count == text.utf8CodeUnitCount else { return false }
    for index in 0..<range.count where bytes[range.lowerBound + index] != text.utf8Start[index] { return false }
    return true
  }

  private mutating func takes(_ word: StaticString) -> Bool {
    skipSpace()
    let count = word.utf8CodeUnitCount
    guard at + count <= bytes.count, equals(at..<at + count, word) else { return false }
    at += count
    return true
  }

  mutating func null() -> Bool { takes("null") }

  mutating func flag() -> Bool? {
    if takes("true") { return true }
    return takes("false") ? false : nil
  }

  /// A whole number of up to 19 digits without a leading zero.
  mutating func unsigned() -> UInt64? {
    skipSpace()
    let start = at
    var value: UInt64 = 0
    while at < bytes.count, bytes[at] &- 0x30 < 10 {
      value = value &* 10 &+ UInt64(bytes[at] &- 0x30)
      at += 1
    }
    let digits = at - start
    guard digits > 0, digits <= 19, digits == 1 || bytes[start] != 0x30 else { return nil }
    if at < bytes.count, [UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E")].contains(bytes[at]) { return nil }
    return value
  }

  /// A price or size in quotes, without the zeros at its end: `"1100.50"` is where `1100.5` stands.
  mutating func decimal() -> Range<Int>? {
    guard let range = string() else { return nil }
    var index = range.lowerBound
    while index < range.upperBound, bytes[index] &- 0x30 < 10 { index += 1 }
    let whole = index - range.lowerBound
    guard whole > 0, whole == 1 || bytes[range.lowerBound] != 0x30 else { return nil }
    if index == range.upperBound { return range }
    guard bytes[index] == UInt8(ascii: "."), index + 1 < range.upperBound else { return nil }
    for place in index + 1..<range.upperBound where bytes[place] &- 0x30 >= 10 { return nil }
    var end = range.upperBound
    while bytes[end - 1] == 0x30 { end -= 1 }
    if end == index + 1 { end = index }
    return range.lowerBound..<end
  }

  /// `0x` and so many hexadecimal digits in quotes.
  mutating func hex(digits: Int) -> Range<Int>? {
    guard let range = string(), range.count == digits + 2, bytes[range.lowerBound] == 0x30,
      bytes[range.lowerBound + 1] == UInt8(ascii: "x")
    else { return nil }
    for index in range.lowerBound + 2..<range.upperBound where Self.value(bytes[index]) > 15 { return nil }
    return range
  }

  /// Of a hexadecimal digit; 255 for what is none.
  @inline(__always) static func value(_ byte: UInt8) -> UInt8 {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x61...0x66: byte - 0x57
    case 0x41...0x46: byte - 0x37
    default: 255
    }
  }

  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  // MARK: Objects and lists

  /// Reads an object's members; `read` gets where the key stands and takes the value. False as soon as it does.
  @inline(__always) mutating func object(_ read: (inout BodyCursor, Range<Int>) -> Bool) -> Bool {
    guard take(UInt8(ascii: "{")) else { return false }
    if take(UInt8(ascii: "}")) { return true }
    while true {
      guard let key = string(), take(UInt8(ascii: ":")), read(&self, key) else { return false }
      if take(UInt8(ascii: "}")) { return true }
      guard take(UInt8(ascii: ",")) else { return false }
    }
  }

  @inline(__always) mutating func list(_ read: (inout BodyCursor) -> Bool) -> Bool {
    guard take(UInt8(ascii: "[")) else { return false }
    if take(UInt8(ascii: "]")) { return true }
    while true {
      guard read(&self) else { return false }
      if take(UInt8(ascii: "]")) { return true }
      guard take(UInt8(ascii: ",")) else { return false }
    }
  }
}

/// Takes a value into a place that must be empty: a key that comes twice is no plain spelling.
@inline(__always) func fill<Value>(_ place: inout Value?, _ value: Value?) -> Bool {
  guard place == nil, let value else { return false }
  place = value
  return true
}
