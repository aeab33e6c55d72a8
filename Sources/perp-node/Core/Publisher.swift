import Canonical
import Chain
import Foundation
import Hyperliquid
import HyperliquidGateway
import VenueKit

/// Takes finished blocks off the chain's hands: publishes the view, answers who waited, feeds streams and the index. Its
/// queue is short: a publisher that falls behind slows the chain, memory stays flat.
final class Publisher: @unchecked Sendable {
  private static let queueLimit = 4

  let store: GatewayStore
  let waiters: Waiters
  let hub: StreamHub
  let metrics: NodeMetrics
  /// Where history goes that memory does not keep.
  private let recorder: (any BlockRecorder)?

  private let condition = NSCondition()
  private enum Item {
    case block(ObservedBlock<HyperliquidVenue>)
    case checkpoint(height: UInt64, written: @Sendable () -> Void)
  }

  private var queue: [Item] = []
  private var isBusy = false
  private var isStopping = false

  init(
    store: GatewayStore, waiters: Waiters, hub: StreamHub, metrics: NodeMetrics, recorder: (any BlockRecorder)?
  ) {
    self.store = store
    self.waiters = waiters
    self.hub = hub
    self.metrics = metrics
    self.recorder = recorder
  }

  func start() {
    let thread = Thread { self.work() }
    thread.name = "publisher"
    thread.start()
  }

  /// Called by the chain's thread with each block that is on the disk.
  func enqueue(_ observed: ObservedBlock<HyperliquidVenue>) { add(.block(observed)) }

  /// The history as it is after the blocks handed over so far goes into the index; then `written` is called.
  func enqueueCheckpoint(height: UInt64, written: @escaping @Sendable () -> Void) {
    add(.checkpoint(height: height, written: written))
  }

  private func add(_ item: Item) {
    condition.lock()
    while queue.count >= Self.queueLimit && !isStopping { condition.wait() }
    queue.append(item)
    condition.broadcast()
    condition.unlock()
  }

  /// A block of the log that a starting node executes again: nobody waits for it.
  func replay(_ observed: ObservedBlock<HyperliquidVenue>) {
    let update = store.publish(observed)
    recorder?.record(observed, update)
  }

  /// Returns when everything handed over so far is published.
  func drain() {
    condition.lock()
    while !queue.isEmpty || isBusy { condition.wait() }
    condition.unlock()
  }

  func stop() {
    drain()
    condition.lock()
    isStopping = true
    condition.broadcast()
    condition.unlock()
    recorder?.finish()
  }

  /// A transaction that could not even wait for a block.
  func refuse(_ ticket: UInt64, _ text: String) {
    for waiter in waiters.take([ticket]) {
      if let waiter { waiter.sink.deliver([(waiter.id, ExchangeAnswer.error(text))]) }
    }
  }

  private func work() {
    while true {
      condition.lock()
      isBusy = false
      condition.broadcast()
      while queue.isEmpty && !isStopping { condition.wait() }
      if queue.isEmpty {
        condition.unlock()
        return
      }
      let item = queue.removeFirst()
      isBusy = true
      condition.broadcast()
      condition.unlock()
      switch item {
      case .block(let observed): publish(observed)
      case .checkpoint(let height, let written): recorder?.checkpoint(height: height, written: written)
      }
    }
  }

  private func publish(_ observed: ObservedBlock<HyperliquidVenue>) {
    let update = store.publish(observed)
    answer(observed)
    hub.broadcast(update, store: store)
    recorder?.record(observed, update)
    metrics.notePublished(observed)
  }

  /// All answers of the block, one delivery for each connection.
  private func answer(_ observed: ObservedBlock<HyperliquidVenue>) {
    var batches: [(sink: any AnswerSink, answers: [(id: UInt64, json: [UInt8])])] = []
    var places: [ObjectIdentifier: Int] = [:]
    func add(_ waiter: Waiters.Waiter, _ json: [UInt8]) {
      let place = places[ObjectIdentifier(waiter.sink), default: batches.count]
      if place == batches.count {
        places[ObjectIdentifier(waiter.sink)] = place
        batches.append((waiter.sink, []))
      }
      batches[place].answers.append((waiter.id, json))
    }
    for (index, waiter) in waiters.take(observed.tickets).enumerated() {
      guard let waiter else { continue }
      add(waiter, Self.answer(observed, at: index))
    }
    for (rejected, waiter) in zip(observed.rejected, waiters.take(observed.rejected.map(\.ticket))) {
      if let waiter { add(waiter, ExchangeAnswer.refused(rejected.refusal)) }
    }
    for batch in batches { batch.sink.deliver(batch.answers) }
  }

  private static func answer(_ observed: ObservedBlock<HyperliquidVenue>, at index: Int) -> [UInt8] {
    let receipt = observed.execution.receipts[index]
    if receipt.code == 0 {
      return ExchangeAnswer.done(receipt.data) { try? observed.transactions[index].get().content.action }
    }
    let refusals = observed.execution.refusals
    // Ascending by place in the block.
    var low = 0
    var high = refusals.count
    while low < high {
      let middle = (low + high) / 2
      if refusals[middle].index < index { low = middle + 1 } else { high = middle }
    }
    guard low < refusals.count, refusals[low].index == index else { return ExchangeAnswer.error("Internal error") }
    return ExchangeAnswer.refused(refusals[low].refusal)
  }
}

/// Keeps what happened for later.
protocol BlockRecorder: AnyObject, Sendable {
  func record(_ observed: ObservedBlock<HyperliquidVenue>, _ update: BlockUpdate)
  /// Keeps all that a later start must know to go on after the last recorded block.
  func checkpoint(height: UInt64, written: @escaping @Sendable () -> Void)
  func finish()
}
