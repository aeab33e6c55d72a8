import Canonical
import Catalog
import Chain
import Cryptography
import Foundation
import Hyperliquid
import StateStore
import VenueKit

/// A Hyperliquid chain with funded accounts, and order actions for it: what the pipeline benches run.
struct VenueBench {
  let engine: SoloEngine<HyperliquidVenue>
  let keys: [PrivateKey]
  private let people: [Address]
  private var time: Int64 = 1_760_130_000_000
  private var nonce: UInt64 = 1_760_130_000_000
  private var random: UInt64 = 20_251_010
  private let price: Int64 = 10_000_000_000_000

  /// `folder` nil keeps everything in memory.
  init(accounts: Int, isSigned: Bool, threads: Int, folder: String?, verifiesAhead: Bool = false) throws {
    guard let room = try? RoomAccess.room("hyperliquid") else {
      throw CommandFailure(.internal, "the room of the bench is in the catalog")
    }
    let options = ChainOptions(
      chainID: "bench-1", folder: folder, threads: threads, requiresSignatures: isSigned, isDurable: folder != nil,
      recordsEvents: false, makesWitness: false, poolLimit: 1 << 22, blockLimit: 10_000, verifiesAhead: verifiesAhead)
    let venue: HyperliquidVenue
    do throws(GenesisError) {
      venue = try HyperliquidVenue(genesis: try Self.genesis(room), chainID: "bench-1")
    } catch {
      throw CommandFailure(.wrongRequest, "genesis \(error.path): \(error.problem)")
    }
    engine = try SoloEngine(venue: venue, options: options)
    keys = isSigned ? (0..<accounts).map { PrivateKey(ofName: "bench/\($0)") } : []
    people =
      isSigned
      ? keys.map(\.address)
      : (0..<accounts).map { Address(word0: 0xBE << 56, word1: UInt64($0) &* 0x9E37_79B9_7F4A_7C15, word2: UInt32($0)) }
    try open()
  }

  private static func genesis(_ room: CatalogRoom) throws(GenesisError) -> JSONValue {
    do {
      return try RoomAccess.genesis(room, preset: nil)
    } catch {
      throw GenesisError("preset", "\(error)")
    }
  }

  private mutating func open() throws {
    try observe(price)
    for person in people { try submit(.proposer(.deposit(to: person, amount: 1_000_000_000_000)), from: nil) }
    try step()
  }

  mutating func observe(_ price: Int64) throws {
    try submit(.proposer(.oracle([OraclePrice(asset: 0, oracle: price, external: price)])), from: nil)
  }

  mutating func step() throws {
    time += 1_000
    _ = try engine.step(time: time)
  }

  private mutating func submit(_ action: HyperliquidAction, from person: Int?) throws {
    let bytes = seal(action, from: person)
    if person == nil { try engine.submitProposerData(bytes) } else { try engine.submit(raw: bytes) }
  }

  private mutating func seal(_ action: HyperliquidAction, from person: Int?) -> [UInt8] {
    nonce += 1
    let authority: Authority =
      person.map { keys.isEmpty ? .unsigned(people[$0]) : .key(keys[$0]) } ?? .proposer
    return engine.venue.seal(HyperliquidContent(action: action, nonce: nonce), authority: authority)
  }

  private mutating func draw(_ bound: UInt64) -> UInt64 {
    random ^= random << 13
    random ^= random >> 7
    random ^= random << 17
    return random % bound
  }

  /// One order each: seven of ten rest up to 200 dollars from the middle, three of ten go 50 dollars beyond it and take.
  /// Whole dollars, sizes of 0.001 to 0.1.
  mutating func orders(_ count: Int) -> [[UInt8]] {
    (0..<count).map { index in
      let isBuy = draw(2) == 0
      let crosses = draw(10) < 3
      let away = crosses ? -50 * 100_000_000 : Int64(1 + draw(200)) * 100_000_000
      let limit = isBuy ? price - away : price + away
      let order = OrderRequest(
        asset: 0, isBuy: isBuy, price: limit / 100_000_000 * 100_000_000, size: Int64(1 + draw(100)) * 100_000,
        kind: .limit(crosses ? .immediateOrCancel : .goodTilCancelled))
      return seal(.order(OrderAction(orders: [order])), from: index % people.count)
    }
  }

  /// What a run of order actions took and did.
  struct Run {
    var wallSeconds = 0.0
    /// Of all threads.
    var processSeconds = 0.0
    var orders = 0
    var rested = 0
    var filled = 0
    /// Orders whose status is an error, such as one that found nothing to take.
    var failed = 0
  }

  /// From bytes to the last block's end (synced when the chain has a folder), in blocks of `size`. Throws unless every
  /// transaction is in a block and was carried out.
  mutating func run(_ transactions: [[UInt8]], blocksOf size: Int) throws -> Run {
    var results: [BlockResult] = []
    var run = Run()
    let start = (wall: BenchClock.wallSeconds(), process: BenchClock.processSeconds())
    for bytes in transactions { try engine.submit(raw: bytes) }
    for _ in 0..<(transactions.count + size - 1) / size {
      time += 1_000
      results.append(try engine.step(time: time))
    }
    run.wallSeconds = BenchClock.wallSeconds() - start.wall
    run.processSeconds = BenchClock.processSeconds() - start.process
    for result in results { try Self.count(result, into: &run) }
    guard run.orders == transactions.count else {
      throw CommandFailure(.internal, "the bench made \(transactions.count) orders and \(run.orders) were executed")
    }
    return run
  }

  private static func count(_ result: BlockResult, into run: inout Run) throws {
    if let refused = result.refusalCounts.first {
      throw CommandFailure(.internal, "the bench's orders are refused: \(refused.count) times \(refused.name)")
    }
    for receipt in result.receipts {
      for status in try HyperliquidAnswer(canonicalBytes: receipt.data).statuses {
        run.orders += 1
        switch status {
        case .resting: run.rested += 1
        case .filled: run.filled += 1
        case .waitingForFill, .waitingForTrigger: break
        case .error: run.failed += 1
        }
      }
    }
  }

  /// Compressions of 64 bytes that SHA-256 needs at least for these transactions in blocks of `size`: transaction and
  /// result trees, and of each changed record the path of a new key, the value, the leaf and the inner nodes above it.
  /// Executes them, unmeasured, on a copy of the chain.
  func compressionsNeeded(_ transactions: [[UInt8]], blocksOf size: Int) throws -> Double {
    var application = engine.application
    application.executor.keepsChanges = true
    var sum = 0.0
    for start in stride(from: 0, to: transactions.count, by: size) {
      let bytes = Array(transactions[start..<min(transactions.count, start + size)])
      let last = application.lastBlock
      let execution = try application.finalizeBlock(
        bytes, hash: nil,
        block: BlockContext(
          chainID: last.chainID, height: last.height + 1, time: last.time + 1_000, proposer: last.proposer))
      try application.commit()
      for transaction in bytes { sum += Self.compressions(transaction.count) + Self.compressions(33) + 2 }
      for receipt in execution.receipts { sum += Self.compressions(receipt.resultLeaf.count + 1) + 2 }
      let changes = execution.changes ?? []
      let inner = TreeBench.innerNodes(records: application.store.recordCount, updates: changes.count)
      for change in changes {
        if change.old == nil { sum += Self.compressions(change.key.count) }
        if let new = change.new { sum += Self.compressions(new.count) + 2 }
        sum += 2 * inner
      }
    }
    return sum
  }

  /// The message, a bit and a length of eight bytes, in blocks of 64 bytes.
  static func compressions(_ bytes: Int) -> Double { Double((bytes + 9 + 63) / 64) }

  /// Gives every account but one a position of 0.001 to 0.003: each sells to or buys from its neighbour, 60,000 wide of
  /// liquidation.
  mutating func openPositions() throws {
    var index = 0
    while index + 1 < people.count {
      let end = min(people.count - 1, index + 5_000)
      for seller in stride(from: index, to: end, by: 2) {
        let size = Int64(1 + draw(3)) * 100_000
        for (person, isBuy) in [(seller, false), (seller + 1, true)] {
          let order = OrderRequest(
            asset: 0, isBuy: isBuy, price: price, size: size,
            kind: .limit(isBuy ? .immediateOrCancel : .goodTilCancelled))
          try submit(.order(OrderAction(orders: [order])), from: person)
        }
      }
      try step()
      index += 5_000
    }
  }

  /// Median CPU seconds of a block that only moves the price.
  mutating func priceOnlyBlockSeconds(blocks: Int) throws -> Double {
    var timings: [Double] = []
    for index in 0..<blocks {
      try observe(price + Int64(index % 7) * 10_000_000)
      let start = BenchClock.threadSeconds()
      try step()
      timings.append(BenchClock.threadSeconds() - start)
    }
    return timings.sorted()[blocks / 2]
  }
}
