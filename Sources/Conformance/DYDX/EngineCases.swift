import Canonical
import ConformanceKit
import DYDX
import Quantities

/// `process_operations`, and the tests of liquidations that run a block's operations.
enum EngineCases {
  static let operations = TestTable(tests: ["TestProcessProposerOperations": .computed(process)])

  /// The source's tests back every account and fund with more money than any case moves.
  static func enrich(_ state: inout DYDXState) throws(CaseFailure) {
    var pools: [CollateralPool] = [.cross]
    for id in state.perpetuals.sortedKeys() where state.perpetuals[id]?.isIsolated == true {
      pools.append(.isolated(id))
    }
    for pool in pools {
      for account in [Purse.pool(pool), Purse.insurance(pool)] {
        guard (try? state.ledger.deposit(1 << 100, asset: Purse.dollar, to: account)) != nil else {
          throw CaseFailure("balance", "outside of 128 bits")
        }
      }
    }
  }

  /// What the source's closures set up and its tables do not tell, by the case's name: fills of orders before the
  /// block, and positions already liquidated in it.
  private static let earlierFills: [String: (owner: String, client: UInt32, amount: UInt64)] = [
    "Liquidation succeeds if matches does not exceed the order quantums when considering state fill amounts":
      ("Dave/0", 0, 50_000_000)
  ]

  struct Scene {
    var state: DYDXState
    var names = OrderNames()
    var operations: [Operation] = []
    var accounts: [Subaccount] = []
  }

  static func scene(_ c: inout VectorCase, _ liquidation: LiquidationTerms) throws(CaseFailure) -> Scene {
    var prices: [UInt32: UInt64] = [:]
    for member in c.node("market_id_to_oracle_price_override").members ?? [] {
      guard let id = UInt32(member.key) else { throw CaseFailure("market_id_to_oracle_price_override", "not an id") }
      prices[id] = UInt64(exactly: try member.value.int("market_id_to_oracle_price_override"))
    }
    let config = c.node("liquidation_config")
    let terms = config["max_liquidation_fee_ppm"] == nil ? liquidation : try Fixtures.liquidation(config)
    let parameters = try World.parameters(liquidation: terms, fees: c.node("perpetual_fee_params"))
    var state = try World.state(
      perpetuals: c.list("perpetuals"), pairs: c.list("clob_pairs"), prices: prices, parameters: parameters)
    try enrich(&state)
    var scene = Scene(state: state)
    let accounts = c.list("subaccounts")
    try World.add(accounts, to: &scene.state)
    for json in accounts { scene.accounts.append(try scene.names.add(json["id"]?.string ?? "")) }
    for key in ["pre_existing_stateful_orders", "triggered_conditional_orders"] {
      for json in c.list(key) {
        guard case .order(let order) = try scene.names.add(json) else { throw CaseFailure(key, "not a person's") }
        // Conditional orders of the first list wait for their trigger.
        scene.state.place(
          order, height: 4, isTriggered: key == "triggered_conditional_orders" || !order.key.isConditional)
      }
    }
    for json in c.list("raw_operations") {
      scene.operations.append(try operation(json, &scene.names))
      if let taker = json["taker_order"] { _ = try scene.names.add(taker) }
    }
    return scene
  }

  static func operation(_ json: JSONValue, _ names: inout OrderNames) throws(CaseFailure) -> Operation {
    let match = json["match"] ?? .null
    switch json["op"]?.string {
    case "short_term_order_placement":
      guard case .order(let order) = try names.add(json["order"] ?? .null) else {
        throw CaseFailure("raw_operations", "not a person's order")
      }
      return .placement(order, sealed: [])
    case "match_orders":
      let taker = json["taker_order"]?["order_id"] ?? json["taker_order_id"] ?? .null
      return .match(taker: try OrderJSON.key(taker), fills: try fills(json))
    case "match_perpetual_liquidation":
      return .liquidation(
        LiquidationMatch(
          liquidated: try names.add(match["liquidated"]?.string ?? ""), pair: try match.id(of: "clob_pair_id"),
          perpetual: try match.id(of: "perpetual_id"), totalSize: try OrderJSON.whole(match, "total_size"),
          isBuy: match["is_buy"]?.bool ?? false, fills: try fills(match)))
    case "match_perpetual_deleveraging":
      var fills: [DeleveragingMatch.Fill] = []
      for fill in match.list(of: "fills") {
        fills.append(
          DeleveragingMatch.Fill(
            offsetting: try names.add(fill["offsetting_subaccount_id"]?.string ?? ""),
            amount: try OrderJSON.whole(fill, "fill_amount")))
      }
      return .deleveraging(
        DeleveragingMatch(
          liquidated: try names.add(match["liquidated"]?.string ?? ""), perpetual: try match.id(of: "perpetual_id"),
          fills: fills, isFinalSettlement: match["is_final_settlement"]?.bool ?? false))
    case "order_removal":
      return .removal(try OrderJSON.key(json["order_id"] ?? .null), try reason(json["reason"]?.string))
    default: throw CaseFailure("raw_operations", "no such operation")
    }
  }

  private static func fills(_ json: JSONValue) throws(CaseFailure) -> [MakerFill] {
    var fills: [MakerFill] = []
    for fill in json.list(of: "fills") {
      fills.append(
        MakerFill(
          maker: try OrderJSON.key(fill["maker_order_id"] ?? .null), amount: try OrderJSON.whole(fill, "fill_amount")))
    }
    return fills
  }

  private static func reason(_ text: String?) throws(CaseFailure) -> RemovalReason {
    switch text {
    case "UNSPECIFIED", nil: .unspecified
    case "UNDERCOLLATERALIZED": .undercollateralized
    case "INVALID_REDUCE_ONLY": .invalidReduceOnly
    case "POST_ONLY_WOULD_CROSS_MAKER_ORDER": .postOnlyWouldCross
    case "INVALID_SELF_TRADE": .invalidSelfTrade
    case "CONDITIONAL_FOK_COULD_NOT_BE_FULLY_FILLED": .conditionalFillOrKill
    case "CONDITIONAL_IOC_WOULD_REST_ON_BOOK": .conditionalImmediateWouldRest
    case "FULLY_FILLED": .fullyFilled
    case "VIOLATES_ISOLATED_SUBACCOUNT_CONSTRAINTS": .violatesIsolation
    case "PERMISSIONED_KEY_EXPIRED": .permissionedKeyExpired
    default: throw CaseFailure("reason", "no such reason")
    }
  }

  private static let height: UInt64 = 5

  private static func process(_ c: inout VectorCase) throws(CaseFailure) {
    var scene = try scene(&c, World.noLimit)
    let result = run(&scene)
    switch result {
    case .value(let outcome):
      for key in ["expected_error", "expected_panics"] where c.reader.row[key] != nil { c.reader.expect(key, .null) }
      MatchingCases.expectWhereGiven(&c, "expected_matches", matches(outcome, scene))
      expectEvents(&c, outcome, scene)
    case .failed(let name):
      if name == "ErrPanic: the clob pair's status is not supported" {
        c.reader.expect(
          "expected_panics", "validateInternalOperationAgainstClobPairStatus: ClobPair's status is not supported")
      } else if c.reader.row["expected_panics"] != nil {
        c.reader.expect("expected_panics", .string(name))
      } else {
        c.reader.expect("expected_error", .string(name))
      }
      c.expectNothing("expected_matches")
      // After an error nothing was recorded but the height.
      if c.isAnswering || c.reader.given("expected_process_proposer_matches_events") != nil {
        expectEvents(&c, OperationsOutcome(), scene)
      }
    }
    expectAccounts(&c, scene)
    expectSeen(&c, scene)
  }

  /// Runs the operations; with an error the state stays as it was.
  private static func run(_ scene: inout Scene) -> Outcome<OperationsOutcome> {
    var state = scene.state
    let operations = scene.operations
    let outcome = Outcome { () throws(MathematicsError) in
      try state.process(operations, at: MatchTime(height: height, time: 5_000))
    }
    if case .value = outcome { scene.state = state }
    return outcome
  }

  private static func matches(_ outcome: OperationsOutcome, _ scene: Scene) -> JSONValue {
    .array(
      outcome.fills.map { fill in
        var members = [
          JSONMember("taker_order", scene.names.json(fill.taker)),
          JSONMember("maker_order", scene.names.json(fill.maker)),
          JSONMember("fill_amount", .string("\(fill.amount)")),
        ]
        // A liquidated account pays the insurance fund in place of a fee.
        let takerFee = fill.taker.isLiquidation ? fill.match.insuranceDelta : fill.match.takerFee
        for (name, fee) in [("maker_fee", fill.match.makerFee), ("taker_fee", takerFee)]
        where !fee.isZero {
          members.append(JSONMember(name, JSONValue(fee)))
        }
        var result = [JSONMember("match_with_orders", .object(members))]
        for (name, total) in [
          ("total_filled_maker", fill.match.makerFilled), ("total_filled_taker", fill.match.takerFilled),
        ] where total != 0 {
          result.append(JSONMember(name, .string("\(total)")))
        }
        return .object(result)
      })
  }

  private static func expectEvents(_ c: inout VectorCase, _ outcome: OperationsOutcome, _ scene: Scene) {
    var members: [JSONMember] = []
    for (name, keys) in [
      ("order_ids_filled_in_last_block", outcome.filled), ("removed_stateful_order_ids", outcome.removed),
    ] where !keys.isEmpty {
      members.append(JSONMember(name, .array(keys.map { scene.names.json($0) })))
    }
    members.append(JSONMember("block_height", .string("\(height)")))
    let computed = JSONValue.object(members)
    let key = "expected_process_proposer_matches_events"
    guard c.isAnswering || c.reader.given(key) != nil else { return c.reader.labels(key) }
    c.reader.expect(key, computed, .accepted { isSameEvents($0, computed) })
  }

  /// Ids may stand in any order: the chain keeps them in a map.
  private static func isSameEvents(_ given: JSONValue, _ computed: JSONValue) -> Bool {
    let (left, right) = (given.members ?? [], computed.members ?? [])
    guard left.count == right.count else { return false }
    return left.allSatisfy { member in
      guard let other = computed[member.key] else { return false }
      return member.value == other || MatchingCases.isSameSet(member.value, other)
    }
  }

  static func expectAccounts(_ c: inout VectorCase, _ scene: Scene) {
    var balances: [JSONMember] = []
    var positions: [JSONMember] = []
    for subaccount in scene.accounts {
      let name = scene.names.json(subaccount).string ?? ""
      let account = scene.state.holdings(subaccount)
      balances.append(JSONMember(name, JSONValue(account.quoteQuantums)))
      positions.append(JSONMember(name, World.positions(account.positions)))
    }
    for (key, computed) in [
      ("expected_quote_balances", JSONValue.object(balances)), ("expected_perpetual_positions", .object(positions)),
    ] {
      guard c.isAnswering || c.reader.given(key) != nil else {
        c.reader.labels(key)
        continue
      }
      c.reader.expect(key, computed, .accepted { isPart($0, of: computed) })
    }
  }

  /// Every account that the file names stands as it says.
  static func isPart(_ given: JSONValue, of computed: JSONValue) -> Bool {
    (given.members ?? []).allSatisfy { member in
      guard let other = computed[member.key] else { return false }
      return member.value == other || (member.value.isNull && other == [])
    }
  }

  private static func expectSeen(_ c: inout VectorCase, _ scene: Scene) {
    let key = "expected_negative_tnc_subaccount_seen"
    let given = c.reader.given(key)?.members
    guard c.isAnswering || given != nil else { return c.reader.labels(key) }
    let ids = given?.compactMap { UInt32($0.key) } ?? scene.state.perpetuals.sortedKeys()
    c.reader.expect(
      key,
      .object(
        ids.map { id in
          let number = scene.state.pool(ofPerpetual: id).number
          return JSONMember("\(id)", .bool(scene.state.negativeSeen[number]?.value == height))
        }))
  }

  // MARK: Liquidations

  static func liquidations(_ c: inout VectorCase) throws(CaseFailure) {
    var scene = try scene(&c, World.noLimit)
    if scene.state.pairs.isEmpty {
      scene.state.pairs.set(0, ClobPairRecord(perpetual: 0, step: 5, subticksPerTick: 5, conversionExponent: -8))
    }
    if let earlier = earlierFills[c.name] {
      let key = OrderKey(try World.subaccount(earlier.owner), clientID: earlier.client, flags: 0, pair: 0)
      scene.state.fills.set(key, FillRecord(filled: earlier.amount, prunableHeight: 50))
    }
    let result = run(&scene)
    if case .failed(let name) = result { throw CaseFailure("raw_operations", "refused: \(name)") }
    expectAccounts(&c, scene)
    var fills: [JSONMember] = []
    for operation in scene.operations {
      guard case .placement(let order, _) = operation, let record = scene.state.fills[order.key] else { continue }
      fills.append(JSONMember(scene.names.text(order.key), .string("\(record.filled)")))
    }
    let computed = JSONValue.object(fills)
    c.reader.expect("expected_fill_amounts", computed, .accepted { isPart($0, of: computed) })
    var infos: [JSONMember] = []
    for subaccount in scene.accounts {
      let info = scene.state.liquidationInfos[subaccount]
      infos.append(JSONMember(scene.names.json(subaccount).string ?? "", info.map { json($0) } ?? .object([])))
    }
    let details = JSONValue.object(infos)
    c.reader.expect("expected_subaccount_liquidation_info", details, .accepted { isPart($0, of: details) })
  }

  private static func json(_ info: LiquidationInfo) -> JSONValue {
    [
      "perpetuals_liquidated": .array(info.perpetuals.map { .string("\($0)") }),
      "notional_liquidated": JSONValue(info.notional), "quantums_insurance_lost": JSONValue(info.insuranceLost),
    ]
  }
}
