import ArgumentParser
import Canonical
import Catalog
import Foundation
import Fuzzing
import Glibc
import VenueKit

struct FuzzCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fuzz", abstract: "Break an invariant, and keep a file that replays it.",
    subcommands: [FuzzRunCommand.self, FuzzReplayCommand.self])
}

struct FuzzRunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a campaign: random actions of the room's grammar, invariants after each block.",
    discussion: "A broken invariant is saved at once as a whole case, and the exit status is 3.")

  @Argument(help: "The room.")
  var room: String

  @Option(name: .long, parsing: .unconditional, help: "How many cases.")
  var cases: Int = 100

  @Option(
    name: .long, parsing: .unconditional,
    help: "The campaign's seed: equal seeds give equal campaigns at any number of jobs.")
  var seed: UInt64 = 1

  @Option(name: .long, parsing: .unconditional, help: "Blocks of a case.")
  var blocks: Int = 40

  @Option(name: .long, parsing: .unconditional, help: "Cases at a time.")
  var jobs: Int = 2

  @Option(name: .long, help: "A preset's name, or a genesis file.")
  var preset: String?

  @Option(name: .long, help: "Where broken cases are saved.")
  var out: String = "fuzz-cases"

  @Flag(name: .long, help: "Add a sentence made to be false: the campaign must find it.")
  var canary = false

  @OptionGroup var output: OutputOptions

  func run() throws {
    guard cases >= 1, cases <= 100_000_000 else {
      throw CommandFailure(.wrongRequest, "--cases is 1 to 100000000, not \(cases)")
    }
    guard blocks >= 1, blocks <= 1_000_000 else {
      throw CommandFailure(.wrongRequest, "--blocks is 1 to 1000000, not \(blocks)")
    }
    guard jobs >= 1, jobs <= 64 else { throw CommandFailure(.wrongRequest, "--jobs is 1 to 64, not \(jobs)") }
    let room = try RoomAccess.room(room)
    let genesis = try RoomAccess.genesis(room, preset: preset)
    let options = FuzzOptions(cases: cases, seed: seed, blocks: blocks, hasCanary: canary, jobs: jobs)
    let folder = out
    // A case that cannot be saved would be lost: known before the campaign begins.
    try OutputFolder.demandWritable(folder, option: "--out")
    // Nothing found leaves nothing behind: a folder with cases stays.
    defer { _ = rmdir(folder) }
    let report: FuzzReport
    do {
      report = try room.fuzz.run(genesis, options) { Self.save($0, in: folder) }
    } catch let error as GenesisError {
      throw CommandFailure(.wrongRequest, "genesis \(error.path): \(error.problem)")
    }
    show(report)
    if let first = report.failures.first, let violation = first.violation {
      throw CommandFailure(
        .invariantBroken,
        "\(report.failures.count) cases broke an invariant; first \(folder)/\(first.fileName): \(violation.invariant) at "
          + "\(violation.site), block \(first.violationHeight): \(violation.detail)",
        isInDocument: true)
    }
  }

  private static func save(_ fuzzCase: FuzzCase, in folder: String) {
    let path = "\(folder)/\(fuzzCase.fileName)"
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try Data(fuzzCase.yaml.utf8).write(to: URL(fileURLWithPath: path))
      Console.standardError("saved \(path)")
    } catch {
      Console.standardError("could not save \(path): \(error)")
    }
  }

  private func show(_ report: FuzzReport) {
    func rows(_ rows: [FuzzCoverage.Row]) -> JSONValue {
      .array(
        rows.map { row in
          .object([
            JSONMember("name", .string(row.name)), JSONMember("tried", JSONValue(row.tried)),
            JSONMember("accepted", JSONValue(row.accepted)),
          ])
        })
    }
    let document = JSONValue.object([
      JSONMember("cases", JSONValue(report.cases)), JSONMember("blocks", JSONValue(report.blocks)),
      JSONMember("transactions", JSONValue(report.transactions)), JSONMember("accepted", JSONValue(report.accepted)),
      JSONMember("failures", JSONValue(report.failures.count)), JSONMember("digest", .string(report.digest.hex)),
      JSONMember("rules", rows(report.coverage.rules)), JSONMember("refusals", rows(report.coverage.refusals)),
      JSONMember("transitions", rows(report.coverage.transitions)),
    ])
    Console.show(document, asJSON: output.json) {
      var rules = TextTable(["rule reached", "tried", "accepted"])
      for row in report.coverage.rules { rules.add([row.name, "\(row.tried)", "\(row.accepted)"]) }
      rules.print()
      print("")
      var refusals = TextTable(["refusal reached", "times"])
      for row in report.coverage.refusals { refusals.add([row.name, "\(row.tried)"]) }
      refusals.print()
      print("")
      var transitions = TextTable(["transition reached", "times"])
      for row in report.coverage.transitions { transitions.add([row.name, "\(row.tried)"]) }
      transitions.print()
      print("")
      print(
        "\(report.cases) cases, \(report.blocks) blocks, \(report.transactions) transactions, \(report.accepted) accepted, "
          + "\(report.failures.count) broke an invariant; digest \(report.digest.hex)")
    }
  }
}

struct FuzzReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Run a saved case again, with every invariant after every block.")

  @Argument(help: "The case, a YAML file.")
  var file: String

  @OptionGroup var output: OutputOptions

  func run() throws {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw CommandFailure(.wrongRequest, "\(file): cannot be read")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw CommandFailure(.wrongRequest, "\(file): not UTF-8 text")
    }
    let fuzzCase: FuzzCase
    let outcome: FuzzOutcome
    do {
      fuzzCase = try FuzzCase(yaml: text)
      outcome = try RoomAccess.room(fuzzCase.room).fuzz.replay(fuzzCase)
    } catch let error as FuzzCaseError {
      throw CommandFailure(.wrongRequest, "\(file): \(error)")
    } catch let error as GenesisError {
      throw CommandFailure(.wrongRequest, "\(file): genesis \(error.path): \(error.problem)")
    }
    switch outcome {
    case .holds(let blocks):
      Console.show(.object([JSONMember("blocks", JSONValue(blocks)), JSONMember("broke", .null)]), asJSON: output.json)
      {
        print("\(blocks) blocks, every invariant holds")
      }
      if let expected = fuzzCase.violation {
        throw CommandFailure(
          .disagreement, "the case says that \(expected.invariant) breaks at \(expected.site)", isInDocument: true)
      }
    case .broke(let violation, let height):
      let broke = JSONValue.object([
        JSONMember("invariant", .string(violation.invariant)), JSONMember("site", .string(violation.site)),
        JSONMember("detail", .string(violation.detail)),
      ])
      Console.show(.object([JSONMember("blocks", JSONValue(height)), JSONMember("broke", broke)]), asJSON: output.json)
      {}
      throw CommandFailure(
        .invariantBroken,
        "\(violation.invariant) broke at \(violation.site), block \(height): \(violation.detail)", isInDocument: true)
    }
  }
}
