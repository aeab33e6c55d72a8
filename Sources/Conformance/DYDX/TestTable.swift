import Canonical
import ConformanceKit

/// A document of cases from table tests; each case names its test, and each test has its computation.
struct TestTable: Sendable {
  typealias Compute = @Sendable (inout VectorCase) throws(CaseFailure) -> Void

  enum Test: Sendable {
    case computed(Compute)
    /// Needs an engine that does not exist yet.
    case skipped(String)
  }

  let tests: [String: Test]

  private static let inside = "input_and_expected"

  func run(_ document: JSONValue) -> [CaseResult] {
    var results: [CaseResult] = []
    for member in document.members ?? [] where !["origin", "schema", "cases"].contains(member.key) {
      results.append(
        .failure(member.key, field: member.key, expected: "a known section", got: "(no runner reads this section)"))
    }
    let rows = document["cases"]?.array ?? []
    if rows.isEmpty { results.append(.failure("document", field: "cases", expected: "cases", got: "none")) }
    for (index, row) in rows.enumerated() { results.append(run(row, index)) }
    return results
  }

  private func run(_ row: JSONValue, _ index: Int) -> CaseResult {
    let (name, test) = test(of: row)
    let id = "cases[\(index)] \(name): \(row["name"]?.string ?? "")"
    for member in row.members ?? [] where !["name", "origin", "fixture", Self.inside].contains(member.key) {
      return .failure(id, field: member.key, expected: member.value.text(), got: "(no runner reads this field)")
    }
    switch test {
    case .skipped(let reason): return CaseResult(id: id, .skipped(reason))
    case nil: return .failure(id, field: "origin", expected: "a known test", got: name)
    case .computed(let compute):
      guard let inner = row[Self.inside] else {
        return .failure(id, field: Self.inside, expected: "an object", got: "none")
      }
      return Self.kind(compute, isAnswering: false, name: row["name"]?.string ?? "").run(inner, id: id)
    }
  }

  func answer(_ document: JSONValue) -> JSONValue {
    guard let members = document.members else { return document }
    return .object(
      members.map { member in
        guard member.key == "cases", let rows = member.value.array else { return member }
        return JSONMember(member.key, .array(rows.map { answer(row: $0) }))
      })
  }

  private func answer(row: JSONValue) -> JSONValue {
    guard let members = row.members, case .computed(let compute) = test(of: row).test else { return row }
    return .object(
      members.map { member in
        guard member.key == Self.inside else { return member }
        return JSONMember(
          member.key, Self.kind(compute, isAnswering: true, name: row["name"]?.string ?? "").answer(member.value))
      })
  }

  /// The name after the last colon of the case's origin.
  private func test(of row: JSONValue) -> (name: String, test: Test?) {
    let name = (row["origin"]?.string ?? "").split(separator: ":").last.map(String.init) ?? ""
    return (name, tests[name])
  }

  private static func kind(_ compute: @escaping Compute, isAnswering: Bool, name: String) -> CaseKind {
    CaseKind(order: []) { (reader) throws(CaseFailure) in
      var vector = VectorCase(reader: reader, isAnswering: isAnswering, name: name)
      do throws(CaseFailure) {
        try compute(&vector)
      } catch {
        reader = vector.reader
        throw error
      }
      reader = vector.reader
    }
  }
}
