public import Quantities

/// A code of the chain's error table: the module that registered it, its number and its name without `Err`.
public struct ErrorCode: Sendable, Hashable {
  public let codespace: String
  public let code: UInt32
  public let name: String

  init(_ codespace: String, _ code: UInt32, _ name: String) {
    self.codespace = codespace
    self.code = code
    self.name = name
  }

  public static let invalidPositionSizeDelta = ErrorCode("clob", 1014, "InvalidPerpetualPositionSizeDelta")
  public static let invalidInsuranceQuantums = ErrorCode(
    "clob", 1015, "InvalidQuantumsForInsuranceFundDeltaCalculation")
  public static let notionalLimitExceeded = ErrorCode(
    "clob", 1011, "LiquidationExceedsSubaccountMaxNotionalLiquidated")
  public static let insuranceLimitExceeded = ErrorCode(
    "clob", 1012, "LiquidationExceedsSubaccountMaxInsuranceLost")
  public static let productNotUpdatable = ErrorCode("subaccounts", 103, "ProductPositionNotUpdatable")
  public static let nonUniqueUpdates = ErrorCode("subaccounts", 101, "NonUniqueUpdatesSubaccount")
  public static let transferNotPositive = ErrorCode("subaccounts", 500, "AssetTransferQuantumsNotPositive")
  public static let negativeOpenInterest = ErrorCode("perpetuals", 25, "OpenInterestWouldBecomeNegative")
  public static let insufficientFunds = ErrorCode("sdk", 5, "InsufficientFunds")
  public static let perpetualDoesNotExist = ErrorCode("perpetuals", 1, "PerpetualDoesNotExist")
  public static let fundingRateOverflow = ErrorCode("perpetuals", 11, "FundingRateInt32Overflow")
  public static let moreSamplesThanExpected = ErrorCode("perpetuals", 8, "MoreFundingSamplesThanExpected")
  public static let zeroIndexPrice = ErrorCode("clob", 26, "ZeroIndexPriceForPremiumCalculation")
  public static let premiumOfSpotPair = ErrorCode("clob", 25, "PremiumWithNonPerpetualClobPair")
  public static let failedToUpdateSubaccounts = ErrorCode("subaccounts", 102, "FailedToUpdateSubaccounts")
  public static let multipleCollateral = ErrorCode("assets", 401, "NotImplementedMulticollateral")
  public static let invalidQuoteQuantums = ErrorCode("vault", 4, "InvalidQuoteQuantums")
  public static let nonPositiveEquity = ErrorCode("vault", 5, "NonPositiveEquity")
  public static let zeroSharesToMint = ErrorCode("vault", 12, "ZeroSharesToMint")
  public static let zeroMarketPrice = ErrorCode("vault", 17, "ZeroMarketPrice")
  public static let vaultParamsNotFound = ErrorCode("vault", 20, "VaultParamsNotFound")
  public static let invalidSharesToWithdraw = ErrorCode("vault", 25, "InvalidSharesToWithdraw")
}

/// Why a calculation of the room has no answer.
public enum MathematicsError: Error, Sendable, Hashable {
  /// The chain names this error.
  case refused(ErrorCode)
  /// The chain aborts, or the figure is wider than 256 bits.
  case arithmetic(ArithmeticError)
}

/// Runs plain arithmetic where the chain can also refuse.
@inline(__always)
func computing<Value>(_ body: () throws(ArithmeticError) -> Value) throws(MathematicsError) -> Value {
  do throws(ArithmeticError) {
    return try body()
  } catch {
    throw .arithmetic(error)
  }
}
