import Canonical
import Quantities
import StateStore

// Positions of the vault. Rules GMX-161, GMX-162 and GMX-164.
extension GMXState {
  /// Rule GMX-161. The collateral is with the vault before.
  mutating func v1Increase(
    _ key: V1PositionKey, collateralIn: UInt256, sizeDelta: UInt256, _ context: inout ExecutionContext
  ) throws(Revert) {
    try v1ValidateTokens(key)
    let token = key.collateralToken
    try v1UpdateFundingRate(token, &context)
    var position = v1Positions[key] ?? V1Position()
    let price = try v1Price(key.indexToken, maximise: key.isLong, context)
    if position.size.isZero {
      position.averagePrice = price
    } else if !sizeDelta.isZero {
      let (hasProfit, delta) = try v1Delta(key, position, context)
      position.averagePrice = try Self.v1NextAverage(
        price: price, nextSize: position.size.plus(sizeDelta), delta: delta, adds: key.isLong == hasProfit)
    }
    let fee = try v1CollectMarginFees(
      token, sizeDelta: sizeDelta, size: position.size, entry: position.entryFundingRate, context)
    let collateralUsd = try v1Usd(token, amount: collateralIn, context)
    position.collateral = try position.collateral.plus(collateralUsd)
    if position.collateral < fee { throw .vault(.insufficientCollateralForFees) }
    position.collateral = try position.collateral.minus(fee)
    position.entryFundingRate = v1Pool(token).cumulativeFundingRate
    position.size = try position.size.plus(sizeDelta)
    position.lastIncreasedTime = context.time
    if position.size.isZero { throw .vault(.invalidPositionSize) }
    try v1Validate(size: position.size, collateral: position.collateral)
    _ = try v1Liquidation(key, position, raise: true, context)
    let reserve = try v1Tokens(token, usd: sizeDelta, fewest: false, context)
    position.reserveAmount = try position.reserveAmount.plus(reserve)
    v1Positions.set(key, position)
    try v1IncreaseReserved(token, reserve)
    if key.isLong {
      try v1IncreaseGuaranteed(token, sizeDelta.plus(fee))
      try v1DecreaseGuaranteed(token, collateralUsd)
      try v1IncreasePool(token, collateralIn)
      try v1DecreasePool(token, v1Tokens(token, usd: fee, fewest: true, context))
    } else {
      try v1GrowShorts(key.indexToken, price: price, sizeDelta: sizeDelta)
    }
    context.emitPosition(
      .v1PositionIncreased, key,
      [("collateralDelta", collateralUsd), ("sizeDelta", sizeDelta), ("price", price), ("fee", fee)])
  }

  /// The average entry of all shorts of a token.
  private mutating func v1GrowShorts(_ index: TokenID, price: UInt256, sizeDelta: UInt256) throws(Revert) {
    try v1Change(index) { (pool) throws(Revert) in
      if pool.globalShortSize.isZero {
        pool.globalShortAveragePrice = price
      } else {
        let average = pool.globalShortAveragePrice
        let delta = try pool.globalShortSize.times(average.distance(to: price)).over(average)
        pool.globalShortAveragePrice = try Self.v1NextAverage(
          price: price, nextSize: pool.globalShortSize.plus(sizeDelta), delta: delta, adds: average <= price)
      }
      pool.globalShortSize = try pool.globalShortSize.plus(sizeDelta)
    }
  }

  /// Rule GMX-162. Returns the tokens paid to the receiver.
  mutating func v1Decrease(
    _ key: V1PositionKey, collateralDelta: UInt256, sizeDelta: UInt256, to receiver: Address,
    _ context: inout ExecutionContext
  ) throws(Revert) -> UInt256 {
    let token = key.collateralToken
    try v1UpdateFundingRate(token, &context)
    var position = v1Positions[key] ?? V1Position()
    if position.size.isZero { throw .vault(.emptyPosition) }
    if position.size < sizeDelta { throw .vault(.positionSizeExceeded) }
    if position.collateral < collateralDelta { throw .vault(.positionCollateralExceeded) }
    let before = position.collateral
    let reserve = try position.reserveAmount.times(sizeDelta).over(position.size)
    position.reserveAmount = try position.reserveAmount.minus(reserve)
    try v1DecreaseReserved(token, reserve)
    let out = try v1ReduceCollateral(key, &position, collateralDelta: collateralDelta, sizeDelta: sizeDelta, context)
    if position.size != sizeDelta {
      position.entryFundingRate = v1Pool(token).cumulativeFundingRate
      position.size = try position.size.minus(sizeDelta)
      try v1Validate(size: position.size, collateral: position.collateral)
      _ = try v1Liquidation(key, position, raise: true, context)
      v1Positions.set(key, position)
      if key.isLong { try v1IncreaseGuaranteed(token, before.minus(position.collateral)) }
    } else {
      v1Positions.remove(key)
      if key.isLong { try v1IncreaseGuaranteed(token, before) }
    }
    if key.isLong {
      try v1DecreaseGuaranteed(token, sizeDelta)
    } else {
      try v1DecreaseShortSize(key.indexToken, sizeDelta)
    }
    let price = try v1Price(key.indexToken, maximise: !key.isLong, context)
    context.emitPosition(
      .v1PositionDecreased, key,
      [
        ("collateralDelta", collateralDelta), ("sizeDelta", sizeDelta), ("price", price),
        ("fee", try out.usd.minus(out.afterFee)),
      ])
    if out.usd.isZero { return .zero }
    if key.isLong { try v1DecreasePool(token, v1Tokens(token, usd: out.usd, fewest: true, context)) }
    let tokens = try v1Tokens(token, usd: out.afterFee, fewest: true, context)
    try move(tokens, of: token, from: Holder.v1Vault, to: receiver)
    return tokens
  }

  /// Fees, then the part's profit or loss, then what is withdrawn; dollars out before and after the fee.
  private mutating func v1ReduceCollateral(
    _ key: V1PositionKey, _ position: inout V1Position, collateralDelta: UInt256, sizeDelta: UInt256,
    _ context: ExecutionContext
  ) throws(Revert) -> (usd: UInt256, afterFee: UInt256) {
    let token = key.collateralToken
    let fee = try v1CollectMarginFees(
      token, sizeDelta: sizeDelta, size: position.size, entry: position.entryFundingRate, context)
    let (hasProfit, delta) = try v1Delta(key, position, context)
    let part = try sizeDelta.times(delta).over(position.size)
    var out = UInt256.zero
    if !part.isZero {
      let tokens = key.isLong ? UInt256.zero : try v1Tokens(token, usd: part, fewest: true, context)
      if hasProfit {
        out = part
        position.realisedPnl = position.realisedPnl &+ Int256(bitPattern: part)
        if !key.isLong { try v1DecreasePool(token, tokens) }
      } else {
        position.collateral = try position.collateral.minus(part)
        if !key.isLong { try v1IncreasePool(token, tokens) }
        position.realisedPnl = position.realisedPnl &- Int256(bitPattern: part)
      }
    }
    out = try out.plus(collateralDelta)
    position.collateral = try position.collateral.minus(collateralDelta)
    if position.size == sizeDelta {
      out = try out.plus(position.collateral)
      position.collateral = .zero
    }
    if out > fee { return (out, try out.minus(fee)) }
    position.collateral = try position.collateral.minus(fee)
    if key.isLong { try v1DecreasePool(token, v1Tokens(token, usd: fee, fewest: true, context)) }
    return (out, out)
  }

  /// Rule GMX-164. Overleveraged positions are closed for their owner; insolvent ones go to the pool, which pays the
  /// liquidation fee.
  mutating func v1LiquidateInVault(
    _ key: V1PositionKey, feeReceiver: Address, _ context: inout ExecutionContext
  ) throws(Revert) {
    let token = key.collateralToken
    try v1UpdateFundingRate(token, &context)
    guard let position = v1Positions[key] else { throw .vault(.emptyPositionToLiquidate) }
    let (state, fees) = try v1Liquidation(key, position, raise: false, context)
    if state == .healthy { throw .vault(.cannotBeLiquidated) }
    if state == .overleveraged {
      _ = try v1Decrease(key, collateralDelta: .zero, sizeDelta: position.size, to: key.account, &context)
      return
    }
    let feeTokens = try v1Tokens(token, usd: fees, fewest: true, context)
    try v1Change(token) { (pool) throws(Revert) in pool.feeReserve = try pool.feeReserve.plus(feeTokens) }
    try v1DecreaseReserved(token, position.reserveAmount)
    if key.isLong {
      try v1DecreaseGuaranteed(token, position.size.minus(position.collateral))
      try v1DecreasePool(token, feeTokens)
    } else {
      if fees < position.collateral {
        let rest = try position.collateral.minus(fees)
        try v1IncreasePool(token, v1Tokens(token, usd: rest, fewest: true, context))
      } else {
        let covered = try v1Tokens(token, usd: position.collateral, fewest: true, context)
        try v1Change(token) { (pool) throws(Revert) in
          pool.uncoveredFees = try pool.uncoveredFees.plus(feeTokens.minus(covered))
        }
      }
      try v1DecreaseShortSize(key.indexToken, position.size)
    }
    v1Positions.remove(key)
    let reward = try v1Tokens(token, usd: v1Settings().liquidationFeeUsd, fewest: true, context)
    try v1DecreasePool(token, reward)
    try move(reward, of: token, from: Holder.v1Vault, to: feeReceiver)
    context.emitPosition(
      .v1PositionLiquidated, key,
      [("size", position.size), ("collateral", position.collateral), ("marginFees", fees), ("reward", reward)])
  }
}

extension ExecutionContext {
  mutating func emitPosition(
    _ name: ContractEvent.Name, _ key: V1PositionKey, _ figures: [(name: String, value: UInt256)]
  ) {
    let head = [
      NamedFigure("account", .account(key.account)), NamedFigure("collateralToken", .token(key.collateralToken)),
      NamedFigure("indexToken", .token(key.indexToken)), NamedFigure("isLong", key.isLong),
    ]
    events.append(ContractEvent(name: name, figures: head + figures.map { NamedFigure($0.name, $0.value) }))
  }
}
