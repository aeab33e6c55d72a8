import Canonical
import Dispatch
import Synchronization
import VenueKit

/// A transaction read and authenticated, or why it is not.
public typealias VerifiedTransaction<V: Venue> = Result<AuthenticatedTransaction<V.Content>, V.Failure>

/// Reads transactions and recovers their signers on several threads. Pure: the results depend on the bytes alone, never
/// on the number of threads or their order.
public struct SignatureVerifier<V: Venue>: Sendable {
  public let venue: V
  public let threads: Int
  public let terms: AuthenticationTerms

  public init(venue: V, threads: Int, requiresSignatures: Bool) {
    self.venue = venue
    self.threads = max(1, threads)
    terms = AuthenticationTerms(requiresSignatures: requiresSignatures)
  }

  /// One result for each transaction, in order.
  public func verify(_ transactions: [PooledTransaction]) -> [VerifiedTransaction<V>] {
    let job = VerificationJob(self, transactions)
    job.start(helpers: threads - 1)
    return job.finish()
  }

  public func verify(_ transaction: PooledTransaction) -> VerifiedTransaction<V> {
    var signatures = 0
    return venue.authenticate([transaction], terms: terms, signatures: &signatures)[0]
  }
}

/// The verification of one batch: helpers take chunks in the background from `start` on, and whoever calls `finish` takes
/// what is left.
///
/// Unchecked: each result is made once, by the thread that drew its chunk, and read after all threads have left.
final class VerificationJob<V: Venue>: @unchecked Sendable {
  static var chunkSize: Int { 32 }

  let transactions: [PooledTransaction]
  private let verifier: SignatureVerifier<V>
  /// Without content until their chunk is worked on, and again once `finish` has moved them out.
  private let results: UnsafeMutableBufferPointer<VerifiedTransaction<V>>
  private let made = Atomic<Int>(0)
  private let nextChunk = Atomic<Int>(0)
  private let counted = Atomic<Int>(0)
  private let helpers = DispatchGroup()

  /// Signatures recovered or checked; final after `finish`.
  var signatures: Int { counted.load(ordering: .relaxed) }

  init(_ verifier: SignatureVerifier<V>, _ transactions: [PooledTransaction]) {
    self.verifier = verifier
    self.transactions = transactions
    results = .allocate(capacity: transactions.count)
  }

  deinit {
    // Helpers own the job while they work and leave when all chunks are drawn: here all results are made or none.
    if made.load(ordering: .acquiring) == transactions.count { results.deinitialize() }
    results.deallocate()
  }

  func start(helpers count: Int) {
    // A helper without a chunk of its own costs more than it brings.
    let useful = min(count, (transactions.count + Self.chunkSize - 1) / Self.chunkSize)
    guard useful > 0 else { return }
    for _ in 0..<useful {
      DispatchQueue.global().async(group: helpers) { self.work() }
    }
  }

  private func work() {
    var signatures = 0
    defer { counted.add(signatures, ordering: .relaxed) }
    while true {
      let start = nextChunk.add(1, ordering: .relaxed).oldValue * Self.chunkSize
      guard start < transactions.count else { return }
      let end = min(start + Self.chunkSize, transactions.count)
      let chunk = verifier.venue.authenticate(
        transactions[start..<end], terms: verifier.terms, signatures: &signatures)
      _ = UnsafeMutableBufferPointer(rebasing: results[start..<end]).initialize(fromContentsOf: chunk)
      made.add(end - start, ordering: .acquiringAndReleasing)
    }
  }

  /// Works along until all is done; call it once. The results stand behind those in `first`.
  func finish(after first: [VerifiedTransaction<V>] = []) -> [VerifiedTransaction<V>] {
    work()
    helpers.wait()
    precondition(made.load(ordering: .acquiring) == transactions.count, "every chunk was drawn and finished, once")
    // Moved in one piece: a copy of each would retain everything inside.
    made.store(-1, ordering: .releasing)
    return Array(unsafeUninitializedCapacity: first.count + transactions.count) { buffer, filled in
      for index in first.indices { buffer.initializeElement(at: index, to: first[index]) }
      if !transactions.isEmpty {
        _ = UnsafeMutableBufferPointer(rebasing: buffer[first.count...]).moveInitialize(fromContentsOf: results)
      }
      filled = first.count + transactions.count
    }
  }
}
