/// Why text is not the hexadecimal form that was asked for.
public enum HexError: Error, Sendable, Equatable {
  /// An odd number of digits; counts the digits after any `0x`.
  case oddLength(Int)
  /// A character that is no hexadecimal digit; its byte offset in the whole text.
  case invalidDigit(offset: Int)
  /// Well-formed, but not of the size that the value has; both in bytes.
  case wrongLength(expected: Int, found: Int)
}

/// Hexadecimal text: written in lower case, read in either case with or without `0x`.
public enum Hex {
  /// Two lower-case digits a byte, without `0x`: `[0, 255]` is `"00ff"`.
  public static func encode(_ bytes: some Collection<UInt8>) -> String {
    var digits: [UInt8] = []
    digits.reserveCapacity(2 * bytes.count)
    append(bytes, to: &digits)
    return String(decoding: digits, as: UTF8.self)
  }

  /// Like `encode`, after `0x`.
  public static func encodePrefixed(_ bytes: some Collection<UInt8>) -> String {
    var digits: [UInt8] = []
    digits.reserveCapacity(2 * bytes.count + 2)
    digits.append(UInt8(ascii: "0"))
    digits.append(UInt8(ascii: "x"))
    append(bytes, to: &digits)
    return String(decoding: digits, as: UTF8.self)
  }

  /// Reads digits of either case, an optional `0x` before them. No digits are no bytes.
  public static func decode(_ text: String) throws(HexError) -> [UInt8] {
    let characters = Array(text.utf8)
    let start = prefixLength(characters[...])
    let count = characters.count - start
    guard count % 2 == 0 else { throw .oddLength(count) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count / 2)
    var index = start
    while index < characters.count {
      guard let high = value(ofDigit: characters[index]) else { throw .invalidDigit(offset: index) }
      guard let low = value(ofDigit: characters[index + 1]) else { throw .invalidDigit(offset: index + 1) }
      bytes.append(high << 4 | low)
      index += 2
    }
    return bytes
  }

  /// Reads exactly `count` bytes.
  public static func decode(_ text: String, count: Int) throws(HexError) -> [UInt8] {
    let bytes = try decode(text)
    guard bytes.count == count else { throw .wrongLength(expected: count, found: bytes.count) }
    return bytes
  }

  /// The value of one digit of either case, nil for any other byte.
  @inlinable public static func value(ofDigit character: UInt8) -> UInt8? {
    switch character {
    case 0x30...0x39: character - 0x30
    case 0x61...0x66: character - 0x61 + 10
    case 0x41...0x46: character - 0x41 + 10
    default: nil
    }
  }

  /// The lower-case digit of `value`, which is below 16.
  @inlinable public static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }

  /// The number of eight digits of either case, all at once: nobody can predict which of them are letters. `"000001fF"`
  /// is 511.
  static func eight(_ characters: ArraySlice<UInt8>, at index: Int) -> UInt32? {
    precondition(index >= characters.startIndex && index + 8 <= characters.endIndex, "eight characters are there")
    let text = characters.withUnsafeBytes {
      UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: index - characters.startIndex, as: UInt64.self))
    }
    func each(_ byte: UInt64) -> UInt64 { byte * 0x0101_0101_0101_0101 }
    // 1 in each byte that can only be a letter; digits stand at 0x30, letters at 0x41 and 0x61.
    let letters = (text & each(0x40)) >> 6
    let values = (text & each(0x0f)) + 9 * letters
    let places = (text | (letters << 5)) & each(0xf0)
    let areAboveNine = (values + each(6)) & each(0x10)
    guard places == each(0x30) + 0x30 * letters, areAboveNine == letters << 4, values & each(0xf0) == 0 else {
      return nil
    }
    let bytes = ((values << 4) | (values >> 8)) & 0x00ff_00ff_00ff_00ff
    let halves = ((bytes << 8) | (bytes >> 16)) & 0x0000_ffff_0000_ffff
    return UInt32(truncatingIfNeeded: (halves << 16) | (halves >> 32))
  }

  static func append(_ bytes: some Collection<UInt8>, to digits: inout [UInt8]) {
    for byte in bytes {
      digits.append(digit(byte >> 4))
      digits.append(digit(byte & 15))
    }
  }

  /// Of `0x`.
  static func prefixLength(_ characters: ArraySlice<UInt8>) -> Int {
    let start = characters.startIndex
    guard characters.count >= 2, characters[start] == UInt8(ascii: "0") else { return 0 }
    return characters[start + 1] == UInt8(ascii: "x") ? 2 : 0
  }
}

extension Hash32: CustomStringConvertible {
  /// Sixty-four lower-case digits without `0x`.
  public var hex: String { Hex.encode(bytes) }

  /// `0x` and sixty-four lower-case digits.
  public var description: String { Hex.encodePrefixed(bytes) }

  /// Reads exactly 64 digits of either case, an optional `0x` before them.
  public init(hexText text: String) throws(HexError) {
    let bytes = try Hex.decode(text, count: 32)
    guard let hash = Hash32(bytes) else { throw .wrongLength(expected: 32, found: bytes.count) }
    self = hash
  }

  /// Like `init(hexText:)`, nil for any other text.
  public init?(hex text: String) {
    guard let bytes = try? Hex.decode(text, count: 32) else { return nil }
    self.init(bytes)
  }

  /// Reads a whole number of 1 to 64 hexadecimal digits, an optional `0x` before them, missing leading digits being
  /// zeros: the form in which wallets write the scalars of a signature. `"0x1ff"` is 511.
  public init?(hexInteger text: String) { self.init(hexInteger: Array(text.utf8)[...]) }

  /// Like `init(hexInteger:)`, of ASCII.
  public init?(hexInteger characters: ArraySlice<UInt8>) {
    let start = characters.startIndex + Hex.prefixLength(characters)
    var end = characters.endIndex
    guard end > start, end - start <= 64 else { return nil }
    /// The last sixteen digits that are left.
    func word() -> UInt64? {
      defer { end = max(start, end - 16) }
      if end - start >= 16 {
        guard let high = Hex.eight(characters, at: end - 16), let low = Hex.eight(characters, at: end - 8) else {
          return nil
        }
        return UInt64(high) << 32 | UInt64(low)
      }
      var word: UInt64 = 0
      for index in start..<end {
        guard let value = Hex.value(ofDigit: characters[index]) else { return nil }
        word = word << 4 | UInt64(value)
      }
      return word
    }
    guard let word3 = word(), let word2 = word(), let word1 = word(), let word0 = word() else { return nil }
    self.init(word0: word0, word1: word1, word2: word2, word3: word3)
  }

  /// `0x` and the digits of the number without leading zeros; zero is `0x0`.
  public var hexInteger: String {
    let digits = hex.utf8.drop { $0 == UInt8(ascii: "0") }
    return "0x" + (digits.isEmpty ? "0" : String(decoding: digits, as: UTF8.self))
  }

  /// A whole number as a big-endian word of 32 bytes.
  @inlinable public init(_ number: UInt64) { self.init(word0: 0, word1: 0, word2: 0, word3: number) }
}

extension Address: CustomStringConvertible {
  /// Forty lower-case digits without `0x`.
  public var hex: String { Hex.encode(bytes) }

  /// `0x` and forty lower-case digits.
  public var description: String { Hex.encodePrefixed(bytes) }

  /// Reads exactly 40 digits of either case, an optional `0x` before them; checksums of mixed case are not looked at.
  public init(hexText text: String) throws(HexError) {
    let bytes = try Hex.decode(text, count: 20)
    guard let address = Address(bytes) else { throw .wrongLength(expected: 20, found: bytes.count) }
    self = address
  }

  /// Like `init(hexText:)`, nil for any other text.
  public init?(hex text: String) {
    guard let bytes = try? Hex.decode(text, count: 20) else { return nil }
    self.init(bytes)
  }

  /// The address in the low 20 bytes of a word, the upper 12 being zero: how contracts pass it.
  @inlinable public var word: Hash32 {
    Hash32(
      word0: 0, word1: word0 >> 32, word2: word0 << 32 | word1 >> 32, word3: word1 << 32 | UInt64(word2))
  }
}
