import Canonical
import Quantities
import VenueKit

/// Why an order left the book other than by a fill.
public enum CancelReason: String, Sendable {
  case canceled, marginCanceled, selfTradeCanceled, reduceOnlyCanceled, siblingFilledCanceled, liquidatedCanceled,
    scheduledCancel, openInterestCapCanceled, iocCancelRejected, vaultWithdrawalCanceled, delistedCanceled
}

/// What happened, with figures already on the common scale where they have one.
public enum HyperliquidEvent: VenueEvent {
  case trade(FillRecord, symbol: String, taker: Address, price: Int128, size: Int128)
  case orderCanceled(oid: UInt64, account: Address, reason: CancelReason)
  case triggered(oid: UInt64, account: Address)
  case liquidation(
    symbol: String, account: Address, counterparty: Address, price: Int128, size: Int128, method: String, loss: Int128)
  case deleveraging(symbol: String, winner: Address, loser: Address, price: Int128, size: Int128, forgone: Int128)
  case funding(symbol: String, rateHourly: Int128, index: Int128)
  case vaultDeposit(vault: Address, account: Address, amount: Money, shares: Int128)
  case vaultWithdrawal(vault: Address, account: Address, amount: Money, shares: Int128)
  case deposit(account: Address, amount: Money)
  case withdrawal(account: Address, amount: Money, fee: Money)
  case transfer(from: Address, to: Address, amount: Money)
  case classTransfer(account: Address, amount: Money, toPerp: Bool)
  case spotTransfer(token: String, from: Address, to: Address, amount: String)
  /// A TWAP's slice: its trades are told before it.
  case twapSlice(id: UInt64, account: Address, oid: UInt64, symbol: String, size: Int128, price: Int128)
  case twapEnded(id: UInt64, account: Address, status: String)
  case builderFee(oid: UInt64, account: Address, builder: Address, amount: Money)
  case vaultCommission(vault: Address, account: Address, leader: Address, amount: Money)

  public var name: String {
    switch self {
    case .trade: "trade"
    case .orderCanceled: "orderCanceled"
    case .triggered: "triggered"
    case .liquidation: "liquidation"
    case .deleveraging: "deleveraging"
    case .funding: "funding"
    case .vaultDeposit: "vaultDeposit"
    case .vaultWithdrawal: "vaultWithdrawal"
    case .deposit: "deposit"
    case .withdrawal: "withdrawal"
    case .transfer: "transfer"
    case .classTransfer: "classTransfer"
    case .spotTransfer: "spotTransfer"
    case .twapSlice: "twapSlice"
    case .twapEnded: "twapEnded"
    case .builderFee: "builderFee"
    case .vaultCommission: "vaultCommission"
    }
  }

  public var fields: [(name: String, value: String)] {
    func usd(_ amount: Money) -> String { formatDecimal(amount, scale: 6) }
    func common(_ figure: Int128) -> String { formatDecimal(figure, scale: 12) }
    switch self {
    case .trade(let fill, let symbol, let taker, let price, let size):
      return [
        ("symbol", symbol), ("taker", taker.description), ("maker", fill.maker.description),
        ("side", fill.takerIsBuyer ? "buy" : "sell"), ("price", common(price)), ("size", common(size)),
        ("takerOid", String(fill.takerOid)), ("makerOid", String(fill.makerOid)),
        ("takerFee", usd(Money(fill.takerFee))), ("makerFee", usd(Money(fill.makerFee))),
      ]
    case .orderCanceled(let oid, let account, let reason):
      return [("oid", String(oid)), ("account", account.description), ("reason", reason.rawValue)]
    case .triggered(let oid, let account): return [("oid", String(oid)), ("account", account.description)]
    case .liquidation(let symbol, let account, let counterparty, let price, let size, let method, let loss):
      return [
        ("symbol", symbol), ("account", account.description), ("counterparty", counterparty.description),
        ("price", common(price)), ("size", common(size)), ("method", method), ("loss", common(loss)),
      ]
    case .deleveraging(let symbol, let winner, let loser, let price, let size, let forgone):
      return [
        ("symbol", symbol), ("winner", winner.description), ("loser", loser.description), ("price", common(price)),
        ("size", common(size)), ("forgone", common(forgone)),
      ]
    case .funding(let symbol, let rate, let index):
      return [("symbol", symbol), ("rateHourly", common(rate)), ("index", common(index))]
    case .vaultDeposit(let vault, let account, let amount, let shares),
      .vaultWithdrawal(let vault, let account, let amount, let shares):
      return [
        ("vault", vault.description), ("account", account.description), ("amount", usd(amount)),
        ("shares", usd(shares)),
      ]
    case .deposit(let account, let amount): return [("account", account.description), ("amount", usd(amount))]
    case .withdrawal(let account, let amount, let fee):
      return [("account", account.description), ("amount", usd(amount)), ("fee", usd(fee))]
    case .transfer(let from, let to, let amount):
      return [("from", from.description), ("to", to.description), ("amount", usd(amount))]
    case .classTransfer(let account, let amount, let toPerp):
      return [("account", account.description), ("amount", usd(amount)), ("toPerp", String(toPerp))]
    case .spotTransfer(let token, let from, let to, let amount):
      return [("token", token), ("from", from.description), ("to", to.description), ("amount", amount)]
    case .twapSlice(let id, let account, let oid, let symbol, let size, let price):
      return [
        ("twapId", String(id)), ("account", account.description), ("oid", String(oid)), ("symbol", symbol),
        ("size", common(size)), ("price", common(price)),
      ]
    case .twapEnded(let id, let account, let status):
      return [("twapId", String(id)), ("account", account.description), ("status", status)]
    case .builderFee(let oid, let account, let builder, let amount):
      return [
        ("oid", String(oid)), ("account", account.description), ("builder", builder.description),
        ("amount", usd(amount)),
      ]
    case .vaultCommission(let vault, let account, let leader, let amount):
      return [
        ("vault", vault.description), ("account", account.description), ("leader", leader.description),
        ("amount", usd(amount)),
      ]
    }
  }

  public var common: CommonEvent? {
    let micro: Int128 = 1_000_000
    switch self {
    case .trade(let fill, let symbol, let taker, let price, let size):
      // The comparison is of perpetuals; on spot the fees are in tokens.
      if symbol.contains("/") || symbol.hasPrefix("@") { return nil }
      return .trade(
        symbol: symbol, taker: taker, maker: fill.maker, takerIsBuyer: fill.takerIsBuyer, price: price, size: size,
        takerFee: Money(fill.takerFee) * micro, makerFee: Money(fill.makerFee) * micro)
    case .liquidation(let symbol, let account, let counterparty, let price, let size, let method, let loss):
      return .liquidation(
        symbol: symbol, account: account, counterparty: counterparty, price: price, size: size, method: method,
        loss: loss)
    case .deleveraging(let symbol, let winner, let loser, let price, let size, let forgone):
      return .deleveraging(
        symbol: symbol, winner: winner, loser: loser, price: price, size: size, forgone: forgone)
    case .funding(let symbol, let rate, let index):
      return .funding(symbol: symbol, rateHourly: rate, index: index)
    case .vaultDeposit(_, let account, let amount, let shares):
      return .provided(pool: "HLP", account: account, amount: amount * micro, shares: shares * micro)
    case .vaultWithdrawal(_, let account, let amount, let shares):
      return .redeemed(pool: "HLP", account: account, amount: amount * micro, shares: shares * micro)
    default: return nil
    }
  }
}
