import Agents
import Canonical
import Chain
import Hyperliquid
import Laboratory
import Logging
import VenueKit

/// People of a scenario who live on the node's chain: before each block they look at the committed state and send signed
/// transactions like any client. Their keys come from the scenario's seed, so they are the same after a restart.
struct ResidentPeople {
  private var people: [Person]
  private let symbols: [String]
  private let start: Int64
  private var haveMoney = false

  init(file: String, engine: SoloEngine<HyperliquidVenue>) throws {
    start = max(engine.lastTime, 1)
    let factory = VenueFactory.of(HyperliquidVenue.self, presets: ["mainnet", "testnet", "harsh", "local"])
    let loaded: ScenarioPeople
    do throws(ScenarioError) {
      loaded = try ScenarioPeople.load(file: file, factories: [factory], start: start)
    } catch {
      throw NodeFailure(.wrongRequest, "--people \(file): \(error)")
    }
    people = loaded.people
    symbols = loaded.symbols
    let known = symbols.filter { engine.market($0) != nil }
    guard !people.isEmpty, known.count == symbols.count else {
      let missing = symbols.filter { !known.contains($0) }.joined(separator: ", ")
      throw NodeFailure(
        .wrongRequest, "--people \(file): \(people.isEmpty ? "names nobody" : "this chain has no market \(missing)")")
    }
  }

  var count: Int { people.count }

  /// Whoever has nothing is given what the scenario says, once.
  private mutating func giveMoney(_ engine: SoloEngine<HyperliquidVenue>) throws(ChainError) {
    haveMoney = true
    for person in people where person.deposit > 0 && engine.account(person.address).equity == 0 {
      try engine.submit(deposit: person.deposit, to: person.address)
    }
  }

  /// Queues what people want at the time of the next block.
  mutating func act(on engine: SoloEngine<HyperliquidVenue>, at time: Int64, logger: Logger) throws(ChainError) {
    if !haveMoney { return try giveMoney(engine) }
    var views: [String: MarketView] = [:]
    var pools: [PoolView]?
    for index in people.indices where people[index].nextLook <= time {
      let person = people[index]
      if views[person.symbol] == nil { views[person.symbol] = engine.market(person.symbol) }
      if person.role == .provider && pools == nil { pools = engine.summary().pools }
      let view = PersonView(
        time: time, elapsed: time - start, market: views[person.symbol], account: engine.account(person.address),
        pools: pools ?? [], takesQuotes: engine.description.takesQuotes)
      for intent in people[index].look(view) {
        do throws(ChainError) {
          _ = try engine.submit(intent, authority: .key(person.key))
        } catch .refused(let refusal) {
          logger.debug("\(person.name) is refused: \(refusal.text)")
        } catch .poolFull {
          return
        } catch {
          throw error
        }
      }
    }
  }
}
