import Quantities
import VenueKit

/// Sells a perpetual that trades above the index and buys one below it, up to a limit; gives the position back as the
/// gap closes. A pool has no gap to the index: there he takes the side whose rebate and funding, less the fee, are worth
/// more than his threshold, and leaves when that side costs funding.
struct Arbitrageur: Strategy {
  private let parameters: PersonParameters

  init(_ parameters: PersonParameters) { self.parameters = parameters }

  mutating func decide(_ view: PersonView, draws: inout RandomStream) -> Decision {
    let part = Int128(draws.uniform(below: 1_000_000))
    let pause = parameters.interval("check")
    guard let market = view.market, market.index > 0, market.mark > 0 else { return Decision(pause: pause) }
    let value = scaled(parameters["size"], 500_000 + part, 1_000_000)
    let margin = scaled(value, CommonScale.one, max(CommonScale.one, parameters["leverage"]))
    let held = view.position.map { market.value(ofSize: $0.size) } ?? 0
    let intents =
      view.takesQuotes
      ? onBook(market, view, held: held, margin: margin) : onPool(market, view, held: held, margin: margin)
    return Decision(intents, pause: pause)
  }

  // MARK: On a book

  private func onBook(_ market: MarketView, _ view: PersonView, held: Int128, margin: Int128) -> [Intent] {
    let threshold = parameters["threshold"]
    let sellGap = relativeMove(from: market.index, to: market.bestBid ?? market.mark)
    let buyGap = -relativeMove(from: market.index, to: market.bestAsk ?? market.mark)
    if sellGap >= threshold && held > -parameters["limit"] && sellGap >= buyGap {
      return trade(market, isLong: false, margin: margin, threshold: threshold)
    }
    if buyGap >= threshold && held < parameters["limit"] {
      return trade(market, isLong: true, margin: margin, threshold: threshold)
    }
    guard let position = view.position else { return [] }
    // The way out: at the index or better, in small parts.
    let gapOfExit = position.size > 0 ? -sellGap : -buyGap
    guard gapOfExit <= 0 else { return [] }
    return [market.closing(position, slippage: threshold, partsPerMillion: 250_000)]
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

  // MARK: On a pool

  private func onPool(_ market: MarketView, _ view: PersonView, held: Int128, margin: Int128) -> [Intent] {
    let threshold = parameters["threshold"]
    let funding = scaled(market.fundingRateHourly, parameters["horizon"], 3_600_000)
    let long = gain(view.longCost, funding: -funding)
    let short = gain(view.shortCost, funding: funding)
    if let position = view.position {
      let carry = position.size > 0 ? -funding : funding
      if carry < 0 { return [market.closing(position, slippage: threshold)] }
    }
    if short >= threshold && short >= long && held <= 0 && held > -parameters["limit"] {
      return opening(market, isLong: false, margin: margin, threshold: threshold)
    }
    if long >= threshold && held >= 0 && held < parameters["limit"] {
      return opening(market, isLong: true, margin: margin, threshold: threshold)
    }
    return []
  }

  /// Rebate and funding less the fee, a fraction of the value in 10^-12; as bad as can be where nothing can be filled.
  private func gain(_ cost: TradeCost?, funding: Int128) -> Int128 {
    guard let cost, cost.value > 0 else { return -CommonScale.one }
    return funding - scaled(cost.impact + cost.fee, CommonScale.one, cost.value)
  }

  private func opening(_ market: MarketView, isLong: Bool, margin: Int128, threshold: Int128) -> [Intent] {
    let intent = market.opening(
      isLong: isLong, margin: margin, leverage: parameters["leverage"], slippage: threshold)
    return intent.map { [$0] } ?? []
  }
}
