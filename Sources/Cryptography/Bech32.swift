import Canonical

/// Why text is no Bech32.
public enum Bech32Error: Error, Sendable, Equatable {
  case tooLong(limit: Int)
  case mixedCase
  /// A byte outside the printable ASCII, or a data character outside the alphabet; its offset.
  case invalidCharacter(offset: Int)
  /// No separator `1`, nothing before it, or fewer than six characters behind it.
  case missingPart
  case wrongChecksum
  /// The text is the other of Bech32 and Bech32m.
  case wrongVariant
  /// Another human-readable part than expected.
  case wrongPrefix(String)
  /// Groups of five bits that do not make whole bytes: five or more bits too many, or bits set in the padding.
  case invalidPadding
  /// Not the number of bytes expected.
  case wrongLength(expected: Int, found: Int)
}

/// Bech32 (BIP 173) and Bech32m (BIP 350): text with a checksum over groups of five bits.
public enum Bech32 {
  public enum Variant: Sendable, Equatable {
    case bech32
    case bech32m

    var constant: UInt32 { self == .bech32 ? 1 : 0x2bc8_30a3 }
  }

  private static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)

  /// The characters' values by ASCII code, 255 for those that have none.
  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 255, count: 128)
    for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
    return values
  }()

  /// Writes groups of five bits (each below 32) in lower case. Nil if the prefix is empty, not lower-case printable
  /// ASCII, a group is too large, or the text would pass `limit`.
  public static func encode(
    prefix: String, groups: [UInt8], variant: Variant = .bech32, limit: Int = 90
  ) -> String? {
    let head = Array(prefix.utf8)
    guard !head.isEmpty, head.count + groups.count + 7 <= limit, groups.allSatisfy({ $0 < 32 }),
      head.allSatisfy({ (33...126).contains($0) && !(0x41...0x5a).contains($0) })
    else { return nil }
    var text = head + [UInt8(ascii: "1")]
    let checksum = remainder(head, groups + [0, 0, 0, 0, 0, 0]) ^ variant.constant
    for group in groups { text.append(alphabet[Int(group)]) }
    for index in 0..<6 { text.append(alphabet[Int(checksum >> UInt32(5 * (5 - index)) & 31)]) }
    return String(decoding: text, as: UTF8.self)
  }

  /// Reads text of either case, but not of both; the prefix comes out in lower case, the groups without the checksum.
  public static func decode(
    _ text: String, limit: Int = 90
  ) throws(Bech32Error) -> (prefix: String, groups: [UInt8], variant: Variant) {
    let characters = Array(text.utf8)
    guard characters.count <= limit else { throw .tooLong(limit: limit) }
    let lower = try lowerCase(characters)
    guard let separator = lower.lastIndex(of: UInt8(ascii: "1")), separator > 0, lower.count - separator >= 7 else {
      throw .missingPart
    }
    var groups: [UInt8] = []
    for index in separator + 1..<lower.count {
      let value = values[Int(lower[index])]
      guard value < 32 else { throw .invalidCharacter(offset: index) }
      groups.append(value)
    }
    let head = Array(lower[..<separator])
    let variant: Variant
    switch remainder(head, groups) {
    case Variant.bech32.constant: variant = .bech32
    case Variant.bech32m.constant: variant = .bech32m
    default: throw .wrongChecksum
    }
    return (String(decoding: head, as: UTF8.self), Array(groups.dropLast(6)), variant)
  }

  /// Regroups bits, most significant first: bytes to groups of five (`padding`: the last group is filled with zeros),
  /// or back (no padding: what is left must be fewer bits than a group, all zero). Nil otherwise.
  public static func convertBits(_ input: [UInt8], from: Int, to: Int, padding: Bool) -> [UInt8]? {
    precondition((1...8).contains(from) && (1...8).contains(to), "groups have one to eight bits")
    var buffer: UInt32 = 0
    var bits = 0
    var output: [UInt8] = []
    let mask = UInt32(1) << UInt32(to) - 1
    for value in input {
      guard UInt32(value) >> UInt32(from) == 0 else { return nil }
      buffer = (buffer << UInt32(from) | UInt32(value)) & 0xffff
      bits += from
      while bits >= to {
        bits -= to
        output.append(UInt8(buffer >> UInt32(bits) & mask))
      }
    }
    let rest = buffer << UInt32(to - bits) & mask
    if padding {
      if bits > 0 { output.append(UInt8(rest)) }
    } else if bits >= from || rest != 0 {
      return nil
    }
    return output
  }

  /// An account address behind a chain's prefix, as Cosmos chains write it: `dydx1…`. Nil for a bad prefix.
  public static func encode(prefix: String, address: Address) -> String? {
    guard let groups = convertBits(address.bytes, from: 8, to: 5, padding: true) else { return nil }
    return encode(prefix: prefix, groups: groups)
  }

  /// Reads an account address of 20 bytes that must have this prefix.
  public static func decodeAddress(_ text: String, prefix: String) throws(Bech32Error) -> Address {
    let (found, groups, variant) = try decode(text)
    guard variant == .bech32 else { throw .wrongVariant }
    guard found == prefix else { throw .wrongPrefix(found) }
    guard let bytes = convertBits(groups, from: 5, to: 8, padding: false) else { throw .invalidPadding }
    guard let address = Address(bytes) else { throw .wrongLength(expected: 20, found: bytes.count) }
    return address
  }

  private static func lowerCase(_ characters: [UInt8]) throws(Bech32Error) -> [UInt8] {
    var hasLower = false
    var hasUpper = false
    var lower = characters
    for (index, character) in characters.enumerated() {
      guard (33...126).contains(character) else { throw .invalidCharacter(offset: index) }
      if (0x61...0x7a).contains(character) { hasLower = true }
      if (0x41...0x5a).contains(character) {
        hasUpper = true
        lower[index] = character | 0x20
      }
    }
    if hasLower && hasUpper { throw .mixedCase }
    return lower
  }

  /// The checksum's polynomial remainder over the expanded prefix and the groups.
  private static func remainder(_ prefix: [UInt8], _ groups: [UInt8]) -> UInt32 {
    let generator: [UInt32] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3]
    var state: UInt32 = 1
    func step(_ value: UInt8) {
      let top = state >> 25
      state = (state & 0x1ff_ffff) << 5 ^ UInt32(value)
      for index in 0..<5 where top >> UInt32(index) & 1 == 1 { state ^= generator[index] }
    }
    for character in prefix { step(character >> 5) }
    step(0)
    for character in prefix { step(character & 31) }
    for group in groups { step(group) }
    return state
  }
}
