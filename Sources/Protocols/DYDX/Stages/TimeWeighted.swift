public import Quantities

// Rules DYDX-51 and DYDX-52: a time-weighted order is placed in parts.
extension TimeWeightedRecord {
  /// The part that is due, or nil when it is too small for a step. `oracle` is the market's price in subticks, `time` in
  /// Unix seconds.
  public func part(
    oracle: Rational, pair: ClobPairRecord, time: UInt32
  ) throws(ArithmeticError) -> ClobOrder? {
    let weighting = order.timeWeighting ?? Order.TimeWeighting()
    let totalLegs = UInt64(max(1, weighting.interval == 0 ? 1 : weighting.duration / weighting.interval))
    let even =
      remainingQuantums / UInt64(max(1, remainingLegs))
      + (remainingQuantums % UInt64(max(1, remainingLegs)) == 0 ? 0 : 1)
    let most = Int256(order.quantums / totalLegs + (order.quantums % totalLegs == 0 ? 0 : 1))
    let size = min(Int256(even), try most * Int256(DYDXConstants.catchUpMultiple))
    guard let quantums = UInt64(exactly: try Integers.roundToMultiple(size, Int256(pair.step), up: false)) else {
      throw .overflow
    }
    if quantums == 0 { return nil }
    var part = order
    part.key.flags = OrderFlags.timeWeightedPart
    part.quantums = quantums
    part.subticks = try price(oracle: oracle, pair: pair, tolerance: weighting.priceTolerance)
    part.goodTil = .time(time &+ DYDXConstants.partLife)
    part.timeWeighting = nil
    return part
  }

  /// The order's own limit, or the oracle's price with the tolerance, floored and then moved away from the middle to a
  /// tick.
  private func price(
    oracle: Rational, pair: ClobPairRecord, tolerance: UInt32
  ) throws(ArithmeticError) -> UInt64 {
    if order.subticks != 0 { return order.subticks }
    let factor = try order.isBuy ? Integers.million + Int256(tolerance) : Integers.million - Int256(tolerance)
    let exact = try oracle * Rational(factor, over: Integers.million)
    let tick = Int256(max(1, pair.subticksPerTick))
    let rounded = try Integers.roundToMultiple(exact.rounded(.floor), tick, up: order.isBuy)
    guard let subticks = UInt64(exactly: try Ticks.bounded(rounded, subticksPerTick: tick)) else { throw .overflow }
    return subticks
  }
}
