import Quantities
import StateStore

/// Keys in the order of a number that each has, in pieces small enough that a change moves little. A function of what
/// is in it, whatever came and went before, but for where the pieces end, which nobody sees.
struct OrderedIndex<Key: TableKey>: Sendable {
  struct Entry: Sendable, Equatable {
    var value: UInt256
    var key: Key

    static func < (left: Entry, right: Entry) -> Bool {
      left.value != right.value ? left.value < right.value : left.key < right.key
    }
  }

  private static var pieceMaximum: Int { 256 }

  /// Each ascending, none empty, one after the other.
  private var pieces: [[Entry]] = []
  private(set) var count = 0

  /// The piece where an entry belongs: the last that does not begin after it.
  private func piece(for entry: Entry) -> Int {
    var low = 0
    var high = pieces.count
    while low < high {
      let middle = (low + high) / 2
      if entry < pieces[middle][0] { high = middle } else { low = middle + 1 }
    }
    return max(0, low - 1)
  }

  /// The first place in a piece that is not before an entry.
  private static func place(of entry: Entry, in piece: [Entry]) -> Int {
    var low = 0
    var high = piece.count
    while low < high {
      let middle = (low + high) / 2
      if piece[middle] < entry { low = middle + 1 } else { high = middle }
    }
    return low
  }

  mutating func insert(_ value: UInt256, _ key: Key) {
    let entry = Entry(value: value, key: key)
    if pieces.isEmpty {
      pieces = [[entry]]
      count = 1
      return
    }
    let index = piece(for: entry)
    let place = Self.place(of: entry, in: pieces[index])
    if place < pieces[index].count, pieces[index][place] == entry { return }
    pieces[index].insert(entry, at: place)
    count += 1
    if pieces[index].count > Self.pieceMaximum {
      let half = pieces[index].count / 2
      let tail = Array(pieces[index][half...])
      pieces[index].removeSubrange(half...)
      pieces.insert(tail, at: index + 1)
    }
  }

  mutating func remove(_ value: UInt256, _ key: Key) {
    if pieces.isEmpty { return }
    let entry = Entry(value: value, key: key)
    let index = piece(for: entry)
    let place = Self.place(of: entry, in: pieces[index])
    guard place < pieces[index].count, pieces[index][place] == entry else { return }
    pieces[index].remove(at: place)
    count -= 1
    if pieces[index].isEmpty { pieces.remove(at: index) }
  }

  /// Visits entries from the least on while `body` asks for more.
  func ascend(_ body: (Entry) -> Bool) {
    for piece in pieces {
      for entry in piece where !body(entry) { return }
    }
  }

  /// Visits entries from the greatest down while `body` asks for more.
  func descend(_ body: (Entry) -> Bool) {
    for piece in pieces.reversed() {
      for entry in piece.reversed() where !body(entry) { return }
    }
  }

  /// One piece after the other, a turn each: whoever asks at every turn sees every entry in time.
  func visit(turn: UInt64, _ body: (Entry) -> Void) {
    if pieces.isEmpty { return }
    for entry in pieces[Int(turn % UInt64(pieces.count))] { body(entry) }
  }

  var entries: [Entry] { pieces.flatMap { $0 } }
}
