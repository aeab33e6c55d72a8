import Canonical
import Cryptography
import Foundation
import StateStore
import Storage

/// Order actions from bytes to durable commit: signed, and with signatures already checked. Wall time says what a quiet
/// machine gives; CPU time of all threads says what the work costs on any.
enum PipelineBench {
  private static func inFolder<Value>(_ body: (String) throws -> Value) throws -> Value {
    let folder = NSTemporaryDirectory() + "perp-bench-\(getpid())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(folder)
  }

  private static func statuses(_ run: VenueBench.Run) -> String {
    "\(run.rested) rest, \(run.filled) filled, \(run.failed) found nothing"
  }

  static func signedRows(_ count: Int, bound: SignatureBench.Rates) throws -> [BenchRow] {
    let run = try inFolder { folder in
      var bench = try VenueBench(accounts: 500, isSigned: true, threads: 2, folder: folder, verifiesAhead: true)
      let run = try bench.run(bench.orders(count), blocksOf: 10_000)
      guard bench.engine.signaturesVerified == count else {
        throw CommandFailure(
          .internal, "\(count) signed orders, \(bench.engine.signaturesVerified) signatures verified")
      }
      return run
    }
    return [
      .rate(
        "signed order actions, bytes to durable commit, two cores (\(statuses(run)))", Double(count) / run.wallSeconds,
        unit: "/s", peer: "recover, two cores", bound.two, aim: "0.85x"),
      .cost(
        "CPU of a signed order action", run.processSeconds / Double(count) * 1e6, unit: "us", peer: "CPU of a recover",
        bound.cost * 1e6, aim: "0.85x"),
    ]
  }

  static func checkedRows(_ count: Int) throws -> [BenchRow] {
    var logBytes = 0
    var compressions = 0.0
    let run = try inFolder { folder in
      var bench = try VenueBench(accounts: 10_000, isSigned: false, threads: 2, folder: folder, verifiesAhead: true)
      let transactions = bench.orders(count)
      logBytes = transactions.reduce(0) { $0 + $1.count + 4 }
      compressions = try bench.compressionsNeeded(transactions, blocksOf: 10_000)
      return try bench.run(transactions, blocksOf: 10_000)
    }
    let log = try logSeconds(bytes: logBytes)
    // One inner node is two compressions.
    let work = MatchingBench.operationSeconds() * Double(count) + compressions / 2 * TreeBench.hashSeconds()
    return [
      .rate(
        "order actions, signatures checked before, blocks of 10,000 (\(statuses(run)))",
        Double(count) / run.wallSeconds, unit: "/s", peer: "matching + hashes + log, summed",
        Double(count) / (work + log.wall), aim: "0.5x and 200,000/s"),
      .cost(
        "CPU of an order action, signature checked before", run.processSeconds / Double(count) * 1e6, unit: "us",
        peer: "matching + \(BenchRow.text(compressions / Double(count))) SHA-256 compressions + log",
        (work + log.process) / Double(count) * 1e6, aim: "0.5x"),
    ]
  }

  /// Seconds to write and sync so many bytes in ten pieces.
  private static func logSeconds(bytes: Int) throws -> (wall: Double, process: Double) {
    try inFolder { folder in
      let piece = [UInt8](repeating: 7, count: max(1, bytes / 10))
      let log = try BlockLog(folder: folder)
      let start = (wall: BenchClock.wallSeconds(), process: BenchClock.processSeconds())
      for _ in 0..<10 {
        try log.append(piece)
        try log.sync()
      }
      return (BenchClock.wallSeconds() - start.wall, BenchClock.processSeconds() - start.process)
    }
  }
}
