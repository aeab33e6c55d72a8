import VenueKit

extension VenueRecorder {
  /// A figure of the run as it stands.
  func figure(_ name: FigureName) -> Int128 {
    func loss(_ bearer: LossBearer) -> Int128 {
      (lastSummary?.losses ?? []).filter { $0.bearer == bearer }.reduce(0) { Money.sum($0, $1.amount) }
    }
    switch name {
    case .trades: return Int128(trades)
    case .volume: return volume
    case .fees: return lastSummary?.fees ?? 0
    case .liquidations: return Int128(lastSummary?.liquidations ?? Int(liquidations))
    case .liquidatedValue: return liquidationValue
    case .deleveragings: return Int128(lastSummary?.deleveragings ?? Int(deleveragings))
    case .refusals: return Int128(refusalCount)
    case .lossLiquidatedTraders: return loss(.liquidatedTraders)
    case .lossLiquidityProviders: return loss(.liquidityProviders)
    case .lossInsurance: return loss(.insurance)
    case .lossDeleveragedTraders: return loss(.deleveragedTraders)
    case .lossSocialised: return loss(.socialised)
    case .lossUnpaid: return loss(.unpaid)
    case .ledgerGap: return lastSummary.map(Money.ledgerGap) ?? 0
    case .poolReturn:
      guard let first = firstSharePrice, let last = lastSummary.flatMap(pool)?.sharePrice else { return 0 }
      return Money.ratio(last - first, first)
    case .poolValue: return lastSummary.flatMap(pool)?.value ?? 0
    case .markDeviation: return markets.map(\.deviationMaximum).max() ?? 0
    case .depthMinimum: return markets.compactMap(\.depthMinimum).min() ?? 0
    case .fundingPaid: return lastSummary?.fundingPaid ?? 0
    case .borrowingPaid: return lastSummary?.borrowingPaid ?? 0
    case .tradeCostMean:
      let total = markets.reduce(Int128(0)) { Money.sum($0, $1.cost.total) }
      return total / max(1, markets.reduce(0) { $0 + $1.cost.count })
    case .tradeCostMaximum: return markets.compactMap(\.cost.maximum).max() ?? 0
    case .tradeCostMissing: return markets.reduce(0) { $0 + $1.cost.missing }
    case .resultGap: return money?.gap ?? 0
    case .openInterestMaximum: return markets.map(\.openInterestMaximum).max() ?? 0
    }
  }
}
