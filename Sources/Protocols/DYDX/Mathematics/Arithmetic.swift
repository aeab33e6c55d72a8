public import Quantities

extension Int256 {
  init(_ value: UInt32) { self.init(UInt64(value)) }

  static func + (left: Int256, right: Int256) throws(ArithmeticError) -> Int256 { try left.adding(right) }
  static func - (left: Int256, right: Int256) throws(ArithmeticError) -> Int256 { try left.subtracting(right) }
  static func * (left: Int256, right: Int256) throws(ArithmeticError) -> Int256 { try left.multiplied(by: right) }

  /// The size as a signed number; throws `.overflow` for the least number.
  var absolute: Int256 {
    get throws(ArithmeticError) { isNegative ? try negated() : self }
  }

  /// 10^exponent; throws `.overflow` from 10^77 on.
  static func powerOfTen(_ exponent: UInt) throws(ArithmeticError) -> Int256 {
    guard exponent <= 76 else { throw .overflow }
    var power: Int256 = .one
    for _ in 0..<exponent { power = try power * 10 }
    return power
  }
}

/// Parts per million and the rounding helpers of the chain.
public enum Integers {
  public static let million: Int256 = 1_000_000

  /// `value * ppm / 10^6` with one division in the named direction: -543211 at 876,543 floors to -476,148.
  public static func partsPerMillion(
    _ value: Int256, _ ppm: Int256, rounding: Rounding
  ) throws(ArithmeticError) -> Int256 {
    try Int256.multiplyDivide(value, ppm, by: million, rounding: rounding)
  }

  /// The nearest multiple below or above, also for negative numbers (Euclidean remainder): -7 to 5 is -10 or -5.
  /// Throws `.outOfDomain` unless the multiple is positive.
  public static func roundToMultiple(
    _ value: Int256, _ multiple: Int256, up: Bool
  ) throws(ArithmeticError) -> Int256 {
    guard multiple > 0 else { throw .outOfDomain }
    return try value.divided(by: multiple, rounding: up ? .ceiling : .floor) * multiple
  }

  /// The middle of the sorted values; of an even count the mean of the middle two, halves away from zero: of -9 and 2
  /// it is -4. Throws `.outOfDomain` for no values.
  public static func median(_ values: [Int256]) throws(ArithmeticError) -> Int256 {
    guard !values.isEmpty else { throw .outOfDomain }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    guard sorted.count % 2 == 0 else { return sorted[middle] }
    return try (try sorted[middle - 1] + sorted[middle]).divided(by: 2, rounding: .halfUp)
  }

  /// The mean, cut toward zero. Throws `.divisionByZero` for no values.
  public static func average(_ values: [Int256]) throws(ArithmeticError) -> Int256 {
    var sum: Int256 = .zero
    for value in values { sum = try sum + value }
    return try sum.divided(by: Int256(values.count), rounding: .truncation)
  }

  static func clamp(_ value: Int256, _ bound: Int256) throws(ArithmeticError) -> Int256 {
    max(min(value, bound), try bound.negated())
  }
}
