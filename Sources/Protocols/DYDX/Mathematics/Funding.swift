public import Quantities

/// Funding: votes, samples, rates and index changes. Rates and premiums in parts per million of eight hours.
public enum Funding {
  static let secondsOfRate: Int256 = 28_800

  /// What a position receives, in 10^-6 quote quantums; a long pays when the index grew.
  public static func settlementPpm(
    quantums: Int256, index: Int256, currentIndex: Int256
  ) throws(ArithmeticError) -> Int256 {
    try (try index - currentIndex) * quantums
  }

  /// The change of the index over some seconds at a rate: cut toward zero by the conversion to quote quantums and again
  /// by the eight hours. 100 ppm over 3,600 s at 5 quote quantums a base quantum is 62.
  public static func indexDelta(
    ratePpm: Int256, seconds: Int256, atomicResolution: Int, at price: MarketPrice
  ) throws(ArithmeticError) -> Int256 {
    let quote = try Units.baseToQuote(try ratePpm * seconds, atomicResolution: atomicResolution, at: price)
    return try quote.divided(by: secondsOfRate, rounding: .truncation)
  }

  /// The sorted samples without their tails: of the `trunc(count * 2 * rate / 10^6)` to remove, the lesser half from
  /// the low end and the rest from the high one. With none or all to remove, the samples as they came.
  public static func withoutTails(_ samples: [Int256], removalRatePpm: Int256) throws(ArithmeticError) -> [Int256] {
    let removed = try Integers.partsPerMillion(
      Int256(samples.count), try removalRatePpm * 2, rounding: .truncation)
    guard let count = Int(exactly: removed), count > 0, count < samples.count else { return samples }
    return Array(samples.sorted()[(count / 2)..<(samples.count - (count - count / 2))])
  }

  /// The sample of a minute: the median of the votes, padded with zeros to the greater of the two counts.
  public static func sample(votes: [Int256], voteCount: Int, leastVotes: Int) throws(MathematicsError) -> Int256 {
    let count = max(voteCount, leastVotes)
    guard votes.count <= count else { throw .refused(.moreSamplesThanExpected) }
    return try computing { () throws(ArithmeticError) in
      try Integers.median(votes + [Int256](repeating: 0, count: count - votes.count))
    }
  }

  /// The premium of an hour: samples padded with zeros to `count`, without tails, averaged toward zero.
  public static func premium(
    samples: [Int256], count: Int, removalRatePpm: Int256 = 0
  ) throws(MathematicsError) -> Int256 {
    guard samples.count <= count else { throw .refused(.moreSamplesThanExpected) }
    let padded = samples + [Int256](repeating: 0, count: count - samples.count)
    return try computing { () throws(ArithmeticError) in
      try Integers.average(withoutTails(padded, removalRatePpm: removalRatePpm))
    }
  }

  /// Premium plus the perpetual's default, within the clamp; must fit 32 bits.
  public static func rate(premium: Int256, defaultPpm: Int256, clampPpm: Int256) throws(MathematicsError) -> Int256 {
    let rate = try computing { () throws(ArithmeticError) in
      try Integers.clamp(try premium + defaultPpm, clampPpm)
    }
    guard Int32(exactly: rate) != nil else { throw .refused(.fundingRateOverflow) }
    return rate
  }
}

/// A side of a book as the premium sees it: orders from the best on, that their makers can pay for.
public enum PremiumPrice {
  public struct Order: Sendable, Hashable {
    public var subticks: Int256
    public var quantums: Int256

    public init(subticks: Int256, quantums: Int256) {
      self.subticks = subticks
      self.quantums = quantums
    }
  }

  /// The average price in subticks of orders worth the impact notional; nil for a thin book. The last order counts with
  /// the exact base that is left, and the base total is rounded up. Without a notional the best price.
  public static func impactSubticks(
    _ orders: [Order], impactNotional: Int256, conversionExponent: Int
  ) throws(ArithmeticError) -> Rational? {
    guard let best = orders.first else { return nil }
    if impactNotional.isZero { return Rational(best.subticks) }
    var remaining = impactNotional
    var base = Rational.zero
    for order in orders {
      let quote = try Units.fillQuote(
        subticks: order.subticks, quantums: order.quantums, conversionExponent: conversionExponent)
      if remaining > quote {
        remaining = try remaining - quote
        base = base + Rational(order.quantums)
        continue
      }
      base = try base + Rational(remaining, scaledByPowerOfTen: -conversionExponent) / Rational(order.subticks)
      let total = Rational(try base.rounded(.ceiling))
      return try Rational(impactNotional, scaledByPowerOfTen: -conversionExponent) / total
    }
    return nil
  }

  /// The vote: how far the impact bid lies above the index or the impact ask below it, cut toward zero and clamped.
  /// Throws `.divisionByZero` for an index of zero.
  public static func votePpm(
    bids: [Order], asks: [Order], indexSubticks: Rational, impactNotional: Int256, conversionExponent: Int,
    maximumPpm: Int256
  ) throws(ArithmeticError) -> Int256 {
    guard indexSubticks.signum() != 0 else { throw .divisionByZero }
    var premium = Rational.zero
    if let bid = bids.first, Rational(bid.subticks) > indexSubticks {
      if let impact = try impactSubticks(bids, impactNotional: impactNotional, conversionExponent: conversionExponent) {
        premium = max(.zero, try impact / indexSubticks - .one)
      }
    } else if let ask = asks.first, Rational(ask.subticks) < indexSubticks {
      if let impact = try impactSubticks(asks, impactNotional: impactNotional, conversionExponent: conversionExponent) {
        premium = min(.zero, try impact / indexSubticks - .one)
      }
    }
    return try Integers.clamp((premium * Rational(Integers.million)).rounded(.truncation), maximumPpm)
  }
}
