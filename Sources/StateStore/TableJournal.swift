/// What a write replaced.
@frozen @usableFromInline struct Undo<Record: Sendable>: Sendable {
  @usableFromInline let slot: UInt32
  @usableFromInline let old: Record?

  @inlinable init(slot: UInt32, old: Record?) {
    self.slot = slot
    self.old = old
  }
}

/// Where the entries of a layer begin.
@frozen @usableFromInline struct LayerMark: Sendable {
  @usableFromInline var depth: Int
  @usableFromInline let start: Int

  @inlinable init(depth: Int, start: Int) {
    self.depth = depth
    self.start = start
  }
}

/// The undo log of one table. A layer that writes nothing leaves no mark, so that opening and closing it is an addition
/// and a comparison.
@frozen @usableFromInline struct TableJournal<Record: Sendable>: Sendable {
  /// Layers open now.
  @usableFromInline var depth: Int
  /// The depth of the last mark, zero without marks: whether the innermost layer wrote here is one comparison.
  @usableFromInline var markedDepth: Int
  @usableFromInline var marks: ContiguousArray<LayerMark>
  @usableFromInline var entries: ContiguousArray<Undo<Record>>

  @inlinable init() {
    depth = 0
    markedDepth = 0
    marks = []
    entries = []
  }

  @inlinable @inline(__always) mutating func note(slot: Int, old: Record?) {
    if depth == 0 { return }
    if markedDepth != depth {
      marks.append(LayerMark(depth: depth, start: entries.count))
      markedDepth = depth
    }
    entries.append(Undo(slot: UInt32(truncatingIfNeeded: slot), old: old))
  }

  /// Merges the innermost layer into the one below.
  @inlinable @inline(__always) mutating func release() {
    if markedDepth == depth { mergeDown() }
    depth -= 1
  }

  @inlinable mutating func mergeDown() {
    let below = depth - 1
    if below == 0 {
      marks.removeAll(keepingCapacity: true)
      entries.removeAll(keepingCapacity: entries.count <= 4096)
    } else if marks.count > 1 && marks[marks.count - 2].depth == below {
      marks.removeLast()
    } else {
      marks[marks.count - 1].depth = below
    }
    markedDepth = below
  }

  /// Forgets the last mark, whose entries were taken back.
  @inlinable mutating func removeLastMark() {
    marks.removeLast()
    markedDepth = marks.isEmpty ? 0 : marks[marks.count - 1].depth
  }
}
