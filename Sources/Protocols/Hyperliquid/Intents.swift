import Canonical
import Quantities
import StateStore
import VenueKit

/// People's wishes in this venue's actions. Rule HL-98.
extension HyperliquidVenue {
  public func translate(
    _ intent: Intent, for person: Address, nonces: inout NonceSource, state: HyperliquidState, block: BlockContext
  ) throws(HyperliquidRefusal) -> [HyperliquidContent] {
    let actions = try actions(intent, for: person, state: state, block: block)
    return actions.map { action in
      let nonce = nonces.next(at: block.time)
      return HyperliquidContent(action: action.stamped(nonce), nonce: nonce)
    }
  }

  private func actions(
    _ intent: Intent, for person: Address, state: HyperliquidState, block: BlockContext
  ) throws(HyperliquidRefusal) -> [HyperliquidAction] {
    switch intent {
    case .open(let symbol, let isLong, let size, let leverage, let worstPrice):
      return try open(symbol, isLong, size, leverage, worstPrice, person, state)
    case .close(let symbol, let partsPerMillion, let worstPrice):
      return try close(symbol, partsPerMillion, worstPrice, person, state)
    case .quote(let symbol, let levels): return try quote(symbol, levels, person, state)
    case .protect(let symbol, let stop, let profit): return try protect(symbol, stop, profit, person, state)
    case .provide(_, let amount):
      let units = divide(amount, by: 1_000_000, .floor)
      guard units > 0, let units = UInt64(exactly: units) else { throw .amountInvalid }
      return [.vaultTransfer(vault: configuration.vault.address, isDeposit: true, amount: units)]
    case .redeem(_, let partsPerMillion):
      let units = scale(
        provided(person, state), Int128(max(0, min(1_000_000, partsPerMillion))), by: 1_000_000, .floor)
      guard units > 0, let units = UInt64(exactly: units) else { throw .nothingToDo }
      return [.vaultTransfer(vault: configuration.vault.address, isDeposit: false, amount: units)]
    case .withdraw(let amount):
      let units = divide(amount, by: 1_000_000, .floor)
      guard units > 0 else { throw .amountInvalid }
      return [
        .withdraw(
          UserTransfer(
            signatureChainID: "0x66eee", isMainnet: configuration.isMainnet, destination: person.description,
            amount: formatDecimal(units, scale: 6), time: 0))
      ]
    case .keep: return []
    }
  }

  private func terms(_ symbol: String) throws(HyperliquidRefusal) -> MarketParameters {
    guard let market = configuration.market(named: symbol) else { throw .symbolUnknown(symbol) }
    return market
  }

  /// A limit as a wire decimal: rounded to a valid price, no farther from the oracle than the venue allows.
  private func wirePrice(
    _ price: Int128, _ market: MarketParameters, up: Bool, _ state: HyperliquidState
  ) throws(HyperliquidRefusal) -> WireDecimal {
    let oracle = Int128(state.derived.oracles[Int(market.asset)])
    let reach = oracle * Int128(configuration.priceDistance) / 1_000_000
    let wished = Int128(market.ticks(common: price, roundingUp: up))
    let bounded = Ticks(clamping: min(max(wished, oracle - reach), oracle + reach))
    var valid = market.validPrice(bounded, up: up)
    if Int128(valid) > oracle + reach { valid = market.validPrice(bounded, up: false) }
    if Int128(valid) < oracle - reach { valid = market.validPrice(bounded, up: true) }
    guard valid > 0, let wire = market.wire(ticks: valid) else { throw .priceInvalid }
    return wire
  }

  private func wireSize(_ lots: Lots, _ market: MarketParameters) throws(HyperliquidRefusal) -> WireDecimal {
    guard lots > 0 else { throw .sizeZero }
    guard let wire = market.wire(lots: lots) else { throw .sizeInvalid }
    return wire
  }

  private func open(
    _ symbol: String, _ isLong: Bool, _ size: Int128, _ leverage: Int, _ worstPrice: Int128, _ person: Address,
    _ state: HyperliquidState
  ) throws(HyperliquidRefusal) -> [HyperliquidAction] {
    let market = try terms(symbol)
    guard let leverage = UInt32(exactly: leverage), leverage >= 1, Int64(leverage) <= market.leverageMaximum else {
      throw .leverageInvalid(UInt32(clamping: leverage), maximum: market.leverageMaximum)
    }
    var actions: [HyperliquidAction] = []
    let account = state.account(person)
    let cache = account.map { state.marketCache($0, market.asset) }
    let isCross = cache?.isCross ?? !market.onlyIsolated
    if (cache?.leverage ?? min(20, market.leverageMaximum)) != Int64(leverage) {
      actions.append(.updateLeverage(asset: market.asset, isCross: isCross, leverage: leverage))
    }
    let request = OrderRequest(
      asset: market.asset, isBuy: isLong, price: try wirePrice(worstPrice, market, up: isLong, state),
      size: try wireSize(market.lots(common: size), market), kind: .limit(.immediateOrCancel))
    actions.append(.order(OrderAction(orders: [request])))
    return actions
  }

  private func close(
    _ symbol: String, _ partsPerMillion: Int, _ worstPrice: Int128, _ person: Address, _ state: HyperliquidState
  ) throws(HyperliquidRefusal) -> [HyperliquidAction] {
    let market = try terms(symbol)
    guard let account = state.account(person) else { throw .mustDeposit(person) }
    let position = state.marketCache(account, market.asset).size
    let part = Int128(max(0, min(1_000_000, partsPerMillion)))
    let lots = Lots(clamping: scale(Int128(abs(position)), part, by: 1_000_000, .floor))
    guard lots > 0 else { throw .nothingToDo }
    let request = OrderRequest(
      asset: market.asset, isBuy: position < 0, price: try wirePrice(worstPrice, market, up: position < 0, state),
      size: try wireSize(lots, market), reduceOnly: true, kind: .limit(.immediateOrCancel))
    return [.order(OrderAction(orders: [request]))]
  }

  /// Orders that already stand as wished stay; the others are cancelled, and what is missing is placed post-only.
  private func quote(
    _ symbol: String, _ levels: [QuoteLevel], _ person: Address, _ state: HyperliquidState
  ) throws(HyperliquidRefusal) -> [HyperliquidAction] {
    let market = try terms(symbol)
    var wanted: [OrderRequest] = []
    for level in levels {
      let lots = market.lots(common: level.size)
      guard lots > 0 else { continue }
      wanted.append(
        OrderRequest(
          asset: market.asset, isBuy: level.isBid,
          price: try wirePrice(level.price, market, up: !level.isBid, state), size: try wireSize(lots, market),
          kind: .limit(.addLiquidityOnly)))
    }
    var cancels: [CancelRequest] = []
    if let account = state.account(person), let index = state.derived.accounts[Int(account)].index(market.asset) {
      for oid in state.derived.accounts[Int(account)].lists[index].orders {
        guard let order = state.orders[oid] else { continue }
        let standing = wanted.firstIndex {
          $0.isBuy == order.isBuy && $0.price == market.wire(ticks: order.price)
            && $0.size == market.wire(lots: order.size) && !order.reduceOnly
        }
        if let standing {
          wanted.remove(at: standing)
        } else {
          cancels.append(CancelRequest(asset: market.asset, oid: oid))
        }
      }
    }
    var actions: [HyperliquidAction] = []
    if !cancels.isEmpty { actions.append(.cancel(cancels)) }
    if !wanted.isEmpty { actions.append(.order(OrderAction(orders: wanted))) }
    return actions
  }

  private func protect(
    _ symbol: String, _ stop: Int128?, _ profit: Int128?, _ person: Address, _ state: HyperliquidState
  ) throws(HyperliquidRefusal) -> [HyperliquidAction] {
    let market = try terms(symbol)
    guard let account = state.account(person) else { throw .mustDeposit(person) }
    let cache = state.marketCache(account, market.asset)
    var actions: [HyperliquidAction] = []
    if let index = state.derived.accounts[Int(account)].index(market.asset) {
      let old = state.derived.accounts[Int(account)].lists[index].triggers
      if !old.isEmpty { actions.append(.cancel(old.map { CancelRequest(asset: market.asset, oid: $0) })) }
    }
    var orders: [OrderRequest] = []
    for (price, isTakeProfit) in [(stop, false), (profit, true)] {
      guard let price else { continue }
      guard cache.size != 0 else { throw .positionEmpty }
      let wire = try wirePrice(price, market, up: cache.size < 0, state)
      orders.append(
        OrderRequest(
          asset: market.asset, isBuy: cache.size < 0, price: wire, size: 0, reduceOnly: true,
          kind: .trigger(TriggerCondition(isMarket: true, price: wire, isTakeProfit: isTakeProfit))))
    }
    if !orders.isEmpty { actions.append(.order(OrderAction(orders: orders, grouping: .positionTpsl))) }
    return actions
  }

  // MARK: Proposer's data

  public func observe(
    _ observations: [Observation], state: HyperliquidState, block: BlockContext
  ) -> [HyperliquidContent] {
    var prices: [OraclePrice] = []
    for market in configuration.markets {
      guard let observation = observations.last(where: { $0.symbol == market.symbol }) else { continue }
      let oracle = WireDecimal(clamping: divide(observation.price, by: 10_000, .halfUp))
      let external = observation.perpetualPrice.map { WireDecimal(clamping: divide($0, by: 10_000, .halfUp)) }
      prices.append(OraclePrice(asset: market.asset, oracle: oracle, external: external))
    }
    if prices.isEmpty { return [] }
    return [HyperliquidContent(action: .proposer(.oracle(prices)), nonce: UInt64(max(0, block.time)))]
  }

  public func deposit(
    _ amount: Int128, to person: Address, state: HyperliquidState, block: BlockContext
  ) -> [HyperliquidContent] {
    let units = divide(amount, by: 1_000_000, .floor)
    guard units > 0, let units = UInt64(exactly: units) else { return [] }
    return [
      HyperliquidContent(action: .proposer(.deposit(to: person, amount: units)), nonce: UInt64(max(0, block.time)))
    ]
  }
}

extension HyperliquidAction {
  /// The signed time of a user-signed action is its nonce.
  func stamped(_ nonce: UInt64) -> HyperliquidAction {
    switch self {
    case .usdSend(var transfer):
      transfer.time = nonce
      return .usdSend(transfer)
    case .withdraw(var transfer):
      transfer.time = nonce
      return .withdraw(transfer)
    case .approveAgent(var approval):
      approval.nonce = nonce
      return .approveAgent(approval)
    default: return self
    }
  }
}
