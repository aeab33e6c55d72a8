import Canonical
import Chain
import Foundation
import GRDB
import Hyperliquid
import HyperliquidGateway
import Logging
import VenueKit

/// Writes what blocks changed into the index, on a thread of its own: all blocks that wait in one transaction. A writer
/// that falls behind slows the publisher down, memory stays flat.
final class IndexWriter: BlockRecorder, @unchecked Sendable {
  private static let queueLimit = 8

  private enum Entry {
    case rows(BlockUpdate, HistoryDatabase.Position)
    /// What the history in memory was after the block of a height; called once it is in the file.
    case checkpoint(HistoryIndex, height: UInt64, written: @Sendable () -> Void)
  }

  let database: HistoryDatabase
  private let store: GatewayStore
  private let logger: Logger
  private let condition = NSCondition()
  private var queue: [Entry] = []
  private var isBusy = false
  private var isStopping = false
  /// Of rows that are in the file since an earlier run.
  private let knownTime: Int64

  init(database: HistoryDatabase, store: GatewayStore, logger: Logger) throws {
    self.database = database
    self.store = store
    self.logger = logger
    knownTime = try database.position()?.time ?? .min
    let thread = Thread { self.work() }
    thread.name = "index"
    thread.start()
  }

  // MARK: From the publisher

  func record(_ observed: ObservedBlock<HyperliquidVenue>, _ update: BlockUpdate) {
    if !update.hasRows { return }
    if update.time <= knownTime { return store.archived(through: update.time) }
    add(
      .rows(
        update,
        HistoryDatabase.Position(height: update.height, time: update.time, blockHash: observed.blockHash)))
  }

  func checkpoint(height: UInt64, written: @escaping @Sendable () -> Void) {
    add(.checkpoint(store.history { copy $0 }, height: height, written: written))
  }

  private func add(_ entry: Entry) {
    condition.lock()
    while queue.count >= Self.queueLimit { condition.wait() }
    queue.append(entry)
    condition.broadcast()
    condition.unlock()
  }

  /// Returns when everything handed over so far is in the file.
  func drain() {
    condition.lock()
    while !queue.isEmpty || isBusy { condition.wait() }
    condition.unlock()
  }

  func finish() {
    drain()
    condition.lock()
    isStopping = true
    condition.broadcast()
    condition.unlock()
  }

  // MARK: The thread

  private func work() {
    while true {
      condition.lock()
      isBusy = false
      condition.broadcast()
      while queue.isEmpty && !isStopping { condition.wait() }
      let entries = queue
      queue = []
      isBusy = !entries.isEmpty
      condition.broadcast()
      condition.unlock()
      if entries.isEmpty { return }
      do {
        try database.pool.write { db in
          for entry in entries { try write(entry, db) }
        }
      } catch {
        logger.error("the history index cannot be written; perp node reindex makes it anew: \(error)")
      }
      for entry in entries {
        switch entry {
        case .rows(_, let position): store.archived(through: position.time)
        case .checkpoint(_, _, let written): written()
        }
      }
    }
  }

  private func write(_ entry: Entry, _ db: Database) throws {
    switch entry {
    case .checkpoint(let history, let height, _):
      try db.execute(
        sql: "INSERT OR REPLACE INTO checkpoints (height, state) VALUES (?, ?)",
        arguments: [Int64(height), Data(history.checkpoint())])
    case .rows(let update, let position):
      try RowWriter(db: db, time: position.time).write(update)
      var encoder = CanonicalEncoder()
      encoder.encode(position.height)
      encoder.encode(position.time)
      encoder.encode(position.blockHash)
      try db.execute(
        sql: "INSERT OR REPLACE INTO meta (name, value) VALUES ('position', ?)", arguments: [Data(encoder.bytes)])
    }
  }

  /// Forgets all checkpoints but those of the heights.
  func keepCheckpoints(at heights: [UInt64]) {
    let kept = heights.map { "\($0)" }.joined(separator: ",")
    try? database.pool.write { try $0.execute(sql: "DELETE FROM checkpoints WHERE height NOT IN (\(kept))") }
  }
}

/// The rows of one block.
private struct RowWriter {
  let db: Database
  let time: Int64

  func write(_ update: BlockUpdate) throws {
    try insert("fills (user, time, place, twap, row) VALUES (?, ?, ?, ?, ?)", update.fills) { user, place, row in
      [user, time, place, row.twapID.map { Int64(bitPattern: $0) }, Data(row.canonicalBytes)]
    }
    let orders = update.orders.mapValues { rows in rows.filter(\.isClosed) }
    try insert("orders (user, time, place, oid, cloid, row) VALUES (?, ?, ?, ?, ?, ?)", orders) { user, place, row in
      [user, time, place, Int64(bitPattern: row.oid), row.cloid?.data, Data(row.canonicalBytes)]
    }
    try insert("fundings (user, time, place, row) VALUES (?, ?, ?, ?)", update.fundings) { user, place, row in
      [user, time, place, Data(row.canonicalBytes)]
    }
    try insert("ledger (user, time, place, row) VALUES (?, ?, ?, ?)", update.ledger) { user, place, row in
      [user, time, place, Data(row.canonicalBytes)]
    }
    if !update.candles.isEmpty {
      let statement = try cached("candles (coin, span, start, row) VALUES (?, ?, ?, ?)")
      for (key, candle) in update.candles {
        try statement.execute(
          arguments: [key.coin, key.interval.rawValue, candle.start, Data(candle.canonicalBytes)])
      }
    }
    for (coin, rate) in update.fundingRates {
      try cached("rates (coin, time, row) VALUES (?, ?, ?)")
        .execute(arguments: [coin, time, Data(rate.canonicalBytes)])
    }
  }

  private func cached(_ target: String) throws -> Statement {
    try db.cachedStatement(sql: "INSERT OR REPLACE INTO \(target)")
  }

  private func insert<Row>(
    _ target: String, _ rows: [Address: [Row]],
    _ arguments: (_ user: Data, _ place: Int, Row) -> [(any DatabaseValueConvertible)?]
  ) throws {
    if rows.isEmpty { return }
    let statement = try cached(target)
    // In order of users: neighbours share pages.
    for (user, list) in rows.sorted(by: { $0.key < $1.key }) {
      let data = user.data
      for (place, row) in list.enumerated() {
        statement.setUncheckedArguments(StatementArguments(arguments(data, place, row)))
        try statement.execute()
      }
    }
  }
}
