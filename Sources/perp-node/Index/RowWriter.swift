import Canonical
import GRDB
import GRDBSQLite
import Hyperliquid
import HyperliquidGateway
import VenueKit

/// Writes the rows of blocks. Statements are bound without the library's values in between: a busy block has ten thousand
/// rows.
struct RowWriter {
  private let statements: Statements
  /// Numbers of people, as the file has them.
  private var people: [Address: Int64]

  init(_ db: Database, people: [Address: Int64]) throws {
    statements = try Statements(db)
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
      try statements.fills.run {
        $0.bind(person, 1)
        $0.bind(time, 2)
        $0.bind(Int64(rows.count { $0.twapID != nil }), 3)
        $0.bind(Self.bytes(rows), 4)
      }
    }
    try lists(update.fundings) { try statements.fundings.run($0, time, Self.bytes($1)) }
    try lists(update.ledger) { try statements.ledger.run($0, time, Self.bytes($1)) }
    try writeOrders(update.orders, time)
    for key in update.candles.keys.sorted(by: { ($0.coin, $0.interval.rawValue) < ($1.coin, $1.interval.rawValue) }) {
      guard let candle = update.candles[key] else { continue }
      try statements.candles.run {
        $0.bind(Array(key.coin.utf8), 1, isText: true)
        $0.bind(Array(key.interval.rawValue.utf8), 2, isText: true)
        $0.bind(candle.start, 3)
        $0.bind(candle.canonicalBytes, 4)
      }
    }
    for (coin, rate) in update.fundingRates.sorted(by: { $0.key < $1.key }) {
      try statements.rates.run {
        $0.bind(Array(coin.utf8), 1, isText: true)
        $0.bind(time, 2)
        $0.bind(rate.canonicalBytes, 3)
      }
    }
  }

  private func writeOrders(_ orders: [Address: [OrderRow]], _ time: Int64) throws {
    // Where closed orders stand, since to move the rows themselves costs more than to write them.
    var closed: [(oid: UInt64, user: Int, row: Int)] = []
    var all: [[OrderRow]] = []
    try lists(orders) { person, rows in
      var encoder = CanonicalEncoder(reservingCapacity: 8 * rows.count)
      for index in rows.indices where rows[index].isClosed {
        let oid = rows[index].oid
        encoder.encode(oid)
        closed.append((oid, all.count, index))
        guard let cloid = rows[index].cloid else { continue }
        try statements.clientIDs.run {
          $0.bind(person, 1)
          $0.bind(cloid.bytes, 2)
          $0.bind(Int64(bitPattern: oid), 3)
        }
      }
      all.append(rows)
      if !encoder.bytes.isEmpty { try statements.closings.run(person, time, encoder.bytes) }
    }
    // Ascending: neighbours share pages.
    closed.sort { $0.oid < $1.oid }
    for place in closed {
      var encoder = CanonicalEncoder(reservingCapacity: 192)
      all[place.user][place.row].encode(into: &encoder)
      try statements.orders.run {
        $0.bind(Int64(bitPattern: place.oid), 1)
        $0.bind(encoder.bytes, 2)
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
    try statements.people.run {
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
}

/// The statements of one transaction.
private struct Statements {
  let people: BoundStatement
  let fills: BoundStatement
  let fundings: BoundStatement
  let ledger: BoundStatement
  let closings: BoundStatement
  let orders: BoundStatement
  let clientIDs: BoundStatement
  let candles: BoundStatement
  let rates: BoundStatement

  init(_ db: Database) throws {
    func insert(_ target: String, _ count: Int) throws -> BoundStatement {
      let values = Array(repeating: "?", count: count).joined(separator: ", ")
      return BoundStatement(try db.cachedStatement(sql: "INSERT OR REPLACE INTO \(target) VALUES (\(values))"))
    }
    people = try insert("people (id, address)", 2)
    fills = try insert("fills (person, time, twaps, rows)", 4)
    fundings = try insert("fundings (person, time, rows)", 3)
    ledger = try insert("ledger (person, time, rows)", 3)
    closings = try insert("closings (person, time, oids)", 3)
    orders = try insert("orders (oid, row)", 2)
    clientIDs = try insert("client_ids (person, cloid, oid)", 3)
    candles = try insert("candles (coin, span, start, row)", 4)
    rates = try insert("rates (coin, time, row)", 3)
  }
}

/// A prepared statement that takes its values as they are.
private struct BoundStatement {
  private let statement: Statement

  init(_ statement: Statement) { self.statement = statement }

  func bind(_ value: Int64, _ place: Int32) { sqlite3_bind_int64(statement.sqliteStatement, place, value) }

  /// The bytes are copied.
  func bind(_ bytes: [UInt8], _ place: Int32, isText: Bool = false) {
    let statement = statement.sqliteStatement
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

  /// A person's rows of a block.
  func run(_ person: Int64, _ time: Int64, _ rows: [UInt8]) throws {
    try run {
      $0.bind(person, 1)
      $0.bind(time, 2)
      $0.bind(rows, 3)
    }
  }

  func run(_ bind: (BoundStatement) -> Void) throws {
    bind(self)
    let code = sqlite3_step(statement.sqliteStatement)
    sqlite3_reset(statement.sqliteStatement)
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
