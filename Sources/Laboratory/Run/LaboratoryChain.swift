import Agents
import Canonical
import VenueKit

/// One venue's chain as a run drives it: committed state to look at, a place to send wishes to, and a step in time. The
/// chains of module `Chain` are brought to this shape by `ChainDriver`; tests bring their own.
public protocol LaboratoryChain: AnyObject {
  var room: String { get }
  var transitionVersion: UInt32 { get }
  /// Whether people's quotes may rest on this venue.
  var takesQuotes: Bool { get }
  /// Committed blocks.
  var height: UInt64 { get }

  func market(_ symbol: String) -> MarketView?
  /// What opening a position of this value would cost now; nil when the venue could not fill it whole.
  func tradeCost(_ symbol: String, isLong: Bool, value: Int128) -> TradeCost?
  func account(_ address: Address) -> AccountView
  func summary() -> VenueSummary

  func propose(_ observations: [Observation])
  func propose(deposit: Int128, to person: Address)
  /// Turns a wish into signed (or, in unsigned runs, claimed) transactions and queues them. Gives the names of the
  /// refusals that it met.
  func submit(_ intent: Intent, from person: Person) -> [Refusal]
  /// Makes and commits the block of that time.
  func step(to time: Int64) throws(RunError) -> CommittedBlock
  /// The first invariant of these costs that does not hold.
  func violation(_ costs: [InvariantCost]) -> Violation?
  /// Everything committed so far is on the disk when this returns.
  func sync() throws(RunError)
  /// Verified signatures so far; outside the run's identity.
  var signaturesVerified: UInt64 { get }
}

/// What a committed block leaves for a run's files.
public struct CommittedBlock: Sendable {
  public var height: UInt64
  public var time: Int64
  /// State root after the block.
  public var root: Hash32
  public var transactions: Int
  public var refusals: [Refusal]
  public var events: [RecordedEvent]

  public init(
    height: UInt64, time: Int64, root: Hash32, transactions: Int, refusals: [Refusal], events: [RecordedEvent]
  ) {
    self.height = height
    self.time = time
    self.root = root
    self.transactions = transactions
    self.refusals = refusals
    self.events = events
  }
}

/// A room's event whose type is no longer known.
public struct RecordedEvent: Sendable {
  public var name: String
  public var fields: [(name: String, value: String)]
  public var common: CommonEvent?

  public init(name: String, fields: [(name: String, value: String)], common: CommonEvent?) {
    self.name = name
    self.fields = fields
    self.common = common
  }
}

/// How a chain of a venue is opened for a run.
public struct LaboratoryChainRequest: Sendable {
  /// The venue's name in the scenario.
  public var venue: String
  public var genesis: JSONValue
  public var chainID: String
  /// Where the chain keeps its log.
  public var folder: String
  /// Unix milliseconds of genesis.
  public var genesisTime: Int64
  public var signed: Bool
  public var threads: Int
  /// Sync each block.
  public var durable: Bool
}

/// A room that runs can be made on.
public struct LaboratoryRoom: Sendable {
  public var name: String
  public var transitionVersion: UInt32
  /// Names of the room's parameter sets and where they stand below the repository's root; the first is the default.
  public var presets: [(name: String, path: String)]
  public var open: @Sendable (LaboratoryChainRequest) throws(RunError) -> any LaboratoryChain

  public init(
    name: String, transitionVersion: UInt32, presets: [(name: String, path: String)] = [],
    open: @escaping @Sendable (LaboratoryChainRequest) throws(RunError) -> any LaboratoryChain
  ) {
    self.name = name
    self.transitionVersion = transitionVersion
    self.presets = presets
    self.open = open
  }
}
