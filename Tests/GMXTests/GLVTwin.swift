import BigInt
import GMX
import Quantities

/// A plain second writing of pools' values, deposits, withdrawals, shifts and vaults of market tokens, in whole numbers of
/// any size, from the reference's text alone. It looks at a market at the moment of its last accrual, so that nothing is
/// due since. Nil stands for any refusal.
enum GLVTwin {
  static let one = BigInt(10).power(30)
  static let wei = BigInt(10).power(18)

  static func apply(_ value: BigInt, _ factor: BigInt) -> BigInt { value * factor / one }

  /// A price for one smallest unit.
  struct Quote {
    var min: BigInt
    var max: BigInt

    var middle: BigInt { (min + max) / 2 }
    func pick(_ maximize: Bool) -> BigInt { maximize ? max : min }
  }

  /// Pairs are longs first, shorts second.
  struct Market {
    var isSingleToken = false
    var index: Quote
    var quotes: [Quote]
    /// Tokens of the pool; both places hold the same number where there is one token.
    var pools: [BigInt]
    var swapImpactPools: [BigInt]
    /// Of the pools that share one; nil without.
    var virtualInventory: [BigInt]?
    /// By side, then by collateral token.
    var openInterest: [[BigInt]]
    var openInterestInTokens: [[BigInt]]
    var cumulativeBorrowing: [BigInt]
    var totalBorrowing: [BigInt]
    var impactPool: BigInt
    var lentImpactPool: BigInt
    var supply: BigInt
    var borrowingReceiver: BigInt
    var swapReceiver: BigInt
    /// Limits of profits, by side.
    var profitLimitDeposits: [BigInt]
    var profitLimitWithdrawals: [BigInt]
    var reserveFactors: [BigInt]
    var lendableForWithdrawals: BigInt
    /// Fees when the balance improved, and when not.
    var depositFees: [BigInt]
    var withdrawalFeeWorse: BigInt
    /// Positive and negative.
    var swapImpactFactors: [BigInt]
    var swapImpactExponent: BigInt
    var maxPools: [BigInt]
    var maxPoolUsd: [BigInt]

    var divisor: BigInt { isSingleToken ? 2 : 1 }

    /// The pool of a side as it is read.
    func pool(_ side: Int) -> BigInt { pools[side] / divisor }

    mutating func add(_ amount: BigInt, to side: Int) {
      pools[side] += amount
      if isSingleToken { pools[1 - side] = pools[side] }
      guard let shared = virtualInventory else { return }
      virtualInventory?[side] = Swift.max(0, shared[side] + amount)
    }

    mutating func addImpact(_ amount: BigInt, to side: Int) {
      swapImpactPools[side] += amount
      if isSingleToken { swapImpactPools[1 - side] = swapImpactPools[side] }
    }

    private func sum(_ values: [[BigInt]], _ side: Int) -> BigInt {
      values[side][0] / divisor + values[side][1] / divisor
    }

    func interest(_ side: Int) -> BigInt { sum(openInterest, side) }
    func interestInTokens(_ side: Int) -> BigInt { sum(openInterestInTokens, side) }

    /// What a side has won (section 7.2).
    func profit(_ side: Int, maximize: Bool) -> BigInt {
      let size = interest(side)
      let tokens = interestInTokens(side)
      if size == 0 || tokens == 0 { return 0 }
      return side == 0 ? tokens * index.pick(maximize) - size : size - tokens * index.pick(!maximize)
    }

    /// Section 7.1.
    func value(limits: [BigInt], maximize: Bool) -> BigInt {
      let sides = [0, 1].map { pool($0) * quotes[$0].pick(maximize) }
      var total = sides[0] + sides[1]
      let due = [0, 1].map { apply(interest($0), cumulativeBorrowing[$0]) - totalBorrowing[$0] }
      total += apply(due[0] + due[1], one - borrowingReceiver)
      for side in 0...1 {
        let won = profit(side, maximize: !maximize)
        total -= won < 0 ? won : Swift.min(won, apply(sides[side], limits[side]))
      }
      total -= impactPool * index.pick(!maximize)
      return total + lentImpactPool * index.pick(maximize)
    }

    /// Profit at its larger price over the pool at the lowest (section 8).
    func exceedsProfit(_ limits: [BigInt]) -> Bool {
      [0, 1].contains { side in
        let won = profit(side, maximize: true)
        let usd = pool(side) * quotes[side].min
        return won > 0 && usd > 0 && won * one / usd > limits[side]
      }
    }

    func exceedsReserve(_ side: Int) -> Bool {
      let reserved = side == 0 ? interestInTokens(0) * index.max : interest(1)
      return reserved > apply(pool(side) * quotes[side].min, reserveFactors[side])
    }
  }

  // MARK: Impact, section 4

  static func power(_ value: BigInt, _ exponent: BigInt) -> BigInt {
    if value < one { return 0 }
    if exponent == one { return value }
    let scale = BigInt(10).power(12)
    let logarithm = log2(value / scale)
    let product = logarithm * (exponent / scale)
    let (quotient, remainder) = product.quotientAndRemainder(dividingBy: wei)
    return exp2(remainder * 2 >= wei ? quotient + 1 : quotient) * scale
  }

  static func log2(_ value: BigInt) -> BigInt {
    let whole = (value / wei).magnitude.bitWidth - 1
    var result = BigInt(whole) * wei
    var rest = value >> whole
    if rest == wei { return result }
    var delta = wei / 2
    while delta > 0 {
      rest = rest * rest / wei
      if rest >= 2 * wei {
        result += delta
        rest >>= 1
      }
      delta >>= 1
    }
    return result
  }

  /// Roots of two: 2^(2^-i) x 2^64, rounded to the nearest.
  static let roots: [BigInt] = {
    var roots: [BigInt] = []
    var root = BigInt(2) << 320
    for _ in 1...64 {
      root = BigInt((root << 320).magnitude.squareRoot())
      roots.append((root + (BigInt(1) << 255)) >> 256)
    }
    return roots
  }()

  static func exp2(_ value: BigInt) -> BigInt {
    let fixed = (value << 64) / wei
    var result = BigInt(1) << 191
    for bit in 0..<64 where (fixed >> (63 - bit)) & 1 == 1 { result = (result * roots[bit]) >> 64 }
    return (result * wei) >> (191 - Int(fixed >> 64))
  }

  /// Impact of a change of both sides, and whether it brought them nearer.
  private static func impact(
    _ before: [BigInt], _ deltas: [BigInt], _ market: Market
  ) -> (usd: BigInt, improved: Bool)? {
    let after = [before[0] + deltas[0], before[1] + deltas[1]]
    if after[0] < 0 || after[1] < 0 { return nil }
    let first = abs(before[0] - before[1])
    let next = abs(after[0] - after[1])
    let improved = next < first
    let negative = market.swapImpactFactors[1]
    let positive = min(market.swapImpactFactors[0], negative)
    let old = power(first, market.swapImpactExponent)
    let new = power(next, market.swapImpactExponent)
    if (before[0] <= before[1]) == (after[0] <= after[1]) {
      let factor = improved ? positive : negative
      let size = abs(apply(old, factor) - apply(new, factor))
      return (improved ? size : -size, improved)
    }
    return (apply(old, positive) - apply(new, negative), improved)
  }

  static func swapImpact(
    _ market: Market, _ deltas: [BigInt], includesVirtual: Bool
  ) -> (usd: BigInt, improved: Bool)? {
    let prices = market.quotes.map(\.middle)
    guard let own = impact([0, 1].map { market.pool($0) * prices[$0] }, deltas, market) else { return nil }
    guard own.usd < 0, includesVirtual, let shared = market.virtualInventory else { return own }
    guard let other = impact([0, 1].map { shared[$0] * prices[$0] }, deltas, market) else { return nil }
    return other.usd < own.usd ? other : own
  }

  // MARK: Deposits and withdrawals, sections 7.3 and 7.4

  static func marketTokens(_ usd: BigInt, value: BigInt, supply: BigInt) -> BigInt {
    supply == 0 ? (value + usd) / BigInt(10).power(12) : supply * usd / value
  }

  /// Tokens in, market tokens out; a shift pays no fee and looks at no shared inventory.
  static func deposit(_ market: inout Market, _ amounts: [BigInt], isShift: Bool) -> BigInt? {
    if market.exceedsProfit(market.profitLimitDeposits) || amounts == [0, 0] { return nil }
    let usd = [0, 1].map { amounts[$0] * market.quotes[$0].middle }
    guard let impact = swapImpact(market, usd, includesVirtual: !isShift) else { return nil }
    var minted = BigInt(0)
    for side in 0...1 where amounts[side] > 0 {
      let share = impact.usd * usd[side] / (usd[0] + usd[1])
      let factor = isShift ? 0 : market.depositFees[impact.improved ? 0 : 1]
      guard let leg = depositLeg(&market, side, amounts[side], share, factor) else { return nil }
      minted += leg
    }
    return minted
  }

  private static func depositLeg(
    _ market: inout Market, _ side: Int, _ amount: BigInt, _ share: BigInt, _ factor: BigInt
  ) -> BigInt? {
    let fee = apply(amount, factor)
    let forPool = fee - apply(fee, market.swapReceiver)
    var rest = amount - fee
    let value = market.value(limits: market.profitLimitDeposits, maximize: true)
    let supply = market.supply
    if value < 0 || value == 0 && supply > 0 { return nil }
    var minted = BigInt(0)
    if share > 0, supply > 0 {
      let other = 1 - side
      let gain = min(share / market.quotes[other].max, market.swapImpactPools[other])
      market.addImpact(-gain, to: other)
      minted += marketTokens(gain * market.quotes[other].max, value: value, supply: supply)
      market.add(gain, to: other)
      if market.pools[other] > market.maxPools[other] { return nil }
    } else if share < 0 {
      let price = market.quotes[side].min
      let loss = (-share + price - 1) / price
      market.addImpact(loss, to: side)
      rest -= loss
      if rest < 0 { return nil }
    }
    minted += marketTokens(rest * market.quotes[side].min, value: value, supply: supply)
    market.add(rest + forPool, to: side)
    if market.pool(side) * market.quotes[side].max > market.maxPoolUsd[side] { return nil }
    if market.pool(side) > market.maxPools[side] { return nil }
    market.supply += minted
    return minted
  }

  /// Market tokens in, both tokens out.
  static func withdraw(_ market: inout Market, _ tokens: BigInt, isShift: Bool) -> [BigInt]? {
    let value = market.value(limits: market.profitLimitWithdrawals, maximize: false)
    if value <= 0 || market.supply == 0 || tokens > market.supply { return nil }
    let usd = value * tokens / market.supply
    let sides = [0, 1].map { market.pool($0) * market.quotes[$0].max }
    if sides[0] + sides[1] == 0 { return nil }
    let gross = [0, 1].map { usd * sides[$0] / (sides[0] + sides[1]) / market.quotes[$0].max }
    var paid: [BigInt] = []
    for side in 0...1 {
      let fee = isShift ? 0 : apply(gross[side], market.withdrawalFeeWorse)
      market.add(-(gross[side] - (fee - apply(fee, market.swapReceiver))), to: side)
      if market.pools[side] < 0 { return nil }
      paid.append(gross[side] - fee)
    }
    let pool = market.pool(0) * market.quotes[0].min + market.pool(1) * market.quotes[1].min
    if market.lentImpactPool * market.index.max > apply(pool, market.lendableForWithdrawals) { return nil }
    if market.exceedsReserve(0) || market.exceedsReserve(1) { return nil }
    if market.exceedsProfit(market.profitLimitWithdrawals) { return nil }
    market.supply -= tokens
    return paid
  }

  // MARK: Shifts and vaults, sections 7.5 and 7.6

  static func shift(from: inout Market, to: inout Market, _ tokens: BigInt) -> BigInt? {
    guard let paid = withdraw(&from, tokens, isShift: true) else { return nil }
    return deposit(&to, paid, isShift: true)
  }

  /// What a vault's market tokens are worth.
  static func value(_ markets: [Market], _ balances: [BigInt], maximize: Bool) -> BigInt? {
    var total = BigInt(0)
    for (market, balance) in zip(markets, balances) {
      let value = market.value(limits: market.profitLimitDeposits, maximize: maximize)
      if value < 0 { return nil }
      if market.supply > 0 { total += value * balance / market.supply }
    }
    return total
  }

  /// Shares of the vault for market tokens that came in, the vault's own balances being those before. The market is as
  /// it is after the tokens were minted.
  static func shares(
    _ markets: [Market], _ balances: [BigInt], _ place: Int, received: BigInt, supply: BigInt
  ) -> BigInt? {
    let market = markets[place]
    if market.exceedsProfit(market.profitLimitWithdrawals) { return nil }
    guard let worth = value(markets, balances, maximize: true), market.supply > 0 else { return nil }
    let usd = market.value(limits: market.profitLimitDeposits, maximize: false) * received / market.supply
    if usd < 0 || supply > 0 && worth == 0 { return nil }
    return marketTokens(usd, value: worth, supply: supply)
  }

  /// Market tokens of the chosen market for shares of the vault.
  static func redeemed(
    _ markets: [Market], _ balances: [BigInt], _ place: Int, shares: BigInt, supply: BigInt
  ) -> BigInt? {
    guard let worth = value(markets, balances, maximize: false), supply > 0 else { return nil }
    let market = markets[place]
    let pool = market.value(limits: market.profitLimitWithdrawals, maximize: true)
    if pool <= 0 { return nil }
    return market.supply * (worth * shares / supply) / pool
  }

  /// What a vault's shift lost, as a factor; both amounts valued afterwards.
  static func loss(from: Market, sent: BigInt, to: Market, received: BigInt) -> BigInt? {
    if from.supply == 0 || to.supply == 0 { return nil }
    let out = from.value(limits: from.profitLimitDeposits, maximize: true) * sent / from.supply
    let back = to.value(limits: to.profitLimitDeposits, maximize: true) * received / to.supply
    if out <= 0 { return nil }
    return back >= out ? 0 : (out - back) * one / out
  }
}
