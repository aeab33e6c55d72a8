import Canonical

/// A band of a market's notional with its greatest leverage. Rule HL-31.
public struct MarginTier: Sendable, Equatable {
  /// In 10^-6 USDC.
  public var lowerBound: Money
  public var leverageMaximum: Int64
}

/// Where a market belongs.
public enum MarketKind: Sendable, Equatable {
  /// Perpetual of the first dex.
  case perpetual
  /// Token against USDC; `pair` is the index in the list of pairs, `token` the base token's index.
  case spot(pair: UInt32, token: UInt32)
  /// Perpetual of a builder's dex, which counts from 1; `place` is its index there.
  case builder(dex: UInt32, place: UInt32)
}

/// What a market is; it does not change after genesis.
public struct MarketParameters: Sendable, Equatable {
  /// The room's own number: perpetuals of the first dex as on the wire, then spot pairs, then builders' markets.
  public var asset: AssetID
  public var kind = MarketKind.perpetual
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

  /// Decimals of a price: 6 - szDecimals, for spot 8 - szDecimals.
  public var priceDecimals: Int
  /// Spot: 10^-weiDecimals of the base token in a lot.
  public var lotWei: Int64 = 1

  public var leverageMaximum: Int64 { tiers[0].leverageMaximum }
  public var leverageMinimum: Int64 { tiers[tiers.count - 1].leverageMaximum }
  /// Wire decimals (10^-8) in a tick and in a lot.
  var tickWire: Int64 { Powers.ten(8 - priceDecimals) }
  var lotWire: Int64 { Powers.ten(8 - sizeDecimals) }

  public var isSpot: Bool { if case .spot = kind { true } else { false } }
  public var isPerpetual: Bool { kind == .perpetual }
  /// Zero for the first dex and for spot.
  public var dex: UInt32 { if case .builder(let dex, _) = kind { dex } else { 0 } }
  /// The number that actions name.
  public var wireAsset: UInt32 {
    switch kind {
    case .perpetual: asset
    case .spot(let pair, _): 10_000 + pair
    case .builder(let dex, let place): 100_000 + dex * 10_000 + place
    }
  }
  /// Units of value in 10^-6 USDC: ticks times lots are 10^-6 USDC, for spot 10^-8.
  var valueUnit: Money { isSpot ? 100 : 1 }
}

/// A token of the spot exchange. Token 0 is USDC with eight decimals.
public struct TokenParameters: Sendable, Equatable {
  public var name: String
  public var index: UInt32
  public var sizeDecimals: Int
  public var weiDecimals: Int
  /// 16 bytes as `0x` and 32 digits.
  public var id: String
  public var fullName: String?
}

/// A builder's dex as it stands at genesis. Rule HL-57.
public struct DexParameters: Sendable, Equatable {
  /// Counts from 1.
  public var index: UInt32
  public var name: String
  public var fullName: String
  public var deployer: Address
  public var oracleUpdater: Address
  public var feeRecipient: Address
  /// Millionths.
  public var feeScale: Int64
}

/// What an account holds at genesis.
public struct GenesisAccount: Sendable, Equatable {
  public var address: Address
  /// 10^-6 USDC.
  public var amount: Money
  /// Token indices and amounts in 10^-weiDecimals.
  public var tokens: [GenesisBalance] = []
}

public struct GenesisBalance: Sendable, Equatable {
  public var token: UInt32
  public var amount: Int128
}

/// A user's vault that is there at genesis.
public struct GenesisVault: Sendable, Equatable {
  public var address: Address
  public var leader: Address
  public var name: String
  public var description: String
  /// The leader's first deposit, in 10^-6 USDC; it comes from outside.
  public var initial: Money
}

/// User vaults. Rules HL-84 to HL-88.
public struct UserVaultParameters: Sendable, Equatable {
  public var lockMilliseconds: Int64 = 86_400_000
  public var creationFee: Money = 10_000_000_000
  public var initialMinimum: Money = 100_000_000
  public var depositMinimum: Money = 5_000_000
  /// Millionths.
  public var leaderShare: Int64 = 50_000
  public var commission: Int64 = 100_000
  /// Part of each position that is closed in a step when a withdrawal needs margin, in millionths.
  public var closingShare: Int64 = 200_000
}

/// Limits of an account. Rules HL-19, HL-26, HL-77, HL-84.
public struct LimitParameters: Sendable, Equatable {
  /// Requests without volume; zero switches the limit off.
  public var requests: UInt64 = 0
  /// What cancels may have beyond, at most twice the limit.
  public var extraCancels: UInt64 = 100_000
  public var slowMilliseconds: Int64 = 10_000
  /// 10^-6 USDC for each reserved request.
  public var requestPrice: Money = 500
  /// Volume for each open order beyond the base, in 10^-6 USDC; zero gives none.
  public var openOrderVolume: Money = 0
  public var openOrderCeiling = 5_000
  public var subAccounts = 10
  public var subAccountVolume: Money = 100_000_000_000
  /// Firings of scheduled cancels a day.
  public var scheduledCancels: UInt32 = 10
}

/// TWAP orders. Rule HL-25.
public struct TwapParameters: Sendable, Equatable {
  public var sliceMilliseconds: Int64 = 30_000
  public var minutesMinimum: UInt64 = 5
  public var minutesMaximum: UInt64 = 10_080
  public var minimum: Money = 100_000_000
  /// Millionths of the price.
  public var slippage: Int64 = 30_000
  /// Most slices' worth that one slice may catch up.
  public var catchUp: Int64 = 3
  /// Millionths of a slice.
  public var randomness: Int64 = 200_000
  /// Most that run at once for an account.
  public var running = 100
}

/// Discounts, referrals and builders. Rules HL-55, HL-56.
public struct RewardParameters: Sendable, Equatable {
  /// Millionths of fees, up to a volume in 10^-6 USDC.
  public var referralDiscount: Int64 = 40_000
  public var referralVolume: Money = 25_000_000_000_000
  /// What a referrer gets of them, up to a volume.
  public var referrerShare: Int64 = 100_000
  public var referrerVolume: Money = 1_000_000_000_000_000
  /// Volume before an account may register a code.
  public var registerVolume: Money = 10_000_000_000
  public var stakingTiers: [StakingTier] = StakingTier.standard
  /// Tenths of a basis point.
  public var builderMaximum: UInt64 = 100
  public var builderMaximumSpot: UInt64 = 1_000
  /// Perp value that a builder must have.
  public var builderValue: Money = 100_000_000
  public var builderApprovals = 10
}

/// Stake above which fees are lower.
public struct StakingTier: Sendable, Equatable {
  /// 10^-8 HYPE.
  public var above: UInt64
  /// Millionths.
  public var discount: Int64

  static let standard: [StakingTier] = [
    StakingTier(above: 10, discount: 50_000), StakingTier(above: 100, discount: 100_000),
    StakingTier(above: 1_000, discount: 150_000), StakingTier(above: 10_000, discount: 200_000),
    StakingTier(above: 100_000, discount: 300_000), StakingTier(above: 500_000, discount: 400_000),
  ].map { StakingTier(above: $0.above * 100_000_000, discount: $0.discount) }
}

/// A row of the fee table; rates in 10^-7 (0.045 % is 4,500). Rule HL-51.
public struct FeeTier: Sendable, Equatable {
  /// 14-day volume above which the row holds, in 10^-6 USDC.
  public var volume: Money
  public var taker: Int64
  public var maker: Int64
  public var spotTaker: Int64
  public var spotMaker: Int64
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
  /// Whether trigger orders outside of TP/SL groups may open positions. Rule HL-21.
  public var allowsTriggerEntries: Bool
  public var agentMilliseconds: Int64
  public var funding: FundingSchedule
  public var liquidation: LiquidationParameters
  public var vault: VaultParameters
  public var userVaults = UserVaultParameters()
  public var limits = LimitParameters()
  public var twap = TwapParameters()
  public var rewards = RewardParameters()
  /// Perpetuals of the first dex: the first so many markets.
  public var perpetuals = 0
  public var tokens: [TokenParameters] = [.usdc]
  public var dexs: [DexParameters] = []
  public var accounts: [GenesisAccount] = []
  public var vaults: [GenesisVault] = []

  /// Most that all deposits together may be: keeps every product of the engine inside 128 bits.
  static let depositsMaximum: Money = 1_000_000_000_000_000_000
  /// Most of any token, in 10^-weiDecimals.
  static let tokenMaximum: Int128 = 100_000_000_000_000_000_000
  static let positionMaximum: Lots = 10_000_000_000_000_000
  static let priceMaximum: Ticks = 1_000_000_000_000

  /// The market that an action names.
  @inline(__always) public func market(_ wire: UInt32) -> MarketParameters? {
    if wire < perpetuals { return markets[Int(wire)] }
    return wire < 10_000 ? nil : markets.first { $0.wireAsset == wire }
  }

  /// The room's own number of the market that an action names.
  @inline(__always) func asset(_ wire: UInt32) -> AssetID? { wire < perpetuals ? wire : market(wire)?.asset }

  public func token(named name: String) -> TokenParameters? { tokens.first { $0.name == name } }

  /// `NAME:0xid`, or the name alone.
  public func token(_ text: String) -> TokenParameters? {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let token = token(named: String(parts[0])) else { return nil }
    return parts.count == 1 || parts[1] == token.id ? token : nil
  }

  public func dex(named name: String) -> DexParameters? { dexs.first { $0.name == name } }

  public func market(named symbol: String) -> MarketParameters? { markets.first { $0.symbol == symbol } }
}

extension TokenParameters {
  static let usdc = TokenParameters(
    name: "USDC", index: 0, sizeDecimals: 8, weiDecimals: 8, id: "0x6d1e7cde53ba9467b783cb7c530ce054", fullName: nil)
}
