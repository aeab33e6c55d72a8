import Canonical
import Cryptography
import Hyperliquid
import VenueKit

/// Actions of one trader, signed beforehand. They go round: an order that takes, one that rests, a cancel of one that
/// rested so long ago that its answer has surely come.
struct SignedOrders: Sendable {
  /// Rounds after which a resting order is cancelled: more actions than a connection keeps in flight.
  private static let patience: UInt64 = 70
  /// Rounds after which a trader who bought sells: traders of one half buy while those of the other sell, so that few
  /// meet orders of their own.
  private static let turn: UInt64 = 400

  let key: PrivateKey
  let isMainnet: Bool
  private(set) var nonce: UInt64
  private var count: UInt64 = 0
  private var seed: UInt64

  var address: Address { key.address }

  /// A posted body.
  struct Body: Sendable {
    var bytes: [UInt8]
    /// Of an order that rests; empty otherwise.
    var cloid: String
  }

  /// Nonces count up from a Unix time in milliseconds, and make the client ids of this run its own.
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
    run = nonce
    self.trader = trader
    seed = (trader &+ 1) &* 0x9e37_79b9_7f4a_7c15 ^ nonce | 1
  }

  private let run: UInt64
  private let trader: UInt64

  mutating func next(_ number: Int) throws -> [Body] {
    var bodies: [Body] = []
    bodies.reserveCapacity(number)
    for _ in 0..<number { bodies.append(try next()) }
    return bodies
  }

  /// The next posted body.
  mutating func next() throws -> Body {
    nonce += 1
    let round = count / 3
    let kind = count % 3
    count += 1
    let isBuy = (round / Self.turn + trader) % 2 == 0
    let action: JSONValue
    var rests = ""
    if kind == 0 {
      action = order(isBuy: isBuy, price: price(away: isBuy ? 20 : -20), timeInForce: "Ioc", cloid: nil)
    } else if kind == 1 || round < Self.patience {
      // Those that rest in place of the first cancels are cancelled by nobody: prices far away.
      rests = cloid(kind == 1 ? round : round + (1 << 32))
      let away = kind == 1 ? 5 : 500
      action = order(isBuy: isBuy, price: price(away: isBuy ? -away : away), timeInForce: "Gtc", cloid: rests)
    } else {
      action = [
        "type": "cancelByCloid", "cancels": [["asset": 1, "cloid": .string(cloid(round - Self.patience))]],
      ]
    }
    return Body(bytes: try signed(action), cloid: rests)
  }

  private func signed(_ action: JSONValue) throws -> [UInt8] {
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

  private func cloid(_ round: UInt64) -> String {
    var encoder = CanonicalEncoder()
    encoder.encode(run)
    encoder.encode(round)
    return "0x" + Hex.encode(encoder.bytes)
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
