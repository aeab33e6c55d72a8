import Canonical
import Catalog
import Chain
import Cryptography
import GMX
import Quantities
import VenueKit

/// A GMX chain with funded accounts, and market increases for it.
struct GMXBench {
  private static let dollar: UInt256 = 1_000_000_000_000_000_000_000_000_000_000
  private static let keeperNumber = 0

  let engine: SoloEngine<GMXVenue>
  private let keys: [PrivateKey]
  private let people: [Address]
  private var time: Int64 = 1_760_130_000_000
  private var nonce: UInt64 = 1_760_130_000_000
  private var nextOrder: UInt64 = 1

  /// The first account is the keeper.
  init(accounts: Int, isSigned: Bool, threads: Int) throws {
    let room = try RoomAccess.room("gmx")
    let options = ChainOptions(
      chainID: "bench-1", folder: nil, threads: threads, requiresSignatures: isSigned, isDurable: false,
      recordsEvents: false, makesWitness: false, poolLimit: 1 << 22, blockLimit: 10_000, verifiesAhead: isSigned)
    let venue: GMXVenue
    do {
      venue = try GMXVenue(genesis: try RoomAccess.genesis(room, preset: "bitcoin"), chainID: "bench-1")
    } catch {
      throw CommandFailure(.wrongRequest, "genesis: \(error)")
    }
    engine = try SoloEngine(venue: venue, options: options)
    keys = isSigned ? (0..<accounts).map { PrivateKey(ofName: "bench/\($0)") } : []
    people =
      isSigned
      ? keys.map(\.address)
      : (0..<accounts).map {
        Address(word0: 0xBE << 56, word1: 1 &+ UInt64($0) &* 0x9E37_79B9_7F4A_7C15, word2: UInt32($0))
      }
    try observe()
    for start in stride(from: 0, to: people.count, by: 5_000) {
      for person in people[start..<min(people.count, start + 5_000)] {
        let deposit = GMXProposerAction.deposit(to: person, token: 2, amount: 1_000_000_000)
        try engine.submitProposerData(engine.venue.seal(GMXContent(deposit, nonce: 0), authority: .proposer))
      }
      try step()
    }
  }

  /// 100,000 dollars, of now.
  private mutating func observe() throws {
    let seen = Observation(
      symbol: "BTC", price: 100_000 * CommonScale.one, perpetualPrice: nil, time: time + 1_000)
    for content in engine.venue.observe(
      [seen], state: engine.application.store.tables, block: engine.application.lastBlock)
    {
      try engine.submitProposerData(engine.venue.seal(content, authority: .proposer))
    }
  }

  @discardableResult
  private mutating func step() throws -> BlockResult {
    time += 1_000
    return try engine.step(time: time)
  }

  private mutating func seal(_ action: GMXAction, from person: Int) -> [UInt8] {
    nonce += 1
    let authority: Authority = keys.isEmpty ? .unsigned(people[person]) : .key(keys[person])
    return engine.venue.seal(GMXContent(action, nonce: nonce), authority: authority)
  }

  /// Ten dollars with five of collateral, longs and shorts in turn; each account once before any twice.
  private mutating func creation(_ index: Int) -> [UInt8] {
    let person = 1 + index % (people.count - 1)
    nextOrder += 1
    return seal(
      .createOrder(
        OrderRecord(
          account: people[person], market: 1, initialCollateralToken: 2, orderType: .marketIncrease,
          isLong: index % 2 == 0, sizeDeltaUsd: Self.dollar &* 10, initialCollateralDeltaAmount: 5_000_000,
          acceptablePrice: index % 2 == 0 ? .max : .zero)), from: person)
  }

  /// CPU seconds of `count` market increases created before and executed in blocks of 1,000.
  mutating func executionSeconds(_ count: Int) throws -> Double {
    var seconds = 0.0
    for start in stride(from: 0, to: count, by: 1_000) {
      let first = nextOrder
      try observe()
      for index in start..<min(count, start + 1_000) { try engine.submit(raw: creation(index)) }
      try check(try step())
      let executions = (first..<nextOrder).map { seal(.executeOrder($0), from: Self.keeperNumber) }
      try observe()
      seconds += try measured(executions)
    }
    return seconds
  }

  /// CPU seconds of `count` market increases created and executed in blocks of 1,000 orders.
  mutating func creationAndExecutionSeconds(_ count: Int) throws -> Double {
    var seconds = 0.0
    for start in stride(from: 0, to: count, by: 1_000) {
      let first = nextOrder
      try observe()
      var transactions = (start..<min(count, start + 1_000)).map { creation($0) }
      transactions += (first..<nextOrder).map { seal(.executeOrder($0), from: Self.keeperNumber) }
      seconds += try measured(transactions)
    }
    return seconds
  }

  /// From bytes to the root.
  private mutating func measured(_ transactions: [[UInt8]]) throws -> Double {
    time += 1_000
    let start = BenchClock.processSeconds()
    for bytes in transactions { try engine.submit(raw: bytes) }
    let result = try engine.step(time: time)
    let seconds = BenchClock.processSeconds() - start
    try check(result)
    return seconds
  }

  /// Every order was carried out.
  private func check(_ result: BlockResult) throws {
    if let refused = result.refusalCounts.first {
      throw CommandFailure(.internal, "the bench's orders are refused: \(refused.count) times \(refused.name)")
    }
    for receipt in result.receipts where receipt.data.first == 3 || receipt.data.first == 4 {
      throw CommandFailure(.internal, "an order of the bench was cancelled: \(receipt.data)")
    }
  }
}

/// Market increases a second, beside the deployed contracts.
enum GMXBenchRows {
  /// Measured once with the contracts' own byte code in revm, on one core of a machine of this class, in orders a
  /// second: execution of a market increase, and its creation and execution.
  private static let contractExecutions = 181.0
  private static let contractOrders = 151.0
  private static let peer = "the deployed contracts in revm, one core of such a machine"

  static func rows(orders: Int, large: Int) throws -> [BenchRow] {
    var rows: [BenchRow] = []
    var plain = try GMXBench(accounts: 2_001, isSigned: false, threads: 1)
    rows.append(
      row(
        "GMX market increase, execution alone", Double(orders) / (try plain.executionSeconds(orders)),
        contractExecutions))
    rows.append(
      row(
        "GMX market increase, creation and execution", Double(orders) / (try plain.creationAndExecutionSeconds(orders)),
        contractOrders))
    let fewer = max(1_000, orders / 10)
    var signed = try GMXBench(accounts: 501, isSigned: true, threads: 2)
    rows.append(
      row(
        "GMX market increase, execution alone, signed", Double(fewer) / (try signed.executionSeconds(fewer)),
        contractExecutions))
    rows.append(
      row(
        "GMX market increase, creation and execution, both signed",
        Double(fewer) / (try signed.creationAndExecutionSeconds(fewer)), contractOrders))
    rows.append(try growth(large: large))
    return rows
  }

  private static func row(_ name: String, _ rate: Double, _ contracts: Double) -> BenchRow {
    .rate("\(name), blocks of 1,000, CPU of one core", rate, unit: "/s", peer: peer, contracts, aim: "200x")
  }

  /// The cost of an order does not grow with the positions that are open; as many accounts are funded in both runs,
  /// since a larger tree of records costs more whatever its records are.
  private static func growth(large: Int) throws -> BenchRow {
    func microseconds(positions: Int) throws -> Double {
      var bench = try GMXBench(accounts: large + 1, isSigned: false, threads: 1)
      _ = try bench.creationAndExecutionSeconds(positions)
      let seconds = try (0..<3).map { _ in try bench.creationAndExecutionSeconds(3_000) }.sorted()[1]
      return seconds / 3_000 * 1e6
    }
    let small = try microseconds(positions: 1_000)
    return .cost(
      "GMX order created and executed, \(large) open positions of as many accounts", try microseconds(positions: large),
      unit: "us",
      peer: "1,000 open positions of \(large) accounts", small, aim: "0.67x (within 1.5 times)")
  }
}
