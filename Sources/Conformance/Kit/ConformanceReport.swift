public import Canonical

/// What became of one vector file.
public struct FileReport: Sendable, Equatable {
  public let path: String
  public let results: [CaseResult]

  public init(path: String, results: [CaseResult]) {
    self.path = path
    self.results = results
  }
}

/// What became of all files of a run.
public struct ConformanceReport: Sendable, Equatable {
  public var files: [FileReport] = []
  /// Where answers were written.
  public var answers: [String] = []

  public init() {}

  public var passed: Int { count { $0 == .passed } }
  public var skipped: Int { count { if case .skipped = $0 { true } else { false } } }
  public var failed: Int { count { if case .failed = $0 { true } else { false } } }

  private func count(_ matches: (CaseResult.Verdict) -> Bool) -> Int {
    files.reduce(0) { $0 + $1.results.count { matches($0.verdict) } }
  }

  /// `N passed, N failed, N skipped`.
  public var closingLine: String { "\(passed) passed, \(failed) failed, \(skipped) skipped" }

  /// Counts and failing fields for programs.
  public var document: JSONValue {
    var failures: [JSONValue] = []
    for file in files {
      for result in file.results {
        guard case .failed(let differences) = result.verdict else { continue }
        for difference in differences {
          failures.append(
            .object([
              JSONMember("file", .string(file.path)), JSONMember("case", .string(result.id)),
              JSONMember("field", .string(difference.field)), JSONMember("expected", .string(difference.expected)),
              JSONMember("got", .string(difference.got)),
            ]))
        }
      }
    }
    return .object([
      JSONMember("passed", JSONValue(passed)), JSONMember("failed", JSONValue(failed)),
      JSONMember("skipped", JSONValue(skipped)), JSONMember("failures", .array(failures)),
      JSONMember("answers", .array(answers.map { .string($0) })),
    ])
  }

  /// One line a failing field: file, case, field, both values and where they part first.
  public var failureLines: [String] {
    var lines: [String] = []
    for file in files {
      for result in file.results {
        guard case .failed(let differences) = result.verdict else { continue }
        for difference in differences { lines.append("\(file.path): \(result.id): " + Self.line(difference)) }
      }
    }
    return lines
  }

  private static func line(_ difference: Difference) -> String {
    let place = difference.firstDifference
    return "\(difference.field): expected \(window(difference.expected, around: place)), "
      + "got \(window(difference.got, around: place)) (first difference at character \(place))"
  }

  /// At most 160 characters about the first difference.
  private static func window(_ text: String, around place: Int) -> String {
    let bytes = Array(text.utf8)
    guard bytes.count > 160 else { return text }
    let start = max(0, min(place - 60, bytes.count - 160))
    let end = min(bytes.count, start + 160)
    return (start > 0 ? "..." : "") + String(decoding: bytes[start..<end], as: UTF8.self)
      + (end < bytes.count ? "..." : "")
  }
}
