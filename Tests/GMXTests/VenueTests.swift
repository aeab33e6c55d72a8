import Canonical
import Cryptography
import Quantities
import Testing
import VenueKit

@testable import GMX

@Suite struct VenueTests {
  private let trader = Address(word0: 0x11 << 56, word1: 1, word2: 1)
  private let keeper = Address(word0: 0x22 << 56, word1: 1, word2: 2)
  private let one = CommonScale.one

  /// A refusal's name, or nothing where there is none.
  private func refusal(_ body: () throws(GMXRefusal) -> Void) -> String? {
    do throws(GMXRefusal) {
      try body()
      return nil
    } catch {
      return error.name
    }
  }

  /// First liquidity stands as soon as there is a price: 400 BTC and 40 million dollars, less 44 BTC that the impact
  /// pool claims, at one dollar a market token.
  @Test func poolsBeginWithTheFirstPrice() throws {
    let stage = try VenueStage()
    let summary = stage.venue.summary(state: stage.state, block: stage.block)
    #expect(summary.pools.map(\.name) == ["GM:BTC"])
    #expect(summary.deposits == 80_000_000 * one)
    let value = try #require(summary.pools.first?.value)
    #expect(value < 75_600_000 * one && value > 75_590_000 * one)
    #expect(stage.gap == 0)
    #expect(stage.broken().isEmpty)
  }

  /// A wish becomes an order, a keeper's round executes it, and closing gives the money back less costs.
  @Test func opensAndCloses() throws {
    var stage = try VenueStage()
    try stage.bringIn(10_000, to: trader)
    try stage.wish(.open(symbol: "BTC", isLong: true, size: one / 2, leverage: 10, worstPrice: 101_000 * one), trader)
    stage.advance()
    #expect(stage.account(trader).openOrders == 1)
    try stage.observe(100_000)
    try stage.wish(.keep(.executePending), keeper)
    stage.advance()
    let held = try #require(stage.account(trader).positions.first)
    #expect(held.symbol == "BTC" && held.size > one / 2 - one / 1_000 && held.size <= one / 2)
    #expect(stage.gap == 0)
    try stage.observe(102_000)
    try stage.wish(.close(symbol: "BTC", partsPerMillion: 1_000_000, worstPrice: 101_000 * one), trader)
    stage.advance()
    try stage.observe(102_000)
    try stage.wish(.keep(.executePending), keeper)
    stage.advance()
    let account = stage.account(trader)
    #expect(account.positions.isEmpty && account.openOrders == 0)
    // A gain of 2 % of 50,000 dollars, less fees and spread.
    #expect(account.equity > 10_850 * one && account.equity < 11_000 * one)
    #expect(stage.gap == 0)
    #expect(stage.broken().isEmpty)
    #expect(stage.events.contains { if case .trade = $0.common { true } else { false } })
  }

  /// A fall liquidates, and whoever is liquidated is counted.
  @Test func liquidates() throws {
    var stage = try VenueStage()
    try stage.bringIn(1_000, to: trader)
    try stage.wish(.open(symbol: "BTC", isLong: true, size: one / 5, leverage: 25, worstPrice: 101_000 * one), trader)
    stage.advance()
    try stage.observe(100_000)
    try stage.wish(.keep(.executePending), keeper)
    stage.advance()
    #expect(try stage.wish(.keep(.liquidate), keeper).isEmpty)
    try stage.observe(96_200)
    #expect(try stage.wish(.keep(.liquidate), keeper).count == 1)
    stage.advance()
    let summary = stage.venue.summary(state: stage.state, block: stage.block)
    #expect(summary.liquidations == 1)
    #expect(summary.losses.first { $0.bearer == .liquidatedTraders }?.amount ?? 0 > 700 * one)
    #expect(stage.account(trader).positions.isEmpty)
    #expect(stage.gap == 0)
    #expect(stage.broken().isEmpty)
  }

  /// Stop loss and take profit stand with the position, are not doubled, and are executed when the price is there.
  @Test func protects() throws {
    var stage = try VenueStage()
    try stage.bringIn(10_000, to: trader)
    try stage.wish(.open(symbol: "BTC", isLong: false, size: one / 10, leverage: 5, worstPrice: 99_000 * one), trader)
    stage.advance()
    try stage.observe(100_000)
    try stage.wish(.keep(.executePending), keeper)
    stage.advance()
    let protection = Intent.protect(symbol: "BTC", stopPrice: 105_000 * one, profitPrice: 95_000 * one)
    #expect(try stage.wish(protection, trader).count == 2)
    stage.advance()
    #expect(try stage.wish(protection, trader).isEmpty)
    try stage.observe(99_000)
    #expect(try stage.wish(.keep(.executePending), keeper).isEmpty)
    stage.advance()
    try stage.observe(94_000)
    #expect(try stage.wish(.keep(.executePending), keeper) == [.executed])
    stage.advance()
    // The other one went with the position.
    #expect(stage.account(trader).positions.isEmpty && stage.account(trader).openOrders == 0)
    #expect(stage.broken().isEmpty)
  }

  @Test func refusesWhoIsNotWho() throws {
    var stage = try VenueStage()
    try stage.bringIn(10_000, to: trader)
    let order = OrderRecord(
      account: trader, market: 1, initialCollateralToken: 2, orderType: .marketIncrease, isLong: true,
      sizeDeltaUsd: 1, initialCollateralDeltaAmount: 1)
    #expect(refusal { () throws(GMXRefusal) in try stage.send(.createOrder(order), from: keeper) } == "notTheAccount")
    #expect(
      refusal { () throws(GMXRefusal) in try stage.send(.bridgeOut(2, 1), from: Holder.market(1)) } == "houseAccount")
    let last = try #require(stage.state.nonces[keeper]?.last)
    #expect(
      refusal { () throws(GMXRefusal) in try stage.send(.bridgeOut(2, 1), from: keeper, nonce: last) } == "nonceUsed")
    #expect(
      refusal { () throws(GMXRefusal) in try stage.send(.bridgeOut(2, 1), from: keeper, nonce: .max) }
        == "nonceTooHigh")
    #expect(
      refusal { () throws(GMXRefusal) in try stage.run(GMXContent(.halt(true), nonce: last + 1), keeper) }
        == "proposerOnly")
    #expect(
      refusal { () throws(GMXRefusal) in try stage.wish(.quote(symbol: "BTC", levels: []), trader) } == "noQuotes")
    try stage.run(GMXContent(.halt(true), nonce: 1), nil)
    #expect(
      refusal { () throws(GMXRefusal) in try stage.send(.createOrder(order), from: trader) } == "DisabledFeature")
  }

  /// The fee of a keeper waits with the order and is the keeper's when he executes it.
  @Test func keepersArePaid() throws {
    var stage = try VenueStage()
    try stage.run(GMXContent(.setting(StoreKey(.executionFeeAmount), 500_000), nonce: 1), nil)
    try stage.bringIn(10_000, to: trader)
    try stage.wish(.open(symbol: "BTC", isLong: true, size: one / 10, leverage: 10, worstPrice: 101_000 * one), trader)
    stage.advance()
    #expect(stage.broken().isEmpty)
    try stage.observe(100_000)
    try stage.wish(.keep(.executePending), keeper)
    stage.advance()
    #expect(stage.state.balance(of: keeper, 2) == 500_000)
    #expect(stage.broken().isEmpty)
  }

  /// Guard rails, arguments and scopes of settings.
  @Test func settingsKeepTheirRails() throws {
    var stage = try VenueStage()
    func change(_ key: StoreKey, _ value: UInt256) -> String? {
      refusal { () throws(GMXRefusal) in try stage.run(GMXContent(.setting(key, value), nonce: 1), nil) }
    }
    let limit: UInt256 = 50_000_000_000_000_000_000_000_000_000
    #expect(change(StoreKey(.positionFeeFactor, 1, flag: true), limit) == nil)
    #expect(change(StoreKey(.positionFeeFactor, 1, flag: true), limit &+ 1) == "ConfigValueExceedsAllowedRange")
    #expect(change(StoreKey(.positionFeeFactor, 2, flag: true), 1) == "settingUnknown")
    #expect(change(StoreKey(.poolAmount, 1, token: 1), 1) == "settingUnknown")
    #expect(change(StoreKey(.maxPoolAmount, 1, token: 3), 1) == "settingUnknown")
  }

  /// Sealed bytes read back, another chain's signature does not, and codes of the contracts' errors are all different.
  @Test func bytesAndCodes() throws {
    let venue = try GMXVenue(genesis: try VenueStage.document("bitcoin"), chainID: "one")
    let other = try GMXVenue(genesis: try VenueStage.document("bitcoin"), chainID: "two")
    let key = PrivateKey(ofName: "gmx")
    let content = GMXContent(.claimFunding(1, 2), nonce: 7)
    let bytes = venue.seal(content, authority: .key(key))
    #expect(try venue.decode(bytes).content == content)
    guard case .signature(let digest, let signature) = try venue.decode(bytes).authorization,
      case .signature(let foreign, _) = try other.decode(bytes).authorization
    else {
      Issue.record("signed")
      return
    }
    #expect(digest != foreign && !signature.isHighS)
    let codes = ContractError.allCases.map(\.code).sorted()
    #expect(zip(codes, codes.dropFirst()).allSatisfy { $0 < $1 } && codes[0] >= 100)
  }

  /// Unknown keys of a genesis name the nearest known one.
  @Test func genesisIsStrict() throws {
    let document: JSONValue = ["tokens": ["WETH": 18], "oracl": .object([])]
    let error = #expect(throws: GenesisError.self) { try GMXGenesis(document) }
    #expect(error?.path == "oracl" && error?.problem.contains("oracle") == true)
  }
}
