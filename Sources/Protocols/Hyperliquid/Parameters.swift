import Canonical

/// A band of a market's notional with its greatest leverage. Rule HL-31.
public struct MarginTier: Sendable, Equatable {
  /// In 10^-6 USDC.
  public var lowerBound: Money
  public var leverageMaximum: Int64
}

/// What a market is; it does not change after genesis.
public struct MarketParameters: Sendable, Equatable {
  public var asset: AssetID
  public var symbol: String
  /// Decimals of a lot, 0 to 6.
  public var sizeDecimals: Int
  /// Ascending; the first begins at zero.
  public var tiers: [MarginTier]
  public var onlyIsolated: Bool
  /// Notional at which impact prices are taken, in 10^-6 USDC.
  public var impactNotional: Money
  /// Most that all longs may hold, in 10^-6 USDC; zero is no cap.
  public var openInterestMaximum: Money
  /// The oracle price at genesis, in ticks; zero until the first observation.
  public var oraclePrice: Ticks

  public var leverageMaximum: Int64 { tiers[0].leverageMaximum }
  public var leverageMinimum: Int64 { tiers[tiers.count - 1].leverageMaximum }
  /// Wire decimals (10^-8) in a tick and in a lot.
  var tickWire: Int64 { Powers.ten(2 + sizeDecimals) }
  var lotWire: Int64 { Powers.ten(8 - sizeDecimals) }
}

/// A row of the fee table; rates in 10^-7 (0.045 % is 4,500). Rule HL-51.
public struct FeeTier: Sendable, Equatable {
  /// 14-day volume above which the row holds, in 10^-6 USDC.
  public var volume: Money
  public var taker: Int64
  public var maker: Int64
}

/// A maker's rebate by its share of all maker volume; share in millionths, rate in 10^-7 and negative. Rule HL-52.
public struct RebateTier: Sendable, Equatable {
  public var share: Int64
  public var maker: Int64
}

/// When premiums are sampled and funding is paid, and by which rule. Rule HL-41.
public struct FundingSchedule: Sendable, Equatable {
  public var sampleMilliseconds: Int64
  public var intervalMilliseconds: Int64
  public var rule: FundingParameters
}

/// Liquidation, backstop and deleveraging. Rule HL-61 and following.
public struct LiquidationParameters: Sendable, Equatable {
  /// Above this notional only a part goes to the book first, in 10^-6 USDC.
  public var partialNotional: Money
  /// The part, in millionths.
  public var partialShare: Int64
  public var cooldownMilliseconds: Int64
  /// Below this share of maintenance, in millionths, the liquidator takes over.
  public var backstopShare: Int64
  /// The slice of HLP that stands behind the liquidator: in millionths of HLP's value, and at most so much money.
  public var liquidatorShare: Int64
  public var liquidatorLossLimit: Money
  /// What the liquidator sells of each position at each price update, in millionths, and how far from mark it goes.
  public var unwindShare: Int64
  public var unwindSlippage: Int64
}

public struct VaultParameters: Sendable, Equatable {
  public var address: Address
  public var liquidator: Address
  public var lockMilliseconds: Int64
  public var depositMinimum: Money
}

public struct HyperliquidParameters: Sendable, Equatable {
  public var isMainnet: Bool
  public var markets: [MarketParameters]
  public var feeTiers: [FeeTier]
  public var rebateTiers: [RebateTier]
  /// Share of fees that HLP gets, in millionths; the rest goes to the assistance fund.
  public var feeShareOfVault: Int64
  public var assistanceFund: Address
  public var orderMinimum: Money
  public var openOrdersMaximum: Int
  /// How far from the reference price a price may lie, in millionths.
  public var priceDistance: Int64
  public var withdrawalFee: Money
  public var activationFee: Money
  /// Share of open notional that must stay after a withdrawal, in millionths.
  public var transferShare: Int64
  public var scheduleCancelVolume: Money
  public var markSmoothingMilliseconds: Int64
  public var bookSmoothingMilliseconds: Int64
  /// How far from the trigger price a triggered market order goes, in millionths.
  public var triggerSlippage: Int64
  public var agentMilliseconds: Int64
  public var funding: FundingSchedule
  public var liquidation: LiquidationParameters
  public var vault: VaultParameters

  /// Most that all deposits together may be: keeps every product of the engine inside 128 bits.
  static let depositsMaximum: Money = 1_000_000_000_000_000_000
  static let positionMaximum: Lots = 10_000_000_000_000_000
  static let priceMaximum: Ticks = 1_000_000_000_000

  func market(_ asset: AssetID) -> MarketParameters? {
    asset < markets.count ? markets[Int(asset)] : nil
  }

  func market(named symbol: String) -> MarketParameters? { markets.first { $0.symbol == symbol } }
}
