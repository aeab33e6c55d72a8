import Canonical
import Ledger
import Matching
import StateStore

// What info requests ask for, read from committed state. Nothing here changes anything; unknown addresses give nil or
// empty lists.

/// An account's role. Rule HL-113.
public enum AccountRole: Sendable, Equatable {
  case missing
  case user
  case agent(master: Address)
  case vault
  case subAccount(master: Address)
}

/// An open order, resting or waiting for its trigger.
public struct OpenOrderView: Sendable, Equatable {
  public var oid: UInt64
  public var market: MarketParameters
  public var isBuy: Bool
  /// Limit price, wire decimal.
  public var price: WireDecimal
  /// What is left and what was placed, wire decimals; zero for a trigger order of the whole position.
  public var size: WireDecimal
  public var originalSize: WireDecimal
  public var reduceOnly: Bool
  public var cloid: ClientOrderID?
  /// Unix ms of placing.
  public var time: Int64
  public var timeInForce: TimeInForce?
  public var trigger: TriggerView?

  public struct TriggerView: Sendable, Equatable {
    public var price: WireDecimal
    public var isMarket: Bool
    public var isTakeProfit: Bool
    /// Fires at marks at or above its price, otherwise at or below.
    public var firesAbove: Bool
    /// Watches the mark; otherwise waits for `parent`.
    public var isArmed: Bool
    public var parent: UInt64
    public var isPosition: Bool
  }
}

/// An agent as its master's list shows it.
public struct AgentView: Sendable, Equatable {
  public var name: String
  public var address: Address
  /// Unix ms.
  public var validUntil: Int64
}

/// A depositor of a vault.
public struct FollowerView: Sendable, Equatable {
  public var address: Address
  /// What the shares are worth, and what was paid for them, in 10^-6 USDC.
  public var equity: Money
  public var basis: Money
  public var lockedUntil: Int64
}

/// A vault, HLP included.
public struct VaultView: Sendable, Equatable {
  public var address: Address
  public var leader: Address
  public var name: String
  public var description: String
  public var equity: Money
  public var shares: Int128
  public var leaderEquity: Money
  /// What may be withdrawn now.
  public var withdrawable: Money
  public var allowsDeposits: Bool
  public var closesOnWithdrawal: Bool
  public var isClosed: Bool
  /// Unix ms.
  public var created: Int64
  /// Millionths of profit.
  public var commission: Int64
  public var lockMilliseconds: Int64
  public var followers: [FollowerView]
}

/// A token balance in 10^-weiDecimals.
public struct SpotBalanceView: Sendable, Equatable {
  public var token: TokenParameters
  public var total: Int128
  public var hold: Int128
}

/// Requests of an account.
public struct RateLimitView: Sendable, Equatable {
  public var volume: Money
  public var used: UInt64
  public var cap: UInt64
  public var reserved: UInt64
}

/// Fees of an account: rates in 10^-7, discounts in millionths.
public struct FeeView: Sendable, Equatable {
  public var rates: FeeTier
  public var referralDiscount: Int64
  public var stakingDiscount: Int64
  /// The days that count, oldest first: the account's and all makers' volume, in 10^-6 USDC.
  public var days: [DayVolume]
}

public struct DayVolume: Sendable, Equatable {
  /// Days since 1970.
  public var day: Int64
  public var taker: Money
  public var maker: Money
  public var exchangeMaker: Money
}

/// What somebody has to do with referrals and builders' fees.
public struct ReferralView: Sendable, Equatable {
  public var referredBy: String
  public var referrer: Address
  public var code: String
  public var volume: Money
  public var unclaimed: Money
  public var claimed: Money
  public var referralRewards: Money
  public var builderRewards: Money
  /// Whom the code brought, ascending.
  public var referred: [Address]
}

extension HyperliquidState {
  /// The account's number; nil for an address that the venue does not know.
  public func number(of address: Address) -> AccountID? { account(address) }

  public func owner(of account: AccountID) -> Address { address(account) }

  /// The account that holds this address's perps in a dex (0 is the first one).
  public func perpAccount(_ address: Address, dex: UInt32 = 0) -> AccountID? {
    guard let account = account(address) else { return nil }
    return dex == 0 ? account : dexAccount(account, dex)
  }

  public func role(_ address: Address, at time: Int64) -> AccountRole {
    if let record = accounts[address] {
      switch record.kind {
      case .user: return .user
      case .vault, .liquidator, .userVault: return .vault
      case .subAccount: return .subAccount(master: record.owner)
      case .dex: return .subAccount(master: record.owner)
      }
    }
    if let agent = agents[address], agent.validUntil >= time { return .agent(master: agent.master) }
    return .missing
  }

  /// Whom an address stands for where it is an account in a builder's dex; itself otherwise.
  public func shown(_ address: Address) -> Address {
    guard let record = accounts[address], record.kind == .dex else { return address }
    return record.owner
  }

  // MARK: Orders

  /// Open orders by ascending oid, on the first dex and spot, or in a builder's dex.
  public func openOrders(_ address: Address, dex: UInt32 = 0) -> [OpenOrderView] {
    guard let account = perpAccount(address, dex: dex) else { return [] }
    var views: [OpenOrderView] = []
    for lists in derived.accounts[Int(account)].lists {
      for oid in lists.orders { if let view = openOrder(oid) { views.append(view) } }
      for oid in lists.triggers { if let view = openOrder(oid) { views.append(view) } }
    }
    return views.sorted { $0.oid < $1.oid }
  }

  public func openOrder(_ oid: UInt64) -> OpenOrderView? {
    if let order = orders[oid] {
      let market = parameters.markets[Int(order.asset)]
      return OpenOrderView(
        oid: oid, market: market, isBuy: order.isBuy, price: market.wire(ticks: order.price) ?? 0,
        size: market.wire(lots: order.size) ?? 0, originalSize: market.wire(lots: order.originalSize) ?? 0,
        reduceOnly: order.reduceOnly, cloid: order.cloid, time: order.time, timeInForce: order.timeInForce)
    }
    guard let trigger = triggers[oid] else { return nil }
    let market = parameters.markets[Int(trigger.asset)]
    let size = market.wire(lots: trigger.size) ?? 0
    return OpenOrderView(
      oid: oid, market: market, isBuy: trigger.isBuy, price: market.wire(ticks: trigger.limitPrice) ?? 0, size: size,
      originalSize: size, reduceOnly: trigger.reduceOnly, cloid: trigger.cloid, time: trigger.time, timeInForce: nil,
      trigger: OpenOrderView.TriggerView(
        price: market.wire(ticks: trigger.triggerPrice) ?? 0, isMarket: trigger.isMarket,
        isTakeProfit: trigger.isTakeProfit, firesAbove: trigger.firesAbove, isArmed: trigger.isArmed,
        parent: trigger.parent, isPosition: trigger.reduceOnly && trigger.size == 0))
  }

  /// The order that a client order id names while it is open.
  public func oid(of cloid: ClientOrderID, _ address: Address, dex: UInt32 = 0) -> UInt64? {
    perpAccount(address, dex: dex).flatMap { cloids[Triple($0, cloid.high, cloid.low)].map { UInt64($0.value) } }
  }

  /// TWAPs that run or wait, then the last finished ones from old to new.
  public func twapStates(_ address: Address) -> (running: [TwapRecord], finished: [TwapRecord]) {
    guard let account = account(address) else { return ([], []) }
    var members = [account]
    for dex in parameters.dexs { if let own = dexAccount(account, dex.index) { members.append(own) } }
    var finished: [TwapRecord] = []
    for member in members {
      for place in 0..<UInt8(Self.twapHistoryCount) {
        if let record = registry.value.twapHistory[Pair(member, place)] { finished.append(record) }
      }
    }
    finished.sort { $0.statusTime != $1.statusTime ? $0.statusTime < $1.statusTime : $0.id < $1.id }
    return (members.flatMap { runningTwaps($0) }.sorted { $0.id < $1.id }, finished)
  }

  /// When all orders go, Unix ms; firings today.
  public func scheduledCancel(_ address: Address) -> Int64? {
    account(address).flatMap { scheduledCancels[$0] }.map { Int64($0.value) }
  }

  // MARK: Accounts and rights

  public func subAccounts(of master: Address) -> [SubAccountRecord] { subAccountList(master) }

  /// Place 0 is the unnamed agent; expired ones are left out.
  public func agents(of master: Address, at time: Int64) -> [AgentView] {
    var views: [AgentView] = []
    for place in 0...agentPlaces(of: master) {
      guard let slot = agentSlots[Pair(master, place)], let agent = agents[slot.agent], agent.validUntil >= time else {
        continue
      }
      views.append(AgentView(name: slot.name, address: slot.agent, validUntil: agent.validUntil))
    }
    return views
  }

  /// Users and threshold of a multi-signature account; nil for every other.
  public func multiSigSigners(_ address: Address) -> (users: [Address], threshold: UInt32)? {
    guard let account = account(address), let profile = profiles[account], !profile.signers.isEmpty else { return nil }
    return (profile.signers, profile.threshold)
  }

  public func profile(_ address: Address) -> ProfileRecord? { account(address).flatMap { profiles[$0] } }

  /// Tenths of a basis point.
  public func maximumBuilderFee(_ address: Address, _ builder: Address) -> UInt64 {
    account(address).flatMap { registry.value.builderFees[Pair($0, builder)] }.map { UInt64($0.value) } ?? 0
  }

  public func builders(of address: Address) -> [BuilderRecord] { account(address).map { approvedBuilders($0) } ?? [] }

  public func rateLimit(_ address: Address) -> RateLimitView {
    guard let account = account(address) else {
      return RateLimitView(volume: 0, used: 0, cap: parameters.limits.requests, reserved: 0)
    }
    let usage = usages[account] ?? UsageRecord()
    return RateLimitView(
      volume: tradedVolume(account), used: usage.used, cap: requestCap(account, isCancel: false),
      reserved: usage.reserved)
  }

  public func fees(_ address: Address, at time: Int64) -> FeeView {
    let day = Self.day(time)
    var view = FeeView(rates: parameters.feeTiers[0], referralDiscount: 0, stakingDiscount: 0, days: [])
    guard let account = account(address) else { return view }
    view.rates = computedFeeRates(account, day: day)
    if let profile = profiles[feeGroup(account).head] {
      view.stakingDiscount = stakingDiscount(profile.stake)
      if profile.referrer != .zero { view.referralDiscount = parameters.rewards.referralDiscount }
    }
    for day in (day - 14)...day where day >= 0 {
      let own = volumes[Pair(account, Self.slot(day))].flatMap { $0.day == day ? $0 : nil }
      let all = dailyMakerVolumes[Self.slot(day)].flatMap { $0.day == day ? $0 : nil }
      view.days.append(
        DayVolume(day: day, taker: own?.taker ?? 0, maker: own?.maker ?? 0, exchangeMaker: all?.maker ?? 0))
    }
    return view
  }

  /// All that an address ever traded, in 10^-6 USDC.
  public func volume(_ address: Address) -> Money { account(address).map { tradedVolume($0) } ?? 0 }

  public func referral(_ address: Address) -> ReferralView {
    let profile = profile(address) ?? ProfileRecord()
    var referred: [Address] = []
    if !profile.code.isEmpty {
      profiles.forEachSorted { account, other in
        if other.referrer == address { referred.append(self.address(account)) }
      }
    }
    return ReferralView(
      referredBy: profile.referredBy, referrer: profile.referrer, code: profile.code, volume: volume(address),
      unclaimed: balance(LedgerAccount(address, Purpose.rewards)), claimed: profile.claimed,
      referralRewards: profile.referralRewards, builderRewards: profile.builderRewards, referred: referred.sorted())
  }

  // MARK: Money

  /// Tokens that are not zero, by index.
  public func spotBalances(_ address: Address) -> [SpotBalanceView] {
    parameters.tokens.compactMap { token in
      let hold = spotHeld(address, token.index)
      let total = spotFree(address, token.index) + hold
      return total == 0 ? nil : SpotBalanceView(token: token, total: total, hold: hold)
    }
  }

  // MARK: Vaults

  /// HLP and the users' vaults, HLP first, then by address.
  public func vaultAddresses() -> [Address] { [parameters.vault.address] + vaults.sortedKeys() }

  /// Nil for an address that is no vault. Linear in the depositors of all vaults.
  public func vaultView(_ address: Address) -> VaultView? {
    let isPool = address == parameters.vault.address
    guard let account = account(address), isPool || vaults[address] != nil else { return nil }
    let record = vaults[address]
    let equity = isPool ? vaultEquity : accountValue(account)
    let total = isPool ? totalShares : record?.shares ?? 0
    var followers: [FollowerView] = []
    shares.forEachSorted { key, held in
      guard key.first == address else { return }
      followers.append(
        FollowerView(
          address: key.second, equity: scale(held.shares, max(0, equity), by: max(1, total), .floor),
          basis: held.basis, lockedUntil: held.lockedUntil))
    }
    let leader = record?.leader ?? parameters.vault.address
    let leaderEquity = followers.first { $0.address == leader }?.equity ?? 0
    return VaultView(
      address: address, leader: leader, name: record?.name ?? "Hyperliquidity Provider (HLP)",
      description: record?.description ?? "Community-owned vault that provides liquidity and performs liquidations.",
      equity: equity, shares: total, leaderEquity: leaderEquity, withdrawable: withdrawable(account),
      allowsDeposits: record?.allowsDeposits ?? true, closesOnWithdrawal: record?.closesOnWithdrawal ?? false,
      isClosed: record?.isClosed ?? false, created: record?.created ?? 0,
      commission: isPool ? 0 : parameters.userVaults.commission,
      lockMilliseconds: isPool ? parameters.vault.lockMilliseconds : parameters.userVaults.lockMilliseconds,
      followers: followers)
  }

  /// What an address has in vaults, HLP first, then by address.
  public func vaultEquities(_ address: Address) -> [(vault: Address, holding: FollowerView)] {
    vaultAddresses().compactMap { vault in
      guard let held = shares[Pair(vault, address)], let account = account(vault) else { return nil }
      let isPool = vault == parameters.vault.address
      let equity = isPool ? vaultEquity : accountValue(account)
      let total = isPool ? totalShares : vaults[vault]?.shares ?? 0
      let view = FollowerView(
        address: address, equity: scale(held.shares, max(0, equity), by: max(1, total), .floor), basis: held.basis,
        lockedUntil: held.lockedUntil)
      return (vault, view)
    }
  }

  // MARK: Builders' dexs

  /// Fee scale, recipient and times of a dex.
  public func dexState(_ dex: UInt32) -> DexRecord? {
    guard dex >= 1, dex <= parameters.dexs.count else { return nil }
    let terms = parameters.dexs[Int(dex) - 1]
    return registry.value.dexs[dex] ?? DexRecord(feeScale: terms.feeScale, feeRecipient: terms.feeRecipient)
  }

  public func isTradingHalted(_ asset: AssetID) -> Bool { isHalted(asset) }
}
