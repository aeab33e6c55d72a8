import Canonical
import Quantities

/// The price that an order of the order book waits for.
public struct V1Trigger: CanonicalCodable, Equatable {
  /// Dollars (30 decimals) for a whole token.
  public var price: UInt256
  /// Waits for a price above, else below.
  public var isAbove: Bool

  public init(price: UInt256, isAbove: Bool) {
    self.price = price
    self.isAbove = isAbove
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(price)
    encoder.encode(isAbove)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    price = try decoder.decode()
    isAbove = try decoder.decodeFlag()
  }
}

/// A wish to change a position that a keeper carries out later, at that time's prices. Rule GMX-169.
public struct V1Request: CanonicalCodable, Equatable {
  public var isIncrease: Bool
  /// Increase: what is paid, and the collateral it is swapped to. Decrease: the collateral, and what it is swapped to.
  public var path: [TokenID]
  public var indexToken: TokenID
  public var isLong: Bool
  /// Tokens of an increase.
  public var amountIn: UInt256 = .zero
  /// Dollars of a decrease.
  public var collateralDelta: UInt256 = .zero
  public var sizeDelta: UInt256
  /// The worst price of the index; not looked at by orders with a trigger.
  public var acceptablePrice: UInt256
  /// The least output of the swap.
  public var minOut: UInt256 = .zero
  public var trigger: V1Trigger?

  public init(
    isIncrease: Bool, path: [TokenID], indexToken: TokenID, isLong: Bool, sizeDelta: UInt256,
    acceptablePrice: UInt256
  ) {
    self.isIncrease = isIncrease
    self.path = path
    self.indexToken = indexToken
    self.isLong = isLong
    self.sizeDelta = sizeDelta
    self.acceptablePrice = acceptablePrice
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(isIncrease)
    encoder.encode(UInt32(truncatingIfNeeded: path.count))
    for token in path { encoder.encode(token) }
    encoder.encode(indexToken)
    encoder.encode(isLong)
    for value in [amountIn, collateralDelta, sizeDelta, acceptablePrice, minOut] { encoder.encode(value) }
    encoder.encode(option: trigger) { $0.encode($1) }
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    isIncrease = try decoder.decodeFlag()
    path = try decoder.decodeTokens()
    indexToken = try decoder.decodeInteger()
    isLong = try decoder.decodeFlag()
    amountIn = try decoder.decode()
    collateralDelta = try decoder.decode()
    sizeDelta = try decoder.decode()
    acceptablePrice = try decoder.decode()
    minOut = try decoder.decode()
    if try decoder.decodeFlag() { trigger = try decoder.decode() }
  }
}

/// A request that waits.
public struct V1RequestRecord: CanonicalCodable, Equatable {
  public var account: Address
  /// Unix seconds.
  public var createdAt: UInt64
  public var request: V1Request

  public init(account: Address, createdAt: UInt64, request: V1Request) {
    self.account = account
    self.createdAt = createdAt
    self.request = request
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(account)
    encoder.encode(createdAt)
    encoder.encode(request)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    account = try decoder.decodeAddress()
    createdAt = try decoder.decodeInteger()
    request = try decoder.decode()
  }
}

extension CanonicalDecoder {
  mutating func decodeTokens() throws(CanonicalError) -> [TokenID] {
    let count = try decodeCount(minimumSize: 2)
    var tokens: [TokenID] = []
    for _ in 0..<count { tokens.append(try decodeInteger()) }
    return tokens
  }
}

/// What an account or a keeper may ask of the vault. The signer is the account. Tags 41 to 49 of the room's actions.
public enum V1Action: Sendable, Equatable {
  case swap(path: [TokenID], amountIn: UInt256, minOut: UInt256)
  case addLiquidity(TokenID, amount: UInt256, minUSDG: UInt256, minGLP: UInt256)
  case removeLiquidity(TokenID, glpAmount: UInt256, minOut: UInt256)
  case request(V1Request)
  case executeRequest(UInt64)
  case cancelRequest(UInt64)
  case liquidate(V1PositionKey)
  case directPoolDeposit(TokenID, amount: UInt256)
  case updateFundingRate(TokenID)

  static let tags: ClosedRange<UInt8> = 41...49

  public func encode(into encoder: inout CanonicalEncoder) {
    switch self {
    case .swap(let path, let amountIn, let minOut):
      encoder.encode(tag: 41)
      encoder.encode(UInt32(truncatingIfNeeded: path.count))
      for token in path { encoder.encode(token) }
      encoder.encode(amountIn)
      encoder.encode(minOut)
    case .addLiquidity(let token, let amount, let minUSDG, let minGLP):
      encoder.encode(tag: 42)
      encoder.encode(token)
      for value in [amount, minUSDG, minGLP] { encoder.encode(value) }
    case .removeLiquidity(let token, let glpAmount, let minOut):
      encoder.encode(tag: 43)
      encoder.encode(token)
      for value in [glpAmount, minOut] { encoder.encode(value) }
    case .request(let request):
      encoder.encode(tag: 44)
      encoder.encode(request)
    case .executeRequest(let id):
      encoder.encode(tag: 45)
      encoder.encode(id)
    case .cancelRequest(let id):
      encoder.encode(tag: 46)
      encoder.encode(id)
    case .liquidate(let key):
      encoder.encode(tag: 47)
      encoder.encode(key)
    case .directPoolDeposit(let token, let amount):
      encoder.encode(tag: 48)
      encoder.encode(token)
      encoder.encode(amount)
    case .updateFundingRate(let token):
      encoder.encode(tag: 49)
      encoder.encode(token)
    }
  }

  init(tag: UInt8, from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    switch tag {
    case 41:
      self = .swap(path: try decoder.decodeTokens(), amountIn: try decoder.decode(), minOut: try decoder.decode())
    case 42:
      self = .addLiquidity(
        try decoder.decodeInteger(), amount: try decoder.decode(), minUSDG: try decoder.decode(),
        minGLP: try decoder.decode())
    case 43:
      self = .removeLiquidity(
        try decoder.decodeInteger(), glpAmount: try decoder.decode(), minOut: try decoder.decode())
    case 44: self = .request(try decoder.decode())
    case 45: self = .executeRequest(try decoder.decodeInteger())
    case 46: self = .cancelRequest(try decoder.decodeInteger())
    case 47: self = .liquidate(try decoder.decode())
    case 48: self = .directPoolDeposit(try decoder.decodeInteger(), amount: try decoder.decode())
    case 49: self = .updateFundingRate(try decoder.decodeInteger())
    default: throw .unknownTag(tag)
    }
  }
}
