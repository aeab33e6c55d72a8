import Canonical
import Cryptography
import Quantities

/// A random sub-stream of a run, told by its name: `seed / "people" / "retail-0007" / "decisions"`.
///
/// The name alone decides the draws, so a person, a market or a venue added later shifts nobody else's.
public struct StreamName: Sendable, Equatable {
  public let seed: UInt64
  public let path: [String]

  public init(seed: UInt64, _ path: [String]) {
    self.seed = seed
    self.path = path
  }

  public func appending(_ names: String...) -> StreamName { StreamName(seed: seed, path + names) }

  /// SHA-256 of the seed and the names, each with its length before it, so that no two names run together.
  public var hash: Hash32 {
    var encoder = CanonicalEncoder()
    encoder.encode("perp stream")
    encoder.encode(seed)
    encoder.encode(UInt32(path.count))
    for name in path { encoder.encode(name) }
    return SHA256.hash(encoder.bytes)
  }

  public func makeStream() -> RandomStream {
    let hash = hash
    return RandomStream(hash.word0, hash.word1, hash.word2, hash.word3)
  }

  /// A key that belongs to this name: the first of its hashes that is a valid secp256k1 scalar.
  public func makeKey() -> PrivateKey {
    var attempt = appending("key")
    while true {
      if let key = PrivateKey(attempt.hash.bytes) { return key }
      attempt = attempt.appending("again")
    }
  }
}
