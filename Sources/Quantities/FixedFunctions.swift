extension Fixed {
  /// e to the power `x`, the nearest of eighteen digits: 1 gives 2.718281828459045235.
  ///
  /// The error is at most half a unit of 10^-18 plus 1e-35 of the result, so on -41...41 it is below one unit of 10^-18
  /// where the result is small and a relative 1e-34 where it is large. Below about -42.1 the result is 0. Throws
  /// `.overflow` from about 46.58 on.
  public static func exponential(_ x: Fixed) throws(ArithmeticError) -> Fixed {
    let limit = 64 * unitsPerOne
    if x.raw >= limit { throw .overflow }
    if x.raw <= -limit { return .zero }
    return try exponential(exponent: try multiplyDivide(x.raw, one120, by: unitsPerOne, rounding: .halfUp))
  }

  /// The natural logarithm, the nearest of eighteen digits: 2 gives 0.693147180559945309.
  ///
  /// The error is at most half a unit of 10^-18 plus 1e-34. Throws `.outOfDomain` unless `x` is positive.
  public static func naturalLogarithm(_ x: Fixed) throws(ArithmeticError) -> Fixed {
    if x.raw <= 0 { throw .outOfDomain }
    return fixed(logarithm(of: x.raw.magnitude) &- logarithmOfUnits)
  }

  /// The square root of `x`, rounded to eighteen digits as named, exactly: 2 gives 1.414213562373095048 with `.floor`.
  /// Throws `.outOfDomain` for a negative number.
  public static func squareRoot(_ x: Fixed, rounding: Rounding) throws(ArithmeticError) -> Fixed {
    if x.raw < 0 { throw .outOfDomain }
    let (high, low) = x.raw.magnitude.multipliedFullWidth(by: unitsPerOne.magnitude)
    let square = UInt256(low: low, high: high)
    let root = square.squareRoot()
    let left = square &- root &* root
    // The root of `root^2 + left` lies above `root + 1/2` exactly where `left > root`.
    let grows = !left.isZero && rounding.growsMagnitude(negative: false, remainderAtLeastHalf: left > root)
    // The root of a 187-bit number has at most 94 bits.
    return Fixed(raw: Int128(truncatingIfNeeded: root.low) &+ (grows ? 1 : 0))
  }

  /// `base` to the power `exponent`, the nearest of eighteen digits: 2 to the 0.5 gives 1.414213562373095049.
  ///
  /// The error is at most half a unit of 10^-18 plus (|exponent| + 1) * 1e-34 of the result. 0 to the 0 is 1; a negative
  /// base has powers with whole exponents. Throws `.divisionByZero` for 0 to a negative power, `.outOfDomain` for a
  /// negative base with a broken exponent, and `.overflow`.
  public static func power(_ base: Fixed, _ exponent: Fixed) throws(ArithmeticError) -> Fixed {
    if exponent.raw == 0 { return .one }
    if base.raw == 0 {
      if exponent.raw < 0 { throw .divisionByZero }
      return .zero
    }
    let (whole, broken) = exponent.raw.quotientAndRemainder(dividingBy: unitsPerOne)
    if base.raw < 0 && broken != 0 { throw .outOfDomain }
    let size = try powerOfPositive(base.raw.magnitude, exponent)
    return base.raw < 0 && whole & 1 != 0 ? Fixed(raw: 0 &- size.raw) : size
  }

  private static func powerOfPositive(_ base: UInt128, _ exponent: Fixed) throws(ArithmeticError) -> Fixed {
    let logarithm = logarithm(of: base) &- logarithmOfUnits
    do {
      let product = try multiplyDivide(logarithm, exponent.raw, by: unitsPerOne, rounding: .halfUp)
      return try exponential(exponent: product)
    } catch {
      // Beyond 128 in size, where a negative exponent is plainly 0.
      if (logarithm < 0) != (exponent.raw < 0) { return .zero }
      throw .overflow
    }
  }
}

// Inside, numbers are binary fractions: "in units of 2^-120" for exponents and logarithms, of 2^-126 for series.
extension Fixed {
  /// 1 in units of 2^-120.
  static let one120: Int128 = 1 << 120

  /// 1 in units of 2^-126.
  private static let one126: UInt128 = 1 << 126

  /// The natural logarithm of 2, in units of 2^-128.
  private static let logarithmOfTwo128: UInt128 = 0xB172_17F7_D1CF_79AB_C9E3_B398_03F2_F6AF

  /// The natural logarithm of 10^18, in units of 2^-120.
  private static let logarithmOfUnits: Int128 = 0x2972_4FE6_57FF_7066_71E8_6C3C_3CCB_5ADB

  /// The square root of 2, in units of 2^-126.
  private static let squareRootOfTwo126: UInt128 = 0x5A82_7999_FCEF_3242_2CBE_C4D9_BAA5_5F4F

  /// `count` times the logarithm of 2, in units of 2^-120, off by at most one unit; `|count|` is at most 255.
  static func logarithmOfTwo(times count: Int) -> Int128 {
    let (high, low) = logarithmOfTwo128.multipliedFullWidth(by: UInt128(truncatingIfNeeded: count.magnitude))
    let size = Int128(truncatingIfNeeded: (high &<< 120) | (low &>> 8))
    return count < 0 ? 0 &- size : size
  }

  /// The product of two numbers in units of 2^-126, cut; it must be less than 4.
  @inline(__always)
  private static func multiply126(_ left: UInt128, _ right: UInt128) -> UInt128 {
    let (high, low) = left.multipliedFullWidth(by: right)
    return (high &<< 2) | (low &>> 126)
  }

  /// A number in units of 2^-120 as the nearest decimal; it always fits.
  static func fixed(_ value: Int128) -> Fixed {
    let (high, low) = value.magnitude.multipliedFullWidth(by: unitsPerOne.magnitude)
    let (sum, carry) = low.addingReportingOverflow(1 &<< 119)
    let size = Int128(truncatingIfNeeded: ((high &+ (carry ? 1 : 0)) &<< 8) | (sum &>> 120))
    return Fixed(raw: value < 0 ? 0 &- size : size)
  }

  /// e to the power of an exponent in units of 2^-120: taken apart into a power of two and a rest in 0..<ln 2, for
  /// which 32 terms of the series reach 2^-126.
  private static func exponential(exponent: Int128) throws(ArithmeticError) -> Fixed {
    if exponent >= 47 * one120 { throw .overflow }
    if exponent < -43 * one120 { return .zero }
    let (quotient, left) = exponent.quotientAndRemainder(dividingBy: logarithmOfTwo(times: 1))
    let doublings = Int(truncatingIfNeeded: quotient) &- (left < 0 ? 1 : 0)
    // Within one unit of an edge the rest could fall below 0; there 0 is as near.
    let rest = Swift.max(0, exponent &- logarithmOfTwo(times: doublings)).magnitude &<< 6
    var series = one126
    var term: UInt128 = 32
    while term > 0 {
      series = one126 &+ multiply126(rest, series) / term
      term &-= 1
    }
    let (high, low) = series.multipliedFullWidth(by: unitsPerOne.magnitude)
    let rounded = ((UInt256(low: low, high: high) >> (125 &- doublings)) &+ 1) >> 1
    guard let raw = Int128(exactly: rounded) else { throw .overflow }
    return Fixed(raw: raw)
  }

  /// The natural logarithm of a whole number above 0 and below 2^127, in units of 2^-120: with the number as `m * 2^k`,
  /// `m` near 1, it is `k ln 2 + 2 artanh((m - 1) / (m + 1))`.
  static func logarithm(of value: UInt128) -> Int128 {
    precondition(value > 0 && value &>> 127 == 0, "A logarithm is taken of a number in 1..<2^127.")
    var doublings = 127 &- value.leadingZeroBitCount
    let mantissa = value &<< UInt128(truncatingIfNeeded: 126 &- doublings)
    var pivot = one126
    if mantissa > squareRootOfTwo126 {
      pivot &<<= 1
      doublings &+= 1
    }
    let negative = mantissa < pivot
    let difference = negative ? pivot &- mantissa : mantissa &- pivot
    // |ratio| is at most 0.1716, so 25 terms reach 2^-126.
    let ratio = UInt256(low: difference &<< 126, high: difference &>> 2).dividedByTwoWords(mantissa &+ pivot).quotient
    let square = multiply126(ratio, ratio)
    var series: UInt128 = 0
    var odd: UInt128 = 51
    while true {
      series = one126 / odd &+ multiply126(square, series)
      if odd == 1 { break }
      odd &-= 2
    }
    // Twice the product, from units of 2^-126 to units of 2^-120.
    let tail = Int128(truncatingIfNeeded: multiply126(ratio, series) &>> 5)
    return logarithmOfTwo(times: doublings) &+ (negative ? 0 &- tail : tail)
  }
}
