import Canonical
import Quantities
import StateStore

// What the proposer brings in, and money across the bridge. Rules GMX-110 to GMX-115.
extension GMXState {
  // MARK: Prices

  /// Lowest and highest prices of tokens, each token once and in order, not from the future and not older than what is
  /// known. Rule GMX-110.
  mutating func setPrices(_ list: [TokenPrice], _ context: ExecutionContext) throws(GMXRefusal) {
    var last: TokenID = 0
    for price in list {
      guard roster.token(price.token) != nil else { throw .tokenUnknown(price.token) }
      guard price.token > last else { throw .pricesUnordered(price.token) }
      last = price.token
      let record = price.record
      guard !record.min.isZero, record.min <= record.max else { throw .pricesInvalid(price.token) }
      guard record.timestamp <= context.time else {
        throw .priceFromFuture(price.token, timestamp: record.timestamp, now: context.time)
      }
      if let known = prices[price.token]?.timestamp, record.timestamp < known {
        throw .priceOutdated(price.token, timestamp: record.timestamp, known: known)
      }
    }
    for price in list {
      prices.set(price.token, price.record)
      derived.set(price.token, price.record)
    }
    if !seeds.isEmpty { sowSeeds(context) }
  }

  /// The prices that an execution in these markets brings, with the least and greatest of their times.
  func oracle(_ ids: [MarketID]) -> OraclePrices {
    var oldest = UInt64.max
    var newest: UInt64 = 0
    for id in ids {
      guard let market = markets[id] else { continue }
      for token in [market.indexToken, market.longToken, market.shortToken] where Int(token) < derived.timestamps.count
      {
        let time = derived.timestamps[Int(token)]
        if derived.prices[Int(token)].min.isZero { continue }
        oldest = min(oldest, time)
        newest = max(newest, time)
      }
    }
    return OraclePrices(prices: derived.prices, minTimestamp: min(oldest, newest), maxTimestamp: newest)
  }

  /// The middle price of a token by which flows are valued; the held price, or zero, before the first observation.
  func valuation(_ token: TokenID) -> UInt256 {
    if Int(token) < derived.prices.count, let middle = try? derived.prices[Int(token)].middle, !middle.isZero {
      return middle
    }
    return roster.token(token)?.heldPrice ?? .zero
  }

  // MARK: First liquidity

  /// A market's first liquidity comes in as soon as its tokens have prices; its market tokens are worth a dollar each
  /// and stay with the founder. Rule GMX-114.
  private mutating func sowSeeds(_ context: ExecutionContext) {
    for id in seeds.sortedKeys() {
      guard let seed = seeds[id], let market = markets[id], let prices = try? oracle([id]).prices(of: market) else {
        continue
      }
      var attempted = context
      // A seed too large for its prices waits for others.
      _ = try? attempt(&attempted) { (state, context) throws(Revert) in
        try state.sow(seed, market, prices, context.time)
      }
    }
  }

  private mutating func sow(
    _ seed: SeedRecord, _ market: MarketRecord, _ prices: MarketPrices, _ time: UInt64
  ) throws(Revert) {
    let bank = Holder.market(market.market)
    for (isLong, amount) in [(true, seed.longAmount), (false, seed.shortAmount)] where !amount.isZero {
      let token = market.side(isLong: isLong)
      try bringIn(amount, of: token, for: Holder.founder, to: bank)
      try addToPool(market, token, amount)
    }
    if !seed.positionImpactPool.isZero {
      set(StoreKey(.positionImpactPoolAmount, market.market), to: seed.positionImpactPool)
    }
    let value = try poolValue(market, prices, .deposits, maximize: true, time: time).poolValue
    if value.isNegative { throw Revert(.invalidPoolValueForDeposit, NamedFigure("poolValue", value)) }
    try mint(market, value.magnitude / Exact.trillion, to: Holder.founder)
    var flow = FlowRecord()
    flow.deposits = value.magnitude
    poolFlows.set(market.market, flow)
    seeds.remove(market.market)
  }

  // MARK: The bridge

  /// The most that one deposit brings: 2^128 smallest units.
  static let depositMaximum = UInt256(low: 0, high: 1)

  mutating func deposit(_ amount: UInt256, of token: TokenID, to account: Address) throws(GMXRefusal) {
    guard roster.token(token) != nil else { throw .tokenUnknown(token) }
    if Holder.isHouse(account) { throw .houseAccount(account) }
    if amount.isZero { throw .amountZero }
    if amount > Self.depositMaximum { throw .amountTooLarge(amount, largest: Self.depositMaximum) }
    try reverting { (state) throws(Revert) in try state.bringIn(amount, of: token, for: account, to: account) }
  }

  /// Counts a deposit and puts it where it belongs. Rule GMX-112.
  private mutating func bringIn(
    _ amount: UInt256, of token: TokenID, for account: Address, to holder: Address
  ) throws(Revert) {
    let usd = try amount * valuation(token)
    var flow = tokenFlows[token] ?? FlowRecord()
    flow.deposits = try flow.deposits + amount
    tokenFlows.set(token, flow)
    var own = accountFlows[account] ?? FlowRecord()
    own.deposits = try own.deposits + usd
    accountFlows.set(account, own)
    try add(usd, to: .deposits)
    setBalance(of: holder, token, to: try balance(of: holder, token) + amount.signed())
  }

  /// Takes tokens out of the venue.
  mutating func withdraw(_ amount: UInt256, of token: TokenID, from account: Address) throws(GMXRefusal) {
    guard roster.token(token) != nil else { throw .tokenUnknown(token) }
    if amount.isZero { throw .amountZero }
    let held = balance(of: account, token)
    if held.isNegative || held.magnitude < amount {
      throw .insufficientBalance(amount, held: held.isNegative ? .zero : held.magnitude)
    }
    try reverting { (state) throws(Revert) in
      let usd = try amount * state.valuation(token)
      var flow = state.tokenFlows[token] ?? FlowRecord()
      flow.withdrawals = try flow.withdrawals + amount
      state.tokenFlows.set(token, flow)
      var own = state.accountFlows[account] ?? FlowRecord()
      own.withdrawals = try own.withdrawals + usd
      state.accountFlows.set(account, own)
      try state.add(usd, to: .withdrawals)
      state.setBalance(of: account, token, to: try held - amount.signed())
    }
  }

  // MARK: Settings, roles, referrals

  /// Rule GMX-116.
  mutating func change(setting key: StoreKey, to value: UInt256) throws(GMXRefusal) {
    try SettingRules(self).validate(key, value)
    if value.isZero { settings.remove(key) } else { settings.set(key, value) }
    derived.set(key, value)
  }

  /// Everybody, where the zero address holds the role. Rule GMX-111.
  func holds(_ role: KeeperRole, _ account: Address) -> Bool {
    roles.contains(Pair(account, role.rawValue)) || roles.contains(Pair(.zero, role.rawValue))
  }

  func demand(_ role: KeeperRole, of account: Address) throws(GMXRefusal) {
    if !holds(role, account) { throw .unauthorized(account, role) }
  }

  mutating func change(_ role: KeeperRole, of account: Address, isHeld: Bool) {
    if isHeld {
      roles.set(Pair(account, role.rawValue), Mark())
    } else {
      roles.remove(Pair(account, role.rawValue))
    }
  }

  mutating func change(referralOf trader: Address, to record: ReferralRecord) throws(GMXRefusal) {
    for (name, value) in [("totalRebate", record.totalRebate), ("discountShare", record.discountShare)]
    where value > 10_000 {
      throw .settingOutOfRange(name: name, value: UInt256(value), largest: 10_000)
    }
    if record.affiliate == .zero { referrals.remove(trader) } else { referrals.set(trader, record) }
  }

  // MARK: Counters

  func counter(_ counter: Counter) -> Int256 { counters[counter.rawValue] ?? .zero }

  mutating func set(_ counter: Counter, to value: Int256) {
    if value.isZero { counters.remove(counter.rawValue) } else { counters.set(counter.rawValue, value) }
  }

  mutating func add(_ amount: UInt256, to counter: Counter) throws(Revert) {
    if !amount.isZero { set(counter, to: try self.counter(counter) + amount.signed()) }
  }

  /// Statistics do not stop an action: a sum beyond its range stays where it is.
  mutating func note(_ amount: Int256, in counter: Counter) {
    if amount.isZero { return }
    let (sum, overflow) = self.counter(counter).addingReportingOverflow(amount)
    if !overflow { set(counter, to: sum) }
  }

  mutating func note(_ amount: UInt256, in counter: Counter) {
    if let signed = Int256(exactly: amount) { note(signed, in: counter) }
  }

  mutating func nextRequest() -> UInt64 {
    let next = counter(.nextRequest) &+ .one
    set(.nextRequest, to: next)
    return next.bitPattern.word0
  }

  /// What the waterfall of losses and the fees are told from. Rules GMX-120 to GMX-123.
  mutating func count(_ context: ExecutionContext) {
    for provision in context.provisions {
      poolFlows.upsert(provision.market, default: FlowRecord()) { flow in
        if provision.isDeposit {
          flow.deposits = flow.deposits &+ provision.usd
        } else {
          flow.withdrawals = flow.withdrawals &+ provision.usd
        }
      }
    }
    for change in context.changes {
      note(change.receiverUsd, in: .fees)
      note(change.fundingUsd, in: .fundingPaid)
      note(change.borrowingUsd, in: .borrowingPaid)
      if change.isIncrease { continue }
      let unpaid = Int256(exactly: change.unpaidLossUsd) ?? .zero
      note(change.profitUsd &+ unpaid, in: .paidToTraders)
      note(change.unpaidUsd, in: .unpaid)
      let forgone = change.uncappedProfitUsd &- change.profitUsd
      if change.isADL {
        note(Int256.one, in: .deleveragings)
        note(forgone, in: .forgoneByDeleveraged)
      } else if change.orderType == .liquidation {
        note(Int256.one, in: .liquidations)
        if change.profitUsd.isNegative { note(change.profitUsd.magnitude, in: .lossOfLiquidated) }
      } else {
        note(forgone, in: .forgoneByClosed)
      }
    }
  }

  // MARK: Execution fees

  /// What a keeper will be paid, taken when a request is made. Rule GMX-113.
  mutating func takeExecutionFee(for id: UInt64, from account: Address) throws(Revert) {
    let amount = setting(.executionFeeAmount)
    if amount.isZero { return }
    let token = TokenID(truncatingIfNeeded: setting(.executionFeeToken).word0)
    try move(amount, of: token, from: account, to: Holder.orderVault)
    executionFees.set(id, ExecutionFeeRecord(token: token, amount: amount))
  }

  mutating func payExecutionFee(of id: UInt64, to keeper: Address) throws(Revert) {
    guard let fee = executionFees.remove(id) else { return }
    try move(fee.amount, of: fee.token, from: Holder.orderVault, to: keeper)
  }

  mutating func returnExecutionFee(of id: UInt64, to account: Address) throws(Revert) {
    try payExecutionFee(of: id, to: account)
  }
}
