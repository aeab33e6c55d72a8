import Canonical
import StateStore
import Testing

/// Puts all keys into four places of the index, so that probing and deletion meet long chains.
struct CrowdedKey: TableKey {
  let value: UInt32

  func encodeKey(into bytes: inout [UInt8]) { value.encodeKey(into: &bytes) }
  init?(keyBytes: ArraySlice<UInt8>) {
    guard let value = UInt32(keyBytes: keyBytes) else { return nil }
    self.value = value
  }
  init(_ value: UInt32) { self.value = value }
  var hashWord: UInt64 { UInt64(value & 3) }
  static func < (left: Self, right: Self) -> Bool { left.value < right.value }
}

struct CrowdedTables: StateTables {
  var crowd = Table<CrowdedKey, Note>(1, named: "crowd")
  mutating func visitTables(_ visitor: inout some TableVisitor) { visitor.visit(&crowd) }
}

@Suite struct TableTests {
  /// The index finds every key and no other while colliding keys come and go.
  @Test func collidingKeys() {
    var draws = Draws(seed: 8)
    var store = StateStore(tables: CrowdedTables(), prefix: 0)
    var twin: [UInt32: Int64] = [:]
    for step in 0..<3000 {
      let key = UInt32(draws.below(90))
      if draws.below(2) == 0 {
        store.tables.crowd.set(CrowdedKey(key), Note(Int64(step)))
        twin[key] = Int64(step)
      } else {
        #expect(store.tables.crowd.remove(CrowdedKey(key))?.amount == twin.removeValue(forKey: key))
      }
      if step % 20 == 0 { store.commit() }
      for probe in 0..<UInt32(90) where step % 10 == 0 {
        #expect(store.tables.crowd[CrowdedKey(probe)]?.amount == twin[probe])
      }
    }
    #expect(store.tables.crowd.count == twin.count)
    #expect(store.tables.crowd.sortedKeys().map(\.value) == twin.keys.sorted())
  }

  /// Key bytes are in the order of keys, and decode to the key they came from.
  @Test func keyBytesKeepOrder() {
    var draws = Draws(seed: 21)
    check((0..<60).map { _ in Pair(UInt16(draws.below(4)), UInt64(draws.next() >> UInt64(draws.below(64)))) })
    check((0..<60).map { _ in Triple(UInt8(draws.below(3)), Int64(draws.below(9)) - 4, UInt32(draws.below(3))) })
    check((0..<60).map { _ in Address(word0: UInt64(draws.below(2)), word1: UInt64(draws.below(2)), word2: 1) })
    check([Hash32.zero, Hash32(word0: 0, word1: 0, word2: 0, word3: 1), Hash32(word0: 1, word1: 0, word2: 0, word3: 0)])
    check([Int64.min, -1, 0, 1, Int64.max])
  }

  private func check<Key: TableKey>(_ keys: [Key]) {
    func encoded(_ key: Key) -> [UInt8] {
      var bytes: [UInt8] = []
      key.encodeKey(into: &bytes)
      return bytes
    }
    for left in keys {
      #expect(Key(keyBytes: encoded(left)[...]) == left)
      #expect(Key(keyBytes: (encoded(left) + [0])[...]) == nil)
      #expect(Key(keyBytes: encoded(left).dropLast()) == nil)
      for right in keys {
        #expect((left < right) == encoded(left).lexicographicallyPrecedes(encoded(right)))
      }
    }
  }

  /// Visits are in key order, whatever the order of writing, and an update that throws is undone with its layer.
  @Test func visitsAndThrowingUpdates() {
    struct Refused: Error {}
    var store = StateStore(tables: CrowdedTables(), prefix: 0)
    for key in [5, 1, 9, 3] as [UInt32] { store.tables.crowd.set(CrowdedKey(key), Note(Int64(key))) }
    var seen: [Int64] = []
    store.tables.crowd.forEachSorted { key, note in seen.append(note.amount) }
    #expect(seen == [1, 3, 5, 9])
    store.begin()
    #expect(throws: Refused.self) {
      try store.tables.crowd.update(CrowdedKey(5)) { (note: inout Note) throws(Refused) in
        note.amount = 0
        throw Refused()
      }
    }
    #expect(store.tables.crowd[CrowdedKey(5)]?.amount == 0)
    store.rollback()
    #expect(store.tables.crowd[CrowdedKey(5)]?.amount == 5)
    #expect(store.tables.crowd.update(CrowdedKey(2)) { $0.amount = 1 } == nil)
  }

  /// A failing update or upsert never loses count of the records.
  @Test func countFollowsThrowingUpserts() {
    struct Refused: Error {}
    var store = StateStore(tables: CrowdedTables(), prefix: 0)
    store.begin()
    #expect(throws: Refused.self) {
      try store.tables.crowd.upsert(CrowdedKey(1), default: Note(4)) { (note: inout Note) throws(Refused) in
        note.amount = 5
        throw Refused()
      }
    }
    #expect(store.tables.crowd.count == 1)
    #expect(store.tables.crowd[CrowdedKey(1)]?.amount == 5)
    #expect(store.rollback() == 1)
    #expect(store.tables.crowd.isEmpty)
    #expect(!store.tables.crowd.contains(CrowdedKey(1)))
  }

  /// Our own mistakes stop the program with a sentence: a commit inside a layer, a record without content, two tables
  /// with one id.
  @Test func mistakesTrap() async {
    await #expect(processExitsWith: .failure) {
      var store = StateStore(tables: CrowdedTables(), prefix: 0)
      store.begin()
      store.commit()
    }
    await #expect(processExitsWith: .failure) {
      var store = StateStore(tables: TwinTables(), prefix: 0)
      store.commit()
    }
    await #expect(processExitsWith: .failure) {
      var store = StateStore(tables: EmptyRecordTables(), prefix: 0)
      store.tables.nothing.set(1, Nothing())
      store.commit()
    }
  }
}

private struct TwinTables: StateTables {
  var first = Table<UInt8, Note>(1, named: "first")
  var second = Table<UInt8, Note>(1, named: "second")
  mutating func visitTables(_ visitor: inout some TableVisitor) {
    visitor.visit(&first)
    visitor.visit(&second)
  }
}

private struct Nothing: CanonicalCodable, Equatable {
  init() {}
  init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {}
  func encode(into encoder: inout CanonicalEncoder) {}
}

private struct EmptyRecordTables: StateTables {
  var nothing = Table<UInt8, Nothing>(1, named: "nothing")
  mutating func visitTables(_ visitor: inout some TableVisitor) { visitor.visit(&nothing) }
}
