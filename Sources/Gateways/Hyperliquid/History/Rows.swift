import Canonical
import Hyperliquid
import VenueKit

/// An interned name of a market as clients read it, for example `BTC`.
public typealias Coin = String

/// What became of an order, in the venue's words.
public enum OrderWord: String, Sendable, CaseIterable {
  case open, filled, canceled, triggered, rejected, marginCanceled, vaultWithdrawalCanceled, openInterestCapCanceled,
    selfTradeCanceled, reduceOnlyCanceled, siblingFilledCanceled, delistedCanceled, liquidatedCanceled,
    scheduledCancel, iocCancelRejected

  init(_ reason: CancelReason) { self = OrderWord(rawValue: reason.rawValue) ?? .canceled }

  /// Still in a book, or waiting for its trigger.
  var isOpen: Bool { self == .open }
}

/// An order with its history; prices and sizes are wire decimals (10^-8).
public struct OrderRow: Sendable, Equatable {
  public struct Trigger: Sendable, Equatable {
    public var price: Int128
    public var isMarket: Bool
    public var isTakeProfit: Bool
    /// Fires at marks at or above the price.
    public var firesAbove: Bool
    public var isPosition: Bool
  }

  public var oid: UInt64
  public var user: Address
  public var coin: Coin
  public var isBuy: Bool
  public var limitPrice: Int128
  /// What is left.
  public var size: Int128
  public var originalSize: Int128
  public var reduceOnly: Bool
  public var timeInForce: TimeInForce
  public var trigger: Trigger?
  public var children: [UInt64] = []
  public var cloid: ClientOrderID?
  /// Unix milliseconds of placing.
  public var time: Int64
  public var word: OrderWord = .open
  public var wordTime: Int64
}

/// One side of a trade; profit in 10^-6 USDC, fees in units of their token.
public struct FillRow: Sendable, Equatable {
  public struct Liquidation: Sendable, Equatable {
    public var user: Address
    public var mark: Int128
    public var method: String
  }

  public var user: Address
  public var coin: Coin
  public var price: Int128
  public var size: Int128
  public var isBuy: Bool
  public var time: Int64
  /// Signed size before the fill, wire decimal.
  public var startPosition: Int128
  public var direction: String
  public var closedProfit: Money
  public var hash: Hash32
  public var oid: UInt64
  /// Whether this side took.
  public var crossed: Bool
  public var fee: Money
  public var feeToken = "USDC"
  /// Decimals of the fee's token.
  public var feeScale = 6
  /// The builder's part of the fee.
  public var builderFee: Money?
  public var tid: UInt64
  public var cloid: ClientOrderID?
  public var liquidation: Liquidation?
  public var twapID: UInt64?
}

/// A trade as everybody sees it.
public struct TradeRow: Sendable, Equatable {
  public var coin: Coin
  public var takerIsBuyer: Bool
  public var price: Int128
  public var size: Int128
  public var time: Int64
  public var hash: Hash32
  public var tid: UInt64
  public var buyer: Address
  public var seller: Address
}

/// A funding payment of a position; `usdc` (10^-6) is negative when it was paid.
public struct FundingRow: Sendable, Equatable {
  public var time: Int64
  public var coin: Coin
  public var usdc: Money
  public var size: Int128
  /// Fraction of 10^-12.
  public var rate: Int128
}

/// A market's funding of an hour; fractions of 10^-12.
public struct FundingRateRow: Sendable, Equatable {
  public var time: Int64
  public var rate: Int128
  public var premium: Int128
}

/// A movement of money that is no funding: the `delta` object as JSON.
public struct LedgerRow: Sendable, Equatable {
  public var time: Int64
  public var hash: Hash32
  public var delta: [UInt8]
}

/// Prices and sizes of a span; wire decimals.
public struct Candle: Sendable, Equatable {
  /// Unix milliseconds of the span's begin.
  public var start: Int64
  public var open: Int128
  public var high: Int128
  public var low: Int128
  public var close: Int128
  public var volume: Int128
  public var trades: Int
}
