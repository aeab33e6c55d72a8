// Exact conversions of `UInt256`: built-in integers, bytes, text.

extension UInt256 {
  @inlinable public init(_ value: UInt64) { self.init(word0: value, word1: 0, word2: 0, word3: 0) }

  @inlinable public init(_ value: UInt128) { self.init(low: value, high: 0) }

  /// The same number, or nil for a negative one.
  @inlinable public init?(exactly value: some FixedWidthInteger) {
    guard let low = UInt128(exactly: value) else { return nil }
    self.init(low: low, high: 0)
  }

  /// The same number, or nil for a negative one.
  @inlinable public init?(exactly value: Int256) {
    if value.isNegative { return nil }
    self = value.bitPattern
  }
}

extension FixedWidthInteger {
  /// The same number, or nil when it does not fit.
  @inlinable public init?(exactly value: UInt256) {
    if value.high != 0 { return nil }
    self.init(exactly: value.low)
  }

  /// The low bits of the number.
  @inlinable public init(truncatingIfNeeded value: UInt256) { self.init(truncatingIfNeeded: value.low) }
}

extension UInt256 {
  /// Thirty-two bytes, the most significant first; nil for any other count.
  public init?(bigEndianBytes bytes: some Collection<UInt8>) {
    if bytes.count != 32 { return nil }
    self = .zero
    for byte in bytes { self = (self << 8) | UInt256(UInt64(byte)) }
  }

  /// Thirty-two bytes, the least significant first; nil for any other count.
  public init?(littleEndianBytes bytes: some Collection<UInt8>) {
    if bytes.count != 32 { return nil }
    var words: InlineArray<4, UInt64> = [0, 0, 0, 0]
    var index = 0
    for byte in bytes {
      words[index &>> 3] |= UInt64(byte) &<< UInt64((index & 7) &* 8)
      index &+= 1
    }
    self.init(word0: words[0], word1: words[1], word2: words[2], word3: words[3])
  }

  /// Thirty-two bytes, the most significant first, as the EVM holds numbers.
  public var bigEndianBytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32)
    for word in [word3, word2, word1, word0] {
      withUnsafeBytes(of: word.bigEndian) { bytes.append(contentsOf: $0) }
    }
    return bytes
  }

  /// Thirty-two bytes, the least significant first, as the canonical encoding holds numbers.
  public var littleEndianBytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32)
    for word in [word0, word1, word2, word3] {
      withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
    }
    return bytes
  }
}

extension UInt256: LosslessStringConvertible {
  /// Decimal digits only, no sign and no blanks; nil for anything else and beyond 2^256-1.
  public init?(_ description: String) {
    if description.isEmpty { return nil }
    var value = UInt256.zero
    for byte in description.utf8 {
      guard let digit = decimalDigit(byte), value.append(decimalDigit: digit) else { return nil }
    }
    self = value
  }

  /// Decimal digits.
  public var description: String {
    String(decoding: decimalDigits(), as: UTF8.self)
  }

  /// Hexadecimal digits of either case, with or without `0x`; nil for anything else and beyond 2^256-1.
  public init?(hexadecimal text: some StringProtocol) {
    var digits = Array(text.utf8)[...]
    if digits.starts(with: [0x30, 0x78]) { digits = digits.dropFirst(2) }
    if digits.isEmpty { return nil }
    var value = UInt256.zero
    for byte in digits {
      guard let digit = hexadecimalDigit(byte), value.word3 &>> 60 == 0 else { return nil }
      value = (value << 4) | UInt256(digit)
    }
    self = value
  }

  /// `0x` and lower-case digits without leading zeros: `0x0`, `0xff`.
  public var hexadecimalDescription: String {
    var digits: [UInt8] = [0x30, 0x78]
    var shift = Swift.max(0, (significantBitCount + 3) / 4 * 4 - 4)
    while shift >= 0 {
      let nibble = UInt8(truncatingIfNeeded: (self >> shift).word0 & 15)
      digits.append(nibble < 10 ? 0x30 + nibble : 0x57 + nibble)
      shift -= 4
    }
    return String(decoding: digits, as: UTF8.self)
  }
}

extension UInt256 {
  /// `self * 10 + digit` in place; false, and unchanged, when that does not fit.
  @inlinable
  package mutating func append(decimalDigit digit: UInt64) -> Bool {
    var carry = digit
    var (w0, w1, w2, w3): (UInt64, UInt64, UInt64, UInt64)
    (w0, carry) = multiplyAdd(word0, 10, 0, carry)
    (w1, carry) = multiplyAdd(word1, 10, 0, carry)
    (w2, carry) = multiplyAdd(word2, 10, 0, carry)
    (w3, carry) = multiplyAdd(word3, 10, 0, carry)
    if carry != 0 { return false }
    self = UInt256(word0: w0, word1: w1, word2: w2, word3: w3)
    return true
  }

  /// The ASCII digits, at least one, the most significant first.
  package func decimalDigits() -> [UInt8] {
    var reversed: [UInt8] = []
    reversed.reserveCapacity(78)
    var rest = self
    while rest.significantBitCount > 64 {
      var chunk: UInt64
      (rest, chunk) = rest.dividedByWord(10_000_000_000_000_000_000)
      for _ in 0..<19 {
        reversed.append(0x30 &+ UInt8(truncatingIfNeeded: chunk % 10))
        chunk /= 10
      }
    }
    var last = rest.word0
    while last != 0 || reversed.isEmpty {
      reversed.append(0x30 &+ UInt8(truncatingIfNeeded: last % 10))
      last /= 10
    }
    reversed.reverse()
    return reversed
  }
}

/// The value of an ASCII decimal digit.
@inlinable @inline(__always)
package func decimalDigit(_ byte: UInt8) -> UInt64? {
  let digit = byte &- 0x30
  return digit < 10 ? UInt64(digit) : nil
}

/// The value of an ASCII hexadecimal digit of either case.
package func hexadecimalDigit(_ byte: UInt8) -> UInt64? {
  if let digit = decimalDigit(byte) { return digit }
  let letter = (byte | 0x20) &- 0x61
  return letter < 6 ? UInt64(letter) + 10 : nil
}
