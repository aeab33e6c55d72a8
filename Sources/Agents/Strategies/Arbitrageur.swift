import Quantities
import VenueKit

/// Sells a perpetual that trades above the index and buys one below it, up to a limit; gives the position back as the
/// gap closes.
struct Arbitrageur: Strategy {
  private let parameters: PersonParameters

  init(_ parameters: PersonParameters) { self.parameters = parameters }

  mutating func decide(_ view: PersonView, draws: inout RandomStream) -> Decision {
    let part = Int128(draws.uniform(below: 1_000_000))
    let pause = parameters.interval("check")
    guard let market = view.market, market.index > 0, market.mark > 0 else { return Decision(pause: pause) }
    let threshold = parameters["threshold"]
    let sellGap = relativeMove(from: market.index, to: market.bestBid ?? market.mark)
    let buyGap = -relativeMove(from: market.index, to: market.bestAsk ?? market.mark)
    let held = view.position.map { market.value(ofSize: $0.size) } ?? 0
    let value = scaled(parameters["size"], 500_000 + part, 1_000_000)
    let margin = scaled(value, CommonScale.one, max(CommonScale.one, parameters["leverage"]))
    if sellGap >= threshold && held > -parameters["limit"] && sellGap >= buyGap {
      return Decision(trade(market, isLong: false, margin: margin, threshold: threshold), pause: pause)
    }
    if buyGap >= threshold && held < parameters["limit"] {
      return Decision(trade(market, isLong: true, margin: margin, threshold: threshold), pause: pause)
    }
    guard let position = view.position else { return Decision(pause: pause) }
    // The way out: at the index or better, in small parts.
    let gapOfExit = position.size > 0 ? -sellGap : -buyGap
    guard gapOfExit <= 0 else { return Decision(pause: pause) }
    return Decision([market.closing(position, slippage: threshold, partsPerMillion: 250_000)], pause: pause)
  }

  /// Never worse than half of the gap it came for.
  private func trade(_ market: MarketView, isLong: Bool, margin: Int128, threshold: Int128) -> [Intent] {
    guard
      let opening = market.opening(
        isLong: isLong, margin: margin, leverage: parameters["leverage"], slippage: threshold),
      case .open(let symbol, _, let size, let leverage, _) = opening
    else { return [] }
    let offset = scaled(market.index, threshold / 2, CommonScale.one)
    let worst = isLong ? market.index - offset : market.index + offset
    return [.open(symbol: symbol, isLong: isLong, size: size, leverage: leverage, worstPrice: worst)]
  }
}
