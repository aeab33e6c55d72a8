import BasicContainers

extension LadderBook {
  public func checkInvariants() -> [String] {
    var broken: [String] = []
    var orders = 0
    var levelsSeen = 0
    for side in Side.allCases { checkSide(side, &orders, &levelsSeen, &broken) }
    if orders != index.count { broken.append("the index counts \(index.count) orders, the queues hold \(orders)") }
    if let bid = bestBid, let ask = bestAsk, bid.price >= ask.price {
      broken.append("the book is crossed: bid \(bid.price), ask \(ask.price)")
    }
    checkFree(orders, levelsSeen, &broken)
    return broken
  }

  private func checkSide(_ side: Side, _ orders: inout Int, _ levelsSeen: inout Int, _ broken: inout [String]) {
    var numbers: [UInt32] = []
    walkLevels(side) {
      numbers.append($0)
      return true
    }
    levelsSeen += numbers.count
    if ladders[Int(side.rawValue)].best != (numbers.first ?? noLink) {
      broken.append("the best \(side) level is not the first one")
    }
    let keys = ladders[Int(side.rawValue)].keys.count
    for position in 0..<keys {
      let page = Int(ladders[Int(side.rawValue)].pages[position])
      if ladders[Int(side.rawValue)].occupancy[page] == 0 { broken.append("an empty page stands among the \(side)s") }
    }
    var previous: Int64?
    for number in numbers {
      let level = levels[Int(number)]
      if level.price <= 0 { broken.append("a \(side) level has price \(level.price)") }
      if level.side != side { broken.append("\(side) level \(level.price) carries the other side") }
      if let previous, side == .bid ? level.price >= previous : level.price <= previous {
        broken.append("\(side) level \(level.price) stands behind \(previous)")
      }
      previous = level.price
      if ladders[Int(side.rawValue)].level(level.price ^ side.meritMask) != number {
        broken.append("\(side) level \(level.price) is not found by its price")
      }
      checkQueue(number, &orders, &broken)
    }
  }

  private func checkQueue(_ number: UInt32, _ orders: inout Int, _ broken: inout [String]) {
    let level = levels[Int(number)]
    var sum: UInt128 = 0
    var count = 0
    var before = noLink
    var slot = level.head
    while slot != noLink && count <= slots.count {
      let order = slots[Int(slot)]
      sum += UInt128(order.quantity)
      count += 1
      if order.quantity == 0 { broken.append("order \(order.id) is empty") }
      if order.previous != before || order.level != number {
        broken.append("order \(order.id) is linked wrongly in level \(level.price)")
      }
      if before != noLink && slots[Int(before)].sequence > order.sequence {
        broken.append("order \(order.id) stands behind a higher sequence")
      }
      if index.find(order.id, in: slots) != slot { broken.append("order \(order.id) is not found by its id") }
      before = slot
      slot = order.next
    }
    if level.tail != before { broken.append("level \(level.price) ends at another order than its tail") }
    if count != Int(level.count) || count == 0 {
      broken.append("level \(level.price) counts \(level.count) orders and holds \(count)")
    }
    if sum != UInt128(level.quantity) {
      broken.append("level \(level.price) says \(level.quantity) lots and holds \(sum)")
    }
    orders += count
  }

  /// Every slot and level is either in use or free.
  private func checkFree(_ orders: Int, _ levelsSeen: Int, _ broken: inout [String]) {
    var free = 0
    var slot = freeSlot
    while slot != noLink && free <= slots.count {
      free += 1
      slot = slots[Int(slot)].next
    }
    if free + orders != slots.count { broken.append("\(slots.count) slots, \(orders) used, \(free) free") }
    free = 0
    var level = freeLevel
    while level != noLink && free <= levels.count {
      free += 1
      level = levels[Int(level)].head
    }
    if free + levelsSeen != levels.count { broken.append("\(levels.count) levels, \(levelsSeen) used, \(free) free") }
  }
}
