import Canonical
import Cryptography
import Hyperliquid
import VenueKit

/// Actions of one trader, signed beforehand: an order that rests or trades, one that takes, a cancel of the first.
struct SignedOrders {
  let key: PrivateKey
  let isMainnet: Bool
  private(set) var nonce: UInt64
  private var count: UInt64 = 0
  private var seed: UInt64

  var address: Address { key.address }

  /// Nonces count up from a Unix time in milliseconds.
  init(trader: UInt64, nonce: UInt64, isMainnet: Bool) throws {
    var encoder = CanonicalEncoder()
    encoder.encode("perp-node load")
    encoder.encode(trader)
    guard let key = PrivateKey(SHA256.hash(encoder.bytes).bytes) else {
      throw NodeFailure(.wrongRequest, "trader \(trader) has no key")
    }
    self.key = key
    self.nonce = nonce
    self.isMainnet = isMainnet
    seed = trader &* 0x9e37_79b9_7f4a_7c15 | 1
  }

  /// The next posted body.
  mutating func next() throws -> [UInt8] {
    nonce += 1
    count += 1
    let round = count / 3
    let cloid = "0x" + Hex.encode(SHA256.hash(Array("\(seed) \(round)".utf8)).bytes.prefix(16))
    let isBuy = draw() % 2 == 0
    let action: JSONValue
    switch count % 3 {
    case 0: action = order(isBuy: isBuy, price: price(away: isBuy ? -5 : 5), timeInForce: "Gtc", cloid: cloid)
    case 1: action = order(isBuy: !isBuy, price: price(away: isBuy ? -20 : 20), timeInForce: "Ioc", cloid: nil)
    default:
      action = ["type": "cancelByCloid", "cancels": [["asset": 1, "cloid": .string(cloid)]]]
    }
    let packed = try HyperliquidWire.normalise(action: action).messagePack
    let hash = HyperliquidSigning.actionHash(
      messagePack: packed, nonce: nonce, vaultAddress: nil, expiresAfter: nil)
    let signature = Secp256k1.sign(
      digest: HyperliquidSigning.agentDigest(actionHash: hash, isMainnet: isMainnet), with: key)
    let body: JSONValue = [
      "action": action, "nonce": JSONValue(nonce),
      "signature": [
        "r": .string(signature.r.hexInteger), "s": .string(signature.s.hexInteger), "v": JSONValue(signature.v),
      ],
      "vaultAddress": nil, "expiresAfter": nil,
    ]
    return body.bytes()
  }

  private mutating func draw() -> UInt64 {
    seed ^= seed << 13
    seed ^= seed >> 7
    seed ^= seed << 17
    return seed
  }

  /// Dollars around 4000.
  private mutating func price(away: Int) -> Int { 4_000 + away + Int(draw() % 7) - 3 }

  private func order(isBuy: Bool, price: Int, timeInForce: String, cloid: String?) -> JSONValue {
    var members = [
      JSONMember("a", 1), JSONMember("b", .bool(isBuy)), JSONMember("p", .string("\(price)")),
      JSONMember("s", "0.01"), JSONMember("r", false),
      JSONMember("t", ["limit": ["tif": .string(timeInForce)]]),
    ]
    if let cloid { members.append(JSONMember("c", .string(cloid))) }
    return ["type": "order", "orders": .array([.object(members)]), "grouping": "na"]
  }
}
