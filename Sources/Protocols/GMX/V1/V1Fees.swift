import Quantities
import StateStore

// Fees that pull each token's debt to its weight. Rule GMX-157.
extension GMXState {
  var v1TotalTokenWeights: UInt256 {
    var total = UInt256.zero
    v1Tokens.forEachSorted { _, terms in total = total &+ terms.weight }
    return total
  }

  /// What a token's debt would be by weight alone.
  func v1TargetUSDG(_ token: TokenID) throws(Revert) -> UInt256 {
    let supply = v1Total.usdgSupply
    if supply.isZero { return .zero }
    return try (v1Tokens[token]?.weight ?? .zero).times(supply).over(v1TotalTokenWeights)
  }

  /// Basis points for a change of debt: a rebate toward the target, a tax away from it.
  public func v1FeeBasisPoints(
    _ token: TokenID, usdgDelta: UInt256, base: UInt256, tax: UInt256, increment: Bool
  ) throws(Revert) -> UInt256 {
    if try v1Settings().hasDynamicFees.isZero { return base }
    let initial = v1Pool(token).usdgAmount
    let next =
      increment ? try initial.plus(usdgDelta) : usdgDelta > initial ? .zero : try initial.minus(usdgDelta)
    let target = try v1TargetUSDG(token)
    if target.isZero { return base }
    let before = initial.distance(to: target)
    let after = next.distance(to: target)
    if after < before {
      let rebate = try tax.times(before).over(target)
      return rebate > base ? .zero : try base.minus(rebate)
    }
    let average = min(try before.plus(after).over(2), target)
    return try base.plus(tax.times(average).over(target))
  }

  func v1MintBurnFee(_ token: TokenID, _ usdg: UInt256, increment: Bool) throws(Revert) -> UInt256 {
    let settings = try v1Settings()
    return try v1FeeBasisPoints(
      token, usdgDelta: usdg, base: settings.mintBurnFeeBasisPoints, tax: settings.taxBasisPoints,
      increment: increment)
  }

  /// The dearer of both tokens; stable pairs have their own terms.
  func v1SwapFee(_ tokenIn: TokenID, _ tokenOut: TokenID, _ usdg: UInt256) throws(Revert) -> UInt256 {
    let settings = try v1Settings()
    let isStable = v1Tokens[tokenIn]?.isStable == true && v1Tokens[tokenOut]?.isStable == true
    let base = isStable ? settings.stableSwapFeeBasisPoints : settings.swapFeeBasisPoints
    let tax = isStable ? settings.stableTaxBasisPoints : settings.taxBasisPoints
    let paid = try v1FeeBasisPoints(tokenIn, usdgDelta: usdg, base: base, tax: tax, increment: true)
    return max(paid, try v1FeeBasisPoints(tokenOut, usdgDelta: usdg, base: base, tax: tax, increment: false))
  }

  /// size - size x (10,000 - fee) / 10,000: the fee is rounded up.
  func v1PositionFee(_ size: UInt256) throws(Revert) -> UInt256 {
    if size.isZero { return .zero }
    let rest = try V1Scale.basisPoints.minus(v1Settings().marginFeeBasisPoints)
    return try size.minus(size.times(rest).over(V1Scale.basisPoints))
  }

  /// size x growth of the rate / 10^6, floor.
  func v1FundingFee(_ token: TokenID, size: UInt256, entry: UInt256) throws(Revert) -> UInt256 {
    if size.isZero { return .zero }
    return try size.times(v1Pool(token).cumulativeFundingRate.minus(entry)).over(V1Scale.fundingRate)
  }

  /// Books position and funding fee to the vault's fees and returns them in dollars.
  mutating func v1CollectMarginFees(
    _ token: TokenID, sizeDelta: UInt256, size: UInt256, entry: UInt256, _ context: ExecutionContext
  ) throws(Revert) -> UInt256 {
    let usd = try v1PositionFee(sizeDelta).plus(v1FundingFee(token, size: size, entry: entry))
    let tokens = try v1Tokens(token, usd: usd, fewest: true, context)
    try v1Change(token) { (pool) throws(Revert) in pool.feeReserve = try pool.feeReserve.plus(tokens) }
    return usd
  }
}
