import Quantities
import VenueKit

// What a dishonest proposer puts into a block: operations that its node's book never made. They are refused whole, or
// do what anyone's operations may do, and never harm. Rule DYDX-99.
extension GrammarEntry {
  static let dishonest = [
    GrammarEntry("forgedMatch", 6, isInvalid: true) { draw in
      guard var maker = draw.order(OrderFlags.shortTerm), var taker = draw.order(OrderFlags.shortTerm) else {
        return nil
      }
      taker.key.pair = maker.key.pair
      taker.subticks = maker.subticks
      // Mostly two orders that may trade, so that what lies behind the first checks is reached too.
      if draw.number(0...9) > 0 { taker.isBuy = !maker.isBuy }
      if draw.number(0...9) == 0 { maker.timeInForce = .immediateOrCancel }
      if draw.number(0...9) == 0 { taker.timeInForce = .postOnly }
      let fill = draw.number(0...3) == 0 ? draw.size() : min(maker.quantums, taker.quantums)
      var operations = [draw.placement(maker), draw.placement(taker)]
      if draw.number(0...9) == 0 { operations.removeFirst() }
      var fills = [MakerFill(maker: maker.key, amount: fill)]
      if draw.number(0...9) == 0 { fills.append(fills[0]) }
      operations.append(.match(taker: taker.key, fills: fills))
      if draw.number(0...9) == 0 { operations.append(operations[0]) }
      return draw.proposers(.operations(operations))
    },
    GrammarEntry("forgedLiquidation", 4, isInvalid: true) { draw in
      guard let maker = draw.order(OrderFlags.shortTerm), let account = draw.holder(),
        let perpetual = draw.element(draw.state.holdings(account).positions)?.perpetual
      else { return nil }
      let order = try? draw.state.liquidationOrder(of: account, draw.state.holdings(account), perpetual: perpetual)
      var matched = maker
      if let order, draw.number(0...3) > 0 {
        matched.key.pair = order.pair
        matched.isBuy = !order.isBuy
        matched.subticks = order.subticks
      }
      let total = draw.number(0...3) == 0 ? draw.size() : order?.quantums ?? 1
      let match = LiquidationMatch(
        liquidated: account, pair: matched.key.pair, perpetual: perpetual, totalSize: total,
        isBuy: order?.isBuy ?? draw.flag(), fills: [MakerFill(maker: matched.key, amount: min(total, matched.quantums))]
      )
      return draw.proposers(.operations([draw.placement(matched), .liquidation(match)]))
    },
    GrammarEntry("forgedDeleveraging", 4, isInvalid: true) { draw in
      guard let account = draw.holder(), let other = draw.holder(),
        let position = draw.element(draw.state.holdings(account).positions)
      else { return nil }
      let whole = UInt64(clamping: position.quantums)
      let fill = DeleveragingMatch.Fill(offsetting: other, amount: draw.flag() ? whole : draw.size())
      let match = DeleveragingMatch(
        liquidated: account, perpetual: position.perpetual, fills: draw.flag() ? [fill] : [],
        isFinalSettlement: draw.number(0...3) == 0)
      return draw.proposers(.operations([.deleveraging(match)]))
    },
    GrammarEntry("forgedRemoval", 3, isInvalid: true) { draw in
      guard let key = draw.element(draw.openOrders()), let reason = draw.element(RemovalReason.allCases) else {
        return nil
      }
      return draw.proposers(.operations([.removal(key, reason)]))
    },
  ]
}

extension GrammarDraw {
  /// An order as its owner would have sent it.
  mutating func placement(_ order: ClobOrder) -> Operation {
    let content = DYDXContent(.place(order), nonce: nonces.next(at: block.time))
    return .placement(order, sealed: wire.seal(content, authority: .unsigned(order.key.subaccount.owner)))
  }

  /// Someone with a position.
  mutating func holder() -> Subaccount? {
    let accounts = cast.flatMap { owner in (0..<3).map { Subaccount(owner, $0) } }
    return element(accounts.filter { !state.holdings($0).positions.isEmpty })
  }

  mutating func size() -> UInt64 { UInt64(magnitude(1, 1_000_000_000_000)) }
}
