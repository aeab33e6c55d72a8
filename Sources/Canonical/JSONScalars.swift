// Strings and numbers of the parser.
extension JSONParser {
  mutating func parseString() throws(JSONError) -> String {
    let start = offset
    offset += 1
    let textStart = offset
    var union: UInt8 = 0
    while offset < bytes.count {
      let byte = bytes[offset]
      if byte == UInt8(ascii: "\"") {
        offset += 1
        return try text(textStart..<offset - 1, isASCII: union < 0x80, at: start)
      }
      if byte == UInt8(ascii: "\\") { return try parseEscapedString(from: start) }
      guard byte >= 0x20 else { throw JSONError(.controlCharacter(byte), at: offset) }
      union |= byte
      offset += 1
    }
    throw JSONError(.unexpectedEnd, at: offset)
  }

  /// Goes on at the first escape of the string that opens at `start`.
  private mutating func parseEscapedString(from start: Int) throws(JSONError) -> String {
    var buffer = Array(bytes[start + 1..<offset])
    while offset < bytes.count {
      let byte = bytes[offset]
      switch byte {
      case UInt8(ascii: "\""):
        offset += 1
        guard let text = String(validating: buffer, as: UTF8.self) else { throw JSONError(.invalidText, at: start) }
        return text
      case UInt8(ascii: "\\"): try parseEscape(into: &buffer)
      case 0..<0x20: throw JSONError(.controlCharacter(byte), at: offset)
      default:
        buffer.append(byte)
        offset += 1
      }
    }
    throw JSONError(.unexpectedEnd, at: offset)
  }

  /// ASCII is copied as it is, which is most text; the rest goes through the library's checks, which cost more.
  private func text(_ range: Range<Int>, isASCII: Bool, at start: Int) throws(JSONError) -> String {
    if isASCII {
      return bytes.withUnsafeBufferPointer { source in
        String(unsafeUninitializedCapacity: range.count) { target in
          _ = target.update(fromContentsOf: source[range])
          return range.count
        }
      }
    }
    guard let text = String(validating: bytes[range], as: UTF8.self) else {
      throw JSONError(.invalidText, at: start)
    }
    return text
  }

  private mutating func parseEscape(into buffer: inout [UInt8]) throws(JSONError) {
    let start = offset
    guard start + 1 < bytes.count else { throw JSONError(.unexpectedEnd, at: bytes.count) }
    offset += 2
    switch bytes[start + 1] {
    case UInt8(ascii: "\""): buffer.append(0x22)
    case UInt8(ascii: "\\"): buffer.append(0x5c)
    case UInt8(ascii: "/"): buffer.append(0x2f)
    case UInt8(ascii: "b"): buffer.append(0x08)
    case UInt8(ascii: "f"): buffer.append(0x0c)
    case UInt8(ascii: "n"): buffer.append(0x0a)
    case UInt8(ascii: "r"): buffer.append(0x0d)
    case UInt8(ascii: "t"): buffer.append(0x09)
    case UInt8(ascii: "u"):
      let scalar = try parseScalar(escapeAt: start)
      buffer.append(contentsOf: String(Character(scalar)).utf8)
    default: throw JSONError(.invalidEscape, at: start)
    }
  }

  /// The four digits behind `\u`, and the second escape of a surrogate pair.
  private mutating func parseScalar(escapeAt start: Int) throws(JSONError) -> Unicode.Scalar {
    let first = try parseFourDigits(escapeAt: start)
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xdc00, offset + 1 < bytes.count, bytes[offset] == UInt8(ascii: "\\"),
      bytes[offset + 1] == UInt8(ascii: "u")
    else { throw JSONError(.invalidSurrogate, at: start) }
    let secondStart = offset
    offset += 2
    let second = try parseFourDigits(escapeAt: secondStart)
    guard (0xdc00...0xdfff).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
    else { throw JSONError(.invalidSurrogate, at: start) }
    return scalar
  }

  private mutating func parseFourDigits(escapeAt start: Int) throws(JSONError) -> UInt32 {
    guard offset + 4 <= bytes.count else { throw JSONError(.unexpectedEnd, at: bytes.count) }
    var value: UInt32 = 0
    for index in offset..<offset + 4 {
      guard let digit = Hex.value(ofDigit: bytes[index]) else { throw JSONError(.invalidEscape, at: start) }
      value = value << 4 | UInt32(digit)
    }
    offset += 4
    return value
  }

  mutating func parseNumber() throws(JSONError) -> JSONValue {
    let start = offset
    if bytes[offset] == UInt8(ascii: "-") { offset += 1 }
    let digitStart = offset
    try skipDigits(from: start)
    if bytes[digitStart] == UInt8(ascii: "0") && offset > digitStart + 1 {
      throw JSONError(.invalidNumber, at: start)
    }
    var isWhole = true
    if offset < bytes.count && bytes[offset] == UInt8(ascii: ".") {
      isWhole = false
      offset += 1
      try skipDigits(from: start)
    }
    if offset < bytes.count && bytes[offset] | 0x20 == UInt8(ascii: "e") {
      isWhole = false
      offset += 1
      if offset < bytes.count && (bytes[offset] == UInt8(ascii: "+") || bytes[offset] == UInt8(ascii: "-")) {
        offset += 1
      }
      try skipDigits(from: start)
    }
    guard offset - start <= limits.numberBytes else {
      throw JSONError(.numberTooLong(limit: limits.numberBytes), at: start)
    }
    let isNegative = digitStart > start
    if isWhole, let value = wholeNumber(bytes[digitStart..<offset], isNegative: isNegative) { return .integer(value) }
    return .number(String(decoding: bytes[start..<offset], as: UTF8.self))
  }

  private mutating func skipDigits(from start: Int) throws(JSONError) {
    let first = offset
    while offset < bytes.count, (0x30...0x39).contains(bytes[offset]) { offset += 1 }
    guard offset > first else { throw JSONError(.invalidNumber, at: start) }
  }

  /// Nil above 128 bits and for minus zero, whose text is kept instead.
  private func wholeNumber(_ digits: ArraySlice<UInt8>, isNegative: Bool) -> Int128? {
    if digits.count <= 18 {
      var small: Int64 = 0
      for digit in digits { small = small * 10 + Int64(digit - 0x30) }
      if isNegative { return small == 0 ? nil : Int128(-small) }
      return Int128(small)
    }
    var value: Int128 = 0
    for digit in digits {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let step = Int128(digit - 0x30)
      let (sum, more) =
        isNegative ? product.subtractingReportingOverflow(step) : product.addingReportingOverflow(step)
      if overflow || more { return nil }
      value = sum
    }
    return value
  }
}
