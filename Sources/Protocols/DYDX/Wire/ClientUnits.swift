public import Quantities

/// How clients turn human sizes and prices into whole steps and ticks.
public enum ClientUnits {
  /// Base quantums of a size in coins, floored to a step, at least one step.
  public static func quantums(
    _ size: Rational, atomicResolution: Int, step: Int256
  ) throws(ArithmeticError) -> Int256 {
    let exact = try size * Rational(1, scaledByPowerOfTen: -atomicResolution)
    return max(try Integers.roundToMultiple(exact.rounded(.floor), step, up: false), step)
  }

  /// Subticks of a price in dollars, floored to a tick, at least one tick.
  public static func subticks(
    _ price: Rational, atomicResolution: Int, conversionExponent: Int, subticksPerTick: Int256
  ) throws(ArithmeticError) -> Int256 {
    let exponent = atomicResolution - conversionExponent - Units.quoteAtomicResolution
    let exact = try price * Rational(1, scaledByPowerOfTen: exponent)
    return max(try Integers.roundToMultiple(exact.rounded(.floor), subticksPerTick, up: false), subticksPerTick)
  }
}
