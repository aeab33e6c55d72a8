import Canonical
import Quantities
import Testing
import VenueKit

@testable import GMX

@Suite struct RandomVenueTests {
  /// Aim: whatever the grammar makes, in any order, keeps every invariant, and refusals leave no trace.
  @Test(arguments: [("bitcoin", 21 as UInt64), ("dogecoin", 22), ("arbitrum", 23), ("harsh", 24), ("arbitrum-v1", 24)])
  func randomActionsKeepEveryInvariant(preset: String, seed: UInt64) throws {
    var stage = try VenueStage(preset)
    var random = RandomStream(seed, 2, 3, 4)
    let cast = (1...8).map { Address(word0: UInt64($0) << 56, word1: 1, word2: 9) }
    for person in cast.prefix(6) { try stage.bringIn(200_000, to: person) }
    var price: Int128 = 100_000
    var accepted: [String: Int] = [:]  // lookup only
    var refused: [String: Int] = [:]  // lookup only
    let total = GMXVenue.grammar.reduce(0) { $0 + $1.weight }
    for step in 0..<1_200 {
      var draw = Int(random.uniform(below: UInt64(total)))
      guard
        let rule = GMXVenue.grammar.first(where: {
          draw -= $0.weight
          return draw < 0
        }),
        let made = stage.venue.generate(
          rule, random: &random, cast: cast, nonces: &stage.nonces, state: stage.state, block: stage.block)
      else { continue }
      do throws(GMXRefusal) {
        _ = try stage.run(made.content, made.signer == .zero ? nil : made.signer)
        accepted[rule.name, default: 0] += 1
      } catch {
        refused[error.name, default: 0] += 1
      }
      if step % 4 == 0 {
        stage.advance(by: random.uniform(in: 1...90))
        price = max(1_000, price + price * Int128(random.uniform(in: -200...200)) / 10_000)
        try stage.observe(price)
      }
      if step % 40 == 0 {
        stage.advance()
        let broken = stage.broken()
        #expect(broken.isEmpty, "step \(step) of \(preset)/\(seed): \(broken)")
        // Beyond what the common scale can tell, only the exact invariants speak.
        if stage.venue.summary(state: stage.state, block: stage.block).deposits < .max { #expect(stage.gap == 0) }
        if !broken.isEmpty { return }
      }
    }
    #expect(accepted.count >= 15, "\(accepted)")
    if preset == "arbitrum-v1" { #expect(accepted.keys.filter { $0.hasPrefix("v1") }.count >= 4) }
    #expect(refused.count >= 15, "\(refused)")
  }
}
