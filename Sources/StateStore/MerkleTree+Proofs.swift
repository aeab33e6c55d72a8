import Canonical
import Cryptography

extension MerkleTree {
  /// The ICS23 proof of what the tree says about `key`. `record` gives key and value of a leaf's handle.
  func commitmentProof(
    key: [UInt8], record: (UInt64) -> (key: [UInt8], value: [UInt8])
  ) throws(ProofError) -> ICS23.CommitmentProof {
    if key.isEmpty { throw .emptyKey }
    if leafCount == 0 { throw .emptyStore }
    let path = SHA256.hash(key)
    if let located = locate(path) { return .existence(existence(located, record)) }
    let (before, after) = neighbours(of: path)
    return .nonExistence(
      ICS23.NonExistenceProof(
        key: key, left: before.flatMap { locate($0.path) }.map { existence($0, record) },
        right: after.flatMap { locate($0.path) }.map { existence($0, record) }))
  }

  private func existence(
    _ located: LocatedLeaf, _ record: (UInt64) -> (key: [UInt8], value: [UInt8])
  ) -> ICS23.ExistenceProof {
    let (key, value) = record(located.leaf.handle)
    var path: [ICS23.InnerOperation] = []
    path.reserveCapacity(located.siblings.count)
    for depth in stride(from: located.siblings.count - 1, through: 0, by: -1) {
      let sibling = located.siblings[depth].bytes
      if located.leaf.path.bit(depth) {
        path.append(ICS23.InnerOperation(prefix: spec.innerPrefix + sibling, suffix: []))
      } else {
        path.append(ICS23.InnerOperation(prefix: spec.innerPrefix, suffix: sibling))
      }
    }
    return ICS23.ExistenceProof(
      key: key, value: value, leaf: ICS23.LeafOperation(prefix: spec.leafPrefix), path: path)
  }
}
