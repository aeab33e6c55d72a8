import Canonical
import Cryptography
import Foundation
import GRDB
import Hyperliquid
import HyperliquidGateway
import VenueKit

/// The history index on disk. One thread writes, many read, nobody waits for the other (WAL). Kept with
/// `synchronous=NORMAL`: what a loss of power takes from its end is made again from the block log.
final class HistoryDatabase: Sendable {
  let pool: DatabasePool

  init(path: String) throws {
    var configuration = Configuration()
    configuration.maximumReaderCount = 4
    configuration.prepareDatabase { db in
      try db.execute(sql: "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY;")
    }
    do {
      pool = try Self.open(path, configuration)
    } catch {
      // Whatever the file is, it is no index: a new one takes its place.
      for file in [path, path + "-wal", path + "-shm"] { try? FileManager.default.removeItem(atPath: file) }
      pool = try Self.open(path, configuration)
    }
    try? FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
  }

  private static func open(_ path: String, _ configuration: Configuration) throws -> DatabasePool {
    let pool = try DatabasePool(path: path, configuration: configuration)
    try pool.write { try IndexSchema.prepare($0) }
    return pool
  }

  // MARK: What it holds

  /// The last block of which it has rows, or before which it has them all.
  struct Position: Equatable, Sendable {
    var height: UInt64
    var time: Int64
    var blockHash: Hash32
  }

  func position() throws -> Position? {
    try pool.read { db in
      guard let bytes = try Data.fetchOne(db, sql: "SELECT value FROM meta WHERE name = 'position'") else { return nil }
      var decoder = CanonicalDecoder(Array(bytes))
      return Position(
        height: try decoder.decodeInteger(), time: try decoder.decodeInteger(), blockHash: try decoder.decodeHash())
    }
  }

  func checkpoint(at height: UInt64) throws -> [UInt8]? {
    try pool.read { db in
      try Data.fetchOne(db, sql: "SELECT state FROM checkpoints WHERE height = ?", arguments: [Int64(height)])
        .map { Array($0) }
    }
  }

  func clear() throws { try pool.write { try IndexSchema.clear($0) } }

  /// A hash of all rows of each table, in the order of their keys: equal for equal contents.
  func fingerprints() throws -> [(table: String, rows: Int, hash: String)] {
    try pool.read { db in
      try IndexSchema.tables.map { table in
        let order = table == "orders" ? "oid" : table == "candles" ? "coin, span, start" : "1, 2, 3"
        let rows = try Row.fetchCursor(db, sql: "SELECT * FROM \(table) ORDER BY \(order)")
        var count = 0
        var hash = RunningHash()
        while let row = try rows.next() {
          for (_, value) in row { hash.add("\(value)") }
          count += 1
        }
        return (table, count, hash.text)
      }
    }
  }
}

/// A hash over pieces of any number.
private struct RunningHash {
  private var state = Hash32.zero

  mutating func add(_ text: String) { state = SHA256.hash(state.bytes + Array(text.utf8)) }
  var text: String { state.hex }
}

// MARK: - Reading

extension HistoryDatabase: HistoryArchive {
  func fills(of user: Address, in span: TimeSpan, ofTwapsOnly: Bool, limit: Int) -> [FillRow] {
    newest(
      "FROM fills WHERE user = ? AND time BETWEEN ? AND ?\(ofTwapsOnly ? " AND twap IS NOT NULL" : "")",
      [user.data, span.first, span.last], order: "time DESC, place DESC", limit)
  }

  func fundings(of user: Address, in span: TimeSpan, newest isNewest: Bool, limit: Int) -> [FundingRow] {
    rows("fundings", of: user, span, isNewest, limit)
  }

  func ledger(of user: Address, in span: TimeSpan, newest isNewest: Bool, limit: Int) -> [LedgerRow] {
    rows("ledger", of: user, span, isNewest, limit)
  }

  private func rows<Value: CanonicalCodable>(
    _ table: String, of user: Address, _ span: TimeSpan, _ isNewest: Bool, _ limit: Int
  ) -> [Value] {
    let source = "FROM \(table) WHERE user = ? AND time BETWEEN ? AND ?"
    let arguments: StatementArguments = [user.data, span.first, span.last]
    return isNewest
      ? newest(source, arguments, order: "time DESC, place DESC", limit)
      : select(source, arguments, order: "time, place", limit)
  }

  func fundingRates(of coin: Coin, in span: TimeSpan, limit: Int) -> [FundingRateRow] {
    select("FROM rates WHERE coin = ? AND time BETWEEN ? AND ?", [coin, span.first, span.last], order: "time", limit)
  }

  func candles(of key: CandleKey, in span: TimeSpan, limit: Int) -> [Candle] {
    newest(
      "FROM candles WHERE coin = ? AND span = ? AND start BETWEEN ? AND ?",
      [key.coin, key.interval.rawValue, span.first, span.last], order: "start DESC", limit)
  }

  func closedOrders(of user: Address, in span: TimeSpan, limit: Int) -> [OrderRow] {
    newest(
      "FROM orders WHERE user = ? AND time BETWEEN ? AND ?", [user.data, span.first, span.last],
      order: "time DESC, place DESC", limit)
  }

  func closedOrder(_ oid: UInt64) -> OrderRow? {
    guard let number = Int64(exactly: oid) else { return nil }
    let rows: [OrderRow] = select("FROM orders WHERE oid = ?", [number], order: "oid", 1)
    return rows.first
  }

  func closedOrder(_ cloid: ClientOrderID, of user: Address) -> OrderRow? {
    let rows: [OrderRow] = newest(
      "FROM orders WHERE user = ? AND cloid = ?", [user.data, cloid.data], order: "time DESC, place DESC", 1)
    return rows.first
  }

  private func newest<Value: CanonicalCodable>(
    _ source: String, _ arguments: StatementArguments, order: String, _ limit: Int
  ) -> [Value] {
    select(source, arguments, order: order, limit).reversed()
  }

  /// A file that cannot be read answers nothing: history is lost until it is made anew, trade goes on.
  private func select<Value: CanonicalCodable>(
    _ source: String, _ arguments: StatementArguments, order: String, _ limit: Int
  ) -> [Value] {
    let rows: [Value]? = try? pool.read { db in
      let statement = try db.cachedStatement(sql: "SELECT row \(source) ORDER BY \(order) LIMIT \(min(limit, 1 << 30))")
      return try Data.fetchAll(statement, arguments: arguments).compactMap { try? Value(canonicalBytes: Array($0)) }
    }
    return rows ?? []
  }
}

extension Address {
  var data: Data { Data(bytes) }
}

extension ClientOrderID {
  var data: Data {
    var encoder = CanonicalEncoder()
    encoder.encode(high)
    encoder.encode(low)
    return Data(encoder.bytes)
  }
}
