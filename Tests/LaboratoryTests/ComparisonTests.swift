import Agents
import Canonical
import Quantities
import Testing
import VenueKit

@testable import Laboratory

@Suite struct ComparisonTests {
  private static let assertions = """
    assertions:
      - {metric: result-gap, compare: "=", value: 0 USDC}
      - {metric: trade-cost-maximum, compare: "<", value: 1 %, venue: alpha}
      - {metric: trade-cost-mean, compare: ">=", value: 4.4 bp}

    """

  private func run(_ folder: TemporaryFolder, _ name: String, room: LaboratoryRoom) throws -> RunOutcome {
    let text = Fixture.scenario(venues: ["alpha", "beta"], more: Self.assertions)
    let file = try folder.write(text, "\(name).yaml")
    return try Laboratory.run(scenarioFile: file, out: "\(folder.path)/\(name)", rooms: [room])
  }

  /// The rows of `comparison.csv` of a part, as decimals of the common scale.
  private func rows(_ text: String, part: String) throws -> [(name: String, values: [Int128])] {
    try text.split(separator: "\n").dropFirst().compactMap { line in
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard fields[0] == part else { return nil }
      return (fields[1], try fields.dropFirst(3).map { try parseDecimal($0, scale: 12) })
    }
  }

  @Test("Results of groups, pools and purses are told one by one and add up to nothing")
  func results() throws {
    let folder = try TemporaryFolder()
    let outcome = try run(folder, "sound", room: FakeExchange.room())
    #expect(outcome.exitCode == 0, "\(outcome.message ?? "")")
    let results = try rows(folder.text("sound/comparison.csv"), part: "results")
    let lines = results.filter { $0.name != "result-gap" && $0.name != "ledger-gap" }
    #expect(
      lines.map(\.name) == [
        "group/maker", "group/provider", "group/retail", "purse/pools beyond all shares", "purse/fees",
      ])
    for venue in 0..<2 { #expect(lines.reduce(Int128(0)) { $0 + $1.values[venue] } == 0) }
    #expect(lines.contains { $0.name == "group/retail" && $0.values[0] != 0 })
    #expect(try #require(lines.first { $0.name == "purse/fees" }).values[0] > 0)
    #expect(outcome.comparison.venues.map(\.name) == ["alpha", "beta"])
    let page = folder.text("sound/report.html")
    for part in [
      "Who gained what others lost", "Everything together", "What a trade of 1,000,000 USD costs", "All people",
    ] {
      #expect(page.contains(part), "\(part)")
    }
  }

  @Test("An account that tells more than its venue holds is a gap, and fails the assertion")
  func gap() throws {
    let folder = try TemporaryFolder()
    let outcome = try run(folder, "leaking", room: FakeExchange.room(leak: 1))
    #expect(outcome.exitCode == 1)
    #expect(outcome.message?.contains("result-gap = 0 USDC: 0.000000000015 USDC") == true, "\(outcome.message ?? "")")
    let gap = try rows(folder.text("leaking/comparison.csv"), part: "results").first { $0.name == "result-gap" }
    #expect(gap?.values == [15, 15])
  }

  @Test("Metrics tell what a million costs, long and short, and the figures are their mean and largest")
  func costs() throws {
    let folder = try TemporaryFolder()
    _ = try run(folder, "one", room: FakeExchange.room())
    let lines = folder.text("one/metrics.csv").split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let long = try #require(lines[0].firstIndex(of: "cost_long_1m_bp"))
    let short = try #require(lines[0].firstIndex(of: "cost_short_1m_bp"))
    let found = try lines.dropFirst().filter { $0[0] == "alpha" }.flatMap { line in
      [try parseDecimal(line[long], scale: 12), try parseDecimal(line[short], scale: 12)]
    }
    #expect(found.count == 2 * 60)
    let costs = try rows(folder.text("one/comparison.csv"), part: "costs")
    let largest = try #require(found.max())
    #expect(costs.first { $0.name == "trade-cost-maximum" }?.values[0] == largest / 10_000)
    #expect(costs.first { $0.name == "trade-cost-mean" }?.values[0] == found.reduce(0, +) / 10_000 / 120)
    #expect(costs.first { $0.name == "trade-cost-missing" }?.values[0] == 0)
    // Somebody was long, so the two directions differ.
    #expect(Set(found).count > 10)
  }

  @Test("Costs that are missing are counted, and break the line")
  func missing() {
    var record = TradeCostRecord()
    let cost = TradeCost(value: TradeCosts.value, impact: -CommonScale.one, fee: 0)
    for look in 0..<30 {
      let isThere = !(10..<20).contains(look)
      record.add(TradeCosts(long: isThere ? cost : nil, short: nil), at: Int64(look) * 1_000)
    }
    #expect(record.missing == 40 && record.count == 20)
    #expect(record.maximum == -CommonScale.one / 1_000_000)
    let line = LineChart.Line(name: "x", style: "c0", points: record.long.points, hasGaps: true)
    #expect(line.runs.map(\.count) == [10, 10])
    #expect(TradeCosts.text(nil).isEmpty && TradeCosts.text(cost) == "-0.01")
  }

  @Test("Refusals are told by rule, the most frequent first")
  func refusals() {
    var tallies = [Refusal(code: 101, name: "b", rule: "X-2", text: "second")]
    tallies += (0..<3).map { Refusal(code: 100, name: "a", rule: "X-1", text: "number \($0)") }
    let venue = VenueScenario(name: "v", room: "fake", preset: nil, presetSHA256: nil, overrides: [], block: 1_000)
    let clock = ClockScenario(start: 0, duration: 1_000, block: 1_000)
    let scenario = Scenario(
      name: "s", title: "s", seed: 1, clock: clock, markets: [], venues: [venue], people: [], shocks: [],
      metricsInterval: 1_000, assertions: [], axes: [])
    var recorder = VenueRecorder(venue: venue, scenario: scenario, addressNames: [:])
    recorder.note(refusals: tallies)
    #expect(recorder.rankedRefusals.map(\.rule) == ["X-1", "X-2"])
    #expect(recorder.rankedRefusals[0].count == 3 && recorder.rankedRefusals[0].text == "number 0")
  }
}
