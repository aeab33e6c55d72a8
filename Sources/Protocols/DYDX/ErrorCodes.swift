// Rules DYDX-1 to DYDX-90 name where each is raised.

/// Errors of orders, matches and accounts.
extension ErrorCode {
  public static let invalidOrderSide = ErrorCode("clob", 3, "InvalidOrderSide")
  public static let orderIsCanceled = ErrorCode("clob", 7, "OrderIsCanceled")
  public static let invalidClob = ErrorCode("clob", 8, "InvalidClob")
  public static let memClobCancelAlreadyExists = ErrorCode("clob", 9, "MemClobCancelAlreadyExists")
  public static let heightExceedsGoodTilBlock = ErrorCode("clob", 10, "HeightExceedsGoodTilBlock")
  public static let goodTilBlockExceedsShortBlockWindow = ErrorCode("clob", 11, "GoodTilBlockExceedsShortBlockWindow")
  public static let invalidPlaceOrder = ErrorCode("clob", 12, "InvalidPlaceOrder")
  public static let fillAmountNotDivisibleByStepSize = ErrorCode("clob", 18, "FillAmountNotDivisibleByStepSize")
  public static let invalidReplacement = ErrorCode("clob", 20, "InvalidReplacement")
  public static let clobPairAndPerpetualDoNotMatch = ErrorCode("clob", 21, "ClobPairAndPerpetualDoNotMatch")
  public static let orderFullyFilled = ErrorCode("clob", 24, "OrderFullyFilled")
  public static let invalidStatefulOrderCancellation = ErrorCode("clob", 29, "InvalidStatefulOrderCancellation")
  public static let orderConflictsWithClobPairStatus = ErrorCode("clob", 34, "OrderConflictsWithClobPairStatus")
  public static let invalidClobPairStatusTransition = ErrorCode("clob", 35, "InvalidClobPairStatusTransition")
  public static let operationConflictsWithClobPairStatus = ErrorCode("clob", 36, "OperationConflictsWithClobPairStatus")
  public static let batchCancelFailed = ErrorCode("clob", 46, "BatchCancelFailed")
  public static let noPerpetualPositionsToLiquidate = ErrorCode("clob", 1001, "NoPerpetualPositionsToLiquidate")
  public static let subaccountNotLiquidatable = ErrorCode("clob", 1002, "SubaccountNotLiquidatable")
  public static let noOpenPositionForPerpetual = ErrorCode("clob", 1003, "NoOpenPositionForPerpetual")
  public static let invalidLiquidationOrderTotalSize = ErrorCode("clob", 1004, "InvalidLiquidationOrderTotalSize")
  public static let invalidLiquidationOrderSide = ErrorCode("clob", 1005, "InvalidLiquidationOrderSide")
  public static let totalFillAmountExceedsOrderSize = ErrorCode("clob", 1006, "TotalFillAmountExceedsOrderSize")
  public static let liquidationContainsNoFills = ErrorCode("clob", 1007, "LiquidationContainsNoFills")
  public static let subaccountHasLiquidatedPerpetual = ErrorCode("clob", 1008, "SubaccountHasLiquidatedPerpetual")
  public static let insuranceFundHasInsufficientFunds = ErrorCode("clob", 1013, "InsuranceFundHasInsufficientFunds")
  public static let deleveragingAgainstSelf = ErrorCode("clob", 1017, "DeleveragingAgainstSelf")
  public static let duplicateDeleveragingFillSubaccounts = ErrorCode(
    "clob", 1018, "DuplicateDeleveragingFillSubaccounts")
  public static let zeroDeleveragingFillAmount = ErrorCode("clob", 1019, "ZeroDeleveragingFillAmount")
  public static let deleveragingIsFinalSettlementFlagMismatch = ErrorCode(
    "clob", 1021, "DeleveragingIsFinalSettlementFlagMismatch")
  public static let liquidationConflictsWithClobPairStatus = ErrorCode(
    "clob", 1022, "LiquidationConflictsWithClobPairStatus")
  public static let reduceOnlyWouldIncreasePositionSize = ErrorCode("clob", 2001, "ReduceOnlyWouldIncreasePositionSize")
  public static let postOnlyWouldCrossMakerOrder = ErrorCode("clob", 2003, "PostOnlyWouldCrossMakerOrder")
  public static let immediateExecutionOrderAlreadyFilled = ErrorCode(
    "clob", 2004, "ImmediateExecutionOrderAlreadyFilled")
  public static let wouldViolateIsolatedSubaccountConstraints = ErrorCode(
    "clob", 2005, "WouldViolateIsolatedSubaccountConstraints")
  public static let timeExceedsGoodTilBlockTime = ErrorCode("clob", 3003, "TimeExceedsGoodTilBlockTime")
  public static let goodTilBlockTimeExceedsStatefulOrderTimeWindow = ErrorCode(
    "clob", 3004, "GoodTilBlockTimeExceedsStatefulOrderTimeWindow")
  public static let statefulOrderAlreadyExists = ErrorCode("clob", 3005, "StatefulOrderAlreadyExists")
  public static let statefulOrderDoesNotExist = ErrorCode("clob", 3006, "StatefulOrderDoesNotExist")
  public static let statefulOrderCollateralizationCheckFailed = ErrorCode(
    "clob", 3007, "StatefulOrderCollateralizationCheckFailed")
  public static let statefulOrderPreviouslyCancelled = ErrorCode("clob", 3008, "StatefulOrderPreviouslyCancelled")
  public static let statefulOrderPreviouslyRemoved = ErrorCode("clob", 3009, "StatefulOrderPreviouslyRemoved")
  public static let statefulOrderCancellationFailedForAlreadyRemovedOrder = ErrorCode(
    "clob", 3010, "StatefulOrderCancellationFailedForAlreadyRemovedOrder")
  public static let invalidMsgProposedOperations = ErrorCode("clob", 4000, "InvalidMsgProposedOperations")
  public static let invalidMatchOrder = ErrorCode("clob", 4001, "InvalidMatchOrder")
  public static let orderPlacementNotInOperationsQueue = ErrorCode("clob", 4002, "OrderPlacementNotInOperationsQueue")
  public static let fillAmountIsZero = ErrorCode("clob", 4003, "FillAmountIsZero")
  public static let invalidDeleveragingFill = ErrorCode("clob", 4004, "InvalidDeleveragingFill")
  public static let invalidDeleveragedSubaccount = ErrorCode("clob", 4005, "InvalidDeleveragedSubaccount")
  public static let invalidOrderRemoval = ErrorCode("clob", 4006, "InvalidOrderRemoval")
  public static let invalidOrderRemovalReason = ErrorCode("clob", 4007, "InvalidOrderRemovalReason")
  public static let zeroFillDeleveragingForNonNegativeTncSubaccount = ErrorCode(
    "clob", 4008, "ZeroFillDeleveragingForNonNegativeTncSubaccount")
  public static let blockRateLimitExceeded = ErrorCode("clob", 5001, "BlockRateLimitExceeded")
  public static let orderWouldExceedMaxOpenOrdersEquityTierLimit = ErrorCode(
    "clob", 10_001, "OrderWouldExceedMaxOpenOrdersEquityTierLimit")
  public static let invalidLeverage = ErrorCode("clob", 11_002, "InvalidLeverage")
  public static let leverageExceedsMaximum = ErrorCode("clob", 11_003, "LeverageExceedsMaximum")
  public static let invalidAddPremiumVotes = ErrorCode("perpetuals", 9, "InvalidAddPremiumVotes")
  public static let premiumVoteNotClamped = ErrorCode("perpetuals", 10, "PremiumVoteNotClamped")
  public static let premiumVoteForNonActiveMarket = ErrorCode("perpetuals", 18, "PremiumVoteForNonActiveMarket")
  public static let invalidMarketPriceUpdateStateless = ErrorCode("prices", 400, "InvalidMarketPriceUpdateStateless")
  public static let invalidMarketPriceUpdateDeterministic = ErrorCode(
    "prices", 401, "InvalidMarketPriceUpdateDeterministic")
  public static let leverageViolatesMarginRequirements = ErrorCode(
    "subaccounts", 703, "LeverageViolatesMarginRequirements")
  public static let senderSameAsRecipient = ErrorCode("sending", 1, "SenderSameAsRecipient")
  public static let invalidTransferAmount = ErrorCode("sending", 2, "InvalidTransferAmount")
  public static let nonUsdcAssetTransferNotImplemented = ErrorCode(
    "sending", 1101, "NonUsdcAssetTransferNotImplemented")
  public static let totalFeesSharedExceedsNetFees = ErrorCode("revshare", 6, "TotalFeesSharedExceedsNetFees")
  public static let assetDoesNotExist = ErrorCode("assets", 1, "AssetDoesNotExist")
  public static let statefulOrderCancellationAlreadyExists = ErrorCode(
    "clob", 32, "StatefulOrderCancellationAlreadyExists")
  public static let unexpectedTimeInForce = ErrorCode("clob", 42, "UnexpectedTimeInForce")
  public static let orderHasRemainingSize = ErrorCode("clob", 43, "OrderHasRemainingSize")
  /// The chain aborts on a pair whose status it does not know how to treat.
  public static let unsupportedPairStatus = ErrorCode(
    "sdk", 111_222, "Panic: the clob pair's status is not supported")
}
