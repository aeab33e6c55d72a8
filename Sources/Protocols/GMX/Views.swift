import Canonical
import Quantities
import StateStore
import VenueKit

/// The seam's views; each is read from committed state.
extension GMXVenue {
  public func summary(state: GMXState, block: BlockContext) -> VenueSummary { state.summary(at: block.seconds) }

  public func market(_ symbol: String, state: GMXState, block: BlockContext) -> MarketView? {
    state.roster.market(named: symbol).map { state.marketView($0, at: block.seconds) }
  }

  public func tradeCost(
    _ symbol: String, isLong: Bool, value: Int128, state: GMXState, block: BlockContext
  ) -> TradeCost? {
    guard let market = state.roster.market(named: symbol) else { return nil }
    return try? state.tradeCost(market.record, isLong: isLong, value: value)
  }

  public func account(_ address: Address, state: GMXState, block: BlockContext) -> AccountView {
    state.accountView(address, at: block.seconds)
  }

  /// Everybody who ever brought something in or signed, without the venue's own.
  public func accounts(state: GMXState) -> [Address] { state.knownAccounts() }

  public var parameters: [ParameterDescription] { genesis.descriptions }

  public func stateKey(kind: String, argument: String, state: GMXState) -> [UInt8]? {
    state.stateKey(kind: kind, argument: argument, prefix: Self.description.keyPrefix)
  }
}

extension GMXState {
  static func poolName(_ market: String) -> String { "GM:" + market }

  func knownAccounts() -> [Address] {
    var known = accountFlows.sortedKeys().filter { !Holder.isHouse($0) }
    known += nonces.sortedKeys().filter { accountFlows[$0] == nil }
    return known.sorted()
  }

  /// The venue on one page; linear in accounts.
  func summary(at time: UInt64) -> VenueSummary {
    VenueSummary(
      markets: roster.markets.map { marketView($0, at: time) }, pools: roster.markets.map { poolView($0, at: time) },
      losses: losses(), balances: balanceLines(at: time), deposits: CommonUnits.usd(counter(.deposits)),
      withdrawals: CommonUnits.usd(counter(.withdrawals)), insurance: 0, fees: CommonUnits.usd(counter(.fees)),
      fundingPaid: CommonUnits.usd(counter(.fundingPaid)), borrowingPaid: CommonUnits.usd(counter(.borrowingPaid)),
      founders: [Holder.founder],
      accounts: knownAccounts().count, openOrders: orders.count,
      liquidations: Int(clamping: CommonUnits.clamped(counter(.liquidations).magnitude, isNegative: false)),
      deleveragings: Int(clamping: CommonUnits.clamped(counter(.deleveragings).magnitude, isNegative: false)))
  }

  // MARK: Where the money stands

  struct ValueLine {
    var name: String
    /// Dollars with 30 decimals.
    var usd: Int256
    var holder: BalanceHolder

    init(_ name: String, _ usd: Int256, of holder: BalanceHolder = .venue) {
      self.name = name
      self.usd = usd
      self.holder = holder
    }
  }

  /// A token at its middle price; exact, since a price is for one smallest unit.
  func value(_ amount: Int256, _ token: TokenID) -> Int256 {
    let price = Int256(exactly: valuation(token)) ?? .zero
    let (product, overflow) = amount.multipliedReportingOverflow(by: price)
    return overflow ? .zero : product
  }

  func value(_ amount: UInt256, _ token: TokenID) -> Int256 { value(Int256(exactly: amount) ?? .zero, token) }

  /// Every place where tokens stand, each token at its middle price. What traders have won by now is theirs and not
  /// their pool's, and what their positions owe by now is not theirs any more. The lines add up to the value of all tokens
  /// that were brought in and not taken out. Rule GMX-124.
  func valueByHolder(at time: UInt64) -> [ValueLine] {
    var accounts = Int256.zero
    var waiting = Int256.zero
    var vaults = Int256.zero
    balances.forEachSorted { key, amount in
      if key.second >= Self.marketTokenBase || Holder.isMarket(key.first) { return }
      if key.first == Holder.orderVault || key.first == Holder.depositVault {
        waiting = waiting &+ value(amount, key.second)
      } else if Holder.isHouse(key.first) {
        vaults = vaults &+ value(amount, key.second)
      } else {
        accounts = accounts &+ value(amount, key.second)
      }
    }
    var pools: [ValueLine] = []
    var all = BankParts()
    for market in roster.markets {
      let parts = bankParts(market.record)
      pools.append(ValueLine("pool " + market.name, parts.pool &- parts.profit, of: .pools))
      all.add(parts)
    }
    var owed = Int256.zero
    positions.forEachSorted { key, record in owed = owed &+ worth(key, record, at: time).owed }
    return [
      ValueLine("accounts", accounts, of: .people), ValueLine("waiting in orders and deposits", waiting, of: .people),
      ValueLine("positions: collateral", all.collateral, of: .people),
      ValueLine("positions: open profit", all.profit, of: .people),
      ValueLine("positions: owed for borrowing and funding", Int256.zero &- owed, of: .people),
      ValueLine("funding to be claimed", all.funding, of: .people),
    ] + pools + [
      ValueLine("borrowing and funding not yet settled", owed),
      ValueLine("protocol and interface fees", all.fees), ValueLine("collateral held back", all.heldBack),
      ValueLine("funding on its way, and rounding", all.rest), ValueLine("vaults", vaults),
    ]
  }

  private struct BankParts {
    var pool = Int256.zero
    var profit = Int256.zero
    var collateral = Int256.zero
    var fees = Int256.zero
    /// Funding that traders may claim.
    var funding = Int256.zero
    /// Collateral that traders may claim later.
    var heldBack = Int256.zero
    /// What the bank has beyond all that: funding paid and not yet credited, and rounding.
    var rest = Int256.zero

    mutating func add(_ other: BankParts) {
      pool = pool &+ other.pool
      profit = profit &+ other.profit
      collateral = collateral &+ other.collateral
      fees = fees &+ other.fees
      funding = funding &+ other.funding
      heldBack = heldBack &+ other.heldBack
      rest = rest &+ other.rest
    }
  }

  private func bankParts(_ market: MarketRecord) -> BankParts {
    var parts = BankParts()
    let id = market.market
    for token in market.isSingleToken ? [market.longToken] : [market.longToken, market.shortToken] {
      func stored(_ kind: StoreKind) -> Int256 { value(amount(kind, id, token: token), token) }
      let held = BankParts(
        pool: stored(.poolAmount) &+ stored(.swapImpactPoolAmount),
        collateral: value(amount(.collateralSum, id, token: token, flag: true), token)
          &+ value(amount(.collateralSum, id, token: token, flag: false), token),
        fees: stored(.claimableFeeAmount) &+ stored(.claimableUIFeeAmount) &+ stored(.affiliateReward),
        funding: stored(.claimableFundingAmount), heldBack: stored(.claimableCollateralAmount))
      parts.add(held)
      let bank = value(balance(of: Holder.market(id), token), token)
      parts.rest =
        parts.rest &+ bank &- held.pool &- held.collateral &- held.fees &- held.funding &- held.heldBack
    }
    parts.profit = openProfit(market)
    return parts
  }

  /// What all traders of a market have won by now at the index token's middle price, before any limit.
  func openProfit(_ market: MarketRecord) -> Int256 {
    var sum = Int256.zero
    for token in market.isSingleToken ? [market.longToken] : [market.longToken, market.shortToken] {
      for isLong in [true, false] {
        let size = Int256(exactly: amount(.openInterest, market.market, token: token, flag: isLong)) ?? .zero
        let tokens = amount(.openInterestInTokens, market.market, token: token, flag: isLong)
        let worth = value(tokens, market.indexToken)
        sum = sum &+ (isLong ? worth &- size : size &- worth)
      }
    }
    return sum
  }

  /// The lines in the common scale, each rounded down; what rounding took is a line, and what tokens gained or lost in
  /// price since they were brought in is one too, so that the lines add up to deposits less withdrawals. People's lines
  /// add up to what their accounts tell, each rounded down. A difference that rounding cannot explain is no line, so
  /// that it shows as a gap.
  private func balanceLines(at time: UInt64) -> [BalanceLine] {
    let lines = valueByHolder(at: time)
    let known = knownAccounts()
    let people = known.reduce(Int128(0)) { $0 &+ accountView($1, at: time).equity }
    let bound = Int128(known.count + lines.count)
    func rounding(_ difference: Int128) -> Int128 { difference.magnitude <= bound.magnitude ? difference : 0 }
    var total = Int256.zero
    var told: Int128 = 0
    var toldOfPeople: Int128 = 0
    var result: [BalanceLine] = []
    for line in lines {
      total = total &+ line.usd
      let usd = CommonUnits.usd(line.usd)
      told = told &+ usd
      if line.holder == .people { toldOfPeople = toldOfPeople &+ usd }
      result.append(BalanceLine(line.name, usd, of: line.holder))
    }
    let ofAccounts = rounding(people &- toldOfPeople)
    result.append(BalanceLine("rounding of accounts", ofAccounts, of: .people))
    result.append(BalanceLine("rounding of this table", rounding(CommonUnits.usd(total) &- told) &- ofAccounts))
    let flows = CommonUnits.usd(counter(.deposits)) &- CommonUnits.usd(counter(.withdrawals))
    result.append(BalanceLine("fall in price of tokens brought in", flows &- CommonUnits.usd(valueOfFlows())))
    return result
  }

  /// What was brought in less what was taken out, token by token, at middle prices.
  func valueOfFlows() -> Int256 {
    var sum = Int256.zero
    for token in roster.tokens {
      guard let flow = tokenFlows[token.token] else { continue }
      sum = sum &+ value(flow.deposits, token.token) &- value(flow.withdrawals, token.token)
    }
    return sum
  }

  /// Who bore what since genesis. The providers' line is what pools paid to traders for profit, net, and what they would
  /// have to pay for open positions now: negative where traders lose. Rules GMX-120 to GMX-123.
  func losses() -> [LossLine] {
    var providers = counter(.paidToTraders)
    for market in roster.markets { providers = providers &+ openProfit(market.record) }
    return [
      LossLine(.liquidatedTraders, CommonUnits.usd(counter(.lossOfLiquidated))),
      LossLine(.liquidityProviders, CommonUnits.usd(providers)), LossLine(.insurance, 0),
      LossLine(.deleveragedTraders, CommonUnits.usd(counter(.forgoneByDeleveraged))),
      LossLine(.socialised, CommonUnits.usd(counter(.forgoneByClosed))),
      LossLine(.unpaid, CommonUnits.usd(counter(.unpaid))),
    ]
  }
}

extension Holder {
  static func isMarket(_ address: Address) -> Bool { address.word0 == 1 && address.word1 == 0 }
}
