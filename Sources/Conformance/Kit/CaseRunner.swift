public import Canonical

/// What became of one case.
public struct CaseResult: Sendable, Equatable {
  public enum Verdict: Sendable, Equatable {
    case passed
    case failed([Difference])
    /// Only for a room or an engine that does not exist yet.
    case skipped(String)
  }

  public let id: String
  public let verdict: Verdict

  public init(id: String, _ verdict: Verdict) {
    self.id = id
    self.verdict = verdict
  }

  public static func failure(_ id: String, field: String, expected: String, got: String) -> CaseResult {
    CaseResult(id: id, .failed([Difference(field: field, expected: expected, got: got)]))
  }
}

/// A kind of case: how one is computed, and where its fields stand. Running and answering use the same computation.
public struct CaseKind: Sendable {
  /// All fields of a case in their order; tells where a field that was taken out comes back.
  public let order: [String]
  public let compute: @Sendable (inout CaseReader) throws(CaseFailure) -> Void

  public init(order: [String], compute: @escaping @Sendable (inout CaseReader) throws(CaseFailure) -> Void) {
    self.order = order
    self.compute = compute
  }

  public func run(_ row: JSONValue, id: String) -> CaseResult {
    guard row.members != nil else {
      return .failure(id, field: "case", expected: "an object", got: row.text())
    }
    var reader = CaseReader(row)
    do throws(CaseFailure) {
      try compute(&reader)
    } catch {
      return .failure(id, field: error.field, expected: "a case that can be computed", got: error.reason)
    }
    let differences = reader.outcome()
    return CaseResult(id: id, differences.isEmpty ? .passed : .failed(differences))
  }

  /// The case with computed figures; a case that cannot be computed stays as far as it came.
  public func answer(_ row: JSONValue) -> JSONValue {
    guard row.members != nil else { return row }
    var reader = CaseReader(row)
    do throws(CaseFailure) {
      try compute(&reader)
    } catch {
      // What was computed before the failure is still our answer; the run reports the failure.
    }
    return reader.answered(order: order)
  }

  public func run(list rows: [JSONValue], section: String) -> [CaseResult] {
    rows.enumerated().map { index, row in
      let name = row["id"]?.string ?? row["name"]?.string
      return run(row, id: section + "[\(index)]" + (name.map { " " + $0 } ?? ""))
    }
  }
}

/// A document whose top level holds lists of cases, one kind a list.
public struct SectionedDocument: Sendable {
  public enum Section: Sendable {
    case cases(CaseKind)
    /// Describes the file; enters no figure.
    case label
    /// Cases of an engine that does not exist yet.
    case skipped(String)
  }

  public let sections: [(name: String, section: Section)]

  public init(_ sections: [(name: String, section: Section)]) { self.sections = sections }

  private func section(_ name: String) -> Section? { sections.first { $0.name == name }?.section }

  public func run(_ document: JSONValue) -> [CaseResult] {
    guard let members = document.members else {
      return [.failure("document", field: "document", expected: "an object", got: "another value")]
    }
    var results: [CaseResult] = []
    for member in members {
      switch section(member.key) {
      case .label: continue
      case .cases(let kind):
        guard let rows = member.value.array else {
          results.append(.failure(member.key, field: member.key, expected: "a list of cases", got: "another value"))
          continue
        }
        results += kind.run(list: rows, section: member.key)
      case .skipped(let reason):
        for index in (member.value.array ?? []).indices {
          results.append(CaseResult(id: "\(member.key)[\(index)]", .skipped(reason)))
        }
      case nil:
        results.append(
          .failure(member.key, field: member.key, expected: "a known section", got: "(no runner reads this section)"))
      }
    }
    if results.isEmpty { results.append(.failure("document", field: "document", expected: "cases", got: "none")) }
    return results
  }

  public func answer(_ document: JSONValue) -> JSONValue {
    guard let members = document.members else { return document }
    return .object(
      members.map { member in
        guard case .cases(let kind) = section(member.key), let rows = member.value.array else { return member }
        return JSONMember(member.key, .array(rows.map { kind.answer($0) }))
      })
  }
}
