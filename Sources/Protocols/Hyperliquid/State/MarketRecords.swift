import Canonical
import Mechanisms

/// A market's prices; written at each oracle update.
public struct PriceRecord: CanonicalCodable, Equatable {
  public var oracle: Ticks
  /// Other venues' perpetual mid; zero when not observed.
  public var external: Ticks
  public var mark: Ticks
  /// The mark before the last update: the price of deleveraging.
  public var previousMark: Ticks
  /// Unix milliseconds of the last update.
  public var time: Int64

  public init(oracle: Ticks, external: Ticks, mark: Ticks, previousMark: Ticks, time: Int64) {
    self.oracle = oracle
    self.external = external
    self.mark = mark
    self.previousMark = previousMark
    self.time = time
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(oracle)
    encoder.encode(external)
    encoder.encode(mark)
    encoder.encode(previousMark)
    encoder.encode(time)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    oracle = try decoder.decodeInteger()
    external = try decoder.decodeInteger()
    mark = try decoder.decodeInteger()
    previousMark = try decoder.decodeInteger()
    time = try decoder.decodeInteger()
  }
}

/// The averages that the mark is made of. Samples are in half ticks, so that a mid between two ticks is exact.
public struct SmoothingRecord: CanonicalCodable, Equatable {
  /// Book mid less oracle.
  public var basis: ExponentialAverage
  /// The median of bid, ask and last trade.
  public var book: ExponentialAverage

  public init() {
    basis = ExponentialAverage()
    book = ExponentialAverage()
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(basis)
    encoder.encode(book)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    basis = try decoder.decode()
    book = try decoder.decode()
  }
}

/// What was sampled since the last funding payment.
public struct PremiumRecord: CanonicalCodable, Equatable {
  /// Sum of premiums, each a fraction of 10^-12.
  public var sum: Int128
  public var samples: UInt32
  /// Unix milliseconds of the last sample.
  public var time: Int64

  public init(sum: Int128 = 0, samples: UInt32 = 0, time: Int64 = 0) {
    self.sum = sum
    self.samples = samples
    self.time = time
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(sum)
    encoder.encode(samples)
    encoder.encode(time)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    sum = try decoder.decodeInteger()
    samples = try decoder.decodeInteger()
    time = try decoder.decodeInteger()
  }
}

/// A market's funding after its last payment.
public struct FundingRecord: CanonicalCodable, Equatable {
  /// What a long of one lot has paid since genesis, in 10^-18 USDC (10^-12 of a unit of money). Rule HL-43.
  public var index: Int128
  /// Last hourly rate, a fraction of 10^-12.
  public var rate: Int128
  /// Mean premium of the last interval, a fraction of 10^-12.
  public var premium: Int128

  public init(index: Int128 = 0, rate: Int128 = 0, premium: Int128 = 0) {
    self.index = index
    self.rate = rate
    self.premium = premium
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(index)
    encoder.encode(rate)
    encoder.encode(premium)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    index = try decoder.decodeInteger()
    rate = try decoder.decodeInteger()
    premium = try decoder.decodeInteger()
  }
}

/// An account's volume on a day, in 10^-6 USDC.
public struct VolumeRecord: CanonicalCodable, Equatable {
  /// Days since 1970.
  public var day: Int64
  public var taker: Money
  public var maker: Money
  /// All volume before this day.
  public var before: Money

  public init(day: Int64, taker: Money = 0, maker: Money = 0, before: Money = 0) {
    self.day = day
    self.taker = taker
    self.maker = maker
    self.before = before
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(day)
    encoder.encode(taker)
    encoder.encode(maker)
    encoder.encode(before)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    day = try decoder.decodeInteger()
    taker = try decoder.decodeInteger()
    maker = try decoder.decodeInteger()
    before = try decoder.decodeInteger()
  }
}

/// An account that is under maintenance and not yet dealt with.
public struct LiquidationRecord: CanonicalCodable, Equatable {
  /// Until this time (Unix ms) market liquidations are for the whole position; zero without a partial one.
  public var cooldownUntil: Int64

  public init(cooldownUntil: Int64) { self.cooldownUntil = cooldownUntil }

  public func encode(into encoder: inout CanonicalEncoder) { encoder.encode(cooldownUntil) }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    cooldownUntil = try decoder.decodeInteger()
  }
}

/// A depositor's part of a vault.
public struct ShareRecord: CanonicalCodable, Equatable {
  public var shares: Int128
  /// Money put in for the shares still held.
  public var basis: Money
  /// Unix milliseconds until which nothing may leave.
  public var lockedUntil: Int64

  public init(shares: Int128, basis: Money, lockedUntil: Int64) {
    self.shares = shares
    self.basis = basis
    self.lockedUntil = lockedUntil
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(shares)
    encoder.encode(basis)
    encoder.encode(lockedUntil)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    shares = try decoder.decodeInteger()
    basis = try decoder.decodeInteger()
    lockedUntil = try decoder.decodeInteger()
  }
}

/// An agent's principal.
public struct AgentRecord: CanonicalCodable, Equatable {
  public var master: Address
  /// Unix milliseconds.
  public var validUntil: Int64

  public init(master: Address, validUntil: Int64) {
    self.master = master
    self.validUntil = validUntil
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(master)
    encoder.encode(validUntil)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    master = try decoder.decodeAddress()
    validUntil = try decoder.decodeInteger()
  }
}

/// One of a master's four places for agents; place 0 is the unnamed one.
public struct AgentSlotRecord: CanonicalCodable, Equatable {
  public var name: String
  public var agent: Address

  public init(name: String, agent: Address) {
    self.name = name
    self.agent = agent
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(name)
    encoder.encode(agent)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    name = try decoder.decodeText(limit: 16)
    agent = try decoder.decodeAddress()
  }
}

/// What a market is, so that a proof can tell it: the symbol, the decimals of a lot and the tiers.
public struct MarketRecord: CanonicalCodable, Equatable {
  public var symbol: String
  public var sizeDecimals: UInt8
  /// Lower bounds (10^-6 USDC) and greatest leverages.
  public var tiers: [(lowerBound: Money, leverage: Int64)]

  init(_ parameters: MarketParameters) {
    symbol = parameters.symbol
    sizeDecimals = UInt8(parameters.sizeDecimals)
    tiers = parameters.tiers.map { ($0.lowerBound, $0.leverageMaximum) }
  }

  public static func == (left: MarketRecord, right: MarketRecord) -> Bool {
    left.symbol == right.symbol && left.sizeDecimals == right.sizeDecimals && left.tiers.count == right.tiers.count
      && zip(left.tiers, right.tiers).allSatisfy { $0 == $1 }
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(symbol)
    encoder.encode(sizeDecimals)
    encoder.encode(UInt32(tiers.count))
    for tier in tiers {
      encoder.encode(tier.lowerBound)
      encoder.encode(tier.leverage)
    }
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    symbol = try decoder.decodeText()
    sizeDecimals = try decoder.decodeInteger()
    let count = try decoder.decodeCount(minimumSize: 24)
    tiers = []
    for _ in 0..<count {
      let bound: Money = try decoder.decodeInteger()
      tiers.append((bound, try decoder.decodeInteger()))
    }
  }
}
