import Foundation
import Testing

/// `perp fuzz` and `perp conform` as a user meets them.
@Suite struct FuzzAndConformTests {
  @Test("Equal seeds give equal campaigns at any number of jobs, other seeds others, and nothing is left behind")
  func campaigns() throws {
    let workspace = try Workspace()
    func run(_ seed: String, jobs: String) throws -> Ended {
      try PerpBinary.run([
        "fuzz", "run", "hyperliquid", "--cases", "4", "--seed", seed, "--jobs", jobs, "--json", "--out",
        workspace.file("cases"),
      ])
    }
    let first = try run("1", jobs: "1")
    #expect(first.status == 0 && first.object["failures"] as? Int == 0, "\(first.account)")
    #expect(try run("1", jobs: "2").output == first.output)
    #expect(try run("2", jobs: "2").object["digest"] as? String != first.object["digest"] as? String)
    #expect(!FileManager.default.fileExists(atPath: workspace.file("cases")))
  }

  @Test("The canary is found: 3, a case is saved, its replay ends with 3, and a changed or damaged case is told")
  func canary() throws {
    let workspace = try Workspace()
    let run = try PerpBinary.run([
      "fuzz", "run", "hyperliquid", "--cases", "3", "--seed", "1", "--canary", "--json", "--out",
      workspace.file("cases"),
    ])
    #expect(run.status == 3 && (run.object["failures"] as? Int ?? 0) > 0, "\(run.account)")
    #expect(run.errors.contains("canary"))
    let names = try FileManager.default.contentsOfDirectory(atPath: workspace.file("cases"))
    #expect(names.count == run.object["failures"] as? Int)
    let name = try #require(names.sorted().first)
    let text = try PerpBinary.run(["fuzz", "replay", workspace.file("cases/\(name)")])
    #expect(text.status == 3 && text.errors.contains("canary broke at"), "\(text.account)")
    let json = try PerpBinary.run(["fuzz", "replay", workspace.file("cases/\(name)"), "--json"])
    #expect(json.status == 3)
    #expect((json.object["broke"] as? [String: Any])?["invariant"] as? String == "canary", "\(json.account)")
    let whole = workspace.bytes("cases/\(name)")
    for length in [0, 1, 7, 100, whole.count / 4, whole.count / 2] {
      let cut = try workspace.write(Array(whole.prefix(length)), "cut.yaml")
      let ended = try PerpBinary.run(["fuzz", "replay", cut])
      #expect([2, 4].contains(ended.status) && !ended.errors.isEmpty, "\(length): \(ended.account)")
    }
    for place in stride(from: 3, to: whole.count, by: whole.count / 12) {
      var bytes = whole
      bytes[place] ^= 1 << UInt8(place % 7)
      let ended = try PerpBinary.run(["fuzz", "replay", try workspace.write(bytes, "flipped.yaml")])
      #expect([0, 2, 3, 4].contains(ended.status), "\(place): \(ended.account)")
    }
    let scenario = try workspace.write(Sample.scenario(), "scenario.yaml")
    #expect(try PerpBinary.run(["fuzz", "replay", scenario]).status == 2)
  }

  private static let headers = "\(PerpBinary.root)/Specs/Vectors/chain/cometbft_abci_header.json"

  @Test("Vectors pass; an altered figure fails with 1 and is named")
  func conform() throws {
    let workspace = try Workspace()
    let sound = try PerpBinary.run(["conform", Self.headers, "--json"])
    #expect(sound.status == 0 && sound.object["failed"] as? Int == 0, "\(sound.account)")
    #expect((sound.object["passed"] as? Int ?? 0) > 0)
    try FileManager.default.createDirectory(atPath: workspace.file("chain"), withIntermediateDirectories: true)
    let text = try String(contentsOfFile: Self.headers, encoding: .utf8)
    // The last digit of the last hash of the file.
    let hash = try #require(text.matches(of: #/"[0-9a-fA-F]{64}"/#).last)
    var altered = text
    let digit = text.index(before: text.index(before: hash.range.upperBound))
    altered.replaceSubrange(digit...digit, with: text[digit] == "0" ? "1" : "0")
    let file = try workspace.write(altered, "chain/cometbft_abci_header.json")
    let failed = try PerpBinary.run(["conform", file])
    #expect(failed.status == 1 && failed.output.contains("1 failed"), "\(failed.account)")
    let json = try PerpBinary.run(["conform", workspace.path, "--json"])
    #expect(json.status == 1 && json.object["failed"] as? Int == 1, "\(json.account)")
    #expect((json.object["failures"] as? [String])?.first?.contains("cometbft_abci_header") == true)
    for bytes in [[], Array("{".utf8), Array("[]".utf8), [0xFF, 0, 7]] as [[UInt8]] {
      try workspace.write(bytes, "chain/cometbft_abci_header.json")
      let damaged = try PerpBinary.run(["conform", file])
      #expect([1, 2].contains(damaged.status) && !damaged.errors.isEmpty, "\(damaged.account)")
    }
  }

  @Test("--answers writes each file again with our figures; a folder that cannot be written is refused")
  func answers() throws {
    let workspace = try Workspace()
    let ended = try PerpBinary.run(["conform", Self.headers, "--answers", workspace.file("answers"), "--json"])
    #expect(ended.status == 0, "\(ended.account)")
    let written = try #require(ended.object["answers"] as? [String])
    #expect(written.count == 1)
    for path in written {
      let data = try #require(FileManager.default.contents(atPath: path), "\(path)")
      let ours = try JSONSerialization.jsonObject(with: data) as? NSDictionary
      let theirs = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: Self.headers)))
      #expect(ours == theirs as? NSDictionary)
    }
    let unwritable = try PerpBinary.run(["conform", Self.headers, "--answers", "/proc/perp"])
    #expect(unwritable.status == 2 && unwritable.errors.contains("/proc/perp"), "\(unwritable.account)")
  }
}
