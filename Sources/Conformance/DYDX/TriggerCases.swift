import Canonical
import ConformanceKit
import DYDX
import Quantities

/// `twap_conditional`: parts of time-weighted orders, and conditional orders that a price calls.
enum TriggerCases {
  static let table = TestTable(tests: [
    "TestGenerateSuborder": .computed(part), "TestPollTriggeredConditionalOrders": .computed(poll),
  ])

  private static func part(_ c: inout VectorCase) throws(CaseFailure) {
    let placement = c.node("twap_order_placement")
    let json = placement["order"] ?? .null
    let order = try OrderJSON.order(json)
    let pairJSON = c.node("clob_pair_in_effect")
    let record = TimeWeightedRecord(
      order: order, remainingLegs: try placement.id(of: "remaining_legs"),
      remainingQuantums: try OrderJSON.whole(placement, "remaining_quantums"), height: 1)
    var pair = try World.pair(pairJSON)
    if pair.step == 0 { pair.step = 1 }
    let time = UInt32(try c.small("block_time"))
    let oracle = Rational(try c.int("oracle_price_subticks"))
    let terms = pair
    let part = try figure("twap_order_placement") { () throws(ArithmeticError) in
      try record.part(oracle: oracle, pair: terms, time: time)
    }
    guard let part else {
      c.expect("expected_order", .null, zero: .null)
      return
    }
    let id = json["order_id"] ?? .null
    var members = [
      JSONMember(
        "order_id",
        .object(
          (id.members ?? []).map { member in
            member.key == "order_flags" ? JSONMember(member.key, .string("\(part.key.flags)")) : member
          })), JSONMember("side", .string(part.isBuy ? "BUY" : "SELL")),
      JSONMember("quantums", .string("\(part.quantums)")), JSONMember("subticks", .string("\(part.subticks)")),
      JSONMember("good_til_block_time", .string("\(part.goodTilTime)")),
    ]
    if part.timeInForce == .immediateOrCancel { members.append(JSONMember("time_in_force", "IOC")) }
    if part.isReduceOnly { members.append(JSONMember("reduce_only", true)) }
    let computed = JSONValue.object(members)
    c.reader.expect("expected_order", computed, .accepted { UpdateCases.isSame($0, computed) })
  }

  /// Two lists: orders that wait for a fall, and orders that wait for a rise.
  private static func poll(_ c: inout VectorCase) throws(CaseFailure) {
    var names = OrderNames()
    var waiting: (fall: [ClobOrder], rise: [ClobOrder]) = ([], [])
    for json in c.list("conditional_orders_to_add") {
      guard case .order(let order) = try names.add(json) else { throw CaseFailure("conditional_orders_to_add", "?") }
      if Triggers.waitsForRise(order) { waiting.rise.append(order) } else { waiting.fall.append(order) }
    }
    let current = try c.rational("current_subticks")
    func isTriggered(_ order: ClobOrder) throws(CaseFailure) -> Bool {
      try figure("current_subticks") { () throws(ArithmeticError) in try Triggers.isTriggered(order, at: current) }
    }
    var triggered: [JSONValue] = []
    var left: [[JSONValue]] = []
    for list in [waiting.fall, waiting.rise] {
      var kept: [JSONValue] = []
      for order in list {
        if try isTriggered(order) { triggered.append(names.json(order.key)) } else { kept.append(names.json(order)) }
      }
      left.append(kept)
    }
    c.expect("expected_triggered_order_ids", .array(triggered), zero: [])
    c.expect("expected_orders_to_trigger_when_oracle_price_ltetrigger_price", .array(left[0]), zero: [])
    c.expect("expected_orders_to_trigger_when_oracle_price_gtetrigger_price", .array(left[1]), zero: [])
  }
}
