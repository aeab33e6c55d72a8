import Canonical
import GMX
import Quantities
import StateStore
import Testing

// Rule GMX-136.
@Suite struct ShiftTests {
  private typealias World = PoolWorld

  /// 10 million dollars, half of them in ether at 5000, and as many market tokens.
  private func world() -> World {
    var world = World()
    world.seed(
      1, long: World.wei &* 1_000, short: 5_000_000_000_000, supply: World.wei &* 10_000_000, owner: World.alice)
    return world
  }

  /// A tenth of the pool goes over without the fees of withdrawals and deposits.
  @Test func shiftsPayNoFees() throws {
    var world = world()
    for flag in [true, false] {
      world.set(.withdrawalFeeFactor, 1, flag: flag, 10_000_000_000_000_000_000_000_000_000)
      world.set(.depositFeeFactor, 2, flag: flag, 10_000_000_000_000_000_000_000_000_000)
    }
    let shift = ShiftRequest(account: World.alice, fromMarket: 1, toMarket: 2, marketTokens: World.wei &* 1_000_000)
    #expect(try world.run(shift, receiver: World.bob) == .executed)
    #expect(world.balance(World.bob, GMXState.marketTokenBase + 2) == World.wei &* 1_000_000)
    #expect(world.balance(World.alice, GMXState.marketTokenBase + 1) == World.wei &* 9_000_000)
    #expect(world.state.amounts[StoreKey(.poolAmount, 2, token: World.weth)] == World.wei &* 100)
    #expect(world.state.amounts[StoreKey(.poolAmount, 2, token: World.usdc)] == 500_000_000_000)
    #expect(StateInvariants.check(world.state) == nil)
  }

  /// The UI fee is taken once, from what is withdrawn: a thousandth of 100 ether and of 500,000 dollars.
  @Test func uiFeesAreTakenOnce() throws {
    var world = world()
    world.state.settings.set(
      StoreKey(.uiFeeFactor, account: World.carol), 1_000_000_000_000_000_000_000_000_000)
    world.set(.maxUIFeeFactor, 0, 1_000_000_000_000_000_000_000_000_000)
    let shift = ShiftRequest(
      account: World.alice, fromMarket: 1, toMarket: 2, marketTokens: World.wei &* 1_000_000,
      uiFeeReceiver: World.carol)
    #expect(try world.run(shift) == .executed)
    #expect(world.balance(World.alice, GMXState.marketTokenBase + 2) == World.wei &* 999_000)
    let fee = StoreKey(.claimableUIFeeAmount, 1, token: World.weth, account: World.carol)
    #expect(world.state.amounts[fee] == 100_000_000_000_000_000)
    #expect(
      world.state.amounts[StoreKey(.claimableUIFeeAmount, 2, token: World.weth, account: World.carol)] == nil)
  }

  /// Impact of the deposit counts, that of the virtual inventory does not: it has neither gained nor lost.
  @Test func virtualInventoryIsLeftOut() throws {
    func minted(isShared: Bool, asShift: Bool) throws -> UInt256 {
      var world = World()
      world.seed(1, long: World.wei &* 1_000, short: 0, supply: World.wei &* 5_000_000, owner: World.alice)
      for flag in [true, false] { world.set(.swapImpactFactor, 2, flag: flag, 10_000_000_000_000_000_000_000) }
      world.set(.swapImpactExponentFactor, 2, World.one &* 2)
      if isShared {
        world.state.markets.set(
          2,
          MarketRecord(
            market: 2, indexToken: World.index, longToken: World.weth, shortToken: World.usdc, virtualMarket: 9))
        world.state.amounts.set(StoreKey(.virtualInventoryForSwaps, 9, flag: true), World.wei &* 500)
      }
      if asShift {
        let shift = ShiftRequest(account: World.alice, fromMarket: 1, toMarket: 2, marketTokens: World.wei &* 50_000)
        #expect(try world.run(shift) == .executed)
      } else {
        world.give(World.alice, World.weth, World.wei &* 10)
        let deposit = DepositRequest(
          account: World.alice, market: 2, initialLongToken: World.weth, initialShortToken: World.usdc,
          longAmount: World.wei &* 10, shortAmount: 0)
        #expect(try world.run(deposit) == .executed)
      }
      return world.balance(World.alice, GMXState.marketTokenBase + 2)
    }
    // 50,000 dollars squared x 10^-8 are 25 dollars of impact, as for a deposit of 10 ether.
    let alone = try minted(isShared: false, asShift: true)
    #expect(alone == 49_975_000_000_000_000_000_000)
    #expect(try minted(isShared: true, asShift: true) == alone)
    #expect(try minted(isShared: true, asShift: false) < alone)
  }

  /// Both halves of a market of one token come back as one amount.
  @Test func oneTokenShiftsAsOneLeg() throws {
    var world = World()
    world.state.markets.set(
      6, MarketRecord(market: 6, indexToken: World.index, longToken: World.weth, shortToken: World.weth))
    for kind in [StoreKind.maxPoolAmount, .maxPoolUSDForDeposit] {
      world.set(kind, 6, token: World.weth, UInt256.max >> 8)
    }
    world.seed(4, long: World.wei &* 10, short: 0, supply: World.wei &* 50_000, owner: World.alice)
    let shift = ShiftRequest(account: World.alice, fromMarket: 4, toMarket: 6, marketTokens: World.wei &* 5_000)
    #expect(try world.run(shift) == .executed)
    #expect(world.state.amounts[StoreKey(.poolAmount, 6, token: World.weth)] == World.wei)
    #expect(world.balance(World.alice, GMXState.marketTokenBase + 6) == World.wei &* 5_000)
    #expect(StateInvariants.check(world.state) == nil)
  }

  /// The minimum holds for what arrives; a failed shift gives the market tokens back.
  @Test func minimumHolds() throws {
    var world = world()
    let shift = ShiftRequest(
      account: World.alice, fromMarket: 1, toMarket: 2, marketTokens: World.wei, minMarketTokens: World.wei &+ 1)
    #expect(
      try world.run(shift).refusal
        == Revert(
          .minMarketTokens, NamedFigure("received", .unsigned(World.wei)),
          NamedFigure("expected", .unsigned(World.wei &+ 1))))
    #expect(world.balance(World.alice, GMXState.marketTokenBase + 1) == World.wei &* 10_000_000)
    #expect(StateInvariants.check(world.state) == nil)
  }
}
