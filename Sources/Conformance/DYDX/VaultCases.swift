import Canonical
import ConformanceKit
import DYDX
import Quantities

/// `vault`: shares, quotes and what a withdrawal leaves behind.
enum VaultCases {
  static let table = TestTable(tests: [
    "TestMintShares": .computed(mint), "TestGetVaultClobOrders": .computed(orders),
    "TestGetVaultWithdrawalSlippage": .computed(slippage),
    "TestGetMegavaultEquity": .computed(equity),
    "TestSkewAntiderivativePpm": .computed { (c) throws(CaseFailure) in
      let (factor, leverage) = (try c.int("skew_factor_ppm"), try c.rational("leverage"))
      c.expect(
        "expected",
        try figure("leverage") { () throws(ArithmeticError) in
          try VaultSlippage.skewAntiderivative(leverage: leverage, factorPpm: factor)
        })
    },
    "TestSpreadPpm": .computed { (c) throws(CaseFailure) in
      let terms = try quoting(c.node("quoting_params"))
      let change = try c.node("market_param").int(of: "min_price_change_ppm")
      c.expect(
        "expected",
        try figure("quoting_params") { () throws(ArithmeticError) in
          try terms.spreadPpm(minimumPriceChangePpm: change)
        })
    },
    "TestMsgDepositToMegavault": .computed(MegavaultWorld.deposit),
    "TestMsgWithdrawFromMegavault": .computed(MegavaultCases.withdraw),
  ])

  static func quoting(_ json: JSONValue) throws(CaseFailure) -> QuotingTerms {
    QuotingTerms(
      layers: try json.small(of: "layers"), leastSpreadPpm: try json.int(of: "spread_min_ppm"),
      spreadBufferPpm: try json.int(of: "spread_buffer_ppm"), skewFactorPpm: try json.int(of: "skew_factor_ppm"),
      orderSizePpm: try json.int(of: "order_size_pct_ppm"))
  }

  private static func mint(_ c: inout VectorCase) throws(CaseFailure) {
    c.reader.labels("owner")
    let (equity, total) = (try c.int("equity"), try c.int("total_shares"))
    let (owned, deposit) = (try c.int("owner_shares"), try c.int("quantums_to_deposit"))
    let outcome = Outcome { () throws(MathematicsError) in
      try VaultShares.minted(deposit: deposit, equity: equity, totalShares: total)
    }
    let sums = try figure("total_shares") { () throws(ArithmeticError) -> [Int256] in
      guard case .value(let shares) = outcome else { return [total, owned] }
      return [try total.adding(shares), try owned.adding(shares)]
    }
    let keys = ["expected_total_shares", "expected_owner_shares"]
    c.expect(
      outcome,
      { c, _ in
        c.expect(keys[0], sums[0])
        c.expect(keys[1], sums[1])
      }, resultKeys: keys)
  }

  private static func orders(_ c: inout VectorCase) throws(CaseFailure) {
    c.reader.labels("vault_id")
    let terms = try quoting(c.node("vault_quoting_params"))
    let status = c.text("vault_status")
    let price = try Fixtures.price(c.node("market_price"))
    let perpetual = try Fixtures.terms(c.node("perpetual"), price: price)
    let (quote, inventory) = (
      try c.int("vault_asset_quote_quantums"), try c.int("vault_inventory_base_quantums")
    )
    let pair = c.node("clob_pair")
    let change = try c.node("market_param").int(of: "min_price_change_ppm")
    let equity = try figure("vault_inventory_base_quantums") { () throws(ArithmeticError) in
      try quote.adding(perpetual.notional(inventory))
    }
    let situation = VaultQuotes.Situation(
      inventory: inventory, equity: equity, price: price, atomicResolution: perpetual.atomicResolution,
      conversionExponent: try pair.small(of: "quantum_conversion_exponent"),
      step: try pair.int(of: "step_base_quantums"), subticksPerTick: try pair.int(of: "subticks_per_tick"),
      minimumPriceChangePpm: change, isCloseOnly: status == "CLOSE_ONLY")
    let isQuoting = status == "QUOTING" || status == "CLOSE_ONLY"
    let outcome = Outcome { () throws(MathematicsError) in
      isQuoting ? try VaultQuotes.quotes(situation, terms) : []
    }
    let keys = ["layers", "sides", "subticks", "quantums"].map { "expected_order_" + $0 } + ["expected_time_in_force"]
    c.expect(
      outcome,
      { c, quotes in
        c.expect(keys[0], .array(quotes.map { .string("\($0.layer)") }), zero: [])
        c.expect(keys[1], .array(quotes.map { $0.isBuy ? "BUY" : "SELL" }), zero: [])
        c.expect(keys[2], .array(quotes.map { JSONValue($0.subticks) }), zero: [])
        c.expect(keys[3], .array(quotes.map { JSONValue($0.quantums) }), zero: [])
        c.expect(keys[4], .array(quotes.map { $0.isPostOnly ? "POST_ONLY" : "UNSPECIFIED" }), zero: [])
      }, resultKeys: keys)
  }

  /// The source's vault is that of clob pair 1, whose initial margin is 20%; others are not there.
  private static func slippage(_ c: inout VectorCase) throws(CaseFailure) {
    let terms = QuotingTerms(
      layers: 0, leastSpreadPpm: try c.int("spread_min_ppm"), spreadBufferPpm: try c.int("spread_buffer_ppm"),
      skewFactorPpm: try c.int("skew_factor_ppm"), orderSizePpm: 0)
    let (change, leverage) = (try c.int("min_price_change_ppm"), try c.rational("leverage"))
    let (shares, total) = (try c.int("shares_to_withdraw"), try c.int("total_shares"))
    let isThere = try c.node("vault_id").int(of: "number") == 1
    let spread = try figure("spread_min_ppm") { () throws(ArithmeticError) in
      try terms.spreadPpm(minimumPriceChangePpm: change)
    }
    let outcome = Outcome { () throws(MathematicsError) in
      guard shares > 0, shares <= total else { throw .refused(.invalidSharesToWithdraw) }
      guard isThere else { throw .refused(.vaultParamsNotFound) }
      return try VaultSlippage.slippage(
        leverage: leverage, initialMarginPpm: Fixtures.ether20.tier.initialMarginPpm, spreadPpm: spread,
        skewFactorPpm: terms.skewFactorPpm, shares: shares, totalShares: total)
    }
    c.expect(outcome, { c, value in c.expect("expected_slippage", value) }, resultKeys: ["expected_slippage"])
  }

  private static func equity(_ c: inout VectorCase) throws(CaseFailure) {
    let (main, equities) = (try c.int("megavault_sa_equity"), try c.ints("vault_equities"))
    let vaults = c.list("vaults")
    guard vaults.count == equities.count else { throw CaseFailure("vaults", "not as many as equities") }
    let counted = zip(vaults, equities).filter { $0.0["vault_params"]?["status"]?.string != "DEACTIVATED" }.map(\.1)
    c.expect(
      "expected_megavault_equity",
      try figure("vault_equities") { () throws(ArithmeticError) in
        try VaultShares.equity(main: main, vaults: counted)
      })
  }
}
