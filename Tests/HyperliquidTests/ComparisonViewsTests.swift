import Canonical
import Testing
import VenueKit

@testable import Hyperliquid

/// What the comparison of venues reads: the cost of a trade, and funding paid.
@Suite struct ComparisonViewsTests {
  private static let one = CommonScale.one

  private func cost(_ room: SmallRoom, isLong: Bool, _ value: Int128) -> TradeCost? {
    room.venue.tradeCost("BTC", isLong: isLong, value: value, state: room.state, block: room.block)
  }

  /// Aim: the cost is what taking those lots from the resting orders costs beyond the index, and the fee.
  @Test func tradeCostWalksTheBook() throws {
    var room = try SmallRoom()
    let maker = SmallRoom.person(1)
    try room.deposit(1_000_000, to: maker)
    let levels = [(true, 59_990), (true, 59_900), (false, 60_030), (false, 60_300)].map { isBid, price in
      QuoteLevel(isBid: isBid, price: Int128(price) * Self.one, size: Self.one)
    }
    try room.want(.quote(symbol: "BTC", levels: levels), by: maker)
    // 90,000 USD at the index of 60,000 are 1.5 BTC: one at 60,030 and a half at 60,300.
    let long = try #require(cost(room, isLong: true, 90_000 * Self.one))
    #expect(long.impact == (30 + 150) * Self.one)
    #expect(long.fee == 90_180 * Self.one * 45 / 100_000)
    // One at 59,990 and a half at 59,900.
    let short = try #require(cost(room, isLong: false, 90_000 * Self.one))
    #expect(short.impact == (10 + 50) * Self.one)
    #expect(short.fee == 89_940 * Self.one * 45 / 100_000)
    #expect(cost(room, isLong: true, 121_000 * Self.one) == nil, "the book holds two bitcoins a side")
    #expect(cost(room, isLong: true, Self.one / 10) == nil, "less than a lot")
    #expect(cost(room, isLong: true, .max) == nil && cost(room, isLong: true, -Self.one) == nil)
    #expect(room.venue.tradeCost("ETH", isLong: true, value: Self.one, state: room.state, block: room.block) == nil)
    // Below the index the trade is worth more than it costs.
    try room.observe("BTC", 61_000 * Self.one)
    #expect(try #require(cost(room, isLong: true, 61_000 * Self.one)).impact == -970 * Self.one)
  }

  /// Aim: funding counts as paid when it falls due, once, and settling it changes nothing.
  @Test func fundingPaidIsCountedOnce() throws {
    var room = try SmallRoom()
    let (maker, taker) = (SmallRoom.person(1), SmallRoom.person(2))
    try room.deposit(500_000, to: maker)
    try room.deposit(50_000, to: taker)
    let levels = [true, false].map { isBid in
      QuoteLevel(isBid: isBid, price: (60_000 + (isBid ? -10 : 10)) * Self.one, size: 3 * Self.one)
    }
    try room.want(.quote(symbol: "BTC", levels: levels), by: maker)
    try room.want(
      .open(symbol: "BTC", isLong: true, size: Self.one, leverage: 10, worstPrice: 61_000 * Self.one), by: taker)
    #expect(room.summary.fundingPaid == 0)
    room.next(3_600_000)
    // The oracle's 60,000 at an hour's interest of 0.0001 / 8.
    #expect(room.summary.fundingPaid == 60_000 * Self.one / 80_000)
    try room.want(.close(symbol: "BTC", partsPerMillion: 1_000_000, worstPrice: 59_000 * Self.one), by: taker)
    #expect(room.account(taker).positions.isEmpty)
    #expect(room.summary.fundingPaid == 60_000 * Self.one / 80_000)
    #expect(room.summary.borrowingPaid == 0)
  }

  /// Aim: each line of money says whose it is.
  @Test func holdersAreTold() throws {
    let balances = try SmallRoom().summary.balances
    #expect(balances.filter { $0.holder == .people }.map(\.name) == ["accounts"])
    #expect(balances.filter { $0.holder == .pools }.map(\.name) == ["HLP", "HLP liquidator"])
    #expect(balances.contains { $0.name == "unpaid deficit" && $0.holder == .venue })
  }
}
