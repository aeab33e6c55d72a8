import Canonical
import Quantities
import StateStore

/// A market: which tokens it holds and what it shares with others. Rule GMX-6.
public struct MarketRecord: CanonicalCodable, Equatable {
  public var market: MarketID
  public var indexToken: TokenID
  public var longToken: TokenID
  public var shortToken: TokenID
  /// Pools that share one virtual inventory for swaps; zero for none.
  public var virtualMarket: UInt16
  /// Indexes that share one virtual inventory for positions; zero for none.
  public var virtualToken: UInt16

  public init(
    market: MarketID, indexToken: TokenID, longToken: TokenID, shortToken: TokenID, virtualMarket: UInt16 = 0,
    virtualToken: UInt16 = 0
  ) {
    self.market = market
    self.indexToken = indexToken
    self.longToken = longToken
    self.shortToken = shortToken
    self.virtualMarket = virtualMarket
    self.virtualToken = virtualToken
  }

  /// Long and short token are one: reads of pools and open interest are halved.
  public var isSingleToken: Bool { longToken == shortToken }
  public var divisor: UInt256 { isSingleToken ? 2 : 1 }

  public func side(isLong: Bool) -> TokenID { isLong ? longToken : shortToken }

  public func encode(into encoder: inout CanonicalEncoder) {
    for value in [market, indexToken, longToken, shortToken, virtualMarket, virtualToken] { encoder.encode(value) }
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    market = try decoder.decodeInteger()
    indexToken = try decoder.decodeInteger()
    longToken = try decoder.decodeInteger()
    shortToken = try decoder.decodeInteger()
    virtualMarket = try decoder.decodeInteger()
    virtualToken = try decoder.decodeInteger()
  }
}

/// One position a key: account, market, collateral token and side.
public struct PositionKey: FixedSizeTableKey, Hashable {
  public var account: Address
  public var market: MarketID
  public var collateralToken: TokenID
  public var isLong: Bool

  public init(account: Address, market: MarketID, collateralToken: TokenID, isLong: Bool) {
    self.account = account
    self.market = market
    self.collateralToken = collateralToken
    self.isLong = isLong
  }

  public static var keySize: Int { 25 }

  public func encodeKey(into bytes: inout [UInt8]) {
    account.encodeKey(into: &bytes)
    market.encodeKey(into: &bytes)
    collateralToken.encodeKey(into: &bytes)
    bytes.append(isLong ? 1 : 0)
  }

  public init?(keyBytes: ArraySlice<UInt8>) {
    let start = keyBytes.startIndex
    guard keyBytes.count == Self.keySize, let account = Address(keyBytes: keyBytes.prefix(20)),
      let market = UInt16(keyBytes: keyBytes[(start + 20)..<(start + 22)]),
      let token = UInt16(keyBytes: keyBytes[(start + 22)..<(start + 24)]), keyBytes[start + 24] < 2
    else { return nil }
    self.init(account: account, market: market, collateralToken: token, isLong: keyBytes[start + 24] == 1)
  }

  public var hashWord: UInt64 {
    mixedWord(account.hashWord, UInt64(market) << 32 | UInt64(collateralToken) << 1 | (isLong ? 1 : 0))
  }

  public static func < (left: PositionKey, right: PositionKey) -> Bool {
    if left.account != right.account { return left.account < right.account }
    if left.market != right.market { return left.market < right.market }
    if left.collateralToken != right.collateralToken { return left.collateralToken < right.collateralToken }
    return !left.isLong && right.isLong
  }
}

/// A position without its key. Amounts are in smallest units, dollars and factors have 30 decimals.
public struct PositionRecord: CanonicalCodable, Equatable {
  public var sizeInUsd = UInt256.zero
  public var sizeInTokens = UInt256.zero
  public var collateralAmount = UInt256.zero
  /// Index tokens owed to the position (negative: by it) for price impact until it is reduced.
  public var pendingImpactAmount = Int256.zero
  public var borrowingFactor = UInt256.zero
  public var fundingFeeAmountPerSize = UInt256.zero
  public var longTokenClaimableFundingAmountPerSize = UInt256.zero
  public var shortTokenClaimableFundingAmountPerSize = UInt256.zero
  public var increasedAtTime: UInt64 = 0
  public var decreasedAtTime: UInt64 = 0

  public init() {}

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(sizeInUsd)
    encoder.encode(sizeInTokens)
    encoder.encode(collateralAmount)
    encoder.encode(pendingImpactAmount)
    encoder.encode(borrowingFactor)
    encoder.encode(fundingFeeAmountPerSize)
    encoder.encode(longTokenClaimableFundingAmountPerSize)
    encoder.encode(shortTokenClaimableFundingAmountPerSize)
    encoder.encode(increasedAtTime)
    encoder.encode(decreasedAtTime)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    sizeInUsd = try decoder.decode()
    sizeInTokens = try decoder.decode()
    collateralAmount = try decoder.decode()
    pendingImpactAmount = try decoder.decode()
    borrowingFactor = try decoder.decode()
    fundingFeeAmountPerSize = try decoder.decode()
    longTokenClaimableFundingAmountPerSize = try decoder.decode()
    shortTokenClaimableFundingAmountPerSize = try decoder.decode()
    increasedAtTime = try decoder.decodeInteger()
    decreasedAtTime = try decoder.decodeInteger()
  }
}

/// A position being worked on.
struct Position {
  var key: PositionKey
  var record: PositionRecord

  var isLong: Bool { key.isLong }
}

/// A trader's referral: who gets the reward and how the rebate is split. Basis points.
public struct ReferralRecord: CanonicalCodable, Equatable {
  public var affiliate: Address
  public var tier: UInt64
  public var totalRebate: UInt64
  public var discountShare: UInt64

  public init(affiliate: Address, tier: UInt64, totalRebate: UInt64, discountShare: UInt64) {
    self.affiliate = affiliate
    self.tier = tier
    self.totalRebate = totalRebate
    self.discountShare = discountShare
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(affiliate)
    encoder.encode(tier)
    encoder.encode(totalRebate)
    encoder.encode(discountShare)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    affiliate = try decoder.decodeAddress()
    tier = try decoder.decodeInteger()
    totalRebate = try decoder.decodeInteger()
    discountShare = try decoder.decodeInteger()
  }
}
