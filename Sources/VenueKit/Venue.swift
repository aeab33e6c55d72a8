import Canonical
import Quantities
import StateStore

/// A room's committed state: its tables in a fixed order, and beside them whatever fast structures it derives.
///
/// A copy is a fork and must be cheap (copy-on-write). Derived structures are a function of the tables:
/// `rebuildDerived` makes them anew, and nothing that a room answers may depend on their history.
public protocol VenueState: StateTables {
  /// Called after tables changed behind the room's back: a rolled-back action, an import, a snapshot.
  mutating func rebuildDerived()
}

/// Who a venue is.
public struct VenueDescription: Sendable, Equatable {
  /// The room's name in scenarios and commands, for example `hyperliquid`.
  public var room: String
  public var title: String
  /// Changes when the same transactions would no longer give the same roots.
  public var transitionVersion: UInt32
  /// First byte of every state key.
  public var keyPrefix: UInt8
  public var schemes: [TransactionScheme]
  /// Whether people's quotes may rest here. Where they may not (a pool), a market maker's money backs the pool instead.
  public var takesQuotes: Bool

  public init(
    room: String, title: String, transitionVersion: UInt32, keyPrefix: UInt8, schemes: [TransactionScheme],
    takesQuotes: Bool = true
  ) {
    self.room = room
    self.title = title
    self.transitionVersion = transitionVersion
    self.keyPrefix = keyPrefix
    self.schemes = schemes
    self.takesQuotes = takesQuotes
  }
}

/// What a room gives: the whole seam between a protocol and everything that runs, compares, fuzzes, shows or serves it.
///
/// A value of the type is the venue with its fixed configuration; all that changes lives in `State` (committed) or in
/// `Local` (known to this node only, outside the root, never read by `charge`, `execute` or the stages).
public protocol Venue: Sendable {
  associatedtype State: VenueState
  /// A decoded transaction's content: the action with its nonce and whatever else its scheme carries.
  associatedtype Content: Sendable
  associatedtype Failure: RoomRefusal
  associatedtype Event: VenueEvent
  associatedtype Local: Sendable = NoLocal

  static var description: VenueDescription { get }

  /// A venue from a genesis document (`Genesis/<room>/*.json`); every parameter is validated here. Unknown keys are
  /// errors.
  init(genesis: JSONValue, chainID: String) throws(GenesisError)

  /// The configuration told with units and sources.
  var parameters: [ParameterDescription] { get }

  /// State at height 0. At least one record is in it, since an empty tree cannot prove absence.
  func genesisState() -> State
  func makeLocal() -> Local

  // MARK: Transactions

  /// Reads a transaction. Pure and safe on any thread; accepts only the one canonical form.
  func decode(_ bytes: [UInt8]) throws(Failure) -> DecodedTransaction<Content>
  /// Reads transactions and recovers who signed them; one result for each, in order. Rooms leave the default, for the
  /// reason of `executeBlock`.
  func authenticate(
    _ transactions: ArraySlice<PooledTransaction>, terms: AuthenticationTerms, signatures: inout Int
  ) -> [Result<AuthenticatedTransaction<Content>, Failure>]
  /// Writes a transaction that `decode` reads back.
  func seal(_ content: Content, authority: Authority) -> [UInt8]
  /// One line for people.
  func describe(_ content: Content) -> String

  /// What is kept even if the action is then refused: replay protection and fees. Throwing keeps nothing.
  func charge(
    _ transaction: AuthenticatedTransaction<Content>, state: inout State, block: BlockContext
  ) throws(Failure)

  /// Carries the action out and returns the receipt's data (committed). A refusal undoes every table write; a room
  /// refuses before it touches a derived structure, otherwise the chain has it rebuild them.
  func execute(
    _ transaction: AuthenticatedTransaction<Content>, state: inout State, block: BlockContext,
    events: inout EventSink<Event>
  ) throws(Failure) -> [UInt8]

  /// Stages before and after a block's transactions. They cannot fail.
  func beginBlock(state: inout State, block: BlockContext, events: inout EventSink<Event>)
  func endBlock(state: inout State, block: BlockContext, events: inout EventSink<Event>)

  /// Stages, transactions and root of one block. Rooms leave the default: it is a requirement so that it is compiled in
  /// each room's module, for the room's own types.
  func executeBlock(
    _ transactions: [Result<AuthenticatedTransaction<Content>, Failure>], store: inout StateStore<State>,
    block: BlockContext, events: inout EventSink<Event>, notes: ExecutionNotes
  ) -> BlockOutcome<Failure>

  // MARK: Proposals

  /// Admission to the mempool against the check branch.
  func admit(
    _ transaction: AuthenticatedTransaction<Content>, state: inout State, local: inout Local, block: BlockContext
  ) throws(Failure)
  /// The block's content in order: which of the pool, and what the proposer adds.
  func propose(
    _ pool: [AuthenticatedTransaction<Content>], state: State, local: inout Local, block: BlockContext
  ) -> [ProposedTransaction]
  /// Whether a proposed block has the shape and order that this protocol demands.
  func validate(
    _ transactions: [AuthenticatedTransaction<Content>], state: State, local: Local, block: BlockContext
  ) throws(Failure)
  /// After a commit, for what the node remembers.
  func committed(
    _ transactions: [AuthenticatedTransaction<Content>], state: State, local: inout Local, block: BlockContext)

  /// The class of a transaction in a block: lower ranks stand first, arrival order inside a rank.
  func rank(_ transaction: AuthenticatedTransaction<Content>) -> UInt8

  // MARK: Views, intents, grammar, invariants

  func summary(state: State, block: BlockContext) -> VenueSummary
  func market(_ symbol: String, state: State, block: BlockContext) -> MarketView?
  /// What opening a position of this value would cost now; nil when the venue could not fill it whole.
  func tradeCost(_ symbol: String, isLong: Bool, value: Int128, state: State, block: BlockContext) -> TradeCost?
  func account(_ address: Address, state: State, block: BlockContext) -> AccountView
  /// Every account the venue knows, in address order.
  func accounts(state: State) -> [Address]
  /// State keys for `perp state prove`, by a name such as `account`, `order`, `vault-share` and its argument.
  func stateKey(kind: String, argument: String, state: State) -> [UInt8]?

  /// A person's wish in this venue's own actions, from committed state alone. Each content takes a nonce.
  func translate(
    _ intent: Intent, for person: Address, nonces: inout NonceSource, state: State, block: BlockContext
  ) throws(Failure) -> [Content]
  /// Oracle observations as proposer's data.
  func observe(_ observations: [Observation], state: State, block: BlockContext) -> [Content]
  /// A deposit from outside as proposer's data; the amount is in the common scale.
  func deposit(_ amount: Int128, to person: Address, state: State, block: BlockContext) -> [Content]

  static var grammar: [GrammarRule] { get }
  /// A transaction of the rule, from the state alone and the stream; nil when the state has no material for it.
  func generate(
    _ rule: GrammarRule, random: inout RandomStream, cast: [Address], nonces: inout NonceSource, state: State,
    block: BlockContext
  ) -> GeneratedTransaction<Content>?

  static var invariants: [Invariant<State>] { get }
}

/// A room without node-local knowledge.
public struct NoLocal: Sendable { public init() {} }

public enum ProposedTransaction: Sendable, Equatable {
  /// An index into the pool.
  case pooled(Int)
  /// Bytes that the proposer adds.
  case added([UInt8])
}

extension Venue where Local == NoLocal {
  public func makeLocal() -> NoLocal { NoLocal() }
}

extension Venue {
  public func rank(_ transaction: AuthenticatedTransaction<Content>) -> UInt8 { transaction.isProposer ? 0 : 1 }

  public func admit(
    _ transaction: AuthenticatedTransaction<Content>, state: inout State, local: inout Local, block: BlockContext
  ) throws(Failure) {
    try charge(transaction, state: &state, block: block)
  }

  // Inlinable, so that each room's module has it compiled for its own types and no transaction is copied.
  @inlinable public func propose(
    _ pool: [AuthenticatedTransaction<Content>], state: State, local: inout Local, block: BlockContext
  ) -> [ProposedTransaction] {
    orderByRank(pool).map { .pooled($0) }
  }

  /// Indices of the pool, lower ranks first, arrival order inside a rank.
  @inlinable public func orderByRank(_ pool: [AuthenticatedTransaction<Content>]) -> [Int] {
    var buckets: [[Int]] = []
    for index in pool.indices {
      let rank = Int(rank(pool[index]))
      while buckets.count <= rank { buckets.append([]) }
      buckets[rank].append(index)
    }
    return buckets.flatMap { $0 }
  }

  public func validate(
    _ transactions: [AuthenticatedTransaction<Content>], state: State, local: Local, block: BlockContext
  ) throws(Failure) {
    var last: UInt8 = 0
    for transaction in transactions {
      let next = rank(transaction)
      guard next >= last else {
        throw Failure(kernel: .malformed("a transaction of rank \(next) after one of rank \(last)"))
      }
      last = next
    }
  }

  public func committed(
    _ transactions: [AuthenticatedTransaction<Content>], state: State, local: inout Local, block: BlockContext
  ) {}
}

/// Why a genesis document is refused: where, what, and the nearest known key where a name was mistyped.
public struct GenesisError: Error, Sendable, Equatable {
  public var path: String
  public var problem: String

  public init(_ path: String, _ problem: String) {
    self.path = path
    self.problem = problem
  }
}

/// One parameter as `perp protocol params` tells it.
public struct ParameterDescription: Sendable, Equatable {
  public var name: String
  public var value: String
  public var unit: String
  public var rule: String

  public init(_ name: String, _ value: some CustomStringConvertible, unit: String, rule: String) {
    self.name = name
    self.value = value.description
    self.unit = unit
    self.rule = rule
  }
}
