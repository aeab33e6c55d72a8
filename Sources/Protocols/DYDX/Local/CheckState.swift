import Quantities
public import VenueKit

// Rules DYDX-64 to DYDX-69: after a commit a node makes its accounts and books anew.
extension DYDXVenue {
  public func committed(
    _ transactions: [AuthenticatedTransaction<DYDXContent>], state: DYDXState, local: inout DYDXLocal,
    block: BlockContext
  ) {
    guard local.keeper != nil else {
      local.prepare(state, block: block)
      return local.runDaemon(block)
    }
    let queue = local.book.takeQueue()
    local.placed = []
    local.cancelled = []
    local.keeper = StateKeeper(state: state, time: MatchTime(height: block.height + 1, time: block.time))
    local.book.removeOrders(of: queue)
    local.purge(transactions, state: state, block: block)
    let entered = state.noted(on: .entered, at: 0).compactMap { state.orders[$0]?.order }.map { BookOrder($0) }
    for isPostOnly in [true, false] {
      for order in entered where (order.order.timeInForce == .postOnly) == isPostOnly { _ = try? local.place(order) }
      local.replay(queue, isPostOnly: isPostOnly)
    }
    local.runDaemon(block)
  }
}

extension DYDXLocal {
  /// Opens the books and rests the stateful orders, oldest first; once in a node's life.
  mutating func prepare(_ state: DYDXState, block: BlockContext) {
    if keeper != nil { return }
    keeper = StateKeeper(state: state, time: MatchTime(height: block.height + 1, time: block.time))
    openBooks(state)
    var records: [StatefulOrderRecord] = []
    state.orders.forEachSorted { _, record in records.append(record) }
    for record in records.sorted(by: { $0.index < $1.index }) { _ = try? place(BookOrder(record.order)) }
    daemon.begin(state)
  }

  private mutating func openBooks(_ state: DYDXState) {
    for id in state.pairs.sortedKeys() {
      guard let pair = state.pairs[id] else { continue }
      book.open(pair: id, subticksPerTick: UInt64(pair.subticksPerTick), step: pair.step)
    }
  }

  /// What ended with the block leaves the books; what was filled in part stays with the rest.
  mutating func purge(
    _ transactions: [AuthenticatedTransaction<DYDXContent>], state: DYDXState, block: BlockContext
  ) {
    for key in state.endedOrders.sortedKeys() { book.remove(key) }
    for transaction in transactions {
      guard case .proposer(.operations(let operations)) = transaction.content.body else { continue }
      for operation in operations { adjust(operation, state) }
    }
    book.forget(height: UInt32(clamping: block.height))
  }

  private mutating func adjust(_ operation: Operation, _ state: DYDXState) {
    var keys: [OrderKey] = []
    switch operation {
    case .match(let taker, let fills): keys = [taker] + fills.map(\.maker)
    case .liquidation(let match): keys = match.fills.map(\.maker)
    case .deleveraging(let match): daemon.note(match.fills.map(\.offsetting))
    case .placement, .removal: break
    }
    daemon.note(keys.map(\.subaccount))
    for key in keys {
      guard let order = book.resting(key)?.order else { continue }
      let filled = state.filled(key)
      book.setRemaining(key, filled >= order.quantums ? 0 : order.quantums - filled)
    }
  }

  /// Orders of the last queue are placed again; its matches are not kept.
  mutating func replay(_ queue: OperationsQueue, isPostOnly: Bool) {
    for entry in queue.entries {
      let order: BookOrder
      switch entry {
      case .operation(.placement(let placed, let sealed)):
        order = BookOrder(placed, sealed: sealed, authenticators: queue.authenticators(of: placed.key))
      case .stateful(let placed): order = BookOrder(placed)
      case .operation(.removal(let key, _)):
        // Tried again: whatever made it necessary may be gone.
        guard let record = keeper?.state.orders[key] else { continue }
        order = BookOrder(record.order)
      default: continue
      }
      guard (order.order.timeInForce == .postOnly) == isPostOnly, isOpen(order.order) else { continue }
      _ = try? place(order)
    }
  }

  /// Whether an order could still stand in the next block.
  private func isOpen(_ order: ClobOrder) -> Bool {
    guard let keeper else { return false }
    // A short-term order may be a later version of one that stands; the book judges that.
    if order.key.isStateful { return !book.contains(order.key) && keeper.state.orders.contains(order.key) }
    return UInt64(order.goodTilBlock) >= keeper.time.height
  }
}

extension Memclob {
  /// Takes the orders of a queue out of the books. A later version that rests without a match stays.
  mutating func removeOrders(of queue: OperationsQueue) {
    for entry in queue.entries {
      switch entry {
      case .operation(.placement(let order, _)), .stateful(let order):
        if resting(order.key)?.order == order { remove(order.key) }
      default: continue
      }
    }
  }
}
