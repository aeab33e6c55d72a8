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
    var execution = Execution<V>()
    var steps: [Witness.Step] = []
    var events = EventSink<V.Event>(isRecording: recordsEvents)
    execution.receipts.reserveCapacity(transactions.count)
    venue.beginBlock(state: &store.tables, block: block, events: &events)
    execution.eventEnds.append(events.events.count)
    for index in transactions.indices {
      var digest = makesWitness ? StepDigest() : nil
      let receipt: Receipt
      do throws(V.Failure) {
        let transaction = try transactions[index].get()
        receipt = Receipt(code: 0, data: try apply(transaction, &store, block, &events, &digest))
      } catch {
        let refusal = error.erased
        execution.refusals.append(RefusedTransaction(index: index, refusal: refusal))
        receipt = Receipt(refusal: refusal)
      }
      if var digest {
        digest.mix(UInt64(receipt.code))
        digest.mix(receipt.data)
        steps.append(Witness.Step(transaction: StepDigest.of(bytes[index]), effect: digest.value))
      }
      execution.receipts.append(receipt)
      execution.eventEnds.append(events.events.count)
    }
    venue.endBlock(state: &store.tables, block: block, events: &events)
    if makesWitness || keepsChanges {
      let changes = store.changesSinceCommit()
      if makesWitness { execution.witness = Witness(steps: steps, changes: changes.map(Self.digest)) }
      if keepsChanges { execution.changes = changes }
    }
    execution.root = store.commit(workers: workers)
    execution.resultsHash = Receipt.resultsHash(of: execution.receipts)
    execution.events = events.drain()
    return execution
  }

  static func digest(_ change: StateChange) -> Witness.Change {
    Witness.Change(key: StepDigest.of(change.key), value: change.new.map { StepDigest.of($0) } ?? 0)
  }

  /// Charge and execute, each in a layer of its own, so that a refusal leaves what was charged and nothing else.
  private func apply(
    _ transaction: AuthenticatedTransaction<V.Content>, _ store: inout StateStore<V.State>, _ block: BlockContext,
    _ events: inout EventSink<V.Event>, _ digest: inout StepDigest?
  ) throws(V.Failure) -> [UInt8] {
    store.begin()
    do throws(V.Failure) {
      try venue.charge(transaction, state: &store.tables, block: block)
    } catch {
      undo(&store)
      throw error
    }
    close(&store, &digest)
    let eventCount = events.events.count
    store.begin()
    do throws(V.Failure) {
      let data = try venue.execute(transaction, state: &store.tables, block: block, events: &events)
      close(&store, &digest)
      return data
    } catch {
      undo(&store)
      events.truncate(to: eventCount)
      throw error
    }
  }

  private func close(_ store: inout StateStore<V.State>, _ digest: inout StepDigest?) {
    if var mixed = digest {
      store.mixInnermostLayer(into: &mixed)
      digest = mixed
    }
    store.release()
  }

  private func undo(_ store: inout StateStore<V.State>) {
    if store.rollback() > 0 { store.tables.rebuildDerived() }
  }
}
