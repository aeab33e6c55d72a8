import Canonical
import Hyperliquid
import VenueKit

/// Writes compact JSON straight into bytes. Commas are set by what stands before.
public struct JSONOutput: Sendable {
  public private(set) var bytes: [UInt8] = []

  public init(reservingCapacity capacity: Int = 256) { bytes.reserveCapacity(capacity) }

  @inline(__always) private mutating func separate() {
    switch bytes.last {
    case nil, UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ":"): return
    default: bytes.append(UInt8(ascii: ","))
    }
  }

  // MARK: Structure

  public mutating func object(_ body: (inout JSONOutput) -> Void) {
    separate()
    bytes.append(UInt8(ascii: "{"))
    body(&self)
    bytes.append(UInt8(ascii: "}"))
  }

  public mutating func array(_ body: (inout JSONOutput) -> Void) {
    separate()
    bytes.append(UInt8(ascii: "["))
    body(&self)
    bytes.append(UInt8(ascii: "]"))
  }

  public mutating func array<Items: Sequence>(
    of items: Items, _ body: (inout JSONOutput, Items.Element) -> Void
  ) {
    array { for item in items { body(&$0, item) } }
  }

  /// A member's name; its value must follow.
  public mutating func key(_ name: StaticString) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
  }

  public mutating func key(text name: String) {
    separate()
    JSONValue.append(quoted: name, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
  }

  /// A piece of JSON as it stands, with the commas that it needs: for what is written most.
  public mutating func fragment(_ text: StaticString) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  // MARK: Values

  public mutating func null() {
    separate()
    bytes.append(contentsOf: [0x6e, 0x75, 0x6c, 0x6c])
  }

  public mutating func flag(_ value: Bool) {
    separate()
    bytes.append(contentsOf: (value ? "true" : "false").utf8)
  }

  public mutating func integer(_ value: some BinaryInteger) {
    separate()
    appendDigits(Int128(value))
  }

  /// A number's text as it is to stand, without quotes.
  public mutating func number(_ text: String) {
    separate()
    bytes.append(contentsOf: text.utf8)
  }

  public mutating func string(_ text: String) {
    separate()
    JSONValue.append(quoted: text, to: &bytes)
  }

  public mutating func string(_ text: StaticString) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    bytes.append(UInt8(ascii: "\""))
  }

  public mutating func address(_ address: Address) { hex(address.bytes) }

  public mutating func hash(_ hash: Hash32) { hex(hash.bytes) }

  private mutating func hex(_ raw: [UInt8]) {
    beginHex()
    for byte in raw {
      bytes.append(Hex.digit(byte >> 4))
      bytes.append(Hex.digit(byte & 15))
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func beginHex() {
    separate()
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: "0"))
    bytes.append(UInt8(ascii: "x"))
  }

  public mutating func cloid(_ cloid: ClientOrderID) {
    beginHex()
    for word in [cloid.high, cloid.low] {
      for shift in stride(from: 60, through: 0, by: -4) {
        bytes.append(Hex.digit(UInt8(truncatingIfNeeded: word >> UInt64(shift)) & 15))
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Units of 10^-scale as the venue writes decimals: in quotes, without zeros at the end, at least one place. 1234500 at
  /// scale 4 is `"123.45"`, 10^8 at scale 8 is `"1.0"`.
  public mutating func decimal(_ value: some BinaryInteger, scale: Int) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    appendDecimal(Int128(value), scale: scale)
    bytes.append(UInt8(ascii: "\""))
  }

  /// As `decimal`, rounded half away from zero to `places` first.
  public mutating func decimal(_ value: Int128, scale: Int, places: Int) {
    var divisor: Int128 = 1
    for _ in 0..<max(0, scale - places) { divisor *= 10 }
    let rounded = (value.magnitude + UInt128(divisor / 2)) / UInt128(divisor)
    decimal(value < 0 ? -Int128(rounded) : Int128(rounded), scale: min(scale, places))
  }

  /// Bytes that are JSON already.
  public mutating func raw(_ json: some Collection<UInt8>) {
    separate()
    bytes.append(contentsOf: json)
  }

  public mutating func value(_ value: JSONValue) {
    separate()
    value.append(to: &bytes)
  }

  // MARK: Digits

  private mutating func appendDigits(_ value: Int128) {
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    append(capacity: 39) { $0.prepend(value.magnitude) }
  }

  private mutating func appendDecimal(_ value: Int128, scale: Int) {
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    append(capacity: 42 + scale) { $0.prepend(value.magnitude, scale: scale) }
  }

  /// Appends what is written from the last digit to the first.
  private mutating func append(capacity: Int, _ write: (inout BackwardDigits) -> Void) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity) { buffer in
      var digits = BackwardDigits(buffer)
      write(&digits)
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: buffer[digits.start...]))
    }
  }
}

/// Digits written towards the front of a buffer that has room for them.
private struct BackwardDigits {
  private let buffer: UnsafeMutableBufferPointer<UInt8>
  private(set) var start: Int

  init(_ buffer: UnsafeMutableBufferPointer<UInt8>) {
    self.buffer = buffer
    start = buffer.count
  }

  private mutating func prepend(byte: UInt8) {
    start -= 1
    buffer[start] = byte
  }

  /// A number's digits, at least one.
  mutating func prepend(_ value: UInt128) {
    var left = value
    repeat { prepend(digit: Self.takeDigit(&left)) } while left > 0
  }

  /// Units of 10^-scale with a point, without zeros at the end but one.
  mutating func prepend(_ value: UInt128, scale: Int) {
    var left = value
    for place in stride(from: scale, to: 0, by: -1) {
      let digit = Self.takeDigit(&left)
      if digit > 0 || start < buffer.count || place == 1 { prepend(digit: digit) }
    }
    if scale == 0 { prepend(digit: 0) }
    prepend(byte: UInt8(ascii: "."))
    prepend(left)
  }

  private mutating func prepend(digit: UInt8) { prepend(byte: UInt8(ascii: "0") + digit) }

  private static func takeDigit(_ value: inout UInt128) -> UInt8 {
    // Most figures fit a word, whose division is much cheaper.
    if let word = UInt64(exactly: value) {
      value = UInt128(word / 10)
      return UInt8(truncatingIfNeeded: word % 10)
    }
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: 10)
    value = quotient
    return UInt8(truncatingIfNeeded: remainder)
  }
}

/// JSON of one value.
public func makeJSON(_ body: (inout JSONOutput) -> Void) -> [UInt8] {
  var output = JSONOutput()
  body(&output)
  return output.bytes
}
