import Agents
import Quantities
import VenueKit

/// The outside price of one market, asked for at later and later times. The answers depend on the scenario's seed, the
/// market's name and the times asked for, and on nothing else; every venue sees the same path.
struct PricePath: Sendable {
  private var source: Source
  private let shocks: [Shock]
  private let start: Int64

  private enum Source: Sendable {
    case bridge(BridgePath)
    case diffusion(DiffusionPath)
  }

  init(_ market: MarketScenario, series: PriceSeries?, shocks: [Shock], seed: UInt64, start: Int64) {
    let name = StreamName(seed: seed, ["paths", market.symbol])
    switch market.path {
    case .csv(_, _, _, _, let volatility):
      guard let series else { preconditionFailure("the series of a CSV path is loaded before the path is made") }
      source = .bridge(BridgePath(series: series, volatility: volatility, name: name))
    case .gbm(let price, let drift, let volatility):
      source = .diffusion(DiffusionPath(start: price, time: start, drift: drift, volatility: volatility, name: name))
    case .jumps(let price, let drift, let volatility, let rate, let mean, let deviation):
      let jumps = DiffusionPath.Jumps(rate: rate, mean: mean, deviation: deviation)
      source = .diffusion(
        DiffusionPath(start: price, time: start, drift: drift, volatility: volatility, jumps: jumps, name: name))
    }
    self.shocks = shocks.filter {
      if case .move(_, market.symbol, _, _) = $0 { true } else { false }
    }
    self.start = start
  }

  /// The price at a time not before the last one asked for, in 10^-12 USD, shocks included.
  mutating func price(at time: Int64) -> Int128 {
    var price: Int128
    switch source {
    case .bridge(var path):
      price = path.price(at: time)
      source = .bridge(path)
    case .diffusion(var path):
      price = path.price(at: time)
      source = .diffusion(path)
    }
    for shock in shocks {
      guard case .move(let at, _, let move, let over) = shock, time >= start + at else { continue }
      let passed = min(over, time - start - at)
      let fraction = over == 0 ? move : PathMathematics.part(move, Int128(passed), Int128(over))
      price = PathMathematics.scaled(price, byOnePlus: fraction)
    }
    return price
  }
}

/// Known prices at known times, and between two of them a Brownian bridge of the logarithm, so that each known price is
/// met exactly.
struct BridgePath: Sendable {
  private let series: PriceSeries
  private let volatility: Int128
  private let name: StreamName
  /// The entry at or before the last time.
  private var index = -1
  private var random: RandomStream
  private var time: Int64 = 0
  /// Logarithm of the last price over the entry's, 10^-18, and that of the next entry's price over it.
  private var position: Int128 = 0
  private var goal: Int128 = 0

  init(series: PriceSeries, volatility: Int128, name: StreamName) {
    self.series = series
    self.volatility = volatility
    self.name = name
    random = name.makeStream()
  }

  mutating func price(at next: Int64) -> Int128 {
    let entries = series.entries
    if next <= entries[0].time { return entries[0].price }
    guard let last = entries.last, next < last.time else { return entries[entries.count - 1].price }
    enterSegment(at: next)
    let from = entries[index]
    if next == from.time { return from.price }
    let end = entries[index + 1].time
    let step = Int128(next - time)
    let left = Int128(end - time)
    let drawn = random.nextNormal().raw
    // Variance of a bridge: step * (rest after the step) / (rest before it).
    let deviation = PathMathematics.deviation(volatility, over: step * Int128(end - next), left)
    position += PathMathematics.part(goal - position, step, left)
    position += PathMathematics.part(deviation, drawn, Fixed.unitsPerOne)
    time = next
    return PathMathematics.grown(from.price, by: position)
  }

  /// Each segment has a stream of its own, so that its draws do not depend on how many were made before it.
  private mutating func enterSegment(at next: Int64) {
    let entries = series.entries
    var found = max(0, index)
    while found + 1 < entries.count && entries[found + 1].time <= next { found += 1 }
    guard found != index else { return }
    index = found
    time = entries[found].time
    position = 0
    goal = PathMathematics.logarithm(from: entries[found].price, to: entries[found + 1].price)
    random = name.appending(String(entries[found].time)).makeStream()
  }
}

/// Geometric Brownian motion, with jumps if asked for.
struct DiffusionPath: Sendable {
  struct Jumps: Sendable {
    /// Jumps an hour, 10^-12.
    var rate: Int128
    /// Mean and standard deviation of a jump, 10^-12.
    var mean: Int128
    var deviation: Int128
  }

  private let start: Int128
  private let drift: Int128
  private let volatility: Int128
  private let jumps: Jumps?
  private var time: Int64
  private var logarithm: Int128 = 0
  private var random: RandomStream
  private var jumpRandom: RandomStream

  init(start: Int128, time: Int64, drift: Int128, volatility: Int128, jumps: Jumps? = nil, name: StreamName) {
    self.start = start
    self.time = time
    self.drift = drift
    self.volatility = volatility
    self.jumps = jumps
    random = name.appending("diffusion").makeStream()
    jumpRandom = name.appending("jumps").makeStream()
  }

  mutating func price(at next: Int64) -> Int128 {
    guard next > time else { return PathMathematics.grown(start, by: logarithm) }
    let step = Int128(next - time)
    time = next
    let deviation = PathMathematics.deviation(volatility, over: step)
    // In 10^-18: drift less half the variance, for this step.
    let variance = PathMathematics.part(deviation, deviation, 2 * Fixed.unitsPerOne)
    logarithm += PathMathematics.part(drift * 1_000_000, step, PathMathematics.yearMilliseconds) - variance
    logarithm += PathMathematics.part(deviation, random.nextNormal().raw, Fixed.unitsPerOne)
    if let jumps { logarithm += jump(jumps, step: step) }
    let limit = 40 * Fixed.unitsPerOne
    logarithm = max(-limit, min(limit, logarithm))
    return PathMathematics.grown(start, by: logarithm)
  }

  /// At most one jump a step; both draws are made whether it happens or not.
  private mutating func jump(_ jumps: Jumps, step: Int128) -> Int128 {
    let arrival = Int128(jumpRandom.uniform(below: 1_000_000_000_000))
    let size = jumpRandom.nextNormal().raw
    guard arrival < PathMathematics.part(jumps.rate, step, 3_600_000) else { return 0 }
    let mean = PathMathematics.logarithm(from: CommonScale.one, to: CommonScale.one + jumps.mean)
    return mean + PathMathematics.part(size, jumps.deviation, CommonScale.one)
  }
}
