import Quantities
import StateStore

// The average price of all shorts that knows what they realised. It changes before the vault's position does, at every
// change: a change that goes past it lets the value of the pool's shares be pushed. Rule GMX-165.
extension GMXState {
  mutating func v1TrackShorts(
    _ key: V1PositionKey, sizeDelta: UInt256, price: UInt256, isIncrease: Bool, _ context: ExecutionContext
  ) throws(Revert) {
    if key.isLong || sizeDelta.isZero { return }
    let realised = isIncrease ? nil : try v1RealisedResult(key, sizeDelta: sizeDelta, context)
    let pool = v1Pool(key.indexToken)
    let nextSize =
      isIncrease ? try pool.globalShortSize.plus(sizeDelta) : try pool.globalShortSize.minus(sizeDelta)
    let next = try Self.v1NextTrackedAverage(pool, price: price, nextSize: nextSize, realised: realised)
    try v1Change(key.indexToken) { (pool) throws(Revert) in pool.trackedShortAveragePrice = next }
  }

  /// The part's share of the position's profit or loss.
  private func v1RealisedResult(
    _ key: V1PositionKey, sizeDelta: UInt256, _ context: ExecutionContext
  ) throws(Revert) -> (hasProfit: Bool, amount: UInt256) {
    let position = v1Positions[key] ?? V1Position()
    let (hasProfit, delta) = try v1Delta(key, position, context)
    let part = try sizeDelta.times(delta).over(position.size)
    if part >= Int256.max.magnitude { throw .message("ShortsTracker: overflow") }
    return (hasProfit, part)
  }

  /// The price at which the rest has the result that is left: zero for no rest, the price itself for a first short.
  static func v1NextTrackedAverage(
    _ pool: V1Pool, price: UInt256, nextSize: UInt256, realised: (hasProfit: Bool, amount: UInt256)?
  ) throws(Revert) -> UInt256 {
    if nextSize.isZero { return .zero }
    let average = pool.trackedShortAveragePrice
    if average.isZero { return price }
    let delta = try pool.globalShortSize.times(average.distance(to: price)).over(average)
    let rest = try v1RestOfResult(hasProfit: average > price, delta: delta, realised: realised)
    return try v1NextAverage(price: price, nextSize: nextSize, delta: rest.delta, adds: !rest.hasProfit)
  }

  /// The result of all shorts less what one of them took: 10,000 less 11,000 is a loss of 1,000.
  private static func v1RestOfResult(
    hasProfit: Bool, delta: UInt256, realised: (hasProfit: Bool, amount: UInt256)?
  ) throws(Revert) -> (hasProfit: Bool, delta: UInt256) {
    guard let realised, !realised.amount.isZero else { return (hasProfit, delta) }
    if realised.hasProfit != hasProfit { return (hasProfit, try delta.plus(realised.amount)) }
    if realised.amount > delta { return (!hasProfit, try realised.amount.minus(delta)) }
    return (hasProfit, try delta.minus(realised.amount))
  }
}
