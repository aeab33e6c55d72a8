import Canonical
import Quantities
import StateStore

// The shares of the pool. Rules GMX-166 to GMX-168.
extension GMXState {
  /// What the pool's shares are worth in dollars: stable pools; of others what longs owe and what is not reserved; less
  /// what shorts have won, plus what they have lost. Rule GMX-166.
  public func v1AUM(maximise: Bool, _ context: ExecutionContext) throws(Revert) -> UInt256 {
    let settings = try v1Settings()
    var aum = settings.aumAddition
    var shortProfits = UInt256.zero
    for token in v1Tokens.sortedKeys() {
      guard let terms = v1Tokens[token] else { continue }
      let price = try v1Price(token, maximise: maximise, context)
      let pool = v1Pool(token)
      let unit = V1Scale.unit(terms.decimals)
      if terms.isStable {
        aum = try aum.plus(pool.poolAmount.times(price).over(unit))
        continue
      }
      if !pool.globalShortSize.isZero {
        let average = try v1ShortAveragePrice(pool, settings)
        let delta = try pool.globalShortSize.times(average.distance(to: price)).over(average)
        if price > average { aum = try aum.plus(delta) } else { shortProfits = try shortProfits.plus(delta) }
      }
      aum = try aum.plus(pool.guaranteedUsd)
      aum = try aum.plus(pool.poolAmount.minus(pool.reservedAmount).times(price).over(unit))
    }
    aum = shortProfits > aum ? .zero : try aum.minus(shortProfits)
    return settings.aumDeduction > aum ? .zero : try aum.minus(settings.aumDeduction)
  }

  /// The same with 18 decimals.
  public func v1AUMInUSDG(maximise: Bool, _ context: ExecutionContext) throws(Revert) -> UInt256 {
    try v1AUM(maximise: maximise, context).times(V1Scale.unit(V1Scale.shareDecimals)).over(V1Scale.dollar)
  }

  /// The vault's average and that of the tracker, by weight; each part floored.
  func v1ShortAveragePrice(_ pool: V1Pool, _ settings: V1Settings) throws(Revert) -> UInt256 {
    let weight = settings.shortsTrackerAveragePriceWeight
    if weight.isZero { return pool.globalShortAveragePrice }
    if weight == V1Scale.basisPoints { return pool.trackedShortAveragePrice }
    let own = try pool.globalShortAveragePrice.times(V1Scale.basisPoints.minus(weight)).over(V1Scale.basisPoints)
    return try own.plus(pool.trackedShortAveragePrice.times(weight).over(V1Scale.basisPoints))
  }

  /// Tokens for shares at the highest value of the pool. Rule GMX-167.
  public mutating func v1AddLiquidity(
    _ token: TokenID, amount: UInt256, minUSDG: UInt256, minGLP: UInt256, account: Address,
    _ context: inout ExecutionContext
  ) throws(Revert) -> UInt256 {
    if amount.isZero { throw .message("GlpManager: invalid _amount") }
    let aum = try v1AUMInUSDG(maximise: true, context)
    let supply = v1Total.glpSupply
    try move(amount, of: token, from: account, to: Holder.v1Vault)
    let usdg = try v1BuyUSDG(token, amount: amount, &context)
    if usdg < minUSDG { throw .message("GlpManager: insufficient USDG output") }
    let minted = aum.isZero ? usdg : try usdg.times(supply).over(aum)
    if minted < minGLP { throw .message("GlpManager: insufficient GLP output") }
    var totals = v1Total
    totals.glpSupply = try supply.plus(minted)
    v1TotalsTable.set(0, totals)
    setBalance(
      of: account, Self.glpToken, to: try balance(of: account, Self.glpToken) + minted.signed())
    v1LastAdded.set(account, V1Purchase(time: context.time))
    context.emit(
      .v1LiquidityAdded, NamedFigure("token", .token(token)), NamedFigure("amount", amount),
      NamedFigure("aumInUsdg", aum), NamedFigure("glpSupply", supply), NamedFigure("usdgAmount", usdg),
      NamedFigure("mintAmount", minted))
    return minted
  }

  /// Shares for tokens at the lowest value of the pool, not soon after buying. Rule GMX-168.
  public mutating func v1RemoveLiquidity(
    _ token: TokenID, glpAmount: UInt256, minOut: UInt256, account: Address, _ context: inout ExecutionContext
  ) throws(Revert) -> UInt256 {
    if glpAmount.isZero { throw .message("GlpManager: invalid _glpAmount") }
    let cooldown = try v1Settings().cooldownDuration
    if try UInt256(v1LastAdded[account]?.time ?? 0).plus(cooldown) > UInt256(context.time) {
      throw .message("GlpManager: cooldown duration not yet passed")
    }
    let aum = try v1AUMInUSDG(maximise: false, context)
    var totals = v1Total
    let supply = totals.glpSupply
    let usdg = try glpAmount.times(aum).over(supply)
    // The manager holds all debt that was sold; what is missing is made.
    totals.usdgSupply = max(totals.usdgSupply, usdg)
    let left = try balance(of: account, Self.glpToken) - glpAmount.signed()
    if left.isNegative { throw .message("BaseToken: burn amount exceeds balance") }
    setBalance(of: account, Self.glpToken, to: left)
    totals.glpSupply = try supply.minus(glpAmount)
    v1TotalsTable.set(0, totals)
    let amountOut = try v1SellUSDG(token, usdg: usdg, to: account, &context)
    if amountOut < minOut { throw .message("GlpManager: insufficient output") }
    context.emit(
      .v1LiquidityRemoved, NamedFigure("token", .token(token)), NamedFigure("glpAmount", glpAmount),
      NamedFigure("aumInUsdg", aum), NamedFigure("glpSupply", supply), NamedFigure("usdgAmount", usdg),
      NamedFigure("amountOut", amountOut))
    return amountOut
  }
}
