public import Canonical

extension StateStore {
  /// The bytes of a record now, uncommitted writes included; nil when there is none.
  @inlinable public func recordBytes(key: [UInt8]) -> [UInt8]? {
    var reader = RecordReader(key: key, prefix: prefix, wantsCommitted: false)
    tables.readTables(&reader)
    return reader.value
  }

  /// The bytes of a record as of the last commit.
  @inlinable public func committedRecordBytes(key: [UInt8]) -> [UInt8]? {
    var reader = RecordReader(key: key, prefix: prefix, wantsCommitted: true)
    tables.readTables(&reader)
    return reader.value
  }

  /// A key as a person reads it, `orders[17]`: the table's name and the decoded key; nil when it is no key of the room.
  @inlinable public func describe(key: [UInt8]) -> String? {
    var reader = DescribingReader(key: key, prefix: prefix)
    tables.readTables(&reader)
    return reader.text
  }

  /// The ICS23 `CommitmentProof` bytes, under the root of the last commit, of the value of `key` or of its absence.
  @inlinable public func prove(key: [UInt8]) throws(ProofError) -> [UInt8] {
    try tree.proofBytes(key: key) { handle in
      var reader = HandleReader(handle: handle, prefix: prefix)
      tables.readTables(&reader)
      return (reader.key, reader.value)
    }
  }

  /// All records of the room now, in ascending order of keys. Export right after a commit to have those of its root.
  @inlinable public func exportRecords() -> [StateRecord] {
    var reader = ExportReader(prefix: prefix)
    tables.readTables(&reader)
    reader.parts.sort { $0.id < $1.id }
    return reader.parts.flatMap { $0.records }
  }
}

extension StateStore {
  /// The root that the records have now, computed from nothing but them: equals `root` right after a commit. Hashes
  /// everything; for checks and invariants.
  @inlinable public func rebuiltRoot(workers: Int = 1) -> Hash32 {
    var rebuilt = StateTree(spec: .ics23SMT)
    return rebuilt.apply(batch: exportRecords().map { ($0.key, $0.value) }, workers: workers)
  }
}

/// Key and value of a record, both in their canonical bytes.
@frozen public struct StateRecord: Sendable, Equatable {
  public let key: [UInt8]
  public let value: [UInt8]

  @inlinable public init(key: [UInt8], value: [UInt8]) {
    self.key = key
    self.value = value
  }
}

extension Table {
  /// The table's key in the bytes of a full key; nil when they belong elsewhere or are not canonical.
  @inlinable func ownKey(_ bytes: [UInt8], prefix: UInt8) -> Key? {
    guard bytes.count >= 3, bytes[0] == prefix, UInt16(bytes[1]) << 8 | UInt16(bytes[2]) == id.rawValue,
      let key = Key(keyBytes: bytes[3...]), fullKey(key, prefix: prefix) == bytes
    else { return nil }
    return key
  }
}

extension MerkleTree {
  @usableFromInline func proofBytes(
    key: [UInt8], record: (UInt64) -> (key: [UInt8], value: [UInt8])
  ) throws(ProofError) -> [UInt8] {
    ICS23.encode(try commitmentProof(key: key, record: record))
  }
}

@frozen @usableFromInline struct RecordReader: TableReader {
  @usableFromInline var value: [UInt8]?
  @usableFromInline let key: [UInt8]
  @usableFromInline let prefix: UInt8
  @usableFromInline let wantsCommitted: Bool

  @inlinable init(key: [UInt8], prefix: UInt8, wantsCommitted: Bool) {
    self.key = key
    self.prefix = prefix
    self.wantsCommitted = wantsCommitted
  }

  @inlinable mutating func read<Key, Record>(_ table: Table<Key, Record>) {
    guard let own = table.ownKey(key, prefix: prefix) else { return }
    let slot = table.find(own)
    if slot < 0 { return }
    let record = wantsCommitted ? table.committedRecord(slot: slot) : table.slots[slot].record
    value = record?.canonicalBytes
  }
}

@frozen @usableFromInline struct DescribingReader: TableReader {
  @usableFromInline var text: String?
  @usableFromInline let key: [UInt8]
  @usableFromInline let prefix: UInt8

  @inlinable init(key: [UInt8], prefix: UInt8) {
    self.key = key
    self.prefix = prefix
  }

  @inlinable mutating func read<Key, Record>(_ table: Table<Key, Record>) {
    guard let own = table.ownKey(key, prefix: prefix) else { return }
    text = "\(table.name)[\(own.keyDescription)]"
  }
}

@frozen @usableFromInline struct HandleReader: TableReader {
  @usableFromInline var key: [UInt8] = []
  @usableFromInline var value: [UInt8] = []
  @usableFromInline var place = 0
  @usableFromInline let handle: UInt64
  @usableFromInline let prefix: UInt8

  @inlinable init(handle: UInt64, prefix: UInt8) {
    self.handle = handle
    self.prefix = prefix
  }

  @inlinable mutating func read<Key, Record>(_ table: Table<Key, Record>) {
    defer { place += 1 }
    guard UInt64(place) == handle >> 32 else { return }
    let slot = Int(handle & 0xffff_ffff)
    key = table.fullKey(table.slots[slot].key, prefix: prefix)
    value = table.committedRecord(slot: slot)?.canonicalBytes ?? []
  }
}

@frozen @usableFromInline struct ExportReader: TableReader {
  @usableFromInline var parts: [(id: TableID, records: [StateRecord])] = []
  @usableFromInline let prefix: UInt8

  @inlinable init(prefix: UInt8) { self.prefix = prefix }

  @inlinable mutating func read<Key, Record>(_ table: Table<Key, Record>) {
    var records: [StateRecord] = []
    records.reserveCapacity(table.count)
    table.forEachSorted { key, record in
      records.append(StateRecord(key: table.fullKey(key, prefix: prefix), value: record.canonicalBytes))
    }
    parts.append((table.id, records))
  }
}
