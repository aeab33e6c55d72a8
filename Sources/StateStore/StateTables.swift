/// Walks over the tables of a room and may change them.
public protocol TableVisitor {
  mutating func visit<Key, Record>(_ table: inout Table<Key, Record>)
}

/// Walks over the tables of a room and reads them.
public protocol TableReader {
  mutating func read<Key, Record>(_ table: Table<Key, Record>)
}

/// A room's state: it lists its tables, always in the same order. What is fast and derived may stand beside the tables;
/// it is not journaled and must be rebuilt by its owner after a rollback that undid something.
public protocol StateTables: Sendable {
  mutating func visitTables(_ visitor: inout some TableVisitor)

  /// Has a default which walks over a copy (pages are shared, so it costs a reference count an array).
  func readTables(_ reader: inout some TableReader)
}

@frozen @usableFromInline struct ReadingVisitor<Reader: TableReader>: TableVisitor {
  @usableFromInline var reader: Reader

  @inlinable init(_ reader: Reader) { self.reader = reader }

  @inlinable mutating func visit<Key, Record>(_ table: inout Table<Key, Record>) { reader.read(table) }
}

extension StateTables {
  @inlinable public func readTables<Reader: TableReader>(_ reader: inout Reader) {
    var copy = self
    var visitor = ReadingVisitor(reader)
    copy.visitTables(&visitor)
    reader = visitor.reader
  }
}

@frozen @usableFromInline struct BeginVisitor: TableVisitor {
  @inlinable init() {}

  @inlinable mutating func visit<Key, Record>(_ table: inout Table<Key, Record>) { table.journal.depth += 1 }
}

@frozen @usableFromInline struct ReleaseVisitor: TableVisitor {
  @inlinable init() {}

  @inlinable mutating func visit<Key, Record>(_ table: inout Table<Key, Record>) { table.journal.release() }
}

@frozen @usableFromInline struct RollbackVisitor: TableVisitor {
  @usableFromInline var undone = 0

  @inlinable init() {}

  @inlinable mutating func visit<Key, Record>(_ table: inout Table<Key, Record>) { undone += table.rollback() }
}

extension Table {
  /// Undoes the writes of the innermost layer and closes it; returns how many there were.
  @inlinable mutating func rollback() -> Int {
    let depth = journal.depth
    journal.depth = depth - 1
    guard let mark = journal.marks.last, mark.depth == depth else { return 0 }
    let undone = journal.entries.count - mark.start
    for _ in 0..<undone {
      let entry = journal.entries.removeLast()
      restore(entry)
    }
    journal.removeLastMark()
    return undone
  }

  @inlinable mutating func restore(_ entry: Undo<Record>) {
    let slot = Int(entry.slot)
    live += (entry.old == nil ? 0 : 1) - (slots[slot].record == nil ? 0 : 1)
    slots[slot].record = entry.old
  }
}
