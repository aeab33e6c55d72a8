import Canonical
import Cryptography
import Testing

private let mailTypes = [
  TypedStructure("Mail", [TypedField("from", "Person"), TypedField("to", "Person"), TypedField("contents", "string")]),
  TypedStructure("Person", [TypedField("name", "string"), TypedField("wallet", "address")]),
]

private let mail: JSONValue = [
  "from": ["name": "Cow", "wallet": "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"],
  "to": ["name": "Bob", "wallet": "0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"],
  "contents": "Hello, Bob!",
]

private let mailDomain = TypedDataDomain(
  name: "Ether Mail", version: "1", chainID: 1,
  verifyingContract: Address(hex: "0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"))

@Suite struct EIP712Tests {
  @Test("The example of the EIP has its published hashes, digest and signature")
  func mailExample() throws {
    let types = try TypedDataTypes(mailTypes)
    #expect(
      types.encodedType("Mail")
        == "Mail(Person from,Person to,string contents)Person(string name,address wallet)")
    #expect(
      types.typeHash("Mail")?.hex == "a0cedeb2dc280ba39b857546d74f5549c3a1d7bdc2dd96bf881f76108e23dac2")
    #expect(mailDomain.separator.hex == "f2cee375fa42b42143804025fc449deafd50cc031ca257e0b194a650a912090f")
    #expect(
      try types.structHash("Mail", mail).hex == "c52c0ee5d84264471806290a3f2c4cecfc5490626bf912d01f240d7a274b371e")
    let digest = try EIP712.digest(
      types: types, primaryType: "Mail", domainSeparator: mailDomain.separator, message: mail)
    #expect(digest.hex == "be609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2")
    let key = try #require(PrivateKey(Keccak256.hash("cow")))
    let signature = Secp256k1.sign(digest: digest, with: key)
    #expect(signature.r.hex == "4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d")
    #expect(signature.s.hex == "07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b91562")
    #expect(signature.v == 28)
    #expect(try Secp256k1.recoverAddress(digest: digest, signature: signature) == key.address)
  }

  @Test("The digest in one padded block is Keccak-256 of 19 01, the separator and the hash")
  func fastDigest() {
    var random = Sequence64(state: 9)
    for _ in 0..<50 {
      let (domain, hash) = (random.hash(), random.hash())
      #expect(
        EIP712.digest(domainSeparator: domain, structHash: hash)
          == Keccak256.hash([0x19, 0x01] + domain.bytes + hash.bytes))
    }
  }

  @Test("Hashing field by field gives what hashing a JSON message gives")
  func fieldByField() throws {
    let types = try TypedDataTypes([
      TypedStructure(
        "Agent",
        [
          TypedField("source", "string"), TypedField("connectionId", "bytes32"), TypedField("user", "address"),
          TypedField("nonce", "uint64"), TypedField("enabled", "bool"), TypedField("data", "bytes"),
        ])
    ])
    let user = PrivateKey(ofName: "x").address
    let message: JSONValue = [
      "source": "a", "connectionId": .string(Hash32(5).description), "user": .string(user.description),
      "nonce": .integer(Int128(UInt64.max)), "enabled": true, "data": "0x010203",
    ]
    var encoder = TypedStructEncoder(typeHash: try #require(types.typeHash("Agent")))
    encoder.append(text: "a")
    encoder.append(Hash32(5))
    encoder.append(user)
    encoder.append(UInt64.max)
    encoder.append(true)
    encoder.append(bytes: [1, 2, 3])
    #expect(try types.structHash("Agent", message) == encoder.hash)
  }

  struct Answer: Sendable {
    var request: String
    var separator: String
    var structHash: String
    var digest: String

    init(_ request: String, separator: String, structHash: String, digest: String) {
      self.request = request
      self.separator = separator
      self.structHash = structHash
      self.digest = digest
    }
  }

  /// Every elementary type; arrays of all kinds; a structure inside itself with a salt; dependencies out of order.
  /// Computed with eth-account.
  static let answers = [
    Answer(
      #"{"types":{"EIP712Domain":[{"name":"name","type":"string"},{"name":"version","type":"string"},"#
        + #"{"name":"chainId","type":"uint256"},{"name":"verifyingContract","type":"address"}],"#
        + #""All":[{"name":"a","type":"int256"},{"name":"b","type":"int8"},{"name":"c","type":"uint256"},"#
        + #"{"name":"d","type":"uint8"},{"name":"e","type":"bytes4"},{"name":"f","type":"bytes32"},"#
        + #"{"name":"g","type":"bytes"},{"name":"h","type":"bool"},{"name":"i","type":"string"},{"name":"j","#
        + #""type":"address"},{"name":"k","type":"int64"}]},"primaryType":"All","domain":{"name":"T","#
        + #""version":"2","chainId":42161,"verifyingContract":"0xabababababababababababababababababababab"},"#
        + #""message":{"a":-1,"b":-128,"#
        + #""c":"115792089237316195423570985008687907853269984665640564039457584007913129639935","d":255,"#
        + #""e":"0x01020304","f":"0x1212121212121212121212121212121212121212121212121212121212121212","#
        + #""g":"0x","h":true,"i":"\u00e9\ud83d\ude00","j":"0x0101010101010101010101010101010101010101","#
        + #""k":-5}}"#,
      separator: "50f6354a2776cd57b2b7043a14715fb16cf54ba510121d3cc5daf4434d5cfcda",
      structHash: "c2a847655d5aa927da203eb1db26960e573475bcb0952e76c231d29ff1f6d1f4",
      digest: "274542adb63c2d3e040d816c75c0d98f6af890b293ba373c83c9a4e546847d89"),
    Answer(
      #"{"types":{"EIP712Domain":[{"name":"name","type":"string"},{"name":"version","type":"string"},"#
        + #"{"name":"chainId","type":"uint256"},{"name":"verifyingContract","type":"address"}],"#
        + #""Arr":[{"name":"a","type":"uint256[]"},{"name":"b","type":"address[2]"},{"name":"c","#
        + #""type":"bytes32[][]"},{"name":"d","type":"string[]"},{"name":"e","type":"bool[1]"},{"name":"f","#
        + #""type":"Item[]"},{"name":"g","type":"Item[2]"}],"Item":[{"name":"name","type":"string"},"#
        + #"{"name":"sub","type":"Sub"}],"Sub":[{"name":"v","type":"int32"}]},"primaryType":"Arr","#
        + #""domain":{"name":"T","version":"2","chainId":42161,"#
        + #""verifyingContract":"0xabababababababababababababababababababab"},"message":{"a":[1,2,3],"#
        + #""b":["0x0101010101010101010101010101010101010101","0x0202020202020202020202020202020202020202"],"#
        + #""c":[["0x1111111111111111111111111111111111111111111111111111111111111111"],[],"#
        + #"["0x2222222222222222222222222222222222222222222222222222222222222222","#
        + #""0x3333333333333333333333333333333333333333333333333333333333333333"]],"d":["x","",""],"#
        + #""e":[false],"f":[],"g":[{"name":"p","sub":{"v":-7}},{"name":"q","sub":{"v":7}}]}}"#,
      separator: "50f6354a2776cd57b2b7043a14715fb16cf54ba510121d3cc5daf4434d5cfcda",
      structHash: "0d54d973766c68e687ba701faf413e0cf1211ebd594b6614d997e6d1fef07c4a",
      digest: "61aeed1b22be031804abea7a6e024f915c6dd5f472acc9cfd16aa343a9ca26c1"),
    Answer(
      #"{"types":{"EIP712Domain":[{"name":"name","type":"string"},{"name":"salt","type":"bytes32"}],"#
        + #""Node":[{"name":"value","type":"uint64"},{"name":"children","type":"Node[]"}]},"#
        + #""primaryType":"Node","domain":{"name":"Tree","#
        + #""salt":"0x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"},"#
        + #""message":{"value":1,"children":[{"value":2,"children":[]},{"value":3,"children":[{"value":4,"#
        + #""children":[]}]}]}}"#,
      separator: "0fa100d003bacd31ab23574b3d8e3ca20fc0a40c3edd5f1a99a562bf57b5835f",
      structHash: "a98c9b15fe8b73fdeeff57aabf24d7f1c0ff5ba033b222a5654ee7900a43ee38",
      digest: "b00e0833471717d09efc2dab56d5d26efcda5f04f0b0992d3d77fb1e9667549d"),
    Answer(
      #"{"types":{"EIP712Domain":[{"name":"chainId","type":"uint256"}],"Zed":[{"name":"b","#
        + #""type":"Beta"},{"name":"a","type":"Alpha"}],"Beta":[{"name":"x","type":"uint8"},{"name":"a","#
        + #""type":"Alpha"}],"Alpha":[{"name":"y","type":"bytes1"}]},"primaryType":"Zed","#
        + #""domain":{"chainId":1},"message":{"b":{"x":1,"a":{"y":"0xff"}},"a":{"y":"0x00"}}}"#,
      separator: "2d9145f2f941cb14d4c738374c6ebde69c75a737e93da5905ee040bab57e46a8",
      structHash: "65c8e659d79915e677e60417fd4ce31ecd833fdad6a9175f5632a1272d2fe7a6",
      digest: "684fcd410c7d2375c983da49103b19fab3f61238293608ebdb968c23139e4f15"),
  ]

  @Test("Requests of all shapes have the digests of an independent implementation", arguments: answers)
  func independent(_ answer: Answer) throws {
    let request = try JSONValue(parsing: answer.request)
    #expect(try EIP712.digest(request: request).hex == answer.digest)
    let domain = try #require(request["domain"])
    #expect(try TypedDataDomain.separator(of: domain).hex == answer.separator)
    // Without the domain's type, its fields decide; here they stand in the standard order, so nothing changes.
    let types = try #require(request["types"]?.members).filter { $0.key != "EIP712Domain" }
    let members = try #require(request.members).map { $0.key == "types" ? JSONMember("types", .object(types)) : $0 }
    #expect(try EIP712.digest(request: .object(members)).hex == answer.digest)
    #expect(
      EIP712.digest(
        domainSeparator: try #require(Hash32(hex: answer.separator)),
        structHash: try #require(Hash32(hex: answer.structHash))
      ).hex == answer.digest)
  }

  private func failure(_ type: String, _ value: JSONValue) -> TypedDataError? {
    do {
      let types = try TypedDataTypes([TypedStructure("S", [TypedField("v", type)])])
      _ = try types.structHash("S", ["v": value])
      return nil
    } catch { return error }
  }

  private func wordHex(_ type: String, _ value: JSONValue) throws -> String {
    let types = try TypedDataTypes([TypedStructure("S", [TypedField("v", type)])])
    return Hex.encode(try types.encodeData("S", ["v": value])[32...])
  }

  @Test("Integers are words in two's complement, from numbers and from text; each type's range ends where it should")
  func integers() throws {
    let zeros = String(repeating: "0", count: 62)
    let ones = String(repeating: "f", count: 62)
    for value: JSONValue in [255, "255", "0xff", .number("255")] {
      #expect(try wordHex("uint8", value) == zeros + "ff")
    }
    #expect(try wordHex("int8", -128) == ones + "80")
    #expect(try wordHex("int8", 127) == zeros + "7f")
    let most = "115792089237316195423570985008687907853269984665640564039457584007913129639935"
    #expect(try wordHex("uint256", .number(most)) == ones + "ff")
    #expect(try wordHex("uint256", .string(most)) == ones + "ff")
    let least = "-57896044618658097711785492504343953926634992332820282019728792003956564819968"
    #expect(try wordHex("int256", .string(least)) == "80" + zeros)
    for (type, value): (String, JSONValue) in [
      ("uint8", 256), ("uint8", -1), ("int8", 128), ("int8", -129), ("uint64", .integer(Int128(UInt64.max) + 1)),
      ("uint256", "115792089237316195423570985008687907853269984665640564039457584007913129639936"),
      ("int256", "57896044618658097711785492504343953926634992332820282019728792003956564819968"),
      ("int256", "-57896044618658097711785492504343953926634992332820282019728792003956564819969"),
      ("uint256", .string(String(repeating: "9", count: 500))),
    ] {
      #expect(failure(type, value) == .outOfRange(path: "v", type: type), "\(type) \(value)")
    }
    for value: JSONValue in ["01", "-0", "", "-", "1.0", .number("1e3"), .number("-0"), nil, true, "0x", "0xg", " 1"] {
      #expect(failure("uint64", value) == .mismatch(path: "v", type: "uint64"), "\(value)")
    }
  }

  @Test("Values of the wrong kind or length are refused with their place")
  func mistyped() {
    for (type, value): (String, JSONValue) in [
      ("bool", 1), ("bool", "true"), ("string", 1), ("string", nil), ("bytes", "00"), ("bytes", "0x0"),
      ("bytes", [1]), ("address", "0x00"), ("address", 0), ("S2", 1), ("bytes4", 1), ("uint8[]", 1),
    ] where type != "S2" {
      #expect(failure(type, value) == .mismatch(path: "v", type: type), "\(type) \(value)")
    }
    #expect(failure("bytes4", "0x010203") == .outOfRange(path: "v", type: "bytes4"))
    #expect(failure("uint8[2]", [1]) == .outOfRange(path: "v", type: "uint8[2]"))
    #expect(failure("uint8[][]", [[1], [2, 256]]) == .outOfRange(path: "v[1][1]", type: "uint8"))
  }

  @Test("Fields that are missing, too many or twice are refused, at any depth")
  func fields() throws {
    let types = try TypedDataTypes(mailTypes)
    func failure(_ message: JSONValue) -> TypedDataError? {
      do {
        _ = try types.structHash("Mail", message)
        return nil
      } catch { return error }
    }
    let person: JSONValue = ["name": "x", "wallet": .string(Address.zero.description)]
    #expect(failure(["from": person, "to": person, "contents": ""]) == nil)
    #expect(failure(["from": person, "contents": ""]) == .missingField(path: "to"))
    #expect(failure(["from": person, "to": ["name": "x"], "contents": ""]) == .missingField(path: "to.wallet"))
    #expect(failure(["from": person, "to": person, "contents": "", "x": 1]) == .unexpectedField(path: "x"))
    #expect(
      failure(["from": person, "to": person, "contents": "", "to": person]) == .unexpectedField(path: "to"))
    #expect(failure(["from": person, "to": nil, "contents": ""]) == .mismatch(path: "to", type: "Person"))
    #expect(failure([]) == .mismatch(path: "", type: "Mail"))
    #expect(throws: TypedDataError.unknownType("Letter")) { try types.structHash("Letter", mail) }
  }

  @Test("Bad sets of types are refused")
  func badTypes() {
    func failure(_ structures: [TypedStructure]) -> TypedDataError? {
      do {
        _ = try TypedDataTypes(structures)
        return nil
      } catch { return error }
    }
    #expect(failure([TypedStructure("A:b", [])]) == nil)
    for name in ["", "1a", "a b", "a(", "uint256", "bytes1", "string", "é", "a[]"] {
      #expect(failure([TypedStructure(name, [])]) == .invalidName(name))
    }
    #expect(failure([TypedStructure("A", []), TypedStructure("A", [])]) == .duplicateStructure("A"))
    let twice = TypedStructure("A", [TypedField("x", "bool"), TypedField("x", "bool")])
    #expect(failure([twice]) == .duplicateField(structure: "A", field: "x"))
    for type in [
      "uint", "uint7", "uint264", "uint08", "int0", "bytes0", "bytes33", "B", "", "bool[", "bool[0]", "bool[-1]",
      "bool[01]", "bool]", "bool[]x", "bool [ ]",
    ] {
      #expect(failure([TypedStructure("A", [TypedField("x", type)])]) == .unknownType(type), "\(type)")
    }
    let deep = "bool" + String(repeating: "[]", count: 33)
    #expect(failure([TypedStructure("A", [TypedField("x", deep)])]) == .tooManyTypes)
    #expect(failure((0..<65).map { TypedStructure("A\($0)", []) }) == .tooManyTypes)
  }

  @Test("Messages nested beyond the limit are refused, up to it they hash")
  func depth() throws {
    let types = try TypedDataTypes([TypedStructure("Node", [TypedField("next", "Node[]")])])
    func chain(_ length: Int) -> JSONValue { length == 0 ? ["next": []] : ["next": [chain(length - 1)]] }
    _ = try types.structHash("Node", chain(15))
    #expect(throws: TypedDataError.self) { try types.structHash("Node", chain(17)) }
    #expect(throws: TypedDataError.self) { try types.structHash("Node", chain(200)) }
  }

  @Test("A request with any one byte changed hashes otherwise, is refused by a typed error, or says the same")
  func mutations() throws {
    let request = Array(Self.answers[1].request.utf8)
    var random = Sequence64(state: 11)
    var (refused, other) = (0, 0)
    for index in request.indices {
      var changed = request
      changed[index] = UInt8(0x20 + random.next() % 0x5f)
      do {
        let digest = try EIP712.digest(request: try JSONValue(parsing: changed))
        if digest.hex != Self.answers[1].digest { other += 1 }
      } catch is JSONError {
        refused += 1
      } catch is TypedDataError {
        refused += 1
      }
    }
    #expect(refused > request.count / 3 && other > request.count / 20)
  }
}
