public import Canonical
import Cryptography

/// The constants of a sparse Merkle tree over SHA-256.
public struct TreeSpec: Sendable, Equatable {
  public let leafPrefix: [UInt8]
  public let innerPrefix: [UInt8]
  /// The hash of a subtree without records.
  public let emptyHash: Hash32
  /// The longest path a proof may have.
  public let maximumDepth: Int

  public init(leafPrefix: [UInt8], innerPrefix: [UInt8], emptyHash: Hash32, maximumDepth: Int) {
    self.leafPrefix = leafPrefix
    self.innerPrefix = innerPrefix
    self.emptyHash = emptyHash
    self.maximumDepth = maximumDepth
  }

  /// What we commit: the `SmtSpec` that every ICS23 verifier knows.
  public static let ics23SMT = TreeSpec(leafPrefix: [0], innerPrefix: [1], emptyHash: .zero, maximumDepth: 256)

  /// The constants of penumbra-zone/jmt, for its public figures.
  public static let jmt = TreeSpec(
    leafPrefix: Array("JMT::LeafNode".utf8), innerPrefix: Array("JMT::IntrnalNode".utf8),
    emptyHash: Hash32(Array("SPARSE_MERKLE_PLACEHOLDER_HASH__".utf8)) ?? .zero, maximumDepth: 64)

  /// The hash of a record's leaf: its path is H(key), its value goes in as H(value).
  func leafHash(path: Hash32, valueHash: Hash32) -> Hash32 { hash(leafPrefix, path, valueHash) }

  func innerHash(_ left: Hash32, _ right: Hash32) -> Hash32 { hash(innerPrefix, left, right) }

  private func hash(_ prefix: [UInt8], _ left: Hash32, _ right: Hash32) -> Hash32 {
    if prefix.count == 1 { return SHA256.hash(prefix: prefix[0], left, right) }
    var preimage = prefix
    left.append(to: &preimage)
    right.append(to: &preimage)
    return SHA256.hash(preimage)
  }
}
