import Canonical
import Quantities
import StateStore

/// The vault's settings. Fees and weights are basis points of 10,000, times seconds, dollars have 30 decimals.
public struct V1Settings: CanonicalCodable, Equatable {
  public var taxBasisPoints: UInt256 = 50
  public var stableTaxBasisPoints: UInt256 = 20
  public var mintBurnFeeBasisPoints: UInt256 = 30
  public var swapFeeBasisPoints: UInt256 = 30
  public var stableSwapFeeBasisPoints: UInt256 = 4
  public var marginFeeBasisPoints: UInt256 = 10
  public var liquidationFeeUsd: UInt256 = 5_000_000_000_000_000_000_000_000_000_000
  public var minProfitTime: UInt256 = .zero
  public var hasDynamicFees: UInt256 = .zero
  public var isSwapEnabled: UInt256 = 1
  /// 500,000 is 50 times.
  public var maxLeverage: UInt256 = 500_000
  public var fundingInterval: UInt256 = 28_800
  /// Millionths of the reserved share of the pool for each interval.
  public var fundingRateFactor: UInt256 = 600
  public var stableFundingRateFactor: UInt256 = 600
  public var cooldownDuration: UInt256 = 86_400
  public var aumAddition: UInt256 = .zero
  public var aumDeduction: UInt256 = .zero
  /// How much the average price of shorts that knows realised profits counts beside the vault's own.
  public var shortsTrackerAveragePriceWeight: UInt256 = 10_000
  /// On collateral that is added to longs and lowers their leverage.
  public var depositFee: UInt256 = .zero
  public var increasePositionBufferBps: UInt256 = 100
  /// How long a request waits for a keeper at least, for its owner at least, and at most.
  public var minDelayKeeper: UInt256 = .zero
  public var minTimeDelayPublic: UInt256 = 180
  public var maxTimeDelay: UInt256 = 1_800
  /// Around one dollar, in dollars, where a strict stable token counts as one dollar.
  public var maxStrictPriceDeviation: UInt256 = .zero

  public init() {}

  /// Every setting under the contracts' name.
  public static var names: [(name: String, path: WritableKeyPath<V1Settings, UInt256> & Sendable)] {
    [
      ("taxBasisPoints", \.taxBasisPoints), ("stableTaxBasisPoints", \.stableTaxBasisPoints),
      ("mintBurnFeeBasisPoints", \.mintBurnFeeBasisPoints), ("swapFeeBasisPoints", \.swapFeeBasisPoints),
      ("stableSwapFeeBasisPoints", \.stableSwapFeeBasisPoints), ("marginFeeBasisPoints", \.marginFeeBasisPoints),
      ("liquidationFeeUsd", \.liquidationFeeUsd), ("minProfitTime", \.minProfitTime),
      ("hasDynamicFees", \.hasDynamicFees), ("isSwapEnabled", \.isSwapEnabled), ("maxLeverage", \.maxLeverage),
      ("fundingInterval", \.fundingInterval), ("fundingRateFactor", \.fundingRateFactor),
      ("stableFundingRateFactor", \.stableFundingRateFactor), ("cooldownDuration", \.cooldownDuration),
      ("aumAddition", \.aumAddition), ("aumDeduction", \.aumDeduction),
      ("shortsTrackerAveragePriceWeight", \.shortsTrackerAveragePriceWeight), ("depositFee", \.depositFee),
      ("increasePositionBufferBps", \.increasePositionBufferBps), ("minDelayKeeper", \.minDelayKeeper),
      ("minTimeDelayPublic", \.minTimeDelayPublic), ("maxTimeDelay", \.maxTimeDelay),
      ("maxStrictPriceDeviation", \.maxStrictPriceDeviation),
    ]
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    for setting in Self.names { encoder.encode(self[keyPath: setting.path]) }
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    for setting in Self.names { self[keyPath: setting.path] = try decoder.decode() }
  }
}

/// A whitelisted token's settings.
public struct V1Token: CanonicalCodable, Equatable {
  public var decimals: UInt8
  public var isStable = false
  public var isShortable = false
  /// Counts as one dollar near it, and is clamped outward beyond.
  public var isStrictStable = false
  public var weight: UInt256 = .zero
  public var minProfitBasisPoints: UInt256 = .zero
  /// Debt in USDG; zero for no limit.
  public var maxUSDGAmount: UInt256 = .zero
  /// The pool that swaps leave.
  public var bufferAmount: UInt256 = .zero
  public var spreadBasisPoints: UInt256 = .zero
  public var maxGlobalLongSize: UInt256 = .zero
  public var maxGlobalShortSize: UInt256 = .zero

  public init(decimals: UInt8) { self.decimals = decimals }

  public static var names: [(name: String, path: WritableKeyPath<V1Token, UInt256> & Sendable)] {
    [
      ("tokenWeight", \.weight), ("minProfitBps", \.minProfitBasisPoints), ("maxUsdgAmount", \.maxUSDGAmount),
      ("bufferAmount", \.bufferAmount), ("spreadBasisPoints", \.spreadBasisPoints),
      ("maxGlobalLongSize", \.maxGlobalLongSize), ("maxGlobalShortSize", \.maxGlobalShortSize),
    ]
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(decimals)
    encoder.encode(isStable)
    encoder.encode(isShortable)
    encoder.encode(isStrictStable)
    for field in Self.names { encoder.encode(self[keyPath: field.path]) }
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    decimals = try decoder.decodeInteger()
    if decimals > 30 { throw .invalidValue("\(decimals) decimals") }
    isStable = try decoder.decodeFlag()
    isShortable = try decoder.decodeFlag()
    isStrictStable = try decoder.decodeFlag()
    for field in Self.names { self[keyPath: field.path] = try decoder.decode() }
  }
}

/// The vault's accounts of one token. Token amounts in smallest units, dollars with 30 decimals.
public struct V1Pool: CanonicalCodable, Equatable {
  public var poolAmount: UInt256 = .zero
  /// What positions may win at most; never more than the pool.
  public var reservedAmount: UInt256 = .zero
  /// Over longs: size less collateral.
  public var guaranteedUsd: UInt256 = .zero
  public var usdgAmount: UInt256 = .zero
  public var feeReserve: UInt256 = .zero
  /// Deposit fees, which lie with the router.
  public var depositFeeReserve: UInt256 = .zero
  public var globalShortSize: UInt256 = .zero
  public var globalShortAveragePrice: UInt256 = .zero
  /// The average that takes realised profits into account.
  public var trackedShortAveragePrice: UInt256 = .zero
  /// Millionths.
  public var cumulativeFundingRate: UInt256 = .zero
  public var lastFundingTime: UInt256 = .zero
  /// Fees that liquidations of shorts booked beyond the collateral that was there to pay them.
  public var uncoveredFees: UInt256 = .zero

  public init() {}

  private static var paths: [WritableKeyPath<V1Pool, UInt256> & Sendable] {
    [
      \.poolAmount, \.reservedAmount, \.guaranteedUsd, \.usdgAmount, \.feeReserve, \.depositFeeReserve,
      \.globalShortSize, \.globalShortAveragePrice, \.trackedShortAveragePrice, \.cumulativeFundingRate,
      \.lastFundingTime, \.uncoveredFees,
    ]
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    for path in Self.paths { encoder.encode(self[keyPath: path]) }
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    for path in Self.paths { self[keyPath: path] = try decoder.decode() }
  }
}

/// What the vault and the pool's shares have in all.
public struct V1Totals: CanonicalCodable, Equatable {
  public var usdgSupply: UInt256 = .zero
  public var glpSupply: UInt256 = .zero
  /// The number of the last position request.
  public var requestCount: UInt64 = 0

  public init() {}

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(usdgSupply)
    encoder.encode(glpSupply)
    encoder.encode(requestCount)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    usdgSupply = try decoder.decode()
    glpSupply = try decoder.decode()
    requestCount = try decoder.decodeInteger()
  }
}

/// When an account last bought shares, in Unix seconds.
public struct V1Purchase: CanonicalCodable, Equatable {
  public var time: UInt64

  public init(time: UInt64) { self.time = time }

  public func encode(into encoder: inout CanonicalEncoder) { encoder.encode(time) }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) { time = try decoder.decodeInteger() }
}

/// One position a key: account, collateral, index and side.
public struct V1PositionKey: FixedSizeTableKey, Hashable, CanonicalCodable {
  public var account: Address
  public var collateralToken: TokenID
  public var indexToken: TokenID
  public var isLong: Bool

  public init(account: Address, collateralToken: TokenID, indexToken: TokenID, isLong: Bool) {
    self.account = account
    self.collateralToken = collateralToken
    self.indexToken = indexToken
    self.isLong = isLong
  }

  /// The same fields as a position of the second generation has; order and bytes are those.
  private var likeness: PositionKey {
    PositionKey(account: account, market: collateralToken, collateralToken: indexToken, isLong: isLong)
  }

  private init(_ likeness: PositionKey) {
    self.init(
      account: likeness.account, collateralToken: likeness.market, indexToken: likeness.collateralToken,
      isLong: likeness.isLong)
  }

  public static var keySize: Int { PositionKey.keySize }
  public func encodeKey(into bytes: inout [UInt8]) { likeness.encodeKey(into: &bytes) }

  public init?(keyBytes: ArraySlice<UInt8>) {
    guard let likeness = PositionKey(keyBytes: keyBytes) else { return nil }
    self.init(likeness)
  }

  public var hashWord: UInt64 { likeness.hashWord }

  public static func < (left: V1PositionKey, right: V1PositionKey) -> Bool { left.likeness < right.likeness }

  public func encode(into encoder: inout CanonicalEncoder) { encoder.encode(likeness) }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    self.init(try decoder.decode(PositionKey.self))
  }
}

/// A position without its key. Dollars with 30 decimals.
public struct V1Position: CanonicalCodable, Equatable {
  public var size: UInt256 = .zero
  public var collateral: UInt256 = .zero
  /// Dollars for a whole token.
  public var averagePrice: UInt256 = .zero
  public var entryFundingRate: UInt256 = .zero
  /// Smallest units of the collateral token.
  public var reserveAmount: UInt256 = .zero
  /// Positive when the trader won.
  public var realisedPnl: Int256 = .zero
  public var lastIncreasedTime: UInt64 = 0

  public init() {}

  public func encode(into encoder: inout CanonicalEncoder) {
    for value in [size, collateral, averagePrice, entryFundingRate, reserveAmount] { encoder.encode(value) }
    encoder.encode(realisedPnl)
    encoder.encode(lastIncreasedTime)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    size = try decoder.decode()
    collateral = try decoder.decode()
    averagePrice = try decoder.decode()
    entryFundingRate = try decoder.decode()
    reserveAmount = try decoder.decode()
    realisedPnl = try decoder.decode()
    lastIncreasedTime = try decoder.decodeInteger()
  }
}
