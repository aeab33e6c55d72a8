import Canonical
import ConformanceKit
import GMX
import Quantities
import StateStore

/// `action_*.json`: one action from a written state, in groups that share settings.
enum ActionCases {
  private static let order = [
    "prices", "state", "positions", "marketTokenSupply", "action", "result", "delta", "paid", "events",
  ]

  private static func kind(_ group: JSONValue, time: UInt64) -> CaseKind {
    CaseKind(order: order) { (reader) throws(CaseFailure) in try compute(&reader, group, time) }
  }

  static func run(_ document: JSONValue) -> [CaseResult] {
    guard let time = try? VectorWorld.number(document["time"] ?? .null, "time"),
      let groups = document["groups"]?.array, !groups.isEmpty
    else { return [.failure("document", field: "groups", expected: "a time and groups", got: "another document")] }
    return groups.enumerated().flatMap { index, group in
      kind(group, time: time).run(list: group["cases"]?.array ?? [], section: "groups[\(index)].cases")
    }
  }

  static func answer(_ document: JSONValue) -> JSONValue {
    guard let time = try? VectorWorld.number(document["time"] ?? .null, "time"), var members = document.members,
      let place = members.firstIndex(where: { $0.key == "groups" }), let groups = members[place].value.array
    else { return document }
    members[place].value = .array(
      groups.map { group in
        .object(
          (group.members ?? []).map { member in
            guard member.key == "cases" else { return member }
            return JSONMember("cases", .array((member.value.array ?? []).map { kind(group, time: time).answer($0) }))
          })
      })
    return .object(members)
  }

  private static func compute(_ reader: inout CaseReader, _ group: JSONValue, _ time: UInt64) throws(CaseFailure) {
    var world = try VectorWorld(
      kind: group["kind"]?.string ?? "", isVirtual: group["virtual"]?.bool ?? false, time: time)
    try world.configure(group["config"] ?? .null, world.markets[0])
    if let referral = group["extras"]?["referral"] { try world.refer(referral) }
    try world.importState(reader.value("state"))
    try world.importPositions(reader.list("positions"))
    let supply = try VectorWorld.unsigned(reader.text("marketTokenSupply"), "marketTokenSupply")
    let action = try reader.value("action")
    try world.grant(supply, to: action["account"]?.string)
    world.state.hasUnlimitedBanks = true
    let before = world.exported()
    let balances = world.balances()
    let result = try world.perform(action, reader.value("prices"), time: time)
    reader.expect("result", result.value, .accepted { StateDifference.isSame($0, result.value) })
    reader.expect("delta", StateDifference.delta(before, world.exported()))
    let paid = StateDifference.document(world.paid(since: balances))
    reader.expect("paid", paid, .accepted { StateDifference.isSame($0, paid) })
    SequenceCases.expectEvents(&reader, result)
  }
}

extension VectorWorld {
  /// All market tokens belong to the one who acts.
  mutating func grant(_ supply: UInt256, to name: String?) throws(CaseFailure) {
    if supply.isZero { return }
    state.supplies.set(1, supply)
    guard let name, let amount = Int256(exactly: supply) else { return }
    state.balances.set(Pair(try account(name), GMXState.marketTokenBase + 1), amount)
  }

  func balances() -> [String: Int256] {
    var result: [String: Int256] = [:]
    for (key, value) in exportedBalances() { result[key.0 + key.1] = Int256(value) ?? .zero }
    return result
  }

  /// Changes of balances.
  func paid(since before: [String: Int256]) -> [String: String] {
    let after = balances()
    var result: [String: String] = [:]
    for key in Set(before.keys).union(after.keys) where !key.hasSuffix("/orderVault") {
      let change = (after[key] ?? .zero) &- (before[key] ?? .zero)
      if !change.isZero { result[key] = change.description }
    }
    return result
  }
}
