import ArgumentParser
import Canonical
import Cryptography
import Dispatch
import Foundation
import Hyperliquid
import NIOCore
import NIOPosix
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

  @Option(name: .long, help: "Actions of each socket.")
  var actions = 2_000

  @Option(name: .long, help: "Connections that read /info meanwhile.")
  var readers = 2

  func run() throws {
    let path = NodeFolder(path: folder).addressPath
    guard let data = FileManager.default.contents(atPath: path) else {
      throw NodeFailure(.wrongRequest, "\(folder): no node runs here")
    }
    let base = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    try LoadRun(self, client: NodeClient(base)).run()
  }
}

/// One measurement.
private struct LoadRun {
  let command: LoadCommand
  let client: NodeClient

  init(_ command: LoadCommand, client: NodeClient) {
    self.command = command
    self.client = client
  }

  func run() throws {
    let status = try JSONValue(parsing: try client.get("/status"))
    let isMainnet = status["network"]?.string == "mainnet"
    let nonce = UInt64(status["time"]?.int64 ?? 0)
    print("signing \(command.sockets * command.actions + command.posts * command.actions / 20) actions")
    var traders: [SignedOrders] = []
    for number in 0..<(command.sockets + command.posts) {
      traders.append(try SignedOrders(trader: UInt64(number), nonce: nonce, isMainnet: isMainnet))
    }
    for trader in traders { try fund(trader.address) }
    var frames: [[ByteBuffer]] = []
    for number in 0..<command.sockets {
      frames.append(
        try (0..<command.actions).map { id in
          var buffer = ByteBuffer(string: #"{"method":"post","id":\#(id),"request":{"type":"action","payload":"#)
          buffer.writeBytes(try traders[number].next())
          buffer.writeString("}}")
          return buffer
        })
    }
    var bodies: [[[UInt8]]] = []
    for number in 0..<command.posts {
      bodies.append(try (0..<command.actions / 20).map { _ in try traders[command.sockets + number].next() })
    }
    try measure(frames, bodies)
  }

  private func fund(_ address: Address) throws {
    _ = try client.post("/control", #"{"type":"deposit","user":"\#(address)","usdc":"1000000"}"#)
  }

  private func measure(_ frames: [[ByteBuffer]], _ bodies: [[[UInt8]]]) throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    defer { try? group.syncShutdownGracefully() }
    let recover = try recoverNanoseconds()
    let tally = LoadTally()
    let reads = LoadTally()
    let before = try figures()
    let started = DispatchTime.now().uptimeNanoseconds
    var finished: [EventLoopFuture<Void>] = []
    for messages in frames {
      let done = group.next().makePromise(of: Void.self)
      finished.append(done.futureResult)
      let depth = command.depth
      try connect(group) { channel in
        try channel.pipeline.syncOperations.addHandler(
          SocketOpening(SocketLoadHandler(messages, depth: depth, tally: tally, done: done)))
      }
    }
    for list in bodies {
      let done = group.next().makePromise(of: Void.self)
      finished.append(done.futureResult)
      try connect(group) { channel in
        try channel.pipeline.syncOperations.addHandler(
          PostLoadHandler(list, path: "/exchange", tally: tally, done: done))
      }
    }
    let questions = (0..<100_000).map { index in
      Array((index % 2 == 0 ? #"{"type":"l2Book","coin":"ETH"}"# : #"{"type":"metaAndAssetCtxs"}"#).utf8)
    }
    for _ in 0..<command.readers {
      let done = group.next().makePromise(of: Void.self)
      try connect(group) { channel in
        try channel.pipeline.syncOperations.addHandler(
          PostLoadHandler(questions, path: "/info", tally: reads, done: done))
      }
    }
    for future in finished { try future.wait() }
    let seconds = Double(DispatchTime.now().uptimeNanoseconds - started) / 1e9
    tell(tally, reads, before, try figures(), seconds: seconds, recover: recover)
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

  /// CPU time of one recover on this machine, in nanoseconds.
  private func recoverNanoseconds() throws -> Double {
    guard let key = PrivateKey(SHA256.hash([1]).bytes) else { return 0 }
    let digest = SHA256.hash([2])
    let signature = Secp256k1.sign(digest: digest, with: key)
    let count = 2_000
    let before = ProcessUsage.seconds
    for _ in 0..<count { _ = try Secp256k1.recoverAddress(digest: digest, signature: signature) }
    return (ProcessUsage.seconds - before) / Double(count) * 1e9
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
    line("one recover", "\(number(recover / 1_000)) us")
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
