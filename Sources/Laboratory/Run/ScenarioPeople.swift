import Agents
import Chain
import VenueKit

/// The people of a scenario, for a chain that no run drives.
public struct ScenarioPeople: Sendable {
  /// In name order.
  public var people: [Person]
  /// Markets that they act in.
  public var symbols: [String]

  /// Reads a scenario's people, who take their first looks from `start` on (Unix milliseconds). Nothing else of the
  /// scenario happens: neither its prices nor its shocks.
  public static func load(
    file: String, factories: [VenueFactory], start: Int64
  ) throws(ScenarioError) -> ScenarioPeople {
    let loader = ScenarioLoader(file: file, rooms: factories.map { LaboratoryRoom($0) }, sets: [], seed: nil)
    var scenario = try loader.load().scenario
    scenario.clock.start = start
    let people = Runner.makePeople(scenario)
    return ScenarioPeople(people: people, symbols: scenario.markets.map(\.symbol))
  }
}
