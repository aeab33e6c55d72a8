import Canonical
import GMX
import Quantities
import StateStore
import Testing

/// Random histories of liquidity, valid and invalid, with traders beside: money is conserved to the last unit, nobody's
/// share is thinned, and what was refused left nothing behind.
@Suite struct LiquidityConservationTests {
  private typealias World = PoolWorld

  @Test(arguments: [1, 2, 3] as [UInt64])
  func randomHistoriesConserve(seed: UInt64) throws {
    var history = try History(seed: seed)
    for step in 0..<900 {
      try history.step()
      if let breach = StateInvariants.check(history.world.state) {
        Issue.record("step \(step): \(breach)")
        return
      }
      #expect(history.totals() == history.endowment)
    }
    for kind in History.kinds { #expect((history.executed[kind] ?? 0) > 0, "\(kind) was never executed") }
    #expect(history.refused.count >= 12)
  }
}

private struct History {
  static let kinds = [
    "deposit", "withdrawal", "shift", "glvDeposit", "glvWithdrawal", "glvShift", "atOnce", "order", "cancel",
  ]
  static let people = [PoolWorld.alice, PoolWorld.bob, PoolWorld.carol]
  /// A hundredth of a per cent.
  static let mostLoss: UInt256 = PoolWorld.one / 1_000

  var world = PoolWorld()
  let endowment: [Int256]
  var executed: [String: Int] = [:]
  var refused = Set<String>()
  private var draws: UInt64
  private var pending: [(kind: String, id: UInt64)] = []
  private var nextID: UInt64 = 1

  init(seed: UInt64) throws {
    draws = seed
    try world.openGLV(1, [1, 2])
    for market in [1, 2] as [MarketID] {
      for flag in [true, false] {
        for kind in [StoreKind.swapFeeFactor, .depositFeeFactor, .withdrawalFeeFactor, .positionFeeFactor] {
          world.set(kind, market, flag: flag, PoolWorld.one / 2_000)
        }
        world.set(.swapImpactFactor, market, flag: flag, PoolWorld.one / (flag ? 4_000_000_000 : 2_000_000_000))
        world.set(.borrowingFactor, market, flag: flag, PoolWorld.one / 100_000_000)
        world.set(.borrowingExponentFactor, market, flag: flag, PoolWorld.one)
      }
      world.set(.atomicWithdrawalFeeFactor, market, PoolWorld.one / 200)
      world.set(.swapImpactExponentFactor, market, PoolWorld.one &* 2)
      world.state.markets.set(
        market,
        MarketRecord(
          market: market, indexToken: market == 1 ? PoolWorld.weth : PoolWorld.index, longToken: PoolWorld.weth,
          shortToken: PoolWorld.usdc, virtualMarket: 1))
    }
    world.set(.swapFeeReceiverFactor, 0, PoolWorld.one / 3)
    world.set(.borrowingFeeReceiverFactor, 0, PoolWorld.one / 3)
    world.set(.positionFeeReceiverFactor, 0, PoolWorld.one / 3)
    world.set(.glvShiftMaxLossFactor, 1, Self.mostLoss)
    world.set(.glvShiftMinInterval, 1, 20)
    world.set(.glvMaxMarketTokenBalanceUSD, 1, number: 2, PoolWorld.one &* 400_000)
    for account in Self.people {
      world.give(account, PoolWorld.weth, PoolWorld.wei &* 1_000)
      world.give(account, PoolWorld.usdc, 5_000_000_000_000)
    }
    endowment = [3_000, 15_000_000].enumerated().map { place, count in
      Int256(bitPattern: UInt256(UInt64(count)) &* (place == 0 ? PoolWorld.wei : 1_000_000))
    }
  }

  /// All balances of the two tokens together.
  func totals() -> [Int256] {
    var totals = [Int256.zero, Int256.zero]
    world.state.balances.forEachSorted { key, value in
      if key.second == PoolWorld.weth { totals[0] = totals[0] &+ value }
      if key.second == PoolWorld.usdc { totals[1] = totals[1] &+ value }
    }
    return totals
  }

  private mutating func draw(_ count: UInt64) -> UInt64 {
    draws &+= 0x9e37_79b9_7f4a_7c15
    var mixed = draws
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return (mixed ^ (mixed >> 31)) % count
  }

  private mutating func person() -> Address { Self.people[Int(draw(3))] }

  /// Now and then a market that is not of the vault, or none at all.
  private mutating func market() -> MarketID {
    draw(12) == 0 ? [3, 4, 5, 77][Int(draw(4))] : MarketID(1 + draw(2))
  }

  /// A part of what somebody holds, now and then all, nothing or more than that.
  private mutating func part(_ account: Address, _ token: TokenID) -> UInt256 {
    let held = world.balance(account, token)
    switch draw(20) {
    case 0: return .zero
    case 1: return held
    case 2: return held &+ 1
    default: return held &* UInt256(1 + draw(60)) / 997
    }
  }

  mutating func step() throws {
    if draw(6) == 0 { world.time += 1 + draw(40) }
    if draw(15) == 0 {
      world.etherMin = UInt256(4_600 + draw(800))
      world.etherMax = world.etherMin &+ UInt256(draw(2) * draw(10))
    }
    let before = figures()
    let state = world.state
    do {
      try act()
    } catch let revert as Revert {
      refused.insert(revert.error.rawValue)
      #expect(Self.figures(of: world.state) == Self.figures(of: state), "\(revert.error) left something behind")
    }
    check(before)
  }

  private mutating func act() throws {
    switch draw(14) {
    case 0, 1: try createDeposit()
    case 2: try createWithdrawal()
    case 3: try createShift()
    case 4: try createGLVDeposit()
    case 5: try createGLVWithdrawal()
    case 6: try createGLVShift()
    case 7: try withdrawAtOnce()
    case 8: try order()
    case 9: try cancel()
    default: try executeOne()
    }
  }

  // MARK: What can be done

  private mutating func store(_ kind: String, _ body: (inout PoolWorld, UInt64) throws -> Void) throws {
    try body(&world, nextID)
    pending.append((kind, nextID))
    nextID += 1
  }

  private mutating func create<Request: LiquidityRequest>(_ kind: String, _ request: Request) throws {
    let receiver = draw(20) == 0 ? Address.zero : person()
    try store(kind) { world, id in
      var context = world.context()
      try world.state.create(request, receiver: receiver, id: id, &context)
    }
  }

  private mutating func createDeposit() throws {
    let account = person()
    var request = DepositRequest(
      account: account, market: market(), initialLongToken: PoolWorld.weth, initialShortToken: PoolWorld.usdc,
      longAmount: part(account, PoolWorld.weth), shortAmount: part(account, PoolWorld.usdc))
    if draw(8) == 0 { request.minMarketTokens = .max >> 4 }
    if draw(10) == 0 { request.longSwapPath = [market()] }
    try create("deposit", request)
  }

  private mutating func createWithdrawal() throws {
    let account = person()
    let market = market()
    var request = WithdrawalRequest(
      account: account, market: market, marketTokens: part(account, GMXState.marketTokenBase + market))
    if draw(4) == 0 { request.longSwapPath = [self.market()] }
    if draw(12) == 0 { request.minShortTokenAmount = .max >> 4 }
    try create("withdrawal", request)
  }

  private mutating func createShift() throws {
    let account = person()
    let from = market()
    try create(
      "shift",
      ShiftRequest(
        account: account, fromMarket: from, toMarket: market(),
        marketTokens: part(account, GMXState.marketTokenBase + from)))
  }

  private mutating func createGLVDeposit() throws {
    let account = person()
    let market = market()
    var request = GLVDepositRequest(
      account: account, glv: draw(20) == 0 ? 2 : 1, market: market,
      marketTokens: part(account, GMXState.marketTokenBase + market))
    if draw(2) == 0 {
      request = GLVDepositRequest(
        account: account, glv: 1, market: market, initialLongToken: PoolWorld.weth, initialShortToken: PoolWorld.usdc,
        longAmount: part(account, PoolWorld.weth), shortAmount: part(account, PoolWorld.usdc))
    }
    try create("glvDeposit", request)
  }

  private mutating func createGLVWithdrawal() throws {
    let account = person()
    let tokens = part(account, GMXState.glvTokenBase + 1)
    try create("glvWithdrawal", GLVWithdrawalRequest(account: account, glv: 1, market: market(), glvTokens: tokens))
  }

  private mutating func createGLVShift() throws {
    let from = market()
    let request = GLVShiftRequest(
      glv: 1, fromMarket: from, toMarket: market(), marketTokens: part(Holder.glv(1), GMXState.marketTokenBase + from))
    try store("glvShift") { world, id in
      var context = world.context()
      try world.state.createGLVShift(request, id: id, &context)
    }
  }

  private mutating func withdrawAtOnce() throws {
    let account = person()
    let market = market()
    let request = WithdrawalRequest(
      account: account, market: market, marketTokens: part(account, GMXState.marketTokenBase + market))
    var context = world.context()
    try world.state.withdrawAtOnce(request, receiver: account, &context)
    executed["atOnce", default: 0] += 1
  }

  /// A swap, a long or its end, created and executed at once.
  private mutating func order() throws {
    let account = person()
    let isSwap = draw(2) == 0
    let isIncrease = !isSwap && draw(3) > 0
    let token = draw(2) == 0 ? PoolWorld.weth : PoolWorld.usdc
    let amount = part(account, token)
    var order = OrderRecord(
      account: account, market: isSwap ? 0 : 1, initialCollateralToken: token, swapPath: isSwap ? [1, 2] : [],
      orderType: isSwap ? .marketSwap : isIncrease ? .marketIncrease : .marketDecrease, isLong: true,
      sizeDeltaUsd: isSwap ? .zero : PoolWorld.one &* UInt256(1_000 + draw(60_000)),
      initialCollateralDeltaAmount: isSwap || isIncrease ? amount : .zero,
      acceptablePrice: isIncrease ? .max : .zero)
    if isSwap, draw(2) == 0 { order.swapPath = [2] }
    var context = world.context()
    try world.state.create(order, id: nextID, context)
    let id = nextID
    nextID += 1
    note("order", try world.state.execute(order: id, &context))
  }

  private mutating func cancel() throws {
    guard !pending.isEmpty else { return }
    let place = Int(draw(UInt64(pending.count)))
    let (kind, id) = pending[place]
    let account = person()
    if draw(2) == 0 { world.time += 300 }
    switch kind {
    case "deposit": try world.cancel(DepositRequest.self, id, by: account)
    case "withdrawal": try world.cancel(WithdrawalRequest.self, id, by: account)
    case "shift": try world.cancel(ShiftRequest.self, id, by: account)
    case "glvDeposit": try world.cancel(GLVDepositRequest.self, id, by: account)
    case "glvWithdrawal": try world.cancel(GLVWithdrawalRequest.self, id, by: account)
    default: return
    }
    pending.remove(at: place)
    executed["cancel", default: 0] += 1
  }

  private mutating func executeOne() throws {
    guard !pending.isEmpty else { return }
    let place = Int(draw(UInt64(pending.count)))
    let (kind, id) = pending[place]
    let outcome: RequestOutcome
    switch kind {
    case "deposit": outcome = try world.execute(DepositRequest.self, id)
    case "withdrawal": outcome = try world.execute(WithdrawalRequest.self, id)
    case "shift": outcome = try world.execute(ShiftRequest.self, id)
    case "glvDeposit": outcome = try world.execute(GLVDepositRequest.self, id)
    case "glvWithdrawal": outcome = try world.execute(GLVWithdrawalRequest.self, id)
    default:
      var context = world.context()
      outcome = try world.state.executeGLVShift(id, &context)
    }
    pending.remove(at: place)
    note(kind, outcome)
  }

  private mutating func note(_ kind: String, _ outcome: RequestOutcome) {
    if let revert = outcome.refusal { refused.insert(revert.error.rawValue) } else { executed[kind, default: 0] += 1 }
    last = outcome == .executed ? kind : ""
  }

  // MARK: What must hold

  /// The kind that was executed last, for the comparison after it.
  private var last = ""

  private struct Figures {
    var value: UInt256
    var supply: UInt256
  }

  private func figures() -> Figures? {
    guard let value = try? world.state.glvValue(1, maximize: true, world.context()) else { return nil }
    return Figures(value: value, supply: world.state.glvSupplies[1] ?? .zero)
  }

  /// A vault token never loses by what others do, but for the limited loss of a shift, at one price for all. An attosecond
  /// of a dollar is left for the divisions.
  private mutating func check(_ before: Figures?) {
    defer { last = "" }
    guard world.etherMin == world.etherMax, let before, let after = figures(), !before.supply.isZero,
      !after.supply.isZero, let old = try? GLV.price(value: before.value, supply: before.supply),
      let new = try? GLV.price(value: after.value, supply: after.supply)
    else { return }
    let slack: UInt256 = 1_000_000_000_000
    let loss: UInt256 = last == "glvShift" ? old / 1_000 : .zero
    #expect(new &+ slack &+ loss >= old, "after \(last) a vault token is worth \(new), before \(old)")
  }

  private static func figures(of state: GMXState) -> [String] {
    var lines: [String] = []
    state.balances.forEachSorted { lines.append("\($0.first) \($0.second) \($1)") }
    state.amounts.forEachSorted { lines.append("\($0) \($1)") }
    lines.append("\(state.deposits.count) \(state.withdrawals.count) \(state.shifts.count) \(state.glvDeposits.count)")
    lines.append("\(state.glvWithdrawals.count) \(state.glvShifts.count) \(state.orders.count)")
    return lines
  }
}
