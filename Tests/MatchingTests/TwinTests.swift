import Matching
import Testing

@Suite struct TwinTests {
  /// Applies a step to both and compares all that shows.
  private func compare(_ step: Step, _ fast: inout SharedBook, _ plain: inout PlainBook, thorough: Bool) -> Bool {
    let left = perform(step, on: &fast)
    let right = perform(step, on: &plain)
    guard left == right, fast.bestBid == plain.bestBid, fast.bestAsk == plain.bestAsk else { return false }
    guard fast.stateHash == plain.stateHash else { return false }
    return !thorough || fast.checkInvariants().isEmpty
  }

  private func submits(_ id: UInt64, owners: UInt64, _ policy: SelfTradePolicy) -> [Step] {
    var steps: [Step] = []
    for side in Side.allCases {
      for price in Int64(1)...3 {
        for quantity in UInt64(1)...3 {
          for owner in 0..<owners {
            let order = RestingOrder(id: id, owner: owner, price: price, quantity: quantity, sequence: id)
            steps.append(.submit(order, side, policy, .fillAll, rests: true))
          }
        }
      }
    }
    return steps
  }

  @Test(arguments: SelfTradePolicy.allCases) func smallUniverse(policy: SelfTradePolicy) {
    // Three owners, three prices, sizes one to three: every sequence of three operations, compared after each. Owners
    // are interchangeable, so the first order is owner 0's and the second one of 0 or 1; with self-trades allowed all are.
    var sequences = 0
    func explore(_ fast: SharedBook, _ plain: PlainBook, _ depth: UInt64) {
      var steps = submits(depth, owners: policy == .allow ? 1 : min(depth, 3), policy)
      for id in 1..<max(2, depth) { steps += [.cancel(id), .reduce(id, to: 1)] }
      for step in steps {
        var fast = fast
        var plain = plain
        guard compare(step, &fast, &plain, thorough: depth < 3) else {
          Issue.record("the books part at \(step)")
          return
        }
        sequences += 1
        if depth < 3 { explore(fast, plain, depth + 1) }
      }
    }
    explore(SharedBook(), PlainBook(), 1)
    #expect(sequences == (policy == .allow ? 20 * (1 + 20 * (1 + 22)) : 20 * (1 + 38 * (1 + 58))))
  }

  /// How prices and sizes are drawn.
  enum Shape: String, CaseIterable {
    case narrow
    case sparse
    case extreme
  }

  private func draw(_ generator: inout TestGenerator, _ id: UInt64, _ shape: Shape) -> Step {
    let known = id &- UInt64(1 + generator.below(200))
    switch generator.below(10) {
    case 0, 1: return .cancel(known)
    case 2: return .reduce(known, to: UInt64(generator.below(20)))
    default: break
    }
    let side: Side = generator.below(2) == 0 ? .bid : .ask
    let lean = side == .bid ? Int64(-1) : 1
    let price: Int64
    var quantity = UInt64(1 + generator.below(30))
    switch shape {
    case .narrow: price = 500 + lean * Int64(generator.below(12)) - lean * 3
    case .sparse: price = 5_000_000 + lean * Int64(generator.below(400)) * 1_000 - lean * 90_000
    case .extreme:
      price = generator.below(2) == 0 ? Int64(generator.below(130)) : .max - Int64(generator.below(130))
      if generator.below(4) == 0 { quantity = .max / UInt64(1 + generator.below(4)) }
    }
    let order = RestingOrder(
      id: id, owner: UInt64(generator.below(4)), price: price, quantity: quantity, sequence: id)
    let policy = SelfTradePolicy(rawValue: UInt8(generator.below(5))) ?? .allow
    let rule = generator.below(4) > 0 ? .fillAll : DecisionRule(rawValue: UInt8(generator.below(5))) ?? .fillAll
    return .submit(order, side, policy, rule, rests: generator.below(8) > 0)
  }

  @Test(arguments: Shape.allCases) func randomStreams(shape: Shape) {
    // Random operations of every kind: fast book and twin show the same after each one.
    let seed: UInt64 = 20_260_713
    print("random streams: shape \(shape.rawValue), seed \(seed)")
    var generator = TestGenerator(seed)
    var fast = LadderBook()
    var plain = PlainBook()
    #if DEBUG
      let count: UInt64 = 12_000
    #else
      let count: UInt64 = 1_000_000
    #endif
    for id in 1000..<1000 + count {
      let step = draw(&generator, id, shape)
      let left = perform(step, on: &fast)
      let right = perform(step, on: &plain)
      let bests = fast.bestBid == plain.bestBid && fast.bestAsk == plain.bestAsk
      if id % 64 == 0 || left != right || !bests {
        let hashes = fast.stateHash == plain.stateHash
        let broken = id % 512 == 0 ? fast.checkInvariants() : []
        #expect(left == right && bests && hashes && broken.isEmpty, "operation \(id): \(step) \(broken)")
        if left != right || !bests || !hashes || !broken.isEmpty { return }
      }
      // Keep the twin's arrays short.
      if id % 4096 == 0 && shape == .extreme {
        fast.removeAll()
        plain.removeAll()
      }
    }
  }

  @Test func rebuildInAnyOrder() throws {
    // The book is derived state: its orders, inserted in another order, give the same book.
    var book = LadderBook()
    for operation in OrderStream.operations(resting: 500, count: 2_000, seed: 7) {
      _ = operation.apply(to: &book, noting: { _ in })
    }
    var records: [(RestingOrder, Side)] = []
    for side in Side.allCases { book.forEachOrder(side) { records.append(($0, side)) } }
    var generator = TestGenerator(11)
    for index in records.indices.reversed() { records.swapAt(index, generator.below(index + 1)) }
    var rebuilt = LadderBook()
    for (order, side) in records { try rebuilt.insert(order, side: side) }
    let same = rebuilt.stateHash == book.stateHash
    let broken = rebuilt.checkInvariants()
    #expect(same && broken.isEmpty && records.count > 300)
  }

  @Test func copiesAreIndependent() throws {
    // A copy shares storage until one of both changes; then neither sees the other's changes.
    var first = SharedBook()
    for id in UInt64(1)...200 {
      try first.insert(
        RestingOrder(id: id, owner: id, price: Int64(id % 40 + 1), quantity: 5, sequence: id), side: .bid)
    }
    let before = first.stateHash
    var second = first
    #expect(second.isIdentical(to: first))
    #expect(second.cancel(9_999) == nil)
    #expect(second.isIdentical(to: first), "a cancel of nothing copies nothing")
    let taker = TakerOrder(market: .ask, quantity: 42, owner: 0, selfTrade: .allow)
    _ = second.match(taker) { .fill($0.quantity) }
    second.cancel(77)
    #expect(!second.isIdentical(to: first) && first.stateHash == before && second.stateHash != before)
    _ = first.match(taker) { .fill($0.quantity) }
    first.cancel(77)
    #expect(first.stateHash == second.stateHash, "the same operations on both make them equal again")
    #expect(first.checkInvariants().isEmpty && second.checkInvariants().isEmpty)
    let counted = first.read { $0.orderCount }
    first.update { $0.removeAll() }
    #expect(first.isEmpty && second.orderCount == counted)
  }

  @Test func sparseIdentifiers() throws {
    // Ids of any spread are found again after growth and removal, those that share a bucket too.
    var book = LadderBook()
    var generator = TestGenerator(5)
    var ids: [UInt64] = []
    for count in 0..<3_000 {
      let id = count % 3 == 0 ? generator.next() : count % 3 == 1 ? UInt64(count) << 40 : UInt64(count) * 64
      ids.append(id)
      try book.insert(RestingOrder(id: id, owner: 0, price: 10, quantity: 1, sequence: UInt64(count)), side: .ask)
    }
    var missed = 0
    for (place, id) in ids.enumerated() where place % 2 == 0 { if book.cancel(id)?.id != id { missed += 1 } }
    for (place, id) in ids.enumerated() where book.contains(id) != (place % 2 == 1) { missed += 1 }
    let broken = book.checkInvariants()
    #expect(missed == 0 && broken.isEmpty)
  }

  @Test func streamIsFixed() {
    // The stream of a seed is the same on every machine, and has the mix it promises.
    let operations = OrderStream.operations(resting: 2_000, count: 20_000)
    var hash: UInt64 = 0
    var kinds = [0, 0, 0]
    for operation in operations {
      kinds[Int(operation.kind.rawValue)] += 1
      for value in [UInt64(UInt32(bitPattern: operation.price)), UInt64(operation.quantity), UInt64(operation.id)] {
        hash = (hash ^ value) &* 0x9FB2_1C65_1E98_DF25
        hash ^= hash >> 32
      }
    }
    #expect(hash == 10_524_138_976_151_515_933)
    #expect(kinds == [12412, 7504, 2084])
  }
}
