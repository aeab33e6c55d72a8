import GRDB

/// The tables of a node's history index. Every row is a function of the block log, so the file may be removed at any
/// time: it is made anew from the log.
///
/// `row` holds the row's canonical bytes; the columns before it are what it is found by. Times are block times in Unix
/// milliseconds, `place` counts the rows of a user in a block.
enum IndexSchema {
  /// Written into the file; another version's file is made anew.
  static let version = 1

  static let tables = ["fills", "orders", "fundings", "ledger", "candles", "rates"]

  private static let statements = """
    CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE fills (
      user BLOB NOT NULL, time INTEGER NOT NULL, place INTEGER NOT NULL, twap INTEGER, row BLOB NOT NULL,
      PRIMARY KEY (user, time, place)
    ) WITHOUT ROWID;
    CREATE INDEX fills_of_twaps ON fills (user, time, place) WHERE twap IS NOT NULL;
    CREATE TABLE orders (
      oid INTEGER PRIMARY KEY, user BLOB NOT NULL, time INTEGER NOT NULL, place INTEGER NOT NULL, cloid BLOB,
      row BLOB NOT NULL
    );
    CREATE INDEX orders_of_users ON orders (user, time, place);
    CREATE INDEX orders_of_clients ON orders (user, cloid, time) WHERE cloid IS NOT NULL;
    CREATE TABLE fundings (
      user BLOB NOT NULL, time INTEGER NOT NULL, place INTEGER NOT NULL, row BLOB NOT NULL,
      PRIMARY KEY (user, time, place)
    ) WITHOUT ROWID;
    CREATE TABLE ledger (
      user BLOB NOT NULL, time INTEGER NOT NULL, place INTEGER NOT NULL, row BLOB NOT NULL,
      PRIMARY KEY (user, time, place)
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
    for table in tables + ["meta", "checkpoints"] { try db.execute(sql: "DROP TABLE IF EXISTS \(table)") }
    try db.execute(sql: statements)
  }
}
