import Canonical
import Cryptography
import Hyperliquid
import Testing
import VenueKit

@Suite struct WireTransactionTests {
  private func authority(_ sample: inout WireSamples, _ content: HyperliquidContent) -> Authority {
    if case .proposer = content.action { return .proposer }
    return sample.below(20) == 0 ? .key(PrivateKey(ofName: "wire")) : .unsigned(sample.address())
  }

  /// What is sealed is decoded to the same, and sealing it again gives the same bytes; the digest is the signer's.
  @Test func sealedContentComesBack() throws {
    var sample = WireSamples(seed: 1)
    for _ in 0..<3_000 {
      let content = sample.content()
      let author = authority(&sample, content)
      let bytes = HyperliquidWire.seal(content, authority: author, isMainnet: false)
      let decoded = try HyperliquidWire.decode(bytes, isMainnet: false)
      #expect(decoded.content == content)
      #expect(HyperliquidWire.seal(decoded.content, authority: author, isMainnet: false) == bytes)
      switch decoded.authorization {
      case .signature(let digest, let signature):
        #expect(try Secp256k1.recoverAddress(digest: digest, signature: signature) == author.address)
      case .claimed(let signer): #expect(signer == author.address)
      default: #expect(author.address == .zero)
      }
    }
  }

  /// Bit flips of valid transactions, and garbage of every length to 400, are refused or are themselves canonical.
  @Test func damagedBytesAreRefusedOrCanonical() throws {
    var sample = WireSamples(seed: 2)
    var refused = 0
    for _ in 0..<1_500 {
      let content = sample.content()
      var bytes = HyperliquidWire.seal(content, authority: .unsigned(sample.address()), isMainnet: false)
      for _ in 0..<8 {
        let bit = Int(sample.below(UInt64(bytes.count * 8)))
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        if isRefused(bytes) { refused += 1 }
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      }
      _ = isRefused(Array(bytes.prefix(Int(sample.below(UInt64(bytes.count))))))
    }
    #expect(refused > 3_000)
    for length in 0...400 {
      for scheme: UInt8 in [0, 2, 3, 9] {
        var bytes = (0..<length).map { _ in UInt8(truncatingIfNeeded: sample.next()) }
        if !bytes.isEmpty { bytes[0] = scheme }
        _ = isRefused(bytes)
      }
    }
  }

  /// True when refused; what is accepted must be the one form of its content, unless the room keeps only its type.
  private func isRefused(_ bytes: [UInt8]) -> Bool {
    guard let decoded = try? HyperliquidWire.decode(bytes, isMainnet: false) else { return true }
    let author: Authority
    switch decoded.authorization {
    case .claimed(let signer): author = .unsigned(signer)
    case .proposer: author = .proposer
    default: return false
    }
    if case .unsupported = decoded.content.action { return false }
    #expect(HyperliquidWire.seal(decoded.content, authority: author, isMainnet: false) == bytes)
    return false
  }

  /// Forms that other MessagePack readers take are refused: longer numbers, another order of keys, `f: false`, decimals
  /// with trailing zeros, upper-case hexadecimal, null for an absent key.
  @Test(arguments: [
    #"{"type":"order","orders":[{"a":1,"b":true,"p":"100.0","s":"1","r":false,"t":{"limit":{"tif":"Gtc"}}}],"grouping":"na"}"#,
    #"{"type":"order","orders":[{"a":1,"b":true,"p":"0100","s":"1","r":false,"t":{"limit":{"tif":"Gtc"}}}],"grouping":"na"}"#,
    #"{"type":"order","orders":[{"a":1,"b":true,"p":"-0","s":"1","r":false,"t":{"limit":{"tif":"Gtc"}}}],"grouping":"na"}"#,
    #"{"type":"order","orders":[{"a":1,"b":true,"p":"1.123456789","s":"1","r":false,"t":{"limit":{"tif":"Gtc"}}}],"grouping":"na"}"#,
    #"{"type":"order","orders":[{"b":true,"a":1,"p":"1","s":"1","r":false,"t":{"limit":{"tif":"Gtc"}}}],"grouping":"na"}"#,
    #"{"type":"order","orders":[{"a":1,"b":true,"p":"1","s":"1","r":false,"t":{"limit":{"tif":"Gtc"}},"c":null}],"grouping":"na"}"#,
    #"{"type":"order","orders":[{"a":1,"b":true,"p":"1","s":"1","r":false,"t":{"limit":{"tif":"Gtc"}},"c":"0xABCDEF00000000000000000000000001"}],"grouping":"na"}"#,
    #"{"type":"cancel","cancels":[{"a":1,"o":2}],"f":false}"#,
    #"{"type":"cancel","cancels":[{"a":1,"o":2}],"extra":1}"#,
    #"{"cancels":[{"a":1,"o":2}],"type":"cancel"}"#,
    #"{"type":"vaultTransfer","vaultAddress":"0xDFC24b077bc1425ad1dea75bcb6f8158e10df303","isDeposit":true,"usd":5}"#,
    #"{"type":"noop","extra":1}"#, #"{"type":"dummy","num":1}"#, #"{"type":"usdSend"}"#, "{}", "[]", "1",
  ])
  func otherFormsAreRefused(text: String) throws {
    let messagePack = try HyperliquidWire.encode(JSONValue(parsing: text))
    let bytes = HyperliquidWire.seal(
      messagePack: messagePack, nonce: 1, vaultAddress: nil, expiresAfter: nil, isMainnet: true,
      authority: .unsigned(.zero))
    #expect(throws: KernelRefusal.self) { try HyperliquidWire.decode(bytes, isMainnet: true) }
  }

  /// A number in a longer form than it needs is refused.
  @Test func longNumbersAreRefused() throws {
    let short: [UInt8] = try HyperliquidWire.encode(
      JSONValue(parsing: #"{"type":"updateLeverage","asset":5,"isCross":true,"leverage":20}"#))
    let at = try #require(short.lastIndex(of: 20))
    for long: [UInt8] in [
      [0xcc, 20], [0xcd, 0, 20], [0xce, 0, 0, 0, 20], [0xcf, 0, 0, 0, 0, 0, 0, 0, 20], [0xd0, 20],
    ] {
      var bytes = short
      bytes.replaceSubrange(at...at, with: long)
      let sealed = HyperliquidWire.seal(
        messagePack: bytes, nonce: 1, vaultAddress: nil, expiresAfter: nil, isMainnet: true,
        authority: .unsigned(.zero))
      #expect(throws: KernelRefusal.self) { try HyperliquidWire.decode(sealed, isMainnet: true) }
    }
  }

  /// Actions of the venue that the room does not model are authenticated and named, and stay out of the other scheme.
  @Test func otherActionsAreNamed() throws {
    let action: JSONValue = try JSONValue(
      parsing: #"{"type":"spotDeploy","setFullName":{"token":1,"name":"A"}}"#)
    let normalised = try HyperliquidWire.normalise(action: action)
    let key = PrivateKey(ofName: "other")
    let bytes = HyperliquidWire.seal(
      messagePack: normalised.messagePack, nonce: 7, vaultAddress: nil, expiresAfter: 9, isMainnet: true,
      authority: .key(key))
    let decoded = try HyperliquidWire.decode(bytes, isMainnet: true)
    #expect(decoded.content.action == .unsupported(type: "spotDeploy"))
    guard case .signature(let digest, let signature) = decoded.authorization else {
      Issue.record("no signature")
      return
    }
    #expect(try Secp256k1.recoverAddress(digest: digest, signature: signature) == key.address)
  }
}
