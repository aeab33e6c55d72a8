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
    let lines = valueByHolder()
    return VenueSummary(
      markets: roster.markets.map { marketView($0, at: time) }, pools: roster.markets.map { poolView($0, at: time) },
      losses: losses(), balances: balanceLines(lines), deposits: CommonUnits.usd(counter(.deposits)),
      withdrawals: CommonUnits.usd(counter(.withdrawals)), insurance: 0, fees: CommonUnits.usd(counter(.fees)),
      fundingPaid: CommonUnits.usd(counter(.fundingPaid)), borrowingPaid: CommonUnits.usd(counter(.borrowingPaid)),
      accounts: knownAccounts().count, openOrders: orders.count,
      liquidations: Int(clamping: CommonUnits.clamped(counter(.liquidations).magnitude, isNegative: false)),
      deleveragings: Int(clamping: CommonUnits.clamped(counter(.deleveragings).magnitude, isNegative: false)))
  }

  // MARK: Where the money stands

  struct ValueLine {
    var name: String
    /// Dollars with 30 decimals.
    var usd: Int256
  }

  /// A token at its middle price; exact, since a price is for one smallest unit.
  func value(_ amount: Int256, _ token: TokenID) -> Int256 {
    let price = Int256(exactly: valuation(token)) ?? .zero
    let (product, overflow) = amount.multipliedReportingOverflow(by: price)
    return overflow ? .zero : product
  }

  func value(_ amount: UInt256, _ token: TokenID) -> Int256 { value(Int256(exactly: amount) ?? .zero, token) }

  /// Every place where tokens stand, each token at its middle price. What traders have won by now is theirs and not
  /// their pool's. The lines add up to the value of all tokens that were brought in and not taken out. Rule GMX-124.
  func valueByHolder() -> [ValueLine] {
    var accounts = Int256.zero
    var vaults = Int256.zero
    var firstGeneration = Int256.zero
    balances.forEachSorted { key, amount in
      if key.second >= Self.marketTokenBase || Holder.isMarket(key.first) { return }
      if key.first == Holder.v1Vault || key.first == Holder.v1Router {
        firstGeneration = firstGeneration &+ value(amount, key.second)
      } else if Holder.isHouse(key.first) {
        vaults = vaults &+ value(amount, key.second)
      } else {
        accounts = accounts &+ value(amount, key.second)
      }
    }
    var lines: [ValueLine] = []
    if !v1SettingsTable.isEmpty { lines.append(ValueLine(name: "first generation's vault", usd: firstGeneration)) }
    var collateral = Int256.zero
    var profit = Int256.zero
    var fees = Int256.zero
    var claims = Int256.zero
    var rest = Int256.zero
    for market in roster.markets {
      let parts = bankParts(market.record)
      lines.append(ValueLine(name: "pool " + market.name, usd: parts.pool &- parts.profit))
      collateral = collateral &+ parts.collateral
      profit = profit &+ parts.profit
      fees = fees &+ parts.fees
      claims = claims &+ parts.claims
      rest = rest &+ parts.rest
    }
    return [
      ValueLine(name: "accounts", usd: accounts), ValueLine(name: "vaults", usd: vaults),
      ValueLine(name: "positions: collateral", usd: collateral), ValueLine(name: "positions: open profit", usd: profit),
    ] + lines + [
      ValueLine(name: "protocol and interface fees", usd: fees), ValueLine(name: "claimable by traders", usd: claims),
      ValueLine(name: "funding on its way, and rounding", usd: rest),
    ]
  }

  private struct BankParts {
    var pool = Int256.zero
    var profit = Int256.zero
    var collateral = Int256.zero
    var fees = Int256.zero
    var claims = Int256.zero
    /// What the bank has beyond all that: funding paid and not yet credited, and rounding.
    var rest = Int256.zero
  }

  private func bankParts(_ market: MarketRecord) -> BankParts {
    var parts = BankParts()
    let id = market.market
    for token in market.isSingleToken ? [market.longToken] : [market.longToken, market.shortToken] {
      func stored(_ kind: StoreKind) -> Int256 { value(amount(kind, id, token: token), token) }
      let pool = stored(.poolAmount) &+ stored(.swapImpactPoolAmount)
      let collateral =
        value(amount(.collateralSum, id, token: token, flag: true), token)
        &+ value(amount(.collateralSum, id, token: token, flag: false), token)
      let fees = stored(.claimableFeeAmount) &+ stored(.claimableUIFeeAmount) &+ stored(.affiliateReward)
      let claims = stored(.claimableCollateralAmount) &+ stored(.claimableFundingAmount)
      parts.pool = parts.pool &+ pool
      parts.collateral = parts.collateral &+ collateral
      parts.fees = parts.fees &+ fees
      parts.claims = parts.claims &+ claims
      let bank = value(balance(of: Holder.market(id), token), token)
      parts.rest = parts.rest &+ bank &- pool &- collateral &- fees &- claims
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
  /// price since they were brought in is one too, so that the lines add up to deposits less withdrawals.
  private func balanceLines(_ lines: [ValueLine]) -> [BalanceLine] {
    var total = Int256.zero
    var told: Int128 = 0
    var result: [BalanceLine] = []
    for line in lines {
      total = total &+ line.usd
      let usd = CommonUnits.usd(line.usd)
      told = told &+ usd
      result.append(BalanceLine(line.name, usd))
    }
    result.append(BalanceLine("rounding of this table", CommonUnits.usd(total) &- told))
    let flows = CommonUnits.usd(counter(.deposits)) &- CommonUnits.usd(counter(.withdrawals))
    result.append(BalanceLine("price changes of tokens brought in", flows &- CommonUnits.usd(valueOfFlows())))
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
