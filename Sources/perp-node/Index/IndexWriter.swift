import Canonical
import Chain
import Foundation
import GRDB
import Hyperliquid
import HyperliquidGateway
import Logging
import VenueKit

/// Writes what blocks changed into the index, on a thread of its own: all blocks that wait in one transaction. It lets
/// some gather first, since pages that several blocks touch are then written once; until they are in the file memory
/// answers for them. A writer that falls behind slows the publisher down, memory stays flat.
final class IndexWriter: BlockRecorder, @unchecked Sendable {
  private static let queueLimit = 32
  /// Blocks gather until they hold so many transactions, or for so many seconds.
  private static let gatheredTransactions = 32_768
  private static let gatheringSeconds = 2.0

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
  /// Transactions of the blocks in the queue.
  private var queuedTransactions = 0
  /// Somebody waits until everything is written.
  private var isDraining = false
  private var isBusy = false
  private var isStopping = false
  /// Of rows that are in the file since an earlier run.
  private let knownTime: Int64
  /// Numbers of people in the file. Of the writing thread.
  private var people: [Address: Int64]

  init(database: HistoryDatabase, store: GatewayStore, logger: Logger) throws {
    self.database = database
    self.store = store
    self.logger = logger
    knownTime = try database.position()?.time ?? .min
    people = try database.people()
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
        HistoryDatabase.Position(height: update.height, time: update.time, blockHash: observed.blockHash)),
      transactions: observed.transactions.count)
  }

  func checkpoint(height: UInt64, written: @escaping @Sendable () -> Void) {
    add(.checkpoint(store.history { copy $0 }, height: height, written: written), transactions: 0)
  }

  private func add(_ entry: Entry, transactions: Int) {
    condition.lock()
    while queue.count >= Self.queueLimit { condition.wait() }
    queue.append(entry)
    queuedTransactions += transactions
    condition.broadcast()
    condition.unlock()
  }

  /// Returns when everything handed over so far is in the file.
  func drain() {
    condition.lock()
    isDraining = true
    condition.broadcast()
    while !queue.isEmpty || isBusy { condition.wait() }
    isDraining = false
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
      gather()
      let entries = queue
      queue = []
      queuedTransactions = 0
      isBusy = !entries.isEmpty
      condition.broadcast()
      condition.unlock()
      if entries.isEmpty { return }
      do {
        people = try database.pool.write { db in
          var writer = try RowWriter(db, people: people)
          for entry in entries { try write(entry, &writer, db) }
          return writer.knownPeople
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

  /// Waits, with the lock held, until it pays to write.
  private func gather() {
    let latest = Date(timeIntervalSinceNow: Self.gatheringSeconds)
    while queue.count < Self.queueLimit, queuedTransactions < Self.gatheredTransactions, !isDraining, !isStopping {
      if !condition.wait(until: latest) { return }
    }
  }

  private func write(_ entry: Entry, _ writer: inout RowWriter, _ db: Database) throws {
    switch entry {
    case .checkpoint(let history, let height, _):
      try db.execute(
        sql: "INSERT OR REPLACE INTO checkpoints (height, state) VALUES (?, ?)",
        arguments: [Int64(height), Data(history.checkpoint())])
    case .rows(let update, let position):
      try writer.write(update)
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
