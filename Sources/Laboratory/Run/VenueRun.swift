import Agents
import Canonical
import VenueKit

/// One venue of a run: its chain, its own copies of the people, and what is recorded of it.
struct VenueRun {
  let venue: VenueScenario
  let chain: any LaboratoryChain
  var people: [Person]
  var recorder: VenueRecorder
  /// The newest observation of each market since the last block.
  var observations: [Observation] = []
  /// The markets after the last block.
  private var views: [MarketView?]
  private let clock: ClockScenario
  private let symbols: [String]
  private let withdrawals: [Shock]

  init(venue: VenueScenario, chain: any LaboratoryChain, people: [Person], scenario: Scenario) {
    self.venue = venue
    self.chain = chain
    self.people = people
    clock = scenario.clock
    symbols = scenario.markets.map(\.symbol)
    views = scenario.markets.map { chain.market($0.symbol) }
    withdrawals = scenario.shocks.filter { if case .withdraw = $0 { true } else { false } }
    let names = people.map { ($0.address, $0.name) }
    recorder = VenueRecorder(
      venue: venue, scenario: scenario, addressNames: Dictionary(names) { first, _ in first })
  }

  mutating func note(_ observation: Observation) {
    observations.removeAll { $0.symbol == observation.symbol }
    observations.append(observation)
    observations.sort { $0.symbol < $1.symbol }
  }

  /// Makes the venue's block of that time: what the world says, then what people want, in name order. All of them see
  /// the state of the block before.
  mutating func step(to time: Int64, files: RunFiles) throws(RunError) -> CommittedBlock {
    if !observations.isEmpty { chain.propose(observations) }
    observations = []
    if chain.height == 0 {
      for person in people where person.deposit > 0 { chain.propose(deposit: person.deposit, to: person.address) }
    } else {
      letPeopleAct(at: time)
    }
    let block = try chain.step(to: time)
    try recorder.note(block, files: files)
    views = symbols.map { chain.market($0) }
    // Everybody's money has come in, the venue's first liquidity too, and nobody can have traded yet.
    if recorder.firstMoney == nil && views.allSatisfy({ ($0?.index ?? 1) > 0 }) {
      recorder.firstMoney = moneyTable(chain.summary())
    }
    for (index, view) in views.enumerated() {
      if let view { recorder.note(view, at: index) }
    }
    return block
  }

  private mutating func letPeopleAct(at time: Int64) {
    var pools: [PoolView]?
    for index in people.indices where people[index].nextLook <= time {
      if let end = absence(of: people[index].group, at: time) {
        leave(index, until: end)
        continue
      }
      if looksAtPools(people[index].role) && pools == nil { pools = chain.summary().pools }
      let view = view(of: people[index], pools: pools ?? [], at: time)
      for intent in people[index].look(view) {
        recorder.note(refusals: chain.submit(intent, from: people[index]))
      }
    }
  }

  /// Providers do, and makers where quotes cannot rest.
  private func looksAtPools(_ role: Role) -> Bool { role == .provider || (role == .maker && !chain.takesQuotes) }

  private func view(of person: Person, pools: [PoolView], at time: Int64) -> PersonView {
    let market = symbols.firstIndex(of: person.symbol).flatMap { views[$0] }
    var view = PersonView(
      time: time, elapsed: time - clock.start, market: market, account: chain.account(person.address), pools: pools,
      takesQuotes: chain.takesQuotes)
    // A book shows its prices; elsewhere the cost has to be asked for.
    if let value = person.costValue, !chain.takesQuotes {
      view.longCost = chain.tradeCost(person.symbol, isLong: true, value: value)
      view.shortCost = chain.tradeCost(person.symbol, isLong: false, value: value)
    }
    return view
  }

  /// Takes down what rests, and sleeps.
  private mutating func leave(_ index: Int, until end: Int64) {
    if people[index].role == .maker && chain.takesQuotes {
      let person = people[index]
      recorder.note(refusals: chain.submit(.quote(symbol: person.symbol, levels: []), from: person))
    }
    people[index].sleep(until: end)
  }

  /// When the group's absence at that time ends, if it is absent.
  private func absence(of group: String, at time: Int64) -> Int64? {
    for shock in withdrawals {
      guard case .withdraw(let at, group, let duration) = shock else { continue }
      let begin = clock.start + at
      if begin <= time && time < begin + duration { return begin + duration }
    }
    return nil
  }

  mutating func sample(prices: [Int128], time: Int64, files: RunFiles) throws(RunError) {
    let costs = symbols.map { symbol in
      TradeCosts(
        long: chain.tradeCost(symbol, isLong: true, value: TradeCosts.value),
        short: chain.tradeCost(symbol, isLong: false, value: TradeCosts.value))
    }
    try recorder.sample(
      chain.summary(), views: views, costs: costs, prices: prices, height: chain.height, time: time, files: files)
  }

  /// What became of everybody's money, once the last block is made.
  mutating func finish() {
    let summary = chain.summary()
    recorder.lastSummary = summary
    let table = moneyTable(summary)
    recorder.money = recorder.firstMoney.map { table.since($0) } ?? table
  }

  private func moneyTable(_ summary: VenueSummary) -> MoneyTable {
    MoneyTable(groups: results(), founders: summary.founders.map { chain.account($0) }, summary: summary)
  }

  /// What each group of people brought, took and has left.
  private func results() -> [GroupResult] {
    var results: [GroupResult] = []
    for person in people {
      let account = chain.account(person.address)
      if results.last?.group != person.group, !results.contains(where: { $0.group == person.group }) {
        results.append(GroupResult(group: person.group, role: person.role))
      }
      guard let index = results.firstIndex(where: { $0.group == person.group }) else { continue }
      results[index].add(account)
    }
    return results.sorted { $0.group < $1.group }
  }
}
