import Canonical
import Testing

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
}

@Suite struct CRC32CTests {
  /// The twin: one bit at a time.
  private func plain(_ bytes: [UInt8]) -> UInt32 {
    var crc = UInt32.max
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x82f6_3b78 : crc >> 1 }
    }
    return ~crc
  }

  @Test("The checksum has its published values (RFC 3720, B.4)")
  func published() {
    #expect(CRC32C.checksum(Array("123456789".utf8)) == 0xe306_9283)
    #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8a91_36aa)
    #expect(CRC32C.checksum([UInt8](repeating: 0xff, count: 32)) == 0x62a8_ab43)
    #expect(CRC32C.checksum((0..<32).map { UInt8($0) }) == 0x46dd_794e)
    #expect(CRC32C.checksum([] as [UInt8]) == 0)
  }

  @Test("The tables agree with the bitwise twin, whole and in pieces, at every length")
  func twin() {
    var random = Sequence64(state: 1)
    for count in 0..<100 {
      let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      #expect(CRC32C.checksum(bytes) == plain(bytes))
      var pieces = CRC32C()
      let cut = count / 3
      pieces.update(Array(bytes[..<cut]))
      pieces.update(Array(bytes[cut...]))
      #expect(pieces.value == plain(bytes))
    }
  }
}

@Suite struct KeyCodingTests {
  private func key(_ body: (inout KeyEncoder) -> Void) -> [UInt8] {
    var encoder = KeyEncoder()
    body(&encoder)
    return encoder.bytes
  }

  @Test("Byte order of keys is the order of signed and unsigned numbers")
  func order() {
    var random = Sequence64(state: 2)
    var numbers: [Int64] = [.min, -1, 0, 1, .max]
    for _ in 0..<200 { numbers.append(Int64(bitPattern: random.next()) >> Int64(random.next() % 64)) }
    for left in numbers {
      for right in numbers {
        #expect(
          key { $0.append(left) }.lexicographicallyPrecedes(key { $0.append(right) }) == (left < right))
        let (first, second) = (UInt64(bitPattern: left), UInt64(bitPattern: right))
        #expect(
          key { $0.append(first) }.lexicographicallyPrecedes(key { $0.append(second) }) == (first < second))
      }
    }
    #expect(key { $0.append(Int16(-1)) } == [0x7f, 0xff])
    #expect(key { $0.append(Int16(0)) } == [0x80, 0])
  }

  @Test("Texts sort by bytes, a prefix first, whatever follows the text")
  func textOrder() {
    let texts = ["", "\0", "\0\0", "\0a", "a", "a\0", "a\0b", "ab", "b", "é"]
    for (leftIndex, left) in texts.enumerated() {
      for (rightIndex, right) in texts.enumerated() where leftIndex != rightIndex {
        for (high, low) in [(UInt8.max, UInt8.min), (.min, .max)] {
          let first = key {
            $0.append(left)
            $0.append(high)
          }
          let second = key {
            $0.append(right)
            $0.append(low)
          }
          #expect(first.lexicographicallyPrecedes(second) == (leftIndex < rightIndex))
        }
      }
    }
  }

  @Test("A key of all kinds of fields reads back, and nothing else does")
  func roundTrip() throws {
    let hash = Hash32(word0: 1, word1: 2, word2: 3, word3: 4)
    let address = Address(word0: 5, word1: 6, word2: 7)
    let bytes = key {
      $0.append(UInt32(9))
      $0.append(Int64(-9))
      $0.append(true)
      $0.append(hash)
      $0.append(address)
      $0.append("a\0é")
      $0.append(raw: [1, 2])
    }
    var decoder = KeyDecoder(bytes)
    #expect(try decoder.decode(UInt32.self) == 9)
    #expect(try decoder.decode(Int64.self) == -9)
    #expect(try decoder.decodeFlag())
    #expect(try decoder.decodeHash() == hash)
    #expect(try decoder.decodeAddress() == address)
    #expect(try decoder.decodeText() == "a\0é")
    #expect(Array(try decoder.decodeRaw(count: 2)) == [1, 2])
    try decoder.finish()
    #expect(throws: CanonicalError.truncated(needed: 8, left: 0)) { try decoder.decode(UInt64.self) }
    var bad = KeyDecoder([0x61, 0x00, 0x07])
    #expect(throws: CanonicalError.invalidValue("a zero byte of text is followed by 7")) { try bad.decodeText() }
  }
}
