import GRDB

/// The tables of a node's history index. Every row is a function of the block log, so the file may be removed at any
/// time: it is made anew from the log.
///
/// Times are block times in Unix milliseconds. `rows` holds a person's rows of one block in their order, as a canonical
/// list; `row` holds one row's canonical bytes.
enum IndexSchema {
  /// Written into the file; another version's file is made anew.
  static let version = 3

  static let tables = [
    "people", "fills", "fundings", "ledger", "closings", "orders", "client_ids", "candles", "rates",
  ]

  private static let statements = """
    CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE people (id INTEGER PRIMARY KEY, address BLOB NOT NULL UNIQUE);
    -- Lists may be long: they stand one behind the other in the order of blocks, found through the key beside them.
    -- `twaps` counts those that slices of TWAPs made.
    CREATE TABLE fills (
      person INTEGER NOT NULL, time INTEGER NOT NULL, twaps INTEGER NOT NULL, rows BLOB NOT NULL,
      PRIMARY KEY (person, time)
    );
    CREATE INDEX fills_of_twaps ON fills (person, time) WHERE twaps > 0;
    CREATE TABLE fundings (
      person INTEGER NOT NULL, time INTEGER NOT NULL, rows BLOB NOT NULL, PRIMARY KEY (person, time)
    );
    CREATE TABLE ledger (
      person INTEGER NOT NULL, time INTEGER NOT NULL, rows BLOB NOT NULL, PRIMARY KEY (person, time)
    );
    -- Numbers of the orders that ended in a block, each `u64`.
    CREATE TABLE closings (
      person INTEGER NOT NULL, time INTEGER NOT NULL, oids BLOB NOT NULL, PRIMARY KEY (person, time)
    );
    CREATE TABLE orders (oid INTEGER PRIMARY KEY, row BLOB NOT NULL);
    -- The last closed order of a person with a client id.
    CREATE TABLE client_ids (
      person INTEGER NOT NULL, cloid BLOB NOT NULL, oid INTEGER NOT NULL, PRIMARY KEY (person, cloid)
    ) WITHOUT ROWID;
    CREATE TABLE candles (
      coin TEXT NOT NULL, span TEXT NOT NULL, start INTEGER NOT NULL, row BLOB NOT NULL,
      PRIMARY KEY (coin, span, start)
    ) WITHOUT ROWID;
    CREATE TABLE rates (
      coin TEXT NOT NULL, time INTEGER NOT NULL, row BLOB NOT NULL, PRIMARY KEY (coin, time)
    ) WITHOUT ROWID;
    CREATE TABLE checkpoints (height INTEGER PRIMARY KEY, state BLOB NOT NULL);
    PRAGMA user_version = \(version);
    """

  /// Makes the tables where the file has none, or those of another version.
  static func prepare(_ db: Database) throws {
    if try Int.fetchOne(db, sql: "PRAGMA user_version") == version { return }
    try clear(db)
  }

  /// Makes all tables new and empty.
  static func clear(_ db: Database) throws {
    let known = try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'table'")
    for table in known { try db.execute(sql: "DROP TABLE \"\(table)\"") }
    try db.execute(sql: statements)
  }
}
