import BigInt
import Quantities
import Testing

@Suite struct Int256Tests {
  static let range = Oracle.minInt256...Oracle.maxInt256

  /// Checks one pair of operands against the oracle; returns what differs.
  static func disagreement(_ a: Int256, _ b: Int256) -> String? {
    let (x, y) = (Oracle.big(a), Oracle.big(b))
    func differs(_ ours: Int256?, _ theirs: BigInt?, _ name: String) -> String? {
      ours.map(Oracle.big) == Oracle.clamp(theirs, range) ? nil : "\(a) \(name) \(b)"
    }
    if let found = differs(optional { () throws(ArithmeticError) in try a.adding(b) }, x + y, "+") { return found }
    if let found = differs(optional { () throws(ArithmeticError) in try a.subtracting(b) }, x - y, "-") { return found }
    let product = optional { () throws(ArithmeticError) in try a.multiplied(by: b) }
    if let found = differs(product, x * y, "*") { return found }
    if let product, product != a &* b { return "\(a) &* \(b)" }
    if (a < b) != (x < y) { return "\(a) < \(b)" }
    for rounding in Rounding.allCases {
      let quotient = optional { () throws(ArithmeticError) in try a.divided(by: b, rounding: rounding) }
      if let found = differs(quotient, Oracle.divide(x, y, rounding), "/ \(rounding)") { return found }
    }
    let division = try? a.quotientAndRemainder(dividingBy: b)
    if let found = differs(division?.quotient, Oracle.divide(x, y, .truncation), "/") { return found }
    if let division, division.quotient &* b &+ division.remainder != a { return "\(a) % \(b)" }
    return nil
  }

  /// Every operation agrees with numbers of any size on pairs of edges of both signs and on random pairs.
  @Test func agreesWithTheOracle() {
    let edges = wordEdges.map { Int256(bitPattern: $0) }
    for a in edges {
      for b in edges {
        if let found = Self.disagreement(a, b) { Issue.record("\(found)") }
      }
    }
    var generator = OperandGenerator(state: 11)
    for _ in 0..<40_000 {
      if let found = Self.disagreement(generator.signed(), generator.signed()) { Issue.record("\(found)") }
    }
  }

  /// Multiply-divide with signs and every rounding agrees with the oracle, overflow included.
  @Test func multiplyDivideAgreesWithTheOracle() {
    var generator = OperandGenerator(state: 12)
    for _ in 0..<40_000 {
      let (a, b, c) = (generator.signed(), generator.signed(), generator.signed())
      let product = Oracle.big(a) * Oracle.big(b)
      for rounding in Rounding.allCases {
        let ours = optional { () throws(ArithmeticError) in try Int256.multiplyDivide(a, b, by: c, rounding: rounding) }
        let theirs = Oracle.clamp(Oracle.divide(product, Oracle.big(c), rounding), Self.range)
        if ours.map(Oracle.big) != theirs { Issue.record("\(a) * \(b) / \(c) \(rounding)") }
      }
    }
    #expect(throws: ArithmeticError.divisionByZero) { try Int256.one.divided(by: .zero, rounding: .floor) }
    #expect(throws: ArithmeticError.overflow) { try Int256.min.divided(by: Int256(-1), rounding: .floor) }
    #expect(throws: ArithmeticError.overflow) { try Int256.min.negated() }
    #expect(throws: Never.self) { try Int256.multiplyDivide(.min, .min, by: .min, rounding: .floor) }
  }

  /// Text, bytes and shifts of both signs lead back to the number and agree with the oracle.
  @Test func textBytesAndShiftsAgree() {
    var generator = OperandGenerator(state: 13)
    for index in 0..<1_500 {
      let value = index < wordEdges.count ? Int256(bitPattern: wordEdges[index]) : generator.signed()
      let big = Oracle.big(value)
      #expect(value.description == big.description)
      #expect(Int256(value.description) == value)
      #expect(Int256(hexadecimal: value.hexadecimalDescription) == value)
      #expect(Int256(bigEndianBytes: value.bigEndianBytes) == value)
      #expect(Int256(littleEndianBytes: value.littleEndianBytes) == value)
      let count = index % 260
      #expect(Oracle.big(value >> count) == Oracle.divide(big, BigInt(1) << count, .floor))
      #expect(value << count == Int256(bitPattern: value.bitPattern << count))
      #expect(value.signum() == Int(big.signum()))
    }
    for text in ["", "-", "--1", "+1", "1-", "-0x1"] { #expect(Int256(text) == nil) }
    #expect(Int256("-0") == .zero)
    #expect(Int256("57896044618658097711785492504343953926634992332820282019728792003956564819968") == nil)
    #expect(Int256("-57896044618658097711785492504343953926634992332820282019728792003956564819968") == .min)
  }

  /// Conversions keep sign and value or answer nil.
  @Test func conversionsAreExact() {
    #expect(Int256(-1) == Int256(bitPattern: .max))
    let literal: Int256 = -57896044618658097711785492504343953926634992332820282019728792003956564819968
    #expect(literal == .min)
    for value in [Int128.min, .min + 1, -1, 0, 1, .max] {
      #expect(Int128(exactly: Int256(value)) == value)
      #expect(Int128(truncatingIfNeeded: Int256(value)) == value)
    }
    #expect(Int128(exactly: Int256(Int128.max) &+ 1) == nil && Int128(exactly: Int256(Int128.min) &- 1) == nil)
    #expect(Int64(exactly: Int256(Int64.min)) == .min && Int64(exactly: Int256(Int64.min) &- 1) == nil)
    #expect(UInt64(exactly: Int256(-1)) == nil && UInt64(exactly: Int256(UInt64.max)) == .max)
    #expect(UInt128(exactly: Int256(UInt128.max)) == .max)
    #expect(Int256(exactly: UInt256.one << 255) == nil && Int256(exactly: UInt256.max >> 1) == .max)
  }
}
