import BigInt
import Quantities
import Testing

@Suite struct NativeIntegerTests {
  static let range = BigInt(Int128.min)...BigInt(Int128.max)

  static let edges: [Int128] = {
    var edges: [Int128] = [0, 1, 2, 3, 10, .max, .max - 1]
    for bit in [31, 32, 62, 63, 64, 65, 126] {
      let power = Int128(1) << Int128(bit)
      edges += [power - 1, power, power + 1]
    }
    return edges + edges.map { -$0 } + [.min, .min + 1]
  }()

  static func disagreement(_ a: Int128, _ b: Int128, _ c: Int128) -> String? {
    let product = BigInt(a) * BigInt(b)
    for rounding in Rounding.allCases {
      let ours = optional { () throws(ArithmeticError) in try multiplyDivide(a, b, by: c, rounding: rounding) }
      let theirs = Oracle.clamp(Oracle.divide(product, BigInt(c), rounding), range)
      if ours.map({ BigInt($0) }) != theirs { return "\(a) * \(b) / \(c) \(rounding)" }
    }
    return nil
  }

  /// Multiply-divide of 128 bits agrees with the oracle on triples of edges and random triples, every rounding.
  @Test func multiplyDivideAgreesWithTheOracle() {
    var generator = OperandGenerator(state: 21)
    for a in Self.edges {
      for b in Self.edges {
        let c = Self.edges[generator.below(Self.edges.count)]
        if let found = Self.disagreement(a, b, c) { Issue.record("\(found)") }
      }
    }
    for _ in 0..<40_000 {
      let (a, b, c) = (generator.narrow(), generator.narrow(), generator.narrow())
      if let found = Self.disagreement(a, b, c) { Issue.record("\(found)") }
    }
    #expect(throws: ArithmeticError.divisionByZero) { try multiplyDivide(Int128.max, .max, by: 0, rounding: .floor) }
    #expect(throws: ArithmeticError.overflow) { try multiplyDivide(Int128.max, .max, by: 1, rounding: .floor) }
  }

  /// Division of `Int128` and `Int64` with every rounding agrees with the oracle, and overflow is only min / -1.
  @Test func divisionAgreesWithTheOracle() {
    for a in Self.edges {
      for b in Self.edges {
        for rounding in Rounding.allCases {
          let expected = Oracle.clamp(Oracle.divide(BigInt(a), BigInt(b), rounding), Self.range)
          let ours = optional { () throws(ArithmeticError) in try a.divided(by: b, rounding: rounding) }
          if ours.map({ BigInt($0) }) != expected { Issue.record("\(a) / \(b) \(rounding)") }
          let (x, y) = (Int64(truncatingIfNeeded: a), Int64(truncatingIfNeeded: b))
          let narrow = optional { () throws(ArithmeticError) in try x.divided(by: y, rounding: rounding) }
          let range = BigInt(Int64.min)...BigInt(Int64.max)
          let twin = Oracle.clamp(Oracle.divide(BigInt(x), BigInt(y), rounding), range)
          if narrow.map({ BigInt($0) }) != twin { Issue.record("\(x) / \(y) \(rounding)") }
        }
      }
    }
    #expect(throws: ArithmeticError.overflow) { try Int64.min.divided(by: -1, rounding: .truncation) }
    #expect(throws: ArithmeticError.divisionByZero) { try Int64(1).divided(by: 0, rounding: .truncation) }
  }

  /// Sums, differences and products throw exactly where the result does not fit.
  @Test func checkedOperationsThrowAtTheEdges() {
    for a in Self.edges {
      for b in Self.edges {
        let results = [
          optional { () throws(ArithmeticError) in try a.adding(b) },
          optional { () throws(ArithmeticError) in try a.subtracting(b) },
          optional { () throws(ArithmeticError) in try a.multiplied(by: b) },
        ]
        let (x, y) = (BigInt(a), BigInt(b))
        let expected = [x + y, x - y, x * y].map { Oracle.clamp($0, Self.range) }
        if results.map({ $0.map { BigInt($0) } }) != expected { Issue.record("\(a), \(b)") }
      }
    }
    #expect(throws: ArithmeticError.overflow) { try Int64.max.adding(1) }
    #expect(throws: ArithmeticError.overflow) { try Int64.min.subtracting(1) }
    #expect(throws: ArithmeticError.overflow) { try Int64.max.multiplied(by: 2) }
    #expect((try? Int64.max.subtracting(1)) == .max - 1)
  }
}
