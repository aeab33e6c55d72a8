import Testing

@testable import Laboratory

@Suite struct ScenarioErrorTests {
  @Test("A mistyped key is told with line, column and the nearest known key")
  func unknownKey() throws {
    let text = Fixture.scenario(people: "people:\n  - role: noise\n    levrage: 5x\n")
    let error = try #require(try Fixture.error(in: text))
    let line = text.split(separator: "\n", omittingEmptySubsequences: false).firstIndex { $0.contains("levrage") }
    #expect(error.line == (line ?? -2) + 1)
    #expect(error.column == 5)
    #expect(error.nearest == "leverage")
    #expect(error.path == "people.0.levrage")
    #expect(error.description.contains(":\(error.line):5: people.0.levrage: not a key here"))
  }

  @Test(
    "A quantity without its unit, with another's, or out of range is refused where it stands",
    arguments: [
      ("deposit: 5000", "has no unit"), ("deposit: 5000 USD", "wrong unit"), ("leverage: 10", "has no unit"),
      ("hold: 10 %", "wrong unit"), ("long: 65", "has no unit"), ("trades: 2 /d", "wrong unit"),
      ("deposit: 1e3 USDC", "wrong unit"), ("deposit: 1.2.3 USDC", "not a decimal"), ("long: -5 %", "wanted from 0"),
      ("deposit: 0.0000000000001 USDC", "at most 12 places"), ("check: 0.0001ms", "finer than"),
      ("leverage: {uniform: [9x, 3x]}", "lower bound stands second"), ("deposit: {gauss: 3}", "not a key here"),
    ])
  func units(_ line: String, _ problem: String) throws {
    let text = Fixture.scenario(people: "people:\n  - role: noise\n    \(line)\n")
    let error = try #require(try Fixture.error(in: text))
    #expect(error.description.contains(problem), "\(error)")
    let wanted = text.split(separator: "\n", omittingEmptySubsequences: false).firstIndex { $0.contains(line) }
    #expect(error.line == (wanted ?? -2) + 1)
  }

  @Test(
    "A file that is missing, a column that is not there and prices that end too early are told at the scenario's line")
  func files() throws {
    func scenario(_ file: String, _ price: String) -> String {
      "name: a\n" + Fixture.clock
        + "markets:\n  BTC:\n    path:\n      csv:\n        file: \(file)\n        price: \(price)\n"
        + "venues:\n  - {name: v, room: fake}\n"
    }
    let missing = try #require(try Fixture.error(in: scenario("nowhere.csv", "close")))
    #expect(missing.line == 7 && missing.problem.contains("no file nowhere.csv"))
    let folder = try TemporaryFolder()
    let file = try folder.write("time,close\n1760126400000,100\n1760126460000,101\n", "p.csv")
    let column = try #require(try Fixture.error(in: scenario(file, "clsoe")))
    #expect(column.nearest == "close" && column.problem.contains("no column `clsoe`"))
    let short = try #require(try Fixture.error(in: scenario(file, "close")))
    #expect(short.problem.contains("reaches from 2025-10-10T20:00:00Z to 2025-10-10T20:01:00Z"))
    let unsorted = try folder.write("time,close\n5,100\n5,101\n", "q.csv")
    let order = try #require(try Fixture.error(in: scenario(unsorted, "close")))
    #expect(order.problem.contains("line 3"))
  }

  @Test("Names that do not exist are told with the nearest: rooms, roles, markets, groups, figures")
  func names() throws {
    let room = try #require(try Fixture.error(in: Fixture.scenario(room: "fakee")))
    #expect(room.nearest == "fake")
    let role = try #require(try Fixture.error(in: Fixture.scenario(people: "people: [{role: makr}]\n")))
    #expect(role.nearest == "maker")
    let shock = try #require(
      try Fixture.error(in: Fixture.scenario(more: "shocks: [{at: 1min, withdraw: retial, for: 1min}]\n")))
    #expect(shock.nearest == "retail")
    let figure = try #require(
      try Fixture.error(in: Fixture.scenario(more: "assertions: [{metric: liquidation, compare: '>', value: 1}]\n")))
    #expect(figure.nearest == "liquidations")
  }

  @Test("Text that is no YAML, a key that stands twice and an alias that multiplies are refused")
  func yaml() throws {
    #expect(try Fixture.error(in: "name: [a\n")?.problem.contains("not YAML") == true)
    #expect(try Fixture.error(in: "name: a\nname: b\n")?.problem.contains("twice") == true)
    #expect(try Fixture.error(in: "")?.problem.contains("empty") == true)
    var bomb = "a: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...8 {
      bomb += "b\(level): &a\(level) [\((0..<10).map { _ in "*a\(level - 1)" }.joined(separator: ", "))]\n"
    }
    #expect(try Fixture.error(in: bomb)?.problem.contains("more than") == true)
  }

  @Test("Sets change one value, and one that leads nowhere is told")
  func sets() throws {
    #expect(try Fixture.error(in: Fixture.scenario(), sets: ["people.retail.count=3", "clock.duration=1min"]) == nil)
    let nowhere = try #require(try Fixture.error(in: Fixture.scenario(), sets: ["people.retial.count=3"]))
    #expect(nowhere.nearest == "retail" && nowhere.file == "--set people.retial.count")
    let unit = try #require(try Fixture.error(in: Fixture.scenario(), sets: ["people.retail.deposit=3"]))
    #expect(unit.problem.contains("no unit"))
  }

  @Test("A plan of many runs is refused politely by a single run")
  func sweep() throws {
    let folder = try TemporaryFolder()
    let text = Fixture.scenario(more: "sweep: [{path: people.retail.count, values: [1, 2]}]\n")
    let file = try folder.write(text, "s.yaml")
    #expect(throws: RunError.sweep(axes: 1)) {
      try run(scenarioFile: file, out: folder.path + "/out", rooms: [FakeExchange.room()])
    }
  }
}
