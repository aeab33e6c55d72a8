extension Fixed {
  /// The number below which a standard normal draw lies with probability `(word + 1/2) / 2^64`.
  ///
  /// The error is below 1e-10 everywhere; the function never falls as `word` grows, and the quantiles of `word` and
  /// `~word` are exact opposites. The least and the greatest are about -9.08 and 9.08. Worked:
  /// probability 0.975 gives 1.95996398.
  public static func standardNormalQuantile(_ word: UInt64) -> Fixed {
    let isUpper = word &>> 63 != 0
    // The tail's probability is `tail / 2^65` with an odd `tail` below 2^64.
    let tail = (isUpper ? ~word : word) &<< 1 | 1
    let size = upperTailQuantile(tail)
    return Fixed(raw: isUpper ? size : 0 &- size)
  }

  /// How many deviations are exceeded with probability `tail / 2^65`, in units of 10^-18.
  private static func upperTailQuantile(_ tail: UInt64) -> Int128 {
    let octave = 63 &- tail.leadingZeroBitCount
    // Only the top 45 bits count. A step of the last of them moves the quantile by at least 2^-49, far more than the
    // rounding of the sum below, so the result is monotone; it costs less than 1e-13 of accuracy.
    let mantissa = (tail &<< UInt64(63 &- octave)) & ~0x7FFFF
    // The mantissa without its leading bit runs over 0..<1 in units of 2^-64; twice that less 1 is -1..<1 in 2^-63.
    let x = Int64(bitPattern: (mantissa &<< 1) ^ (1 &<< 63))
    let row = octave &* (NormalQuantileTable.degree &+ 1)
    var power = NormalQuantileTable.degree
    var sum = NormalQuantileTable.coefficients[row &+ power]
    while power > 0 {
      power &-= 1
      let product = sum.multipliedFullWidth(by: x)
      let scaled = (product.high &<< 1) | Int64(bitPattern: UInt64(truncatingIfNeeded: product.low &>> 63))
      sum = NormalQuantileTable.coefficients[row &+ power] &+ scaled
    }
    return (Int128(sum) &* unitsPerOne &+ (1 &<< 58)) &>> 59
  }
}
