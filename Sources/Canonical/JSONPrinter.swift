/// How JSON is laid out.
public enum JSONStyle: Sendable, Equatable {
  /// No white space at all.
  case compact
  /// A line for each member and element, indented by two spaces a level, one space behind colons.
  case pretty
}

// One text for one value: members in their order, only the escapes that JSON demands (`\"`, `\\`, `\b \f \n \r \t`,
// and `\u00xx` in lower case for the other control characters), everything else as UTF-8.
extension JSONValue {
  public func text(_ style: JSONStyle = .compact) -> String { String(decoding: bytes(style), as: UTF8.self) }

  public func bytes(_ style: JSONStyle = .compact) -> [UInt8] {
    var output: [UInt8] = []
    append(to: &output, style)
    return output
  }

  public func append(to output: inout [UInt8], _ style: JSONStyle = .compact) {
    append(to: &output, indent: style == .pretty ? 0 : nil)
  }

  /// Writes a string with its quotes.
  public static func append(quoted text: String, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      if byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") {
        output.append(byte)
      } else {
        appendEscape(byte, to: &output)
      }
    }
    output.append(UInt8(ascii: "\""))
  }

  private static func appendEscape(_ byte: UInt8, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\\"))
    switch byte {
    case 0x08: output.append(UInt8(ascii: "b"))
    case 0x09: output.append(UInt8(ascii: "t"))
    case 0x0a: output.append(UInt8(ascii: "n"))
    case 0x0c: output.append(UInt8(ascii: "f"))
    case 0x0d: output.append(UInt8(ascii: "r"))
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): output.append(byte)
    default:
      output.append(contentsOf: "u00".utf8)
      output.append(Hex.digit(byte >> 4))
      output.append(Hex.digit(byte & 15))
    }
  }

  /// `indent` is the level of this value, nil for the compact style.
  private func append(to output: inout [UInt8], indent: Int?) {
    switch self {
    case .null: output.append(contentsOf: "null".utf8)
    case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
    case .integer(let value): output.append(contentsOf: String(value).utf8)
    case .number(let text): output.append(contentsOf: text.utf8)
    case .string(let text): JSONValue.append(quoted: text, to: &output)
    case .array(let elements):
      JSONValue.append(list: elements, between: "[", "]", to: &output, indent: indent) { output, element, level in
        element.append(to: &output, indent: level)
      }
    case .object(let members):
      JSONValue.append(list: members, between: "{", "}", to: &output, indent: indent) { output, member, level in
        JSONValue.append(quoted: member.key, to: &output)
        output.append(UInt8(ascii: ":"))
        if level != nil { output.append(UInt8(ascii: " ")) }
        member.value.append(to: &output, indent: level)
      }
    }
  }

  private static func append<Item>(
    list: [Item], between open: Unicode.Scalar, _ close: Unicode.Scalar, to output: inout [UInt8], indent: Int?,
    _ body: (inout [UInt8], Item, Int?) -> Void
  ) {
    output.append(UInt8(ascii: open))
    let inner = indent.map { $0 + 1 }
    for (index, item) in list.enumerated() {
      if index > 0 { output.append(UInt8(ascii: ",")) }
      appendLine(to: &output, indent: inner)
      body(&output, item, inner)
    }
    if !list.isEmpty { appendLine(to: &output, indent: indent) }
    output.append(UInt8(ascii: close))
  }

  private static func appendLine(to output: inout [UInt8], indent: Int?) {
    guard let indent else { return }
    output.append(UInt8(ascii: "\n"))
    for _ in 0..<2 * indent { output.append(UInt8(ascii: " ")) }
  }
}

extension JSONValue: CustomStringConvertible {
  /// The compact text.
  public var description: String { text() }
}
