import Canonical

/// The final write of a record in a batch.
@frozen @usableFromInline struct TreeUpdate: Sendable {
  @usableFromInline let path: Hash32
  /// H(value); of no meaning for a removal.
  @usableFromInline let valueHash: Hash32
  /// Where the owner of the tree keeps key and value.
  @usableFromInline let handle: UInt64
  @usableFromInline let isRemoval: Bool

  @inlinable init(path: Hash32, valueHash: Hash32, handle: UInt64) {
    self.path = path
    self.valueHash = valueHash
    self.handle = handle
    isRemoval = false
  }

  @inlinable init(removing path: Hash32) {
    self.path = path
    valueHash = .zero
    handle = 0
    isRemoval = true
  }
}

/// Nothing, an inner node or a leaf of a lane, in 32 bits.
struct NodeReference: Sendable, Equatable {
  let rawValue: UInt32

  static let none = NodeReference(rawValue: 0)

  init(rawValue: UInt32) { self.rawValue = rawValue }
  init(inner index: Int) { rawValue = UInt32(index) + 1 }
  init(leaf index: Int) { rawValue = (UInt32(index) + 1) | 0x8000_0000 }

  var isLeaf: Bool { rawValue & 0x8000_0000 != 0 }
  var index: Int { Int(rawValue & 0x7fff_ffff) - 1 }
}

struct InnerNode: Sendable {
  var hash: Hash32
  var left: NodeReference
  var right: NodeReference
}

struct LeafNode: Sendable {
  var path: Hash32
  var valueHash: Hash32
  var hash: Hash32
  var handle: UInt64
}

/// The subtree below one of the tree's upper branches: its own nodes in copy-on-write pages, so that lanes are updated
/// independently of each other, on several threads if need be.
@usableFromInline struct TreeLane: Sendable {
  private(set) var inner = PagedArray<6, InnerNode>()
  private(set) var leaves = PagedArray<6, LeafNode>()
  private var freeInner: ContiguousArray<UInt32> = []
  private var freeLeaves: ContiguousArray<UInt32> = []
  private(set) var root = NodeReference.none
  private(set) var leafCount = 0

  func hash(_ node: NodeReference, _ spec: TreeSpec) -> Hash32 {
    if node == .none { return spec.emptyHash }
    return node.isLeaf ? leaves[node.index].hash : inner[node.index].hash
  }

  /// Applies a batch, one entry a path, in any order; `depth` is the lane's depth in the tree.
  mutating func apply(_ batch: ContiguousArray<TreeUpdate>, depth: Int, _ spec: TreeSpec) {
    var sorted = batch
    sorted.sort { $0.path < $1.path }
    root = update(root, sorted, 0, sorted.count, depth, spec)
  }

  /// One walk: at an inner node the batch is split where the bit turns to 1, and only halves with entries are entered.
  private mutating func update(
    _ node: NodeReference, _ batch: ContiguousArray<TreeUpdate>, _ low: Int, _ high: Int, _ depth: Int,
    _ spec: TreeSpec
  ) -> NodeReference {
    if low == high { return node }
    if node == .none || node.isLeaf { return build(node, batch, low, high, depth, spec) }
    let middle = Self.split(batch, low, high, depth)
    let before = inner[node.index]
    let left = update(before.left, batch, low, middle, depth + 1, spec)
    let right = update(before.right, batch, middle, high, depth + 1, spec)
    return join(left, right, reusing: node.index, spec)
  }

  /// The subtree of the entries low..<high and of `carried`, a leaf that stood here (or none).
  private mutating func build(
    _ carried: NodeReference, _ batch: ContiguousArray<TreeUpdate>, _ low: Int, _ high: Int, _ depth: Int,
    _ spec: TreeSpec
  ) -> NodeReference {
    if low == high { return carried }
    if high - low == 1 {
      let entry = batch[low]
      if carried == .none { return entry.isRemoval ? .none : newLeaf(entry, spec) }
      if leaves[carried.index].path == entry.path { return replace(carried, by: entry, spec) }
      if entry.isRemoval { return carried }
    }
    let middle = Self.split(batch, low, high, depth)
    let carriedRight = carried != .none && leaves[carried.index].path.bit(depth)
    let left = build(carriedRight ? .none : carried, batch, low, middle, depth + 1, spec)
    let right = build(carriedRight ? carried : .none, batch, middle, high, depth + 1, spec)
    return join(left, right, reusing: nil, spec)
  }

  /// The first entry of low..<high whose bit `depth` is 1.
  private static func split(_ batch: ContiguousArray<TreeUpdate>, _ low: Int, _ high: Int, _ depth: Int) -> Int {
    var low = low
    var high = high
    while low < high {
      // Halving an index: rounds down.
      let middle = (low + high) / 2
      if batch[middle].path.bit(depth) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// A leaf whose sibling is empty rises; otherwise the two become children of one inner node.
  private mutating func join(
    _ left: NodeReference, _ right: NodeReference, reusing node: Int?, _ spec: TreeSpec
  ) -> NodeReference {
    if right == .none && (left == .none || left.isLeaf) {
      if let node { freeInner.append(UInt32(node)) }
      return left
    }
    if left == .none && right.isLeaf {
      if let node { freeInner.append(UInt32(node)) }
      return right
    }
    let joined = InnerNode(hash: spec.innerHash(hash(left, spec), hash(right, spec)), left: left, right: right)
    if let node {
      inner[node] = joined
      return NodeReference(inner: node)
    }
    if let reused = freeInner.popLast() {
      inner[Int(reused)] = joined
      return NodeReference(inner: Int(reused))
    }
    precondition(inner.count < 0x7fff_fffe, "a lane of the tree has fewer than 2^31 inner nodes")
    inner.append(joined)
    return NodeReference(inner: inner.count - 1)
  }

  private mutating func newLeaf(_ entry: TreeUpdate, _ spec: TreeSpec) -> NodeReference {
    leafCount += 1
    let leaf = Self.leaf(entry, spec)
    if let reused = freeLeaves.popLast() {
      leaves[Int(reused)] = leaf
      return NodeReference(leaf: Int(reused))
    }
    precondition(leaves.count < 0x7fff_fffe, "a lane of the tree has fewer than 2^31 leaves")
    leaves.append(leaf)
    return NodeReference(leaf: leaves.count - 1)
  }

  private mutating func replace(_ node: NodeReference, by entry: TreeUpdate, _ spec: TreeSpec) -> NodeReference {
    if entry.isRemoval {
      leafCount -= 1
      freeLeaves.append(UInt32(node.index))
      return .none
    }
    leaves[node.index] = Self.leaf(entry, spec)
    return node
  }

  private static func leaf(_ entry: TreeUpdate, _ spec: TreeSpec) -> LeafNode {
    LeafNode(
      path: entry.path, valueHash: entry.valueHash,
      hash: spec.leafHash(path: entry.path, valueHash: entry.valueHash), handle: entry.handle)
  }
}
