import Canonical
import Quantities
import StateStore
import VenueKit

extension SoloEngine: VenueChain {
  public var name: String { options.chainID }
  public var description: VenueDescription { V.description }
  public var height: UInt64 { application.lastBlock.height }
  public var root: Hash32 { application.store.root }
  public var lastTime: Int64 { application.lastBlock.time }
  public var poolCount: Int { pool.total }
  public var parameters: [ParameterDescription] { venue.parameters }
  /// The committed state; a copy shares its pages.
  public var state: V.State { application.store.tables }
  public var lastBlockContext: BlockContext { application.lastBlock }
  private var lastBlock: BlockContext { application.lastBlock }

  // MARK: Submitting

  public func submit(_ intent: Intent, authority: Authority) throws(ChainError) -> Int {
    let person = authority.address
    var source = nonces.source(of: person)
    let contents: [V.Content]
    do throws(V.Failure) {
      contents = try venue.translate(intent, for: person, nonces: &source, state: state, block: lastBlock)
    } catch {
      throw .refused(error.erased)
    }
    nonces.set(source, of: person)
    for content in contents { try submit(raw: venue.seal(content, authority: authority)) }
    return contents.count
  }

  public func submit(_ observations: [Observation]) throws(ChainError) {
    for content in venue.observe(observations, state: state, block: lastBlock) {
      try submitProposerData(venue.seal(content, authority: .proposer))
    }
  }

  public func submit(deposit amount: Int128, to person: Address) throws(ChainError) {
    for content in venue.deposit(amount, to: person, state: state, block: lastBlock) {
      try submitProposerData(venue.seal(content, authority: .proposer))
    }
  }

  public func submit(raw bytes: [UInt8]) throws(ChainError) { try add(PooledTransaction(bytes)) }

  /// A transaction whose sender asks after it by `ticket`: see `ObservedBlock`.
  public func submit(raw bytes: [UInt8], ticket: UInt64) throws(ChainError) {
    try add(PooledTransaction(bytes, ticket: ticket))
  }

  public func submitProposerData(_ bytes: [UInt8]) throws(ChainError) {
    try add(PooledTransaction(bytes, isFromProposer: true))
  }

  private func add(_ transaction: PooledTransaction) throws(ChainError) {
    let limit = application.verifier.terms.transactionLimit
    guard transaction.bytes.count <= limit else {
      throw .refused(KernelRefusal.transactionTooLong(bytes: transaction.bytes.count, limit: limit).erased)
    }
    guard pool.total < options.poolLimit, pool.bytes + transaction.bytes.count <= options.poolByteLimit else {
      throw .poolFull(limit: options.poolLimit)
    }
    pool.add(transaction)
  }

  // MARK: Reading

  public func summary() -> VenueSummary { venue.summary(state: state, block: lastBlock) }
  public func market(_ symbol: String) -> MarketView? { venue.market(symbol, state: state, block: lastBlock) }
  public func tradeCost(_ symbol: String, isLong: Bool, value: Int128) -> TradeCost? {
    venue.tradeCost(symbol, isLong: isLong, value: value, state: state, block: lastBlock)
  }
  public func account(_ address: Address) -> AccountView { venue.account(address, state: state, block: lastBlock) }
  public func accounts() -> [Address] { venue.accounts(state: state) }

  public func drainEvents() -> [ChainEvent] {
    defer { pendingEvents = [] }
    return pendingEvents
  }

  /// Only the last block's events are kept, so that memory stays flat when nobody asks.
  func collectEvents(_ execution: Execution<V>) {
    pendingEvents = []
    var transaction = -1
    for (position, event) in execution.events.enumerated() {
      while transaction + 1 < execution.eventEnds.count && position >= execution.eventEnds[transaction + 1] {
        transaction += 1
      }
      let isOfTransaction = transaction >= 0 && transaction < execution.receipts.count
      pendingEvents.append(
        ChainEvent(
          name: event.name, fields: event.fields.map { EventField(name: $0.name, value: $0.value) },
          common: event.common, transactionIndex: isOfTransaction ? transaction : nil))
    }
  }

  public func checkInvariants(_ costs: [InvariantCost]) -> [Violation] {
    V.invariants.compactMap { costs.contains($0.cost) ? $0.check(state, lastBlock) : nil }
  }

  public func stateKey(kind: String, argument: String) -> [UInt8]? {
    venue.stateKey(kind: kind, argument: argument, state: state)
  }

  public func query(key: [UInt8], prove: Bool) throws(ChainError) -> StateAnswer {
    do throws(ProofError) {
      return try application.query(key: key, prove: prove)
    } catch {
      throw .proof(error)
    }
  }

  public func describe(key: [UInt8]) -> String? { application.store.describe(key: key) }

  public func describe(transaction bytes: [UInt8]) -> String {
    guard !bytes.isEmpty else { return KernelRefusal.emptyTransaction.text }
    do throws(V.Failure) {
      return venue.describe(try venue.decode(bytes).content)
    } catch {
      return error.text
    }
  }

  public func exportRecords() -> [StateRecord] { application.store.exportRecords() }

  // MARK: Grammar

  public var grammar: [GrammarRule] { V.grammar }

  public func generate(
    _ rule: String, random: inout RandomStream, cast: [Address], authority: (Address) -> Authority
  ) -> PooledTransaction? {
    guard let rule = V.grammar.first(where: { $0.name.utf8.elementsEqual(rule.utf8) }) else { return nil }
    // The signer is known only afterwards, so each rule draws from one source beyond all that were given.
    var source = nonces.source(of: .zero)
    let made = venue.generate(
      rule, random: &random, cast: cast, nonces: &source, state: state, block: lastBlock)
    nonces.set(source, of: .zero)
    guard let made else { return nil }
    if made.signer == .zero {
      return PooledTransaction(venue.seal(made.content, authority: .proposer), isFromProposer: true)
    }
    return PooledTransaction(venue.seal(made.content, authority: authority(made.signer)))
  }
}
