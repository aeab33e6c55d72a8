import Canonical
import Quantities
import VenueKit

/// What a node knows and the chain does not: its books, the accounts as its own matches would leave them, and what it
/// has seen of messages that wait for a block. Lost on restart, and made anew from the stateful orders.
public struct DYDXLocal: Sendable {
  public internal(set) var book = Memclob()
  /// The committed accounts with the matches of the operations queue; nil before the first message.
  var keeper: StateKeeper?
  /// Stateful placements and cancels that were admitted since the last block.
  var placed: Set<OrderKey> = []  // lookup only
  var cancelled: Set<OrderKey> = []  // lookup only
  var rates = RateBook()
  var daemon = LiquidationDaemon()

  public init() {}
}

/// Messages of each owner in the last blocks. Rule DYDX-18.
struct RateBook: Sendable {
  private struct Count {
    var height: UInt64
    var messages: UInt64
  }

  private var shortTerm: [Address: [Count]] = [:]  // lookup only
  private var stateful: [Address: [Count]] = [:]  // lookup only

  /// Counts messages, and refuses them when the owner then passed a limit; what is refused counts too.
  mutating func count(
    _ messages: UInt64, of owner: Address, isShortTerm: Bool, limits: [RateLimit], height: UInt64
  ) throws(DYDXRefusal) {
    guard let longest = limits.map(\.blocks).max() else { return }
    var counts = (isShortTerm ? shortTerm[owner] : stateful[owner]) ?? []
    counts.removeAll { $0.height + longest <= height }
    if let last = counts.indices.last, counts[last].height == height {
      counts[last].messages += messages
    } else {
      counts.append(Count(height: height, messages: messages))
    }
    if isShortTerm { shortTerm[owner] = counts } else { stateful[owner] = counts }
    for limit in limits {
      let sum = counts.reduce(0) { $1.height + limit.blocks > height ? $0 + $1.messages : $0 }
      guard sum <= limit.limit else {
        throw .chain(.blockRateLimitExceeded, "\(sum) messages in \(limit.blocks) blocks, the limit is \(limit.limit)")
      }
    }
  }

  mutating func removeAll() { self = RateBook() }
}
