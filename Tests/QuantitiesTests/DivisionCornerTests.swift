import Quantities
import Testing

@Suite struct DivisionCornerTests {
  /// Divisors and quotients made of words at the edges, where an estimate of a digit is most easily one off.
  static func edge(_ generator: inout OperandGenerator) -> UInt64 {
    let distance = generator.next() >> UInt64(generator.below(64))
    switch generator.below(6) {
    case 0: return 0
    case 1: return .max &- (distance >> 48)
    case 2: return (1 << 63) &+ (distance >> 48)
    case 3: return distance >> 48
    case 4: return .max &- distance
    default: return generator.next()
    }
  }

  /// The reciprocal of a two-word divisor is the greatest `v` with `(2^64 + v) * d < 2^192`.
  @Test func reciprocalSatisfiesItsDefinition() {
    var generator = OperandGenerator(state: 61)
    var wrong = 0
    let limit = UInt256(word0: 0, word1: 0, word2: 0, word3: 1)
    for _ in 0..<40_000 {
      let (high, low) = (Self.edge(&generator) | 1 << 63, Self.edge(&generator))
      let divisor = TwoWordDivisor(UInt128(high) << 64 | UInt128(low))
      let product = UInt256(divisor.value) &* UInt256(low: UInt128(1) << 64 | UInt128(divisor.reciprocal), high: 0)
      // Less than 2^192, and one more of the divisor reaches it.
      if product >= limit || product &+ UInt256(divisor.value) < limit { wrong += 1 }
    }
    #expect(wrong == 0)
  }

  /// One digit by the reciprocal is right at exact multiples and on both sides of them.
  @Test func twoWordStepIsRightAroundMultiples() {
    var generator = OperandGenerator(state: 62)
    var wrong = 0
    for _ in 0..<40_000 {
      let value = UInt128(Self.edge(&generator) | 1 << 63) << 64 | UInt128(Self.edge(&generator))
      let digit = Self.edge(&generator)
      let offset = [0, 1, value - 1, value - 2, UInt128(generator.next())][generator.below(5)]
      // digit * value + offset is three words; its upper two are the remainder that the step starts from.
      let dividend = UInt256(value) &* UInt256(digit) &+ UInt256(offset)
      var remainder = (dividend >> 64).low
      let found = TwoWordDivisor(value).step(&remainder, dividend.word0)
      if found != digit || remainder != offset { wrong += 1 }
    }
    #expect(wrong == 0)
  }

  /// Long division is right at exact multiples and on both sides of them, for divisors of one to four words.
  @Test func longDivisionIsRightAroundMultiples() {
    var generator = OperandGenerator(state: 63)
    var wrong = 0
    for _ in 0..<40_000 {
      func words() -> UInt256 {
        UInt256(
          word0: Self.edge(&generator), word1: Self.edge(&generator), word2: Self.edge(&generator),
          word3: Self.edge(&generator)) >> (64 * generator.below(4) + generator.below(3))
      }
      let (quotient, divisor) = (words(), words())
      if divisor.isZero { continue }
      let offset = generator.below(2) == 0 ? UInt256.zero : divisor &- .one
      let product = quotient.multipliedFullWidth(by: divisor)
      let (low, carry) = product.low.addingReportingOverflow(offset)
      let high = product.high &+ (carry ? .one : .zero)
      let found = UInt256.divideFullWidth(high: high, low: low, by: divisor)
      if found.quotient != quotient || found.remainder != offset { wrong += 1 }
    }
    #expect(wrong == 0)
  }
}
