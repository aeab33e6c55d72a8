import Canonical
import Quantities
import VenueKit

extension GMXGenesis {
  /// Every parameter with its unit and rule.
  var descriptions: [ParameterDescription] {
    var list = tokens.flatMap { token in
      [ParameterDescription("tokens.\(token.symbol)", token.decimals, unit: "decimals", rule: "GMX-117")]
        + (token.heldPrice.map {
          [
            ParameterDescription(
              "oracle.held.\(token.symbol)",
              formatDecimal(CommonUnits.price($0, decimals: token.decimals), scale: CommonScale.decimals), unit: "USD",
              rule: "GMX-110")
          ]
        } ?? [])
    }
    list.append(
      ParameterDescription(
        "oracle.spread", formatDecimal(CommonUnits.usd(roster.spread), scale: CommonScale.decimals), unit: "fraction",
        rule: "GMX-110"))
    for keeper in keepers {
      let accounts =
        keeper.accounts == [.zero] ? "anyone" : keeper.accounts.map(\.description).joined(separator: " ")
      list.append(ParameterDescription("keepers.\(keeper.role.name)", accounts, unit: "addresses", rule: "GMX-111"))
    }
    for market in markets {
      let record = market.record
      for (name, value) in [
        ("indexToken", roster.symbol(record.indexToken)), ("longToken", roster.symbol(record.longToken)),
        ("shortToken", roster.symbol(record.shortToken)), ("virtualMarket", "\(record.virtualMarket)"),
        ("virtualToken", "\(record.virtualToken)"),
      ] { list.append(ParameterDescription("markets.\(market.name).\(name)", value, unit: "name", rule: "GMX-6")) }
    }
    for setting in settings {
      list.append(
        ParameterDescription(
          path(of: setting.key), setting.value, unit: setting.key.kind.unit, rule: setting.key.kind.rule))
    }
    for seed in seeds {
      let path = "pools.\(roster.marketName(seed.market))"
      list += [
        ParameterDescription("\(path).longToken", seed.seed.longAmount, unit: "smallest units", rule: "GMX-114"),
        ParameterDescription("\(path).shortToken", seed.seed.shortAmount, unit: "smallest units", rule: "GMX-114"),
        ParameterDescription(
          "\(path).positionImpactPool", seed.seed.positionImpactPool, unit: "smallest units", rule: "GMX-114"),
      ]
    }
    return list
  }
}

extension StoreKind {
  /// What a setting's number counts.
  var unit: String {
    switch self {
    case .maxPoolAmount, .maxCollateralSum, .minPositionImpactPoolAmount, .executionFeeAmount: "smallest units"
    case .maxPoolUSDForDeposit, .maxOpenInterest, .minCollateralUSD, .minPositionSizeUSD, .maxLendableImpactUSD:
      "10^-30 USD"
    case .requestExpirationTime, .maxOraclePriceAge, .maxOracleTimestampRange, .claimableCollateralDelay,
      .claimableCollateralTimeDivisor:
      "s"
    case .maxSwapPathLength, .maxAutoCancelOrders, .maxDataLength, .maxCallbackGasLimit, .proTraderTier,
      .executionFeeToken:
      "count"
    case .skipBorrowingFeeForSmallerSide, .useOpenInterestInTokensForBalance, .isMarketDisabled: "flag"
    case .minMarketTokensForFirstDeposit, .glvMaxMarketTokenBalanceAmount, .minGLVTokensForFirstGLVDeposit:
      "10^-18 tokens"
    case .glvMaxMarketTokenBalanceUSD: "10^-30 USD"
    case .maxAtomicOraclePriceAge, .glvShiftMinInterval: "s"
    case .glvMaxMarketCount: "count"
    case .isGLVMarketDisabled: "flag"
    default: "10^-30"
    }
  }

  /// The rule that reads a setting first.
  var rule: String {
    switch self {
    case .maxPoolAmount, .maxPoolUSDForDeposit, .maxCollateralSum, .reserveFactor, .openInterestReserveFactor,
      .isMarketDisabled:
      "GMX-22"
    case .maxOpenInterest: "GMX-21"
    case .maxPnLFactor: "GMX-12"
    case .minPnLFactorAfterADL: "GMX-93"
    case .positionImpactFactor, .positionImpactExponentFactor: "GMX-30"
    case .swapImpactFactor, .swapImpactExponentFactor: "GMX-32"
    case .maxPositionImpactFactor, .maxLendableImpactFactor, .maxLendableImpactFactorForWithdrawals,
      .maxLendableImpactUSD:
      "GMX-34"
    case .maxPositionImpactFactorForLiquidations, .minCollateralFactorForLiquidation, .minCollateralUSD: "GMX-63"
    case .swapFeeFactor, .depositFeeFactor, .withdrawalFeeFactor, .atomicSwapFeeFactor, .atomicWithdrawalFeeFactor:
      "GMX-54"
    case .minCollateralFactor, .minCollateralFactorForOpenInterestMultiplier: "GMX-62"
    case .optimalUsageFactor, .baseBorrowingFactor, .aboveOptimalUsageBorrowingFactor, .borrowingFactor,
      .borrowingExponentFactor, .skipBorrowingFeeForSmallerSide:
      "GMX-45"
    case .fundingFactor, .fundingExponentFactor, .fundingIncreaseFactorPerSecond, .fundingDecreaseFactorPerSecond,
      .minFundingFactorPerSecond, .maxFundingFactorPerSecond, .thresholdForStableFunding,
      .thresholdForDecreaseFunding:
      "GMX-40"
    case .positionImpactPoolDistributionRate, .minPositionImpactPoolAmount: "GMX-36"
    case .positionFeeFactor, .liquidationFeeFactor, .uiFeeFactor, .maxUIFeeFactor: "GMX-51"
    case .proTraderTier, .proDiscountFactor, .minAffiliateRewardFactor: "GMX-52"
    case .positionFeeReceiverFactor, .swapFeeReceiverFactor, .borrowingFeeReceiverFactor,
      .liquidationFeeReceiverFactor:
      "GMX-53"
    case .useOpenInterestInTokensForBalance: "GMX-13"
    case .minMarketTokensForFirstDeposit: "GMX-73"
    case .maxAtomicOraclePriceAge: "GMX-135"
    case .glvMaxMarketCount, .isGLVMarketDisabled: "GMX-140"
    case .minGLVTokensForFirstGLVDeposit: "GMX-143"
    case .glvMaxMarketTokenBalanceUSD, .glvMaxMarketTokenBalanceAmount: "GMX-144"
    case .glvShiftMinInterval, .glvShiftMaxLossFactor: "GMX-147"
    case .minPositionSizeUSD: "GMX-66"
    case .claimableCollateralTimeDivisor: "GMX-60"
    case .claimableCollateralDelay: "GMX-99"
    case .requestExpirationTime: "GMX-83"
    case .maxOraclePriceAge, .maxOracleTimestampRange: "GMX-80"
    case .maxSwapPathLength, .maxCallbackGasLimit, .maxDataLength: "GMX-81"
    case .maxAutoCancelOrders: "GMX-89"
    case .executionFeeAmount, .executionFeeToken: "GMX-113"
    default: "GMX-1"
    }
  }
}
