import Canonical
import GMX
import Quantities
import StateStore
import Testing

/// Every step of the ladders at the creation of requests, by name and arguments.
@Suite struct LiquidityRefusalTests {
  private typealias World = PoolWorld

  private func number(_ name: String, _ value: UInt64) -> NamedFigure { NamedFigure(name, .unsigned(UInt256(value))) }
  private func token(_ name: String, _ value: TokenID) -> NamedFigure { NamedFigure(name, .token(value)) }

  private func world() throws -> World {
    var world = World()
    try world.openGLV(1, [1, 2])
    world.seed(1, long: World.wei &* 18, short: 0, supply: World.wei &* 89_900, owner: World.alice)
    world.state.supplies.set(1, World.wei &* 90_000)
    world.seedGLV(1, holding: [(1, World.wei &* 100)], supply: World.wei &* 100, owner: World.alice)
    world.give(World.alice, World.weth, World.wei)
    world.set(.isMarketDisabled, 5, 1)
    return world
  }

  private func refused<Request: LiquidityRequest>(
    _ request: Request, receiver: Address? = nil, _ world: World
  ) -> Revert? {
    var world = world
    let before = world.state.balances
    let result = refusal { _ = try world.create(request, receiver: receiver) }
    if result != nil { #expect(before.sortedKeys() == world.state.balances.sortedKeys()) }
    return result
  }

  @Test func deposits() throws {
    let world = try world()
    let good = DepositRequest(
      account: World.alice, market: 1, initialLongToken: World.weth, initialShortToken: World.usdc,
      longAmount: World.wei, shortAmount: 0)
    #expect(refused(good, world) == nil)
    func changed(_ change: (inout DepositRequest) -> Void) -> DepositRequest {
      var request = good
      change(&request)
      return request
    }
    #expect(refused(changed { $0.account = .zero }, receiver: World.bob, world) == Revert(.emptyAccount))
    #expect(refused(changed { $0.market = 77 }, world) == Revert(.emptyMarket))
    #expect(refused(changed { $0.market = 5 }, world) == Revert(.disabledMarket, number("market", 5)))
    #expect(
      refused(changed { $0.shortSwapPath = [1, 2, 1, 2] }, world)
        == Revert(.maxSwapPathLengthExceeded, number("swapPathLength", 4), number("maxSwapPathLength", 3)))
    #expect(refused(changed { $0.longSwapPath = [77] }, world) == Revert(.emptyMarket))
    #expect(refused(changed { $0.longSwapPath = [5] }, world) == Revert(.disabledMarket, number("market", 5)))
    #expect(refused(changed { $0.longSwapPath = [4] }, world) == Revert(.invalidSwapMarket, number("market", 4)))
    #expect(refused(changed { $0.longAmount = 0 }, world) == Revert(.emptyDepositAmounts))
    #expect(refused(good, receiver: .zero, world) == Revert(.emptyReceiver))
    for holder in [Holder.market(1), Holder.glv(1), Holder.orderVault, Holder.glvVault, Holder.holding] {
      #expect(
        refused(good, receiver: holder, world)
          == Revert(.invalidReceiver, NamedFigure("receiver", .account(holder))))
    }
    #expect(refused(changed { $0.longAmount = World.wei &+ 1 }, world)?.error == .error)
    // The first leg alone would go through; nothing of it may stay.
    #expect(refused(changed { $0.shortAmount = 1 }, world)?.error == .error)
  }

  @Test func withdrawals() throws {
    let world = try world()
    let good = WithdrawalRequest(account: World.alice, market: 1, marketTokens: World.wei)
    #expect(refused(good, world) == nil)
    func changed(_ change: (inout WithdrawalRequest) -> Void) -> WithdrawalRequest {
      var request = good
      change(&request)
      return request
    }
    #expect(refused(changed { $0.account = .zero }, receiver: World.bob, world) == Revert(.emptyAccount))
    #expect(refused(good, receiver: .zero, world) == Revert(.emptyReceiver))
    #expect(refused(changed { $0.marketTokens = 0 }, world) == Revert(.emptyWithdrawalAmount))
    #expect(refused(changed { $0.market = 77 }, world) == Revert(.emptyMarket))
    #expect(refused(changed { $0.market = .max }, world) == Revert(.emptyMarket))
    #expect(refused(changed { $0.market = 5 }, world) == Revert(.disabledMarket, number("market", 5)))
    #expect(refused(changed { $0.longSwapPath = [4] }, world) == Revert(.invalidSwapMarket, number("market", 4)))
    #expect(refused(changed { $0.marketTokens = .max >> 1 }, world)?.error == .error)
  }

  @Test func shifts() throws {
    let world = try world()
    func shift(_ from: MarketID, _ to: MarketID, _ tokens: UInt256 = PoolWorld.wei) -> ShiftRequest {
      ShiftRequest(account: World.alice, fromMarket: from, toMarket: to, marketTokens: tokens)
    }
    #expect(refused(shift(1, 2), world) == nil)
    var nobody = shift(1, 2)
    nobody.account = .zero
    #expect(refused(nobody, receiver: World.bob, world) == Revert(.emptyAccount))
    #expect(refused(shift(1, 1), world) == Revert(.shiftFromAndToMarketAreEqual, number("market", 1)))
    #expect(refused(shift(1, 2), receiver: .zero, world) == Revert(.emptyReceiver))
    #expect(refused(shift(1, 2, 0), world) == Revert(.emptyShiftAmount))
    #expect(refused(shift(77, 2), world) == Revert(.emptyMarket))
    #expect(refused(shift(1, 5), world) == Revert(.disabledMarket, number("market", 5)))
    #expect(
      refused(shift(1, 3), world)
        == Revert(
          .longTokensAreNotEqual, token("fromMarketLongToken", World.weth), token("toMarketLongToken", World.wbtc)))
    #expect(
      refused(shift(1, 4), world)
        == Revert(
          .shortTokensAreNotEqual, token("fromMarketLongToken", World.usdc), token("toMarketLongToken", World.weth)))
    #expect(refused(shift(2, 1), world)?.error == .error)
  }

  @Test func vaultDeposits() throws {
    var world = try world()
    let good = GLVDepositRequest(account: World.alice, glv: 1, market: 1, marketTokens: World.wei)
    let tokens = GLVDepositRequest(
      account: World.alice, glv: 1, market: 1, initialLongToken: World.weth, initialShortToken: World.usdc,
      longAmount: World.wei, shortAmount: 0)
    #expect(refused(good, world) == nil)
    #expect(refused(tokens, world) == nil)
    func changed(_ base: GLVDepositRequest, _ change: (inout GLVDepositRequest) -> Void) -> GLVDepositRequest {
      var request = base
      change(&request)
      return request
    }
    let vault = number("glv", 1)
    #expect(refused(changed(good) { $0.account = .zero }, receiver: World.bob, world) == Revert(.emptyAccount))
    #expect(refused(changed(good) { $0.glv = 9 }, world) == Revert(.emptyGlv, number("glv", 9)))
    #expect(
      refused(changed(good) { $0.market = 3 }, world) == Revert(.glvUnsupportedMarket, vault, number("market", 3)))
    #expect(
      refused(changed(good) { $0.initialLongToken = 1 }, world)
        == Revert(.invalidGlvDepositInitialLongToken, token("initialLongToken", 1)))
    #expect(
      refused(changed(good) { $0.initialShortToken = 2 }, world)
        == Revert(.invalidGlvDepositInitialShortToken, token("initialShortToken", 2)))
    #expect(
      refused(changed(tokens) { $0.initialLongToken = 0 }, world)
        == Revert(.invalidGlvDepositInitialLongToken, token("initialLongToken", 0)))
    #expect(
      refused(changed(tokens) { $0.initialShortToken = 0 }, world)
        == Revert(.invalidGlvDepositInitialShortToken, token("initialShortToken", 0)))
    #expect(
      refused(changed(good) { $0.longSwapPath = [1] }, world)
        == Revert(
          .invalidGlvDepositSwapPath, number("longTokenSwapPathLength", 1), number("shortTokenSwapPathLength", 0)))
    #expect(refused(changed(tokens) { $0.shortSwapPath = [4] }, world)?.error == .invalidSwapMarket)
    #expect(refused(changed(good) { $0.marketTokens = 0 }, world) == Revert(.emptyGlvMarketAmount))
    #expect(refused(changed(tokens) { $0.longAmount = 0 }, world) == Revert(.emptyGlvDepositAmounts))
    #expect(refused(good, receiver: .zero, world) == Revert(.emptyReceiver))
    world.set(.isGLVMarketDisabled, 1, number: 1, 1)
    #expect(refused(good, world) == Revert(.glvDisabledMarket, vault, number("market", 1)))
    world.set(.isGLVMarketDisabled, 1, number: 1, 0)
    world.set(.isMarketDisabled, 1, 1)
    #expect(refused(good, world) == Revert(.disabledMarket, number("market", 1)))
    #expect(
      refusal { _ = try world.execute(GLVDepositRequest.self, 5) } == Revert(.glvDepositNotFound, number("key", 5)))
    #expect(refusal { try world.cancel(GLVDepositRequest.self, 5, by: World.alice) } == Revert(.emptyGlvDeposit))
  }

  /// What the vault does with a deposit that mints too little.
  @Test func vaultDepositsMintTheirMinimum() throws {
    var world = try world()
    var request = GLVDepositRequest(account: World.alice, glv: 1, market: 1, marketTokens: World.wei)
    request.minGLVTokens = World.wei &+ 1
    #expect(
      try world.run(request).refusal
        == Revert(
          .minGlvTokens, NamedFigure("received", .unsigned(World.wei)),
          NamedFigure("expected", .unsigned(World.wei &+ 1))))
    #expect(world.balance(World.alice, GMXState.marketTokenBase + 1) == World.wei &* 89_900)
    #expect(StateInvariants.check(world.state) == nil)
  }

  @Test func vaultWithdrawals() throws {
    var world = try world()
    let good = GLVWithdrawalRequest(account: World.alice, glv: 1, market: 1, glvTokens: World.wei)
    #expect(refused(good, world) == nil)
    func changed(_ change: (inout GLVWithdrawalRequest) -> Void) -> GLVWithdrawalRequest {
      var request = good
      change(&request)
      return request
    }
    #expect(refused(changed { $0.account = .zero }, receiver: World.bob, world) == Revert(.emptyAccount))
    #expect(refused(changed { $0.glv = .max }, world) == Revert(.emptyGlv, number("glv", 65_535)))
    #expect(
      refused(changed { $0.market = 4 }, world)
        == Revert(.glvUnsupportedMarket, number("glv", 1), number("market", 4)))
    #expect(refused(changed { $0.longSwapPath = [4] }, world)?.error == .invalidSwapMarket)
    #expect(refused(good, receiver: .zero, world) == Revert(.emptyReceiver))
    #expect(refused(changed { $0.glvTokens = 0 }, world) == Revert(.emptyGlvWithdrawalAmount))
    // A market that the vault has closed still pays out.
    world.set(.isGLVMarketDisabled, 1, number: 1, 1)
    #expect(refused(good, world) == nil)
    #expect(
      refusal { _ = try world.execute(GLVWithdrawalRequest.self, 5) }
        == Revert(.glvWithdrawalNotFound, number("key", 5)))
    #expect(refusal { try world.cancel(GLVWithdrawalRequest.self, 5, by: World.alice) } == Revert(.emptyGlvWithdrawal))
    #expect(refusal { try world.cancel(ShiftRequest.self, 5, by: World.alice) } == Revert(.emptyShift))
    #expect(refusal { try world.cancel(WithdrawalRequest.self, 5, by: World.alice) } == Revert(.emptyWithdrawal))
  }

  /// The chosen market must be one of which the vault has enough, and nothing less than a unit is withdrawn.
  @Test func vaultWithdrawalsTakeFromTheChosenMarket() throws {
    var world = try world()
    world.seed(2, long: World.wei &* 18, short: 0, supply: World.wei &* 89_990, owner: World.bob)
    world.state.supplies.set(2, World.wei &* 90_000)
    world.give(Holder.glv(1), GMXState.marketTokenBase + 2, World.wei &* 10)
    world.state.amounts.set(StoreKey(.glvMarketTokenBalance, 1, number: 2), World.wei &* 10)
    // 100 vault tokens are worth 110 dollars; 20 of them are worth 22 market tokens.
    let request = GLVWithdrawalRequest(account: World.alice, glv: 1, market: 2, glvTokens: World.wei &* 20)
    #expect(
      try world.run(request).refusal
        == Revert(
          .tokenTransferError, token("token", GMXState.marketTokenBase + 2),
          NamedFigure("receiver", .account(Holder.glvVault)), NamedFigure("amount", .unsigned(World.wei &* 22))))
    #expect(world.balance(World.alice, GMXState.glvTokenBase + 1) == World.wei &* 100)
    world.state.supplies.set(1, 1)
    #expect(StateInvariants.check(world.state)?.invariant == "supply")
  }

  @Test func vaultShifts() throws {
    var world = try world()
    func created(_ request: GLVShiftRequest, _ world: World) -> Revert? {
      var world = world
      var context = world.context()
      return refusal { try world.state.createGLVShift(request, id: 1, &context) }
    }
    let good = GLVShiftRequest(glv: 1, fromMarket: 1, toMarket: 2, marketTokens: World.wei &* 100)
    #expect(created(good, world) == nil)
    var request = good
    request.glv = 2
    #expect(created(request, world) == Revert(.emptyGlv, number("glv", 2)))
    request = good
    request.fromMarket = 3
    #expect(created(request, world) == Revert(.glvUnsupportedMarket, number("glv", 1), number("market", 3)))
    request = good
    request.toMarket = 3
    #expect(created(request, world) == Revert(.glvUnsupportedMarket, number("glv", 1), number("market", 3)))
    request = good
    request.marketTokens = World.wei &* 101
    #expect(
      created(request, world)
        == Revert(
          .glvInsufficientMarketTokenBalance, number("glv", 1), number("market", 1),
          NamedFigure("marketTokenBalance", .unsigned(World.wei &* 100)),
          NamedFigure("marketTokenAmount", .unsigned(World.wei &* 101))))
    world.set(.isGLVMarketDisabled, 1, number: 1, 1)
    #expect(created(good, world) == nil)
    world.set(.isGLVMarketDisabled, 1, number: 2, 1)
    #expect(created(good, world) == Revert(.glvDisabledMarket, number("glv", 1), number("market", 2)))
    world.set(.isGLVMarketDisabled, 1, number: 2, 0)
    world.set(.isMarketDisabled, 2, 1)
    #expect(created(good, world) == Revert(.disabledMarket, number("market", 2)))
    var context = world.context()
    #expect(
      refusal { _ = try world.state.executeGLVShift(5, &context) } == Revert(.glvShiftNotFound, number("key", 5)))
    // Nothing is no shift.
    world.set(.isMarketDisabled, 2, 0)
    var empty = good
    empty.marketTokens = 0
    #expect(try world.runShift(empty).refusal == Revert(.emptyShiftAmount))
  }

  /// A vault cannot be valued while one of its markets is worth less than nothing.
  @Test func vaultsOverEmptiedMarketsAreNotValued() throws {
    var world = try world()
    world.state.amounts.set(StoreKey(.positionImpactPoolAmount, 1), World.wei &* 19)
    #expect(
      refusal { _ = try world.state.glvValue(1, maximize: true, world.context()) }
        == Revert(.glvNegativeMarketPoolValue, number("glv", 1), number("market", 1)))
  }

  @Test func marketsOfVaults() throws {
    var world = try world()
    var context = world.context()
    func added(_ market: MarketID, _ glv: GLVID = 1) -> Revert? {
      refusal { try world.state.addMarket(market, toGLV: glv, &context) }
    }
    let vault = number("glv", 1)
    #expect(
      refusal { try world.state.createGLV(1, longToken: 1, shortToken: 2) } == Revert(.glvAlreadyExists, vault))
    #expect(added(1, 2) == Revert(.emptyGlv, number("glv", 2)))
    #expect(added(77) == Revert(.emptyMarket))
    #expect(added(5) == Revert(.disabledMarket, number("market", 5)))
    #expect(
      added(3)
        == Revert(.glvInvalidLongToken, vault, token("provided", World.wbtc), token("expected", World.weth)))
    #expect(
      added(4)
        == Revert(.glvInvalidShortToken, vault, token("provided", World.weth), token("expected", World.usdc)))
    #expect(added(2) == Revert(.glvMarketAlreadyExists, vault, number("market", 2)))
    world.state.markets.set(
      6, MarketRecord(market: 6, indexToken: World.index, longToken: World.weth, shortToken: World.usdc))
    world.set(.glvMaxMarketCount, 0, 2)
    #expect(added(6) == Revert(.glvMaxMarketCountExceeded, vault, number("glvMaxMarketCount", 2)))
    world.set(.glvMaxMarketCount, 0, 3)
    #expect(added(6) == nil)
    func removed(_ market: MarketID) -> Revert? {
      refusal { try world.state.removeMarket(market, fromGLV: 1, &context) }
    }
    #expect(removed(3) == Revert(.glvUnsupportedMarket, vault, number("market", 3)))
    #expect(removed(1) == Revert(.glvEnabledMarket, vault, number("market", 1)))
    world.set(.isGLVMarketDisabled, 1, number: 1, 1)
    #expect(removed(1) == Revert(.glvNonZeroMarketBalance, vault, number("market", 1)))
    world.set(.isGLVMarketDisabled, 1, number: 2, 1)
    #expect(removed(2) == nil)
    #expect(world.state.glvs[1]?.markets == [1, 6])
  }

  // MARK: Banks

  /// A deposit into a market whose bank misses tokens is undone, each of the three bounds by its own name.
  @Test(arguments: [
    (StoreKind.poolAmount, ContractError.invalidMarketTokenBalance, "expectedMinBalance"),
    (.collateralSum, .invalidMarketTokenBalanceForCollateralAmount, "collateralAmount"),
    (.claimableFundingAmount, .invalidMarketTokenBalanceForClaimableFunding, "claimableFundingFeeAmount"),
  ])
  func banksHoldTheirBounds(kind: StoreKind, error: ContractError, name: String) throws {
    var world = try world()
    world.state.amounts.set(
      StoreKey(kind, 1, token: World.usdc, flag: kind == .collateralSum), 1_000_000)
    let request = DepositRequest(
      account: World.alice, market: 1, initialLongToken: World.weth, initialShortToken: World.usdc,
      longAmount: World.wei, shortAmount: 0)
    #expect(
      try world.run(request).refusal
        == Revert(
          error, number("market", 1), token("token", World.usdc), number("balance", 0), number(name, 1_000_000)))
    #expect(world.balance(World.alice, World.weth) == World.wei)
    world.give(Holder.market(1), World.usdc, 1_000_000)
    #expect(try world.run(request) == .executed)
  }

  /// A claim that would leave too little behind changes nothing.
  @Test func claimsLeaveTheBoundsBehind() throws {
    var world = try world()
    let key = StoreKey(.claimableFundingAmount, 1, token: World.usdc, account: World.carol)
    world.state.amounts.set(key, 7)
    world.state.amounts.set(StoreKey(.claimableFundingAmount, 1, token: World.usdc), 7)
    world.state.amounts.set(StoreKey(.poolAmount, 1, token: World.usdc), 5)
    world.give(Holder.market(1), World.usdc, 10)
    var context = world.context()
    #expect(
      refusal { _ = try world.state.claimFunding(1, World.usdc, World.carol, &context) }?.error
        == .invalidMarketTokenBalance)
    #expect(world.state.amounts[key] == 7)
    #expect(world.balance(Holder.market(1), World.usdc) == 10)
    world.give(Holder.market(1), World.usdc, 2)
    #expect(try world.state.claimFunding(1, World.usdc, World.carol, &context) == 7)
  }
}
