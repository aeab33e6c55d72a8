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
      // The log of changes goes into the file each 32 MB: a page that changes often is then written there once.
      try db.execute(
        sql: """
          PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY;
          PRAGMA wal_autocheckpoint = 8000; PRAGMA journal_size_limit = 33554432;
          """)
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

  func people() throws -> [Address: Int64] {
    try pool.read { db in
      var people: [Address: Int64] = [:]
      let rows = try Row.fetchCursor(db, sql: "SELECT id, address FROM people")
      while let row = try rows.next() {
        let bytes: Data = row[1]
        if let address = Address(Array(bytes)[...]) { people[address] = row[0] }
      }
      return people
    }
  }

  /// A hash of all rows of each table, in the order of their keys: equal for equal contents.
  func fingerprints() throws -> [(table: String, rows: Int, hash: String)] {
    try pool.read { db in
      try IndexSchema.tables.map { table in
        let keys = try db.primaryKey(table).columns.joined(separator: ", ")
        let rows = try Row.fetchCursor(db, sql: "SELECT * FROM \(table) ORDER BY \(keys)")
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
    let source = "rows FROM fills WHERE person = ? AND time BETWEEN ? AND ?\(ofTwapsOnly ? " AND twaps > 0" : "")"
    return lists(source, of: user, span, isNewest: true, limit) { rows in
      ofTwapsOnly ? rows.filter { $0.twapID != nil } : rows
    }
  }

  func fundings(of user: Address, in span: TimeSpan, newest: Bool, limit: Int) -> [FundingRow] {
    lists(
      "rows FROM fundings WHERE person = ? AND time BETWEEN ? AND ?", of: user, span, isNewest: newest, limit
    ) { $0 }
  }

  func ledger(of user: Address, in span: TimeSpan, newest: Bool, limit: Int) -> [LedgerRow] {
    lists("rows FROM ledger WHERE person = ? AND time BETWEEN ? AND ?", of: user, span, isNewest: newest, limit) { $0 }
  }

  func fundingRates(of coin: Coin, in span: TimeSpan, limit: Int) -> [FundingRateRow] {
    read { db in
      try Self.values(
        db, "row FROM rates WHERE coin = ? AND time BETWEEN ? AND ? ORDER BY time LIMIT ?",
        [coin, span.first, span.last, limit])
    }
  }

  func candles(of key: CandleKey, in span: TimeSpan, limit: Int) -> [Candle] {
    read { db in
      try Self.values(
        db, "row FROM candles WHERE coin = ? AND span = ? AND start BETWEEN ? AND ? ORDER BY start DESC LIMIT ?",
        [key.coin, key.interval.rawValue, span.first, span.last, limit]
      ).reversed()
    }
  }

  func closedOrders(of user: Address, in span: TimeSpan, limit: Int) -> [OrderRow] {
    read { db in
      guard let person = try Self.person(user, db) else { return [] }
      let blobs = try Data.fetchCursor(
        try db.cachedStatement(
          sql: "SELECT oids FROM closings WHERE person = ? AND time BETWEEN ? AND ? ORDER BY time DESC"),
        arguments: [person, span.first, span.last])
      var rows: [OrderRow] = []
      while rows.count < limit, let blob = try blobs.next() {
        var decoder = CanonicalDecoder(Array(blob))
        var oids: [UInt64] = []
        while decoder.left > 0 { oids.append(try decoder.decodeInteger()) }
        for oid in oids.reversed() { rows += try Self.order(oid, db) }
      }
      return rows.prefix(limit).reversed()
    }
  }

  func closedOrder(_ oid: UInt64) -> OrderRow? { read { try Self.order(oid, $0) }.first }

  func closedOrder(_ cloid: ClientOrderID, of user: Address) -> OrderRow? {
    let found: [OrderRow] = read { db in
      guard let person = try Self.person(user, db) else { return [] }
      let statement = try db.cachedStatement(sql: "SELECT oid FROM client_ids WHERE person = ? AND cloid = ?")
      guard let oid = try Int64.fetchOne(statement, arguments: [person, Data(cloid.bytes)]) else { return [] }
      return try Self.order(UInt64(bitPattern: oid), db)
    }
    return found.first
  }

  // MARK: Parts

  private static func order(_ oid: UInt64, _ db: Database) throws -> [OrderRow] {
    try values(db, "row FROM orders WHERE oid = ?", [Int64(bitPattern: oid)])
  }

  private static func person(_ user: Address, _ db: Database) throws -> Int64? {
    let statement = try db.cachedStatement(sql: "SELECT id FROM people WHERE address = ?")
    return try Int64.fetchOne(statement, arguments: [Data(user.bytes)])
  }

  private static func values<Value: CanonicalCodable>(
    _ db: Database, _ source: String, _ arguments: StatementArguments
  ) throws -> [Value] {
    try Data.fetchAll(try db.cachedStatement(sql: "SELECT \(source)"), arguments: arguments)
      .map { try Value(canonicalBytes: Array($0)) }
  }

  /// A person's rows, which stand together block by block: the newest or the oldest, ascending.
  private func lists<Value: CanonicalCodable>(
    _ source: String, of user: Address, _ span: TimeSpan, isNewest: Bool, _ limit: Int,
    _ wanted: ([Value]) -> [Value]
  ) -> [Value] {
    read { db in
      guard let person = try Self.person(user, db) else { return [] }
      let statement = try db.cachedStatement(sql: "SELECT \(source) ORDER BY time\(isNewest ? " DESC" : "")")
      let blobs = try Data.fetchCursor(statement, arguments: [person, span.first, span.last])
      var rows: [Value] = []
      while rows.count < limit, let blob = try blobs.next() {
        var decoder = CanonicalDecoder(Array(blob))
        let list = wanted(try decoder.decodeList())
        rows += isNewest ? list.reversed() : list
      }
      let found = rows.prefix(limit)
      return isNewest ? found.reversed() : Array(found)
    }
  }

  /// A file that cannot be read answers nothing: history is lost until it is made anew, trade goes on.
  private func read<Value>(_ body: (Database) throws -> [Value]) -> [Value] { (try? pool.read(body)) ?? [] }
}
