import Canonical
import Chain
import Foundation
import Hyperliquid
import HyperliquidGateway
import Logging
import VenueKit

/// Opens a node's folder: chain, published view and history index, level with each other.
struct NodeOpening {
  let folder: NodeFolder
  let configuration: NodeConfiguration
  let threads: Int?
  let log: NodeLog

  struct Opened {
    var engine: SoloEngine<HyperliquidVenue>
    var publisher: Publisher
    var index: IndexWriter
    /// Of the snapshot that the chain began from; zero is genesis.
    var snapshotHeight: UInt64
  }

  /// Executes what the log holds behind the newest snapshot of which the index knows the history; without one, all of
  /// it.
  func open(_ genesis: JSONValue) throws -> Opened {
    let venue = try venue(genesis)
    let database = try HistoryDatabase(path: folder.indexPath)
    try clearIfForeign(database)
    let start = BlockContext(chainID: configuration.chainID, height: 0, time: 0, proposer: .zero)
    let store = GatewayStore(
      view: GatewayView(state: venue.genesisState(), block: start, root: .zero),
      history: HistoryIndex(limits: .archived), archive: database)
    let index = try IndexWriter(database: database, store: store, logger: log.index)
    let publisher = Publisher(
      store: store, waiters: Waiters(), hub: StreamHub(), metrics: NodeMetrics(), recorder: index)
    let stage = OpeningStage()
    let memory = ObserverMemory(
      knows: { height in
        stage.history = (try? database.checkpoint(at: height)).flatMap { bytes in
          bytes.flatMap { try? HistoryIndex(checkpoint: $0, limits: .archived) }
        }
        return stage.history != nil
      },
      begin: { height in
        stage.begin = height
        if height > 0, let history = stage.history { store.begin(with: history) }
      })
    do throws(ChainError) {
      let engine = try SoloEngine<HyperliquidVenue>(
        venue: venue, options: chainOptions,
        observer: { observed in
          if stage.isOpen { publisher.enqueue(observed) } else { publisher.replay(observed) }
        }, memory: memory)
      stage.isOpen = true
      store.show(GatewayView(state: engine.state, block: engine.lastBlockContext, root: engine.root))
      if let torn = engine.recovered {
        log.chain.warning("the log ended in an unfinished block", metadata: ["bytes": "\(torn.bytes)"])
      }
      log.chain.info("opened", metadata: ["height": "\(engine.height)", "snapshot": "\(stage.begin)"])
      return Opened(engine: engine, publisher: publisher, index: index, snapshotHeight: stage.begin)
    } catch .diverged(let divergence) {
      throw NodeFailure(.disagreement, "\(divergence)")
    } catch {
      throw NodeFailure(.wrongRequest, "\(folder.path): \(error)")
    }
  }

  private var chainOptions: ChainOptions {
    var chain = ChainOptions(
      chainID: configuration.chainID, folder: folder.chainPath,
      threads: threads ?? max(1, ProcessInfo.processInfo.activeProcessorCount), requiresSignatures: true,
      isDurable: true, makesWitness: false, blockLimit: 20_000)
    chain.keepsEvents = false
    chain.poolLimit = configuration.limits.waitingTransactions + 1_024
    return chain
  }

  private func venue(_ genesis: JSONValue) throws -> HyperliquidVenue {
    do throws(GenesisError) {
      return try HyperliquidVenue(genesis: genesis, chainID: configuration.chainID)
    } catch {
      throw NodeFailure(.wrongRequest, "\(folder.genesisPath): \(error.path) \(error.problem)")
    }
  }

  /// An index whose last block is not in the log is another chain's, or one's that was rolled back.
  private func clearIfForeign(_ database: HistoryDatabase) throws {
    guard let position = try database.position() else { return }
    let logged: Hash32?
    do throws(ChainError) {
      logged = try ChainFolder.blockHash(at: position.height, in: folder.chainPath)
    } catch {
      throw NodeFailure(.wrongRequest, "\(folder.path): \(error)")
    }
    if logged == position.blockHash { return }
    log.index.warning(
      "the history index is of another log and is made anew", metadata: ["height": "\(position.height)"])
    try database.clear()
  }

  /// Makes the index anew from the log, from genesis on. Nobody else may have the folder open.
  func reindex(_ genesis: JSONValue) throws -> ReplayReport {
    let venue = try venue(genesis)
    do throws(ChainError) {
      _ = try ChainFolder.height(of: folder.chainPath)
    } catch {
      throw NodeFailure(.wrongRequest, "\(folder.path): \(error)")
    }
    let database = try HistoryDatabase(path: folder.indexPath)
    try database.clear()
    let start = BlockContext(chainID: configuration.chainID, height: 0, time: 0, proposer: .zero)
    let store = GatewayStore(
      view: GatewayView(state: venue.genesisState(), block: start, root: .zero),
      history: HistoryIndex(limits: .archived), archive: database)
    let index = try IndexWriter(database: database, store: store, logger: log.index)
    defer { index.finish() }
    let snapshots = Set(ChainFolder.snapshots(in: folder.chainPath))
    do throws(ChainError) {
      var replayer = try Replayer<HyperliquidVenue>(genesis: genesis, options: chainOptions) { observed in
        index.record(observed, store.publish(observed))
        if snapshots.contains(observed.block.height) { index.checkpoint(height: observed.block.height) {} }
      }
      let report = try replayer.run(folder: folder.chainPath)
      if let divergence = report.divergence { throw .diverged(divergence) }
      return report
    } catch .diverged(let divergence) {
      throw NodeFailure(.disagreement, "\(divergence)")
    } catch {
      throw NodeFailure(.wrongRequest, "\(folder.path): \(error)")
    }
  }
}

/// How far the opening of a chain is. Of the thread that opens it; others see it only once it is open.
private final class OpeningStage: @unchecked Sendable {
  var isOpen = false
  var begin: UInt64 = 0
  /// Of the checkpoint that was read last.
  var history: HistoryIndex?
}
