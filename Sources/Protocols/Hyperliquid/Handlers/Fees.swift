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
    let day = Self.day(time)
    if derived.accounts[Int(account)].feeDay == day {
      return (derived.accounts[Int(account)].takerRate, derived.accounts[Int(account)].makerRate)
    }
    let rates = computedFeeRates(account, day: day)
    derived.accounts[Int(account)].feeDay = day
    derived.accounts[Int(account)].takerRate = rates.taker
    derived.accounts[Int(account)].makerRate = rates.maker
    return rates
  }

  @inline(__always) func computedFeeRates(_ account: AccountID, day: Int64) -> (taker: Int64, maker: Int64) {
    // Who never traded has the first tier and no share of the makers' volume.
    if derived.accounts[Int(account)].volumeDay < 0 {
      return (parameters.feeTiers[0].taker, parameters.feeTiers[0].maker)
    }
    var volume: Money = 0
    var makerVolume: Money = 0
    var exchange: Money = 0
    for slot in 0..<UInt8(Self.volumeSlots) {
      if let record = volumes[Pair(account, slot)], record.day < day, record.day >= day - 14 {
        volume += record.taker + record.maker
        makerVolume += record.maker
      }
      if let record = dailyMakerVolumes[slot], record.day < day, record.day >= day - 14 { exchange += record.maker }
    }
    var tier = parameters.feeTiers[0]
    for next in parameters.feeTiers where volume > next.volume { tier = next }
    var maker = tier.maker
    for rebate in parameters.rebateTiers where exchange > 0 && makerVolume * 1_000_000 > exchange * Money(rebate.share)
    {
      maker = rebate.maker
    }
    return (tier.taker, maker)
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
