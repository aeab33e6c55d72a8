import Canonical
import Hyperliquid
import VenueKit

extension InfoService {
  /// Spot rates of the venue's published table by tier, 10^-7: taker and maker.
  static let spotRates: [(taker: Int64, maker: Int64)] = [
    (7_000, 4_000), (6_000, 3_000), (5_000, 2_000), (4_000, 1_000), (3_500, 0), (3_000, 0), (2_500, 0),
  ]

  func writeFees(_ output: inout JSONOutput, _ user: Address) {
    let rates = state.feeRateReading(user, at: time)
    let first = parameters.feeTiers[0]
    output.object { output in
      output.key("dailyUserVlm")
      writeDailyVolumes(&output, user)
      output.key("feeSchedule")
      output.object { output in
        output.rate("cross", first.taker)
        output.rate("add", first.maker)
        output.rate("spotCross", Self.spotRates[0].taker)
        output.rate("spotAdd", Self.spotRates[0].maker)
        writeTiers(&output)
        output.key("referralDiscount")
        output.string("0.04")
        output.key("stakingDiscountTiers")
        output.array { output in
          for (share, discount) in [("0.0", "0.0"), ("0.0001", "0.05"), ("0.001", "0.1"), ("0.01", "0.15")] {
            output.object { output in
              output.key("bpsOfMaxSupply")
              output.string(share)
              output.key("discount")
              output.string(discount)
            }
          }
        }
      }
      output.rate("userCrossRate", rates.taker)
      output.rate("userAddRate", rates.maker)
      output.rate("userSpotCrossRate", Self.spotRates[0].taker)
      output.rate("userSpotAddRate", Self.spotRates[0].maker)
      output.key("activeReferralDiscount")
      output.string("0.0")
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
        output.string("0.0")
      }
    }
  }

  private func writeTiers(_ output: inout JSONOutput) {
    output.key("tiers")
    output.object { output in
      output.key("vip")
      output.array(of: parameters.feeTiers.enumerated().dropFirst()) { output, tier in
        let spot = Self.spotRates[min(tier.offset, Self.spotRates.count - 1)]
        output.object { output in
          output.usd("ntlCutoff", tier.element.volume)
          output.rate("cross", tier.element.taker)
          output.rate("add", tier.element.maker)
          output.rate("spotCross", spot.taker)
          output.rate("spotAdd", spot.maker)
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
  private func writeDailyVolumes(_ output: inout JSONOutput, _ user: Address) {
    let today = time / 86_400_000
    output.array(of: (max(0, today - 14)...max(0, today))) { output, day in
      let volume = state.dailyVolume(user, day: day)
      output.object { output in
        output.key("date")
        output.string(CandleInterval.dateText(day))
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
