import Canonical
import Hyperliquid
import VenueKit

/// How a book is to be aggregated: significant figures, and for five of them the step of the last.
struct BookAggregation: Hashable, Sendable {
  var figures: Int?
  var mantissa: Int?

  /// Nil when the request asks for what the venue does not offer.
  init?(_ request: InfoRequest) {
    if let value = request["nSigFigs"] {
      guard let figures = value.int, (2...5).contains(figures) else { return nil }
      self.figures = figures
    }
    if let value = request["mantissa"] {
      guard let mantissa = value.int, [1, 2, 5].contains(mantissa), figures == 5 else { return nil }
      self.mantissa = mantissa
    }
  }

  /// The price of the group: bids down, asks up.
  func group(_ price: Int128, isBid: Bool) -> Int128 {
    guard let figures else { return price }
    var step: Int128 = 1
    var rest = price
    while rest >= Self.power(figures) {
      rest /= 10
      step *= 10
    }
    step *= Int128(mantissa ?? 1)
    let down = price / step * step
    return isBid || down == price ? down : down + step
  }

  private static func power(_ digits: Int) -> Int128 { (0..<digits).reduce(1) { power, _ in power * 10 } }
}

extension InfoService {
  static let bookLevels = 20

  func bookAnswer(_ request: InfoRequest) -> InfoAnswer {
    guard let coin = request.coin, let aggregation = BookAggregation(request) else { return .unreadable }
    guard let market = market(coin) else { return json { $0.null() } }
    return json { writeBook(&$0, market, aggregation) }
  }

  func writeBook(
    _ output: inout JSONOutput, _ market: MarketParameters, _ aggregation: BookAggregation,
    levels: Int = InfoService.bookLevels
  ) {
    output.object { output in
      output.key("coin")
      output.string(market.symbol)
      output.key("time")
      output.integer(time)
      output.key("levels")
      output.array { output in
        for isBids in [true, false] {
          output.array(of: groups(market, isBids: isBids, aggregation, limit: levels)) { $0.level($1) }
        }
      }
    }
  }

  func groups(
    _ market: MarketParameters, isBids: Bool, _ aggregation: BookAggregation, limit: Int
  ) -> [BookGroup] {
    var groups: [BookGroup] = []
    state.walkBook(market, isBids: isBids) { level in
      let price = aggregation.group(market.wireFigure(price: level.price), isBid: isBids)
      let size = market.wireFigure(size: Int128(level.quantity))
      if let last = groups.last, last.price == price {
        groups[groups.count - 1].size += size
        groups[groups.count - 1].orders += level.orderCount
        return true
      }
      if groups.count == limit { return false }
      groups.append(BookGroup(price: price, size: size, orders: level.orderCount))
      return true
    }
    return groups
  }
}

/// Levels of a book at one price; wire decimals.
struct BookGroup: Equatable, Sendable {
  var price: Int128
  var size: Int128
  var orders: Int
}
