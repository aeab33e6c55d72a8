import Agents
import Canonical
import Quantities
import Testing
import VenueKit

@testable import Laboratory

@Suite struct PeopleTests {
  private func people(_ text: String) throws -> [Person] {
    Runner.makePeople(try ScenarioReader(rooms: []).read(YAMLReading.read(text, file: "x")))
  }

  @Test("A person added to a group, or a group added before it, changes nobody's key, money or first look")
  func independence() throws {
    let few = try people(Fixture.scenario(people: "people: [{name: retail, role: noise, count: 3}]\n"))
    let more = try people(
      Fixture.scenario(people: "people: [{name: aaa, role: whale}, {name: retail, role: noise, count: 12}]\n"))
    for person in few {
      let same = try #require(more.first { $0.name == person.name })
      #expect(same.address == person.address)
      #expect(same.deposit == person.deposit)
      #expect(same.nextLook == person.nextLook)
    }
    #expect(Set(more.map(\.address)).count == more.count)
    #expect(Set(few.map(\.deposit)).count == few.count)
  }

  @Test("People draw equally often whatever they see, so that venues cannot shift them")
  func commonDraws() throws {
    for role in Role.allCases {
      let name = StreamName(seed: 5, ["people", "x"])
      let one = Person(
        name: "x", group: "x", role: role, symbol: "BTC", pool: nil, distributions: [:], seed: 5, start: 0)
      var blind = one
      var seeing = one
      for look in 0..<200 {
        let time = Int64(look) * 1_000
        _ = blind.look(view(time, market: nil, address: one.address))
        let price = (100_000 + Int128(look * 37 % 900)) * CommonScale.one
        _ = seeing.look(view(time, market: market(price), address: one.address))
        #expect(blind.draws == seeing.draws)
      }
      #expect(name.makeStream() == name.makeStream())
    }
  }

  @Test("A maker quotes both sides around the index, none beyond its inventory, and pulls in a rush")
  func maker() {
    var person = Person(
      name: "m", group: "m", role: .maker, symbol: "BTC", pool: nil, distributions: [:], seed: 5, start: 0)
    let first = person.look(view(0, market: market(100_000 * CommonScale.one), address: person.address))
    guard case .quote(_, let levels)? = first.first else {
      Issue.record("no quote")
      return
    }
    let bids = levels.filter(\.isBid)
    #expect(bids.count == 6 && levels.count == 12)
    #expect(bids.allSatisfy { $0.price < 100_000 * CommonScale.one })
    #expect(levels.filter { !$0.isBid }.allSatisfy { $0.price > 100_000 * CommonScale.one })
    let rush = person.look(view(3_000, market: market(90_000 * CommonScale.one), address: person.address))
    #expect(rush == [.quote(symbol: "BTC", levels: [])])
  }

  @Test("A lognormal's median is its median, and its bounds hold")
  func lognormal() {
    let distribution = Distribution.lognormal(
      median: 5_000, sigma: CommonScale.one, minimum: 500, maximum: 40_000)
    var random = StreamName(seed: 1, ["d"]).makeStream()
    let draws = (0..<2_000).map { _ in distribution.draw(&random) }.sorted()
    #expect(draws[0] >= 500 && draws[1_999] <= 40_000)
    #expect(abs(draws[1_000] - 5_000) < 500)
  }

  private func market(_ price: Int128) -> MarketView {
    MarketView(
      symbol: "BTC", mark: price, index: price, bestBid: price - CommonScale.one, bestAsk: price + CommonScale.one,
      openInterestLong: 0, openInterestShort: 0, fundingRateHourly: 0, depth: [], tick: 1, lot: 1, leverageMaximum: 40)
  }

  private func view(_ time: Int64, market: MarketView?, address: Address) -> PersonView {
    let money = 10_000_000 * CommonScale.one
    return PersonView(
      time: time, elapsed: time, market: market,
      account: AccountView(
        address: address, deposits: money, withdrawals: 0, equity: money, provided: 0, initialMargin: 0,
        maintenanceMargin: 0, withdrawable: money, positions: [], openOrders: 0), pools: [])
  }
}
