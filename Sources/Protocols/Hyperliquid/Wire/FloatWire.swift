import Quantities

/// How the venue's clients turn their numbers into wire forms, on exact decimals.
public enum FloatWire {
  public enum Failure: Error, Sendable, Equatable {
    /// The text is not a decimal number of at most 30 significant digits.
    case notANumber
    /// `float_to_wire causes rounding`: more than eight decimals that matter.
    case wireRounding
    /// `float_to_int causes rounding`.
    case integerRounding

    /// The client's own words.
    public var text: String {
      switch self {
      case .notANumber: "not a number"
      case .wireRounding: "float_to_wire causes rounding"
      case .integerRounding: "float_to_int causes rounding"
      }
    }
  }

  /// At most eight decimals, half to even, trailing zeros dropped, never an exponent; refused when the eighth decimal's
  /// rounding moves the number by 10^-12 or more. `"1e-08"` is `"0.00000001"`; minus zero keeps its sign, as there.
  public static func wire(_ text: String) throws(Failure) -> String {
    let number = try ExactDecimal(text)
    guard let rounded = number.rounded(decimals: 8) else { throw .notANumber }
    guard rounded.isWithin(toleranceExponent: -12) else { throw .wireRounding }
    let (whole, fraction) = rounded.magnitude.quotientAndRemainder(dividingBy: 100_000_000)
    var digits = String(fraction + 100_000_000).dropFirst()
    while digits.last == "0" { digits = digits.dropLast() }
    return (number.isNegative ? "-" : "") + String(whole) + (digits.isEmpty ? "" : "." + digits)
  }

  /// The number times 10^power as a whole number, half to even; refused when that rounding moves it by a thousandth or
  /// more. `"1.5"` with power 6 is 1500000.
  public static func integer(_ text: String, power: Int) throws(Failure) -> Int128 {
    let number = try ExactDecimal(text)
    guard let rounded = number.rounded(decimals: power), let value = Int128(exactly: rounded.magnitude) else {
      throw .notANumber
    }
    guard rounded.isWithin(toleranceExponent: -3 - power) else { throw .integerRounding }
    return number.isNegative ? -value : value
  }
}

/// A decimal number as a whole number of its last digit: `digits` times 10^`exponent`.
private struct ExactDecimal {
  var isNegative = false
  var digits: UInt128 = 0
  var exponent = 0

  init(_ text: String) throws(FloatWire.Failure) {
    var rest = Array(text.utf8)[...]
    isNegative = rest.first == UInt8(ascii: "-")
    if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
    var count = 0
    var hasPoint = false
    while let byte = rest.first, byte &- 0x30 < 10 || (byte == UInt8(ascii: ".") && !hasPoint) {
      rest = rest.dropFirst()
      if byte == UInt8(ascii: ".") {
        hasPoint = true
        continue
      }
      count += 1
      if hasPoint { exponent -= 1 }
      guard digits < 10_000_000_000_000_000_000_000_000_000_000 else { throw .notANumber }
      digits = digits * 10 + UInt128(byte - 0x30)
    }
    guard count > 0 else { throw .notANumber }
    if let mark = rest.first {
      guard mark | 0x20 == UInt8(ascii: "e"), rest.count <= 6,
        let power = Int(String(decoding: rest.dropFirst(), as: UTF8.self))
      else { throw .notANumber }
      exponent += power
    }
    while digits != 0, digits % 10 == 0 {
      digits /= 10
      exponent += 1
    }
    if digits == 0 { exponent = 0 }
  }

  /// The number in units of 10^-decimals, half to even, and how far it was moved.
  func rounded(decimals: Int) -> Rounded? {
    let shift = exponent + decimals
    if shift >= 0 {
      guard digits == 0 || shift <= 36 else { return nil }
      var value = digits
      for _ in 0..<(digits == 0 ? 0 : shift) {
        let (product, overflow) = value.multipliedReportingOverflow(by: 10)
        if overflow { return nil }
        value = product
      }
      return Rounded(magnitude: value, moved: 0, exponent: 0)
    }
    guard shift >= -36 else { return Rounded(magnitude: 0, moved: digits, exponent: exponent) }
    var divisor: UInt128 = 1
    for _ in 0..<(-shift) { divisor *= 10 }
    let (quotient, remainder) = digits.quotientAndRemainder(dividingBy: divisor)
    // Compared without doubling, which could overflow.
    let above = remainder > divisor - remainder || (remainder == divisor - remainder && quotient & 1 == 1)
    return Rounded(
      magnitude: above ? quotient + 1 : quotient, moved: above ? divisor - remainder : remainder, exponent: exponent)
  }

  struct Rounded {
    var magnitude: UInt128
    /// The distance to the exact number in units of 10^`exponent`.
    var moved: UInt128
    var exponent: Int

    /// Whether the distance is below 10^`toleranceExponent`.
    func isWithin(toleranceExponent: Int) -> Bool {
      if moved == 0 { return true }
      let power = toleranceExponent - exponent
      if power <= 0 { return false }
      if power > 36 { return true }
      var limit: UInt128 = 1
      for _ in 0..<power { limit *= 10 }
      return moved < limit
    }
  }
}
