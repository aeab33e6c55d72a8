import Canonical
import Foundation

/// Finds vector files, gives each to its adapter, and writes answers.
public struct ConformanceSuite: Sendable {
  /// Every family of vectors that exists; one without adapters belongs to a room that does not exist yet.
  public static let families = ["gmx", "dydx", "hyperliquid", "generations", "chain"]

  public let adapters: [ConformanceAdapter]

  public init(adapters: [ConformanceAdapter]) { self.adapters = adapters }

  /// Runs all cases of `paths`, files or folders. With `answers`, each file is written again below that folder with
  /// computed figures: under its path relative to the given folder, or under its own name when given as a file.
  public func run(paths: [String], answers: String? = nil) -> ConformanceReport {
    var report = ConformanceReport()
    for path in paths {
      let files = Self.files(at: path)
      if files.isEmpty {
        report.files.append(
          FileReport(path: path, results: [.failure("path", field: "path", expected: "vector files", got: "none")]))
      }
      for file in files { run(file, answers: answers, &report) }
    }
    return report
  }

  private func run(_ file: VectorFile, answers: String?, _ report: inout ConformanceReport) {
    let (results, answer) = judge(file, answering: answers != nil)
    report.files.append(FileReport(path: file.path, results: results))
    guard let answers, let answer else { return }
    var target = answers + "/" + file.relativePath
    // Two folders may hold files of one name; then the family tells them apart.
    if report.answers.contains(target) { target = answers + "/" + (file.family ?? "") + "/" + file.relativePath }
    do {
      let url = URL(fileURLWithPath: target)
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(answer).write(to: url)
      report.answers.append(target)
    } catch {
      report.files.append(
        FileReport(
          path: target, results: [.failure("answers", field: "file", expected: "written", got: "\(error)")]))
    }
  }

  private func judge(_ file: VectorFile, answering: Bool) -> (results: [CaseResult], answer: [UInt8]?) {
    guard let family = file.family else {
      return (
        [
          .failure(
            "file", field: "family", expected: "a folder named \(Self.families.joined(separator: ", "))", got: "none")
        ], nil
      )
    }
    let own = adapters.filter { $0.family == family }
    if own.isEmpty { return ([CaseResult(id: "file", .skipped("the room of `\(family)` does not exist yet"))], nil) }
    guard let adapter = own.first(where: { $0.handles(file.pathInFamily) }) else {
      return (
        [.failure("file", field: "file", expected: "a kind of file that can be run", got: file.pathInFamily)], nil
      )
    }
    guard let data = FileManager.default.contents(atPath: file.path) else {
      return ([.failure("file", field: "file", expected: "a readable file", got: "no bytes")], nil)
    }
    let bytes = [UInt8](data)
    do throws(JSONError) {
      let document = try JSONValue(parsing: bytes, limits: Self.limits)
      let results = adapter.run(document)
      guard answering else { return (results, nil) }
      let isPretty = bytes.prefix(3).contains(UInt8(ascii: "\n"))
      return (results, adapter.answer(document).bytes(isPretty ? .pretty : .compact) + [UInt8(ascii: "\n")])
    } catch {
      return (
        [.failure("file", field: "file", expected: "JSON", got: "\(error.reason) at byte \(error.offset)")], nil
      )
    }
  }

  /// Vector files are trusted in size: only nesting is bounded, for the stack's sake.
  private static let limits = JSONLimits(bytes: 1 << 31, depth: 256, values: 1 << 31, numberBytes: 4096)
}

/// A vector file and where it belongs.
struct VectorFile {
  var path: String
  /// Below the path that was asked for.
  var relativePath: String
  /// The nearest folder above that has a family's name.
  var family: String?
  /// Below the family's folder.
  var pathInFamily: String

  init(path: String, relativePath: String) {
    self.path = path
    self.relativePath = relativePath
    let parts = URL(fileURLWithPath: path).standardizedFileURL.pathComponents
    let place = parts.dropLast().lastIndex { ConformanceSuite.families.contains($0) }
    family = place.map { parts[$0] }
    pathInFamily = parts[((place ?? parts.count - 2) + 1)...].joined(separator: "/")
  }
}

extension ConformanceSuite {
  /// The JSON files with cases at a path, in the order of their names.
  static func files(at path: String) -> [VectorFile] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return [] }
    if !isFolder.boolValue {
      return [VectorFile(path: path, relativePath: URL(fileURLWithPath: path).lastPathComponent)]
    }
    var names: [String] = []
    collect(path, "", depth: 0, into: &names)
    names.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    return names.map { VectorFile(path: path + "/" + $0, relativePath: $0) }
  }

  /// Follows links, which vector folders may be; ends at 32 levels, so a circle of links ends too.
  private static func collect(_ root: String, _ below: String, depth: Int, into names: inout [String]) {
    guard depth < 32, let entries = try? FileManager.default.contentsOfDirectory(atPath: root + "/" + below) else {
      return
    }
    for entry in entries {
      let name = below.isEmpty ? entry : below + "/" + entry
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: root + "/" + name, isDirectory: &isFolder) else { continue }
      if isFolder.boolValue {
        if !entry.hasPrefix(".") { collect(root, name, depth: depth + 1, into: &names) }
      } else if hasCases(name) {
        names.append(name)
      }
    }
  }

  /// Fixtures and tables hold what cases refer to, but no cases.
  static func hasCases(_ path: String) -> Bool {
    guard path.hasSuffix(".json") else { return false }
    let parts = path.dropLast(5).split(separator: "/")
    guard let stem = parts.last, !stem.hasPrefix(".") else { return false }
    return !parts.contains("fixtures") && !stem.hasSuffix("_table") && !stem.hasSuffix("_fixtures")
  }
}
