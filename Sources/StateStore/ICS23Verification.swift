public import Canonical
import Cryptography

extension ICS23 {
  /// Whether `proof` shows that under `root` the record of `key` is `value`, or, for nil, that there is none. The rules
  /// are those of the cosmos/ics23 verifier (go/proof.go, go/ops.go); anything unreadable is false.
  public static func verify(
    proof: [UInt8], spec: TreeSpec, root: Hash32, key: [UInt8], value: [UInt8]?
  ) -> Bool {
    guard let decoded = try? decode(proof) else { return false }
    switch (decoded, value) {
    case (.existence(let existence), .some(let value)):
      return existence.key == key && existence.value == value && holds(existence, spec, root)
    case (.nonExistence(let absence), .none):
      return holds(absence, spec, root, key)
    default:
      return false
    }
  }

  private static let childSize = 32

  private static func holds(_ proof: ExistenceProof, _ spec: TreeSpec, _ root: Hash32) -> Bool {
    guard let leaf = proof.leaf, fits(leaf, spec), proof.path.count <= spec.maximumDepth,
      !proof.key.isEmpty, !proof.value.isEmpty
    else { return false }
    for step in proof.path {
      guard fits(step, spec) else { return false }
    }
    var hash = SHA256.hash(leaf.prefix + SHA256.hash(proof.key).bytes + SHA256.hash(proof.value).bytes)
    for step in proof.path { hash = SHA256.hash(step.prefix + hash.bytes + step.suffix) }
    return hash == root
  }

  private static func fits(_ leaf: LeafOperation, _ spec: TreeSpec) -> Bool {
    // A longer leaf prefix is accepted, as the verifier of the source does.
    leaf.hash == 1 && leaf.prehashKey == 1 && leaf.prehashValue == 1 && leaf.length == 0
      && leaf.prefix.starts(with: spec.leafPrefix)
  }

  private static func fits(_ step: InnerOperation, _ spec: TreeSpec) -> Bool {
    step.hash == 1 && !step.prefix.starts(with: spec.leafPrefix) && step.prefix.count >= spec.innerPrefix.count
      && step.prefix.count <= spec.innerPrefix.count + childSize && step.suffix.count.isMultiple(of: childSize)
  }

  private static func holds(_ proof: NonExistenceProof, _ spec: TreeSpec, _ root: Hash32, _ key: [UInt8]) -> Bool {
    let path = SHA256.hash(key)
    if let left = proof.left {
      guard holds(left, spec, root), SHA256.hash(left.key) < path else { return false }
    }
    if let right = proof.right {
      guard holds(right, spec, root), path < SHA256.hash(right.key) else { return false }
    }
    switch (proof.left, proof.right) {
    case (nil, nil): return false
    case (nil, let right?): return right.path.allSatisfy { isEdgeStep($0, .left, spec) }
    case (let left?, nil): return left.path.allSatisfy { isEdgeStep($0, .right, spec) }
    case (let left?, let right?): return areNeighbours(left.path, right.path, spec)
    }
  }

  /// Which child of its parent a step's node is.
  private enum Side {
    case left
    case right
  }

  /// Told by lengths alone; nil when they fit neither side.
  private static func side(of step: InnerOperation, _ spec: TreeSpec) -> Side? {
    let prefix = spec.innerPrefix.count
    if step.prefix.count == prefix && step.suffix.count == childSize { return .left }
    if step.prefix.count == prefix + childSize && step.suffix.isEmpty { return .right }
    return nil
  }

  /// Whether nothing lies further out on `edge` than this step's node: it is that child, or its sibling is empty.
  private static func isEdgeStep(_ step: InnerOperation, _ edge: Side, _ spec: TreeSpec) -> Bool {
    guard let side = side(of: step, spec) else { return false }
    if side == edge { return true }
    let sibling = side == .right ? Array(step.prefix.suffix(childSize)) : step.suffix
    return sibling == spec.emptyHash.bytes
  }

  /// Both ways share their upper part, part as left and right child, and hug the gap below.
  private static func areNeighbours(_ left: [InnerOperation], _ right: [InnerOperation], _ spec: TreeSpec) -> Bool {
    var leftLeft = left.count
    var rightLeft = right.count
    while leftLeft > 0 && rightLeft > 0 {
      let (upperLeft, upperRight) = (left[leftLeft - 1], right[rightLeft - 1])
      leftLeft -= 1
      rightLeft -= 1
      if upperLeft.prefix == upperRight.prefix && upperLeft.suffix == upperRight.suffix { continue }
      guard side(of: upperLeft, spec) == .left, side(of: upperRight, spec) == .right else { return false }
      return left.prefix(leftLeft).allSatisfy { isEdgeStep($0, .right, spec) }
        && right.prefix(rightLeft).allSatisfy { isEdgeStep($0, .left, spec) }
    }
    return false
  }
}
