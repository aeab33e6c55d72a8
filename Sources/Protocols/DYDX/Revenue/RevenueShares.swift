import Canonical
import Quantities
import StateStore

// Rules DYDX-190 to DYDX-194: who shares in fees.
extension DYDXState {
  private static let affiliateWindow: Int64 = 30 * 86_400_000

  /// The parts of a fill's fees; none when fees do not exceed rebates, and none when the parts would exceed the fees.
  public func revenueShares(_ fill: FeeFill) throws(ArithmeticError) -> [RevenueShare] {
    let net = try fill.takerFee + fill.makerFee
    guard net > 0 else { return [] }
    var shares: [RevenueShare] = []
    var paid: Int256 = 0
    func add(_ kind: RevenueShare.Kind, _ recipient: Address, _ base: Int256, _ ppm: Int256) throws(ArithmeticError) {
      let amount = try Integers.partsPerMillion(base, ppm, rounding: .floor)
      guard amount > 0 else { return }
      shares.append(RevenueShare(kind: kind, recipient: recipient, amount: amount, ppm: ppm))
      paid = try paid + amount
    }
    if let router = fill.takerRouter, let ppm = orderRouters[router]?.value {
      try add(.takerRouter, router, min(fill.takerFee, net), Int256(ppm))
    }
    if let router = fill.makerRouter, let ppm = orderRouters[router]?.value {
      try add(.makerRouter, router, max(fill.makerFee, 0), Int256(ppm))
    }
    if shares.isEmpty, let share = try affiliateShare(fill) {
      shares.append(share)
      paid = try paid + share.amount
    }
    let rest = try net - paid
    if let mapper = revenue.marketMapper, let end = mapperEnds[fill.market]?.value,
      UInt64(clamping: fill.time / 1_000) < end
    {
      try add(.marketMapper, mapper.recipient, rest, mapper.sharePpm)
    }
    for share in revenue.unconditional { try add(.unconditional, share.recipient, rest, share.sharePpm) }
    return paid > net ? [] : shares
  }

  var revenue: RevenueParameters { parameters.revenue }

  /// The affiliate of a taker who still trades little, up to the limit of thirty days.
  private func affiliateShare(_ fill: FeeFill) throws(ArithmeticError) -> RevenueShare? {
    guard let affiliate = affiliates[fill.taker]?.address, fill.takerFee > 0,
      (stats[fill.taker]?.taker ?? 0) < Rewards.affiliateVolume
    else { return nil }
    let volume = referredVolumes[affiliate]?.value ?? 0
    guard let tier = revenue.affiliateTiers.last(where: { $0.referredVolume <= volume }) else { return nil }
    let earned = commission(of: fill.taker, time: fill.time)
    let left = max(0, try revenue.affiliateLimit - earned)
    let amount = min(left, try Integers.partsPerMillion(fill.takerFee, tier.sharePpm, rounding: .floor))
    guard amount > 0 else { return nil }
    return RevenueShare(kind: .affiliate, recipient: affiliate, amount: amount, ppm: tier.sharePpm)
  }

  private func commission(of referee: Address, time: Int64) -> Int256 {
    guard let record = commissions[referee], time - record.start < Self.affiliateWindow else { return 0 }
    return record.amount
  }

  /// Pays a fill's shares and keeps the rest for the protocol.
  mutating func shareFees(
    taker: Taker, maker: ClobOrder, _ match: SingleMatch, perpetual: UInt32, pool: CollateralPool, at time: MatchTime
  ) throws(MathematicsError) {
    var fill = FeeFill(
      taker: taker.subaccount.owner, maker: maker.key.subaccount.owner, takerFee: match.takerFee,
      makerFee: match.makerFee, quote: match.quote, makerRouter: maker.router,
      market: perpetuals[perpetual]?.market ?? 0, time: time.time)
    if case .order(let order) = taker { fill.takerRouter = order.router }
    let whole = fill
    let shares = try computing { () throws(ArithmeticError) in try revenueShares(whole) }
    try distributeFees(
      takerFee: fill.takerFee, makerFee: fill.makerFee, shares: shares.map { ($0.recipient, $0.amount) }, from: pool)
    do throws(ArithmeticError) {
      try noteShares(shares, of: fill)
    } catch {
      throw .arithmetic(error)
    }
  }

  /// Remembers what a fill's shares were: commissions, referred volume, and the weights of the block's rewards.
  public mutating func noteShares(_ shares: [RevenueShare], of fill: FeeFill) throws(ArithmeticError) {
    if let share = shares.first(where: { $0.kind == .affiliate }) {
      let earned = commission(of: fill.taker, time: fill.time)
      let start = earned.isZero ? fill.time : commissions[fill.taker]?.start ?? fill.time
      commissions.set(fill.taker, CommissionRecord(start: start, amount: try earned + share.amount))
    }
    for trader in [fill.taker, fill.maker] {
      guard let affiliate = affiliates[trader]?.address else { continue }
      let sum = try (referredVolumes[affiliate]?.value ?? 0) + fill.quote
      referredVolumes.set(affiliate, Amount(sum))
    }
    try noteRewards(shares, of: fill)
  }

  private mutating func noteRewards(_ shares: [RevenueShare], of fill: FeeFill) throws(ArithmeticError) {
    guard revenue.rewards != nil else { return }
    var ppm: Int256 = 0
    for share in shares where share.kind == .marketMapper || share.kind == .unconditional { ppm = try ppm + share.ppm }
    func routed(_ kind: RevenueShare.Kind) -> Int256 { shares.first { $0.kind == kind }?.amount ?? 0 }
    var lowest: Int256 = 0
    for tier in parameters.feeTiers { lowest = min(lowest, tier.makerFeePpm) }
    let weights = [
      (
        fill.taker,
        try Rewards.takerWeight(
          fee: fill.takerFee, fillQuote: fill.quote, lowestMakerPpm: lowest, volume: stats[fill.taker]?.taker ?? 0,
          routerShare: routed(.takerRouter), netRevenueSharePpm: ppm)
      ),
      (
        fill.maker,
        try Rewards.makerWeight(fee: fill.makerFee, routerShare: routed(.makerRouter), netRevenueSharePpm: ppm)
      ),
    ]
    for (owner, weight) in weights where weight > 0 {
      rewardWeights.set(owner, Amount(try (rewardWeights[owner]?.value ?? 0) + weight))
    }
  }
}
