import Foundation
import Logging
import Yams

/// `node.yaml`: what a node does with its chain and how much it takes from whom. Nothing in it but the chain's name is
/// in a header or a root.
struct NodeConfiguration: Equatable, Sendable {
  var chainID = "hyperliquid-local"
  var bind = "127.0.0.1"
  var port = 3001
  /// Real milliseconds between blocks.
  var blockMilliseconds = 100
  /// Blocks that hold no transaction are made at this many real milliseconds at the latest; prices and funding need
  /// them.
  var emptyBlockMilliseconds = 1_000
  /// Chain milliseconds between two oracle observations.
  var oracleMilliseconds: Int64 = 3_000
  /// A snapshot of the state is written after so many blocks, or so many transactions, whichever comes first.
  var snapshotBlocks = 1_000
  var snapshotTransactions = 100_000
  var limits = ServerLimits()
  /// Least level of each subsystem's log lines.
  var logs = LogLevels()
}

/// The least level of each subsystem's lines in `node.log`.
struct LogLevels: Equatable, Sendable {
  /// Start and end of the node.
  var node = Logger.Level.info
  /// Blocks and snapshots.
  var chain = Logger.Level.info
  var index = Logger.Level.info
  var server = Logger.Level.info

  static func all(_ level: Logger.Level) -> LogLevels {
    LogLevels(node: level, chain: level, index: level, server: level)
  }
}

/// How much a server takes before it refuses.
struct ServerLimits: Equatable, Sendable {
  var bodyBytes = 1 << 20
  var headerBytes = 16 << 10
  var connections = 1_024
  var connectionsPerAddress = 256
  var subscriptions = 1_000
  var usersPerConnection = 10
  var postsInFlight = 100
  /// Unsent bytes at which a slow reader is dropped.
  var unsentBytes = 8 << 20
  var waitingTransactions = 50_000
  /// Weight that an address may ask for in a minute; 0 is no limit. The real venue's is 1200.
  var weightPerMinute = 0
  /// Messages over sockets in a minute from an address; 0 is no limit. The real venue's is 2000.
  var socketMessagesPerMinute = 0
  var idleSeconds = 60
}

extension NodeConfiguration {
  /// The file as `init` writes it.
  var text: String {
    """
    # A node's own configuration. Every line may be left out; what stands here is the default unless it was given.

    # The chain's name, 1 to 50 letters. Part of every block header.
    chainID: \(chainID)

    # Where clients connect. Anything but loopback opens the node, control included, to whoever reaches the address.
    bind: \(bind)
    port: \(port)

    # Real milliseconds between blocks, and between blocks without transactions.
    blockMilliseconds: \(blockMilliseconds)
    emptyBlockMilliseconds: \(emptyBlockMilliseconds)

    # Chain milliseconds between two oracle observations.
    oracleMilliseconds: \(oracleMilliseconds)

    # A snapshot of the state is written after so many blocks, or so many transactions, whichever comes first: a start
    # executes only what the log holds behind the last one.
    snapshotBlocks: \(snapshotBlocks)
    snapshotTransactions: \(snapshotTransactions)

    # What the server takes before it refuses. The real venue allows an address a weight of 1200 a minute and 2000
    # socket messages; 0 is no limit.
    limits:
      bodyBytes: \(limits.bodyBytes)
      headerBytes: \(limits.headerBytes)
      connections: \(limits.connections)
      connectionsPerAddress: \(limits.connectionsPerAddress)
      subscriptions: \(limits.subscriptions)
      usersPerConnection: \(limits.usersPerConnection)
      postsInFlight: \(limits.postsInFlight)
      unsentBytes: \(limits.unsentBytes)
      waitingTransactions: \(limits.waitingTransactions)
      weightPerMinute: \(limits.weightPerMinute)
      socketMessagesPerMinute: \(limits.socketMessagesPerMinute)
      idleSeconds: \(limits.idleSeconds)

    # Least level of each subsystem's lines in node.log: trace, debug, info, notice, warning, error, critical.
    logs:
      node: \(logs.node)
      chain: \(logs.chain)
      index: \(logs.index)
      server: \(logs.server)

    """
  }

  /// Reads the file's text; an unknown key is an error that names it.
  init(text: String) throws {
    guard let root = try Yams.load(yaml: text) as? [String: Any] else {
      throw NodeFailure(.wrongRequest, "node.yaml: wanted keys and values")
    }
    var reader = SectionReader(values: root, path: "node.yaml")
    chainID = try reader.text("chainID", chainID)
    bind = try reader.text("bind", bind)
    port = try reader.integer("port", port, in: 0...65_535)
    blockMilliseconds = try reader.integer("blockMilliseconds", blockMilliseconds, in: 1...3_600_000)
    emptyBlockMilliseconds = try reader.integer("emptyBlockMilliseconds", emptyBlockMilliseconds, in: 1...3_600_000)
    oracleMilliseconds = Int64(try reader.integer("oracleMilliseconds", Int(oracleMilliseconds), in: 1...86_400_000))
    snapshotBlocks = try reader.integer("snapshotBlocks", snapshotBlocks, in: 1...1 << 30)
    snapshotTransactions = try reader.integer("snapshotTransactions", snapshotTransactions, in: 1...1 << 30)
    if var section = try reader.section("limits") {
      try limits.read(&section)
      try section.finish()
    }
    if var section = try reader.section("logs") {
      logs.node = try section.level("node", logs.node)
      logs.chain = try section.level("chain", logs.chain)
      logs.index = try section.level("index", logs.index)
      logs.server = try section.level("server", logs.server)
      try section.finish()
    }
    try reader.finish()
  }
}

extension ServerLimits {
  mutating func read(_ section: inout SectionReader) throws {
    let large = 1 << 30
    bodyBytes = try section.integer("bodyBytes", bodyBytes, in: 1_024...large)
    headerBytes = try section.integer("headerBytes", headerBytes, in: 1_024...large)
    connections = try section.integer("connections", connections, in: 1...large)
    connectionsPerAddress = try section.integer("connectionsPerAddress", connectionsPerAddress, in: 1...large)
    subscriptions = try section.integer("subscriptions", subscriptions, in: 0...large)
    usersPerConnection = try section.integer("usersPerConnection", usersPerConnection, in: 0...large)
    postsInFlight = try section.integer("postsInFlight", postsInFlight, in: 1...large)
    unsentBytes = try section.integer("unsentBytes", unsentBytes, in: 1_024...large)
    waitingTransactions = try section.integer("waitingTransactions", waitingTransactions, in: 1...large)
    weightPerMinute = try section.integer("weightPerMinute", weightPerMinute, in: 0...large)
    socketMessagesPerMinute = try section.integer("socketMessagesPerMinute", socketMessagesPerMinute, in: 0...large)
    idleSeconds = try section.integer("idleSeconds", idleSeconds, in: 1...86_400)
  }
}

/// Reads a YAML section key by key and tells of what nobody read.
struct SectionReader {
  let values: [String: Any]
  let path: String
  private var read: Set<String> = []

  init(values: [String: Any], path: String) {
    self.values = values
    self.path = path
  }

  private mutating func take(_ key: String) -> Any? {
    read.insert(key)
    return values[key]
  }

  mutating func text(_ key: String, _ standard: String) throws -> String {
    guard let value = take(key) else { return standard }
    guard let text = value as? String, !text.isEmpty else {
      throw NodeFailure(.wrongRequest, "\(path) \(key): wanted text")
    }
    return text
  }

  mutating func integer(_ key: String, _ standard: Int, in range: ClosedRange<Int>) throws -> Int {
    guard let value = take(key) else { return standard }
    guard let number = value as? Int, range.contains(number) else {
      throw NodeFailure(
        .wrongRequest, "\(path) \(key): wanted a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  mutating func level(_ key: String, _ standard: Logger.Level) throws -> Logger.Level {
    guard let value = take(key) else { return standard }
    guard let level = (value as? String).flatMap({ Logger.Level(rawValue: $0) }) else {
      throw NodeFailure(
        .wrongRequest,
        "\(path) \(key): wanted one of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return level
  }

  mutating func section(_ key: String) throws -> SectionReader? {
    guard let value = take(key), !(value is NSNull) else { return nil }
    guard let values = value as? [String: Any] else {
      throw NodeFailure(.wrongRequest, "\(path) \(key): wanted keys and values")
    }
    return SectionReader(values: values, path: "\(path) \(key).")
  }

  func finish() throws {
    if let unknown = values.keys.filter({ !read.contains($0) }).sorted().first {
      throw NodeFailure(
        .wrongRequest, "\(path) \(unknown): is not known; there is \(read.sorted().joined(separator: ", "))")
    }
  }
}
