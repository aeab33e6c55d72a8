import Quantities
import VenueKit

/// Joins a fast move, and leaves after a time or when the move has turned.
struct TrendTrader: Strategy {
  private let parameters: PersonParameters
  private var memory: PriceMemory
  private var leaveTime: Int64 = 0

  init(_ parameters: PersonParameters) {
    self.parameters = parameters
    memory = PriceMemory(span: parameters.interval("lookback"))
  }

  mutating func decide(_ view: PersonView, draws: inout RandomStream) -> Decision {
    let part = Int128(draws.uniform(below: 1_000_000))
    let pause = parameters.interval("check")
    guard let market = view.market, market.mark > 0 else { return Decision(pause: pause) }
    memory.note(market.mark, at: view.time)
    let move = memory.move
    let slippage = parameters["slippage"]
    if let position = view.position {
      let hasTurned = position.size > 0 ? move < 0 : move > 0
      let isOver = view.time >= leaveTime || (hasTurned && abs(move) >= parameters["trigger"])
      return Decision(isOver ? [market.closing(position, slippage: slippage)] : [], pause: pause)
    }
    guard abs(move) >= parameters["trigger"], view.account.equity >= 10 * CommonScale.one else {
      return Decision(pause: pause)
    }
    leaveTime = view.time + parameters.interval("hold")
    let stake = scaled(parameters["exposure"], 500_000 + part / 2, 1_000_000)
    let margin = scaled(view.account.equity, stake, CommonScale.one)
    let opening = market.opening(
      isLong: move > 0, margin: margin, leverage: parameters["leverage"], slippage: slippage)
    return Decision(opening.map { [$0] } ?? [], pause: pause)
  }
}
