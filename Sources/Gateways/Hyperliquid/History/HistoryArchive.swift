import Canonical
import Hyperliquid
import VenueKit

/// A span of block times, Unix milliseconds, both ends included.
public struct TimeSpan: Sendable, Equatable {
  public var first: Int64
  public var last: Int64

  public init(first: Int64 = 0, last: Int64 = .max) {
    self.first = first
    self.last = last
  }

  public static let all = TimeSpan()

  func holds(_ time: Int64) -> Bool { time >= first && time <= last }
}

/// Where rows of the past stand that memory does not keep. Rows come ascending in time.
public protocol HistoryArchive: Sendable {
  /// The newest rows in the span.
  func fills(of user: Address, in span: TimeSpan, ofTwapsOnly: Bool, limit: Int) -> [FillRow]
  /// The newest or the oldest rows in the span.
  func fundings(of user: Address, in span: TimeSpan, newest: Bool, limit: Int) -> [FundingRow]
  func ledger(of user: Address, in span: TimeSpan, newest: Bool, limit: Int) -> [LedgerRow]
  /// The oldest rows in the span.
  func fundingRates(of coin: Coin, in span: TimeSpan, limit: Int) -> [FundingRateRow]
  /// The newest candles that begin in the span.
  func candles(of key: CandleKey, in span: TimeSpan, limit: Int) -> [Candle]
  /// The newest closed orders.
  func closedOrders(of user: Address, in span: TimeSpan, limit: Int) -> [OrderRow]
  func closedOrder(_ oid: UInt64) -> OrderRow?
  /// The last closed order with that client id.
  func closedOrder(_ cloid: ClientOrderID, of user: Address) -> OrderRow?
}

extension BlockUpdate {
  /// Whether an archive has anything to keep of the block.
  public var hasRows: Bool {
    !(fills.isEmpty && orders.isEmpty && fundings.isEmpty && ledger.isEmpty && candles.isEmpty && fundingRates.isEmpty)
  }

  /// A user's orders that the block closed, each once, in the order of their end.
  public func closedOrders(of user: Address) -> [OrderRow] { (orders[user] ?? []).filter(\.isClosed) }
}

extension OrderRow {
  /// Nothing can happen to it any more.
  public var isClosed: Bool { !word.isOpen && word != .triggered }
}

// Rows from memory, from blocks that the archive has not taken yet, and from the archive: one answer.
extension GatewayStore {
  func fills(of user: Address, in span: TimeSpan = .all, ofTwapsOnly: Bool = false, limit: Int = 2_000) -> [FillRow] {
    newest(
      span, limit, memory: { $0.users[user]?.fills.rows ?? [] }, waiting: { $0.fills[user] ?? [] },
      archive: { $0.fills(of: user, in: $1, ofTwapsOnly: ofTwapsOnly, limit: limit) }, time: \.time
    ) { !ofTwapsOnly || $0.twapID != nil }
  }

  func fundings(of user: Address, in span: TimeSpan = .all, newest: Bool = false, limit: Int) -> [FundingRow] {
    oldest(
      span, limit, newest: newest, memory: { $0.users[user]?.fundings.rows ?? [] },
      waiting: { $0.fundings[user] ?? [] },
      archive: { $0.fundings(of: user, in: $1, newest: newest, limit: limit) }, time: \.time)
  }

  func ledger(of user: Address, in span: TimeSpan = .all, newest: Bool = false, limit: Int) -> [LedgerRow] {
    oldest(
      span, limit, newest: newest, memory: { $0.users[user]?.ledger.rows ?? [] }, waiting: { $0.ledger[user] ?? [] },
      archive: { $0.ledger(of: user, in: $1, newest: newest, limit: limit) }, time: \.time)
  }

  func fundingRates(of coin: Coin, in span: TimeSpan, limit: Int) -> [FundingRateRow] {
    oldest(
      span, limit, memory: { $0.coins[coin]?.fundingRates.rows ?? [] },
      waiting: { $0.fundingRates[coin].map { [$0] } ?? [] },
      archive: { $0.fundingRates(of: coin, in: $1, limit: limit) }, time: \.time)
  }

  /// Candles whose spans begin in the given one; the last is the newest.
  func candles(of key: CandleKey, in span: TimeSpan, limit: Int) -> [Candle] {
    guard let archive else {
      let rows = history { $0.coins[key.coin]?.candles[key.interval]?.rows ?? [] }
      return Array(rows.filter { span.holds($0.start) }.suffix(limit))
    }
    let waiting = waitingUpdates.compactMap { $0.candles[key] }.filter { span.holds($0.start) }
    var rows = archive.candles(of: key, in: span, limit: limit)
    // Later blocks' candles stand for the same spans, or for later ones.
    for candle in waiting {
      while let last = rows.last, last.start >= candle.start { rows.removeLast() }
      rows.append(candle)
    }
    return rows.suffix(limit)
  }

  /// A user's orders that are over, in the order of their ends.
  func closedOrders(of user: Address, limit: Int) -> [OrderRow] {
    newest(
      .all, limit, memory: { history in Self.closed(history, user, limit) },
      waiting: { $0.closedOrders(of: user) },
      archive: { $0.closedOrders(of: user, in: $1, limit: limit) }, time: \.wordTime
    ) { _ in true }
  }

  private static func closed(_ history: borrowing HistoryIndex, _ user: Address, _ limit: Int) -> [OrderRow] {
    var seen: Set<UInt64> = []
    var rows: [OrderRow] = []
    for number in (history.users[user]?.orders.rows ?? []).reversed() where seen.insert(number).inserted {
      if let row = history.order(number), row.isClosed { rows.append(row) }
      if rows.count == limit { break }
    }
    return rows.reversed()
  }

  func order(_ oid: UInt64) -> OrderRow? {
    if let row = history({ $0.order(oid) }) { return row }
    for update in waitingUpdates.reversed() {
      for rows in update.orders.values {
        if let row = rows.last(where: { $0.oid == oid && $0.isClosed }) { return row }
      }
    }
    return archive?.closedOrder(oid)
  }

  func closedOrder(_ cloid: ClientOrderID, of user: Address) -> OrderRow? {
    guard let archive else { return closedOrders(of: user, limit: .max).last { $0.cloid == cloid } }
    for update in waitingUpdates.reversed() {
      if let row = update.closedOrders(of: user).last(where: { $0.cloid == cloid }) { return row }
    }
    return archive.closedOrder(cloid, of: user)
  }

  // MARK: Merging

  private func newest<Row>(
    _ span: TimeSpan, _ limit: Int, memory: @Sendable (borrowing HistoryIndex) -> [Row],
    waiting: (BlockUpdate) -> [Row], archive read: (any HistoryArchive, TimeSpan) -> [Row],
    time: KeyPath<Row, Int64>, where isWanted: (Row) -> Bool
  ) -> [Row] where Row: Sendable {
    let rows = all(span, memory: memory, waiting: waiting, archive: read, time: time).filter(isWanted)
    return rows.suffix(limit)
  }

  private func oldest<Row>(
    _ span: TimeSpan, _ limit: Int, newest: Bool = false, memory: @Sendable (borrowing HistoryIndex) -> [Row],
    waiting: (BlockUpdate) -> [Row], archive read: (any HistoryArchive, TimeSpan) -> [Row],
    time: KeyPath<Row, Int64>
  ) -> [Row] where Row: Sendable {
    let rows = all(span, memory: memory, waiting: waiting, archive: read, time: time)
    return Array(newest ? rows.suffix(limit) : rows.prefix(limit))
  }

  /// The archive is asked only for what stands before the blocks that wait for it, so no row comes twice.
  private func all<Row>(
    _ span: TimeSpan, memory: @Sendable (borrowing HistoryIndex) -> [Row], waiting: (BlockUpdate) -> [Row],
    archive read: (any HistoryArchive, TimeSpan) -> [Row], time: KeyPath<Row, Int64>
  ) -> [Row] where Row: Sendable {
    guard let archive else { return history(memory).filter { span.holds($0[keyPath: time]) } }
    let (updates, last) = waitingAndTime
    var rows: [Row] = []
    if span.first <= min(span.last, last) {
      rows = read(archive, TimeSpan(first: span.first, last: min(span.last, last)))
    }
    for update in updates { rows += waiting(update).filter { span.holds($0[keyPath: time]) } }
    return rows
  }
}
