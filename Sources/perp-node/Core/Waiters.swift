import Synchronization

/// Where answers go: a connection. Called with all of a block's answers for it at once.
protocol AnswerSink: AnyObject, Sendable {
  func deliver(_ answers: [(id: UInt64, json: [UInt8])])
}

/// Who waits for which transaction.
final class Waiters: Sendable {
  struct Waiter: Sendable {
    let sink: any AnswerSink
    let id: UInt64
  }

  private struct Content {
    var waiting: [UInt64: Waiter] = [:]
    var next: UInt64 = 1
  }

  private let content = Mutex(Content())

  var count: Int { content.withLock { $0.waiting.count } }

  /// A new ticket; nil while as many wait as may.
  func add(_ sink: any AnswerSink, id: UInt64, limit: Int) -> UInt64? {
    content.withLock { content in
      guard content.waiting.count < limit else { return nil }
      let ticket = content.next
      content.next += 1
      content.waiting[ticket] = Waiter(sink: sink, id: id)
      return ticket
    }
  }

  /// Takes the waiters of a block's tickets, one for each; nil for zero and for those who went away.
  func take(_ tickets: [UInt64]) -> [Waiter?] {
    content.withLock { content in tickets.map { $0 == 0 ? nil : content.waiting.removeValue(forKey: $0) } }
  }

  /// The node stops: nobody gets an answer any more.
  func takeAll() -> [Waiter] {
    content.withLock { content in
      defer { content.waiting = [:] }
      return Array(content.waiting.values)
    }
  }
}
