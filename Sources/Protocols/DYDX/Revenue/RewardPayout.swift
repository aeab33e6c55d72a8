import Quantities
import StateStore

// Rules DYDX-195 and DYDX-196.
extension DYDXState {
  /// Hands out the block's tokens in proportion to weights, each part floored, and forgets the weights (DYDX-195).
  public mutating func distributeRewards() {
    guard let rewards = revenue.rewards else { return }
    let owners = rewardWeights.sortedKeys()
    let weights = owners.map { rewardWeights[$0]?.value ?? 0 }
    for owner in owners { rewardWeights.remove(owner) }
    guard let tokens = try? tokens(for: weights, rewards), tokens.total > 0, tokens.weight > 0 else { return }
    for (owner, weight) in zip(owners, weights) {
      guard let part = try? Int256.multiplyDivide(tokens.total, weight, by: tokens.weight, rounding: .floor),
        part > 0, let whole = Int128(exactly: part)
      else { continue }
      // The parts sum to no more than the treasury holds.
      try? ledger.move(whole, asset: Purse.token, from: Purse.treasury, to: Purse.bank(owner))
    }
  }

  private func tokens(
    for weights: [Int256], _ rewards: RevenueParameters.Rewards
  ) throws(ArithmeticError) -> (total: Int256, weight: Int256) {
    var sum: Int256 = 0
    for weight in weights { sum = try sum + weight }
    guard let market = markets[rewards.market], let price = prices[rewards.market], price.value > 0 else {
      return (0, sum)
    }
    let worth = try Units.quoteToBase(
      try sum * rewards.multiplierPpm, atomicResolution: rewards.denominationExponent,
      at: MarketPrice(price: Int256(price.value), exponent: Int(market.exponent)))
    let wanted = try worth.divided(by: Integers.million, rounding: .floor)
    return (min(wanted, Int256(ledger.balance(of: Purse.treasury, asset: Purse.token))), sum)
  }

  /// A trader names who brought it, once and for good.
  public mutating func registerAffiliate(_ message: RegisterAffiliate) throws(DYDXRefusal) {
    guard let referee = Bech32Owner.address(message.referee), let affiliate = Bech32Owner.address(message.affiliate)
    else { throw .chain(.affiliateAddress, message.affiliate) }
    guard !affiliates.contains(referee) else { throw .chain(.affiliateExists, message.referee) }
    affiliates.set(referee, UserRecord(affiliate))
  }
}
