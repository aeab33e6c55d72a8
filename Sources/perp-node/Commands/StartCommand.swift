import ArgumentParser
import Canonical
import Chain
import Dispatch
import Foundation
import Hyperliquid
import HyperliquidGateway
import Logging
import VenueKit

struct StartCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "start", abstract: "Run a node: make blocks and serve clients until SIGINT or SIGTERM.")

  @Argument(help: "The node's folder.")
  var folder: String

  @Option(name: .long, help: "Port to listen on; 0 takes a free one.")
  var port: Int?

  @Option(name: .long, help: "Address to listen on. Anything but loopback opens the node to whoever reaches it.")
  var bind: String?

  @Option(name: .long, help: "Real time between blocks, such as 100ms or 1s.")
  var every: String?

  @Flag(name: .long, help: "Make blocks only when a control request asks for them.")
  var manual = false

  @Option(name: .long, help: "How fast chain time runs, such as 60x.")
  var speed: String?

  @Option(name: .long, help: "Chain time of the first block, Unix milliseconds; without it, the real time.")
  var from: Int64?

  @Option(name: .long, help: "Stop once chain time has reached this Unix time in milliseconds.")
  var until: Int64?

  @Option(name: .long, parsing: .upToNextOption, help: "COIN=FILE: oracle prices from a file of time,price lines.")
  var prices: [String] = []

  @Option(
    name: .long,
    help: "A file of COIN,PRICE lines for the oracle. It is looked at before each observation: edit it to move prices.")
  var priceFile: String?

  @Option(
    name: .long, help: "A scenario (such as Specs/Scenarios/october-2025.yaml) whose people trade on this chain.")
  var people: String?

  @Option(name: .long, help: "Threads for signatures and the state tree.")
  var threads: Int?

  @Option(
    name: .long,
    help: "Least level of all log lines, whatever the configuration says: trace, debug, info, warning, error.")
  var log: String?

  func run() throws {
    ProcessUsage.keepMemory()
    let node = try Node(NodeFolder(path: folder), options: try options())
    try node.run()
  }

  private func options() throws -> NodeOptions {
    var options = NodeOptions()
    if let log {
      guard let level = Logger.Level(rawValue: log) else {
        throw NodeFailure(.wrongRequest, "--log \(log): wanted trace, debug, info, notice, warning, error or critical")
      }
      options.logLevel = level
    }
    options.port = port
    options.bind = bind
    options.isManual = manual
    options.until = until
    if let from {
      guard (1...4_102_444_800_000).contains(from) else {
        throw NodeFailure(.wrongRequest, "--from \(from): wanted Unix milliseconds before the year 2100")
      }
      options.from = from
    }
    options.threads = threads
    options.priceFile = priceFile
    options.people = people
    options.period = try every.map(Self.milliseconds)
    options.speed = try speed.map(Self.thousandths) ?? 1_000
    for entry in prices {
      let parts = entry.split(separator: "=", maxSplits: 1)
      guard parts.count == 2 else { throw NodeFailure(.wrongRequest, "--prices \(entry): wanted COIN=FILE") }
      options.paths.append((String(parts[0]), try PriceFeed.path(file: String(parts[1]))))
    }
    return options
  }

  /// `100ms`, `2s`, `1m`.
  static func milliseconds(_ text: String) throws -> Int {
    let units: [(String, Int)] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000)]
    for (unit, factor) in units where text.hasSuffix(unit) {
      if let count = Int(text.dropLast(unit.count)), count > 0, count <= 86_400_000 / factor { return count * factor }
      break
    }
    throw NodeFailure(.wrongRequest, "--every \(text): wanted a time such as 100ms, 2s or 1m")
  }

  /// `60x`, `0.5x`.
  static func thousandths(_ text: String) throws -> Int64 {
    guard text.hasSuffix("x"), let factor = Double(text.dropLast()), factor >= 0.001, factor <= 1_000_000 else {
      throw NodeFailure(.wrongRequest, "--speed \(text): wanted a factor such as 60x")
    }
    return Int64((factor * 1_000).rounded())
  }
}

/// What the command line says beside the configuration.
struct NodeOptions {
  var port: Int?
  var bind: String?
  var period: Int?
  var isManual = false
  var speed: Int64 = 1_000
  var until: Int64?
  var from: Int64?
  var threads: Int?
  var paths: [(coin: String, path: PriceFeed.Path)] = []
  var priceFile: String?
  var people: String?
  var logLevel: Logger.Level?
}
