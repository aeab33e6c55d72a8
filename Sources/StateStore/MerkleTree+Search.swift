import Canonical

/// A leaf with the siblings on its way up.
struct LocatedLeaf {
  let leaf: LeafNode
  /// Hashes of the siblings, from the root down; the bit at index d of the leaf's path tells the side.
  let siblings: [Hash32]
}

extension MerkleTree {
  /// The way from the root by the bits of a path until a leaf or nothing is met.
  struct Descent {
    /// Siblings passed, from the root down.
    var siblings: [Cursor] = []
    var end: Cursor = .none
  }

  func descend(_ path: Hash32) -> Descent {
    var descent = Descent(siblings: [], end: top)
    while let (left, right) = children(descent.end) {
      let bit = path.bit(descent.siblings.count)
      descent.siblings.append(bit ? left : right)
      descent.end = bit ? right : left
    }
    return descent
  }

  /// The leaf of exactly this path.
  func leaf(path: Hash32) -> LeafNode? {
    var cursor = top
    var depth = 0
    while let (left, right) = children(cursor) {
      cursor = path.bit(depth) ? right : left
      depth += 1
    }
    guard let leaf = leaf(cursor), leaf.path == path else { return nil }
    return leaf
  }

  func locate(_ path: Hash32) -> LocatedLeaf? {
    let descent = descend(path)
    guard let leaf = leaf(descent.end), leaf.path == path else { return nil }
    return LocatedLeaf(leaf: leaf, siblings: descent.siblings.map { hash($0) })
  }

  /// The nearest leaves before and after a path that has none, in path order.
  func neighbours(of path: Hash32) -> (before: LeafNode?, after: LeafNode?) {
    let descent = descend(path)
    var before: LeafNode?
    var after: LeafNode?
    if let met = leaf(descent.end) {
      if met.path < path { before = met } else { after = met }
    }
    // Climbing: what lies left of the way precedes the path, what lies right of it follows.
    for depth in stride(from: descent.siblings.count - 1, through: 0, by: -1) {
      let sibling = descent.siblings[depth]
      if sibling == .none { continue }
      if path.bit(depth) {
        if before == nil { before = edge(of: sibling, rightmost: true) }
      } else {
        if after == nil { after = edge(of: sibling, rightmost: false) }
      }
    }
    return (before, after)
  }

  private func edge(of start: Cursor, rightmost: Bool) -> LeafNode? {
    var cursor = start
    while let (left, right) = children(cursor) {
      let near = rightmost ? right : left
      cursor = near == .none ? (rightmost ? left : right) : near
    }
    return leaf(cursor)
  }
}
