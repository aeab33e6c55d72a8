import Canonical
import Matching
import Quantities
import StateStore
import VenueKit

extension HyperliquidVenue {
  private static let micro: Int128 = 1_000_000

  public func market(_ symbol: String, state: HyperliquidState, block: BlockContext) -> MarketView? {
    configuration.market(named: symbol).map { Self.view($0, state) }
  }

  private static func view(_ market: MarketParameters, _ state: HyperliquidState) -> MarketView {
    let index = Int(market.asset)
    let book = state.derived.books[index]
    let openInterest = state.derived.openInterest[index] * Int128(Powers.ten(12 - market.sizeDecimals))
    return MarketView(
      symbol: market.symbol, mark: market.common(ticks: state.derived.marks[index]),
      index: market.common(ticks: state.derived.oracles[index]),
      bestBid: book.bestBid.map { market.common(ticks: $0.price) },
      bestAsk: book.bestAsk.map { market.common(ticks: $0.price) }, openInterestLong: openInterest,
      openInterestShort: openInterest, fundingRateHourly: state.fundings[market.asset]?.rate ?? 0,
      depth: depth(book), tick: market.common(ticks: 1), lot: market.common(lots: 1),
      leverageMaximum: Int(market.leverageMaximum))
  }

  /// Value within so many basis points of the mid; nothing while a side is empty.
  private static func depth(_ book: SharedBook) -> [DepthView] {
    [10, 50, 100].map { points in
      guard let bid = book.bestBid, let ask = book.bestAsk else {
        return DepthView(basisPoints: points, bidValue: 0, askValue: 0)
      }
      // Twice the mid, so that a mid between two ticks is exact.
      let mid = Int128(bid.price) + Int128(ask.price)
      var values: [Int128] = []
      for side in Side.allCases {
        var value: Int128 = 0
        book.walk(side) { level in
          guard abs(2 * Int128(level.price) - mid) * 10_000 <= mid * Int128(points) else { return false }
          value += Int128(level.quantity) * Int128(level.price)
          return true
        }
        values.append(value * micro)
      }
      return DepthView(basisPoints: points, bidValue: values[0], askValue: values[1])
    }
  }

  public func summary(state: HyperliquidState, block: BlockContext) -> VenueSummary {
    let balances = state.valueByHolder()
    let fees = state.balance(state.housePurse(Purpose.fees)) + state.balance(state.housePurse(Purpose.bridgeFees))
    return VenueSummary(
      markets: configuration.markets.map { Self.view($0, state) }, pools: [pool(state)], losses: losses(state),
      balances: balances.map { BalanceLine($0.name, $0.amount * Self.micro) },
      deposits: state.counter(.deposits) * Self.micro, withdrawals: state.counter(.withdrawals) * Self.micro,
      insurance: 0, fees: fees * Self.micro, accounts: state.accounts.count,
      openOrders: state.orders.count + state.triggers.count, liquidations: Int(state.counter(.liquidations)),
      deleveragings: Int(state.counter(.deleveragings)))
  }

  private func pool(_ state: HyperliquidState) -> PoolView {
    let equity = state.vaultEquity
    let shares = state.totalShares
    let price = shares == 0 ? CommonScale.one : scale(equity, CommonScale.one, by: shares, .floor)
    return PoolView(
      name: "HLP", value: equity * Self.micro, shares: shares * Self.micro, sharePrice: price,
      netDeposits: state.counter(.netProvided) * Self.micro)
  }

  /// Rule HL-95: who bore what since genesis.
  private func losses(_ state: HyperliquidState) -> [LossLine] {
    let liquidatorValue = state.account(configuration.vault.liquidator).map { state.accountValue($0) } ?? 0
    return [
      LossLine(.liquidatedTraders, state.counter(.lossOfTraders) * Self.micro),
      LossLine(.liquidityProviders, (state.counter(.liquidatorFunding) - liquidatorValue) * Self.micro),
      LossLine(.insurance, 0),
      LossLine(.deleveragedTraders, state.counter(.forgone) * Self.micro),
      LossLine(.socialised, 0),
      LossLine(.unpaid, state.counter(.unpaid) * Self.micro),
    ]
  }

  public func account(_ address: Address, state: HyperliquidState, block: BlockContext) -> AccountView {
    guard let account = state.account(address) else {
      return AccountView(
        address: address, deposits: 0, withdrawals: 0, equity: 0, provided: 0, initialMargin: 0, maintenanceMargin: 0,
        withdrawable: 0, positions: [], openOrders: 0)
    }
    let margin = state.crossMargin(account)
    let flow = state.flows[account] ?? FlowRecord()
    var initial = margin.reserved
    var maintenance = margin.maintenance
    var positions: [PositionView] = []
    var openOrders = 0
    let cache = state.derived.accounts[Int(account)]
    for (market, lists) in zip(cache.markets, cache.lists) {
      openOrders += lists.orders.count + lists.triggers.count
      guard market.size != 0 else { continue }
      if !market.isCross {
        initial += divide(
          money(abs(market.size), at: state.mark(market.asset)), by: Money(market.leverage), .ceiling)
        maintenance += state.maintenance(market)
      }
      positions.append(position(account, market, margin, state))
    }
    positions.sort { $0.symbol < $1.symbol }
    return AccountView(
      address: address, deposits: flow.deposits * Self.micro, withdrawals: flow.withdrawals * Self.micro,
      equity: state.accountValue(account) * Self.micro, provided: provided(address, state) * Self.micro,
      initialMargin: initial * Self.micro, maintenanceMargin: maintenance * Self.micro,
      withdrawable: state.withdrawable(account) * Self.micro, positions: positions, openOrders: openOrders)
  }

  func provided(_ address: Address, _ state: HyperliquidState) -> Money {
    guard let held = state.shares[Pair(configuration.vault.address, address)] else { return 0 }
    let total = state.totalShares
    return total == 0 ? 0 : scale(held.shares, max(0, state.vaultEquity), by: total, .floor)
  }

  private func position(
    _ account: AccountID, _ market: MarketCache, _ margin: CrossMargin, _ state: HyperliquidState
  ) -> PositionView {
    let terms = configuration.markets[Int(market.asset)]
    let cost = state.positions[Pair(account, market.asset)]?.cost ?? 0
    let mark = state.mark(market.asset)
    let entry = divide(abs(cost) * Int128(Powers.ten(6 + terms.sizeDecimals)), by: Int128(abs(market.size)), .halfUp)
    return PositionView(
      symbol: terms.symbol, size: terms.common(lots: market.size), entryPrice: entry,
      unrealizedProfit: (money(market.size, at: mark) - cost) * Self.micro,
      liquidationPrice: state.liquidationPrice(account, market, margin).map {
        $0 * Int128(Powers.ten(6 + terms.sizeDecimals)) / 1_000
      })
  }

  public func accounts(state: HyperliquidState) -> [Address] { state.accounts.sortedKeys() }

  public var parameters: [ParameterDescription] { configuration.descriptions }

  public func stateKey(kind: String, argument: String, state: HyperliquidState) -> [UInt8]? {
    state.stateKey(kind: kind, argument: argument, prefix: Self.description.keyPrefix)
  }
}

extension HyperliquidState {
  /// `mark - side * available / |size| / (1 - rate * side)` with the maintenance rate of the present tier, in thousandths
  /// of a tick, rounded to the nearest; nil when no positive price liquidates. Rule HL-69.
  func liquidationPrice(_ account: AccountID, _ market: MarketCache, _ margin: CrossMargin) -> Int128? {
    let terms = parameters.markets[Int(market.asset)]
    let mark = Int128(mark(market.asset))
    let notional = money(abs(market.size), at: self.mark(market.asset))
    let available =
      market.isCross ? margin.value - margin.maintenance : isolatedValue(account, market) - maintenance(market)
    let double = 2 * Int128(terms.leverageMaximum(notional))
    let side: Int128 = market.size > 0 ? 1 : -1
    if isHouse(account) { return nil }
    let distance = scale(available * 1_000, double, by: Int128(abs(market.size)) * (double - side), .halfUp)
    let price = mark * 1_000 - side * distance
    return price > 0 ? price : nil
  }

  /// All money by holder, at mark; adds up to deposits less withdrawals, because what longs hold in positions shorts owe
  /// and pending funding is counted on both sides. Rule HL-96.
  func valueByHolder() -> [(name: String, amount: Money)] {
    var users: Money = 0
    var vault: Money = 0
    var liquidator: Money = 0
    var pending: Money = 0
    for number in 0..<derived.accounts.count {
      let account = AccountID(number)
      let value = accountValue(account)
      for market in derived.accounts[number].markets where market.size != 0 { pending += pendingFunding(market) }
      // An isolated purse without a position is empty, so nothing is left out.
      if derived.accounts[number].kind == .vault {
        vault += value
      } else if derived.accounts[number].kind == .liquidator {
        liquidator += value
      } else {
        users += value
      }
    }
    return [
      ("accounts", users), ("HLP", vault), ("HLP liquidator", liquidator),
      ("assistance fund", balance(housePurse(Purpose.fees))),
      ("bridge fees", balance(housePurse(Purpose.bridgeFees))),
      ("funding residue", balance(housePurse(Purpose.funding)) + pending),
      ("unpaid", balance(housePurse(Purpose.deficit))),
    ]
  }
}
