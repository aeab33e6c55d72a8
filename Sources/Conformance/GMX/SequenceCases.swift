import Canonical
import ConformanceKit
import GMX
import Quantities

/// `seq_*.json`: steps over one venue. After the first failing step the rest of the file fails.
enum SequenceCases {
  private static let known = [
    "name", "seed", "kind", "virtual", "startTime", "accounts", "decimals", "extras", "markets", "config", "state0",
    "steps",
  ]

  static func run(_ document: JSONValue) -> [CaseResult] {
    var results: [CaseResult] = []
    var failure: String?
    do throws(CaseFailure) {
      for member in document.members ?? [] where !known.contains(member.key) {
        throw CaseFailure(member.key, "no runner reads this field")
      }
      var world = try world(document)
      for (index, step) in (document["steps"]?.array ?? []).enumerated() {
        let id = "steps[\(index)]"
        if let failure {
          results.append(.failure(id, field: "step", expected: "every earlier step passed", got: failure))
          continue
        }
        let result = verdict(of: step, id, &world)
        results.append(result)
        if result.verdict != .passed { failure = id + " failed" }
      }
    } catch {
      return [.failure("document", field: error.field, expected: "a sequence", got: error.reason)]
    }
    if results.isEmpty { results.append(.failure("document", field: "steps", expected: "steps", got: "none")) }
    return results
  }

  /// The first step after which an invariant does not hold, and which; nil when there is none.
  static func breach(_ document: JSONValue) throws(CaseFailure) -> (step: Int, breach: StateInvariants.Breach)? {
    var world = try world(document)
    for (index, step) in (document["steps"]?.array ?? []).enumerated() {
      var reader = CaseReader(step)
      try compute(&reader, &world)
      if let breach = StateInvariants.check(world.state) { return (index, breach) }
    }
    return nil
  }

  static func answer(_ document: JSONValue) -> JSONValue {
    guard var world = try? world(document), var members = document.members,
      let place = members.firstIndex(where: { $0.key == "steps" }), let steps = members[place].value.array
    else { return document }
    var answered: [JSONValue] = []
    for (index, step) in steps.enumerated() {
      var reader = CaseReader(step)
      // The complete state stands in every fiftieth step and in the last.
      let showsState = index % 50 == 49 || index + 1 == steps.count
      do throws(CaseFailure) {
        try compute(&reader, &world, showsState: showsState)
      } catch {
        // What was computed before the failure is still our answer.
      }
      answered.append(reader.answered(order: order))
    }
    members[place].value = .array(answered)
    return .object(members)
  }

  private static let order = ["i", "time", "prices", "action", "result", "delta", "events", "state"]

  private static func verdict(of step: JSONValue, _ id: String, _ world: inout VectorWorld) -> CaseResult {
    guard step.members != nil else { return .failure(id, field: "step", expected: "an object", got: step.text()) }
    var reader = CaseReader(step)
    do throws(CaseFailure) {
      try compute(&reader, &world)
    } catch {
      return .failure(id, field: error.field, expected: "a step that can be computed", got: error.reason)
    }
    let differences = reader.outcome()
    return CaseResult(id: id, differences.isEmpty ? .passed : .failed(differences))
  }

  private static func world(_ document: JSONValue) throws(CaseFailure) -> VectorWorld {
    var reader = CaseReader(document)
    let start = try VectorWorld.number(reader.value("startTime"), "startTime")
    var world: VectorWorld
    let config = try reader.value("config")
    if let markets = document["markets"] {
      world = try VectorWorld(markets: markets, time: start)
      for market in world.markets {
        guard let own = config[market.name] else { throw CaseFailure("config", "no settings of \(market.name)") }
        try world.configure(own, market)
      }
    } else {
      world = try VectorWorld(kind: reader.text("kind"), isVirtual: reader.flag("virtual"), time: start)
      try world.configure(config, world.markets[0])
    }
    world.showsBalances = true
    for account in document["accounts"]?.array ?? [] { _ = try world.account(account.string ?? "") }
    if let referral = document["extras"]?["referral"] { try world.refer(referral) }
    if let state = document["state0"], !(state.members ?? []).isEmpty { try world.importState(state) }
    return world
  }

  private static func compute(
    _ reader: inout CaseReader, _ world: inout VectorWorld, showsState: Bool = false
  ) throws(CaseFailure) {
    reader.labels("i")
    let time = try VectorWorld.number(reader.value("time"), "time")
    let before = world.exported()
    let result = try world.perform(reader.value("action"), reader.value("prices"), time: time)
    let after = world.exported()
    reader.expect("result", result.value, .accepted { StateDifference.isSame($0, result.value) })
    reader.expect("delta", StateDifference.delta(before, after))
    expectEvents(&reader, result)
    if showsState || reader.row["state"] != nil {
      let state = StateDifference.document(after)
      reader.expect("state", state, .accepted { StateDifference.isSame($0, state) })
    }
  }

  static func expectEvents(_ reader: inout CaseReader, _ result: ActionResult) {
    let hasEvents = !result.events.isEmpty
    if hasEvents || reader.row["events"] != nil {
      reader.expect("events", .array(result.events.map { VectorFigures.event($0) }))
    }
  }
}

/// States as objects of numbers.
enum StateDifference {
  static func document(_ state: [String: String]) -> JSONValue {
    .object(sorted(state.keys).map { JSONMember($0, .string(state[$0] ?? "0")) })
  }

  private static func sorted(_ keys: some Sequence<String>) -> [String] {
    keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  static func delta(_ before: [String: String], _ after: [String: String]) -> JSONValue {
    let keys = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
    return .object(sorted(keys).map { key in JSONMember(key, after[key].map { .string($0) } ?? .null) })
  }

  /// Equal whatever the order of members.
  static func isSame(_ left: JSONValue, _ right: JSONValue) -> Bool { ordered(left) == ordered(right) }

  private static func ordered(_ value: JSONValue) -> JSONValue {
    if let members = value.members {
      return .object(
        members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map {
          JSONMember($0.key, ordered($0.value))
        })
    }
    return value
  }
}

extension VectorWorld {
  /// A whole number given as a number or as text.
  static func number(_ value: JSONValue, _ field: String) throws(CaseFailure) -> UInt64 {
    if let number = value.uint64 { return number }
    guard let text = value.string, let number = UInt64(text) else { throw CaseFailure(field, "not a whole number") }
    return number
  }

  mutating func refer(_ document: JSONValue) throws(CaseFailure) {
    guard let trader = document["trader"]?.string, let affiliate = document["affiliate"]?.string,
      let tier = document["tier"], let rebate = document["totalRebateBps"], let share = document["discountShareBps"]
    else { throw CaseFailure("extras.referral", "a field is missing") }
    state.referrals.set(
      try account(trader),
      ReferralRecord(
        affiliate: try account(affiliate), tier: try Self.number(tier, "tier"),
        totalRebate: try Self.number(rebate, "totalRebateBps"),
        discountShare: try Self.number(share, "discountShareBps")))
  }
}
