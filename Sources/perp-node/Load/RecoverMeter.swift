import Cryptography
import Foundation
import Synchronization

/// CPU time of one recover on this machine while a load runs: a few now and then, by the clock of their thread, so that
/// they find the processor as busy as the node finds it. Each is of another signature, since a node meets none twice and
/// one alone touches little of the curve's tables; as many go before that are not counted, so that the tables are in the
/// caches again.
final class RecoverMeter: Sendable {
  private struct Content {
    var nanoseconds: UInt64 = 0
    var count: UInt64 = 0
    var isRunning = false
  }

  private static let batch = 40
  private let content = Mutex(Content())

  func start() {
    content.withLock { $0.isRunning = true }
    let thread = Thread { self.work() }
    thread.start()
  }

  func stop() { content.withLock { $0.isRunning = false } }

  /// The mean; zero before the first.
  var nanoseconds: Double { content.withLock { $0.count == 0 ? 0 : Double($0.nanoseconds) / Double($0.count) } }

  private func work() {
    guard let key = PrivateKey(SHA256.hash([1]).bytes) else { return }
    var digest = SHA256.hash([2])
    while content.withLock({ $0.isRunning }) {
      let signed = (0..<2 * Self.batch).map { _ in
        digest = SHA256.hash(digest.bytes)
        return (digest: digest, signature: Secp256k1.sign(digest: digest, with: key))
      }
      var before: UInt64 = 0
      for (index, entry) in signed.enumerated() {
        if index == Self.batch { before = Self.threadNanoseconds }
        _ = try? Secp256k1.recoverAddress(digest: entry.digest, signature: entry.signature)
      }
      let taken = Self.threadNanoseconds - before
      content.withLock { content in
        content.nanoseconds += taken
        content.count += UInt64(Self.batch)
      }
      Thread.sleep(forTimeInterval: 0.2)
    }
  }

  private static var threadNanoseconds: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
