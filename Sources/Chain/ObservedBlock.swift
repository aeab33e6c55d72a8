import Canonical
import StateStore
import VenueKit

/// A block as whoever serves its chain sees it: typed content, what became of it, what was said, the state afterwards.
public struct ObservedBlock<V: Venue>: Sendable {
  public var block: BlockContext
  public var blockHash: Hash32
  /// The state's root after the block.
  public var root: Hash32
  /// The block's transactions in order; each parallel list below has one entry for each.
  public var bytes: [[UInt8]]
  public var transactions: [VerifiedTransaction<V>]
  /// As given with the transaction to the pool; zeros in a replay and for what the proposer added.
  public var tickets: [UInt64]
  public var execution: Execution<V>
  /// Refused before they reached the block.
  public var rejected: [RejectedTransaction]
  /// A copy that shares its pages with the chain's own.
  public var state: V.State
}

/// A transaction of the pool that reached no block.
public struct RejectedTransaction: Sendable, Equatable {
  public var ticket: UInt64
  public var refusal: Refusal
}

/// Called with every block once it is in the log, and with those that a resumed chain executes again.
public typealias BlockObserver<V: Venue> = (ObservedBlock<V>) -> Void
