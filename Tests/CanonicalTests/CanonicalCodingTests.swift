import Canonical
import Testing

private struct Pair: CanonicalCodable, Equatable {
  var number: Int32
  var text: String
  var hash: Hash32?

  init(number: Int32, text: String, hash: Hash32?) {
    self.number = number
    self.text = text
    self.hash = hash
  }

  func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(number)
    encoder.encode(text)
    encoder.encode(option: hash) { $0.encode($1) }
  }

  init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    number = try decoder.decodeInteger()
    text = try decoder.decodeText()
    hash = try decoder.decodeOption { (decoder) throws(CanonicalError) in try decoder.decodeHash() }
  }
}

@Suite struct CanonicalCodingTests {
  @Test("A record has the bytes that Borsh gives it and reads back")
  func roundTrip() throws {
    let pair = Pair(number: -2, text: "é", hash: nil)
    #expect(Hex.encode(pair.canonicalBytes) == "feffffff02000000c3a900")
    #expect(try Pair(canonicalBytes: pair.canonicalBytes) == pair)
    let full = Pair(number: 1, text: "", hash: Hash32(word0: 1, word1: 2, word2: 3, word3: 4))
    #expect(try Pair(canonicalBytes: full.canonicalBytes) == full)
  }

  @Test("Cuts, leftovers, wrong flags, long lists and bad text are refused")
  func refusals() throws {
    let bytes = Pair(number: 7, text: "abc", hash: .zero).canonicalBytes
    for cut in 0..<bytes.count {
      #expect(throws: CanonicalError.self) { try Pair(canonicalBytes: Array(bytes[..<cut])) }
    }
    #expect(throws: CanonicalError.trailingBytes(1)) { try Pair(canonicalBytes: bytes + [0]) }
    #expect(throws: CanonicalError.invalidFlag(2)) { try Pair(canonicalBytes: [0, 0, 0, 0, 0, 0, 0, 0, 2]) }
    #expect(throws: CanonicalError.tooLong(count: 0xffff_ffff, limit: 1)) {
      try Pair(canonicalBytes: [0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0])
    }
    #expect(throws: CanonicalError.invalidText) { try Pair(canonicalBytes: [0, 0, 0, 0, 1, 0, 0, 0, 0xff, 0]) }
  }

  @Test("The order of hashes and addresses is the order of their bytes")
  func order() {
    var random = Sequence64(state: 3)
    let hashes = (0..<40).map { _ in
      Hash32(word0: random.next() % 2, word1: random.next() % 2, word2: random.next() % 2, word3: random.next())
    }
    for left in hashes {
      for right in hashes {
        #expect((left < right) == left.bytes.lexicographicallyPrecedes(right.bytes))
      }
      for depth in 0..<256 {
        #expect(left.bit(depth) == (left.bytes[depth / 8] >> UInt8(7 - depth % 8) & 1 == 1))
      }
    }
  }
}
