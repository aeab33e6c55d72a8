import Quantities
import VenueKit

// Rules DYDX-90 to DYDX-95: votes become samples, samples become rates, rates move the indices.
extension DYDXState {
  mutating func runFunding(_ block: BlockContext, _ events: inout EventSink<DYDXEvent>) {
    if starts(.fundingSample, block) { takeSamples() }
    if starts(.fundingTick, block) { payFunding(&events) }
  }

  /// The median of the minute's votes, missing ones as zeros; zero samples are counted, not kept.
  private mutating func takeSamples() {
    let count = Int(exactly: counter(.voteCount)) ?? 0
    for perpetual in votes.sortedKeys() {
      let values = (votes.remove(perpetual)?.values ?? []).map { Int256(Int64($0)) }
      guard let median = try? Funding.sample(votes: values, voteCount: count, leastVotes: parameters.leastVotes),
        let sample = Int32(exactly: median), sample != 0
      else { continue }
      samples.upsert(perpetual, default: PremiumRecord()) { $0.values.append(sample) }
    }
    counters.remove(Counter.voteCount.rawValue)
    add(1, to: .sampleCount)
  }

  private mutating func payFunding(_ events: inout EventSink<DYDXEvent>) {
    let seconds = epochs[Epoch.fundingTick.rawValue]?.duration ?? 3_600
    let sampleSeconds = max(1, epochs[Epoch.fundingSample.rawValue]?.duration ?? 60)
    let least = Int((seconds + sampleSeconds - 1) / sampleSeconds)
    let count = max(Int(exactly: counter(.sampleCount)) ?? 0, least)
    for perpetual in perpetuals.sortedKeys() {
      let values = (samples.remove(perpetual)?.values ?? []).map { Int256(Int64($0)) }
      // A rate that cannot be computed moves nothing.
      guard let (rate, delta) = try? fundingDelta(perpetual, values, count: count, seconds: seconds) else { continue }
      noteFundingPaid(perpetual, delta: delta)
      infos.update(perpetual) { $0.fundingIndex = (try? $0.fundingIndex + delta) ?? $0.fundingIndex }
      rates.set(perpetual, Amount(rate))
      events.emit(.funding(perpetual: perpetual, ratePpm: rate, index: infos[perpetual]?.fundingIndex ?? 0, self))
    }
    counters.remove(Counter.sampleCount.rawValue)
  }

  /// One side holds the open interest and pays for it, the other receives: a statistic for views, rounded down.
  private mutating func noteFundingPaid(_ perpetual: UInt32, delta: Int256) {
    let open = infos[perpetual]?.openInterest ?? 0
    let paid = try? Int256.multiplyDivide(open.absolute, delta.absolute, by: Integers.million, rounding: .floor)
    add(paid ?? 0, to: .fundingPaid)
  }

  private func fundingDelta(
    _ perpetual: UInt32, _ samples: [Int256], count: Int, seconds: UInt64
  ) throws(MathematicsError) -> (rate: Int256, delta: Int256) {
    guard let record = perpetuals[perpetual] else { throw .refused(.perpetualDoesNotExist) }
    let terms = try terms(perpetual)
    let premium = try Funding.premium(samples: samples, count: count)
    let clamp = try computing { () throws(ArithmeticError) in
      try terms.tier.fundingClampPpm(factorPpm: parameters.fundingRateClampPpm)
    }
    let rate = try Funding.rate(
      premium: premium, defaultPpm: Int256(Int64(record.defaultFundingPpm)), clampPpm: clamp)
    let delta = try computing { () throws(ArithmeticError) in
      try Funding.indexDelta(
        ratePpm: rate, seconds: Int256(seconds), atomicResolution: terms.atomicResolution, at: terms.price)
    }
    return (rate, delta)
  }
}
