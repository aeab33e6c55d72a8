import Canonical
import Cryptography
import Quantities

/// An order as a wallet signs it: contracts by their addresses. Rule GMX-201.
public struct RelayOrder: CanonicalCodable, Equatable {
  public var receiver: Address
  public var cancellationReceiver: Address = .zero
  public var callbackContract: Address = .zero
  public var uiFeeReceiver: Address = .zero
  public var market: Address
  public var initialCollateralToken: Address
  public var swapPath: [Address] = []
  /// Dollars, 30 decimals.
  public var sizeDeltaUsd: UInt256 = .zero
  public var initialCollateralDeltaAmount: UInt256 = .zero
  public var triggerPrice: UInt256 = .zero
  public var acceptablePrice: UInt256 = .zero
  public var executionFee: UInt256 = .zero
  public var callbackGasLimit: UInt256 = .zero
  public var minOutputAmount: UInt256 = .zero
  public var validFromTime: UInt256 = .zero
  public var orderType: OrderType
  public var decreaseSwap: DecreaseSwap = .none
  public var isLong: Bool
  public var shouldUnwrapNativeToken = false
  public var autoCancel = false
  public var referralCode: Hash32 = .zero
  public var dataList: [Hash32] = []

  public init(
    receiver: Address, market: Address, initialCollateralToken: Address, orderType: OrderType, isLong: Bool
  ) {
    self.receiver = receiver
    self.market = market
    self.initialCollateralToken = initialCollateralToken
    self.orderType = orderType
    self.isLong = isLong
  }

  private var addressesHash: Hash32 {
    var encoder = TypedStructEncoder(typeHash: RelayTypes.createOrderAddresses)
    for address in [
      receiver, cancellationReceiver, callbackContract, uiFeeReceiver, market, initialCollateralToken,
    ] { encoder.append(address) }
    encoder.append(addresses: swapPath)
    return encoder.hash
  }

  private var numbersHash: Hash32 {
    var encoder = TypedStructEncoder(typeHash: RelayTypes.createOrderNumbers)
    for number in numbers { encoder.append(number) }
    return encoder.hash
  }

  private var numbers: [UInt256] {
    [
      sizeDeltaUsd, initialCollateralDeltaAmount, triggerPrice, acceptablePrice, executionFee, callbackGasLimit,
      minOutputAmount, validFromTime,
    ]
  }

  /// The fields that an order of its own and an order of a batch have in common.
  func append(to encoder: inout TypedStructEncoder) {
    encoder.append(addressesHash)
    encoder.append(numbersHash)
    encoder.append(UInt64(orderType.rawValue))
    encoder.append(UInt64(decreaseSwap.rawValue))
    encoder.append(isLong)
    encoder.append(shouldUnwrapNativeToken)
    encoder.append(autoCancel)
    encoder.append(referralCode)
    encoder.append(words: dataList)
  }

  var structHash: Hash32 {
    var encoder = TypedStructEncoder(typeHash: RelayTypes.createOrderParams)
    append(to: &encoder)
    return encoder.hash
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    for address in [
      receiver, cancellationReceiver, callbackContract, uiFeeReceiver, market, initialCollateralToken,
    ] { encoder.encode(address) }
    encoder.encode(addresses: swapPath)
    for number in numbers { encoder.encode(number) }
    encoder.encode(orderType.rawValue)
    encoder.encode(decreaseSwap.rawValue)
    encoder.encode(isLong)
    encoder.encode(shouldUnwrapNativeToken)
    encoder.encode(autoCancel)
    encoder.encode(referralCode)
    encoder.encode(words: dataList)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    receiver = try decoder.decodeAddress()
    cancellationReceiver = try decoder.decodeAddress()
    callbackContract = try decoder.decodeAddress()
    uiFeeReceiver = try decoder.decodeAddress()
    market = try decoder.decodeAddress()
    initialCollateralToken = try decoder.decodeAddress()
    swapPath = try decoder.decodeAddresses()
    sizeDeltaUsd = try decoder.decode()
    initialCollateralDeltaAmount = try decoder.decode()
    triggerPrice = try decoder.decode()
    acceptablePrice = try decoder.decode()
    executionFee = try decoder.decode()
    callbackGasLimit = try decoder.decode()
    minOutputAmount = try decoder.decode()
    validFromTime = try decoder.decode()
    guard let orderType = OrderType(rawValue: try decoder.decodeTag()) else {
      throw .invalidValue("an unknown order type")
    }
    guard let decreaseSwap = DecreaseSwap(rawValue: try decoder.decodeTag()) else {
      throw .invalidValue("an unknown decrease swap type")
    }
    self.orderType = orderType
    self.decreaseSwap = decreaseSwap
    isLong = try decoder.decodeFlag()
    shouldUnwrapNativeToken = try decoder.decodeFlag()
    autoCancel = try decoder.decodeFlag()
    referralCode = try decoder.decodeHash()
    dataList = try decoder.decodeWords()
  }
}

/// New terms of a waiting order as a wallet signs them. The key of an order is its number.
public struct RelayUpdate: CanonicalCodable, Equatable {
  public var key: Hash32
  public var sizeDeltaUsd: UInt256
  public var acceptablePrice: UInt256
  public var triggerPrice: UInt256
  public var minOutputAmount: UInt256
  public var validFromTime: UInt256
  public var autoCancel: Bool
  public var executionFeeIncrease: UInt256

  public init(
    key: Hash32, sizeDeltaUsd: UInt256, acceptablePrice: UInt256, triggerPrice: UInt256, minOutputAmount: UInt256,
    validFromTime: UInt256, autoCancel: Bool, executionFeeIncrease: UInt256 = .zero
  ) {
    self.key = key
    self.sizeDeltaUsd = sizeDeltaUsd
    self.acceptablePrice = acceptablePrice
    self.triggerPrice = triggerPrice
    self.minOutputAmount = minOutputAmount
    self.validFromTime = validFromTime
    self.autoCancel = autoCancel
    self.executionFeeIncrease = executionFeeIncrease
  }

  var structHash: Hash32 {
    var encoder = TypedStructEncoder(typeHash: RelayTypes.updateOrderParams)
    encoder.append(key)
    for number in [sizeDeltaUsd, acceptablePrice, triggerPrice, minOutputAmount, validFromTime] {
      encoder.append(number)
    }
    encoder.append(autoCancel)
    encoder.append(executionFeeIncrease)
    return encoder.hash
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(key)
    for number in [sizeDeltaUsd, acceptablePrice, triggerPrice, minOutputAmount, validFromTime] {
      encoder.encode(number)
    }
    encoder.encode(autoCancel)
    encoder.encode(executionFeeIncrease)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    self.init(
      key: try decoder.decodeHash(), sizeDeltaUsd: try decoder.decode(), acceptablePrice: try decoder.decode(),
      triggerPrice: try decoder.decode(), minOutputAmount: try decoder.decode(),
      validFromTime: try decoder.decode(), autoCancel: try decoder.decodeFlag(),
      executionFeeIncrease: try decoder.decode())
  }
}
