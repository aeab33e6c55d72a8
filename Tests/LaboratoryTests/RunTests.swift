import Foundation
import Testing

@testable import Laboratory

@Suite struct RunTests {
  private func run(
    _ text: String, into folder: TemporaryFolder, _ name: String, room: LaboratoryRoom = FakeExchange.room(),
    options: RunOptions = RunOptions()
  ) throws -> RunOutcome {
    let file = try folder.write(text, "\(name).yaml")
    return try Laboratory.run(scenarioFile: file, out: "\(folder.path)/\(name)", options: options, rooms: [room])
  }

  static let outputs = [
    "manifest.json", "scenario.yaml", "metrics.csv", "trades.csv", "liquidations.csv", "roots.csv", "events.jsonl",
    "comparison.csv", "report.html",
  ]

  @Test("The same scenario gives the same bytes in every output")
  func determinism() throws {
    let folder = try TemporaryFolder()
    let one = try run(Fixture.scenario(venues: ["alpha", "beta"]), into: folder, "one")
    let two = try run(Fixture.scenario(venues: ["beta", "alpha"]), into: folder, "two")
    #expect(one.exitCode == 0 && one.identity == two.identity)
    for output in Self.outputs {
      #expect(folder.read("one/\(output)") != nil, "\(output)")
      #expect(folder.read("one/\(output)") == folder.read("two/\(output)"), "\(output)")
    }
    #expect(folder.text("one/trades.csv").split(separator: "\n").count > 5)
    #expect(folder.text("one/roots.csv").split(separator: "\n").count == 1 + 2 * 600)
    // A run can be made again from its own folder.
    let again = try Laboratory.run(
      scenarioFile: "\(folder.path)/one/scenario.yaml", out: "\(folder.path)/again", rooms: [FakeExchange.room()])
    #expect(again.identity == one.identity)
    #expect(folder.read("again/report.html") == folder.read("one/report.html"))
  }

  @Test("A venue added later shifts nobody: the roots of the first stay")
  func venueAdded() throws {
    let folder = try TemporaryFolder()
    let one = try run(Fixture.scenario(venues: ["beta"]), into: folder, "one")
    let two = try run(Fixture.scenario(venues: ["alpha", "beta"]), into: folder, "two")
    #expect(one.roots[0].root == two.roots.first { $0.venue == "beta" }?.root)
    #expect(one.identity != two.identity)
    let seeded = try run(
      Fixture.scenario(venues: ["beta"]), into: folder, "three", options: RunOptions(seed: 8))
    #expect(seeded.roots[0].root != one.roots[0].root)
  }

  @Test("Assertions decide the exit status, and a broken invariant stops the run with 3")
  func exits() throws {
    let folder = try TemporaryFolder()
    let failing =
      "assertions: [{metric: trades, compare: '<', value: 1}, {metric: ledger-gap, compare: '=', value: 0 USDC}]\n"
    let failed = try run(Fixture.scenario(more: failing), into: folder, "failed")
    #expect(failed.exitCode == 1)
    #expect(failed.verdicts.map(\.holds) == [false, true])
    #expect(failed.message?.hasPrefix("an assertion failed: trades < 1") == true)
    let broken = try run(Fixture.scenario(), into: folder, "broken", room: FakeExchange.room(breaksAt: 5))
    #expect(broken.exitCode == 3)
    #expect(broken.message?.contains("made-to-break broke on alpha at block 5") == true)
    #expect(folder.text("broken/report.html").contains("A broken invariant"))
  }

  @Test("The report tells who paid, adds the money up, escapes what people wrote, and needs nothing from outside")
  func report() throws {
    let folder = try TemporaryFolder()
    _ = try run(Fixture.scenario(venues: ["alpha", "beta"]), into: folder, "one")
    let page = folder.text("one/report.html")
    for part in [
      "Who paid", "Liquidity providers (vault)", "Does the money add up?", "Deposits less withdrawals", "0 exactly",
      "Sum of the lines", "A small &lt;run&gt; &amp; its &quot;report&quot;", "<svg", "prefers-color-scheme:dark",
      "@media print", "perp run scenario.yaml",
    ] {
      #expect(page.contains(part), "\(part)")
    }
    for forbidden in ["http:", "https:", "<script", "<link", "@import", "url("] {
      #expect(!page.contains(forbidden), "\(forbidden)")
    }
    #expect(page.utf8.count < 1_000_000)
  }

  @Test("A folder that holds a run is not written over")
  func folderInUse() throws {
    let folder = try TemporaryFolder()
    _ = try run(Fixture.scenario(), into: folder, "one")
    #expect(throws: RunError.self) { try run(Fixture.scenario(), into: folder, "one") }
  }

  @Test("A series keeps its size and its extremes however much it is given")
  func series() {
    var series = Series()
    for index in 0..<100_000 { series.add(index == 77_777 ? 5 : 1, at: Int64(index)) }
    #expect(series.points.count <= Series.capacity)
    #expect(series.points.map(\.high).max() == 5)
    #expect(zip(series.points, series.points.dropFirst()).allSatisfy { $0.time < $1.time })
  }
}
