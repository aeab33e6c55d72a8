public import Canonical

/// Why a case could not be computed.
public struct CaseFailure: Error, Sendable, Equatable {
  public let field: String
  public let reason: String

  public init(_ field: String, _ reason: String) {
    self.field = field
    self.reason = reason
  }
}

/// One field that did not come out as expected.
public struct Difference: Sendable, Equatable {
  /// The path of the field inside its case.
  public let field: String
  public let expected: String
  public let got: String

  public init(field: String, expected: String, got: String) {
    self.field = field
    self.expected = expected
    self.got = got
  }

  /// The first character at which the two texts part, counted from 0.
  public var firstDifference: Int {
    let left = Array(expected.utf8)
    let right = Array(got.utf8)
    return zip(left, right).enumerated().first { $0.element.0 != $0.element.1 }?.offset
      ?? Swift.min(left.count, right.count)
  }
}

/// Reads one case and keeps account of it: which fields were read as inputs, and what was computed for the expected
/// ones. A field that is neither makes the case fail, so no figure of a file goes unread.
public struct CaseReader: Sendable {
  /// How a given figure is held against the computed one.
  public enum Comparison: Sendable {
    case exact
    /// The given value passes when this says so.
    case accepted(@Sendable (JSONValue) -> Bool)
  }

  struct Expectation: Sendable {
    var key: String
    var computed: JSONValue
    var comparison: Comparison
  }

  public let row: JSONValue
  private(set) var readKeys: Set<String> = []
  private(set) var expectations: [Expectation] = []
  private(set) var differences: [Difference] = []

  public init(_ row: JSONValue) { self.row = row }

  // Inputs.

  /// The value of an input field, nil when it is absent or null.
  public mutating func optional(_ key: String) -> JSONValue? {
    readKeys.insert(key)
    guard let value = row[key], !value.isNull else { return nil }
    return value
  }

  /// Fields that describe the case and enter no figure.
  public mutating func labels(_ keys: String...) { for key in keys { readKeys.insert(key) } }

  public mutating func value(_ key: String) throws(CaseFailure) -> JSONValue {
    guard let value = optional(key) else { throw CaseFailure(key, "the field is missing") }
    return value
  }

  public mutating func text(_ key: String) throws(CaseFailure) -> String {
    guard let text = try value(key).string else { throw CaseFailure(key, "not a text") }
    return text
  }

  public mutating func flag(_ key: String) throws(CaseFailure) -> Bool {
    guard let flag = try value(key).bool else { throw CaseFailure(key, "neither true nor false") }
    return flag
  }

  public mutating func uint64(_ key: String) throws(CaseFailure) -> UInt64 {
    guard let number = try value(key).uint64 else { throw CaseFailure(key, "not a whole number of 64 bits") }
    return number
  }

  public mutating func list(_ key: String) throws(CaseFailure) -> [JSONValue] {
    guard let elements = try value(key).array else { throw CaseFailure(key, "not a list") }
    return elements
  }

  public mutating func hex(_ key: String) throws(CaseFailure) -> [UInt8] {
    let text = try text(key)
    do throws(HexError) {
      return try Hex.decode(text)
    } catch {
      throw CaseFailure(key, "not hexadecimal: \(error)")
    }
  }

  public mutating func hash(_ key: String) throws(CaseFailure) -> Hash32 {
    guard let hash = Hash32(try hex(key)) else { throw CaseFailure(key, "not 32 bytes") }
    return hash
  }

  public mutating func address(_ key: String) throws(CaseFailure) -> Address {
    guard let address = Address(try hex(key)) else { throw CaseFailure(key, "not 20 bytes") }
    return address
  }

  // Expected fields.

  /// The given value of an expected field, nil when it was taken out. Reading it does not count as comparing it.
  public func given(_ key: String) -> JSONValue? {
    guard let value = row[key], !value.isNull else { return nil }
    return value
  }

  /// States what was computed for an expected field.
  public mutating func expect(_ key: String, _ computed: JSONValue, _ comparison: Comparison = .exact) {
    expectations.append(Expectation(key: key, computed: computed, comparison: comparison))
  }

  /// States that two things which the case tells twice are the same.
  public mutating func check(_ field: String, expected: JSONValue, got: JSONValue) {
    if let difference = Self.firstDifference(field, expected, got) { differences.append(difference) }
  }

  // Results.

  /// Everything that did not come out, in the order of the case's fields; empty when the case passed.
  public func outcome() -> [Difference] {
    var result: [Difference] = []
    for expectation in expectations {
      guard let given = row[expectation.key] else {
        result.append(
          Difference(field: expectation.key, expected: "(the field is missing)", got: expectation.computed.text()))
        continue
      }
      if case .accepted(let accepts) = expectation.comparison {
        if !accepts(given) {
          result.append(
            Difference(field: expectation.key, expected: given.text(), got: expectation.computed.text()))
        }
      } else if let difference = Self.firstDifference(expectation.key, given, expectation.computed) {
        result.append(difference)
      }
    }
    let known = readKeys.union(expectations.map(\.key))
    for member in row.members ?? [] where !known.contains(member.key) {
      result.append(Difference(field: member.key, expected: member.value.text(), got: "(no runner reads this field)"))
    }
    return result + differences
  }

  /// The case with the computed figures in its expected fields. Fields that were taken out come back at their place in
  /// `order`.
  public func answered(order: [String]) -> JSONValue {
    var members = row.members ?? []
    for expectation in expectations {
      if let index = members.firstIndex(where: { $0.key == expectation.key }) {
        members[index].value = expectation.computed
      } else {
        let place = order.firstIndex(of: expectation.key) ?? order.endIndex
        let before = Set(order[..<place])
        let index = members.lastIndex { before.contains($0.key) }.map { $0 + 1 } ?? 0
        members.insert(
          JSONMember(expectation.key, expectation.computed), at: place == order.endIndex ? members.count : index)
      }
    }
    return .object(members)
  }

  /// The first place, depth first, at which two values part.
  static func firstDifference(_ path: String, _ expected: JSONValue, _ got: JSONValue) -> Difference? {
    if expected == got { return nil }
    if let left = expected.array, let right = got.array, left.count == right.count {
      for (index, pair) in zip(left, right).enumerated() {
        if let difference = firstDifference("\(path)[\(index)]", pair.0, pair.1) { return difference }
      }
    }
    if let left = expected.members, let right = got.members, left.map(\.key) == right.map(\.key) {
      for (one, other) in zip(left, right) {
        if let difference = firstDifference(path + "." + one.key, one.value, other.value) { return difference }
      }
    }
    return Difference(field: path, expected: expected.text(), got: got.text())
  }
}
