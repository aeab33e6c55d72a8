import Canonical
import StateStore
import Testing

/// A record whose size varies.
struct Note: CanonicalCodable, Equatable {
  var amount: Int64
  var text: [UInt8]

  func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(amount)
    encoder.encode(list: text)
  }

  init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    amount = try decoder.decodeInteger()
    text = try decoder.decodeBytes()
  }

  init(_ amount: Int64, _ text: [UInt8] = []) {
    self.amount = amount
    self.text = text
  }
}

struct SmallTables: StateTables {
  var notes = Table<Pair<UInt32, UInt8>, Note>(2, named: "notes")
  var counters = Table<UInt64, Note>(1, named: "counters")
  var owners = Table<Address, Note>(0x0301, named: "owners")

  mutating func visitTables(_ visitor: inout some TableVisitor) {
    visitor.visit(&notes)
    visitor.visit(&counters)
    visitor.visit(&owners)
  }
}

/// The store as a plain dictionary of bytes, with a copy for every layer.
struct PlainStore {
  var records: [[UInt8]: [UInt8]] = [:]
  var layers: [[[UInt8]: [UInt8]]] = []

  var sorted: [StateRecord] {
    records.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { StateRecord(key: $0.key, value: $0.value) }
  }

  var root: Hash32 { PlainTree.root(records.map { ($0.key, $0.value) }, .ics23SMT) }
}

private func noteKey(_ key: Pair<UInt32, UInt8>) -> [UInt8] {
  var bytes: [UInt8] = [0x5a, 0, 2]
  key.encodeKey(into: &bytes)
  return bytes
}

@Suite struct StoreTests {
  /// Thousands of random writes, layers, rollbacks, commits and forks leave the store equal to a dictionary of bytes.
  @Test(arguments: [UInt64(1), 2, 3]) func randomOperationsEqualDictionary(seed: UInt64) {
    var draws = Draws(seed: seed)
    var store = StateStore(tables: SmallTables(), prefix: 0x5a)
    var plain = PlainStore()
    var forks: [(StateStore<SmallTables>, PlainStore)] = []
    for step in 0..<4000 {
      write(&store, &plain, &draws)
      switch draws.below(40) {
      case 0...3:
        store.begin()
        plain.layers.append(plain.records)
      case 4, 5:
        if let before = plain.layers.popLast() {
          store.rollback()
          plain.records = before
        }
      case 6, 7:
        if plain.layers.popLast() != nil { store.release() }
      case 8 where plain.layers.isEmpty:
        #expect(store.commit(workers: 2) == plain.root, "step \(step)")
        #expect(store.changesSinceCommit().isEmpty)
        #expect(store.rebuiltRoot() == store.root)
      case 9 where step % 5 == 0: forks.append((store.fork(), plain))
      case 10 where !forks.isEmpty:
        let place = draws.below(forks.count)
        (forks[place].0, store) = (store, forks[place].0)
        (forks[place].1, plain) = (plain, forks[place].1)
      default: break
      }
      #expect(store.openLayers == plain.layers.count)
      #expect(store.recordCount == plain.records.count)
      if step % 50 == 0 { #expect(store.exportRecords() == plain.sorted) }
    }
    for (fork, twin) in forks { #expect(fork.exportRecords() == twin.sorted) }
  }

  private func write(_ store: inout StateStore<SmallTables>, _ plain: inout PlainStore, _ draws: inout Draws) {
    let key = Pair(UInt32(draws.below(40)), UInt8(draws.below(4)))
    let bytes = noteKey(key)
    let amount = Int64(draws.below(1000)) - 500
    switch draws.below(5) {
    case 0:
      let removed = store.tables.notes.remove(key)
      #expect(removed?.canonicalBytes == plain.records.removeValue(forKey: bytes))
    case 1:
      let note = Note(amount, draws.bytes(draws.below(4)))
      store.tables.notes.set(key, note)
      plain.records[bytes] = note.canonicalBytes
    case 2:
      let after = store.tables.notes.update(key) { note in
        note.amount = amount
        return note
      }
      #expect((after != nil) == (plain.records[bytes] != nil))
      if let after { plain.records[bytes] = after.canonicalBytes }
    case 3:
      let after = store.tables.notes.upsert(key, default: Note(7)) { note in
        note.text = [1]
        return note
      }
      plain.records[bytes] = after.canonicalBytes
    default:
      let counter = UInt64(draws.below(300))
      let note = Note(amount)
      store.tables.counters.set(counter, note)
      var counterKey: [UInt8] = [0x5a, 0, 1]
      counter.encodeKey(into: &counterKey)
      plain.records[counterKey] = note.canonicalBytes
    }
    #expect(store.tables.notes[key]?.canonicalBytes == plain.records[bytes])
    #expect(store.recordBytes(key: bytes) == plain.records[bytes])
  }

  /// A rollback says how many writes it undid, counting those of layers released into it.
  @Test func rollbackCountsWrites() {
    var store = StateStore(tables: SmallTables(), prefix: 1)
    store.begin()
    #expect(store.rollback() == 0)
    store.begin()
    store.tables.counters.set(1, Note(1))
    store.begin()
    store.tables.counters.set(1, Note(2))
    store.tables.notes.set(Pair(1, 1), Note(3))
    store.release()
    store.begin()
    store.tables.counters.remove(1)
    #expect(store.tables.counters.remove(9) == nil)
    #expect(store.rollback() == 1)
    #expect(store.tables.counters[1] == Note(2))
    #expect(store.rollback() == 3)
    #expect(store.recordCount == 0)
    #expect(store.commit() == .zero)
  }

  /// A record written back to what was committed changes neither the root nor the list of changes.
  @Test func detourLeavesNoTrace() {
    var store = StateStore(tables: SmallTables(), prefix: 1)
    store.tables.counters.set(5, Note(1))
    let root = store.commit()
    store.tables.counters.set(5, Note(2))
    store.tables.counters.set(6, Note(2))
    #expect(store.changesSinceCommit().count == 2)
    #expect(store.changesSinceCommit()[0].old == Note(1).canonicalBytes)
    #expect(store.changesSinceCommit()[1].old == nil)
    store.tables.counters.set(5, Note(1))
    store.tables.counters.remove(6)
    #expect(store.changesSinceCommit().isEmpty)
    #expect(store.commit() == root)
    #expect(store.root == root)
  }

  /// Export and import give the same root, and every damaged export is refused and leaves the store empty.
  @Test func importsExports() throws {
    var store = StateStore(tables: SmallTables(), prefix: 0x5a)
    for index in 0..<200 {
      store.tables.notes.set(Pair(UInt32(index * 7919 % 211), UInt8(index & 3)), Note(Int64(index), [UInt8(index & 1)]))
      store.tables.owners.set(Address(word0: UInt64(index), word1: 1, word2: 2), Note(-1))
    }
    let root = store.commit()
    let exported = store.exportRecords()
    #expect(exported.count == store.recordCount)
    var copy = StateStore(tables: SmallTables(), prefix: 0x5a)
    #expect(try copy.importRecords(exported, expectedRoot: root) == root)
    #expect(copy.exportRecords() == exported)
    #expect(throws: StateImportError.storeNotEmpty) { try copy.importRecords(exported) }

    let (key, value) = (exported[0].key, exported[0].value)
    refuse([exported[0], exported[0]], .outOfOrder(key: key))
    refuse([StateRecord(key: [0x5b] + key.dropFirst(), value: value)], .unknownTable(key: [0x5b] + key.dropFirst()))
    refuse([StateRecord(key: [0x5a, 0, 9, 1], value: value)], .unknownTable(key: [0x5a, 0, 9, 1]))
    refuse([StateRecord(key: [], value: value)], .unknownTable(key: []))
    refuse([StateRecord(key: key + [0], value: value)], .malformedKey(key: key + [0]))
    refuse([StateRecord(key: key, value: value + [0])], .malformedRecord(key: key, .trailingBytes(1)))
    refuse(
      [StateRecord(key: key, value: [])], .malformedRecord(key: key, .truncated(needed: 8, left: 0)))
    var other = StateStore(tables: SmallTables(), prefix: 0x5a)
    #expect(throws: StateImportError.self) {
      try other.importRecords(Array(exported.dropLast()), expectedRoot: root)
    }
    #expect(other.recordCount == 0)
  }

  private func refuse(_ records: [StateRecord], _ error: StateImportError) {
    var store = StateStore(tables: SmallTables(), prefix: 0x5a)
    #expect(throws: error) { try store.importRecords(records) }
    #expect(store.recordCount == 0 && store.root == .zero)
  }

  /// The store proves committed content, also while newer writes are pending, and a fork proves its own.
  @Test func provesCommittedContent() throws {
    var store = StateStore(tables: SmallTables(), prefix: 0x5a)
    for index in 0..<60 { store.tables.notes.set(Pair(UInt32(index), 0), Note(Int64(index))) }
    let root = store.commit()
    let fork = store.fork()
    let key = noteKey(Pair(7, 0))
    let absent = noteKey(Pair(7, 1))
    for index in 0..<60 { store.tables.notes.set(Pair(UInt32(index), 0), Note(-5)) }
    store.tables.notes.remove(Pair(7, 0))
    store.tables.notes.set(Pair(7, 1), Note(1))
    #expect(store.committedRecordBytes(key: key) == Note(7).canonicalBytes)
    #expect(store.committedRecordBytes(key: absent) == nil)
    func check(_ prover: StateStore<SmallTables>, _ key: [UInt8], _ value: [UInt8]?) throws {
      let proof = try prover.prove(key: key)
      #expect(ICS23.verify(proof: proof, spec: .ics23SMT, root: prover.root, key: key, value: value))
    }
    try check(store, key, Note(7).canonicalBytes)
    try check(store, absent, nil)
    store.commit()
    #expect(store.root != root)
    try check(store, key, nil)
    try check(store, absent, Note(1).canonicalBytes)
    try check(fork, key, Note(7).canonicalBytes)
    try check(fork, absent, nil)
  }

  /// Keys are named by their table and their decoded content.
  @Test func describesKeys() {
    let store = StateStore(tables: SmallTables(), prefix: 0x5a)
    #expect(store.describe(key: noteKey(Pair(17, 2))) == "notes[17, 2]")
    #expect(
      store.describe(key: [0x5a, 3, 1] + [UInt8](repeating: 0xab, count: 20))?.hasPrefix("owners[0xabab") == true)
    #expect(store.describe(key: [0x5a, 0, 2, 0]) == nil)
    #expect(store.describe(key: []) == nil)
  }
}
