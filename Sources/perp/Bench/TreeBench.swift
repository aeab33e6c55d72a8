import Canonical
import Cryptography
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

  static func treeRow(records: Int) -> BenchRow {
    let updates = 10_000
    var tree = StateTree(spec: .ics23SMT)
    let keys = (0..<records).map { index in Array(UInt64(index).bytesBigEndian) }
    for start in stride(from: 0, to: records, by: 100_000) {
      let end = min(records, start + 100_000)
      tree.apply(batch: keys[start..<end].map { (key: $0, value: [1, 2, 3, 4]) }, workers: 1)
    }
    var round: UInt8 = 0
    let seconds = BenchClock.median(runs: 5) {
      round &+= 1
      let batch = (0..<updates).map { index in
        (
          key: keys[(index &* 7_919 &+ Int(round) &* 104_729) % records],
          value: Optional([round, UInt8(index & 255), 9, 9])
        )
      }
      return tree.apply(batch: batch, workers: 1).word0
    }
    // Measured on this tree: log2(n / k) + 2.4 nodes an update; the value's hash, and the key's path.
    var depth = 2.4
    var ratio = records / updates
    while ratio > 1 {
      depth += 1
      ratio /= 2
    }
    let bound = Double(updates) * (depth + 2) * hashSeconds()
    return .cost(
      "state tree, 10,000 updates on \(records) records", seconds * 1_000, unit: "ms", peer: "hashes needed",
      bound * 1_000,
      aim: "0.5x (within twice)")
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

extension UInt64 {
  fileprivate var bytesBigEndian: [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: self >> UInt64(56 - 8 * $0)) } }
}
