import Canonical
import Chain
import StateStore
import VenueKit

/// A venue under the fuzzer: its state, its clock, and the checks after each block.
struct FuzzMachine<V: Venue> {
  let venue: V
  let chainID: String
  let invariants: [Invariant<V.State>]
  let executor: BlockExecutor<V>
  let verifier: SignatureVerifier<V>
  private(set) var store: StateStore<V.State>
  private(set) var block: BlockContext
  /// What the node knows beside the state. A replay has none: the case's bytes hold what came of it.
  private var local: V.Local?

  init(venue: V, chainID: String, time: Int64, hasCanary: Bool, isNode: Bool = false) {
    self.venue = venue
    local = isNode && V.Local.self != NoLocal.self ? venue.makeLocal() : nil
    self.chainID = chainID
    invariants = V.invariants + (hasCanary ? [Self.canary(venue)] : [])
    executor = BlockExecutor(venue: venue, recordsEvents: true, makesWitness: false, workers: 1)
    verifier = SignatureVerifier(venue: venue, threads: 1, requiresSignatures: false)
    store = StateStore(tables: venue.genesisState(), prefix: V.description.keyPrefix)
    store.commit()
    block = BlockContext(chainID: chainID, height: 0, time: time, proposer: .zero)
  }

  /// A sentence made to be false as soon as anybody trades: a campaign that does not find it finds nothing.
  static func canary(_ venue: V) -> Invariant<V.State> {
    Invariant("canary", "no market ever has open interest (deliberately false)", cost: .small) { state, block in
      for market in venue.summary(state: state, block: block).markets where market.openInterestLong > 0 {
        return Violation(
          invariant: "canary", site: market.symbol, detail: "open interest \(market.openInterestLong)")
      }
      return nil
    }
  }

  /// Executes one block and checks the invariants that its height asks for.
  mutating func run(_ bytes: [[UInt8]], time: Int64, checksAll: Bool) -> (execution: Execution<V>, broken: Violation?) {
    block = next(time)
    let verified = verifier.verify(bytes.map { Self.pooled($0) })
    let execution = executor.execute(verified, bytes: bytes, store: &store, block: block)
    if var known = local {
      local = nil
      venue.committed(verified.compactMap { try? $0.get() }, state: store.tables, local: &known, block: block)
      local = known
    }
    return (execution, check(all: checksAll))
  }

  private func next(_ time: Int64) -> BlockContext {
    BlockContext(
      chainID: chainID, height: block.height + 1, time: max(time, block.time + 1), proposer: block.proposer)
  }

  private static func pooled(_ bytes: [UInt8]) -> PooledTransaction {
    PooledTransaction(bytes, isFromProposer: bytes.first == TransactionScheme.proposer.rawValue)
  }

  // MARK: Proposing

  /// A block's content, and what the node took or refused without putting it into the block.
  struct Proposal {
    var steps: [FuzzStep] = []
    var kept: [(rule: String, refusal: String?)] = []
  }

  /// Every so many of the transactions that the node refuses a dishonest proposer puts into the block all the same.
  private static var smuggled: Int { 4 }

  /// What a node that was sent these transactions would propose: those that it admits, and what it adds itself; behind
  /// them what only a dishonest proposer would put into a block. Rooms whose nodes know nothing beside the state have
  /// their transactions as they came.
  mutating func proposed(_ steps: [FuzzStep], time: Int64) -> Proposal {
    guard var known = local else { return Proposal(steps: steps) }
    local = nil
    defer { local = known }
    var proposal = Proposal()
    var pool: [(transaction: AuthenticatedTransaction<V.Content>, step: FuzzStep)] = []
    var strays: [FuzzStep] = []
    var branch = store.fork()
    for (index, step) in steps.enumerated() {
      guard case .success(let transaction) = verifier.verify(Self.pooled(step.bytes)) else {
        strays.append(step)
        continue
      }
      if let refusal = admit(transaction, to: &branch, &known) {
        if index % Self.smuggled == 0 { strays.append(step) } else { proposal.kept.append((step.rule, refusal)) }
      } else {
        pool.append((transaction, step))
      }
    }
    var isTaken = [Bool](repeating: false, count: pool.count)
    for entry in venue.propose(
      pool.map(\.transaction), state: store.tables, local: &known, block: next(time))
    {
      switch entry {
      case .pooled(let place):
        proposal.steps.append(pool[place].step)
        isTaken[place] = true
      case .added(let bytes):
        let content = try? venue.decode(bytes).content
        let text = content.map { venue.describe($0) } ?? "unreadable"
        proposal.steps.append(
          FuzzStep(rule: "proposed " + text.prefix { $0.isLetter }, bytes: bytes, text: text))
      }
    }
    for (place, entry) in pool.enumerated() where !isTaken[place] {
      if entry.transaction.isProposer {
        strays.append(entry.step)
      } else {
        proposal.kept.append((entry.step.rule, nil))
      }
    }
    proposal.steps += strays
    return proposal
  }

  /// Nil when the node takes the transaction; proposer's data is taken unasked.
  private func admit(
    _ transaction: AuthenticatedTransaction<V.Content>, to branch: inout StateStore<V.State>, _ known: inout V.Local
  ) -> String? {
    if transaction.isProposer { return nil }
    branch.begin()
    do throws(V.Failure) {
      try venue.admit(transaction, state: &branch.tables, local: &known, block: block)
      branch.release()
      return nil
    } catch {
      if branch.rollback() > 0 { branch.tables.rebuildDerived() }
      return error.erased.name
    }
  }

  private func check(all: Bool) -> Violation? {
    for invariant in invariants where all || invariant.cost != .full {
      if let violation = invariant.check(store.tables, block) { return violation }
    }
    return nil
  }
}
