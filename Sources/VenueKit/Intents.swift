import Canonical

/// What a person wants, in words that hold for every venue. Sizes, prices and amounts are in `CommonScale`; a venue
/// rounds sizes down to its lots and prices to its ticks away from the taker's favour.
public enum Intent: Sendable, Equatable {
  /// Take `size` base units now, no worse than `worstPrice`.
  case open(symbol: String, isLong: Bool, size: Int128, leverage: Int, worstPrice: Int128)
  /// Close this share of the position now; 1,000,000 is all of it.
  case close(symbol: String, partsPerMillion: Int, worstPrice: Int128)
  /// These are all the orders that I want to rest in this market.
  case quote(symbol: String, levels: [QuoteLevel])
  /// Close all when the mark reaches these prices.
  case protect(symbol: String, stopPrice: Int128?, profitPrice: Int128?)
  /// Money to and from the providers' pool.
  case provide(pool: String, amount: Int128)
  case redeem(pool: String, partsPerMillion: Int)
  case withdraw(amount: Int128)
  /// Work that a venue leaves to outsiders: execute what waits, liquidate whoever can be, run the deleveraging.
  case keep(KeeperDuty)
}

public enum KeeperDuty: String, Sendable, CaseIterable {
  case executePending
  case liquidate
  case deleverage
}

public struct QuoteLevel: Sendable, Equatable {
  public var isBid: Bool
  public var price: Int128
  public var size: Int128

  public init(isBid: Bool, price: Int128, size: Int128) {
    self.isBid = isBid
    self.price = price
    self.size = size
  }
}

/// What the outside world says about a market's price, in `CommonScale`.
public struct Observation: Sendable, Equatable {
  public var symbol: String
  /// The index (spot) price.
  public var price: Int128
  /// Other venues' perpetual price, where observed.
  public var perpetualPrice: Int128?
  /// Unix milliseconds of the observation.
  public var time: Int64

  public init(symbol: String, price: Int128, perpetualPrice: Int128?, time: Int64) {
    self.symbol = symbol
    self.price = price
    self.perpetualPrice = perpetualPrice
    self.time = time
  }
}

/// One sender's nonces: the block's time in milliseconds, and one more than the last where that is taken.
public struct NonceSource: Sendable, Equatable {
  public private(set) var last: UInt64

  public init(last: UInt64 = 0) { self.last = last }

  public mutating func next(at time: Int64) -> UInt64 {
    last = max(last + 1, UInt64(max(0, time)))
    return last
  }
}
