/// One name and its value inside a JSON object.
public struct JSONMember: Sendable {
  public var key: String
  public var value: JSONValue

  public init(_ key: String, _ value: JSONValue) {
    self.key = key
    self.value = value
  }
}

/// A JSON value that keeps what hashing and exact arithmetic need: the order of members, whole numbers exactly, and
/// the text of all other numbers. Texts are equal when their UTF-8 is, without any normalisation.
public enum JSONValue: Sendable {
  case null
  case bool(Bool)
  /// A number without fraction and exponent that fits 128 signed bits; `-0` is not one.
  case integer(Int128)
  /// The text of any other number, as it stood: `1.50`, `1e3`, `-0`, or more digits than `integer` holds.
  case number(String)
  case string(String)
  case array([JSONValue])
  /// Members in the order in which they stood; no two have the same key.
  case object([JSONMember])
}

/// Equal bytes. Texts that differ for Swift, which holds canonically equivalent ones for equal, differ in bytes too,
/// and that answer is the fast one.
func isSameText(_ left: String, _ right: String) -> Bool { left == right && left.utf8.elementsEqual(right.utf8) }

extension JSONValue: Equatable {
  /// Same values in the same order; objects with other member order differ.
  public static func == (left: JSONValue, right: JSONValue) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.bool(let left), .bool(let right)): left == right
    case (.integer(let left), .integer(let right)): left == right
    case (.number(let left), .number(let right)): isSameText(left, right)
    case (.string(let left), .string(let right)): isSameText(left, right)
    case (.array(let left), .array(let right)): left == right
    case (.object(let left), .object(let right)): left == right
    default: false
    }
  }
}

extension JSONMember: Equatable {
  public static func == (left: JSONMember, right: JSONMember) -> Bool {
    isSameText(left.key, right.key) && left.value == right.value
  }
}

// Reading. Each accessor is nil when the value is of another kind or does not fit.
extension JSONValue {
  public var isNull: Bool {
    if case .null = self { true } else { false }
  }

  public var bool: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  public var string: String? {
    if case .string(let text) = self { text } else { nil }
  }

  public var integer: Int128? {
    if case .integer(let value) = self { value } else { nil }
  }

  /// The whole number, if `Value` can hold it.
  public func integer<Value: FixedWidthInteger>(as type: Value.Type) -> Value? {
    if case .integer(let value) = self { Value(exactly: value) } else { nil }
  }

  public var uint64: UInt64? { integer(as: UInt64.self) }

  public var int64: Int64? { integer(as: Int64.self) }

  public var int: Int? { integer(as: Int.self) }

  /// The text of any number, whole or not.
  public var numberText: String? {
    switch self {
    case .integer(let value): String(value)
    case .number(let text): text
    default: nil
    }
  }

  public var array: [JSONValue]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  public var members: [JSONMember]? {
    if case .object(let members) = self { members } else { nil }
  }

  /// The value of the member of that name: a walk along the members.
  public subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { isSameText($0.key, key) }?.value
  }

  /// The element at that place, nil outside the array.
  public subscript(index: Int) -> JSONValue? {
    guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
    return elements[index]
  }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(nilLiteral: ()) { self = .null }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(integerLiteral value: Int64) { self = .integer(Int128(value)) }
  public init(stringLiteral value: String) { self = .string(value) }
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  /// Members in the order of the literal.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(elements.map { JSONMember($0.0, $0.1) })
  }

  /// A whole number of any width up to 64 bits, signed or not, or `Int128`.
  public init(_ value: some FixedWidthInteger) {
    if let integer = Int128(exactly: value) { self = .integer(integer) } else { self = .number(String(value)) }
  }
}
