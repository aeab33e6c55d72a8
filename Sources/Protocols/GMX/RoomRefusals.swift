import Canonical
import Cryptography
import Quantities
import VenueKit

/// Why this room refuses: what the contracts refuse, and what the venue around them does.
public enum GMXRefusal: RoomRefusal {
  case kernel(KernelRefusal)
  /// The contracts' own error.
  case revert(Revert)
  /// The account named inside an action is not the signer.
  case notTheAccount(named: Address, signer: Address)
  /// A bank, the vault or the founder: nobody signs for them.
  case houseAccount(Address)
  case nonceUsed(UInt64, last: UInt64)
  case nonceTooHigh(UInt64, highest: UInt64)
  /// The contracts' `Unauthorized`.
  case unauthorized(Address, KeeperRole)
  case halted
  case tokenUnknown(TokenID)
  case symbolUnknown(String)
  case amountZero
  case amountTooLarge(UInt256, largest: UInt256)
  case insufficientBalance(UInt256, held: UInt256)
  /// The contracts' `InvalidMinMaxForPrice`.
  case pricesInvalid(TokenID)
  /// The contracts' `PriceAlreadySet`: tokens ascend, each once.
  case pricesUnordered(TokenID)
  case priceOutdated(TokenID, timestamp: UInt64, known: UInt64)
  case priceFromFuture(TokenID, timestamp: UInt64, now: UInt64)
  case settingUnknown(StoreKey)
  /// The contracts' `ConfigValueExceedsAllowedRange`.
  case settingOutOfRange(name: String, value: UInt256, largest: UInt256?)
  /// The contracts' `InvalidKeeperForFrozenOrder`.
  case frozenOrder(UInt64)
  /// A pool quotes for itself.
  case noQuotes
  case noPrice(String)
  case positionUnknown(String)
  case leverageUnknown(Int)

  public init(kernel: KernelRefusal) { self = .kernel(kernel) }

  public var code: UInt32 {
    switch self {
    case .kernel(let refusal): refusal.code
    case .revert(let revert): revert.error.code
    case .notTheAccount: 100
    case .houseAccount: 101
    case .nonceUsed: 102
    case .nonceTooHigh: 103
    case .unauthorized: 104
    case .halted: 105
    case .tokenUnknown: 106
    case .symbolUnknown: 107
    case .amountZero: 108
    case .amountTooLarge: 109
    case .insufficientBalance: 110
    case .pricesInvalid: 111
    case .pricesUnordered: 112
    case .priceOutdated: 113
    case .priceFromFuture: 114
    case .settingUnknown: 115
    case .settingOutOfRange: 116
    case .frozenOrder: 117
    case .noQuotes: 118
    case .noPrice: 119
    case .positionUnknown: 120
    case .leverageUnknown: 121
    }
  }

  public var name: String {
    switch self {
    case .kernel(let refusal): refusal.name
    case .revert(let revert): revert.error.rawValue
    case .notTheAccount: "notTheAccount"
    case .houseAccount: "houseAccount"
    case .nonceUsed: "nonceUsed"
    case .nonceTooHigh: "nonceTooHigh"
    case .unauthorized: "Unauthorized"
    case .halted: "DisabledFeature"
    case .tokenUnknown: "tokenUnknown"
    case .symbolUnknown: "symbolUnknown"
    case .amountZero: "amountZero"
    case .amountTooLarge: "amountTooLarge"
    case .insufficientBalance: "insufficientBalance"
    case .pricesInvalid: "InvalidMinMaxForPrice"
    case .pricesUnordered: "PriceAlreadySet"
    case .priceOutdated: "priceOutdated"
    case .priceFromFuture: "priceFromFuture"
    case .settingUnknown: "settingUnknown"
    case .settingOutOfRange: "ConfigValueExceedsAllowedRange"
    case .frozenOrder: "InvalidKeeperForFrozenOrder"
    case .noQuotes: "noQuotes"
    case .noPrice: "noPrice"
    case .positionUnknown: "positionUnknown"
    case .leverageUnknown: "leverageUnknown"
    }
  }

  public var rule: String {
    switch self {
    case .kernel(let refusal): refusal.erased.rule
    case .revert(let revert): revert.error.rule
    case .notTheAccount, .houseAccount, .nonceUsed, .nonceTooHigh: "GMX-101"
    case .unauthorized, .frozenOrder: "GMX-111"
    case .halted: "GMX-115"
    case .tokenUnknown, .amountZero, .amountTooLarge, .insufficientBalance: "GMX-112"
    case .symbolUnknown, .noQuotes, .noPrice, .positionUnknown, .leverageUnknown: "GMX-160"
    case .pricesInvalid, .pricesUnordered, .priceOutdated, .priceFromFuture: "GMX-110"
    case .settingUnknown, .settingOutOfRange: "GMX-116"
    }
  }

  public var text: String {
    switch self {
    case .kernel(let refusal): refusal.text
    case .revert(let revert): revert.text
    case .notTheAccount(let named, let signer): "the action names \(named) and is signed by \(signer)"
    case .houseAccount(let account): "\(account) is the venue's own"
    case .nonceUsed(let nonce, let last): "nonce \(nonce) is not above the last one, \(last)"
    case .nonceTooHigh(let nonce, let highest): "nonce \(nonce) is above \(highest), a day from now"
    case .unauthorized(let account, let role): "\(account) is no \(role.name)"
    case .halted: "the venue is halted"
    case .tokenUnknown(let token): "there is no token \(token)"
    case .symbolUnknown(let symbol): "there is no market or pool \(symbol)"
    case .amountZero: "the amount is nothing"
    case .amountTooLarge(let amount, let largest): "the amount \(amount) is above \(largest)"
    case .insufficientBalance(let amount, let held): "the amount \(amount) is more than the \(held) held"
    case .pricesInvalid(let token): "the prices of token \(token) are zero or the lowest is above the highest"
    case .pricesUnordered(let token): "token \(token) does not come after the one before it"
    case .priceOutdated(let token, let timestamp, let known):
      "the price of token \(token) is of \(timestamp), the known one of \(known)"
    case .priceFromFuture(let token, let timestamp, let now):
      "the price of token \(token) is of \(timestamp), and now is \(now)"
    case .settingUnknown(let key): "\(key.keyDescription) is no setting"
    case .settingOutOfRange(let name, let value, _): "\(name) may not be \(value)"
    case .frozenOrder(let id): "order \(id) is left to frozen order keepers"
    case .noQuotes: "a pool quotes for itself"
    case .noPrice(let symbol): "there is no price of \(symbol)"
    case .positionUnknown(let symbol): "there is no position in \(symbol)"
    case .leverageUnknown(let leverage): "a leverage of \(leverage) is none"
    }
  }

  public var arguments: [RefusalArgument] {
    switch self {
    case .revert(let revert): revert.arguments.map { RefusalArgument($0.name, $0.figure.description) }
    case .notTheAccount(let named, let signer): [RefusalArgument("named", named), RefusalArgument("signer", signer)]
    case .houseAccount(let account): [RefusalArgument("account", account)]
    case .nonceUsed(let nonce, let last): [RefusalArgument("nonce", nonce), RefusalArgument("last", last)]
    case .nonceTooHigh(let nonce, let highest): [RefusalArgument("nonce", nonce), RefusalArgument("highest", highest)]
    case .unauthorized(let account, let role):
      [RefusalArgument("msgSender", account), RefusalArgument("role", role.name)]
    case .tokenUnknown(let token), .pricesInvalid(let token), .pricesUnordered(let token):
      [RefusalArgument("token", token)]
    case .amountTooLarge(let amount, let largest):
      [RefusalArgument("amount", amount), RefusalArgument("largest", largest)]
    case .insufficientBalance(let amount, let held): [RefusalArgument("amount", amount), RefusalArgument("held", held)]
    case .priceOutdated(let token, let timestamp, let known):
      [RefusalArgument("token", token), RefusalArgument("timestamp", timestamp), RefusalArgument("known", known)]
    case .priceFromFuture(let token, let timestamp, let now):
      [RefusalArgument("token", token), RefusalArgument("timestamp", timestamp), RefusalArgument("now", now)]
    case .settingOutOfRange(let name, let value, _):
      [RefusalArgument("baseKey", name), RefusalArgument("value", value)]
    case .frozenOrder(let id): [RefusalArgument("order", id)]
    case .kernel, .halted, .symbolUnknown, .amountZero, .settingUnknown, .noQuotes, .noPrice, .positionUnknown,
      .leverageUnknown:
      []
    }
  }

  public var largestPassing: String? {
    switch self {
    case .revert(let revert): revert.largestPassing
    case .amountTooLarge(_, let largest): "\(largest)"
    case .insufficientBalance(_, let held): "\(held)"
    case .settingOutOfRange(_, _, let largest): largest.map { "\($0)" }
    default: nil
    }
  }
}

extension ContractError {
  /// 2^24 and the first three bytes of the Keccak-256 of the error's name, as the contracts tell errors apart by the
  /// first bytes of a hash: a code does not change when errors are added.
  public var code: UInt32 {
    let bytes = Keccak256.hash(Array(rawValue.utf8)).bytes
    return 1 << 24 | UInt32(bytes[0]) << 16 | UInt32(bytes[1]) << 8 | UInt32(bytes[2])
  }

  var rule: String {
    switch self {
    case .panic, .error: "GMX-3"
    case .exp2InputTooBig, .logInputTooSmall, .mulDivFixedPointOverflow: "GMX-5"
    case .invalidSwapMarket: "GMX-6"
    case .unableToGetFundingFactorEmptyOpenInterest: "GMX-40"
    case .unableToGetBorrowingFactorEmptyPoolUsd: "GMX-45"
    case .unexpectedBorrowingFactor: "GMX-47"
    case .maxOpenInterestExceeded: "GMX-21"
    case .maxPoolAmountExceeded, .maxPoolUsdForDepositExceeded, .insufficientReserve,
      .insufficientReserveForOpenInterest, .maxCollateralSumExceeded, .pnlFactorExceededForLongs,
      .pnlFactorExceededForShorts, .disabledMarket:
      "GMX-22"
    case .usdDeltaExceedsPoolValue: "GMX-32"
    case .orderNotFulfillableAtAcceptablePrice, .priceImpactLargerThanOrderSize, .emptySizeDeltaInTokens,
      .negativeExecutionPrice:
      "GMX-33"
    case .invalidTokenIn, .swapPriceImpactExceedsAmountIn: "GMX-56"
    case .duplicatedMarketInSwapPath, .insufficientSwapOutputAmount: "GMX-57"
    case .insufficientCollateralUsd: "GMX-62"
    case .liquidatablePosition: "GMX-63"
    case .insufficientCollateralAmount, .minPositionSize, .invalidPositionSizeValues: "GMX-66"
    case .insufficientFundsToPayForCosts: "GMX-68"
    case .invalidDecreaseOrderSize, .unableToWithdrawCollateral: "GMX-69"
    case .insufficientOutputAmount: "GMX-70"
    case .emptyPrimaryPrice, .maxPriceAgeExceeded, .maxOracleTimestampRangeExceeded: "GMX-80"
    case .emptyOrder, .orderTypeCannotBeCreated, .unexpectedValidFromTime, .unexpectedMarket,
      .maxSwapPathLengthExceeded:
      "GMX-81"
    case .orderNotUpdatable, .orderNotFound: "GMX-82"
    case .requestNotYetCancellable: "GMX-83"
    case .invalidOrderPrices: "GMX-85"
    case .oracleTimestampsAreSmallerThanRequired, .oracleTimestampsAreLargerThanRequestExpirationTime,
      .orderValidFromTimeNotReached:
      "GMX-86"
    case .maxAutoCancelOrdersExceeded: "GMX-89"
    case .positionShouldNotBeLiquidated: "GMX-91"
    case .adlNotEnabled, .adlNotRequired, .invalidAdl, .invalidSizeDeltaForAdl, .pnlOvercorrected: "GMX-93"
    case .collateralAlreadyClaimed, .invalidClaimableFactor: "GMX-99"
    default: "GMX-2"
    }
  }
}

extension Revert {
  /// The error as the contracts' callers print it.
  public var text: String {
    "\(error.rawValue)(" + arguments.map { "\($0.name): \($0.figure.description)" }.joined(separator: ", ") + ")"
  }

  private func figure(_ name: String) -> UInt256? {
    guard case .unsigned(let value)? = arguments.first(where: { $0.name == name })?.figure else { return nil }
    return value
  }

  var largestPassing: String? {
    switch error {
    case .maxOpenInterestExceeded: figure("maxOpenInterest").map { "open interest of \($0)" }
    case .maxPoolAmountExceeded: figure("maxPoolAmount").map { "a pool of \($0)" }
    case .maxPoolUsdForDepositExceeded: figure("maxPoolUsdForDeposit").map { "a pool worth \($0)" }
    case .maxCollateralSumExceeded: figure("maxCollateralSum").map { "collateral of \($0)" }
    case .insufficientReserve, .insufficientReserveForOpenInterest:
      figure("maxReservedUsd").map { "a reserve of \($0)" }
    case .invalidDecreaseOrderSize: figure("positionSizeInUsd").map { "a size of \($0)" }
    case .orderNotFulfillableAtAcceptablePrice: figure("price").map { "an acceptable price of \($0)" }
    case .maxSwapPathLengthExceeded: figure("maxSwapPathLength").map { "a path of \($0)" }
    case .maxAutoCancelOrdersExceeded: figure("maxAutoCancelOrders").map { "\($0) orders" }
    default: nil
    }
  }
}
