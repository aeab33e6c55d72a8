import Quantities
import VenueKit

/// Sums over common-scale figures. A total beyond the scale stays at its end, since a report may not stop a run.
enum Money {
  static func text(_ value: Int128) -> String { formatDecimal(value, scale: CommonScale.decimals) }

  /// `left * right` on the common scale, toward zero.
  static func product(_ left: Int128, _ right: Int128) -> Int128 {
    PathMathematics.orLimit(.max) { () throws(ArithmeticError) in
      try multiplyDivide(left, right, by: CommonScale.one, rounding: .truncation)
    }
  }

  /// `part / whole` in 10^-12, toward zero; 0 of nothing.
  static func ratio(_ part: Int128, _ whole: Int128) -> Int128 {
    guard whole != 0 else { return 0 }
    return PathMathematics.orLimit(.max) { () throws(ArithmeticError) in
      try multiplyDivide(part, CommonScale.one, by: whole, rounding: .truncation)
    }
  }

  static func sum(_ left: Int128, _ right: Int128) -> Int128 {
    let (sum, overflow) = left.addingReportingOverflow(right)
    return overflow ? (left < 0 ? .min : .max) : sum
  }

  /// Deposits less withdrawals less the sum of all balances: zero on a sound ledger.
  static func ledgerGap(_ summary: VenueSummary) -> Int128 {
    summary.balances.reduce(Money.sum(summary.deposits, -summary.withdrawals)) { Money.sum($0, -$1.amount) }
  }
}
