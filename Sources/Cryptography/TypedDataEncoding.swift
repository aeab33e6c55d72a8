import Canonical

// Messages, given as JSON, to words and hashes.
extension TypedDataTypes {
  /// `hashStruct` of EIP-712: Keccak-256 over the type hash and one word for each field. Every field must be there, and
  /// no other.
  public func structHash(_ name: String, _ message: JSONValue) throws(TypedDataError) -> Hash32 {
    Keccak256.hash(try encodeData(name, message))
  }

  /// The type hash and the words of the fields: what `structHash` hashes.
  public func encodeData(_ name: String, _ message: JSONValue) throws(TypedDataError) -> [UInt8] {
    guard let index = index(of: name) else { throw .unknownType(name) }
    return try encode(structure: index, message, path: "", depth: 0)
  }

  private func encode(
    structure index: Int, _ value: JSONValue, path: String, depth: Int
  ) throws(TypedDataError) -> [UInt8] {
    guard depth <= Self.maximumDepth else { throw .tooDeep(path: path) }
    let structure = structures[index]
    guard let members = value.members else { throw .mismatch(path: path, type: structure.name) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32 * (structure.fields.count + 1))
    hashes[index].append(to: &bytes)
    for (field, type) in zip(structure.fields, fieldTypes[index]) {
      let fieldPath = path.isEmpty ? field.name : "\(path).\(field.name)"
      guard let value = value[field.name] else { throw .missingField(path: fieldPath) }
      try word(type, value, path: fieldPath, depth: depth + 1).append(to: &bytes)
    }
    if members.count != structure.fields.count {
      throw .unexpectedField(path: path.isEmpty ? extraKey(members, index) : "\(path).\(extraKey(members, index))")
    }
    return bytes
  }

  /// The first member that is no field; for objects made by hand, it may be the second of one name.
  private func extraKey(_ members: [JSONMember], _ index: Int) -> String {
    var free = Set(structures[index].fields.map(\.name))
    for member in members where free.remove(member.key) == nil { return member.key }
    return ""
  }

  /// The 32 bytes that stand for a value in its structure or array.
  private func word(
    _ type: TypedDataType, _ value: JSONValue, path: String, depth: Int
  ) throws(TypedDataError) -> Hash32 {
    let word: Hash32?
    switch type {
    case .structure(let index):
      return Keccak256.hash(try encode(structure: index, value, path: path, depth: depth))
    case .array(let element, let count):
      return try arrayHash(element, count: count, value, path: path, depth: depth)
    case .unsigned, .signed:
      guard let number = DecimalWord(value) else { throw .mismatch(path: path, type: name(of: type)) }
      guard let word = number.word(of: type) else { throw .outOfRange(path: path, type: name(of: type)) }
      return word
    case .fixedBytes(let count):
      guard let bytes = hexBytes(value) else { throw .mismatch(path: path, type: name(of: type)) }
      guard bytes.count == count else { throw .outOfRange(path: path, type: name(of: type)) }
      word = Hash32(bytes + [UInt8](repeating: 0, count: 32 - count))
    case .address: word = hexBytes(value).flatMap { Address($0) }?.word
    case .bool: word = value.bool.map { Hash32($0 ? 1 : 0) }
    case .string: word = value.string.map { Keccak256.hash($0) }
    case .bytes: word = hexBytes(value).map { Keccak256.hash($0) }
    }
    guard let word else { throw .mismatch(path: path, type: name(of: type)) }
    return word
  }

  private func arrayHash(
    _ element: TypedDataType, count: Int?, _ value: JSONValue, path: String, depth: Int
  ) throws(TypedDataError) -> Hash32 {
    guard depth <= Self.maximumDepth else { throw .tooDeep(path: path) }
    guard let elements = value.array else {
      throw .mismatch(path: path, type: name(of: .array(element, count: count)))
    }
    if let count, count != elements.count {
      throw .outOfRange(path: path, type: name(of: .array(element, count: count)))
    }
    var bytes: [UInt8] = []
    for (index, value) in elements.enumerated() {
      try word(element, value, path: "\(path)[\(index)]", depth: depth + 1).append(to: &bytes)
    }
    return Keccak256.hash(bytes)
  }

  /// Bytes are written as hexadecimal text behind `0x`.
  private func hexBytes(_ value: JSONValue) -> [UInt8]? {
    guard let text = value.string, text.utf8.starts(with: "0x".utf8) else { return nil }
    return try? Hex.decode(text)
  }
}

/// A whole number of up to 256 bits and a sign, from a JSON number, decimal text or `0x` text.
struct DecimalWord {
  var magnitude: Hash32
  var isNegative: Bool
  /// The digits stand for a number above 256 bits.
  var isTooLarge = false

  init(magnitude: Hash32, isNegative: Bool) {
    self.magnitude = magnitude
    self.isNegative = isNegative
  }

  /// Nil for anything that is no whole number, for leading zeros, and for minus zero.
  init?(_ value: JSONValue) {
    switch value {
    case .integer(let integer):
      let magnitude = integer.magnitude
      let word = Hash32(
        word0: 0, word1: 0, word2: UInt64(truncatingIfNeeded: magnitude >> 64),
        word3: UInt64(truncatingIfNeeded: magnitude))
      self.init(magnitude: word, isNegative: integer < 0)
    case .string(let text) where text.utf8.starts(with: "0x".utf8):
      guard let magnitude = Hash32(hexInteger: text) else { return nil }
      self.init(magnitude: magnitude, isNegative: false)
    case .number(let text), .string(let text): self.init(decimal: text)
    default: return nil
    }
  }

  init?(decimal text: String) {
    var digits = Substring(text).utf8
    isNegative = digits.first == UInt8(ascii: "-")
    if isNegative { digits = digits.dropFirst() }
    guard let first = digits.first, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    if first == UInt8(ascii: "0") && (digits.count > 1 || isNegative) { return nil }
    magnitude = .zero
    // 2^256 has 78 digits.
    guard digits.count <= 78 else {
      isTooLarge = true
      return
    }
    for digit in digits where !append(digit: UInt64(digit - 0x30)) { isTooLarge = true }
  }

  /// Ten times the magnitude and a digit; false if that passes 256 bits.
  private mutating func append(digit: UInt64) -> Bool {
    var carry = digit
    func step(_ word: UInt64) -> UInt64 {
      let (high, low) = word.multipliedFullWidth(by: 10)
      let (sum, overflow) = low.addingReportingOverflow(carry)
      carry = high + (overflow ? 1 : 0)
      return sum
    }
    magnitude.word3 = step(magnitude.word3)
    magnitude.word2 = step(magnitude.word2)
    magnitude.word1 = step(magnitude.word1)
    magnitude.word0 = step(magnitude.word0)
    return carry == 0
  }

  /// Two's complement in 256 bits, nil outside the range of an integer type.
  func word(of type: TypedDataType) -> Hash32? {
    guard !isTooLarge else { return nil }
    switch type {
    case .unsigned(let bits): return !isNegative && bitWidth <= bits ? magnitude : nil
    case .signed(let bits):
      if !isNegative { return bitWidth < bits ? magnitude : nil }
      // -2^(bits-1) is the one negative number whose magnitude has as many bits as the type.
      let isLeast = bitWidth == bits && trailingZeros == bits - 1
      return bitWidth < bits || isLeast ? negated : nil
    default: return nil
    }
  }

  private var words: [UInt64] { [magnitude.word3, magnitude.word2, magnitude.word1, magnitude.word0] }

  /// Bits without leading zeros.
  private var bitWidth: Int {
    var width = 0
    for (index, word) in words.enumerated() where word != 0 { width = 64 * (index + 1) - word.leadingZeroBitCount }
    return width
  }

  private var trailingZeros: Int {
    for (index, word) in words.enumerated() where word != 0 { return 64 * index + word.trailingZeroBitCount }
    return 256
  }

  private var negated: Hash32 {
    Secp256k1.difference(.zero, magnitude)
  }
}
