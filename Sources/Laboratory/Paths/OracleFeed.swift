import Agents
import Quantities
import VenueKit

/// What the outside world is seen to say of one market: the path some time ago, with noise. All venues hear the same.
struct OracleFeed: Sendable {
  let symbol: String
  private let oracle: OracleScenario
  private let silences: [ClosedRange<Int64>]
  private let start: Int64
  private var random: RandomStream
  /// Prices not yet old enough to be observed, oldest first.
  private var waiting: [(time: Int64, price: Int128)] = []
  private var current: Int128

  init(_ market: MarketScenario, shocks: [Shock], seed: UInt64, start: Int64, price: Int128) {
    symbol = market.symbol
    oracle = market.oracle
    self.start = start
    random = StreamName(seed: seed, ["oracle", market.symbol]).makeStream()
    current = price
    silences = shocks.compactMap {
      guard case .silence(let at, market.symbol, let duration) = $0 else { return nil }
      return start + at...start + at + duration - 1
    }
  }

  /// Takes the path's price at a time, and gives an observation when one is due.
  mutating func observe(_ price: Int128, at time: Int64) -> Observation? {
    waiting.append((time, price))
    var seen = 0
    while seen < waiting.count && waiting[seen].time <= time - oracle.delay {
      current = waiting[seen].price
      seen += 1
    }
    waiting.removeFirst(seen)
    guard (time - start) % oracle.every == 0 else { return nil }
    // Both draws are made at every due time, so that a silence shifts nothing.
    let noise = drawn(oracle.noise)
    let basis = drawn(oracle.basis)
    if silences.contains(where: { $0.contains(time) }) { return nil }
    let index = PathMathematics.scaled(current, byOnePlus: noise)
    return Observation(
      symbol: symbol, price: index, perpetualPrice: PathMathematics.scaled(index, byOnePlus: basis), time: time)
  }

  /// A normal of that deviation, 10^-12, cut at five deviations.
  private mutating func drawn(_ deviation: Int128) -> Int128 {
    let normal = max(-5 * Fixed.unitsPerOne, min(5 * Fixed.unitsPerOne, random.nextNormal().raw))
    return PathMathematics.part(deviation, normal, Fixed.unitsPerOne)
  }
}
