import Canonical
import Dispatch

/// The sparse Merkle tree itself: paths and value hashes. Sixteen lanes stand below its four upper levels; each lane is
/// updated on its own, and the upper fifteen nodes are folded at the end. How a batch is divided over threads does not
/// show in the root.
@usableFromInline struct MerkleTree: Sendable {
  static let laneDepth = 4
  static let laneCount = 16
  /// Below this many updates a second thread costs more than it saves.
  static let parallelThreshold = 256

  let spec: TreeSpec
  private var lanes: ContiguousArray<TreeLane>
  /// The upper levels as a heap: node 1 is the root, nodes 16 to 31 are the lanes.
  private var upper: ContiguousArray<UpperNode>

  private struct UpperNode: Sendable {
    var hash: Hash32
    var leafCount: Int
  }

  @usableFromInline init(spec: TreeSpec) {
    self.spec = spec
    lanes = ContiguousArray(repeating: TreeLane(spec: spec), count: Self.laneCount)
    upper = ContiguousArray(
      repeating: UpperNode(hash: spec.emptyHash, leafCount: 0), count: 2 * Self.laneCount)
  }

  @usableFromInline var root: Hash32 { upper[1].hash }

  @usableFromInline var leafCount: Int { upper[1].leafCount }

  /// Applies a batch with one entry a path, in any order, and returns the root.
  @usableFromInline mutating func apply(_ batch: ContiguousArray<TreeUpdate>, workers: Int) -> Hash32 {
    if batch.isEmpty { return root }
    var parts = ContiguousArray<LanePart>(repeating: [], count: Self.laneCount)
    for lane in 0..<Self.laneCount { parts[lane].reserveCapacity(batch.count / Self.laneCount * 5 / 4) }
    for place in batch.indices {
      let path = batch[place].path
      parts[Self.lane(of: path)].append((word: path.word0, place: place))
    }
    if workers > 1 && batch.count >= Self.parallelThreshold {
      applyInParallel(batch, parts, workers: workers)
    } else {
      for lane in 0..<Self.laneCount where !parts[lane].isEmpty {
        lanes[lane].apply(parts[lane], of: batch, depth: Self.laneDepth, spec)
      }
    }
    foldUpperLevels(changed: parts)
    return root
  }

  private mutating func applyInParallel(
    _ batch: ContiguousArray<TreeUpdate>, _ parts: ContiguousArray<LanePart>, workers: Int
  ) {
    let spec = spec
    lanes.withUnsafeMutableBufferPointer { buffer in
      let shared = DisjointLanes(base: buffer)
      DispatchQueue.concurrentPerform(iterations: Swift.min(workers, Self.laneCount)) { worker in
        // Lane w, w + workers, ...: no lane is touched by two workers.
        for lane in stride(from: worker, to: Self.laneCount, by: workers) where !parts[lane].isEmpty {
          shared.base[lane].apply(parts[lane], of: batch, depth: Self.laneDepth, spec)
        }
      }
    }
  }

  /// Unchecked: each worker has lanes of its own, and the buffer outlives the loop.
  private struct DisjointLanes: @unchecked Sendable {
    let base: UnsafeMutableBufferPointer<TreeLane>
  }

  private mutating func foldUpperLevels(changed parts: ContiguousArray<LanePart>) {
    var isStale = ContiguousArray(repeating: false, count: 2 * Self.laneCount)
    for lane in 0..<Self.laneCount where !parts[lane].isEmpty {
      let node = Self.laneCount + lane
      upper[node] = UpperNode(hash: lanes[lane].root.hash, leafCount: lanes[lane].leafCount)
      isStale[node >> 1] = true
    }
    for node in stride(from: Self.laneCount - 1, through: 1, by: -1) where isStale[node] {
      isStale[node >> 1] = true
      upper[node] = folded(upper[2 * node], upper[2 * node + 1])
    }
  }

  private func folded(_ left: UpperNode, _ right: UpperNode) -> UpperNode {
    let count = left.leafCount + right.leafCount
    if count == 0 { return UpperNode(hash: spec.emptyHash, leafCount: 0) }
    if count == 1 { return left.leafCount == 1 ? left : right }
    return UpperNode(hash: spec.innerHash(left.hash, right.hash), leafCount: count)
  }

  private static func lane(of path: Hash32) -> Int { Int(path.word0 >> UInt64(64 - laneDepth)) }

  // MARK: Walking

  /// A subtree: nothing, a node of the upper levels with two or more records, or a node of a lane.
  enum Cursor: Equatable {
    case none
    case upper(Int)
    case lane(Int, Subtree)
  }

  var top: Cursor { cursor(upper: 1) }

  private func cursor(upper node: Int) -> Cursor {
    if upper[node].leafCount == 0 { return .none }
    if node >= Self.laneCount {
      let lane = node - Self.laneCount
      return .lane(lane, lanes[lane].root)
    }
    if upper[node].leafCount > 1 { return .upper(node) }
    return cursor(upper: upper[2 * node].leafCount == 1 ? 2 * node : 2 * node + 1)
  }

  func hash(_ cursor: Cursor) -> Hash32 {
    switch cursor {
    case .none: spec.emptyHash
    case .upper(let node): upper[node].hash
    case .lane(_, let subtree): subtree.hash
    }
  }

  /// The leaf at the cursor, if it is one.
  func leaf(_ cursor: Cursor) -> LeafNode? {
    guard case .lane(let lane, let subtree) = cursor, subtree.node.isLeaf else { return nil }
    return lanes[lane].leaves[subtree.node.index]
  }

  /// The two halves of an inner node.
  func children(_ cursor: Cursor) -> (left: Cursor, right: Cursor)? {
    switch cursor {
    case .none: return nil
    case .upper(let node): return (self.cursor(upper: 2 * node), self.cursor(upper: 2 * node + 1))
    case .lane(let lane, let subtree):
      if subtree.node == .none || subtree.node.isLeaf { return nil }
      let inner = lanes[lane].inner[subtree.node.index]
      return (Self.cursor(lane, inner.left), Self.cursor(lane, inner.right))
    }
  }

  private static func cursor(_ lane: Int, _ subtree: Subtree) -> Cursor {
    subtree.node == .none ? .none : .lane(lane, subtree)
  }
}
