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

  private mutating func hex(_ raw: some Sequence<UInt8>) {
    separate()
    bytes.append(contentsOf: [0x22, 0x30, 0x78])
    for byte in raw {
      bytes.append(Hex.digit(byte >> 4))
      bytes.append(Hex.digit(byte & 15))
    }
    bytes.append(UInt8(ascii: "\""))
  }

  public mutating func cloid(_ cloid: ClientOrderID) { hex((0..<16).map { cloid.byte($0) }) }

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
    appendMagnitude(value.magnitude, minimumDigits: 1)
  }

  private mutating func appendMagnitude(_ value: UInt128, minimumDigits: Int) {
    let start = bytes.count
    if var word = UInt64(exactly: value) {
      while word > 0 {
        bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: word % 10))
        word /= 10
      }
    } else {
      var wide = value
      while wide > 0 {
        bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: wide % 10))
        wide /= 10
      }
    }
    while bytes.count - start < minimumDigits { bytes.append(UInt8(ascii: "0")) }
    bytes[start...].reverse()
  }

  private mutating func appendDecimal(_ value: Int128, scale: Int) {
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    appendMagnitude(value.magnitude, minimumDigits: scale + 1)
    if scale == 0 {
      bytes.append(contentsOf: [UInt8(ascii: "."), UInt8(ascii: "0")])
      return
    }
    let point = bytes.count - scale
    bytes.insert(UInt8(ascii: "."), at: point)
    while bytes.last == UInt8(ascii: "0") && bytes.count > point + 2 { bytes.removeLast() }
  }
}

/// JSON of one value.
public func makeJSON(_ body: (inout JSONOutput) -> Void) -> [UInt8] {
  var output = JSONOutput()
  body(&output)
  return output.bytes
}

extension ClientOrderID {
  /// Byte 0 is the highest.
  func byte(_ index: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: index < 8 ? high >> UInt64(56 - 8 * index) : low >> UInt64(56 - 8 * (index - 8)))
  }
}
