import Canonical
import Chain
import Foundation

/// A run's folder as those see it who read its chains again: replay, proofs, forks.
public struct RunFolder: Sendable {
  /// One venue's chain in the folder, with all that opening or replaying it takes.
  public struct VenueLog: Sendable {
    /// The venue's name in the scenario.
    public let name: String
    public let factory: VenueFactory
    /// The genesis document with the scenario's overrides done.
    public let genesis: JSONValue
    public let options: ChainOptions
  }

  public let folder: String
  public let scenario: Scenario
  /// Hash of transition versions, resolved scenario and seed, in hex.
  public let identity: String
  /// In name order.
  public let chains: [VenueLog]

  /// Reads the folder's resolved scenario and its inputs. Throws `ScenarioError` or `RunError`; logs are not read yet.
  public static func open(_ folder: String, factories: [VenueFactory]) throws -> RunFolder {
    let rooms = factories.map { LaboratoryRoom($0) }
    let loaded = try ScenarioLoader(file: "\(folder)/scenario.yaml", rooms: rooms, sets: [], seed: nil).load()
    let identity = Runner.identity(of: loaded.scenario, rooms: rooms)
    let isSigned = isSigned(folder)
    let chains = try loaded.scenario.venues.map { venue in
      guard let factory = factories.first(where: { $0.room == venue.room }) else {
        throw RunError.roomUnknown(venue.room)
      }
      let options = ChainOptions(
        chainID: Runner.chainID(of: venue), folder: "\(folder)/chain/\(venue.name)", requiresSignatures: isSigned)
      return VenueLog(
        name: venue.name, factory: factory, genesis: loaded.genesis[venue.name] ?? .object([]), options: options)
    }
    return RunFolder(folder: folder, scenario: loaded.scenario, identity: identity, chains: chains)
  }

  /// Whether the folder's `timing.json` tells of a signed run.
  static func isSigned(_ folder: String) -> Bool {
    guard let data = FileManager.default.contents(atPath: "\(folder)/timing.json"),
      let timing = try? JSONValue(parsing: Array(data))
    else { return false }
    return timing["signed"]?.bool ?? false
  }
}
