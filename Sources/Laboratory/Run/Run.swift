import Canonical
import Chain
import Foundation

/// As `check` below, with the rooms of these factories.
public func check(
  scenarioFile: String, options: RunOptions = RunOptions(), factories: [VenueFactory]
) throws -> (scenario: Scenario, identity: String) {
  try check(scenarioFile: scenarioFile, options: options, rooms: factories.map { LaboratoryRoom($0) })
}

/// As `run` below, with the rooms of these factories.
public func run(
  scenarioFile: String, out folder: String, options: RunOptions = RunOptions(), factories: [VenueFactory],
  console: RunConsole = .silent
) throws -> RunOutcome {
  try run(
    scenarioFile: scenarioFile, out: folder, options: options, rooms: factories.map { LaboratoryRoom($0) },
    console: console)
}

/// As `resume` below, with the rooms of these factories.
public func resume(
  folder: String, options: RunOptions = RunOptions(), factories: [VenueFactory], console: RunConsole = .silent
) throws -> RunOutcome {
  try resume(folder: folder, options: options, rooms: factories.map { LaboratoryRoom($0) }, console: console)
}

/// Reads and checks a scenario with all its files, and makes nothing. Gives its identity and its resolved text.
public func check(
  scenarioFile: String, options: RunOptions = RunOptions(), rooms: [LaboratoryRoom]
) throws -> (scenario: Scenario, identity: String) {
  let loaded = try ScenarioLoader(
    file: scenarioFile, rooms: rooms, sets: options.sets, seed: options.seed
  ).load()
  return (loaded.scenario, Runner.identity(of: loaded.scenario, rooms: rooms))
}

/// Runs a scenario into a new folder. Throws `ScenarioError` or `RunError` where there is nothing to run; everything that
/// happens once the run goes is in the outcome.
public func run(
  scenarioFile: String, out folder: String, options: RunOptions = RunOptions(), rooms: [LaboratoryRoom],
  console: RunConsole = .silent
) throws -> RunOutcome {
  let loaded = try ScenarioLoader(
    file: scenarioFile, rooms: rooms, sets: options.sets, seed: options.seed
  ).load()
  if !loaded.scenario.axes.isEmpty { throw RunError.sweep(axes: loaded.scenario.axes.count) }
  // Neither another run nor a person's own scenario is written over.
  for name in RunFiles.all where FileManager.default.fileExists(atPath: "\(folder)/\(name)") {
    throw RunError.folderInUse(folder, by: name)
  }
  let identity = Runner.identity(of: loaded.scenario, rooms: rooms)
  try OutputFile.makeFolder("\(folder)/inputs")
  let lock = try RunLock(folder)
  defer { lock.release() }
  for input in loaded.inputs { try OutputFile.write(input.bytes, to: "\(folder)/\(input.name)") }
  try OutputFile.write(loaded.scenario.resolvedText, to: "\(folder)/scenario.yaml")
  var runner = try Runner(
    loaded: loaded, identity: identity, folder: folder, options: options, console: console, rooms: rooms)
  try OutputFile.write(Manifest.text(runner), to: "\(folder)/manifest.json")
  try OutputFile.write(Manifest.timing(runner, seconds: 0), to: "\(folder)/timing.json")
  return try carryOut(&runner)
}

/// The run itself, then the files that tell how it came out.
func carryOut(_ runner: inout Runner) throws(RunError) -> RunOutcome {
  let began = Date()
  let folder = runner.folder
  let files = try RunFiles(folder: folder)
  try runner.run(files: files)
  runner.finish()
  try files.close()
  let verdicts = runner.verdicts()
  let seconds = Date().timeIntervalSince(began)
  try OutputFile.write(Manifest.text(runner), to: "\(folder)/manifest.json")
  try OutputFile.write(ComparisonTable(runner.venues).csv, to: "\(folder)/comparison.csv")
  try OutputFile.write(Manifest.timing(runner, seconds: seconds), to: "\(folder)/timing.json")
  try OutputFile.write(ReportPage(runner, verdicts: verdicts).html, to: "\(folder)/report.html")
  return outcome(of: runner, verdicts: verdicts)
}

private func outcome(of runner: Runner, verdicts: [Verdict]) -> RunOutcome {
  var outcome = RunOutcome(
    exitCode: 0, folder: runner.folder, identity: runner.identity, verdicts: verdicts,
    roots: runner.venues.map { ($0.venue.name, $0.recorder.blocks, $0.recorder.lastRoot.hex) },
    transactions: runner.venues.reduce(0) { $0 + $1.recorder.transactions },
    comparison: ComparisonTable(runner.venues), message: nil)
  if let broken = runner.broken {
    outcome.exitCode = 3
    let violation = broken.violation
    outcome.message =
      "invariant \(violation.invariant) broke on \(broken.venue) at block \(broken.height), \(violation.site): "
      + violation.detail
  } else if let difference = runner.difference {
    outcome.exitCode = 4
    outcome.message = "the resumed run differs from its log: \(difference)"
  } else if let failed = verdicts.first(where: { !$0.holds }) {
    outcome.exitCode = 1
    outcome.message = "an assertion failed: \(failed.text)"
  }
  return outcome
}
