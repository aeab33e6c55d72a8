import Canonical
import Chain
import Foundation
import TestVenues
import Testing

@testable import Laboratory

@Suite struct ChainRunTests {
  static let factories = [VenueFactory.of(OraclePool.self, presets: [])]

  private func scenario(_ more: String = "") -> String {
    """
    name: real
    clock: {start: 2025-10-10T20:00:00Z, duration: 2min, block: 1s}
    markets:
      BASE:
        path:
          gbm: {start: 100 USDC, volatility: 200 %}
    venues:
      - {name: two-step, room: oraclepool}
    people:
      - {name: retail, role: noise, count: 6, initial: 100 %, warmup: 20s, trades: 600 /h, stop: 0 %}
      - {name: keeper, role: keeper, every: 5s}
    \(more)
    """
  }

  @Test("Signed and unsigned runs of a real chain have equal roots, and every signature of the signed one is verified")
  func signed() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(scenario(), "s.yaml")
    let plain = try run(scenarioFile: file, out: folder.path + "/plain", factories: Self.factories)
    let signed = try run(
      scenarioFile: file, out: folder.path + "/signed", options: RunOptions(signed: true, threads: 2),
      factories: Self.factories)
    #expect(plain.exitCode == 0, "\(plain.message ?? "")")
    #expect(plain.identity == signed.identity)
    #expect(folder.read("plain/roots.csv") == folder.read("signed/roots.csv"))
    #expect(folder.read("plain/report.html") == folder.read("signed/report.html"))
    #expect(folder.read("plain/manifest.json") == folder.read("signed/manifest.json"))
    let timing = try JSONValue(parsing: folder.read("signed/timing.json") ?? [])
    let verified = try #require(timing["signaturesVerified"]?.int)
    #expect(verified > 10)
    #expect(try JSONValue(parsing: folder.read("plain/timing.json") ?? [])["signaturesVerified"]?.int == 0)
    // The log alone leads to the same root.
    let options = ChainOptions(chainID: "perp-two-step", folder: folder.path + "/signed/chain/two-step")
    let report = try Self.factories[0].replay(.object([]), options, .max, nil)
    #expect(report.divergence == nil)
    #expect(report.lastRoot.hex == plain.roots[0].root)
  }

  @Test("A run that was cut off is gone on with to the same end, and a log that tells another story is found out")
  func resumed() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(scenario(), "s.yaml")
    let whole = try run(scenarioFile: file, out: folder.path + "/whole", factories: Self.factories)
    let cut = folder.path + "/cut"
    let said = Lines()
    _ = try run(
      scenarioFile: file, out: cut, options: RunOptions(durable: true), factories: Self.factories,
      console: RunConsole(isTerminal: false) { said.add($0) })
    #expect(said.all.filter { $0.hasPrefix("committed two-step ") }.count == 120)
    // Cut the log in the middle of a record.
    let log = cut + "/chain/two-step"
    let segment = try #require(try FileManager.default.contentsOfDirectory(atPath: log).sorted().first)
    let bytes = try #require(FileManager.default.contents(atPath: "\(log)/\(segment)"))
    try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: "\(log)/\(segment)"))
    let after = Lines()
    let resumed = try resume(
      folder: cut, options: RunOptions(durable: true), factories: Self.factories,
      console: RunConsole(isTerminal: false) { after.add($0) })
    #expect(resumed.exitCode == 0, "\(resumed.message ?? "")")
    #expect(resumed.roots[0].root == whole.roots[0].root)
    #expect((1..<120).contains(after.all.filter { $0.hasPrefix("committed") }.count))
    #expect(folder.read("cut/roots.csv") == folder.read("whole/roots.csv"))
    #expect(FileManager.default.contents(atPath: "\(log)/\(segment)") == bytes)
    #expect(!FileManager.default.fileExists(atPath: cut + "/chain-1"))
  }

  @Test("A chain of another scenario in the folder is a difference, not a resumption")
  func differs() throws {
    let folder = try TemporaryFolder()
    let one = try folder.write(scenario(), "one.yaml")
    let other = try folder.write(scenario("seed: 9\n"), "other.yaml")
    _ = try run(scenarioFile: one, out: folder.path + "/one", factories: Self.factories)
    _ = try run(scenarioFile: other, out: folder.path + "/other", factories: Self.factories)
    try FileManager.default.removeItem(atPath: folder.path + "/one/chain")
    try FileManager.default.copyItem(atPath: folder.path + "/other/chain", toPath: folder.path + "/one/chain")
    let outcome = try resume(folder: folder.path + "/one", factories: Self.factories)
    #expect(outcome.exitCode == 4)
  }

  @Test("A genesis document that the room refuses is told with its place")
  func genesis() throws {
    let folder = try TemporaryFolder()
    let preset = try folder.write("{\"fee\": 1}", "preset.json")
    let text = scenario().replacingOccurrences(
      of: "room: oraclepool}", with: "room: oraclepool, preset: \(preset), overrides: {fee: -5}}")
    let file = try folder.write(text, "s.yaml")
    #expect(throws: RunError.genesis(venue: "two-step", path: "fee", problem: "0 to 1000000")) {
      try run(scenarioFile: file, out: folder.path + "/x", factories: Self.factories)
    }
    let slip = try folder.write(text.replacingOccurrences(of: "{fee: -5}", with: "{fe: 5}"), "t.yaml")
    #expect(throws: ScenarioError.self) { try check(scenarioFile: slip, factories: Self.factories) }
  }
}

/// What a run said.
final class Lines: @unchecked Sendable {
  private let lock = NSLock()
  private var lines: [String] = []

  func add(_ text: String) { lock.withLock { lines.append(text) } }
  var all: [String] { lock.withLock { lines } }
}
