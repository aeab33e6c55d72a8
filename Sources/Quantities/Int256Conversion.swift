extension Int256 {
  @inlinable public static func & (left: Int256, right: Int256) -> Int256 {
    Int256(bitPattern: left.bitPattern & right.bitPattern)
  }

  @inlinable public static func | (left: Int256, right: Int256) -> Int256 {
    Int256(bitPattern: left.bitPattern | right.bitPattern)
  }

  @inlinable public static func ^ (left: Int256, right: Int256) -> Int256 {
    Int256(bitPattern: left.bitPattern ^ right.bitPattern)
  }

  @inlinable public static prefix func ~ (value: Int256) -> Int256 { Int256(bitPattern: ~value.bitPattern) }

  /// The low 256 bits of `value * 2^count`; a negative count shifts right.
  @inlinable public static func << (value: Int256, count: Int) -> Int256 {
    count < 0 ? value >> (count == .min ? .max : 0 &- count) : Int256(bitPattern: value.bitPattern << count)
  }

  /// `value / 2^count`, floored: the sign moves in from the left. A negative count shifts left.
  @inlinable public static func >> (value: Int256, count: Int) -> Int256 {
    if count < 0 { return Int256(bitPattern: value.bitPattern >> count) }
    if !value.isNegative { return Int256(bitPattern: value.bitPattern >> count) }
    return Int256(bitPattern: ~(~value.bitPattern >> count))
  }
}

extension Int256 {
  @inlinable public init(_ value: Int64) { self.init(Int128(value)) }

  @inlinable public init(_ value: Int) { self.init(Int128(value)) }

  @inlinable public init(_ value: UInt64) { self.init(bitPattern: UInt256(value)) }

  @inlinable public init(_ value: UInt128) { self.init(bitPattern: UInt256(value)) }

  @inlinable public init(_ value: Int128) {
    self.init(bitPattern: UInt256(low: UInt128(truncatingIfNeeded: value), high: value < 0 ? .max : 0))
  }

  /// The same number, or nil from 2^255 on.
  @inlinable public init?(exactly value: UInt256) {
    if value.word3 &>> 63 != 0 { return nil }
    self.init(bitPattern: value)
  }
}

extension FixedWidthInteger {
  /// The same number, or nil when it does not fit.
  @inlinable public init?(exactly value: Int256) {
    let low = value.bitPattern.low
    if value.bitPattern.high == 0 {
      self.init(exactly: low)
    } else if value.bitPattern.high == .max && low &>> 127 != 0 {
      self.init(exactly: Int128(truncatingIfNeeded: low))
    } else {
      return nil
    }
  }

  /// The low bits of the number in two's complement, with the sign kept.
  @inlinable public init(truncatingIfNeeded value: Int256) {
    self.init(truncatingIfNeeded: Int128(truncatingIfNeeded: value.bitPattern.low))
  }
}

extension Int256 {
  /// Thirty-two bytes of two's complement, the most significant first; nil for any other count.
  public init?(bigEndianBytes bytes: some Collection<UInt8>) {
    guard let pattern = UInt256(bigEndianBytes: bytes) else { return nil }
    self.init(bitPattern: pattern)
  }

  /// Thirty-two bytes of two's complement, the least significant first; nil for any other count.
  public init?(littleEndianBytes bytes: some Collection<UInt8>) {
    guard let pattern = UInt256(littleEndianBytes: bytes) else { return nil }
    self.init(bitPattern: pattern)
  }

  /// Thirty-two bytes of two's complement, the most significant first.
  public var bigEndianBytes: [UInt8] { bitPattern.bigEndianBytes }

  /// Thirty-two bytes of two's complement, the least significant first.
  public var littleEndianBytes: [UInt8] { bitPattern.littleEndianBytes }
}

extension Int256: LosslessStringConvertible {
  /// Decimal digits after an optional minus, no blanks; nil for anything else and out of range.
  public init?(_ description: String) {
    let negative = description.utf8.first == 0x2D
    guard let magnitude = UInt256(negative ? String(description.dropFirst()) : description) else { return nil }
    self.init(magnitude: magnitude, negative: negative)
  }

  /// Decimal digits after a minus where it is negative.
  public var description: String { (isNegative ? "-" : "") + magnitude.description }

  /// Hexadecimal digits of the size, with or without `0x`, after an optional minus: `-0xff` is -255. This is not the
  /// two's complement, for which there are `UInt256(hexadecimal:)` and `bitPattern`.
  public init?(hexadecimal text: some StringProtocol) {
    let negative = text.utf8.first == 0x2D
    guard let magnitude = UInt256(hexadecimal: text.dropFirst(negative ? 1 : 0)) else { return nil }
    self.init(magnitude: magnitude, negative: negative)
  }

  /// `0x` and the lower-case digits of the size, after a minus where it is negative.
  public var hexadecimalDescription: String { (isNegative ? "-" : "") + magnitude.hexadecimalDescription }
}
