import Canonical
import Hyperliquid
import VenueKit

// What a history that has an archive behind it must know to go on after a block: all that it keeps in memory.
extension HistoryIndex {
  /// Equal for equal histories: in order of keys.
  public func checkpoint() -> [UInt8] {
    var encoder = CanonicalEncoder(reservingCapacity: 1 << 16)
    encoder.encode(lastTwap)
    encode(orders.keys.sorted(), &encoder) { $0.encode(list: [orders[$1]].compactMap { $0 }) }
    let followed = positions.keys.sorted { ($0.user, $0.asset) < ($1.user, $1.asset) }
    encode(followed, &encoder) { encoder, key in
      encoder.encode(key.user)
      encoder.encode(UInt32(key.asset))
      encoder.encode(positions[key] ?? FollowedPosition())
    }
    encode(users.keys.sorted(), &encoder) { encoder, user in
      encoder.encode(user)
      encoder.encode(list: users[user]?.samples.rows ?? [])
    }
    encode(coins.keys.sorted(), &encoder) { encoder, coin in
      let history = coins[coin] ?? CoinHistory()
      encoder.encode(coin)
      encoder.encode(list: history.trades.rows)
      encoder.encode(list: history.hours.rows)
      for interval in CandleInterval.allCases {
        encoder.encode(list: Array(history.candles[interval]?.rows.suffix(1) ?? []))
      }
    }
    return encoder.bytes
  }

  private func encode<Key>(
    _ keys: [Key], _ encoder: inout CanonicalEncoder, _ body: (inout CanonicalEncoder, Key) -> Void
  ) {
    encoder.encode(UInt32(keys.count))
    for key in keys { body(&encoder, key) }
  }

  /// The history that made the checkpoint.
  public init(checkpoint bytes: [UInt8], limits: HistoryLimits) throws(CanonicalError) {
    self.init(limits: limits)
    var decoder = CanonicalDecoder(bytes)
    lastTwap = try decoder.decodeInteger()
    for _ in 0..<(try decoder.decodeCount()) {
      for row in try decoder.decodeList(of: OrderRow.self) { orders[row.oid] = row }
    }
    for _ in 0..<(try decoder.decodeCount()) {
      let user = try decoder.decodeAddress()
      let asset = AssetID(try decoder.decodeInteger(UInt32.self))
      positions[PositionKey(user: user, asset: asset)] = try decoder.decode()
    }
    for _ in 0..<(try decoder.decodeCount()) {
      let user = try decoder.decodeAddress()
      users[user, default: UserHistory()].samples.rows = try decoder.decodeList()
    }
    for _ in 0..<(try decoder.decodeCount()) {
      let coin = try decoder.decodeText()
      var history = CoinHistory()
      history.trades.rows = try decoder.decodeList()
      history.hours.rows = try decoder.decodeList()
      for interval in CandleInterval.allCases {
        var series = Recent<Candle>()
        series.rows = try decoder.decodeList()
        history.candles[interval] = series
      }
      coins[coin] = history
    }
    try decoder.finish()
  }
}

extension HistoryLimits {
  /// With an archive behind: memory keeps only what later blocks change.
  public static var archived: HistoryLimits {
    var limits = HistoryLimits()
    limits.fills = 0
    limits.orders = 0
    limits.fundings = 0
    limits.ledger = 0
    limits.candles = 1
    limits.fundingRates = 0
    limits.closedOrders = 0
    return limits
  }
}
