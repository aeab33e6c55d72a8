import Foundation
import Hyperliquid
import Testing
import VenueKit

@testable import perp_node

/// Chain time and oracle prices as the node makes them.
@Suite struct ClockAndPriceTests {
  @Test func chainTimeIsRealTimeUnlessTheChainIsAhead() {
    let now = NodeClock.real
    #expect(abs(NodeClock(last: 0, speed: 1_000).now - now) < 5_000)
    #expect(NodeClock(last: now + 1_000_000, speed: 1_000).now >= now + 1_000_000)
    #expect(NodeClock(last: 0, speed: 1_000, from: 1_760_000_000_000).now - 1_760_000_000_000 < 5_000)
    #expect(NodeClock(last: 1_770_000_000_000, speed: 60_000, from: 1_760_000_000_000).now >= 1_770_000_000_000)
  }

  @Test func chainTimeRunsAtItsSpeed() {
    let clock = NodeClock(last: 1_000, speed: 1_000_000)
    Thread.sleep(forTimeInterval: 0.02)
    #expect(clock.now - 1_000 >= 20_000)
  }

  @Test func timesAndSpeedsAreRead() throws {
    #expect(try StartCommand.milliseconds("100ms") == 100)
    #expect(try StartCommand.milliseconds("2s") == 2_000)
    #expect(try StartCommand.milliseconds("1m") == 60_000)
    #expect(try StartCommand.thousandths("60x") == 60_000)
    #expect(try StartCommand.thousandths("0.5x") == 500)
    for text in ["100", "ms", "-1s", "0ms", "x", "", "99999999999999999999s"] {
      #expect(throws: NodeFailure.self) { try StartCommand.milliseconds(text) }
    }
    for text in ["60", "x", "-1x", "0x", "nanx", "infx"] {
      #expect(throws: NodeFailure.self) { try StartCommand.thousandths(text) }
    }
  }

  @Test func aPathMovesPricesInChainTime() throws {
    let stage = try NodeStage("path")
    defer { try? stage.close() }
    let file = stage.folder.path + "/path.csv"
    try Data("time,price\n5000,100.5\n6000,101\n9000,99.123456789\n".utf8).write(to: URL(fileURLWithPath: file))
    let path = try PriceFeed.path(file: file)
    #expect(path.steps.map(\.time) == [0, 1_000, 4_000])
    var feed = PriceFeed(state: stage.engine.state, paths: [1: path])
    func price(_ time: Int64) -> WireDecimal? { feed.observations(at: time).first { $0.asset == 1 }?.oracle }
    #expect(price(70_000) == PriceFeed.wire("100.5"))
    #expect(price(70_999) == PriceFeed.wire("100.5"))
    #expect(price(71_000) == PriceFeed.wire("101"))
    #expect(price(90_000) == PriceFeed.wire("99.12345678"))
    #expect(feed.observations(at: 90_001).count == 3)
    try Data("5000;100\n".utf8).write(to: URL(fileURLWithPath: file))
    #expect(throws: NodeFailure.self) { try PriceFeed.path(file: file) }
  }

  @Test func aWatchedFileMovesPrices() throws {
    let stage = try NodeStage("watched")
    defer { try? stage.close() }
    let file = stage.folder.path + "/prices"
    func write(_ text: String, age: TimeInterval) throws {
      try Data(text.utf8).write(to: URL(fileURLWithPath: file))
      try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: file)
    }
    try write("# prices\nETH, 4100.5\n", age: 100)
    var feed = PriceFeed(
      state: stage.engine.state, file: try PriceFile(path: file, state: stage.engine.state))
    #expect(feed.lookAtFile() == nil)
    #expect(feed.prices[1] == PriceFeed.wire("4100.5"))
    feed.set(1, PriceFeed.wire("5000") ?? 0)
    #expect(feed.lookAtFile() == nil)
    #expect(feed.prices[1] == PriceFeed.wire("5000"), "a file that did not change says nothing")
    try write("ETH, much\n", age: 50)
    #expect(feed.lookAtFile()?.contains("line 1") == true)
    #expect(feed.prices[1] == PriceFeed.wire("5000"))
    try write("ETH,4200\n", age: 10)
    #expect(feed.lookAtFile() == nil)
    #expect(feed.prices[1] == PriceFeed.wire("4200"))
    #expect(throws: NodeFailure.self) { try PriceFile(path: file + "-not", state: stage.engine.state) }
  }
}
