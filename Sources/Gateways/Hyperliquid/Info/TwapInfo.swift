import Canonical
import Hyperliquid
import VenueKit

// Orders that are worked off in slices.
extension InfoService {
  /// `[[id, state]]` of those that run or wait.
  func writeTwapStates(_ output: inout JSONOutput, _ user: Address) {
    output.array(of: state.twapStates(user).running) { output, twap in
      output.array { output in
        output.integer(twap.id)
        writeTwap(&output, twap, user)
      }
    }
  }

  /// The newest first: finished ones with their end, running ones as activated.
  func writeTwapHistory(_ output: inout JSONOutput, _ user: Address) {
    let twaps = state.twapStates(user)
    output.array(of: (twaps.finished + twaps.running).reversed()) { output, twap in
      output.object { output in
        output.key("time")
        // Whole seconds here, unlike everywhere else.
        output.integer(twap.statusTime / 1_000)
        output.key("state")
        writeTwap(&output, twap, user)
        output.key("status")
        output.object { output in
          output.key("status")
          output.string(Self.word(twap.status))
        }
        output.key("twapId")
        output.integer(twap.id)
      }
    }
  }

  private static func word(_ status: TwapRecord.Status) -> StaticString {
    switch status {
    case .running, .waiting: "activated"
    case .finished: "finished"
    case .terminated, .stopped: "terminated"
    }
  }

  private func writeTwap(_ output: inout JSONOutput, _ twap: TwapRecord, _ user: Address) {
    let market = parameters.markets[Int(twap.asset)]
    output.object { output in
      output.key("coin")
      output.string(market.symbol)
      output.key("user")
      output.address(user)
      output.side(twap.isBuy)
      output.wire("sz", market.wireFigure(size: Int128(twap.size)))
      output.wire("executedSz", market.wireFigure(size: Int128(twap.executed)))
      output.key("executedNtl")
      output.decimal(twap.executedValue, scale: market.isSpot ? 8 : 6)
      output.key("minutes")
      output.integer(twap.minutes)
      output.key("reduceOnly")
      output.flag(twap.reduceOnly)
      output.key("randomize")
      output.flag(twap.isRandomized)
      output.key("timestamp")
      output.integer(twap.time)
    }
  }
}
