import Canonical
import Quantities

/// The oracle's prices and times of one execution. Rule GMX-80.
public struct OraclePrices: Sendable {
  /// By token number; a price of zero is none.
  public var prices: [Price]
  public var minTimestamp: UInt64
  public var maxTimestamp: UInt64
  /// Prices of vaults over markets by vault number, where the oracle has one: dollars for one smallest unit.
  public var glvPrices: [Price] = []

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
  /// False when nobody reads the contracts' events: building them costs more than the action.
  public let isRecording: Bool
  /// What became of positions; the venue counts it.
  var changes: [PositionChange] = []
  /// What was brought to pools and taken from them.
  var provisions: [Provision] = []

  public init(time: UInt64, oracle: OraclePrices) {
    self.time = time
    self.oracle = oracle
    isRecording = true
  }

  init(time: UInt64, isRecording: Bool) {
    self.time = time
    oracle = OraclePrices(prices: [], minTimestamp: 0, maxTimestamp: 0)
    self.isRecording = isRecording
  }

  mutating func emit(_ name: ContractEvent.Name, _ figures: @autoclosure () -> [NamedFigure]) {
    if isRecording { events.append(ContractEvent(name: name, figures: figures())) }
  }

  mutating func emit(_ name: ContractEvent.Name, _ figures: NamedFigure...) {
    if isRecording { events.append(ContractEvent(name: name, figures: figures)) }
  }
}

/// A deposit to a pool or a withdrawal from it: dollars with 30 decimals, market tokens with 18.
struct Provision: Sendable {
  var market: MarketID
  var account: Address
  var usd: UInt256
  var shares: UInt256
  var isDeposit: Bool
}

/// What an increase or a decrease did, in dollars with 30 decimals; for counters, events and reports.
struct PositionChange: Sendable {
  var key: PositionKey
  var isIncrease: Bool
  var orderType: OrderType
  var isADL = false
  var executionPrice = UInt256.zero
  var sizeDeltaUsd = UInt256.zero
  var sizeDeltaInTokens = UInt256.zero
  /// Position and liquidation fees.
  var feeUsd = UInt256.zero
  var borrowingUsd = UInt256.zero
  var fundingUsd = UInt256.zero
  /// Fees that receivers took.
  var receiverUsd = UInt256.zero
  /// Profit as it was paid, and as it would have been without the traders' limit.
  var profitUsd = Int256.zero
  var uncappedProfitUsd = Int256.zero
  /// A cost that nobody paid, and the loss of the position that is part of it.
  var unpaidUsd = UInt256.zero
  var unpaidLossUsd = UInt256.zero
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
    case depositCreated = "DepositCreated"
    case depositCancelled = "DepositCancelled"
    case withdrawalCreated = "WithdrawalCreated"
    case withdrawalCancelled = "WithdrawalCancelled"
    case shiftCreated = "ShiftCreated"
    case shiftExecuted = "ShiftExecuted"
    case shiftCancelled = "ShiftCancelled"
    case glvDepositCreated = "GlvDepositCreated"
    case glvDepositExecuted = "GlvDepositExecuted"
    case glvDepositCancelled = "GlvDepositCancelled"
    case glvWithdrawalCreated = "GlvWithdrawalCreated"
    case glvWithdrawalExecuted = "GlvWithdrawalExecuted"
    case glvWithdrawalCancelled = "GlvWithdrawalCancelled"
    case glvShiftCreated = "GlvShiftCreated"
    case glvShiftExecuted = "GlvShiftExecuted"
    case glvShiftCancelled = "GlvShiftCancelled"
    case glvValueUpdated = "GlvValueUpdated"
    case glvMarketAdded = "GlvMarketAdded"
    case glvMarketRemoved = "GlvMarketRemoved"
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
