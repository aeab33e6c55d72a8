import Canonical
import Quantities

/// The contracts' numbering.
public enum OrderType: UInt8, Sendable, CaseIterable {
  case marketSwap = 0
  case limitSwap = 1
  case marketIncrease = 2
  case limitIncrease = 3
  case marketDecrease = 4
  case limitDecrease = 5
  case stopLossDecrease = 6
  case liquidation = 7
  case stopIncrease = 8

  public var isSwap: Bool { self == .marketSwap || self == .limitSwap }
  public var isIncrease: Bool { self == .marketIncrease || self == .limitIncrease || self == .stopIncrease }
  public var isDecrease: Bool { !isSwap && !isIncrease }
  public var isMarket: Bool { self == .marketSwap || self == .marketIncrease || self == .marketDecrease }
  /// Orders that a closed position takes with it.
  var mayCancelItself: Bool { self == .limitDecrease || self == .stopLossDecrease }
}

/// What a closing position does with an output of two tokens.
public enum DecreaseSwap: UInt8, Sendable, CaseIterable {
  case none = 0
  case profitToCollateral = 1
  case collateralToProfit = 2
}

/// An order that waits, or one on its way.
public struct OrderRecord: CanonicalCodable, Equatable {
  public var account: Address
  public var market: MarketID
  public var initialCollateralToken: TokenID
  public var swapPath: [MarketID]
  public var uiFeeReceiver: Address
  public var orderType: OrderType
  public var decreaseSwap: DecreaseSwap
  public var isLong: Bool
  public var sizeDeltaUsd: UInt256
  public var initialCollateralDeltaAmount: UInt256
  public var triggerPrice: UInt256
  public var acceptablePrice: UInt256
  /// Tokens for swaps and increases, dollars for decreases.
  public var minOutputAmount: UInt256
  public var updatedAtTime: UInt64 = 0
  public var validFromTime: UInt64
  public var isFrozen = false
  public var autoCancel: Bool

  public init(
    account: Address, market: MarketID, initialCollateralToken: TokenID, swapPath: [MarketID] = [],
    uiFeeReceiver: Address = .zero, orderType: OrderType, decreaseSwap: DecreaseSwap = .none, isLong: Bool,
    sizeDeltaUsd: UInt256, initialCollateralDeltaAmount: UInt256, triggerPrice: UInt256 = .zero,
    acceptablePrice: UInt256 = .zero, minOutputAmount: UInt256 = .zero, validFromTime: UInt64 = 0,
    autoCancel: Bool = false
  ) {
    self.account = account
    self.market = market
    self.initialCollateralToken = initialCollateralToken
    self.swapPath = swapPath
    self.uiFeeReceiver = uiFeeReceiver
    self.orderType = orderType
    self.decreaseSwap = decreaseSwap
    self.isLong = isLong
    self.sizeDeltaUsd = sizeDeltaUsd
    self.initialCollateralDeltaAmount = initialCollateralDeltaAmount
    self.triggerPrice = triggerPrice
    self.acceptablePrice = acceptablePrice
    self.minOutputAmount = minOutputAmount
    self.validFromTime = validFromTime
    self.autoCancel = autoCancel
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(account)
    encoder.encode(market)
    encoder.encode(initialCollateralToken)
    encoder.encode(UInt8(truncatingIfNeeded: swapPath.count))
    for market in swapPath { encoder.encode(market) }
    encoder.encode(uiFeeReceiver)
    encoder.encode(orderType.rawValue)
    encoder.encode(decreaseSwap.rawValue)
    encoder.encode(isLong)
    encoder.encode(sizeDeltaUsd)
    encoder.encode(initialCollateralDeltaAmount)
    encoder.encode(triggerPrice)
    encoder.encode(acceptablePrice)
    encoder.encode(minOutputAmount)
    encoder.encode(updatedAtTime)
    encoder.encode(validFromTime)
    encoder.encode(isFrozen)
    encoder.encode(autoCancel)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    account = try decoder.decodeAddress()
    market = try decoder.decodeInteger()
    initialCollateralToken = try decoder.decodeInteger()
    swapPath = []
    for _ in 0..<(try decoder.decodeTag()) { swapPath.append(try decoder.decodeInteger()) }
    uiFeeReceiver = try decoder.decodeAddress()
    guard let orderType = OrderType(rawValue: try decoder.decodeTag()) else {
      throw .invalidValue("an unknown order type")
    }
    guard let decreaseSwap = DecreaseSwap(rawValue: try decoder.decodeTag()) else {
      throw .invalidValue("an unknown decrease swap type")
    }
    self.orderType = orderType
    self.decreaseSwap = decreaseSwap
    isLong = try decoder.decodeFlag()
    sizeDeltaUsd = try decoder.decode()
    initialCollateralDeltaAmount = try decoder.decode()
    triggerPrice = try decoder.decode()
    acceptablePrice = try decoder.decode()
    minOutputAmount = try decoder.decode()
    updatedAtTime = try decoder.decodeInteger()
    validFromTime = try decoder.decodeInteger()
    isFrozen = try decoder.decodeFlag()
    autoCancel = try decoder.decodeFlag()
  }
}
