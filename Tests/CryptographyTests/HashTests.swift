import Canonical
import Cryptography
import Testing

/// Bytes 3, 10, 17, …: the input of the answers below.
func pattern(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7 + 3) } }

/// A fixed sequence of numbers (SplitMix64), so that every run sees the same cases.
struct Sequence64 {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }

  mutating func hash() -> Hash32 { Hash32(word0: next(), word1: next(), word2: next(), word3: next()) }
}

@Suite struct SHA256Tests {
  @Test("SHA-256 has its published and independently computed answers")
  func answers() {
    #expect(SHA256.hash([]).hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(
      SHA256.hash(Array("abc".utf8)).hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(SHA256.hash(pattern(33)).hex == "90f90857a7d1aad4925c6d5edbda0abfc8270e3fe5d6da2dd5eae75009cd7609")
    #expect(SHA256.hash(pattern(1000)).hex == "1e9bc38cbf860b9ec31918b065f9b52476c549a782e0e7990bed8ce3868d2371")
  }

  @Test("A node hashed in one padded call equals the hash of its 65 bytes")
  func node() {
    var random = Sequence64(state: 1)
    for index in 0..<300 {
      let (left, right) = (random.hash(), random.hash())
      let prefix = UInt8(truncatingIfNeeded: index)
      #expect(SHA256.hash(prefix: prefix, left, right) == SHA256.hash([prefix] + left.bytes + right.bytes))
    }
  }

  @Test("A stream cut anywhere gives the hash of the whole, and asking for it changes nothing")
  func stream() {
    for count in [0, 1, 55, 64, 65, 130] {
      let bytes = pattern(count)
      for cut in 0...count {
        var stream = SHA256Stream()
        stream.update(Array(bytes[..<cut]))
        _ = stream.digest
        stream.update(bytes[cut...])
        #expect(stream.digest == SHA256.hash(bytes))
      }
    }
    var stream = SHA256Stream()
    stream.update(7)
    stream.update(Hash32(word0: 1, word1: 2, word2: 3, word3: 4))
    #expect(stream.digest == SHA256.hash([7] + Hash32(word0: 1, word1: 2, word2: 3, word3: 4).bytes))
  }
}

@Suite struct RIPEMD160Tests {
  @Test("RIPEMD-160 has its published and independently computed answers")
  func answers() {
    #expect(RIPEMD160.hash([]).hex == "9c1185a5c5e9fc54612808977ee8f548b2258d31")
    #expect(RIPEMD160.hash(Array("abc".utf8)).hex == "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc")
    #expect(RIPEMD160.hash(pattern(33)).hex == "9881879ff1388be000d89468012e69061a388b6b")
    #expect(RIPEMD160.hash(pattern(1000)).hex == "462fa67a8f19c1df2d98cff47379ba31d681b572")
  }
}

@Suite struct Keccak256Tests {
  /// Computed with PyCryptodome over `pattern`, on both sides of each border of words and blocks.
  static let answers: [(Int, String)] = [
    (1, "69c322e3248a5dfc29d73c5b0553b0185a35cd5bb6386747517ef7e53b15e287"),
    (7, "af2dd82887bb5be2eaa8117023b0b486d9dbd438e9f92e89dc2ada088af681ad"),
    (8, "ad894215c2106b9dfa2c04022025509974a5eb20b9f4cd27ca716967542ecf6e"),
    (63, "48d8e506b57c81c8257a8e1da7f04610191ef05bf96fa9dc4fb9bca39bbed2c6"),
    (64, "0251cf13aa5b18f1cbda7cddbe85f3dc536fc93df590c2d20ca9b28af1ed2c39"),
    (65, "b3ee368701a0d7056be60b0a489e173d9dc8621640d734693858e846d30c3f65"),
    (66, "02e0a33fee151ca46f1442cfd1670d074e83f5a9d6c5246f273b1caa515bc2e9"),
    (134, "0c00ddc2482876f8fa8cc91ed55deedf61049892967f383560faf8a5787f86c5"),
    (135, "00ef96af9cf4b24c7f269d922294444a197d0a33638c2e56634c57e892103a8f"),
    (136, "742061bcad767ed4c4f5883b1dcb1aad11afdcc140dc469d953759b127b9f9ed"),
    (137, "e3371f61e770abf254c34239c3b0099ad90594507415bc81dd0a10b9692bbf2a"),
    (143, "6cd157df2e0156134b4e3f16bd8eeea0fc1f7f3504f1380a06ff94b54142be95"),
    (271, "4401c4afbe16ff911bdbf2d38e556e5b861f3fdf0f9d4306b1c46f6ae4f73584"),
    (272, "ac141fd7b0a0ffcd2e967254d508da3ec616596493c36fa304425647d90e6de5"),
    (273, "16192ea86793083e47731cb3c970600f04768414d92bc0540e54ce8607a0fce0"),
    (1000, "80cdc8dd52cbb3dbaea8f383209893fa2bb52efbd5aedbb4b26dcfe307fcdc9b"),
    (10000, "fb6445fe8addf265a1160903c83a1831bdbcb752732ccd931199bdab8052f85f"),
  ]

  @Test("Keccak-256 has its published answers, and those of another implementation at every border")
  func answers() {
    #expect(Keccak256.hash([]).hex == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")
    #expect(Keccak256.hash("abc").hex == "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")
    for (count, answer) in Self.answers {
      #expect(Keccak256.hash(pattern(count)).hex == answer, "\(count) bytes")
      #expect(Keccak256.hash(pattern(count + 2)[..<count]).hex == answer, "\(count) bytes of a slice")
    }
  }

  /// The twin: the sponge as its definition tells it, with lanes in an array and rotations by formula.
  private func plain(_ message: [UInt8]) -> Hash32 {
    var padded = message + [1]
    while padded.count % 136 != 0 { padded.append(0) }
    padded[padded.count - 1] |= 0x80
    var lanes = [UInt64](repeating: 0, count: 25)
    for block in stride(from: 0, to: padded.count, by: 136) {
      for index in 0..<136 { lanes[index / 8] ^= UInt64(padded[block + index]) << UInt64(8 * (index % 8)) }
      plainPermutation(&lanes)
    }
    return Hash32(
      word0: lanes[0].byteSwapped, word1: lanes[1].byteSwapped, word2: lanes[2].byteSwapped,
      word3: lanes[3].byteSwapped)
  }

  private func plainPermutation(_ lanes: inout [UInt64]) {
    func rotate(_ lane: UInt64, _ count: Int) -> UInt64 {
      count % 64 == 0 ? lane : lane << UInt64(count % 64) | lane >> UInt64(64 - count % 64)
    }
    var register: UInt8 = 1
    for _ in 0..<24 {
      let parity = (0..<5).map { x in (0..<5).reduce(0) { $0 ^ lanes[x + 5 * $1] } }
      for x in 0..<5 {
        for y in 0..<5 { lanes[x + 5 * y] ^= parity[(x + 4) % 5] ^ rotate(parity[(x + 1) % 5], 1) }
      }
      var (x, y, current) = (1, 0, lanes[1])
      for step in 0..<24 {
        (x, y) = (y, (2 * x + 3 * y) % 5)
        (current, lanes[x + 5 * y]) = (lanes[x + 5 * y], rotate(current, (step + 1) * (step + 2) / 2))
      }
      for y in 0..<5 {
        let row = Array(lanes[5 * y..<5 * y + 5])
        for x in 0..<5 { lanes[x + 5 * y] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]) }
      }
      for bit in 0..<7 {
        if register & 1 == 1 { lanes[0] ^= 1 << UInt64((1 << bit) - 1) }
        register = register & 0x80 != 0 ? register << 1 ^ 0x71 : register << 1
      }
    }
  }

  @Test("The unrolled permutation agrees with the plain twin at all lengths up to two blocks")
  func twin() {
    for count in 0..<280 { #expect(Keccak256.hash(pattern(count)) == plain(pattern(count))) }
    let (first, second) = (Hash32(1), Hash32(2))
    #expect(Keccak256.hash(first, second) == plain(first.bytes + second.bytes))
  }
}
