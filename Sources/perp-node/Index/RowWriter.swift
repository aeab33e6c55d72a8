import Canonical
import GRDB
import GRDBSQLite
import Hyperliquid
import HyperliquidGateway
import VenueKit

/// Writes the rows of blocks. Statements are bound without the library's values in between: a busy block has ten thousand
/// rows.
struct RowWriter {
  private let db: Database
  /// Numbers of people, as the file has them.
  private var people: [Address: Int64]

  init(_ db: Database, people: [Address: Int64]) {
    self.db = db
    self.people = people
  }

  var knownPeople: [Address: Int64] { people }

  mutating func write(_ update: BlockUpdate) throws {
    let time = update.time
    let named = [
      update.fills.keys.sorted(), update.fundings.keys.sorted(), update.ledger.keys.sorted(),
      update.orders.keys.sorted(),
    ]
    for user in Set(named.joined()).sorted() { try note(user) }
    try lists(update.fills) { person, rows in
      try insert("fills (person, time, twaps, rows) VALUES (?, ?, ?, ?)") {
        $0.bind(person, 1)
        $0.bind(time, 2)
        $0.bind(Int64(rows.count { $0.twapID != nil }), 3)
        $0.bind(Self.bytes(rows), 4)
      }
    }
    try lists(update.fundings) { try insert("fundings", $0, time, Self.bytes($1)) }
    try lists(update.ledger) { try insert("ledger", $0, time, Self.bytes($1)) }
    try writeOrders(update.orders, time)
    for key in update.candles.keys.sorted(by: { ($0.coin, $0.interval.rawValue) < ($1.coin, $1.interval.rawValue) }) {
      guard let candle = update.candles[key] else { continue }
      try insert("candles (coin, span, start, row) VALUES (?, ?, ?, ?)") {
        $0.bind(Array(key.coin.utf8), 1, isText: true)
        $0.bind(Array(key.interval.rawValue.utf8), 2, isText: true)
        $0.bind(candle.start, 3)
        $0.bind(candle.canonicalBytes, 4)
      }
    }
    for (coin, rate) in update.fundingRates.sorted(by: { $0.key < $1.key }) {
      try insert("rates (coin, time, row) VALUES (?, ?, ?)") {
        $0.bind(Array(coin.utf8), 1, isText: true)
        $0.bind(time, 2)
        $0.bind(rate.canonicalBytes, 3)
      }
    }
  }

  private func writeOrders(_ orders: [Address: [OrderRow]], _ time: Int64) throws {
    var closed: [OrderRow] = []
    try lists(orders.mapValues { $0.filter(\.isClosed) }) { person, rows in
      var encoder = CanonicalEncoder(reservingCapacity: 8 * rows.count)
      for row in rows {
        encoder.encode(row.oid)
        guard let cloid = row.cloid else { continue }
        try insert("client_ids (person, cloid, oid) VALUES (?, ?, ?)") {
          $0.bind(person, 1)
          $0.bind(cloid.bytes, 2)
          $0.bind(Int64(bitPattern: row.oid), 3)
        }
      }
      closed += rows
      try insert("closings (person, time, oids) VALUES (?, ?, ?)") {
        $0.bind(person, 1)
        $0.bind(time, 2)
        $0.bind(encoder.bytes, 3)
      }
    }
    // Ascending: neighbours share pages.
    closed.sort { $0.oid < $1.oid }
    for row in closed {
      try insert("orders (oid, row) VALUES (?, ?)") {
        $0.bind(Int64(bitPattern: row.oid), 1)
        $0.bind(row.canonicalBytes, 2)
      }
    }
  }

  // MARK: Parts

  /// Each person's rows, in the order of addresses; the empty ones are passed over.
  private func lists<Value>(_ all: [Address: [Value]], _ body: (Int64, [Value]) throws -> Void) throws {
    for user in all.keys.sorted() {
      guard let rows = all[user], !rows.isEmpty, let person = people[user] else { continue }
      try body(person, rows)
    }
  }

  private mutating func note(_ user: Address) throws {
    if people[user] != nil { return }
    let id = Int64(people.count + 1)
    try insert("people (id, address) VALUES (?, ?)") {
      $0.bind(id, 1)
      $0.bind(user.bytes, 2)
    }
    people[user] = id
  }

  private static func bytes<Value: CanonicalCodable>(_ rows: [Value]) -> [UInt8] {
    var encoder = CanonicalEncoder(reservingCapacity: 256 * rows.count)
    encoder.encode(list: rows)
    return encoder.bytes
  }

  private func insert(_ table: String, _ person: Int64, _ time: Int64, _ rows: [UInt8]) throws {
    try insert("\(table) (person, time, rows) VALUES (?, ?, ?)") {
      $0.bind(person, 1)
      $0.bind(time, 2)
      $0.bind(rows, 3)
    }
  }

  private func insert(_ target: String, _ bind: (BoundStatement) -> Void) throws {
    let statement = BoundStatement(try db.cachedStatement(sql: "INSERT OR REPLACE INTO \(target)"))
    bind(statement)
    try statement.run()
  }
}

/// A prepared statement that takes its values as they are.
private struct BoundStatement {
  private let statement: OpaquePointer

  init(_ statement: Statement) { self.statement = statement.sqliteStatement }

  func bind(_ value: Int64, _ place: Int32) { sqlite3_bind_int64(statement, place, value) }

  /// The bytes are copied.
  func bind(_ bytes: [UInt8], _ place: Int32, isText: Bool = false) {
    let copied = unsafeBitCast(OpaquePointer(bitPattern: -1), to: sqlite3_destructor_type.self)
    bytes.withUnsafeBytes { buffer in
      if isText {
        _ = sqlite3_bind_text(
          statement, place, buffer.bindMemory(to: CChar.self).baseAddress, Int32(clamping: bytes.count), copied)
      } else {
        _ = sqlite3_bind_blob(statement, place, buffer.baseAddress, Int32(clamping: bytes.count), copied)
      }
    }
  }

  func run() throws {
    let code = sqlite3_step(statement)
    sqlite3_reset(statement)
    guard code == SQLITE_DONE else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
  }
}

extension ClientOrderID {
  var bytes: [UInt8] {
    var encoder = CanonicalEncoder(reservingCapacity: 16)
    encoder.encode(high)
    encoder.encode(low)
    return encoder.bytes
  }
}
