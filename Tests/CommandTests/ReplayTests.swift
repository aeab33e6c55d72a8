import Foundation
import Testing

/// `perp replay` on sound and on damaged folders.
@Suite struct ReplayTests {
  @Test("A replay of a sound run agrees, signed or not, on any number of threads, and says what it did")
  func sound() throws {
    for made in [try Sample.plain.get(), try Sample.signed.get()] {
      for threads in ["1", "2"] {
        let replay = try PerpBinary.run(["replay", made.folder, "--threads", threads, "--json"])
        #expect(replay.status == 0, "\(replay.account)")
        let venue = try #require((replay.object["venues"] as? [[String: Any]])?.first)
        #expect(venue["blocks"] as? Int == 90 && venue["agrees"] as? Bool == true)
        #expect(made.workspace.text("run/roots.csv").contains(venue["lastRoot"] as? String ?? "?"))
        let verified = venue["signaturesVerified"] as? Int ?? 0
        #expect(made.ended.arguments.contains("--signed") ? verified > 50 : verified == 0)
      }
    }
    let text = try PerpBinary.run(["replay", try Sample.signed.get().folder, "--venue", "book"])
    #expect(text.status == 0 && text.output.contains("last root"), "\(text.account)")
  }

  @Test("One flipped signature bit ends with 4 and names the block, the transaction and a key, decoded")
  func signatureBit() throws {
    let workspace = try Workspace()
    try workspace.copy(try Sample.signed.get().folder, to: "run")
    let flip = Process()
    flip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    flip.arguments = ["python3", "\(PerpBinary.root)/.ci/flip-signature-bit", workspace.file("run"), "book", "40"]
    flip.standardOutput = FileHandle.nullDevice
    try flip.run()
    flip.waitUntilExit()
    try #require(flip.terminationStatus == 0)
    let replay = try PerpBinary.run(["replay", workspace.file("run"), "--json"])
    #expect(replay.status == 4, "\(replay.account)")
    let venue = try #require((replay.object["venues"] as? [[String: Any]])?.first, "\(replay.account)")
    let divergence = try #require(venue["divergence"] as? [String: Any])
    #expect(divergence["height"] as? Int ?? 0 >= 40)
    #expect(divergence["kind"] as? String == "root")
    #expect(divergence["transaction"] as? Int != nil)
    #expect((divergence["transactionHash"] as? String)?.count == 64)
    #expect(divergence["keyDescription"] as? String != nil)
    let text = try PerpBinary.run(["replay", workspace.file("run")])
    #expect(text.errors.contains("first transaction that differs") && text.errors.contains("first key that differs"))
    // A proof of a state that the log does not lead to is refused as well.
    let proof = try PerpBinary.run([
      "state", "prove", workspace.file("run"), "--venue", "book", "--height", "90", "--key", "00",
    ])
    #expect(proof.status == 4, "\(proof.account)")
  }

  @Test("A flipped bit anywhere in a log ends with 4 and never with a crash")
  func flippedBits() throws {
    let workspace = try Workspace()
    try workspace.copy(try Sample.brief.get().folder, to: "run")
    let sound = try LogFile(folder: workspace.file("run"))
    let records = sound.records
    #expect(records.count == 16)
    var offsets = [0, 9, 12, 20, sound.bytes.count - 1]
    for index in [0, 7, 15] {
      let (offset, length) = records[index]
      // Length, number, payload's checksum, header's checksum, version, root, results, then all along the block.
      offsets += [0, 3, 4, 12, 16, 20, 21, 53].map { offset + $0 }
      offsets += [85, 100, 120, 180, 300].filter { $0 < length }.map { offset + $0 }
      offsets += [offset + LogFile.recordHeader + length / 2]
    }
    for offset in offsets {
      var log = sound
      log.bytes[offset] ^= UInt8(1 << (offset % 8))
      try log.write()
      let replay = try PerpBinary.run(["replay", workspace.file("run"), "--threads", "1"])
      #expect(replay.status == 4, "byte \(offset): \(replay.account)")
    }
  }

  @Test("A flipped bit whose record was given right checksums again is found by what executing the block gives")
  func forgedRecords() throws {
    let workspace = try Workspace()
    try workspace.copy(try Sample.brief.get().folder, to: "run")
    let sound = try LogFile(folder: workspace.file("run"))
    let record = sound.records[9]
    let start = record.offset + LogFile.recordHeader
    // Version, root, results, header fields, and bytes of the transactions.
    for place in [0, 1, 40, 65, 73, 81, 90, 96, 104, 112, 116, 120, 160, 200, 240, 420, 500] {
      var log = sound
      log.bytes[start + place] ^= 0x10
      log.forge(record)
      try log.write()
      let replay = try PerpBinary.run(["replay", workspace.file("run"), "--json"])
      #expect(replay.status == 4, "byte \(place) of the record: \(replay.account)")
      #expect(replay.json != nil)
    }
  }

  @Test("Garbage transactions of every length and scheme in a block are executed as refusals and end with 4")
  func garbageTransactions() throws {
    let workspace = try Workspace()
    try workspace.copy(try Sample.brief.get().folder, to: "run")
    let sound = try LogFile(folder: workspace.file("run"))
    var random = SystemRandomNumberGenerator()
    var garbage: [[UInt8]] = [[]]
    for scheme in UInt8(0)...6 {
      for length in Array(0...120) + [500, 5000] {
        garbage.append([scheme] + (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) })
        garbage.append([scheme] + [UInt8](repeating: length % 2 == 0 ? 0 : 0xFF, count: length))
      }
    }
    garbage.append([UInt8](repeating: 1, count: 1 << 20 + 1))
    for block in [0, 9] {
      var log = sound
      log.insert(garbage, into: block)
      try log.write()
      let replay = try PerpBinary.run(["replay", workspace.file("run"), "--json"])
      #expect(replay.status == 4, "\(replay.account)")
      let divergence = ((replay.object["venues"] as? [[String: Any]])?.first)?["divergence"] as? [String: Any]
      #expect(divergence?["kind"] as? String == "dataHash" && divergence?["height"] as? Int == block + 1)
      #expect(divergence?["transaction"] as? Int == 0)
    }
  }

  @Test("A log cut anywhere ends with 4 where the run had come to its end, and fine, with a note, where it had not")
  func truncated() throws {
    let workspace = try Workspace()
    try workspace.copy(try Sample.brief.get().folder, to: "run")
    let sound = try LogFile(folder: workspace.file("run"))
    let last = sound.records[15].offset
    let cuts = [
      0, 1, 23, 24, 25, 43, 44, 200, sound.records[5].offset, sound.records[6].offset + 30, last, last + 1,
      last + 21, sound.bytes.count - 1,
    ]
    for cut in cuts {
      var log = sound
      log.bytes.removeLast(log.bytes.count - cut)
      try log.write()
      let replay = try PerpBinary.run(["replay", workspace.file("run")])
      #expect(
        replay.status == 4 && replay.errors.contains("whole blocks, the run made 16"), "\(cut): \(replay.account)")
    }
    // The same as a run that was killed: its manifest knows no end yet.
    let manifest = workspace.text("run/manifest.json").replacingOccurrences(of: #""height":16"#, with: #""height":0"#)
    try workspace.write(manifest, "run/manifest.json")
    for cut in cuts {
      var log = sound
      log.bytes.removeLast(log.bytes.count - cut)
      try log.write()
      let replay = try PerpBinary.run(["replay", workspace.file("run"), "--json"])
      #expect(replay.status == 0 && replay.json != nil, "\(cut): \(replay.account)")
      let isWhole = [0, 24, sound.records[5].offset, last].contains(cut)
      #expect(isWhole || replay.errors.contains("an append that never finished"), "\(cut): \(replay.account)")
    }
  }

  @Test("A log of garbage, of nothing but zeros, or one that is gone is refused, and so are folders that are no runs")
  func wrongFolders() throws {
    let workspace = try Workspace()
    try workspace.copy(try Sample.brief.get().folder, to: "run")
    var log = try LogFile(folder: workspace.file("run"))
    let sound = log
    log.bytes = [UInt8](repeating: 0, count: 5000)
    try log.write()
    #expect(try PerpBinary.run(["replay", workspace.file("run")]).status == 4)
    log.bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 197 &+ 31) }
    try log.write()
    #expect(try PerpBinary.run(["replay", workspace.file("run")]).status == 4)
    // Bytes behind the last record are an append that never finished; a second copy of a record is damage.
    log.bytes = sound.bytes + [1, 2, 3]
    try log.write()
    #expect(try PerpBinary.run(["replay", workspace.file("run")]).status == 0)
    try FileManager.default.removeItem(atPath: log.path)
    let empty = try PerpBinary.run(["replay", workspace.file("run")])
    #expect(empty.status == 4 && empty.errors.contains("holds 0 whole blocks"), "\(empty.account)")
    try FileManager.default.removeItem(atPath: workspace.file("run/chain"))
    let gone = try PerpBinary.run(["replay", workspace.file("run"), "--json"])
    #expect(gone.status == 2 && gone.object["exitStatus"] as? Int == 2, "\(gone.account)")
    for folder in [workspace.path, workspace.file("nowhere"), "/dev/null"] {
      let replay = try PerpBinary.run(["replay", folder])
      #expect(replay.status == 2 && !replay.errors.isEmpty, "\(replay.account)")
    }
    let venue = try PerpBinary.run(["replay", try Sample.brief.get().folder, "--venue", "boook"])
    #expect(venue.status == 2 && venue.errors.contains("it has book"), "\(venue.account)")
  }

  @Test("A folder whose manifest, scenario or preset was changed is refused or told as a difference")
  func changedFolder() throws {
    let workspace = try Workspace()
    let sound = try Sample.brief.get().folder
    try workspace.copy(sound, to: "run")
    try workspace.write("{", "run/manifest.json")
    #expect(try PerpBinary.run(["replay", workspace.file("run")]).status == 2)
    try workspace.copy(sound, to: "run")
    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: workspace.file("run/inputs")).first)
    var preset = workspace.bytes("run/inputs/\(name)")
    preset[preset.count / 2] ^= 1
    try workspace.write(preset, "run/inputs/\(name)")
    let changed = try PerpBinary.run(["replay", workspace.file("run")])
    #expect(changed.status == 2 && changed.errors.contains("SHA-256"), "\(changed.account)")
    try workspace.copy(sound, to: "run")
    let manifest = workspace.text("run/manifest.json")
    let root = try #require(manifest.firstRange(of: #/"root":"[0-9a-f]/#))
    try workspace.write(manifest.replacingCharacters(in: root, with: #""root":"z"#), "run/manifest.json")
    #expect(try PerpBinary.run(["replay", workspace.file("run")]).status == 4)
  }
}
