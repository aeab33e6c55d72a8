public import Canonical
public import Cryptography

extension Table {
  /// The bytes of a key in the tree: room prefix, table id, key fields.
  @inlinable func fullKey(_ key: Key, prefix: UInt8) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(40)
    appendFullKey(key, prefix: prefix, to: &bytes)
    return bytes
  }

  @inlinable func appendFullKey(_ key: Key, prefix: UInt8, to bytes: inout [UInt8]) {
    bytes.append(prefix)
    appendBigEndian(id.rawValue, to: &bytes)
    key.encodeKey(into: &bytes)
  }

  /// Appends what differs from the last commit to `batch`; handles are (table's place, slot). `workers` threads share
  /// the encoding and hashing; each change has its own place in the result, so their number does not show.
  @inlinable mutating func collectUpdates(
    into batch: inout ContiguousArray<TreeUpdate>, prefix: UInt8, place: Int, workers: Int
  ) {
    precondition(journal.depth == 0, "no layer is open at a commit")
    let updates = hashedChanges(prefix: prefix, place: place, workers: workers)
    batch.reserveCapacity(batch.count + updates.count)
    for position in updates.indices {
      guard let update = updates[position] else { continue }
      let slot = Int(changes[position].slot)
      if paths[slot] == .zero { paths[slot] = update.path }
      batch.append(update)
    }
  }

  /// One entry for each entry of `changes`: nil where the record is as committed.
  @inlinable func hashedChanges(prefix: UInt8, place: Int, workers: Int) -> ContiguousArray<TreeUpdate?> {
    ContiguousArray(unsafeUninitializedCapacity: changes.count) { buffer, filled in
      let output = DisjointPlaces(base: buffer)
      performInChunks(count: changes.count, of: 256, workers: workers) { chunk in
        var key: [UInt8] = []
        var encoder = CanonicalEncoder(reservingCapacity: 128)
        for position in chunk {
          let update = hashedChange(changes[position], prefix, place, &key, &encoder)
          output.base.initializeElement(at: position, to: update)
        }
      }
      filled = changes.count
    }
  }

  @inlinable @inline(__always) func hashedChange(
    _ change: SlotChange<Record>, _ prefix: UInt8, _ place: Int, _ key: inout [UInt8],
    _ encoder: inout CanonicalEncoder
  ) -> TreeUpdate? {
    let slot = Int(change.slot)
    guard slots[slot].record != change.committed else { return nil }
    var path = paths[slot]
    if path == .zero {
      key.removeAll(keepingCapacity: true)
      appendFullKey(slots[slot].key, prefix: prefix, to: &key)
      path = SHA256.hash(key)
    }
    guard let record = slots[slot].record else { return TreeUpdate(removing: path) }
    encoder.bytes.removeAll(keepingCapacity: true)
    record.encode(into: &encoder)
    precondition(!encoder.bytes.isEmpty, "a record encodes to at least one byte")
    return TreeUpdate(
      path: path, valueHash: SHA256.hash(encoder.bytes), handle: UInt64(place) << 32 | UInt64(change.slot))
  }

  /// Makes the present records the committed ones: slots of deleted records become free.
  @inlinable mutating func settle() {
    for change in changes {
      let slot = Int(change.slot)
      slots[slot].change = 0
      if slots[slot].record == nil {
        index.remove(tag: SlotIndex.tag(slots[slot].key.hashWord), slot: slot)
        free.append(change.slot)
      }
    }
    // A genesis of a million records should not keep its list's memory for ever.
    changes.removeAll(keepingCapacity: changes.count <= 1 << 16)
  }

  /// The record of a slot as of the last commit.
  @inlinable func committedRecord(slot: Int) -> Record? {
    let change = slots[slot].change
    return change == 0 ? slots[slot].record : changes[Int(change) - 1].committed
  }

  /// Appends the records that differ from the committed ones.
  @inlinable func collectChanges(into list: inout [StateChange], prefix: UInt8) {
    for change in changes {
      let slot = slots[Int(change.slot)]
      if slot.record == change.committed { continue }
      list.append(
        StateChange(
          key: fullKey(slot.key, prefix: prefix), old: change.committed?.canonicalBytes,
          new: slot.record?.canonicalBytes))
    }
  }
}

/// A record that differs from the last commit; nil on one side when it was made or removed.
@frozen public struct StateChange: Sendable, Equatable {
  public let key: [UInt8]
  public let old: [UInt8]?
  public let new: [UInt8]?

  @inlinable public init(key: [UInt8], old: [UInt8]?, new: [UInt8]?) {
    self.key = key
    self.old = old
    self.new = new
  }
}

@frozen @usableFromInline struct CommitVisitor: TableVisitor {
  @usableFromInline var batch: ContiguousArray<TreeUpdate> = []
  @usableFromInline var place = 0
  @usableFromInline let prefix: UInt8
  @usableFromInline let workers: Int

  @inlinable init(prefix: UInt8, workers: Int) {
    self.prefix = prefix
    self.workers = workers
  }

  @inlinable mutating func visit<Key, Record>(_ table: inout Table<Key, Record>) {
    if !table.changes.isEmpty {
      table.collectUpdates(into: &batch, prefix: prefix, place: place, workers: workers)
      table.settle()
    }
    place += 1
  }
}

@frozen @usableFromInline struct ChangeReader: TableReader {
  @usableFromInline var changes: [StateChange] = []
  @usableFromInline let prefix: UInt8

  @inlinable init(prefix: UInt8) { self.prefix = prefix }

  @inlinable mutating func read<Key, Record>(_ table: Table<Key, Record>) {
    table.collectChanges(into: &changes, prefix: prefix)
  }
}
