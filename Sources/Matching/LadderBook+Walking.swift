import BasicContainers

extension LadderBook {
  @inlinable public func walk(_ side: Side, _ body: (BookLevel) -> Bool) {
    walkLevels(side) { body(levels[Int($0)].view) }
  }

  @inlinable public func walkOrders(_ side: Side, _ body: (RestingOrder) -> Bool) {
    walkLevels(side) { level in
      var slot = levels[Int(level)].head
      while slot != noLink {
        guard body(slots[Int(slot)].order(price: levels[Int(level)].price)) else { return false }
        slot = slots[Int(slot)].next
      }
      return true
    }
  }

  /// Level numbers of a side, best first, until `body` returns false.
  @inlinable package func walkLevels(_ side: Side, _ body: (UInt32) -> Bool) {
    let ladder = Int(side.rawValue)
    var position = ladders[ladder].keys.count
    while position > 0 {
      position -= 1
      let page = Int(ladders[ladder].pages[position])
      var bits = ladders[ladder].occupancy[page]
      while bits != 0 {
        let bit = 63 - bits.leadingZeroBitCount
        bits &= ~(1 &<< UInt64(bit))
        guard body(ladders[ladder].levels[page << 6 | bit]) else { return }
      }
    }
  }
}
