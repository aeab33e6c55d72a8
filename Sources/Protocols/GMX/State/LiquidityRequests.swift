import Canonical
import Quantities

/// A request that waits for a keeper: whom it pays, and since when it waits. Rule GMX-130.
public struct Waiting<Request: CanonicalCodable & Equatable>: CanonicalCodable, Equatable {
  public var request: Request
  public var receiver: Address
  /// Unix seconds of its creation.
  public var updatedAtTime: UInt64

  public init(request: Request, receiver: Address, updatedAtTime: UInt64) {
    self.request = request
    self.receiver = receiver
    self.updatedAtTime = updatedAtTime
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(request)
    encoder.encode(receiver)
    encoder.encode(updatedAtTime)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    request = try decoder.decode()
    receiver = try decoder.decodeAddress()
    updatedAtTime = try decoder.decodeInteger()
  }
}

/// Market tokens of one market for those of another with the same two tokens. Rule GMX-136.
public struct ShiftRequest: CanonicalCodable, Equatable {
  public var account: Address
  public var fromMarket: MarketID
  public var toMarket: MarketID
  public var marketTokens: UInt256
  public var minMarketTokens: UInt256
  public var uiFeeReceiver: Address

  public init(
    account: Address, fromMarket: MarketID, toMarket: MarketID, marketTokens: UInt256,
    minMarketTokens: UInt256 = .zero, uiFeeReceiver: Address = .zero
  ) {
    self.account = account
    self.fromMarket = fromMarket
    self.toMarket = toMarket
    self.marketTokens = marketTokens
    self.minMarketTokens = minMarketTokens
    self.uiFeeReceiver = uiFeeReceiver
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(account)
    encoder.encode(fromMarket)
    encoder.encode(toMarket)
    encoder.encode(marketTokens)
    encoder.encode(minMarketTokens)
    encoder.encode(uiFeeReceiver)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    account = try decoder.decodeAddress()
    fromMarket = try decoder.decodeInteger()
    toMarket = try decoder.decodeInteger()
    marketTokens = try decoder.decode()
    minMarketTokens = try decoder.decode()
    uiFeeReceiver = try decoder.decodeAddress()
  }
}

/// Market tokens, or tokens that a market takes, for a vault's tokens. Rule GMX-143.
public struct GLVDepositRequest: CanonicalCodable, Equatable {
  public var account: Address
  public var glv: GLVID
  public var market: MarketID
  /// Market tokens are brought; otherwise the market's tokens, or what swaps to them.
  public var isMarketTokenDeposit: Bool
  public var marketTokens: UInt256 = .zero
  /// Zero for none.
  public var initialLongToken: TokenID = 0
  public var initialShortToken: TokenID = 0
  public var longAmount: UInt256 = .zero
  public var shortAmount: UInt256 = .zero
  public var longSwapPath: [MarketID] = []
  public var shortSwapPath: [MarketID] = []
  public var minGLVTokens: UInt256 = .zero
  public var uiFeeReceiver: Address = .zero

  /// A deposit of market tokens.
  public init(account: Address, glv: GLVID, market: MarketID, marketTokens: UInt256) {
    self.account = account
    self.glv = glv
    self.market = market
    isMarketTokenDeposit = true
    self.marketTokens = marketTokens
  }

  /// A deposit of tokens.
  public init(
    account: Address, glv: GLVID, market: MarketID, initialLongToken: TokenID, initialShortToken: TokenID,
    longAmount: UInt256, shortAmount: UInt256
  ) {
    self.account = account
    self.glv = glv
    self.market = market
    isMarketTokenDeposit = false
    self.initialLongToken = initialLongToken
    self.initialShortToken = initialShortToken
    self.longAmount = longAmount
    self.shortAmount = shortAmount
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(account)
    encoder.encode(glv)
    encoder.encode(market)
    encoder.encode(isMarketTokenDeposit)
    encoder.encode(marketTokens)
    encoder.encode(initialLongToken)
    encoder.encode(initialShortToken)
    encoder.encode(longAmount)
    encoder.encode(shortAmount)
    SwapPathCoding.encode(longSwapPath, into: &encoder)
    SwapPathCoding.encode(shortSwapPath, into: &encoder)
    encoder.encode(minGLVTokens)
    encoder.encode(uiFeeReceiver)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    account = try decoder.decodeAddress()
    glv = try decoder.decodeInteger()
    market = try decoder.decodeInteger()
    isMarketTokenDeposit = try decoder.decodeFlag()
    marketTokens = try decoder.decode()
    initialLongToken = try decoder.decodeInteger()
    initialShortToken = try decoder.decodeInteger()
    longAmount = try decoder.decode()
    shortAmount = try decoder.decode()
    longSwapPath = try SwapPathCoding.decode(&decoder)
    shortSwapPath = try SwapPathCoding.decode(&decoder)
    minGLVTokens = try decoder.decode()
    uiFeeReceiver = try decoder.decodeAddress()
  }
}

/// A vault's tokens for the tokens of one of its markets. Rule GMX-145.
public struct GLVWithdrawalRequest: CanonicalCodable, Equatable {
  public var account: Address
  public var glv: GLVID
  public var market: MarketID
  public var glvTokens: UInt256
  public var longSwapPath: [MarketID] = []
  public var shortSwapPath: [MarketID] = []
  public var minLongTokenAmount: UInt256 = .zero
  public var minShortTokenAmount: UInt256 = .zero
  public var uiFeeReceiver: Address = .zero

  public init(account: Address, glv: GLVID, market: MarketID, glvTokens: UInt256) {
    self.account = account
    self.glv = glv
    self.market = market
    self.glvTokens = glvTokens
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(account)
    encoder.encode(glv)
    encoder.encode(market)
    encoder.encode(glvTokens)
    SwapPathCoding.encode(longSwapPath, into: &encoder)
    SwapPathCoding.encode(shortSwapPath, into: &encoder)
    encoder.encode(minLongTokenAmount)
    encoder.encode(minShortTokenAmount)
    encoder.encode(uiFeeReceiver)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    account = try decoder.decodeAddress()
    glv = try decoder.decodeInteger()
    market = try decoder.decodeInteger()
    glvTokens = try decoder.decode()
    longSwapPath = try SwapPathCoding.decode(&decoder)
    shortSwapPath = try SwapPathCoding.decode(&decoder)
    minLongTokenAmount = try decoder.decode()
    minShortTokenAmount = try decoder.decode()
    uiFeeReceiver = try decoder.decodeAddress()
  }
}

/// A keeper's move of a vault's market tokens from one market to another. Rule GMX-147.
public struct GLVShiftRequest: CanonicalCodable, Equatable {
  public var glv: GLVID
  public var fromMarket: MarketID
  public var toMarket: MarketID
  public var marketTokens: UInt256
  public var minMarketTokens: UInt256

  public init(
    glv: GLVID, fromMarket: MarketID, toMarket: MarketID, marketTokens: UInt256, minMarketTokens: UInt256 = .zero
  ) {
    self.glv = glv
    self.fromMarket = fromMarket
    self.toMarket = toMarket
    self.marketTokens = marketTokens
    self.minMarketTokens = minMarketTokens
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(glv)
    encoder.encode(fromMarket)
    encoder.encode(toMarket)
    encoder.encode(marketTokens)
    encoder.encode(minMarketTokens)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    glv = try decoder.decodeInteger()
    fromMarket = try decoder.decodeInteger()
    toMarket = try decoder.decodeInteger()
    marketTokens = try decoder.decode()
    minMarketTokens = try decoder.decode()
  }
}
