extension UInt256 {
  @inlinable public static func & (left: UInt256, right: UInt256) -> UInt256 {
    UInt256(
      word0: left.word0 & right.word0, word1: left.word1 & right.word1, word2: left.word2 & right.word2,
      word3: left.word3 & right.word3)
  }

  @inlinable public static func | (left: UInt256, right: UInt256) -> UInt256 {
    UInt256(
      word0: left.word0 | right.word0, word1: left.word1 | right.word1, word2: left.word2 | right.word2,
      word3: left.word3 | right.word3)
  }

  @inlinable public static func ^ (left: UInt256, right: UInt256) -> UInt256 {
    UInt256(
      word0: left.word0 ^ right.word0, word1: left.word1 ^ right.word1, word2: left.word2 ^ right.word2,
      word3: left.word3 ^ right.word3)
  }

  @inlinable public static prefix func ~ (value: UInt256) -> UInt256 {
    UInt256(word0: ~value.word0, word1: ~value.word1, word2: ~value.word2, word3: ~value.word3)
  }

  /// The low 256 bits of `value * 2^count`; a shift by 256 or more gives 0, a negative one shifts right.
  @inlinable public static func << (value: UInt256, count: Int) -> UInt256 {
    if count < 0 { return count == .min ? .zero : value >> (0 &- count) }
    if count >= 256 { return .zero }
    if count >= 128 { return UInt256(low: 0, high: value.low &<< UInt128(truncatingIfNeeded: count &- 128)) }
    if count == 0 { return value }
    let shift = UInt128(truncatingIfNeeded: count)
    return UInt256(low: value.low &<< shift, high: (value.high &<< shift) | (value.low &>> (128 &- shift)))
  }

  /// `value / 2^count`, floored; a shift by 256 or more gives 0, a negative one shifts left.
  @inlinable public static func >> (value: UInt256, count: Int) -> UInt256 {
    if count < 0 { return count == .min ? .zero : value << (0 &- count) }
    if count >= 256 { return .zero }
    if count >= 128 { return UInt256(low: value.high &>> UInt128(truncatingIfNeeded: count &- 128), high: 0) }
    if count == 0 { return value }
    let shift = UInt128(truncatingIfNeeded: count)
    return UInt256(low: (value.low &>> shift) | (value.high &<< (128 &- shift)), high: value.high &>> shift)
  }

  /// 256 for zero.
  @inlinable public var leadingZeroBitCount: Int {
    let high = self.high
    return high != 0 ? high.leadingZeroBitCount : 128 &+ low.leadingZeroBitCount
  }

  /// 256 for zero.
  @inlinable public var trailingZeroBitCount: Int {
    let low = self.low
    return low != 0 ? low.trailingZeroBitCount : 128 &+ high.trailingZeroBitCount
  }

  @inlinable public var nonzeroBitCount: Int { low.nonzeroBitCount &+ high.nonzeroBitCount }

  /// How many bits the number needs: 0 for 0, 1 for 1, 8 for 255, 256 for the greatest.
  @inlinable public var significantBitCount: Int { 256 &- leadingZeroBitCount }
}
