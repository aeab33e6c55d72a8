import Canonical
import Cryptography
import Quantities

/// HMAC over SHA-256 (RFC 2104).
enum MessageAuthentication {
  static func code(key: [UInt8], _ parts: [UInt8]...) -> [UInt8] {
    var block = key.count > 64 ? SHA256.hash(key).bytes : key
    block += [UInt8](repeating: 0, count: 64 - block.count)
    var inner = SHA256Stream()
    inner.update(block.map { $0 ^ 0x36 })
    for part in parts { inner.update(part) }
    var outer = SHA256Stream()
    outer.update(block.map { $0 ^ 0x5c })
    outer.update(inner.digest)
    return outer.digest.bytes
  }
}

/// The secret multiplier of a signature, drawn from the key and the message alone (RFC 6979 with SHA-256 and the Stark
/// curve's order of 252 bits).
enum DeterministicNonce {
  /// `attempt` 0 is the plain draw; a later one is mixed in as one byte of further entropy, as the client counts its
  /// retries.
  static func draw(key: UInt256, message: UInt256, attempt: UInt8) -> UInt256 {
    let entropy: [UInt8] = attempt == 0 ? [] : [attempt]
    let secret = key.bigEndianBytes + message.bigEndianBytes + entropy
    var value = [UInt8](repeating: 1, count: 32)
    var k = [UInt8](repeating: 0, count: 32)
    for round: UInt8 in [0, 1] {
      k = MessageAuthentication.code(key: k, value, [round], secret)
      value = MessageAuthentication.code(key: k, value)
    }
    while true {
      value = MessageAuthentication.code(key: k, value)
      // The leftmost 252 bits of 256.
      if let drawn = UInt256(bigEndianBytes: value), !(drawn >> 4).isZero, drawn >> 4 < StarkCurve.order {
        return drawn >> 4
      }
      k = MessageAuthentication.code(key: k, value, [0])
      value = MessageAuthentication.code(key: k, value)
    }
  }
}
