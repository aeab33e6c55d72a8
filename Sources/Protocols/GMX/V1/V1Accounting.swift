import Canonical
import Quantities
import StateStore

// The vault's counters with the contracts' checks. Rules GMX-153 to GMX-156.
extension GMXState {
  mutating func v1IncreasePool(_ token: TokenID, _ amount: UInt256) throws(Revert) {
    let held = balance(of: Holder.v1Vault, token)
    try v1Change(token) { (pool) throws(Revert) in
      pool.poolAmount = try pool.poolAmount.plus(amount)
      if held.isNegative || pool.poolAmount > held.magnitude { throw .vault(.invalidIncrease) }
    }
  }

  mutating func v1DecreasePool(_ token: TokenID, _ amount: UInt256) throws(Revert) {
    try v1Change(token) { (pool) throws(Revert) in
      pool.poolAmount = try pool.poolAmount.minus(amount, refusal: "Vault: poolAmount exceeded")
      if pool.reservedAmount > pool.poolAmount { throw .vault(.reserveExceedsPool) }
    }
  }

  mutating func v1IncreaseReserved(_ token: TokenID, _ amount: UInt256) throws(Revert) {
    try v1Change(token) { (pool) throws(Revert) in
      pool.reservedAmount = try pool.reservedAmount.plus(amount)
      if pool.reservedAmount > pool.poolAmount { throw .vault(.reserveExceedsPoolToReserve) }
    }
  }

  mutating func v1DecreaseReserved(_ token: TokenID, _ amount: UInt256) throws(Revert) {
    try v1Change(token) { (pool) throws(Revert) in
      pool.reservedAmount = try pool.reservedAmount.minus(amount, refusal: "Vault: insufficient reserve")
    }
  }

  mutating func v1IncreaseGuaranteed(_ token: TokenID, _ usd: UInt256) throws(Revert) {
    try v1Change(token) { (pool) throws(Revert) in pool.guaranteedUsd = try pool.guaranteedUsd.plus(usd) }
  }

  mutating func v1DecreaseGuaranteed(_ token: TokenID, _ usd: UInt256) throws(Revert) {
    try v1Change(token) { (pool) throws(Revert) in pool.guaranteedUsd = try pool.guaranteedUsd.minus(usd) }
  }

  mutating func v1IncreaseUSDG(_ token: TokenID, _ amount: UInt256) throws(Revert) {
    let most = v1Tokens[token]?.maxUSDGAmount ?? .zero
    try v1Change(token) { (pool) throws(Revert) in
      pool.usdgAmount = try pool.usdgAmount.plus(amount)
      if !most.isZero, pool.usdgAmount > most { throw .vault(.maxUSDGExceeded) }
    }
  }

  /// Stops at zero: debt may have come with other tokens.
  mutating func v1DecreaseUSDG(_ token: TokenID, _ amount: UInt256) throws(Revert) {
    try v1Change(token) { (pool) throws(Revert) in
      pool.usdgAmount = pool.usdgAmount <= amount ? .zero : try pool.usdgAmount.minus(amount)
    }
  }

  mutating func v1DecreaseShortSize(_ token: TokenID, _ size: UInt256) throws(Revert) {
    try v1Change(token) { (pool) throws(Revert) in
      pool.globalShortSize = size > pool.globalShortSize ? .zero : try pool.globalShortSize.minus(size)
    }
  }

  /// What is left of an amount after its fee; the fee stays with the vault. The amount is floored, the fee is the rest.
  mutating func v1CollectSwapFee(
    _ token: TokenID, _ amount: UInt256, _ basisPoints: UInt256
  ) throws(Revert) -> UInt256 {
    let left = try amount.times(V1Scale.basisPoints.minus(basisPoints)).over(V1Scale.basisPoints)
    let fee = try amount.minus(left)
    try v1Change(token) { (pool) throws(Revert) in pool.feeReserve = try pool.feeReserve.plus(fee) }
    return left
  }

  // MARK: Funding

  /// What a whole interval costs, in millionths; zero before one has passed. Rule GMX-154.
  func v1NextFundingRate(_ token: TokenID, _ context: ExecutionContext) throws(Revert) -> UInt256 {
    let settings = try v1Settings()
    let pool = v1Pool(token)
    let now = UInt256(context.time)
    if try pool.lastFundingTime.plus(settings.fundingInterval) > now { return .zero }
    let intervals = try now.minus(pool.lastFundingTime).over(settings.fundingInterval)
    if pool.poolAmount.isZero { return .zero }
    let isStable = v1Tokens[token]?.isStable ?? false
    let factor = isStable ? settings.stableFundingRateFactor : settings.fundingRateFactor
    return try factor.times(pool.reservedAmount).times(intervals).over(pool.poolAmount)
  }

  /// Whole intervals are charged; the first time only starts the clock.
  mutating func v1UpdateFundingRate(_ token: TokenID, _ context: inout ExecutionContext) throws(Revert) {
    let settings = try v1Settings()
    let now = UInt256(context.time)
    let floor = try now.over(settings.fundingInterval).times(settings.fundingInterval)
    let last = v1Pool(token).lastFundingTime
    if !last.isZero, try last.plus(settings.fundingInterval) > now { return }
    let rate = last.isZero ? UInt256.zero : try v1NextFundingRate(token, context)
    try v1Change(token) { (pool) throws(Revert) in
      pool.cumulativeFundingRate = try pool.cumulativeFundingRate.plus(rate)
      pool.lastFundingTime = floor
    }
    if last.isZero { return }
    context.emit(
      .v1FundingRateUpdated, NamedFigure("token", .token(token)),
      NamedFigure("fundingRate", v1Pool(token).cumulativeFundingRate))
  }
}
