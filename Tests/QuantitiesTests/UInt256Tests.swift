import BigInt
import Quantities
import Testing

@Suite struct UInt256Tests {
  /// Checks one pair of operands against the oracle; returns what differs.
  static func disagreement(_ a: UInt256, _ b: UInt256) -> String? {
    let (x, y) = (Oracle.big(a), Oracle.big(b))
    let range = BigInt(0)...Oracle.maxUInt256
    func differs(_ ours: UInt256?, _ theirs: BigInt, _ name: String) -> String? {
      ours.map(Oracle.big) == Oracle.clamp(theirs, range) ? nil : "\(a) \(name) \(b)"
    }
    if let found = differs(optional { () throws(ArithmeticError) in try a.adding(b) }, x + y, "+") { return found }
    if let found = differs(optional { () throws(ArithmeticError) in try a.subtracting(b) }, x - y, "-") { return found }
    let product = x * y
    let ours = optional { () throws(ArithmeticError) in try a.multiplied(by: b) }
    if let found = differs(ours, product, "*") { return found }
    let full = a.multipliedFullWidth(by: b)
    if (Oracle.big(full.high) << 256) + Oracle.big(full.low) != product { return "\(a) full * \(b)" }
    if (a &* b) != full.low || (a < b) != (x < y) || (a == b) != (x == y) { return "\(a) &* < == \(b)" }
    if a &+ b &- b != a { return "\(a) &+ &- \(b)" }
    if !b.isZero {
      guard let division = try? a.quotientAndRemainder(dividingBy: b) else { return "\(a) / \(b) threw" }
      if let found = differs(division.quotient, x / y, "/") { return found }
      if let found = differs(division.remainder, x % y, "%") { return found }
    }
    return nil
  }

  /// Sums, differences, products and quotients agree with numbers of any size on all pairs of edges and on random
  /// pairs that love edges.
  @Test func agreesWithTheOracle() {
    for a in wordEdges {
      for b in wordEdges {
        if let found = Self.disagreement(a, b) { Issue.record("\(found)") }
      }
    }
    var generator = OperandGenerator(state: 1)
    for _ in 0..<60_000 {
      if let found = Self.disagreement(generator.wide(), generator.wide()) { Issue.record("\(found)") }
    }
  }

  /// 512-by-256-bit division puts the parts together again for 100,000 operands: `q * b + r == a` with `r < b` is the
  /// definition, so no oracle is needed and the loop is fast.
  @Test func divisionSatisfiesItsDefinition() {
    var generator = OperandGenerator(state: 2)
    var wrong = 0
    for _ in 0..<100_000 {
      let divisor = generator.wide()
      let dividend = (high: generator.wide(), low: generator.wide())
      if divisor.isZero { continue }
      let high = dividend.high < divisor ? dividend.high : dividend.high &- divisor
      if high >= divisor { continue }
      let (quotient, remainder) = UInt256.divideFullWidth(high: high, low: dividend.low, by: divisor)
      let product = quotient.multipliedFullWidth(by: divisor)
      let (low, carry) = product.low.addingReportingOverflow(remainder)
      let top = product.high &+ (carry ? .one : .zero)
      if remainder >= divisor || low != dividend.low || top != high { wrong += 1 }
    }
    #expect(wrong == 0)
  }

  /// Multiply-divide with every rounding agrees with the oracle, overflow included.
  @Test func multiplyDivideAgreesWithTheOracle() {
    var generator = OperandGenerator(state: 3)
    let range = BigInt(0)...Oracle.maxUInt256
    for _ in 0..<40_000 {
      let (a, b, c) = (generator.wide(), generator.wide(), generator.wide())
      let product = Oracle.big(a) * Oracle.big(b)
      for rounding in Rounding.allCases {
        let ours = optional { () throws(ArithmeticError) in try UInt256.multiplyDivide(a, b, by: c, rounding: rounding)
        }
        let theirs = Oracle.clamp(Oracle.divide(product, Oracle.big(c), rounding), range)
        if ours.map(Oracle.big) != theirs { Issue.record("\(a) * \(b) / \(c) \(rounding)") }
        let quotient = optional { () throws(ArithmeticError) in try a.divided(by: c, rounding: rounding) }
        if quotient.map(Oracle.big) != Oracle.divide(Oracle.big(a), Oracle.big(c), rounding) {
          Issue.record("\(a) / \(c) \(rounding)")
        }
      }
    }
  }

  /// Errors say what happened: a zero divisor is not an overflow, and a rounding that spills over the top is one.
  @Test func errorsAreNamed() throws {
    #expect(throws: ArithmeticError.divisionByZero) {
      try UInt256.multiplyDivide(.max, .max, by: .zero, rounding: .floor)
    }
    #expect(throws: ArithmeticError.divisionByZero) { try UInt256.one.divided(by: .zero, rounding: .floor) }
    #expect(throws: ArithmeticError.overflow) { try UInt256.multiplyDivide(.max, 2, by: 1, rounding: .floor) }
    #expect(throws: ArithmeticError.overflow) { try UInt256.zero.subtracting(.one) }
    // (2^256-1)*(2^256-2) / (2^256-3) is just above 2^256-1 ... and its floor already does not fit.
    #expect(throws: ArithmeticError.overflow) {
      try UInt256.multiplyDivide(.max, .max &- 1, by: .max &- 2, rounding: .floor)
    }
    // 535006138814359 divides 2^257-1, so with the other factor and a divisor of 2 the quotient is 2^256-1 and a half.
    let factor: UInt256 = 535006138814359
    let other: UInt256 = 432862656469423142931042426214547535783388063929571229938474969
    #expect(try UInt256.multiplyDivide(factor, other, by: 2, rounding: .floor) == .max)
    #expect(throws: ArithmeticError.overflow) { try UInt256.multiplyDivide(factor, other, by: 2, rounding: .ceiling) }
    #expect(throws: ArithmeticError.overflow) { try UInt256.multiplyDivide(factor, other, by: 2, rounding: .halfUp) }
  }

  /// The root is the floor: its square is not above the number, the next square is.
  @Test func squareRootIsTheFloor() {
    var generator = OperandGenerator(state: 4)
    for index in 0..<10_000 {
      let value = index < wordEdges.count ? wordEdges[index] : generator.wide()
      let root = value.squareRoot()
      let above = root &+ 1
      let square = above.multipliedFullWidth(by: above)
      #expect(root.multipliedFullWidth(by: root).high.isZero && root &* root <= value)
      #expect(!square.high.isZero || square.low > value)
    }
    #expect(UInt256.max.squareRoot() == UInt256(low: .max, high: 0))
  }

  /// Shifts and bit operations agree with the oracle for every count.
  @Test func bitsAgreeWithTheOracle() {
    var generator = OperandGenerator(state: 5)
    for count in 0..<260 {
      let value = generator.wide()
      let big = Oracle.big(value)
      #expect(Oracle.big(value << count) == (big << count) & Oracle.maxUInt256)
      #expect(Oracle.big(value >> count) == big >> count)
      #expect(value >> -count == value << count)
      let other = generator.wide()
      #expect(Oracle.big(value & other) == big & Oracle.big(other))
      #expect(Oracle.big(value | other) == big | Oracle.big(other))
      #expect(Oracle.big(value ^ other) == big ^ Oracle.big(other))
      #expect(~value == .max &- value)
      #expect(value.significantBitCount == big.magnitude.bitWidth)
      #expect(value.leadingZeroBitCount == 256 - big.magnitude.bitWidth)
      #expect(value.trailingZeroBitCount == (value.isZero ? 256 : big.magnitude.trailingZeroBitCount))
      #expect((value << 3).nonzeroBitCount == (value & (.max >> 3)).nonzeroBitCount)
    }
    #expect(UInt256.one << Int.min == .zero && UInt256.one >> Int.min == .zero && UInt256.one << Int.max == .zero)
  }

  /// Text and bytes lead back to the number and agree with the oracle's text.
  @Test func textAndBytesRoundTrip() {
    var generator = OperandGenerator(state: 6)
    for index in 0..<2_000 {
      let value = index < wordEdges.count ? wordEdges[index] : generator.wide()
      #expect(value.description == Oracle.big(value).description)
      #expect(UInt256(value.description) == value)
      #expect(value.hexadecimalDescription == "0x" + String(Oracle.big(value), radix: 16))
      #expect(UInt256(hexadecimal: value.hexadecimalDescription) == value)
      #expect(UInt256(bigEndianBytes: value.bigEndianBytes) == value)
      #expect(UInt256(littleEndianBytes: value.littleEndianBytes) == value)
      #expect(value.bigEndianBytes == value.littleEndianBytes.reversed())
    }
    #expect(UInt256(1).bigEndianBytes.last == 1)
    for text in ["", "-1", "+1", " 1", "1 ", "0x1", "1_0", "٣", String(repeating: "9", count: 78)] {
      #expect(UInt256(text) == nil)
    }
    #expect(UInt256((BigInt(1) << 256).description) == nil)
    for text in ["", "0x", "g", "0X1", "-1", String(repeating: "f", count: 65)] {
      #expect(UInt256(hexadecimal: text) == nil)
    }
    #expect(UInt256(hexadecimal: "DEADbeef") == 0xDEAD_BEEF)
    #expect(
      UInt256(bigEndianBytes: [1, 2]) == nil && UInt256(littleEndianBytes: [UInt8](repeating: 0, count: 33)) == nil)
  }

  /// Conversions to built-in integers are exact or nil.
  @Test func conversionsAreExact() {
    let literal: UInt256 = 0xFFFF_FFFF_FFFF_FFFF_FFFF_FFFF_FFFF_FFFF_FFFF_FFFF_FFFF_FFFF_FFFF_FFFF_FFFF_FFFF
    #expect(literal == .max)
    #expect(UInt128(exactly: UInt256.max >> 128) == .max && UInt128(exactly: UInt256.one << 128) == nil)
    #expect(Int128(exactly: UInt256.max >> 129) == .max && Int128(exactly: UInt256.one << 127) == nil)
    #expect(UInt64(exactly: UInt256(UInt64.max)) == .max && UInt64(exactly: UInt256.one << 64) == nil)
    #expect(Int(exactly: UInt256(5)) == 5 && Int(exactly: UInt256.one << 63) == nil)
    #expect(UInt256(exactly: -1) == nil && UInt256(exactly: Int128.max) == UInt256.max >> 129)
    #expect(UInt256(exactly: Int256.zero &- 1) == nil && UInt256(exactly: Int256.max) == .max >> 1)
  }
}
