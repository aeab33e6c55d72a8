import Canonical
import Quantities
import StateStore
import VenueKit

/// What the application tells about its last commit.
public struct ApplicationInfo: Sendable, Equatable {
  public var chainID: String
  public var appVersion: UInt64
  public var height: UInt64
  public var appHash: Hash32
  /// Unix milliseconds; 0 before the first block.
  public var time: Int64
}

/// The answer to a state query under the last commit.
public struct StateAnswer: Sendable, Equatable {
  public var key: [UInt8]
  /// Nil when there is no record.
  public var value: [UInt8]?
  /// ICS23 `CommitmentProof` bytes, where asked for.
  public var proof: [UInt8]?
  public var height: UInt64
  public var root: Hash32
}

public enum ProposalVerdict: Sendable, Equatable {
  case accept
  case reject(Refusal)
}

/// A venue as the state machine of ABCI 2.0, without the socket. One owner calls it; a copy is a fork of everything.
///
/// Candidates made from proposals are kept apart by block hash and never seen by queries; `finalizeBlock` takes the
/// matching one or executes anew, `commit` makes it the committed state and drops the others.
public struct Application<V: Venue>: Sendable {
  public let venue: V
  public let chainID: String
  public let verifier: SignatureVerifier<V>
  public var executor: BlockExecutor<V>
  /// The committed state.
  public internal(set) var store: StateStore<V.State>
  public internal(set) var local: V.Local
  /// The block of the last commit; height 0 and time 0 for genesis.
  public internal(set) var lastBlock: BlockContext
  private var checkStore: StateStore<V.State>?
  private var candidates: [Candidate] = []
  private var decided: Candidate?

  /// Most candidates kept at once: a round has one, so more come only from proposers who keep failing.
  static var candidateLimit: Int { 8 }

  struct Candidate: Sendable {
    var hash: Hash32?
    var block: BlockContext
    var bytes: [[UInt8]]
    var transactions: [AuthenticatedTransaction<V.Content>]
    var store: StateStore<V.State>
    var execution: Execution<V>
  }

  /// InitChain: the state of the genesis document.
  public init(
    venue: V, chainID: String, verifier: SignatureVerifier<V>, executor: BlockExecutor<V>
  ) {
    self.venue = venue
    self.chainID = chainID
    self.verifier = verifier
    self.executor = executor
    store = StateStore(tables: venue.genesisState(), prefix: V.description.keyPrefix)
    store.commit(workers: executor.workers)
    local = venue.makeLocal()
    lastBlock = BlockContext(chainID: chainID, height: 0, time: 0, proposer: .zero)
  }

  public var info: ApplicationInfo {
    ApplicationInfo(
      chainID: chainID, appVersion: UInt64(V.description.transitionVersion), height: lastBlock.height,
      appHash: store.root, time: lastBlock.time)
  }

  /// A record of the last commit, with its ICS23 proof (or that of its absence) where `prove` asks for it.
  public func query(key: [UInt8], prove: Bool) throws(ProofError) -> StateAnswer {
    StateAnswer(
      key: key, value: store.committedRecordBytes(key: key), proof: prove ? try store.prove(key: key) : nil,
      height: lastBlock.height, root: store.root)
  }

  // MARK: Mempool

  /// CheckTx: whether the transaction may wait for a block, judged on a branch of the committed state that remembers the
  /// transactions admitted since. Proposer's data is refused.
  public mutating func checkTransaction(_ bytes: [UInt8]) throws(Refusal) {
    switch verifier.verify(PooledTransaction(bytes)) {
    case .failure(let failure): throw failure.erased
    case .success(let transaction): try admit(transaction)
    }
  }

  mutating func admit(_ transaction: AuthenticatedTransaction<V.Content>) throws(Refusal) {
    // Moved, not copied: a store is many tables.
    var branch = checkStore.take() ?? store.fork()
    branch.begin()
    do throws(V.Failure) {
      try venue.admit(transaction, state: &branch.tables, local: &local, block: lastBlock)
      branch.release()
      checkStore = branch
    } catch {
      if branch.rollback() > 0 { branch.tables.rebuildDerived() }
      checkStore = branch
      throw error.erased
    }
  }

  // MARK: Proposals

  /// PrepareProposal: the block's transactions in order, at most `maximumBytes` long together. What does not verify is
  /// left out.
  public mutating func prepareProposal(
    pool: [PooledTransaction], maximumBytes: Int, block: BlockContext
  ) -> [[UInt8]] {
    var chosen: [PooledTransaction] = []
    var contents: [AuthenticatedTransaction<V.Content>] = []
    var size = 0
    let verified = verifier.verify(pool)
    for index in pool.indices {
      guard case .success(let transaction) = verified[index] else { continue }
      if size + pool[index].bytes.count > maximumBytes { break }
      size += pool[index].bytes.count
      chosen.append(pool[index])
      contents.append(transaction)
    }
    while true {
      let proposal = propose(chosen, contents, block: block).map { $0.bytes }
      if proposal.reduce(0, { $0 + $1.count }) <= maximumBytes || chosen.isEmpty { return proposal }
      // What the proposer added made it too long: halve the pool (rounded down) and propose again.
      chosen.removeLast(chosen.count - chosen.count / 2)
      contents.removeLast(contents.count - contents.count / 2)
    }
  }

  /// The room's choice and order. Indices that are out of range or repeated are passed over.
  mutating func propose(
    _ pool: [PooledTransaction], _ contents: [AuthenticatedTransaction<V.Content>], block: BlockContext
  ) -> [(bytes: [UInt8], poolIndex: Int?)] {
    var isTaken = [Bool](repeating: false, count: pool.count)
    var proposal: [(bytes: [UInt8], poolIndex: Int?)] = []
    proposal.reserveCapacity(pool.count)
    for entry in venue.propose(contents, state: store.tables, local: &local, block: block) {
      switch entry {
      case .added(let bytes): proposal.append((bytes, nil))
      case .pooled(let index):
        guard pool.indices.contains(index), !isTaken[index] else { continue }
        isTaken[index] = true
        proposal.append((pool[index].bytes, index))
      }
    }
    return proposal
  }

  /// ProcessProposal: whether every transaction verifies and the block has the shape that the room demands. An accepted
  /// block is executed on a fork, kept under `hash`.
  public mutating func processProposal(
    _ bytes: [[UInt8]], hash: Hash32, block: BlockContext
  ) -> ProposalVerdict {
    let verified = verifier.verify(bytes.map { PooledTransaction($0, isFromProposer: true) })
    var transactions: [AuthenticatedTransaction<V.Content>] = []
    for result in verified {
      switch result {
      case .success(let transaction): transactions.append(transaction)
      case .failure(let failure): return .reject(failure.erased)
      }
    }
    do throws(V.Failure) {
      try venue.validate(transactions, state: store.tables, local: local, block: block)
    } catch {
      return .reject(error.erased)
    }
    candidates.removeAll { $0.hash == hash }
    if candidates.count >= Self.candidateLimit { candidates.removeFirst() }
    candidates.append(candidate(verified, bytes: bytes, hash: hash, block: block))
    return .accept
  }

  private func candidate(
    _ verified: [VerifiedTransaction<V>], bytes: [[UInt8]], hash: Hash32?, block: BlockContext
  ) -> Candidate {
    var fork = store.fork()
    let execution = executor.execute(verified, bytes: bytes, store: &fork, block: block)
    return Candidate(
      hash: hash, block: block, bytes: bytes, transactions: verified.compactMap { try? $0.get() }, store: fork,
      execution: execution)
  }

  // MARK: Blocks

  /// FinalizeBlock: what the block does. The candidate of that hash is promoted if it is the same block; otherwise the
  /// block is executed on a fork. Nothing is committed yet.
  public mutating func finalizeBlock(
    _ bytes: [[UInt8]], hash: Hash32?, block: BlockContext
  ) throws(ChainError) -> Execution<V> {
    guard block.height == lastBlock.height + 1 else {
      throw .wrongHeight(expected: lastBlock.height + 1, given: block.height)
    }
    guard block.time > lastBlock.time else {
      throw .timeNotIncreasing(last: lastBlock.time, given: block.time)
    }
    let made = candidates.first { $0.hash == hash && $0.block == block && $0.bytes == bytes }
    candidates = []
    let taken: Candidate
    if hash != nil, let made {
      taken = made
    } else {
      let verified = verifier.verify(bytes.map { PooledTransaction($0, isFromProposer: true) })
      taken = candidate(verified, bytes: bytes, hash: hash, block: block)
    }
    decided = taken
    return taken.execution
  }

  /// Commit: the finalized block's state becomes the committed one.
  public mutating func commit() throws(ChainError) {
    guard let taken = decided else { throw .nothingFinalized }
    decided = nil
    store = taken.store
    settle(taken.transactions, block: taken.block)
  }

  /// The solo engine's way: executes on the committed state itself, without a fork, and commits.
  mutating func executeDirectly(
    _ verified: [VerifiedTransaction<V>], bytes: [[UInt8]], block: BlockContext
  ) -> Execution<V> {
    // A check branch would make every page that the block writes be copied first.
    checkStore = nil
    let execution = executor.execute(verified, bytes: bytes, store: &store, block: block)
    settle(remembers ? verified.compactMap { try? $0.get() } : [], block: block)
    return execution
  }

  /// Whether the node keeps anything of its own that wants to know of committed transactions.
  private var remembers: Bool { V.Local.self != NoLocal.self }

  private mutating func settle(_ transactions: [AuthenticatedTransaction<V.Content>], block: BlockContext) {
    lastBlock = block
    checkStore = nil
    candidates = []
    if remembers { venue.committed(transactions, state: store.tables, local: &local, block: block) }
  }

  // MARK: Restoring

  /// Takes the records of a snapshot in place of the state; they must have the root.
  public mutating func restore(
    records: [StateRecord], root: Hash32, block: BlockContext
  ) throws(ChainError) {
    var empty = venue.genesisState()
    var remover = EmptyingVisitor()
    empty.visitTables(&remover)
    var fresh = StateStore(tables: empty, prefix: V.description.keyPrefix)
    do throws(StateImportError) {
      try fresh.importRecords(records, expectedRoot: root, workers: executor.workers)
    } catch {
      throw .snapshot(error)
    }
    fresh.tables.rebuildDerived()
    store = fresh
    lastBlock = block
    checkStore = nil
    candidates = []
    decided = nil
  }
}

/// Makes every table new and empty.
private struct EmptyingVisitor: TableVisitor {
  mutating func visit<Key, Record>(_ table: inout Table<Key, Record>) {
    table = Table(table.id.rawValue, named: table.name)
  }
}
