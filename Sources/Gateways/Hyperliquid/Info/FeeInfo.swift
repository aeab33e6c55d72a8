import Canonical
import Hyperliquid
import VenueKit

extension InfoService {
  func writeFees(_ output: inout JSONOutput, _ user: Address) {
    let fees = state.fees(user, at: time)
    let rates = fees.rates
    func discounted(_ rate: Int64) -> Int64 {
      if rate <= 0 { return rate }
      return rate * (1_000_000 - fees.referralDiscount) / 1_000_000 * (1_000_000 - fees.stakingDiscount) / 1_000_000
    }
    let first = parameters.feeTiers[0]
    output.object { output in
      output.key("dailyUserVlm")
      writeDailyVolumes(&output, fees.days)
      output.key("feeSchedule")
      output.object { output in
        output.rate("cross", first.taker)
        output.rate("add", first.maker)
        output.rate("spotCross", first.spotTaker)
        output.rate("spotAdd", first.spotMaker)
        writeTiers(&output)
        output.key("referralDiscount")
        output.decimal(parameters.rewards.referralDiscount, scale: 6)
        output.key("stakingDiscountTiers")
        output.array(of: parameters.rewards.stakingTiers) { output, tier in
          output.object { output in
            // Of a supply of a billion HYPE, in basis points.
            output.key("bpsOfMaxSupply")
            output.decimal(tier.above, scale: 13)
            output.key("discount")
            output.decimal(tier.discount, scale: 6)
          }
        }
      }
      output.rate("userCrossRate", discounted(rates.taker))
      output.rate("userAddRate", discounted(rates.maker))
      output.rate("userSpotCrossRate", discounted(rates.spotTaker))
      output.rate("userSpotAddRate", discounted(rates.spotMaker))
      output.key("activeReferralDiscount")
      output.decimal(fees.referralDiscount, scale: 6)
      output.key("trial")
      output.null()
      output.key("feeTrialReward")
      output.string("0.0")
      output.key("nextTrialAvailableTimestamp")
      output.null()
      output.key("stakingLink")
      output.null()
      output.key("activeStakingDiscount")
      output.object { output in
        output.key("bpsOfMaxSupply")
        output.string("0.0")
        output.key("discount")
        output.decimal(fees.stakingDiscount, scale: 6)
      }
    }
  }

  private func writeTiers(_ output: inout JSONOutput) {
    output.key("tiers")
    output.object { output in
      output.key("vip")
      output.array(of: parameters.feeTiers.dropFirst()) { output, tier in
        output.object { output in
          output.usd("ntlCutoff", tier.volume)
          output.rate("cross", tier.taker)
          output.rate("add", tier.maker)
          output.rate("spotCross", tier.spotTaker)
          output.rate("spotAdd", tier.spotMaker)
        }
      }
      output.key("mm")
      output.array(of: parameters.rebateTiers) { output, tier in
        output.object { output in
          output.key("makerFractionCutoff")
          output.decimal(tier.share, scale: 6)
          output.rate("add", tier.maker)
        }
      }
    }
  }

  /// The fifteen days to today; the exchange's volume is the makers' of the day, doubled for both sides.
  private func writeDailyVolumes(_ output: inout JSONOutput, _ days: [DayVolume]) {
    output.array(of: days) { output, volume in
      output.object { output in
        output.key("date")
        output.string(CandleInterval.dateText(volume.day))
        output.usd("userCross", volume.taker)
        output.usd("userAdd", volume.maker)
        output.usd("exchange", 2 * volume.exchangeMaker)
      }
    }
  }
}

extension JSONOutput {
  /// A rate of 10^-7.
  mutating func rate(_ name: StaticString, _ rate: Int64) {
    key(name)
    decimal(rate, scale: 7)
  }
}
