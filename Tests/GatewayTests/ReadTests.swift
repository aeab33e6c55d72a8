import Canonical
import Hyperliquid
import Testing
import VenueKit

@testable import HyperliquidGateway

@Suite struct ReadTests {
  static let user = "0x14791697260e4c9a71f18484c9f997b308e59325"

  /// What both clients ask, as they ask it.
  static let requests: [String] =
    [
      "meta", "spotMeta", "metaAndAssetCtxs", "spotMetaAndAssetCtxs", "perpDexs", "allMids", "exchangeStatus",
      "perpDeployAuctionStatus", "predictedFundings", "allPerpMetas", "perpsAtOpenInterestCap", "maxMarketOrderNtls",
      "vaultSummaries",
    ].map { #"{"type":"\#($0)","dex":""}"# }
    + [
      "clearinghouseState", "spotClearinghouseState", "openOrders", "frontendOpenOrders", "userFills", "userFunding",
      "userNonFundingLedgerUpdates", "userFees", "userRateLimit", "userRole", "historicalOrders", "portfolio",
      "userTwapSliceFills", "userVaultEquities", "delegatorSummary", "delegations", "delegatorRewards",
      "delegatorHistory", "referral", "subAccounts", "userToMultiSigSigners", "userDexAbstraction", "userAbstraction",
      "spotDeployState", "extraAgents", "webData2", "webData3", "leadingVaults", "approvedBuilders", "twapHistory",
      "isVip", "legalCheck", "preTransferCheck",
    ].map { #"{"type":"\#($0)","user":"\#(user)","dex":"","startTime":0,"endTime":null}"# }
    + [
      #"{"type":"l2Book","coin":"ETH","nSigFigs":5,"mantissa":2}"#, #"{"type":"l2Book","coin":"PURR/USDC"}"#,
      #"{"type":"candleSnapshot","req":{"coin":"ETH","interval":"1m","startTime":0,"endTime":1763866800000}}"#,
      #"{"type":"fundingHistory","coin":"ETH","startTime":0,"endTime":null}"#, #"{"type":"recentTrades","coin":"BTC"}"#,
      #"{"type":"orderStatus","user":"\#(user)","oid":7}"#,
      #"{"type":"orderStatus","user":"\#(user)","oid":"0x1234567890abcdef1234567890abcdef"}"#,
      #"{"type":"userFillsByTime","user":"\#(user)","startTime":0,"endTime":null,"aggregateByTime":true}"#,
      #"{"type":"activeAssetData","user":"\#(user)","coin":"ETH"}"#, #"{"type":"marginTable","id":51}"#,
      #"{"type":"maxBuilderFee","user":"\#(user)","builder":"\#(user)"}"#,
      #"{"type":"vaultDetails","vaultAddress":"0xdfc24b077bc1425ad1dea75bcb6f8158e10df303","user":null}"#,
    ]

  @Test(arguments: requests)
  func everyReadIsAnswered(text: String) throws {
    let answer = InfoService(store: try Samples.store()).answer(try JSONValue(parsing: text))
    guard case .json(let bytes) = answer else {
      Issue.record("\(text): \(answer)")
      return
    }
    #expect(throws: Never.self) { try JSONValue(parsing: bytes) }
  }

  @Test(arguments: [
    #"{"type":"nonsense"}"#, "{}", "[]", #"{"type":7}"#, #"{"type":"openOrders"}"#,
    #"{"type":"openOrders","user":"0x1"}"#,
    #"{"type":"l2Book"}"#, #"{"type":"l2Book","coin":"ETH","nSigFigs":9}"#, #"{"type":"candleSnapshot"}"#,
    #"{"type":"userFillsByTime","user":"0x14791697260e4c9a71f18484c9f997b308e59325","startTime":"x"}"#,
  ])
  func theOthersAreUnreadable(text: String) throws {
    #expect(InfoService(store: try Samples.store()).answer(try JSONValue(parsing: text)) == .unreadable)
  }

  @Test func damagedReadsNeverCrash() throws {
    let service = InfoService(store: try Samples.store())
    var generator = SplitMix(state: 4)
    var unreadable = 0
    for index in 0..<10_000 {
      let bytes = generator.mutated(Array(Self.requests[index % Self.requests.count].utf8))
      guard let value = try? JSONValue(parsing: bytes) else { continue }
      if service.answer(value) == .unreadable { unreadable += 1 }
    }
    #expect(unreadable > 500)
  }

  // MARK: Streams

  private func key(_ text: String) throws -> StreamKey? {
    StreamKey(try JSONValue(parsing: text), parameters: try Samples.store().view.state.parameters)
  }

  @Test(
    arguments: [
      #""allMids""#, #""l2Book","coin":"ETH""#, #""bbo","coin":"ETH""#, #""trades","coin":"PURR/USDC""#,
      #""candle","coin":"ETH","interval":"1M""#, #""activeAssetCtx","coin":"BTC""#,
      #""activeAssetData","coin":"BTC","user":"\#(user)""#, #""allDexsAssetCtxs""#, #""spotAssetCtxs""#,
    ]
      + [
        "userEvents", "userFills", "orderUpdates", "userFundings", "userNonFundingLedgerUpdates", "notification",
        "webData2", "webData3", "userTwapSliceFills", "userTwapHistory", "twapStates", "clearinghouseState",
        "openOrders",
        "spotState", "allDexsClearinghouseState",
      ].map { #""\#($0)","user":"\#(user)""# })
  func everyStreamHasItsKey(members: String) throws {
    let found = try #require(try key(#"{"type":\#(members)}"#))
    #expect(try key(#"{"zz":1,"type":\#(members)}"#) == found)
    let service = StreamService(store: try Samples.store())
    for message in service.snapshots(found) {
      #expect(try JSONValue(parsing: message)["channel"]?.string != nil)
    }
  }

  @Test func keysAreEqualWhateverTheSpelling() throws {
    let upper = "0x14791697260E4C9A71F18484C9F997B308E59325"
    #expect(
      try key(#"{"type":"userFills","user":"\#(upper)"}"#) == key(#"{"user":"\#(Self.user)","type":"userFills"}"#))
    #expect(
      try key(#"{"type":"userFills","user":"\#(upper)","aggregateByTime":true}"#)
        != key(#"{"user":"\#(Self.user)","type":"userFills"}"#))
    #expect(try key(#"{"type":"l2Book","coin":"ETH","nSigFigs":null}"#) == key(#"{"type":"l2Book","coin":"ETH"}"#))
    #expect(try key(#"{"type":"allMids","dex":""}"#) == key(#"{"type":"allMids"}"#))
  }

  @Test(arguments: [
    #"{"type":"nonsense"}"#, #"{"type":"trades","coin":"NONE"}"#, #"{"type":"userFills"}"#, "{}", "7",
    #"{"type":"candle","coin":"ETH","interval":"7m"}"#, #"{"type":"l2Book","coin":"ETH","nSigFigs":1}"#,
    #"{"type":"l2Book","coin":"ETH","nSigFigs":4,"mantissa":2}"#,
  ])
  func noStream(text: String) throws { #expect(try key(text) == nil) }

  @Test func damagedMessagesNeverCrash() throws {
    let texts = [
      #"{"method":"subscribe","subscription":{"type":"userFills","user":"\#(Self.user)"}}"#,
      #"{"method":"post","id":256,"request":{"type":"info","payload":{"type":"l2Book","coin":"ETH"}}}"#,
      #"{"method":"ping"}"#, #"{"method":"unsubscribe","subscription":{"type":"allMids"}}"#,
    ]
    let parameters = try Samples.store().view.state.parameters
    var generator = SplitMix(state: 12)
    for index in 0..<5_000 {
      let bytes = generator.mutated(Array(texts[index % texts.count].utf8))
      guard let value = try? JSONValue(parsing: bytes), let request = SocketRequest(value) else { continue }
      if case .subscribe(let subscription) = request { _ = StreamKey(subscription, parameters: parameters) }
    }
  }
}
