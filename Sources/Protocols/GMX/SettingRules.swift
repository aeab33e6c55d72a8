import Canonical
import Quantities

/// What a setting may be: it exists for its market, and it lies where the contracts' guard rails allow. Rule GMX-116.
struct SettingRules {
  let state: GMXState

  init(_ state: GMXState) { self.state = state }

  func validate(_ key: StoreKey, _ value: UInt256) throws(GMXRefusal) {
    guard let shape = StoreKind.shapes.first(where: { $0.kind == key.kind }), shape.scope != .amount,
      names(key, shape)
    else { throw .settingUnknown(key) }
    if let largest = Self.largest(key.kind), value > largest {
      throw .settingOutOfRange(name: shape.name, value: value, largest: largest)
    }
    try validateTogether(key, value, shape)
  }

  /// Whether the key has its kind's arguments and no others.
  private func names(_ key: StoreKey, _ shape: StoreKindShape) -> Bool {
    var rest = key
    var market: MarketRecord?
    if shape.scope == .marketSetting {
      market = state.markets[key.scope]
      if market == nil { return false }
    } else if shape.scope == .vaultSetting {
      guard state.glvs.contains(key.scope) else { return false }
      // The number names a market.
      if key.number != 0 {
        let market = MarketID(truncatingIfNeeded: key.number)
        guard UInt64(market) == key.number, state.markets[market] != nil else { return false }
      }
    } else if key.scope != 0 {
      return false
    }
    for argument in shape.arguments {
      switch argument {
      case .token:
        guard let market, key.token == market.longToken || key.token == market.shortToken else { return false }
        rest.token = 0
      case .flag: rest.flag = false
      case .profitCap:
        guard ProfitCap.allCases.contains(where: { UInt64($0.rawValue) == key.number }) else { return false }
        rest.number = 0
      case .number: rest.number = 0
      case .account: rest.account = .zero
      }
    }
    return rest == StoreKey(key.kind, key.scope)
  }

  private func validateTogether(_ key: StoreKey, _ value: UInt256, _ shape: StoreKindShape) throws(GMXRefusal) {
    func refuse(_ largest: UInt256?) -> GMXRefusal {
      .settingOutOfRange(name: shape.name, value: value, largest: largest)
    }
    switch key.kind {
    case .maxFundingFactorPerSecond:
      if value < state.setting(.minFundingFactorPerSecond, key.scope) { throw refuse(nil) }
    case .minFundingFactorPerSecond:
      let most = state.setting(.maxFundingFactorPerSecond, key.scope)
      if value > most { throw refuse(most) }
    case .positionImpactPoolDistributionRate:
      let pool = state.amount(.positionImpactPoolAmount, key.scope)
      if pool.isZero { return }
      guard let week = try? Exact.apply(604_800, value), week < pool else { throw refuse(nil) }
    case .executionFeeToken:
      if value.isZero { return }
      guard value < 65_536, state.roster.token(TokenID(truncatingIfNeeded: value.word0)) != nil else {
        throw refuse(nil)
      }
    default: return
    }
  }

  private static func percent(_ percent: UInt64) -> UInt256 {
    UInt256(percent) &* 10_000_000_000_000_000_000_000_000_000
  }

  /// Factors of a second: 10^23 is about 315 % a year.
  private static let fastest: UInt256 = 100_000_000_000_000_000_000_000

  /// The contracts' upper bound; nil where there is none.
  static func largest(_ kind: StoreKind) -> UInt256? {
    switch kind {
    case .maxFundingFactorPerSecond, .minFundingFactorPerSecond, .aboveOptimalUsageBorrowingFactor: fastest
    case .fundingIncreaseFactorPerSecond: try? fastest / 3_600
    case .fundingDecreaseFactorPerSecond: try? fastest / 86_400
    case .baseBorrowingFactor: try? fastest / 2
    case .fundingExponentFactor, .borrowingExponentFactor: percent(200)
    case .positionImpactExponentFactor, .swapImpactExponentFactor: percent(300)
    case .fundingFactor, .borrowingFactor, .minCollateralFactorForLiquidation, .liquidationFeeFactor: percent(1)
    case .positionFeeFactor, .swapFeeFactor, .depositFeeFactor, .withdrawalFeeFactor, .atomicSwapFeeFactor,
      .atomicWithdrawalFeeFactor, .maxUIFeeFactor, .minCollateralFactor, .uiFeeFactor:
      percent(5)
    case .maxLendableImpactFactor, .maxLendableImpactFactorForWithdrawals: percent(10)
    case .maxLendableImpactUSD: percent(100 * 50_000)
    case .minCollateralUSD: percent(100 * 10)
    case .positionFeeReceiverFactor, .swapFeeReceiverFactor, .borrowingFeeReceiverFactor,
      .liquidationFeeReceiverFactor, .maxPnLFactor, .minPnLFactorAfterADL, .optimalUsageFactor, .proDiscountFactor,
      .minAffiliateRewardFactor:
      percent(100)
    case .reserveFactor, .openInterestReserveFactor: percent(1_000)
    case .skipBorrowingFeeForSmallerSide, .useOpenInterestInTokensForBalance, .isMarketDisabled: .one
    default: nil
    }
  }
}
