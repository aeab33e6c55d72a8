import Canonical
import Cryptography
import Foundation
import StateStore
import Storage

/// Order actions from bytes to durable commit: signed, and with signatures already checked.
enum PipelineBench {
  static func rows(
    signed count: Int, unsigned unsignedCount: Int, bound: SignatureBench.Rates, matchingSeconds: Double
  ) throws -> [BenchRow] {
    [
      try signedRow(count, bound: bound),
      try unsignedRow(unsignedCount, matchingSeconds: matchingSeconds),
    ]
  }

  private static func inFolder<Value>(_ body: (String) throws -> Value) throws -> Value {
    let folder = NSTemporaryDirectory() + "perp-bench-\(getpid())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(folder)
  }

  private static func signedRow(_ count: Int, bound: SignatureBench.Rates) throws -> BenchRow {
    let seconds = try inFolder { folder in
      var bench = try VenueBench(accounts: 500, isSigned: true, threads: 2, folder: folder, verifiesAhead: true)
      let transactions = bench.orders(count)
      return try bench.run(transactions, blocksOf: 10_000)
    }
    return .rate(
      "signed order actions, bytes to durable commit, two cores", Double(count) / seconds, unit: "/s",
      peer: "recover, two cores", bound.two, aim: "0.85x")
  }

  private static func unsignedRow(_ count: Int, matchingSeconds: Double) throws -> BenchRow {
    var logBytes = 0
    var records = 0
    let seconds = try inFolder { folder in
      var bench = try VenueBench(accounts: 10_000, isSigned: false, threads: 2, folder: folder)
      let transactions = bench.orders(count)
      logBytes = transactions.reduce(0) { $0 + $1.count + 4 }
      let before = bench.engine.application.store.recordCount
      let seconds = try bench.run(transactions, blocksOf: 10_000)
      records = bench.engine.application.store.recordCount - before
      return seconds
    }
    // The least that must be done: match, hash each transaction twice and each record's key, value and path of the tree,
    // and write the log.
    let hashes = Double(count) * 3 + Double(max(records, count)) * (2 + 12.4)
    let sum = matchingSeconds * Double(count) + hashes * TreeBench.hashSeconds() + (try logSeconds(bytes: logBytes))
    return .rate(
      "order actions, signatures checked before, blocks of 10,000", Double(count) / seconds, unit: "/s",
      peer: "matching + hashes + log, summed", Double(count) / sum, aim: "0.5x and 200,000/s")
  }

  /// Seconds to write and sync so many bytes in ten pieces.
  private static func logSeconds(bytes: Int) throws -> Double {
    try inFolder { folder in
      let piece = [UInt8](repeating: 7, count: max(1, bytes / 10))
      let log = try BlockLog(folder: folder)
      let start = BenchClock.wallSeconds()
      for _ in 0..<10 {
        try log.append(piece)
        try log.sync()
      }
      return BenchClock.wallSeconds() - start
    }
  }
}
