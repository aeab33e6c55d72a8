import Quantities
import VenueKit

/// Makes its rounds.
struct Keeper: Strategy {
  private let duties: [KeeperDuty]
  private let interval: Int64

  init(_ parameters: PersonParameters) {
    let all: [KeeperDuty] = [.executePending, .liquidate, .deleverage]
    let choice = Int(clamping: parameters["duty"])
    duties = choice == 0 ? all : [all[min(all.count, choice) - 1]]
    interval = parameters.interval("every")
  }

  mutating func decide(_ view: PersonView, draws: inout RandomStream) -> Decision {
    Decision(duties.map { .keep($0) }, pause: interval)
  }
}
