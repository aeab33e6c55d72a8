public import Canonical
import Ledger
import Quantities
import StateStore
public import VenueKit

/// The seam's views. All of them read committed state: of the books only what stateful orders tell. Rule DYDX-96.
extension DYDXVenue {
  public func summary(state: DYDXState, block: BlockContext) -> VenueSummary { state.summary() }

  public func market(_ symbol: String, state: DYDXState, block: BlockContext) -> MarketView? {
    state.perpetual(named: symbol).flatMap { state.marketView($0) }
  }

  public func account(_ address: Address, state: DYDXState, block: BlockContext) -> AccountView {
    state.accountView(address)
  }

  /// Owners of accounts, and who ever brought money.
  public func accounts(state: DYDXState) -> [Address] {
    var owners = Set(state.flows.sortedKeys())
    for key in state.subaccounts.sortedKeys() { owners.insert(key.owner) }
    return owners.sorted()
  }

  public func tradeCost(
    _ symbol: String, isLong: Bool, value: Int128, state: DYDXState, block: BlockContext
  ) -> TradeCost? {
    state.perpetual(named: symbol).flatMap { state.tradeCost($0, isLong: isLong, value: value) }
  }

  public func describe(_ content: DYDXContent) -> String {
    switch content.body {
    case .native(let action, let nonce): "\(action) nonce \(nonce)"
    case .proposer(let action): "\(action)"
    case .cosmos(let transaction): transaction.body.messages.map(\.typeURL).joined(separator: ", ")
    }
  }

  public func stateKey(kind: String, argument: String, state: DYDXState) -> [UInt8]? {
    state.stateKey(kind: kind, argument: argument, prefix: Self.description.keyPrefix)
  }
}

extension DYDXState {
  /// The venue on one page. Linear in accounts.
  func summary() -> VenueSummary {
    let holders = valueByHolder()
    return VenueSummary(
      markets: perpetuals.sortedKeys().compactMap { marketView($0) }, pools: [megavaultView(holders.megavault)],
      losses: losses(holders.unpaid),
      balances: holders.lines.map { BalanceLine($0.name, CommonFigures.money($0.amount), of: $0.holder) },
      deposits: CommonFigures.money(counter(.deposits)), withdrawals: CommonFigures.money(counter(.withdrawals)),
      insurance: CommonFigures.money(holders.insurance), fees: CommonFigures.money(counter(.fees)),
      fundingPaid: CommonFigures.money(counter(.fundingPaid)),
      founders: flows.contains(Self.authority) ? [Self.authority] : [], accounts: subaccounts.count,
      openOrders: Int(exactly: counter(.openOrders)) ?? 0, liquidations: Int(exactly: counter(.liquidations)) ?? 0,
      deleveragings: Int(exactly: counter(.deleveragings)) ?? 0)
  }

  struct Holders {
    var lines: [(name: String, amount: Int256, holder: BalanceHolder)]
    var insurance: Int256
    /// What the megavault's owners share.
    var megavault: Int256
    /// What accounts under water owe.
    var unpaid: Int256
  }

  /// Every place where money stands. Accounts are valued at the oracle's price with their funding paid; what cutting
  /// each position's value leaves between them and their pools is the rounding line. Rule DYDX-97.
  func valueByHolder() -> Holders {
    var (people, vaults, unpaid): (Int256, Int256, Int256) = (0, 0, 0)
    subaccounts.forEachSorted { key, account in
      let settled = (try? settled(key)) ?? account
      let value = (try? risk(of: settled).netCollateral) ?? settled.quoteQuantums
      if isVault(key.owner) || key == VaultAddress.main {
        vaults = (try? vaults + value) ?? vaults
      } else {
        people = (try? people + value) ?? people
      }
      if value.isNegative { unpaid = (try? unpaid - value) ?? unpaid }
    }
    var sums: [UInt32: Int256] = [:]  // lookup only
    ledger.balances.forEachSorted { key, record in
      guard key.asset == Purse.dollar else { return }
      let old = sums[key.purpose] ?? 0
      sums[key.purpose] = (try? old + Int256(record.amount)) ?? old
    }
    let pools = sums[Purse.poolPurpose.rawValue] ?? 0
    let insurance = sums[Purse.insurancePurpose.rawValue] ?? 0
    let megavault = (try? megavaultEquity()) ?? 0
    return Holders(
      lines: [
        ("accounts", people, .people), ("bank balances", sums[Purse.bankPurpose.rawValue] ?? 0, .people),
        (Self.megavaultName, megavault, .pools), ("vaults that do not count", (try? vaults - megavault) ?? 0, .venue),
        ("rounding and unsettled funding", (try? pools - people - vaults) ?? 0, .venue),
        ("insurance funds", insurance, .venue), ("fee collector", sums[Purse.feePurpose.rawValue] ?? 0, .venue),
      ], insurance: insurance, megavault: megavault, unpaid: unpaid)
  }

  /// Who bore what since genesis. Rule DYDX-98.
  func losses(_ unpaid: Int256) -> [LossLine] {
    [
      LossLine(.liquidatedTraders, CommonFigures.money(counter(.lossOfTraders))),
      LossLine(.liquidityProviders, CommonFigures.money(counter(.lossOfVaults))),
      LossLine(.insurance, CommonFigures.money(counter(.insurancePaid))),
      LossLine(.deleveragedTraders, CommonFigures.money(counter(.forgone))), LossLine(.socialised, 0),
      LossLine(.unpaid, CommonFigures.money(unpaid)),
    ]
  }

  /// All accounts of an owner together.
  func accountView(_ owner: Address) -> AccountView {
    let flow = flows[owner] ?? StatsRecord()
    var view = AccountView(
      address: owner, deposits: CommonFigures.money(flow.taker), withdrawals: CommonFigures.money(flow.maker),
      equity: 0,
      provided: 0, initialMargin: 0, maintenanceMargin: 0, withdrawable: 0, positions: [], openOrders: 0)
    view.equity = CommonFigures.money(Int256(ledger.balance(of: Purse.bank(owner), asset: Purse.dollar)))
    view.withdrawable = view.equity
    view.provided = providedValue(of: owner)
    for number in 0..<8 { addAccount(Subaccount(owner, UInt32(number)), to: &view) }
    return view
  }

  private func addAccount(_ subaccount: Subaccount, to view: inout AccountView) {
    guard let raw = subaccounts[subaccount] else { return }
    let account = (try? settled(subaccount)) ?? raw
    guard let risk = try? risk(of: account, leverageOf: subaccount) else {
      view.equity += CommonFigures.money(account.quoteQuantums)
      return
    }
    view.equity += CommonFigures.money(risk.netCollateral)
    view.initialMargin += CommonFigures.money(risk.initialRequirement)
    view.maintenanceMargin += CommonFigures.money(risk.maintenanceRequirement)
    let free = (try? risk.netCollateral - risk.initialRequirement) ?? 0
    if free > 0 { view.withdrawable += CommonFigures.money(free) }
    view.openOrders += Int(openOrders[subaccount]?.value ?? 0)
    for position in account.positions {
      if let position = positionView(position, of: subaccount, risk: risk) { view.positions.append(position) }
    }
  }

  private func positionView(
    _ position: PerpetualPosition, of subaccount: Subaccount, risk: Risk
  ) -> PositionView? {
    guard let terms = try? terms(position.perpetual), let value = try? terms.notional(position.quantums) else {
      return nil
    }
    let size = commonSize(position.quantums, perpetual: position.perpetual)
    let cost = costs[Pair(subaccount, position.perpetual)]?.value ?? value
    let entry =
      size == 0
      ? 0
      : try? Int256.multiplyDivide(
        Int256(CommonFigures.money(cost)), Int256(CommonScale.one), by: Int256(size), rounding: .truncation)
    return PositionView(
      symbol: symbol(ofPerpetual: position.perpetual), size: size, entryPrice: CommonFigures.narrowed(entry ?? 0),
      unrealizedProfit: CommonFigures.money((try? value - cost) ?? 0),
      liquidationPrice: liquidationPrice(position, terms: terms, value: value, risk: risk))
  }

  /// The oracle's price at which net collateral meets the maintenance requirement, other positions unmoved; nil where no
  /// price does. Of a long: price * (value - slack) / value at constant size, the requirement moving along.
  private func liquidationPrice(
    _ position: PerpetualPosition, terms: PerpetualTerms, value: Int256, risk: Risk
  ) -> Int128? {
    guard let own = try? terms.tier.maintenanceRequirement(notional: value), !value.isZero,
      let slack = try? risk.netCollateral - risk.maintenanceRequirement,
      let size = try? value.absolute,
      // A move of the value by x changes the slack by x less the requirement's share of it.
      let sensitivity = try? position.quantums.isNegative ? size + own : size - own, sensitivity > 0,
      let distance = try? Int256.multiplyDivide(
        Int256(commonOraclePrice(perpetual: position.perpetual)), slack, by: sensitivity, rounding: .truncation)
    else { return nil }
    let price = Int256(commonOraclePrice(perpetual: position.perpetual))
    let result = (try? position.quantums.isNegative ? price + distance : price - distance) ?? 0
    return result > 0 ? CommonFigures.narrowed(result) : nil
  }
}
