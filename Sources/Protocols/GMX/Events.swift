import Canonical
import Quantities
import VenueKit

/// A position that changed, in the common scale.
public struct PositionEvent: Sendable, Equatable {
  public enum Kind: String, Sendable { case increase, decrease, liquidation, deleveraging }

  public var kind: Kind
  public var symbol: String
  public var account: Address
  /// The market's bank, which is the other side.
  public var pool: Address
  public var isLong: Bool
  public var price: Int128
  public var size: Int128
  public var value: Int128
  public var profit: Int128
  /// Profit above the traders' limit.
  public var forgone: Int128
  public var fee: Int128
  public var borrowing: Int128
  public var funding: Int128
  public var unpaid: Int128
}

/// What happened in this room.
public enum GMXEvent: VenueEvent {
  public enum Step: String, Sendable { case created, updated, cancelled, frozen }

  case position(PositionEvent)
  /// A step of an order other than its execution; the error's name where one was the cause.
  case order(Step, id: UInt64, reason: String)
  case provided(pool: String, account: Address, amount: Int128, shares: Int128, isDeposit: Bool)
  case bridge(account: Address, token: String, amount: Int128, isDeposit: Bool)
  /// An event of the contracts.
  case contract(ContractEvent)

  public var name: String {
    switch self {
    case .position(let event): event.kind.rawValue
    case .order(let step, _, _): "order" + step.rawValue.prefix(1).uppercased() + step.rawValue.dropFirst()
    case .provided(_, _, _, _, let isDeposit): isDeposit ? "provided" : "redeemed"
    case .bridge(_, _, _, let isDeposit): isDeposit ? "deposit" : "withdrawal"
    case .contract(let event): event.name.rawValue
    }
  }

  public var fields: [(name: String, value: String)] {
    func text(_ figure: Int128) -> String { formatDecimal(figure, scale: CommonScale.decimals) }
    switch self {
    case .position(let event):
      return [
        ("symbol", event.symbol), ("account", event.account.description), ("side", event.isLong ? "long" : "short"),
        ("price", text(event.price)), ("size", text(event.size)), ("value", text(event.value)),
        ("profit", text(event.profit)), ("forgone", text(event.forgone)), ("fee", text(event.fee)),
        ("borrowing", text(event.borrowing)), ("funding", text(event.funding)), ("unpaid", text(event.unpaid)),
      ]
    case .order(_, let id, let reason): return [("id", String(id))] + (reason.isEmpty ? [] : [("reason", reason)])
    case .provided(let pool, let account, let amount, let shares, _):
      return [
        ("pool", pool), ("account", account.description), ("amount", text(amount)), ("shares", text(shares)),
      ]
    case .bridge(let account, let token, let amount, _):
      return [("account", account.description), ("token", token), ("amount", text(amount))]
    case .contract(let event): return event.figures.map { ($0.name, $0.figure.description) }
    }
  }

  public var common: CommonEvent? {
    switch self {
    case .position(let event): event.common
    case .provided(let pool, let account, let amount, let shares, let isDeposit):
      isDeposit
        ? .provided(pool: pool, account: account, amount: amount, shares: shares)
        : .redeemed(pool: pool, account: account, amount: amount, shares: shares)
    case .order, .bridge, .contract: nil
    }
  }
}

extension PositionEvent {
  var common: CommonEvent? {
    switch kind {
    case .increase, .decrease:
      size == 0
        ? nil
        : .trade(
          symbol: symbol, taker: account, maker: pool, takerIsBuyer: isLong == (kind == .increase), price: price,
          size: size, takerFee: fee, makerFee: 0)
    case .liquidation:
      .liquidation(
        symbol: symbol, account: account, counterparty: pool, price: price, size: isLong ? size : -size,
        method: "pool", loss: max(0, -profit))
    case .deleveraging:
      .deleveraging(symbol: symbol, winner: account, loser: pool, price: price, size: size, forgone: forgone)
    }
  }
}

extension GMXState {
  /// Tells of an action that was carried out.
  func report(
    _ context: ExecutionContext, _ answer: GMXAnswer, _ content: GMXContent, by signer: Address,
    to sink: inout EventSink<GMXEvent>
  ) {
    for change in context.changes { sink.emit(.position(told(change))) }
    for provision in context.provisions { sink.emit(told(provision)) }
    switch (content.body, answer) {
    case (_, .created(let id)): sink.emit(.order(.created, id: id, reason: ""))
    case (.action(.updateOrder(let id, _)), _): sink.emit(.order(.updated, id: id, reason: ""))
    case (.action(.cancelOrder(let id)), _): sink.emit(.order(.cancelled, id: id, reason: ""))
    case (.action(.executeOrder(let id)), .cancelled(let code)):
      sink.emit(.order(.cancelled, id: id, reason: ContractError.name(ofCode: code)))
    case (.action(.executeOrder(let id)), .frozen(let code)):
      sink.emit(.order(.frozen, id: id, reason: ContractError.name(ofCode: code)))
    case (.action(.bridgeOut(let token, let amount)), _):
      sink.emit(bridge(signer, token, amount, isDeposit: false))
    case (.proposer(.deposit(let account, let token, let amount)), _):
      sink.emit(bridge(account, token, amount, isDeposit: true))
    default: break
    }
    for event in context.events { sink.emit(.contract(event)) }
  }

  private func bridge(_ account: Address, _ token: TokenID, _ amount: UInt256, isDeposit: Bool) -> GMXEvent {
    let decimals = roster.token(token)?.decimals ?? 0
    return .bridge(
      account: account, token: roster.symbol(token), amount: CommonUnits.size(amount, decimals: decimals),
      isDeposit: isDeposit)
  }

  private func poolName(_ pool: MarketID) -> String {
    pool > Self.glvTokenBase
      ? "GLV:" + roster.glvName(pool - Self.glvTokenBase) : Self.poolName(roster.marketName(pool))
  }

  private func told(_ provision: Provision) -> GMXEvent {
    .provided(
      pool: poolName(provision.market), account: provision.account,
      amount: CommonUnits.usd(provision.usd), shares: CommonUnits.rescaled(provision.shares, from: 18, to: 12),
      isDeposit: provision.isDeposit)
  }

  private func told(_ change: PositionChange) -> PositionEvent {
    let market = roster.market(change.key.market)
    let decimals = market.flatMap { roster.token($0.record.indexToken) }?.decimals ?? 0
    let kind: PositionEvent.Kind =
      change.isIncrease
      ? .increase : change.isADL ? .deleveraging : change.orderType == .liquidation ? .liquidation : .decrease
    return PositionEvent(
      kind: kind, symbol: roster.marketName(change.key.market), account: change.key.account,
      pool: Holder.market(change.key.market), isLong: change.key.isLong,
      price: CommonUnits.price(change.executionPrice, decimals: decimals),
      size: CommonUnits.size(change.sizeDeltaInTokens, decimals: decimals),
      value: CommonUnits.usd(change.sizeDeltaUsd), profit: CommonUnits.usd(change.profitUsd),
      forgone: CommonUnits.usd(change.uncappedProfitUsd &- change.profitUsd), fee: CommonUnits.usd(change.feeUsd),
      borrowing: CommonUnits.usd(change.borrowingUsd), funding: CommonUnits.usd(change.fundingUsd),
      unpaid: CommonUnits.usd(change.unpaidUsd))
  }
}

extension ContractError {
  static func name(ofCode code: UInt32) -> String {
    allCases.first { $0.code == code }?.rawValue ?? "\(code)"
  }
}
