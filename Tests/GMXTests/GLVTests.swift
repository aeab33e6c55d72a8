import Canonical
import GMX
import Quantities
import StateStore
import Testing

// Rules GMX-140 to GMX-148.
@Suite struct GLVTests {
  private typealias World = PoolWorld

  /// The vault of the reference: 100 market tokens of a market in which one is worth 0.90 dollars, 90 vault tokens.
  private func world() throws -> World {
    var world = World()
    try world.openGLV(1, [1, 2])
    world.seed(1, long: World.wei &* 18, short: 0, supply: World.wei &* 99_900, owner: World.alice)
    world.state.supplies.set(1, World.wei &* 100_000)
    world.seedGLV(1, holding: [(1, World.wei &* 100)], supply: World.wei &* 90, owner: World.bob)
    return world
  }

  private func market(_ id: MarketID) -> TokenID { GMXState.marketTokenBase + id }
  private let vaultToken = GMXState.glvTokenBase + 1

  /// One dollar without supply, nothing without value, else value by supply.
  @Test func pricesOfVaultTokens() throws {
    #expect(try GLV.price(value: 0, supply: 0) == World.one)
    #expect(try GLV.price(value: 0, supply: World.wei) == 0)
    #expect(try GLV.price(value: World.one &* 90, supply: World.wei &* 100) == World.one &* 9 / 10)
    #expect(try GLV.tokens(forUsd: World.one &* 3, value: World.one &* 2, supply: 0) == World.wei &* 5)
    #expect(try GLV.tokens(forUsd: World.one &* 9, value: World.one &* 90, supply: World.wei &* 100) == World.wei &* 10)
    #expect(try GLV.usd(ofTokens: World.wei, value: World.one &* 7, supply: World.wei &* 2) == World.one &* 7 / 2)
    #expect(refusal { _ = try GLV.usd(ofTokens: 1, value: 1, supply: 0) } == Revert(.emptyGlvTokenSupply))
    #expect(try GLV.lossFactor(sentUsd: 1_000, receivedUsd: 999) == World.one / 1_000)
    #expect(try GLV.lossFactor(sentUsd: 999, receivedUsd: 1_000) == 0)
  }

  /// 100 market tokens of 0.90 dollars mint 90 vault tokens of one dollar.
  @Test func marketTokensMintTheirValue() throws {
    var world = try world()
    #expect(try world.state.glvTokenPrice(1, maximize: true, world.context()) == World.one)
    let request = GLVDepositRequest(account: World.alice, glv: 1, market: 1, marketTokens: World.wei &* 100)
    #expect(try world.run(request, receiver: World.carol) == .executed)
    #expect(world.balance(World.carol, vaultToken) == World.wei &* 90)
    #expect(world.state.glvMarketTokens(1, 1) == World.wei &* 200)
    #expect(world.state.glvSupplies[1] == World.wei &* 180)
    #expect(try world.state.glvTokenPrice(1, maximize: true, world.context()) == World.one)
    #expect(StateInvariants.check(world.state) == nil)
  }

  /// With prices of 4990 and 5010 the deposit counts the least of what comes and the most of what is there.
  @Test func spreadsAreAgainstTheDepositor() throws {
    var world = try world()
    world.etherMin = 4_990
    world.etherMax = 5_010
    let request = GLVDepositRequest(account: World.alice, glv: 1, market: 1, marketTokens: World.wei &* 100)
    #expect(try world.run(request) == .executed)
    #expect(world.balance(World.alice, vaultToken) == 89_640_718_562_874_251_497)
  }

  /// 0.036 ether, 180 dollars, become 200 market tokens in the vault and 180 of its tokens.
  @Test func tokensMintThroughTheMarket() throws {
    var world = try world()
    world.give(World.carol, World.weth, 36_000_000_000_000_000)
    let request = GLVDepositRequest(
      account: World.carol, glv: 1, market: 1, initialLongToken: World.weth, initialShortToken: World.usdc,
      longAmount: 36_000_000_000_000_000, shortAmount: 0)
    #expect(try world.run(request) == .executed)
    #expect(world.balance(World.carol, vaultToken) == World.wei &* 180)
    #expect(world.state.glvMarketTokens(1, 1) == World.wei &* 300)
    #expect(world.state.supplies[1] == World.wei &* 100_200)
    #expect(StateInvariants.check(world.state) == nil)
  }

  /// The vault is valued after the market took its fee and before the new market tokens are its own. One per cent of
  /// 1 ether goes to the pool of 18: 18.01 ether behind 100,000, 0.99 ether mint 5,500; then 19 ether behind 105,500.
  @Test func feesCountForThoseWhoAreThere() throws {
    var world = try world()
    for flag in [true, false] {
      world.set(.depositFeeFactor, 1, flag: flag, 10_000_000_000_000_000_000_000_000_000)
    }
    world.give(World.carol, World.weth, World.wei)
    let request = GLVDepositRequest(
      account: World.carol, glv: 1, market: 1, initialLongToken: World.weth, initialShortToken: World.usdc,
      longAmount: World.wei, shortAmount: 0)
    #expect(try world.run(request) == .executed)
    #expect(world.state.glvMarketTokens(1, 1) == World.wei &* 5_600)
    // Both the 100 of the vault and the 5,500 are valued at 95,000 dollars for 105,500: 90 x 5,500 / 100.
    #expect(world.balance(World.carol, vaultToken) == World.wei &* 4_950)
  }

  /// Half of the vault: value at the least price, market tokens at the highest.
  @Test func withdrawalsPayTheLeast() throws {
    var world = try world()
    world.etherMin = 4_990
    world.etherMax = 5_010
    let request = GLVWithdrawalRequest(account: World.bob, glv: 1, market: 1, glvTokens: World.wei &* 45)
    #expect(try world.run(request, receiver: World.carol) == .executed)
    #expect(world.state.glvMarketTokens(1, 1) == World.wei &* 100 &- 49_800_399_201_596_806_387)
    #expect(world.balance(World.carol, World.weth) == 8_928_287_138_298_253)
    #expect(world.state.glvSupplies[1] == World.wei &* 45)
    #expect(StateInvariants.check(world.state) == nil)
  }

  /// At one price the way in and the way out give back what went in.
  @Test func roundTripGivesBack() throws {
    var world = try world()
    let deposit = GLVDepositRequest(account: World.alice, glv: 1, market: 1, marketTokens: World.wei &* 100)
    #expect(try world.run(deposit) == .executed)
    let withdrawal = GLVWithdrawalRequest(account: World.alice, glv: 1, market: 1, glvTokens: World.wei &* 90)
    #expect(try world.run(withdrawal) == .executed)
    #expect(world.balance(World.alice, World.weth) == 18_000_000_000_000_000)
    #expect(world.state.glvMarketTokens(1, 1) == World.wei &* 100)
    #expect(world.state.glvSupplies[1] == World.wei &* 90)
  }

  /// The oracle's own price of the vault token goes before the sum of its markets.
  @Test func oraclePriceGoesFirst() throws {
    let world = try world()
    var context = world.context()
    context.oracle.glvPrices = [Price(min: 0, max: 0), Price(min: 1_100_000_000_000, max: 1_200_000_000_000)]
    #expect(try world.state.glvTokenPrice(1, maximize: false, context) == World.one &* 11 / 10)
    #expect(try world.state.glvTokenPrice(1, maximize: true, context) == World.one &* 12 / 10)
  }

  /// A limit of tokens and one of dollars for each market, zero for none; at the limit is inside.
  @Test func limitsOfAMarketHold() throws {
    var world = try world()
    world.set(.glvMaxMarketTokenBalanceAmount, 1, number: 1, World.wei &* 150)
    let request = GLVDepositRequest(account: World.alice, glv: 1, market: 1, marketTokens: World.wei &* 51)
    #expect(
      try world.run(request).refusal
        == Revert(
          .glvMaxMarketTokenBalanceAmountExceeded, NamedFigure("glv", .unsigned(1)),
          NamedFigure("market", .unsigned(1)),
          NamedFigure("maxMarketTokenBalanceAmount", .unsigned(World.wei &* 150)),
          NamedFigure("marketTokenBalanceAmount", .unsigned(World.wei &* 151))))
    #expect(world.balance(World.alice, market(1)) == World.wei &* 99_900)
    world.set(.glvMaxMarketTokenBalanceAmount, 1, number: 1, World.wei &* 151)
    world.set(.glvMaxMarketTokenBalanceUSD, 1, number: 1, World.one &* 135)
    #expect(
      try world.run(request).refusal
        == Revert(
          .glvMaxMarketTokenBalanceUsdExceeded, NamedFigure("glv", .unsigned(1)), NamedFigure("market", .unsigned(1)),
          NamedFigure("maxMarketTokenBalanceUsd", .unsigned(World.one &* 135)),
          NamedFigure("marketTokenBalanceUsd", .unsigned(World.one &* 1_359 / 10))))
    world.set(.glvMaxMarketTokenBalanceUSD, 1, number: 1, World.one &* 1_359 / 10)
    #expect(try world.run(request) == .executed)
  }

  /// A deposit is refused while profits exceed what withdrawals allow, though deposits would allow them.
  @Test func depositsAreHeldToTheLimitOfWithdrawals() throws {
    var world = try world()
    world.state.amounts.set(StoreKey(.openInterest, 1, token: World.weth, flag: true), World.one &* 5_000)
    world.state.amounts.set(StoreKey(.openInterestInTokens, 1, token: World.weth, flag: true), World.wei &* 2)
    let cap = UInt64(ProfitCap.withdrawals.rawValue)
    world.set(.maxPnLFactor, 1, flag: true, number: cap, World.one / 20)
    let request = GLVDepositRequest(account: World.alice, glv: 1, market: 1, marketTokens: World.wei)
    #expect(try world.run(request).refusal?.error == .pnlFactorExceededForLongs)
    world.set(.maxPnLFactor, 1, flag: true, number: cap, World.one / 18)
    #expect(try world.run(request) == .executed)
  }

  /// A first deposit goes to address 1 where a minimum is set.
  @Test func firstDepositsGoToAddressOne() throws {
    var world = World()
    try world.openGLV(1, [1])
    world.seed(1, long: World.wei &* 18, short: 0, supply: World.wei &* 90_000, owner: World.alice)
    world.set(.minGLVTokensForFirstGLVDeposit, 1, World.wei)
    let first = Address(word0: 0, word1: 0, word2: 1)
    var request = GLVDepositRequest(account: World.alice, glv: 1, market: 1, marketTokens: World.wei &* 2)
    #expect(
      try world.run(request).refusal
        == Revert(
          .invalidReceiverForFirstGlvDeposit, NamedFigure("receiver", .account(World.alice)),
          NamedFigure("expectedReceiver", .account(first))))
    #expect(
      try world.run(request, receiver: first).refusal
        == Revert(
          .invalidMinGlvTokensForFirstGlvDeposit, NamedFigure("minGlvTokens", .unsigned(0)),
          NamedFigure("expectedMinGlvTokens", .unsigned(World.wei))))
    request.minGLVTokens = World.wei
    #expect(try world.run(request, receiver: first) == .executed)
    #expect(world.balance(first, vaultToken) == World.wei &* 2)
    // From then on anybody may.
    #expect(try world.run(request) == .executed)
  }

  // MARK: Shifts of a vault

  /// 16 ether behind 80,000, of which the vault holds 10,000 before; 2 ether go to an empty market that keeps a
  /// thousandth as impact: 9,990 dollars of 10,000 arrive.
  private func shifting() throws -> World {
    var world = World()
    try world.openGLV(1, [1, 2])
    world.seed(1, long: World.wei &* 18, short: 0, supply: World.wei &* 80_000, owner: World.alice)
    world.state.supplies.set(1, World.wei &* 90_000)
    world.seedGLV(1, holding: [(1, World.wei &* 10_000)], supply: World.wei &* 10_000, owner: World.bob)
    for flag in [true, false] { world.set(.swapImpactFactor, 2, flag: flag, World.one / 1_000) }
    world.set(.swapImpactExponentFactor, 2, World.one)
    return world
  }

  @Test func lossesOfShiftsAreLimited() throws {
    var world = try shifting()
    world.set(.glvShiftMaxLossFactor, 1, World.one / 1_001)
    let request = GLVShiftRequest(glv: 1, fromMarket: 1, toMarket: 2, marketTokens: World.wei &* 10_000)
    #expect(
      try world.runShift(request).refusal
        == Revert(
          .glvShiftMaxLossExceeded, NamedFigure("effectivePriceImpactFactor", .unsigned(World.one / 1_000)),
          NamedFigure("glvMaxShiftPriceImpactFactor", .unsigned(World.one / 1_001))))
    #expect(world.state.glvMarketTokens(1, 1) == World.wei &* 10_000)
    #expect(world.state.glvShifts[1] == nil)
    #expect(world.state.amounts[StoreKey(.glvShiftLastExecutedAt, 1)] == nil)
    world.set(.glvShiftMaxLossFactor, 1, World.one / 1_000)
    #expect(try world.runShift(request) == .executed)
    #expect(world.state.glvMarketTokens(1, 1) == 0)
    #expect(world.state.glvMarketTokens(1, 2) == World.wei &* 9_990)
    #expect(try world.state.glvTokenPrice(1, maximize: true, world.context()) == World.one &* 999 / 1_000)
    #expect(StateInvariants.check(world.state) == nil)
  }

  /// A vault shifts once in its interval, asked at the creation and at the execution.
  @Test func shiftsKeepTheirInterval() throws {
    var world = try shifting()
    world.set(.glvShiftMaxLossFactor, 1, World.one)
    world.set(.glvShiftMinInterval, 1, 1_800)
    let request = GLVShiftRequest(glv: 1, fromMarket: 1, toMarket: 2, marketTokens: World.wei &* 100)
    var context = world.context()
    for id in [1, 2] as [UInt64] { try world.state.createGLVShift(request, id: id, &context) }
    #expect(try world.state.executeGLVShift(1, &context) == .executed)
    let executed = world.time
    let interval = { (time: UInt64) in
      Revert(
        .glvShiftIntervalNotYetPassed, NamedFigure("currentTimestamp", .unsigned(UInt256(time))),
        NamedFigure("lastGlvShiftExecutedAt", .unsigned(UInt256(executed))),
        NamedFigure("glvShiftMinInterval", .unsigned(1_800)))
    }
    #expect(try world.state.executeGLVShift(2, &context).refusal == interval(executed))
    world.time += 1_799
    #expect(refusal { _ = try world.runShift(request) } == interval(executed + 1_799))
    world.time += 1
    #expect(try world.runShift(request) == .executed)
  }

  /// The market that receives keeps the vault's limit.
  @Test func shiftsKeepTheLimits() throws {
    var world = try shifting()
    world.set(.glvShiftMaxLossFactor, 1, World.one)
    world.set(.glvMaxMarketTokenBalanceUSD, 1, number: 2, World.one &* 99)
    let request = GLVShiftRequest(glv: 1, fromMarket: 1, toMarket: 2, marketTokens: World.wei &* 100)
    #expect(try world.runShift(request).refusal?.error == .glvMaxMarketTokenBalanceUsdExceeded)
    world.set(.glvMaxMarketTokenBalanceUSD, 1, number: 2, World.one &* 100)
    #expect(try world.runShift(request) == .executed)
  }

  // MARK: Just in time

  /// A long of 9,000 dollars needs a reserve that its market has only after the vault moved 2 ether there.
  @Test func liquidityArrivesJustInTime() throws {
    var world = World()
    try world.openGLV(1, [1, 2])
    world.seed(2, long: World.wei &* 18, short: 0, supply: World.wei &* 80_000, owner: World.alice)
    world.state.supplies.set(2, World.wei &* 90_000)
    world.seedGLV(1, holding: [(2, World.wei &* 10_000)], supply: World.wei &* 10_000, owner: World.bob)
    world.give(World.carol, World.usdc, 5_000_000_000)
    var context = world.context()
    try world.state.create(
      OrderRecord(
        account: World.carol, market: 1, initialCollateralToken: World.usdc, orderType: .marketIncrease, isLong: true,
        sizeDeltaUsd: World.one &* 9_000, initialCollateralDeltaAmount: 5_000_000_000, acceptablePrice: .max),
      id: 1, context)
    let shift = GLVShiftRequest(glv: 1, fromMarket: 2, toMarket: 1, marketTokens: World.wei &* 10_000)
    let wrong = GLVShiftRequest(glv: 1, fromMarket: 2, toMarket: 2, marketTokens: World.wei)
    #expect(refusal { try world.state.executeJustInTime(order: 1, [], &context) } == Revert(.jitEmptyShiftParams))
    #expect(
      refusal { try world.state.executeJustInTime(order: 1, [wrong], &context) }
        == Revert(
          .jitInvalidToMarket, NamedFigure("market", .unsigned(2)), NamedFigure("expectedMarket", .unsigned(1))))
    var small = shift
    small.marketTokens = World.wei &* 8_000
    #expect(
      refusal { try world.state.executeJustInTime(order: 1, [small], &context) }?.error == .insufficientReserve)
    #expect(world.state.glvMarketTokens(1, 2) == World.wei &* 10_000)
    #expect(world.state.orders[1] != nil)
    try world.state.executeJustInTime(order: 1, [shift], &context)
    let key = PositionKey(account: World.carol, market: 1, collateralToken: World.usdc, isLong: true)
    #expect(world.state.positions[key]?.sizeInUsd == World.one &* 9_000)
    #expect(world.state.glvMarketTokens(1, 1) == World.wei &* 10_000)
    #expect(StateInvariants.check(world.state) == nil)
  }

  /// Only increases are helped.
  @Test func otherOrdersAreNotHelped() throws {
    var world = try world()
    var context = world.context()
    try world.state.create(
      OrderRecord(
        account: World.carol, market: 1, initialCollateralToken: World.usdc, orderType: .marketDecrease, isLong: true,
        sizeDeltaUsd: World.one, initialCollateralDeltaAmount: 0), id: 1, context)
    #expect(
      refusal { try world.state.executeJustInTime(order: 1, [], &context) }
        == Revert(.jitUnsupportedOrderType, NamedFigure("orderType", .unsigned(4))))
    #expect(refusal { try world.state.executeJustInTime(order: 9, [], &context) } == Revert(.orderNotFound))
  }
}
