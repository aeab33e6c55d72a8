import Canonical
import StateStore
import Storage
import VenueKit

/// What a replay saw.
public struct ReplayReport: Sendable, Equatable {
  /// Blocks executed and found equal.
  public var blocks: UInt64 = 0
  public var transactions: UInt64 = 0
  public var signaturesVerified: UInt64 = 0
  public var lastHeight: UInt64 = 0
  public var lastTime: Int64 = 0
  public var lastRoot: Hash32 = .zero
  /// The first thing that differs; nil when the log leads where it says.
  public var divergence: Divergence?
  /// An append at the log's end that never finished: not a divergence, nothing in it was reported as committed.
  public var tornTail: TornTail?
}

/// Executes a block log anew and compares every commitment: parent hash, data hash, results, root.
public struct Replayer<V: Venue> {
  public private(set) var application: Application<V>
  public private(set) var lastBlockHash: Hash32?
  public private(set) var lastResultsHash = Receipt.resultsHash(of: [])
  private var report = ReplayReport()
  private var skippedRecords: UInt64 = 0
  private let observer: BlockObserver<V>?

  /// An `observer` sees every block that was executed and found equal, with its events.
  public init(
    genesis: JSONValue, options: ChainOptions, observer: BlockObserver<V>? = nil
  ) throws(ChainError) {
    let venue: V
    do throws(GenesisError) {
      venue = try V(genesis: genesis, chainID: options.chainID)
    } catch {
      throw .genesis(error)
    }
    self.init(application: Application(venue: venue, options: options), options: options, observer: observer)
  }

  init(application: Application<V>, options: ChainOptions, observer: BlockObserver<V>? = nil) {
    self.application = application
    self.observer = observer
    self.application.executor.recordsEvents = observer != nil
    self.application.executor.makesWitness = true
    self.application.executor.keepsChanges = true
    report.lastRoot = application.store.root
  }

  /// Begins from the newest whole snapshot in the folder that is not above `limit` and that the log confirms; without one
  /// the replay begins at genesis. Other snapshots are passed over: the log is the truth.
  mutating func startFromSnapshot(
    folder: String, notAbove limit: UInt64, where isAccepted: (UInt64) -> Bool = { _ in true }
  ) throws(ChainError) {
    for height in SnapshotFile.heights(in: folder).reversed()
    where height <= limit && height > 0 && isAccepted(height) {
      guard let content = try? SnapshotFile.read(folder: folder, height: height),
        content.chainID == application.chainID,
        let resumption = try? Resumption(canonicalBytes: content.metadata),
        let record = try loggedRecord(height, folder: folder), record.resultRoot == content.root,
        record.block.header.hash == resumption.lastBlockHash, record.resultsHash == resumption.lastResultsHash,
        (try? application.restore(content, proposer: resumption.proposer)) != nil
      else { continue }
      lastBlockHash = resumption.lastBlockHash
      lastResultsHash = resumption.lastResultsHash
      skippedRecords = height
      report.lastHeight = height
      report.lastTime = content.time
      report.lastRoot = content.root
      return
    }
  }

  private func loggedRecord(_ number: UInt64, folder: String) throws(ChainError) -> LogRecord? {
    do throws(StorageError) {
      var reader = try BlockLogReader(folder: folder)
      try reader.skip(number - 1)
      return try reader.next().flatMap { try? LogRecord(canonicalBytes: $0.payload) }
    } catch {
      throw .storage(error)
    }
  }

  /// Replays the folder's log to its end, its first divergence, or block `last`. Holds one block in memory.
  public mutating func run(
    folder: String, through last: UInt64 = .max, onBlock: ((UInt64, Hash32) -> Void)? = nil
  ) throws(ChainError) -> ReplayReport {
    do throws(StorageError) {
      var reader = try BlockLogReader(folder: folder, handsOutDamaged: true)
      try reader.skip(skippedRecords)
      while report.divergence == nil && application.lastBlock.height < last {
        guard let record = try reader.next() else { break }
        check(record)
        if report.divergence == nil { onBlock?(report.lastHeight, report.lastRoot) }
      }
      report.tornTail = reader.tornTail
    } catch .corruptRecord(let segment, let offset, let record, let problem) {
      report.divergence = Divergence(
        kind: .recordDamaged, height: record, expected: "a whole record",
        found: "\(problem) (\(segment), offset \(offset))")
    } catch {
      throw .storage(error)
    }
    return report
  }

  private mutating func check(_ logged: LoggedRecord) {
    let record: LogRecord
    do throws(CanonicalError) {
      record = try LogRecord(canonicalBytes: logged.payload)
    } catch {
      report.divergence = Divergence(
        kind: .recordDamaged, height: logged.number, expected: "a block",
        found: "\(error) (\(logged.segment), offset \(logged.offset))")
      return
    }
    var divergence = headerDivergence(record.block)
    let (verified, execution) = execute(record.block)
    divergence = divergence ?? resultDivergence(record, execution)
    if divergence == nil && !logged.checksumHolds {
      divergence = Divergence(
        kind: .recordDamaged, height: logged.number, expected: "the record's checksum",
        found: "another (\(logged.segment), offset \(logged.offset))")
    }
    if var divergence {
      locate(&divergence, record, execution)
      report.divergence = divergence
      return
    }
    lastBlockHash = record.block.header.hash
    lastResultsHash = execution.resultsHash
    report.blocks += 1
    report.transactions += UInt64(record.block.transactions.count)
    report.lastHeight = application.lastBlock.height
    report.lastTime = application.lastBlock.time
    report.lastRoot = execution.root
    observer?(
      ObservedBlock(
        block: application.lastBlock, blockHash: record.block.header.hash, root: execution.root,
        bytes: record.block.transactions, transactions: verified,
        tickets: Array(repeating: 0, count: verified.count), execution: execution, rejected: [],
        state: application.store.tables))
  }

  /// The header as it must be; whatever the engine of the log has no use for (validators, commits) is nil there.
  private func headerDivergence(_ block: Block) -> Divergence? {
    let header = block.header
    let height = application.lastBlock.height + 1
    func differ(_ kind: Divergence.Kind, _ expected: String, _ found: String) -> Divergence {
      Divergence(kind: kind, height: height, expected: expected, found: found)
    }
    func text(_ hash: Hash32?) -> String { hash?.hex ?? "none" }
    if header.height != height { return differ(.height, "\(height)", "\(header.height)") }
    if header.chainID.utf8.elementsEqual(application.chainID.utf8) == false {
      return differ(.chainID, application.chainID, header.chainID)
    }
    if header.appVersion != application.info.appVersion {
      return differ(.appVersion, "\(application.info.appVersion)", "\(header.appVersion)")
    }
    if header.lastBlockHash != lastBlockHash {
      return differ(.parentHash, text(lastBlockHash), text(header.lastBlockHash))
    }
    let dataHash = BlockHeader.dataHash(of: block.transactions)
    if header.dataHash != dataHash { return differ(.dataHash, text(header.dataHash), text(dataHash)) }
    if header.appHash != application.store.root {
      return differ(.appHash, text(application.store.root), text(header.appHash))
    }
    if header.lastResultsHash != lastResultsHash {
      return differ(.lastResultsHash, text(lastResultsHash), text(header.lastResultsHash))
    }
    guard let time = header.time.milliseconds, time > application.lastBlock.time else {
      return differ(.time, "after \(application.lastBlock.time) ms", "\(header.time.seconds) s")
    }
    guard header == expectedHeader(header, time: time) else {
      return differ(.header, "the fields of a block of one's own", "others")
    }
    return nil
  }

  /// Everything that was not compared one by one must be as the solo engine writes it.
  private func expectedHeader(_ header: BlockHeader, time: Int64) -> BlockHeader {
    var expected = BlockHeader(
      appVersion: header.appVersion, chainID: header.chainID, height: header.height,
      time: BlockTime(milliseconds: time), proposer: header.proposer)
    expected.lastBlockHash = header.lastBlockHash
    expected.dataHash = header.dataHash
    expected.appHash = header.appHash
    expected.lastResultsHash = header.lastResultsHash
    return expected
  }

  /// Executes the block as it stands, whatever its header says: a divergence is located by what comes out.
  private mutating func execute(_ block: Block) -> ([VerifiedTransaction<V>], Execution<V>) {
    let context = BlockContext(
      chainID: application.chainID, height: application.lastBlock.height + 1,
      time: block.header.time.milliseconds ?? application.lastBlock.time, proposer: block.header.proposer)
    let job = VerificationJob(
      application.verifier, block.transactions.map { PooledTransaction($0, isFromProposer: true) })
    job.start(helpers: application.verifier.threads - 1)
    let verified = job.finish()
    report.signaturesVerified += UInt64(job.signatures)
    return (verified, application.executeDirectly(verified, bytes: block.transactions, block: context))
  }

  private func resultDivergence(_ record: LogRecord, _ execution: Execution<V>) -> Divergence? {
    let height = record.block.header.height
    if execution.root != record.resultRoot {
      return Divergence(
        kind: .root, height: height, expected: record.resultRoot.hex, found: execution.root.hex)
    }
    if execution.resultsHash != record.resultsHash {
      return Divergence(
        kind: .results, height: height, expected: record.resultsHash.hex, found: execution.resultsHash.hex)
    }
    return nil
  }

  /// Names the first transaction and the first key that differ from the writer's witness, where the log has one.
  private func locate(_ divergence: inout Divergence, _ record: LogRecord, _ execution: Execution<V>) {
    guard let written = record.witness, let made = execution.witness else { return }
    let transactions = record.block.transactions
    if let index = Self.firstDifference(written.steps, made.steps) {
      divergence.transactionIndex = index
      divergence.transactionHash = index < transactions.count ? transactionHash(transactions[index]) : nil
    }
    divergence.key = firstDifferingKey(written: written.changes, made: made.changes, keys: execution.changes ?? [])
    divergence.keyDescription = divergence.key.map { application.store.describe(key: $0) ?? Hex.encode($0) }
  }

  /// The least key that we changed in another way than the writer, or that only the writer changed and that the state
  /// holds. The log has digests of keys: one that only the writer made cannot be named.
  private func firstDifferingKey(
    written: [Witness.Change], made: [Witness.Change], keys: [StateChange]
  ) -> [UInt8]? {
    let theirs = Dictionary(written.map { ($0.key, $0.value) }) { first, _ in first }
    let ours = Set(made.map(\.key))
    let changed = made.firstIndex { theirs[$0.key] != $0.value }.map { keys[$0].key }
    let onlyTheirs = Set(written.lazy.map(\.key).filter { !ours.contains($0) })
    if onlyTheirs.isEmpty { return changed }
    let left = application.store.exportRecords().first { onlyTheirs.contains(StepDigest.of($0.key)) }?.key
    guard let changed, let left else { return changed ?? left }
    return changed.lexicographicallyPrecedes(left) ? changed : left
  }

  private static func firstDifference<Element: Equatable>(_ left: [Element], _ right: [Element]) -> Int? {
    for index in 0..<min(left.count, right.count) where left[index] != right[index] { return index }
    return left.count == right.count ? nil : min(left.count, right.count)
  }
}
