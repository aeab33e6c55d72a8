import Quantities

/// How a parameter differs from person to person. Values are integers in the parameter's own unit.
public enum Distribution: Sendable, Equatable {
  case fixed(Int128)
  /// Any integer from `low` to `high`, both included.
  case uniform(low: Int128, high: Int128)
  /// `median` times e to the power of (`sigma` times a normal), cut to the bounds; `sigma` is in 10^-12.
  case lognormal(median: Int128, sigma: Int128, minimum: Int128, maximum: Int128)

  /// One value. A lognormal that leaves the integers is its upper bound.
  public func draw(_ draws: inout RandomStream) -> Int128 {
    switch self {
    case .fixed(let value): return value
    case .uniform(let low, let high):
      if high <= low { return low }
      let steps: Int128 = 1_000_000_000
      let part = Int128(draws.uniform(below: UInt64(steps) + 1))
      return low + scaled(high - low, part, steps)
    case .lognormal(let median, let sigma, let minimum, let maximum):
      let exponent = scaled(draws.nextNormal().raw, sigma, CommonUnits.one)
      let factor = exponentialFactor(exponent)
      return max(minimum, min(maximum, scaled(median, factor, CommonUnits.fixedOne)))
    }
  }
}

/// The two scales that people calculate in.
enum CommonUnits {
  /// 10^-12, as in `CommonScale`.
  static let one: Int128 = 1_000_000_000_000
  /// 10^-18, as in `Fixed`.
  static let fixedOne: Int128 = 1_000_000_000_000_000_000
}

/// `value * numerator / denominator` toward zero; the nearest representable value where the product is too large, since
/// a person may dream of any size and the venue refuses it.
func scaled(_ value: Int128, _ numerator: Int128, _ denominator: Int128) -> Int128 {
  do throws(ArithmeticError) {
    return try multiplyDivide(value, numerator, by: denominator, rounding: .truncation)
  } catch {
    return (value < 0) != (numerator < 0) ? -Int128(UInt64.max) : Int128(UInt64.max)
  }
}

/// e to the power of `exponent`, both in 10^-18; a million where that would leave the scale.
private func exponentialFactor(_ exponent: Int128) -> Int128 {
  do throws(ArithmeticError) {
    return try Fixed.exponential(Fixed(raw: exponent)).raw
  } catch {
    return exponent < 0 ? 0 : 1_000_000 * CommonUnits.fixedOne
  }
}
