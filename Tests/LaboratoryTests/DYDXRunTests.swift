import Canonical
import Catalog
import Foundation
import Testing

@testable import Laboratory

/// Small runs on the dYdX room: its last lines of defence, its vault, and the same chain signed and unsigned.
@Suite struct DYDXRunTests {
  private var root: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  }

  /// A quiet minute and a half, then the price loses an eighth within three seconds while the makers are away.
  private func scenario(fund: String, more: String) -> String {
    """
    name: fall
    seed: 3
    clock: {start: 2025-10-10T20:00:00Z, duration: 150s, block: 1s}
    markets:
      BTC:
        path:
          gbm: {start: 110000 USDC, volatility: 20 %}
    venues:
      - name: memclob
        room: dydx
        preset: \(root.path)/Genesis/dydx/harsh.json
        overrides: {insuranceFund: "\(fund)"}
    people:
      - name: retail
        role: noise
        count: 24
        leverage: {uniform: [20x, 50x]}
        exposure: {uniform: [70 %, 95 %]}
        long: 90 %
        initial: 100 %
        warmup: 40s
      - {name: short, role: noise, count: 8, deposit: 60000 USDC, leverage: 8x, long: 0 %, initial: 100 %, warmup: 40s}
      - {name: maker, role: maker, count: 3, deposit: 1000000 USDC, levels: 4}
      - {name: provider, role: provider, count: 4, deposit: 300000 USDC}
    shocks:
      - {at: 85s, withdraw: maker, for: 50s}
      - {at: 90s, market: BTC, move: -12 %, over: 3s}
    \(more)
    """
  }

  private let assertions = """
    assertions:
      - {metric: ledger-gap, compare: "=", value: 0 USDC}
      - {metric: result-gap, compare: "=", value: 0 USDC}
      - {metric: liquidations, compare: ">=", value: 1}
      - {metric: loss-insurance, compare: ">", value: 0 USDC}
    """

  @Test("The insurance fund pays, and when it is empty winners are deleveraged; the signed run has the same roots")
  func emptied() throws {
    let folder = try TemporaryFolder()
    let more =
      assertions
        + """

          - {metric: deleveragings, compare: ">=", value: 1}
          - {metric: loss-deleveraged-traders, compare: ">", value: 0 USDC}
        """
    let file = try folder.write(scenario(fund: "500", more: more), "s.yaml")
    let plain = try run(scenarioFile: file, out: folder.path + "/plain", factories: RoomCatalog.factories)
    #expect(plain.exitCode == 0, "\(plain.message ?? "")")
    let events = folder.text("plain/events.jsonl")
    #expect(events.contains("deleveraging") && events.contains("liquidation"))
    let signed = try run(
      scenarioFile: file, out: folder.path + "/signed", options: RunOptions(signed: true, threads: 2),
      factories: RoomCatalog.factories)
    #expect(plain.identity == signed.identity)
    for name in ["roots.csv", "metrics.csv", "comparison.csv", "events.jsonl", "report.html"] {
      #expect(folder.read("plain/\(name)") == folder.read("signed/\(name)"), "\(name)")
    }
    // Orders of people are recovered when they arrive, those of matches again with the block that carries them.
    let timing = try JSONValue(parsing: folder.read("signed/timing.json") ?? [])
    #expect(try #require(timing["signaturesVerified"]?.int) > 100)
  }

  @Test("A large fund pays more, and fewer winners are deleveraged")
  func insured() throws {
    let folder = try TemporaryFolder()
    func figures(fund: String) throws -> (deleveragings: Double, paid: Double) {
      let file = try folder.write(scenario(fund: fund, more: assertions), "\(fund).yaml")
      let outcome = try run(scenarioFile: file, out: "\(folder.path)/\(fund)", factories: RoomCatalog.factories)
      #expect(outcome.exitCode == 0, "\(outcome.message ?? "")")
      let rows = folder.text("\(fund)/comparison.csv").split(separator: "\n").map { $0.split(separator: ",") }
      func figure(_ name: String) throws -> Double {
        let row = try #require(rows.first { $0.count > 3 && $0[1] == name })
        return try #require(Double(String(row[3])))
      }
      return (try figure("deleveragings"), try figure("loss-insurance"))
    }
    let (small, large) = (try figures(fund: "500"), try figures(fund: "5000000"))
    #expect(small.deleveragings > large.deleveragings)
    #expect(small.paid <= 500 && large.paid > 500)
  }

  @Test("The megavault takes the providers' money, quotes with nine tenths of it, and gives it back")
  func provided() throws {
    let folder = try TemporaryFolder()
    let text = """
      name: vault
      clock: {start: 2025-10-10T20:00:00Z, duration: 2min, block: 1s}
      markets:
        BTC:
          path:
            gbm: {start: 110000 USDC, volatility: 20 %}
      venues:
        - {name: memclob, room: dydx, preset: \(root.path)/Genesis/dydx/mainnet.json}
      people:
        - {name: provider, role: provider, count: 2, deposit: 1000000 USDC, check: 5s}
        - {name: leaver, role: provider, count: 1, deposit: 500000 USDC, check: 5s, redeem: 60s}
      assertions:
        - {metric: result-gap, compare: "=", value: 0 USDC}
        # Nobody trades, so what stays is what came less what the leaver took.
        - {metric: pool-value, compare: "=", value: 2000000 USDC}
        - {metric: refusals, compare: "=", value: 0}
      """
    let file = try folder.write(text, "s.yaml")
    let outcome = try run(scenarioFile: file, out: folder.path + "/v", factories: RoomCatalog.factories)
    #expect(outcome.exitCode == 0, "\(outcome.message ?? "")")
    let last = try #require(folder.text("v/metrics.csv").split(separator: "\n").last)
    let names = try #require(folder.text("v/metrics.csv").split(separator: "\n").first).split(separator: ",")
    let fields = last.split(separator: ",", omittingEmptySubsequences: false)
    func field(_ name: String) throws -> Double {
      let place = try #require(names.firstIndex { $0 == name })
      return try #require(Double(String(fields[place])))
    }
    // The vault holds 1.8 million and offers a tenth of it in each of two layers.
    #expect((300_000...400_000).contains(try field("depth_ask_100bp")))
    #expect((300_000...400_000).contains(try field("depth_bid_100bp")))
  }
}
