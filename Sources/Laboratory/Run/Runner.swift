import Agents
import Canonical
import Cryptography
import VenueKit

/// A broken invariant, and where.
struct BrokenInvariant: Sendable {
  var venue: String
  var height: UInt64
  var violation: Violation
}

/// One run from its first block to its last: one chain for each venue, one clock for all, ties in name order.
struct Runner {
  let loaded: LoadedScenario
  let identity: String
  let folder: String
  let options: RunOptions
  let console: RunConsole
  var venues: [VenueRun] = []
  var paths: [PricePath] = []
  var feeds: [OracleFeed] = []
  var broken: BrokenInvariant?
  /// Roots that a resumed run must meet again, by venue.
  var expected: [String: [Hash32]] = [:]
  var difference: String?

  init(
    loaded: LoadedScenario, identity: String, folder: String, options: RunOptions, console: RunConsole,
    rooms: [LaboratoryRoom], chainFolder: String = "chain"
  ) throws(RunError) {
    self.loaded = loaded
    self.identity = identity
    self.folder = folder
    self.options = options
    self.console = console
    let scenario = loaded.scenario
    let people = Self.makePeople(scenario)
    for venue in scenario.venues {
      guard let room = rooms.first(where: { $0.name == venue.room }) else { throw .roomUnknown(venue.room) }
      let path = "\(folder)/\(chainFolder)/\(venue.name)"
      try OutputFile.makeFolder(path)
      let chain = try room.open(
        LaboratoryChainRequest(
          venue: venue.name, genesis: loaded.genesis[venue.name] ?? .object([]), chainID: Self.chainID(of: venue),
          folder: path,
          genesisTime: scenario.clock.start, signed: options.signed, threads: options.threads, durable: options.durable)
      )
      venues.append(VenueRun(venue: venue, chain: chain, people: people, scenario: scenario))
    }
    for market in scenario.markets {
      var path = PricePath(
        market, series: loaded.series[market.symbol], shocks: scenario.shocks, seed: scenario.seed,
        start: scenario.clock.start)
      let price = path.price(at: scenario.clock.start)
      paths.append(path)
      feeds.append(
        OracleFeed(
          market, shocks: scenario.shocks, seed: scenario.seed, start: scenario.clock.start, price: price))
    }
  }

  static func chainID(of venue: VenueScenario) -> String { "perp-\(venue.name)" }

  /// Everybody, in name order.
  static func makePeople(_ scenario: Scenario) -> [Person] {
    var people: [Person] = []
    for group in scenario.people {
      for index in 0..<group.count {
        people.append(
          Person(
            name: group.personName(index), group: group.name, role: group.role, symbol: group.market,
            pool: group.pool, distributions: group.parameters, seed: scenario.seed, start: scenario.clock.start))
      }
    }
    return people.sorted { $0.name < $1.name }
  }

  /// Hash of the rooms' transition versions, the resolved scenario and the seed.
  static func identity(of scenario: Scenario, rooms: [LaboratoryRoom]) -> String {
    var encoder = CanonicalEncoder()
    encoder.encode("perp run 1")
    for venue in scenario.venues {
      encoder.encode(venue.room)
      encoder.encode(rooms.first { $0.name == venue.room }?.transitionVersion ?? 0)
    }
    encoder.encode(scenario.resolvedText)
    encoder.encode(scenario.seed)
    return SHA256.hash(encoder.bytes).hex
  }

  // MARK: The loop

  mutating func run(files: RunFiles) throws(RunError) {
    let clock = loaded.scenario.clock
    var progress = Progress(console: console, total: clock.ticks)
    for tick in 1...clock.ticks {
      let time = clock.start + tick * clock.block
      let prices = advanceWorld(to: time)
      for index in venues.indices where (time - clock.start) % venues[index].venue.block == 0 {
        try step(index, to: time, prices: prices, isLast: tick == clock.ticks, files: files)
        if broken != nil || difference != nil { return }
      }
      progress.update(
        done: tick, transactions: venues.reduce(0) { $0 + $1.recorder.transactions }, clock: TimeText.write(time))
    }
    for venue in venues { try venue.chain.sync() }
  }

  /// Looks a last time at everybody's money, also where the run stopped before its end.
  mutating func finish() {
    for index in venues.indices { venues[index].finish() }
  }

  /// Outside prices of that time; observations go to every venue.
  private mutating func advanceWorld(to time: Int64) -> [Int128] {
    var prices: [Int128] = []
    for index in paths.indices {
      let price = paths[index].price(at: time)
      prices.append(price)
      guard let observation = feeds[index].observe(price, at: time) else { continue }
      for venue in venues.indices { venues[venue].note(observation) }
    }
    return prices
  }

  private mutating func step(
    _ index: Int, to time: Int64, prices: [Int128], isLast: Bool, files: RunFiles
  ) throws(RunError) {
    let clock = loaded.scenario.clock
    let block = try venues[index].step(to: time, files: files)
    let name = venues[index].venue.name
    if let wanted = expected[name], block.height <= UInt64(wanted.count) {
      let root = wanted[Int(block.height) - 1]
      if root != block.root {
        difference = "venue \(name), block \(block.height): root \(block.root.hex), the log has \(root.hex)"
        return
      }
    } else if options.durable {
      console.write("committed \(name) \(block.height) \(block.root.hex)\n")
    }
    if (time - clock.start) % loaded.scenario.metricsInterval == 0 || isLast {
      try venues[index].sample(prices: prices, time: time, files: files)
    }
    var costs: [InvariantCost] = [.constant, .small]
    if block.height % max(1, options.fullCheckInterval) == 0 || isLast { costs.append(.full) }
    if let violation = venues[index].chain.violation(costs) {
      broken = BrokenInvariant(venue: name, height: block.height, violation: violation)
    }
  }

  // MARK: The end

  func verdicts() -> [Verdict] {
    var verdicts: [Verdict] = []
    for assertion in loaded.scenario.assertions {
      for venue in venues where assertion.venue == nil || assertion.venue == venue.venue.name {
        let found = venue.recorder.figure(assertion.metric)
        verdicts.append(
          Verdict(
            venue: venue.venue.name, assertion: assertion, found: found,
            holds: assertion.comparison.holds(found, assertion.value)))
      }
    }
    return verdicts
  }
}
