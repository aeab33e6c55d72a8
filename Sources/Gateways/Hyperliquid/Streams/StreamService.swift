import Canonical
import Hyperliquid
import VenueKit

/// What a stream sent last, so that unchanged figures are not sent again and busy ones not too often.
public struct StreamMemory: Sendable {
  /// Block time of the last periodic message, Unix milliseconds.
  var time: Int64 = .min
  var last: [UInt8] = []

  public init() {}
}

/// The messages of streams, from one published view and what a block changed.
public struct StreamService: Sendable {
  public let info: InfoService
  /// Least milliseconds between two books, between two of the wide figures.
  static let bookPeriod: Int64 = 500
  static let widePeriod: Int64 = 1_000

  public init(store: GatewayStore) { info = InfoService(store: store) }

  /// `{"channel":name,"data":...}`
  public static func message(_ channel: StaticString, _ data: (inout JSONOutput) -> Void) -> [UInt8] {
    makeJSON { output in
      output.object { output in
        output.key("channel")
        output.string(channel)
        output.key("data")
        data(&output)
      }
    }
  }

  // MARK: On subscribing

  /// What a new subscriber gets at once.
  public func snapshots(_ key: StreamKey) -> [[UInt8]] {
    switch key {
    case .trades(let coin):
      let rows = info.store.history { $0.coins[coin]?.trades.rows ?? [] }.suffix(30)
      return rows.isEmpty ? [] : [Self.message("trades") { $0.array(of: rows) { $0.trade($1) } }]
    case .candle(let key):
      let last = info.store.history { $0.coins[key.coin]?.candles[key.interval]?.rows.last }
      return last.map { candle in [Self.message("candle") { $0.candle(candle, key.coin, key.interval) }] } ?? []
    case .userFills(let user, let aggregates):
      let rows = Array(info.store.fills(of: user).reversed())
      return [fills("userFills", user, aggregates ? InfoService.aggregated(rows) : rows, isSnapshot: true)]
    case .userFundings(let user):
      let rows = info.store.fundings(of: user, newest: true, limit: 500).reversed()
      return [fundings(user, Array(rows), isSnapshot: true)]
    case .ledger(let user):
      let rows = info.store.ledger(of: user, newest: true, limit: 500).reversed()
      return [ledger(user, Array(rows), isSnapshot: true)]
    case .twapSliceFills(let user):
      let rows = info.store.fills(of: user, ofTwapsOnly: true)
      return [slices(user, rows.reversed(), isSnapshot: true)]
    case .twapHistory(let user): return [twapHistory(user, isSnapshot: true)]
    case .userEvents, .orderUpdates, .notification: return []
    default: return periodic(key).map { [$0.message] } ?? []
    }
  }

  // MARK: After a block

  /// What the block means for the stream's subscribers.
  public func messages(_ key: StreamKey, _ update: BlockUpdate, _ memory: inout StreamMemory) -> [[UInt8]] {
    switch key {
    case .trades(let coin):
      guard let rows = update.trades[coin] else { return [] }
      return [Self.message("trades") { $0.array(of: rows) { $0.trade($1) } }]
    case .candle(let key):
      guard let candle = update.candles[key] else { return [] }
      return [Self.message("candle") { $0.candle(candle, key.coin, key.interval) }]
    case .userEvents(let user): return userEvents(user, update)
    case .userFills(let user, let aggregates):
      guard let rows = update.fills[user] else { return [] }
      return [fills("userFills", user, aggregates ? InfoService.aggregated(rows) : rows, isSnapshot: false)]
    case .orderUpdates(let user):
      guard let rows = update.orders[user] else { return [] }
      return [Self.message("orderUpdates") { $0.array(of: rows) { $0.orderUpdate($1) } }]
    case .userFundings(let user):
      return update.fundings[user].map { [fundings(user, $0, isSnapshot: false)] } ?? []
    case .ledger(let user): return update.ledger[user].map { [ledger(user, $0, isSnapshot: false)] } ?? []
    case .notification(let user): return notifications(user, update)
    case .twapSliceFills(let user):
      let rows = (update.fills[user] ?? []).filter { $0.twapID != nil }
      return rows.isEmpty ? [] : [slices(user, rows, isSnapshot: false)]
    case .twapHistory(let user): return update.twaps.contains(user) ? [twapHistory(user, isSnapshot: false)] : []
    default: break
    }
    let (period, isOnChange) = Self.cadence(key)
    guard memory.time == .min || update.time >= memory.time + period, let made = periodic(key) else { return [] }
    if isOnChange && made.content == memory.last { return [] }
    memory.time = update.time
    memory.last = made.content
    return [made.message]
  }

  /// Least milliseconds between messages, whether only changes are told.
  private static func cadence(_ key: StreamKey) -> (period: Int64, onChange: Bool) {
    switch key {
    case .bestPrices: (0, true)
    case .book: (bookPeriod, false)
    case .context, .activeAsset, .clearinghouse, .openOrders, .spotState: (bookPeriod, true)
    default: (widePeriod, false)
    }
  }

  // MARK: Figures of the view

  /// A message made of the view alone, and the part of it that must change for it to be told again.
  private func periodic(_ key: StreamKey) -> (message: [UInt8], content: [UInt8])? {
    var content = JSONOutput(reservingCapacity: 1_024)
    let channel: StaticString
    switch key {
    case .allMids(let name):
      guard let dex = name.isEmpty ? 0 : info.parameters.dex(named: name)?.index else { return nil }
      channel = "allMids"
      content.object { output in
        output.key("mids")
        info.writeMids(&output, dex)
      }
    case .book(let coin, let stream):
      guard let market = info.market(coin) else { return nil }
      channel = "l2Book"
      info.writeBook(
        &content, market, stream.aggregation, levels: stream.isFast ? 5 : InfoService.bookLevels)
    case .bestPrices(let coin):
      guard let market = info.market(coin) else { return nil }
      return bestPrices(market)
    case .context(let coin):
      guard let market = info.market(coin) else { return nil }
      channel = market.isSpot ? "activeSpotAssetCtx" : "activeAssetCtx"
      content.object { output in
        output.key("coin")
        output.string(coin)
        output.key("ctx")
        if market.isSpot { info.writeSpotContext(&output, market) } else { info.writeContext(&output, market) }
      }
    case .activeAsset(let user, let coin):
      guard let market = info.market(coin) else { return nil }
      channel = "activeAssetData"
      info.writeActiveAsset(&content, user, market)
    default: return userFigures(key)
    }
    return (Self.message(channel) { $0.raw(content.bytes) }, content.bytes)
  }

  private func bestPrices(_ market: MarketParameters) -> (message: [UInt8], content: [UInt8]) {
    guard let aggregation = BookAggregation(InfoRequest(body: [:])) else { return ([], []) }
    let best = makeJSON { output in
      output.array { output in
        for isBids in [true, false] {
          if let level = info.groups(market, isBids: isBids, aggregation, limit: 1).first {
            output.level(level)
          } else {
            output.null()
          }
        }
      }
    }
    let message = Self.message("bbo") { output in
      output.object { output in
        output.key("coin")
        output.string(market.symbol)
        output.key("time")
        output.integer(info.time)
        output.key("bbo")
        output.raw(best)
      }
    }
    return (message, best)
  }
}
