import Canonical
import ConformanceKit
import DYDX
import Quantities

/// `liquidation`: prices, sizes and limits of liquidations.
enum LiquidationCases {
  static let engine = "needs the room's engine, which does not exist yet"

  static let table = TestTable(tests: [
    "TestIsLiquidatable": .computed { (c) throws(CaseFailure) in
      let (account, market) = try account(&c)
      let outcome = Outcome { () throws(MathematicsError) in
        try account.settled(market.callAsFunction).risk(market.callAsFunction)
      }
      c.expect(outcome, { c, risk in c.expect("expected_is_liquidatable", risk.isLiquidatable) })
    },
    "TestGetBankruptcyPriceInQuoteQuantums": .computed(bankruptcy),
    "TestGetFillablePrice": .computed(fillable),
    "TestGetLiquidationInsuranceFundDelta": .computed(insurance),
    "TestConvertFillablePriceToSubticks": .computed { (c) throws(CaseFailure) in
      let (price, isLong) = (try c.rational("fillable_price"), c.flag("is_liquidating_long"))
      let pair = c.node("clob_pair")
      let (exponent, tick) = (
        try pair.small(of: "quantum_conversion_exponent"), try pair.int(of: "subticks_per_tick")
      )
      c.expect(
        "expected_subticks",
        try figure("fillable_price") { () throws(ArithmeticError) in
          try Liquidation.subticks(
            ofFillablePrice: price, isLong: isLong, conversionExponent: exponent, subticksPerTick: tick)
        })
    },
    "TestGetMaxLiquidatableNotionalAndInsuranceLost": .computed(blockLimits),
    "TestGetMaxAndMinPositionNotionalLiquidatable": .computed(positionLimits),
    "TestGetPerpetualPositionToLiquidate": .computed(position),
    "TestMaybeGetLiquidationOrder": .computed(LiquidationEngineCases.maybeGet),
    "TestSortLiquidationOrders": .computed(LiquidationEngineCases.sort),
    "TestProcessProposerMatches_Liquidation_Success": .computed(EngineCases.liquidations),
    "TestPlacePerpetualLiquidation_Success": .computed(MatchingCases.run),
  ])

  private static func account(_ c: inout VectorCase) throws(CaseFailure) -> (AccountHoldings, Market) {
    let row = c.reader.row
    c.reader.labels("asset_positions", "perpetual_positions")
    return (try Fixtures.holdings(row), try Fixtures.market(c.list("perpetuals")))
  }

  private struct Situation {
    var position: Int256
    var terms: PerpetualTerms
    var risk: Risk
  }

  private static func situation(_ c: inout VectorCase) throws(CaseFailure) -> Situation {
    let (account, market) = try account(&c)
    guard let perpetual = UInt32(exactly: try c.int("perpetual_id")) else {
      throw CaseFailure("perpetual_id", "not a number of 32 bits")
    }
    return try answer("perpetual_positions") { () throws(MathematicsError) in
      let settled = try account.settled(market.callAsFunction)
      return Situation(
        position: settled.quantums(of: perpetual), terms: try market(perpetual),
        risk: try settled.risk(market.callAsFunction))
    }
  }

  private static func bankruptcy(_ c: inout VectorCase) throws(CaseFailure) {
    let (situation, delta) = (try situation(&c), try c.int("delta_quantums"))
    let outcome = Outcome { () throws(MathematicsError) in
      try Liquidation.bankruptcyQuote(
        delta: delta, position: situation.position, terms: situation.terms, account: situation.risk)
    }
    let key = "expected_bankruptcy_price_quote_quantums"
    c.expect(outcome, { c, quote in c.expect(key, quote) }, resultKeys: [key], errorKey: "expected_error")
  }

  private static func fillable(_ c: inout VectorCase) throws(CaseFailure) {
    let (situation, delta) = (try situation(&c), try c.int("delta_quantums"))
    let liquidation = try Fixtures.liquidation(c.node("liquidation_config"))
    let outcome = Outcome { () throws(MathematicsError) in
      try Liquidation.checkDelta(delta, position: situation.position)
      do throws(ArithmeticError) {
        return try Liquidation.fillablePrice(
          position: situation.position, terms: situation.terms, account: situation.risk, liquidation: liquidation)
      } catch {
        throw .arithmetic(error)
      }
    }
    c.expect(
      outcome, { c, price in c.expect("expected_fillable_price", price) }, resultKeys: ["expected_fillable_price"],
      errorKey: "expected_error")
  }

  private static func insurance(_ c: inout VectorCase) throws(CaseFailure) {
    let situation = try situation(&c)
    let (isBuy, fill, subticks) = (c.flag("is_buy"), try c.int("fill_amount"), try c.int("subticks"))
    let liquidation = try Fixtures.liquidation(c.node("liquidation_config"))
    let outcome = Outcome { () throws(MathematicsError) in
      try Liquidation.insuranceDelta(
        isBuy: isBuy, fill: fill, subticks: subticks, conversionExponent: -8, position: situation.position,
        terms: situation.terms, account: situation.risk, maximumFeePpm: liquidation.maximumFeePpm)
    }
    let key = "expected_liquidation_insurance_fund_delta_big"
    c.expect(outcome, { c, delta in c.expect(key, delta) }, resultKeys: [key], errorKey: "expected_error")
  }

  /// Each of the two limits has its figure, or an abort and the name of the error.
  private static func blockLimits(_ c: inout VectorCase) throws(CaseFailure) {
    let liquidation = try Fixtures.liquidation(c.node("liquidation_config"))
    // The source asks for perpetual 0: what was liquidated of it in this block is not liquidated again.
    let isRepeated = try c.int("previously_liquidated_perpetual_id").isZero
    let (liquidated, lost) = (try c.int("previous_notional_liquidated"), try c.int("previous_insurance_fund_lost"))
    let notional = Outcome { () throws(MathematicsError) in
      if isRepeated { throw .refused(.subaccountHasLiquidatedPerpetual) }
      return try Liquidation.notionalLeft(liquidation, liquidated: liquidated)
    }
    let insurance = Outcome { () throws(MathematicsError) -> Int256 in
      if isRepeated { throw .refused(.subaccountHasLiquidatedPerpetual) }
      guard let size = Int256(magnitude: lost.magnitude, negative: false) else { throw .arithmetic(.overflow) }
      return try Liquidation.insuranceLeft(liquidation, lost: size)
    }
    for (key, outcome) in [
      ("expected_max_notional_liquidatable", notional), ("expected_max_insurance_lost", insurance),
    ] {
      switch outcome {
      case .value(let value):
        c.expect(key, value)
        if c.reader.row[key + "_panic"] != nil { c.expect(key + "_panic", false) }
        if c.reader.row[key + "_err"] != nil { c.reader.expect(key + "_err", .null) }
      case .failed(let name):
        c.expectNothing(key)
        c.reader.expect(key + "_panic", true)
        c.reader.expect(key + "_err", .string(name))
      }
    }
  }

  private static func positionLimits(_ c: inout VectorCase) throws(CaseFailure) {
    let liquidation = try Fixtures.liquidation(c.node("liquidation_config"))
    let json = c.node("position_to_liquidate")
    let (perpetual, quantums) = (try json.id(of: "perpetual_id"), try json.int(of: "quantums"))
    let market = Market(terms: [0: Fixtures.bitcoin20, 1: Fixtures.ether20])
    let outcome = Outcome { () throws(MathematicsError) in
      let terms = try market(perpetual)
      do throws(ArithmeticError) {
        return try Liquidation.notionalLimits(notional: terms.notional(quantums), terms: liquidation)
      } catch {
        throw .arithmetic(error)
      }
    }
    let keys = ["expected_min_pos_notional_liquidatable", "expected_max_pos_notional_liquidatable"]
    c.expect(
      outcome,
      { c, limits in
        c.expect(keys[0], limits.least)
        c.expect(keys[1], limits.greatest)
      }, resultKeys: keys)
  }

  /// The first position counts: where there are several, the chain's generator chooses.
  private static func position(_ c: inout VectorCase) throws(CaseFailure) {
    let liquidation = try Fixtures.liquidation(c.node("liquidation_config"))
    let market = try Fixtures.market(c.list("perpetuals"))
    let row = c.reader.row
    c.reader.labels("perpetual_positions")
    guard let position = try Fixtures.holdings(row).positions.first else {
      throw CaseFailure("perpetual_positions", "no position")
    }
    let pair = c.list("clob_pairs").first { (try? $0.id(of: "perpetual_id")) == position.perpetual }
    guard let pair else { throw CaseFailure("clob_pairs", "no pair of the perpetual") }
    let step = try pair.int(of: "step_base_quantums")
    let terms = try answer("perpetuals") { () throws(MathematicsError) in try market(position.perpetual) }
    let size = try figure("perpetual_positions") { () throws(ArithmeticError) -> Int256 in
      let size = try Liquidation.orderSize(
        position: position.quantums, terms: terms, liquidation: liquidation,
        notionalLeft: liquidation.maximumNotional, step: step)
      return position.quantums.isNegative ? size : try size.negated()
    }
    // A number that is absent is zero on either side; answers tell the ids.
    var members = pair.members ?? []
    for key in ["id", "perpetual_id"] where pair[key] == nil { members.append(JSONMember(key, "0")) }
    c.reader.expect(
      "expected_clob_pair", .object(members),
      .accepted { given in
        let keys = (given.members ?? []).map(\.key) + (pair.members ?? []).map(\.key)
        return !keys.isEmpty && keys.allSatisfy { (given[$0] ?? "0") == (pair[$0] ?? "0") }
      })
    c.expect("expected_quantums", size)
  }
}

/// `deleveraging`: who is deleveraged at which price, and what both sides hold after.
enum DeleveragingCases {
  static let table = TestTable(tests: [
    "TestIsValidInsuranceFundDelta": .computed { (c) throws(CaseFailure) in
      let (balance, delta) = (try c.int("insurance_fund_balance"), try c.int("insurance_fund_delta"))
      c.expect(
        "expected_is_valid_insurance_fund_delta",
        try figure("insurance_fund_delta") { () throws(ArithmeticError) in
          try Liquidation.isPayable(insuranceDelta: delta, balance: balance)
        })
    },
    "TestCanDeleverageSubaccount": .computed(eligibility),
    "TestProcessDeleveraging": .computed { (c) throws(CaseFailure) in try process(&c, .bankruptcy) },
    "TestProcessDeleveragingAtOraclePrice": .computed { (c) throws(CaseFailure) in try process(&c, .oracle) },
    "TestProcessDeleveraging_Rounding": .computed { (c) throws(CaseFailure) in try process(&c, .bankruptcy) },
    "TestOffsetSubaccountPerpetualPosition": .computed(LiquidationEngineCases.offset),
  ])

  private static let market = Market(terms: [0: Fixtures.bitcoin20, 1: Fixtures.ether20])

  private static func eligibility(_ c: inout VectorCase) throws(CaseFailure) {
    c.reader.labels("liquidation_config", "insurance_fund_balance")
    let account = try Fixtures.holdings(c.node("subaccount"))
    var market = Self.market
    for member in c.node("market_id_to_oracle_price_override").members ?? [] {
      guard let id = UInt32(member.key) else { throw CaseFailure(member.key, "not a market") }
      market.terms[id]?.price.price = try member.value.int(member.key)
    }
    var isFinal = false
    for pair in c.list("clob_pairs") where pair["status"]?.string == "FINAL_SETTLEMENT" {
      let perpetual = try pair.id(of: "perpetual_id")
      if account.quantums(of: perpetual) != 0 { isFinal = true }
    }
    let prices = market
    let risk = try answer("subaccount") { () throws(MathematicsError) in try account.risk(prices.callAsFunction) }
    let price = Deleveraging.price(netCollateral: risk.netCollateral, isFinalSettlement: isFinal)
    c.expect("expected_should_deleverage_at_bankruptcy_price", price == .bankruptcy)
    c.expect("expected_should_deleverage_at_oracle_price", price == .oracle)
  }

  /// Both sides' updates must be allowed as those of a match.
  private static func process(_ c: inout VectorCase, _ price: Deleveraging.Price) throws(CaseFailure) {
    let names = ["liquidated_subaccount", "offsetting_subaccount"]
    let (first, second) = (c.node(names[0]), c.node(names[1]))
    let liquidated = try Fixtures.holdings(first)
    let offsetting = try Fixtures.holdings(second)
    let delta = try c.int("delta_quantums")
    guard let perpetual = liquidated.positions.first?.perpetual else { throw CaseFailure(names[0], "no position") }
    let terms = try answer(names[0]) { () throws(MathematicsError) in try market(perpetual) }
    let outcome = Outcome { () throws(MathematicsError) -> [AccountHoldings] in
      let risk = try liquidated.risk(market.callAsFunction)
      let quote = try Deleveraging.quote(
        price, delta: delta, position: liquidated.quantums(of: perpetual),
        offsetting: offsetting.quantums(of: perpetual), terms: terms, account: risk)
      var results: [AccountHoldings] = []
      for (account, isFirst) in [(liquidated, true), (offsetting, false)] {
        var after = account
        do throws(ArithmeticError) {
          try after.add(isFirst ? delta : delta.negated(), to: perpetual, currentIndex: terms.fundingIndex)
          after.quoteQuantums = try after.quoteQuantums.adding(isFirst ? quote : quote.negated())
        } catch {
          throw .arithmetic(error)
        }
        let allowed = UpdateResult.ofTransition(
          from: try account.risk(market.callAsFunction), to: try after.risk(market.callAsFunction))
        guard allowed == .success else { throw .refused(.failedToUpdateSubaccounts) }
        results.append(after)
      }
      return results
    }
    let keys = ["expected_liquidated_subaccount", "expected_offsetting_subaccount"]
    let ids = [first["id"], second["id"]]
    c.expect(
      outcome,
      { c, results in
        for index in 0..<2 {
          guard c.isAnswering || c.reader.row[keys[index]] != nil else { continue }
          c.expect(keys[index], json(results[index], id: ids[index] ?? nil), zero: nil)
        }
      }, resultKeys: keys)
  }

  private static func json(_ account: AccountHoldings, id: JSONValue?) -> JSONValue {
    var members: [JSONMember] = []
    if let id { members.append(JSONMember("id", id)) }
    if !account.quoteQuantums.isZero {
      members.append(
        JSONMember("asset_positions", [["asset_id": "0", "quantums": JSONValue(account.quoteQuantums)]]))
    }
    if !account.positions.isEmpty {
      let positions: [JSONValue] = account.positions.map { position in
        [
          "perpetual_id": .string("\(position.perpetual)"), "quantums": JSONValue(position.quantums),
          "funding_index": JSONValue(position.fundingIndex), "quote_balance": "0",
        ]
      }
      members.append(JSONMember("perpetual_positions", .array(positions)))
    }
    return .object(members)
  }
}
