import Canonical
import ConformanceKit
import DYDX
import Quantities

/// `prices`: when a new price counts.
enum PriceCases {
  static let table = TestTable(tests: [
    "TestGetMinPriceChangeAmountForMarket": .computed { (c) throws(CaseFailure) in
      let node = c.node("market_param_price")
      let price = try (node["price"] ?? .null).int(of: "price")
      let ppm = try (node["param"] ?? .null).int(of: "min_price_change_ppm")
      do throws(ArithmeticError) {
        c.expect("expected_result", try PriceRules.minimumChange(price: price, minimumChangePpm: ppm))
        c.expectAbort(false)
      } catch {
        c.expectAbort(true, resultKeys: ["expected_result"], key: "expected_panic", word: "error")
      }
    },
    "TestNewPriceMeetSqrtCondition": .computed { (c) throws(CaseFailure) in
      let result = PriceRules.meetsSquareRootCondition(
        newDelta: try c.int("new_delta"), oldDelta: try c.int("old_delta"), tickPpm: try c.int("tick_size_ppm"))
      c.expect("expected", result)
    },
  ])
}

/// `replay_nonce`: sequences that are times.
enum NonceCases {
  static let table = TestTable(tests: [
    "TestIsValidTimestampNonce": .computed(compute), "TestEjectStaleTsNonces": .computed(compute),
    "TestAttemptTimestampNonceUpdate": .computed(compute),
  ])

  private static func compute(_ c: inout VectorCase) throws(CaseFailure) {
    switch c.text("op") {
    case "is_timestamp_nonce":
      c.expect("expected", TimestampNonces.isTimestamp(try c.reader.number("sequence")))
    case "is_valid", "is_valid_timestamp_nonce", "is_valid_nonce", "in_window":
      let key = ["nonce", "sequence", "timestamp"].first { c.reader.row[$0] != nil } ?? "nonce"
      let time = try blockTime(&c)
      c.expect("expected", TimestampNonces.isInWindow(try c.reader.number(key), blockMilliseconds: time))
    case "attempt_update":
      var nonces = try stored(&c)
      c.expect("expected_accepted", nonces.accept(try c.reader.number("nonce")))
      state(&c, nonces)
    case .some(let name) where name.contains("eject"):
      var nonces = try stored(&c)
      nonces.ejectStale(blockMilliseconds: try blockTime(&c))
      state(&c, nonces)
    default: throw CaseFailure("op", "an unknown operation")
    }
  }

  /// The block's time in milliseconds, under whichever name a case gives it.
  private static func blockTime(_ c: inout VectorCase) throws(CaseFailure) -> UInt64 {
    let keys = (c.reader.row.members ?? []).map(\.key)
    guard let key = keys.first(where: { $0.contains("block") || $0.contains("time_ms") || $0 == "now" }) else {
      throw CaseFailure("block_time", "the field is missing")
    }
    return try c.reader.number(key)
  }

  private static func stored(_ c: inout VectorCase) throws(CaseFailure) -> TimestampNonces {
    var nonces = TimestampNonces()
    for value in c.list("stored_nonces") { nonces.stored.append(try value.unsigned("stored_nonces")) }
    nonces.greatestEjected = try (c.reader.optional("max_ejected_nonce") ?? "0").unsigned("max_ejected_nonce")
    return nonces
  }

  private static func state(_ c: inout VectorCase, _ nonces: TimestampNonces) {
    c.expect("expected_stored_nonces", .array(nonces.stored.map { .string("\($0)") }), zero: [])
    c.expect("expected_max_ejected_nonce", .string("\(nonces.greatestEjected)"))
  }
}

extension CaseReader {
  mutating func number(_ key: String) throws(CaseFailure) -> UInt64 { try value(key).unsigned(key) }
}

extension JSONValue {
  func unsigned(_ key: String) throws(CaseFailure) -> UInt64 {
    guard let value = UInt64(exactly: try int(key)) else { throw CaseFailure(key, "not a number of 64 bits") }
    return value
  }
}
