import Canonical
import Chain
import Foundation

/// A run's folder, opened to look at its chains.
public struct RunFolder: Sendable {
  public struct RunChain: Sendable {
    /// The venue's name in the scenario.
    public let name: String
    public let factory: VenueFactory
    /// The genesis document with the scenario's overrides.
    public let genesis: JSONValue
    /// Chain id and log folder; not demanding signatures, since an unsigned log has none.
    public let options: ChainOptions
  }

  public let chains: [RunChain]

  /// Reads the folder's own resolved scenario and inputs.
  public static func open(_ folder: String, factories: [VenueFactory]) throws -> RunFolder {
    guard FileManager.default.fileExists(atPath: "\(folder)/scenario.yaml") else {
      throw RunError.file(path: folder, problem: "holds no run: it has no scenario.yaml")
    }
    let rooms = factories.map { LaboratoryRoom($0) }
    let loaded = try ScenarioLoader(file: "\(folder)/scenario.yaml", rooms: rooms, sets: [], seed: nil).load()
    var chains: [RunChain] = []
    for venue in loaded.scenario.venues {
      guard let factory = factories.first(where: { $0.room == venue.room }) else {
        throw RunError.roomUnknown(venue.room)
      }
      let options = ChainOptions(chainID: Runner.chainID(of: venue), folder: "\(folder)/chain/\(venue.name)")
      chains.append(
        RunChain(
          name: venue.name, factory: factory, genesis: loaded.genesis[venue.name] ?? .object([]), options: options))
    }
    return RunFolder(chains: chains)
  }
}
