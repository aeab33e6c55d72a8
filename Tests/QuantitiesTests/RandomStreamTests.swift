import Quantities
import Testing

@Suite struct RandomStreamTests {
  /// The words are those of an independent implementation, from short seeds and from bytes.
  @Test func wordsAreKnown() throws {
    for (seed, expected) in KnownValues.streams {
      var stream = RandomStream(seed[0], seed[1], seed[2], seed[3])
      let words = expected.map { _ in stream.next() }
      #expect(words == expected)
    }
    var counted = try #require(RandomStream(seed: (0..<32).map { UInt8($0) }))
    let words = (0..<8).map { _ in counted.next() }
    #expect(words == KnownValues.streams[2].1)
    #expect(RandomStream(seed: [1, 2, 3]) == nil)
    var stream = RandomStream(1, 2, 3, 4)
    for _ in 0..<999 { _ = stream.next() }
    let thousandth = stream.next()
    #expect(thousandth == KnownValues.thousandthWord)
    var zero = RandomStream(0, 0, 0, 0)
    let fromZero = (0..<8).map { _ in zero.next() }
    #expect(fromZero.contains { $0 != 0 })
  }

  /// Bounded draws are those of the independent implementation, rejected words included.
  @Test func boundedDrawsAreKnown() {
    var stream = RandomStream(5, 6, 7, 8)
    for (bound, draw) in KnownValues.boundedDraws {
      let ours = stream.uniform(below: bound)
      #expect(ours == draw)
    }
  }

  /// Ranges are kept, reach both ends, and the widest one works.
  @Test func rangesAreKept() {
    var stream = RandomStream(9, 9, 9, 9)
    var seen = [Int](repeating: 0, count: 7)
    for _ in 0..<7_000 {
      let draw = stream.uniform(in: -3...3)
      seen[Int(draw) + 3] += 1
    }
    // A thousand expected each, with a deviation of 29.
    #expect(seen.allSatisfy { abs($0 - 1_000) < 150 })
    let single = stream.uniform(in: 5...5)
    #expect(single == 5)
    let wide = (0..<64).map { _ in stream.uniform(in: .min ... .max) }
    #expect(wide.contains { $0 < 0 } && wide.contains { $0 > 0 })
    let high = (0..<64).map { _ in stream.uniform(in: (.max - 1)...(.max)) }
    #expect(high.allSatisfy { $0 >= .max - 1 })
  }

  /// Chances of none and of all are certain, a chance of a quarter comes true about so often.
  @Test func chancesComeTrue() {
    var stream = RandomStream(1, 1, 2, 3)
    var count = 0
    for _ in 0..<4_000 {
      let (never, always) = (stream.chance(ppm: 0), stream.chance(ppm: 1_000_000))
      #expect(!never && always)
      if stream.chance(ppm: 250_000) { count += 1 }
    }
    #expect(abs(count - 1_000) < 140)
  }

  /// Normal and exponential draws have the moments of their distributions.
  @Test func drawsHaveTheirDistributions() throws {
    var stream = RandomStream(11, 22, 33, 44)
    let count: Int64 = 8_000
    var (sum, squares, waits) = (Fixed.zero, Fixed.zero, Fixed.zero)
    for _ in 0..<count {
      let normal = stream.nextNormal()
      sum = try sum + normal
      squares = try squares + normal.multiplied(by: normal, rounding: .halfUp)
      waits = try waits + stream.nextExponential()
    }
    // Deviations of the three sums: 89, 126 and 89.
    #expect(sum > -450 && sum < 450)
    #expect(try squares - Fixed(count) > -650 && squares - Fixed(count) < 650)
    #expect(try waits - Fixed(count) > -450 && waits - Fixed(count) < 450)
  }

  /// Exponential draws equal the logarithm of their word, which a twin of the stream shows.
  @Test func exponentialDrawsAreLogarithms() throws {
    var stream = RandomStream(7, 7, 7, 7)
    var twin = stream
    for _ in 0..<500 {
      let draw = stream.nextExponential()
      // The uniform number cut to eighteen digits: its logarithm is off by at most its relative error.
      let uniform = try Fixed(
        Int128(twin.next()) * 2 + 1, over: Int128(1) << 65, rounding: .halfUp)
      if uniform.raw < 1_000_000_000_000 { continue }
      let allowed = UInt128(1_000_000_000_000_000_000_000_000_000_000_000_000) / uniform.raw.magnitude + 2
      #expect(try (draw.raw + Fixed.naturalLogarithm(uniform).raw).magnitude <= allowed)
    }
  }
}
