import BigInt
import DYDX
import Quantities
import Testing

@Suite struct WideIntegerTests {
  /// A plain twin: the arithmetic of another library, over operands of all lengths.
  static func operands() -> [Int256] {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ (state >> 29)
    }
    var result: [Int256] = [0, 1, -1, 2, -7, .max, .min, 4_294_967_296, 18_446_744_073_709_551_616]
    for index in 0..<60 {
      let value = Int256(bitPattern: UInt256(word0: next(), word1: next(), word2: next(), word3: next()))
      result.append(value >> (index * 4))
    }
    return result
  }

  static func twin(_ value: WideInteger) -> BigInt { BigInt(value.description) ?? 0 }

  @Test("Sums, products and all four divisions are those of another library")
  func sameAsAnotherLibrary() throws {
    let values = Self.operands().map { WideInteger($0) }
    for (index, left) in values.enumerated() {
      for right in values[..<(index + 1)] {
        let (a, b) = (Self.twin(left), Self.twin(right))
        #expect(Self.twin(left + right) == a + b)
        #expect(Self.twin(left - right) == a - b)
        let product = left * right
        #expect(Self.twin(product) == a * b)
        #expect((left < right) == (a < b))
        if right.isZero { continue }
        let dividend = product + left
        let (quotient, remainder) = try dividend.quotientAndRemainder(dividingBy: right)
        let (q, r) = (a * b + a).quotientAndRemainder(dividingBy: b)
        #expect(Self.twin(quotient) == q && Self.twin(remainder) == r)
        let floor = try dividend.divided(by: right, rounding: .floor)
        let ceiling = try dividend.divided(by: right, rounding: .ceiling)
        #expect(floor * right <= dividend || right < .zero)
        #expect(Self.twin(ceiling - floor) == (remainder.isZero ? 0 : 1))
      }
    }
  }

  @Test("Fractions keep lowest terms and round as named")
  func fractions() throws {
    let half = try Rational(-14 as Int256, over: 4)
    #expect(half.description == "-7/2")
    #expect(try half.rounded(.floor) == -4 && half.rounded(.ceiling) == -3)
    #expect(try half.rounded(.truncation) == -3 && half.rounded(.halfUp) == -4)
    #expect(Rational("24999/50") == (try Rational(24_999 as Int256, over: 50)))
    #expect(throws: ArithmeticError.divisionByZero) { try Rational(1 as Int256, over: 0) }
  }
}
