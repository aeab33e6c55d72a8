public import Canonical

/// Why records were not taken in.
public enum StateImportError: Error, Sendable, Equatable {
  /// Records are taken into an empty store only.
  case storeNotEmpty
  /// Keys ascend strictly; this one does not.
  case outOfOrder(key: [UInt8])
  /// Another room's prefix, or a table that the room does not have.
  case unknownTable(key: [UInt8])
  /// The bytes behind the table id are not the canonical bytes of one of its keys.
  case malformedKey(key: [UInt8])
  /// The value is not the canonical encoding of a record of its table.
  case malformedRecord(key: [UInt8], CanonicalError)
  /// The records have another root than the one they were announced with.
  case rootMismatch(expected: Hash32, found: Hash32)
}

extension StateStore {
  /// Fills an empty store with exported records and commits them. On an error the store stays as it was. With
  /// `expectedRoot` the rebuilt root has to be that one.
  @discardableResult
  @inlinable public mutating func importRecords(
    _ records: [StateRecord], expectedRoot: Hash32? = nil, workers: Int = 1
  ) throws(StateImportError) -> Hash32 {
    guard recordCount == 0, depth == 0, tree.leafCount == 0 else { throw .storeNotEmpty }
    for index in records.indices.dropFirst() {
      guard records[index - 1].key.lexicographicallyPrecedes(records[index].key) else {
        throw .outOfOrder(key: records[index].key)
      }
    }
    var filled = self
    var start = records.startIndex
    while start < records.endIndex {
      var visitor = ImportVisitor(records: records, start: start, prefix: prefix)
      filled.tables.visitTables(&visitor)
      if let error = visitor.error { throw error }
      guard visitor.end > start else { throw .unknownTable(key: records[start].key) }
      start = visitor.end
    }
    let root = filled.commit(workers: workers)
    if let expectedRoot, expectedRoot != root { throw .rootMismatch(expected: expectedRoot, found: root) }
    self = filled
    return root
  }
}

/// Takes the run of records that belongs to one table.
@frozen @usableFromInline struct ImportVisitor: TableVisitor {
  @usableFromInline let records: [StateRecord]
  @usableFromInline let start: Int
  @usableFromInline let prefix: UInt8
  @usableFromInline var end: Int
  @usableFromInline var error: StateImportError?

  @inlinable init(records: [StateRecord], start: Int, prefix: UInt8) {
    self.records = records
    self.start = start
    self.prefix = prefix
    end = start
  }

  @inlinable mutating func visit<Key, Record>(_ table: inout Table<Key, Record>) {
    if end > start || error != nil { return }
    let head: [UInt8] = [prefix, UInt8(table.id.rawValue >> 8), UInt8(table.id.rawValue & 0xff)]
    while end < records.endIndex && records[end].key.starts(with: head) {
      do throws(StateImportError) {
        try Self.take(records[end], into: &table, prefix)
      } catch {
        self.error = error
        return
      }
      end += 1
    }
  }

  @inlinable static func take<Key, Record>(
    _ exported: StateRecord, into table: inout Table<Key, Record>, _ prefix: UInt8
  ) throws(StateImportError) {
    guard let key = table.ownKey(exported.key, prefix: prefix) else { throw .malformedKey(key: exported.key) }
    let record: Record
    do throws(CanonicalError) {
      record = try Record(canonicalBytes: exported.value)
    } catch {
      throw .malformedRecord(key: exported.key, error)
    }
    guard !exported.value.isEmpty, record.canonicalBytes == exported.value else {
      throw .malformedRecord(key: exported.key, .invalidValue("the record does not encode to the same bytes"))
    }
    table.set(key, record)
  }
}
