public import Canonical
import Cryptography

/// A state tree that keeps its own keys and values: the tree of `StateStore` without tables.
public struct StateTree: Sendable {
  private var tree: MerkleTree
  private var records: PagedArray<6, Record> = PagedArray()
  private var free: ContiguousArray<UInt32> = []

  private struct Record: Sendable {
    var key: [UInt8]
    var value: [UInt8]
  }

  public init(spec: TreeSpec) { tree = MerkleTree(spec: spec) }

  public var spec: TreeSpec { tree.spec }

  /// The hash of the whole tree; the specification's empty hash when there is no record.
  public var root: Hash32 { tree.root }

  public var count: Int { tree.leafCount }

  /// Writes a batch; nil removes. The last write of a key wins. Keys and values have at least one byte: an ICS23
  /// verifier refuses others.
  @discardableResult
  public mutating func apply(batch: [(key: [UInt8], value: [UInt8]?)], workers: Int = 1) -> Hash32 {
    var writes: ContiguousArray<(path: Hash32, place: Int)> = []
    writes.reserveCapacity(batch.count)
    for place in batch.indices {
      precondition(!batch[place].key.isEmpty, "a key has at least one byte")
      writes.append((SHA256.hash(batch[place].key), place))
    }
    writes.sort { $0.path != $1.path ? $0.path < $1.path : $0.place < $1.place }
    var updates: ContiguousArray<TreeUpdate> = []
    for index in writes.indices {
      let isLast = index + 1 == writes.count || writes[index + 1].path != writes[index].path
      guard isLast else { continue }
      let (path, place) = writes[index]
      updates.append(store(batch[place].key, batch[place].value, path))
    }
    return tree.apply(updates, workers: workers)
  }

  /// The value of a key.
  public func value(of key: [UInt8]) -> [UInt8]? {
    tree.leaf(path: SHA256.hash(key)).map { records[Int($0.handle)].value }
  }

  /// The ICS23 `CommitmentProof` bytes of a key's value or absence.
  public func prove(key: [UInt8]) throws(ProofError) -> [UInt8] {
    ICS23.encode(
      try tree.commitmentProof(key: key) { handle in
        let record = records[Int(handle)]
        return (record.key, record.value)
      })
  }

  private mutating func store(_ key: [UInt8], _ value: [UInt8]?, _ path: Hash32) -> TreeUpdate {
    let present = tree.leaf(path: path).map { Int($0.handle) }
    guard let value else {
      if let present {
        records[present] = Record(key: [], value: [])
        free.append(UInt32(present))
      }
      return TreeUpdate(removing: path)
    }
    precondition(!value.isEmpty, "a value has at least one byte")
    let record = Record(key: key, value: value)
    let place: Int
    if let present {
      place = present
      records[place] = record
    } else if let reused = free.popLast() {
      place = Int(reused)
      records[place] = record
    } else {
      place = records.count
      records.append(record)
    }
    return TreeUpdate(path: path, valueHash: SHA256.hash(value), handle: UInt64(place))
  }
}
