import Canonical

/// A room's event: named fields for logs and reports, and its meaning on the common scale where it has one.
public protocol VenueEvent: Sendable, Equatable {
  var name: String { get }
  /// In a fixed order; values are decimal text, addresses hex.
  var fields: [(name: String, value: String)] { get }
  var common: CommonEvent? { get }
}

/// What happened, in words that hold for every venue. Figures are in `CommonScale`.
public enum CommonEvent: Sendable, Equatable {
  /// `taker` pays or earns against `maker` (the pool's address on a pool).
  case trade(
    symbol: String, taker: Address, maker: Address, takerIsBuyer: Bool, price: Int128, size: Int128, takerFee: Int128,
    makerFee: Int128)
  /// `method` is the venue's word: market, backstop, adl, pool.
  case liquidation(
    symbol: String, account: Address, counterparty: Address, price: Int128, size: Int128, method: String, loss: Int128)
  case deleveraging(symbol: String, winner: Address, loser: Address, price: Int128, size: Int128, forgone: Int128)
  case funding(symbol: String, rateHourly: Int128, index: Int128)
  case provided(pool: String, account: Address, amount: Int128, shares: Int128)
  case redeemed(pool: String, account: Address, amount: Int128, shares: Int128)
}
