import Quantities
import StateStore

extension HyperliquidState {
  static let dayMilliseconds: Int64 = 86_400_000
  /// Places for daily records; more than the 14 days that count.
  static let volumeSlots: Int64 = 16

  static func day(_ time: Int64) -> Int64 { time / dayMilliseconds }
  static func slot(_ day: Int64) -> UInt8 { UInt8(day % volumeSlots) }

  /// `notional * rate / 10^7`, cut to 10^-6 USDC, so that fees and rebates are both rounded toward zero. Rule HL-53.
  /// 10,000 USDC at 0.045 %: 4.5 USDC.
  static func fee(_ notional: Money, rate: Int64) -> Money {
    divide(notional * Money(rate), by: 10_000_000, .truncation)
  }

  /// The account's fee rates of the day, from the volumes of the fourteen days before it. Rules HL-51 and HL-52.
  mutating func feeRates(_ account: AccountID, at time: Int64) -> (taker: Int64, maker: Int64) {
    if derived.accounts[Int(account)].feeDay != Self.day(time) { rememberFeeRates(account, at: time) }
    return (derived.accounts[Int(account)].takerRate, derived.accounts[Int(account)].makerRate)
  }

  mutating func spotFeeRates(_ account: AccountID, at time: Int64) -> (taker: Int64, maker: Int64) {
    if derived.accounts[Int(account)].feeDay != Self.day(time) { rememberFeeRates(account, at: time) }
    return (derived.accounts[Int(account)].spotTakerRate, derived.accounts[Int(account)].spotMakerRate)
  }

  private mutating func rememberFeeRates(_ account: AccountID, at time: Int64) {
    let day = Self.day(time)
    let rates = computedFeeRates(account, day: day)
    derived.accounts[Int(account)].feeDay = day
    derived.accounts[Int(account)].takerRate = rates.taker
    derived.accounts[Int(account)].makerRate = rates.maker
    derived.accounts[Int(account)].spotTakerRate = rates.spotTaker
    derived.accounts[Int(account)].spotMakerRate = rates.spotMaker
  }

  /// A user with its sub-accounts and dex accounts: their volumes count together. A vault stands alone.
  func feeGroup(_ account: AccountID) -> (head: AccountID, members: [AccountID]) {
    var head = account
    // A dex account belongs to whoever stands in the dex, which may itself be a sub-account.
    for _ in 0..<2 {
      let record = accounts[address(head)]
      guard let record, record.kind == .subAccount || record.kind == .dex, let owner = self.account(record.owner) else {
        break
      }
      head = owner
    }
    var members = [head]
    for sub in subAccountList(address(head)) { if let sub = self.account(sub.address) { members.append(sub) } }
    if !parameters.dexs.isEmpty {
      for member in members {
        for dex in parameters.dexs { if let own = dexAccount(member, dex.index) { members.append(own) } }
      }
    }
    return (head, members)
  }

  func computedFeeRates(_ account: AccountID, day: Int64) -> FeeTier {
    let group = feeGroup(account)
    let profile = profiles[group.head]
    // Who never traded has the first tier and no share of the makers' volume.
    if profile == nil, group.members.allSatisfy({ derived.accounts[Int($0)].volumeDay < 0 }) {
      return parameters.feeTiers[0]
    }
    var volume: Money = 0
    var makerVolume: Money = 0
    var exchange: Money = 0
    for slot in 0..<UInt8(Self.volumeSlots) {
      for member in group.members {
        if let record = volumes[Pair(member, slot)], record.day < day, record.day >= day - 14 {
          volume += record.taker + record.maker
          makerVolume += record.maker
        }
      }
      if let record = dailyMakerVolumes[slot], record.day < day, record.day >= day - 14 { exchange += record.maker }
    }
    var rates = parameters.feeTiers[0]
    for next in parameters.feeTiers where volume > next.volume { rates = next }
    for rebate in parameters.rebateTiers where exchange > 0 && makerVolume * 1_000_000 > exchange * Money(rebate.share)
    {
      rates.maker = rebate.maker
      rates.spotMaker = rebate.maker
    }
    if let profile { discount(&rates, profile, account, day: day) }
    return rates
  }

  /// Rule HL-55: what stake and referral take off positive rates, each rounded down to 10^-7. The referral's holds for
  /// users alone, up to a volume that is looked at once a day.
  private func discount(_ rates: inout FeeTier, _ profile: ProfileRecord, _ account: AccountID, day: Int64) {
    var factor: Int64 = 1_000_000 - stakingDiscount(profile.stake)
    let isUser = derived.accounts[Int(account)].kind == .user
    if isUser, profile.referrer != .zero, volumeBefore(account, day: day) < parameters.rewards.referralVolume {
      factor = factor * (1_000_000 - parameters.rewards.referralDiscount) / 1_000_000
    }
    func less(_ rate: Int64) -> Int64 { rate <= 0 ? rate : rate * factor / 1_000_000 }
    rates.taker = less(rates.taker)
    rates.maker = less(rates.maker)
    rates.spotTaker = less(rates.spotTaker)
    rates.spotMaker = less(rates.spotMaker)
  }

  /// Millionths.
  public func stakingDiscount(_ stake: UInt64) -> Int64 {
    var discount: Int64 = 0
    for tier in parameters.rewards.stakingTiers where stake > tier.above { discount = tier.discount }
    return discount
  }

  /// What was traded before this day.
  private func volumeBefore(_ account: AccountID, day: Int64) -> Money {
    let newest = derived.accounts[Int(account)].volumeDay
    guard newest >= 0, let record = volumes[Pair(account, Self.slot(newest))] else { return 0 }
    return newest < day ? record.before + record.taker + record.maker : record.before
  }

  mutating func addVolume(_ account: AccountID, _ notional: Money, isTaker: Bool, at time: Int64) {
    let day = Self.day(time)
    let key = Pair(account, Self.slot(day))
    if derived.accounts[Int(account)].volumeDay == day {
      volumes.update(key) { record in
        if isTaker { record.taker += notional } else { record.maker += notional }
      }
    } else {
      volumes.set(
        key,
        VolumeRecord(
          day: day, taker: isTaker ? notional : 0, maker: isTaker ? 0 : notional, before: tradedVolume(account)))
      derived.accounts[Int(account)].volumeDay = day
    }
    if isTaker { return }
    let slot = Self.slot(day)
    dailyMakerVolumes.upsert(slot, default: VolumeRecord(day: day)) { record in
      if record.day != day { record = VolumeRecord(day: day) }
      record.maker += notional
    }
  }

  /// All that the account ever traded, in 10^-6 USDC.
  @inline(__always) func tradedVolume(_ account: AccountID) -> Money {
    let newest = derived.accounts[Int(account)].volumeDay
    guard newest >= 0, let record = volumes[Pair(account, Self.slot(newest))] else { return 0 }
    return record.before + record.taker + record.maker
  }
}
