public import Canonical
public import Quantities

/// Who gets a part of a fill's fees, and what the end of a block hands out.
public struct RevenueParameters: Sendable, Equatable {
  /// A part of the taker's fee by what an affiliate's traders have traded, in quote quantums; ascending.
  public struct AffiliateTier: Sendable, Equatable {
    public var referredVolume: Int256
    public var sharePpm: Int256

    public init(referredVolume: Int256, sharePpm: Int256) {
      self.referredVolume = referredVolume
      self.sharePpm = sharePpm
    }
  }

  /// A part of the net fees.
  public struct NetShare: Sendable, Equatable {
    public var recipient: Address
    public var sharePpm: Int256

    public init(recipient: Address, sharePpm: Int256) {
      self.recipient = recipient
      self.sharePpm = sharePpm
    }
  }

  /// Tokens for traders at the end of each block.
  public struct Rewards: Sendable, Equatable {
    /// Of the fees' worth that is handed out.
    public var multiplierPpm: Int256
    /// The token's units are `10^exponent` coins.
    public var denominationExponent: Int
    public var market: UInt32

    public init(multiplierPpm: Int256, denominationExponent: Int, market: UInt32) {
      self.multiplierPpm = multiplierPpm
      self.denominationExponent = denominationExponent
      self.market = market
    }
  }

  public var affiliateTiers: [AffiliateTier]
  /// What one trader may earn an affiliate in thirty days, in quote quantums.
  public var affiliateLimit: Int256 = 10_000_000_000
  /// A referred trader has at least the fee tier of this index.
  public var refereeTier = 2
  public var unconditional: [NetShare] = []
  /// Paid for markets that are still inside the time after their listing.
  public var marketMapper: NetShare?
  public var rewards: Rewards?

  private static let dollars: Int256 = 1_000_000

  public init() {
    affiliateTiers = [
      (0, 50_000), (1_000_000, 100_000), (5_000_000, 125_000), (25_000_000, 150_000),
      (50_000_000, 250_000),
    ].map { AffiliateTier(referredVolume: $0.0 &* Self.dollars, sharePpm: $0.1) }
  }
}

/// One part of a fill's fees.
public struct RevenueShare: Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    case affiliate
    case takerRouter
    case makerRouter
    case marketMapper
    case unconditional
  }

  public var kind: Kind
  public var recipient: Address
  /// Quote quantums.
  public var amount: Int256
  public var ppm: Int256
}

/// A fill as its fees see it.
public struct FeeFill: Sendable {
  public var taker: Address
  public var maker: Address
  public var takerFee: Int256
  public var makerFee: Int256
  public var quote: Int256
  public var takerRouter: Address?
  public var makerRouter: Address?
  public var market: UInt32
  /// Unix milliseconds.
  public var time: Int64

  public init(
    taker: Address, maker: Address, takerFee: Int256, makerFee: Int256, quote: Int256, takerRouter: Address? = nil,
    makerRouter: Address? = nil, market: UInt32, time: Int64
  ) {
    self.taker = taker
    self.maker = maker
    self.takerFee = takerFee
    self.makerFee = makerFee
    self.quote = quote
    self.takerRouter = takerRouter
    self.makerRouter = makerRouter
    self.market = market
    self.time = time
  }
}

/// What a trader has earned its affiliate since a time, Unix milliseconds.
public struct CommissionRecord: CanonicalCodable, Equatable {
  public var start: Int64
  public var amount: Int256

  public init(start: Int64, amount: Int256) {
    self.start = start
    self.amount = amount
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(start)
    encoder.encode(amount)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    start = try decoder.decodeInteger()
    amount = try decoder.decode()
  }
}
