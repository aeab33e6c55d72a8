public import Canonical
public import Cryptography

extension Table {
  /// The bytes of a key in the tree: room prefix, table id, key fields.
  @inlinable func fullKey(_ key: Key, prefix: UInt8) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(40)
    bytes.append(prefix)
    appendBigEndian(id.rawValue, to: &bytes)
    key.encodeKey(into: &bytes)
    return bytes
  }

  /// Appends what differs from the last commit to `batch`; handles are (table's place, slot).
  @inlinable mutating func collectUpdates(into batch: inout ContiguousArray<TreeUpdate>, prefix: UInt8, place: Int) {
    precondition(journal.depth == 0, "no layer is open at a commit")
    var encoder = CanonicalEncoder()
    for change in changes {
      let slot = Int(change.slot)
      guard slots[slot].record != change.committed else { continue }
      var path = paths[slot]
      if path == .zero {
        path = SHA256.hash(fullKey(slots[slot].key, prefix: prefix))
        paths[slot] = path
      }
      if let record = slots[slot].record {
        encoder.bytes.removeAll(keepingCapacity: true)
        record.encode(into: &encoder)
        precondition(!encoder.bytes.isEmpty, "a record encodes to at least one byte")
        let handle = UInt64(place) << 32 | UInt64(change.slot)
        batch.append(TreeUpdate(path: path, valueHash: SHA256.hash(encoder.bytes), handle: handle))
      } else {
        batch.append(TreeUpdate(removing: path))
      }
    }
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
    changes.removeAll(keepingCapacity: changes.count <= 4096)
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

  @inlinable init(prefix: UInt8) { self.prefix = prefix }

  @inlinable mutating func visit<Key, Record>(_ table: inout Table<Key, Record>) {
    if !table.changes.isEmpty {
      table.collectUpdates(into: &batch, prefix: prefix, place: place)
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
