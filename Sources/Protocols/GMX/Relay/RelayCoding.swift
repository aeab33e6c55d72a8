import Canonical
import Quantities

// Lists of words in a relayed transaction: a count, then the elements.
extension CanonicalEncoder {
  mutating func encode(addresses: [Address]) {
    encode(UInt32(addresses.count))
    for address in addresses { encode(address) }
  }

  mutating func encode(words: [Hash32]) {
    encode(UInt32(words.count))
    for word in words { encode(word) }
  }

  mutating func encode(byteLists: [[UInt8]]) {
    encode(UInt32(byteLists.count))
    for bytes in byteLists { encode(list: bytes) }
  }
}

extension CanonicalDecoder {
  mutating func decodeAddresses() throws(CanonicalError) -> [Address] {
    let count = try decodeCount(minimumSize: 20)
    var addresses: [Address] = []
    for _ in 0..<count { addresses.append(try decodeAddress()) }
    return addresses
  }

  mutating func decodeWords() throws(CanonicalError) -> [Hash32] {
    let count = try decodeCount(minimumSize: 32)
    var words: [Hash32] = []
    for _ in 0..<count { words.append(try decodeHash()) }
    return words
  }

  mutating func decodeByteLists() throws(CanonicalError) -> [[UInt8]] {
    let count = try decodeCount(minimumSize: 4)
    var lists: [[UInt8]] = []
    for _ in 0..<count { lists.append(try decodeBytes()) }
    return lists
  }
}
