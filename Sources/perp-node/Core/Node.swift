import Canonical
import Chain
import Dispatch
import Foundation
import Hyperliquid
import HyperliquidGateway
import Logging
import VenueKit

/// A running node: chain, publisher and server, from a folder.
final class Node {
  private let folder: NodeFolder
  private let options: NodeOptions
  private let configuration: NodeConfiguration
  private let log: NodeLog

  init(_ folder: NodeFolder, options: NodeOptions) throws {
    self.folder = folder
    self.options = options
    configuration = try folder.configuration()
    log = try NodeLog(folder: folder, levels: options.logLevel.map { .all($0) } ?? configuration.logs)
  }

  /// Returns once the node was told to stop and did.
  func run() throws {
    let genesis = try folder.genesis()
    let opened = try NodeOpening(
      folder: folder, configuration: configuration, threads: options.threads, log: log
    ).open(genesis)
    let engine = opened.engine
    let publisher = opened.publisher
    let index = opened.index
    let snapshots = SnapshotKeeper(
      folder: folder.chainPath, blocks: configuration.snapshotBlocks,
      transactions: configuration.snapshotTransactions, height: opened.snapshotHeight, logger: log.chain
    ) { index.keepCheckpoints(at: $0) }
    let host = try host(engine, publisher, snapshots)
    publisher.start()
    if engine.height == 0 { try host.makeFirstBlock() }
    publisher.drain()
    let identity = NodeIdentity(
      chainID: configuration.chainID, preset: configuration.chainID,
      isMainnet: engine.venue.configuration.isMainnet, folder: folder.path)
    let services = NodeServices(
      store: publisher.store, waiters: publisher.waiters, hub: publisher.hub, metrics: publisher.metrics, host: host,
      limits: configuration.limits, identity: identity, logger: log.server)
    // Sockets need a tenth of what signatures do: on few processors a second thread for them only gets in the way.
    let server = NodeServer(services, threads: ProcessInfo.processInfo.activeProcessorCount < 8 ? 1 : 2)
    let bind = options.bind ?? configuration.bind
    let port = try listen(server, bind)
    let signals = StopSignals { host.stop() }
    announce(port: port, bind: bind, services)
    defer { signals.cancel() }
    var failure: (any Error)?
    do { try host.run() } catch { failure = error }
    publisher.stop()
    snapshots.finish()
    server.stop()
    try? FileManager.default.removeItem(atPath: folder.addressPath)
    if let failure {
      log.node.critical("stopped: \(failure)")
      throw failure
    }
    let view = publisher.store.view
    log.node.info("stopped", metadata: ["height": "\(view.block.height)", "root": "\(view.root.hex)"])
  }

  private func host(
    _ engine: SoloEngine<HyperliquidVenue>, _ publisher: Publisher, _ snapshots: SnapshotKeeper
  ) throws -> ChainHost {
    var rhythm = BlockRhythm(
      period: options.isManual ? nil : options.period ?? configuration.blockMilliseconds,
      emptyPeriod: configuration.emptyBlockMilliseconds)
    if let period = options.period { rhythm.emptyPeriod = max(period, min(rhythm.emptyPeriod, period * 10)) }
    rhythm.speed = options.speed
    rhythm.until = options.until
    rhythm.from = options.from
    let state = publisher.store.view.state
    var paths: [AssetID: PriceFeed.Path] = [:]
    for (coin, path) in options.paths {
      guard let market = state.parameters.markets.first(where: { $0.symbol == coin && $0.isPerpetual }) else {
        throw NodeFailure(.wrongRequest, "--prices \(coin): there is no such market")
      }
      paths[market.asset] = path
    }
    let file = try options.priceFile.map { try PriceFile(path: $0, state: state) }
    return ChainHost(
      engine: engine, publisher: publisher, snapshots: snapshots,
      feed: PriceFeed(state: state, paths: paths, file: file),
      people: try options.people.map { try ResidentPeople(file: $0, engine: engine) },
      rhythm: rhythm,
      oraclePeriod: configuration.oracleMilliseconds, mailboxLimit: configuration.limits.waitingTransactions,
      logger: log.chain)
  }

  private func listen(_ server: NodeServer, _ bind: String) throws -> Int {
    let port = options.port ?? configuration.port
    do {
      return try server.start(host: bind, port: port)
    } catch {
      throw NodeFailure(.wrongRequest, "cannot listen on \(bind) port \(port): \(error)")
    }
  }

  /// The first line says that the node is ready.
  private func announce(port: Int, bind: String, _ services: NodeServices) {
    let host = bind.contains(":") ? "[\(bind)]" : bind
    let base = "http://\(host):\(port)"
    let view = services.store.view
    let lines = [
      "listening \(base)",
      "height    \(view.block.height)",
      "root      \(view.root.hex)",
      "network   \(services.identity.isMainnet ? "mainnet" : "testnet") signatures",
      "rest      \(base)/info \(base)/exchange",
      "socket    ws\(base.dropFirst(4))/ws",
      "metrics   \(base)/metrics",
      "accounts  \(view.state.parameters.accounts.map { "\($0.address) \($0.amount / 1_000_000) USDC" }.joined(separator: ", "))",
      "vaults    \(view.state.vaultAddresses().map(\.description).joined(separator: ", "))",
      "log       \(folder.logPath)",
    ]
    // Past the buffer of the standard stream: whoever waits for the first line waits for nothing else.
    FileHandle.standardOutput.write(Data((lines.joined(separator: "\n") + "\n").utf8))
    try? folder.write(base + "\n", to: folder.addressPath)
    log.node.info("listening", metadata: ["address": "\(base)", "height": "\(view.block.height)"])
  }
}

/// SIGINT and SIGTERM as a call. Once made, no signal is lost: whoever reads that the node is ready may stop it.
private final class StopSignals {
  private var sources: [any DispatchSourceSignal] = []

  init(_ stop: @escaping @Sendable () -> Void) {
    let registered = DispatchSemaphore(value: 0)
    for number in [SIGINT, SIGTERM] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler(handler: stop)
      source.setRegistrationHandler { registered.signal() }
      source.resume()
      registered.wait()
      sources.append(source)
    }
    signal(SIGPIPE, SIG_IGN)
  }

  func cancel() { for source in sources { source.cancel() } }
}
