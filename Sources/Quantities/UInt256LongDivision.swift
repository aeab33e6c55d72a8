extension UInt256 {
  /// Schoolbook division (Knuth's algorithm D) of 512 bits by a divisor of three or four words; `high < divisor`.
  ///
  /// Divisor and dividend are scaled by the power of two that brings the divisor's top bit to the top of four words.
  /// The quotient stays, and because `high < divisor` the dividend still fits 512 bits.
  @usableFromInline
  package static func divideLong(
    high: UInt256, low: UInt256, by divisor: UInt256
  ) -> (quotient: UInt256, remainder: UInt256) {
    var (remainder, rest, scaled) = (high, low, divisor)
    let movesWord = divisor.word3 == 0
    if movesWord {
      // The top word of `high` is 0 with the divisor's.
      scaled = divisor.scaled(by: 0, following: 0, moving: true)
      remainder = high.scaled(by: 0, following: low.word3, moving: true)
      rest = low.scaled(by: 0, following: 0, moving: true)
    }
    let shift = UInt64(truncatingIfNeeded: scaled.word3.leadingZeroBitCount)
    scaled = scaled.scaled(by: shift, following: 0, moving: false)
    remainder = remainder.scaled(by: shift, following: rest.word3, moving: false)
    rest = rest.scaled(by: shift, following: 0, moving: false)

    let q3 = longStep(&remainder, rest.word3, scaled)
    let q2 = longStep(&remainder, rest.word2, scaled)
    let q1 = longStep(&remainder, rest.word1, scaled)
    let q0 = longStep(&remainder, rest.word0, scaled)
    let quotient = UInt256(word0: q0, word1: q1, word2: q2, word3: q3)
    return (quotient, remainder >> (Int(truncatingIfNeeded: shift) &+ (movesWord ? 64 : 0)))
  }

  /// The words one place up, or the bits up by less than 64, with what comes in from the word below.
  @inline(__always)
  private func scaled(by shift: UInt64, following below: UInt64, moving movesWord: Bool) -> UInt256 {
    if movesWord { return UInt256(word0: below, word1: word0, word2: word1, word3: word2) }
    @inline(__always) func scale(_ upper: UInt64, _ lower: UInt64) -> UInt64 {
      (upper &<< shift) | ((lower &>> 1) &>> (63 &- shift))
    }
    return UInt256(
      word0: scale(word0, below), word1: scale(word1, word0), word2: scale(word2, word1), word3: scale(word3, word2))
  }

  /// One digit: divides `remainder * 2^64 + word` by a divisor whose top bit is set; `remainder < divisor`.
  @inline(__always)
  private static func longStep(_ remainder: inout UInt256, _ word: UInt64, _ divisor: UInt256) -> UInt64 {
    var digit = estimateDigit(remainder, divisor)
    // Five words less digit times divisor.
    var (product, carry) = multiplyAdd(digit, divisor.word0, 0, 0)
    let (w0, borrow0) = word.subtractingReportingOverflow(product)
    (product, carry) = multiplyAdd(digit, divisor.word1, carry, borrow0 ? 1 : 0)
    let (w1, borrow1) = remainder.word0.subtractingReportingOverflow(product)
    (product, carry) = multiplyAdd(digit, divisor.word2, carry, borrow1 ? 1 : 0)
    let (w2, borrow2) = remainder.word1.subtractingReportingOverflow(product)
    (product, carry) = multiplyAdd(digit, divisor.word3, carry, borrow2 ? 1 : 0)
    let (w3, borrow3) = remainder.word2.subtractingReportingOverflow(product)
    // At most the whole top word is left to take; the fifth word ends as 0, or below 0 when the digit was too great.
    let top = remainder.word3 &- carry &- (borrow3 ? 1 : 0)
    remainder = UInt256(word0: w0, word1: w1, word2: w2, word3: w3)
    if top != 0 {
      digit &-= 1
      remainder = remainder &+ divisor
    }
    return digit
  }

  /// A digit that is right or one too great, from the top words.
  @inline(__always)
  private static func estimateDigit(_ remainder: UInt256, _ divisor: UInt256) -> UInt64 {
    var digit: UInt64
    var left: UInt64
    var settled = false
    if remainder.word3 >= divisor.word3 {
      digit = .max
      (left, settled) = remainder.word2.addingReportingOverflow(divisor.word3)
    } else {
      (digit, left) = divisor.word3.dividingFullWidth((remainder.word3, remainder.word2))
    }
    while !settled {
      let product = digit.multipliedFullWidth(by: divisor.word2)
      if product.high < left || (product.high == left && product.low <= remainder.word1) { break }
      digit &-= 1
      (left, settled) = left.addingReportingOverflow(divisor.word3)
    }
    return digit
  }
}
