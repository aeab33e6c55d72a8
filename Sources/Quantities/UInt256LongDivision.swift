extension UInt256 {
  /// Schoolbook division (Knuth's algorithm D) of 512 bits by a divisor of three or four words; `high < divisor`.
  @usableFromInline
  package static func divideLong(
    high: UInt256, low: UInt256, by divisor: UInt256
  ) -> (quotient: UInt256, remainder: UInt256) {
    let count = divisor.word3 != 0 ? 4 : 3
    let shift = UInt64(truncatingIfNeeded: (count == 4 ? divisor.word3 : divisor.word2).leadingZeroBitCount)
    // A scaled divisor has its top bit set; with three words the fourth stays 0. Scaling the dividend too keeps the
    // quotient.
    let scaled: InlineArray<4, UInt64> = [
      divisor.word0 &<< shift, scale(divisor.word1, divisor.word0, shift),
      scale(divisor.word2, divisor.word1, shift), scale(divisor.word3, divisor.word2, shift),
    ]
    var dividend: InlineArray<9, UInt64> = [
      low.word0 &<< shift, scale(low.word1, low.word0, shift), scale(low.word2, low.word1, shift),
      scale(low.word3, low.word2, shift), scale(high.word0, low.word3, shift), scale(high.word1, high.word0, shift),
      scale(high.word2, high.word1, shift), scale(high.word3, high.word2, shift), scale(0, high.word3, shift),
    ]
    var quotient: InlineArray<4, UInt64> = [0, 0, 0, 0]
    // `high < divisor` leaves nothing for digits above the third; empty top words need no digit either.
    var position = Swift.min(3, Swift.max(0, topWord(of: dividend) &- count &+ 1))
    while position >= 0 {
      var digit = estimateDigit(dividend, scaled, count, position)
      if subtract(digit, times: scaled, count, from: &dividend, at: position) {
        digit &-= 1
        addBack(scaled, count, to: &dividend, at: position)
      }
      quotient[position] = digit
      position &-= 1
    }
    let remainder = UInt256(
      word0: unscale(dividend[0], dividend[1], shift), word1: unscale(dividend[1], dividend[2], shift),
      word2: unscale(dividend[2], dividend[3], shift), word3: dividend[3] &>> shift)
    return (UInt256(word0: quotient[0], word1: quotient[1], word2: quotient[2], word3: quotient[3]), remainder)
  }

  /// The word of `value * 2^shift` that stands where `upper` stood, for a shift below 64.
  @inline(__always)
  private static func scale(_ upper: UInt64, _ lower: UInt64, _ shift: UInt64) -> UInt64 {
    (upper &<< shift) | ((lower &>> 1) &>> (63 &- shift))
  }

  /// The word of `value / 2^shift` that stands where `lower` stood, for a shift below 64.
  @inline(__always)
  private static func unscale(_ lower: UInt64, _ upper: UInt64, _ shift: UInt64) -> UInt64 {
    (lower &>> shift) | ((upper &<< 1) &<< (63 &- shift))
  }

  private static func topWord(of value: InlineArray<9, UInt64>) -> Int {
    var index = 8
    while index > 0 && value[unchecked: index] == 0 { index &-= 1 }
    return index
  }

  // Below, `count` is 3 or 4 and `position` 0...3, so that no index passes 7 of the dividend and 3 of the divisor; the
  // accesses are therefore unchecked.

  /// A digit that is right or one too great.
  @inline(__always)
  private static func estimateDigit(
    _ dividend: InlineArray<9, UInt64>, _ divisor: InlineArray<4, UInt64>, _ count: Int, _ position: Int
  ) -> UInt64 {
    let first = dividend[unchecked: position &+ count]
    let second = dividend[unchecked: position &+ count &- 1]
    let third = dividend[unchecked: position &+ count &- 2]
    let top = divisor[unchecked: count &- 1]
    let next = divisor[unchecked: count &- 2]
    var digit: UInt64
    var left: UInt64
    var settled = false
    if first >= top {
      digit = .max
      (left, settled) = second.addingReportingOverflow(top)
    } else {
      (digit, left) = top.dividingFullWidth((first, second))
    }
    while !settled {
      let product = digit.multipliedFullWidth(by: next)
      if product.high < left || (product.high == left && product.low <= third) { break }
      digit &-= 1
      (left, settled) = left.addingReportingOverflow(top)
    }
    return digit
  }

  /// Takes `digit * divisor` away at the position; true when it was too much.
  @inline(__always)
  private static func subtract(
    _ digit: UInt64, times divisor: InlineArray<4, UInt64>, _ count: Int,
    from dividend: inout InlineArray<9, UInt64>, at position: Int
  ) -> Bool {
    var carry: UInt64 = 0
    var borrow: UInt64 = 0
    var index = 0
    while index < count {
      let product: UInt64
      (product, carry) = multiplyAdd(digit, divisor[unchecked: index], 0, carry)
      let (first, firstBorrow) = dividend[unchecked: position &+ index].subtractingReportingOverflow(product)
      let (second, secondBorrow) = first.subtractingReportingOverflow(borrow)
      dividend[unchecked: position &+ index] = second
      borrow = firstBorrow || secondBorrow ? 1 : 0
      index &+= 1
    }
    let (first, firstBorrow) = dividend[unchecked: position &+ count].subtractingReportingOverflow(carry)
    let (second, secondBorrow) = first.subtractingReportingOverflow(borrow)
    dividend[unchecked: position &+ count] = second
    return firstBorrow || secondBorrow
  }

  /// Adds the divisor back once, where a digit was one too great.
  private static func addBack(
    _ divisor: InlineArray<4, UInt64>, _ count: Int, to dividend: inout InlineArray<9, UInt64>, at position: Int
  ) {
    var carry: UInt64 = 0
    var index = 0
    while index < count {
      (dividend[unchecked: position &+ index], carry) = multiplyAdd(
        1, divisor[unchecked: index], dividend[unchecked: position &+ index], carry)
      index &+= 1
    }
    dividend[unchecked: position &+ count] &+= carry
  }
}
