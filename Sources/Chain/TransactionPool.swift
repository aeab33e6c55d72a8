import Canonical
import VenueKit

/// What waits for a block, in order of arrival; the proposer's own data stands first.
struct TransactionPool {
  /// Most bytes of the pool in one block, so that its record stays below the log's limit.
  static let blockByteLimit = 64 << 20

  private var transactions: [PooledTransaction] = []
  private var taken = 0
  private var proposerData: [PooledTransaction] = []
  /// Bytes of all that waits.
  private(set) var bytes = 0

  var count: Int { transactions.count - taken }
  var total: Int { count + proposerData.count }

  mutating func add(_ transaction: PooledTransaction) {
    bytes += transaction.bytes.count
    if transaction.isFromProposer { proposerData.append(transaction) } else { transactions.append(transaction) }
  }

  mutating func takeProposerData() -> [PooledTransaction] {
    let all = proposerData
    proposerData = []
    for transaction in all { bytes -= transaction.bytes.count }
    return all
  }

  /// The first `limit`, or all, as far as a block has room for their bytes; at least one.
  mutating func take(_ limit: Int) -> [PooledTransaction] {
    var end = taken
    var size = 0
    while end < transactions.count && end - taken < limit {
      let next = transactions[end].bytes.count
      if size > 0 && size + next > Self.blockByteLimit { break }
      size += next
      end += 1
    }
    bytes -= size
    let isAll = taken == 0 && end == transactions.count
    let chosen = isAll ? transactions : Array(transactions[taken..<end])
    taken = end
    if taken == transactions.count {
      transactions = []
      taken = 0
    }
    return chosen
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
