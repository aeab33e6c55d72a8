import Canonical
import Quantities
import StateStore
import VenueKit

/// The seam's intents: a person's wish in this room's own actions. Rule GMX-160.
extension GMXVenue {
  public func translate(
    _ intent: Intent, for person: Address, nonces: inout NonceSource, state: GMXState, block: BlockContext
  ) throws(GMXRefusal) -> [GMXContent] {
    try state.translate(intent, for: person, at: block.seconds).map {
      GMXContent($0, nonce: nonces.next(at: block.time))
    }
  }

  /// One action with the lowest and highest prices of all observed tokens; a market's observation is of its index token.
  /// Held prices are said again with every observation. Rule GMX-110.
  public func observe(_ observations: [Observation], state: GMXState, block: BlockContext) -> [GMXContent] {
    let prices = state.tokenPrices(observations)
    if prices.isEmpty { return [] }
    return [GMXContent(.prices(prices), nonce: UInt64(max(0, block.time)))]
  }

  /// The amount becomes whole units of the deposit token, rounded down; nothing when that leaves nothing.
  public func deposit(
    _ amount: Int128, to person: Address, state: GMXState, block: BlockContext
  ) -> [GMXContent] {
    let token = state.roster.depositToken
    guard amount > 0, let units = state.units(ofUsd: amount, token), !units.isZero else { return [] }
    return [GMXContent(.deposit(to: person, token: token, amount: units), nonce: UInt64(max(0, block.time)))]
  }
}

extension GMXState {
  func translate(_ intent: Intent, for person: Address, at time: UInt64) throws(GMXRefusal) -> [GMXAction] {
    switch intent {
    case .open(let symbol, let isLong, let size, let leverage, let worstPrice):
      return try expired(of: person, at: time) + [
        open(try named(symbol), isLong: isLong, size: size, leverage: leverage, worstPrice: worstPrice, person)
      ]
    case .close(let symbol, let parts, let worstPrice):
      return try close(try named(symbol), parts: parts, worstPrice: worstPrice, person)
    case .quote: throw .noQuotes
    case .protect(let symbol, let stop, let profit):
      return try protect(try named(symbol), stop: stop, profit: profit, person)
    case .provide(let pool, let amount): return [try provide(try named(pool: pool), amount, person)]
    case .redeem(let pool, let parts): return [try redeem(try named(pool: pool), parts: parts, person)]
    case .withdraw(let amount):
      guard let units = units(ofUsd: amount, roster.depositToken), !units.isZero else { throw .amountZero }
      return [.bridgeOut(roster.depositToken, units)]
    case .keep(.executePending): return executions(by: person, at: time)
    case .keep(.liquidate): return liquidations(by: person, at: time)
    case .keep(.deleverage): return deleveragings(by: person, at: time)
    }
  }

  private func named(_ symbol: String) throws(GMXRefusal) -> MarketDescription {
    guard let market = roster.market(named: symbol) else { throw .symbolUnknown(symbol) }
    return market
  }

  private func named(pool: String) throws(GMXRefusal) -> MarketDescription {
    guard let market = roster.markets.first(where: { Self.poolName($0.name) == pool || $0.name == pool }) else {
      throw .symbolUnknown(pool)
    }
    return market
  }

  /// Units of a token that dollars of the common scale buy at its middle price, rounded down.
  func units(ofUsd usd: Int128, _ token: TokenID, _ rounding: Rounding = .floor) -> UInt256? {
    let price = valuation(token)
    return price.isZero ? nil : try? CommonUnits.contractUsd(usd).divided(by: price, rounding: rounding)
  }

  private func prices(_ market: MarketDescription) throws(GMXRefusal) -> MarketPrices {
    guard let prices = try? oracle([market.record.market]).prices(of: market.record) else {
      throw .noPrice(market.name)
    }
    return prices
  }

  /// The price in the contracts' scale, rounded against the taker where it must be; nothing for none.
  private func acceptable(_ price: Int128, _ market: MarketDescription, isBuy: Bool) -> UInt256 {
    let decimals = roster.token(market.record.indexToken)?.decimals ?? 0
    return CommonUnits.contractPrice(price, decimals: decimals, isBuy ? .floor : .ceiling) ?? .zero
  }

  /// What a person's dollars are in this market: the deposit token where the market takes it, else its short token.
  private func collateralToken(_ market: MarketRecord) -> TokenID {
    market.longToken == roster.depositToken ? market.longToken : market.shortToken
  }

  /// Own market orders that no keeper executed in time.
  private func expired(of person: Address, at time: UInt64) throws(GMXRefusal) -> [GMXAction] {
    let expiration = setting(.requestExpirationTime)
    return orders(of: person).filter { order in
      order.record.orderType.isMarket && UInt256(time &- min(time, order.record.updatedAtTime)) >= expiration
    }.map { .cancelOrder($0.id) }
  }

  // MARK: Taking

  /// A market increase; the collateral is the value by the leverage, rounded up.
  private func open(
    _ market: MarketDescription, isLong: Bool, size: Int128, leverage: Int, worstPrice: Int128, _ person: Address
  ) throws(GMXRefusal) -> GMXAction {
    guard leverage > 0 else { throw .leverageUnknown(leverage) }
    guard size > 0 else { throw .amountZero }
    let index = try prices(market).index
    let decimals = roster.token(market.record.indexToken)?.decimals ?? 0
    let token = collateralToken(market.record)
    let amounts = try reading { () throws(Revert) in
      let tokens =
        try UInt256(UInt128(size)) * CommonUnits.power(of: max(0, Int(decimals) - CommonScale.decimals))
        / CommonUnits.power(of: max(0, CommonScale.decimals - Int(decimals)))
      let value = try tokens * index.middle
      let margin = try Exact.divideUp(value, UInt256(UInt64(leverage)))
      return (value, try Exact.divideUp(margin, self.valuation(token)))
    }
    guard !amounts.0.isZero else { throw .amountZero }
    return .createOrder(
      OrderRecord(
        account: person, market: market.record.market, initialCollateralToken: token, orderType: .marketIncrease,
        isLong: isLong, sizeDeltaUsd: amounts.0, initialCollateralDeltaAmount: amounts.1,
        acceptablePrice: acceptable(worstPrice, market, isBuy: isLong)))
  }

  func reading<Result>(_ body: () throws(Revert) -> Result) throws(GMXRefusal) -> Result {
    do throws(Revert) { return try body() } catch { throw .revert(error) }
  }

  /// The same part of every position in this market; collateral goes out in proportion, profit comes in the collateral's
  /// token, and what funding gave is claimed with a full close.
  private func close(
    _ market: MarketDescription, parts: Int, worstPrice: Int128, _ person: Address
  ) throws(GMXRefusal) -> [GMXAction] {
    let share = UInt256(UInt64(min(max(parts, 0), 1_000_000)))
    let held = positions(of: person).filter { $0.key.market == market.record.market }
    guard !held.isEmpty else { throw .positionUnknown(market.name) }
    var actions: [GMXAction] = []
    for (key, record) in held {
      let size = try reading { () throws(Revert) in try record.sizeInUsd * share / 1_000_000 }
      let collateral = try reading { () throws(Revert) in try record.collateralAmount * share / 1_000_000 }
      guard !size.isZero else { throw .amountZero }
      actions.append(
        .createOrder(
          OrderRecord(
            account: person, market: key.market, initialCollateralToken: key.collateralToken,
            orderType: .marketDecrease, decreaseSwap: .profitToCollateral, isLong: key.isLong, sizeDeltaUsd: size,
            initialCollateralDeltaAmount: collateral,
            acceptablePrice: acceptable(worstPrice, market, isBuy: !key.isLong))))
    }
    if share == 1_000_000 { actions += claims(market.record, person) }
    return actions
  }

  private func claims(_ market: MarketRecord, _ person: Address) -> [GMXAction] {
    (market.isSingleToken ? [market.longToken] : [market.longToken, market.shortToken]).compactMap { token in
      let key = StoreKey(.claimableFundingAmount, market.market, token: token, account: person)
      return amount(key).isZero ? nil : .claimFunding(market.market, token)
    }
  }

  /// Stop loss and take profit for the whole of each position, in the place of those that stand; nothing to do where
  /// they stand already. They close at whatever price the trigger meets.
  private func protect(
    _ market: MarketDescription, stop: Int128?, profit: Int128?, _ person: Address
  ) throws(GMXRefusal) -> [GMXAction] {
    let held = positions(of: person).filter { $0.key.market == market.record.market }
    if held.isEmpty && (stop != nil || profit != nil) { throw .positionUnknown(market.name) }
    var actions: [GMXAction] = []
    for (key, record) in held {
      var missing: [OrderRecord] = []
      for (price, type) in [(stop, OrderType.stopLossDecrease), (profit, .limitDecrease)] {
        guard let price else { continue }
        missing.append(
          OrderRecord(
            account: person, market: key.market, initialCollateralToken: key.collateralToken, orderType: type,
            decreaseSwap: .profitToCollateral, isLong: key.isLong, sizeDeltaUsd: record.sizeInUsd,
            initialCollateralDeltaAmount: .zero, triggerPrice: acceptable(price, market, isBuy: !key.isLong),
            acceptablePrice: key.isLong ? .zero : .max, autoCancel: true))
      }
      for id in autoCancels[key]?.orders ?? [] {
        guard let standing = orders[id] else { continue }
        let same = missing.firstIndex {
          $0.orderType == standing.orderType && $0.triggerPrice == standing.triggerPrice
            && $0.sizeDeltaUsd == standing.sizeDeltaUsd && !standing.isFrozen
        }
        if let same { missing.remove(at: same) } else { actions.append(.cancelOrder(id)) }
      }
      actions += missing.map { .createOrder($0) }
    }
    return actions
  }

  // MARK: Pools

  /// One-sided, in the deposit token.
  private func provide(
    _ market: MarketDescription, _ amount: Int128, _ person: Address
  ) throws(GMXRefusal) -> GMXAction {
    let record = market.record
    let token = collateralToken(record)
    guard let units = units(ofUsd: amount, token), !units.isZero else { throw .amountZero }
    let isLong = token == record.longToken
    return .createDeposit(
      DepositRequest(
        account: person, market: record.market, initialLongToken: record.longToken,
        initialShortToken: record.shortToken, longAmount: isLong ? units : .zero, shortAmount: isLong ? .zero : units),
      receiver: person)
  }

  private func redeem(
    _ market: MarketDescription, parts: Int, _ person: Address
  ) throws(GMXRefusal) -> GMXAction {
    let held = balance(of: person, market.record.market.token)
    let share = UInt256(UInt64(min(max(parts, 0), 1_000_000)))
    let tokens = try reading { () throws(Revert) in try held.magnitude * share / 1_000_000 }
    guard !held.isNegative, !tokens.isZero else { throw .amountZero }
    return .createWithdrawal(
      WithdrawalRequest(account: person, market: market.record.market, marketTokens: tokens), receiver: person)
  }

  // MARK: The outside

  /// Prices of observed tokens and of those that are held, in the order of tokens. The last observation of a token
  /// counts; a half of the spread lies on each side, rounded away from the middle.
  func tokenPrices(_ observations: [Observation]) -> [TokenPrice] {
    var latest: UInt64 = 0
    var seen: [TokenPrice] = []
    for observation in observations {
      guard let market = roster.market(named: observation.symbol)?.record,
        let token = roster.token(market.indexToken), token.heldPrice == nil,
        let middle = CommonUnits.contractPrice(observation.price, decimals: token.decimals), !middle.isZero,
        let half = try? Exact.multiplyDivideUp(middle, roster.spread, 2 &* Exact.one)
      else { continue }
      let time = UInt64(max(0, observation.time) / 1_000)
      latest = max(latest, time)
      let low: UInt256 = half < middle ? middle &- half : .one
      seen.removeAll { $0.token == token.token }
      seen.append(TokenPrice(token: token.token, min: low, max: middle &+ half, timestamp: time))
    }
    if seen.isEmpty { return [] }
    for token in roster.tokens {
      guard let price = token.heldPrice else { continue }
      seen.append(TokenPrice(token: token.token, min: price, max: price, timestamp: latest))
    }
    return seen.sorted { $0.token < $1.token }
  }
}
