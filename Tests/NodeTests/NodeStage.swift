import Canonical
import Chain
import Cryptography
import Foundation
import Hyperliquid
import HyperliquidGateway
import VenueKit

@testable import perp_node

/// A node's folder of its own, without a server: chain, published view and index, driven block by block.
final class NodeStage {
  static let start: Int64 = 1_760_000_000_000

  let folder: NodeFolder
  private(set) var opened: NodeOpening.Opened
  private(set) var time: Int64
  private let log: NodeLog
  private var traders: [SignedOrders]

  init(_ name: String) throws {
    let path = NSTemporaryDirectory() + "node-tests-\(name)-\(UUID().uuidString)"
    folder = NodeFolder(path: path)
    var configuration = NodeConfiguration()
    configuration.chainID = "hyperliquid-local"
    traders = try (0..<4).map { try SignedOrders(trader: $0, nonce: UInt64(Self.start), isMainnet: false) }
    try folder.create(
      genesis: try InitCommand.genesis(
        of: try NodeFolder.preset("local"), network: "testnet", people: traders.map { ($0.address, 1_000_000) }),
      configuration: configuration)
    log = try NodeLog(folder: folder, levels: .all(.error))
    opened = try Self.open(folder, log)
    time = max(Self.start, opened.engine.lastTime)
    opened.publisher.start()
  }

  private static func open(_ folder: NodeFolder, _ log: NodeLog) throws -> NodeOpening.Opened {
    try NodeOpening(folder: folder, configuration: try folder.configuration(), threads: 1, log: log)
      .open(try folder.genesis())
  }

  var users: [Address] { traders.map(\.address) }
  var engine: SoloEngine<HyperliquidVenue> { opened.engine }

  /// Blocks with so many actions of each trader in each.
  func trade(blocks: Int, actions: Int = 9) throws {
    for _ in 0..<blocks {
      if engine.height == 0 {
        let feed = PriceFeed(state: engine.state)
        let prices = feed.prices.sorted { $0.key < $1.key }.map {
          OraclePrice(asset: $0.key, oracle: $0.value, external: nil)
        }
        try engine.submitProposerData(
          engine.venue.seal(
            HyperliquidContent(action: .proposer(.oracle(prices)), nonce: 0), authority: .proposer))
      } else {
        for index in traders.indices {
          for body in try traders[index].next(actions) {
            try engine.submit(
              raw: HyperliquidRequest(body: try JSONValue(parsing: body.bytes)).transaction, ticket: 0)
          }
        }
      }
      time += 20_000
      _ = try engine.step(time: time)
    }
    opened.publisher.drain()
    opened.index.drain()
  }

  /// As the node does when a snapshot is due.
  func snapshot() throws {
    let write = try engine.deferredSnapshot()
    opened.publisher.enqueueCheckpoint(height: engine.height) {}
    opened.publisher.drain()
    opened.index.drain()
    _ = try write()
  }

  func close() throws {
    try engine.close()
    opened.publisher.stop()
  }

  /// Closes and opens again.
  func restart() throws {
    try close()
    opened = try Self.open(folder, log)
    opened.publisher.start()
    opened.index.drain()
  }

  func reindex() throws {
    try close()
    _ = try NodeOpening(folder: folder, configuration: try folder.configuration(), threads: 1, log: log)
      .reindex(try folder.genesis())
  }

  func reopen() throws {
    opened = try Self.open(folder, log)
    opened.publisher.start()
    opened.index.drain()
  }

  /// What reads answer about history, by request.
  func answers() throws -> [String: String] {
    var answers: [String: String] = [:]
    let info = InfoService(store: opened.publisher.store)
    var requests: [String] = []
    for user in users {
      for type in ["userFills", "historicalOrders", "openOrders", "userNonFundingLedgerUpdates", "portfolio"] {
        requests.append(#"{"type":"\#(type)","user":"\#(user)"}"#)
      }
      requests.append(#"{"type":"userFunding","user":"\#(user)","startTime":0}"#)
      requests.append(#"{"type":"userFillsByTime","user":"\#(user)","startTime":\#(Self.start + 70_000)}"#)
    }
    for span in ["1m", "1h", "1d"] {
      requests.append(
        #"{"type":"candleSnapshot","req":{"coin":"ETH","interval":"\#(span)","startTime":0,"endTime":9999999999999}}"#)
    }
    requests.append(#"{"type":"fundingHistory","coin":"ETH","startTime":0}"#)
    requests.append(#"{"type":"recentTrades","coin":"ETH"}"#)
    requests.append(#"{"type":"metaAndAssetCtxs"}"#)
    for request in requests {
      guard case .json(let json) = info.answer(try JSONValue(parsing: Array(request.utf8))) else {
        answers[request] = "no answer"
        continue
      }
      answers[request] = String(decoding: json, as: UTF8.self)
    }
    return answers
  }

  deinit { try? FileManager.default.removeItem(atPath: folder.path) }
}
