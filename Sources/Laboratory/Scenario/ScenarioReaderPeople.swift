import Agents
import VenueKit

extension ScenarioReader {
  /// More people than a run can look after are a slip of the pen.
  static let countMaximum: Int128 = 1_000_000

  func readPeople(_ node: ScenarioNode?, markets: [MarketScenario]) throws(ScenarioError) -> [PeopleGroup] {
    var groups: [PeopleGroup] = []
    for element in try node?.requireList() ?? [] {
      let group = try readGroup(element, markets: markets)
      guard !groups.contains(where: { $0.name == group.name }) else {
        throw element.error("the group \(group.name) stands twice")
      }
      groups.append(group)
    }
    return groups.sorted { $0.name < $1.name }
  }

  private func readGroup(_ node: ScenarioNode, markets: [MarketScenario]) throws(ScenarioError) -> PeopleGroup {
    // The role decides which keys there are, so it is looked for first.
    guard let roleNode = try node.requireMembers().first(where: { $0.key == "role" })?.value else {
      throw node.error("the key role is missing")
    }
    let roles = Role.allCases.map(\.rawValue)
    guard let role = Role(rawValue: try readKnown(roleNode, among: roles, what: "role")) else {
      throw roleNode.error("no such role")
    }
    var keys = ["name", "role", "count", "market"]
    if role == .provider { keys.append("pool") }
    let section = try Section(node, keys: keys + role.parameters.map(\.key))
    let name = try section["name"].map { node throws(ScenarioError) in try readName(node) } ?? role.rawValue
    let count = try section["count"].map { node throws(ScenarioError) in try readCount(node) } ?? 1
    let market = try section["market"].map { node throws(ScenarioError) in
      try readKnown(node, among: markets.map(\.symbol), what: "market")
    }
    var parameters: [String: Distribution] = [:]
    for schema in role.parameters {
      guard let given = section[schema.key] else {
        parameters[schema.key] = schema.fallback
        continue
      }
      let distribution = try DistributionText.read(given, as: schema.kind)
      try checkRange(distribution, schema: schema, node: given)
      parameters[schema.key] = distribution
    }
    return PeopleGroup(
      name: name, role: role, count: count, market: market ?? markets[0].symbol, pool: try section.text("pool"),
      parameters: parameters)
  }

  private func readCount(_ node: ScenarioNode) throws(ScenarioError) -> Int {
    let count = try QuantityText.read(node, as: .count)
    guard count >= 0, count <= Self.countMaximum else { throw node.error("wanted 0 to \(Self.countMaximum)") }
    return Int(count)
  }

  /// No parameter is negative, and none is beyond reason.
  private func checkRange(
    _ distribution: Distribution, schema: ParameterSchema, node: ScenarioNode
  ) throws(ScenarioError) {
    let low: Int128
    let high: Int128
    switch distribution {
    case .fixed(let value): (low, high) = (value, value)
    case .uniform(let first, let last): (low, high) = (first, last)
    case .lognormal(_, _, let minimum, let maximum): (low, high) = (minimum, maximum)
    }
    let limit: Int128
    switch schema.kind {
    case .money: limit = 1_000_000_000_000 * CommonScale.one
    case .ratio: limit = 100 * CommonScale.one
    case .duration: limit = 3_155_760_000_000
    case .count: limit = 1_000
    case .leverage: limit = 10_000 * CommonScale.one
    case .rate: limit = 3_600 * CommonScale.one
    case .choice: limit = 1_000
    }
    guard low >= 0, high <= limit else {
      throw node.error(
        "wanted from 0 to \(schema.kind == .count ? "1000" : QuantityText.write(limit, as: schema.kind))")
    }
  }
}
