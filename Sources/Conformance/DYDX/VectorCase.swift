import Canonical
import ConformanceKit
import DYDX
import Quantities

/// One case of the repository's table tests: figures are decimal texts, and what is absent or null is zero.
struct VectorCase {
  var reader: CaseReader
  /// Expected fields were taken out and shall come back.
  let isAnswering: Bool
  /// The case's name: some tests set things up that only the name tells.
  var name = ""

  // Inputs.

  mutating func node(_ key: String) -> JSONValue { reader.optional(key) ?? .object([]) }

  mutating func int(_ key: String) throws(CaseFailure) -> Int256 { try (reader.optional(key) ?? .null).int(key) }

  mutating func small(_ key: String) throws(CaseFailure) -> Int { try (reader.optional(key) ?? .null).small(key) }

  mutating func flag(_ key: String) -> Bool { reader.optional(key)?.bool ?? false }

  mutating func list(_ key: String) -> [JSONValue] { reader.optional(key)?.array ?? [] }

  mutating func text(_ key: String) -> String? { reader.optional(key)?.string }

  mutating func rational(_ key: String) throws(CaseFailure) -> Rational {
    guard let text = text(key) else { return .zero }
    guard let value = Rational(text) else { throw CaseFailure(key, "not a fraction") }
    return value
  }

  mutating func ints(_ key: String) throws(CaseFailure) -> [Int256] {
    var result: [Int256] = []
    for value in list(key) { result.append(try value.int(key)) }
    return result
  }

  // Expected fields.

  /// A computed figure; an absent or null field stands for `zero` where one is given.
  mutating func expect(_ key: String, _ computed: JSONValue, zero: JSONValue? = "0") {
    switch reader.row[key] {
    case .some(let given) where given.isNull && computed == zero && !isAnswering: reader.expect(key, .null)
    case .none where !isAnswering && computed == zero: break
    default: reader.expect(key, computed)
    }
  }

  mutating func expect(_ key: String, _ computed: Int256) { expect(key, .string("\(computed)")) }

  mutating func expect(_ key: String, _ computed: Rational) { expect(key, .string("\(computed)")) }

  mutating func expect(_ key: String, _ computed: Bool) { expect(key, .bool(computed), zero: false) }

  /// A figure that the source does not assert where it is absent.
  mutating func expectWhereGiven(_ key: String, _ computed: Int256) {
    if isAnswering || reader.given(key) != nil { expect(key, computed) } else { reader.labels(key) }
  }

  /// An outcome: a figure, or the name of an error under one of the file's two keys.
  mutating func expect<Value>(
    _ outcome: Outcome<Value>, _ state: (inout VectorCase, Value) -> Void, resultKeys: [String] = [],
    errorKey: String = "expected_err"
  ) {
    let key = ["expected_error", "expected_err"].first { reader.row[$0] != nil } ?? errorKey
    switch outcome {
    case .value(let value):
      if reader.row[key] != nil { reader.expect(key, .null) }
      state(&self, value)
    case .failed(let name):
      reader.expect(key, .string(name))
      for result in resultKeys { expectNothing(result) }
    }
  }

  /// A field that the error left without a figure.
  mutating func expectNothing(_ key: String) {
    guard reader.row[key] != nil else { return }
    reader.expect(key, .null, .accepted { $0.isNull || $0 == "0" || $0 == false || $0.array?.isEmpty == true })
  }

  /// Whether the case must abort: any field about a panic tells so. A case without one must come through.
  mutating func expectAbort(
    _ aborted: Bool, resultKeys: [String] = [], isToldByAbsence: Bool = false,
    key standard: String = "should_panic", word: JSONValue = true
  ) {
    let key = (reader.row.members ?? []).first { $0.key.contains("panic") }?.key
    if let key {
      // The word for an abort is true or `error`.
      reader.expect(
        key, aborted ? word : false,
        .accepted { aborted ? $0 == true || $0 == "error" : $0.isNull || $0 == false })
    } else if aborted {
      let isTold = isToldByAbsence && resultKeys.allSatisfy { reader.given($0) == nil }
      if !isTold { reader.expect(standard, word) }
    }
    if aborted { for result in resultKeys { expectNothing(result) } }
  }
}

/// What a calculation of the room came to.
enum Outcome<Value> {
  case value(Value)
  /// `Err` and the chain's name of the error, or `error` where the chain only aborts.
  case failed(String)

  init(_ body: () throws(MathematicsError) -> Value) {
    do throws(MathematicsError) {
      self = .value(try body())
    } catch {
      switch error {
      case .refused(let code): self = .failed("Err" + code.name)
      case .arithmetic: self = .failed("error")
      }
    }
  }
}

extension JSONValue {
  func int(_ key: String) throws(CaseFailure) -> Int256 {
    if isNull { return 0 }
    if let whole = integer { return Int256(whole) }
    guard let text = string, let value = Int256(text) else { throw CaseFailure(key, "not a whole number") }
    return value
  }

  func small(_ key: String) throws(CaseFailure) -> Int {
    guard let value = Int(exactly: try int(key)), abs(value) <= 1 << 32 else {
      throw CaseFailure(key, "not a small whole number")
    }
    return value
  }

  func int(of key: String) throws(CaseFailure) -> Int256 { try (self[key] ?? .null).int(key) }

  func small(of key: String) throws(CaseFailure) -> Int { try (self[key] ?? .null).small(key) }

  func id(of key: String) throws(CaseFailure) -> UInt32 {
    guard let value = UInt32(exactly: try int(of: key)) else { throw CaseFailure(key, "not a number of 32 bits") }
    return value
  }

  func list(of key: String) -> [JSONValue] { self[key]?.array ?? [] }

  init(_ value: Int256) { self = .string("\(value)") }
}

/// Plain arithmetic of an adapter; a failure is the case's.
func figure<Value>(
  _ field: String, _ body: () throws(ArithmeticError) -> Value
) throws(CaseFailure) -> Value {
  do throws(ArithmeticError) {
    return try body()
  } catch {
    throw CaseFailure(field, "\(error)")
  }
}

/// The same for what the chain can refuse.
func answer<Value>(
  _ field: String, _ body: () throws(MathematicsError) -> Value
) throws(CaseFailure) -> Value {
  do throws(MathematicsError) {
    return try body()
  } catch {
    throw CaseFailure(field, "\(error)")
  }
}
