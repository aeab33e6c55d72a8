import Canonical
import Quantities
import StateStore
import Testing
import VenueKit

@testable import Hyperliquid

/// Markets that end: whatever prices do, nothing crashes, money is conserved and books stand.
@Suite struct CatastropheTests {
  /// Thirty people near the greatest leverage on both sides of two markets, cross and isolated, with HLP behind them.
  static func crowd(_ preset: String, hlp: Int64, seed: UInt64, _ changes: [(path: String, value: JSONValue)] = [])
    throws -> Stage
  {
    var stage = try Stage(preset, changes)
    var random = RandomStream(seed, 1, 2, 3)
    for person in Cast.all { try stage.deposit(10_000_000, person) }
    try stage.oracle([("BTC", "50000"), ("ETH", "2500")])
    if hlp > 0 {
      let vault = stage.venue.configuration.vault.address
      try stage.send(.vaultTransfer(vault: vault, isDeposit: true, amount: UInt64(hlp) * 1_000_000), from: Cast.ada)
    }
    for number in 0..<30 {
      let person = EdgeTests.person(number)
      try stage.deposit(random.uniform(in: preset == "testnet" ? 9_000...16_000 : 2_000...5_000), person)
      let isIsolated = random.chance(ppm: 400_000)
      for (symbol, size, price) in [("BTC", "1", "50000"), ("ETH", "15", "2500")] {
        let market = stage.venue.configuration.market(named: symbol)!
        try stage.leverage(person, symbol, UInt32(market.leverageMaximum(50_000_000_000)), isCross: !isIsolated)
        let isBuy = random.chance(ppm: 500_000)
        let other = number % 3 == 0 ? Cast.cleo : number % 3 == 1 ? Cast.dora : EdgeTests.person(max(0, number - 1))
        try stage.order(other, symbol, !isBuy, size, price)
        try stage.order(person, symbol, isBuy, size, price, .immediateOrCancel)
      }
    }
    stage.advance()
    return stage
  }

  static let paths: [[(String, String)]] = [
    // To one tick and back, times a thousand and back.
    [("0.1", "0.01"), ("50000", "2500"), ("50000000", "2500000"), ("50000", "2500")],
    // Apart: one falls to nothing while the other explodes.
    [("0.1", "2500000"), ("50000000", "0.01"), ("1", "1"), ("90000000000", "0.01")],
    // Step by step, so that all three rungs are used.
    [("49500", "2480"), ("49100", "2450"), ("48600", "2420"), ("47000", "2300"), ("40000", "1500"), ("20000", "5000")],
    [("50600", "2530"), ("51200", "2570"), ("52500", "2650"), ("60000", "3500"), ("90000", "1200"), ("1", "90000")],
  ]

  /// Aim: conservation and every structural invariant hold through the worst paths; nothing crashes.
  @Test(arguments: ["mainnet", "harsh", "testnet"]) func pathsOfRuin(_ preset: String) throws {
    var taken: Int128 = 0
    for (number, path) in Self.paths.enumerated() {
      for hlp in [0, 100_000] as [Int64] {
        var stage = try Self.crowd(preset, hlp: hlp, seed: UInt64(number))
        for (step, prices) in path.enumerated() {
          // A thin book on both sides of the new price.
          for (symbol, price) in [("BTC", prices.0), ("ETH", prices.1)] {
            _ = try? stage.order(Cast.ben, symbol, true, "1", price)
            _ = try? stage.order(Cast.ben, symbol, false, "1", price)
          }
          try stage.oracle([("BTC", prices.0), ("ETH", prices.1)])
          stage.advance(by: step % 2 == 0 ? 3_000 : 3_600_000)
          #expect(stage.broken() == [], "\(preset), path \(number), step \(step), HLP \(hlp)")
        }
        taken += stage.state.counter(.deleveragings)
        _ = stage.venue.summary(state: stage.state, block: stage.block)
        for person in stage.venue.accounts(state: stage.state) { _ = stage.view(person) }
      }
    }
    #expect(taken > 100)
  }
}
