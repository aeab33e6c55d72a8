import Canonical
import Quantities

/// What a decrease pays out, and what is left of the collateral.
struct DecreaseValues {
  var executionPrice = UInt256.zero
  var remainingCollateral = UInt256.zero
  var basePnlUsd = Int256.zero
  var uncappedBasePnlUsd = Int256.zero
  var sizeDeltaInTokens = UInt256.zero
  var impactUsd = Int256.zero
  var impactDiffUsd = UInt256.zero
  var pendingImpactAmount = Int256.zero
  var pendingImpactUsd = Int256.zero
  var totalImpactUsd = Int256.zero
  var outputToken: TokenID
  var output = UInt256.zero
  var secondaryToken: TokenID
  var secondary = UInt256.zero
}

/// A decrease on its way through the payment waterfall. Rules GMX-67 and GMX-68.
struct Waterfall {
  let market: MarketRecord
  let prices: MarketPrices
  let collateral: Price
  let profitPrice: Price
  let position: Position
  let isInsolvencyAllowed: Bool
  var order: OrderRecord
  var values: DecreaseValues
  var fees = PositionFees()
  var fundingPaidUsd = UInt256.zero
  /// The cost at which the waterfall ended for want of money, as far as nobody paid it.
  var unpaidUsd = UInt256.zero
  /// The same where that cost was the position's loss.
  var unpaidLossUsd = UInt256.zero
}

extension GMXState {
  /// Pays everything that a decrease owes, in the contracts' order.
  mutating func runWaterfall(
    _ waterfall: inout Waterfall, isLiquidation: Bool, _ context: inout ExecutionContext
  ) throws(Revert) {
    let market = waterfall.market
    let sizeDelta = waterfall.order.sizeDeltaUsd
    let improved = try settleProfit(&waterfall)
    try swapProfit(&waterfall, &context)
    waterfall.values.remainingCollateral = waterfall.position.record.collateralAmount
    waterfall.fees = try positionFees(
      market, waterfall.position, waterfall.collateral, sizeDelta: sizeDelta, improved: improved,
      uiFeeReceiver: waterfall.order.uiFeeReceiver, isLiquidation: isLiquidation)
    if try payFunding(&waterfall, &context) { return }
    if try payLoss(&waterfall, &context) { return }
    if try payFees(&waterfall, &context) { return }
    if try payImpact(&waterfall, &context) { return }
    if try payImpactDifference(&waterfall, &context) { return }
    withdrawCollateral(&waterfall, &context)
  }

  /// Prices the decrease and takes profit and gains of impact out of the pool. Steps a to e.
  private mutating func settleProfit(_ waterfall: inout Waterfall) throws(Revert) -> Bool {
    let (market, prices, position) = (waterfall.market, waterfall.prices, waterfall.position)
    let sizeDelta = waterfall.order.sizeDeltaUsd
    let profit = try positionProfit(market, prices, position, sizeDelta: sizeDelta)
    waterfall.values.basePnlUsd = profit.usd
    waterfall.values.uncappedBasePnlUsd = profit.uncappedUsd
    waterfall.values.sizeDeltaInTokens = profit.sizeDeltaInTokens
    let execution = try executionPriceForDecrease(
      market, prices.index, sizeInUsd: position.record.sizeInUsd, sizeInTokens: position.record.sizeInTokens,
      sizeDelta: sizeDelta, sizeDeltaInTokens: profit.sizeDeltaInTokens,
      acceptable: waterfall.order.acceptablePrice, isLong: position.isLong)
    waterfall.values.executionPrice = execution.price
    waterfall.values.impactUsd = execution.impactUsd
    if profit.usd > .zero { try payOut(profit.usd.magnitude, &waterfall) }
    (waterfall.values.pendingImpactAmount, waterfall.values.pendingImpactUsd) = try pendingImpact(
      position.record.pendingImpactAmount, prices.index, sizeDelta: sizeDelta, size: position.record.sizeInUsd)
    let gross = try waterfall.values.pendingImpactUsd + execution.impactUsd
    (waterfall.values.totalImpactUsd, waterfall.values.impactDiffUsd) = try realizedImpact(
      market, prices, gross, sizeDelta: sizeDelta)
    let total = waterfall.values.totalImpactUsd
    if total > .zero {
      let taken = try Exact.divideUp(total.magnitude, prices.index.min)
      try addToImpactPool(market, -(taken.signed()))
      try payOut(total.magnitude, &waterfall)
    }
    return execution.improved
  }

  /// Pool tokens for dollars, at the highest price.
  private mutating func payOut(_ usd: UInt256, _ waterfall: inout Waterfall) throws(Revert) {
    let token = waterfall.values.secondaryToken
    let amount = try usd / waterfall.profitPrice.max
    try addToPool(waterfall.market, token, -(amount.signed()))
    if waterfall.values.outputToken == token {
      waterfall.values.output = try waterfall.values.output + amount
    } else {
      waterfall.values.secondary = try waterfall.values.secondary + amount
    }
  }

  /// The part of a position's waiting impact that a decrease realises; a loss is rounded up.
  func pendingImpact(
    _ pending: Int256, _ index: Price, sizeDelta: UInt256, size: UInt256
  ) throws(Revert) -> (amount: Int256, usd: Int256) {
    let part = try Exact.multiplyDivide(sizeDelta, pending, size, up: pending.isNegative)
    return (part, try impactUsd(part, index))
  }

  /// Limits of the impact that is paid now; a loss beyond them becomes claimable. Rule GMX-34.
  func realizedImpact(
    _ market: MarketRecord, _ prices: MarketPrices, _ gross: Int256, sizeDelta: UInt256
  ) throws(Revert) -> (total: Int256, difference: UInt256) {
    if gross.isNegative {
      let most = try Exact.apply(sizeDelta, maxPositionImpactFactor(market, isPositive: false))
      let floor = try -(most.signed())
      if gross < floor { return (floor, try (floor - gross).magnitude) }
      return (gross, .zero)
    }
    let byFactor = try cappedByFactor(market, gross, size: sizeDelta)
    return (try cappedByPool(market, prices, byFactor), .zero)
  }

  /// Step f: the profit becomes collateral where asked for; a swap that fails leaves it.
  private mutating func swapProfit(_ waterfall: inout Waterfall, _ context: inout ExecutionContext) throws(Revert) {
    if waterfall.values.secondary.isZero || waterfall.order.decreaseSwap != .profitToCollateral { return }
    let bank = Holder.market(waterfall.market.market)
    let request = SwapRequest(
      tokenIn: waterfall.values.secondaryToken, amountIn: waterfall.values.secondary,
      path: [waterfall.market.market], bank: bank, receiver: bank, uiFeeReceiver: waterfall.order.uiFeeReceiver)
    guard let result = trySwap(request, &context) else { return }
    waterfall.values.output = try waterfall.values.output + result.amount
    waterfall.values.secondary = .zero
  }

  mutating func trySwap(_ request: SwapRequest, _ context: inout ExecutionContext) -> SwapResult? {
    do throws(Revert) {
      return try attempt(&context) { (state, context) throws(Revert) in try state.swap(request, &context) }
    } catch {
      return nil
    }
  }

  // MARK: Costs, step g

  private mutating func payFunding(
    _ waterfall: inout Waterfall, _ context: inout ExecutionContext
  ) throws(Revert) -> Bool {
    let fee = waterfall.fees.funding.fundingFeeAmount
    let paid = try waterfall.pay(fee * waterfall.collateral.min)
    waterfall.fundingPaidUsd =
      paid.collateral &* waterfall.collateral.min &+ paid.secondary &* waterfall.profitPrice.min
    if !paid.secondary.isZero {
      try addClaimableCollateral(
        waterfall.market, waterfall.values.secondaryToken, Holder.holding, paid.secondary, &context)
    }
    if paid.collateral < fee {
      context.emit(
        .insufficientFundingFeePayment,
        [
          NamedFigure("token", .token(waterfall.position.key.collateralToken)),
          NamedFigure("expectedAmount", fee), NamedFigure("amountPaidInCollateralToken", paid.collateral),
          NamedFigure("amountPaidInSecondaryOutputToken", paid.secondary),
        ])
    }
    return try waterfall.stops(paid, at: "funding", &context)
  }

  private mutating func payLoss(
    _ waterfall: inout Waterfall, _ context: inout ExecutionContext
  ) throws(Revert) -> Bool {
    if !waterfall.values.basePnlUsd.isNegative { return false }
    let paid = try waterfall.pay(waterfall.values.basePnlUsd.magnitude)
    try creditPool(waterfall, paid)
    return try waterfall.stops(paid, at: "pnl", &context)
  }

  private mutating func creditPool(_ waterfall: Waterfall, _ paid: Payment) throws(Revert) {
    if !paid.collateral.isZero {
      try addToPool(waterfall.market, waterfall.position.key.collateralToken, paid.collateral)
    }
    if !paid.secondary.isZero {
      try addToPool(waterfall.market, waterfall.values.secondaryToken, paid.secondary)
    }
  }

  private mutating func payFees(
    _ waterfall: inout Waterfall, _ context: inout ExecutionContext
  ) throws(Revert) -> Bool {
    let fees = waterfall.fees
    let token = waterfall.position.key.collateralToken
    let paid = try waterfall.pay(fees.totalCostAmountExcludingFunding * waterfall.collateral.min)
    if paid.remainingUsd.isZero, paid.secondary.isZero {
      try addToPool(waterfall.market, token, fees.feeAmountForPool)
      try addClaimableFee(waterfall.market, token, fees.feeReceiverAmount)
      try addClaimableUIFee(waterfall.market, token, waterfall.order.uiFeeReceiver, fees.uiFeeAmount)
    } else {
      try creditPool(waterfall, paid)
      waterfall.fees = fees.emptied
    }
    return try waterfall.stops(paid, at: "fees", &context)
  }

  private mutating func payImpact(
    _ waterfall: inout Waterfall, _ context: inout ExecutionContext
  ) throws(Revert) -> Bool {
    if !waterfall.values.totalImpactUsd.isNegative { return false }
    let paid = try waterfall.pay(waterfall.values.totalImpactUsd.magnitude)
    let index = waterfall.prices.index
    try creditPool(waterfall, paid)
    if !paid.collateral.isZero {
      let tokens = try paid.collateral * waterfall.collateral.min / index.max
      try addToImpactPool(waterfall.market, tokens.signed())
    }
    if !paid.secondary.isZero {
      let tokens = try paid.secondary * waterfall.profitPrice.min / index.max
      try addToImpactPool(waterfall.market, tokens.signed())
    }
    return try waterfall.stops(paid, at: "impact", &context)
  }

  private mutating func payImpactDifference(
    _ waterfall: inout Waterfall, _ context: inout ExecutionContext
  ) throws(Revert) -> Bool {
    if waterfall.values.impactDiffUsd.isZero { return false }
    let paid = try waterfall.pay(waterfall.values.impactDiffUsd)
    let account = waterfall.order.account
    if !paid.collateral.isZero {
      try addClaimableCollateral(
        waterfall.market, waterfall.position.key.collateralToken, account, paid.collateral, &context)
    }
    if !paid.secondary.isZero {
      try addClaimableCollateral(
        waterfall.market, waterfall.values.secondaryToken, account, paid.secondary, &context)
    }
    return try waterfall.stops(paid, at: "diff", &context)
  }

  /// Step h.
  private func withdrawCollateral(_ waterfall: inout Waterfall, _ context: inout ExecutionContext) {
    let wanted = waterfall.order.initialCollateralDeltaAmount
    if !wanted.isZero, !waterfall.values.impactDiffUsd.isZero {
      let paid = waterfall.values.impactDiffUsd.quotient(by: waterfall.collateral.min)
      waterfall.order.withdraw(wanted > paid ? wanted &- paid : .zero, &context)
    }
    if waterfall.order.initialCollateralDeltaAmount > waterfall.values.remainingCollateral {
      waterfall.order.withdraw(waterfall.values.remainingCollateral, &context)
    }
    let amount = waterfall.order.initialCollateralDeltaAmount
    waterfall.values.remainingCollateral = waterfall.values.remainingCollateral &- amount
    waterfall.values.output = waterfall.values.output &+ amount
  }
}

extension UInt256 {
  /// The floor of a quotient by a price, which is never zero.
  fileprivate func quotient(by price: UInt256) -> UInt256 {
    (try? divided(by: price, rounding: .floor)) ?? .zero
  }
}

extension OrderRecord {
  mutating func withdraw(_ amount: UInt256, _ context: inout ExecutionContext) {
    context.emit(
      .orderCollateralDeltaAmountAutoUpdated,
      [
        NamedFigure("collateralDeltaAmount", initialCollateralDeltaAmount),
        NamedFigure("nextCollateralDeltaAmount", amount),
      ])
    initialCollateralDeltaAmount = amount
  }

  mutating func resize(_ size: UInt256, _ context: inout ExecutionContext) {
    context.emit(
      .orderSizeDeltaAutoUpdated, [NamedFigure("sizeDeltaUsd", sizeDeltaUsd), NamedFigure("nextSizeDeltaUsd", size)])
    sizeDeltaUsd = size
  }
}

/// How much of a cost was paid, and in what.
struct Payment {
  var collateral = UInt256.zero
  var secondary = UInt256.zero
  var remainingUsd = UInt256.zero
}

extension Waterfall {
  /// Pays a cost from the output, then the collateral, then the profit's token. Rule GMX-68.
  mutating func pay(_ costUsd: UInt256) throws(Revert) -> Payment {
    var payment = Payment()
    if costUsd.isZero { return payment }
    var left = try Exact.divideUp(costUsd, collateral.min)
    payment.collateral = try take(&left, from: \.output)
    if left.isZero { return payment }
    payment.collateral = try payment.collateral + take(&left, from: \.remainingCollateral)
    if left.isZero { return payment }
    let secondaryPrice = profitPrice.min
    var leftSecondary = try left * collateral.min / secondaryPrice
    payment.secondary = try take(&leftSecondary, from: \.secondary)
    payment.remainingUsd = try leftSecondary * secondaryPrice
    return payment
  }

  private mutating func take(
    _ left: inout UInt256, from purse: WritableKeyPath<DecreaseValues, UInt256>
  ) throws(Revert) -> UInt256 {
    let amount = min(left, values[keyPath: purse])
    left = left &- amount
    values[keyPath: purse] = values[keyPath: purse] &- amount
    return amount
  }

  /// Whether the waterfall ends here because a cost could not be paid; refuses where that is not allowed.
  mutating func stops(
    _ payment: Payment, at step: String, _ context: inout ExecutionContext
  ) throws(Revert) -> Bool {
    if payment.remainingUsd.isZero { return false }
    if !isInsolvencyAllowed {
      throw Revert(
        .insufficientFundsToPayForCosts, NamedFigure("remainingCostUsd", payment.remainingUsd),
        NamedFigure("step", step))
    }
    context.emit(.positionFeesInfo, fees.figures(sizeDelta: order.sizeDeltaUsd, isIncrease: false))
    context.emit(
      .insolventClose,
      [
        NamedFigure("positionCollateralAmount", position.record.collateralAmount),
        NamedFigure("remainingCostUsd", payment.remainingUsd), NamedFigure("basePnlUsd", values.basePnlUsd),
        NamedFigure("step", step),
      ])
    fees = fees.emptied
    unpaidUsd = payment.remainingUsd
    if step == "pnl" { unpaidLossUsd = payment.remainingUsd }
    return true
  }
}
