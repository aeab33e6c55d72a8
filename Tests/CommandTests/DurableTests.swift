import Foundation
import Testing

/// `perp run --durable` killed at any moment, and `perp run --resume`.
@Suite struct DurableTests {
  private static let blocks = 60

  private func start(_ workspace: Workspace, _ options: [String] = [], killAfter: Int? = nil, delay: Double? = nil)
    throws
    -> Ended
  {
    let scenario = try workspace.write(Sample.scenario(blocks: Self.blocks), "s.yaml")
    return try PerpBinary.run(
      ["run", scenario, "--out", workspace.file("run"), "--durable"] + options, killAfter: killAfter, killDelay: delay)
  }

  private func resume(_ workspace: Workspace, killAfter: Int? = nil, delay: Double? = nil) throws -> Ended {
    try PerpBinary.run(
      ["run", "--resume", workspace.file("run"), "--durable"], killAfter: killAfter, killDelay: delay)
  }

  /// Every block that was ever reported stands in the run's roots with the root that was reported.
  private func demand(_ committed: [String], in workspace: Workspace) {
    let roots = workspace.text("run/roots.csv").split(separator: "\n").map { $0.split(separator: ",") }
    for line in committed {
      let words = line.split(separator: " ")
      guard words.count == 4, let height = Int(words[2]), height < roots.count else {
        // The kill may have cut the last line.
        #expect(line == committed.last, "\(line)")
        continue
      }
      #expect(roots[height][1] == words[2] && roots[height][3].hasPrefix(words[3]), "\(line)")
    }
  }

  private static let whole = Result {
    let workspace = try Workspace()
    let scenario = try workspace.write(Sample.scenario(blocks: blocks), "s.yaml")
    let ended = try PerpBinary.run(["run", scenario, "--out", workspace.file("run"), "--durable"])
    return (workspace: workspace, ended: ended)
  }

  private func demandSameAsWhole(_ workspace: Workspace, isSigned: Bool = false) throws {
    let whole = try Self.whole.get().workspace
    for name in Sample.outputs { #expect(workspace.bytes("run/\(name)") == whole.bytes("run/\(name)"), "\(name)") }
    if !isSigned {
      let log = "run/chain/book/blocks-00000000000000000001.log"
      #expect(workspace.bytes(log) == whole.bytes(log))
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: workspace.file("run"))
    #expect(names.filter { $0.hasPrefix("chain") } == ["chain"])
    let replay = try PerpBinary.run(["replay", workspace.file("run")])
    #expect(replay.status == 0, "\(replay.account)")
  }

  @Test("Every block of a durable run is reported once, with the root that its file has")
  func reports() throws {
    let (workspace, ended) = try Self.whole.get()
    #expect(ended.status == 0, "\(ended.account)")
    #expect(ended.committed.count == Self.blocks)
    demand(ended.committed, in: workspace)
    let json = try start(try Workspace(), ["--json", "--set", "clock.duration=5s"])
    #expect(json.status == 0 && json.json != nil && json.errors.contains("committed book 5 "), "\(json.account)")
  }

  @Test("Killed after any reported block, a run goes on to the same end", arguments: [1, 2, 23, 59, 60])
  func killed(_ lines: Int) throws {
    let workspace = try Workspace()
    let cut = try start(workspace, killAfter: lines)
    #expect(cut.status == -9 || lines == Self.blocks, "\(cut.account)")
    #expect(cut.committed.count >= lines)
    // The log is whole up to the kill.
    let replay = try PerpBinary.run(["replay", workspace.file("run")])
    #expect(replay.status == 0, "\(replay.account)")
    let resumed = try resume(workspace)
    #expect(resumed.status == 0, "\(resumed.account)")
    demand(cut.committed + resumed.committed, in: workspace)
    try demandSameAsWhole(workspace)
  }

  @Test("Killed again and again while it is resumed, a signed run loses nothing and stays signed")
  func killedAgain() throws {
    let workspace = try Workspace()
    var committed: [String] = []
    func note(_ ended: Ended) { committed += ended.committed.filter { $0.split(separator: " ").last?.count == 64 } }
    note(try start(workspace, ["--signed"], killAfter: 20))
    note(try resume(workspace, delay: 0.05))
    note(try resume(workspace, killAfter: 5))
    note(try resume(workspace, delay: 0.2))
    note(try resume(workspace, killAfter: 12))
    let last = try resume(workspace)
    #expect(last.status == 0, "\(last.account)")
    note(last)
    #expect(committed.count >= Self.blocks - 3)
    demand(committed, in: workspace)
    try demandSameAsWhole(workspace, isSigned: true)
    #expect(workspace.text("run/timing.json").contains(#""signed":true"#))
  }

  @Test("Killed at moments that have nothing to do with blocks, it goes on, or there is nothing yet to go on with")
  func killedAnywhere() throws {
    for delay in [0.01, 0.03, 0.06, 0.1, 0.35] {
      let workspace = try Workspace()
      let cut = try start(workspace, delay: delay)
      let resumed = try resume(workspace)
      if cut.committed.isEmpty && resumed.status == 2 { continue }
      #expect(resumed.status == 0, "\(resumed.account)")
      demand(cut.committed.dropLast() + resumed.committed, in: workspace)
      try demandSameAsWhole(workspace)
    }
  }

  @Test("A kill between the removal of the old chain and the renaming of the new one loses nothing")
  func killedInReplacement() throws {
    let workspace = try Workspace()
    try workspace.copy(try Self.whole.get().workspace.file("run"), to: "run")
    try FileManager.default.moveItem(atPath: workspace.file("run/chain"), toPath: workspace.file("run/chain-3"))
    let replay = try PerpBinary.run(["replay", workspace.file("run")])
    #expect(replay.status == 2 && replay.errors.contains("--resume"), "\(replay.account)")
    let resumed = try resume(workspace)
    #expect(resumed.status == 0 && resumed.committed.isEmpty, "\(resumed.account)")
    try demandSameAsWhole(workspace)
  }

  @Test("A resumption that meets another root than its log says ends with 4; a damaged log is refused")
  func differs() throws {
    let workspace = try Workspace()
    try workspace.copy(try Self.whole.get().workspace.file("run"), to: "run")
    var log = try LogFile(folder: workspace.file("run"))
    let record = log.records[30]
    log.bytes[record.offset + LogFile.recordHeader + 1] ^= 1
    log.forge(record)
    try log.write()
    let differs = try PerpBinary.run(["run", "--resume", workspace.file("run"), "--json"])
    #expect(
      differs.status == 4 && (differs.object["problem"] as? String)?.contains("block 31") == true, "\(differs.account)")
    log.bytes[record.offset + 40] ^= 1
    try log.write()
    let damaged = try PerpBinary.run(["run", "--resume", workspace.file("run")])
    #expect(damaged.status == 2 && damaged.errors.contains("record 31"), "\(damaged.account)")
  }

  @Test("What cannot be resumed is refused: no run, another seed, a set, an --out, a run that somebody else is making")
  func refusals() throws {
    let workspace = try Workspace()
    try workspace.copy(try Self.whole.get().workspace.file("run"), to: "run")
    let folder = workspace.file("run")
    for options in [
      ["--resume", workspace.path], ["--resume", workspace.file("nowhere")], ["--resume", folder, "--seed", "3"],
      ["--resume", folder, "--set", "seed=3"], ["--resume", folder, "--out", folder], ["--resume", folder, "s.yaml"],
    ] {
      let ended = try PerpBinary.run(["run"] + options)
      #expect(ended.status == 2 && !ended.errors.isEmpty, "\(ended.account)")
    }
    let descriptor = open(folder, O_RDONLY)
    #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
    let held = try PerpBinary.run(["run", "--resume", folder])
    #expect(held.status == 2 && held.errors.contains("another process is making this run"), "\(held.account)")
    close(descriptor)
    try workspace.write(workspace.text("run/scenario.yaml") + "# changed\n", "run/scenario.yaml")
    #expect(try PerpBinary.run(["run", "--resume", folder]).status == 0)
    let other = workspace.text("run/scenario.yaml").replacingOccurrences(of: "seed: 7", with: "seed: 8")
    try workspace.write(other, "run/scenario.yaml")
    let changed = try PerpBinary.run(["run", "--resume", folder])
    #expect(changed.status == 2 && changed.errors.contains("another run"), "\(changed.account)")
  }
}
