import Canonical
import Quantities

/// The oracle's prices and times of one execution. Rule GMX-80.
public struct OraclePrices: Sendable {
  /// By token number; a price of zero is none.
  public var prices: [Price]
  public var minTimestamp: UInt64
  public var maxTimestamp: UInt64

  public init(prices: [Price], minTimestamp: UInt64, maxTimestamp: UInt64) {
    self.prices = prices
    self.minTimestamp = minTimestamp
    self.maxTimestamp = maxTimestamp
  }

  func price(_ token: TokenID) throws(Revert) -> Price {
    guard Int(token) < prices.count, !prices[Int(token)].min.isZero, !prices[Int(token)].max.isZero else {
      throw Revert(.emptyPrimaryPrice, NamedFigure("token", .token(token)))
    }
    return prices[Int(token)]
  }

  public func prices(of market: MarketRecord) throws(Revert) -> MarketPrices {
    MarketPrices(
      index: try price(market.indexToken), long: try price(market.longToken), short: try price(market.shortToken))
  }
}

/// What an execution knows besides the state: the time, the prices, and what it told.
public struct ExecutionContext: Sendable {
  public var time: UInt64
  public var oracle: OraclePrices
  public var events: [ContractEvent] = []

  public init(time: UInt64, oracle: OraclePrices) {
    self.time = time
    self.oracle = oracle
  }

  mutating func emit(_ name: ContractEvent.Name, _ figures: NamedFigure...) {
    events.append(ContractEvent(name: name, figures: figures))
  }
}

/// An event of the contracts with its figures in their order.
public struct ContractEvent: Sendable, Equatable {
  public enum Name: String, Sendable, CaseIterable {
    case positionIncrease = "PositionIncrease"
    case positionDecrease = "PositionDecrease"
    case positionFeesCollected = "PositionFeesCollected"
    case positionFeesInfo = "PositionFeesInfo"
    case insolventClose = "InsolventClose"
    case insufficientFundingFeePayment = "InsufficientFundingFeePayment"
    case claimableCollateralUpdated = "ClaimableCollateralUpdated"
    case orderCollateralDeltaAmountAutoUpdated = "OrderCollateralDeltaAmountAutoUpdated"
    case orderSizeDeltaAutoUpdated = "OrderSizeDeltaAutoUpdated"
    case swapInfo = "SwapInfo"
    case swapFeesCollected = "SwapFeesCollected"
    case marketPoolValueInfo = "MarketPoolValueInfo"
    case depositExecuted = "DepositExecuted"
    case withdrawalExecuted = "WithdrawalExecuted"
    case fundingFeesClaimed = "FundingFeesClaimed"
    case adlStateUpdated = "AdlStateUpdated"
    // The first generation.
    case v1Swap = "Swap"
    case v1PositionIncreased = "IncreasePosition"
    case v1PositionDecreased = "DecreasePosition"
    case v1PositionLiquidated = "LiquidatePosition"
    case v1FundingRateUpdated = "UpdateFundingRate"
    case v1LiquidityAdded = "AddLiquidity"
    case v1LiquidityRemoved = "RemoveLiquidity"
  }

  public var name: Name
  public var figures: [NamedFigure]
}
