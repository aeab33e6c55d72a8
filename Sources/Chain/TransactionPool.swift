import Canonical
import VenueKit

/// What waits for a block, in order of arrival; the proposer's own data stands first.
struct TransactionPool {
  private var transactions: [PooledTransaction] = []
  private var taken = 0
  private var proposerData: [PooledTransaction] = []

  var count: Int { transactions.count - taken }
  var total: Int { count + proposerData.count }

  mutating func add(_ bytes: [UInt8]) { transactions.append(PooledTransaction(bytes)) }

  mutating func addProposerData(_ bytes: [UInt8]) {
    proposerData.append(PooledTransaction(bytes, isFromProposer: true))
  }

  mutating func takeProposerData() -> [PooledTransaction] {
    defer { proposerData = [] }
    return proposerData
  }

  /// The first `limit`, or all.
  mutating func take(_ limit: Int) -> [PooledTransaction] {
    if taken == 0 && count <= limit {
      defer { transactions = [] }
      return transactions
    }
    let end = taken + min(count, max(0, limit))
    defer {
      taken = end
      if taken == transactions.count {
        transactions = []
        taken = 0
      }
    }
    return Array(transactions[taken..<end])
  }
}

/// The nonce sources of the people whose intents the engine translates.
struct NonceBook {
  /// No nonce is at or below this: a resumed chain does not know which it gave before.
  var floor: UInt64 = 0
  private var sources: [Address: NonceSource] = [:]  // lookup only

  func source(of person: Address) -> NonceSource { sources[person] ?? NonceSource(last: floor) }

  mutating func set(_ source: NonceSource, of person: Address) { sources[person] = source }
}
