import Canonical
import ConformanceKit
import DYDX
import Quantities

/// Tests of liquidation and deleveraging that need accounts and books.
enum LiquidationEngineCases {
  /// What the source's closures set up and its tables do not tell: positions liquidated earlier in the block.
  private static let earlierLiquidations: [String: (owner: String, perpetual: UInt32)] = [
    "Does not place liquidation order if subaccount has no perpetual positions to liquidate": ("Dave/0", 0)
  ]

  /// A liquidation order made for an account and placed against a book of real accounts.
  static func maybeGet(_ c: inout VectorCase) throws(CaseFailure) {
    var state = try World.state(
      perpetuals: c.list("perpetuals"), pairs: c.list("clobs"), parameters: try World.parameters())
    try EngineCases.enrich(&state)
    var names = OrderNames()
    let accounts = c.list("subaccounts")
    try World.add(accounts, to: &state)
    for json in accounts { _ = try names.add(json["id"]?.string ?? "") }
    if let earlier = earlierLiquidations[c.name] {
      let subaccount = try World.subaccount(earlier.owner)
      try answer("liquidatable_subaccount") { () throws(MathematicsError) in
        try state.markLiquidated(subaccount, perpetual: earlier.perpetual)
      }
    }
    var book = Memclob()
    for id in state.pairs.sortedKeys() {
      let pair = state.pairs[id]
      book.open(pair: id, subticksPerTick: UInt64(pair?.subticksPerTick ?? 1), step: pair?.step ?? 1)
    }
    var keeper = StateKeeper(state: state, time: MatchTime(height: 1, time: 5_000))
    for json in c.list("existing_orders") {
      guard case .order(let order) = try names.add(json) else { throw CaseFailure("existing_orders", "not a person's") }
      try answer("existing_orders") { () throws(MathematicsError) in
        _ = try book.place(BookOrder(order), keeper: &keeper)
      }
    }
    let subaccount = try names.add(c.text("liquidatable_subaccount") ?? "")
    let known = keeper.state
    let outcome = Outcome { () throws(MathematicsError) in try known.liquidationOrder(of: subaccount) { _ in 0 } }
    if case .value(let order) = outcome { _ = book.place(order, keeper: &keeper) }
    let (placed, matched) = operations(book.queue.proposal, names, withoutMakers: c.isAnswering)
    c.expect(outcome, { _, _ in })
    c.expect("expected_placed_orders", .array(placed), zero: [])
    let list = JSONValue.array(matched)
    c.reader.expect("expected_matched_orders", list, .accepted { isSame($0, list) })
  }

  /// Answers leave the makers' ids empty, as the files do.
  private static func operations(
    _ operations: [Operation], _ names: OrderNames, withoutMakers: Bool
  ) -> (placed: [JSONValue], matched: [JSONValue]) {
    var placed: [JSONValue] = []
    var matched: [JSONValue] = []
    for operation in operations {
      switch operation {
      case .placement(let order, _): placed.append(["order": names.json(order)])
      case .liquidation(let match):
        let fills: [JSONValue] = match.fills.map {
          [
            "maker_order_id": withoutMakers ? .object([]) : names.json($0.maker),
            "fill_amount": .string("\($0.amount)"),
          ]
        }
        matched.append([
          "match_perpetual_liquidation": [
            "clob_pair_id": .string("\(match.pair)"), "is_buy": .bool(match.isBuy),
            "total_size": .string("\(match.totalSize)"), "liquidated": names.json(match.liquidated),
            "perpetual_id": .string("\(match.perpetual)"), "fills": .array(fills),
          ]
        ])
      default: continue
      }
    }
    return (placed, matched)
  }

  /// The files leave the makers' ids empty.
  private static func isSame(_ given: JSONValue, _ computed: JSONValue) -> Bool {
    if given.members?.isEmpty == true { return true }
    if let left = given.array, let right = computed.array {
      return left.count == right.count && zip(left, right).allSatisfy { isSame($0, $1) }
    }
    guard let left = given.members, let right = computed.members else { return given == computed }
    return left.count == right.count
      && left.allSatisfy { member in computed[member.key].map { isSame(member.value, $0) } ?? false }
  }

  static func sort(_ c: inout VectorCase) throws(CaseFailure) {
    var state = try World.state(perpetuals: [], parameters: try World.parameters())
    // The pair and perpetual of 20% initial and 10% maintenance margin.
    state.perpetuals.set(0, PerpetualRecord(ticker: "BTC-USD", market: 0, atomicResolution: -8, tier: 3))
    state.infos.set(0, PerpetualInfo())
    state.pairs.set(0, ClobPairRecord(perpetual: 0, step: 5, subticksPerTick: 5, conversionExponent: -8))
    var names = OrderNames()
    var orders: [LiquidationOrder] = []
    for json in c.list("orders") {
      guard case .liquidation(let order) = try names.add(json) else { throw CaseFailure("orders", "not the chain's") }
      orders.append(order)
    }
    let known = state
    let sorted = try answer("orders") { () throws(MathematicsError) in try known.sorted(orders) }
    c.reader.expect("expected", .array(sorted.map { names.json(.liquidation($0)) }))
  }

  /// Closing a position against the accounts of the other side, in the order of the proposer's choice: that of the
  /// expected fills where they are given, else that of the file.
  static func offset(_ c: inout VectorCase) throws(CaseFailure) {
    var state = try World.state(perpetuals: [], parameters: try World.parameters())
    for (id, resolution, market) in [(0, -8, 0), (1, -9, 1)] as [(UInt32, Int32, UInt32)] {
      state.perpetuals.set(id, PerpetualRecord(ticker: "\(id)", market: market, atomicResolution: resolution, tier: 3))
      state.infos.set(id, PerpetualInfo(openInterest: id == 0 ? 100_000_000 : 1_000_000_000))
      state.pairs.set(id, ClobPairRecord(perpetual: id, step: 5, subticksPerTick: 5, conversionExponent: -8))
    }
    try EngineCases.enrich(&state)
    var names = OrderNames()
    let accounts = c.list("subaccounts")
    try World.add(accounts, to: &state)
    var listed: [Subaccount] = []
    for json in accounts { listed.append(try names.add(json["id"]?.string ?? "")) }
    let subaccount = try names.add(c.text("liquidated_subaccount_id") ?? "")
    guard let perpetual = UInt32(exactly: try c.int("perpetual_id")) else { throw CaseFailure("perpetual_id", "?") }
    let delta = try c.int("delta_quantums")
    var candidates: [Subaccount] = []
    for fill in c.reader.given("expected_fills")?.array ?? [] {
      candidates.append(try World.subaccount(fill["offsetting_subaccount_id"]?.string ?? ""))
    }
    candidates += listed.filter { !candidates.contains($0) }
    let order = candidates
    var changed = state
    let (fills, left) = try answer("delta_quantums") { () throws(MathematicsError) in
      try changed.offset(
        subaccount, perpetual: perpetual, delta: delta, candidates: order, visits: 500, price: .bankruptcy, height: 5)
    }
    c.expect(
      "expected_fills",
      .array(
        fills.map {
          ["offsetting_subaccount_id": names.json($0.offsetting), "fill_amount": JSONValue($0.fill)]
        }), zero: [])
    c.expect("expected_quantums_remaining", left)
    c.expect("expected_open_interest", changed.infos[perpetual]?.openInterest ?? 0)
    let touched = [subaccount] + fills.map(\.offsetting)
    let computed: [JSONValue] = listed.filter { touched.contains($0) }.map { account in
      json(changed.holdings(account), names.json(account))
    }
    let list = JSONValue.array(fills.isEmpty ? [] : computed)
    guard c.isAnswering || c.reader.given("expected_subaccounts") != nil else {
      return c.reader.labels("expected_subaccounts")
    }
    let answers = changed
    c.reader.expect("expected_subaccounts", list, .accepted { holds($0, answers) })
  }

  /// Every account that the file lists stands as it says.
  private static func holds(_ given: JSONValue, _ state: DYDXState) -> Bool {
    (given.array ?? []).allSatisfy { account in
      guard let subaccount = try? World.subaccount(account["id"]?.string ?? ""),
        let holdings = try? Fixtures.holdings(account)
      else { return false }
      return state.holdings(subaccount) == holdings
    }
  }

  private static func json(_ account: AccountHoldings, _ id: JSONValue) -> JSONValue {
    var members = [JSONMember("id", id)]
    if !account.quoteQuantums.isZero {
      members.append(JSONMember("asset_positions", World.asset(account.quoteQuantums)))
    }
    if !account.positions.isEmpty {
      members.append(JSONMember("perpetual_positions", World.positions(account.positions)))
    }
    return .object(members)
  }
}
