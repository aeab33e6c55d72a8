/// A number of units of 10^-scale as decimal text: -12500 at scale 4 is `-1.25`, or `-1.2500` without trimming.
///
/// With `trimmingZeros` the zeros at the end of the fraction go, as long as `minimumFractionDigits` digits stay; a
/// minimum beyond the scale is filled with zeros. `parseDecimal` reads the text back to the same number.
public func formatDecimal(
  _ value: Int128, scale: Int, minimumFractionDigits: Int = 0, trimmingZeros: Bool = true
) -> String {
  formatDecimal(
    UInt256(value.magnitude), negative: value < 0, scale: scale, minimumFractionDigits: minimumFractionDigits,
    trimmingZeros: trimmingZeros)
}

/// As `formatDecimal` of an `Int128`.
public func formatDecimal(
  _ value: Int256, scale: Int, minimumFractionDigits: Int = 0, trimmingZeros: Bool = true
) -> String {
  formatDecimal(
    value.magnitude, negative: value.isNegative, scale: scale, minimumFractionDigits: minimumFractionDigits,
    trimmingZeros: trimmingZeros)
}

/// As `formatDecimal` of an `Int128`.
public func formatDecimal(
  _ value: UInt256, scale: Int, minimumFractionDigits: Int = 0, trimmingZeros: Bool = true
) -> String {
  formatDecimal(
    value, negative: false, scale: scale, minimumFractionDigits: minimumFractionDigits, trimmingZeros: trimmingZeros)
}

private func formatDecimal(
  _ magnitude: UInt256, negative: Bool, scale: Int, minimumFractionDigits: Int, trimmingZeros: Bool
) -> String {
  precondition(0 <= scale && scale <= 77, "A decimal scale lies in 0...77.")
  precondition(
    0 <= minimumFractionDigits && minimumFractionDigits <= 77, "The digits after a point are between 0 and 77.")
  let digits = magnitude.decimalDigits()
  var text: [UInt8] = negative ? [0x2D] : []
  text.reserveCapacity(digits.count + scale + minimumFractionDigits + 3)
  let wholeCount = digits.count - scale
  if wholeCount > 0 {
    text.append(contentsOf: digits[..<wholeCount])
  } else {
    text.append(0x30)
  }
  var fraction = [UInt8](repeating: 0x30, count: max(0, -wholeCount))
  fraction.append(contentsOf: digits[max(0, wholeCount)...])
  while trimmingZeros && fraction.count > minimumFractionDigits && fraction.last == 0x30 { fraction.removeLast() }
  while fraction.count < minimumFractionDigits { fraction.append(0x30) }
  if !fraction.isEmpty {
    text.append(0x2E)
    text.append(contentsOf: fraction)
  }
  return String(decoding: text, as: UTF8.self)
}
