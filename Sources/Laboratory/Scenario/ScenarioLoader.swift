import Canonical
import Cryptography
import Foundation

/// A scenario with everything it names: what a run needs, and what its folder keeps so that it can be run again.
struct LoadedScenario {
  /// With files named as in the run's folder, and their hashes.
  var scenario: Scenario
  var series: [String: PriceSeries]
  /// Genesis documents by venue, overrides done.
  var genesis: [String: JSONValue]
  /// Files under `inputs/` of the run's folder.
  var inputs: [(name: String, bytes: [UInt8])]
}

/// Finds, reads and checks a scenario and its files.
struct ScenarioLoader {
  static let fileLimit = 1 << 28

  let file: String
  let rooms: [LaboratoryRoom]
  let sets: [ScenarioSet]
  let seed: UInt64?

  func load() throws(ScenarioError) -> LoadedScenario {
    guard let text = String(validating: try bytes(of: file, blame: nil), as: UTF8.self) else {
      throw ScenarioError(file: file, line: 0, column: 0, path: "", problem: "not UTF-8 text")
    }
    var root = try YAMLReading.read(text, file: file)
    for set in sets { root = try root.setting(set) }
    var scenario = try ScenarioReader(rooms: rooms.map(\.name)).read(root)
    if let seed { scenario.seed = seed }
    var loaded = LoadedScenario(scenario: scenario, series: [:], genesis: [:], inputs: [])
    for index in scenario.markets.indices { try loadMarket(index, root: root, into: &loaded) }
    for index in scenario.venues.indices { try loadVenue(index, root: root, into: &loaded) }
    return loaded
  }

  // MARK: Markets

  private func loadMarket(
    _ index: Int, root: ScenarioNode, into loaded: inout LoadedScenario
  ) throws(ScenarioError) {
    let market = loaded.scenario.markets[index]
    guard case .csv(let name, let wanted, let time, let price, let volatility) = market.path else { return }
    let node = root.descend(["markets", market.symbol, "path", "csv"])
    let fileNode = node.descend(["file"])
    let bytes = try bytes(of: try locate(name, blame: fileNode), blame: fileNode)
    let hash = SHA256.hash(bytes).hex
    if let wanted, wanted != hash {
      throw node.descend(["sha256"]).error("the file's SHA-256 is \(hash)")
    }
    let series: PriceSeries
    do throws(PriceSeries.Fault) {
      series = try PriceSeries(csv: bytes, timeColumn: time, priceColumn: price)
    } catch {
      let place = error.line > 0 ? "line \(error.line) of \(name)" : name
      throw fileNode.error("\(place): \(error.problem)", nearest: error.nearest)
    }
    let clock = loaded.scenario.clock
    let first = series.entries[0].time
    let last = series.entries[series.entries.count - 1].time
    guard first <= clock.start, clock.end <= last else {
      throw fileNode.error(
        "\(name) reaches from \(TimeText.write(first)) to \(TimeText.write(last)), the clock from "
          + "\(TimeText.write(clock.start)) to \(TimeText.write(clock.end))")
    }
    let kept = loaded.keep(bytes, named: name)
    loaded.scenario.markets[index].path = .csv(
      file: kept, sha256: hash, time: time, price: price, volatility: volatility)
    loaded.series[market.symbol] = series
  }

  // MARK: Venues

  private func loadVenue(
    _ index: Int, root: ScenarioNode, into loaded: inout LoadedScenario
  ) throws(ScenarioError) {
    let venue = loaded.scenario.venues[index]
    let node = root.descend(["venues"]).element(named: venue.name)
    var document = JSONValue.object([])
    let room = rooms.first { $0.name == venue.room }
    let named = venue.preset ?? room?.presets.first?.name
    if let preset = room?.presets.first(where: { $0.name == named })?.path ?? named {
      let presetNode = node.descend(["preset"])
      let bytes = try bytes(of: try locate(preset, blame: presetNode), blame: presetNode)
      let hash = SHA256.hash(bytes).hex
      if let wanted = venue.presetSHA256, wanted != hash {
        throw node.descend(["presetSHA256"]).error("the file's SHA-256 is \(hash)")
      }
      do {
        document = try JSONValue(parsing: bytes)
      } catch {
        throw presetNode.error("\(preset) is not JSON: \(error)")
      }
      loaded.scenario.venues[index].preset = loaded.keep(bytes, named: preset)
      loaded.scenario.venues[index].presetSHA256 = hash
    }
    for change in venue.overrides {
      let place = node.descend(["overrides"]).child(change.path) ?? node
      let path = change.path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      document = try GenesisOverride.apply(change.value, at: path, of: document, blame: place)
    }
    loaded.genesis[venue.name] = document
  }

  // MARK: Files

  /// The file as named from the scenario's folder, then from the folders above it, then from where the command runs, then
  /// from the folders above the program: presets are found from wherever a scenario stands.
  private func locate(_ name: String, blame: ScenarioNode) throws(ScenarioError) -> String {
    var folders = Self.foldersAbove(file)
    folders.append(FileManager.default.currentDirectoryPath)
    folders += Self.foldersAbove(CommandLine.arguments.first ?? "")
    let candidates = name.hasPrefix("/") ? [name] : folders.map { "\($0)/\(name)" }
    if let found = candidates.first(where: { FileManager.default.fileExists(atPath: $0) }) { return found }
    throw blame.error("no file \(name), from the scenario's folder upwards")
  }

  private static func foldersAbove(_ file: String) -> [String] {
    var folders: [String] = []
    var folder = URL(fileURLWithPath: file).deletingLastPathComponent().standardizedFileURL.path
    while folders.count <= 40 {
      folders.append(folder)
      let above = URL(fileURLWithPath: folder).deletingLastPathComponent().path
      if above == folder { break }
      folder = above
    }
    return folders
  }

  private func bytes(of path: String, blame: ScenarioNode?) throws(ScenarioError) -> [UInt8] {
    let size = (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int ?? 0
    guard size <= Self.fileLimit, let data = FileManager.default.contents(atPath: path) else {
      let problem = size > Self.fileLimit ? "larger than \(Self.fileLimit) bytes" : "cannot be read"
      throw blame?.error("\(path): \(problem)")
        ?? ScenarioError(file: path, line: 0, column: 0, path: "", problem: problem)
    }
    return Array(data)
  }
}

extension LoadedScenario {
  /// Puts a file among the inputs, and gives the name by which the run's folder knows it.
  fileprivate mutating func keep(_ bytes: [UInt8], named name: String) -> String {
    let base = name.split(separator: "/").last.map(String.init) ?? "input"
    var candidate = "inputs/\(base)"
    var number = 2
    while let found = inputs.first(where: { $0.name == candidate }) {
      if found.bytes == bytes { return candidate }
      candidate = "inputs/\(number)-\(base)"
      number += 1
    }
    inputs.append((candidate, bytes))
    return candidate
  }
}

extension ScenarioNode {
  func child(_ key: String) -> ScenarioNode? {
    guard case .mapping(let members) = content else { return nil }
    return members.first { $0.key == key }?.value
  }

  /// The node below, or as far as the path leads: for places of errors.
  func descend(_ keys: [String]) -> ScenarioNode {
    var node = self
    for key in keys { node = node.child(key) ?? node }
    return node
  }

  func element(named name: String) -> ScenarioNode {
    guard case .sequence(let elements) = content else { return self }
    return elements.first { $0.child("name")?.scalar == name } ?? self
  }
}

/// Changes one value of a genesis document; what is changed must exist, and its kind stays.
enum GenesisOverride {
  static func apply(
    _ text: String, at path: [String], of document: JSONValue, blame: ScenarioNode
  ) throws(ScenarioError) -> JSONValue {
    guard let first = path.first else { return try value(text, like: document, blame: blame) }
    let rest = Array(path.dropFirst())
    switch document {
    case .object(var members):
      guard let index = members.firstIndex(where: { $0.key == first }) else {
        let known = members.map(\.key)
        throw blame.error("the genesis document has no `\(first)` there", nearest: nearestName(to: first, among: known))
      }
      members[index].value = try apply(text, at: rest, of: members[index].value, blame: blame)
      return .object(members)
    case .array(var elements):
      // Elements are named by their `name`, `symbol` or `asset`, or counted from 0.
      let index = elements.firstIndex { element in
        ["name", "symbol", "asset"].contains { element[$0]?.string == first }
      }
      guard let index = index ?? Int(first), elements.indices.contains(index) else {
        throw blame.error("the genesis document's list has no `\(first)`")
      }
      elements[index] = try apply(text, at: rest, of: elements[index], blame: blame)
      return .array(elements)
    default: throw blame.error("the genesis document has a single value before `\(first)`")
    }
  }

  private static func value(_ text: String, like old: JSONValue, blame: ScenarioNode) throws(ScenarioError) -> JSONValue
  {
    switch old {
    case .string: return .string(text)
    case .bool:
      if text == "true" { return .bool(true) }
      if text == "false" { return .bool(false) }
      throw blame.error("wanted true or false")
    case .integer, .number, .null:
      if text == "null" { return .null }
      guard let parsed = try? JSONValue(parsing: Array(text.utf8)), parsed.numberText != nil else {
        throw blame.error("wanted a number")
      }
      return parsed
    case .array, .object: throw blame.error("wanted the name of a single value, found a group")
    }
  }
}
