import Chain
import Hyperliquid
import Synchronization

/// Counters of a running node, told in Prometheus' text format; CometBFT's names where the thing is the same.
final class NodeMetrics: Sendable {
  private struct Content {
    var height: UInt64 = 0
    var blockTime: Int64 = 0
    var previousBlockTime: Int64 = 0
    var blocks: UInt64 = 0
    var transactions: UInt64 = 0
    var refused: UInt64 = 0
    var blockNanoseconds: UInt64 = 0
    var lastTransactions = 0
    var requests: [String: UInt64] = [:]
    var sockets = 0
    var dropped: UInt64 = 0
  }

  private let content = Mutex(Content())

  func noteBlock(nanoseconds: UInt64, transactions: Int, refused: Int) {
    content.withLock { content in
      content.blocks += 1
      content.transactions += UInt64(transactions)
      content.refused += UInt64(refused)
      content.blockNanoseconds += nanoseconds
      content.lastTransactions = transactions
    }
  }

  func notePublished(_ observed: ObservedBlock<HyperliquidVenue>) {
    content.withLock { content in
      content.height = observed.block.height
      content.previousBlockTime = content.blockTime
      content.blockTime = observed.block.time
    }
  }

  func noteRequest(_ kind: String) { content.withLock { $0.requests[kind, default: 0] += 1 } }
  func noteSocket(_ change: Int) { content.withLock { $0.sockets += change } }
  func noteDropped() { content.withLock { $0.dropped += 1 } }

  func text(waiting: Int) -> String {
    let content = content.withLock { $0 }
    var lines: [String] = []
    func add(_ name: String, _ type: String, _ help: String, _ value: String, labels: String = "") {
      lines += ["# HELP \(name) \(help)", "# TYPE \(name) \(type)", "\(name)\(labels) \(value)"]
    }
    add("cometbft_consensus_height", "gauge", "Height of the chain.", "\(content.height)")
    add("cometbft_consensus_num_txs", "gauge", "Transactions of the last block.", "\(content.lastTransactions)")
    add("cometbft_consensus_total_txs", "counter", "Transactions since the node started.", "\(content.transactions)")
    add(
      "cometbft_consensus_block_interval_seconds", "gauge", "Chain time between the last two blocks.",
      "\(Double(max(0, content.blockTime - content.previousBlockTime)) / 1_000)")
    add("cometbft_mempool_size", "gauge", "Transactions that wait for a block.", "\(waiting)")
    add(
      "cometbft_state_block_processing_time_sum", "counter", "Seconds spent making blocks, sync included.",
      "\(Double(content.blockNanoseconds) / 1e9)")
    add("cometbft_state_block_processing_time_count", "counter", "Blocks made.", "\(content.blocks)")
    add("process_cpu_seconds_total", "counter", "Processor time of the node.", "\(ProcessUsage.seconds)")
    add("process_resident_memory_bytes", "gauge", "Memory of the node.", "\(ProcessUsage.residentBytes)")
    add("perp_node_refused_total", "counter", "Transactions refused.", "\(content.refused)")
    add("perp_node_sockets", "gauge", "Open sockets.", "\(content.sockets)")
    add("perp_node_dropped_total", "counter", "Connections dropped as slow readers.", "\(content.dropped)")
    lines += ["# HELP perp_node_requests_total Requests by kind.", "# TYPE perp_node_requests_total counter"]
    for (kind, count) in content.requests.sorted(by: { $0.key < $1.key }) {
      lines.append("perp_node_requests_total{kind=\"\(kind)\"} \(count)")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
