public import Quantities

extension WideInteger {
  /// The quotient cut toward zero (the chain's `Quo`) and a remainder with the sign of the dividend.
  public func quotientAndRemainder(
    dividingBy divisor: WideInteger
  ) throws(ArithmeticError) -> (quotient: WideInteger, remainder: WideInteger) {
    guard !divisor.isZero else { throw .divisionByZero }
    if Self.isLess(words, divisor.words) { return (.zero, self) }
    let (quotient, remainder) =
      divisor.words.count == 1 ? Self.divide(words, by: divisor.words[0]) : Self.divide(words, by: divisor.words)
    return (
      WideInteger(words: quotient, isNegative: isNegative != divisor.isNegative),
      WideInteger(words: remainder, isNegative: isNegative)
    )
  }

  /// The quotient, rounded as named.
  public func divided(by divisor: WideInteger, rounding: Rounding) throws(ArithmeticError) -> WideInteger {
    let (quotient, remainder) = try quotientAndRemainder(dividingBy: divisor)
    if remainder.isZero { return quotient }
    let negative = isNegative != divisor.isNegative
    let grows =
      switch rounding {
      case .floor: negative
      case .ceiling: !negative
      case .truncation: false
      case .halfUp: remainder.magnitude + remainder.magnitude >= divisor.magnitude
      }
    guard grows else { return quotient }
    return negative ? quotient - .one : quotient + .one
  }

  /// The greatest common divisor of the two sizes; of zero and another, the other.
  static func commonDivisor(_ left: WideInteger, _ right: WideInteger) -> WideInteger {
    var greater = left.magnitude
    var lesser = right.magnitude
    while !lesser.isZero {
      guard let (_, rest) = try? greater.quotientAndRemainder(dividingBy: lesser) else { break }
      (greater, lesser) = (lesser, rest)
    }
    return greater
  }

  private static func divide(_ words: [UInt32], by divisor: UInt32) -> (quotient: [UInt32], remainder: [UInt32]) {
    var quotient = words
    var rest: UInt64 = 0
    for index in words.indices.reversed() {
      let value = rest &<< 32 | UInt64(words[index])
      quotient[index] = UInt32(truncatingIfNeeded: value / UInt64(divisor))
      rest = value % UInt64(divisor)
    }
    return (quotient, [UInt32(truncatingIfNeeded: rest)])
  }

  /// Schoolbook division by a divisor of at least two words that is not the greater.
  private static func divide(_ words: [UInt32], by divisor: [UInt32]) -> (quotient: [UInt32], remainder: [UInt32]) {
    let shift = divisor[divisor.count - 1].leadingZeroBitCount
    let v = shifted(divisor, left: shift)
    var u = shifted(words + [0], left: shift)
    let n = v.count
    var quotient = [UInt32](repeating: 0, count: words.count - n + 1)
    for j in quotient.indices.reversed() {
      // The estimate from the two leading words is at most two too great; the third word takes that away but for one.
      let leading = UInt64(u[j + n]) &<< 32 | UInt64(u[j + n - 1])
      var estimate = leading / UInt64(v[n - 1])
      var rest = leading % UInt64(v[n - 1])
      while estimate >= 1 << 32 || estimate * UInt64(v[n - 2]) > rest &<< 32 | UInt64(u[j + n - 2]) {
        estimate -= 1
        rest += UInt64(v[n - 1])
        if rest >= 1 << 32 { break }
      }
      var borrow: Int64 = 0
      var carry: UInt64 = 0
      for i in 0..<n {
        let product = estimate * UInt64(v[i]) + carry
        carry = product &>> 32
        let value = Int64(u[i + j]) - borrow - Int64(product & 0xFFFF_FFFF)
        u[i + j] = UInt32(truncatingIfNeeded: value)
        borrow = value < 0 ? 1 : 0
      }
      let last = Int64(u[j + n]) - borrow - Int64(carry)
      u[j + n] = UInt32(truncatingIfNeeded: last)
      if last < 0 {
        estimate -= 1
        var back: UInt64 = 0
        for i in 0..<n {
          back += UInt64(u[i + j]) + UInt64(v[i])
          u[i + j] = UInt32(truncatingIfNeeded: back)
          back &>>= 32
        }
        u[j + n] = UInt32(truncatingIfNeeded: UInt64(u[j + n]) + back)
      }
      quotient[j] = UInt32(truncatingIfNeeded: estimate)
    }
    return (quotient, shifted(Array(u[..<n]), right: shift))
  }

  private static func shifted(_ words: [UInt32], left count: Int) -> [UInt32] {
    var carry: UInt64 = 0
    return words.map { word in
      let value = UInt64(word) &<< UInt64(count) | carry
      carry = value &>> 32
      return UInt32(truncatingIfNeeded: value)
    }
  }

  private static func shifted(_ words: [UInt32], right count: Int) -> [UInt32] {
    words.indices.map { index in
      let high = index + 1 < words.count ? UInt64(words[index + 1]) : 0
      return UInt32(truncatingIfNeeded: (high &<< 32 | UInt64(words[index])) &>> UInt64(count))
    }
  }
}

extension WideInteger: CustomStringConvertible {
  /// Decimal digits after a minus where it is negative.
  public var description: String {
    if isZero { return "0" }
    var groups: [String] = []
    var rest = words
    while !rest.isEmpty {
      let (quotient, remainder) = Self.divide(rest, by: 1_000_000_000)
      rest = WideInteger(words: quotient, isNegative: false).words
      let digits = String(remainder[0])
      groups.append(rest.isEmpty ? digits : String(repeating: "0", count: 9 - digits.utf8.count) + digits)
    }
    return (isNegative ? "-" : "") + groups.reversed().joined()
  }
}
