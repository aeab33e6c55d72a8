import Canonical
import Cryptography
import DYDX
import Ledger
import Quantities
import StateStore
import Testing

@Suite struct RevenueTests {
  private let alice = PrivateKey(ofName: "a").address
  private let bob = PrivateKey(ofName: "b").address
  private let carl = PrivateKey(ofName: "c").address
  private let dave = PrivateKey(ofName: "d").address

  private func state(_ change: (inout RevenueParameters) -> Void = { _ in }) -> DYDXState {
    var parameters = DYDXParameters(
      liquidation: ClientTransactionTests.liquidation,
      feeTiers: (0..<4).map {
        FeeTier(name: "\($0)", volumeRequirement: 1_000_000_000, makerFeePpm: 100, takerFeePpm: 500)
      })
    change(&parameters.revenue)
    return DYDXState(parameters: parameters)
  }

  private func fill(taker: Int256, maker: Int256, router: Address? = nil) -> FeeFill {
    FeeFill(
      taker: alice, maker: bob, takerFee: taker, makerFee: maker, quote: 1_000_000, takerRouter: router, market: 3,
      time: 1_000)
  }

  private func register(_ referee: Address, _ affiliate: Address, in state: inout DYDXState) throws(DYDXRefusal) {
    var message = RegisterAffiliate()
    (message.referee, message.affiliate) = (Bech32Owner.text(referee), Bech32Owner.text(affiliate))
    try RoomMessage.registerAffiliate(message).validate()
    try state.registerAffiliate(message)
  }

  @Test("An affiliate shares the taker's fee, then the mapper and the unconditional ones share what is left")
  func shares() throws {
    var state = state {
      $0.marketMapper = .init(recipient: carl, sharePpm: 100_000)
      $0.unconditional = [.init(recipient: dave, sharePpm: 100_000)]
    }
    try register(alice, bob, in: &state)
    state.mapperEnds.set(3, Whole(2))
    // The figures of the chain's own table: 5% of 250, then a tenth of 488 each.
    #expect(try state.revenueShares(fill(taker: 250, maker: 250)).map(\.amount) == [12, 48, 48])
    state.mapperEnds.set(3, Whole(1))
    #expect(try state.revenueShares(fill(taker: 250, maker: 250)).map(\.kind) == [.affiliate, .unconditional])
    #expect(try state.revenueShares(fill(taker: 250, maker: -250)) == [])
    state.orderRouters.set(carl, Whole(80_000))
    let routed = try state.revenueShares(fill(taker: 250, maker: -50, router: carl))
    #expect(routed.map(\.kind) == [.takerRouter, .unconditional] && routed.map(\.amount) == [16, 18])
  }

  @Test("Shares beyond the fees are all left out")
  func tooMuch() throws {
    var state = state {
      $0.unconditional = [.init(recipient: dave, sharePpm: 600_000), .init(recipient: carl, sharePpm: 600_000)]
    }
    #expect(try state.revenueShares(fill(taker: 250, maker: 250)) == [])
    try register(alice, bob, in: &state)
    #expect(throws: DYDXRefusal.chain(.affiliateExists, Bech32Owner.text(alice))) {
      try register(alice, carl, in: &state)
    }
    #expect(throws: DYDXRefusal.chain(.selfReferral, Bech32Owner.text(alice))) {
      try register(alice, alice, in: &state)
    }
  }

  @Test("An affiliate earns from one trader no more than the limit in thirty days")
  func limit() throws {
    var state = state { $0.affiliateLimit = 20 }
    try register(alice, bob, in: &state)
    var fill = fill(taker: 300, maker: 0)
    for expected: [Int256] in [[15], [5], []] {
      let shares = try state.revenueShares(fill)
      #expect(shares.map(\.amount) == expected)
      try state.noteShares(shares, of: fill)
    }
    fill.time += 30 * 86_400_000
    #expect(try state.revenueShares(fill).map(\.amount) == [15])
    #expect(state.referredVolumes[bob]?.value == 3_000_000)
    #expect(try state.feeTier(of: alice) == 2)
  }

  @Test("Rewards are handed out by weight, floored, from what the treasury has")
  func rewards() throws {
    var state = state {
      $0.rewards = .init(multiplierPpm: 990_000, denominationExponent: -18, market: 7)
      $0.affiliateTiers = []
    }
    state.markets.set(7, MarketRecord(pair: "DYDX-USD", exponent: -6, minimumChangePpm: 1))
    state.prices.set(7, Whole(2_000_000))
    try state.ledger.deposit(1_000_000, asset: Purse.token, to: Purse.treasury)
    try state.noteShares([], of: fill(taker: 1_000, maker: 200))
    // The taker's weight loses half while affiliates might be paid; the treasury holds less than the worth of 700.
    #expect(state.rewardWeights[alice]?.value == 500 && state.rewardWeights[bob]?.value == 200)
    state.distributeRewards()
    #expect(state.ledger.balance(of: Purse.bank(alice), asset: Purse.token) == 714_285)
    #expect(state.ledger.balance(of: Purse.bank(bob), asset: Purse.token) == 285_714)
    #expect(state.rewardWeights.isEmpty)
    #expect(state.ledger.balance(of: Purse.treasury, asset: Purse.token) == 1)
  }
}
