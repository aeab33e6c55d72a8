import ArgumentParser
import Canonical
import Catalog
import Foundation
import Laboratory

/// Options that say how a run is made, shared by `run` and `check`.
struct ScenarioOptions: ParsableArguments {
  @Option(name: .long, parsing: .unconditional, help: "In place of the scenario's seed.")
  var seed: UInt64?

  @Option(name: .customLong("set"), help: "PATH=VALUE: change one value of the scenario. May be given again.")
  var sets: [String] = []

  func parsedSets() throws -> [ScenarioSet] {
    try sets.map { text in
      guard let set = ScenarioSet(text) else {
        throw CommandFailure(.wrongRequest, "--set \(text): wanted PATH=VALUE, for example --set clock.block=2s")
      }
      return set
    }
  }
}

/// How many threads a command may use.
struct ThreadOptions: ParsableArguments {
  @Option(name: .long, parsing: .unconditional, help: "Cores for signature checks and state roots, 1 to 64.")
  var threads: Int = 2

  func checked() throws -> Int {
    guard (1...64).contains(threads) else {
      throw CommandFailure(.wrongRequest, "--threads is 1 to 64, not \(threads)")
    }
    return threads
  }
}

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a scenario and write its report, or go on with a run that was cut off.")

  @Argument(help: "The scenario, a YAML file.")
  var file: String?

  @Option(name: .long, help: "The run's folder; it must not hold a run yet.")
  var out: String?

  @Option(name: .long, help: "Go on with the run in this folder.")
  var resume: String?

  @Flag(name: .long, help: "Every action is a signed transaction, and every signature is verified.")
  var signed = false

  @Flag(
    name: .long,
    help: "Sync each block, and print `committed VENUE HEIGHT ROOT` after it (on standard error with --json).")
  var durable = false

  @OptionGroup var cores: ThreadOptions

  @OptionGroup var scenario: ScenarioOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let options = RunOptions(
      signed: signed, threads: try cores.checked(), seed: scenario.seed, sets: try scenario.parsedSets(),
      durable: durable)
    let outcome = try LaboratoryErrors.mapped { try make(options) }
    show(outcome)
    if outcome.exitCode != 0 {
      throw CommandFailure(
        ExitStatus(rawValue: outcome.exitCode) ?? .internal, outcome.message ?? "the run failed", isInDocument: true)
    }
  }

  private func make(_ options: RunOptions) throws -> RunOutcome {
    let isJSON = output.json
    let console = RunConsole(isTerminal: !isJSON && isatty(STDERR_FILENO) == 1) { text in
      // Committed lines are for scripts; progress is for people. With --json the output is one document and nothing
      // else.
      let isForScripts = text.hasPrefix("committed ")
      let stream = isForScripts && !isJSON ? FileHandle.standardOutput : FileHandle.standardError
      if isForScripts || !isJSON { stream.write(Data(text.utf8)) }
    }
    if let resume {
      guard file == nil, out == nil else {
        throw CommandFailure(.wrongRequest, "--resume DIR takes neither a scenario nor --out: the folder has its own")
      }
      guard scenario.seed == nil, scenario.sets.isEmpty else {
        throw CommandFailure(.wrongRequest, "--resume DIR takes neither --seed nor --set: it goes on with the same run")
      }
      return try Laboratory.resume(folder: resume, options: options, factories: RoomCatalog.factories, console: console)
    }
    guard let file else { throw CommandFailure(.wrongRequest, "name a scenario, or --resume DIR") }
    guard let out else { throw CommandFailure(.wrongRequest, "name the run's folder: --out DIR") }
    guard !out.isEmpty else { throw CommandFailure(.wrongRequest, "--out names no folder") }
    return try Laboratory.run(
      scenarioFile: file, out: out, options: options, factories: RoomCatalog.factories, console: console)
  }

  private func show(_ outcome: RunOutcome) {
    let report = "\(outcome.folder)/report.html"
    let document = JSONValue.object([
      JSONMember("folder", .string(outcome.folder)), JSONMember("report", .string(report)),
      JSONMember("identity", .string(outcome.identity)),
      JSONMember("transactions", JSONValue(outcome.transactions)),
      JSONMember(
        "verdicts",
        .array(
          outcome.verdicts.map { verdict in
            .object([
              JSONMember("venue", .string(verdict.venue)), JSONMember("assertion", .string(verdict.text)),
              JSONMember("holds", .bool(verdict.holds)),
            ])
          })),
      JSONMember(
        "venues",
        .array(
          outcome.roots.map { root in
            .object([
              JSONMember("venue", .string(root.venue)), JSONMember("height", JSONValue(root.height)),
              JSONMember("root", .string(root.root)),
            ])
          })),
      JSONMember("comparison", outcome.comparison.document),
      JSONMember("exitStatus", JSONValue(outcome.exitCode)),
      JSONMember("problem", outcome.message.map { .string($0) } ?? .null),
    ])
    Console.show(document, asJSON: output.json) {
      for verdict in outcome.verdicts { print("\(verdict.holds ? "holds " : "FAILED")  \(verdict.text)") }
      for root in outcome.roots { print("\(root.venue): \(root.height) blocks, root \(root.root)") }
      print("report: \(report)")
    }
  }
}

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Read a scenario with all its files, and run nothing.")

  @Argument(help: "The scenario, a YAML file.")
  var file: String

  @OptionGroup var scenario: ScenarioOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let options = RunOptions(seed: scenario.seed, sets: try scenario.parsedSets())
    let checked = try LaboratoryErrors.mapped {
      try Laboratory.check(scenarioFile: file, options: options, factories: RoomCatalog.factories)
    }
    let people = checked.scenario.people.reduce(0) { $0 + $1.count }
    let document = JSONValue.object([
      JSONMember("name", .string(checked.scenario.name)), JSONMember("identity", .string(checked.identity)),
      JSONMember("venues", JSONValue(checked.scenario.venues.count)), JSONMember("people", JSONValue(people)),
    ])
    Console.show(document, asJSON: output.json) {
      print("\(checked.scenario.name): fine; \(checked.scenario.venues.count) venues, \(people) people")
      print("identity \(checked.identity)")
    }
  }
}

/// The lab's errors as exit statuses.
enum LaboratoryErrors {
  static func mapped<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as ScenarioError {
      throw CommandFailure(.wrongRequest, error.description)
    } catch let error as RunError {
      throw CommandFailure(ExitStatus(rawValue: error.exitCode) ?? .internal, error.description)
    }
  }
}
