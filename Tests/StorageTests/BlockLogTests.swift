import Canonical
import Foundation
import Testing

@testable import Storage

/// A folder of its own for each test, gone afterwards.
final class TemporaryFolder {
  let path: String

  init() {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("storage-\(UUID().uuidString)").path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")))
  }

  func write(_ bytes: [UInt8], _ name: String) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
  }
}

func payload(_ number: Int) -> [UInt8] { (0..<(number * 7 % 40)).map { UInt8(truncatingIfNeeded: $0 * number + 3) } }

func readAll(_ folder: String) throws -> (records: [[UInt8]], torn: TornTail?) {
  var reader = try BlockLogReader(folder: folder)
  var records: [[UInt8]] = []
  while let record = try reader.next() { records.append(record.payload) }
  return (records, reader.tornTail)
}

@Suite struct BlockLogTests {
  let folder = TemporaryFolder()
  let first = "blocks-00000000000000000001.log"

  func make(_ count: Int, segmentSize: UInt64 = 1 << 20) throws {
    let log = try BlockLog(folder: folder.path, options: BlockLogOptions(segmentSize: segmentSize))
    for number in 1...count { #expect(try log.append(payload(number)) == UInt64(number)) }
    try log.close()
  }

  /// What was appended is read back, over segments, and appending goes on after opening again.
  @Test func recordsComeBack() throws {
    try make(30, segmentSize: 200)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count > 5)
    let again = try BlockLog(folder: folder.path, options: BlockLogOptions(segmentSize: 200))
    #expect(again.count == 30 && again.recovered == nil)
    try again.append(payload(31))
    try again.close()
    let read = try readAll(folder.path)
    #expect(read.records == (1...31).map { payload($0) } && read.torn == nil)
  }

  /// A log cut at any byte keeps every whole record before the cut, says what it cut, and goes on.
  @Test func everyCutKeepsWholeRecords() throws {
    try make(4)
    let whole = try folder.bytes(first)
    var ends = [24]
    for number in 1...4 { ends.append(ends[number - 1] + 20 + payload(number).count) }
    for cut in 0..<whole.count {
      let copy = TemporaryFolder()
      try copy.write(Array(whole[0..<cut]), first)
      let log = try BlockLog(folder: copy.path)
      let kept = ends.last { $0 <= cut }.map { ends.firstIndex(of: $0) ?? 0 } ?? 0
      #expect(log.count == UInt64(kept))
      #expect((log.recovered == nil) == (ends.contains(cut)), "cut at \(cut)")
      try log.append([1, 2, 3])
      try log.close()
      #expect(try readAll(copy.path).records == (0..<kept).map { payload($0 + 1) } + [[1, 2, 3]])
    }
  }

  /// A flipped bit anywhere is an error that names the record, or a cut tail; never another record.
  @Test func everyFlippedBitIsSeen() throws {
    try make(3)
    let whole = try folder.bytes(first)
    let lastStart = whole.count - 20 - payload(3).count
    for position in whole.indices {
      let copy = TemporaryFolder()
      var damaged = whole
      damaged[position] ^= UInt8(1 << (position % 8))
      try copy.write(damaged, first)
      do {
        let log = try BlockLog(folder: copy.path)
        #expect(position >= lastStart && log.count == 2, "byte \(position) went unseen")
        #expect(log.recovered?.record == 3)
      } catch {
        #expect(position < lastStart)
        switch error {
        case .corruptRecord(_, _, let record, _): #expect(record >= 1 && record <= 2)
        case .corruptSegment: #expect(position < 24)
        default: Issue.record("\(error)")
        }
      }
    }
  }

  /// A torn tail of zeros, as a file system may leave, is cut.
  @Test func zerosBehindTheEndAreCut() throws {
    try make(2)
    try folder.write(try folder.bytes(first) + [UInt8](repeating: 0, count: 100_000), first)
    let log = try BlockLog(folder: folder.path)
    #expect(log.count == 2 && log.recovered?.bytes == 100_000)
  }

  /// Damage in a segment that others follow is corruption, not a tail; so is a missing segment.
  @Test func damageBeforeTheEndIsAnError() throws {
    try make(30, segmentSize: 200)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".log") }
      .sorted()
    let bytes = try folder.bytes(names[1])
    try folder.write(Array(bytes.dropLast()), names[1])
    #expect(throws: StorageError.self) { try BlockLog(folder: folder.path) }
    try FileManager.default.removeItem(atPath: "\(folder.path)/\(names[1])")
    #expect(throws: StorageError.self) { try BlockLog(folder: folder.path) }
  }

  /// Garbage of any kind is no log and does not crash.
  @Test func garbageIsRefused() throws {
    for size in [0, 1, 23, 24, 25, 300] {
      let copy = TemporaryFolder()
      try copy.write((0..<size).map { UInt8(truncatingIfNeeded: $0 * 37) }, first)
      _ = try? BlockLog(folder: copy.path)
    }
  }

  /// Only one writer has a folder; a record above the limit is refused and the log goes on.
  @Test func lockAndLimit() throws {
    let log = try BlockLog(folder: folder.path, options: BlockLogOptions(recordLimit: 10))
    #expect(throws: StorageError.locked(folder: folder.path)) { try BlockLog(folder: folder.path) }
    #expect(throws: StorageError.recordTooLong(bytes: 11, limit: 10)) {
      try log.append([UInt8](repeating: 1, count: 11))
    }
    #expect(try log.append([1]) == 1)
  }

  /// Rolling back forgets exactly the records after the given one, over segments too.
  @Test func truncation() throws {
    for kept in [0, 1, 9, 17, 30] {
      let copy = TemporaryFolder()
      let log = try BlockLog(folder: copy.path, options: BlockLogOptions(segmentSize: 200))
      for number in 1...30 { try log.append(payload(number)) }
      try log.truncate(after: UInt64(kept))
      try log.append([9])
      try log.close()
      #expect(try readAll(copy.path).records == (0..<kept).map { payload($0 + 1) } + [[9]])
    }
  }
}

@Suite struct SnapshotFileTests {
  let folder = TemporaryFolder()
  let content = SnapshotContent(
    height: 7, time: -5, chainID: "perp-1", root: Hash32(word0: 1, word1: 2, word2: 3, word3: 4), metadata: [1, 2],
    records: (0..<20).map { SnapshotRecord(key: [1, UInt8($0)], value: payload($0)) })

  /// What is written is read back, and is found by its height.
  @Test func comesBack() throws {
    try SnapshotFile.write(content, folder: folder.path)
    #expect(SnapshotFile.heights(in: folder.path) == [7])
    #expect(try SnapshotFile.read(folder: folder.path, height: 7) == content)
  }

  /// A flipped bit or a cut anywhere is a typed error.
  @Test func damageIsSeen() throws {
    try SnapshotFile.write(content, folder: folder.path)
    let name = "snapshot-00000000000000000007.snap"
    let whole = try folder.bytes(name)
    for position in stride(from: 0, to: whole.count, by: 3) {
      var damaged = whole
      damaged[position] ^= 0x10
      try folder.write(damaged, name)
      #expect(throws: StorageError.self) { try SnapshotFile.read(folder: folder.path, height: 7) }
      try folder.write(Array(whole[0..<position]), name)
      #expect(throws: StorageError.self) { try SnapshotFile.read(folder: folder.path, height: 7) }
    }
  }
}
