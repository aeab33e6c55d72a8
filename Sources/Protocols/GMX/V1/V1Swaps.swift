import Canonical
import Quantities
import StateStore

// Tokens against tokens, and tokens against the vault's debt. Every trade fills at the oracle's prices. Rules GMX-158 and
// GMX-159. Tokens that come in are with the vault before.
extension GMXState {
  mutating func v1VaultSwap(
    _ tokenIn: TokenID, _ tokenOut: TokenID, amountIn: UInt256, to receiver: Address,
    _ context: inout ExecutionContext
  ) throws(Revert) -> UInt256 {
    if try v1Settings().isSwapEnabled.isZero { throw .vault(.swapsNotEnabled) }
    guard let termsIn = v1Tokens[tokenIn] else { throw .vault(.tokenInNotWhitelisted) }
    guard let termsOut = v1Tokens[tokenOut] else { throw .vault(.tokenOutNotWhitelisted) }
    if tokenIn == tokenOut { throw .vault(.invalidTokens) }
    try v1UpdateFundingRate(tokenIn, &context)
    try v1UpdateFundingRate(tokenOut, &context)
    if amountIn.isZero { throw .vault(.invalidAmountIn) }
    let priceIn = try v1Price(tokenIn, maximise: false, context)
    let priceOut = try v1Price(tokenOut, maximise: true, context)
    let amountOut = try Self.v1Rescale(
      amountIn.times(priceIn).over(priceOut), from: termsIn.decimals, to: termsOut.decimals)
    let usdg = try Self.v1Rescale(
      amountIn.times(priceIn).over(V1Scale.dollar), from: termsIn.decimals, to: V1Scale.shareDecimals)
    let fee = try v1SwapFee(tokenIn, tokenOut, usdg)
    let afterFees = try v1CollectSwapFee(tokenOut, amountOut, fee)
    try v1IncreaseUSDG(tokenIn, usdg)
    try v1DecreaseUSDG(tokenOut, usdg)
    try v1IncreasePool(tokenIn, amountIn)
    try v1DecreasePool(tokenOut, amountOut)
    if v1Pool(tokenOut).poolAmount < termsOut.bufferAmount { throw .message("Vault: poolAmount < buffer") }
    try move(afterFees, of: tokenOut, from: Holder.v1Vault, to: receiver)
    context.emit(
      .v1Swap, NamedFigure("tokenIn", .token(tokenIn)), NamedFigure("tokenOut", .token(tokenOut)),
      NamedFigure("amountIn", amountIn), NamedFigure("amountOut", amountOut),
      NamedFigure("amountOutAfterFees", afterFees), NamedFigure("feeBasisPoints", fee))
    return afterFees
  }

  /// Debt for tokens: the debt is rounded down after the fee in tokens.
  mutating func v1BuyUSDG(
    _ token: TokenID, amount: UInt256, _ context: inout ExecutionContext
  ) throws(Revert) -> UInt256 {
    guard let terms = v1Tokens[token] else { throw .vault(.buyTokenNotWhitelisted) }
    if amount.isZero { throw .vault(.buyTokenAmount) }
    try v1UpdateFundingRate(token, &context)
    let price = try v1Price(token, maximise: false, context)
    let usdg = try Self.v1Rescale(
      amount.times(price).over(V1Scale.dollar), from: terms.decimals, to: V1Scale.shareDecimals)
    if usdg.isZero { throw .vault(.buyUSDGAmount) }
    let fee = try v1MintBurnFee(token, usdg, increment: true)
    let afterFees = try v1CollectSwapFee(token, amount, fee)
    let minted = try Self.v1Rescale(
      afterFees.times(price).over(V1Scale.dollar), from: terms.decimals, to: V1Scale.shareDecimals)
    try v1IncreaseUSDG(token, minted)
    try v1IncreasePool(token, afterFees)
    var totals = v1Total
    totals.usdgSupply = try totals.usdgSupply.plus(minted)
    v1TotalsTable.set(0, totals)
    return minted
  }

  /// Tokens for debt, which the holder of the shares has. The fee is judged after the debt is gone.
  mutating func v1SellUSDG(
    _ token: TokenID, usdg: UInt256, to receiver: Address, _ context: inout ExecutionContext
  ) throws(Revert) -> UInt256 {
    guard let terms = v1Tokens[token] else { throw .vault(.sellTokenNotWhitelisted) }
    if usdg.isZero { throw .vault(.sellUSDGAmount) }
    try v1UpdateFundingRate(token, &context)
    let redeemed = try v1Redemption(token, usdg: usdg, terms, context)
    if redeemed.isZero { throw .vault(.redemptionAmount) }
    try v1DecreaseUSDG(token, usdg)
    try v1DecreasePool(token, redeemed)
    var totals = v1Total
    totals.usdgSupply = try totals.usdgSupply.minus(usdg)
    v1TotalsTable.set(0, totals)
    let fee = try v1MintBurnFee(token, usdg, increment: false)
    let amountOut = try v1CollectSwapFee(token, redeemed, fee)
    if amountOut.isZero { throw .vault(.sellAmountOut) }
    try move(amountOut, of: token, from: Holder.v1Vault, to: receiver)
    return amountOut
  }

  /// Tokens at the highest price for debt.
  private func v1Redemption(
    _ token: TokenID, usdg: UInt256, _ terms: V1Token, _ context: ExecutionContext
  ) throws(Revert) -> UInt256 {
    let price = try v1Price(token, maximise: true, context)
    return try Self.v1Rescale(
      usdg.times(V1Scale.dollar).over(price), from: V1Scale.shareDecimals, to: terms.decimals)
  }

  /// A gift to the pool, which makes its shares worth more.
  public mutating func v1DirectPoolDeposit(
    _ token: TokenID, amount: UInt256, from account: Address, _ context: inout ExecutionContext
  ) throws(Revert) {
    guard v1Tokens[token] != nil else { throw .vault(.directTokenNotWhitelisted) }
    if amount.isZero { throw .vault(.directTokenAmount) }
    try move(amount, of: token, from: account, to: Holder.v1Vault)
    try v1IncreasePool(token, amount)
  }

  /// A swap by the router: one hop or two, with a least amount out.
  public mutating func v1Swap(
    _ path: [TokenID], amountIn: UInt256, minOut: UInt256, from account: Address, _ context: inout ExecutionContext
  ) throws(Revert) -> UInt256 {
    guard path.count == 2 || path.count == 3 else { throw .message("Router: invalid _path.length") }
    try move(amountIn, of: path[0], from: account, to: Holder.v1Vault)
    var amount = amountIn
    for hop in 1..<path.count {
      let isLast = hop == path.count - 1
      amount = try v1VaultSwap(
        path[hop - 1], path[hop], amountIn: amount, to: isLast ? account : Holder.v1Vault, &context)
    }
    if amount < minOut { throw .message("Router: insufficient amountOut") }
    return amount
  }
}
