import Canonical
import DYDX
import Foundation
import Quantities
import Testing
import VenueKit

@testable import Fuzzing

/// The fuzzer drives this room through a node, so that its books trade; a machine without a node replays the bytes.
@Suite struct FuzzReachTests {
  static func genesis(_ preset: String) throws -> JSONValue {
    var folder = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { folder.deleteLastPathComponent() }
    let path = folder.appendingPathComponent("Genesis/dydx/\(preset).json").path
    return try JSONValue(parsing: Array(try #require(FileManager.default.contents(atPath: path))))
  }

  @Test("Random cases trade, liquidate, deleverage, quote and move pools, and hold as bytes alone")
  func reach() throws {
    let venue = try DYDXVenue(genesis: Self.genesis("harsh"), chainID: "fuzz-1")
    var reached: [String: Int] = [:]
    func note(_ name: String, _ isReached: Bool = true) { if isReached { reached[name, default: 0] += 1 } }
    for number in 0..<6 {
      var machine = FuzzMachine(
        venue: venue, chainID: "fuzz-1", time: 1_760_130_000_000, hasCanary: false, isNode: true)
      var replay = FuzzMachine(venue: venue, chainID: "fuzz-1", time: 1_760_130_000_000, hasCanary: false)
      var generator = FuzzGenerator(venue: venue, seed: 5, number: number)
      for height in 1...40 {
        var next = machine.block
        next.time = generator.nextTime(after: next.time)
        let state = machine.store.tables
        let steps = machine.proposed(
          height == 1 ? generator.opening(state: state, block: next) : generator.steps(state: state, block: next),
          time: next.time
        ).steps
        let bytes = steps.map(\.bytes)
        let outcome = machine.run(bytes, time: next.time, checksAll: true)
        #expect(outcome.broken == nil)
        #expect(replay.run(bytes, time: next.time, checksAll: false).execution.root == outcome.execution.root)
        for event in outcome.execution.events { note(event.name) }
        let refused = Set(outcome.execution.refusals.map(\.index))
        for (index, step) in steps.enumerated() {
          note("own operations refused", step.rule == "proposed operations" && refused.contains(index))
          note("forged operations refused", step.rule.hasPrefix("forged") && refused.contains(index))
        }
        let after = machine.store.tables
        for key in after.orders.sortedKeys() { note("vault orders", after.isVault(key.subaccount.owner)) }
        for pair in after.vaults.sortedKeys() {
          note("vault positions", !after.holdings(VaultAddress.vault(pair)).positions.isEmpty)
        }
        note("isolated pools", after.ledger.balance(of: Purse.pool(.isolated(2)), asset: Purse.dollar) > 0)
        note("stateful orders", !after.orders.isEmpty)
        note("parts", after.orders.sortedKeys().contains { $0.flags == 256 })
      }
    }
    for name in [
      "trade", "liquidation", "deleveraging", "funding", "triggered", "vault orders", "vault positions",
      "isolated pools", "stateful orders", "parts", "forged operations refused",
    ] {
      #expect(reached[name, default: 0] > 0, "\(name)")
    }
    #expect(reached["own operations refused"] == nil)
  }
}
