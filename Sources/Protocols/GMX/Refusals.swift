import Canonical
import Quantities

/// The contracts' own errors, by name. `panic` is the machine's arithmetic error, `error` a text of a `require`.
public enum ContractError: String, Sendable, CaseIterable {
  case panic = "Panic"
  case error = "Error"
  case adlNotEnabled = "AdlNotEnabled"
  case adlNotRequired = "AdlNotRequired"
  case collateralAlreadyClaimed = "CollateralAlreadyClaimed"
  case disabledMarket = "DisabledMarket"
  case duplicatedMarketInSwapPath = "DuplicatedMarketInSwapPath"
  case emptyDepositAmounts = "EmptyDepositAmounts"
  case emptyDepositAmountsAfterSwap = "EmptyDepositAmountsAfterSwap"
  case emptyMarket = "EmptyMarket"
  case emptyMarketTokenSupply = "EmptyMarketTokenSupply"
  case emptyOrder = "EmptyOrder"
  case emptyPosition = "EmptyPosition"
  case emptyPrimaryPrice = "EmptyPrimaryPrice"
  case emptySizeDeltaInTokens = "EmptySizeDeltaInTokens"
  case emptyWithdrawalAmount = "EmptyWithdrawalAmount"
  case insufficientCollateralAmount = "InsufficientCollateralAmount"
  case insufficientCollateralUsd = "InsufficientCollateralUsd"
  case insufficientFundsToPayForCosts = "InsufficientFundsToPayForCosts"
  case insufficientOutputAmount = "InsufficientOutputAmount"
  case insufficientReserve = "InsufficientReserve"
  case insufficientReserveForOpenInterest = "InsufficientReserveForOpenInterest"
  case insufficientSwapOutputAmount = "InsufficientSwapOutputAmount"
  case invalidAdl = "InvalidAdl"
  case invalidClaimableFactor = "InvalidClaimableFactor"
  case invalidCollateralTokenForMarket = "InvalidCollateralTokenForMarket"
  case invalidDecreaseOrderSize = "InvalidDecreaseOrderSize"
  case invalidOrderPrices = "InvalidOrderPrices"
  case invalidOutputToken = "InvalidOutputToken"
  case invalidPoolValueForDeposit = "InvalidPoolValueForDeposit"
  case invalidPoolValueForWithdrawal = "InvalidPoolValueForWithdrawal"
  case invalidPositionMarket = "InvalidPositionMarket"
  case invalidPositionSizeValues = "InvalidPositionSizeValues"
  case invalidReceiverForFirstDeposit = "InvalidReceiverForFirstDeposit"
  case invalidMinMarketTokensForFirstDeposit = "InvalidMinMarketTokensForFirstDeposit"
  case invalidSizeDeltaForAdl = "InvalidSizeDeltaForAdl"
  case invalidSwapMarket = "InvalidSwapMarket"
  case invalidTokenIn = "InvalidTokenIn"
  case liquidatablePosition = "LiquidatablePosition"
  case maxAutoCancelOrdersExceeded = "MaxAutoCancelOrdersExceeded"
  case maxCollateralSumExceeded = "MaxCollateralSumExceeded"
  case maxLendableFactorForWithdrawalsExceeded = "MaxLendableFactorForWithdrawalsExceeded"
  case maxOpenInterestExceeded = "MaxOpenInterestExceeded"
  case maxOracleTimestampRangeExceeded = "MaxOracleTimestampRangeExceeded"
  case maxPoolAmountExceeded = "MaxPoolAmountExceeded"
  case maxPoolUsdForDepositExceeded = "MaxPoolUsdForDepositExceeded"
  case maxPriceAgeExceeded = "MaxPriceAgeExceeded"
  case maxSwapPathLengthExceeded = "MaxSwapPathLengthExceeded"
  case minMarketTokens = "MinMarketTokens"
  case minPositionSize = "MinPositionSize"
  case negativeExecutionPrice = "NegativeExecutionPrice"
  case emptyHoldingAddress = "EmptyHoldingAddress"
  case oracleTimestampsAreLargerThanRequestExpirationTime = "OracleTimestampsAreLargerThanRequestExpirationTime"
  case oracleTimestampsAreSmallerThanRequired = "OracleTimestampsAreSmallerThanRequired"
  case orderNotFound = "OrderNotFound"
  case orderNotFulfillableAtAcceptablePrice = "OrderNotFulfillableAtAcceptablePrice"
  case orderNotUpdatable = "OrderNotUpdatable"
  case orderTypeCannotBeCreated = "OrderTypeCannotBeCreated"
  case orderValidFromTimeNotReached = "OrderValidFromTimeNotReached"
  case pnlFactorExceededForLongs = "PnlFactorExceededForLongs"
  case pnlFactorExceededForShorts = "PnlFactorExceededForShorts"
  case pnlOvercorrected = "PnlOvercorrected"
  case positionShouldNotBeLiquidated = "PositionShouldNotBeLiquidated"
  case exp2InputTooBig = "PRBMathUD60x18__Exp2InputTooBig"
  case logInputTooSmall = "PRBMathUD60x18__LogInputTooSmall"
  case mulDivFixedPointOverflow = "PRBMath__MulDivFixedPointOverflow"
  case priceImpactLargerThanOrderSize = "PriceImpactLargerThanOrderSize"
  case requestNotYetCancellable = "RequestNotYetCancellable"
  case swapPriceImpactExceedsAmountIn = "SwapPriceImpactExceedsAmountIn"
  case unableToGetBorrowingFactorEmptyPoolUsd = "UnableToGetBorrowingFactorEmptyPoolUsd"
  case unableToGetFundingFactorEmptyOpenInterest = "UnableToGetFundingFactorEmptyOpenInterest"
  case unableToWithdrawCollateral = "UnableToWithdrawCollateral"
  case unexpectedBorrowingFactor = "UnexpectedBorrowingFactor"
  case unexpectedMarket = "UnexpectedMarket"
  case unexpectedValidFromTime = "UnexpectedValidFromTime"
  case usdDeltaExceedsPoolValue = "UsdDeltaExceedsPoolValue"
  // Requests of liquidity, and banks.
  case emptyAccount = "EmptyAccount"
  case emptyReceiver = "EmptyReceiver"
  case invalidReceiver = "InvalidReceiver"
  case unauthorized = "Unauthorized"
  case emptyDeposit = "EmptyDeposit"
  case emptyWithdrawal = "EmptyWithdrawal"
  case emptyShift = "EmptyShift"
  case emptyShiftAmount = "EmptyShiftAmount"
  case shiftFromAndToMarketAreEqual = "ShiftFromAndToMarketAreEqual"
  case longTokensAreNotEqual = "LongTokensAreNotEqual"
  case shortTokensAreNotEqual = "ShortTokensAreNotEqual"
  case swapsNotAllowedForAtomicWithdrawal = "SwapsNotAllowedForAtomicWithdrawal"
  case tokenTransferError = "TokenTransferError"
  case invalidMarketTokenBalance = "InvalidMarketTokenBalance"
  case invalidMarketTokenBalanceForCollateralAmount = "InvalidMarketTokenBalanceForCollateralAmount"
  case invalidMarketTokenBalanceForClaimableFunding = "InvalidMarketTokenBalanceForClaimableFunding"
  // Vaults over markets.
  case glvDepositNotFound = "GlvDepositNotFound"
  case glvWithdrawalNotFound = "GlvWithdrawalNotFound"
  case glvShiftNotFound = "GlvShiftNotFound"
  case emptyGlvDeposit = "EmptyGlvDeposit"
  case emptyGlvDepositAmounts = "EmptyGlvDepositAmounts"
  case emptyGlvMarketAmount = "EmptyGlvMarketAmount"
  case emptyGlvWithdrawal = "EmptyGlvWithdrawal"
  case emptyGlvWithdrawalAmount = "EmptyGlvWithdrawalAmount"
  case invalidGlvDepositInitialLongToken = "InvalidGlvDepositInitialLongToken"
  case invalidGlvDepositInitialShortToken = "InvalidGlvDepositInitialShortToken"
  case invalidGlvDepositSwapPath = "InvalidGlvDepositSwapPath"
  case invalidMinGlvTokensForFirstGlvDeposit = "InvalidMinGlvTokensForFirstGlvDeposit"
  case invalidReceiverForFirstGlvDeposit = "InvalidReceiverForFirstGlvDeposit"
  case minGlvTokens = "MinGlvTokens"
  case emptyGlv = "EmptyGlv"
  case emptyGlvTokenSupply = "EmptyGlvTokenSupply"
  case glvAlreadyExists = "GlvAlreadyExists"
  case glvNegativeMarketPoolValue = "GlvNegativeMarketPoolValue"
  case glvUnsupportedMarket = "GlvUnsupportedMarket"
  case glvDisabledMarket = "GlvDisabledMarket"
  case glvEnabledMarket = "GlvEnabledMarket"
  case glvNonZeroMarketBalance = "GlvNonZeroMarketBalance"
  case glvMaxMarketCountExceeded = "GlvMaxMarketCountExceeded"
  case glvMaxMarketTokenBalanceUsdExceeded = "GlvMaxMarketTokenBalanceUsdExceeded"
  case glvMaxMarketTokenBalanceAmountExceeded = "GlvMaxMarketTokenBalanceAmountExceeded"
  case glvInsufficientMarketTokenBalance = "GlvInsufficientMarketTokenBalance"
  case glvMarketAlreadyExists = "GlvMarketAlreadyExists"
  case glvInvalidLongToken = "GlvInvalidLongToken"
  case glvInvalidShortToken = "GlvInvalidShortToken"
  case glvShiftMaxLossExceeded = "GlvShiftMaxLossExceeded"
  case glvShiftIntervalNotYetPassed = "GlvShiftIntervalNotYetPassed"
  case jitInvalidToMarket = "JitInvalidToMarket"
  case jitEmptyShiftParams = "JitEmptyShiftParams"
  case jitUnsupportedOrderType = "JitUnsupportedOrderType"
  // Relayed calls.
  case deadlinePassed = "DeadlinePassed"
  case insufficientRelayFee = "InsufficientRelayFee"
  case invalidCancellationReceiverForSubaccountOrder = "InvalidCancellationReceiverForSubaccountOrder"
  case invalidDestinationChainId = "InvalidDestinationChainId"
  case invalidExternalCallTarget = "InvalidExternalCallTarget"
  case invalidPermitSpender = "InvalidPermitSpender"
  case invalidRecoveredSigner = "InvalidRecoveredSigner"
  case invalidSubaccountApprovalDesChainId = "InvalidSubaccountApprovalDesChainId"
  case invalidSubaccountApprovalNonce = "InvalidSubaccountApprovalNonce"
  case invalidSubaccountApprovalSubaccount = "InvalidSubaccountApprovalSubaccount"
  case invalidUserDigest = "InvalidUserDigest"
  case maxDataListLengthExceeded = "MaxDataListLengthExceeded"
  case maxSubaccountActionCountExceeded = "MaxSubaccountActionCountExceeded"
  case nonEmptyExternalCallsForSubaccountOrder = "NonEmptyExternalCallsForSubaccountOrder"
  case relayEmptyBatch = "RelayEmptyBatch"
  case subaccountApprovalDeadlinePassed = "SubaccountApprovalDeadlinePassed"
  case subaccountApprovalExpired = "SubaccountApprovalExpired"
  case subaccountNotAuthorized = "SubaccountNotAuthorized"
  case unexpectedRelayFeeToken = "UnexpectedRelayFeeToken"
  case unexpectedRelayFeeTokenAfterSwap = "UnexpectedRelayFeeTokenAfterSwap"
}

/// A named figure of an error or an event.
public enum Figure: Sendable, Equatable {
  case unsigned(UInt256)
  case signed(Int256)
  case flag(Bool)
  case text(String)
  case token(TokenID)
  case hash(Hash32)
  case account(Address)

  public var description: String {
    switch self {
    case .unsigned(let value): value.description
    case .signed(let value): value.description
    case .flag(let value): value ? "true" : "false"
    case .text(let text): text
    case .token(let token): "token \(token)"
    case .hash(let hash): "0x" + Hex.encode(hash.bytes)
    case .account(let account): account.description
    }
  }
}

public struct NamedFigure: Sendable, Equatable {
  public var name: String
  public var figure: Figure

  public init(_ name: String, _ figure: Figure) {
    self.name = name
    self.figure = figure
  }

  init(_ name: String, _ value: UInt256) { self.init(name, .unsigned(value)) }
  init(_ name: String, _ value: Int256) { self.init(name, .signed(value)) }
  init(_ name: String, _ value: UInt64) { self.init(name, .unsigned(UInt256(value))) }
  init(_ name: String, _ value: Bool) { self.init(name, .flag(value)) }
  init(_ name: String, _ value: String) { self.init(name, .text(value)) }
}

/// The contracts' refusal of a transaction: the error with its arguments in their order. Rule GMX-2.
public struct Revert: Error, Sendable, Equatable {
  public var error: ContractError
  public var arguments: [NamedFigure]

  public init(_ error: ContractError, _ arguments: NamedFigure...) {
    self.error = error
    self.arguments = arguments
  }

  /// Overflow or underflow.
  static var overflow: Revert { Revert(.panic, NamedFigure("code", 17 as UInt64)) }
  static var divisionByZero: Revert { Revert(.panic, NamedFigure("code", 18 as UInt64)) }
  static func message(_ text: String) -> Revert { Revert(.error, NamedFigure("message", text)) }
}
