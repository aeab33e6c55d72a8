import Canonical
import Quantities
import Testing
import VenueKit

@testable import Hyperliquid

@Suite struct GrammarTests {
  private let cast = (1...7).map { SmallRoom.person($0) }

  private func populated() throws -> SmallRoom {
    var room = try SmallRoom()
    for person in cast.prefix(6) { try room.deposit(50_000, to: person) }
    return room
  }

  /// Aim: rules have names of their own and weights; there are rules of both kinds.
  @Test func rulesAreNamed() {
    let rules = HyperliquidVenue.grammar
    #expect(Set(rules.map(\.name)).count == rules.count)
    #expect(rules.allSatisfy { $0.weight > 0 })
    #expect(rules.count { !$0.isInvalid } >= 40 && rules.count { $0.isInvalid } >= 40)
  }

  /// Aim: every rule finds material in the course of a run; what is made to be refused is refused, and of what is made
  /// to pass enough passes.
  @Test func everyRuleGenerates() throws {
    var tally: [String: (made: Int, refused: Int)] = [:]
    for seed in UInt64(1)...3 { try tallyRules(seed: seed, &tally) }
    for rule in HyperliquidVenue.grammar where rule.name != "oracle.jump" {
      let count = tally[rule.name, default: (0, 0)]
      #expect(count.made > 0, "\(rule.name) never found material")
      if rule.isInvalid {
        #expect(count.refused == count.made, "\(rule.name): \(count)")
      } else {
        #expect(count.refused < count.made, "\(rule.name): \(count)")
      }
    }
  }

  private func tallyRules(seed: UInt64, _ tally: inout [String: (made: Int, refused: Int)]) throws {
    var room = try populated()
    var random = RandomStream(seed, 2, 3, 4)
    for round in 0..<24 {
      for _ in 0..<25 { _ = room.step(&random, cast: cast) }
      room.next(round % 8 == 7 ? 3_600_000 : 2_000)
      // Both orders, since some rules use up the material of others.
      let rules = round % 2 == 0 ? HyperliquidVenue.grammar : HyperliquidVenue.grammar.reversed()
      for rule in rules where rule.name != "oracle.jump" && (!rule.isInvalid || round % 4 < 2) {
        let result = room.perform(rule, &random, cast: cast)
        if result.made == nil { continue }
        let isRefused = result.refusal != nil || result.errors > 0
        tally[rule.name, default: (0, 0)].made += 1
        if isRefused { tally[rule.name, default: (0, 0)].refused += 1 }
      }
    }
  }

  /// Aim: the same stream and state make the same transactions, whatever ran before in the process.
  @Test func generationIsDeterministic() throws {
    func course() throws -> [HyperliquidContent] {
      var room = try populated()
      var random = RandomStream(9, 9, 9, 9)
      var made: [HyperliquidContent] = []
      for step in 0..<400 {
        if let content = room.step(&random, cast: cast).made?.content { made.append(content) }
        if step % 5 == 0 { room.next() }
      }
      return made
    }
    let first = try course()
    #expect(first.count > 200)
    #expect(try course() == first)
  }

  /// Aim: a rebuilt state, whose derived lists may stand in another order, makes the same transactions.
  @Test func generationDoesNotDependOnHistory() throws {
    var room = try populated()
    var random = RandomStream(4, 4, 4, 4)
    for step in 0..<300 {
      _ = room.step(&random, cast: cast)
      if step % 5 == 0 { room.next() }
    }
    var rebuilt = room
    rebuilt.state.rebuildDerived()
    for rule in HyperliquidVenue.grammar {
      var (left, right) = (random, random)
      var (leftNonces, rightNonces) = (room.nonces, room.nonces)
      let first = room.venue.generate(
        rule, random: &left, cast: cast, nonces: &leftNonces, state: room.state, block: room.block)
      let second = room.venue.generate(
        rule, random: &right, cast: cast, nonces: &rightNonces, state: rebuilt.state, block: room.block)
      #expect(first?.content == second?.content && first?.signer == second?.signer, "\(rule.name)")
    }
  }

  /// Aim: transactions made to pass travel as bytes and come back as they were.
  @Test func transactionsTravel() throws {
    var room = try populated()
    var random = RandomStream(7, 7, 7, 7)
    var travelled = 0
    for step in 0..<500 {
      let result = room.step(&random, cast: cast)
      if step % 5 == 0 { room.next() }
      guard let made = result.made, !result.rule.isInvalid else { continue }
      let authority: Authority = made.signer == .zero ? .proposer : .unsigned(made.signer)
      let bytes = room.venue.seal(made.content, authority: authority)
      #expect(try room.venue.decode(bytes).content == made.content, "\(result.rule.name)")
      travelled += 1
    }
    #expect(travelled > 200)
  }

  /// Aim: with nobody in the cast, or nobody who has an account, nothing is made and nothing crashes.
  @Test func emptyCasts() throws {
    let room = try SmallRoom()
    var random = RandomStream(1, 1, 1, 1)
    var nonces = NonceSource()
    for rule in HyperliquidVenue.grammar {
      let none = room.venue.generate(
        rule, random: &random, cast: [], nonces: &nonces, state: room.state, block: room.block)
      #expect(none == nil)
      let strangers = room.venue.generate(
        rule, random: &random, cast: cast, nonces: &nonces, state: room.state, block: room.block)
      #expect(strangers == nil || strangers?.signer == .zero || rule.name == "signer.unknown")
    }
  }
}
