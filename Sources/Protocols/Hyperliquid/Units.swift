import Canonical
import Matching
import Quantities

/// USDC in 10^-6.
public typealias Money = Int128
/// Price in ticks of 10^-(6 - szDecimals) USDC, so that ticks times lots are exactly 10^-6 USDC (rule HL-1).
public typealias Ticks = Int64
/// Size in lots of 10^-szDecimals; positive is long.
public typealias Lots = Int64
/// An account's number, given in the order of first deposits.
public typealias AccountID = UInt32
/// A market's number, as actions name it.
public typealias AssetID = UInt32

@inline(__always) func money(_ lots: Lots, at price: Ticks) -> Money { Int128(lots) * Int128(price) }

/// A quotient whose divisor is a parameter above zero and whose result is known to fit.
@inline(__always) func divide(_ value: Int128, by divisor: Int128, _ rounding: Rounding) -> Int128 {
  precondition(divisor > 0, "a divisor is above zero")
  let quotient: Int128
  // Nearly always both fit into one word, whose division is several times faster.
  if let word = Int64(exactly: value), let wordDivisor = Int64(exactly: divisor) {
    quotient = Int128(word / wordDivisor)
  } else {
    quotient = value / divisor
  }
  let remainder = value - quotient * divisor
  switch rounding {
  case .truncation: return quotient
  case .floor: return remainder < 0 ? quotient - 1 : quotient
  case .ceiling: return remainder > 0 ? quotient + 1 : quotient
  case .halfUp:
    if remainder.magnitude * 2 < divisor.magnitude { return quotient }
    return value < 0 ? quotient - 1 : quotient + 1
  }
}

/// `a * b / c` for a positive `c` whose result is known to fit; the product may be wider than 128 bits.
func scale(_ a: Int128, _ b: Int128, by c: Int128, _ rounding: Rounding) -> Int128 {
  let (product, overflow) = a.multipliedReportingOverflow(by: b)
  if !overflow { return divide(product, by: c, rounding) }
  do {
    return try multiplyDivide(a, b, by: c, rounding: rounding)
  } catch {
    preconditionFailure("amounts stay far below the width of their type")
  }
}

enum Powers {
  static let table: [Int64] = [
    1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000,
    100_000_000_000, 1_000_000_000_000,
  ]

  static func ten(_ exponent: Int) -> Int64 { table[exponent] }
}

extension Side {
  init(isBuy: Bool) { self = isBuy ? .bid : .ask }
}
