import Canonical
import Cryptography
import Quantities

/// A value as contracts encode their arguments (the standard ABI): words in place, what has no fixed length behind an
/// offset. Rule GMX-203.
indirect enum ABIValue {
  /// A number, an address, a flag or 32 bytes.
  case word(Hash32)
  /// `bytes`: a length and the bytes, filled up to whole words.
  case bytes([UInt8])
  /// `T[]`: a count and the elements.
  case array([ABIValue])
  /// A structure, or the arguments of a call.
  case tuple([ABIValue])

  static func number(_ value: UInt256) -> ABIValue { .word(value.word) }
  static func flag(_ value: Bool) -> ABIValue { .word(Hash32(value ? 1 : 0)) }
  static func address(_ value: Address) -> ABIValue { .word(value.word) }
  static func addresses(_ values: [Address]) -> ABIValue { .array(values.map { .word($0.word) }) }
  static func numbers(_ values: [UInt256]) -> ABIValue { .array(values.map { .word($0.word) }) }

  /// Whether an offset stands in the value's place.
  private var hasOffset: Bool {
    switch self {
    case .word: false
    case .bytes, .array: true
    case .tuple(let members): members.contains { $0.hasOffset }
    }
  }

  private var encoded: [UInt8] {
    switch self {
    case .word(let word): return word.bytes
    case .bytes(let bytes):
      let padding = [UInt8](repeating: 0, count: (32 - bytes.count % 32) % 32)
      return Hash32(UInt64(bytes.count)).bytes + bytes + padding
    case .array(let elements): return Hash32(UInt64(elements.count)).bytes + Self.encode(elements)
    case .tuple(let members): return Self.encode(members)
    }
  }

  /// Values one after another: the heads, then what the offsets of the heads point to.
  static func encode(_ values: [ABIValue]) -> [UInt8] {
    let bodies = values.map(\.encoded)
    var offset = 0
    for (value, body) in zip(values, bodies) { offset += value.hasOffset ? 32 : body.count }
    var heads: [UInt8] = []
    var tails: [UInt8] = []
    for (value, body) in zip(values, bodies) {
      if value.hasOffset {
        heads += Hash32(UInt64(offset + tails.count)).bytes
        tails += body
      } else {
        heads += body
      }
    }
    return heads + tails
  }
}

extension UInt256 {
  /// The number as a big-endian word.
  var word: Hash32 { Hash32(word0: word3, word1: word2, word2: word1, word3: word0) }

  /// The number that a big-endian word stands for.
  init(word: Hash32) {
    self.init(word0: word.word3, word1: word.word2, word2: word.word1, word3: word.word0)
  }
}

extension TypedStructEncoder {
  mutating func append(_ number: UInt256) { append(number.word) }

  /// An array of words, or of structures by their hashes.
  mutating func append(words: [Hash32]) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32 * words.count)
    for word in words { word.append(to: &bytes) }
    append(bytes: bytes)
  }

  mutating func append(addresses: [Address]) { append(words: addresses.map(\.word)) }
  mutating func append(numbers: [UInt256]) { append(words: numbers.map(\.word)) }
}
