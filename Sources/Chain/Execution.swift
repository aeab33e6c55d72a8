import Canonical
import StateStore
import VenueKit

/// A refused transaction of a block.
public struct RefusedTransaction: Sendable, Equatable {
  /// Its place in the block.
  public var index: Int
  public var refusal: Refusal

  public init(index: Int, refusal: Refusal) {
    self.index = index
    self.refusal = refusal
  }
}

/// What the execution of a block gave.
public struct Execution<V: Venue>: Sendable {
  /// One for each transaction, in order.
  public var receipts: [Receipt] = []
  public var refusals: [RefusedTransaction] = []
  /// Everything said, in order: begin stage, transactions, end stage. Not committed.
  public var events: [V.Event] = []
  /// Events said before the first transaction, and after each: entry i to i + 1 are those of transaction i.
  public var eventEnds: [Int] = []
  /// The state's root after the block.
  public var root: Hash32 = .zero
  public var resultsHash: Hash32 = .zero
  public var witness: Witness?
  /// Filled on demand: the records that the block changed, in ascending order of keys.
  public var changes: [StateChange]?
}

/// Carries out blocks on a store: the one place where state changes.
public struct BlockExecutor<V: Venue>: Sendable {
  public let venue: V
  public var recordsEvents: Bool
  public var makesWitness: Bool
  public var keepsChanges = false
  /// Threads that share the hashing of the state tree.
  public var workers: Int

  public init(venue: V, recordsEvents: Bool, makesWitness: Bool, workers: Int) {
    self.venue = venue
    self.recordsEvents = recordsEvents
    self.makesWitness = makesWitness
    self.workers = workers
  }

  /// Begin stage, transactions, end stage, root. `bytes` are the transactions as they stand in the block.
  public func execute(
    _ transactions: [VerifiedTransaction<V>], bytes: [[UInt8]], store: inout StateStore<V.State>, block: BlockContext
  ) -> Execution<V> {
    precondition(transactions.count == bytes.count, "every transaction has its bytes")
    var events = EventSink<V.Event>(isRecording: recordsEvents)
    let notes = ExecutionNotes(effects: makesWitness, changes: makesWitness || keepsChanges, workers: workers)
    let outcome = venue.executeBlock(transactions, store: &store, block: block, events: &events, notes: notes)
    var execution = Execution<V>()
    execution.receipts.reserveCapacity(transactions.count)
    for refused in outcome.refusals {
      execution.refusals.append(RefusedTransaction(index: refused.index, refusal: refused.failure.erased))
    }
    var next = 0
    for index in outcome.data.indices {
      if next < execution.refusals.count && execution.refusals[next].index == index {
        execution.receipts.append(Receipt(refusal: execution.refusals[next].refusal))
        next += 1
      } else {
        execution.receipts.append(Receipt(code: 0, data: outcome.data[index]))
      }
    }
    if makesWitness { execution.witness = witness(outcome, execution.receipts, bytes) }
    if keepsChanges { execution.changes = outcome.changes }
    execution.root = outcome.root
    execution.resultsHash = Receipt.resultsHash(of: execution.receipts, workers: workers)
    execution.eventEnds = outcome.eventEnds
    execution.events = events.drain()
    return execution
  }

  private func witness(_ outcome: BlockOutcome<V.Failure>, _ receipts: [Receipt], _ bytes: [[UInt8]]) -> Witness {
    var steps: [Witness.Step] = []
    steps.reserveCapacity(receipts.count)
    for index in receipts.indices {
      var effect = StepDigest()
      effect.mix(outcome.effects[index])
      effect.mix(UInt64(receipts[index].code))
      effect.mix(receipts[index].data)
      steps.append(Witness.Step(transaction: StepDigest.of(bytes[index]), effect: effect.value))
    }
    return Witness(steps: steps, changes: outcome.changes.map(Self.digest))
  }

  static func digest(_ change: StateChange) -> Witness.Change {
    Witness.Change(key: StepDigest.of(change.key), value: change.new.map { StepDigest.of($0) } ?? 0)
  }
}
