// Rule DYDX-15: short-term cancels are remembered until their last block.
extension Memclob {
  /// Cancels an order, also one that is not known: it is then refused when it comes.
  public mutating func cancel(_ key: OrderKey, goodTilBlock: UInt32) throws(MathematicsError) {
    if let last = cancels[key], last >= goodTilBlock { throw .refused(.memClobCancelAlreadyExists) }
    if let order = resting(key)?.order, order.goodTilBlock <= goodTilBlock { remove(key) }
    cancels[key] = goodTilBlock
    lastBlocks[goodTilBlock, default: []].append(key)
  }

  /// Forgets short-term orders and cancels whose last block is `height`.
  mutating func forget(height: UInt32) {
    for key in lastBlocks.removeValue(forKey: height) ?? [] {
      if let order = resting(key)?.order, order.goodTilBlock <= height { remove(key) }
      if let last = cancels[key], last <= height { cancels[key] = nil }
    }
  }

  /// Takes the operations away, with their orders, for a block that was decided without them.
  mutating func takeQueue() -> OperationsQueue {
    let taken = queue
    queue = OperationsQueue()
    return taken
  }
}
