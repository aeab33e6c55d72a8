/// Every key of the contracts' data store that a market reads or writes. The raw value is part of state keys and never
/// changes its meaning; names and arguments are the contracts' own. Rule GMX-1.
public enum StoreKind: UInt8, Sendable, CaseIterable {
  // Settings of a market.
  case maxPoolAmount = 1
  case maxPoolUSDForDeposit = 2
  case maxCollateralSum = 3
  case maxOpenInterest = 4
  case reserveFactor = 5
  case openInterestReserveFactor = 6
  case maxPnLFactor = 7
  case minPnLFactorAfterADL = 8
  case positionFeeFactor = 9
  case positionImpactFactor = 10
  case positionImpactExponentFactor = 11
  case maxPositionImpactFactor = 12
  case maxPositionImpactFactorForLiquidations = 13
  case swapFeeFactor = 14
  case depositFeeFactor = 15
  case withdrawalFeeFactor = 16
  case atomicSwapFeeFactor = 17
  case atomicWithdrawalFeeFactor = 18
  case swapImpactFactor = 19
  case swapImpactExponentFactor = 20
  case minCollateralFactor = 21
  case minCollateralFactorForLiquidation = 22
  case minCollateralFactorForOpenInterestMultiplier = 23
  case optimalUsageFactor = 24
  case baseBorrowingFactor = 25
  case aboveOptimalUsageBorrowingFactor = 26
  case borrowingFactor = 27
  case borrowingExponentFactor = 28
  case fundingFactor = 29
  case fundingExponentFactor = 30
  case fundingIncreaseFactorPerSecond = 31
  case fundingDecreaseFactorPerSecond = 32
  case minFundingFactorPerSecond = 33
  case maxFundingFactorPerSecond = 34
  case thresholdForStableFunding = 35
  case thresholdForDecreaseFunding = 36
  case positionImpactPoolDistributionRate = 37
  case minPositionImpactPoolAmount = 38
  case maxLendableImpactFactor = 39
  case maxLendableImpactFactorForWithdrawals = 40
  case maxLendableImpactUSD = 41
  case liquidationFeeFactor = 42
  case minMarketTokensForFirstDeposit = 43
  case isMarketDisabled = 44
  // Settings of a vault over markets; the number is a market.
  case glvMaxMarketTokenBalanceUSD = 50
  case glvMaxMarketTokenBalanceAmount = 51
  case isGLVMarketDisabled = 52
  case glvShiftMinInterval = 53
  case glvShiftMaxLossFactor = 54
  case minGLVTokensForFirstGLVDeposit = 55
  // Settings of the venue.
  case minCollateralUSD = 80
  case minPositionSizeUSD = 81
  case claimableCollateralTimeDivisor = 82
  case claimableCollateralDelay = 83
  case maxUIFeeFactor = 84
  case requestExpirationTime = 85
  case maxSwapPathLength = 86
  case maxOraclePriceAge = 87
  case maxOracleTimestampRange = 88
  case maxAutoCancelOrders = 89
  case maxCallbackGasLimit = 90
  case maxDataLength = 91
  case positionFeeReceiverFactor = 92
  case swapFeeReceiverFactor = 93
  case borrowingFeeReceiverFactor = 94
  case liquidationFeeReceiverFactor = 95
  case skipBorrowingFeeForSmallerSide = 96
  case useOpenInterestInTokensForBalance = 97
  case uiFeeFactor = 98
  case proTraderTier = 99
  case proDiscountFactor = 100
  case minAffiliateRewardFactor = 101
  case maxAtomicOraclePriceAge = 102
  case glvMaxMarketCount = 103
  /// Smallest units of a token that a request leaves for its keeper; no key of the contracts. Rule GMX-113.
  case executionFeeAmount = 115
  case executionFeeToken = 116
  // What actions change.
  case poolAmount = 120
  case swapImpactPoolAmount = 121
  case positionImpactPoolAmount = 122
  case lentPositionImpactPoolAmount = 123
  case totalPendingImpactAmount = 124
  case positionImpactPoolDistributedAt = 125
  case openInterest = 126
  case openInterestInTokens = 127
  case collateralSum = 128
  case fundingFeeAmountPerSize = 129
  case claimableFundingAmountPerSize = 130
  case savedFundingFactorPerSecond = 131
  case fundingUpdatedAt = 132
  case cumulativeBorrowingFactor = 133
  case cumulativeBorrowingFactorUpdatedAt = 134
  case totalBorrowing = 135
  case claimableFeeAmount = 136
  case claimableUIFeeAmount = 137
  case claimableFundingAmount = 138
  case claimableCollateralAmount = 139
  case claimedCollateralAmount = 140
  case affiliateReward = 141
  case isADLEnabled = 142
  case latestADLAt = 143
  case virtualInventoryForSwaps = 144
  case virtualInventoryForPositions = 145
  case virtualInventoryForPositionsInTokens = 146
  case claimableCollateralFactor = 147
  case claimableCollateralReductionFactor = 148
  case glvShiftLastExecutedAt = 149
  /// Market tokens that a vault over markets counts as its own.
  case glvMarketTokenBalance = 150
}

/// Whom a key belongs to and what it is told apart by.
public struct StoreKindShape: Sendable {
  public enum Scope: Sendable { case marketSetting, globalSetting, vaultSetting, amount }
  /// An argument of a key, in the order of the contracts.
  public enum Argument: Sendable { case token, flag, profitCap, number, account }

  public let kind: StoreKind
  /// The contracts' name of the key.
  public let name: String
  public let scope: Scope
  /// All arguments; the last account and the number before it may be left out, which names the total.
  public let arguments: [Argument]
}

extension StoreKind {
  public static let shapes: [StoreKindShape] = [
    StoreKindShape(kind: .maxPoolAmount, name: "MAX_POOL_AMOUNT", scope: .marketSetting, arguments: [.token]),
    StoreKindShape(
      kind: .maxPoolUSDForDeposit, name: "MAX_POOL_USD_FOR_DEPOSIT", scope: .marketSetting, arguments: [.token]),
    StoreKindShape(
      kind: .maxCollateralSum, name: "MAX_COLLATERAL_SUM", scope: .marketSetting, arguments: [.token, .flag]),
    StoreKindShape(kind: .maxOpenInterest, name: "MAX_OPEN_INTEREST", scope: .marketSetting, arguments: [.flag]),
    StoreKindShape(kind: .reserveFactor, name: "RESERVE_FACTOR", scope: .marketSetting, arguments: [.flag]),
    StoreKindShape(
      kind: .openInterestReserveFactor, name: "OPEN_INTEREST_RESERVE_FACTOR", scope: .marketSetting,
      arguments: [.flag]),
    StoreKindShape(kind: .maxPnLFactor, name: "MAX_PNL_FACTOR", scope: .marketSetting, arguments: [.profitCap, .flag]),
    StoreKindShape(
      kind: .minPnLFactorAfterADL, name: "MIN_PNL_FACTOR_AFTER_ADL", scope: .marketSetting, arguments: [.flag]),
    StoreKindShape(kind: .positionFeeFactor, name: "POSITION_FEE_FACTOR", scope: .marketSetting, arguments: [.flag]),
    StoreKindShape(
      kind: .positionImpactFactor, name: "POSITION_IMPACT_FACTOR", scope: .marketSetting, arguments: [.flag]),
    StoreKindShape(
      kind: .positionImpactExponentFactor, name: "POSITION_IMPACT_EXPONENT_FACTOR", scope: .marketSetting,
      arguments: [.flag]),
    StoreKindShape(
      kind: .maxPositionImpactFactor, name: "MAX_POSITION_IMPACT_FACTOR", scope: .marketSetting, arguments: [.flag]),
    StoreKindShape(
      kind: .maxPositionImpactFactorForLiquidations, name: "MAX_POSITION_IMPACT_FACTOR_FOR_LIQUIDATIONS",
      scope: .marketSetting, arguments: []),
    StoreKindShape(kind: .swapFeeFactor, name: "SWAP_FEE_FACTOR", scope: .marketSetting, arguments: [.flag]),
    StoreKindShape(kind: .depositFeeFactor, name: "DEPOSIT_FEE_FACTOR", scope: .marketSetting, arguments: [.flag]),
    StoreKindShape(
      kind: .withdrawalFeeFactor, name: "WITHDRAWAL_FEE_FACTOR", scope: .marketSetting, arguments: [.flag]),
    StoreKindShape(kind: .atomicSwapFeeFactor, name: "ATOMIC_SWAP_FEE_FACTOR", scope: .marketSetting, arguments: []),
    StoreKindShape(
      kind: .atomicWithdrawalFeeFactor, name: "ATOMIC_WITHDRAWAL_FEE_FACTOR", scope: .marketSetting, arguments: []),
    StoreKindShape(kind: .swapImpactFactor, name: "SWAP_IMPACT_FACTOR", scope: .marketSetting, arguments: [.flag]),
    StoreKindShape(
      kind: .swapImpactExponentFactor, name: "SWAP_IMPACT_EXPONENT_FACTOR", scope: .marketSetting, arguments: []),
    StoreKindShape(kind: .minCollateralFactor, name: "MIN_COLLATERAL_FACTOR", scope: .marketSetting, arguments: []),
    StoreKindShape(
      kind: .minCollateralFactorForLiquidation, name: "MIN_COLLATERAL_FACTOR_FOR_LIQUIDATION", scope: .marketSetting,
      arguments: []),
    StoreKindShape(
      kind: .minCollateralFactorForOpenInterestMultiplier, name: "MIN_COLLATERAL_FACTOR_FOR_OPEN_INTEREST_MULTIPLIER",
      scope: .marketSetting, arguments: [.flag]),
    StoreKindShape(kind: .optimalUsageFactor, name: "OPTIMAL_USAGE_FACTOR", scope: .marketSetting, arguments: [.flag]),
    StoreKindShape(
      kind: .baseBorrowingFactor, name: "BASE_BORROWING_FACTOR", scope: .marketSetting, arguments: [.flag]),
    StoreKindShape(
      kind: .aboveOptimalUsageBorrowingFactor, name: "ABOVE_OPTIMAL_USAGE_BORROWING_FACTOR", scope: .marketSetting,
      arguments: [.flag]),
    StoreKindShape(kind: .borrowingFactor, name: "BORROWING_FACTOR", scope: .marketSetting, arguments: [.flag]),
    StoreKindShape(
      kind: .borrowingExponentFactor, name: "BORROWING_EXPONENT_FACTOR", scope: .marketSetting, arguments: [.flag]),
    StoreKindShape(kind: .fundingFactor, name: "FUNDING_FACTOR", scope: .marketSetting, arguments: []),
    StoreKindShape(kind: .fundingExponentFactor, name: "FUNDING_EXPONENT_FACTOR", scope: .marketSetting, arguments: []),
    StoreKindShape(
      kind: .fundingIncreaseFactorPerSecond, name: "FUNDING_INCREASE_FACTOR_PER_SECOND", scope: .marketSetting,
      arguments: []),
    StoreKindShape(
      kind: .fundingDecreaseFactorPerSecond, name: "FUNDING_DECREASE_FACTOR_PER_SECOND", scope: .marketSetting,
      arguments: []),
    StoreKindShape(
      kind: .minFundingFactorPerSecond, name: "MIN_FUNDING_FACTOR_PER_SECOND", scope: .marketSetting, arguments: []),
    StoreKindShape(
      kind: .maxFundingFactorPerSecond, name: "MAX_FUNDING_FACTOR_PER_SECOND", scope: .marketSetting, arguments: []),
    StoreKindShape(
      kind: .thresholdForStableFunding, name: "THRESHOLD_FOR_STABLE_FUNDING", scope: .marketSetting, arguments: []),
    StoreKindShape(
      kind: .thresholdForDecreaseFunding, name: "THRESHOLD_FOR_DECREASE_FUNDING", scope: .marketSetting, arguments: []),
    StoreKindShape(
      kind: .positionImpactPoolDistributionRate, name: "POSITION_IMPACT_POOL_DISTRIBUTION_RATE", scope: .marketSetting,
      arguments: []),
    StoreKindShape(
      kind: .minPositionImpactPoolAmount, name: "MIN_POSITION_IMPACT_POOL_AMOUNT", scope: .marketSetting,
      arguments: []),
    StoreKindShape(
      kind: .maxLendableImpactFactor, name: "MAX_LENDABLE_IMPACT_FACTOR", scope: .marketSetting, arguments: []),
    StoreKindShape(
      kind: .maxLendableImpactFactorForWithdrawals, name: "MAX_LENDABLE_IMPACT_FACTOR_FOR_WITHDRAWALS",
      scope: .marketSetting, arguments: []),
    StoreKindShape(kind: .maxLendableImpactUSD, name: "MAX_LENDABLE_IMPACT_USD", scope: .marketSetting, arguments: []),
    StoreKindShape(kind: .liquidationFeeFactor, name: "LIQUIDATION_FEE_FACTOR", scope: .marketSetting, arguments: []),
    StoreKindShape(
      kind: .minMarketTokensForFirstDeposit, name: "MIN_MARKET_TOKENS_FOR_FIRST_DEPOSIT", scope: .marketSetting,
      arguments: []),
    StoreKindShape(kind: .isMarketDisabled, name: "IS_MARKET_DISABLED", scope: .marketSetting, arguments: []),
    StoreKindShape(kind: .minCollateralUSD, name: "MIN_COLLATERAL_USD", scope: .globalSetting, arguments: []),
    StoreKindShape(kind: .minPositionSizeUSD, name: "MIN_POSITION_SIZE_USD", scope: .globalSetting, arguments: []),
    StoreKindShape(
      kind: .claimableCollateralTimeDivisor, name: "CLAIMABLE_COLLATERAL_TIME_DIVISOR", scope: .globalSetting,
      arguments: []),
    StoreKindShape(
      kind: .claimableCollateralDelay, name: "CLAIMABLE_COLLATERAL_DELAY", scope: .globalSetting, arguments: []),
    StoreKindShape(kind: .maxUIFeeFactor, name: "MAX_UI_FEE_FACTOR", scope: .globalSetting, arguments: []),
    StoreKindShape(kind: .requestExpirationTime, name: "REQUEST_EXPIRATION_TIME", scope: .globalSetting, arguments: []),
    StoreKindShape(kind: .maxSwapPathLength, name: "MAX_SWAP_PATH_LENGTH", scope: .globalSetting, arguments: []),
    StoreKindShape(kind: .maxOraclePriceAge, name: "MAX_ORACLE_PRICE_AGE", scope: .globalSetting, arguments: []),
    StoreKindShape(
      kind: .maxOracleTimestampRange, name: "MAX_ORACLE_TIMESTAMP_RANGE", scope: .globalSetting, arguments: []),
    StoreKindShape(kind: .maxAutoCancelOrders, name: "MAX_AUTO_CANCEL_ORDERS", scope: .globalSetting, arguments: []),
    StoreKindShape(kind: .maxCallbackGasLimit, name: "MAX_CALLBACK_GAS_LIMIT", scope: .globalSetting, arguments: []),
    StoreKindShape(kind: .maxDataLength, name: "MAX_DATA_LENGTH", scope: .globalSetting, arguments: []),
    StoreKindShape(
      kind: .positionFeeReceiverFactor, name: "POSITION_FEE_RECEIVER_FACTOR", scope: .globalSetting, arguments: []),
    StoreKindShape(
      kind: .swapFeeReceiverFactor, name: "SWAP_FEE_RECEIVER_FACTOR", scope: .globalSetting, arguments: []),
    StoreKindShape(
      kind: .borrowingFeeReceiverFactor, name: "BORROWING_FEE_RECEIVER_FACTOR", scope: .globalSetting, arguments: []),
    StoreKindShape(
      kind: .liquidationFeeReceiverFactor, name: "LIQUIDATION_FEE_RECEIVER_FACTOR", scope: .globalSetting, arguments: []
    ),
    StoreKindShape(
      kind: .skipBorrowingFeeForSmallerSide, name: "SKIP_BORROWING_FEE_FOR_SMALLER_SIDE", scope: .globalSetting,
      arguments: []),
    StoreKindShape(
      kind: .useOpenInterestInTokensForBalance, name: "USE_OPEN_INTEREST_IN_TOKENS_FOR_BALANCE", scope: .globalSetting,
      arguments: []),
    StoreKindShape(kind: .uiFeeFactor, name: "UI_FEE_FACTOR", scope: .globalSetting, arguments: [.account]),
    StoreKindShape(kind: .proTraderTier, name: "PRO_TRADER_TIER", scope: .globalSetting, arguments: [.account]),
    StoreKindShape(kind: .proDiscountFactor, name: "PRO_DISCOUNT_FACTOR", scope: .globalSetting, arguments: [.number]),
    StoreKindShape(
      kind: .minAffiliateRewardFactor, name: "MIN_AFFILIATE_REWARD_FACTOR", scope: .globalSetting,
      arguments: [.number]),
    StoreKindShape(
      kind: .maxAtomicOraclePriceAge, name: "MAX_ATOMIC_ORACLE_PRICE_AGE", scope: .globalSetting, arguments: []),
    StoreKindShape(kind: .glvMaxMarketCount, name: "GLV_MAX_MARKET_COUNT", scope: .globalSetting, arguments: []),
    StoreKindShape(
      kind: .glvMaxMarketTokenBalanceUSD, name: "GLV_MAX_MARKET_TOKEN_BALANCE_USD", scope: .vaultSetting,
      arguments: [.number]),
    StoreKindShape(
      kind: .glvMaxMarketTokenBalanceAmount, name: "GLV_MAX_MARKET_TOKEN_BALANCE_AMOUNT", scope: .vaultSetting,
      arguments: [.number]),
    StoreKindShape(
      kind: .isGLVMarketDisabled, name: "IS_GLV_MARKET_DISABLED", scope: .vaultSetting, arguments: [.number]),
    StoreKindShape(
      kind: .glvShiftMinInterval, name: "GLV_SHIFT_MIN_INTERVAL", scope: .vaultSetting, arguments: []),
    StoreKindShape(
      kind: .glvShiftMaxLossFactor, name: "GLV_SHIFT_MAX_LOSS_FACTOR", scope: .vaultSetting, arguments: []),
    StoreKindShape(
      kind: .minGLVTokensForFirstGLVDeposit, name: "MIN_GLV_TOKENS_FOR_FIRST_GLV_DEPOSIT", scope: .vaultSetting,
      arguments: []),
    StoreKindShape(kind: .executionFeeAmount, name: "EXECUTION_FEE_AMOUNT", scope: .globalSetting, arguments: []),
    StoreKindShape(kind: .executionFeeToken, name: "EXECUTION_FEE_TOKEN", scope: .globalSetting, arguments: []),
    StoreKindShape(kind: .poolAmount, name: "POOL_AMOUNT", scope: .amount, arguments: [.token]),
    StoreKindShape(kind: .swapImpactPoolAmount, name: "SWAP_IMPACT_POOL_AMOUNT", scope: .amount, arguments: [.token]),
    StoreKindShape(kind: .positionImpactPoolAmount, name: "POSITION_IMPACT_POOL_AMOUNT", scope: .amount, arguments: []),
    StoreKindShape(
      kind: .lentPositionImpactPoolAmount, name: "LENT_POSITION_IMPACT_POOL_AMOUNT", scope: .amount, arguments: []),
    StoreKindShape(kind: .totalPendingImpactAmount, name: "TOTAL_PENDING_IMPACT_AMOUNT", scope: .amount, arguments: []),
    StoreKindShape(
      kind: .positionImpactPoolDistributedAt, name: "POSITION_IMPACT_POOL_DISTRIBUTED_AT", scope: .amount, arguments: []
    ),
    StoreKindShape(kind: .openInterest, name: "OPEN_INTEREST", scope: .amount, arguments: [.token, .flag]),
    StoreKindShape(
      kind: .openInterestInTokens, name: "OPEN_INTEREST_IN_TOKENS", scope: .amount, arguments: [.token, .flag]),
    StoreKindShape(kind: .collateralSum, name: "COLLATERAL_SUM", scope: .amount, arguments: [.token, .flag]),
    StoreKindShape(
      kind: .fundingFeeAmountPerSize, name: "FUNDING_FEE_AMOUNT_PER_SIZE", scope: .amount, arguments: [.token, .flag]),
    StoreKindShape(
      kind: .claimableFundingAmountPerSize, name: "CLAIMABLE_FUNDING_AMOUNT_PER_SIZE", scope: .amount,
      arguments: [.token, .flag]),
    StoreKindShape(
      kind: .savedFundingFactorPerSecond, name: "SAVED_FUNDING_FACTOR_PER_SECOND", scope: .amount, arguments: []),
    StoreKindShape(kind: .fundingUpdatedAt, name: "FUNDING_UPDATED_AT", scope: .amount, arguments: []),
    StoreKindShape(
      kind: .cumulativeBorrowingFactor, name: "CUMULATIVE_BORROWING_FACTOR", scope: .amount, arguments: [.flag]),
    StoreKindShape(
      kind: .cumulativeBorrowingFactorUpdatedAt, name: "CUMULATIVE_BORROWING_FACTOR_UPDATED_AT", scope: .amount,
      arguments: [.flag]),
    StoreKindShape(kind: .totalBorrowing, name: "TOTAL_BORROWING", scope: .amount, arguments: [.flag]),
    StoreKindShape(kind: .claimableFeeAmount, name: "CLAIMABLE_FEE_AMOUNT", scope: .amount, arguments: [.token]),
    StoreKindShape(
      kind: .claimableUIFeeAmount, name: "CLAIMABLE_UI_FEE_AMOUNT", scope: .amount, arguments: [.token, .account]),
    StoreKindShape(
      kind: .claimableFundingAmount, name: "CLAIMABLE_FUNDING_AMOUNT", scope: .amount, arguments: [.token, .account]),
    StoreKindShape(
      kind: .claimableCollateralAmount, name: "CLAIMABLE_COLLATERAL_AMOUNT", scope: .amount,
      arguments: [.token, .number, .account]),
    StoreKindShape(
      kind: .claimedCollateralAmount, name: "CLAIMED_COLLATERAL_AMOUNT", scope: .amount,
      arguments: [.token, .number, .account]),
    StoreKindShape(kind: .affiliateReward, name: "AFFILIATE_REWARD", scope: .amount, arguments: [.token, .account]),
    StoreKindShape(kind: .isADLEnabled, name: "IS_ADL_ENABLED", scope: .amount, arguments: [.flag]),
    StoreKindShape(kind: .latestADLAt, name: "LATEST_ADL_AT", scope: .amount, arguments: [.flag]),
    StoreKindShape(
      kind: .virtualInventoryForSwaps, name: "VIRTUAL_INVENTORY_FOR_SWAPS", scope: .amount, arguments: [.flag]),
    StoreKindShape(
      kind: .virtualInventoryForPositions, name: "VIRTUAL_INVENTORY_FOR_POSITIONS", scope: .amount, arguments: []),
    StoreKindShape(
      kind: .virtualInventoryForPositionsInTokens, name: "VIRTUAL_INVENTORY_FOR_POSITIONS_IN_TOKENS", scope: .amount,
      arguments: []),
    StoreKindShape(
      kind: .claimableCollateralFactor, name: "CLAIMABLE_COLLATERAL_FACTOR", scope: .amount,
      arguments: [.token, .number, .account]),
    StoreKindShape(
      kind: .claimableCollateralReductionFactor, name: "CLAIMABLE_COLLATERAL_REDUCTION_FACTOR", scope: .amount,
      arguments: [.token, .number, .account]),
  ]
}

extension StoreKind {
  /// Settings whose key is a market, a token of it, a side, or a limit of profits.
  @inline(__always) var hasPlace: Bool {
    switch self {
    case .uiFeeFactor, .proTraderTier, .proDiscountFactor, .minAffiliateRewardFactor, .glvMaxMarketTokenBalanceUSD,
      .glvMaxMarketTokenBalanceAmount, .isGLVMarketDisabled, .glvShiftMinInterval, .glvShiftMaxLossFactor,
      .minGLVTokensForFirstGLVDeposit:
      false
    default: rawValue < 120
    }
  }
}
