extension UInt256 {
  /// The floored quotient and what is left. Throws `.divisionByZero`.
  @inlinable
  public func quotientAndRemainder(
    dividingBy divisor: UInt256
  ) throws(ArithmeticError) -> (quotient: UInt256, remainder: UInt256) {
    if divisor.isZero { throw .divisionByZero }
    return UInt256.divideFullWidth(high: .zero, low: self, by: divisor)
  }

  /// The quotient, rounded as named. Throws `.divisionByZero`.
  @inlinable
  public func divided(by divisor: UInt256, rounding: Rounding) throws(ArithmeticError) -> UInt256 {
    if divisor.isZero { throw .divisionByZero }
    let (quotient, remainder) = UInt256.divideFullWidth(high: .zero, low: self, by: divisor)
    return try UInt256.round(quotient, remainder, of: divisor, negative: false, rounding)
  }

  /// `a * b / c` with an exact 512-bit product and one rounding at the end: 7 * 5 / 3 is 11.67, so floor gives 11,
  /// ceiling and half-up 12. Throws `.divisionByZero`, and `.overflow` when the rounded quotient exceeds 2^256-1.
  @inlinable
  public static func multiplyDivide(
    _ a: UInt256, _ b: UInt256, by c: UInt256, rounding: Rounding
  ) throws(ArithmeticError) -> UInt256 {
    try multiplyDivide(a, b, by: c, negative: false, rounding)
  }

  /// The magnitude of a signed `a * b / c`; `negative` is the sign of the exact quotient and steers the rounding.
  @inlinable
  package static func multiplyDivide(
    _ a: UInt256, _ b: UInt256, by c: UInt256, negative: Bool, _ rounding: Rounding
  ) throws(ArithmeticError) -> UInt256 {
    if c.isZero { throw .divisionByZero }
    let (high, low) = a.multipliedFullWidth(by: b)
    if high >= c { throw .overflow }
    let (quotient, remainder) = divideFullWidth(high: high, low: low, by: c)
    return try round(quotient, remainder, of: c, negative: negative, rounding)
  }

  /// A quotient that was cut toward zero, rounded as named.
  @inlinable @inline(__always)
  package static func round(
    _ quotient: UInt256, _ remainder: UInt256, of divisor: UInt256, negative: Bool, _ rounding: Rounding
  ) throws(ArithmeticError) -> UInt256 {
    if remainder.isZero { return quotient }
    let grows = rounding.growsMagnitude(
      negative: negative, remainderAtLeastHalf: remainder >= divisor &- remainder)
    return grows ? try quotient.adding(.one) : quotient
  }

  /// The greatest whole number whose square is not greater than this one: 3 for 15, 4 for 16.
  public func squareRoot() -> UInt256 {
    if isZero { return .zero }
    // Newton from above falls strictly until it reaches the floor of the root. The start is a power of two that is
    // not below the root, so about eight steps suffice.
    var root = UInt256.one << ((significantBitCount + 1) / 2)
    while true {
      let quotient = UInt256.divideFullWidth(high: .zero, low: self, by: root).quotient
      let next = (root &+ quotient) >> 1
      if next >= root { return root }
      root = next
    }
  }
}

extension UInt256 {
  /// `(high * 2^256 + low) / divisor`; `high` must be less than `divisor`, so the quotient fits.
  @inlinable
  package static func divideFullWidth(
    high: UInt256, low: UInt256, by divisor: UInt256
  ) -> (quotient: UInt256, remainder: UInt256) {
    if divisor.high == 0 {
      if high.low == 0 && low.high == 0 {
        let (quotient, remainder) = low.low.quotientAndRemainder(dividingBy: divisor.low)
        return (UInt256(low: quotient, high: 0), UInt256(low: remainder, high: 0))
      }
      if divisor.word1 == 0 {
        let (quotient, remainder) = low.dividedByWord(divisor.word0, carrying: high.word0)
        return (quotient, UInt256(word0: remainder, word1: 0, word2: 0, word3: 0))
      }
      let (quotient, remainder) = low.dividedByTwoWords(divisor.low, carrying: high.low)
      return (quotient, UInt256(low: remainder, high: 0))
    }
    return divideLong(high: high, low: low, by: divisor)
  }

  /// `(carry * 2^256 + self) / divisor` for a carry less than the divisor.
  @inlinable
  package func dividedByWord(_ divisor: UInt64, carrying carry: UInt64 = 0) -> (UInt256, UInt64) {
    var remainder = carry
    var (q3, q2, q1, q0): (UInt64, UInt64, UInt64, UInt64)
    (q3, remainder) = divisor.dividingFullWidth((remainder, word3))
    (q2, remainder) = divisor.dividingFullWidth((remainder, word2))
    (q1, remainder) = divisor.dividingFullWidth((remainder, word1))
    (q0, remainder) = divisor.dividingFullWidth((remainder, word0))
    return (UInt256(word0: q0, word1: q1, word2: q2, word3: q3), remainder)
  }

  /// `self / divisor` where the high half of `self` is less than `divisor`, so the quotient has two words.
  @usableFromInline
  package func dividedByTwoWords(_ divisor: UInt128) -> (quotient: UInt128, remainder: UInt128) {
    precondition(high < divisor, "The quotient of a 256-bit number by a 128-bit one must fit 128 bits.")
    if divisor <= UInt128(UInt64.max) {
      let (quotient, remainder) = dividedByWord(UInt64(truncatingIfNeeded: divisor))
      return (quotient.low, UInt128(remainder))
    }
    let (quotient, remainder) = dividedByTwoWords(divisor, carrying: 0)
    return (quotient.low, remainder)
  }

  /// `(carry * 2^256 + self) / divisor` for a divisor of 65...128 bits and a carry less than it, by Moeller and
  /// Granlund's division of three words by two with a reciprocal.
  @inlinable
  package func dividedByTwoWords(
    _ divisor: UInt128, carrying carry: UInt128
  ) -> (quotient: UInt256, remainder: UInt128) {
    let shift = UInt128(truncatingIfNeeded: divisor.leadingZeroBitCount)
    let scaled = TwoWordDivisor(divisor &<< shift)
    let shifted = self << Int(truncatingIfNeeded: shift)
    let top = shift == 0 ? 0 : high &>> (128 &- shift)
    var remainder = (carry &<< shift) | top
    let q3 = scaled.step(&remainder, shifted.word3)
    let q2 = scaled.step(&remainder, shifted.word2)
    let q1 = scaled.step(&remainder, shifted.word1)
    let q0 = scaled.step(&remainder, shifted.word0)
    return (UInt256(word0: q0, word1: q1, word2: q2, word3: q3), remainder &>> shift)
  }
}

/// A divisor of two words whose top bit is set, with its reciprocal `floor((2^192 - 1) / value) - 2^64`.
@frozen @usableFromInline
package struct TwoWordDivisor {
  @usableFromInline package let value: UInt128
  @usableFromInline package let reciprocal: UInt64

  @inlinable
  package init(_ value: UInt128) {
    let high = UInt64(truncatingIfNeeded: value &>> 64)
    let low = UInt64(truncatingIfNeeded: value)
    var guess = high.dividingFullWidth((~high, .max)).quotient
    var product = high &* guess &+ low
    if product < low {
      guess &-= 1
      if product >= high {
        guess &-= 1
        product &-= high
      }
      product &-= high
    }
    let tail = guess.multipliedFullWidth(by: low)
    product &+= tail.high
    if product < tail.high {
      guess &-= 1
      if (UInt128(truncatingIfNeeded: product) &<< 64 | UInt128(truncatingIfNeeded: tail.low)) >= value { guess &-= 1 }
    }
    self.value = value
    self.reciprocal = guess
  }

  /// One digit of the quotient: divides `remainder * 2^64 + word`, where the remainder is less than the divisor.
  @inlinable @inline(__always)
  package func step(_ remainder: inout UInt128, _ word: UInt64) -> UInt64 {
    let top = UInt64(truncatingIfNeeded: remainder &>> 64)
    let high = UInt64(truncatingIfNeeded: value &>> 64)
    let estimate = UInt128(truncatingIfNeeded: reciprocal) &* UInt128(truncatingIfNeeded: top) &+ remainder
    var digit = UInt64(truncatingIfNeeded: estimate &>> 64)
    let left = UInt64(truncatingIfNeeded: remainder) &- digit &* high
    let taken = UInt128(truncatingIfNeeded: UInt64(truncatingIfNeeded: value)) &* UInt128(truncatingIfNeeded: digit)
    remainder = (UInt128(truncatingIfNeeded: left) &<< 64 | UInt128(truncatingIfNeeded: word)) &- taken &- value
    digit &+= 1
    if UInt64(truncatingIfNeeded: remainder &>> 64) >= UInt64(truncatingIfNeeded: estimate) {
      digit &-= 1
      remainder &+= value
    }
    if remainder >= value {
      digit &+= 1
      remainder &-= value
    }
    return digit
  }
}
