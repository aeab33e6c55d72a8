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

/// A subtree as its parent knows it: with its hash, so that hashing a parent touches no sibling.
struct Subtree: Sendable, Equatable {
  var hash: Hash32
  var node: NodeReference
}

struct InnerNode: Sendable {
  var leftHash: Hash32
  var rightHash: Hash32
  var leftNode: NodeReference
  var rightNode: NodeReference

  var left: Subtree { Subtree(hash: leftHash, node: leftNode) }
  var right: Subtree { Subtree(hash: rightHash, node: rightNode) }
}

struct LeafNode: Sendable {
  var path: Hash32
  var valueHash: Hash32
  var handle: UInt64
}

/// The entries of a batch that belong to one lane: the first word of each path, by which it is sorted, and its place in
/// the batch. Small, because it is what sorting moves.
typealias LanePart = ContiguousArray<(word: UInt64, place: Int)>

/// The subtree below one of the tree's upper branches: its own nodes in copy-on-write pages, so that lanes are updated
/// independently of each other, on several threads if need be.
@usableFromInline struct TreeLane: Sendable {
  private(set) var inner = PagedArray<6, InnerNode>()
  private(set) var leaves = PagedArray<6, LeafNode>()
  private var freeInner: ContiguousArray<UInt32> = []
  private var freeLeaves: ContiguousArray<UInt32> = []
  private(set) var root: Subtree
  private(set) var leafCount = 0

  init(spec: TreeSpec) { root = Subtree(hash: spec.emptyHash, node: .none) }

  /// Applies those entries of `batch` that `part` names, one entry a path, in any order; `depth` is the lane's depth in
  /// the tree.
  mutating func apply(_ part: LanePart, of batch: ContiguousArray<TreeUpdate>, depth: Int, _ spec: TreeSpec) {
    let sorted = Self.sorted(part, of: batch, skipping: depth)
    root = update(root, sorted, 0, sorted.count, depth, spec)
  }

  /// By path. Paths are hashes and therefore spread evenly: the bits behind the first `skipping` ones, as many as give
  /// each entry a bucket of its own on average, place an entry nearly where it belongs, and buckets of more than one are
  /// sorted.
  private static func sorted(
    _ part: LanePart, of batch: ContiguousArray<TreeUpdate>, skipping: Int
  ) -> ContiguousArray<TreeUpdate> {
    let bits = Swift.min(16, Int.bitWidth - part.count.leadingZeroBitCount)
    var ends = ContiguousArray(repeating: 0, count: 1 << bits)
    func bucket(_ word: UInt64) -> Int { Int(truncatingIfNeeded: (word << UInt64(skipping)) >> UInt64(64 - bits)) }
    for entry in part { ends[bucket(entry.word)] += 1 }
    var sum = 0
    for index in ends.indices {
      sum += ends[index]
      ends[index] = sum
    }
    var order = part
    // From the back to the front each bucket's end becomes its start.
    for entry in part.reversed() {
      let bucket = bucket(entry.word)
      ends[bucket] -= 1
      order[ends[bucket]] = entry
    }
    for index in ends.indices {
      let end = index + 1 < ends.count ? ends[index + 1] : order.count
      if end - ends[index] > 1 { sort(&order, ends[index]..<end, batch) }
    }
    var sorted: ContiguousArray<TreeUpdate> = []
    sorted.reserveCapacity(order.count)
    for entry in order { sorted.append(batch[entry.place]) }
    return sorted
  }

  /// A few by insertion; many, which only somebody's purpose can bring together, by the library's sort.
  private static func sort(_ order: inout LanePart, _ range: Range<Int>, _ batch: ContiguousArray<TreeUpdate>) {
    func precedes(_ left: LanePart.Element, _ right: LanePart.Element) -> Bool {
      left.word != right.word ? left.word < right.word : batch[left.place].path < batch[right.place].path
    }
    if range.count > 16 {
      order[range].sort(by: precedes)
      return
    }
    for start in range.dropFirst() {
      let entry = order[start]
      var place = start
      while place > range.lowerBound && precedes(entry, order[place - 1]) {
        order[place] = order[place - 1]
        place -= 1
      }
      order[place] = entry
    }
  }

  /// One walk: at an inner node the batch is split where the bit turns to 1, and only halves with entries are entered.
  private mutating func update(
    _ subtree: Subtree, _ batch: ContiguousArray<TreeUpdate>, _ low: Int, _ high: Int, _ depth: Int,
    _ spec: TreeSpec
  ) -> Subtree {
    if low == high { return subtree }
    if subtree.node == .none || subtree.node.isLeaf { return build(subtree, batch, low, high, depth, spec) }
    let middle = Self.split(batch, low, high, depth)
    let before = inner[subtree.node.index]
    let left = update(before.left, batch, low, middle, depth + 1, spec)
    let right = update(before.right, batch, middle, high, depth + 1, spec)
    if left == before.left && right == before.right { return subtree }
    return join(left, right, reusing: subtree.node.index, spec)
  }

  /// The subtree of the entries low..<high and of `carried`, a leaf that stood here (or none).
  private mutating func build(
    _ carried: Subtree, _ batch: ContiguousArray<TreeUpdate>, _ low: Int, _ high: Int, _ depth: Int,
    _ spec: TreeSpec
  ) -> Subtree {
    if low == high { return carried }
    let empty = Subtree(hash: spec.emptyHash, node: .none)
    if high - low == 1 {
      let entry = batch[low]
      if carried.node == .none { return entry.isRemoval ? empty : newLeaf(entry, spec) }
      if leaves[carried.node.index].path == entry.path { return replace(carried.node, by: entry, spec) }
      if entry.isRemoval { return carried }
    }
    let middle = Self.split(batch, low, high, depth)
    let carriedRight = carried.node != .none && leaves[carried.node.index].path.bit(depth)
    let left = build(carriedRight ? empty : carried, batch, low, middle, depth + 1, spec)
    let right = build(carriedRight ? carried : empty, batch, middle, high, depth + 1, spec)
    return join(left, right, reusing: nil, spec)
  }

  /// The first entry of low..<high whose bit `depth` is 1.
  private static func split(_ batch: ContiguousArray<TreeUpdate>, _ low: Int, _ high: Int, _ depth: Int) -> Int {
    if high - low == 1 { return batch[low].path.bit(depth) ? low : high }
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
  private mutating func join(_ left: Subtree, _ right: Subtree, reusing node: Int?, _ spec: TreeSpec) -> Subtree {
    if right.node == .none && (left.node == .none || left.node.isLeaf) {
      if let node { freeInner.append(UInt32(node)) }
      return left
    }
    if left.node == .none && right.node.isLeaf {
      if let node { freeInner.append(UInt32(node)) }
      return right
    }
    let hash = spec.innerHash(left.hash, right.hash)
    let joined = InnerNode(
      leftHash: left.hash, rightHash: right.hash, leftNode: left.node, rightNode: right.node)
    if let place = node ?? freeInner.popLast().map({ Int($0) }) {
      inner[place] = joined
      return Subtree(hash: hash, node: NodeReference(inner: place))
    }
    precondition(inner.count < 0x7fff_fffe, "a lane of the tree has fewer than 2^31 inner nodes")
    inner.append(joined)
    return Subtree(hash: hash, node: NodeReference(inner: inner.count - 1))
  }

  private mutating func newLeaf(_ entry: TreeUpdate, _ spec: TreeSpec) -> Subtree {
    leafCount += 1
    let place: Int
    if let reused = freeLeaves.popLast() {
      place = Int(reused)
      leaves[place] = Self.leaf(entry)
    } else {
      precondition(leaves.count < 0x7fff_fffe, "a lane of the tree has fewer than 2^31 leaves")
      place = leaves.count
      leaves.append(Self.leaf(entry))
    }
    return Self.subtree(entry, NodeReference(leaf: place), spec)
  }

  private mutating func replace(_ node: NodeReference, by entry: TreeUpdate, _ spec: TreeSpec) -> Subtree {
    if entry.isRemoval {
      leafCount -= 1
      freeLeaves.append(UInt32(node.index))
      return Subtree(hash: spec.emptyHash, node: .none)
    }
    leaves[node.index] = Self.leaf(entry)
    return Self.subtree(entry, node, spec)
  }

  private static func leaf(_ entry: TreeUpdate) -> LeafNode {
    LeafNode(path: entry.path, valueHash: entry.valueHash, handle: entry.handle)
  }

  private static func subtree(_ entry: TreeUpdate, _ node: NodeReference, _ spec: TreeSpec) -> Subtree {
    Subtree(hash: spec.leafHash(path: entry.path, valueHash: entry.valueHash), node: node)
  }
}
