import BigInt
import Canonical
import GMX
import Quantities
import StateStore
import Testing

/// The twin against the room on random states. Deposits and withdrawals are checked against the contracts' vectors
/// elsewhere: that the twin agrees there too is what makes it a judge of shifts and vaults.
@Suite struct GLVTwinTests {
  static func held(_ state: GMXState, _ market: MarketID) -> BigInt {
    let balance = state.balance(of: GLVTwinWorld.account, GMXState.marketTokenBase + market)
    return BigInt(balance.description) ?? 0
  }

  /// 100^2 by the contracts' power, and the worked figures of the reference.
  @Test func powersOfTheTwin() {
    let dollar = BigInt(10).power(30)
    let factor = BigInt(10).power(22)
    let table: [(dollars: Int, hundredths: Int, factor: BigInt, result: String)] = [
      (10_000, 200, factor, "999999999999999981235216490000"),
      (1_000_000, 200, factor, "9999999999999999830554320142260000"),
      (100_000, 175, factor * 10, "56234132519034907150467965500000"),
      (1_000, 150, factor * 100, "31622776601683792872691000000"),
      (10_000, 100, factor * 10_000, "1000000000000000000000000000000"),
    ]
    for row in table {
      let power = GLVTwin.power(BigInt(row.dollars) * dollar, BigInt(row.hundredths) * dollar / 100)
      #expect(GLVTwin.apply(power, row.factor).description == row.result)
    }
  }

  /// The reference's GLV example: 100 of a market's tokens at 0.90 dollars, 90 shares; 100 more make 90 shares.
  @Test func workedVault() {
    var world = GLVTwinWorld(seed: 1, markets: 1)
    for (key, _) in [(StoreKind.positionImpactPoolAmount, 0), (.lentPositionImpactPoolAmount, 0)] {
      world.state.amounts.remove(StoreKey(key, 1))
    }
    var market = world.twin(1)
    market.isSingleToken = false
    market.openInterest = [[0, 0], [0, 0]]
    market.openInterestInTokens = [[0, 0], [0, 0]]
    market.totalBorrowing = [0, 0]
    market.impactPool = 0
    market.lentImpactPool = 0
    market.quotes = [GLVTwin.Quote(min: BigInt(10).power(12), max: BigInt(10).power(12)), market.quotes[1]]
    market.pools = [BigInt(900) * GLVTwin.wei, 0]
    market.supply = BigInt(1_000) * GLVTwin.wei
    let hundred = BigInt(100) * GLVTwin.wei
    let shares = GLVTwin.shares([market], [hundred], 0, received: hundred, supply: 90 * GLVTwin.wei)
    #expect(GLVTwin.value([market], [hundred], maximize: true) == BigInt(90) * GLVTwin.one)
    #expect(shares == 90 * GLVTwin.wei)
    #expect(
      GLVTwin.redeemed([market], [hundred], 0, shares: 90 * GLVTwin.wei, supply: 90 * GLVTwin.wei) == hundred)
  }

  @Test func depositsAgree() throws {
    var agreed = 0
    var refused = 0
    for seed in 1...400 as ClosedRange<UInt64> {
      var world = GLVTwinWorld(seed: seed, markets: 1)
      var amounts = [
        world.tokens(GLVTwinWorld.eth, worth: world.dollars(upTo: 900_000)),
        world.tokens(world.isSingleToken ? GLVTwinWorld.eth : GLVTwinWorld.usdc, worth: world.dollars(upTo: 900_000)),
      ]
      if world.random.chance(ppm: 300_000) { amounts[Int(world.random.uniform(below: 2))] = .zero }
      var twin = world.twin(1)
      let expected = GLVTwin.deposit(&twin, amounts.map(GLVTwinWorld.big), isShift: false)
      let request = DepositRequest(
        account: GLVTwinWorld.account, market: 1, initialLongToken: GLVTwinWorld.eth,
        initialShortToken: world.isSingleToken ? GLVTwinWorld.eth : GLVTwinWorld.usdc, longAmount: amounts[0],
        shortAmount: amounts[1])
      var context = world.context
      let outcome = try? world.state.executeDeposit(request, &context)
      guard outcome == .executed else {
        #expect(expected == nil, "seed \(seed): \(String(describing: outcome))")
        refused += 1
        continue
      }
      #expect(expected == Self.held(world.state, 1), "seed \(seed)")
      #expect(world.pools(1) == twin.pools, "seed \(seed)")
      #expect(world.twin(1).swapImpactPools == twin.swapImpactPools, "seed \(seed)")
      agreed += 1
    }
    #expect(agreed > 200 && refused > 10, "\(agreed) agreed, \(refused) refused")
  }

  @Test func withdrawalsAgree() throws {
    var agreed = 0
    var refused = 0
    for seed in 1...400 as ClosedRange<UInt64> {
      var world = GLVTwinWorld(seed: seed, markets: 1)
      let supply = try #require(world.state.supplies[1])
      let tokens = try UInt256.multiplyDivide(
        supply, UInt256(1 + world.random.uniform(below: 1_000)), by: 1_000, rounding: .floor)
      world.state.balances.set(
        Pair(GLVTwinWorld.account, GMXState.marketTokenBase + 1), Int256(bitPattern: supply))
      var twin = world.twin(1)
      let expected = GLVTwin.withdraw(&twin, GLVTwinWorld.big(tokens), isShift: false)
      let request = WithdrawalRequest(account: GLVTwinWorld.account, market: 1, marketTokens: tokens)
      var context = world.context
      let outcome = try? world.state.executeWithdrawal(request, &context)
      guard outcome == .executed else {
        #expect(expected == nil, "seed \(seed): \(String(describing: outcome))")
        refused += 1
        continue
      }
      let paid = [GLVTwinWorld.eth, GLVTwinWorld.usdc].map {
        BigInt(world.state.balance(of: GLVTwinWorld.account, $0).description) ?? 0
      }
      let pair = try #require(expected, "seed \(seed)")
      #expect(paid == (world.isSingleToken ? [pair[0] + pair[1], 0] : pair), "seed \(seed)")
      #expect(world.pools(1) == twin.pools, "seed \(seed)")
      agreed += 1
    }
    #expect(agreed > 150 && refused > 10, "\(agreed) agreed, \(refused) refused")
  }
}
