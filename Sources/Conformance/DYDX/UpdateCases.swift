import Canonical
import ConformanceKit
import DYDX
import Quantities

/// `subaccount_updates`: updates of accounts, and whether they could be made.
enum UpdateCases {
  static let table = TestTable(tests: [
    "TestUpdateSubaccounts": .computed { (c) throws(CaseFailure) in try run(&c, isApplied: true) },
    "TestCanUpdateSubaccounts": .computed { (c) throws(CaseFailure) in try run(&c, isApplied: false) },
  ])

  /// The account of updates that name none.
  private static let standard = "0/0"

  private static func run(_ c: inout VectorCase, isApplied: Bool) throws(CaseFailure) {
    var state = try state(&c)
    let type = try type(c.text("update_type"))
    let given = c.list("updates")
    var updates: [SubaccountUpdate] = []
    var owners: [String] = []
    for json in given {
      owners.append(owner(json))
      updates.append(try update(json))
    }
    let list = updates
    let known = state
    var applied = state
    let outcome = Outcome { () throws(MathematicsError) -> UpdateOutcome in
      if given.contains(where: { hasOtherAsset($0) }) { throw .refused(.multipleCollateral) }
      return isApplied
        ? try applied.applyUpdates(list, type: type, height: height)
        : try known.checkUpdates(list, type: type, height: height, areUnique: false)
    }
    var details: UpdateOutcome?
    switch outcome {
    case .value(let value):
      details = value
      state = applied
      c.expect("expected_success", value.isSuccess)
      c.expect(
        "expected_success_per_update", .array(value.results.map { .string($0.rawValue) }), zero: [])
      if c.reader.row["expected_err"] != nil { c.reader.expect("expected_err", .null) }
    case .failed(let name):
      c.reader.expect("expected_err", .string(name))
      c.expectNothing("expected_success")
      c.expectNothing("expected_success_per_update")
    }
    guard isApplied else { return }
    expectAccount(&c, state)
    expectEvents(&c, details, owners)
    try expectMarkets(&c, state)
  }

  private static let height: UInt64 = 100

  private static func state(_ c: inout VectorCase) throws(CaseFailure) -> DYDXState {
    let perpetuals = c.list("perpetuals")
    var state = try World.state(perpetuals: perpetuals, parameters: try World.parameters())
    for entry in c.list("market_param_prices") {
      let market = entry["market_param_price_overrides"] ?? .null
      let price = market["price"] == nil ? 5_000_000_000 : UInt64(try market.small(of: "price"))
      let id = try market.id(of: "id")
      state.markets.set(
        id, MarketRecord(pair: market["pair"]?.string ?? "", exponent: -6, minimumChangePpm: 50))
      state.prices.set(id, Whole(price))
    }
    for (json, index) in zip(perpetuals, try c.ints("new_funding_indices")) {
      state.infos.update(try json.id(of: "id")) { $0.fundingIndex = index }
    }
    for entry in c.list("open_interests") {
      let quantums = try entry.int(of: "base_quantums")
      state.infos.update(try entry.id(of: "perpetual_id")) { $0.openInterest = quantums }
    }
    for (name, amount) in c.node("collateral_pool_usdc_balances").members?.map({ ($0.key, $0.value) }) ?? [] {
      try World.fund(&state, Purse.Name(module: name), try amount.int("collateral_pool_usdc_balances"))
    }
    for json in c.list("last_negative_tnc_subaccount_seen_block") {
      state.negativeSeen.set(0, Whole(UInt64(try json.small("last_negative_tnc_subaccount_seen_block"))))
    }
    c.reader.labels("asset_positions", "perpetual_positions")
    let holdings = try Fixtures.holdings(c.reader.row)
    if !holdings.isEmpty { state.subaccounts.set(try World.subaccount(standard), holdings) }
    try World.add(c.list("additional_test_subaccounts"), to: &state)
    return state
  }

  private static func type(_ text: String?) throws(CaseFailure) -> UpdateType {
    switch text {
    case "Match": .match
    case "Withdrawal": .withdrawal
    case "Transfer": .transfer
    case "Deposit": .deposit
    case "CollatCheck", nil: .collateralCheck
    default: throw CaseFailure("update_type", "no such type")
    }
  }

  private static func owner(_ json: JSONValue) -> String { json["subaccount_id"]?.string ?? standard }

  private static func hasOtherAsset(_ json: JSONValue) -> Bool {
    json.list(of: "asset_updates").contains { (try? $0.id(of: "asset_id")) != 0 }
  }

  private static func update(_ json: JSONValue) throws(CaseFailure) -> SubaccountUpdate {
    var update = SubaccountUpdate(try World.subaccount(owner(json)))
    for asset in json.list(of: "asset_updates") {
      let delta = try asset.int(of: "big_quantums_delta")
      let sum = update.quoteDelta
      update.quoteDelta = try figure("updates") { () throws(ArithmeticError) in try sum.adding(delta) }
    }
    for position in json.list(of: "perpetual_updates") {
      update.positionDeltas.append(
        (try position.id(of: "perpetual_id"), try position.int(of: "big_quantums_delta")))
    }
    return update
  }

  private static func expectAccount(_ c: inout VectorCase, _ state: DYDXState) {
    guard let subaccount = try? World.subaccount(standard) else { return }
    let account = state.holdings(subaccount)
    let assets = account.quoteQuantums.isZero ? JSONValue.array([]) : World.asset(account.quoteQuantums)
    expectWhereGiven(&c, "expected_asset_positions", assets)
    expectWhereGiven(&c, "expected_perpetual_positions", World.positions(account.positions))
  }

  /// What the chain tells of the changed accounts: balances that an update named, positions that it or funding changed.
  private static func expectEvents(_ c: inout VectorCase, _ outcome: UpdateOutcome?, _ owners: [String]) {
    var assets: [JSONMember] = []
    var positions: [JSONMember] = []
    var payments: [JSONMember] = []
    if let outcome, outcome.isSuccess {
      for (owner, update) in zip(owners, outcome.updates) {
        if update.before.quoteQuantums != update.after.quoteQuantums || !update.payments.isEmpty {
          assets.append(JSONMember(owner, World.asset(update.after.quoteQuantums)))
        }
        let changed = changedPositions(update)
        if !changed.isEmpty { positions.append(JSONMember(owner, World.positions(changed))) }
        if !update.payments.isEmpty {
          payments.append(
            JSONMember(
              owner,
              .object(update.payments.map { JSONMember("\($0.perpetual)", JSONValue($0.amount)) })))
        }
      }
    }
    expectWhereGiven(&c, "expected_updated_asset_positions", .object(assets))
    expectWhereGiven(&c, "expected_updated_perpetual_positions", .object(positions))
    expectWhereGiven(&c, "expected_subaccount_id_to_funding_payments", .object(payments))
  }

  private static func changedPositions(_ update: SettledUpdate) -> [PerpetualPosition] {
    var ids = Set(update.update.positionDeltas.map(\.perpetual))
    for payment in update.payments { ids.insert(payment.perpetual) }
    return ids.sorted().map { id in
      update.after.positions.first { $0.perpetual == id } ?? PerpetualPosition(perpetual: id, quantums: 0)
    }
  }

  private static func expectMarkets(_ c: inout VectorCase, _ state: DYDXState) throws(CaseFailure) {
    let key = "expected_open_interest"
    if let given = c.reader.row[key]?.members {
      let computed = given.map { member in
        JSONMember(member.key, JSONValue(UInt32(member.key).flatMap { state.infos[$0]?.openInterest } ?? 0))
      }
      c.reader.expect(key, .object(computed))
    } else if c.isAnswering {
      let ids = state.infos.sortedKeys()
      c.reader.expect(
        key, .object(ids.map { JSONMember("\($0)", JSONValue(state.infos[$0]?.openInterest ?? 0)) }))
    }
    let pools = "expected_collateral_pool_usdc_balances"
    guard let given = c.reader.row[pools]?.members else { return }
    c.reader.expect(
      pools,
      .object(
        given.map { member in
          let account = Purse.Name(module: member.key).account
          return JSONMember(
            member.key, .string("\(state.ledger.balance(of: account, asset: Purse.dollar))"))
        }))
  }

  /// Members stand in the file's order; a figure that is absent was not asserted.
  private static func expectWhereGiven(_ c: inout VectorCase, _ key: String, _ computed: JSONValue) {
    guard c.isAnswering || c.reader.given(key) != nil else {
      c.reader.labels(key)
      return
    }
    c.reader.expect(key, computed, .accepted { Self.isSame($0, computed) })
  }

  static func isSame(_ given: JSONValue, _ computed: JSONValue) -> Bool {
    if given.isNull { return computed.array?.isEmpty == true || computed.members?.isEmpty == true }
    guard let left = given.members, let right = computed.members else { return given == computed }
    guard left.count == right.count else { return false }
    return left.allSatisfy { member in
      right.contains { $0.key == member.key && isSame(member.value, $0.value) }
    }
  }
}
