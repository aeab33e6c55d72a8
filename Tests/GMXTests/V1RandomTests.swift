import Canonical
import GMX
import Quantities
import StateStore
import Testing

/// Random people, prices and times: whatever they try, tokens are neither made nor lost, and every sum holds. Rule GMX-173.
@Suite struct V1RandomTests {
  static let tokens = [V1Fixture.bnb, V1Fixture.btc, V1Fixture.dai]

  struct Walk {
    var vault: V1Fixture
    var random: RandomStream
    var prices: [UInt64] = [0, 300, 40_000, 1]
    /// How often each kind of action was carried out, by the kind's place.
    var carriedOut = [Int](repeating: 0, count: 9)
    var liquidated = 0

    mutating func amount(_ token: TokenID, upTo dollars: UInt64) -> UInt256 {
      let cents = 1 + random.uniform(below: dollars * 100)
      let unit: UInt256 = token == V1Fixture.btc ? 1_000_000 : 10_000_000_000_000_000
      return (try? (UInt256(cents) &* unit).divided(by: UInt256(prices[Int(token)]), rounding: .floor)) ?? .one
    }

    mutating func movePrices() {
      for token in [V1Fixture.bnb, V1Fixture.btc] {
        let old = prices[Int(token)]
        let base: UInt64 = token == V1Fixture.btc ? 40_000 : 300
        let step = old * random.uniform(below: 12) / 100
        prices[Int(token)] = min(max(random.chance(ppm: 500_000) ? old + step : old - step, base / 4), base * 4)
        let spread = prices[Int(token)] * random.uniform(below: 3) / 1_000
        vault.set(token, prices[Int(token)], prices[Int(token)] + spread)
      }
    }

    mutating func token() -> TokenID { V1RandomTests.tokens[Int(random.uniform(below: 3))] }

    mutating func action(_ kind: Int) -> V1Action {
      let index = random.chance(ppm: 500_000) ? V1Fixture.btc : V1Fixture.bnb
      let isLong = random.chance(ppm: 500_000)
      switch kind {
      case 0:
        let tokenIn = token()
        return .swap(path: [tokenIn, token()], amountIn: amount(tokenIn, upTo: 5_000), minOut: 0)
      case 1:
        let token = token()
        return .addLiquidity(token, amount: amount(token, upTo: 20_000), minUSDG: 0, minGLP: 0)
      case 2:
        return .removeLiquidity(
          token(), glpAmount: UInt256(1 + random.uniform(below: 8_000)) &* 1_000_000_000_000_000_000, minOut: 0)
      case 3:
        let size = V1Fixture.usd(cents: random.uniform(below: 2_000_000))
        var request = vault.increase(index, isLong: isLong, collateral: .zero, size: size)
        if random.chance(ppm: 300_000) { request.path.insert(token(), at: 0) }
        request.amountIn = amount(request.path[0], upTo: 2_000)
        return .request(request)
      case 4:
        let size = V1Fixture.usd(cents: random.uniform(below: 2_000_000))
        var request = vault.decrease(
          index, isLong: isLong, collateral: V1Fixture.usd(cents: random.uniform(below: 20_000)), size: size)
        if let position = position(index, isLong: isLong), random.chance(ppm: 500_000) {
          request.sizeDelta = position
          request.collateralDelta = .zero
        }
        if random.chance(ppm: 300_000) { request.path.append(token()) }
        return .request(request)
      case 5: return .cancelRequest(1 + random.uniform(below: 40))
      case 6:
        let keys = vault.state.v1Positions.sortedKeys()
        let other = V1Fixture.key(0, index, isLong: isLong)
        return .liquidate(keys.isEmpty ? other : keys[Int(random.uniform(below: UInt64(keys.count)))])
      case 7: return .directPoolDeposit(token(), amount: UInt256(random.uniform(below: 1_000)))
      default: return .updateFundingRate(token())
      }
    }

    private func position(_ index: TokenID, isLong: Bool) -> UInt256? {
      (0..<4 as Range<UInt32>).compactMap { vault.state.v1Positions[V1Fixture.key($0, index, isLong: isLong)]?.size }
        .first
    }

    mutating func step() {
      vault.context.time += random.uniform(below: 7_200)
      movePrices()
      let kind = Int(random.uniform(below: 9))
      let action = action(kind)
      let person = UInt32(random.uniform(below: 4))
      let positions = vault.state.v1Positions.count
      guard let outcome = try? vault.run(action, by: person) else { return }
      if kind == 6, vault.state.v1Positions.count < positions { liquidated += 1 }
      guard case .requested(let id) = outcome else {
        carriedOut[kind] += 1
        return
      }
      if random.chance(ppm: 100_000) { return }
      vault.context.time += 1
      let end = try? vault.keep(.executeRequest(id))
      if end == .request(.executed) { carriedOut[kind] += 1 }
    }
  }

  static func total(_ state: GMXState, _ token: TokenID) -> Int256 {
    var sum = Int256.zero
    state.balances.forEachSorted { key, value in if key.second == token { sum = sum &+ value } }
    return sum
  }

  static func walk(seed: UInt64) -> Walk {
    var vault = V1Fixture {
      $0.hasDynamicFees = 1
      $0.depositFee = 30
      $0.cooldownDuration = 900
      $0.fundingInterval = 3_600
    }
    if var dai = vault.state.v1Tokens[V1Fixture.dai] {
      dai.isStrictStable = true
      vault.state.v1Tokens.set(V1Fixture.dai, dai)
    }
    return Walk(vault: vault, random: RandomStream(seed, 2, 3, 4))
  }

  @Test func moneyIsConserved() {
    var carriedOut = [Int](repeating: 0, count: 9)
    var liquidated = 0
    for seed in 1...4 as ClosedRange<UInt64> {
      var walk = Self.walk(seed: seed)
      let before = Self.tokens.map { Self.total(walk.vault.state, $0) }
      for _ in 0..<1_000 {
        walk.step()
        if let breach = StateInvariants.check(walk.vault.state) {
          Issue.record("seed \(seed): \(breach)")
          return
        }
      }
      #expect(Self.tokens.map { Self.total(walk.vault.state, $0) } == before)
      for kind in 0..<9 { carriedOut[kind] += walk.carriedOut[kind] }
      liquidated += walk.liquidated
    }
    // Cancelling is rare: a request is mostly carried out at once.
    for kind in 0..<9 where kind != 5 { #expect(carriedOut[kind] > 10, "kind \(kind): \(carriedOut)") }
    #expect(liquidated > 3, "\(carriedOut)")
  }
}
