public import Quantities

/// What genesis fixes for the whole chain.
public struct DYDXParameters: Sendable, Equatable {
  public var liquidation: LiquidationTerms
  public var feeTiers: [FeeTier]
  public var stakingTiers: [StakingTier]
  public var discounts: [MarketDiscount]
  public var equityTiers: [EquityTier]
  public var rateLimits: RateLimits
  public var fundingRateClampPpm: Int256
  public var premiumVoteClampPpm: Int256
  public var leastVotes: Int
  /// Blocks for which withdrawals stay closed after a negative account was seen, or after an outage.
  public var gatingBlocks: UInt64
  /// A gap between blocks, in milliseconds, that counts as an outage.
  public var outageMilliseconds: Int64
  /// Attempts of a proposer in one block.
  public var liquidationAttempts: Int
  public var deleveragingAttempts: Int
  public var deleveragingVisits: Int
  public var ante = AnteParameters()
  public var revenue = RevenueParameters()

  public init(
    liquidation: LiquidationTerms, feeTiers: [FeeTier], stakingTiers: [StakingTier] = [],
    discounts: [MarketDiscount] = [], equityTiers: [EquityTier] = [], rateLimits: RateLimits = RateLimits(),
    fundingRateClampPpm: Int256 = 6_000_000, premiumVoteClampPpm: Int256 = 60_000_000, leastVotes: Int = 15,
    gatingBlocks: UInt64 = 50, outageMilliseconds: Int64 = 300_000, liquidationAttempts: Int = 50,
    deleveragingAttempts: Int = 10, deleveragingVisits: Int = 500
  ) {
    self.liquidation = liquidation
    self.feeTiers = feeTiers
    self.stakingTiers = stakingTiers
    self.discounts = discounts
    self.equityTiers = equityTiers
    self.rateLimits = rateLimits
    self.fundingRateClampPpm = fundingRateClampPpm
    self.premiumVoteClampPpm = premiumVoteClampPpm
    self.leastVotes = leastVotes
    self.gatingBlocks = gatingBlocks
    self.outageMilliseconds = outageMilliseconds
    self.liquidationAttempts = liquidationAttempts
    self.deleveragingAttempts = deleveragingAttempts
    self.deleveragingVisits = deleveragingVisits
  }
}

/// Discounts for staked tokens in one fee tier; levels ascend.
public struct StakingTier: Sendable, Equatable {
  public var feeTier: String
  public var levels: [StakingLevel]

  public init(feeTier: String, levels: [StakingLevel]) {
    self.feeTier = feeTier
    self.levels = levels
  }
}

/// A pair's fees are charged in part from `start` on and before `end`, Unix seconds.
public struct MarketDiscount: Sendable, Equatable {
  public var pair: UInt32
  public var start: Int64
  public var end: Int64
  public var chargePpm: Int256

  public init(pair: UInt32, start: Int64, end: Int64, chargePpm: Int256) {
    self.pair = pair
    self.start = start
    self.end = end
    self.chargePpm = chargePpm
  }
}

/// Open stateful orders that an account may have from a net collateral on, in quote quantums.
public struct EquityTier: Sendable, Equatable {
  public var netCollateral: Int256
  public var limit: UInt64

  public init(netCollateral: Int256, limit: UInt64) {
    self.netCollateral = netCollateral
    self.limit = limit
  }
}

/// Messages that an owner may send a node: `limit` in `blocks`.
public struct RateLimit: Sendable, Equatable {
  public var blocks: UInt64
  public var limit: UInt64

  public init(blocks: UInt64, limit: UInt64) {
    self.blocks = blocks
    self.limit = limit
  }
}

public struct RateLimits: Sendable, Equatable {
  public var shortTerm: [RateLimit]
  public var stateful: [RateLimit]

  public init(shortTerm: [RateLimit] = [], stateful: [RateLimit] = []) {
    self.shortTerm = shortTerm
    self.stateful = stateful
  }
}
