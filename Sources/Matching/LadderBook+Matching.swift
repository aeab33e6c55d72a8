import BasicContainers

extension LadderBook {
  @inline(__always) @inlinable public mutating func match<Failure: Error>(
    _ taker: TakerOrder, onSelfTrade: (SelfTrade) throws(Failure) -> Void,
    decide: (ProposedFill) throws(Failure) -> FillDecision
  ) throws(Failure) -> MatchResult {
    let side = taker.side.opposite
    let ladder = Int(side.rawValue)
    let limit = taker.limitPrice ^ side.meritMask
    var result = MatchResult(remaining: taker.quantity, filled: 0, decremented: 0, reason: .exhausted)
    while result.remaining > 0 {
      let level = ladders[ladder].best
      guard level != noLink else { return result.ended(.limitReached) }
      let price = levels[Int(level)].price
      guard price ^ side.meritMask >= limit else { return result.ended(.limitReached) }
      let slot = levels[Int(level)].head
      let record = slots[Int(slot)]
      let maker = record.order(price: price)
      let proposed = Swift.min(maker.quantity, result.remaining)
      if maker.owner == taker.owner && taker.selfTrade != .allow {
        if try meetOwn(taker.selfTrade, slot, maker, proposed, &result, onSelfTrade) { return result }
        continue
      }
      let decision = try decide(
        ProposedFill(maker: maker, quantity: proposed, takerRemaining: result.remaining))
      switch decision {
      case .fill(let quantity):
        precondition(quantity <= proposed, "a fill is no larger than the proposed one")
        result.remaining -= quantity
        result.filled += quantity
        if quantity == maker.quantity { remove(slot, record) } else { shrink(Int(slot), by: quantity) }
        if quantity < proposed { return result.ended(.decided) }
      case .fillThenCancelMaker(let quantity):
        precondition(quantity <= proposed, "a fill is no larger than the proposed one")
        result.remaining -= quantity
        result.filled += quantity
        remove(slot, record)
      case .cancelMaker: remove(slot, record)
      case .stop: return result.ended(.decided)
      }
    }
    return result
  }

  /// Carries out a self-trade policy on one meeting; true when it ends the matching.
  @inlinable package mutating func meetOwn<Failure: Error>(
    _ policy: SelfTradePolicy, _ slot: UInt32, _ maker: RestingOrder, _ proposed: UInt64,
    _ result: inout MatchResult, _ onSelfTrade: (SelfTrade) throws(Failure) -> Void
  ) throws(Failure) -> Bool {
    switch policy {
    case .allow, .cancelTaking: break
    case .cancelResting, .cancelBoth:
      try onSelfTrade(SelfTrade(maker: maker, removed: maker.quantity))
      remove(slot, slots[Int(slot)])
    case .decrement:
      try onSelfTrade(SelfTrade(maker: maker, removed: proposed))
      result.remaining -= proposed
      result.decremented += proposed
      if proposed == maker.quantity { remove(slot, slots[Int(slot)]) } else { shrink(Int(slot), by: proposed) }
    }
    guard policy == .cancelTaking || policy == .cancelBoth else { return false }
    result.reason = .selfTrade
    return true
  }
}

extension MatchResult {
  @inlinable package func ended(_ reason: StopReason) -> MatchResult {
    var result = self
    result.reason = reason
    return result
  }
}
