import Canonical

/// The canonical text of a `WireDecimal`: plain digits, no leading zero before another digit, no trailing zero behind
/// the point, no point without decimals, no minus zero. 170000000 is `1.7`.
public enum WireDecimalText {
  static let unit: UInt64 = 100_000_000

  /// Nil for any other than the canonical text, and beyond 64 bits.
  static func parse(_ bytes: [UInt8], in range: Range<Int>) -> WireDecimal? {
    var index = range.lowerBound
    let end = range.upperBound
    guard index < end, range.count <= 21 else { return nil }
    let isNegative = bytes[index] == UInt8(ascii: "-")
    if isNegative { index += 1 }
    let firstDigit = index
    var magnitude: UInt64 = 0
    while index < end, bytes[index] &- 0x30 < 10 {
      magnitude = magnitude &* 10 &+ UInt64(bytes[index] &- 0x30)
      index += 1
    }
    let digits = index - firstDigit
    guard digits > 0, digits <= 11, digits == 1 || bytes[firstDigit] != 0x30 else { return nil }
    var decimals = 0
    if index < end {
      guard bytes[index] == UInt8(ascii: ".") else { return nil }
      index += 1
      while index < end, bytes[index] &- 0x30 < 10 {
        magnitude = magnitude &* 10 &+ UInt64(bytes[index] &- 0x30)
        index += 1
        decimals += 1
        guard decimals <= 8 else { return nil }
      }
      guard index == end, decimals > 0, bytes[end - 1] != 0x30 else { return nil }
    }
    // At most 19 digits so far; scaling up to 8 decimals keeps them at 19, below 10^19 < 2^64.
    for _ in decimals..<8 { magnitude = magnitude &* 10 }
    guard magnitude <= UInt64(Int64.max), !(isNegative && magnitude == 0) else { return nil }
    return isNegative ? -Int64(magnitude) : Int64(magnitude)
  }

  /// Reads canonical text only.
  public static func parse(_ text: String) -> WireDecimal? {
    let bytes = Array(text.utf8)
    return parse(bytes, in: 0..<bytes.count)
  }

  public static func format(_ value: WireDecimal) -> String {
    var bytes: [UInt8] = []
    append(value, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  static func append(_ value: WireDecimal, to bytes: inout [UInt8]) {
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    let (whole, fraction) = value.magnitude.quotientAndRemainder(dividingBy: unit)
    appendDigits(whole, to: &bytes)
    guard fraction != 0 else { return }
    bytes.append(UInt8(ascii: "."))
    var rest = fraction
    var divisor = unit / 10
    while rest != 0 {
      bytes.append(0x30 + UInt8(rest / divisor))
      rest %= divisor
      divisor /= 10
    }
  }

  private static func appendDigits(_ value: UInt64, to bytes: inout [UInt8]) {
    var divisor: UInt64 = 1
    while value / divisor >= 10 { divisor *= 10 }
    var rest = value
    while divisor > 0 {
      bytes.append(0x30 + UInt8(rest / divisor))
      rest %= divisor
      divisor /= 10
    }
  }

  /// The canonical text of any plain decimal: `"025.20"` is `"25.2"`, `"-0.0"` is `"0"`. Nil unless it is digits with
  /// an optional sign before and an optional fraction behind a point.
  public static func normalise(_ text: String) -> String? {
    var digits = Array(text.utf8)[...]
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative || digits.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
    let point = digits.firstIndex(of: UInt8(ascii: "."))
    var whole = digits[..<(point ?? digits.endIndex)]
    var fraction = point.map { digits[($0 + 1)...] } ?? digits[digits.endIndex...]
    guard !whole.isEmpty || !fraction.isEmpty, (whole + fraction).allSatisfy({ $0 &- 0x30 < 10 }) else { return nil }
    whole = whole.drop { $0 == 0x30 }
    while fraction.last == 0x30 { fraction = fraction.dropLast() }
    if whole.isEmpty && fraction.isEmpty { return "0" }
    let head = (isNegative ? "-" : "") + (whole.isEmpty ? "0" : String(decoding: whole, as: UTF8.self))
    return fraction.isEmpty ? head : head + "." + String(decoding: fraction, as: UTF8.self)
  }
}
