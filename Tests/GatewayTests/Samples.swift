import Canonical
import Cryptography
import Foundation
import Hyperliquid
import Testing
import VenueKit

@testable import HyperliquidGateway

/// A small generator with a seed: the same mutations in every run.
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
  }

  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(1, bound))) }

  /// One to four changes: a byte replaced, taken out or put in, a piece doubled, or the end cut off.
  mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
    let letters = Array(#"{}[]",:0123456789.eE+-xabcdefnulltrue \/u"#.utf8) + [0, 0x0a, 0x7f, 0x80, 0xc3, 0xff]
    var bytes = bytes
    for _ in 0...below(4) where !bytes.isEmpty {
      let place = below(bytes.count)
      switch below(5) {
      case 0: bytes[place] = letters[below(letters.count)]
      case 1: bytes.remove(at: place)
      case 2: bytes.insert(letters[below(letters.count)], at: place)
      case 3:
        let end = min(bytes.count, place + below(40))
        bytes.insert(contentsOf: bytes[place..<end], at: below(bytes.count))
      default: bytes.removeLast(min(bytes.count, below(3)))
      }
    }
    return bytes
  }
}

enum Samples {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static func document(_ path: String) throws -> JSONValue {
    try JSONValue(parsing: Array(Data(contentsOf: folder.appendingPathComponent(path))))
  }

  static func vectors(_ section: String) throws -> [JSONValue] {
    try #require(try document("Specs/Vectors/hyperliquid/signing.json")[section]?.array)
  }

  static func store() throws -> GatewayStore {
    let venue = try HyperliquidVenue(genesis: try document("Genesis/hyperliquid/local.json"), chainID: "test")
    let block = BlockContext(chainID: "test", height: 1, time: 1_763_866_800_000, proposer: .zero)
    return GatewayStore(
      view: GatewayView(state: venue.genesisState(), block: block, root: .zero), history: HistoryIndex())
  }

  /// The same value with the members of every object turned round.
  static func reversed(_ value: JSONValue) -> JSONValue {
    switch value {
    case .object(let members): .object(members.reversed().map { JSONMember($0.key, reversed($0.value)) })
    case .array(let elements): .array(elements.map { reversed($0) })
    default: value
    }
  }

  static let order = #"{"a":1,"b":true,"p":"1100.50","s":"0.2","r":false,"t":{"limit":{"tif":"Gtc"}}}"#
  static let trigger =
    #"{"a":10000,"b":false,"p":"0.5","s":"100","r":true,"t":{"trigger":{"isMarket":true,"triggerPx":"3.0","tpsl":"sl"}},"c":"0x1234567890ABCDEF1234567890abcdef"}"#

  static func body(_ action: String, vault: String = "null", expiry: String = "null") -> String {
    """
    {"action": \(action), "nonce": 1763866800000, "signature": {"r": "0x53749d5b30552aeb2fca34b530185976545bb22d0b3ce6f6", \
    "s": "0x755c40ba9bf05223521753995abb2f73ab3229be8ec921f350cb447e384d8ed8", "v": 27}, "vaultAddress": \(vault), \
    "expiresAfter": \(expiry)}
    """
  }

  static let orderBodies = [
    body(#"{"type":"order","orders":[\#(order)],"grouping":"na"}"#),
    body(#"{"grouping":"normalTpsl","orders":[\#(order),\#(trigger)],"type":"order","builder":null}"#),
    body(
      #"{"type":"order","orders":[\#(order)],"grouping":"positionTpsl","builder":{"b":"0x8C967E73e7b15087c42a10d344cff4c96d877f1d","f":10}}"#,
      vault: #""0x1719884eb866cb12b2287399b15f7db5e7d775ea""#, expiry: "1763866805000"),
    body(#"{"type":"order","orders":[],"grouping":"na"}"#),
    body(#"{"type":"cancel","cancels":[{"a":1,"o":77},{"o":18446744073709551,"a":4294967295}]}"#),
    body(#"{"cancels":[],"type":"cancel"}"#),
    body(
      #"{"type":"cancelByCloid","cancels":[{"asset":1,"cloid":"0x1234567890ABCDEF1234567890abcdef"},{"cloid":"0x00000000000000000000000000000001","asset":10001}]}"#
    ),
  ]
}
