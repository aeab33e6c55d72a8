import Quantities
import Testing

@Suite struct NormalQuantileTests {
  /// Quantiles agree with 60-digit ones within 1e-10.
  @Test func quantilesAreKnown() throws {
    for (word, expected) in KnownValues.normalQuantiles {
      let result = Fixed.standardNormalQuantile(word)
      #expect(try (result.raw - Fixed(decimal: expected).raw).magnitude < 100_000_000, "\(word): \(result)")
    }
  }

  /// The quantiles of a word and of its complement are exact opposites.
  @Test func isOdd() {
    var generator = OperandGenerator(state: 51)
    for _ in 0..<5_000 {
      let word = generator.next() >> UInt64(generator.below(64))
      #expect(Fixed.standardNormalQuantile(word).raw == -Fixed.standardNormalQuantile(~word).raw)
    }
  }

  /// The quantile never falls: not between near words, not where one octave's polynomial meets the next, not around
  /// the middle.
  @Test func neverFalls() {
    var generator = OperandGenerator(state: 52)
    func check(_ word: UInt64, _ step: UInt64) {
      let (above, overflow) = word.addingReportingOverflow(step)
      if overflow { return }
      if Fixed.standardNormalQuantile(word) > Fixed.standardNormalQuantile(above) { Issue.record("\(word) + \(step)") }
    }
    for bit in 0..<UInt64(64) {
      let edge: UInt64 = 1 << bit
      for distance: UInt64 in 0..<4 {
        for step: UInt64 in [1, 2, 1 << 18, 1 << 20] as [UInt64] {
          check(edge &- distance &- 1, step)
          check(edge &+ distance, step)
          check(~edge &- distance, step)
        }
      }
    }
    for _ in 0..<20_000 {
      let word = generator.next() >> UInt64(generator.below(64))
      check(word, 1 << UInt64(generator.below(30)))
      check(~word, 1 << UInt64(generator.below(30)))
    }
  }
}
