import Canonical
import Quantities
import StateStore
import Testing
import VenueKit

@testable import Hyperliquid

@Suite struct RestoreTests {
  /// Aim: a node that makes everything derived anew after every block reaches the same roots as one that runs through,
  /// whatever the grammar makes, with crashing prices and money leaving HLP again.
  @Test(arguments: [
    ("harsh", 21 as UInt64), ("harsh", 22), ("mainnet", 23), ("testnet", 24), ("local", 26),
  ])
  func historyDecidesNothing(preset: String, seed: UInt64) throws {
    let changes = try Stage.everything + [("vault.lockSeconds", .integer(60)), ("fees.vaultShare", "0.3")]
    var stage = try Stage(preset, changes)
    var restored = try Stage(preset, changes)
    var random = RandomStream(seed, 5, 6, 7)
    let cast = (1...9).map { Address(word0: UInt64($0), word1: 0, word2: 9) }
    for person in cast.prefix(7) {
      try stage.deposit(60_000, person)
      try restored.deposit(60_000, person)
    }
    let total = HyperliquidVenue.grammar.reduce(0) { $0 + $1.weight }
    var withdrawals = 0
    for step in 0..<1_200 {
      var draw = Int(random.uniform(below: UInt64(total)))
      guard
        let rule = HyperliquidVenue.grammar.first(where: {
          draw -= $0.weight; return draw < 0
        }),
        let made = stage.venue.generate(
          rule, random: &random, cast: cast, nonces: &stage.nonces, state: stage.state, block: stage.block)
      else { continue }
      let answer = try? stage.run(made.content, made.signer)
      let other = try? restored.run(made.content, made.signer)
      #expect(answer == other, "\(rule.name)")
      if rule.name == "vault.withdraw", answer != nil { withdrawals += 1 }
      if step % 4 != 0 { continue }
      let span = random.uniform(in: 100...30_000)
      stage.advance(by: span)
      restored.advance(by: span)
      restored.state.rebuildDerived()
      let (root, otherRoot) = (stage.store.commit(), restored.store.commit())
      #expect(root == otherRoot, "step \(step) of \(preset)/\(seed)")
      if root != otherRoot { return }
    }
    #expect(stage.broken() == [])
    #expect(stage.state.counter(.liquidations) > 0)
    #expect(withdrawals > 0)
  }
}
