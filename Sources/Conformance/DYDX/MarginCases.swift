import Canonical
import ConformanceKit
import DYDX
import Quantities

/// `margin`: tiers, risk, transitions, open interest and whole accounts.
enum MarginCases {
  static let table = TestTable(tests: [
    "TestGetNetNotionalInQuoteQuantums": .computed { (c) throws(CaseFailure) in
      let terms = try terms(&c)
      let quantums = try c.int("quantums")
      c.expect(
        "expected_net_notional",
        try figure("quantums") { () throws(ArithmeticError) in try terms.notional(quantums) })
    },
    "TestGetMarginRequirementsInQuoteQuantums": .computed { (c) throws(CaseFailure) in
      let terms = try terms(&c)
      let (quantums, custom) = (try c.int("quantums"), try c.int("custom_imf_ppm"))
      let risk = try figure("quantums") { () throws(ArithmeticError) in
        try terms.risk(quantums, customPpm: custom)
      }
      c.expect("expected_imr", risk.initialRequirement)
      c.expect("expected_mmr", risk.maintenanceRequirement)
    },
    "TestGetMarginRequirementsInQuoteQuantums_2": .computed(requirements),
    "TestGetInitialMarginQuoteQuantums": .computed { (c) throws(CaseFailure) in
      let tier = try tier(&c)
      let key = c.reader.row["quote_quantums"] == nil ? "big_quote_quantums" : "quote_quantums"
      let (quote, interest) = (try c.int(key), try c.int("open_interest_notional"))
      c.expect(
        "expected_initial_margin_quote_quantums",
        try figure(key) { () throws(ArithmeticError) in
          try tier.initialRequirement(notional: quote, openInterestNotional: interest)
        })
    },
    "TestGetAdjustedInitialMarginPpm": .computed { (c) throws(CaseFailure) in
      let tier = try tier(&c)
      let interest = try c.int("open_interest_notional")
      c.expect(
        "expected_ppm",
        try figure("open_interest_notional") { () throws(ArithmeticError) in
          try tier.initialMarginPpm(openInterestNotional: interest)
        })
    },
    "TestLiquidityTierGetMaintenanceMarginPpm": .computed { (c) throws(CaseFailure) in
      let tier = try tier(&c)
      // A fraction or margin above one is a mistake of the tier's maker, and the chain aborts.
      let isValid = tier.initialMarginPpm <= Integers.million && tier.maintenanceFractionPpm <= Integers.million
      let margin = try figure("initial_margin_ppm") { () throws(ArithmeticError) in try tier.maintenanceMarginPpm() }
      if isValid { c.expect("expected_maintenance_margin_ppm", margin) }
      c.expectAbort(!isValid, resultKeys: ["expected_maintenance_margin_ppm"])
    },
    "TestRisk_Cmp": .computed { (c) throws(CaseFailure) in
      let first = Risk(
        netCollateral: try c.int("first_nc"), initialRequirement: 0, maintenanceRequirement: try c.int("first_mmr"))
      let second = Risk(
        netCollateral: try c.int("second_nc"), initialRequirement: 0, maintenanceRequirement: try c.int("second_mmr"))
      c.expect("expected", Int256(first.compared(to: second)))
    },
    "TestRisk_IsInitialCollateralized": .computed { (c) throws(CaseFailure) in
      c.expect("expected", try risk(&c).isInitialCollateralized)
    },
    "TestRisk_IsMaintenanceCollateralized": .computed { (c) throws(CaseFailure) in
      c.expect("expected", try risk(&c).isMaintenanceCollateralized)
    },
    "TestRisk_IsLiquidatable": .computed { (c) throws(CaseFailure) in
      c.expect("expected", try risk(&c).isLiquidatable)
    },
    "TestIsValidStateTransitionForUndercollateralizedSubaccount_ZeroMarginRequirements": .computed {
      (c) throws(CaseFailure) in
      let result = UpdateResult.ofUndercollateralizedTransition(
        from: try risk(&c, "old_"), to: try risk(&c, "new_"))
      c.expect("expected_result", .string(result.rawValue), zero: nil)
    },
    "TestGetRiskForSubaccount": .computed(accountRisk),
    "TestGetDeltaOpenInterestFromUpdates": .computed(openInterest),
    "TestGetNetCollateralAndMarginRequirements": .computed(netCollateral),
  ])

  private static func tier(_ c: inout VectorCase) throws(CaseFailure) -> LiquidityTier {
    LiquidityTier(
      initialMarginPpm: try c.int("initial_margin_ppm"),
      maintenanceFractionPpm: try c.int("maintenance_fraction_ppm"),
      openInterestLowerCap: try c.int("open_interest_lower_cap"),
      openInterestUpperCap: try c.int("open_interest_upper_cap"))
  }

  private static func risk(_ c: inout VectorCase, _ prefix: String = "") throws(CaseFailure) -> Risk {
    Risk(
      netCollateral: try c.int(prefix + "nc"), initialRequirement: try c.int(prefix + "imr"),
      maintenanceRequirement: try c.int(prefix + "mmr"))
  }

  private static func terms(_ c: inout VectorCase) throws(CaseFailure) -> PerpetualTerms {
    let perpetual = c.node("perpetual")
    return PerpetualTerms(
      atomicResolution: try perpetual.small(of: "atomic_resolution"),
      openInterest: try perpetual.int(of: "open_interest"), price: try Fixtures.price(c.node("market_price")),
      tier: try Fixtures.tier(c.node("liquidity_tier")))
  }

  private static func requirements(_ c: inout VectorCase) throws(CaseFailure) {
    let terms = PerpetualTerms(
      atomicResolution: try c.small("base_currency_atomic_resolution"), openInterest: try c.int("open_interest"),
      price: MarketPrice(price: try c.int("price"), exponent: try c.small("exponent")), tier: try tier(&c))
    let (quantums, custom) = (try c.int("base_quantums"), try c.int("custom_imf_ppm"))
    let risk = try figure("base_quantums") { () throws(ArithmeticError) in
      try terms.risk(quantums, customPpm: custom)
    }
    c.expect("expected_initial_margin", risk.initialRequirement)
    c.expect("expected_maintenance_margin", risk.maintenanceRequirement)
  }

  private static func accountRisk(_ c: inout VectorCase) throws(CaseFailure) {
    let account = try Fixtures.holdings(c.node("subaccount"))
    var market = Market()
    for member in c.node("perp_infos").members ?? [] {
      let perpetual = member.value["perpetual"] ?? .null
      market.terms[try perpetual.id(of: "id")] = PerpetualTerms(
        atomicResolution: try perpetual.small(of: "atomic_resolution"),
        fundingIndex: try perpetual.int(of: "funding_index"), openInterest: try perpetual.int(of: "open_interest"),
        price: try Fixtures.price(member.value["price"] ?? .null),
        tier: try Fixtures.tier(member.value["liquidity_tier"] ?? .null))
    }
    let outcome = Outcome { () throws(MathematicsError) in try account.risk(market.callAsFunction) }
    c.expect(
      outcome,
      { c, risk in
        c.expect(
          "expected_risk",
          [
            "nc": JSONValue(risk.netCollateral), "imr": JSONValue(risk.initialRequirement),
            "mmr": JSONValue(risk.maintenanceRequirement),
          ], zero: nil)
      }, resultKeys: ["expected_risk"])
  }

  private static func openInterest(_ c: inout VectorCase) throws(CaseFailure) {
    let isMatch = c.text("update_type") == "Match"
    var sides: [OpenInterest.Side] = []
    for update in c.list("settled_updates") {
      var deltas: [(perpetual: UInt32, quantums: Int256)] = []
      for delta in update.list(of: "perpetual_updates") {
        deltas.append((try delta.id(of: "perpetual_id"), try delta.int(of: "big_quantums_delta")))
      }
      sides.append(
        OpenInterest.Side(before: try Fixtures.holdings(update["settled_subaccount"] ?? .null), deltas: deltas))
    }
    guard isMatch else {
      c.expect("expected_val", .null, zero: .null)
      return
    }
    do throws(OpenInterest.Violation) {
      let delta = try OpenInterest.delta(ofMatch: sides)
      let value: JSONValue = [
        "perpetual_id": .string("\(delta.perpetual)"), "base_quantums": JSONValue(delta.quantums),
      ]
      c.expect("expected_val", delta.quantums.isZero ? .null : value, zero: .null)
      if c.reader.row["panic_err"] != nil { c.reader.expect("panic_err", .null) }
    } catch {
      let name =
        switch error {
        case .updatesNotTwo: "ErrMatchUpdatesMustHaveTwoUpdates"
        case .notOnePerpetualEach: "ErrMatchUpdatesMustUpdateOnePerp"
        case .differentPerpetuals: "ErrMatchUpdatesMustBeSamePerpId"
        case .sizesNotOpposite: "ErrMatchUpdatesInvalidSize"
        case .arithmetic: "error"
        }
      c.reader.expect("panic_err", .string(name))
      c.expectNothing("expected_val")
    }
  }

  /// The asset's own refusal: an asset that is not there, one held, one owed.
  private static func refusal(
    ofAsset asset: UInt32, balance: Int256, known: [UInt32]
  ) -> String? {
    guard known.contains(asset) else { return "ErrAssetDoesNotExist" }
    if balance.isZero { return nil }
    return balance > 0 ? "ErrNotImplementedMulticollateral" : "ErrNotImplementedMargin"
  }

  private static func netCollateral(_ c: inout VectorCase) throws(CaseFailure) {
    let market = try Fixtures.market(c.list("perpetuals"))
    let isEmpty = c.flag("use_empty_subaccount")
    let row = c.reader.row
    c.reader.labels("asset_positions", "perpetual_positions")
    var account = isEmpty ? AccountHoldings() : try Fixtures.holdings(row)
    var known: [UInt32] = [0]
    for asset in c.list("assets") { known.append(try asset.id(of: "id")) }
    var others: [(asset: UInt32, balance: Int256)] = []
    func addOther(_ asset: UInt32, _ delta: Int256) throws(CaseFailure) {
      if let index = others.firstIndex(where: { $0.asset == asset }) {
        let old = others[index].balance
        others[index].balance = try figure("assets") { () throws(ArithmeticError) in try old.adding(delta) }
      } else {
        others.append((asset, delta))
      }
    }
    if !isEmpty {
      for asset in row.list(of: "asset_positions") {
        let id = try asset.id(of: "asset_id")
        if id != 0 { try addOther(id, try asset.int(of: "quantums")) }
      }
    }
    for update in c.list("asset_updates") {
      let delta = try update.int(of: "big_quantums_delta")
      if try update.id(of: "asset_id") == 0 {
        let old = account.quoteQuantums
        account.quoteQuantums = try figure("asset_updates") { () throws(ArithmeticError) in try old.adding(delta) }
      } else {
        try addOther(try update.id(of: "asset_id"), delta)
      }
    }
    var changes: [(perpetual: UInt32, delta: Int256)] = []
    for update in c.list("perpetual_updates") {
      changes.append((try update.id(of: "perpetual_id"), try update.int(of: "big_quantums_delta")))
    }
    let start = account
    var outcome = Outcome { () throws(MathematicsError) -> Risk in
      var settled = try start.settled(market.callAsFunction)
      for change in changes {
        let index = try market(change.perpetual).fundingIndex
        do throws(ArithmeticError) {
          try settled.add(change.delta, to: change.perpetual, currentIndex: index)
        } catch {
          throw .arithmetic(error)
        }
      }
      return try settled.risk(market.callAsFunction)
    }
    if case .value = outcome {
      for other in others {
        guard let name = refusal(ofAsset: other.asset, balance: other.balance, known: known) else { continue }
        outcome = .failed(name)
        break
      }
    }
    let keys = ["expected_net_collateral", "expected_initial_margin", "expected_maintenance_margin"]
    if case .failed = outcome { c.reader.labels(keys[0], keys[1], keys[2]) }
    c.expect(
      outcome,
      { c, risk in
        c.expectWhereGiven(keys[0], risk.netCollateral)
        c.expectWhereGiven(keys[1], risk.initialRequirement)
        c.expectWhereGiven(keys[2], risk.maintenanceRequirement)
      })
  }
}
