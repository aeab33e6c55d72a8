import Canonical
import Catalog
import Chain
import Cryptography
import DYDX
import Quantities
import VenueKit

/// A dYdX chain with funded accounts, and short-term orders for it.
struct DYDXBench {
  let engine: SoloEngine<DYDXVenue>
  private let keys: [PrivateKey]
  private let people: [Address]
  private var time: Int64 = 1_760_130_000_000
  private var clientID: UInt32 = 0
  private var random: UInt64 = 20_251_010
  private static let chainID = "bench-1"
  /// 100,000 dollars in subticks of the market of genesis, and its tick of one dollar.
  private static let price: Int64 = 10_000_000_000
  private static let tick: Int64 = 100_000
  private static let step: UInt64 = 1_000_000

  /// A million dollars for each account. Signed orders are transactions of the real chain.
  init(accounts: Int, isSigned: Bool, threads: Int) throws {
    let room = try RoomAccess.room("dydx")
    let options = ChainOptions(
      chainID: Self.chainID, folder: nil, threads: threads, requiresSignatures: isSigned, isDurable: false,
      recordsEvents: false, makesWitness: false, poolLimit: 1 << 22, blockLimit: 10_000, verifiesAhead: isSigned)
    let venue: DYDXVenue
    do {
      venue = try DYDXVenue(genesis: try RoomAccess.genesis(room, preset: "mainnet"), chainID: Self.chainID)
    } catch {
      throw CommandFailure(.wrongRequest, "genesis: \(error)")
    }
    engine = try SoloEngine(venue: venue, options: options)
    keys = isSigned ? (0..<accounts).map { PrivateKey(ofName: "bench/\($0)") } : []
    people =
      isSigned
      ? keys.map(\.publicKey.cosmosAddress)
      : (0..<accounts).map {
        Address(word0: 0xBE << 56, word1: 1 &+ UInt64($0) &* 0x9E37_79B9_7F4A_7C15, word2: UInt32($0))
      }
    let seen = Observation(symbol: "BTC", price: 100_000 * CommonScale.one, perpetualPrice: nil, time: time)
    try engine.submit([seen])
    for start in stride(from: 0, to: people.count, by: 5_000) {
      for person in people[start..<min(people.count, start + 5_000)] {
        try engine.submit(deposit: 1_000_000 * CommonScale.one, to: person)
      }
      try step()
    }
  }

  @discardableResult
  private mutating func step() throws -> BlockResult {
    time += 1_000
    let result = try engine.step(time: time)
    if let refused = result.refusalCounts.first {
      throw CommandFailure(.internal, "the bench's orders are refused: \(refused.count) times \(refused.name)")
    }
    return result
  }

  private mutating func draw(_ bound: UInt64) -> UInt64 {
    random ^= random << 13
    random ^= random >> 7
    random ^= random << 17
    return random % bound
  }

  /// Half of the orders rest up to 200 dollars from the middle for twenty blocks; the other half go as far beyond it and
  /// take what they find. 0.0001 to 0.01 bitcoins. Each of the first thousand accounts once before any twice.
  private mutating func order(_ index: Int) -> [UInt8] {
    let person = index % min(people.count, 1_000)
    let isBuy = draw(2) == 0
    let takes = index % 2 == 1
    let away = Int64(1 + draw(200)) * Self.tick
    clientID += 1
    let order = ClobOrder(
      key: OrderKey(
        Subaccount(people[person]), clientID: clientID, flags: OrderFlags.shortTerm, pair: 0), isBuy: isBuy,
      quantums: (1 + draw(100)) * Self.step, subticks: UInt64(isBuy == takes ? Self.price + away : Self.price - away),
      goodTil: .block(UInt32(clamping: engine.height) + 20), timeInForce: takes ? .immediateOrCancel : .goodTilTime)
    if keys.isEmpty {
      return engine.venue.seal(DYDXContent(.place(order), nonce: 0), authority: .unsigned(people[person]))
    }
    return signed(order, by: person)
  }

  /// As a client of the real chain broadcasts it. Accounts are numbered in the order of their deposits.
  private func signed(_ order: ClobOrder, by person: Int) -> [UInt8] {
    var message = ProtobufWriter()
    message.append(1, bytes: order.wire.bytes)
    let body = TransactionBody(messages: [AnyMessage(typeURL: MessageType.placeOrder, value: message.bytes)])
    let authentication = AuthenticationInfo(
      publicKey: keys[person].publicKey.compressed, sequence: 0, fee: [], gasLimit: 1_000_000)
    var transaction = CosmosTransaction(
      bodyBytes: body.bytes, authenticationBytes: authentication.bytes, signatures: [])
    transaction.sign(with: keys[person], chainID: Self.chainID, accountNumber: UInt64(person))
    return [TransactionScheme.cosmosDirect.rawValue]
      + SignedTransaction.payload(transaction.bytes, accountNumber: UInt64(person))
  }

  struct Run {
    var wallSeconds = 0.0
    /// Of all threads.
    var processSeconds = 0.0
    var orders = 0
    var fills = 0
  }

  /// From bytes to the root: read, matched in the node's memory, proposed, replayed, committed; blocks of 1,000 orders.
  /// The orders themselves are made and signed outside of the measure.
  mutating func run(_ count: Int) throws -> Run {
    var run = Run()
    for start in stride(from: 0, to: count, by: 1_000) {
      let transactions = (start..<min(count, start + 1_000)).map { order($0) }
      time += 1_000
      let begin = (wall: BenchClock.wallSeconds(), process: BenchClock.processSeconds())
      for bytes in transactions { try engine.submit(raw: bytes) }
      let result = try engine.step(time: time)
      run.wallSeconds += BenchClock.wallSeconds() - begin.wall
      run.processSeconds += BenchClock.processSeconds() - begin.process
      run.orders += transactions.count
      run.fills += try fills(of: result)
    }
    return run
  }

  /// Matches that a block carried, told by its operations.
  private func fills(of result: BlockResult) throws -> Int {
    if let refused = result.refusalCounts.first {
      throw CommandFailure(.internal, "the bench's orders are refused: \(refused.count) times \(refused.name)")
    }
    var fills = 0
    for bytes in result.transactions {
      guard case .proposer(.operations(let operations)) = try engine.venue.decode(bytes).content.body else { continue }
      for case .match(_, let makers) in operations { fills += makers.count }
    }
    return fills
  }
}

/// Short-term orders placed and matched a second.
enum DYDXBenchRows {
  static func rows(orders: Int, large: Int, bound: SignatureBench.Rates) throws -> [BenchRow] {
    var plain = try DYDXBench(accounts: 1_000, isSigned: false, threads: 1)
    let run = try plain.run(orders)
    var signed = try DYDXBench(accounts: 1_000, isSigned: true, threads: 2)
    let before = signed.engine.signaturesVerified
    let sealed = try signed.run(orders)
    let checks = Double(signed.engine.signaturesVerified - before) / Double(orders)
    return [
      .rate(
        "dYdX short-term order, placed and matched, blocks of 1,000 (\(run.fills) fills of \(run.orders) orders), one core",
        Double(run.orders) / run.processSeconds, unit: "/s", peer: "recover, CPU of one core",
        1 / bound.cost, aim: "1x"),
      .rate(
        "dYdX short-term order in a signed transaction, bytes to root, two cores", Double(orders) / sealed.wallSeconds,
        unit: "/s", peer: "recover, two cores", bound.two, aim: "0.4x"),
      .cost(
        "CPU of a signed dYdX short-term order (\(BenchRow.text(checks)) signatures checked for each)",
        sealed.processSeconds / Double(orders) * 1e6, unit: "us", peer: "CPU of a recover", bound.cost * 1e6,
        aim: "0.4x"),
      try growth(orders: min(orders, 10_000), large: large),
    ]
  }

  /// The cost of an order with a thousand accounts, and with so many more on the chain.
  private static func growth(orders: Int, large: Int) throws -> BenchRow {
    func microseconds(accounts: Int) throws -> Double {
      var bench = try DYDXBench(accounts: accounts, isSigned: false, threads: 1)
      _ = try bench.run(2_000)
      let seconds = try (0..<3).map { _ in try bench.run(orders).processSeconds }.sorted()[1]
      return seconds / Double(orders) * 1e6
    }
    let small = try microseconds(accounts: 1_000)
    return .cost(
      "dYdX short-term order, \(large) accounts", try microseconds(accounts: large), unit: "us", peer: "1,000 accounts",
      small, aim: "0.67x (within 1.5 times)")
  }
}
