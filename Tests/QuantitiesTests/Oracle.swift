import BigInt
import Quantities

/// The plain twin of the integers: numbers of any size, and a rounding spelled out by its definition.
enum Oracle {
  static func big(_ value: UInt256) -> BigInt {
    BigInt(
      sign: .plus, magnitude: BigUInt(words: [value.word0, value.word1, value.word2, value.word3].map { UInt($0) }))
  }

  static func big(_ value: Int256) -> BigInt {
    let magnitude = big(value.magnitude)
    return value.isNegative ? -magnitude : magnitude
  }

  static func divide(_ a: BigInt, _ b: BigInt, _ rounding: Rounding) -> BigInt? {
    if b.isZero { return nil }
    let (quotient, remainder) = a.quotientAndRemainder(dividingBy: b)
    if remainder.isZero { return quotient }
    let negative = (a.sign == .minus) != (b.sign == .minus)
    switch rounding {
    case .floor: return negative ? quotient - 1 : quotient
    case .ceiling: return negative ? quotient : quotient + 1
    case .truncation: return quotient
    case .halfUp:
      if remainder.magnitude * 2 < b.magnitude { return quotient }
      return negative ? quotient - 1 : quotient + 1
    }
  }

  static let maxUInt256 = (BigInt(1) << 256) - 1
  static let maxInt256 = (BigInt(1) << 255) - 1
  static let minInt256 = -(BigInt(1) << 255)

  /// The value, or nil outside the range.
  static func clamp(_ value: BigInt?, _ range: ClosedRange<BigInt>) -> BigInt? {
    guard let value, range.contains(value) else { return nil }
    return value
  }
}

/// The result, or nil when the calculation threw.
func optional<T>(_ body: () throws(ArithmeticError) -> T) -> T? {
  do { return try body() } catch { return nil }
}

/// SplitMix64, and operands that love edges: 0, 1, 2^k and its neighbours, the greatest, any number of bits.
struct OperandGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  mutating func edgeWord() -> UInt64 {
    let words: [UInt64] = [0, 1, .max, .max - 1, 1 << 63, next()]
    return words[below(6)]
  }

  mutating func wide() -> UInt256 {
    let random = UInt256(word0: next(), word1: next(), word2: next(), word3: next())
    switch below(8) {
    case 0: return (UInt256.one << below(256)) &+ UInt256.one
    case 1: return (UInt256.one << below(257)) &- UInt256.one
    case 2: return UInt256.one << below(256)
    case 3: return [UInt256.zero, .one, 2, .max, .max &- 1, .max >> 1, .one << 255, .max >> 128][below(8)]
    // Words of all ones or all zeros, where a digit of a division is most easily guessed wrong.
    case 4:
      return UInt256(word0: edgeWord(), word1: edgeWord(), word2: edgeWord(), word3: edgeWord())
    default: return random >> below(256)
    }
  }

  mutating func signed() -> Int256 {
    let value = Int256(bitPattern: wide())
    return below(2) == 0 ? value : Int256.zero &- value
  }

  mutating func narrow() -> Int128 {
    let value = wide()
    return Int128(truncatingIfNeeded: below(2) == 0 ? value : UInt256.zero &- value)
  }
}

/// The numbers at the edges of the words.
let wordEdges: [UInt256] = {
  var edges: Set<UInt256> = [.zero, .one, .max, .max &- 1, 2, 3, 10]
  for bit in [31, 32, 63, 64, 65, 127, 128, 129, 191, 192, 193, 254, 255] {
    let power = UInt256.one << bit
    edges.formUnion([power &- 1, power, power &+ 1])
  }
  return edges.sorted()
}()
