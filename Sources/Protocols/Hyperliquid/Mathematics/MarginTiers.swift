import Quantities

extension MarketParameters {
  /// Maintenance margin of a notional: `notional / (2 * leverage of its tier) - deduction`, rounded up. Rule HL-31.
  ///
  /// BTC (40x below 150M, then 20x) at 200,000,000 USDC: 5,000,000 - 1,875,000 = 3,125,000.
  func maintenance(_ notional: Money) -> Money {
    var tier = tiers.count - 1
    while tier > 0 && notional < tiers[tier].lowerBound { tier -= 1 }
    return divide(notional, by: Money(2 * tiers[tier].leverageMaximum), .ceiling) - deduction(tier)
  }

  /// What makes maintenance continuous where tiers meet: the sum of `lowerBound * (rate - rate below)`, each term
  /// rounded down. BTC's second tier: 150M * (1/40 - 1/80) = 1,875,000.
  func deduction(_ tier: Int) -> Money {
    var sum: Money = 0
    var index = 1
    while index <= tier {
      let leverage = Money(tiers[index].leverageMaximum)
      let below = Money(tiers[index - 1].leverageMaximum)
      sum += divide(tiers[index].lowerBound * (below - leverage), by: 2 * below * leverage, .floor)
      index += 1
    }
    return sum
  }

  /// The greatest leverage for a position of this notional.
  func leverageMaximum(_ notional: Money) -> Int64 {
    var tier = tiers.count - 1
    while tier > 0 && notional < tiers[tier].lowerBound { tier -= 1 }
    return tiers[tier].leverageMaximum
  }

  /// The largest value of a market order, ten times as much for a limit order; for spot in 10^-8 USDC. Rule HL-8.
  var orderMaximum: Money {
    switch leverageMaximum {
    case _ where isSpot: 500_000_000_000 * valueUnit
    case 25...: 30_000_000_000_000
    case 20..<25: 5_000_000_000_000
    case 10..<20: 2_000_000_000_000
    default: 500_000_000_000
    }
  }
}
