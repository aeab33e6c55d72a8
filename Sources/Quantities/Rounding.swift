/// Where the exact quotient of a division goes when it is not a whole number. Every division of the house names one.
public enum Rounding: Sendable, Hashable, CaseIterable {
  /// Toward minus infinity: 7/2 = 3, -7/2 = -4.
  case floor
  /// Toward plus infinity: 7/2 = 4, -7/2 = -3.
  case ceiling
  /// To the nearest whole number; a tie goes away from zero: 7/2 = 4, -7/2 = -4, 7/3 = 2.
  case halfUp
  /// Toward zero: 7/2 = 3, -7/2 = -3.
  case truncation

  /// Whether a magnitude that was cut toward zero, with a remainder that is not zero, grows by one.
  @inlinable @inline(__always)
  package func growsMagnitude(negative: Bool, remainderAtLeastHalf: @autoclosure () -> Bool) -> Bool {
    switch self {
    case .floor: negative
    case .ceiling: !negative
    case .halfUp: remainderAtLeastHalf()
    case .truncation: false
    }
  }
}

/// Why a calculation has no answer.
public enum ArithmeticError: Error, Sendable, Hashable {
  /// The exact result does not fit its type.
  case overflow
  /// A divisor of zero.
  case divisionByZero
  /// An operand for which the function is not defined, such as the logarithm of a number that is not positive.
  case outOfDomain
}
