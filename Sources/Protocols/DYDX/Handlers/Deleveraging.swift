public import Quantities

// Rules DYDX-80 to DYDX-85: an account without means is closed against the other side of its market.
extension DYDXState {
  /// At which price the account's position may be closed against others, if at all.
  public func deleveragingPrice(
    of subaccount: Subaccount, perpetual: UInt32
  ) throws(MathematicsError) -> Deleveraging.Price? {
    let isFinal = pair(ofPerpetual: perpetual)?.record.status == .finalSettlement
    return Deleveraging.price(
      netCollateral: try risk(of: settled(subaccount)).netCollateral, isFinalSettlement: isFinal)
  }

  /// Closes `fill` base quantums of the account's position against another's; nothing remains where it is refused and
  /// the caller undoes.
  public mutating func deleverage(
    _ subaccount: Subaccount, against other: Subaccount, perpetual: UInt32, fill: Int256, price: Deleveraging.Price,
    height: UInt64
  ) throws(MathematicsError) -> DeleveragingFill {
    let account = try settled(subaccount)
    let position = account.quantums(of: perpetual)
    let opposite = try settled(other).quantums(of: perpetual)
    let delta = try computing { () throws(ArithmeticError) in
      position.isNegative ? try fill.absolute : try fill.absolute.negated()
    }
    let terms = try terms(perpetual)
    let quote = try Deleveraging.quote(
      price, delta: delta, position: position, offsetting: opposite, terms: terms, account: try risk(of: account))
    let updates = try computing { () throws(ArithmeticError) in
      [
        SubaccountUpdate(subaccount, quoteDelta: quote, positionDeltas: [(perpetual, delta)]),
        SubaccountUpdate(other, quoteDelta: try quote.negated(), positionDeltas: [(perpetual, try delta.negated())]),
      ]
    }
    let paid = try computing { () throws(ArithmeticError) in delta.isNegative ? quote : try quote.negated() }
    let closed = noteCosts(updates, perpetual: perpetual, quote: paid)
    let outcome = try applyUpdates(updates, type: .match, height: height)
    guard outcome.isSuccess else { throw .refused(.failedToUpdateSubaccounts) }
    let forgone = try computing { () throws(ArithmeticError) in
      // What the other side would have received for its position at the oracle's price, less what it received. Its
      // position is the opposite of the delta that it closes, so that its notional is that of the delta itself.
      try terms.notional(delta) + quote
    }
    add((try? closed[0] - quote) ?? 0, to: .lossOfTraders)
    add(forgone, to: .forgone)
    add(1, to: .deleveragings)
    return try computing { () throws(ArithmeticError) in
      DeleveragingFill(offsetting: other, fill: try fill.absolute, quote: paid, forgone: forgone)
    }
  }

  /// Closes as much of `delta` as the candidates carry, in their order, at most `visits` of them; whose update fails is
  /// passed over. Returns the fills and what is left of `delta`.
  public mutating func offset(
    _ subaccount: Subaccount, perpetual: UInt32, delta: Int256, candidates: some Sequence<Subaccount>, visits: Int,
    price: Deleveraging.Price, height: UInt64
  ) throws(MathematicsError) -> (fills: [DeleveragingFill], left: Int256) {
    var left = delta
    var fills: [DeleveragingFill] = []
    for candidate in candidates.prefix(visits) where !left.isZero && candidate != subaccount {
      let opposite = try settled(candidate).quantums(of: perpetual)
      guard !opposite.isZero, opposite.isNegative == left.isNegative else { continue }
      let size = try computing { () throws(ArithmeticError) in min(try left.absolute, try opposite.absolute) }
      openSavepoint()
      do throws(MathematicsError) {
        let fill = try deleverage(
          subaccount, against: candidate, perpetual: perpetual, fill: size, price: price, height: height)
        keepSavepoint()
        fills.append(fill)
        left = try computing { () throws(ArithmeticError) in left.isNegative ? try left + size : try left - size }
      } catch {
        undoSavepoint()
      }
    }
    return (fills, left)
  }
}

/// One counterparty of a deleveraging.
public struct DeleveragingFill: Sendable, Equatable {
  public var offsetting: Subaccount
  /// Base quantums, without sign.
  public var fill: Int256
  /// Quote quantums, without sign of the side.
  public var quote: Int256
  /// What the counterparty gave up against the oracle's price, in quote quantums.
  public var forgone: Int256
}
