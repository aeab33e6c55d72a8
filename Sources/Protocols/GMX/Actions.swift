import Canonical
import Quantities

/// What an account or a keeper may ask for. The account named inside a request is the signer.
public enum GMXAction: Sendable, Equatable {
  case createOrder(OrderRecord)
  case updateOrder(UInt64, GMXState.OrderUpdate)
  case cancelOrder(UInt64)
  case executeOrder(UInt64)
  case deposit(DepositRequest)
  case withdraw(WithdrawalRequest)
  case liquidate(PositionKey)
  case deleverage(PositionKey, size: UInt256)
  case updateADLState(MarketID, isLong: Bool)
  case claimFunding(MarketID, TokenID)
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
    case .deposit(let request):
      encoder.encode(tag: 5)
      encoder.encode(request)
    case .withdraw(let request):
      encoder.encode(tag: 6)
      encoder.encode(request)
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
    }
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    let tag = try decoder.decodeTag()
    switch tag {
    case 1: self = .createOrder(try decoder.decode())
    case 2: self = .updateOrder(try decoder.decodeInteger(), try decoder.decode())
    case 3: self = .cancelOrder(try decoder.decodeInteger())
    case 4: self = .executeOrder(try decoder.decodeInteger())
    case 5: self = .deposit(try decoder.decode())
    case 6: self = .withdraw(try decoder.decode())
    case 7: self = .liquidate(try decoder.decode())
    case 8: self = .deleverage(try decoder.decode(), size: try decoder.decode())
    case 9: self = .updateADLState(try decoder.decodeInteger(), isLong: try decoder.decodeFlag())
    case 10: self = .claimFunding(try decoder.decodeInteger(), try decoder.decodeInteger())
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
