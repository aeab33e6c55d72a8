import Canonical
import Quantities
import StateStore
import VenueKit

/// The seam's intents: a person's wish in this room's own actions. Rule HL-98.
extension HyperliquidVenue {
  public func translate(
    _ intent: Intent, for person: Address, nonces: inout NonceSource, state: HyperliquidState, block: BlockContext
  ) throws(HyperliquidRefusal) -> [HyperliquidContent] {
    try state.translate(intent, for: person, nonces: &nonces, at: block.time)
  }

  /// One action with a price for each observed market, in the order of assets; the last observation of a market counts.
  public func observe(
    _ observations: [Observation], state: HyperliquidState, block: BlockContext
  ) -> [HyperliquidContent] {
    let prices = state.oraclePrices(observations)
    if prices.isEmpty { return [] }
    return [HyperliquidContent(action: .proposer(.oracle(prices)), nonce: UInt64(max(0, block.time)))]
  }

  /// The amount is rounded down to 10^-6 USDC; nothing when that leaves nothing.
  public func deposit(
    _ amount: Int128, to person: Address, state: HyperliquidState, block: BlockContext
  ) -> [HyperliquidContent] {
    guard let micro = UInt64(exactly: divide(amount, by: 1_000_000, .floor)), micro > 0 else { return [] }
    return [
      HyperliquidContent(action: .proposer(.deposit(to: person, amount: micro)), nonce: UInt64(max(0, block.time)))
    ]
  }
}

extension HyperliquidState {
  func translate(
    _ intent: Intent, for person: Address, nonces: inout NonceSource, at time: Int64
  ) throws(HyperliquidRefusal) -> [HyperliquidContent] {
    guard let account = account(person) else { throw .mustDeposit(person) }
    if derived.accounts[Int(account)].isMultiSig { throw .account(.multiSigOnly(person)) }
    let actions: [HyperliquidAction]
    switch intent {
    case .open(let symbol, let isLong, let size, let leverage, let worstPrice):
      actions = try open(
        try named(symbol), isLong: isLong, size: size, leverage: leverage, worstPrice: worstPrice, account)
    case .close(let symbol, let parts, let worstPrice):
      actions = [try close(try named(symbol), parts: parts, worstPrice: worstPrice, account)]
    case .quote(let symbol, let levels): actions = try quote(try named(symbol), levels, account)
    case .protect(let symbol, let stop, let profit):
      actions = try protect(try named(symbol), stop: stop, profit: profit, account)
    case .provide(let pool, let amount): actions = [try provide(pool, amount)]
    case .redeem(let pool, let parts): actions = [try redeem(pool, parts: parts, person)]
    case .withdraw(let amount):
      let micro = divide(amount, by: 1_000_000, .floor)
      guard micro > 0 else { throw .amountInvalid }
      actions = [.withdraw(userTransfer(to: person, formatDecimal(micro, scale: 6)))]
    case .keep: actions = []
    }
    return actions.map { action in
      let nonce = nonces.next(at: time)
      return HyperliquidContent(action: action.stamped(nonce), nonce: nonce)
    }
  }

  private func named(_ symbol: String) throws(HyperliquidRefusal) -> MarketParameters {
    guard let market = parameters.market(named: symbol), market.isPerpetual else { throw .symbolUnknown(symbol) }
    return market
  }

  /// A user-signed transfer as the venue's own client makes it, not yet stamped with its nonce.
  func userTransfer(to destination: Address, _ amount: String) -> UserTransfer {
    UserTransfer(
      signatureChainID: "0x66eee", isMainnet: parameters.isMainnet, destination: destination.description,
      amount: amount, time: 0)
  }

  // MARK: Taking

  /// The leverage, where it is another now, then an IOC limit order.
  private func open(
    _ market: MarketParameters, isLong: Bool, size: Int128, leverage: Int, worstPrice: Int128, _ account: AccountID
  ) throws(HyperliquidRefusal) -> [HyperliquidAction] {
    let lots = market.lots(common: size)
    guard lots > 0 else { throw .sizeZero }
    var actions: [HyperliquidAction] = []
    let current = marketCache(account, market.asset)
    if Int64(leverage) != current.leverage {
      let wanted = UInt32(clamping: leverage)
      // What the room would refuse is refused here, so that nobody opens at a leverage that he did not ask for.
      var trial = self
      try trial.updateLeverage(market.asset, isCross: current.isCross, leverage: wanted, account)
      actions.append(.updateLeverage(asset: market.asset, isCross: current.isCross, leverage: wanted))
    }
    let order = try taking(market, isBuy: isLong, lots: lots, worstPrice: worstPrice, reduceOnly: false)
    return actions + [order]
  }

  private func close(
    _ market: MarketParameters, parts: Int, worstPrice: Int128, _ account: AccountID
  ) throws(HyperliquidRefusal) -> HyperliquidAction {
    let held = marketCache(account, market.asset).size
    guard held != 0 else { throw .positionEmpty }
    let lots = Lots(Int128(abs(held)) * Int128(min(max(parts, 0), 1_000_000)) / 1_000_000)
    guard lots > 0 else { throw .sizeZero }
    return try taking(market, isBuy: held < 0, lots: lots, worstPrice: worstPrice, reduceOnly: true)
  }

  /// An IOC at the last valid price that is no worse than the given one, and no farther from the oracle than a price
  /// may lie.
  private func taking(
    _ market: MarketParameters, isBuy: Bool, lots: Lots, worstPrice: Int128, reduceOnly: Bool
  ) throws(HyperliquidRefusal) -> HyperliquidAction {
    let reach = reach(market)
    let asked = market.ticks(common: worstPrice, roundingUp: !isBuy)
    let bounded =
      isBuy
      ? min(asked, reach.upperBound) : min(max(asked, reach.lowerBound), HyperliquidParameters.priceMaximum)
    let price = market.validPrice(bounded, up: !isBuy)
    let order = try request(market, isBuy: isBuy, price: price, lots: lots, reduceOnly: reduceOnly, .immediateOrCancel)
    return .order(OrderAction(orders: [order]))
  }

  /// Ticks within the allowed distance of the oracle price.
  func reach(_ market: MarketParameters) -> ClosedRange<Ticks> {
    let oracle = Int128(derived.oracles[Int(market.asset)])
    let distance = divide(oracle * Int128(parameters.priceDistance), by: 1_000_000, .floor)
    let highest = min(oracle + distance, Int128(HyperliquidParameters.priceMaximum))
    return max(1, Ticks(clamping: oracle - distance))...max(1, Ticks(clamping: highest))
  }

  /// A limit order request that the room's own checks pass.
  func request(
    _ market: MarketParameters, isBuy: Bool, price: Ticks, lots: Lots, reduceOnly: Bool, _ timeInForce: TimeInForce
  ) throws(HyperliquidRefusal) -> OrderRequest {
    guard let size = market.wire(lots: lots) else { throw .sizeInvalid }
    guard price > 0, let wirePrice = market.wire(ticks: price) else { throw .priceInvalid }
    let request = OrderRequest(
      asset: market.asset, isBuy: isBuy, price: wirePrice, size: size, reduceOnly: reduceOnly,
      kind: .limit(timeInForce))
    _ = try check(request)
    return request
  }

  // MARK: Money

  private func poolAddress(_ pool: String) throws(HyperliquidRefusal) -> Address {
    guard pool == Self.poolName || Address(hex: pool) == parameters.vault.address else { throw .symbolUnknown(pool) }
    return parameters.vault.address
  }

  private func provide(_ pool: String, _ amount: Int128) throws(HyperliquidRefusal) -> HyperliquidAction {
    let vault = try poolAddress(pool)
    guard let micro = UInt64(exactly: divide(amount, by: 1_000_000, .floor)), micro > 0 else { throw .amountInvalid }
    return .vaultTransfer(vault: vault, isDeposit: true, amount: micro)
  }

  /// A share of what the account's shares are worth now, rounded down.
  private func redeem(_ pool: String, parts: Int, _ person: Address) throws(HyperliquidRefusal) -> HyperliquidAction {
    let vault = try poolAddress(pool)
    let value = providedValue(person)
    let part = scale(value, Int128(min(max(parts, 0), 1_000_000)), by: 1_000_000, .floor)
    guard let amount = UInt64(exactly: part), amount > 0 else { throw .vaultShares(equity: value) }
    return .vaultTransfer(vault: vault, isDeposit: false, amount: amount)
  }

  // MARK: The outside

  func oraclePrices(_ observations: [Observation]) -> [OraclePrice] {
    var prices: [OraclePrice] = []
    for market in parameters.markets where market.isPerpetual {
      guard let seen = observations.last(where: { $0.symbol == market.symbol }),
        let oracle = Self.wirePrice(seen.price, market)
      else { continue }
      let external = seen.perpetualPrice.flatMap { Self.wirePrice($0, market) }
      prices.append(OraclePrice(asset: market.asset, oracle: oracle, external: external))
    }
    return prices
  }

  /// The nearest tick; nil where that is no price.
  private static func wirePrice(_ price: Int128, _ market: MarketParameters) -> WireDecimal? {
    guard price > 0 else { return nil }
    let ticks = divide(price, by: market.common(ticks: 1), .halfUp)
    guard ticks > 0, ticks <= Int128(HyperliquidParameters.priceMaximum) else { return nil }
    return market.wire(ticks: Ticks(ticks))
  }
}

extension HyperliquidAction {
  /// The action with the nonce as its signed time, where it has one.
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
    case .signed(let action, var terms):
      terms.nonce = nonce
      if case .sendAsset(var transfer) = action {
        transfer.nonce = nonce
        return .signed(.sendAsset(transfer), terms)
      }
      return .signed(action, terms)
    case .account(.sendAsset(var transfer)):
      transfer.nonce = nonce
      return .account(.sendAsset(transfer))
    case .account(.createVault(var proposal)):
      proposal.nonce = nonce
      return .account(.createVault(proposal))
    case .multiSig(var envelope):
      envelope.action = envelope.action.stamped(nonce)
      envelope.payload = envelope.action.payload(isFast: envelope.isFast)
      return .multiSig(envelope)
    default: return self
    }
  }
}
