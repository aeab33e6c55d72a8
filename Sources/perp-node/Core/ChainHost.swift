import Canonical
import Chain
import Foundation
import Hyperliquid
import HyperliquidGateway
import Logging
import VenueKit

/// How blocks follow one another.
struct BlockRhythm: Sendable {
  /// Real milliseconds between blocks; nil makes blocks only when asked.
  var period: Int?
  /// Real milliseconds at which a block is made even when nothing waits.
  var emptyPeriod: Int
  /// Chain milliseconds a block of a chain without a clock of its own.
  var manualStep: Int64 = 100
  /// Thousandths of real speed.
  var speed: Int64 = 1_000
  /// Chain time of the first block; nil is the real time.
  var from: Int64?
  /// Chain time after which no more blocks are made.
  var until: Int64?
}

/// What a person at the controls asks of the chain.
enum HostCommand: Sendable {
  /// Blocks now, each this many chain milliseconds after the one before.
  case step(count: Int, milliseconds: Int64)
  case price(AssetID, WireDecimal)
  case deposit(Address, microUSDC: UInt64)
  case snapshot
}

/// The one owner of a chain: a thread that takes what waits, makes a block, syncs it and hands it on.
final class ChainHost: @unchecked Sendable {
  private let engine: SoloEngine<HyperliquidVenue>
  private let publisher: Publisher
  private let snapshots: SnapshotKeeper
  private let rhythm: BlockRhythm
  private let oraclePeriod: Int64
  private let logger: Logger
  private var feed: PriceFeed
  private var people: ResidentPeople?
  private var clock: NodeClock
  /// Somebody set a price: it goes into the next block.
  private var hasNewPrice = false

  // Shared with other threads, under the condition.
  private let condition = NSCondition()
  private var mailbox: [(bytes: [UInt8], ticket: UInt64)] = []
  private var commands: [(HostCommand, @Sendable (Result<UInt64, NodeFailure>) -> Void)] = []
  private var isStopping = false
  private var hasEnded = false

  let mailboxLimit: Int

  init(
    engine: SoloEngine<HyperliquidVenue>, publisher: Publisher, snapshots: SnapshotKeeper, feed: PriceFeed,
    people: ResidentPeople?, rhythm: BlockRhythm, oraclePeriod: Int64, mailboxLimit: Int, logger: Logger
  ) {
    self.engine = engine
    self.publisher = publisher
    self.snapshots = snapshots
    self.feed = feed
    self.people = people
    self.rhythm = rhythm
    self.oraclePeriod = oraclePeriod
    self.mailboxLimit = mailboxLimit
    self.logger = logger
    clock = NodeClock(last: engine.lastTime, speed: rhythm.speed, from: rhythm.from)
  }

  // MARK: From other threads

  /// False while the mailbox is full or the node stops.
  func submit(_ bytes: [UInt8], ticket: UInt64) -> Bool {
    condition.lock()
    defer { condition.unlock() }
    guard mailbox.count < mailboxLimit, !isStopping else { return false }
    mailbox.append((bytes, ticket))
    if mailbox.count == 1 { condition.signal() }
    return true
  }

  /// The reply is the height after the command.
  func command(_ command: HostCommand, reply: @escaping @Sendable (Result<UInt64, NodeFailure>) -> Void) {
    condition.lock()
    defer { condition.unlock() }
    if hasEnded {
      reply(.failure(NodeFailure(.wrongRequest, "the node has stopped")))
      return
    }
    commands.append((command, reply))
    condition.signal()
  }

  var waiting: Int {
    condition.lock()
    defer { condition.unlock() }
    return mailbox.count
  }

  /// Finishes the block that is being made, then ends the thread.
  func stop() {
    condition.lock()
    isStopping = true
    condition.signal()
    condition.unlock()
  }

  // MARK: The thread

  /// Makes blocks until it is told to stop; returns after the last is on the disk.
  func run() throws {
    defer { end() }
    var lastBlock = NodeClock.real - Int64(rhythm.emptyPeriod)
    while true {
      let taken = wait(lastBlock: lastBlock)
      for (command, reply) in taken.commands { carryOut(command, reply) }
      if taken.isStopping { break }
      if let until = rhythm.until, engine.lastTime >= until { break }
      guard rhythm.period != nil, taken.isDue else { continue }
      lastBlock = NodeClock.real
      try makeBlock(at: max(clock.now, engine.lastTime + 1))
    }
    if snapshots.isBehind(engine.height) { try snapshot() }
    try mapped { () throws(ChainError) in try engine.close() }
  }

  private struct Turn {
    var commands: [(HostCommand, @Sendable (Result<UInt64, NodeFailure>) -> Void)]
    var isStopping: Bool
    var isDue: Bool
  }

  private func wait(lastBlock: Int64) -> Turn {
    condition.lock()
    defer { condition.unlock() }
    var isDue = false
    while commands.isEmpty && !isStopping {
      guard let period = rhythm.period else {
        condition.wait()
        continue
      }
      let due = lastBlock + Int64(mailbox.isEmpty && people == nil ? max(period, rhythm.emptyPeriod) : period)
      let now = NodeClock.real
      if now >= due {
        isDue = true
        break
      }
      _ = condition.wait(until: Date(timeIntervalSince1970: Double(due) / 1_000))
    }
    defer { commands = [] }
    return Turn(commands: commands, isStopping: isStopping, isDue: isDue)
  }

  private func takeMail() -> [(bytes: [UInt8], ticket: UInt64)] {
    condition.lock()
    defer {
      mailbox = []
      condition.unlock()
    }
    return mailbox
  }

  private func makeBlock(at time: Int64) throws {
    let started = NodeClock.nanoseconds
    // A function of block times alone: a restart changes nothing.
    if hasNewPrice || time / oraclePeriod > engine.lastTime / oraclePeriod { try observe(at: time) }
    if engine.height > 0 {
      let engine = engine
      let logger = logger
      try mapped { () throws(ChainError) in try people?.act(on: engine, at: time, logger: logger) }
    }
    for (bytes, ticket) in takeMail() {
      do throws(ChainError) {
        try engine.submit(raw: bytes, ticket: ticket)
      } catch {
        publisher.refuse(ticket, "\(error)")
      }
    }
    let result = try mapped { () throws(ChainError) in try engine.step(time: time) }
    publisher.metrics.noteBlock(
      nanoseconds: NodeClock.nanoseconds - started, transactions: result.transactions.count,
      refused: result.refusals.count + result.notAdmitted.count)
    if snapshots.isDue(height: result.height, transactions: result.transactions.count) { try snapshot() }
    if !result.transactions.isEmpty {
      logger.debug(
        "block",
        metadata: [
          "height": "\(result.height)", "transactions": "\(result.transactions.count)",
          "refused": "\(result.refusals.count)", "root": "\(result.root.hex.prefix(16))",
        ])
    }
  }

  /// The state as it is now, and the history as it is behind it.
  private func snapshot() throws {
    let height = engine.height
    let write = try mapped { () throws(ChainError) in try engine.deferredSnapshot() }
    snapshots.begin(height: height)
    let snapshots = snapshots
    publisher.enqueueCheckpoint(height: height) { snapshots.write(height: height, write) }
  }

  private func observe(at time: Int64) throws {
    hasNewPrice = false
    if let problem = feed.lookAtFile() { logger.warning("prices stay as they are: \(problem)") }
    let prices = feed.observations(at: time)
    if prices.isEmpty { return }
    try propose(.oracle(prices))
  }

  private func propose(_ action: ProposerAction) throws {
    let bytes = engine.venue.seal(
      HyperliquidContent(action: .proposer(action), nonce: 0), authority: .proposer)
    try mapped { () throws(ChainError) in try engine.submitProposerData(bytes) }
  }

  /// The block that gives a new chain its first prices and time.
  func makeFirstBlock() throws { try makeBlock(at: rhythm.from ?? max(clock.now, engine.lastTime + 1)) }

  private func carryOut(_ command: HostCommand, _ reply: @Sendable (Result<UInt64, NodeFailure>) -> Void) {
    do {
      switch command {
      case .step(let count, let milliseconds):
        for _ in 0..<count { try makeBlock(at: engine.lastTime + max(1, milliseconds)) }
        clock = NodeClock(last: engine.lastTime, speed: rhythm.speed, from: rhythm.from)
      case .price(let asset, let price):
        feed.set(asset, price)
        hasNewPrice = true
      case .deposit(let address, let amount): try propose(.deposit(to: address, amount: amount))
      case .snapshot: try snapshot()
      }
      publisher.drain()
      reply(.success(engine.height))
    } catch let failure as NodeFailure {
      reply(.failure(failure))
    } catch {
      reply(.failure(NodeFailure(.internal, "\(error)")))
    }
  }

  private func end() {
    condition.lock()
    hasEnded = true
    isStopping = true
    let left = commands
    commands = []
    condition.unlock()
    for (_, reply) in left { reply(.failure(NodeFailure(.wrongRequest, "the node has stopped"))) }
  }

  private func mapped<Value>(_ body: () throws(ChainError) -> Value) throws -> Value {
    do throws(ChainError) {
      return try body()
    } catch {
      throw NodeFailure(.internal, "\(error)")
    }
  }
}
