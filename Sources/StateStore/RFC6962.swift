public import Canonical
import Cryptography

/// The Merkle tree of RFC 6962 over a list, as CometBFT uses it for transactions, results and headers: leaf H(00 || x),
/// inner H(01 || l || r), divided at the largest power of two below the count.
public enum RFC6962 {
  /// That one item stands at `index` among `total`; `aunts` go from the leaf upwards.
  public struct Proof: Sendable, Equatable {
    public var total: Int
    public var index: Int
    public var leafHash: Hash32
    public var aunts: [Hash32]

    public init(total: Int, index: Int, leafHash: Hash32, aunts: [Hash32]) {
      self.total = total
      self.index = index
      self.leafHash = leafHash
      self.aunts = aunts
    }
  }

  public static func leafHash(_ leaf: [UInt8]) -> Hash32 { SHA256.hash([0] + leaf) }

  public static func innerHash(_ left: Hash32, _ right: Hash32) -> Hash32 { SHA256.hash(prefix: 1, left, right) }

  /// The root over `leaves`; of none it is the hash of nothing, `e3b0...b855`.
  public static func root(of leaves: [[UInt8]]) -> Hash32 { root(ofLeafHashes: leaves.map { leafHash($0) }) }

  /// The root over leaves that are hashed already.
  public static func root(ofLeafHashes hashes: [Hash32]) -> Hash32 {
    if hashes.isEmpty { return SHA256.hash([]) }
    var level = hashes
    return level.withUnsafeMutableBufferPointer { subtree($0) }
  }

  /// The root over `count` leaves without keeping them: `write` appends leaf number i to the buffer, for several i at
  /// once when there are several `workers`.
  public static func root(
    count: Int, workers: Int, leaf write: @Sendable (Int, inout [UInt8]) -> Void
  ) -> Hash32 {
    if count == 0 { return SHA256.hash([]) }
    // Leaves that start at a multiple of a power of two make a whole subtree.
    let size = 512
    let roots = [Hash32](unsafeUninitializedCapacity: (count + size - 1) / size) { buffer, filled in
      let output = DisjointPlaces(base: buffer)
      performInChunks(count: count, of: size, workers: workers) { chunk in
        var bytes: [UInt8] = []
        let hash = withUnsafeTemporaryAllocation(of: Hash32.self, capacity: size) { hashes in
          for (place, index) in chunk.enumerated() {
            bytes.removeAll(keepingCapacity: true)
            bytes.append(0)
            write(index, &bytes)
            hashes.initializeElement(at: place, to: SHA256.hash(bytes))
          }
          return subtree(UnsafeMutableBufferPointer(rebasing: hashes[..<chunk.count]))
        }
        output.base.initializeElement(at: chunk.lowerBound / size, to: hash)
      }
      filled = (count + size - 1) / size
    }
    return root(ofLeafHashes: roots)
  }

  /// The proof of every leaf, in order.
  public static func proofs(of leaves: [[UInt8]]) -> (root: Hash32, proofs: [Proof]) {
    let hashes = leaves.map { leafHash($0) }
    var proofs: [Proof] = []
    proofs.reserveCapacity(hashes.count)
    for index in hashes.indices {
      proofs.append(Proof(total: hashes.count, index: index, leafHash: hashes[index], aunts: []))
    }
    if hashes.isEmpty { return (root(ofLeafHashes: hashes), proofs) }
    return (collect(hashes[...], &proofs), proofs)
  }

  /// Whether `leaf` stands at the proof's place in the list with this root.
  public static func verify(_ proof: Proof, root: Hash32, leaf: [UInt8]) -> Bool {
    guard proof.total > 0, proof.index >= 0, proof.index < proof.total, leafHash(leaf) == proof.leafHash,
      let computed = fold(proof.leafHash, proof.index, proof.total, proof.aunts[...])
    else { return false }
    return computed == root
  }

  /// Level by level in place; at least one hash. An odd last node rises, which is the same as dividing at the largest
  /// power of two (`proofs` divides so).
  private static func subtree(_ hashes: UnsafeMutableBufferPointer<Hash32>) -> Hash32 {
    var count = hashes.count
    while count > 1 {
      for pair in 0..<count / 2 { hashes[pair] = innerHash(hashes[2 * pair], hashes[2 * pair + 1]) }
      if count % 2 == 1 { hashes[count / 2] = hashes[count - 1] }
      count = (count + 1) / 2
    }
    return hashes[0]
  }

  /// The subtree's root; appends the aunt of each side's leaves to their proofs.
  private static func collect(_ hashes: ArraySlice<Hash32>, _ proofs: inout [Proof]) -> Hash32 {
    if hashes.count == 1 { return hashes[hashes.startIndex] }
    let middle = hashes.startIndex + splitPoint(hashes.count)
    let left = collect(hashes[..<middle], &proofs)
    let right = collect(hashes[middle...], &proofs)
    for index in hashes.startIndex..<middle { proofs[index].aunts.append(right) }
    for index in middle..<hashes.endIndex { proofs[index].aunts.append(left) }
    return innerHash(left, right)
  }

  /// Nil when the number of aunts is not what the place in the list asks for.
  private static func fold(_ hash: Hash32, _ index: Int, _ total: Int, _ aunts: ArraySlice<Hash32>) -> Hash32? {
    if total == 1 { return aunts.isEmpty ? hash : nil }
    guard let aunt = aunts.last else { return nil }
    let left = splitPoint(total)
    if index < left {
      return fold(hash, index, left, aunts.dropLast()).map { innerHash($0, aunt) }
    }
    return fold(hash, index - left, total - left, aunts.dropLast()).map { innerHash(aunt, $0) }
  }

  /// The largest power of two below `count`, which is at least 2.
  private static func splitPoint(_ count: Int) -> Int { 1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount) }
}
