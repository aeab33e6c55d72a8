import Canonical
import ConformanceKit
import DYDX
import Quantities

/// Withdrawals from the megavault: what its main account and each vault pay out.
enum MegavaultCases {
  /// The quoting terms of a vault without its own.
  private static let standard = QuotingTerms(
    layers: 2, leastSpreadPpm: 10_000, spreadBufferPpm: 1_500, skewFactorPpm: 2_000_000, orderSizePpm: 100_000)

  /// A vault pays when it is not deactivated and has positive equity.
  private static func redeemed(
    _ vault: JSONValue, shares: Int256, total: Int256
  ) throws(CaseFailure) -> (paid: Int256, left: Int256) {
    let price = try Fixtures.price(vault["market_price"] ?? .null)
    let terms = try Fixtures.terms(vault["perpetual"] ?? .null, price: price)
    let (cash, base) = (try vault.int(of: "asset_quote_quantums"), try vault.int(of: "position_base_quantums"))
    let parameters = vault["params"] ?? .null
    let own = parameters["quoting_params"]
    let quoting = try own.map { (json) throws(CaseFailure) in try VaultCases.quoting(json) } ?? standard
    let change = try (vault["market_param"] ?? .null).int(of: "min_price_change_ppm")
    let isCounted = parameters["status"]?.string != "DEACTIVATED"
    return try answer("vaults") { () throws(MathematicsError) in
      do throws(ArithmeticError) {
        let notional = try terms.notional(base)
        let equity = try cash.adding(notional)
        guard isCounted, equity > 0 else { return (0, equity) }
        let leverage = try Rational(notional, over: equity)
        let margin = try terms.tier.initialMarginPpm(openInterestNotional: terms.notional(terms.openInterest))
        let spread = try quoting.spreadPpm(minimumPriceChangePpm: change)
        let slippage = try? VaultSlippage.slippage(
          leverage: leverage, initialMarginPpm: margin, spreadPpm: spread, skewFactorPpm: quoting.skewFactorPpm,
          shares: shares, totalShares: total)
        guard let slippage else { return (0, equity) }
        let paid = try VaultShares.redeemed(equity: equity, shares: shares, totalShares: total, slippage: slippage)
        return (paid, try equity.subtracting(paid))
      } catch {
        throw .arithmetic(error)
      }
    }
  }

  static func withdraw(_ c: inout VectorCase) throws(CaseFailure) {
    c.reader.labels("owner")
    let (main, total) = (try c.int("main_vault_balance"), try c.int("total_shares"))
    let (owned, locked) = (try c.int("owner_total_shares"), try c.int("owner_locked_shares"))
    let (shares, least) = (try c.int("shares_to_withdraw"), try c.int("min_quote_quantums"))
    let vaults = c.list("vaults")
    let isMalformed = shares <= 0
    let free = try figure("owner_locked_shares") { () throws(ArithmeticError) in try owned.subtracting(locked) }
    var sum: Int256 = 0
    var left: [Int256] = []
    if !isMalformed, shares <= free {
      sum = try figure("total_shares") { () throws(ArithmeticError) in
        try VaultShares.redeemedFromMain(netCollateral: main, shares: shares, totalShares: total)
      }
      for vault in vaults {
        let part = try redeemed(vault, shares: shares, total: total)
        let before = sum
        sum = try figure("vaults") { () throws(ArithmeticError) in try before.adding(part.paid) }
        left.append(part.left)
      }
    }
    let isDone = sum > 0 && sum >= least
    c.expect("check_tx_fails", isMalformed)
    c.expect("check_tx_response_contains", isMalformed ? "ErrNonPositiveShares" : "", zero: "")
    c.expect("deliver_tx_fails", !isMalformed && !isDone)
    if isDone || sum.isZero {
      c.expect("redeemed_quote_quantums", sum)
    } else {
      c.reader.labels("redeemed_quote_quantums")
    }
    let burned = isDone ? shares : 0
    for (key, held) in [("expected_total_shares", total), ("expected_owner_shares", owned)] {
      c.expect(key, try figure(key) { () throws(ArithmeticError) in try held.subtracting(burned) })
    }
    guard isDone else { return }
    for (index, vault) in vaults.enumerated() where vault["post_withdrawal_equity"] != nil {
      c.reader.check(
        "vaults[\(index)].post_withdrawal_equity", expected: vault["post_withdrawal_equity"] ?? .null,
        got: JSONValue(left[index]))
    }
  }
}
