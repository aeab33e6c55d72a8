import Quantities
import VenueKit

/// Makes its rounds. A keeper looks, and does the work a reaction time later, on whatever there is to do then; the next
/// round begins `every` after that.
struct Keeper: Strategy {
  private let duties: [KeeperDuty]
  private let interval: Int64
  private let reaction: Distribution
  private var hasLooked = false

  init(_ parameters: PersonParameters) {
    let all: [KeeperDuty] = [.executePending, .liquidate, .deleverage]
    let choice = Int(clamping: parameters["duty"])
    duties = choice == 0 ? all : [all[min(all.count, choice) - 1]]
    interval = parameters.interval("every")
    reaction = parameters.distribution("delay", of: .keeper)
  }

  mutating func decide(_ view: PersonView, draws: inout RandomStream) -> Decision {
    let delay = Int64(clamping: max(0, reaction.draw(&draws)))
    if !hasLooked && delay > 0 {
      hasLooked = true
      return Decision(pause: delay)
    }
    hasLooked = false
    return Decision(duties.map { .keep($0) }, pause: interval)
  }
}
