/// A stream of random numbers that depends on its seed alone: xoshiro256** of Blackman and Vigna, period 2^256-1.
/// Equal seeds give equal draws on every machine. Not for secrets.
@frozen public struct RandomStream: Sendable, Hashable, RandomNumberGenerator {
  @usableFromInline var state0: UInt64
  @usableFromInline var state1: UInt64
  @usableFromInline var state2: UInt64
  @usableFromInline var state3: UInt64

  /// The stream that starts from these four words. Four zeros are no state of the generator; the words
  /// 0x9E3779B97F4A7C15, 0, 0, 0 stand in for them.
  @inlinable public init(_ word0: UInt64, _ word1: UInt64, _ word2: UInt64, _ word3: UInt64) {
    state0 = (word0 | word1 | word2 | word3) == 0 ? 0x9E37_79B9_7F4A_7C15 : word0
    state1 = word1
    state2 = word2
    state3 = word3
  }

  /// The stream of a seed of thirty-two bytes, such as a hash, read as four little-endian words; nil for any other
  /// count.
  public init?(seed: some Collection<UInt8>) {
    guard let words = UInt256(littleEndianBytes: seed) else { return nil }
    self.init(words.word0, words.word1, words.word2, words.word3)
  }

  /// The next sixty-four random bits.
  @inlinable public mutating func next() -> UInt64 {
    let product = state1 &* 5
    let result = ((product &<< 7) | (product &>> 57)) &* 9
    let shifted = state1 &<< 17
    state2 ^= state0
    state3 ^= state1
    state1 ^= state2
    state0 ^= state3
    state2 ^= shifted
    state3 = (state3 &<< 45) | (state3 &>> 19)
    return result
  }

  /// A number in 0..<bound, each equally likely; `bound` must be positive. Takes one word, rarely more.
  @inlinable public mutating func uniform(below bound: UInt64) -> UInt64 {
    precondition(bound > 0, "A uniform draw needs at least one number to draw from.")
    var product = next().multipliedFullWidth(by: bound)
    if product.low < bound {
      // Lemire's rejection: the low words below 2^64 mod bound would favour some results.
      let threshold = (0 &- bound) % bound
      while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
    }
    return product.high
  }

  /// A number in the range, each equally likely.
  @inlinable public mutating func uniform(in range: ClosedRange<Int64>) -> Int64 {
    let width = UInt64(bitPattern: range.upperBound &- range.lowerBound)
    let offset = width == .max ? next() : uniform(below: width &+ 1)
    return Int64(bitPattern: UInt64(bitPattern: range.lowerBound) &+ offset)
  }

  /// A standard normal draw, from one word: see `Fixed.standardNormalQuantile`.
  public mutating func nextNormal() -> Fixed { Fixed.standardNormalQuantile(next()) }

  /// A draw of the exponential distribution with mean 1, from one word `u`: -ln((u + 1/2) / 2^64), to the nearest of
  /// eighteen digits; at most about 45.05.
  public mutating func nextExponential() -> Fixed {
    let odd = UInt128(next()) &<< 1 | 1
    return Fixed.fixed(Fixed.logarithmOfTwo(times: 65) &- Fixed.logarithm(of: odd))
  }

  /// True with a probability of `ppm` millionths; from a million on always. Takes one word, rarely more.
  @inlinable public mutating func chance(ppm: UInt32) -> Bool { uniform(below: 1_000_000) < UInt64(ppm) }
}
