import Foundation
import Testing

/// What a scenario with a fault in it is answered.
@Suite struct ScenarioMessageTests {
  @Test(
    "A fault in a scenario is told with line, column and the nearest known key, exit 2",
    arguments: [
      ("role: noise", "role: noise, levrage: 3x", ":11:33: people.0.levrage: ", "did you mean leverage?"),
      ("volatility: 300 %", "volatility: 300", ":7:", "unit"),
      ("count: 24", "count: 24x", ":11:", "people.0.count"),
      ("duration: 30s", "duration: 30 USDC", ":3:", "clock.duration"),
      ("block: 1s", "block: -1s", ":3:", "clock.block"),
      ("role: maker", "role: makr", ":12:", "did you mean maker?"),
      ("room: hyperliquid", "room: hyperliqid", ":9:", "did you mean hyperliquid?"),
      ("room: hyperliquid", "room: hyperliquid, preset: nowhere.json", ":9:", "nowhere.json"),
      ("room: hyperliquid", "room: hyperliquid, overrides: {fundng.rate: 1}", ":9:", "no `fundng`"),
      ("metrics:", "metrcs:", ":15:1: metrcs: ", "did you mean metrics?"),
      ("seed: 7", "seed: -7", ":2:", "seed"),
      ("seed: 7", "seed: 99999999999999999999999", ":2:", "seed"),
      ("name: small", "name: ../../etc", ":1:", "name"),
      ("markets:", "markets: [", ":", "not YAML"),
    ])
  func fault(_ good: String, _ bad: String, _ place: String, _ says: String) throws {
    let workspace = try Workspace()
    let text = Sample.scenario(blocks: 30)
    #expect(text.contains(good))
    let scenario = try workspace.write(text.replacingOccurrences(of: good, with: bad), "s.yaml")
    let checked = try PerpBinary.run(["check", scenario])
    #expect(checked.status == 2, "\(checked.account)")
    #expect(checked.errors.contains("s.yaml\(place)") && checked.errors.contains(says), "\(checked.account)")
    let json = try PerpBinary.run(["run", scenario, "--out", workspace.file("out"), "--json"])
    #expect(json.status == 2 && (json.object["error"] as? String)?.contains(says) == true, "\(json.account)")
    #expect(!FileManager.default.fileExists(atPath: workspace.file("out")))
  }

  @Test("A fault in --set is told with the set's own place")
  func sets() throws {
    let workspace = try Workspace()
    let scenario = try workspace.write(Sample.scenario(), "s.yaml")
    for (set, says) in [
      ("people.retial.count=3", "did you mean retail?"), ("people.retail.levrage=3x", "did you mean leverage?"),
      ("people.retail.leverage=3", "unit"), ("clock.block=", "clock.block"), ("nothing", "wanted PATH=VALUE"),
      ("=3", "wanted PATH=VALUE"), ("people.retail.count=[1", "not YAML"), ("people.99.count=1", "no element `99`"),
    ] {
      let checked = try PerpBinary.run(["check", scenario, "--set", set])
      #expect(checked.status == 2, "\(checked.account)")
      #expect(checked.errors.contains("--set \(set.split(separator: "=")[0])") || set.hasPrefix("="))
      #expect(checked.errors.contains(says), "\(checked.account)")
    }
  }

  @Test("What is no scenario at all is refused: missing, empty, a folder, garbage of every length, nested without end")
  func garbage() throws {
    let workspace = try Workspace()
    var files = [workspace.file("missing.yaml"), workspace.path, try workspace.write("", "empty.yaml")]
    var random = SystemRandomNumberGenerator()
    for length in [1, 2, 3, 16, 255, 4096, 100_000] {
      let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
      files.append(try workspace.write(bytes, "garbage-\(length).yaml"))
    }
    files.append(try workspace.write(String(repeating: "[", count: 50_000), "deep.yaml"))
    files.append(try workspace.write(String(repeating: "a: {", count: 20_000), "deeper.yaml"))
    files.append(try workspace.write("\u{FEFF}\u{0}name: x", "marks.yaml"))
    files.append(PerpBinary.path)
    for file in files {
      let checked = try PerpBinary.run(["check", file])
      #expect(checked.status == 2 && !checked.errors.isEmpty, "\(checked.account)")
    }
  }
}
