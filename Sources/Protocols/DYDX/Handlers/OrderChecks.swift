import Quantities

// Rules DYDX-7 to DYDX-9: what an order must be against the state.
extension DYDXState {
  /// Pair, tick, step, status and time of an order. `time` is the block that is being built and its predecessor's time.
  public func checkOrder(_ order: ClobOrder, at time: MatchTime) throws(MathematicsError) {
    guard let pair = pairs[order.key.pair] else { throw .refused(.invalidClob) }
    guard order.subticks % UInt64(max(1, pair.subticksPerTick)) == 0, order.quantums % pair.step == 0 else {
      throw .refused(.invalidPlaceOrder)
    }
    switch pair.status {
    case .active: break
    case .initializing: try checkInitializing(order, pair)
    case .finalSettlement: throw .refused(.orderConflictsWithClobPairStatus)
    case .paused, .cancelOnly, .postOnly: throw .refused(.unsupportedPairStatus)
    }
    try checkGoodTil(order.goodTil, at: time)
    if order.key.isConditional, order.triggerSubticks % UInt64(max(1, pair.subticksPerTick)) != 0 {
      throw .refused(.invalidPlaceOrder)
    }
    if let weighting = order.timeWeighting, order.key.flags == OrderFlags.timeWeighted {
      let legs = UInt64(weighting.interval == 0 ? 1 : max(1, weighting.duration / weighting.interval))
      guard order.quantums / legs >= pair.step else { throw .refused(.invalidPlaceOrder) }
    }
  }

  /// Blocks are counted from the one that is being built, seconds from the last block's time.
  func checkGoodTil(_ goodTil: GoodTil, at time: MatchTime) throws(MathematicsError) {
    let height = time.height
    switch goodTil {
    case .block(let last):
      guard height <= UInt64(last) else { throw .refused(.heightExceedsGoodTilBlock) }
      guard UInt64(last) <= height + UInt64(DYDXConstants.shortBlockWindow) else {
        throw .refused(.goodTilBlockExceedsShortBlockWindow)
      }
    case .time(let last):
      // Before the first block its own time counts.
      let previous = previousSeconds(at: time)
      guard UInt64(last) > previous else { throw .refused(.timeExceedsGoodTilBlockTime) }
      guard UInt64(last) <= previous + DYDXConstants.statefulWindow else {
        throw .refused(.goodTilBlockTimeExceedsStatefulOrderTimeWindow)
      }
    }
  }

  /// The last block's time in Unix seconds, of the first block its own.
  func previousSeconds(at time: MatchTime) -> UInt64 {
    let last = counter(.lastTime)
    return last.isZero ? UInt64(clamping: time.time / 1_000) : UInt64(exactly: last) ?? 0
  }

  /// A new pair takes short-term post-only orders that do not cross the oracle's price.
  private func checkInitializing(_ order: ClobOrder, _ pair: ClobPairRecord) throws(MathematicsError) {
    let terms = try terms(pair.perpetual)
    let oracle = try computing { () throws(ArithmeticError) in
      try Units.subticks(
        of: terms.price, conversionExponent: Int(pair.conversionExponent), atomicResolution: terms.atomicResolution
      ).rounded(.floor)
    }
    let price = Int256(order.subticks)
    guard order.key.isShortTerm, order.timeInForce == .postOnly, order.isBuy ? price <= oracle : price >= oracle else {
      throw .refused(.orderConflictsWithClobPairStatus)
    }
  }
}
