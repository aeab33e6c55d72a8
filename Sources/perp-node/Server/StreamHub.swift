import HyperliquidGateway
import NIOCore
import Synchronization

/// A connection that takes streams.
protocol StreamSubscriber: AnyObject, Sendable {
  /// Messages of one block, to be flushed together.
  func send(_ messages: [ByteBuffer])
}

/// Who listens to what. Each stream's message is made once, whoever many listen.
final class StreamHub: Sendable {
  private typealias Subscribers = [ObjectIdentifier: any StreamSubscriber]
  private let subscribers = Mutex<[StreamKey: Subscribers]>([:])
  /// Of the publisher's thread alone in effect; under a lock because nothing says so to the compiler.
  private let memories = Mutex<[StreamKey: StreamMemory]>([:])

  func subscribe(_ subscriber: any StreamSubscriber, to key: StreamKey) {
    subscribers.withLock { $0[key, default: [:]][ObjectIdentifier(subscriber)] = subscriber }
  }

  func unsubscribe(_ subscriber: any StreamSubscriber, from keys: some Sequence<StreamKey>) {
    subscribers.withLock { subscribers in
      for key in keys {
        subscribers[key]?[ObjectIdentifier(subscriber)] = nil
        if subscribers[key]?.isEmpty == true { subscribers[key] = nil }
      }
    }
  }

  /// After a block: one delivery for each connection.
  func broadcast(_ update: BlockUpdate, store: GatewayStore) {
    let listening = subscribers.withLock { $0 }
    if listening.isEmpty { return }
    let service = StreamService(store: store)
    var batches: [ObjectIdentifier: (subscriber: any StreamSubscriber, messages: [ByteBuffer])] = [:]
    memories.withLock { memories in
      if memories.count > 2 * listening.count + 64 { memories = memories.filter { listening[$0.key] != nil } }
      for (key, subscribers) in listening {
        let messages = service.messages(key, update, &memories[key, default: StreamMemory()])
        if messages.isEmpty { continue }
        let buffers = messages.map { ByteBuffer(bytes: $0) }
        for (id, subscriber) in subscribers {
          batches[id, default: (subscriber, [])].messages += buffers
        }
      }
    }
    for batch in batches.values { batch.subscriber.send(batch.messages) }
  }
}
