import Canonical
import StateStore

/// What to note while a block is executed; none of it changes a result.
public struct ExecutionNotes: Sendable, Equatable {
  /// A digest of each transaction's outcome and writes.
  public var effects: Bool
  /// The records that the block changed.
  public var changes: Bool
  /// Threads that share the hashing of the state tree.
  public var workers: Int

  public init(effects: Bool, changes: Bool, workers: Int) {
    self.effects = effects
    self.changes = changes
    self.workers = workers
  }
}

/// A refusal and the place of its transaction in the block.
public struct RefusedResult<Failure: RoomRefusal>: Sendable {
  public var index: Int
  public var failure: Failure

  public init(index: Int, failure: Failure) {
    self.index = index
    self.failure = failure
  }
}

/// What the execution of a block's transactions gave.
public struct BlockOutcome<Failure: RoomRefusal>: Sendable {
  /// The receipt's data of each transaction in order; empty where it was refused.
  public var data: [[UInt8]] = []
  /// In order of places. Apart from the data, so that the chain, which is not compiled for each room's types, handles
  /// only what is rare in a generic way.
  public var refusals: [RefusedResult<Failure>] = []
  /// Events said before the first transaction, and after each; empty when nobody listens.
  public var eventEnds: [Int] = []
  /// Where noted: one for each transaction.
  public var effects: [UInt64] = []
  /// Where noted: in ascending order of keys.
  public var changes: [StateChange] = []
  public var root: Hash32 = .zero

  public init() {}
}

// A requirement with this default, and inlinable throughout, so that each room's module has it compiled for its own
// types: the layers of a transaction then cost tens of nanoseconds instead of microseconds.
extension Venue {
  @inlinable public func executeBlock(
    _ transactions: [Result<AuthenticatedTransaction<Content>, Failure>], store: inout StateStore<State>,
    block: BlockContext, events: inout EventSink<Event>, notes: ExecutionNotes
  ) -> BlockOutcome<Failure> {
    var outcome = BlockOutcome<Failure>()
    outcome.data.reserveCapacity(transactions.count)
    beginBlock(state: &store.tables, block: block, events: &events)
    if events.isRecording { outcome.eventEnds.append(events.events.count) }
    for index in transactions.indices {
      var digest = StepDigest()
      let result = executeTransaction(
        transactions[index], store: &store, block: block, events: &events, digest: &digest, mixes: notes.effects)
      switch result {
      case .success(let data): outcome.data.append(data)
      case .failure(let failure):
        outcome.data.append([])
        outcome.refusals.append(RefusedResult(index: index, failure: failure))
      }
      if notes.effects { outcome.effects.append(digest.value) }
      if events.isRecording { outcome.eventEnds.append(events.events.count) }
    }
    endBlock(state: &store.tables, block: block, events: &events)
    if notes.changes { outcome.changes = store.changesSinceCommit() }
    outcome.root = store.commit(workers: notes.workers)
    return outcome
  }

  /// Charge and execute, each in a layer of its own, so that a refusal leaves what was charged and nothing else.
  @inlinable func executeTransaction(
    _ verified: Result<AuthenticatedTransaction<Content>, Failure>, store: inout StateStore<State>,
    block: BlockContext, events: inout EventSink<Event>, digest: inout StepDigest, mixes: Bool
  ) -> Result<[UInt8], Failure> {
    let transaction: AuthenticatedTransaction<Content>
    switch verified {
    case .success(let authenticated): transaction = authenticated
    case .failure(let failure): return .failure(failure)
    }
    store.begin()
    do throws(Failure) {
      try charge(transaction, state: &store.tables, block: block)
    } catch {
      if store.rollback() > 0 { store.tables.rebuildDerived() }
      return .failure(error)
    }
    if mixes { store.mixInnermostLayer(into: &digest) }
    store.release()
    let eventCount = events.events.count
    store.begin()
    do throws(Failure) {
      let data = try execute(transaction, state: &store.tables, block: block, events: &events)
      if mixes { store.mixInnermostLayer(into: &digest) }
      store.release()
      return .success(data)
    } catch {
      if store.rollback() > 0 { store.tables.rebuildDerived() }
      events.truncate(to: eventCount)
      return .failure(error)
    }
  }
}
