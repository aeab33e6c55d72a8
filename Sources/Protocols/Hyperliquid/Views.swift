import Canonical
import VenueKit

/// The seam's views; each is read from committed state.
extension HyperliquidVenue {
  public func summary(state: HyperliquidState, block: BlockContext) -> VenueSummary { state.summary() }

  public func market(_ symbol: String, state: HyperliquidState, block: BlockContext) -> MarketView? {
    state.parameters.market(named: symbol).map { state.marketView($0) }
  }

  public func tradeCost(
    _ symbol: String, isLong: Bool, value: Int128, state: HyperliquidState, block: BlockContext
  ) -> TradeCost? {
    state.parameters.market(named: symbol).flatMap { state.tradeCost($0, isLong: isLong, value: value) }
  }

  public func account(_ address: Address, state: HyperliquidState, block: BlockContext) -> AccountView {
    state.accountView(address)
  }

  /// Users, HLP and its liquidator.
  public func accounts(state: HyperliquidState) -> [Address] { state.accounts.sortedKeys() }

  public var parameters: [ParameterDescription] { configuration.descriptions }

  public func stateKey(kind: String, argument: String, state: HyperliquidState) -> [UInt8]? {
    state.stateKey(kind: kind, argument: argument, prefix: Self.description.keyPrefix)
  }
}

/// Money of this room (10^-6 USDC) in the common scale.
@inline(__always) func common(money: Money) -> Int128 { money * 1_000_000 }

extension HyperliquidState {
  static let poolName = "HLP"

  /// The venue on one page. Fees are those that the house kept; HLP's share stands in its value. Linear in accounts.
  func summary() -> VenueSummary {
    let holders = valueByHolder()
    return VenueSummary(
      markets: parameters.markets.filter { !$0.isSpot }.map { marketView($0) }, pools: [poolView()], losses: losses(),
      balances: holders.map { BalanceLine($0.name, common(money: $0.amount), of: $0.holder) },
      deposits: common(money: counter(.deposits)), withdrawals: common(money: counter(.withdrawals)), insurance: 0,
      fees: common(money: balance(housePurse(Purpose.fees)) + balance(housePurse(Purpose.bridgeFees))),
      fundingPaid: common(money: fundingPaid()),
      accounts: derived.accounts.count, openOrders: orders.count + triggers.count,
      liquidations: Int(clamping: counter(.liquidations)), deleveragings: Int(clamping: counter(.deleveragings)))
  }

  /// Every place where money stands, in 10^-6 USDC. Positions are valued at mark, and as many lots are long as short, so
  /// that what one side has not realised the other has not lost: the lines add up to deposits less withdrawals.
  /// Accounts are valued as if their funding were paid, and the funding line as if it had received it. Rule HL-96.
  func valueByHolder() -> [(name: String, amount: Money, holder: BalanceHolder)] {
    var users: Money = 0
    var vaults: Money = 0
    var vault: Money = 0
    var liquidator: Money = 0
    var pending: Money = 0
    for number in 0..<derived.accounts.count {
      let account = AccountID(number)
      let value = accountValue(account)
      switch derived.accounts[number].kind {
      case .user, .subAccount, .dex: users += value
      case .userVault: vaults += value
      case .vault: vault += value
      case .liquidator: liquidator += value
      }
      for market in derived.accounts[number].markets { pending += pendingFunding(market) }
    }
    var rewards: Money = 0
    ledger.balances.forEachSorted { key, balance in
      if key.purpose == Purpose.rewards.rawValue { rewards += balance.amount }
    }
    // Lines of what this chain has no use for are left out.
    var others: [(name: String, amount: Money, holder: BalanceHolder)] = []
    let spot = ledger.issued(Self.asset(ofToken: 0)) / 100
    if vaults != 0 { others.append(("user vaults", vaults, .pools)) }
    if spot != 0 { others.append(("spot USDC", spot, .people)) }
    if rewards != 0 { others.append(("unclaimed rewards", rewards, .people)) }
    return [
      ("accounts", users, .people), ("HLP", vault, .pools), ("HLP liquidator", liquidator, .pools),
      ("assistance fund", balance(housePurse(Purpose.fees)), .venue),
      ("bridge and activation fees", balance(housePurse(Purpose.bridgeFees)), .venue),
      ("funding residue", balance(housePurse(Purpose.funding)) + pending, .venue),
      ("unpaid deficit", balance(housePurse(Purpose.deficit)), .venue),
    ] + others
  }

  /// What payers of funding have paid since genesis, and what open positions owe now. Rule HL-100.
  func fundingPaid() -> Money {
    var owed: Money = 0
    for number in 0..<derived.accounts.count {
      for market in derived.accounts[number].markets { owed += max(0, pendingFunding(market)) }
    }
    return counter(.fundingPaid) + owed
  }

  /// Who bore what since genesis. Rule HL-95. HLP's line is what its liquidator has lost of the money that the pool gave it:
  /// negative when take-overs earned more than they cost.
  func losses() -> [LossLine] {
    let liquidator = account(parameters.vault.liquidator).map { accountValue($0) } ?? 0
    return [
      LossLine(.liquidatedTraders, common(money: counter(.lossOfTraders))),
      LossLine(.liquidityProviders, common(money: counter(.liquidatorFunding) - liquidator)),
      LossLine(.insurance, 0),
      LossLine(.deleveragedTraders, common(money: counter(.forgone))),
      LossLine(.socialised, 0),
      LossLine(.unpaid, common(money: counter(.unpaid))),
    ]
  }

  /// HLP, its liquidator included. Shares have the scale of money; the first deposit makes a share one USDC.
  func poolView() -> PoolView {
    let value = vaultEquity
    let total = totalShares
    return PoolView(
      name: Self.poolName, value: common(money: value), shares: common(money: total),
      sharePrice: Self.sharePrice(value: value, total: total),
      netDeposits: common(money: counter(.netProvided)))
  }

  /// Value over shares in the common scale, rounded down; one while there are no shares. Held at 10^25 either way, which
  /// only a pool of next to no shares can pass.
  private static func sharePrice(value: Money, total: Int128) -> Int128 {
    guard total > 0 else { return CommonScale.one }
    let bound: Int128 = 10_000_000_000_000_000_000_000_000
    let whole = divide(value, by: total, .floor)
    if whole >= bound { return bound }
    if whole <= -bound { return -bound }
    return scale(value, CommonScale.one, by: total, .floor)
  }
}
