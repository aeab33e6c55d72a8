import Canonical
import Quantities
import Testing
import VenueKit

@testable import Hyperliquid

@Suite struct RandomActionTests {
  /// Aim: whatever the grammar makes, in any order, keeps every invariant; refusals leave no trace (the stage checks).
  @Test(arguments: [
    ("mainnet", 11 as UInt64), ("harsh", 12), ("testnet", 13), ("harsh", 14), ("local", 15), ("local", 16),
  ])
  func randomActionsKeepEveryInvariant(preset: String, seed: UInt64) throws {
    var stage = try Stage(preset, Stage.everything + [("fees.vaultShare", "0.3")])
    var random = RandomStream(seed, 2, 3, 4)
    let cast = (1...9).map { Address(word0: UInt64($0), word1: 0, word2: 9) }
    for person in cast.prefix(6) { try stage.deposit(60_000, person) }
    var refusals: [String: Int] = [:]
    var accepted: [String: Int] = [:]
    let total = HyperliquidVenue.grammar.reduce(0) { $0 + $1.weight }
    for step in 0..<1_500 {
      var draw = Int(random.uniform(below: UInt64(total)))
      guard
        let rule = HyperliquidVenue.grammar.first(where: {
          draw -= $0.weight; return draw < 0
        })
      else { continue }
      guard
        let made = stage.venue.generate(
          rule, random: &random, cast: cast, nonces: &stage.nonces, state: stage.state, block: stage.block)
      else { continue }
      do {
        let answer = try stage.run(made.content, made.signer)
        if answer.statuses.contains(where: { !$0.isError }) || answer.kind == .default {
          accepted[rule.name, default: 0] += 1
        }
        for case .error(let error, _, _) in answer.statuses { refusals["\(error)", default: 0] += 1 }
      } catch {
        refusals[error.name, default: 0] += 1
      }
      if step % 3 == 0 { stage.advance(by: random.uniform(in: 100...40_000)) }
      if step % 30 == 0 {
        stage.advance(by: 500)
        let broken = stage.broken()
        #expect(broken.isEmpty, "step \(step) of \(preset)/\(seed): \(broken)")
        if !broken.isEmpty { return }
      }
    }
    let summary = stage.venue.summary(state: stage.state, block: stage.block)
    let held = summary.balances.reduce(Int128(0)) { $0 + $1.amount }
    #expect(held == summary.deposits - summary.withdrawals)
    #expect(accepted.count >= 15, "\(accepted)")
    #expect(refusals.count >= 15, "\(refusals)")
  }
}
