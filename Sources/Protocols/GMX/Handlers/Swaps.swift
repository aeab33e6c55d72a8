import Canonical
import Quantities

/// What a swap is part of; decides its fee.
public enum SwapPricing: UInt8, Sendable, CaseIterable {
  case swap = 0
  case shift = 1
  case atomicWithdrawal = 2
  case deposit = 3
  case withdrawal = 4
  case atomicSwap = 5
}

/// Fees of a swap, a deposit leg or a withdrawal leg, in the token that comes in. Rule GMX-54.
struct SwapFees {
  var feeReceiverAmount = UInt256.zero
  var feeAmountForPool = UInt256.zero
  var amountAfterFees = UInt256.zero
  var uiFeeReceiverFactor = UInt256.zero
  var uiFeeAmount = UInt256.zero
}

/// A way through markets.
struct SwapRequest {
  var tokenIn: TokenID
  var amountIn: UInt256
  var path: [MarketID]
  var minOutputAmount: UInt256 = .zero
  /// Who holds the tokens before, and who gets them after.
  var bank: Address
  var receiver: Address
  var uiFeeReceiver: Address
  var pricing: SwapPricing = .swap
}

struct SwapResult {
  var token: TokenID
  var amount: UInt256
}

// Rules GMX-54 to GMX-58.
extension GMXState {
  func uiFeeFactor(_ receiver: Address) -> UInt256 {
    min(setting(.uiFeeFactor, account: receiver), setting(.maxUIFeeFactor))
  }

  func swapFeeFactor(_ market: MarketRecord, _ pricing: SwapPricing, improved: Bool) -> UInt256 {
    switch pricing {
    case .swap: setting(.swapFeeFactor, market.market, flag: improved)
    case .shift: .zero
    case .atomicWithdrawal: setting(.atomicWithdrawalFeeFactor, market.market)
    case .deposit: setting(.depositFeeFactor, market.market, flag: improved)
    case .withdrawal: setting(.withdrawalFeeFactor, market.market, flag: improved)
    case .atomicSwap: setting(.atomicSwapFeeFactor, market.market)
    }
  }

  func swapFees(
    _ market: MarketRecord, _ amount: UInt256, improved: Bool, _ uiFeeReceiver: Address, _ pricing: SwapPricing
  ) throws(Revert) -> SwapFees {
    var fees = SwapFees()
    let fee = try Exact.apply(amount, swapFeeFactor(market, pricing, improved: improved))
    fees.feeReceiverAmount = try Exact.apply(fee, setting(.swapFeeReceiverFactor))
    fees.feeAmountForPool = try fee - fees.feeReceiverAmount
    fees.uiFeeReceiverFactor = uiFeeReceiver == .zero ? .zero : uiFeeFactor(uiFeeReceiver)
    fees.uiFeeAmount = try Exact.apply(amount, fees.uiFeeReceiverFactor)
    fees.amountAfterFees = try amount - fee - fees.uiFeeAmount
    return fees
  }

  /// A swap along its path; an amount of zero does nothing at all. Rule GMX-57.
  mutating func swap(_ request: SwapRequest, _ context: inout ExecutionContext) throws(Revert) -> SwapResult {
    var result = SwapResult(token: request.tokenIn, amount: request.amountIn)
    if request.amountIn.isZero { return result }
    guard let first = request.path.first else {
      if result.amount < request.minOutputAmount {
        throw Revert(
          .insufficientOutputAmount, NamedFigure("outputAmount", result.amount),
          NamedFigure("minOutputAmount", request.minOutputAmount))
      }
      try move(result.amount, of: result.token, from: request.bank, to: request.receiver)
      return result
    }
    try move(result.amount, of: result.token, from: request.bank, to: Holder.market(first))
    for (index, id) in request.path.enumerated() {
      if request.path[..<index].contains(id) {
        throw Revert(.duplicatedMarketInSwapPath, NamedFigure("market", UInt64(id)))
      }
      let isLast = index + 1 == request.path.count
      let receiver = isLast ? request.receiver : Holder.market(request.path[index + 1])
      result = try hop(try market(id), result, receiver, request, &context)
    }
    if result.amount < request.minOutputAmount {
      throw Revert(
        .insufficientSwapOutputAmount, NamedFigure("outputAmount", result.amount),
        NamedFigure("minOutputAmount", request.minOutputAmount))
    }
    return result
  }

  /// One market of a path. Rule GMX-56.
  private mutating func hop(
    _ market: MarketRecord, _ input: SwapResult, _ receiver: Address, _ request: SwapRequest,
    _ context: inout ExecutionContext
  ) throws(Revert) -> SwapResult {
    if input.token != market.longToken && input.token != market.shortToken {
      throw Revert(
        .invalidTokenIn, NamedFigure("tokenIn", .token(input.token)), NamedFigure("market", UInt64(market.market)))
    }
    try validateEnabled(market)
    if market.isSingleToken { throw Revert(.invalidSwapMarket, NamedFigure("market", UInt64(market.market))) }
    let isLongIn = input.token == market.longToken
    let tokenOut = market.side(isLong: !isLongIn)
    let prices = try context.oracle.prices(of: market)
    let priceIn = prices.side(isLong: isLongIn)
    let priceOut = prices.side(isLong: !isLongIn)
    let usd = try (input.amount * priceIn.middle).signed()
    let (impact, improved) = try swapImpact(
      market, input.token, tokenOut, priceIn.middle, priceOut.middle, usd, -usd, includesVirtual: true)
    let fees = try swapFees(market, input.amount, improved: improved, request.uiFeeReceiver, request.pricing)
    try addClaimableFee(market, input.token, fees.feeReceiverAmount)
    try addClaimableUIFee(market, input.token, request.uiFeeReceiver, fees.uiFeeAmount)
    var amountIn = fees.amountAfterFees
    var amountOut: UInt256
    var poolAmountOut: UInt256
    var impactAmount: Int256
    var impactAmountIn = Int256.zero
    if impact > .zero {
      let capped: UInt256
      (impactAmount, capped) = try applySwapImpact(market, tokenOut, priceOut, impact)
      if !capped.isZero {
        impactAmountIn = try applySwapImpact(market, input.token, priceIn, capped.signed()).amount
        amountIn = try amountIn + impactAmountIn.unsigned()
      }
      poolAmountOut = try amountIn * priceIn.min / priceOut.max
      amountOut = try poolAmountOut + impactAmount.unsigned()
    } else {
      impactAmount = try applySwapImpact(market, input.token, priceIn, impact).amount
      if fees.amountAfterFees <= impactAmount.magnitude {
        throw Revert(
          .swapPriceImpactExceedsAmountIn, NamedFigure("amountAfterFees", fees.amountAfterFees),
          NamedFigure("negativeImpactAmount", impactAmount))
      }
      amountIn = try amountIn - impactAmount.magnitude
      poolAmountOut = try amountIn * priceIn.min / priceOut.max
      amountOut = poolAmountOut
    }
    try move(amountOut, of: tokenOut, from: Holder.market(market.market), to: receiver)
    try addToPool(market, input.token, amountIn + fees.feeAmountForPool)
    try addToPool(market, tokenOut, -(poolAmountOut.signed()))
    try validatePoolAmount(market, input.token)
    try validateReserve(market, prices, isLong: !isLongIn)
    try validateMaxProfit(
      market, prices, longs: isLongIn ? .deposits : .withdrawals, shorts: isLongIn ? .withdrawals : .deposits)
    context.emit(
      .swapInfo,
      [
        NamedFigure("tokenIn", .token(input.token)), NamedFigure("tokenOut", .token(tokenOut)),
        NamedFigure("tokenInPrice", priceIn.min), NamedFigure("tokenOutPrice", priceOut.max),
        NamedFigure("amountIn", input.amount), NamedFigure("amountInAfterFees", fees.amountAfterFees),
        NamedFigure("amountOut", amountOut), NamedFigure("priceImpactUsd", impact),
        NamedFigure("priceImpactAmount", impactAmount), NamedFigure("tokenInPriceImpactAmount", impactAmountIn),
      ])
    context.emit(fees, input.token, priceIn.min, .swap)
    return SwapResult(token: tokenOut, amount: amountOut)
  }
}

/// The contracts' names of what a fee was taken for.
enum SwapFeeType: String {
  case swap = "0x7ad0b6f464d338ea140ff9ef891b4a69cf89f107060a105c31bb985d9e532214"
  case deposit = "0x39226eb4fed85317aa310fa53f734c7af59274c49325ab568f9c4592250e8cc5"
  case withdrawal = "0xda1ac8fcb4f900f8ab7c364d553e5b6b8bdc58f74160df840be80995056f3838"
}

extension ExecutionContext {
  mutating func emit(_ fees: SwapFees, _ token: TokenID, _ price: UInt256, _ type: SwapFeeType) {
    emit(
      .swapFeesCollected,
      [
        NamedFigure("token", .token(token)), NamedFigure("tokenPrice", price),
        NamedFigure("feeReceiverAmount", fees.feeReceiverAmount),
        NamedFigure("feeAmountForPool", fees.feeAmountForPool),
        NamedFigure("amountAfterFees", fees.amountAfterFees),
        NamedFigure("uiFeeReceiverFactor", fees.uiFeeReceiverFactor), NamedFigure("uiFeeAmount", fees.uiFeeAmount),
        NamedFigure("swapFeeType", type.rawValue),
      ])
  }
}
