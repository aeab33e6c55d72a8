import Foundation

/// Scenarios of a second or two, and runs of them that several tests look at.
enum Sample {
  /// Thirty people on an order book; `blocks` blocks of a second.
  static func scenario(blocks: Int = 90, more: String = "") -> String {
    """
    name: small
    seed: 7
    clock: {start: 2025-10-10T20:00:00Z, duration: \(blocks)s, block: 1s}
    markets:
      BTC:
        path:
          gbm: {start: 100000 USDC, volatility: 300 %}
    venues:
      - {name: book, room: hyperliquid}
    people:
      - {name: retail, role: noise, count: 24, initial: 100 %, warmup: 15s}
      - {name: maker, role: maker, count: 3}
      - {name: provider, role: provider, count: 2}
      - {name: keeper, role: keeper}
    metrics: {every: 10s}
    \(more)
    """
  }

  static let assertion = """
    assertions:
      - {metric: ledger-gap, compare: "=", value: 0 USDC}
    """

  /// A run that is made once and only read.
  final class Made: @unchecked Sendable {
    let workspace: Workspace
    let ended: Ended

    init(blocks: Int, _ options: [String], more: String = "") throws {
      workspace = try Workspace()
      let scenario = try workspace.write(Sample.scenario(blocks: blocks, more: more), "small.yaml")
      ended = try PerpBinary.run(["run", scenario, "--out", workspace.file("run")] + options)
    }

    var folder: String { workspace.file("run") }
  }

  static let plain = Result { try Made(blocks: 90, ["--json"], more: assertion) }
  static let signed = Result { try Made(blocks: 90, ["--signed", "--threads", "1", "--json"], more: assertion) }
  /// Few blocks, for those who replay it often.
  static let brief = Result { try Made(blocks: 16, ["--signed"]) }

  /// What a run leaves that depends on nothing but its identity.
  static let outputs = [
    "manifest.json", "scenario.yaml", "roots.csv", "metrics.csv", "trades.csv", "liquidations.csv", "events.jsonl",
    "comparison.csv", "report.html",
  ]
}
