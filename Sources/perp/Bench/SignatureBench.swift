import Canonical
import Cryptography
import Dispatch

/// libsecp256k1's recover rate on one core and on two: the bound of everything signed.
enum SignatureBench {
  struct Rates {
    let one: Double
    let two: Double
    /// CPU seconds of one recover.
    let cost: Double
  }

  static func rates(signatures count: Int) throws -> Rates {
    guard let key = PrivateKey(Hash32(word0: 1, word1: 2, word2: 3, word3: 4).bytes) else {
      throw CommandFailure(.internal, "the bench's key is a valid scalar")
    }
    let digests = (0..<count).map { SHA256.hash(Hash32(word0: 0, word1: 0, word2: 0, word3: UInt64($0)).bytes) }
    let signatures = digests.map { Secp256k1.sign(digest: $0, with: key) }
    let one = try BenchClock.medianWall {
      try recover(digests, signatures, in: 0..<count)
    }
    let cost = try BenchClock.median(runs: 3) { try recover(digests, signatures, in: 0..<count) } / Double(count)
    let two = BenchClock.medianWall {
      var words: [UInt64] = [0, 0]
      words.withUnsafeMutableBufferPointer { buffer in
        nonisolated(unsafe) let results = buffer
        DispatchQueue.concurrentPerform(iterations: 2) { half in
          let range = half == 0 ? 0..<count / 2 : count / 2..<count
          results[half] = (try? recover(digests, signatures, in: range)) ?? 0
        }
      }
      return words[0] ^ words[1]
    }
    return Rates(one: Double(count) / one, two: Double(count) / two, cost: cost)
  }

  private static func recover(
    _ digests: [Hash32], _ signatures: [RecoverableSignature], in range: Range<Int>
  ) throws -> UInt64 {
    var word: UInt64 = 0
    for index in range {
      word ^= try Secp256k1.recover(digest: digests[index], signature: signatures[index]).ethereumAddress.word0
    }
    return word
  }

  static func rows(_ rates: Rates) -> [BenchRow] {
    [
      .rate(
        "recover, one core", rates.one, unit: "/s", peer: "itself", rates.one, aim: "the bound"),
      .rate("recover, two cores", rates.two, unit: "/s", peer: "recover, one core", rates.one, aim: "about 2x"),
    ]
  }
}
