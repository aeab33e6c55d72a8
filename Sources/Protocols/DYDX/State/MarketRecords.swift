public import Canonical
public import Quantities

/// A perpetual as it was listed.
public struct PerpetualRecord: CanonicalCodable, Equatable {
  public var ticker: String
  public var market: UInt32
  public var atomicResolution: Int32
  /// Added to every premium, parts per million of eight hours.
  public var defaultFundingPpm: Int32
  public var tier: UInt32
  /// Has a collateral pool and an insurance fund of its own.
  public var isIsolated: Bool

  public init(
    ticker: String, market: UInt32, atomicResolution: Int32, defaultFundingPpm: Int32 = 0, tier: UInt32,
    isIsolated: Bool = false
  ) {
    self.ticker = ticker
    self.market = market
    self.atomicResolution = atomicResolution
    self.defaultFundingPpm = defaultFundingPpm
    self.tier = tier
    self.isIsolated = isIsolated
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(ticker)
    encoder.encode(market)
    encoder.encode(atomicResolution)
    encoder.encode(defaultFundingPpm)
    encoder.encode(tier)
    encoder.encode(isIsolated)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    ticker = try decoder.decodeText()
    market = try decoder.decodeInteger()
    atomicResolution = try decoder.decodeInteger()
    defaultFundingPpm = try decoder.decodeInteger()
    tier = try decoder.decodeInteger()
    isIsolated = try decoder.decodeFlag()
  }
}

/// What changes of a perpetual.
public struct PerpetualInfo: CanonicalCodable, Equatable {
  /// 10^-6 quote quantums a base quantum.
  public var fundingIndex: Int256
  /// Base quantums held long.
  public var openInterest: Int256

  public init(fundingIndex: Int256 = 0, openInterest: Int256 = 0) {
    self.fundingIndex = fundingIndex
    self.openInterest = openInterest
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(fundingIndex)
    encoder.encode(openInterest)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    fundingIndex = try decoder.decode()
    openInterest = try decoder.decode()
  }
}

extension LiquidityTier: CanonicalCodable {
  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(initialMarginPpm)
    encoder.encode(maintenanceFractionPpm)
    encoder.encode(impactNotional)
    encoder.encode(openInterestLowerCap)
    encoder.encode(openInterestUpperCap)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    self.init(
      initialMarginPpm: try decoder.decode(), maintenanceFractionPpm: try decoder.decode(),
      impactNotional: try decoder.decode(), openInterestLowerCap: try decoder.decode(),
      openInterestUpperCap: try decoder.decode())
  }
}

public enum PairStatus: UInt8, Sendable, Hashable {
  case active = 1
  case paused = 2
  case cancelOnly = 3
  case postOnly = 4
  case initializing = 5
  case finalSettlement = 6
}

public struct ClobPairRecord: CanonicalCodable, Equatable {
  public var perpetual: UInt32
  /// Base quantums; sizes are multiples of it.
  public var step: UInt64
  public var subticksPerTick: UInt32
  /// Quote quantums a base quantum are `subticks * 10^conversionExponent`.
  public var conversionExponent: Int32
  public var status: PairStatus

  public init(
    perpetual: UInt32, step: UInt64, subticksPerTick: UInt32, conversionExponent: Int32, status: PairStatus = .active
  ) {
    self.perpetual = perpetual
    self.step = step
    self.subticksPerTick = subticksPerTick
    self.conversionExponent = conversionExponent
    self.status = status
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(perpetual)
    encoder.encode(step)
    encoder.encode(subticksPerTick)
    encoder.encode(conversionExponent)
    encoder.encode(tag: status.rawValue)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    perpetual = try decoder.decodeInteger()
    step = try decoder.decodeInteger()
    subticksPerTick = try decoder.decodeInteger()
    conversionExponent = try decoder.decodeInteger()
    status = try decoder.decodeCase()
  }
}

/// An oracle's market; the price itself stands apart, since it changes with every block.
public struct MarketRecord: CanonicalCodable, Equatable {
  public var pair: String
  public var exponent: Int32
  /// Smaller changes are not applied.
  public var minimumChangePpm: UInt32

  public init(pair: String, exponent: Int32, minimumChangePpm: UInt32) {
    self.pair = pair
    self.exponent = exponent
    self.minimumChangePpm = minimumChangePpm
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(pair)
    encoder.encode(exponent)
    encoder.encode(minimumChangePpm)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    pair = try decoder.decodeText()
    exponent = try decoder.decodeInteger()
    minimumChangePpm = try decoder.decodeInteger()
  }
}
