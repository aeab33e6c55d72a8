import Canonical
import Hyperliquid
import VenueKit

/// How much of the past is kept in memory; what is older stands in the index on disk.
public struct HistoryLimits: Sendable, Equatable {
  /// Newest rows of a user: what the venue's own reads return at most.
  public var fills = 2_000
  public var orders = 2_000
  public var fundings = 500
  public var ledger = 500
  public var samples = 500
  /// Newest rows of a market.
  public var trades = 100
  public var candles = 5_000
  public var fundingRates = 5_000
  /// Closed orders of all users together; the oldest are forgotten first.
  public var closedOrders = 200_000

  public init() {}
}

/// The newest rows of a kind, oldest first. Trims in large steps, so that keeping a bound costs nothing per row.
public struct Recent<Row: Sendable>: Sendable {
  public internal(set) var rows: [Row] = []

  public init() {}

  mutating func append(_ row: Row, limit: Int) {
    rows.append(row)
    if rows.count >= 2 * limit { rows.removeFirst(rows.count - limit) }
  }

  mutating func updateLast(_ change: (inout Row) -> Void) {
    if !rows.isEmpty { change(&rows[rows.count - 1]) }
  }

  /// The newest rows, newest first.
  public func newest(_ count: Int) -> ReversedCollection<ArraySlice<Row>> { rows.suffix(count).reversed() }
}

/// An account's value at a time; 10^-6 USDC.
public struct ValueSample: Sendable, Equatable {
  public var time: Int64
  public var value: Money
  /// Value less what came from outside.
  public var profit: Money
  /// All volume until then.
  public var volume: Money
}

public struct UserHistory: Sendable {
  public var fills = Recent<FillRow>()
  /// Numbers of orders in the order of their last change.
  public var orders = Recent<UInt64>()
  public var fundings = Recent<FundingRow>()
  public var ledger = Recent<LedgerRow>()
  public var samples = Recent<ValueSample>()
}

/// What a market's hour traded: base units (wire) and 10^-6 USDC, and the mark at its begin (wire).
struct HourBucket: Sendable {
  var hour: Int64
  var base: Int128 = 0
  var notional: Money = 0
  var mark: Int128
}

public struct CoinHistory: Sendable {
  public var trades = Recent<TradeRow>()
  public var fundingRates = Recent<FundingRateRow>()
  var candles: [CandleInterval: Recent<Candle>] = [:]
  var hours = Recent<HourBucket>()

  /// Base volume, notional and the mark of a day ago, of the 24 hours until the time.
  func day(until time: Int64) -> (base: Int128, notional: Money, previous: Int128?) {
    let first = time / 3_600_000 - 23
    var result: (base: Int128, notional: Money, previous: Int128?) = (0, 0, nil)
    for bucket in hours.rows.suffix(25) where bucket.hour >= first {
      result.base += bucket.base
      result.notional += bucket.notional
      if result.previous == nil { result.previous = bucket.mark }
    }
    return result
  }
}

/// A position as the index follows it: what fills closed and what funding it paid.
struct FollowedPosition: Sendable {
  var lots: Lots = 0
  /// Cost with the sign of the size, 10^-6 USDC.
  var cost: Money = 0
  /// Funding paid, 10^-6 USDC; negative when received.
  var fundingAllTime: Money = 0
  var fundingSinceOpen: Money = 0
  var fundingSinceChange: Money = 0

  /// Books a trade of signed lots at a price in ticks; returns the profit of the lots that it closed. As HL-37.
  mutating func book(_ change: Lots, at price: Ticks) -> Money {
    let before = lots
    lots += change
    fundingSinceChange = 0
    if before == 0 || (before > 0) == (change > 0) {
      if before == 0 { fundingSinceOpen = 0 }
      cost += Int128(change) * Int128(price)
      return 0
    }
    let closed = min(abs(change), abs(before))
    let part = cost * Int128(closed) / Int128(abs(before))
    let proceeds = Int128(before > 0 ? closed : -closed) * Int128(price)
    if (lots > 0) == (before > 0) && lots != 0 {
      cost -= part
    } else {
      cost = Int128(lots) * Int128(price)
      fundingSinceOpen = 0
    }
    return proceeds - part
  }
}

struct PositionKey: Hashable, Sendable {
  var user: Address
  var asset: AssetID
}

public struct CandleKey: Hashable, Sendable {
  public var coin: Coin
  public var interval: CandleInterval
}

/// What a block changed, for those who listen.
public struct BlockUpdate: Sendable {
  public var height: UInt64
  public var time: Int64
  public var trades: [Coin: [TradeRow]] = [:]
  public var fills: [Address: [FillRow]] = [:]
  public var orders: [Address: [OrderRow]] = [:]
  public var fundings: [Address: [FundingRow]] = [:]
  public var ledger: [Address: [LedgerRow]] = [:]
  /// Orders that the venue cancelled.
  public var cancels: [Address: [OrderRow]] = [:]
  public var candles: [CandleKey: Candle] = [:]
  public var fundingRates: [Coin: FundingRateRow] = [:]
  /// Whose TWAPs began or ended.
  public var twaps: Set<Address> = []

  public init(height: UInt64, time: Int64) {
    self.height = height
    self.time = time
  }
}
