import Quantities

// Whole numbers of 256 bits as the tables keep them: 32 bytes, little-endian, two's complement.
extension UInt256: CanonicalCodable {
  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(word0)
    encoder.encode(word1)
    encoder.encode(word2)
    encoder.encode(word3)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    let word0 = try decoder.decodeInteger(UInt64.self)
    let word1 = try decoder.decodeInteger(UInt64.self)
    let word2 = try decoder.decodeInteger(UInt64.self)
    let word3 = try decoder.decodeInteger(UInt64.self)
    self.init(word0: word0, word1: word1, word2: word2, word3: word3)
  }
}

extension Int256: CanonicalCodable {
  public func encode(into encoder: inout CanonicalEncoder) { bitPattern.encode(into: &encoder) }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    self.init(bitPattern: try UInt256(from: &decoder))
  }
}
