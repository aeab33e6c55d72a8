import BigInt
import Canonical
import GMX
import Quantities
import StateStore
import Testing

/// Shifts and vaults of market tokens: the room against the twin on random states. Rules GMX-136, GMX-141 to GMX-147.
@Suite struct GLVTwinVaultTests {
  typealias World = GLVTwinWorld

  /// Three markets, a vault that holds a part of each, and shares of it with the account.
  struct Vault {
    static let id: GLVID = 1
    var world: World
    var balances: [BigInt] = []
    var supply: UInt256

    init(seed: UInt64) throws {
      world = World(seed: seed, markets: 3)
      let short = world.isSingleToken ? World.eth : World.usdc
      try world.state.createGLV(Self.id, longToken: World.eth, shortToken: short)
      var context = world.context
      for market in world.markets {
        try world.state.addMarket(market, toGLV: Self.id, &context)
        let held = world.share(market, world.random.uniform(below: 600))
        balances.append(World.big(held))
        if held.isZero { continue }
        world.give(Holder.glv(Self.id), market, held)
        world.state.amounts.set(StoreKey(.glvMarketTokenBalance, Self.id, number: UInt64(market)), held)
      }
      supply = UInt256(1 + world.random.uniform(below: 5_000_000)) &* 1_000_000_000_000_000_007
      if world.random.chance(ppm: 100_000) { supply = .zero }
      if !supply.isZero { world.state.glvSupplies.set(Self.id, supply) }
      world.state.balances.set(
        Pair(World.account, GMXState.glvTokenBase + Self.id), Int256(bitPattern: supply))
    }

    var twins: [GLVTwin.Market] { world.markets.map { world.twin($0) } }
    var shares: BigInt { world.held(World.account, GMXState.glvTokenBase + Self.id) }
  }

  @Test func shiftsAgree() throws {
    var agreed = 0
    var refused = 0
    for seed in 1...400 as ClosedRange<UInt64> {
      var world = World(seed: seed, markets: 2)
      world.give(World.account, 1, world.share(1, 1_000))
      let tokens = world.share(1, 1 + world.random.uniform(below: 600))
      var from = world.twin(1)
      var to = world.twin(2)
      let expected = GLVTwin.shift(from: &from, to: &to, World.big(tokens))
      let outcome = world.run(
        ShiftRequest(account: World.account, fromMarket: 1, toMarket: 2, marketTokens: tokens))
      guard outcome == .executed else {
        #expect(expected == nil, "seed \(seed): \(String(describing: outcome))")
        refused += 1
        continue
      }
      #expect(expected == world.held(World.account, GMXState.marketTokenBase + 2), "seed \(seed)")
      #expect(world.pools(1) == from.pools && world.pools(2) == to.pools, "seed \(seed)")
      #expect(world.twin(2).swapImpactPools == to.swapImpactPools, "seed \(seed)")
      agreed += 1
    }
    #expect(agreed > 150 && refused > 20, "\(agreed) agreed, \(refused) refused")
  }

  @Test func valuesAgree() throws {
    var agreed = 0
    for seed in 1...300 as ClosedRange<UInt64> {
      let vault = try Vault(seed: seed)
      for maximize in [true, false] {
        let expected = GLVTwin.value(vault.twins, vault.balances, maximize: maximize)
        let value = try? vault.world.state.glvValue(Vault.id, maximize: maximize, vault.world.context)
        #expect(value.map(World.big) == expected, "seed \(seed)")
        if value != nil { agreed += 1 }
      }
    }
    #expect(agreed > 300)
  }

  /// Market tokens into the vault.
  @Test func depositsOfMarketTokensAgree() throws {
    var agreed = 0
    var refused = 0
    for seed in 1...300 as ClosedRange<UInt64> {
      var vault = try Vault(seed: seed)
      let market = vault.world.markets[Int(vault.world.random.uniform(below: 3))]
      let tokens = vault.world.share(market, 1 + vault.world.random.uniform(below: 300))
      vault.world.give(World.account, market, tokens)
      let before = vault.shares
      let expected = GLVTwin.shares(
        vault.twins, vault.balances, Int(market) - 1, received: World.big(tokens), supply: World.big(vault.supply))
      let outcome = vault.world.run(
        GLVDepositRequest(account: World.account, glv: Vault.id, market: market, marketTokens: tokens))
      guard outcome == .executed else {
        #expect(expected == nil, "seed \(seed): \(String(describing: outcome))")
        refused += 1
        continue
      }
      #expect(expected == vault.shares - before, "seed \(seed)")
      agreed += 1
    }
    #expect(agreed > 150 && refused > 5, "\(agreed) agreed, \(refused) refused")
  }

  /// Tokens into a market, its tokens into the vault.
  @Test func depositsOfTokensAgree() throws {
    var agreed = 0
    for seed in 301...600 as ClosedRange<UInt64> {
      var vault = try Vault(seed: seed)
      let short = vault.world.isSingleToken ? World.eth : World.usdc
      let amounts = [
        vault.world.tokens(World.eth, worth: vault.world.dollars(upTo: 900_000)),
        vault.world.tokens(short, worth: vault.world.dollars(upTo: 900_000)),
      ]
      let place = Int(vault.world.random.uniform(below: 3))
      var twins = vault.twins
      let before = vault.shares
      var expected: BigInt?
      if !twins[place].exceedsProfit(twins[place].profitLimitWithdrawals) {
        let received = GLVTwin.deposit(&twins[place], amounts.map(World.big), isShift: false)
        expected = received.flatMap {
          GLVTwin.shares(twins, vault.balances, place, received: $0, supply: World.big(vault.supply))
        }
      }
      let outcome = vault.world.run(
        GLVDepositRequest(
          account: World.account, glv: Vault.id, market: vault.world.markets[place], initialLongToken: World.eth,
          initialShortToken: short, longAmount: amounts[0], shortAmount: amounts[1]))
      guard outcome == .executed else {

        #expect(expected == nil, "seed \(seed): \(String(describing: outcome))")
        continue
      }
      #expect(expected == vault.shares - before, "seed \(seed)")
      agreed += 1
    }
    #expect(agreed > 150, "\(agreed) agreed")
  }

  @Test func withdrawalsAgree() throws {
    var agreed = 0
    var refused = 0
    for seed in 1...400 as ClosedRange<UInt64> {
      var vault = try Vault(seed: seed)
      let place = Int(vault.world.random.uniform(below: 3))
      let tokens = try UInt256.multiplyDivide(
        vault.supply, UInt256(1 + vault.world.random.uniform(below: 400)), by: 1_000, rounding: .floor)
      var twins = vault.twins
      let redeemed = GLVTwin.redeemed(
        twins, vault.balances, place, shares: World.big(tokens), supply: World.big(vault.supply))
      var expected: [BigInt]?
      if let redeemed, redeemed > 0, redeemed <= vault.balances[place] {
        expected = GLVTwin.withdraw(&twins[place], redeemed, isShift: false)
      }
      let outcome = vault.world.run(
        GLVWithdrawalRequest(
          account: World.account, glv: Vault.id, market: vault.world.markets[place], glvTokens: tokens))
      guard outcome == .executed else {
        #expect(expected == nil, "seed \(seed): \(String(describing: outcome))")
        refused += 1
        continue
      }
      let pair = try #require(expected, "seed \(seed)")
      let paid = [World.eth, World.usdc].map { vault.world.held(World.account, $0) }
      #expect(paid == (vault.world.isSingleToken ? [pair[0] + pair[1], 0] : pair), "seed \(seed)")
      agreed += 1
    }
    #expect(agreed > 80 && refused > 20, "\(agreed) agreed, \(refused) refused")
  }

  /// A keeper's move inside the vault, refused from the loss on that the twin computes, not a unit before.
  @Test func vaultShiftsAgree() throws {
    var agreed = 0
    var lossy = 0
    for seed in 1...300 as ClosedRange<UInt64> {
      var vault = try Vault(seed: seed)
      let tokens = vault.world.share(1, 1 + vault.world.random.uniform(below: 200))
      guard World.big(tokens) <= vault.balances[0] else { continue }
      var from = vault.world.twin(1)
      var to = vault.world.twin(2)
      let received = GLVTwin.shift(from: &from, to: &to, World.big(tokens))
      let loss = received.flatMap { GLVTwin.loss(from: from, sent: World.big(tokens), to: to, received: $0) }
      let request = GLVShiftRequest(glv: Vault.id, fromMarket: 1, toMarket: 2, marketTokens: tokens)
      func run(limit: BigInt) throws -> (RequestOutcome, BigInt) {
        var world = vault.world
        world.state.settings.set(StoreKey(.glvShiftMaxLossFactor, Vault.id), UInt256(limit.description) ?? .zero)
        var context = world.context
        try world.state.createGLVShift(request, id: 1, &context)
        let outcome = try world.state.executeGLVShift(1, &context)
        return (outcome, world.held(Holder.glv(Vault.id), GMXState.marketTokenBase + 2) - vault.balances[1])
      }
      guard let loss, let received else {
        guard case .cancelled = try run(limit: GLVTwin.one).0 else {
          Issue.record("seed \(seed) was carried out")
          continue
        }
        continue
      }
      let allowed = try run(limit: loss)
      #expect(allowed.0 == .executed && allowed.1 == received, "seed \(seed): \(allowed)")
      agreed += 1
      if loss == 0 { continue }
      guard case .cancelled(let revert) = try run(limit: loss - 1).0 else {
        Issue.record("seed \(seed): a loss of \(loss) was allowed")
        continue
      }
      #expect(revert.error == .glvShiftMaxLossExceeded, "seed \(seed)")
      lossy += 1
    }
    #expect(agreed > 60 && lossy > 20, "\(agreed) agreed, \(lossy) with a loss")
  }
}
