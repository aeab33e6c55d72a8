import Quantities

/// The vault's errors by number, as its error controller words them. Rule GMX-151.
enum V1Error: UInt64, CaseIterable {
  case directTokenNotWhitelisted = 14
  case directTokenAmount = 15
  case buyTokenNotWhitelisted = 16
  case buyTokenAmount = 17
  case buyUSDGAmount = 18
  case sellTokenNotWhitelisted = 19
  case sellUSDGAmount = 20
  case redemptionAmount = 21
  case sellAmountOut = 22
  case swapsNotEnabled = 23
  case tokenInNotWhitelisted = 24
  case tokenOutNotWhitelisted = 25
  case invalidTokens = 26
  case invalidAmountIn = 27
  case insufficientCollateralForFees = 29
  case invalidPositionSize = 30
  case emptyPosition = 31
  case positionSizeExceeded = 32
  case positionCollateralExceeded = 33
  case emptyPositionToLiquidate = 35
  case cannotBeLiquidated = 36
  case invalidAveragePrice = 38
  case collateralShouldBeWithdrawn = 39
  case sizeMustBeMoreThanCollateral = 40
  case mismatchedTokens = 42
  case longCollateralNotWhitelisted = 43
  case collateralMustNotBeStable = 44
  case shortCollateralNotWhitelisted = 45
  case collateralMustBeStable = 46
  case indexMustNotBeStable = 47
  case indexNotShortable = 48
  case invalidIncrease = 49
  case reserveExceedsPool = 50
  case maxUSDGExceeded = 51
  case reserveExceedsPoolToReserve = 52

  var text: String {
    switch self {
    case .directTokenNotWhitelisted, .buyTokenNotWhitelisted, .sellTokenNotWhitelisted:
      "Vault: _token not whitelisted"
    case .directTokenAmount, .buyTokenAmount: "Vault: invalid tokenAmount"
    case .buyUSDGAmount, .sellUSDGAmount: "Vault: invalid usdgAmount"
    case .redemptionAmount: "Vault: invalid redemptionAmount"
    case .sellAmountOut: "Vault: invalid amountOut"
    case .swapsNotEnabled: "Vault: swaps not enabled"
    case .tokenInNotWhitelisted: "Vault: _tokenIn not whitelisted"
    case .tokenOutNotWhitelisted: "Vault: _tokenOut not whitelisted"
    case .invalidTokens: "Vault: invalid tokens"
    case .invalidAmountIn: "Vault: invalid amountIn"
    case .insufficientCollateralForFees: "Vault: insufficient collateral for fees"
    case .invalidPositionSize: "Vault: invalid position.size"
    case .emptyPosition, .emptyPositionToLiquidate: "Vault: empty position"
    case .positionSizeExceeded: "Vault: position size exceeded"
    case .positionCollateralExceeded: "Vault: position collateral exceeded"
    case .cannotBeLiquidated: "Vault: position cannot be liquidated"
    case .invalidAveragePrice: "Vault: invalid _averagePrice"
    case .collateralShouldBeWithdrawn: "Vault: collateral should be withdrawn"
    case .sizeMustBeMoreThanCollateral: "Vault: _size must be more than _collateral"
    case .mismatchedTokens: "Vault: mismatched tokens"
    case .longCollateralNotWhitelisted, .shortCollateralNotWhitelisted:
      "Vault: _collateralToken not whitelisted"
    case .collateralMustNotBeStable: "Vault: _collateralToken must not be a stableToken"
    case .collateralMustBeStable: "Vault: _collateralToken must be a stableToken"
    case .indexMustNotBeStable: "Vault: _indexToken must not be a stableToken"
    case .indexNotShortable: "Vault: _indexToken not shortable"
    case .invalidIncrease: "Vault: invalid increase"
    case .reserveExceedsPool, .reserveExceedsPoolToReserve: "Vault: reserve exceeds pool"
    case .maxUSDGExceeded: "Vault: max USDG exceeded"
    }
  }
}

extension Revert {
  /// The text that the contract gives, and its number beside it.
  static func vault(_ error: V1Error) -> Revert {
    Revert(.error, NamedFigure("message", error.text), NamedFigure("code", error.rawValue))
  }
}
