import Chain
import Dispatch
import Foundation
import Logging
import Synchronization

/// Decides when a snapshot is due, and writes it beside the chain: a restart executes only the log's end.
final class SnapshotKeeper: @unchecked Sendable {
  /// Snapshots that are kept.
  private static let kept = 2

  private let folder: String
  private let blocks: UInt64
  private let transactions: Int
  private let logger: Logger
  private let queue = DispatchQueue(label: "snapshots", qos: .utility)
  /// Called with the heights that are left.
  private let forget: @Sendable ([UInt64]) -> Void

  // Of the chain's thread alone.
  private var lastHeight: UInt64
  private var transactionsSince = 0
  private let isWriting = Atomic<Bool>(false)

  /// A snapshot after so many blocks, or after so many transactions.
  init(
    folder: String, blocks: Int, transactions: Int, height: UInt64, logger: Logger,
    forget: @escaping @Sendable ([UInt64]) -> Void
  ) {
    self.folder = folder
    self.blocks = UInt64(blocks)
    self.transactions = transactions
    self.logger = logger
    self.forget = forget
    lastHeight = height
  }

  /// Whether a snapshot is due after the block.
  func isDue(height: UInt64, transactions count: Int) -> Bool {
    transactionsSince += count
    guard height - lastHeight >= blocks || transactionsSince >= transactions else { return false }
    return !isWriting.load(ordering: .acquiring)
  }

  /// Whether the chain made anything since the last snapshot.
  func isBehind(_ height: UInt64) -> Bool { height > lastHeight }

  /// The chain's thread has the state of this height at hand.
  func begin(height: UInt64) {
    lastHeight = height
    transactionsSince = 0
    isWriting.store(true, ordering: .releasing)
  }

  /// Writes behind whatever waits, on a thread of its own.
  func write(height: UInt64, _ body: @escaping @Sendable () throws -> String) {
    queue.async { [self] in
      let started = NodeClock.nanoseconds
      do {
        _ = try body()
        try ChainFolder.keepSnapshots(Self.kept, in: folder)
        forget(ChainFolder.snapshots(in: folder))
        logger.info(
          "snapshot", metadata: ["height": "\(height)", "ms": "\((NodeClock.nanoseconds - started) / 1_000_000)"])
      } catch {
        logger.error("no snapshot of height \(height): \(error)")
      }
      isWriting.store(false, ordering: .releasing)
    }
  }

  func finish() { queue.sync {} }
}
