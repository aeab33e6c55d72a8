public import Canonical
public import Quantities

// Rules DYDX-60 to DYDX-63: what a fill costs its two sides.
extension DYDXState {
  /// Index of the user's fee tier by the volumes of thirty days.
  public func feeTier(of user: Address) throws(ArithmeticError) -> Int {
    if isVault(user) { return parameters.feeTiers.count - 1 }
    let own = stats[user] ?? StatsRecord()
    let reached = try Fees.tier(
      parameters.feeTiers, takerVolume: own.taker, makerVolume: own.maker, globalVolume: counter(.globalTaker))
    guard affiliates.contains(user) else { return reached }
    return max(reached, min(parameters.revenue.refereeTier, parameters.feeTiers.count - 1))
  }

  /// Parts per million of a fill, negative for a rebate. `time` in Unix milliseconds.
  public func feePpm(
    of user: Address, isTaker: Bool, pair: UInt32, time: Int64
  ) throws(ArithmeticError) -> Int256 {
    let tier = parameters.feeTiers[try feeTier(of: user)]
    let discount = parameters.discounts.first {
      $0.pair == pair && $0.start <= time / 1_000 && time / 1_000 < $0.end
    }
    return try Fees.fee(
      isTaker ? tier.takerFeePpm : tier.makerFeePpm, chargePpm: discount?.chargePpm, stakingDiscountPpm: 0)
  }

  /// Takes the fees of a fill out of the pool: shares to their owners, the remainder to the fee collector. Shares and
  /// fees in quote quantums; a negative remainder is refused.
  public mutating func distributeFees(
    takerFee: Int256, makerFee: Int256, shares: [(recipient: Address, amount: Int256)], from pool: CollateralPool
  ) throws(MathematicsError) {
    var left = try computing { () throws(ArithmeticError) in try takerFee + makerFee }
    for share in shares where !share.amount.isZero {
      try move(share.amount, from: Purse.pool(pool), to: Purse.bank(share.recipient))
      left = try computing { () throws(ArithmeticError) in try left - share.amount }
    }
    guard !left.isNegative else { throw .refused(.totalFeesSharedExceedsNetFees) }
    if left.isZero { return }
    try move(left, from: Purse.pool(pool), to: Purse.fees)
    add(left, to: .fees)
  }
}
