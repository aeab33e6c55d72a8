import VenueKit

/// What a trade of a million would cost on one market at one moment, in each direction.
struct TradeCosts: Sendable {
  /// USD in the common scale.
  static let value: Int128 = 1_000_000 * CommonScale.one

  /// Nil when the venue could not fill it whole.
  var long: TradeCost?
  var short: TradeCost?

  /// Impact and fee as a fraction of the value, 10^-12; negative when the venue pays for the trade.
  static func ratio(_ cost: TradeCost) -> Int128 { Money.ratio(Money.sum(cost.impact, cost.fee), cost.value) }

  /// `12.34`, basis points in full; empty where nothing could be filled.
  static func text(_ cost: TradeCost?) -> String {
    cost.map { Money.text(ratio($0) * 10_000) } ?? ""
  }
}

/// What a run remembers of those costs on one market.
struct TradeCostRecord: Sendable {
  var long = Series()
  var short = Series()
  /// Sum of the ratios of all costs, both directions.
  private(set) var total: Int128 = 0
  private(set) var count: Int128 = 0
  private(set) var maximum: Int128?
  /// Times that a direction could not be filled whole.
  private(set) var missing: Int128 = 0

  mutating func add(_ costs: TradeCosts, at time: Int64) {
    for (cost, isLong) in [(costs.long, true), (costs.short, false)] {
      guard let cost else {
        missing += 1
        continue
      }
      let ratio = TradeCosts.ratio(cost)
      total = Money.sum(total, ratio)
      count += 1
      maximum = max(maximum ?? ratio, ratio)
      let points = picture(ratio) * 10_000
      if isLong { long.add(points, at: time) } else { short.add(points, at: time) }
    }
  }
}
