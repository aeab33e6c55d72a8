import Canonical
import Quantities

/// What an account or a keeper may ask for. The account named inside a request is the signer.
public enum GMXAction: Sendable, Equatable {
  case createOrder(OrderRecord)
  case updateOrder(UInt64, GMXState.OrderUpdate)
  case cancelOrder(UInt64)
  case executeOrder(UInt64)
  case liquidate(PositionKey)
  case deleverage(PositionKey, size: UInt256)
  case updateADLState(MarketID, isLong: Bool)
  case claimFunding(MarketID, TokenID)
  // Liquidity waits for a keeper; what comes out goes to the receiver.
  case createDeposit(DepositRequest, receiver: Address)
  case cancelDeposit(UInt64)
  case executeDeposit(UInt64)
  case createWithdrawal(WithdrawalRequest, receiver: Address)
  case cancelWithdrawal(UInt64)
  case executeWithdrawal(UInt64)
  case createShift(ShiftRequest, receiver: Address)
  case cancelShift(UInt64)
  case executeShift(UInt64)
  case withdrawAtOnce(WithdrawalRequest, receiver: Address)
  // Vaults over markets.
  case createGLVDeposit(GLVDepositRequest, receiver: Address)
  case cancelGLVDeposit(UInt64)
  case executeGLVDeposit(UInt64)
  case createGLVWithdrawal(GLVWithdrawalRequest, receiver: Address)
  case cancelGLVWithdrawal(UInt64)
  case executeGLVWithdrawal(UInt64)
  case createGLVShift(GLVShiftRequest)
  case executeGLVShift(UInt64)
  case executeJustInTime(order: UInt64, [GLVShiftRequest])
  /// Impact beyond the limit, of an hour.
  case claimCollateral(MarketID, TokenID, timeKey: UInt64)
  case claim(GMXState.ClaimKind, MarketID, TokenID)
  /// Takes tokens out of the venue.
  case bridgeOut(TokenID, UInt256)
  /// The first generation's vault.
  case v1(V1Action)
}

extension GMXAction: CanonicalCodable {
  public func encode(into encoder: inout CanonicalEncoder) {
    switch self {
    case .createOrder(let order):
      encoder.encode(tag: 1)
      encoder.encode(order)
    case .updateOrder(let id, let update):
      encoder.encode(tag: 2)
      encoder.encode(id)
      encoder.encode(update)
    case .cancelOrder(let id):
      encoder.encode(tag: 3)
      encoder.encode(id)
    case .executeOrder(let id):
      encoder.encode(tag: 4)
      encoder.encode(id)
    case .liquidate(let key):
      encoder.encode(tag: 7)
      encoder.encode(key)
    case .deleverage(let key, let size):
      encoder.encode(tag: 8)
      encoder.encode(key)
      encoder.encode(size)
    case .updateADLState(let market, let isLong):
      encoder.encode(tag: 9)
      encoder.encode(market)
      encoder.encode(isLong)
    case .claimFunding(let market, let token):
      encoder.encode(tag: 10)
      encoder.encode(market)
      encoder.encode(token)
    case .v1(let action): action.encode(into: &encoder)
    case .claimCollateral(let market, let token, let timeKey):
      encoder.encode(tag: 61)
      encoder.encode(market)
      encoder.encode(token)
      encoder.encode(timeKey)
    case .claim(let kind, let market, let token):
      encoder.encode(tag: 62)
      encoder.encode(tag: kind.rawValue)
      encoder.encode(market)
      encoder.encode(token)
    case .bridgeOut(let token, let amount):
      encoder.encode(tag: 63)
      encoder.encode(token)
      encoder.encode(amount)
    default: encodeLiquidity(into: &encoder)
    }
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    let tag = try decoder.decodeTag()
    switch tag {
    case 1: self = .createOrder(try decoder.decode())
    case 2: self = .updateOrder(try decoder.decodeInteger(), try decoder.decode())
    case 3: self = .cancelOrder(try decoder.decodeInteger())
    case 4: self = .executeOrder(try decoder.decodeInteger())
    case 7: self = .liquidate(try decoder.decode())
    case 8: self = .deleverage(try decoder.decode(), size: try decoder.decode())
    case 9: self = .updateADLState(try decoder.decodeInteger(), isLong: try decoder.decodeFlag())
    case 10: self = .claimFunding(try decoder.decodeInteger(), try decoder.decodeInteger())
    case 21...39: try self.init(liquidityTag: tag, from: &decoder)
    case 61:
      self = .claimCollateral(
        try decoder.decodeInteger(), try decoder.decodeInteger(), timeKey: try decoder.decodeInteger())
    case 62:
      guard let kind = GMXState.ClaimKind(rawValue: try decoder.decodeTag()) else {
        throw .invalidValue("an unknown kind of claim")
      }
      self = .claim(kind, try decoder.decodeInteger(), try decoder.decodeInteger())
    case 63: self = .bridgeOut(try decoder.decodeInteger(), try decoder.decode())
    case V1Action.tags: self = .v1(try V1Action(tag: tag, from: &decoder))
    default: throw .unknownTag(tag)
    }
  }
}

extension PositionKey: CanonicalCodable {
  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(account)
    encoder.encode(market)
    encoder.encode(collateralToken)
    encoder.encode(isLong)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    self.init(
      account: try decoder.decodeAddress(), market: try decoder.decodeInteger(),
      collateralToken: try decoder.decodeInteger(), isLong: try decoder.decodeFlag())
  }
}

extension GMXState.OrderUpdate: CanonicalCodable {
  public func encode(into encoder: inout CanonicalEncoder) {
    for value in [sizeDeltaUsd, acceptablePrice, triggerPrice, minOutputAmount] { encoder.encode(value) }
    encoder.encode(validFromTime)
    encoder.encode(autoCancel)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    self.init(
      sizeDeltaUsd: try decoder.decode(), acceptablePrice: try decoder.decode(), triggerPrice: try decoder.decode(),
      minOutputAmount: try decoder.decode(), validFromTime: try decoder.decodeInteger(),
      autoCancel: try decoder.decodeFlag())
  }
}

/// A way through markets: their count in one byte, then their numbers.
enum SwapPathCoding {
  static func encode(_ path: [MarketID], into encoder: inout CanonicalEncoder) {
    precondition(path.count < 256, "a swap path is no longer than its length byte can tell")
    encoder.encode(UInt8(path.count))
    for market in path { encoder.encode(market) }
  }

  static func decode(_ decoder: inout CanonicalDecoder) throws(CanonicalError) -> [MarketID] {
    let count = try decoder.decodeTag()
    var path: [MarketID] = []
    for _ in 0..<count { path.append(try decoder.decodeInteger()) }
    return path
  }
}

extension DepositRequest: CanonicalCodable {
  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(account)
    encoder.encode(market)
    encoder.encode(initialLongToken)
    encoder.encode(initialShortToken)
    encoder.encode(longAmount)
    encoder.encode(shortAmount)
    SwapPathCoding.encode(longSwapPath, into: &encoder)
    SwapPathCoding.encode(shortSwapPath, into: &encoder)
    encoder.encode(minMarketTokens)
    encoder.encode(uiFeeReceiver)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    self.init(
      account: try decoder.decodeAddress(), market: try decoder.decodeInteger(),
      initialLongToken: try decoder.decodeInteger(), initialShortToken: try decoder.decodeInteger(),
      longAmount: try decoder.decode(), shortAmount: try decoder.decode())
    longSwapPath = try SwapPathCoding.decode(&decoder)
    shortSwapPath = try SwapPathCoding.decode(&decoder)
    minMarketTokens = try decoder.decode()
    uiFeeReceiver = try decoder.decodeAddress()
  }
}

extension WithdrawalRequest: CanonicalCodable {
  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(account)
    encoder.encode(market)
    encoder.encode(marketTokens)
    SwapPathCoding.encode(longSwapPath, into: &encoder)
    SwapPathCoding.encode(shortSwapPath, into: &encoder)
    encoder.encode(minLongTokenAmount)
    encoder.encode(minShortTokenAmount)
    encoder.encode(uiFeeReceiver)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    self.init(
      account: try decoder.decodeAddress(), market: try decoder.decodeInteger(), marketTokens: try decoder.decode())
    longSwapPath = try SwapPathCoding.decode(&decoder)
    shortSwapPath = try SwapPathCoding.decode(&decoder)
    minLongTokenAmount = try decoder.decode()
    minShortTokenAmount = try decoder.decode()
    uiFeeReceiver = try decoder.decodeAddress()
  }
}
