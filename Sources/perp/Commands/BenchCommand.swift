import ArgumentParser
import Canonical
import Foundation

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure speed as ratios beside bounds and peers of the same run.",
    discussion: "Build with -c release. Absolute figures wander with the machine; judge the ratios.")

  @Flag(name: .long, help: "Smaller workloads: half a minute instead of several.")
  var quick = false

  @Option(
    name: .long,
    help: "Only signatures, signed, checked, matching, tree, tables, growth, gmx, dydx or wire. May be given again.")
  var only: [String] = []

  @Option(name: .long, help: "Write the JSON document to this file as well.")
  var out: String?

  @OptionGroup var output: OutputOptions

  static let parts = [
    "signatures", "signed", "checked", "matching", "tree", "tables", "growth", "gmx", "dydx", "wire",
  ]

  func run() throws {
    for part in only where !Self.parts.contains(part) {
      throw CommandFailure(.wrongRequest, "--only \(part): there is \(Self.parts.joined(separator: ", "))")
    }
    let document = JSONValue.object([
      JSONMember("perp", .string(VersionCommand.number)), JSONMember("quick", .bool(quick)),
      JSONMember("rows", .array(try rows().map(\.json))),
    ])
    if let out {
      do {
        try Data((document.text(.pretty) + "\n").utf8).write(to: URL(fileURLWithPath: out))
      } catch {
        throw CommandFailure(.wrongRequest, "\(out): cannot be written")
      }
    }
    if output.json { print(document.text(.pretty)) }
  }

  private func wants(_ part: String) -> Bool { only.isEmpty || only.contains(part) }

  private func rows() throws -> [BenchRow] {
    var rows: [BenchRow] = []
    func tell(_ more: [BenchRow]) {
      if !output.json {
        for row in more {
          print(
            "\(row.name): \(BenchRow.text(row.figure)) \(row.unit); \(row.peer): \(BenchRow.text(row.peerFigure)) "
              + "\(row.unit); ratio \(BenchRow.text(row.ratio))x (aim \(row.aim))")
        }
      }
      rows += more
    }
    if wants("matching") { tell(MatchingBench.rows(operations: quick ? 1_000_000 : 10_000_000)) }
    if wants("signatures") || wants("signed") || wants("dydx") {
      let rates = try SignatureBench.rates(signatures: quick ? 2_000 : 10_000)
      if wants("signatures") { tell(SignatureBench.rows(rates)) }
      if wants("signed") { tell(try PipelineBench.signedRows(quick ? 20_000 : 100_000, bound: rates)) }
      if wants("dydx") {
        tell(
          try DYDXBenchRows.rows(orders: quick ? 5_000 : 50_000, large: quick ? 20_000 : 1_000_000, bound: rates))
      }
    }
    if wants("checked") { tell(try PipelineBench.checkedRows(quick ? 50_000 : 300_000)) }
    if wants("tree") { tell([TreeBench.treeRow(records: quick ? 200_000 : 1_000_000)]) }
    if wants("tables") { tell([TreeBench.tableRow()]) }
    if wants("growth") { tell([try GrowthBench.row(large: quick ? 50_000 : 1_000_000)]) }
    if wants("gmx") {
      tell(try GMXBenchRows.rows(orders: quick ? 5_000 : 50_000, large: quick ? 20_000 : 1_000_000))
    }
    if wants("wire") { tell(try WireBench.rows(repetitions: quick ? 5_000 : 50_000)) }
    return rows
  }
}
