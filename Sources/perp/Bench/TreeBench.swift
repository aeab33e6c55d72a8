import Canonical
import Cryptography
import Glibc
import StateStore

/// The state tree and the tables, beside the hashes and the bare memory that they need.
enum TreeBench {
  /// CPU seconds of hashing one inner node.
  static func hashSeconds() -> Double {
    let count = 200_000
    let seconds = BenchClock.median {
      var hash = Hash32.zero
      for _ in 0..<count { hash = SHA256.hash(prefix: 1, hash, hash) }
      return hash.word0
    }
    return seconds / Double(count)
  }

  /// Inner nodes that an update of a batch hashes: log2(n / k) + 2.4, as measured on this tree.
  static func innerNodes(records: Int, updates: Int) -> Double {
    updates == 0 ? 0 : max(0, log2(Double(records) / Double(updates))) + 2.4
  }

  private struct BenchTables: StateTables {
    var records = Table<UInt64, BenchRecord>(1, named: "bench")

    mutating func visitTables(_ visitor: inout some TableVisitor) { visitor.visit(&records) }
  }

  /// The commit alone, on one thread: what differs is found, encoded, hashed and folded into the tree.
  static func treeRow(records: Int) -> BenchRow {
    let updates = 10_000
    var store = StateStore(tables: BenchTables(), prefix: 1)
    for key in 0..<UInt64(records) { store.tables.records.set(key, BenchRecord(amount: 1, time: 0)) }
    store.commit()
    var timings: [Double] = []
    for round in 1...9 {
      for index in 0..<updates {
        store.tables.records.set(
          UInt64((index &* 7_919 &+ round &* 104_729) % records), BenchRecord(amount: Int64(index), time: Int64(round)))
      }
      let start = BenchClock.threadSeconds()
      store.commit()
      timings.append(BenchClock.threadSeconds() - start)
    }
    let seconds = timings.sorted()[timings.count / 2]
    // The value of 16 bytes is half the cost of a node, whose 65 bytes take two compressions.
    let bound = Double(updates) * (0.5 + 1 + innerNodes(records: records, updates: updates)) * hashSeconds()
    return .cost(
      "state tree, commit of 10,000 updates on \(records) records, one thread", seconds * 1_000, unit: "ms",
      peer: "hashes needed", bound * 1_000, aim: "0.5x (within twice)")
  }

  struct BenchRecord: CanonicalCodable, Equatable {
    var amount: Int64
    var time: Int64

    func encode(into encoder: inout CanonicalEncoder) {
      encoder.encode(amount)
      encoder.encode(time)
    }

    init(amount: Int64, time: Int64) {
      self.amount = amount
      self.time = time
    }

    init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
      amount = try decoder.decodeInteger()
      time = try decoder.decodeInteger()
    }
  }

  /// A table's update from another module, beside the same update of a bare array.
  static func tableRow() -> BenchRow {
    let count = 20_000
    let rounds = 50
    var table = Table<UInt64, BenchRecord>(1, named: "bench")
    for key in 0..<UInt64(count) { table.set(key, BenchRecord(amount: 0, time: 0)) }
    let tableSeconds = BenchClock.median {
      var key: UInt64 = 1
      for _ in 0..<count * rounds {
        key = (key &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407)
        _ = table.update((key >> 33) % UInt64(count)) { record in record.amount &+= 1 }
      }
      return key
    }
    var array = [BenchRecord](repeating: BenchRecord(amount: 0, time: 0), count: count)
    let arraySeconds = BenchClock.median {
      var key: UInt64 = 1
      for _ in 0..<count * rounds {
        key = (key &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407)
        array[Int((key >> 33) % UInt64(count))].amount &+= 1
      }
      return key
    }
    let scale = 1e9 / Double(count * rounds)
    return .cost(
      "table update over three modules, 20,000 records", tableSeconds * scale, unit: "ns", peer: "bare array",
      arraySeconds * scale, aim: "below 80 ns")
  }
}
