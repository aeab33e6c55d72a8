import Canonical
import ConformanceKit
import DYDX
import Quantities

/// `funding`: settlement, clamps, samples, ticks and premiums.
enum FundingCases {
  static let table = TestTable(tests: [
    "TestGetSettlementPpmWithPerpetual": .computed { (c) throws(CaseFailure) in
      let (quantums, index) = (try c.int("quantums"), try c.int("index"))
      let current = try c.node("perpetual").int(of: "funding_index")
      c.expect(
        "expected_net_settlement_ppm",
        try figure("quantums") { () throws(ArithmeticError) in
          try Funding.settlementPpm(quantums: quantums, index: index, currentIndex: current)
        })
    },
    "TestLiquidityTierGetMaxAbsFundingClampPpm": .computed { (c) throws(CaseFailure) in
      let tier = LiquidityTier(
        initialMarginPpm: try c.int("initial_margin_ppm"),
        maintenanceFractionPpm: try c.int("maintenance_fraction_ppm"))
      let factor = try c.int("clamp_factor_ppm")
      c.expect(
        "expected_upper_bound_ppm",
        try figure("clamp_factor_ppm") { () throws(ArithmeticError) in try tier.fundingClampPpm(factorPpm: factor) })
    },
    "TestGetFundingIndexDelta": .computed { (c) throws(CaseFailure) in
      let resolution = try c.node("perp").small(of: "atomic_resolution")
      let price = try Fixtures.price(c.node("market_price"))
      let (rate, seconds) = (try c.int("big8hr_funding_rate_ppm"), try c.int("time_since_last_funding"))
      c.expect(
        "expected",
        try figure("big8hr_funding_rate_ppm") { () throws(ArithmeticError) in
          try Funding.indexDelta(ratePpm: rate, seconds: seconds, atomicResolution: resolution, at: price)
        })
    },
    "TestGetRemoveSampleTailsFunc": .computed { (c) throws(CaseFailure) in
      let (rate, input) = (try c.int("removal_rate_ppm"), try c.ints("input"))
      let output = try figure("input") { () throws(ArithmeticError) in
        try Funding.withoutTails(input, removalRatePpm: rate)
      }
      c.expect("expected_output", .array(output.map { JSONValue($0) }), zero: [])
    },
    "TestMaybeProcessNewFundingTickEpoch_ProcessNewEpoch": .computed(tick),
    "TestMaybeProcessNewFundingSampleEpoch": .computed(sample),
    "TestGetPremiumPrice": .computed(premium),
    "TestMemClobPriceTimePriority_getImpactPriceSubticks": .computed(impact),
  ])

  private static func tick(_ c: inout VectorCase) throws(CaseFailure) {
    let (seconds, sampleSeconds) = (
      try c.small("test_funding_tick_duration"), try c.small("test_funding_sample_duration")
    )
    guard sampleSeconds > 0, seconds > 0 else { throw CaseFailure("test_funding_sample_duration", "not positive") }
    let samples = try c.ints("test_funding_samples")
    let count = max(samples.count, (seconds + sampleSeconds - 1) / sampleSeconds)
    var deltas: [JSONValue] = []
    var rates: [JSONValue] = []
    for perpetual in c.list("test_perpetuals") {
      let terms = try Fixtures.terms(perpetual)
      let standard = try perpetual.int(of: "default_funding_ppm")
      let result = try answer("test_perpetuals") { () throws(MathematicsError) -> (Int256, Int256) in
        let premium = try Funding.premium(samples: samples, count: count)
        do throws(ArithmeticError) {
          let clamp = try terms.tier.fundingClampPpm(factorPpm: Fixtures.rateClampFactorPpm)
          return (premium, clamp)
        } catch {
          throw .arithmetic(error)
        }
      }
      let rate = try answer("test_perpetuals") { () throws(MathematicsError) in
        try Funding.rate(premium: result.0, defaultPpm: standard, clampPpm: result.1)
      }
      let delta = try figure("test_perpetuals") { () throws(ArithmeticError) in
        try Funding.indexDelta(
          ratePpm: rate, seconds: Int256(seconds), atomicResolution: terms.atomicResolution, at: terms.price)
      }
      let index = try figure("test_perpetuals") { () throws(ArithmeticError) in try terms.fundingIndex.adding(delta) }
      deltas.append(JSONValue(delta))
      rates.append([
        "perpetual_id": .string("\(try perpetual.id(of: "id"))"), "funding_value_ppm": JSONValue(rate),
        "funding_index": JSONValue(index),
      ])
    }
    c.expect("expected_funding_index_delta_strings", .array(deltas), zero: [])
    c.expect("funding_rates_and_indices", .array(rates), zero: [])
  }

  /// Premiums of every perpetual with some, and how many were counted.
  private struct Premiums {
    var count = 0
    var lists: [(perpetual: UInt32, values: [Int256])] = []

    init(_ json: JSONValue) throws(CaseFailure) {
      count = try json.small(of: "num_premiums")
      for list in json.list(of: "all_market_premiums") {
        var values: [Int256] = []
        for value in list.list(of: "premiums") { values.append(try value.int("premiums")) }
        lists.append((try list.id(of: "perpetual_id"), values))
      }
    }

    mutating func append(_ value: Int256, _ perpetual: UInt32) {
      if let index = lists.firstIndex(where: { $0.perpetual == perpetual }) {
        lists[index].values.append(value)
      } else {
        lists.insert((perpetual, [value]), at: lists.firstIndex { $0.perpetual > perpetual } ?? lists.endIndex)
      }
    }

    var json: JSONValue {
      var members: [JSONMember] = []
      if count != 0 { members.append(JSONMember("num_premiums", .string("\(count)"))) }
      if !lists.isEmpty {
        let values: [JSONValue] = lists.map { list in
          [
            "perpetual_id": .string("\(list.perpetual)"), "premiums": .array(list.values.map { JSONValue($0) }),
          ]
        }
        members.append(JSONMember("all_market_premiums", .array(values)))
      }
      return .object(members)
    }
  }

  private static func sample(_ c: inout VectorCase) throws(CaseFailure) {
    let isDue = try c.int("current_epoch_start_block") == c.int("current_block_height")
    let least = try c.small("min_num_votes_per_sample")
    let given = c.node("premium_votes")
    let votes = try Premiums(given)
    var samples = try Premiums(c.node("prev_premium_samples"))
    guard isDue else {
      c.expect("expected_premium_samples", samples.json, zero: .object([]))
      c.expect("expected_premium_votes", votes.json, zero: .object([]))
      c.expectAbort(false)
      return
    }
    samples.count += 1
    for list in votes.lists {
      let outcome = Outcome { () throws(MathematicsError) in
        try Funding.sample(votes: list.values, voteCount: votes.count, leastVotes: least)
      }
      switch outcome {
      case .value(let median): if !median.isZero { samples.append(median, list.perpetual) }
      case .failed:
        c.expectAbort(
          true, resultKeys: ["expected_premium_samples", "expected_premium_votes"], key: "panic_err", word: "error")
        return
      }
    }
    c.expectAbort(false)
    c.expect("expected_premium_samples", samples.json, zero: .object([]))
    c.expect("expected_premium_votes", .object([]), zero: .object([]))
  }

  /// Orders of one side from the best on; of one price, the first placed first.
  private static func book(_ orders: [JSONValue], isBuy: Bool) throws(CaseFailure) -> [PremiumPrice.Order] {
    var side: [(order: PremiumPrice.Order, place: Int)] = []
    for order in orders where (order["side"]?.string == "BUY") == isBuy {
      side.append(
        (
          PremiumPrice.Order(subticks: try order.int(of: "subticks"), quantums: try order.int(of: "quantums")),
          side.count
        ))
    }
    return side.sorted { left, right in
      if left.order.subticks == right.order.subticks { return left.place < right.place }
      return isBuy ? left.order.subticks > right.order.subticks : left.order.subticks < right.order.subticks
    }.map(\.order)
  }

  private static func premium(_ c: inout VectorCase) throws(CaseFailure) {
    let orders = c.list("placed_matchable_orders")
    let (bids, asks) = (try book(orders, isBuy: true), try book(orders, isBuy: false))
    let pair = c.node("clob_pair")
    let price = try Fixtures.price(c.node("index_price"))
    let resolution = try c.small("base_atomic_resolution")
    let (notional, maximum) = (try c.int("impact_notional_quote_quantums"), try c.int("max_abs_premium_vote_ppm"))
    let conversion = try pair.small(of: "quantum_conversion_exponent")
    // Votes are numbers of 32 bits; a greater clamp is our own mistake, and the chain aborts.
    guard Int32(exactly: maximum) != nil else {
      c.expectAbort(true, resultKeys: ["expected_premium_ppm"])
      return
    }
    c.expectAbort(false)
    let outcome = Outcome { () throws(MathematicsError) -> Int256 in
      guard pair["perpetual_id"] != nil else { throw .refused(.premiumOfSpotPair) }
      guard !price.price.isZero else { throw .refused(.zeroIndexPrice) }
      do throws(ArithmeticError) {
        let index = try Units.subticks(of: price, conversionExponent: conversion, atomicResolution: resolution)
        return try PremiumPrice.votePpm(
          bids: bids, asks: asks, indexSubticks: index, impactNotional: notional, conversionExponent: conversion,
          maximumPpm: maximum)
      } catch {
        throw .arithmetic(error)
      }
    }
    c.expect(outcome, { c, vote in c.expect("expected_premium_ppm", vote) }, resultKeys: ["expected_premium_ppm"])
  }

  private static func impact(_ c: inout VectorCase) throws(CaseFailure) {
    let setting = c.node("setting")
    let conversion = try setting.small(of: "quantum_conversion_exponent")
    let resolution = try setting.small(of: "base_atomic_resolution")
    // The exponent at which a unit of price is a subtick.
    let price = MarketPrice(
      price: try setting.int(of: "oracle_subticks"), exponent: conversion - resolution + Units.quoteAtomicResolution)
    let terms = PerpetualTerms(
      atomicResolution: resolution, price: price,
      tier: LiquidityTier(initialMarginPpm: 1_000_000, maintenanceFractionPpm: 750_000))
    let balances = c.node("subaccount_usdc_quantums")
    let isBid = c.text("resting_side") == "bid"
    var orders: [PremiumPrice.Order] = []
    for order in c.list("resting_orders") {
      let (subticks, quantums) = (try order.int(of: "subticks"), try order.int(of: "quantums"))
      let balance = try balances.int(of: order["subaccount_id"]?.string ?? "")
      let risk = try figure("resting_orders") { () throws(ArithmeticError) -> Risk in
        let quote = try Units.fillQuote(subticks: subticks, quantums: quantums, conversionExponent: conversion)
        let change = isBid ? try quote.negated() : quote
        let cash = Risk(netCollateral: try balance.adding(change), initialRequirement: 0, maintenanceRequirement: 0)
        return try cash.adding(terms.risk(isBid ? quantums : quantums.negated()))
      }
      let before = Risk(netCollateral: balance, initialRequirement: 0, maintenanceRequirement: 0)
      guard UpdateResult.ofTransition(from: before, to: risk) == .success else { continue }
      orders.append(PremiumPrice.Order(subticks: subticks, quantums: quantums))
    }
    orders = orders.enumerated().sorted { left, right in
      if left.element.subticks == right.element.subticks { return left.offset < right.offset }
      return isBid ? left.element.subticks > right.element.subticks : left.element.subticks < right.element.subticks
    }.map(\.element)
    let notional = try c.int("impact_notional_quote_quantums")
    let side = orders
    let impact = try figure("resting_orders") { () throws(ArithmeticError) in
      try PremiumPrice.impactSubticks(side, impactNotional: notional, conversionExponent: conversion)
    }
    c.expect("expected_has_enough_liquidity", impact != nil)
    guard let impact else {
      c.expect("expected_impact_price_subticks", .null, zero: .null)
      return
    }
    let whole = try figure("resting_orders") { () throws(ArithmeticError) in try impact.rounded(.halfUp) }
    c.reader.expect(
      "expected_impact_price_subticks", JSONValue(whole),
      .accepted { given in
        guard let text = given.string, let value = Rational(text) else { return false }
        return (value - impact).magnitude <= .one
      })
  }
}
