import Canonical
import Cryptography
import Foundation
import Hyperliquid
import HyperliquidGateway

/// A posted batch of eight orders on its way from bytes to the digest that is signed.
enum WireBench {
  static func rows(repetitions count: Int) throws -> [BenchRow] {
    let (bytes, request) = try sample()
    guard let body = OrderBody(bytes), body.transaction == request.transaction else {
      throw CommandFailure(.disagreement, "the reader of orders and the general one disagree")
    }
    func microseconds(_ work: () throws -> UInt64) rethrows -> Double {
      try BenchClock.median { try work() } / Double(count) * 1e6
    }
    let read = microseconds { (0..<count).reduce(0) { word, _ in word &+ UInt64(OrderBody(bytes)?.parts ?? 0) } }
    let hash = microseconds { (0..<count).reduce(0) { word, index in word ^ digest(request, UInt64(index)) } }
    let general = try microseconds {
      try (0..<count).reduce(0) { word, _ in
        word &+ UInt64(try HyperliquidRequest(body: JSONValue(parsing: bytes)).transaction.count)
      }
    }
    let foundation = try microseconds {
      try (0..<count).reduce(0) { word, _ in
        word &+ (try JSONSerialization.jsonObject(with: Data(bytes)) is [String: Any] ? 1 : 0)
      }
    }
    let recover = try SignatureBench.rates(signatures: 2_000).cost * 1e6
    let unit = "us a request of \(bytes.count) bytes"
    return [
      .cost("read and normalise eight orders", read, unit: unit, peer: "one recover", recover, aim: "5x or more"),
      .cost(
        "read, normalise and hash eight orders", read + hash, unit: unit, peer: "one recover", recover,
        aim: "4x or more"
      ),
      .cost(
        "read and normalise eight orders", read, unit: unit, peer: "Foundation's JSONSerialization, reading alone",
        foundation, aim: "10x or more"),
      .cost(
        "read and normalise any action", general, unit: unit, peer: "Foundation's JSONSerialization, reading alone",
        foundation, aim: "1x or more"),
    ]
  }

  private static func digest(_ request: HyperliquidRequest, _ nonce: UInt64) -> UInt64 {
    let hash = HyperliquidSigning.actionHash(
      messagePack: request.action.messagePack, nonce: nonce, vaultAddress: nil, expiresAfter: nil)
    return HyperliquidSigning.agentDigest(actionHash: hash, isMainnet: true).word0
  }

  /// Eight orders as the Python client spells them, signed by nobody in particular.
  private static func sample() throws -> (bytes: [UInt8], request: HyperliquidRequest) {
    let orders = (0..<8).map { index in
      """
      {"a": \(index % 3), "b": \(index % 2 == 0), "p": "\(3900 + index).5", "s": "0.\(index + 1)", "r": false, \
      "t": {"limit": {"tif": "Gtc"}}, "c": "0x1234567890abcdef1234567890abcde\(index)"}
      """
    }
    let word = String(repeating: "5a", count: 32)
    let text = """
      {"action": {"type": "order", "orders": [\(orders.joined(separator: ", "))], "grouping": "na"}, \
      "nonce": 1763866800000, "signature": {"r": "0x\(word)", "s": "0x\(word)", "v": 27}, "vaultAddress": null, \
      "expiresAfter": null}
      """
    let bytes = Array(text.utf8)
    return (bytes, try HyperliquidRequest(body: JSONValue(parsing: bytes)))
  }
}
