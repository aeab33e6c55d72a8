import Foundation
import Testing

/// `perp run` and `perp check` as a user meets them.
@Suite struct RunTests {
  @Test("A run leaves its files, and says where, which roots and which verdicts in one JSON document")
  func run() throws {
    let made = try Sample.plain.get()
    #expect(made.ended.status == 0, "\(made.ended.account)")
    let document = made.ended.object
    #expect(document["folder"] as? String == made.folder)
    #expect(document["exitStatus"] as? Int == 0)
    #expect((document["verdicts"] as? [[String: Any]])?.first?["holds"] as? Bool == true)
    let venue = try #require((document["venues"] as? [[String: Any]])?.first)
    #expect(venue["height"] as? Int == 90)
    let roots = made.workspace.text("run/roots.csv").split(separator: "\n")
    #expect(roots.count == 91)
    #expect(roots.last?.hasSuffix(venue["root"] as? String ?? "?") == true)
    for name in Sample.outputs + ["timing.json"] { #expect(!made.workspace.bytes("run/\(name)").isEmpty, "\(name)") }
  }

  @Test("Signed or not, on one thread or two, the roots and every file are the same")
  func sameOutputs() throws {
    let plain = try Sample.plain.get()
    let signed = try Sample.signed.get()
    #expect(signed.ended.status == 0, "\(signed.ended.account)")
    for name in Sample.outputs {
      #expect(plain.workspace.bytes("run/\(name)") == signed.workspace.bytes("run/\(name)"), "\(name)")
    }
    #expect(signed.workspace.text("run/timing.json").contains(#""signed":true"#))
    #expect(!signed.workspace.text("run/timing.json").contains(#""signaturesVerified":0"#))
  }

  @Test("Another seed makes other roots; a set changes the scenario that the folder keeps")
  func seedAndSet() throws {
    let workspace = try Workspace()
    let scenario = try workspace.write(Sample.scenario(blocks: 20), "s.yaml")
    let run = try PerpBinary.run(["run", scenario, "--out", workspace.file("a"), "--seed", "8", "--threads", "1"])
    #expect(run.status == 0, "\(run.account)")
    let plain = try Sample.plain.get().workspace.text("run/roots.csv").split(separator: "\n").prefix(21)
    #expect(workspace.text("a/roots.csv").split(separator: "\n").last != plain.last)
    #expect(workspace.text("a/scenario.yaml").contains("seed: 8"))
    let set = try PerpBinary.run([
      "run", scenario, "--out", workspace.file("b"), "--set", "people.retail.count=3", "--set", "clock.duration=5s",
    ])
    #expect(set.status == 0, "\(set.account)")
    #expect(workspace.text("b/roots.csv").split(separator: "\n").count == 6)
    #expect(workspace.text("b/manifest.json").contains(#""people":9"#))
  }

  @Test("An assertion that fails ends with 1, and with --json there is still one document that says so")
  func failedAssertion() throws {
    let workspace = try Workspace()
    let scenario = try workspace.write(
      Sample.scenario(blocks: 10, more: "assertions: [{metric: trades, compare: '>', value: 1000000}]"), "s.yaml")
    let text = try PerpBinary.run(["run", scenario, "--out", workspace.file("a")])
    #expect(text.status == 1, "\(text.account)")
    #expect(text.output.contains("FAILED  trades > 1000000"))
    #expect(text.errors.contains("an assertion failed: trades > 1000000"))
    let json = try PerpBinary.run(["run", scenario, "--out", workspace.file("b"), "--json"])
    #expect(json.status == 1)
    #expect(json.object["exitStatus"] as? Int == 1, "\(json.account)")
    #expect((json.object["problem"] as? String)?.contains("trades > 1000000") == true)
  }

  @Test("A folder that holds a run, cannot be written, or is a file is refused, and the run in it stays as it was")
  func folders() throws {
    let made = try Sample.plain.get()
    let before = made.workspace.bytes("run/manifest.json")
    let scenario = made.workspace.file("small.yaml")
    let used = try PerpBinary.run(["run", scenario, "--out", made.folder])
    #expect(used.status == 2 && used.errors.contains("holds a run already"), "\(used.account)")
    #expect(made.workspace.bytes("run/manifest.json") == before)
    let file = try PerpBinary.run(["run", scenario, "--out", scenario])
    #expect(file.status == 2 && file.errors.contains("cannot be made a folder"), "\(file.account)")
    let unwritable = try PerpBinary.run(["run", scenario, "--out", "/proc/perp", "--json"])
    #expect(unwritable.status == 2 && unwritable.object["exitStatus"] as? Int == 2, "\(unwritable.account)")
    let workspace = try Workspace()
    try workspace.copy(made.folder, to: "headless")
    try FileManager.default.removeItem(atPath: workspace.file("headless/manifest.json"))
    let headless = try PerpBinary.run(["run", scenario, "--out", workspace.file("headless")])
    #expect(headless.status == 2 && headless.errors.contains("holds a chain already"), "\(headless.account)")
    // Somebody's own scenario.yaml is not written over.
    let own = try workspace.write(Sample.scenario(blocks: 5), "scenario.yaml")
    let here = try PerpBinary.run(["run", "scenario.yaml", "--out", "."], in: workspace.path)
    #expect(here.status == 2 && here.errors.contains("would write over"), "\(here.account)")
    #expect(try String(contentsOfFile: own, encoding: .utf8) == Sample.scenario(blocks: 5))
    #expect(try PerpBinary.run(["run", own, "--out", ""]).status == 2)
  }

  @Test("A run's own resolved scenario makes the same run again")
  func again() throws {
    let made = try Sample.plain.get()
    let workspace = try Workspace()
    let run = try PerpBinary.run(["run", "\(made.folder)/scenario.yaml", "--out", workspace.file("again"), "--json"])
    #expect(run.status == 0, "\(run.account)")
    for name in Sample.outputs {
      #expect(workspace.bytes("again/\(name)") == made.workspace.bytes("run/\(name)"), "\(name)")
    }
  }

  @Test("A check reads the scenario with its files and leaves nothing behind; its identity is the run's")
  func check() throws {
    let made = try Sample.plain.get()
    let checked = try PerpBinary.run(["check", made.workspace.file("small.yaml"), "--json"])
    #expect(checked.status == 0, "\(checked.account)")
    #expect(checked.object["identity"] as? String == made.ended.object["identity"] as? String)
    #expect(checked.object["people"] as? Int == 30)
    let text = try PerpBinary.run(["check", made.workspace.file("small.yaml")])
    #expect(text.output.contains("small: fine; 1 venues, 30 people"))
  }

  @Test("Presets are found from wherever the command is given")
  func elsewhere() throws {
    let made = try Sample.plain.get()
    let checked = try PerpBinary.run(["check", "small.yaml"], in: made.workspace.path)
    #expect(checked.status == 0, "\(checked.account)")
  }
}
