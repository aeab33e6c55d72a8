import Canonical
import Quantities
import StateStore
import VenueKit

/// How a chain of one venue is run.
public struct ChainOptions: Sendable, Equatable {
  /// The chain's own name, 1 to 50 bytes, also inside native signatures.
  public var chainID: String
  /// Where block log and snapshots are; nil keeps everything in memory.
  public var folder: String?
  /// Threads for signatures and for the state tree.
  public var threads: Int
  public var requiresSignatures: Bool
  /// Sync every block before `step` returns.
  public var isDurable: Bool
  /// Otherwise sync after this many blocks, and when the chain is closed.
  public var syncEvery: UInt64
  public var recordsEvents: Bool
  /// Keep the last block's events for `drainEvents`, apart from what an observer sees.
  public var keepsEvents = true
  /// Log for each block by what a replay can name the first transaction and key that differ.
  public var makesWitness: Bool
  /// Most transactions waiting for a block.
  public var poolLimit: Int
  /// Most bytes of them together.
  public var poolByteLimit: Int
  /// Most transactions of the pool in one block; the others wait for the next.
  public var blockLimit: Int
  /// Verify the next block's transactions while the present one is executed.
  public var verifiesAhead: Bool
  public var proposer: Address

  public init(
    chainID: String, folder: String? = nil, threads: Int = 1, requiresSignatures: Bool = false, isDurable: Bool = false,
    syncEvery: UInt64 = 1000, recordsEvents: Bool = true, makesWitness: Bool = true, poolLimit: Int = 1 << 20,
    poolByteLimit: Int = 1 << 30,
    blockLimit: Int = 1 << 20, verifiesAhead: Bool = false, proposer: Address = .zero
  ) {
    self.chainID = chainID
    self.folder = folder
    self.threads = threads
    self.requiresSignatures = requiresSignatures
    self.isDurable = isDurable
    self.syncEvery = syncEvery
    self.recordsEvents = recordsEvents
    self.makesWitness = makesWitness
    self.poolLimit = poolLimit
    self.poolByteLimit = poolByteLimit
    self.blockLimit = blockLimit
    self.verifiesAhead = verifiesAhead
    self.proposer = proposer
  }
}

/// What a step of a chain gave.
public struct BlockResult: Sendable, Equatable {
  public var height: UInt64
  /// Unix milliseconds.
  public var time: Int64
  public var blockHash: Hash32
  /// The state's root after the block.
  public var root: Hash32
  /// The block's transactions in order, and what became of each.
  public var transactions: [[UInt8]]
  public var receipts: [Receipt]
  public var refusals: [RefusedTransaction]
  /// Refused before they reached the block, by a room that admits transactions to what its node remembers.
  public var notAdmitted: [Refusal]
  /// Transactions of the pool that the room left out of the block.
  public var leftOut: Int
  public var signaturesVerified: Int
  /// True when the block is on the disk.
  public var isSynced: Bool
}

/// Refusals of one kind in a block.
public struct RefusalCount: Sendable, Equatable {
  public var code: UInt32
  public var name: String
  public var count: Int
}

extension BlockResult {
  /// The block's refusals by code, ascending.
  public var refusalCounts: [RefusalCount] {
    var counts: [RefusalCount] = []
    for refusal in refusals.map(\.refusal) + notAdmitted {
      if let index = counts.firstIndex(where: { $0.code == refusal.code && $0.name == refusal.name }) {
        counts[index].count += 1
      } else {
        counts.append(RefusalCount(code: refusal.code, name: refusal.name, count: 1))
      }
    }
    return counts.sorted { ($0.code, $0.name) < ($1.code, $1.name) }
  }
}

/// A room's event without its type.
public struct ChainEvent: Sendable, Equatable {
  public var name: String
  public var fields: [EventField]
  public var common: CommonEvent?
  /// The transaction that caused it; nil for the stages before and after.
  public var transactionIndex: Int?
}

public struct EventField: Sendable, Equatable {
  public var name: String
  public var value: String
}

/// A chain of any venue: what the lab, the fuzzer and the node hold.
public protocol VenueChain: AnyObject {
  /// The chain's own name: its id.
  var name: String { get }
  var description: VenueDescription { get }
  var options: ChainOptions { get }
  /// The last block's height; 0 is genesis.
  var height: UInt64 { get }
  var root: Hash32 { get }
  /// The last block's time in Unix milliseconds; 0 before the first.
  var lastTime: Int64 { get }
  var poolCount: Int { get }
  /// Signatures recovered or verified since the chain was made.
  var signaturesVerified: Int { get }
  var parameters: [ParameterDescription] { get }

  /// Puts a person's wish, in the venue's own actions, into the pool; returns how many transactions it took.
  @discardableResult
  func submit(_ intent: Intent, authority: Authority) throws(ChainError) -> Int
  /// What the proposer says about prices, and brings in from outside.
  func submit(_ observations: [Observation]) throws(ChainError)
  func submit(deposit amount: Int128, to person: Address) throws(ChainError)
  /// A transaction's bytes. They are read when the next block is made.
  func submit(raw bytes: [UInt8]) throws(ChainError)
  func submitProposerData(_ bytes: [UInt8]) throws(ChainError)
  /// Makes a block of what waits, an empty one if nothing does. `time` is in Unix milliseconds, after the last block's.
  func step(time: Int64) throws(ChainError) -> BlockResult

  func summary() -> VenueSummary
  func market(_ symbol: String) -> MarketView?
  /// What opening a position of this value would cost now; nil when the venue could not fill it whole.
  func tradeCost(_ symbol: String, isLong: Bool, value: Int128) -> TradeCost?
  func account(_ address: Address) -> AccountView
  func accounts() -> [Address]
  /// The events of the last block, once.
  func drainEvents() -> [ChainEvent]
  /// Checks the invariants of these costs on the committed state.
  func checkInvariants(_ costs: [InvariantCost]) -> [Violation]

  func stateKey(kind: String, argument: String) -> [UInt8]?
  func query(key: [UInt8], prove: Bool) throws(ChainError) -> StateAnswer
  /// A state key as a person reads it, `orders[17]`.
  func describe(key: [UInt8]) -> String?
  /// A transaction in one line, or why it cannot be read.
  func describe(transaction bytes: [UInt8]) -> String
  /// All committed records in ascending order of keys.
  func exportRecords() -> [StateRecord]

  var grammar: [GrammarRule] { get }
  /// A transaction of the grammar's rule; nil when the state has no material for it or there is no such rule.
  func generate(
    _ rule: String, random: inout RandomStream, cast: [Address], authority: (Address) -> Authority
  ) -> PooledTransaction?

  /// Everything stepped so far is on the disk when this returns.
  func sync() throws(ChainError)
  /// Writes a snapshot of the committed state into the chain's folder and returns its path.
  func writeSnapshot() throws(ChainError) -> String
  func close() throws(ChainError)
}
