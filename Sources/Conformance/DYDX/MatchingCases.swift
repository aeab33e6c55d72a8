import Canonical
import ConformanceKit
import DYDX
import Quantities

/// `matching`: one order after others, placed into a node's books.
enum MatchingCases {
  static let table = TestTable(tests: [
    "TestPlaceOrder_MatchOrders": .computed(run), "TestPlaceOrder_AddOrderToOrderbook": .computed(add),
    "TestPlaceOrder_MatchOrders_PreexistingMatches": .computed(run),
    "TestPlaceOrder_MatchOrders_CollatCheckFailure": .computed(run), "TestPlaceOrder_PostOnly": .computed(run),
    "TestPlaceOrder_ImmediateOrCancel": .computed(run), "TestPlaceOrder_ReduceOnly": .computed(run),
  ])

  /// The books and accounts of one case.
  struct Scene {
    var book = Memclob()
    var keeper = ScriptedKeeper()
    var names = OrderNames()
    /// Orders in the order of their placing.
    var placed: [JSONValue] = []

    init() { for pair in 0...4 { book.open(pair: UInt32(pair), subticksPerTick: 1, step: 5) } }

    /// Places orders that must be accepted, all of whose matches are allowed.
    mutating func place(_ list: [JSONValue], _ field: String) throws(CaseFailure) {
      for json in list {
        let order = try names.add(json)
        placed.append(json)
        guard case .order(let order) = order else { throw CaseFailure(field, "not a person's order") }
        do throws(MathematicsError) {
          _ = try book.place(BookOrder(order), keeper: &keeper)
        } catch {
          throw CaseFailure(field, "\(error)")
        }
      }
    }

    func remaining(isBids: Bool, pair: UInt32) -> JSONValue {
      .array(
        book.orders(pair: pair, isBids: isBids).map { entry in
          ["order": names.json(entry.order), "remaining_size": .string("\(entry.remaining)")]
        })
    }

    /// A side of all pairs, in the order of placing.
    func remainingAsPlaced(isBids: Bool) -> JSONValue {
      let all = (0...4).flatMap { remaining(isBids: isBids, pair: UInt32($0)).array ?? [] }
      func place(_ entry: JSONValue) -> Int { placed.lastIndex(of: entry["order"] ?? .null) ?? placed.count }
      return .array(all.sorted { place($0) < place($1) })
    }

    func matches(_ list: some Sequence<ScriptedKeeper.Attempt>) -> JSONValue {
      .array(
        list.map { attempt in
          [
            "maker_order": names.json(attempt.maker), "taker_order": names.json(attempt.taker),
            "matched_quantums": .string("\(attempt.amount)"),
          ]
        })
    }

    var operations: JSONValue {
      .array(
        book.queue.entries.map { entry in
          switch entry {
          case .operation(.placement(let order, _)): ["op": "placement", "order": names.json(order)]
          case .stateful(let order): ["op": "preexisting_stateful_placement", "order_id": names.json(order.key)]
          case .operation(.match(let taker, let fills)):
            ["op": "match", "taker_order": takerJSON(taker), "fills": fillsJSON(fills)]
          case .liquidation(let order, let fills):
            ["op": "match_liquidation", "taker_order": names.json(.liquidation(order)), "fills": fillsJSON(fills)]
          case .operation(.removal(let key, let reason)):
            ["op": "order_removal", "order_id": names.json(key), "reason": .string("\(reason)")]
          case .operation: .null
          }
        })
    }

    /// The queue with the placements before each match in the order of their placing.
    var placedOperations: JSONValue {
      var result: [JSONValue] = []
      var waiting: [JSONValue] = []
      func place(_ operation: JSONValue) -> Int { placed.firstIndex(of: operation["order"] ?? .null) ?? placed.count }
      for operation in operations.array ?? [] {
        if operation["order"] != nil {
          waiting.append(operation)
          continue
        }
        result += waiting.sorted { place($0) < place($1) }
        waiting = []
        var members = operation.members ?? []
        if members.first?.value == "match_liquidation" { members[0].value = "match" }
        result.append(.object(members))
      }
      return .array(result + waiting)
    }

    /// The version of the taker that the queue placed last before its match.
    private func takerJSON(_ key: OrderKey) -> JSONValue {
      let attempt = keeper.ledger.matches.last { attempt in
        if case .order(let order) = attempt.taker { order.key == key } else { false }
      }
      return attempt.map { names.json($0.taker) } ?? .null
    }

    private func fillsJSON(_ fills: [MakerFill]) -> JSONValue {
      .array(fills.map { ["maker_order_id": names.json($0.maker), "fill_amount": .string("\($0.amount)")] })
    }
  }

  static func run(_ c: inout VectorCase) throws(CaseFailure) {
    var scene = Scene()
    try readPositions(&c, &scene)
    let json = c.node("order")
    let taker = try scene.names.add(json)
    try scene.place(c.list("placed_matchable_orders"), "placed_matchable_orders")
    let existing = scene.keeper.ledger.matches
    scene.keeper.forgetAttempts()
    scene.placed.append(json)
    try readFailures(&c, &scene)
    var status: OrderStatus = .internalError
    var placement = Placement(status: .internalError)
    var failure: String?
    do throws(MathematicsError) {
      switch taker {
      case .order(let order): placement = try scene.book.place(BookOrder(order), keeper: &scene.keeper)
      case .liquidation(let order): placement = scene.book.place(order, keeper: &scene.keeper)
      }
      status = placement.status
    } catch {
      if case .refused(let code) = error { failure = "Err" + code.name } else { failure = "error" }
    }
    expectOutcome(&c, failure, status, placement, scene, taker)
    let new = scene.keeper.ledger.matches.dropFirst(existing.count)
    expectWhereGiven(&c, "expected_collat_check", scene.matches(scene.keeper.attempts))
    expectWhereGiven(&c, "expected_pending_matches", scene.matches(scene.keeper.attempts))
    expectWhereGiven(&c, "expected_existing_matches", scene.matches(existing))
    expectWhereGiven(&c, "expected_matches", scene.matches(new))
    expectWhereGiven(&c, "expected_new_matches", scene.matches(new))
    expectBooks(&c, scene)
    expectReduceOnly(&c, scene, placement, taker)
  }

  private static func readPositions(_ c: inout VectorCase, _ scene: inout Scene) throws(CaseFailure) {
    for pair in c.node("state_position_sizes").members ?? [] {
      guard let id = UInt32(pair.key) else { throw CaseFailure("state_position_sizes", "not a pair") }
      for (name, size) in pair.value.members?.map({ ($0.key, $0.value) }) ?? [] {
        let subaccount = try scene.names.add(name)
        scene.keeper.ledger.positions[ScriptedKeeper.PairPosition(subaccount: subaccount, pair: id)] =
          try size.int("state_position_sizes")
      }
    }
  }

  private static func readFailures(_ c: inout VectorCase, _ scene: inout Scene) throws(CaseFailure) {
    for check in c.node("collateralization_check_failures").members ?? [] {
      guard let number = Int(check.key) else { throw CaseFailure("collateralization_check_failures", "not a number") }
      for result in check.value.members ?? [] {
        guard let value = UpdateResult(rawValue: result.value.string ?? "") else {
          throw CaseFailure("collateralization_check_failures", "no such result")
        }
        scene.keeper.failures[number, default: [:]][try World.subaccount(result.key)] = value
      }
    }
  }

  private static func expectOutcome(
    _ c: inout VectorCase, _ failure: String?, _ status: OrderStatus, _ placement: Placement, _ scene: Scene,
    _ taker: Taker
  ) {
    if let failure {
      c.reader.expect("expected_err", .string(failure))
    } else if c.reader.row["expected_err"] != nil {
      c.reader.expect("expected_err", .null)
    }
    if failure == nil || c.isAnswering || c.reader.row["expected_order_status"] != nil {
      c.expect("expected_order_status", .string(status.rawValue), zero: "Success")
    }
    expectWhereGiven(&c, "expected_filled_size", .string("\(placement.filled)"))
    guard case .order(let order) = taker else { return }
    expectWhereGiven(&c, "expected_total_filled_size", .string("\(scene.keeper.filled(order.key))"))
  }

  private static func expectBooks(_ c: inout VectorCase, _ scene: Scene) {
    for (key, isBids) in [("expected_remaining_bids", true), ("expected_remaining_asks", false)] {
      // Files tell one list for all pairs, in the order of placing.
      let list = scene.remainingAsPlaced(isBids: isBids)
      guard c.isAnswering || c.reader.given(key) != nil else { continue }
      c.reader.expect(key, list, .accepted { isSameSet($0, list) })
    }
    expectWhereGiven(&c, "expected_internal_operations", scene.operations)
    let operations = scene.placedOperations
    guard c.isAnswering || c.reader.given("expected_operations") != nil else { return }
    let placed = scene.placed
    c.reader.expect("expected_operations", operations, .accepted { isQueue($0, of: operations, placed: placed) })
  }

  /// The source holds this list against what the book knows: its matches are all matches, each placement is of an order
  /// that was placed, and those of the matches are among them.
  private static func isQueue(_ given: JSONValue, of computed: JSONValue, placed: [JSONValue]) -> Bool {
    guard let left = given.array, let right = computed.array else { return false }
    func placements(_ list: [JSONValue]) -> [JSONValue] { list.compactMap { $0["order"] } }
    func matches(_ list: [JSONValue]) -> [JSONValue] { list.filter { $0["order"] == nil } }
    let listed = placements(left)
    return matches(left) == matches(right) && listed.allSatisfy { placed.contains($0) }
      && placements(right).allSatisfy { listed.contains($0) }
      && listed.indices.allSatisfy { !listed[..<$0].contains(listed[$0]) }
      && left.allSatisfy { $0["order"] == nil || $0["op"] == "placement" }
  }

  private static func expectReduceOnly(_ c: inout VectorCase, _ scene: Scene, _ placement: Placement, _ taker: Taker) {
    expectWhereGiven(
      &c, "expected_cancelled_reduce_only_orders",
      .array(placement.cancelledReduceOnly.map { scene.names.json($0) }))
    let key = "expected_subaccount_open_reduce_only_orders"
    guard c.isAnswering || c.reader.given(key) != nil else { return }
    let pairs = c.reader.given(key)?.members?.compactMap { UInt32($0.key) } ?? [taker.pair]
    let computed: [JSONMember] = pairs.map { pair in
      var accounts: [JSONMember] = []
      for subaccount in scene.keeper.ledger.positions.keys.map(\.subaccount).sorted() {
        let keys = scene.book.reduceOnlyOrders(of: subaccount, pair: pair)
        let name = scene.names.json(subaccount).string ?? ""
        if keys.isEmpty || accounts.contains(where: { $0.key == name }) { continue }
        accounts.append(JSONMember(name, .object(keys.map { JSONMember(scene.names.text($0), true) })))
      }
      return JSONMember("\(pair)", .object(accounts))
    }
    c.reader.expect(key, .object(computed), .accepted { UpdateCases.isSame($0, .object(computed)) })
  }

  static func expectWhereGiven(_ c: inout VectorCase, _ key: String, _ computed: JSONValue) {
    if c.isAnswering || c.reader.given(key) != nil {
      c.reader.expect(key, computed)
    } else {
      c.reader.labels(key)
    }
  }

  static func isSameSet(_ given: JSONValue, _ computed: JSONValue) -> Bool {
    guard let left = given.array, var right = computed.array else { return given.isNull && computed == [] }
    guard left.count == right.count else { return false }
    for value in left {
      guard let place = right.firstIndex(of: value) else { return false }
      right.remove(at: place)
    }
    return true
  }

  private static func add(_ c: inout VectorCase) throws(CaseFailure) {
    var scene = Scene()
    guard case .order(let order) = try scene.names.add(c.node("order")) else {
      throw CaseFailure("order", "not a person's order")
    }
    try scene.place(c.list("existing_orders"), "existing_orders")
    if let last = UInt32(exactly: try c.int("canceled_order_gtb")), last > 0 {
      try? scene.book.cancel(order.key, goodTilBlock: last)
    }
    if let text = c.text("collateralization_check"), let result = UpdateResult(rawValue: text), result != .success {
      scene.keeper.failures[0] = [order.key.subaccount: result]
    }
    let hadOrder = scene.book.contains(order.key)
    var failure: String?
    var status = OrderStatus.success
    do throws(MathematicsError) {
      status = try scene.book.place(BookOrder(order), keeper: &scene.keeper).status
    } catch {
      if case .refused(let code) = error { failure = "Err" + code.name } else { failure = "error" }
    }
    if let failure {
      c.reader.expect("expected_err", .string(failure))
      c.expectNothing("expected_order_status")
    } else {
      c.expect("expected_order_status", .string(status.rawValue), zero: "Success")
      if c.reader.row["expected_err"] != nil { c.reader.expect("expected_err", .null) }
    }
    c.expect("expected_to_replace_order", hadOrder && failure == nil)
  }
}
