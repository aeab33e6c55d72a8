import Agents
import Canonical
import Quantities
import Testing
import VenueKit

@testable import Laboratory

/// How people act where no quote can rest and keepers carry trades out.
@Suite struct PoolPeopleTests {
  private static let one = CommonScale.one

  private func person(_ role: Role, _ distributions: [String: Distribution] = [:]) -> Person {
    Person(
      name: "x", group: "x", role: role, symbol: "BTC", pool: nil, distributions: distributions, seed: 5, start: 0)
  }

  private func view(
    _ time: Int64, of person: Person, size: Int128 = 0, funding: Int128 = 0, rebate: Int128? = nil,
    provided: Int128 = 0, takesQuotes: Bool = false
  ) -> PersonView {
    let price = 100_000 * Self.one
    let money = 10_000_000 * Self.one
    let position = PositionView(
      symbol: "BTC", size: size, entryPrice: price, unrealizedProfit: 0, liquidationPrice: nil)
    let account = AccountView(
      address: person.address, deposits: money, withdrawals: 0, equity: money, provided: provided, initialMargin: 0,
      maintenanceMargin: 0, withdrawable: money, positions: size == 0 ? [] : [position], openOrders: 0)
    let market = MarketView(
      symbol: "BTC", mark: price, index: price, openInterestLong: 0, openInterestShort: 0, fundingRateHourly: funding,
      depth: [], tick: 1, lot: 1, leverageMaximum: 40)
    let value = person.costValue ?? 0
    func cost(_ impact: Int128) -> TradeCost { TradeCost(value: value, impact: impact, fee: value / 2_000) }
    return PersonView(
      time: time, elapsed: time, market: market, account: account,
      pools: ["ETH", "BTC"].map { (symbol: String) in
        PoolView(
          name: "GM:\(symbol)", value: money, shares: money, sharePrice: Self.one, netDeposits: money, symbol: symbol)
      },
      takesQuotes: takesQuotes, longCost: rebate.map { cost(Money.product(value, $0)) },
      shortCost: rebate.map { cost(-Money.product(value, $0)) })
  }

  @Test("A maker backs the pool with all it brought, once, and never quotes there")
  func makerProvides() {
    var maker = person(.maker)
    let first = maker.look(view(0, of: maker))
    #expect(first == [.provide(pool: "GM:BTC", amount: 10_000_000 * Self.one)])
    for look in 1..<50 { #expect(maker.look(view(Int64(look) * 3_000, of: maker, provided: Self.one)).isEmpty) }
    // The same maker on a book draws as often at each look.
    var quoting = person(.maker)
    for look in 0..<50 { _ = quoting.look(view(Int64(look) * 3_000, of: quoting, takesQuotes: true)) }
    #expect(quoting.draws == maker.draws)
  }

  @Test("An arbitrageur on a pool takes the side that is paid for, and leaves when it costs funding")
  func arbitrage() throws {
    let fixed: [String: Distribution] = ["threshold": .fixed(Self.one / 1_000), "limit": .fixed(500_000 * Self.one)]
    func look(size: Int128 = 0, funding: Int128 = 0, rebate: Int128? = 0) -> [Intent] {
      var person = person(.arbitrageur, fixed)
      return person.look(view(0, of: person, size: size, funding: funding, rebate: rebate))
    }
    #expect(look().isEmpty, "the fee alone is a cost")
    #expect(look(rebate: nil).isEmpty, "a venue that cannot fill is left alone")
    // A rebate of 16 bp for shorts less a fee of 5 bp is 11 bp, above the threshold of 10; 14 bp is not.
    guard case .open(_, false, _, _, _)? = look(rebate: Self.one * 16 / 10_000).first else {
      Issue.record("no short")
      return
    }
    #expect(look(rebate: Self.one * 14 / 10_000).isEmpty)
    // Longs pay 16 bp an hour: the same short, for funding.
    guard case .open(_, false, _, _, _)? = look(funding: Self.one * 16 / 10_000).first else {
      Issue.record("no short for funding")
      return
    }
    guard case .open(_, true, _, _, _)? = look(funding: -Self.one * 16 / 10_000).first else {
      Issue.record("no long for funding")
      return
    }
    // Ten bitcoins are beyond the limit; a short that would pay is closed.
    #expect(look(size: -10 * Self.one, funding: Self.one * 16 / 10_000).isEmpty)
    guard case .close? = look(size: -Self.one, funding: -Self.one / 10_000).first else {
      Issue.record("not closed")
      return
    }
  }

  @Test("Who waits for a keeper does not ask again until his position has changed or a minute is over")
  func patience() {
    let fixed: [String: Distribution] = ["initial": .fixed(Self.one), "trades": .fixed(3_600 * Self.one)]
    var impatient = person(.noise, fixed)
    var asked: [Int64] = []
    for look in 0..<20 {
      let time = Int64(look) * 10_000
      if !impatient.look(view(time, of: impatient)).isEmpty { asked.append(time) }
    }
    #expect(asked == [0, 60_000, 120_000, 180_000])
    var served = person(.noise, fixed)
    #expect(served.look(view(0, of: served)).count == 1)
    // His position is there and gone again: he may open anew at once.
    _ = served.look(view(10_000, of: served, size: Self.one))
    #expect(served.look(view(20_000, of: served)).count == 1)
    var onBook = person(.noise, fixed)
    let trades = (0..<20).map { onBook.look(view(Int64($0) * 10_000, of: onBook, takesQuotes: true)).count }
    #expect(trades.allSatisfy { $0 == 1 })
  }

  @Test("A keeper works a reaction time after each look, drawn anew, and as many times on every venue")
  func keeper() {
    let delay = Distribution.uniform(low: 500, high: 4_000)
    var keeper = person(.keeper, ["every": .fixed(2_000), "delay": delay])
    var time: Int64 = 0
    var reactions: [Int64] = []
    for _ in 0..<40 {
      #expect(keeper.look(view(time, of: keeper)).isEmpty)
      reactions.append(keeper.nextLook - time)
      time = keeper.nextLook
      #expect(keeper.look(view(time, of: keeper)).count == 3)
      #expect(keeper.nextLook == time + 2_000)
      time = keeper.nextLook
    }
    #expect(reactions.allSatisfy { (500...4_000).contains($0) })
    #expect(Set(reactions).count > 20)
    var prompt = person(.keeper, ["duty": .fixed(2)])
    #expect(prompt.look(view(0, of: prompt)) == [.keep(.liquidate)])
    #expect(prompt.nextLook == 3_000)
  }
}
