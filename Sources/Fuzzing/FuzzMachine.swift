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

  init(venue: V, chainID: String, time: Int64, hasCanary: Bool) {
    self.venue = venue
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
    block.height += 1
    block.time = max(time, block.time + 1)
    let pool = bytes.map { PooledTransaction($0, isFromProposer: $0.first == TransactionScheme.proposer.rawValue) }
    let verified = verifier.verify(pool)
    let execution = executor.execute(verified, bytes: bytes, store: &store, block: block)
    return (execution, check(all: checksAll))
  }

  private func check(all: Bool) -> Violation? {
    for invariant in invariants where all || invariant.cost != .full {
      if let violation = invariant.check(store.tables, block) { return violation }
    }
    return nil
  }
}
