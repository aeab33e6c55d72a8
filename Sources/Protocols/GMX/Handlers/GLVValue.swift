import Canonical
import Quantities

/// Arithmetic of vaults over markets, on numbers alone. Rules GMX-141 and GMX-142.
public enum GLV {
  /// Dollars (30 decimals) for one whole vault token: one dollar without supply, else value x 10^18 / supply, floor.
  public static func price(value: UInt256, supply: UInt256) throws(Revert) -> UInt256 {
    if supply.isZero { return Exact.one }
    return try Exact.multiplyDivide(Exact.wei, value, supply)
  }

  /// Vault tokens for dollars, floor: one for a dollar without supply (what the vault holds already counts in),
  /// else supply x dollars / value.
  public static func tokens(forUsd usd: UInt256, value: UInt256, supply: UInt256) throws(Revert) -> UInt256 {
    if supply.isZero { return try (value + usd) / Exact.trillion }
    return try Exact.multiplyDivide(supply, usd, value)
  }

  /// Dollars of vault tokens, floor: value x tokens / supply.
  public static func usd(ofTokens tokens: UInt256, value: UInt256, supply: UInt256) throws(Revert) -> UInt256 {
    if supply.isZero { throw Revert(.emptyGlvTokenSupply) }
    return try Exact.multiplyDivide(value, tokens, supply)
  }

  /// The part of a shift that is lost: (sent - received) / sent with 30 decimals, floor; zero for a gain.
  public static func lossFactor(sentUsd: UInt256, receivedUsd: UInt256) throws(Revert) -> UInt256 {
    if sentUsd <= receivedUsd { return .zero }
    return try Exact.factor(sentUsd - receivedUsd, sentUsd)
  }
}

// The value of a vault and of market tokens. Rule GMX-141.
extension GMXState {
  func glv(_ id: GLVID) throws(Revert) -> GLVRecord {
    guard let record = glvs[id] else { throw Revert(.emptyGlv, NamedFigure("glv", UInt64(id))) }
    return record
  }

  /// Market tokens that a vault counts as its own.
  public func glvMarketTokens(_ glv: GLVID, _ market: MarketID) -> UInt256 {
    amount(StoreKey(.glvMarketTokenBalance, glv, number: UInt64(market)))
  }

  /// Dollars of market tokens at a pool value, floor.
  func usd(ofMarketTokens tokens: UInt256, poolValue: UInt256, supply: UInt256) throws(Revert) -> UInt256 {
    if supply.isZero { throw Revert(.emptyMarketTokenSupply) }
    return try Exact.multiplyDivide(poolValue, tokens, supply)
  }

  /// What a pool is worth now; a negative value is refused as the contracts' cast refuses it.
  func positivePoolValue(
    _ market: MarketRecord, _ cap: ProfitCap, maximize: Bool, _ context: ExecutionContext
  ) throws(Revert) -> UInt256 {
    let prices = try context.oracle.prices(of: market)
    return try poolValue(market, prices, cap, maximize: maximize, time: context.time).poolValue.unsigned()
  }

  /// Dollars of everything that a vault holds, or the oracle's price of its token x supply where there is one.
  /// Market tokens are valued as for deposits. Rule GMX-141.
  public func glvValue(_ id: GLVID, maximize: Bool, _ context: ExecutionContext) throws(Revert) -> UInt256 {
    let glv = try glv(id)
    if let price = context.oracle.glvPrice(id) {
      return try price.pick(maximize: maximize) * (glvSupplies[id] ?? .zero)
    }
    var total = UInt256.zero
    for marketID in glv.markets {
      let market = try market(marketID)
      let prices = try context.oracle.prices(of: market)
      let held = glvMarketTokens(id, marketID)
      if held.isZero { continue }
      let value = try poolValue(market, prices, .deposits, maximize: maximize, time: context.time).poolValue
      if value.isNegative {
        throw Revert(
          .glvNegativeMarketPoolValue, NamedFigure("glv", UInt64(id)), NamedFigure("market", UInt64(marketID)))
      }
      total =
        try total
        + usd(ofMarketTokens: held, poolValue: value.magnitude, supply: supplies[marketID] ?? .zero)
    }
    return total
  }

  /// Dollars for one whole token of a vault. Rule GMX-141.
  public func glvTokenPrice(_ id: GLVID, maximize: Bool, _ context: ExecutionContext) throws(Revert) -> UInt256 {
    try GLV.price(value: glvValue(id, maximize: maximize, context), supply: glvSupplies[id] ?? .zero)
  }

  // MARK: Limits

  func validateGLVMarket(_ id: GLVID, _ market: MarketID, mustBeOpen: Bool) throws(Revert) {
    let glv = try glv(id)
    let figures = [NamedFigure("glv", UInt64(id)), NamedFigure("market", UInt64(market))]
    if !glv.markets.contains(market) { throw Revert(.glvUnsupportedMarket, figures[0], figures[1]) }
    if mustBeOpen, !setting(.isGLVMarketDisabled, id, number: UInt64(market)).isZero {
      throw Revert(.glvDisabledMarket, figures[0], figures[1])
    }
  }

  /// How much of one market a vault may hold, in tokens and in dollars; a limit of zero is none. Rule GMX-144.
  func validateGLVBalance(_ id: GLVID, _ market: MarketRecord, poolValue: UInt256) throws(Revert) {
    let number = UInt64(market.market)
    let mostUsd = setting(.glvMaxMarketTokenBalanceUSD, id, number: number)
    let most = setting(.glvMaxMarketTokenBalanceAmount, id, number: number)
    let held = glvMarketTokens(id, market.market)
    if !most.isZero, held > most {
      throw Revert(
        .glvMaxMarketTokenBalanceAmountExceeded, NamedFigure("glv", UInt64(id)), NamedFigure("market", number),
        NamedFigure("maxMarketTokenBalanceAmount", most), NamedFigure("marketTokenBalanceAmount", held))
    }
    if mostUsd.isZero { return }
    let heldUsd = try usd(ofMarketTokens: held, poolValue: poolValue, supply: supplies[market.market] ?? .zero)
    if heldUsd > mostUsd {
      throw Revert(
        .glvMaxMarketTokenBalanceUsdExceeded, NamedFigure("glv", UInt64(id)), NamedFigure("market", number),
        NamedFigure("maxMarketTokenBalanceUsd", mostUsd), NamedFigure("marketTokenBalanceUsd", heldUsd))
    }
  }

  // MARK: Tokens of vaults

  mutating func mintGLV(_ id: GLVID, _ amount: UInt256, to account: Address) throws(Revert) {
    if amount.isZero { return }
    let supply = try (glvSupplies[id] ?? .zero) + amount
    let balance = try balance(of: account, id.glvToken) + amount.signed()
    glvSupplies.set(id, supply)
    setBalance(of: account, id.glvToken, to: balance)
  }

  mutating func burnGLV(_ id: GLVID, _ amount: UInt256, from holder: Address) throws(Revert) {
    if amount.isZero { return }
    let balance = try balance(of: holder, id.glvToken) - amount.signed()
    if balance.isNegative { throw .message("ERC20: burn amount exceeds balance") }
    let left = try (glvSupplies[id] ?? .zero) - amount
    if left.isZero { glvSupplies.remove(id) } else { glvSupplies.set(id, left) }
    setBalance(of: holder, id.glvToken, to: balance)
  }

  /// A vault counts what it holds of a market as its own.
  mutating func syncGLV(_ id: GLVID, _ market: MarketID) {
    let held = balance(of: Holder.glv(id), market.token)
    set(
      StoreKey(.glvMarketTokenBalance, id, number: UInt64(market)), to: held.isNegative ? UInt256.zero : held.magnitude)
  }

  func emitGLVValue(_ id: GLVID, _ context: inout ExecutionContext) throws(Revert) {
    let value = try glvValue(id, maximize: true, context)
    context.emit(
      .glvValueUpdated, NamedFigure("glv", UInt64(id)), NamedFigure("value", value),
      NamedFigure("supply", glvSupplies[id] ?? .zero))
  }
}

extension OraclePrices {
  func glvPrice(_ id: GLVID) -> Price? {
    guard Int(id) < glvPrices.count, !glvPrices[Int(id)].min.isZero, !glvPrices[Int(id)].max.isZero else { return nil }
    return glvPrices[Int(id)]
  }
}
