public import Canonical

/// A room's committed state: its tables, the layers of writes that may still be undone, and the tree whose root is a
/// function of the records alone. A value: a copy shares pages with the original until one of them writes.
@frozen public struct StateStore<Tables: StateTables>: Sendable {
  public var tables: Tables
  /// First byte of every key of the room.
  public let prefix: UInt8
  @usableFromInline var tree: MerkleTree
  @usableFromInline var depth: Int

  /// A store over tables that were never committed elsewhere; records they already hold belong to the first commit.
  @inlinable public init(tables: Tables, prefix: UInt8) {
    self.tables = tables
    self.prefix = prefix
    tree = MerkleTree(spec: .ics23SMT)
    depth = 0
    var check = FreshTablesReader()
    tables.readTables(&check)
    check.ids.sort()
    for index in check.ids.indices.dropFirst() {
      precondition(check.ids[index - 1] != check.ids[index], "every table of a room has an id of its own")
    }
  }

  /// Layers open now.
  @inlinable public var openLayers: Int { depth }

  /// The root of the last commit; 32 zero bytes before the first record.
  @inlinable public var root: Hash32 { tree.root }

  /// Opens a layer: a savepoint to which `rollback` returns. Layers nest.
  @inlinable public mutating func begin() {
    depth += 1
    var visitor = BeginVisitor()
    tables.visitTables(&visitor)
  }

  /// Undoes every write of the innermost layer and closes it; returns how many writes there were.
  @discardableResult
  @inlinable public mutating func rollback() -> Int {
    precondition(depth > 0, "a layer is open when it is rolled back")
    depth -= 1
    var visitor = RollbackVisitor()
    tables.visitTables(&visitor)
    return visitor.undone
  }

  /// Closes the innermost layer and keeps its writes as writes of the layer below.
  @inlinable public mutating func release() {
    precondition(depth > 0, "a layer is open when it is released")
    depth -= 1
    var visitor = ReleaseVisitor()
    tables.visitTables(&visitor)
  }

  /// Folds the records that changed since the last commit into the tree and returns the root. A record written back to
  /// its committed content does not count. No layer may be open. `workers` threads share the hashing; the root does not
  /// depend on their number.
  @discardableResult
  @inlinable public mutating func commit(workers: Int = 1) -> Hash32 {
    precondition(depth == 0, "no layer is open at a commit")
    var visitor = CommitVisitor(prefix: prefix, workers: workers)
    tables.visitTables(&visitor)
    return tree.apply(visitor.batch, workers: workers)
  }

  /// An independent store with the same content; shares pages until either writes.
  @inlinable public func fork() -> Self { self }

  /// Records now, uncommitted ones included.
  @inlinable public var recordCount: Int {
    var reader = CountReader()
    tables.readTables(&reader)
    return reader.count
  }

  /// What differs from the last commit, in ascending order of keys.
  @inlinable public func changesSinceCommit() -> [StateChange] {
    var reader = ChangeReader(prefix: prefix)
    tables.readTables(&reader)
    return reader.changes.sorted { $0.key.lexicographicallyPrecedes($1.key) }
  }
}

@frozen @usableFromInline struct CountReader: TableReader {
  @usableFromInline var count = 0

  @inlinable init() {}

  @inlinable mutating func read<Key, Record>(_ table: Table<Key, Record>) { count += table.count }
}

@frozen @usableFromInline struct FreshTablesReader: TableReader {
  @usableFromInline var ids: [TableID] = []

  @inlinable init() {}

  @inlinable mutating func read<Key, Record>(_ table: Table<Key, Record>) {
    precondition(table.changes.count == table.index.used, "tables of a new store were never committed elsewhere")
    precondition(table.journal.depth == 0, "tables of a new store have no layer open")
    ids.append(table.id)
  }
}
