import Canonical
import Foundation
import StateStore
import Storage
import Testing
import TestVenues
import VenueKit

@testable import Chain

@Suite struct ReplayTests {
  typealias Book = KindsFirstBook

  /// A log of `blocks` blocks; its roots by height.
  func record(_ folder: TemporaryFolder, blocks: Int, signed: Bool = false) throws -> [Hash32] {
    let engine = try SoloEngine<Book>(genesis: genesis, options: options(folder, signed: signed))
    let roots = try engine.drive(blocks: blocks, signed: signed)
    try engine.close()
    return roots
  }

  func replay(_ folder: TemporaryFolder, signed: Bool = false) throws -> ReplayReport {
    var replayer = try Replayer<Book>(genesis: genesis, options: options(folder, threads: 2, signed: signed))
    return try replayer.run(folder: folder.path)
  }

  /// Writes the log anew with one record changed and all checksums right.
  func forge(_ folder: TemporaryFolder, record number: UInt64, _ change: (inout LogRecord) -> Void) throws {
    var records: [[UInt8]] = []
    var reader = try BlockLogReader(folder: folder.path)
    while let logged = try reader.next() {
      var record = try LogRecord(canonicalBytes: logged.payload)
      if logged.number == number { change(&record) }
      records.append(record.canonicalBytes)
    }
    try FileManager.default.removeItem(atPath: folder.path)
    let log = try BlockLog(folder: folder.path)
    for record in records { try log.append(record) }
    try log.close()
  }

  /// An honest log is confirmed to its last root, every signature checked.
  @Test func honestLogIsConfirmed() throws {
    let folder = TemporaryFolder()
    let roots = try record(folder, blocks: 6, signed: true)
    let report = try replay(folder, signed: true)
    #expect(report.divergence == nil && report.blocks == 6 && report.lastRoot == roots.last)
    #expect(report.signaturesVerified == 72)
    // Through the erased factory, up to a height.
    let partial = try VenueFactory.of(Book.self).replay(genesis, options(folder, signed: true), 3, nil)
    #expect(partial.lastHeight == 3 && partial.lastRoot == roots[2])
  }

  /// One flipped bit of a signature, checksums mended, names block, transaction and key.
  @Test func flippedSignatureIsNamed() throws {
    let folder = TemporaryFolder()
    _ = try record(folder, blocks: 5, signed: true)
    var hash: Hash32?
    var place = 0
    try forge(folder, record: 3) { record in
      // A transaction that succeeded, so that its effect differs; its signature ends the bytes.
      place = record.block.transactions.count - 1
      let count = record.block.transactions[place].count
      record.block.transactions[place][count - 20] ^= 4
      hash = transactionHash(record.block.transactions[place])
    }
    let divergence = try #require(try replay(folder, signed: true).divergence)
    #expect(divergence.kind == .dataHash && divergence.height == 3)
    #expect(divergence.transactionIndex == place && divergence.transactionHash == hash)
    #expect(divergence.keyDescription != nil)
  }

  /// The same flip with checksums left alone is found too, in the last block as well.
  @Test(arguments: [0.3, 0.6, 0.97]) func flippedBitOfTheFileIsFound(share: Double) throws {
    let folder = TemporaryFolder()
    _ = try record(folder, blocks: 5, signed: true)
    var bytes = try folder.log()
    bytes[Int(Double(bytes.count) * share)] ^= 1
    try folder.writeLog(bytes)
    #expect(try replay(folder, signed: true).divergence != nil)
  }

  /// Another root, receipt digest or header in the log is named for what it is.
  @Test func forgedFieldsAreNamed() throws {
    let forgeries: [(Divergence.Kind, (inout LogRecord) -> Void)] = [
      (.root, { $0.resultRoot.word3 ^= 1 }),
      (.results, { $0.resultsHash.word3 ^= 1 }),
      (.appHash, { $0.block.header.appHash = .zero }),
      (.parentHash, { $0.block.header.lastBlockHash = nil }),
      (.lastResultsHash, { $0.block.header.lastResultsHash = .zero }),
      (.dataHash, { $0.block.transactions.removeLast() }),
      (.height, { $0.block.header.height += 1 }),
      (.chainID, { $0.block.header.chainID = "other" }),
      (.time, { $0.block.header.time = BlockTime(milliseconds: 1) }),
      (.header, { $0.block.header.validatorsHash = .zero }),
      (.appVersion, { $0.block.header.appVersion += 1 }),
    ]
    for (kind, change) in forgeries {
      let folder = TemporaryFolder()
      _ = try record(folder, blocks: 3)
      try forge(folder, record: 2, change)
      let report = try replay(folder)
      #expect(report.divergence?.kind == kind && report.divergence?.height == 2 && report.blocks == 1)
    }
  }

  /// A writer whose execution went wrong is caught at the key where it did.
  @Test func wrongExecutionIsLocated() throws {
    let folder = TemporaryFolder()
    _ = try record(folder, blocks: 3)
    var key: UInt64 = 0
    try forge(folder, record: 2) { record in
      record.resultRoot.word0 ^= 1
      let middle = (record.witness?.changes.count ?? 0) / 2
      record.witness?.changes[middle].value ^= 1
      key = record.witness?.changes[middle].key ?? 0
      record.witness?.steps[2].effect ^= 1
    }
    let divergence = try #require(try replay(folder).divergence)
    #expect(divergence.kind == .root && divergence.transactionIndex == 2)
    #expect(divergence.key.map { StepDigest.of($0) } == key)
  }
}

@Suite struct ResumeTests {
  typealias Book = KindsFirstBook

  /// A chain stopped and resumed goes on as if it had never stopped.
  @Test func resumedEqualsUninterrupted() throws {
    let whole = try SoloEngine<Book>(genesis: genesis, options: options())
    _ = try whole.drive(blocks: 4)
    let expected = try whole.drive(blocks: 3, fromTime: 100_000)
    for snapshot in [false, true] {
      let folder = TemporaryFolder()
      let writer = try SoloEngine<Book>(genesis: genesis, options: options(folder))
      _ = try writer.drive(blocks: 4)
      if snapshot { _ = try writer.writeSnapshot() }
      try writer.close()
      let resumed = try SoloEngine<Book>(genesis: genesis, options: options(folder))
      #expect(try resumed.drive(blocks: 3, fromTime: 100_000) == expected)
      try resumed.close()
    }
  }

  /// A log cut at any byte of its last two records resumes at the last whole block and steps on.
  @Test func everyCutResumes() throws {
    let folder = TemporaryFolder()
    var plain = options(folder)
    plain.makesWitness = false
    let engine = try SoloEngine<Book>(genesis: genesis, options: plain)
    try engine.fund()
    var roots = [engine.root]
    for height in 1...4 {
      try engine.submit(.transfer(asset: 0, amount: 5, to: people[1].address), by: 0, nonce: UInt64(height))
      roots.append(try engine.step(time: Int64(height)).root)
    }
    try engine.close()
    let whole = try folder.log()
    var starts: [Int] = []
    var reader = try BlockLogReader(folder: folder.path)
    while let record = try reader.next() { starts.append(Int(record.offset)) }
    starts.append(whole.count)
    for cut in starts[2]...whole.count {
      let copy = TemporaryFolder()
      try copy.writeLog(Array(whole[0..<cut]))
      let resumed = try SoloEngine<Book>(genesis: genesis, options: options(copy))
      let height = starts.count { $0 <= cut } - 1
      #expect(resumed.height == UInt64(height) && resumed.root == roots[height])
      if cut % 10 == 0 {
        _ = try resumed.step(time: 100)
        #expect(resumed.height == UInt64(height) + 1)
      }
      try resumed.close()
    }
  }

  /// A flipped bit anywhere is a typed error or a cut tail; never a crash, never a wrong root.
  @Test func everyFlippedBitIsSafe() throws {
    let folder = TemporaryFolder()
    let engine = try SoloEngine<Book>(genesis: genesis, options: options(folder))
    var roots = [engine.root]
    for height in 1...3 {
      try engine.propose(.deposit(asset: 0, amount: 5, to: people[height].address))
      roots.append(try engine.step(time: Int64(height)).root)
    }
    try engine.close()
    let whole = try folder.log()
    for position in stride(from: 0, to: whole.count, by: 3) {
      let copy = TemporaryFolder()
      var damaged = whole
      damaged[position] ^= UInt8(1 << (position % 8))
      try copy.writeLog(damaged)
      do throws(ChainError) {
        let resumed = try SoloEngine<Book>(genesis: genesis, options: options(copy))
        #expect(resumed.height == 2 && resumed.root == roots[2], "byte \(position)")
      } catch {
        guard case .storage = error else {
          Issue.record("\(error)")
          continue
        }
      }
    }
  }

  /// A damaged snapshot is passed over; another genesis does not pass for this chain's.
  @Test func damagedSnapshotsAndForeignGenesis() throws {
    let folder = TemporaryFolder()
    let engine = try SoloEngine<Book>(genesis: genesis, options: options(folder))
    let roots = try engine.drive(blocks: 3)
    let path = try engine.writeSnapshot()
    try engine.close()
    var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    bytes[bytes.count / 2] ^= 1
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let resumed = try SoloEngine<Book>(genesis: genesis, options: options(folder))
    #expect(resumed.root == roots.last)
    try resumed.close()
    #expect(throws: ChainError.self) { try SoloEngine<Book>(genesis: ["fee": 2], options: options(folder)) }
  }

  /// A snapshot of a history that was rolled back is removed with it, and one that the log does not confirm is not used.
  @Test func rollbackForgetsSnapshots() throws {
    let folder = TemporaryFolder()
    let engine = try SoloEngine<Book>(genesis: genesis, options: options(folder))
    let roots = try engine.drive(blocks: 3)
    let path = try engine.writeSnapshot()
    let stale = try Data(contentsOf: URL(fileURLWithPath: path))
    try engine.close()
    try ChainFolder.rollback(folder.path, to: 2)
    #expect(try ChainFolder.height(of: folder.path) == 2 && SnapshotFile.heights(in: folder.path).isEmpty)
    let again = try SoloEngine<Book>(genesis: genesis, options: options(folder))
    #expect(again.root == roots[1])
    try again.propose(.deposit(asset: 0, amount: 77, to: people[0].address))
    let root = try again.step(time: 50_000).root
    try again.close()
    try stale.write(to: URL(fileURLWithPath: path))
    let last = try SoloEngine<Book>(genesis: genesis, options: options(folder))
    #expect(last.root == root && root != roots[2])
  }

  /// The pool is bounded by number and by length, and time only increases.
  @Test func limitsHold() throws {
    var small = options()
    small.poolLimit = 2
    let engine = try SoloEngine<Book>(genesis: genesis, options: small)
    try engine.submit(raw: [1])
    try engine.submit(raw: [2])
    #expect(throws: ChainError.poolFull(limit: 2)) { try engine.submit(raw: [3]) }
    _ = try engine.step(time: 5)
    #expect(throws: ChainError.timeNotIncreasing(last: 5, given: 5)) { try engine.step(time: 5) }
    #expect(throws: ChainError.self) { try engine.submit(raw: [UInt8](repeating: 1, count: (1 << 20) + 1)) }
    small.chainID = ""
    #expect(throws: ChainError.invalidChainID("")) { try SoloEngine<Book>(genesis: genesis, options: small) }
    small.chainID = "x"
    #expect(throws: ChainError.self) { try SoloEngine<Book>(genesis: ["feee": 1], options: small) }
  }
}
