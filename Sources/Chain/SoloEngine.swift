import Canonical
import Quantities
import StateStore
import Storage
import VenueKit

/// One venue's chain in one process: whatever waits becomes a block at each step. One owner calls it.
///
/// A step: read and verify what waits (on all threads) · room's order · begin stage, transactions, end stage · root ·
/// header · block log. After a failed write the engine refuses further steps: resume from the folder.
public final class SoloEngine<V: Venue> {
  public let options: ChainOptions
  public internal(set) var application: Application<V>
  public internal(set) var signaturesVerified = 0
  /// What opening the log cut from its end, if anything.
  public internal(set) var recovered: TornTail?

  var pool = TransactionPool()
  var nonces = NonceBook()
  var pendingEvents: [ChainEvent] = []
  var lastBlockHash: Hash32?
  var lastResultsHash: Hash32 = Receipt.resultsHash(of: [])
  private var log: BlockLog?
  private var blocksSinceSync: UInt64 = 0
  private var isBroken = false
  private var ahead: VerificationJob<V>?
  private let observer: BlockObserver<V>?

  public var venue: V { application.venue }

  /// A chain from its genesis document. With a folder, what its log holds is executed first: see `resume`.
  public convenience init(
    genesis: JSONValue, options: ChainOptions, observer: BlockObserver<V>? = nil
  ) throws(ChainError) {
    let venue: V
    do throws(GenesisError) {
      venue = try V(genesis: genesis, chainID: options.chainID)
    } catch {
      throw .genesis(error)
    }
    try self.init(venue: venue, options: options, observer: observer)
  }

  /// An `observer` wants every event from genesis on, so a chain that has one ignores snapshots when it resumes, but for
  /// those of which its `memory` knows what came before.
  public init(
    venue: V, options: ChainOptions, observer: BlockObserver<V>? = nil, memory: ObserverMemory? = nil
  ) throws(ChainError) {
    guard (1...BlockHeader.chainIDLimit).contains(options.chainID.utf8.count) else {
      throw .invalidChainID(options.chainID)
    }
    self.options = options
    self.observer = observer
    application = Application(venue: venue, options: options)
    if let folder = options.folder { try resume(folder: folder, memory: memory) }
  }

  private func resume(folder: String, memory: ObserverMemory?) throws(ChainError) {
    let opened: BlockLog
    do throws(StorageError) {
      opened = try BlockLog(folder: folder)
    } catch {
      throw .storage(error)
    }
    recovered = opened.recovered
    var replayer = Replayer<V>(application: application, options: options, observer: observer)
    if observer == nil || memory != nil {
      try replayer.startFromSnapshot(folder: folder, notAbove: opened.count) { memory?.knows($0) ?? true }
    }
    memory?.begin(replayer.application.lastBlock.height)
    let report = try replayer.run(folder: folder)
    if let divergence = report.divergence { throw .diverged(divergence) }
    application = replayer.application
    lastBlockHash = replayer.lastBlockHash
    lastResultsHash = replayer.lastResultsHash
    application.executor.recordsEvents = options.recordsEvents
    application.executor.makesWitness = options.makesWitness
    application.executor.keepsChanges = false
    // A chain that never stopped would go on with this block's time, unless a person had used up every millisecond.
    nonces.floor = UInt64(max(0, application.lastBlock.time - 1))
    log = opened
  }

  // MARK: Steps

  public func step(time: Int64) throws(ChainError) -> BlockResult {
    guard !isBroken else { throw .broken }
    guard time > application.lastBlock.time else {
      throw .timeNotIncreasing(last: application.lastBlock.time, given: time)
    }
    let block = BlockContext(
      chainID: options.chainID, height: application.lastBlock.height + 1, time: time, proposer: options.proposer)
    let (waiting, verified, signatures) = takeVerified()
    var rejected: [RejectedTransaction] = []
    let proposal = propose(waiting, verified, block: block, rejected: &rejected)
    startVerifyingAhead()
    var header = header(for: block)
    header.dataHash = BlockHeader.dataHash(of: proposal.bytes, workers: options.threads)
    let execution = application.executeDirectly(proposal.verified, bytes: proposal.bytes, block: block)
    signaturesVerified += signatures
    if options.keepsEvents { collectEvents(execution) }
    let record = LogRecord(
      block: Block(header: header, transactions: proposal.bytes), resultRoot: execution.root,
      resultsHash: execution.resultsHash, witness: execution.witness)
    let isSynced = try append(record)
    lastBlockHash = header.hash
    lastResultsHash = execution.resultsHash
    observer?(
      ObservedBlock(
        block: block, blockHash: header.hash, root: execution.root, bytes: proposal.bytes,
        transactions: proposal.verified, tickets: proposal.tickets, execution: execution, rejected: rejected,
        state: application.store.tables))
    return BlockResult(
      height: block.height, time: time, blockHash: header.hash, root: execution.root, transactions: proposal.bytes,
      receipts: execution.receipts, refusals: execution.refusals, notAdmitted: rejected.map(\.refusal),
      leftOut: proposal.leftOut,
      signaturesVerified: signatures, isSynced: isSynced)
  }

  /// What goes into the next block, verified: from the job that ran ahead, or now.
  private func takeVerified() -> ([PooledTransaction], [VerifiedTransaction<V>], signatures: Int) {
    let data = pool.takeProposerData()
    let dataResults = application.verifier.verify(data)
    let job = ahead ?? startedJob(helpers: options.threads - 1)
    ahead = nil
    let results = job.finish(after: dataResults)
    return (data.isEmpty ? job.transactions : data + job.transactions, results, job.signatures)
  }

  private func startedJob(helpers: Int) -> VerificationJob<V> {
    let job = VerificationJob(application.verifier, pool.take(options.blockLimit))
    job.start(helpers: helpers)
    return job
  }

  private func startVerifyingAhead() {
    guard options.verifiesAhead, pool.count > 0 else { return }
    // One thread executes meanwhile; with two, the other verifies.
    ahead = startedJob(helpers: max(1, options.threads - 1))
  }

  private struct Proposal {
    var bytes: [[UInt8]] = []
    var verified: [VerifiedTransaction<V>] = []
    var tickets: [UInt64] = []
    var leftOut = 0
  }

  /// The room orders what verified; what did not never reaches a block.
  private func propose(
    _ waiting: [PooledTransaction], _ verified: [VerifiedTransaction<V>], block: BlockContext,
    rejected: inout [RejectedTransaction]
  ) -> Proposal {
    var proposal = Proposal()
    var chosen: [PooledTransaction] = []
    var contents: [AuthenticatedTransaction<V.Content>] = []
    let remembers = V.Local.self != NoLocal.self
    chosen.reserveCapacity(waiting.count)
    contents.reserveCapacity(waiting.count)
    for index in waiting.indices {
      guard case .success(let transaction) = verified[index] else {
        if case .failure(let failure) = verified[index] {
          rejected.append(RejectedTransaction(ticket: waiting[index].ticket, refusal: failure.erased))
        }
        continue
      }
      if remembers && !transaction.isProposer {
        do throws(Refusal) {
          try application.admit(transaction)
        } catch {
          rejected.append(RejectedTransaction(ticket: waiting[index].ticket, refusal: error))
          continue
        }
      }
      chosen.append(waiting[index])
      contents.append(transaction)
    }
    let entries = application.propose(chosen, contents, block: block)
    let isUnchanged =
      entries.count == verified.count && entries.indices.allSatisfy { entries[$0].poolIndex == $0 }
    proposal.bytes.reserveCapacity(entries.count)
    proposal.tickets.reserveCapacity(entries.count)
    if isUnchanged { proposal.verified = verified } else { proposal.verified.reserveCapacity(entries.count) }
    for entry in entries {
      proposal.bytes.append(entry.bytes)
      proposal.tickets.append(entry.poolIndex.map { chosen[$0].ticket } ?? 0)
      if isUnchanged { continue }
      if let index = entry.poolIndex {
        proposal.verified.append(.success(contents[index]))
      } else {
        let added = PooledTransaction(entry.bytes, isFromProposer: true)
        proposal.verified.append(application.verifier.verify(added))
      }
    }
    proposal.leftOut = chosen.count - entries.count { $0.poolIndex != nil }
    return proposal
  }

  private func header(for block: BlockContext) -> BlockHeader {
    var header = BlockHeader(
      appVersion: UInt64(V.description.transitionVersion), chainID: options.chainID, height: block.height,
      time: BlockTime(milliseconds: block.time), proposer: block.proposer)
    header.lastBlockHash = lastBlockHash
    header.appHash = application.store.root
    header.lastResultsHash = lastResultsHash
    return header
  }

  /// Writes the block to the log; true when it is on the disk.
  private func append(_ record: LogRecord) throws(ChainError) -> Bool {
    guard let log else { return false }
    do throws(StorageError) {
      // Room for all of it at once: growing would copy the block several times.
      var size = 4_096
      for transaction in record.block.transactions { size += transaction.count + 4 }
      var encoder = CanonicalEncoder(reservingCapacity: size)
      record.encode(into: &encoder)
      try log.append(encoder.bytes)
      blocksSinceSync += 1
      guard options.isDurable || blocksSinceSync >= options.syncEvery else { return false }
      try log.sync()
      blocksSinceSync = 0
      return true
    } catch {
      isBroken = true
      throw .storage(error)
    }
  }

  public func sync() throws(ChainError) {
    guard let log else { return }
    guard !isBroken else { throw .broken }
    do throws(StorageError) {
      try log.sync()
      blocksSinceSync = 0
    } catch {
      isBroken = true
      throw .storage(error)
    }
  }

  public func close() throws(ChainError) {
    guard let log else { return }
    try sync()
    do throws(StorageError) { try log.close() } catch { throw .storage(error) }
    self.log = nil
    isBroken = true
  }

  // MARK: Snapshots

  public func writeSnapshot() throws(ChainError) -> String {
    guard let folder = options.folder else { throw .noFolder }
    try sync()
    let content = application.snapshot(lastBlockHash: lastBlockHash, lastResultsHash: lastResultsHash)
    do throws(StorageError) {
      return try SnapshotFile.write(content, folder: folder)
    } catch {
      throw .storage(error)
    }
  }

  /// What writes a snapshot of the present state whenever, and on whatever thread, it is called. The state's pages are
  /// shared until the chain changes them.
  public func deferredSnapshot() throws(ChainError) -> @Sendable () throws -> String {
    guard let folder = options.folder else { throw .noFolder }
    try sync()
    let application = application
    let lastBlockHash = lastBlockHash
    let lastResultsHash = lastResultsHash
    return {
      try SnapshotFile.write(
        application.snapshot(lastBlockHash: lastBlockHash, lastResultsHash: lastResultsHash), folder: folder)
    }
  }
}

/// What an observer that keeps its own notes says about snapshots.
public struct ObserverMemory {
  /// Whether its notes hold everything until this height, so that the chain may begin there.
  public var knows: (UInt64) -> Bool
  /// The chain begins at this height; zero is genesis. Every later block is observed.
  public var begin: (UInt64) -> Void

  public init(knows: @escaping (UInt64) -> Bool, begin: @escaping (UInt64) -> Void) {
    self.knows = knows
    self.begin = begin
  }
}

extension Application {
  init(venue: V, options: ChainOptions) {
    self.init(
      venue: venue, chainID: options.chainID,
      verifier: SignatureVerifier(
        venue: venue, threads: options.threads, requiresSignatures: options.requiresSignatures),
      executor: BlockExecutor(
        venue: venue, recordsEvents: options.recordsEvents, makesWitness: options.makesWitness,
        workers: max(1, options.threads)))
  }
}
