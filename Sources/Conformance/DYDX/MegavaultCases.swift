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
    let owner = World.address(c.text("owner") ?? "")
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
    try checkOnState(
      &c, owner: owner, main: main, total: total, owned: owned, locked: locked, shares: shares, least: least,
      vaults: vaults, redeemed: isDone ? sum : nil, left: left)
    guard isDone else { return }
    for (index, vault) in vaults.enumerated() where vault["post_withdrawal_equity"] != nil {
      c.reader.check(
        "vaults[\(index)].post_withdrawal_equity", expected: vault["post_withdrawal_equity"] ?? .null,
        got: JSONValue(left[index]))
    }
  }

  /// The same withdrawal as a message on a state comes to the same figures.
  private static func checkOnState(
    _ c: inout VectorCase, owner: Address, main: Int256, total: Int256, owned: Int256, locked: Int256, shares: Int256,
    least: Int256, vaults: [JSONValue], redeemed: Int256?, left: [Int256]
  ) throws(CaseFailure) {
    var state = try MegavaultWorld.state(
      main: main, total: total, owner: owner, owned: owned, locked: locked, vaults: vaults)
    let account = Subaccount(owner, 0)
    var message = MegavaultWithdrawal()
    message.subaccount = SubaccountID(owner: Bech32Owner.text(owner), number: 0)
    message.shareCount.bytes = SerializableInteger.bytes(shares)
    message.leastQuoteQuantums = SerializableInteger.bytes(least)
    let refusal = MegavaultWorld.send(.withdrawFromMegavault(message), to: &state)
    let paid = state.holdings(account).quoteQuantums
    c.reader.check(
      "redeemed on a state", expected: redeemed.map { JSONValue($0) } ?? "refused",
      got: refusal == nil ? JSONValue(paid) : "refused")
    guard refusal == nil else { return }
    let burned = try figure("total_shares") { () throws(ArithmeticError) in try total.subtracting(shares) }
    c.reader.check("shares on a state", expected: JSONValue(burned), got: JSONValue(state.totalShares))
    for (index, vault) in vaults.enumerated() {
      let pair = try (vault["id"] ?? .null).id(of: "number")
      let equity = try answer("vaults") { () throws(MathematicsError) in
        try state.equity(of: VaultAddress.vault(pair))
      }
      c.reader.check("equity on a state", expected: JSONValue(left[index]), got: JSONValue(equity))
    }
  }
}
