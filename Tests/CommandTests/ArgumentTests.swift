import Foundation
import Testing

/// Help, wrong arguments, and the commands that only tell.
@Suite struct ArgumentTests {
  @Test(
    "Help is fine, with and without being asked for",
    arguments: [
      [], ["help"], ["--help"], ["-h"], ["run", "--help"], ["help", "run"], ["help", "state", "prove"], ["state"],
      ["state", "prove", "--help"], ["protocol"], ["fuzz"], ["fuzz", "run", "-h"], ["--version"],
    ])
  func help(_ arguments: [String]) throws {
    let ended = try PerpBinary.run(arguments)
    #expect(ended.status == 0 && !ended.output.isEmpty && ended.errors.isEmpty, "\(ended.account)")
  }

  @Test(
    "A wrong request ends with 2, a sentence on standard error, and with --json one document that says the same",
    arguments: [
      (["nonsense"], "no such command"), (["rnu"], "did you mean run?"), (["state", "porve"], "did you mean prove?"),
      (["fuzz", "rerun"], "perp fuzz rerun: no such command"),
      (["help", "rnu"], "did you mean run?"), (["help", "state", "porve"], "did you mean prove?"),
      (["run"], "name a scenario"),
      (["run", "s.yaml"], "--out"),
      (["run", "s.yaml", "--out"], "--out"), (["run", "s.yaml", "--out", "x", "--thread", "2"], "--thread"),
      (["run", "s.yaml", "--out", "x", "--threads", "0"], "--threads is 1 to 64, not 0"),
      (["run", "s.yaml", "--out", "x", "--threads", "-1"], "--threads is 1 to 64, not -1"),
      (["run", "s.yaml", "--out", "x", "--threads", "1000000"], "--threads is 1 to 64, not 1000000"),
      (["run", "s.yaml", "--out", "x", "--threads", "two"], "'two'"),
      (["run", "s.yaml", "--out", "x", "--seed", "-1"], "'-1'"),
      (["run", "s.yaml", "--out", "x", "--seed", "18446744073709551616"], "18446744073709551616"),
      (["run", "missing.yaml", "--out", "x"], "missing.yaml: cannot be read"), (["run", "a", "b"], "b"),
      (["check"], "file"), (["check", "missing.yaml"], "missing.yaml: cannot be read"), (["replay"], "folder"),
      (["replay", "missing"], "missing"), (["replay", ".", "--threads", "65"], "--threads is 1 to 64, not 65"),
      (["state", "prove", "missing", "--venue", "book", "--height", "1", "--key", "00"], "missing"),
      (["state", "prove", "missing", "--height", "1", "--key", "00"], "--venue"),
      (["protocol", "show", "hyprliquid"], "did you mean hyperliquid?"),
      (["protocol", "params", "nope"], "no room nope"),
      (["protocol", "params", "hyperliquid", "--preset", "none"], "mainnet"),
      (["protocol", "params", "hyperliquid", "--preset", "/dev/null"], "/dev/null"), (["conform"], "paths"),
      (["conform", "missing"], "missing: no such file or folder"), (["fuzz", "run"], "room"),
      (["fuzz", "run", "hyperliqid"], "did you mean hyperliquid?"),
      (["fuzz", "run", "hyperliquid", "--cases", "0"], "--cases is 1 to 100000000, not 0"),
      (["fuzz", "run", "hyperliquid", "--cases", "-5"], "--cases is 1 to 100000000, not -5"),
      (["fuzz", "run", "hyperliquid", "--blocks", "0"], "--blocks"),
      (["fuzz", "run", "hyperliquid", "--jobs", "99"], "--jobs"),
      (["fuzz", "run", "hyperliquid", "--out", "/proc/perp"], "--out /proc/perp"),
      (["fuzz", "replay", "missing.yaml"], "missing.yaml: cannot be read"),
      (["fuzz", "replay", "/dev/null"], "/dev/null"),
      (["bench", "--only", "nothing"], "signatures, pipeline, matching"),
      (["bench", "--only"], "--only"), (["version", "now"], "now"),
    ])
  func wrong(_ arguments: [String], _ says: String) throws {
    let ended = try PerpBinary.run(arguments)
    #expect(ended.status == 2 && ended.output.isEmpty, "\(ended.account)")
    #expect(ended.errors.contains(says), "\(ended.account)")
    let json = try PerpBinary.run(arguments + ["--json"])
    #expect(json.status == 2, "\(json.account)")
    // `--only --json` takes the flag for its value; whoever asks for help of a command gets text.
    #expect(json.object["exitStatus"] as? Int == 2 && json.object["error"] is String, "\(json.account)")
  }

  @Test("Rooms, their presets, invariants, grammar and parameters are told as tables and as JSON")
  func protocols() throws {
    let list = try PerpBinary.run(["protocol", "list", "--json"])
    let rooms = try #require(list.json as? [[String: Any]], "\(list.account)")
    #expect(rooms.contains { $0["room"] as? String == "hyperliquid" })
    for room in rooms {
      let name = room["room"] as? String ?? "?"
      let shown = try PerpBinary.run(["protocol", "show", name, "--json"])
      #expect(shown.status == 0 && shown.object["room"] as? String == name, "\(shown.account)")
      #expect((shown.object["invariants"] as? [Any])?.isEmpty == false)
      #expect(try PerpBinary.run(["protocol", "show", name]).output.contains("invariant"))
      for preset in room["presets"] as? [String] ?? [] {
        let parameters = try PerpBinary.run(["protocol", "params", name, "--preset", preset, "--json"], in: "/tmp")
        let rows = try #require(parameters.json as? [[String: Any]], "\(parameters.account)")
        #expect(rows.allSatisfy { ["name", "value", "unit", "rule"].allSatisfy($0.keys.contains) } && !rows.isEmpty)
      }
      #expect(try PerpBinary.run(["protocol", "params", name]).output.hasPrefix("parameter"))
    }
    let version = try PerpBinary.run(["version", "--json"])
    #expect(version.status == 0 && version.object["perp"] is String)
    #expect(try PerpBinary.run(["version"]).output.hasPrefix("perp "))
  }
}
