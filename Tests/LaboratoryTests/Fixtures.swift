import Foundation

@testable import Laboratory

/// A folder of one test, gone when the test is over.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/laboratory-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ text: String, _ name: String) throws -> String {
    try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
    return "\(path)/\(name)"
  }

  func read(_ name: String) -> [UInt8]? { FileManager.default.contents(atPath: "\(path)/\(name)").map { Array($0) } }

  func text(_ name: String) -> String { String(decoding: read(name) ?? [], as: UTF8.self) }
}

enum Fixture {
  static let clock = """
    clock: {start: 2025-10-10T20:00:00Z, duration: 10min, block: 1s}

    """

  static let market = """
    markets:
      BTC:
        path:
          jumps: {start: 100000 USDC, volatility: 300 %, rate: 20 /h, mean: -2 %, deviation: 2 %}

    """

  static let people = """
    people:
      - {name: retail, role: noise, count: 12, initial: 100 %, warmup: 1min}
      - {name: provider, role: provider, count: 2, deposit: 5000000 USDC}
      - {name: maker, role: maker}

    """

  static func scenario(
    venues: [String] = ["alpha"], room: String = "fake", people: String = people, more: String = ""
  ) -> String {
    let list = venues.map { "  - {name: \($0), room: \(room)}\n" }.joined()
    return "name: small\ntitle: A small <run> & its \"report\"\nseed: 7\n" + clock + market + "venues:\n" + list
      + people
      + more
  }

  /// The scenario's error, or nil when it is accepted.
  static func error(in text: String, sets: [String] = [], rooms: [LaboratoryRoom] = [FakeExchange.room()]) throws
    -> ScenarioError?
  {
    let folder = try TemporaryFolder()
    let file = try folder.write(text, "scenario.yaml")
    do {
      let options = RunOptions(sets: sets.compactMap { ScenarioSet($0) })
      _ = try check(scenarioFile: file, options: options, rooms: rooms)
      return nil
    } catch let error as ScenarioError {
      return error
    }
  }
}
