import Canonical
import Cryptography
import Foundation
import Hyperliquid
import Testing
import VenueKit

@Suite struct WireNormalisationTests {
  private func normalised(_ text: String) throws -> [UInt8] {
    try HyperliquidWire.normalise(action: JSONValue(parsing: text)).messagePack
  }

  private func hashed(_ text: String) throws -> [UInt8] { try HyperliquidWire.encode(JSONValue(parsing: text)) }

  /// The server's form: keys in order, unknown and absent ones dropped, decimals and hexadecimal normalised.
  @Test func serverFormDoesNotDependOnTheClients() throws {
    let canonical = try hashed(
      #"{"type":"order","orders":[{"a":1,"b":true,"p":"1100","s":"0.2","r":false,"t":{"limit":{"tif":"Gtc"}},"c":"0x1234567890abcdef1234567890abcdef"}],"grouping":"na"}"#
    )
    #expect(
      try normalised(
        #"{"grouping":"na","orders":[{"t":{"limit":{"tif":"Gtc"}},"s":"0.20","r":false,"p":"01100.000","b":true,"a":1,"c":"0x1234567890ABCDEF1234567890abcdef","zz":4}],"builder":null,"type":"order"}"#
      )
        == canonical)
    let cancel = try hashed(#"{"type":"cancel","cancels":[{"a":1,"o":2}]}"#)
    #expect(try normalised(#"{"cancels":[{"o":2,"a":1}],"f":false,"type":"cancel"}"#) == cancel)
    #expect(
      try normalised(
        #"{"type":"vaultModify","vaultAddress":"0x1719884EB866cb12b2287399b15f7db5e7d775ea","allowDeposits":true}"#)
        == hashed(
          #"{"type":"vaultModify","vaultAddress":"0x1719884eb866cb12b2287399b15f7db5e7d775ea","allowDeposits":true,"alwaysCloseOnWithdraw":null}"#
        ))
    #expect(
      try normalised(#"{"type":"order","orders":[],"grouping":{"p":12}}"#)
        == hashed(#"{"type":"order","orders":[],"grouping":{"p":12}}"#))
  }

  /// Wrong kinds, missing keys and unknown words are refused with the path to them.
  @Test(arguments: [
    (#"{"type":"order","orders":[{"a":1}],"grouping":"na"}"#, "action.orders[0].b"),
    (#"{"type":"order","orders":[],"grouping":"xx"}"#, "action.grouping"),
    (#"{"type":"cancel","cancels":[{"a":-1,"o":2}]}"#, "action.cancels[0].a"),
    (#"{"type":"cancel","cancels":[{"a":4294967296,"o":2}]}"#, "action.cancels[0].a"),
    (#"{"type":"modify","oid":"0x12","order":{}}"#, "action.oid"),
    (#"{"type":"nothing"}"#, "type"), (#"{"a":1}"#, "type"),
    (#"{"type":"usdSend","signatureChainId":"0x1","hyperliquidChain":"Mainnet","destination":"x","time":1}"#, "amount"),
    (#"{"type":"twapOrder","twap":{"a":1,"b":true,"s":"1e3","r":false,"m":5,"t":true}}"#, "action.twap.s"),
  ])
  func wrongShapesAreRefused(text: String, path: String) throws {
    let action = try JSONValue(parsing: text)
    #expect { try HyperliquidWire.normalise(action: action) } throws: { ($0 as? NormalisationError)?.path == path }
  }

  /// The worked example of the venue's reference: bytes, hashes, digests and the deterministic signature.
  @Test func workedExample() throws {
    let key = try #require(PrivateKey(hex: "0x0123456789012345678901234567890123456789012345678901234567890123"))
    let bytes = try normalised(
      #"{"type":"order","orders":[{"a":1,"b":true,"p":"100","s":"100","r":false,"t":{"limit":{"tif":"Gtc"}}}],"grouping":"na"}"#
    )
    let vault = try #require(Address(hex: "0x1719884eb866cb12b2287399b15f7db5e7d775ea"))
    func hash(_ vault: Address?, _ expiry: UInt64?) -> String {
      HyperliquidSigning.actionHash(
        messagePack: bytes, nonce: 1_763_866_800_000, vaultAddress: vault, expiresAfter: expiry
      ).description
    }
    #expect(hash(nil, nil) == "0xa254fad2aaca564feb64d06cdcd26084c99ad7253e36e135bde0c1356474011c")
    #expect(hash(vault, nil) == "0x5e9dbfcee7c66df129757b8eb930d54c1d8ab18463a2c0824cc2d7c6a3caa31f")
    #expect(hash(nil, 1_763_866_860_000) == "0x31c63503fbb160b47c27379100d718d0d3e723d35091a6ab57c1e15c496ca369")
    let action = try #require(Hash32(hex: hash(nil, nil)))
    let digest = HyperliquidSigning.agentDigest(actionHash: action, isMainnet: true)
    #expect(digest.description == "0x80481a23974566167e1c202d8e6e4ef1240a025e56a92e8c70c0dd5d3a92dab0")
    #expect(
      HyperliquidSigning.agentDigest(actionHash: action, isMainnet: false).description
        == "0xa6bb1de9fe6b3cacefb769d9d0eac3d2186bbf4934e376405cbbcd97fa7dcefe")
    let signature = Secp256k1.sign(digest: digest, with: key)
    #expect(signature.r.description == "0xe1e07b549eb6a655f74f503c692d4587ab574e380e0d461c310e83f9da5086e9")
    #expect(signature.v == 28)
  }

  /// Constants that are written out are what their texts hash to, and every typed action has its published type hash.
  @Test func constants() throws {
    let domains = [
      ("0x66eee", "0xfeb1393ca4412a4ca577bd51d04f0a77033514c602f4d0a11490fb95f7428df6"),
      ("0xA4B1", "0x2f54e643b38c9c2b65cb731aaf11c54f01705ee0cdf45aea16e2ac0a5ce7531a"),
      ("1", "0xdb17d1ad595c034a414294c8a640f420ba18e2b7488231f5b97d02780d8e8648"),
    ]
    for (chain, separator) in domains {
      #expect(HyperliquidSigning.userDomainSeparator(signatureChainID: chain)?.description == separator)
    }
    #expect(HyperliquidSigning.userDomainSeparator(signatureChainID: "0x") == nil)
    let types = [
      "approveAgent": "0x4464abf6148f115d79362d98320081aa2ae8a5c840083cb65820bffc21394378",
      "convertToMultiSigUser": "0x4d0883518f17b75d0cf7deec7f0a235936fe6c6b4e3719542068d3c4bca6fbe4",
      "linkStakingUser": "0x27165ee398ec554a44513917647b374592878a87c4c3c1e43735771d9cf5a5e7",
      "sendAsset": "0x5f7cf397b977b076f0fbb993badfc7dd11bd71461a3d076c0940eff5f91ac849",
      "tokenDelegate": "0x92b330ec2490ea5985392c914fbd03684ac4860d6423151a947ad3022c58270b",
      "userPortfolioMargin": "0x67779fba34bb69aa1aff60baeceeccd844bb178ec9820e07cc536511f780442c",
      "withdraw3": "0xdbde952fa0de88158fc71336e44c61876611a2a65553bebd4d52b44a2a000d9a",
    ]
    for (type, hash) in types { #expect(UserSignedSchema.find(type)?.typeHash.description == hash) }
    #expect(UserSignedSchema.all.count == 17)
  }

  /// Clients' number forms: exact decimals, the quirk of minus zero, and refusals where rounding matters.
  @Test func clientNumbers() throws {
    for (input, output) in [
      ("100", "100"), ("1e-08", "0.00000001"), ("-0.0", "-0"), ("1.5e3", "1500"), ("0.1234567800000001", "0.12345678"),
      ("123123123123.0", "123123123123"), ("-1.50", "-1.5"),
    ] { #expect(try FloatWire.wire(input) == output) }
    for input in ["1e-9", "1.123456789", "abc", "", "1e", "1e400000", "."] {
      #expect(throws: FloatWire.Failure.self) { try FloatWire.wire(input) }
    }
    #expect(try FloatWire.integer("1.5", power: 6) == 1_500_000)
    #expect(try FloatWire.integer("0.0000010009", power: 6) == 1)
    #expect(throws: FloatWire.Failure.integerRounding) { try FloatWire.integer("1e-07", power: 6) }
    #expect(WireDecimalText.parse("92233720368.54775807") == .max)
    #expect(WireDecimalText.parse("92233720368.54775808") == nil)
    #expect(WireDecimalText.normalise("+00.500") == "0.5")
    #expect(WireDecimalText.normalise("-0.00") == "0")
    #expect(WireDecimalText.normalise(".") == nil)
  }

  /// The funding rule on its published worked number, its clamp, its cap and its samples.
  @Test func fundingRule() throws {
    let today = FundingParameters.standard
    #expect(try FundingRate.rate(premium: 10_000_000_000, parameters: today) == 1_187_500_000)
    #expect(try FundingRate.rate(premium: 0, parameters: today) == 12_500_000)
    #expect(try FundingRate.rate(premium: 900_000_000_000, parameters: today) == 40_000_000_000)
    #expect(try FundingRate.rate(premium: -900_000_000_000, parameters: today) == -40_000_000_000)
    #expect(try FundingRate.premium(impactBid: 101, impactAsk: 102, oracle: 100) == 10_000_000_000)
    #expect(try FundingRate.premium(impactBid: 98, impactAsk: 99, oracle: 100) == -10_000_000_000)
    #expect(try FundingRate.premium(impactBid: nil, impactAsk: nil, oracle: 100) == 0)
    #expect(try FundingRate.mean(sum: -3, count: 2) == -2)
    #expect(throws: (any Error).self) { try FundingRate.premium(impactBid: 1, impactAsk: 2, oracle: 0) }
  }

  /// What the official client hashes is what the server's normalisation makes of it, for every action in the vectors.
  @Test func clientsHashTheServersForm() throws {
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let folders = [
      package.deletingLastPathComponent().appendingPathComponent("shared/vectors").path,
      package.appendingPathComponent("Specs/Vectors").path,
    ]
    for folder in folders {
      guard let data = FileManager.default.contents(atPath: folder + "/hyperliquid/signing.json") else { continue }
      let document = try JSONValue(parsing: [UInt8](data))
      for row in (document["l1"]?.array ?? []) {
        let action = try #require(row["action"])
        let bytes = try HyperliquidWire.normalise(action: action).messagePack
        #expect(Hex.encodePrefixed(bytes) == row["msgpack"]?.string, "\(row["id"] ?? "")")
      }
      for row in (document["multiSigOuter"]?.array ?? []) {
        let action = try #require(row["action"])
        #expect(try HyperliquidWire.normalise(action: action).messagePack == HyperliquidWire.encode(action))
      }
    }
  }
}
