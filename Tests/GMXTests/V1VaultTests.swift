import Canonical
import GMX
import Quantities
import StateStore
import Testing

/// Figures of the contracts' own tests (`test/core/Vault`, `test/core/GlpManager.js`), to the last unit. Rules GMX-150 to
/// GMX-168.
@Suite struct V1VaultTests {
  static let btc = V1Fixture.btc
  static let dai = V1Fixture.dai
  static let ether: UInt256 = 1_000_000_000_000_000_000

  /// closeLongPosition.js up to the close: 0.0025 BTC in the pool, 0.00025 BTC as collateral of 90 dollars.
  static func longFixture() throws -> V1Fixture {
    var vault = V1Fixture()
    vault.set(btc, 40_000, 41_000)
    _ = try vault.run(.addLiquidity(btc, amount: 250_000, minUSDG: 0, minGLP: 0), by: 1)
    let tooLarge = vault.increase(btc, isLong: true, collateral: 25_000, size: V1Fixture.usd(cents: 11_000))
    let outcome = try vault.trade(tooLarge, by: 0)
    guard case .cancelled(let revert) = outcome else {
      Issue.record("\(outcome)")
      return vault
    }
    #expect(V1Fixture.message(revert) == "Vault: reserve exceeds pool")
    let request = vault.increase(btc, isLong: true, collateral: 25_000, size: V1Fixture.usd(cents: 9_000))
    #expect(try vault.trade(request, by: 0) == .executed)
    let position = try #require(vault.state.v1Positions[V1Fixture.key(0, btc, isLong: true)])
    #expect(position.size == V1Fixture.usd(cents: 9_000))
    #expect(position.collateral == V1Fixture.usd(cents: 991))
    #expect(position.averagePrice == V1Fixture.price(41_000))
    #expect(position.reserveAmount == 225_000)
    let pool = try #require(vault.state.v1Pools[btc])
    #expect(pool.feeReserve == 969)
    #expect(pool.reservedAmount == 225_000)
    #expect(pool.guaranteedUsd == V1Fixture.usd(cents: 8_009))
    #expect(pool.poolAmount == 274_031)
    #expect(StateInvariants.check(vault.state) == nil)
    return vault
  }

  @Test(
    arguments: [
      (45_100, 47_100, 39_957, 191, 39_957), (39_000, 39_000, 13_922, 230, 13_923),
    ] as [(UInt64, UInt64, UInt64, UInt64, UInt64)])
  func longsClose(min: UInt64, max: UInt64, paid: UInt64, fee: UInt64, fromPool: UInt64) throws {
    var vault = try Self.longFixture()
    vault.set(Self.btc, min, max)
    let before = vault.balance(0, Self.btc)
    let request = vault.decrease(
      Self.btc, isLong: true, collateral: V1Fixture.usd(cents: 400), size: V1Fixture.usd(cents: 9_000))
    #expect(try vault.trade(request, by: 0) == .executed)
    #expect(vault.balance(0, Self.btc) == before &+ Int256(paid))
    #expect(vault.state.v1Positions.isEmpty)
    let pool = try #require(vault.state.v1Pools[Self.btc])
    #expect(pool.feeReserve == UInt256(969 + fee))
    #expect(pool.reservedAmount == 0)
    #expect(pool.guaranteedUsd == 0)
    #expect(pool.poolAmount == UInt256(274_250 - 219 - fromPool - fee))
    #expect(StateInvariants.check(vault.state) == nil)
  }

  static func shortFees(_ settings: inout V1Settings) {
    settings.stableTaxBasisPoints = 10
    settings.mintBurnFeeBasisPoints = 4
  }

  /// liquidateShortPosition.js: a loss of 5.625 leaves less than fees and liquidation fee of 9.91.
  @Test func insolventShortsGoToThePool() throws {
    var vault = V1Fixture(change: Self.shortFees)
    vault.set(Self.btc, 40_000, 41_000)
    let key = V1Fixture.key(0, Self.btc, isLong: false)
    let empty = V1Fixture.refusal { try vault.run(.liquidate(key), by: 2) }
    #expect(empty == "Vault: empty position")
    _ = try vault.run(.addLiquidity(Self.dai, amount: 100 &* Self.ether, minUSDG: 0, minGLP: 0), by: 1)
    let request = vault.increase(
      Self.btc, isLong: false, collateral: 10 &* Self.ether, size: V1Fixture.usd(cents: 9_000))
    #expect(try vault.trade(request, by: 0) == .executed)
    let position = try #require(vault.state.v1Positions[key])
    #expect(position.collateral == V1Fixture.usd(cents: 991))
    #expect(position.averagePrice == V1Fixture.price(40_000))
    #expect(position.reserveAmount == 90 &* Self.ether)
    #expect(try vault.state.v1AUMInUSDG(maximise: false, vault.context) == 99_960_000_000_000_000_000)
    vault.set(Self.btc, 39_000, 41_000)
    #expect(
      V1Fixture.refusal { try vault.run(.liquidate(key), by: 2) } == "Vault: position cannot be liquidated")
    vault.set(Self.btc, 39_000, 42_500)
    #expect(try vault.state.v1Liquidation(key, position, raise: false, vault.context).state == .insolvent)
    let before = vault.balance(2, Self.dai)
    _ = try vault.run(.liquidate(key), by: 2)
    #expect(vault.balance(2, Self.dai) == before &+ Int256(bitPattern: 5 &* Self.ether))
    let pool = try #require(vault.state.v1Pools[Self.dai])
    #expect(pool.feeReserve == 220_000_000_000_000_000)
    #expect(pool.poolAmount == 104_780_000_000_000_000_000)
    #expect(pool.reservedAmount == 0)
    #expect(vault.state.v1Pools[Self.btc]?.globalShortSize == 0)
    #expect(vault.state.v1Pools[Self.btc]?.globalShortAveragePrice == V1Fixture.price(40_000))
    #expect(try vault.state.v1AUMInUSDG(maximise: true, vault.context) == 104_780_000_000_000_000_000)
    vault.set(Self.btc, 50_000, 50_000)
    let again = vault.increase(
      Self.btc, isLong: false, collateral: 20 &* Self.ether, size: V1Fixture.usd(cents: 10_000))
    #expect(try vault.trade(again, by: 0) == .executed)
    #expect(vault.state.v1Pools[Self.btc]?.globalShortSize == V1Fixture.usd(cents: 10_000))
    #expect(vault.state.v1Pools[Self.btc]?.globalShortAveragePrice == V1Fixture.price(50_000))
    #expect(try vault.state.v1AUMInUSDG(maximise: true, vault.context) == 104_780_000_000_000_000_000)
    #expect(StateInvariants.check(vault.state) == nil)
  }

  /// The same file: 9 dollars left of 99 under 1,000 dollars are more than 50 times, so the position closes for its owner.
  @Test func overleveragedShortsClose() throws {
    var vault = V1Fixture(change: Self.shortFees)
    vault.set(Self.btc, 40_000, 41_000)
    _ = try vault.run(.addLiquidity(Self.dai, amount: 1_001 &* Self.ether, minUSDG: 0, minGLP: 0), by: 1)
    let request = vault.increase(
      Self.btc, isLong: false, collateral: 100 &* Self.ether, size: V1Fixture.usd(cents: 100_000))
    #expect(try vault.trade(request, by: 0) == .executed)
    #expect(try vault.state.v1AUMInUSDG(maximise: false, vault.context) == 1_000_599_600_000_000_000_000)
    let key = V1Fixture.key(0, Self.btc, isLong: false)
    let position = try #require(vault.state.v1Positions[key])
    vault.set(Self.btc, 45_000, 45_000)
    #expect(try vault.state.v1Liquidation(key, position, raise: false, vault.context).state == .insolvent)
    vault.set(Self.btc, 43_600, 43_600)
    #expect(try vault.state.v1Liquidation(key, position, raise: false, vault.context).state == .overleveraged)
    #expect(try vault.state.v1AUMInUSDG(maximise: true, vault.context) == 1_090_599_600_000_000_000_000)
    let before = vault.balance(0, Self.dai)
    _ = try vault.run(.liquidate(key), by: 2)
    #expect(vault.balance(0, Self.dai) == before &+ Int256(bitPattern: 8 &* Self.ether))
    #expect(vault.state.v1Pools[Self.dai]?.feeReserve == 2_400_400_000_000_000_000)
    #expect(vault.state.v1Pools[Self.dai]?.poolAmount == 1_090_599_600_000_000_000_000)
    #expect(try vault.state.v1AUMInUSDG(maximise: true, vault.context) == 1_090_599_600_000_000_000_000)
    #expect(StateInvariants.check(vault.state) == nil)
  }

  /// averagePrice.js: 90 at 40,000 and 10 more at another price.
  @Test(
    arguments: [
      (50_000, "40816326530612244897959183673469387"), (30_000, "38709677419354838709677419354838709"),
    ] as [(UInt64, String)])
  func averagePrices(second: UInt64, average: String) throws {
    var vault = V1Fixture()
    vault.set(Self.btc, 40_000, 40_000)
    _ = try vault.run(.addLiquidity(Self.btc, amount: 2_500_000, minUSDG: 0, minGLP: 0), by: 1)
    let first = vault.increase(Self.btc, isLong: true, collateral: 100_000, size: V1Fixture.usd(cents: 9_000))
    #expect(try vault.trade(first, by: 0) == .executed)
    vault.set(Self.btc, second, second)
    let more = vault.increase(Self.btc, isLong: true, collateral: 25_000, size: V1Fixture.usd(cents: 1_000))
    #expect(try vault.trade(more, by: 0) == .executed)
    let position = try #require(vault.state.v1Positions[V1Fixture.key(0, Self.btc, isLong: true)])
    #expect(position.averagePrice == UInt256(average))
  }

  /// fundingRate.js: 600 x 100,000 / 257,046 for one interval.
  @Test func fundingGrowsByWholeIntervals() throws {
    var vault = V1Fixture()
    var pool = V1Pool()
    pool.poolAmount = 257_046
    pool.reservedAmount = 100_000
    vault.context.time = 28_800 * 59_000 + 100
    vault.state.v1Pools.set(Self.btc, pool)
    _ = try vault.run(.updateFundingRate(Self.btc), by: 0)
    #expect(vault.state.v1Pools[Self.btc]?.cumulativeFundingRate == 0)
    #expect(vault.state.v1Pools[Self.btc]?.lastFundingTime == 1_699_200_000)
    vault.context.time += 28_800 - 101
    _ = try vault.run(.updateFundingRate(Self.btc), by: 0)
    #expect(vault.state.v1Pools[Self.btc]?.cumulativeFundingRate == 0)
    vault.context.time += 1
    _ = try vault.run(.updateFundingRate(Self.btc), by: 0)
    #expect(vault.state.v1Pools[Self.btc]?.cumulativeFundingRate == 233)
    vault.context.time += 2 * 28_800 + 7
    _ = try vault.run(.updateFundingRate(Self.btc), by: 0)
    #expect(vault.state.v1Pools[Self.btc]?.cumulativeFundingRate == 699)
    #expect(vault.state.v1Pools[Self.btc]?.lastFundingTime == 1_699_286_400)
  }

  /// getFeeBasisPoints.js: base 100, tax 50.
  @Test(
    arguments: [
      (29_700, 10_000, 0, 5_000, true, 104), (29_700, 10_000, 10_000, 1_000, true, 150),
      (29_700, 10_000, 10_000, 1_000, false, 50), (49_700, 30_000, 10_000, 1_000, true, 90),
      (49_700, 30_000, 10_000, 10_000, false, 116),
    ] as [(UInt64, UInt64, UInt64, UInt64, Bool, UInt64)])
  func dynamicFees(
    supply: UInt64, weight: UInt64, otherWeight: UInt64, delta: UInt64, increment: Bool, fee: UInt64
  ) throws {
    var vault = V1Fixture { $0.hasDynamicFees = 1 }
    for (token, value) in [(V1Fixture.bnb, weight), (Self.btc, otherWeight), (Self.dai, 0)] {
      var terms = try #require(vault.state.v1Tokens[token])
      terms.weight = UInt256(value)
      vault.state.v1Tokens.set(token, terms)
    }
    var pool = V1Pool()
    pool.usdgAmount = 29_700
    vault.state.v1Pools.set(V1Fixture.bnb, pool)
    var totals = V1Totals()
    totals.usdgSupply = UInt256(supply)
    vault.state.v1TotalsTable.set(0, totals)
    #expect(
      try vault.state.v1FeeBasisPoints(
        V1Fixture.bnb, usdgDelta: UInt256(delta), base: 100, tax: 50, increment: increment) == UInt256(fee))
  }

  static func expectAUM(_ vault: V1Fixture, most: String, least: String) throws {
    #expect(try vault.state.v1AUMInUSDG(maximise: true, vault.context).description == most)
    #expect(try vault.state.v1AUMInUSDG(maximise: false, vault.context).description == least)
  }

  /// GlpManager.js from the first purchase to the last redemption.
  @Test func sharesFollowTheContracts() throws {
    var vault = V1Fixture()
    let bnb = V1Fixture.bnb
    let hundred = 100 &* Self.ether
    #expect(
      V1Fixture.refusal {
        try vault.run(.addLiquidity(Self.dai, amount: hundred, minUSDG: 101 &* Self.ether, minGLP: 0), by: 0)
      } == "GlpManager: insufficient USDG output")
    vault.set(bnb, 300, 400)
    let glp0 = try vault.run(.addLiquidity(Self.dai, amount: hundred, minUSDG: 99, minGLP: 99), by: 0)
    #expect(glp0 == .amount(99_700_000_000_000_000_000))
    try Self.expectAUM(vault, most: "99700000000000000000", least: "99700000000000000000")
    let glp1 = try vault.run(.addLiquidity(bnb, amount: Self.ether, minUSDG: 0, minGLP: 0), by: 1)
    #expect(glp1 == .amount(299_100_000_000_000_000_000))
    try Self.expectAUM(vault, most: "498500000000000000000", least: "398800000000000000000")
    vault.set(bnb, 400, 500)
    try Self.expectAUM(vault, most: "598200000000000000000", least: "498500000000000000000")
    #expect(
      V1Fixture.refusal {
        try vault.run(.addLiquidity(Self.btc, amount: 1_000_000, minUSDG: 0, minGLP: 399 &* Self.ether), by: 2)
      } == "GlpManager: insufficient GLP output")
    let glp2 = try vault.run(.addLiquidity(Self.btc, amount: 1_000_000, minUSDG: 0, minGLP: 0), by: 2)
    #expect(glp2 == .amount(398_800_000_000_000_000_000))
    try Self.expectAUM(vault, most: "1196400000000000000000", least: "1096700000000000000000")
    #expect(
      V1Fixture.refusal { try vault.run(.removeLiquidity(Self.dai, glpAmount: 1, minOut: 0), by: 0) }
        == "GlpManager: cooldown duration not yet passed")
    vault.context.time += 86_401
    #expect(
      V1Fixture.refusal {
        try vault.run(.removeLiquidity(Self.dai, glpAmount: 73 &* Self.ether, minOut: 0), by: 0)
      } == "Vault: poolAmount exceeded")
    #expect(
      try vault.run(.removeLiquidity(Self.dai, glpAmount: 72 &* Self.ether, minOut: 0), by: 0)
        == .amount(98_703_000_000_000_000_000))
    #expect(
      try vault.run(.removeLiquidity(bnb, glpAmount: 27_700_000_000_000_000_000, minOut: 0), by: 0)
        == .amount(75_946_475_000_000_000))
    try Self.expectAUM(vault, most: "1059312500000000000000", least: "967230000000000000000")
    #expect(
      try vault.run(.removeLiquidity(bnb, glpAmount: 299_100_000_000_000_000_000, minOut: 0), by: 1)
        == .amount(826_567_122_857_142_856))
    try Self.expectAUM(vault, most: "644785357142857143000", least: "635608285714285714400")
    #expect(vault.state.v1Pools[Self.dai]?.poolAmount == 700_000_000_000_000_000)
    #expect(vault.state.v1Pools[bnb]?.poolAmount == 91_770_714_285_714_286)
    #expect(vault.state.v1Pools[Self.btc]?.poolAmount == 997_000)
    #expect(
      try vault.run(.removeLiquidity(Self.btc, glpAmount: 375 &* Self.ether, minOut: 0), by: 2)
        == .amount(993_137))
    #expect(vault.balance(2, GMXState.glpToken) == 23_800_000_000_000_000_000)
    #expect(StateInvariants.check(vault.state) == nil)
  }
}
