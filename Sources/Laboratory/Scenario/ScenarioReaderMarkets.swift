import VenueKit

extension ScenarioReader {
  func readMarkets(_ node: ScenarioNode, clock: ClockScenario) throws(ScenarioError) -> [MarketScenario] {
    var markets: [MarketScenario] = []
    for member in try node.requireMembers() {
      let section = try Section(member.value, keys: ["path", "oracle"])
      let symbol = try readName(
        ScenarioNode(content: .scalar(member.key), place: member.place, path: member.value.path))
      markets.append(
        MarketScenario(
          symbol: symbol, path: try readPath(section.require("path")),
          oracle: try readOracle(section["oracle"], clock: clock)))
    }
    guard !markets.isEmpty else { throw node.error("a run needs at least one market") }
    return markets.sorted { $0.symbol < $1.symbol }
  }

  private func readPath(_ node: ScenarioNode) throws(ScenarioError) -> PathModel {
    let section = try Section(node, keys: ["csv", "gbm", "jumps"])
    let given = ["csv", "gbm", "jumps"].filter { section[$0] != nil }
    guard given.count == 1, let kind = given.first, let part = section[kind] else {
      throw node.error("wanted exactly one of csv, gbm, jumps")
    }
    switch kind {
    case "csv":
      let keys = try Section(part, keys: ["file", "sha256", "time", "price", "volatility"])
      return .csv(
        file: try keys.require("file").requireText(), sha256: try keys.text("sha256"),
        time: try keys.text("time") ?? "time", price: try keys.text("price") ?? "close",
        volatility: try readRatio(keys["volatility"], fallback: 0))
    case "gbm":
      let keys = try Section(part, keys: ["start", "drift", "volatility"])
      return .gbm(
        start: try readPrice(keys.require("start")), drift: try readDrift(keys["drift"]),
        volatility: try readRatio(keys.require("volatility"), fallback: 0))
    default:
      let keys = try Section(part, keys: ["start", "drift", "volatility", "rate", "mean", "deviation"])
      let rate = try QuantityText.read(keys.require("rate"), as: .rate)
      guard rate >= 0, rate <= 3_600 * CommonScale.one else { throw node.error("a rate is from 0 /h to 3600 /h") }
      return .jumps(
        start: try readPrice(keys.require("start")), drift: try readDrift(keys["drift"]),
        volatility: try readRatio(keys.require("volatility"), fallback: 0), rate: rate,
        mean: try readRatio(keys["mean"], fallback: 0, from: -CommonScale.one * 9 / 10, to: 10 * CommonScale.one),
        deviation: try readRatio(keys.require("deviation"), fallback: 0, to: CommonScale.one))
    }
  }

  private func readDrift(_ node: ScenarioNode?) throws(ScenarioError) -> Int128 {
    try readRatio(node, fallback: 0, from: -100 * CommonScale.one)
  }

  private func readOracle(_ node: ScenarioNode?, clock: ClockScenario) throws(ScenarioError) -> OracleScenario {
    var oracle = OracleScenario(
      every: max(clock.block, 3_000 / clock.block * clock.block), noise: 0, delay: 0, basis: CommonScale.one / 10_000)
    guard let node else { return oracle }
    let section = try Section(node, keys: ["every", "noise", "delay", "basis"])
    if let every = section["every"] { oracle.every = try readInterval(every, multipleOf: clock.block) }
    if let delay = section["delay"] { oracle.delay = try readDelay(delay, clock: clock) }
    oracle.noise = try readRatio(section["noise"], fallback: oracle.noise, to: CommonScale.one / 10)
    oracle.basis = try readRatio(section["basis"], fallback: oracle.basis, to: CommonScale.one / 10)
    return oracle
  }

  private func readDelay(_ node: ScenarioNode, clock: ClockScenario) throws(ScenarioError) -> Int64 {
    let delay = try readDuration(node)
    guard delay % clock.block == 0 else {
      throw node.error("wanted a multiple of the block time \(QuantityText.writeDuration(Int128(clock.block)))")
    }
    return delay
  }

  // MARK: What happens, and what must be true

  func readShocks(_ node: ScenarioNode, scenario: Scenario) throws(ScenarioError) -> [Shock] {
    var shocks: [Shock] = []
    for element in try node.requireList() { shocks.append(try readShock(element, scenario: scenario)) }
    return shocks
  }

  private func readShock(_ node: ScenarioNode, scenario: Scenario) throws(ScenarioError) -> Shock {
    let section = try Section(node, keys: ["at", "market", "move", "over", "withdraw", "silence", "for"])
    let at = try readDuration(section.require("at"))
    let kinds = ["move", "withdraw", "silence"].filter { section[$0] != nil }
    guard kinds.count == 1, let kind = kinds.first, let value = section[kind] else {
      throw node.error("wanted exactly one of move, withdraw, silence")
    }
    switch kind {
    case "move":
      let market = try readKnown(section.require("market"), among: scenario.markets.map(\.symbol), what: "market")
      let move = try readRatio(value, fallback: 0, from: -CommonScale.one * 99 / 100, to: 100 * CommonScale.one)
      let over = try section["over"].map { node throws(ScenarioError) in try readDuration(node) } ?? 0
      return .move(at: at, market: market, move: move, over: over)
    case "withdraw":
      let group = try readKnown(value, among: scenario.people.map(\.name), what: "group of people")
      return .withdraw(at: at, group: group, duration: try readDuration(section.require("for"), minimum: 1))
    default:
      let market = try readKnown(value, among: scenario.markets.map(\.symbol), what: "market")
      return .silence(at: at, market: market, duration: try readDuration(section.require("for"), minimum: 1))
    }
  }

  func readKnown(_ node: ScenarioNode, among known: [String], what: String) throws(ScenarioError) -> String {
    let text = try node.requireText()
    guard known.contains(text) else {
      throw node.error(
        "no \(what) `\(text)`; known are \(known.joined(separator: ", "))", nearest: nearestName(to: text, among: known)
      )
    }
    return text
  }

  func readAssertions(_ node: ScenarioNode, venues: [VenueScenario]) throws(ScenarioError) -> [Assertion] {
    var assertions: [Assertion] = []
    for element in try node.requireList() {
      let section = try Section(element, keys: ["metric", "venue", "compare", "value"])
      let metricNode = try section.require("metric")
      let known = FigureName.allCases.map(\.rawValue)
      guard let metric = FigureName(rawValue: try readKnown(metricNode, among: known, what: "figure")) else { continue }
      let compareNode = try section.require("compare")
      guard let comparison = Comparison(rawValue: try compareNode.requireText()) else {
        throw compareNode.error("wanted one of \(Comparison.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      let venue = try section["venue"].map { node throws(ScenarioError) in
        try readKnown(node, among: venues.map(\.name), what: "venue")
      }
      assertions.append(
        Assertion(
          metric: metric, venue: venue, comparison: comparison,
          value: try QuantityText.read(section.require("value"), as: metric.kind)))
    }
    return assertions
  }
}
