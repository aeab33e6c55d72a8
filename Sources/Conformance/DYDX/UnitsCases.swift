import Canonical
import ConformanceKit
import DYDX
import Quantities

/// `units_math`: conversions and rounding helpers.
enum UnitsCases {
  static let table = TestTable(tests: [
    "TestBaseToQuoteQuantums": .computed { (c) throws(CaseFailure) in
      let price = MarketPrice(price: try c.int("price_value"), exponent: try c.small("price_exponent"))
      let (quantums, resolution) = (try c.int("base_quantums"), try c.small("base_currency_atomic_resolution"))
      c.expect(
        "expected_quote_quantums",
        try figure("base_quantums") { () throws(ArithmeticError) in
          try Units.baseToQuote(quantums, atomicResolution: resolution, at: price)
        })
    },
    "TestQuoteToBaseQuantums": .computed { (c) throws(CaseFailure) in
      let price = MarketPrice(price: try c.int("price_value"), exponent: try c.small("price_exponent"))
      let (quantums, resolution) = (try c.int("quote_quantums"), try c.small("base_currency_atomic_resolution"))
      c.expect(
        "expected_base_quantums",
        try figure("quote_quantums") { () throws(ArithmeticError) in
          try Units.quoteToBase(quantums, atomicResolution: resolution, at: price)
        })
    },
    "TestGetNetNotional_Success": .computed { (c) throws(CaseFailure) in
      let price = MarketPrice(price: try c.int("price"), exponent: try c.small("exponent"))
      let (quantums, resolution) = (try c.int("base_quantums"), try c.small("base_currency_atomic_resolution"))
      c.expect(
        "expected_net_notional_quote_quantums",
        try figure("base_quantums") { () throws(ArithmeticError) in
          try Units.baseToQuote(quantums, atomicResolution: resolution, at: price)
        })
    },
    "TestGetNotionalInBaseQuantums_Success": .computed { (c) throws(CaseFailure) in
      let price = MarketPrice(price: try c.int("price"), exponent: try c.small("exponent"))
      let (quantums, resolution) = (try c.int("quote_quantums"), try c.small("base_currency_atomic_resolution"))
      c.expect(
        "expected_net_notional_base_quantums",
        try figure("quote_quantums") { () throws(ArithmeticError) in
          try Units.quoteToBase(quantums, atomicResolution: resolution, at: price)
        })
    },
    "TestFillAmountToQuoteQuantums": .computed { (c) throws(CaseFailure) in
      let (subticks, quantums) = (try c.int("subticks"), try c.int("base_quantums"))
      let exponent = try c.small("quantum_conversion_exponent")
      c.expect(
        "expected_quote_quantums",
        try figure("base_quantums") { () throws(ArithmeticError) in
          try Units.fillQuote(subticks: subticks, quantums: quantums, conversionExponent: exponent)
        })
    },
    "TestGetAveragePriceSubticks": .computed(averagePrice),
    "TestPriceToSubticks": .computed(priceToSubticks),
    "TestSubticksToPrice": .computed(subticksToPrice),
    "TestBigMulPpm": .computed { (c) throws(CaseFailure) in
      let (value, ppm, up) = (try c.int("val"), try c.int("ppm"), c.flag("round_up"))
      c.expect(
        "expected_result",
        try figure("val") { () throws(ArithmeticError) in
          try Integers.partsPerMillion(value, ppm, rounding: up ? .ceiling : .floor)
        })
    },
    "TestBigDivCeil": .computed { (c) throws(CaseFailure) in
      let (top, bottom) = (try c.int("numerator"), try c.int("denominator"))
      aborting(&c, isToldByAbsence: true) { () throws(ArithmeticError) in
        try top.divided(by: bottom, rounding: .ceiling)
      }
    },
    "TestBigRatRound": .computed { (c) throws(CaseFailure) in
      let (value, up) = (try c.rational("input"), c.flag("round_up"))
      c.expect(
        "expected_result",
        try figure("input") { () throws(ArithmeticError) in try value.rounded(up ? .ceiling : .floor) })
    },
    "TestBigIntRoundToMultiple": .computed { (c) throws(CaseFailure) in
      let (value, multiple, up) = (try c.int("n"), try c.int("multiple"), c.flag("round_up"))
      aborting(&c, isToldByAbsence: false) { () throws(ArithmeticError) in
        try Integers.roundToMultiple(value, multiple, up: up)
      }
    },
    "TestMedian_Int32": .computed { (c) throws(CaseFailure) in
      let median = try? Integers.median(c.ints("input"))
      c.expect("expected_result", median ?? 0)
      c.expect("expected_error", median == nil)
    },
    "TestAvgInt32": .computed { (c) throws(CaseFailure) in
      let values = try c.ints("nums")
      c.expect(
        "expected_result", try figure("nums") { () throws(ArithmeticError) in try Integers.average(values) })
    },
  ])

  private static func aborting(
    _ c: inout VectorCase, isToldByAbsence: Bool, _ body: () throws(ArithmeticError) -> Int256
  ) {
    do throws(ArithmeticError) {
      c.expect("expected_result", try body())
      c.expectAbort(false)
    } catch {
      c.expectAbort(true, resultKeys: ["expected_result"], isToldByAbsence: isToldByAbsence)
    }
  }

  private static func averagePrice(_ c: inout VectorCase) throws(CaseFailure) {
    let (quote, base) = (try c.int("quote_quantums"), try c.int("base_quantums"))
    let exponent = try c.small("quantum_conversion_exponent")
    do throws(ArithmeticError) {
      let value = try Units.averageSubticks(quote: quote, quantums: base, conversionExponent: exponent)
      c.expect("rat_expected_subticks", value)
      c.expectAbort(false)
    } catch {
      c.expectNothing("rat_expected_subticks")
      for key in ["expected_err", "expected_error"] where c.reader.row[key] != nil {
        c.reader.expect(key, true, .accepted { !$0.isNull && $0 != false })
        return
      }
      c.expectAbort(true, resultKeys: ["rat_expected_subticks"], isToldByAbsence: true)
    }
  }

  private static func priceToSubticks(_ c: inout VectorCase) throws(CaseFailure) {
    let price = try Fixtures.price(c.node("market_price"))
    let conversion = try c.node("clob_pair").small(of: "quantum_conversion_exponent")
    let (base, quote) = (try c.small("base_atomic_resolution"), try c.small("quote_atomic_resolution"))
    c.expect(
      "expected_subticks",
      try figure("market_price") { () throws(ArithmeticError) in
        try Units.subticks(
          of: price, conversionExponent: conversion, atomicResolution: base, quoteAtomicResolution: quote)
      })
  }

  /// The exponent of the price stands only in the expected field; without it that of Bitcoin's market (-5) is taken for
  /// a base of 10^-10, as the chain's markets have it, and that of the others (-6).
  private static func subticksToPrice(_ c: inout VectorCase) throws(CaseFailure) {
    let subticks = try c.int("subticks")
    let conversion = try c.node("clob_pair").small(of: "quantum_conversion_exponent")
    let (base, quote) = (try c.small("base_atomic_resolution"), try c.small("quote_atomic_resolution"))
    let expected = c.reader.given("expected_market_price") ?? ["price": .null, "exponent": .null]
    let given = expected["exponent"] ?? .null
    let exponent = given.isNull ? (base == -10 ? -5 : -6) : try given.small("exponent")
    let price = try figure("subticks") { () throws(ArithmeticError) in
      try Units.price(
        ofSubticks: subticks, exponent: exponent, conversionExponent: conversion, atomicResolution: base,
        quoteAtomicResolution: quote)
    }
    let members = (expected.members ?? []).map { member in
      switch member.key {
      case "price": JSONMember("price", JSONValue(price.price))
      case "exponent": JSONMember("exponent", .string("\(price.exponent)"))
      default: JSONMember(member.key, .null)
      }
    }
    c.reader.expect("expected_market_price", .object(members))
  }
}
