import Canonical
import Ledger
import Quantities
import StateStore
import VenueKit

/// Referrals, builders, and requests that are bought. Rules HL-55, HL-56, HL-77.
extension HyperliquidState {
  /// A code of 1 to 20 letters and digits as a key.
  static func key(ofCode code: String) -> Address? {
    let bytes = Array(code.utf8)
    guard (1...20).contains(bytes.count),
      bytes.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0) })
    else { return nil }
    return Address(bytes + [UInt8](repeating: 0, count: 20 - bytes.count))
  }

  mutating func registerReferrer(_ code: String, _ account: AccountID) throws(HyperliquidRefusal) {
    guard let key = Self.key(ofCode: code), (profiles[account]?.code ?? "").isEmpty else {
      throw .account(.codeInvalid)
    }
    guard !registry.value.referralCodes.contains(key) else { throw .account(.codeTaken) }
    let traded = tradedVolume(account)
    guard traded >= parameters.rewards.registerVolume else {
      throw .account(.codeVolume(required: parameters.rewards.registerVolume, traded: traded))
    }
    registry.value.referralCodes.set(key, Amount(Int128(account)))
    changeProfile(account) { $0.code = code }
  }

  mutating func setReferrer(_ code: String, _ account: AccountID) throws(HyperliquidRefusal) {
    guard let key = Self.key(ofCode: code), let found = registry.value.referralCodes[key] else {
      throw .account(.codeUnknown)
    }
    let referrer = AccountID(found.value)
    guard referrer != account else { throw .account(.codeOwn) }
    guard (profiles[account]?.referredBy ?? "").isEmpty else { throw .account(.codeSet) }
    let owner = address(referrer)
    changeProfile(account) { profile in
      profile.referredBy = code
      profile.referrer = owner
    }
    forgetFees(account)
  }

  /// The fee rates of the account and its sub-accounts are computed anew.
  mutating func forgetFees(_ account: AccountID) {
    derived.accounts[Int(account)].feeDay = -1
    for record in subAccountList(address(account)) {
      if let sub = self.account(record.address) { derived.accounts[Int(sub)].feeDay = -1 }
    }
  }

  /// Rewards of referrals and builders go to the perps' cross.
  mutating func claimRewards(_ actor: Address, _ account: AccountID) throws(HyperliquidRefusal) {
    let purse = LedgerAccount(actor, Purpose.rewards)
    let amount = balance(purse)
    guard amount > 0 else { throw .account(.rewardsNone) }
    move(amount, from: purse, to: crossPurse(account))
    changeProfile(account) { $0.claimed += amount }
  }

  // MARK: Builders

  /// `0.001%` in tenths of a basis point: 1. At most three decimals.
  static func builderRate(_ text: String) -> UInt64? {
    guard text.hasSuffix("%"), let parsed = try? parseDecimal(String(text.dropLast()), scale: 3), parsed >= 0 else {
      return nil
    }
    return UInt64(exactly: parsed)
  }

  mutating func approveBuilderFee(
    _ maximum: String, _ builder: Address, _ account: AccountID
  ) throws(HyperliquidRefusal) {
    let terms = parameters.rewards
    guard let rate = Self.builderRate(maximum), rate <= terms.builderMaximumSpot else { throw .account(.builderRate) }
    if rate == 0 {
      registry.value.builderFees.remove(Pair(account, builder))
      return
    }
    guard let known = self.account(builder), accountValue(known) >= terms.builderValue else {
      throw .account(.builderBalance)
    }
    if !registry.value.builderFees.contains(Pair(account, builder)),
      approvedBuilders(account).count >= terms.builderApprovals
    {
      throw .account(.builderLimit(terms.builderApprovals))
    }
    registry.value.builderFees.set(Pair(account, builder), Amount(Int128(rate)))
  }

  /// Builders that the account approved, ascending, with their greatest fees in tenths of a basis point.
  public func approvedBuilders(_ account: AccountID) -> [BuilderRecord] {
    var list: [BuilderRecord] = []
    registry.value.builderFees.forEachSorted { key, rate in
      if key.first == account { list.append(BuilderRecord(builder: key.second, fee: UInt64(rate.value))) }
    }
    return list
  }

  /// Rule HL-56: the builder of an order must have been approved for that much by the account or its master.
  func checkBuilder(_ fee: BuilderFee, _ account: AccountID, isSpot: Bool) throws(HyperliquidRefusal) {
    let most = isSpot ? parameters.rewards.builderMaximumSpot : parameters.rewards.builderMaximum
    guard fee.fee <= most else { throw .account(.builderRate) }
    var grantor = account
    let owner = accounts[address(account)]?.owner ?? .zero
    if owner != .zero, let master = self.account(owner) { grantor = master }
    let granted = registry.value.builderFees[Pair(grantor, fee.builder)].map { UInt64($0.value) } ?? 0
    guard fee.fee <= granted else { throw .account(.builderFee) }
  }

  // MARK: Requests

  static func weight(_ action: HyperliquidAction) -> UInt64 {
    switch action {
    case .order(let action): UInt64(max(1, action.orders.count))
    case .cancel(let requests): UInt64(max(1, requests.count))
    case .cancelByCloid(let requests): UInt64(max(1, requests.count))
    case .batchModify(let requests): UInt64(max(1, requests.count))
    default: 1
    }
  }

  /// Requests that the account may have sent in all. Rule HL-77.
  func requestCap(_ account: AccountID, isCancel: Bool) -> UInt64 {
    let limits = parameters.limits
    let volume = UInt64(clamping: min(tradedVolume(account) / 1_000_000, 100_000_000_000_000_000))
    let cap = limits.requests + volume + (usages[account]?.reserved ?? 0)
    return isCancel ? min(cap + limits.extraCancels, 2 * cap) : cap
  }

  /// Counts a request; beyond the cap one passes every ten seconds.
  mutating func countRequest(
    _ action: HyperliquidAction, _ account: AccountID, at time: Int64
  ) throws(HyperliquidRefusal) {
    if parameters.limits.requests == 0 { return }
    let isCancel =
      switch action {
      case .cancel, .cancelByCloid, .scheduleCancel: true
      default: false
      }
    var usage = usages[account] ?? UsageRecord()
    let weight = Self.weight(action)
    let cap = requestCap(account, isCancel: isCancel)
    let used = usage.used + weight
    if used > cap {
      guard time - usage.lastTime >= parameters.limits.slowMilliseconds else {
        throw .account(.requestLimit(used: used, cap: cap, volume: tradedVolume(account)))
      }
      usage.lastTime = time
    }
    usage.used = used
    usages.set(account, usage)
  }

  mutating func reserveWeight(
    _ weight: UInt64, _ destination: Address?, _ account: AccountID
  ) throws(HyperliquidRefusal) {
    guard weight > 0, weight <= 1_000_000_000 else { throw .account(.weightInvalid) }
    let receiver = destination.flatMap { self.account($0) } ?? account
    guard destination == nil || self.account(destination ?? .zero) != nil else { throw .destinationInvalid }
    let price = Money(weight) * parameters.limits.requestPrice
    let free = withdrawable(account)
    guard price <= free else { throw .transferBalance(free: free) }
    guard (usages[receiver]?.reserved ?? 0) <= 1_000_000_000_000_000_000 else {
      throw .account(.weightInvalid)
    }
    move(price, from: crossPurse(account), to: housePurse(Purpose.fees))
    usages.upsert(receiver, default: UsageRecord()) { $0.reserved += weight }
    touch(account)
  }

  /// Rule HL-19: a base, and one more for each part of volume.
  func openOrderLimit(_ account: AccountID) -> Int {
    let base = parameters.openOrdersMaximum
    let limits = parameters.limits
    if limits.openOrderVolume == 0 { return base }
    let more = Int(clamping: tradedVolume(account) / limits.openOrderVolume)
    return max(base, min(limits.openOrderCeiling, base + min(more, limits.openOrderCeiling)))
  }
}
