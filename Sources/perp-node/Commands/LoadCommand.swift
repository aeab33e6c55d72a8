import ArgumentParser
import Canonical
import Cryptography
import Dispatch
import Foundation
import Hyperliquid
import NIOCore
import NIOPosix
import Synchronization
import VenueKit

struct LoadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load", abstract: "Measure a running node: signed orders over sockets and posts, reads meanwhile.",
    discussion: """
      The orders are signed before the clock starts. Traders of its own are funded by control requests, so the node must
      be on this machine. The node's own CPU time is read from its metrics; one recover is timed here, beside it.
      """)

  @Argument(help: "The node's folder.")
  var folder: String

  @Option(name: .long, help: "Sockets, each a trader of its own.")
  var sockets = 64

  @Option(name: .long, help: "Posts in flight on each socket.")
  var depth = 100

  @Option(name: .long, help: "Connections that post over HTTP, each a trader of its own.")
  var posts = 8

  @Option(name: .long, help: "How long, in seconds.")
  var seconds = 60.0

  @Option(
    name: .long, help: "Actions signed for each socket; without it so many as a short load before says are needed.")
  var actions: Int?

  @Option(name: .long, help: "Connections that read /info meanwhile.")
  var readers = 2

  @Option(name: .long, help: "Reads a second on each of them.")
  var reads = 50.0

  @Option(name: .long, help: "A file for the orders that were acknowledged: address, client id and number on a line.")
  var acknowledged: String?

  func run() throws {
    let path = NodeFolder(path: folder).addressPath
    guard let data = FileManager.default.contents(atPath: path) else {
      throw NodeFailure(.wrongRequest, "\(folder): no node runs here")
    }
    let base = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    var run = LoadRun(self, client: try NodeClient(base))
    try run.run()
  }
}

/// One measurement.
private struct LoadRun {
  /// Seconds of the load that only tells how much must be signed.
  private static let trial = 3.0

  let command: LoadCommand
  let client: NodeClient
  private var traders: [SignedOrders] = []

  init(_ command: LoadCommand, client: NodeClient) {
    self.command = command
    self.client = client
  }

  mutating func run() throws {
    guard command.sockets > 0, command.depth > 0, command.posts >= 0, command.readers >= 0, command.seconds > 0,
      command.reads > 0, (command.actions ?? 1) > 0
    else { throw NodeFailure(.wrongRequest, "load: counts and seconds are above zero") }
    let status = try JSONValue(parsing: try client.get("/status"))
    let isMainnet = status["network"]?.string == "mainnet"
    let nonce = UInt64(status["time"]?.int64 ?? 0)
    for number in 0..<(command.sockets + command.posts) {
      traders.append(try SignedOrders(trader: UInt64(number), nonce: nonce, isMainnet: isMainnet))
    }
    for trader in traders { try fund(trader.address) }
    try awaitBlock()
    let record = try command.acknowledged.map { try LoadRecord(path: $0) }
    let actions: Int
    if let given = command.actions {
      actions = given
    } else {
      let tally = try measure(actions: 1_500, seconds: Self.trial, record: nil, tells: false)
      // A third more than the trial's rate needs.
      actions = Int(Double(tally.answers) / Self.trial * command.seconds * 4 / 3) / command.sockets + command.depth
    }
    _ = try measure(actions: actions, seconds: command.seconds, record: record, tells: true)
  }

  private func fund(_ address: Address) throws {
    _ = try client.post("/control", #"{"type":"deposit","user":"\#(address)","usdc":"1000000"}"#)
  }

  private func awaitBlock() throws {
    let height = try JSONValue(parsing: try client.get("/status"))["height"]?.int64 ?? 0
    while try JSONValue(parsing: try client.get("/status"))["height"]?.int64 ?? 0 <= height + 1 { usleep(50_000) }
  }

  /// Signs on all processors. The HTTP connections wait for each answer, so they need few.
  private mutating func sign(actions: Int) throws -> (frames: [[LoadMessage]], bodies: [[[UInt8]]]) {
    let started = traders
    let sockets = command.sockets
    let each = max(1, actions / 8)
    let results = Mutex<[Int: ([SignedOrders.Body], SignedOrders)]>([:])
    DispatchQueue.concurrentPerform(iterations: started.count) { number in
      var trader = started[number]
      guard let bodies = try? trader.next(number < sockets ? actions : each) else { return }
      results.withLock { $0[number] = (bodies, trader) }
    }
    let made = results.withLock { $0 }
    guard made.count == started.count else { throw NodeFailure(.internal, "the load cannot be signed") }
    traders = started.indices.map { made[$0]?.1 ?? started[$0] }
    let frames = (0..<sockets).map { number in
      (made[number]?.0 ?? []).enumerated().map { id, body in
        LoadMessage(body, id: id, user: started[number].address)
      }
    }
    let bodies = (sockets..<started.count).map { number in (made[number]?.0 ?? []).map(\.bytes) }
    return (frames, bodies)
  }

  private mutating func measure(
    actions: Int, seconds: Double, record: LoadRecord?, tells: Bool
  ) throws -> LoadTally {
    let (frames, bodies) = try sign(actions: actions)
    if tells { print("signed \(frames.reduce(0) { $0 + $1.count }) actions for \(frames.count) sockets") }
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    defer { try? group.syncShutdownGracefully() }
    let recover = RecoverMeter()
    if tells { recover.start() }
    let before = try figures()
    let started = DispatchTime.now().uptimeNanoseconds
    let stage = LoadStage(depth: command.depth, seconds: seconds, acknowledged: record)
    let reads = LoadStage(depth: 1, seconds: seconds, acknowledged: nil)
    var finished: [EventLoopFuture<Void>] = []
    for messages in frames {
      let done = group.next().makePromise(of: Void.self)
      finished.append(done.futureResult)
      try connect(group) { channel in
        try channel.pipeline.syncOperations.addHandler(
          SocketOpening(SocketLoadHandler(messages, stage: stage, done: done)))
      }
    }
    for list in bodies {
      let done = group.next().makePromise(of: Void.self)
      finished.append(done.futureResult)
      try connect(group) { channel in
        try channel.pipeline.syncOperations.addHandler(
          PostLoadHandler(list, path: "/exchange", stage: stage, done: done))
      }
    }
    let questions = [#"{"type":"l2Book","coin":"ETH"}"#, #"{"type":"metaAndAssetCtxs"}"#].map { Array($0.utf8) }
    let pause = Int64(1e9 / command.reads)
    for _ in 0..<command.readers {
      let done = group.next().makePromise(of: Void.self)
      finished.append(done.futureResult)
      try connect(group) { channel in
        try channel.pipeline.syncOperations.addHandler(
          PostLoadHandler(questions, path: "/info", pause: pause, stage: reads, done: done))
      }
    }
    do {
      for future in finished { try future.wait() }
    } catch {
      throw NodeFailure(.wrongRequest, "the node went away after \(stage.tally.answers) answers: \(error)")
    }
    recover.stop()
    let taken = Double(DispatchTime.now().uptimeNanoseconds - started) / 1e9
    if tells { tell(stage.tally, reads.tally, before, try figures(), seconds: taken, recover: recover.nanoseconds) }
    return stage.tally
  }

  private func connect(
    _ group: MultiThreadedEventLoopGroup, _ configure: @escaping @Sendable (any Channel) throws -> Void
  ) throws {
    _ = try ClientBootstrap(group: group)
      .channelOption(.socketOption(.tcp_nodelay), value: 1)
      .channelInitializer { channel in channel.eventLoop.makeCompletedFuture { try configure(channel) } }
      .connect(host: client.host, port: Int(client.port)).wait()
  }

  private struct Figures {
    var cpu: Double
    var committed: Double
    var memory: Double
  }

  private func figures() throws -> Figures {
    let text = String(decoding: try client.get("/metrics"), as: UTF8.self)
    func value(_ name: String) -> Double {
      text.split(separator: "\n").first { $0.hasPrefix(name + " ") }.flatMap { Double($0.dropFirst(name.count + 1)) }
        ?? 0
    }
    return Figures(
      cpu: value("process_cpu_seconds_total"), committed: value("cometbft_consensus_total_txs"),
      memory: value("process_resident_memory_bytes"))
  }

  private func tell(
    _ tally: LoadTally, _ reads: LoadTally, _ before: Figures, _ after: Figures, seconds: Double, recover: Double
  ) {
    func line(_ name: String, _ value: String) {
      print(name.padding(toLength: 34, withPad: " ", startingAt: 0) + value)
    }
    func number(_ value: Double, _ places: Int = 1) -> String { String(format: "%.\(places)f", value) }
    let committed = after.committed - before.committed
    let each = (after.cpu - before.cpu) / max(1, committed) * 1e9
    line(
      "actions answered",
      "\(tally.answers) in \(number(seconds)) s (\(number(Double(tally.answers) / seconds, 0)) a second)")
    line("actions refused as a whole", "\(tally.refused)")
    line("transactions committed", number(committed, 0))
    line("node CPU per committed action", "\(number(each / 1_000)) us")
    line("one recover, meanwhile", "\(number(recover / 1_000)) us")
    line("ratio", number(each / recover, 2))
    line(
      "answer within, 50 / 99 / 99.9 %",
      [500, 990, 999].map { "\(tally.milliseconds(permille: $0)) ms" }.joined(separator: " / "))
    line("/info answers", "\(reads.answers)")
    line(
      "/info within, 50 / 99 %", [500, 990].map { "\(reads.milliseconds(permille: $0)) ms" }.joined(separator: " / "))
    line("node memory before and after", "\(number(before.memory / 1e6)) MB, \(number(after.memory / 1e6)) MB")
    print("latency of actions")
    for entry in tally.histogram { print(entry) }
  }
}
