/// Why text is not a decimal number of the asked scale.
public enum DecimalError: Error, Sendable, Hashable {
  /// No text at all.
  case empty
  /// No digit where one must stand: `-`, `.`, `.5`, `5.`.
  case missingDigits
  /// More digits after the point than the scale has, zeros too.
  case tooManyFractionDigits(limit: Int)
  /// A plus before the number.
  case leadingPlus
  /// A second sign, or a sign inside the number.
  case misplacedSign
  /// A second decimal point.
  case repeatedPoint
  /// Scientific notation.
  case exponent
  /// A blank, tab or line break.
  case whitespace
  /// Any other byte that is neither digit nor point.
  case invalidCharacter(UInt8)
  /// A number that its type cannot hold, a minus before an unsigned one included.
  case overflow
}

/// The number that `text` writes, in units of 10^-scale, exactly: `"-1.25"` at scale 4 is -12500.
///
/// Takes an optional minus, digits, and optionally a point with digits after it. Leading zeros and `-0` are numbers;
/// a venue that wants one form per number must ask for it itself. `scale` lies in 0...77. Errors say which rule broke.
@inlinable
public func parseDecimal(_ text: some StringProtocol, scale: Int) throws(DecimalError) -> Int128 {
  try parseDecimal(utf8: text.utf8, scale: scale)
}

/// As `parseDecimal(_:scale:)`, from ASCII bytes.
@inlinable
public func parseDecimal(utf8 bytes: some Sequence<UInt8>, scale: Int) throws(DecimalError) -> Int128 {
  var magnitude: UInt128 = 0
  let negative = try scanDecimal(bytes, scale: scale) { digit in
    if magnitude &>> 124 == 0 {
      magnitude = magnitude &* 10 &+ UInt128(truncatingIfNeeded: digit)
      return true
    }
    let (product, first) = magnitude.multipliedReportingOverflow(by: 10)
    let (sum, second) = product.addingReportingOverflow(UInt128(truncatingIfNeeded: digit))
    magnitude = sum
    return !first && !second
  }
  let limit = UInt128(1) &<< 127
  if magnitude > limit || (magnitude == limit && !negative) { throw .overflow }
  let value = Int128(truncatingIfNeeded: magnitude)
  return negative ? 0 &- value : value
}

/// As `parseDecimal(_:scale:)`, for 256 bits and no sign.
@inlinable
public func parseDecimalUInt256(_ text: some StringProtocol, scale: Int) throws(DecimalError) -> UInt256 {
  var magnitude = UInt256.zero
  let negative = try scanDecimal(text.utf8, scale: scale) { magnitude.append(decimalDigit: $0) }
  if negative && !magnitude.isZero { throw .overflow }
  return magnitude
}

/// As `parseDecimal(_:scale:)`, for 256 bits.
@inlinable
public func parseDecimalInt256(_ text: some StringProtocol, scale: Int) throws(DecimalError) -> Int256 {
  var magnitude = UInt256.zero
  let negative = try scanDecimal(text.utf8, scale: scale) { magnitude.append(decimalDigit: $0) }
  guard let value = Int256(magnitude: magnitude, negative: negative) else { throw .overflow }
  return value
}

/// Hands over the digits of the number times 10^scale, the most significant first, and returns whether a minus stood
/// before them. `append` answers false when the number grows beyond its type.
@inlinable
package func scanDecimal(
  _ bytes: some Sequence<UInt8>, scale: Int, append: (UInt64) -> Bool
) throws(DecimalError) -> Bool {
  precondition(0 <= scale && scale <= 77, "A decimal scale lies in 0...77.")
  var negative = false
  var isFirst = true
  var wholeDigits = 0
  var fractionDigits = -1  // -1 before the point
  for byte in bytes {
    if let digit = decimalDigit(byte) {
      if fractionDigits < 0 {
        wholeDigits &+= 1
      } else {
        fractionDigits &+= 1
        if fractionDigits > scale { throw .tooManyFractionDigits(limit: scale) }
      }
      if !append(digit) { throw .overflow }
    } else if byte == 0x2E {
      if fractionDigits >= 0 { throw .repeatedPoint }
      if wholeDigits == 0 { throw .missingDigits }
      fractionDigits = 0
    } else if byte == 0x2D && isFirst {
      negative = true
    } else {
      throw unexpected(byte, isFirst: isFirst)
    }
    isFirst = false
  }
  if isFirst { throw .empty }
  if wholeDigits == 0 || fractionDigits == 0 { throw .missingDigits }
  for _ in Swift.max(0, fractionDigits)..<scale where !append(0) { throw .overflow }
  return negative
}

@usableFromInline
func unexpected(_ byte: UInt8, isFirst: Bool) -> DecimalError {
  switch byte {
  case 0x2B: isFirst ? .leadingPlus : .misplacedSign
  case 0x2D: .misplacedSign
  case 0x45, 0x65: .exponent
  case 0x20, 0x09, 0x0A, 0x0B, 0x0C, 0x0D: .whitespace
  default: .invalidCharacter(byte)
  }
}
