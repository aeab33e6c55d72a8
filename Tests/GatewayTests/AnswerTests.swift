import Canonical
import Hyperliquid
import Testing
import VenueKit

@testable import HyperliquidGateway

@Suite struct AnswerTests {
  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  private func orders(_ statuses: [OrderStatus], asset: UInt32 = 1) throws -> String {
    let list = statuses.map { _ in Samples.order.replacing(#""a":1"#, with: #""a":\#(asset)"#) }.joined(separator: ",")
    let action = try JSONValue(parsing: #"{"type":"order","orders":[\#(list)],"grouping":"na"}"#)
    return try done(action, HyperliquidAnswer(.order, statuses: statuses))
  }

  private func done(_ action: JSONValue, _ answer: HyperliquidAnswer) throws -> String {
    let packed = try HyperliquidWire.normalise(action: action).messagePack
    let action = try ActionSample.action(packed)
    return text(ExchangeAnswer.done(answer.canonicalBytes) { action })
  }

  /// The venue's published sentences.
  @Test(arguments: [
    (OrderError.tick, "Price must be divisible by tick size."),
    (.minimumValue, "Order must have minimum value of $10."), (.margin, "Insufficient margin to place order."),
    (.reduceOnly, "Reduce only order would increase position."),
    (.postOnlyWouldMatch, "Post only order would have immediately matched, bbo was 0.56057@1670."),
    (.noImmediateMatch, "Order could not immediately match against any resting orders."),
    (.triggerPrice, "Invalid TP/SL price."), (.noLiquidity, "No liquidity available for market order."),
    (.openInterestCap, "Order would increase open interest while open interest is capped"),
    (.positionTier, "Order would cause position to exceed margin tier limit at current leverage"),
    (.missingOrder, "Order was never placed, already canceled, or filled."),
    (.modifyTarget, "Cannot modify canceled or filled order"), (.spotBalance, "Insufficient spot balance"),
    (.oraclePrice, "Price too far from oracle"),
  ])
  func sentences(error: OrderError, sentence: String) throws {
    #expect(
      try orders([.error(error, bid: 56_057_000, ask: 167_000_000_000)], asset: 4)
        == #"{"status":"ok","response":{"type":"order","data":{"statuses":[{"error":"\#(sentence) asset=4"}]}}}"#)
  }

  @Test func spotNamesItsQuote() throws {
    #expect(
      try orders([.error(.minimumValue, bid: 0, ask: 0)], asset: 10_000)
        .contains("Order must have minimum value of 10 USDC. asset=10000"))
  }

  @Test func shapesOfStatuses() throws {
    let cloid = ClientOrderID(high: 0x1234_5678_90ab_cdef, low: 0x1234_5678_90ab_cdef)
    #expect(
      try orders([
        .resting(oid: 77, cloid: nil), .resting(oid: 78, cloid: cloid),
        .filled(size: 2_000_000, averagePrice: 189_140_000_000, oid: 79, cloid: nil), .waitingForFill,
        .waitingForTrigger,
      ])
        == #"{"status":"ok","response":{"type":"order","data":{"statuses":[{"resting":{"oid":77}},"#
        + #"{"resting":{"oid":78,"cloid":"0x1234567890abcdef1234567890abcdef"}},"#
        + #"{"filled":{"totalSz":"0.02","avgPx":"1891.4","oid":79}},"waitingForFill","waitingForTrigger"]}}}"#)
    let cancel = try JSONValue(parsing: #"{"type":"cancel","cancels":[{"a":1,"o":77}]}"#)
    #expect(
      try done(cancel, HyperliquidAnswer(.cancel, statuses: [.resting(oid: 77, cloid: nil)]))
        == #"{"status":"ok","response":{"type":"cancel","data":{"statuses":["success"]}}}"#)
    let noop = try JSONValue(parsing: #"{"type":"noop"}"#)
    #expect(try done(noop, HyperliquidAnswer(.default)) == #"{"status":"ok","response":{"type":"default"}}"#)
    #expect(
      try done(noop, HyperliquidAnswer(.twapOrder, twap: .running(id: 9)))
        == #"{"status":"ok","response":{"type":"twapOrder","data":{"status":{"running":{"twapId":9}}}}}"#)
    #expect(
      try done(noop, HyperliquidAnswer(.twapCancel, twap: .success))
        == #"{"status":"ok","response":{"type":"twapCancel","data":{"status":"success"}}}"#)
    #expect(
      try done(noop, HyperliquidAnswer(.twapOrder, twap: .error(.duration, figure: 1)))
        == #"{"status":"ok","response":{"type":"twapOrder","data":{"status":{"error":"Invalid TWAP duration: 1 min(s)"}}}}"#
    )
  }

  @Test func refusals() {
    let signer = Address(word0: 1, word1: 2, word2: 3)
    func refused(_ refusal: HyperliquidRefusal) -> String {
      text(ExchangeAnswer.refused(refusal.erased))
    }
    #expect(
      refused(.signerUnknown(signer))
        == #"{"status":"err","response":"User or API Wallet \#(signer) does not exist."}"#)
    #expect(
      refused(.mustDeposit(signer))
        == #"{"status":"err","response":"Must deposit before performing actions. User: \#(signer)"}"#)
    #expect(refused(.nonceDuplicate(5)).contains("Invalid nonce: duplicate nonce 5"))
    #expect(refused(.vaultUnknown(signer)).contains("Vault not registered: \(signer)"))
    #expect(
      refused(.kernel(.signatureInvalid("no point"))) == #"{"status":"err","response":"Unable to recover signer."}"#)
  }

  @Test(arguments: [
    (Int128(1_234_500), 4, #""123.45""#), (100_000_000, 8, #""1.0""#), (0, 6, #""0.0""#), (-5, 6, #""-0.000005""#),
    (7, 0, #""7.0""#), (-120_000_000, 8, #""-1.2""#), (170_043_721_737_450_012_207, 9, #""170043721737.450012207""#),
  ])
  func decimals(figure: Int128, scale: Int, shown: String) {
    #expect(text(makeJSON { $0.decimal(figure, scale: scale) }) == shown)
  }

  @Test func roundedDecimals() {
    #expect(text(makeJSON { $0.decimal(15, scale: 2, places: 1) }) == #""0.2""#)
    #expect(text(makeJSON { $0.decimal(-15, scale: 2, places: 1) }) == #""-0.2""#)
    #expect(text(makeJSON { $0.decimal(14, scale: 2, places: 1) }) == #""0.1""#)
  }
}

enum ActionSample {
  static func action(_ messagePack: [UInt8]) throws -> HyperliquidAction {
    let transaction = HyperliquidWire.transaction(
      scheme: .hyperliquidL1, nonce: 1, vaultAddress: nil, expiresAfter: nil, signature: .claimed(.zero),
      messagePack: messagePack)
    return try HyperliquidWire.decode(transaction, isMainnet: false).content.action
  }
}
