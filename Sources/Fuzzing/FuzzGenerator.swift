import Canonical
import Cryptography
import Quantities
import VenueKit

/// Makes a case's blocks from the room's grammar and the state that the blocks before left.
struct FuzzGenerator<V: Venue> {
  let venue: V
  let cast: [Address]
  private var random: RandomStream
  /// One for the whole cast: nonces count by signer, so an increasing one repeats for nobody.
  private var nonces = NonceSource()
  private let totalWeight: Int

  static var castSize: Int { 8 }

  init(venue: V, seed: UInt64, number: Int) {
    self.venue = venue
    let name = "fuzz/\(V.description.room)/\(seed)/\(number)"
    let seedHash = SHA256.hash(Array(name.utf8))
    random = RandomStream(seedHash.word0, seedHash.word1, seedHash.word2, seedHash.word3)
    cast = (0..<Self.castSize).map { index in
      PrivateKey(ofName: "fuzz/cast/\(index)").address
    }
    totalWeight = V.grammar.reduce(0) { $0 + $1.weight }
  }

  mutating func nextTime(after time: Int64) -> Int64 {
    switch random.uniform(below: 60) {
    case 0: time + 5 * 86_400_000
    case 1...3: time + 3_600_000
    case 4...6: time + 31_000
    default: time + 200 + Int64(random.uniform(below: 5_000))
    }
  }

  /// The first block of a case: prices for every market, money for everybody.
  mutating func opening(state: V.State, block: BlockContext) -> [FuzzStep] {
    var contents = venue.observe(observations(state: state, block: block, isFirst: true), state: state, block: block)
    for person in cast {
      let amount = Int128(1_000 + random.uniform(below: 200_000)) * CommonScale.one
      contents += venue.deposit(amount, to: person, state: state, block: block)
    }
    return contents.map { step(rule: "opening", $0, authority: .proposer) }
  }

  mutating func steps(state: V.State, block: BlockContext) -> [FuzzStep] {
    var steps: [FuzzStep] = []
    if random.uniform(below: 3) > 0 {
      let observed = observations(state: state, block: block, isFirst: false)
      steps = venue.observe(observed, state: state, block: block).map {
        step(rule: "oracle", $0, authority: .proposer)
      }
    }
    for _ in 0..<1 + random.uniform(below: 12) {
      if let step = generated(state: state, block: block) { steps.append(step) }
    }
    return steps
  }

  /// Prices that mostly wander, sometimes jump, seldom crash.
  private mutating func observations(state: V.State, block: BlockContext, isFirst: Bool) -> [Observation] {
    venue.summary(state: state, block: block).markets.map { market in
      let base = market.index > 0 ? market.index : 50_000 * CommonScale.one
      let basisPoints: Int64 =
        switch isFirst ? 0 : random.uniform(below: 40) {
        case 0: 0
        case 1: random.uniform(in: -3_000...3_000)
        case 2...6: random.uniform(in: -500...500)
        default: random.uniform(in: -30...30)
        }
      let price = max(market.tick, (base + base * Int128(basisPoints) / 10_000) / market.tick * market.tick)
      let other = price + price * Int128(random.uniform(in: -20...20)) / 10_000
      return Observation(
        symbol: market.symbol, price: price,
        perpetualPrice: random.uniform(below: 4) == 0 ? nil : max(market.tick, other / market.tick * market.tick),
        time: block.time)
    }
  }

  private mutating func generated(state: V.State, block: BlockContext) -> FuzzStep? {
    var choice = Int(random.uniform(below: UInt64(totalWeight)))
    var chosen: GrammarRule?
    for rule in V.grammar {
      if choice < rule.weight {
        chosen = rule
        break
      }
      choice -= rule.weight
    }
    guard let chosen else { return nil }
    guard
      let transaction = venue.generate(
        chosen, random: &random, cast: cast, nonces: &nonces, state: state, block: block)
    else { return nil }
    let authority: Authority = transaction.signer == .zero ? .proposer : .unsigned(transaction.signer)
    var step = step(rule: chosen.name, transaction.content, authority: authority)
    if random.uniform(below: 50) == 0 { damage(&step) }
    return step
  }

  /// One byte changed or the end cut off: such bytes must be refused or mean something else, never do harm.
  private mutating func damage(_ step: inout FuzzStep) {
    guard !step.bytes.isEmpty else { return }
    let place = Int(random.uniform(below: UInt64(step.bytes.count)))
    if random.uniform(below: 2) == 0 {
      step.bytes[place] ^= UInt8(1 + random.uniform(below: 255))
      step.rule = "damaged byte"
    } else {
      step.bytes.removeLast(step.bytes.count - place)
      step.rule = "cut short"
    }
    step.text = "damaged: \(step.text)"
  }

  private func step(rule: String, _ content: V.Content, authority: Authority) -> FuzzStep {
    FuzzStep(rule: rule, bytes: venue.seal(content, authority: authority), text: venue.describe(content))
  }
}
