import Agents
import Quantities
import Testing
import VenueKit

@testable import Laboratory

@Suite struct PathTests {
  private static let series = """
    # a remark
    time,close
    0,100
    60000,110.00000001
    120000,90.5
    180000,90.5

    """

  private func bridge(_ symbol: String = "BTC", seed: UInt64 = 1, shocks: [Shock] = []) throws -> PricePath {
    let market = MarketScenario(
      symbol: symbol,
      path: .csv(file: "", sha256: nil, time: "time", price: "close", volatility: 80 * CommonScale.one / 100),
      oracle: OracleScenario(every: 1_000, noise: 0, delay: 0, basis: 0))
    let series = try PriceSeries(csv: Array(Self.series.utf8), timeColumn: "time", priceColumn: "close")
    return PricePath(market, series: series, shocks: shocks, seed: seed, start: 0)
  }

  private func prices(_ path: PricePath, every step: Int64 = 1_000) -> [Int128] {
    var path = path
    return stride(from: Int64(0), through: 180_000, by: Int64.Stride(step)).map { path.price(at: $0) }
  }

  @Test("A bridge meets every price of its file exactly, and moves between them")
  func endpoints() throws {
    let path = prices(try bridge())
    #expect(path[0] == 100_000_000_000_000)
    #expect(path[60] == 110_000_000_010_000)
    #expect(path[120] == 90_500_000_000_000)
    #expect(path[180] == 90_500_000_000_000)
    // Between two equal prices only the bridge's own motion is left.
    #expect(Set(path[121..<180]).count > 50)
    for price in path[121..<180] { #expect(abs(price - 90_500_000_000_000) < 2_000_000_000_000) }
  }

  @Test("The same seed and name give the same path; another of either gives another")
  func streams() throws {
    #expect(prices(try bridge()) == prices(try bridge()))
    #expect(prices(try bridge()) != prices(try bridge(seed: 2)))
    #expect(prices(try bridge()) != prices(try bridge("ETH")))
  }

  @Test("A shock moves the price by its fraction, evenly over its time, and stays")
  func shock() throws {
    let move = Shock.move(at: 120_000, market: "BTC", move: -CommonScale.one / 10, over: 20_000)
    let plain = prices(try bridge())
    let moved = prices(try bridge(shocks: [move]))
    #expect(moved[..<121] == plain[..<121])
    #expect(moved[130] == PathMathematics.scaled(plain[130], byOnePlus: -CommonScale.one / 20))
    #expect(moved[180] == 81_450_000_000_000)
  }

  @Test("Geometric Brownian motion has the deviation that its volatility says")
  func deviation() {
    var path = DiffusionPath(
      start: 100 * CommonScale.one, time: 0, drift: 0, volatility: 60 * CommonScale.one / 100,
      name: StreamName(seed: 3, ["paths", "X"]))
    var last = path.price(at: 0)
    var sum = 0.0
    for second in 1...4_000 {
      let next = path.price(at: Int64(second) * 1_000)
      let move = picture(Money.ratio(next - last, last))
      sum += move * move
      last = next
    }
    // 0.6 * sqrt(1 / 31,536,000) = 0.00010684
    let found = (sum / 4_000).squareRoot()
    #expect(abs(found - 0.000_106_84) < 0.000_005)
  }

  @Test("The oracle observes at its times, late by its delay, and is silent when told")
  func oracle() throws {
    let market = MarketScenario(
      symbol: "BTC", path: .gbm(start: 1, drift: 0, volatility: 0),
      oracle: OracleScenario(every: 2_000, noise: 0, delay: 1_000, basis: 0))
    var feed = OracleFeed(
      market, shocks: [.silence(at: 4_000, market: "BTC", duration: 1_000)], seed: 1, start: 0, price: 100)
    let seen = (1...6).map { feed.observe(Int128(100 + $0), at: Int64($0) * 1_000)?.price }
    #expect(seen == [nil, 101, nil, nil, nil, 105])
  }
}
