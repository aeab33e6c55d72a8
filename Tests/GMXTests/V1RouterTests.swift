import Canonical
import GMX
import Quantities
import StateStore
import Testing

/// The router's requests, swaps and deposits. Rules GMX-158, GMX-165, GMX-169 to GMX-172.
@Suite struct V1RouterTests {
  static let btc = V1Fixture.btc
  static let dai = V1Fixture.dai
  static let ether: UInt256 = 1_000_000_000_000_000_000

  static func funded(change: (inout V1Settings) -> Void = { _ in }) throws -> V1Fixture {
    var vault = V1Fixture(change: change)
    vault.set(btc, 40_000, 40_000)
    try vault.run(.addLiquidity(btc, amount: 100_000_000, minUSDG: 0, minGLP: 0), by: 5)
    try vault.run(.addLiquidity(dai, amount: 40_000 &* ether, minUSDG: 0, minGLP: 0), by: 5)
    try vault.run(.addLiquidity(V1Fixture.bnb, amount: 100 &* ether, minUSDG: 0, minGLP: 0), by: 5)
    return vault
  }

  /// 0.01 BTC at 40,000 for DAI: 400 less 0.3 %; the debt moves by 400, the fee stays.
  @Test func swapsMoveDebt() throws {
    var vault = try Self.funded()
    let before = try #require(vault.state.v1Pools[Self.dai])
    let out = try vault.run(.swap(path: [Self.btc, Self.dai], amountIn: 1_000_000, minOut: 0), by: 0)
    #expect(out == .amount(398_800_000_000_000_000_000))
    let after = try #require(vault.state.v1Pools[Self.dai])
    #expect(before.usdgAmount &- after.usdgAmount == 400 &* Self.ether)
    #expect(before.poolAmount &- after.poolAmount == 400 &* Self.ether)
    #expect(after.feeReserve &- before.feeReserve == 1_200_000_000_000_000_000)
    #expect(
      V1Fixture.refusal {
        try vault.run(.swap(path: [Self.btc, Self.dai], amountIn: 1_000_000, minOut: .max), by: 0)
      } == "Router: insufficient amountOut")
    #expect(
      V1Fixture.refusal { try vault.run(.swap(path: [Self.btc, Self.btc], amountIn: 1, minOut: 0), by: 0) }
        == "Vault: invalid tokens")
    #expect(
      V1Fixture.refusal { try vault.run(.swap(path: [Self.btc, 9], amountIn: 1, minOut: 0), by: 0) }
        == "Vault: _tokenOut not whitelisted")
    var terms = try #require(vault.state.v1Tokens[Self.dai])
    terms.bufferAmount = after.poolAmount
    vault.state.v1Tokens.set(Self.dai, terms)
    #expect(
      V1Fixture.refusal {
        try vault.run(.swap(path: [Self.btc, Self.dai], amountIn: 1_000_000, minOut: 0), by: 0)
      } == "Vault: poolAmount < buffer")
    #expect(StateInvariants.check(vault.state) == nil)
  }

  @Test func requestsWaitAndExpire() throws {
    var vault = try Self.funded { $0.minDelayKeeper = 5 }
    let request = vault.increase(Self.btc, isLong: true, collateral: 100_000, size: V1Fixture.usd(cents: 9_000))
    let before = vault.balance(0, Self.btc)
    #expect(try vault.run(.request(request), by: 0) == .requested(1))
    #expect(vault.balance(0, Self.btc) == before &- 100_000)
    #expect(StateInvariants.check(vault.state) == nil)
    #expect(V1Fixture.refusal { try vault.keep(.executeRequest(1)) } == "delay")
    #expect(V1Fixture.refusal { try vault.run(.executeRequest(1), by: 1) } == "403")
    #expect(V1Fixture.refusal { try vault.run(.cancelRequest(1), by: 0) } == "delay")
    vault.context.time += 1_800
    let late = try vault.keep(.executeRequest(1))
    guard case .request(.cancelled(let revert)) = late else {
      Issue.record("\(late)")
      return
    }
    #expect(V1Fixture.message(revert) == "expired")
    #expect(vault.balance(0, Self.btc) == before)
    #expect(vault.state.v1Requests.isEmpty)
    // An owner executes by himself after the public delay, and may cancel then.
    try vault.run(.request(request), by: 0)
    try vault.run(.request(request), by: 0)
    vault.context.time += 180
    #expect(try vault.run(.executeRequest(2), by: 0) == .request(.executed))
    #expect(try vault.run(.cancelRequest(3), by: 0) == .done)
    #expect(vault.balance(0, Self.btc) == before &- 100_000)
    #expect(StateInvariants.check(vault.state) == nil)
  }

  @Test func acceptablePricesAndTriggers() throws {
    var vault = try Self.funded()
    var request = vault.increase(Self.btc, isLong: true, collateral: 100_000, size: V1Fixture.usd(cents: 9_000))
    request.acceptablePrice = V1Fixture.price(39_999)
    guard case .cancelled(let revert) = try vault.trade(request, by: 0) else {
      Issue.record("executed beyond the acceptable price")
      return
    }
    #expect(V1Fixture.message(revert) == "markPrice > price")
    request.trigger = V1Trigger(price: V1Fixture.price(39_000), isAbove: false)
    #expect(
      V1Fixture.refusal { _ = try vault.trade(request, by: 0) } == "OrderBook: invalid price for execution")
    vault.set(Self.btc, 38_000, 38_999)
    #expect(try vault.run(.executeRequest(2), by: 1) == .request(.executed))
    // More collateral alone is a swap without a fee.
    let deposit = vault.increase(Self.btc, isLong: true, collateral: 100_000, size: .zero)
    var triggered = deposit
    triggered.trigger = V1Trigger(price: .zero, isAbove: true)
    #expect(V1Fixture.refusal { _ = try vault.trade(triggered, by: 0) } == "PositionManager: long deposit")
  }

  /// 0.3 % of collateral that only lowers leverage.
  @Test func depositFees() throws {
    var vault = try Self.funded { $0.depositFee = 30 }
    let open = vault.increase(Self.btc, isLong: true, collateral: 100_000, size: V1Fixture.usd(cents: 9_000))
    #expect(try vault.trade(open, by: 0) == .executed)
    #expect(vault.state.v1Pools[Self.btc]?.depositFeeReserve == 0)
    let deposit = vault.increase(Self.btc, isLong: true, collateral: 10_000, size: .zero)
    #expect(try vault.trade(deposit, by: 0) == .executed)
    #expect(vault.state.v1Pools[Self.btc]?.depositFeeReserve == 30)
    #expect(vault.state.balance(of: Holder.v1Router, Self.btc) == 30)
    let grow = vault.increase(Self.btc, isLong: true, collateral: 1_000, size: V1Fixture.usd(cents: 9_000))
    #expect(try vault.trade(grow, by: 0) == .executed)
    #expect(vault.state.v1Pools[Self.btc]?.depositFeeReserve == 30)
    #expect(StateInvariants.check(vault.state) == nil)
  }

  @Test func globalLimits() throws {
    var vault = try Self.funded()
    var terms = try #require(vault.state.v1Tokens[Self.btc])
    terms.maxGlobalShortSize = V1Fixture.usd(cents: 10_000)
    vault.state.v1Tokens.set(Self.btc, terms)
    let short = vault.increase(
      Self.btc, isLong: false, collateral: 20 &* Self.ether, size: V1Fixture.usd(cents: 6_000))
    #expect(try vault.trade(short, by: 0) == .executed)
    guard case .cancelled(let revert) = try vault.trade(short, by: 1) else {
      Issue.record("executed beyond the limit")
      return
    }
    #expect(V1Fixture.message(revert) == "max shorts exceeded")
  }

  /// Two shorts, one closes with profit: the tracker keeps the rest at its own entry, the vault's average does not know.
  /// 100 at 40,000 and 100 at 50,000 average 44,444.4...; the first, at 20,000, takes 50 of 110; 60 of profit are left
  /// on 100, which is an entry of 50,000 but for the floors of the averages.
  @Test func trackerKnowsRealisedProfits() throws {
    var vault = try Self.funded()
    let short = vault.increase(
      Self.btc, isLong: false, collateral: 50 &* Self.ether, size: V1Fixture.usd(cents: 10_000))
    #expect(try vault.trade(short, by: 0) == .executed)
    vault.set(Self.btc, 50_000, 50_000)
    #expect(try vault.trade(short, by: 1) == .executed)
    let average = UInt256("44444444444444444444444444444444444")
    #expect(vault.state.v1Pools[Self.btc]?.trackedShortAveragePrice == average)
    #expect(vault.state.v1Pools[Self.btc]?.globalShortAveragePrice == average)
    vault.set(Self.btc, 20_000, 20_000)
    let close = vault.decrease(Self.btc, isLong: false, collateral: .zero, size: V1Fixture.usd(cents: 10_000))
    #expect(try vault.trade(close, by: 0) == .executed)
    #expect(
      vault.state.v1Pools[Self.btc]?.trackedShortAveragePrice == UInt256("49999999999999999999999999999998750"))
    #expect(vault.state.v1Pools[Self.btc]?.globalShortAveragePrice == average)
    #expect(StateInvariants.check(vault.state) == nil)
  }

  @Test func actionsReadBack() throws {
    var request = V1Request(
      isIncrease: false, path: [1, 2], indexToken: 2, isLong: true, sizeDelta: 5, acceptablePrice: .max)
    request.trigger = V1Trigger(price: 7, isAbove: true)
    let key = V1Fixture.key(1, 2, isLong: true)
    for action in [
      V1Action.swap(path: [1, 2, 3], amountIn: 1, minOut: 2), .addLiquidity(1, amount: 2, minUSDG: 3, minGLP: 4),
      .removeLiquidity(1, glpAmount: 2, minOut: 3), .request(request), .executeRequest(8), .cancelRequest(9),
      .liquidate(key), .directPoolDeposit(1, amount: 2), .updateFundingRate(3),
    ] {
      let bytes = GMXAction.v1(action).canonicalBytes
      #expect(try GMXAction(canonicalBytes: bytes) == .v1(action))
      #expect(throws: CanonicalError.self) { try GMXAction(canonicalBytes: bytes + [0]) }
      #expect(throws: CanonicalError.self) { try GMXAction(canonicalBytes: Array(bytes.dropLast())) }
    }
  }

  /// The checks see what is wrong: each number that is moved breaks one of them.
  @Test func breachesAreSeen() throws {
    var vault = try Self.funded()
    for isLong in [true, false] {
      let collateral = isLong ? 100_000 : 50 &* Self.ether
      let request = vault.increase(
        Self.btc, isLong: isLong, collateral: collateral, size: V1Fixture.usd(cents: 9_000))
      #expect(try vault.trade(request, by: 0) == .executed)
    }
    #expect(V1Invariants.check(vault.state) == nil)
    let changes: [(String, (inout V1Pool) -> Void)] = [
      ("v1GuaranteedUsd", { $0.guaranteedUsd = $0.guaranteedUsd &+ 1 }),
      ("v1GlobalShortSize", { $0.globalShortSize = .zero }),
      ("v1ReservedAmount", { $0.reservedAmount = $0.reservedAmount &- 1 }),
      ("v1Reserve", { $0.poolAmount = $0.reservedAmount &- 1 }),
      ("v1Bank", { $0.feeReserve = $0.feeReserve &+ 1_000_000 }),
      ("v1Router", { $0.depositFeeReserve = 1 }),
    ]
    for (invariant, change) in changes {
      var state = vault.state
      var pool = try #require(state.v1Pools[Self.btc])
      change(&pool)
      state.v1Pools.set(Self.btc, pool)
      #expect(V1Invariants.check(state)?.invariant == invariant)
    }
    vault.state.balances.set(Pair(V1Fixture.account(9), GMXState.glpToken), 1)
    #expect(V1Invariants.check(vault.state)?.invariant == "v1Shares")
  }
}
