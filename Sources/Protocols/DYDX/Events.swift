public import Canonical
import Quantities
public import VenueKit

/// What happened, with figures already on the common scale where they have one.
public enum DYDXEvent: VenueEvent {
  case trade(TradeFigures, takerFee: Int128, makerFee: Int128)
  case liquidation(TradeFigures, loss: Int128)
  case deleveraging(symbol: String, winner: Address, loser: Address, price: Int128, size: Int128, forgone: Int128)
  case funding(symbol: String, rateHourly: Int128, index: Int128)
  case triggered(OrderKey)
  case deposit(account: Address, amount: Int128)
  case withdrawal(account: Address, amount: Int128)

  public struct TradeFigures: Sendable, Equatable {
    public var symbol: String
    public var taker: Address
    public var maker: Address
    public var takerIsBuyer: Bool
    public var price: Int128
    public var size: Int128
  }

  public var name: String {
    switch self {
    case .trade: "trade"
    case .liquidation: "liquidation"
    case .deleveraging: "deleveraging"
    case .funding: "funding"
    case .triggered: "triggered"
    case .deposit: "deposit"
    case .withdrawal: "withdrawal"
    }
  }

  public var fields: [(name: String, value: String)] {
    func common(_ figure: Int128) -> String { formatDecimal(figure, scale: CommonScale.decimals) }
    func trade(_ trade: TradeFigures) -> [(name: String, value: String)] {
      [
        ("symbol", trade.symbol), ("taker", trade.taker.description), ("maker", trade.maker.description),
        ("side", trade.takerIsBuyer ? "buy" : "sell"), ("price", common(trade.price)), ("size", common(trade.size)),
      ]
    }
    switch self {
    case .trade(let figures, let takerFee, let makerFee):
      return trade(figures) + [("takerFee", common(takerFee)), ("makerFee", common(makerFee))]
    case .liquidation(let figures, let loss): return trade(figures) + [("loss", common(loss))]
    case .deleveraging(let symbol, let winner, let loser, let price, let size, let forgone):
      return [
        ("symbol", symbol), ("winner", winner.description), ("loser", loser.description), ("price", common(price)),
        ("size", common(size)), ("forgone", common(forgone)),
      ]
    case .funding(let symbol, let rate, let index):
      return [("symbol", symbol), ("rateHourly", common(rate)), ("index", common(index))]
    case .triggered(let key): return [("order", key.keyDescription)]
    case .deposit(let account, let amount), .withdrawal(let account, let amount):
      return [("account", account.description), ("amount", common(amount))]
    }
  }

  public var common: CommonEvent? {
    switch self {
    case .trade(let trade, let takerFee, let makerFee):
      .trade(
        symbol: trade.symbol, taker: trade.taker, maker: trade.maker, takerIsBuyer: trade.takerIsBuyer,
        price: trade.price, size: trade.size, takerFee: takerFee, makerFee: makerFee)
    case .liquidation(let trade, let loss):
      .liquidation(
        symbol: trade.symbol, account: trade.taker, counterparty: trade.maker, price: trade.price, size: trade.size,
        method: "market", loss: loss)
    case .deleveraging(let symbol, let winner, let loser, let price, let size, let forgone):
      .deleveraging(symbol: symbol, winner: winner, loser: loser, price: price, size: size, forgone: forgone)
    case .funding(let symbol, let rate, let index): .funding(symbol: symbol, rateHourly: rate, index: index)
    case .triggered, .deposit, .withdrawal: nil
    }
  }

  static func funding(perpetual: UInt32, ratePpm: Int256, index: Int256, _ state: DYDXState) -> DYDXEvent {
    .funding(
      symbol: state.symbol(ofPerpetual: perpetual), rateHourly: CommonFigures.hourlyRate(ppm: ratePpm),
      index: Int128(exactly: index) ?? (index.isNegative ? .min : .max))
  }
}
