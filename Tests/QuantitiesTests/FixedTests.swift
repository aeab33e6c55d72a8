import BigInt
import Quantities
import Testing

@Suite struct FixedTests {
  static func distance(_ value: Fixed, _ text: String) throws -> UInt128 {
    try value.raw.subtracting(try Fixed(decimal: text).raw).magnitude
  }

  /// Exponentials are the nearest of eighteen digits up to 41, and within a relative 1e-34 beyond.
  @Test func exponentialsAreKnown() throws {
    for (argument, expected) in KnownValues.exponentials {
      let result = try Fixed.exponential(Fixed(decimal: argument))
      let allowed = try Fixed(decimal: expected).raw.magnitude / 10_000_000_000_000_000_000_000_000_000_000_000
      #expect(try Self.distance(result, expected) <= allowed, "exp \(argument) = \(result)")
    }
    #expect(throws: ArithmeticError.overflow) { try Fixed.exponential(Fixed(decimal: "46.59")) }
    #expect(throws: ArithmeticError.overflow) { try Fixed.exponential(.max) }
    #expect(try Fixed.exponential(.min) == .zero)
  }

  /// Logarithms are the nearest of eighteen digits.
  @Test func logarithmsAreKnown() throws {
    for (argument, expected) in KnownValues.logarithms {
      let result = try Fixed.naturalLogarithm(Fixed(decimal: argument))
      #expect(try Self.distance(result, expected) == 0, "ln \(argument) = \(result)")
    }
    #expect(throws: ArithmeticError.outOfDomain) { try Fixed.naturalLogarithm(.zero) }
    #expect(throws: ArithmeticError.outOfDomain) { try Fixed.naturalLogarithm(.min) }
  }

  /// Powers keep their stated error, and the corners of the domain have names.
  @Test func powersAreKnown() throws {
    for (base, exponent, expected) in KnownValues.powers {
      let result = try Fixed.power(Fixed(decimal: base), Fixed(decimal: exponent))
      let size = Int128(try Fixed(decimal: expected).raw.magnitude)
      let reach = Int128(try Fixed(decimal: exponent).raw.magnitude) + Fixed.unitsPerOne
      let relative = try multiplyDivide(
        size, reach, by: 10_000_000_000_000_000_000_000_000_000_000_000, rounding: .floor)
      let allowed = UInt128(relative / Fixed.unitsPerOne)
      #expect(try Self.distance(result, expected) <= allowed, "\(base) ^ \(exponent) = \(result)")
    }
    #expect(try Fixed.power(0, 0) == 1 && Fixed.power(0, 5) == 0 && Fixed.power(-3, 0) == 1)
    #expect(try Fixed.power(2, -200) == 0)
    #expect(try Fixed.power(Fixed(raw: .max), Fixed(raw: .min)) == 0)
    #expect(throws: ArithmeticError.divisionByZero) { try Fixed.power(0, -1) }
    #expect(throws: ArithmeticError.outOfDomain) { try Fixed.power(-2, Fixed(decimal: "0.5")) }
    #expect(throws: ArithmeticError.overflow) { try Fixed.power(2, 68) }
    #expect(throws: ArithmeticError.overflow) { try Fixed.power(.max, .max) }
  }

  /// The exponential never falls and undoes the logarithm to the last digits the logarithm can hold.
  @Test func exponentialUndoesLogarithm() throws {
    var generator = OperandGenerator(state: 41)
    for _ in 0..<1_500 {
      let value = Fixed(raw: Int128(truncatingIfNeeded: generator.wide() >> 130) >> Int128(generator.below(120)))
      if value.raw <= 0 { continue }
      let logarithm = try Fixed.naturalLogarithm(value)
      if logarithm > 46 { continue }
      let back = try Fixed.exponential(logarithm)
      #expect((back.raw - value.raw).magnitude <= value.raw.magnitude / 1_000_000_000_000_000_000 + 1)
      #expect(try Fixed.exponential(logarithm + Fixed(raw: 1)) >= back)
    }
  }

  /// Square roots are exact in every rounding, by the definition with whole numbers.
  @Test func squareRootsAreExact() throws {
    var generator = OperandGenerator(state: 42)
    for index in 0..<1_000 {
      let raw = index < 10 ? [0, 1, 2, 3, 4, .max, 10, 99, 100, 101][index] : generator.narrow()
      if raw < 0 { continue }
      let square = BigInt(raw) * BigInt(Fixed.unitsPerOne)
      let floor = BigInt(try Fixed.squareRoot(Fixed(raw: raw), rounding: .floor).raw)
      #expect(floor * floor <= square && (floor + 1) * (floor + 1) > square)
      let ceiling = floor * floor == square ? floor : floor + 1
      #expect(BigInt(try Fixed.squareRoot(Fixed(raw: raw), rounding: .ceiling).raw) == ceiling)
      let nearest = 4 * square >= (2 * floor + 1) * (2 * floor + 1) ? floor + 1 : floor
      #expect(BigInt(try Fixed.squareRoot(Fixed(raw: raw), rounding: .halfUp).raw) == nearest)
    }
    #expect(throws: ArithmeticError.outOfDomain) { try Fixed.squareRoot(Fixed(raw: -1), rounding: .floor) }
  }

  /// Arithmetic is exact, rounds as named, and refuses to overflow.
  @Test func arithmeticIsExact() throws {
    let third = try Fixed(1, over: 3, rounding: .floor)
    #expect(third.description == "0.333333333333333333")
    #expect(try Fixed(-1, over: 3, rounding: .floor).description == "-0.333333333333333334")
    #expect(try third * 3 + Fixed(raw: 1) == .one)
    #expect(try Fixed(decimal: "1.5").multiplied(by: Fixed(decimal: "-2.5"), rounding: .floor).description == "-3.75")
    #expect(try Fixed(2).divided(by: 3, rounding: .halfUp).description == "0.666666666666666667")
    #expect(try Fixed(7).multiplied(by: 5, dividedBy: 2, rounding: .floor).description == "17.5")
    #expect(try Fixed(units: 12345, scale: 2, rounding: .floor).description == "123.45")
    #expect(try Fixed(units: -15, scale: 19, rounding: .halfUp).raw == -2)
    #expect(try Fixed(decimal: "1.239").units(scale: 2, rounding: .floor) == 123)
    #expect(try Fixed(decimal: "-1.239").units(scale: 0, rounding: .ceiling) == -1)
    #expect(try Fixed(decimal: "1.2").units(scale: 30, rounding: .floor) == 1_200_000_000_000_000_000_000_000_000_000)
    #expect(throws: ArithmeticError.overflow) { try Fixed.max + Fixed(raw: 1) }
    #expect(throws: ArithmeticError.overflow) { try Fixed.min.negated() }
    #expect(throws: ArithmeticError.overflow) { try Fixed.max.multiplied(by: 2, rounding: .floor) }
    #expect(throws: ArithmeticError.divisionByZero) { try Fixed.one.divided(by: 0, rounding: .floor) }
    #expect(Fixed(Int64.min) < Fixed(Int64.max) && -1 < Fixed.zero)
  }
}
