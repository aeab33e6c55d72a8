public import Quantities

/// One step of the fee table. Requirements hold together; fees in parts per million, a negative one is a rebate.
public struct FeeTier: Sendable, Hashable {
  public var name: String
  /// Quote quantums traded by the user in 30 days.
  public var volumeRequirement: Int256
  public var totalSharePpm: Int256
  public var makerSharePpm: Int256
  public var makerFeePpm: Int256
  public var takerFeePpm: Int256

  public init(
    name: String, volumeRequirement: Int256 = 0, totalSharePpm: Int256 = 0, makerSharePpm: Int256 = 0,
    makerFeePpm: Int256, takerFeePpm: Int256
  ) {
    self.name = name
    self.volumeRequirement = volumeRequirement
    self.totalSharePpm = totalSharePpm
    self.makerSharePpm = makerSharePpm
    self.makerFeePpm = makerFeePpm
    self.takerFeePpm = takerFeePpm
  }
}

/// A discount for tokens staked from a level on.
public struct StakingLevel: Sendable, Hashable {
  public var leastTokens: Int256
  public var discountPpm: Int256

  public init(leastTokens: Int256, discountPpm: Int256) {
    self.leastTokens = leastTokens
    self.discountPpm = discountPpm
  }
}

public enum Fees {
  /// The last tier before the first whose requirements are not met; the first tier has none. Shares of the global
  /// volume are floored.
  public static func tier(
    _ tiers: [FeeTier], takerVolume: Int256, makerVolume: Int256, globalVolume: Int256
  ) throws(ArithmeticError) -> Int {
    let total = try takerVolume + makerVolume
    var reached = 0
    for index in tiers.indices.dropFirst() {
      let tier = tiers[index]
      let share = try Integers.partsPerMillion(globalVolume, tier.totalSharePpm, rounding: .floor)
      let makerShare = try Integers.partsPerMillion(globalVolume, tier.makerSharePpm, rounding: .floor)
      guard total >= tier.volumeRequirement, total >= share, makerVolume >= makerShare else { break }
      reached = index
    }
    return reached
  }

  /// The discount of the highest level that the stake reaches; levels ascend.
  public static func stakingDiscountPpm(_ levels: [StakingLevel], staked: Int256) -> Int256 {
    levels.last { staked >= $0.leastTokens }?.discountPpm ?? 0
  }

  /// A tier's fee after the market's charge (of rebates too) and the staking discount (of fees alone), each cut toward
  /// zero.
  public static func fee(_ ppm: Int256, chargePpm: Int256?, stakingDiscountPpm: Int256) throws(ArithmeticError)
    -> Int256
  {
    var fee = ppm
    if let chargePpm { fee = try Integers.partsPerMillion(fee, chargePpm, rounding: .truncation) }
    guard fee > 0 else { return fee }
    return try Integers.partsPerMillion(fee, try Integers.million - stakingDiscountPpm, rounding: .truncation)
  }

  /// What a fill costs in quote quantums, rounded up also for rebates: -0.5 becomes 0.
  public static func amount(fillQuote: Int256, ppm: Int256) throws(ArithmeticError) -> Int256 {
    try Integers.partsPerMillion(fillQuote, ppm, rounding: .ceiling)
  }
}

/// The weights of a fill in the reward of its block.
public enum Rewards {
  /// Up to this volume of 30 days, in quote quantums, half of a taker's fee may go to an affiliate.
  public static let affiliateVolume: Int256 = 50_000_000_000_000

  /// The taker's fee less the greatest maker rebate, less half of it while affiliates may be paid, less the router's
  /// share; then less the shares of net revenue, floored. Not below zero.
  public static func takerWeight(
    fee: Int256, fillQuote: Int256, lowestMakerPpm: Int256, volume: Int256, routerShare: Int256,
    netRevenueSharePpm: Int256
  ) throws(ArithmeticError) -> Int256 {
    var weight =
      try fee
      + Integers.partsPerMillion(fillQuote, min(lowestMakerPpm, 0), rounding: .floor)
    if volume < affiliateVolume {
      weight = try weight - Integers.partsPerMillion(fee, 500_000, rounding: .floor)
    }
    return try afterShares(try weight - routerShare, netRevenueSharePpm)
  }

  public static func makerWeight(
    fee: Int256, routerShare: Int256, netRevenueSharePpm: Int256
  ) throws(ArithmeticError) -> Int256 {
    try afterShares(try fee - routerShare, netRevenueSharePpm)
  }

  private static func afterShares(_ weight: Int256, _ ppm: Int256) throws(ArithmeticError) -> Int256 {
    guard weight > 0 else { return 0 }
    return max(0, try Integers.partsPerMillion(weight, try Integers.million - ppm, rounding: .floor))
  }
}
