public import Canonical
public import Ledger
public import Quantities
public import StateStore
public import VenueKit

/// Committed tables. Ids 1 to 39 are the engine's, 40 to 59 belong to accounts and their authenticators, 60 to 79 to
/// MegaVault, 80 to 99 to rewards and shares of revenue.
public struct DYDXState: VenueState {
  private let inPlace = InPlace()
  public let parameters: DYDXParameters

  // Money and accounts.
  public var ledger = LedgerBook(balancesTable: 1, supplyTable: 2)
  public var subaccounts = Table<Subaccount, AccountHoldings>(3, named: "subaccounts")
  /// Custom initial margin in parts per million, by account and perpetual.
  public var leverages = Table<Pair<Subaccount, UInt32>, Whole>(4, named: "leverages")
  /// What rounding left in a pool, in 10^-6 quote quantums, by the pool's number.
  public var dust = Table<UInt64, Amount>(5, named: "dust")

  // Markets.
  public var perpetuals = Table<UInt32, PerpetualRecord>(6, named: "perpetuals")
  public var infos = Table<UInt32, PerpetualInfo>(7, named: "perpetualInfos")
  public var tiers = Table<UInt32, LiquidityTier>(8, named: "liquidityTiers")
  public var pairs = Table<UInt32, ClobPairRecord>(9, named: "clobPairs")
  public var markets = Table<UInt32, MarketRecord>(10, named: "markets")
  public var prices = Table<UInt32, Whole>(11, named: "prices")

  // Orders.
  public var fills = Table<OrderKey, FillRecord>(12, named: "fills")
  /// Orders in force whose home is the state: long-term ones, triggered conditional ones, parts of time-weighted ones.
  public var orders = Table<OrderKey, StatefulOrderRecord>(13, named: "statefulOrders")
  public var untriggered = Table<OrderKey, StatefulOrderRecord>(14, named: "untriggeredOrders")
  public var timeWeighted = Table<OrderKey, TimeWeightedRecord>(15, named: "timeWeightedOrders")
  /// Order ids by agenda, by when they are due, and by place in the list.
  public var agendas = Table<Triple<UInt8, UInt32, UInt32>, OrderList>(16, named: "agendas")
  public var agendaCounts = Table<Pair<UInt8, UInt32>, Whole>(17, named: "agendaCounts")
  /// Stateful orders of an account that count toward its limit.
  public var openOrders = Table<Subaccount, Whole>(18, named: "openOrders")

  // Funding, clocks, volumes.
  public var votes = Table<UInt32, PremiumRecord>(20, named: "premiumVotes")
  public var samples = Table<UInt32, PremiumRecord>(21, named: "premiumSamples")
  public var epochs = Table<UInt8, EpochRecord>(22, named: "epochs")
  public var stats = Table<Address, StatsRecord>(23, named: "userStats")
  public var epochStats = Table<Pair<UInt32, Address>, StatsRecord>(24, named: "epochStats")
  /// Users of an epoch, by epoch and place.
  public var epochUsers = Table<Pair<UInt32, UInt32>, UserRecord>(25, named: "epochUsers")

  public var epochUserCounts = Table<UInt32, Whole>(26, named: "epochUserCounts")
  /// The last hour's rate, in parts per million of eight hours; for views.
  public var rates = Table<UInt32, Amount>(27, named: "fundingRates")

  // The present block alone: emptied before it ends, the last one at the next block's beginning.
  public var blockStats = Table<Address, StatsRecord>(30, named: "blockStats")
  public var liquidationInfos = Table<Subaccount, LiquidationInfo>(31, named: "liquidationInfos")
  public var tradedPrices = Table<UInt32, TradedPrices>(32, named: "tradedPrices")
  /// The last nonce of an owner's native envelopes.
  public var nonces = Table<Address, Whole>(19, named: "nativeNonces")
  /// Stateful orders that ended with the present block: cancelled (1), removed or filled (2), expired (3).
  public var endedOrders = Table<OrderKey, Whole>(33, named: "endedOrders")

  // The whole chain.
  public var counters = Table<UInt16, Amount>(35, named: "counters")
  /// Height at which a pool's negative account was last seen, by the pool's number.
  public var negativeSeen = Table<UInt64, Whole>(36, named: "negativeSeen")
  /// Deposits less withdrawals of a person, in quote quantums: taker field deposits, maker field withdrawals.
  public var flows = Table<Address, StatsRecord>(37, named: "flows")

  /// What a position cost, in quote quantums, negative for a short; for views alone.
  public var costs = Table<Pair<Subaccount, UInt32>, Amount>(38, named: "costs")

  // Owners and their ways of signing.
  public var owners = Table<Address, OwnerRecord>(40, named: "owners")
  public var ownerNonces = Table<Address, NonceRecord>(41, named: "timestampNonces")
  /// By owner and number.
  public var authenticators = Table<Pair<Address, UInt64>, AuthenticatorRecord>(42, named: "authenticators")

  // MegaVault.
  /// Vaults by the number of their pair.
  public var vaults = Table<UInt32, VaultRecord>(60, named: "vaults")
  public var vaultShares = Table<Address, Amount>(61, named: "vaultShares")
  public var shareLocks = Table<Address, ShareLocks>(62, named: "shareLocks")
  /// At 0: the terms of vaults without their own; none stands for the standard.
  public var defaultQuoting = Table<UInt8, QuotingParameters>(63, named: "defaultQuoting")
  /// At 0; none stands for the governance module.
  public var vaultOperators = Table<UInt8, VaultOperator>(64, named: "vaultOperator")

  /// Addresses of vaults, with the number of their pair.
  public var vaultOwners = Table<Address, Whole>(65, named: "vaultOwners")
  /// By pair: the part of the megavault, in parts per million, that its operator keeps the vault at.
  public var vaultTargets = Table<UInt32, Whole>(66, named: "vaultTargets")

  // Shares of fees, and rewards.
  /// Parts per million of order routers.
  public var orderRouters = Table<Address, Whole>(80, named: "orderRouters")
  /// Who brought a trader.
  public var affiliates = Table<Address, UserRecord>(81, named: "affiliates")
  /// Unix seconds until which a market's mapper is paid.
  public var mapperEnds = Table<UInt32, Whole>(82, named: "mapperEnds")
  /// What an affiliate's traders have traded, in quote quantums.
  public var referredVolumes = Table<Address, Amount>(83, named: "referredVolumes")
  public var commissions = Table<Address, CommissionRecord>(84, named: "commissions")
  /// The present block alone.
  public var rewardWeights = Table<Address, Amount>(85, named: "rewardWeights")

  var derived = DerivedOrders()

  public init(parameters: DYDXParameters) { self.parameters = parameters }

  public mutating func visitTables(_ visitor: inout some TableVisitor) {
    ledger.visitTables(&visitor)
    visitor.visit(&subaccounts)
    visitor.visit(&leverages)
    visitor.visit(&dust)
    visitor.visit(&perpetuals)
    visitor.visit(&infos)
    visitor.visit(&tiers)
    visitor.visit(&pairs)
    visitor.visit(&markets)
    visitor.visit(&prices)
    visitor.visit(&fills)
    visitor.visit(&orders)
    visitor.visit(&untriggered)
    visitor.visit(&timeWeighted)
    visitor.visit(&agendas)
    visitor.visit(&agendaCounts)
    visitor.visit(&openOrders)
    visitor.visit(&votes)
    visitor.visit(&samples)
    visitor.visit(&epochs)
    visitor.visit(&stats)
    visitor.visit(&epochStats)
    visitor.visit(&epochUsers)
    visitor.visit(&epochUserCounts)
    visitor.visit(&rates)
    visitor.visit(&blockStats)
    visitor.visit(&liquidationInfos)
    visitor.visit(&tradedPrices)
    visitor.visit(&endedOrders)
    visitor.visit(&nonces)
    visitor.visit(&counters)
    visitor.visit(&negativeSeen)
    visitor.visit(&flows)
    visitor.visit(&owners)
    visitor.visit(&ownerNonces)
    visitor.visit(&authenticators)
    visitor.visit(&vaults)
    visitor.visit(&vaultShares)
    visitor.visit(&shareLocks)
    visitor.visit(&defaultQuoting)
    visitor.visit(&vaultOperators)
    visitor.visit(&vaultOwners)
    visitor.visit(&vaultTargets)
    visitor.visit(&orderRouters)
    visitor.visit(&affiliates)
    visitor.visit(&mapperEnds)
    visitor.visit(&referredVolumes)
    visitor.visit(&commissions)
    visitor.visit(&rewardWeights)
    visitor.visit(&costs)
  }

  public mutating func rebuildDerived() { derived = rebuiltOrders }
}

/// A user of an epoch.
public struct UserRecord: CanonicalCodable, Equatable {
  public var address: Address

  public init(_ address: Address) { self.address = address }
  public func encode(into encoder: inout CanonicalEncoder) { encoder.encode(address) }
  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) { address = try decoder.decodeAddress() }
}

/// Numbers that belong to the chain as a whole.
public enum Counter: UInt16, Sendable {
  case placements = 1
  case deposits = 2
  case withdrawals = 3
  case voteCount = 4
  case sampleCount = 5
  case globalTaker = 6
  case fundingPaid = 7
  case lossOfTraders = 8
  case insurancePaid = 9
  case forgone = 10
  case liquidations = 11
  case deleveragings = 12
  case lastTime = 13
  case outageHeight = 14
  case openOrders = 15
  case fees = 16
  case lastExpiry = 17
  case lastPart = 18
  /// What the insurance fund began with, in quote quantums.
  case insuranceFunded = 30
  case nextOwner = 40
  case nextAuthenticator = 41
  /// One when no authenticator may be used.
  case authenticatorsClosed = 42
  case vaultShares = 60
  /// Deposits into the megavault less withdrawals; for views alone.
  case vaultDeposits = 61
  /// What vaults lost on positions that they took from liquidations, against the oracle's price; for views alone.
  case lossOfVaults = 62
}

extension DYDXState {
  public func counter(_ counter: Counter) -> Int256 { counters[counter.rawValue]?.value ?? 0 }

  public mutating func set(_ counter: Counter, to value: Int256) { counters.set(counter.rawValue, Amount(value)) }

  /// Statistics stop at the end of their range instead of refusing what they count.
  public mutating func add(_ amount: Int256, to counter: Counter) {
    if amount.isZero { return }
    counters.upsert(counter.rawValue, default: Amount(0)) { record in
      record.value = (try? record.value + amount) ?? record.value
    }
  }
}
