import Canonical

/// The small files that tell what a run is and how it came out.
enum Manifest {
  /// `manifest.json`: the same bytes for the same identity.
  static func text(_ runner: Runner) -> String {
    let scenario = runner.loaded.scenario
    let venues = runner.venues.map { run in
      JSONValue.object([
        JSONMember("name", .string(run.venue.name)),
        JSONMember("room", .string(run.venue.room)),
        JSONMember("transitionVersion", JSONValue(run.chain.transitionVersion)),
        JSONMember("chainID", .string(Runner.chainID(of: run.venue))),
        JSONMember("height", JSONValue(run.recorder.blocks)),
        JSONMember("root", .string(run.recorder.lastRoot.hex)),
        JSONMember("transactions", JSONValue(run.recorder.transactions)),
      ])
    }
    let document = JSONValue.object([
      JSONMember("format", 1),
      JSONMember("name", .string(scenario.name)),
      JSONMember("title", .string(scenario.title)),
      JSONMember("identity", .string(runner.identity)),
      JSONMember("seed", .string(String(scenario.seed))),
      JSONMember("start", .string(TimeText.write(scenario.clock.start))),
      JSONMember("end", .string(TimeText.write(scenario.clock.end))),
      JSONMember("people", JSONValue(scenario.people.reduce(0) { $0 + $1.count })),
      JSONMember("venues", .array(venues)),
    ])
    return document.text() + "\n"
  }

  /// `timing.json`: what may differ between two runs of the same identity.
  static func timing(_ runner: Runner, seconds: Double) -> String {
    let milliseconds = Int64((seconds * 1_000).rounded())
    let transactions = runner.venues.reduce(UInt64(0)) { $0 + $1.recorder.transactions }
    let document = JSONValue.object([
      JSONMember("signed", .bool(runner.options.signed)),
      JSONMember("threads", JSONValue(runner.options.threads)),
      JSONMember("wallMilliseconds", JSONValue(milliseconds)),
      JSONMember("transactions", JSONValue(transactions)),
      JSONMember("signaturesVerified", JSONValue(runner.venues.reduce(UInt64(0)) { $0 + $1.chain.signaturesVerified })),
    ])
    return document.text() + "\n"
  }
}
