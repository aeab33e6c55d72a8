import Quantities
import VenueKit

/// Builds one large position in equal slices, and closes it at a time if told to.
struct Whale: Strategy {
  private let parameters: PersonParameters

  init(_ parameters: PersonParameters) { self.parameters = parameters }

  mutating func decide(_ view: PersonView, draws: inout RandomStream) -> Decision {
    let pause = parameters.interval("slice")
    guard let market = view.market, market.mark > 0 else { return Decision(pause: pause) }
    let slippage = parameters["slippage"]
    let elapsed = Int128(view.elapsed)
    if parameters["exit"] > 0 && elapsed >= parameters["exit"] {
      return Decision(view.position.map { [market.closing($0, slippage: slippage)] } ?? [], pause: pause)
    }
    let begin = parameters["at"]
    let end = begin + parameters["over"]
    guard elapsed >= begin, elapsed <= end + Int128(pause) else { return Decision(pause: pause) }
    let slices = max(1, parameters["over"] / Int128(pause))
    let slice = parameters["size"] / slices
    let held = view.position.map { abs(market.value(ofSize: $0.size)) } ?? 0
    guard held + slice <= parameters["size"] + slice else { return Decision(pause: pause) }
    let margin = scaled(slice, CommonScale.one, max(CommonScale.one, parameters["leverage"]))
    let opening = market.opening(
      isLong: parameters["side"] == 0, margin: margin, leverage: parameters["leverage"], slippage: slippage)
    return Decision(opening.map { [$0] } ?? [], pause: pause)
  }
}
