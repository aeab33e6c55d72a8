import Synchronization

/// How many connections are open, all together and from each address.
final class ConnectionCount: Sendable {
  private struct Content {
    var all = 0
    var byAddress: [String: Int] = [:]
  }

  private let limit: Int
  private let limitPerAddress: Int
  private let content = Mutex(Content())

  init(limit: Int, limitPerAddress: Int) {
    self.limit = limit
    self.limitPerAddress = limitPerAddress
  }

  var open: Int { content.withLock { $0.all } }

  /// False when one more would be too many.
  func enter(_ address: String) -> Bool {
    content.withLock { content in
      guard content.all < limit, content.byAddress[address, default: 0] < limitPerAddress else { return false }
      content.all += 1
      content.byAddress[address, default: 0] += 1
      return true
    }
  }

  func leave(_ address: String) {
    content.withLock { content in
      content.all -= 1
      let left = content.byAddress[address, default: 1] - 1
      content.byAddress[address] = left > 0 ? left : nil
    }
  }
}
