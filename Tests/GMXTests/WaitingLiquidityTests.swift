import Canonical
import GMX
import Quantities
import StateStore
import Testing

// Rules GMX-130 to GMX-135.
@Suite struct WaitingLiquidityTests {
  private typealias World = PoolWorld

  private func deposit(_ account: Address, _ market: MarketID, long: UInt256, short: UInt256) -> DepositRequest {
    DepositRequest(
      account: account, market: market, initialLongToken: World.weth, initialShortToken: World.usdc, longAmount: long,
      shortAmount: short)
  }

  /// The figures of the contracts' own test of deposits, in two steps and with the impact on both sides of balance.
  @Test func depositsMintTheContractsFigures() throws {
    var world = World()
    for flag in [true, false] { world.set(.swapImpactFactor, 1, flag: flag, 10_000_000_000_000_000_000_000) }
    world.set(.swapImpactExponentFactor, 1, World.one &* 2)
    world.give(World.alice, World.weth, World.wei &* 10)
    world.give(World.alice, World.usdc, 49_975_000_000)
    let first = try world.create(deposit(World.alice, 1, long: World.wei &* 10, short: 0))
    #expect(world.balance(Holder.depositVault, World.weth) == World.wei &* 10)
    #expect(world.balance(World.alice, GMXState.marketTokenBase + 1) == 0)
    world.time += 10
    #expect(try world.execute(DepositRequest.self, first) == .executed)
    #expect(world.balance(World.alice, GMXState.marketTokenBase + 1) == 49_975_000_000_000_000_000_000)
    #expect(
      world.state.amounts[StoreKey(.swapImpactPoolAmount, 1, token: World.weth)] == 5_000_000_000_000_000)
    #expect(try world.run(deposit(World.alice, 1, long: 0, short: 49_975_000_000), receiver: World.bob) == .executed)
    #expect(world.balance(World.bob, GMXState.marketTokenBase + 1) == 49_999_975_006_249_999_995_000)
    #expect(world.state.deposits[first] == nil)
    #expect(StateInvariants.check(world.state) == nil)
  }

  /// The figures of the contracts' own test of withdrawals, and the other fee of a withdrawal at once.
  @Test func withdrawalsPayTheContractsFigures() throws {
    var world = World()
    for flag in [true, false] { world.set(.withdrawalFeeFactor, 1, flag: flag, 500_000_000_000_000_000_000_000_000) }
    world.set(.atomicWithdrawalFeeFactor, 1, 10_000_000_000_000_000_000_000_000_000)
    world.set(.swapFeeReceiverFactor, 0, 300_000_000_000_000_000_000_000_000_000)
    world.seed(1, long: 9_995_000_000_000_000_000, short: 0, supply: World.wei &* 49_950, owner: World.alice)
    var atOnce = world
    let request = WithdrawalRequest(account: World.alice, market: 1, marketTokens: World.wei &* 49_940)
    let id = try world.create(request, receiver: World.bob)
    #expect(world.balance(Holder.withdrawalVault, GMXState.marketTokenBase + 1) == World.wei &* 49_940)
    #expect(try world.execute(WithdrawalRequest.self, id) == .executed)
    #expect(world.balance(World.bob, World.weth) == 9_988_002_499_499_499_499)
    #expect(world.state.amounts[StoreKey(.claimableFeeAmount, 1, token: World.weth)] == 1_498_949_849_849_849)
    #expect(world.state.amounts[StoreKey(.poolAmount, 1, token: World.weth)] == 5_498_550_650_650_652)
    // 9.992998998998998998 ether at one per cent: 0.09992998998998999 go.
    var context = atOnce.context(oracleTime: atOnce.time - 30)
    try atOnce.state.withdrawAtOnce(request, receiver: World.bob, &context)
    #expect(atOnce.balance(World.bob, World.weth) == 9_893_069_009_009_009_009)
    #expect(StateInvariants.check(atOnce.state) == nil)
  }

  /// A withdrawal at once wants fresh prices and goes no way through markets; when it fails nothing happened.
  @Test func withdrawalsAtOnceAreRefused() throws {
    var world = World()
    world.seed(1, long: World.wei, short: 0, supply: World.wei &* 5_000, owner: World.alice)
    var request = WithdrawalRequest(account: World.alice, market: 1, marketTokens: World.wei)
    let before = world.state.balance(of: World.alice, GMXState.marketTokenBase + 1)
    var old = world.context(oracleTime: world.time - 31)
    let aged = refusal { try world.state.withdrawAtOnce(request, receiver: World.alice, &old) }
    #expect(aged?.error == .maxPriceAgeExceeded)
    var context = world.context()
    request.longSwapPath = [1]
    #expect(
      refusal { try world.state.withdrawAtOnce(request, receiver: World.alice, &context) }
        == Revert(
          .swapsNotAllowedForAtomicWithdrawal, NamedFigure("longTokenSwapPathLength", .unsigned(1)),
          NamedFigure("shortTokenSwapPathLength", .unsigned(0))))
    request.longSwapPath = []
    request.minLongTokenAmount = World.wei
    #expect(
      refusal { try world.state.withdrawAtOnce(request, receiver: World.alice, &context) }?.error
        == .insufficientOutputAmount)
    #expect(world.state.balance(of: World.alice, GMXState.marketTokenBase + 1) == before)
  }

  /// Prices older than the request, or newer than its expiration, leave it; so does a missing price.
  @Test func errorsOfTheOracleLeaveTheRequest() throws {
    var world = World()
    world.give(World.alice, World.weth, World.wei)
    let id = try world.create(deposit(World.alice, 1, long: World.wei, short: 0))
    let created = world.time
    world.time += 20
    #expect(
      refusal { _ = try world.execute(DepositRequest.self, id, oracleTime: created - 1) }
        == Revert(
          .oracleTimestampsAreSmallerThanRequired, NamedFigure("minOracleTimestamp", .unsigned(UInt256(created - 1))),
          NamedFigure("expectedTimestamp", .unsigned(UInt256(created)))))
    world.time = created + 301
    #expect(
      refusal { _ = try world.execute(DepositRequest.self, id) }
        == Revert(
          .oracleTimestampsAreLargerThanRequestExpirationTime,
          NamedFigure("maxOracleTimestamp", .unsigned(UInt256(created + 301))),
          NamedFigure("requestTimestamp", .unsigned(UInt256(created))),
          NamedFigure("requestExpirationTime", .unsigned(300))))
    world.time = created + 300
    world.etherMin = 0
    #expect(refusal { _ = try world.execute(DepositRequest.self, id) }?.error == .emptyPrimaryPrice)
    #expect(world.balance(Holder.depositVault, World.weth) == World.wei)
    world.etherMin = 5_000
    #expect(try world.execute(DepositRequest.self, id) == .executed)
  }

  /// Any other failure gives the tokens back and ends the request, and tells why.
  @Test func failuresGiveTheTokensBack() throws {
    var world = World()
    world.give(World.alice, World.weth, World.wei)
    var request = deposit(World.alice, 1, long: World.wei, short: 0)
    request.minMarketTokens = World.wei &* 5_001
    let id = try world.create(request)
    var context = world.context()
    let outcome = try world.state.execute(DepositRequest.self, id, &context)
    #expect(
      outcome.refusal
        == Revert(
          .minMarketTokens, NamedFigure("received", .unsigned(World.wei &* 5_000)),
          NamedFigure("expected", .unsigned(World.wei &* 5_001))))
    #expect(context.events.map(\.name) == [.depositCancelled])
    #expect(world.balance(World.alice, World.weth) == World.wei)
    #expect(world.state.deposits[id] == nil)
    #expect(world.state.supplies[1] == nil)
    #expect(refusal { _ = try world.execute(DepositRequest.self, id) } == Revert(.emptyDeposit))
  }

  /// The account, and nobody else, takes a request back when it has expired.
  @Test func requestsAreCancelledAfterTheExpiration() throws {
    var world = World()
    world.seed(1, long: World.wei, short: 0, supply: World.wei &* 5_000, owner: World.alice)
    let id = try world.create(WithdrawalRequest(account: World.alice, market: 1, marketTokens: World.wei))
    world.time += 299
    #expect(
      refusal { try world.cancel(WithdrawalRequest.self, id, by: World.alice) }
        == Revert(
          .requestNotYetCancellable, NamedFigure("requestAge", .unsigned(299)),
          NamedFigure("requestExpirationAge", .unsigned(300)), NamedFigure("requestType", .text("Withdrawal"))))
    world.time += 1
    #expect(
      refusal { try world.cancel(WithdrawalRequest.self, id, by: World.bob) }
        == Revert(
          .unauthorized, NamedFigure("msgSender", .account(World.bob)),
          NamedFigure("role", .text("account for cancelWithdrawal"))))
    try world.cancel(WithdrawalRequest.self, id, by: World.alice)
    #expect(world.balance(World.alice, GMXState.marketTokenBase + 1) == World.wei &* 5_000)
    #expect(StateInvariants.check(world.state) == nil)
  }

  /// One token for both legs of a deposit is one leg, as the contracts count what came in.
  @Test func oneTokenIsOneLeg() throws {
    var world = World()
    world.give(World.alice, World.weth, World.wei &* 3)
    let request = DepositRequest(
      account: World.alice, market: 4, initialLongToken: World.weth, initialShortToken: World.weth,
      longAmount: World.wei, shortAmount: World.wei &* 2)
    let id = try world.create(request)
    #expect(world.state.deposits[id]?.request.longAmount == World.wei &* 3)
    #expect(world.state.deposits[id]?.request.shortAmount == 0)
    #expect(try world.execute(DepositRequest.self, id) == .executed)
    #expect(world.balance(World.alice, GMXState.marketTokenBase + 4) == World.wei &* 15_000)
  }

  /// A first deposit goes to address 1 where a minimum is set.
  @Test func firstDepositsGoToAddressOne() throws {
    var world = World()
    world.set(.minMarketTokensForFirstDeposit, 1, World.wei &* 5_000)
    world.give(World.alice, World.weth, World.wei)
    var request = deposit(World.alice, 1, long: World.wei, short: 0)
    request.minMarketTokens = World.wei &* 5_000
    #expect(try world.run(request).refusal?.error == .invalidReceiverForFirstDeposit)
    let first = Address(word0: 0, word1: 0, word2: 1)
    #expect(try world.run(request, receiver: first) == .executed)
    #expect(world.balance(first, GMXState.marketTokenBase + 1) == World.wei &* 5_000)
  }
}
