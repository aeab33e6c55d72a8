import Canonical
import Hyperliquid
import VenueKit

/// What can be subscribed to; equal subscriptions are equal keys, whatever the order and case in which they came.
public enum StreamKey: Hashable, Sendable {
  case allMids(dex: String)
  case book(Coin, BookStream)
  case bestPrices(Coin)
  case trades(Coin)
  case candle(CandleKey)
  case context(Coin)
  case activeAsset(Address, Coin)
  case userEvents(Address)
  case userFills(Address, aggregates: Bool)
  case orderUpdates(Address)
  case userFundings(Address)
  case ledger(Address)
  case notification(Address)
  case webData(Address, version: Int)
  case twapSliceFills(Address)
  case twapHistory(Address)
  case twapStates(Address)
  case clearinghouse(Address, dex: String)
  case openOrders(Address, dex: String)
  case spotState(Address)
  case allDexsClearinghouse(Address)
  case allDexsContexts
  case spotContexts

  /// The user whose stream it is.
  public var user: Address? {
    switch self {
    case .activeAsset(let user, _), .userEvents(let user), .userFills(let user, _), .orderUpdates(let user),
      .userFundings(let user), .ledger(let user), .notification(let user), .webData(let user, _),
      .twapSliceFills(let user), .twapHistory(let user), .twapStates(let user), .clearinghouse(let user, _),
      .openOrders(let user, _), .spotState(let user), .allDexsClearinghouse(let user):
      user
    default: nil
    }
  }
}

/// How a book is streamed.
public struct BookStream: Hashable, Sendable {
  var aggregation: BookAggregation
  var isFast: Bool
}

extension StreamKey {
  /// Nil for what is no subscription, or names a market that does not exist.
  public init?(_ subscription: JSONValue, parameters: HyperliquidParameters) {
    guard let type = subscription["type"]?.string else { return nil }
    let request = InfoRequest(body: subscription)
    if let key = Self.market(type, request, parameters) ?? Self.user(type, request, parameters) {
      self = key
    } else {
      return nil
    }
  }

  private static func market(_ type: String, _ request: InfoRequest, _ parameters: HyperliquidParameters) -> StreamKey?
  {
    switch type {
    case "allMids": return .allMids(dex: request.dex)
    case "allDexsAssetCtxs": return .allDexsContexts
    case "spotAssetCtxs": return .spotContexts
    case "l2Book", "bbo", "trades", "candle", "activeAssetCtx": break
    default: return nil
    }
    guard let coin = request.coin, parameters.markets.contains(where: { $0.symbol == coin }) else { return nil }
    switch type {
    case "l2Book":
      guard let aggregation = BookAggregation(request) else { return nil }
      return .book(coin, BookStream(aggregation: aggregation, isFast: request["fast"]?.bool == true))
    case "bbo": return .bestPrices(coin)
    case "trades": return .trades(coin)
    case "candle":
      return request["interval"]?.string.flatMap { CandleInterval(rawValue: $0) }
        .map { .candle(CandleKey(coin: coin, interval: $0)) }
    default: return .context(coin)
    }
  }

  private static func user(_ type: String, _ request: InfoRequest, _ parameters: HyperliquidParameters) -> StreamKey? {
    guard let user = request.user else { return nil }
    switch type {
    case "activeAssetData":
      guard let coin = request.coin, parameters.markets.contains(where: { $0.symbol == coin }) else { return nil }
      return .activeAsset(user, coin)
    case "userEvents": return .userEvents(user)
    case "userFills": return .userFills(user, aggregates: request["aggregateByTime"]?.bool == true)
    case "orderUpdates": return .orderUpdates(user)
    case "userFundings": return .userFundings(user)
    case "userNonFundingLedgerUpdates": return .ledger(user)
    case "notification": return .notification(user)
    case "webData2": return .webData(user, version: 2)
    case "webData3": return .webData(user, version: 3)
    case "userTwapSliceFills": return .twapSliceFills(user)
    case "userTwapHistory": return .twapHistory(user)
    case "twapStates": return .twapStates(user)
    case "clearinghouseState": return .clearinghouse(user, dex: request.dex)
    case "openOrders": return .openOrders(user, dex: request.dex)
    case "spotState": return .spotState(user)
    case "allDexsClearinghouseState": return .allDexsClearinghouse(user)
    default: return nil
    }
  }
}
