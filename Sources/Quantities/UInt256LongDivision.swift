extension UInt256 {
  /// Schoolbook division (Knuth's algorithm D) of 512 bits by a divisor of three or four words; `high < divisor`.
  @usableFromInline
  package static func divideLong(
    high: UInt256, low: UInt256, by divisor: UInt256
  ) -> (quotient: UInt256, remainder: UInt256) {
    let count = divisor.word3 != 0 ? 4 : 3
    let shift = divisor.leadingZeroBitCount & 63
    // With three words the divisor moves up by the shift inside its own three words.
    let scaled = words(divisor << shift)
    var dividend = scaledDividend(high: high, low: low, shift: shift)
    var quotient: InlineArray<4, UInt64> = [0, 0, 0, 0]
    // `high < divisor` leaves nothing for digits above the third; empty top words need no digit either.
    var position = Swift.min(3, Swift.max(0, topWord(of: dividend) - count + 1))
    while position >= 0 {
      var digit = estimateDigit(dividend, scaled, count, position)
      if subtract(digit, times: scaled, count, from: &dividend, at: position) {
        digit &-= 1
        addBack(scaled, count, to: &dividend, at: position)
      }
      quotient[position] = digit
      position -= 1
    }
    let remainder = UInt256(word0: dividend[0], word1: dividend[1], word2: dividend[2], word3: dividend[3])
    let result = UInt256(word0: quotient[0], word1: quotient[1], word2: quotient[2], word3: quotient[3])
    return (result, remainder >> shift)
  }

  private static func words(_ value: UInt256) -> InlineArray<4, UInt64> {
    [value.word0, value.word1, value.word2, value.word3]
  }

  /// `(high * 2^256 + low) * 2^shift` in nine words, for a shift below 64.
  private static func scaledDividend(high: UInt256, low: UInt256, shift: Int) -> InlineArray<9, UInt64> {
    let top = shift == 0 ? 0 : high.word3 &>> UInt64(64 - shift)
    let upper = (high << shift) | (shift == 0 ? .zero : low >> (256 - shift))
    let lower = low << shift
    return [
      lower.word0, lower.word1, lower.word2, lower.word3, upper.word0, upper.word1, upper.word2, upper.word3, top,
    ]
  }

  private static func topWord(of value: InlineArray<9, UInt64>) -> Int {
    var index = 8
    while index > 0 && value[index] == 0 { index -= 1 }
    return index
  }

  /// A digit that is right or one too great.
  @inline(__always)
  private static func estimateDigit(
    _ dividend: InlineArray<9, UInt64>, _ divisor: InlineArray<4, UInt64>, _ count: Int, _ position: Int
  ) -> UInt64 {
    let first = dividend[position + count]
    let second = dividend[position + count - 1]
    let third = dividend[position + count - 2]
    let top = divisor[count - 1]
    let next = divisor[count - 2]
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
    for index in 0..<count {
      let product: UInt64
      (product, carry) = multiplyAdd(digit, divisor[index], 0, carry)
      let (first, firstBorrow) = dividend[position + index].subtractingReportingOverflow(product)
      let (second, secondBorrow) = first.subtractingReportingOverflow(borrow)
      dividend[position + index] = second
      borrow = firstBorrow || secondBorrow ? 1 : 0
    }
    let (first, firstBorrow) = dividend[position + count].subtractingReportingOverflow(carry)
    let (second, secondBorrow) = first.subtractingReportingOverflow(borrow)
    dividend[position + count] = second
    return firstBorrow || secondBorrow
  }

  /// Adds the divisor back once, where a digit was one too great.
  private static func addBack(
    _ divisor: InlineArray<4, UInt64>, _ count: Int, to dividend: inout InlineArray<9, UInt64>, at position: Int
  ) {
    var carry: UInt64 = 0
    for index in 0..<count {
      (dividend[position + index], carry) = multiplyAdd(1, divisor[index], dividend[position + index], carry)
    }
    dividend[position + count] &+= carry
  }
}
