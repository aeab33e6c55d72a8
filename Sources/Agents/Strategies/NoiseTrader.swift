import Quantities
import VenueKit

/// Opens at random times, mostly long and with leverage; holds for a while, stops out, panics, or is liquidated. Never
/// brings new money.
struct NoiseTrader: Strategy {
  private let parameters: PersonParameters
  private var isFirstLook = true
  private var wantsStop = false

  init(_ parameters: PersonParameters) { self.parameters = parameters }

  mutating func decide(_ view: PersonView, draws: inout RandomStream) -> Decision {
    // All draws come first and always, so that what the venue shows cannot shift them.
    let arrival = Int128(draws.uniform(below: 1_000_000))
    let direction = Int128(draws.uniform(below: 1_000_000))
    let part = Int128(draws.uniform(below: 1_000_000))
    let leaving = Int128(draws.uniform(below: 1_000_000))
    let stopping = Int128(draws.uniform(below: 1_000_000))
    let pause = parameters.interval("check")
    defer { isFirstLook = false }
    guard let market = view.market, market.mark > 0 else { return Decision(pause: pause) }
    if let position = view.position {
      let intents = exit(position, market: market, draw: leaving)
      return Decision(intents.isEmpty ? stop(position, market: market) : intents, pause: pause)
    }
    let chance = isFirstLook ? parameters["initial"] / million : arrivalChance
    guard arrival < chance, view.account.equity >= 10 * CommonScale.one else { return Decision(pause: pause) }
    let isLong = direction < parameters["long"] / million
    // Half of the usual stake to all of it.
    let stake = scaled(parameters["exposure"], 500_000 + part / 2, million)
    let margin = scaled(view.account.equity, stake, CommonScale.one)
    guard
      let opening = market.opening(
        isLong: isLong, margin: margin, leverage: parameters["leverage"], slippage: parameters["slippage"])
    else { return Decision(pause: pause) }
    // The stop follows at the next look, when there is a position to protect.
    wantsStop = stopping < parameters["stop"] / million
    return Decision([opening], pause: pause)
  }

  private var million: Int128 { 1_000_000 }

  /// Chance in parts per million that a trade falls between two looks.
  private var arrivalChance: Int128 {
    scaled(parameters["trades"], Int128(parameters.interval("check")), 3_600_000) / million
  }

  /// The stop that was wished for at the opening, once.
  private mutating func stop(_ position: PositionView, market: MarketView) -> [Intent] {
    guard wantsStop else { return [] }
    wantsStop = false
    let distance = scaled(position.entryPrice, parameters["stopDistance"], CommonScale.one)
    let price = position.entryPrice + (position.size > 0 ? -distance : distance)
    return [.protect(symbol: market.symbol, stopPrice: price, profitPrice: nil)]
  }

  private func exit(_ position: PositionView, market: MarketView, draw: Int128) -> [Intent] {
    let move = relativeMove(from: position.entryPrice, to: market.mark)
    let adverse = position.size > 0 ? -move : move
    let isPanic = parameters["panic"] > 0 && adverse >= parameters["panic"]
    let isTired = draw < million * Int128(parameters.interval("check")) / max(1, parameters["hold"])
    return isPanic || isTired ? [market.closing(position, slippage: parameters["slippage"])] : []
  }
}
