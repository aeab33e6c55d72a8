import Agents
import VenueKit

/// Turns nodes into a scenario. Every key is known, every quantity has its unit, every name that is used exists.
struct ScenarioReader {
  /// Rooms that this binary has; empty accepts any.
  var rooms: [String]

  static let topKeys = [
    "name", "title", "seed", "clock", "markets", "venues", "people", "shocks", "metrics", "assertions", "sweep",
  ]

  func read(_ root: ScenarioNode) throws(ScenarioError) -> Scenario {
    let section = try Section(root, keys: Self.topKeys)
    let name = try readName(section.require("name"))
    let clock = try readClock(section.require("clock"))
    let markets = try readMarkets(section.require("markets"), clock: clock)
    let venues = try readVenues(section.require("venues"), clock: clock)
    let people = try readPeople(section["people"], markets: markets)
    var scenario = Scenario(
      name: name, title: try section.text("title") ?? name, seed: 1, clock: clock, markets: markets, venues: venues,
      people: people, shocks: [], metricsInterval: 10_000, assertions: [], axes: [])
    if let seed = section["seed"] { scenario.seed = try readSeed(seed) }
    if let shocks = section["shocks"] { scenario.shocks = try readShocks(shocks, scenario: scenario) }
    if let metrics = section["metrics"] {
      let part = try Section(metrics, keys: ["every"])
      scenario.metricsInterval = try readInterval(part.require("every"), multipleOf: clock.block)
    } else {
      scenario.metricsInterval = max(clock.block, 10_000 / clock.block * clock.block)
    }
    if let assertions = section["assertions"] {
      scenario.assertions = try readAssertions(assertions, venues: venues)
    }
    if let sweep = section["sweep"] { scenario.axes = try readAxes(sweep) }
    return scenario
  }

  // MARK: Small parts

  /// Names become file names and parts of stream names.
  func readName(_ node: ScenarioNode) throws(ScenarioError) -> String {
    let text = try node.requireText()
    let isPlain = text.utf8.allSatisfy { byte in
      (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5A) || (byte >= 0x61 && byte <= 0x7A) || byte == 0x2D
    }
    guard isPlain, (1...40).contains(text.utf8.count), text.utf8.first != 0x2D else {
      throw node.error("`\(text)` is not a name: wanted letters, digits and hyphens, at most 40")
    }
    return text
  }

  func readSeed(_ node: ScenarioNode) throws(ScenarioError) -> UInt64 {
    let text = try node.requireText()
    guard let seed = UInt64(text) else { throw node.error("`\(text)` is not a seed: wanted 0 to 2^64 - 1") }
    return seed
  }

  func readDuration(_ node: ScenarioNode, minimum: Int64 = 0) throws(ScenarioError) -> Int64 {
    let value = try QuantityText.read(node, as: .duration)
    // A hundred years are enough, and keep every sum of times far from overflow.
    guard value >= minimum, value <= 3_155_760_000_000 else {
      throw node.error("wanted from \(QuantityText.writeDuration(Int128(minimum))) to 36525d")
    }
    return Int64(value)
  }

  func readInterval(_ node: ScenarioNode, multipleOf block: Int64) throws(ScenarioError) -> Int64 {
    let value = try readDuration(node, minimum: 1)
    guard value % block == 0 else {
      throw node.error("wanted a multiple of the block time \(QuantityText.writeDuration(Int128(block)))")
    }
    return value
  }

  func readRatio(
    _ node: ScenarioNode?, fallback: Int128, from low: Int128 = 0, to high: Int128 = 100 * CommonScale.one
  ) throws(ScenarioError) -> Int128 {
    guard let node else { return fallback }
    let value = try QuantityText.read(node, as: .ratio)
    guard low <= value, value <= high else {
      throw node.error(
        "wanted from \(QuantityText.write(low, as: .ratio)) to \(QuantityText.write(high, as: .ratio))")
    }
    return value
  }

  func readPrice(_ node: ScenarioNode) throws(ScenarioError) -> Int128 {
    let value = try QuantityText.read(node, as: .money)
    guard value > 0, value <= 1_000_000_000_000 * CommonScale.one else {
      throw node.error("a price is above 0 and at most 1000000000000 USDC")
    }
    return value
  }

  private func readClock(_ node: ScenarioNode) throws(ScenarioError) -> ClockScenario {
    let section = try Section(node, keys: ["start", "end", "duration", "block"])
    let start = try readTime(section.require("start"))
    let block = try section["block"].map { node throws(ScenarioError) in try readDuration(node, minimum: 1) } ?? 1_000
    let length: Int64
    if let duration = section["duration"] {
      if let end = section["end"] { throw end.error("end and duration exclude each other") }
      length = try readDuration(duration, minimum: 1)
    } else {
      guard let end = section["end"] else { throw node.error("the key duration, or end, is missing") }
      length = try readTime(end) - start
      guard length > 0 else { throw end.error("the end is not after the start") }
    }
    guard length % block == 0 else {
      throw node.error(
        "\(QuantityText.writeDuration(Int128(length))) is not a whole number of blocks of "
          + QuantityText.writeDuration(Int128(block)))
    }
    return ClockScenario(start: start, duration: length, block: block)
  }

  private func readTime(_ node: ScenarioNode) throws(ScenarioError) -> Int64 {
    let text = try node.requireText()
    guard let time = TimeText.read(text) else {
      throw node.error("`\(text)` is not a time in UTC such as 2025-10-10T20:00:00Z")
    }
    return time
  }

  private func readVenues(_ node: ScenarioNode, clock: ClockScenario) throws(ScenarioError) -> [VenueScenario] {
    var venues: [VenueScenario] = []
    for element in try node.requireList() {
      let section = try Section(element, keys: ["name", "room", "preset", "presetSHA256", "overrides", "block"])
      let name = try readName(section.require("name"))
      guard !venues.contains(where: { $0.name == name }) else { throw element.error("the venue \(name) stands twice") }
      let roomNode = try section.require("room")
      let room = try roomNode.requireText()
      guard rooms.isEmpty || rooms.contains(room) else {
        throw roomNode.error(
          "no room `\(room)` here; known are \(rooms.joined(separator: ", "))",
          nearest: nearestName(to: room, among: rooms))
      }
      var overrides: [VenueOverride] = []
      for member in try section["overrides"]?.requireMembers() ?? [] {
        overrides.append(VenueOverride(path: member.key, value: try member.value.requireText()))
      }
      let block = try section["block"].map { node throws(ScenarioError) in
        try readInterval(node, multipleOf: clock.block)
      }
      venues.append(
        VenueScenario(
          name: name, room: room, preset: try section.text("preset"), presetSHA256: try section.text("presetSHA256"),
          overrides: overrides, block: block ?? clock.block))
    }
    guard !venues.isEmpty else { throw node.error("a run needs at least one venue") }
    return venues.sorted { $0.name < $1.name }
  }

  private func readAxes(_ node: ScenarioNode) throws(ScenarioError) -> [SweepAxis] {
    var axes: [SweepAxis] = []
    for element in try node.requireList() {
      let section = try Section(element, keys: ["path", "values"])
      let values = try section.require("values")
      var texts: [String] = []
      for value in try values.requireList() { texts.append(try value.requireText()) }
      guard !texts.isEmpty else { throw values.error("an axis needs at least one value") }
      axes.append(SweepAxis(path: try section.require("path").requireText(), values: texts))
    }
    return axes
  }
}
