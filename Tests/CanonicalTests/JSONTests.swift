import Canonical
import Testing

private func parse(_ text: String) throws(JSONError) -> JSONValue { try JSONValue(parsing: text) }

private func failure(_ text: String, limits: JSONLimits = JSONLimits()) -> JSONError? {
  do {
    _ = try JSONValue(parsing: text, limits: limits)
    return nil
  } catch { return error }
}

@Suite struct JSONParserTests {
  @Test("Values of each kind are read, members stay in order, whole numbers stay exact")
  func kinds() throws {
    let value = try parse(#" {"z": [null, true, false], "a": {"n": 18446744073709551615, "m": -5}, "t": "x"} "#)
    #expect(
      value == [
        "z": [nil, true, false],
        "a": .object([JSONMember("n", .integer(Int128(UInt64.max))), JSONMember("m", -5)]), "t": "x",
      ])
    #expect(value["a"]?["n"]?.uint64 == .max)
    #expect(value["a"]?["n"]?.int64 == nil)
    #expect(value["z"]?[1]?.bool == true)
    #expect(value["z"]?[3] == nil)
    #expect(value["b"] == nil)
    #expect(value.members?.map(\.key) == ["z", "a", "t"])
  }

  @Test("Whole numbers to the ends of 128 bits are exact; beyond them, and with fractions, the text is kept")
  func numbers() throws {
    #expect(try parse("170141183460469231731687303715884105727") == .integer(.max))
    #expect(try parse("-170141183460469231731687303715884105728") == .integer(.min))
    #expect(
      try parse("170141183460469231731687303715884105728") == .number("170141183460469231731687303715884105728"))
    #expect(
      try parse("-170141183460469231731687303715884105729") == .number("-170141183460469231731687303715884105729"))
    for text in ["1.50", "1e3", "-0", "-0.0", "0E-7", "12.5e+10"] { #expect(try parse(text) == .number(text)) }
    for text in ["0", "-1", "999999999999999999", "1000000000000000000", "-1234567890123456789012"] {
      #expect(try parse(text).integer.map { String($0) } == text)
    }
    for text in ["01", "-", "1.", ".5", "+1", "1e", "1e+", "--1", "0x1", "NaN", "-01"] {
      #expect(failure(text) != nil, "\(text)")
    }
  }

  @Test("Escapes become their characters, surrogate pairs one character, halves alone are refused")
  func escapes() throws {
    #expect(try parse(#""\"\\\/\b\f\n\r\tA\u00e9\u20AC""#) == .string("\"\\/\u{8}\u{c}\n\r\tAé€"))
    #expect(try parse(#""\ud83d\ude00""#) == "😀")
    #expect(try parse(#""\ud83d\ude00""#).string?.utf8.count == 4)
    #expect(try parse(#""\u0000""#) == "\0")
    #expect(failure(#""\ud83d""#) == JSONError(.invalidSurrogate, at: 1))
    #expect(failure(#""x\ude00\ud83d""#) == JSONError(.invalidSurrogate, at: 2))
    #expect(failure(#""\ud83d\u0041""#) == JSONError(.invalidSurrogate, at: 1))
    #expect(failure(#""\u12g4""#) == JSONError(.invalidEscape, at: 1))
    #expect(failure(#""\x""#) == JSONError(.invalidEscape, at: 1))
    #expect(failure("\"a\nb\"") == JSONError(.controlCharacter(10), at: 2))
  }

  @Test("Bytes that are not UTF-8 are refused, in plain and in escaped strings")
  func utf8() {
    for bad: [UInt8] in [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82]] {
      #expect(throws: JSONError(.invalidText, at: 0)) { try JSONValue(parsing: [0x22] + bad + [0x22]) }
      #expect(throws: JSONError(.invalidText, at: 0)) { try JSONValue(parsing: [0x22, 0x5c, 0x6e] + bad + [0x22]) }
    }
    #expect(throws: JSONError(.unexpectedByte(0xef), at: 0)) {
      try JSONValue(parsing: [0xef, 0xbb, 0xbf, 0x31])
    }
  }

  @Test("Errors carry their byte offset")
  func offsets() {
    #expect(failure("") == JSONError(.unexpectedEnd, at: 0))
    #expect(failure("[1,") == JSONError(.unexpectedEnd, at: 3))
    #expect(failure("[1,]") == JSONError(.unexpectedByte(0x5d), at: 3))
    #expect(failure("{\"a\" 1}") == JSONError(.unexpectedByte(0x31), at: 5))
    #expect(failure("{a:1}") == JSONError(.unexpectedByte(0x61), at: 1))
    #expect(failure("1 2") == JSONError(.trailingBytes, at: 2))
    #expect(failure("truf") == JSONError(.unexpectedByte(0x66), at: 3))
    #expect(failure(#"{"a":1,"b":2,"a":3}"#) == JSONError(.duplicateKey("a"), at: 13))
    #expect(failure(#"{"a":1,"\u0061":3}"#) == JSONError(.duplicateKey("a"), at: 7))
  }

  @Test("Keys that Unicode calls equivalent are different keys; in large objects duplicates are still found")
  func duplicates() throws {
    let value = try parse("{\"\u{e9}\":1,\"e\u{301}\":2}")
    #expect(value["e\u{301}"] == 2)
    #expect(value["\u{e9}"] == 1)
    let many = (0..<100).map { "\"k\($0)\":\($0)" }
    #expect(try parse("{" + many.joined(separator: ",") + "}").members?.count == 100)
    for repeated in [0, 15, 16, 99] {
      let text = "{" + (many + ["\"k\(repeated)\":0"]).joined(separator: ",") + "}"
      #expect(failure(text)?.reason == .duplicateKey("k\(repeated)"))
    }
  }

  @Test("Depth, size, count and digits are bounded")
  func limits() {
    let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
    #expect(failure(deep) == nil)
    #expect(failure("[" + deep + "]") == JSONError(.tooDeep(limit: 64), at: 64))
    #expect(failure(String(repeating: "[", count: 1_000_000))?.reason == .tooDeep(limit: 64))
    #expect(failure("[1,2]", limits: JSONLimits(bytes: 4))?.reason == .tooManyBytes(limit: 4))
    #expect(failure("[1,2]", limits: JSONLimits(values: 2))?.reason == .tooManyValues(limit: 2))
    #expect(failure("12345", limits: JSONLimits(numberBytes: 4))?.reason == .numberTooLong(limit: 4))
  }

  @Test("No truncation and no flipped byte of a text makes the parser fail in another way than by its error")
  func mutations() throws {
    let text = Array(#"{"a":[1,-2.5e3,"\u00e9\ud83d\ude00",true,null],"b":{"c":"x\n"}}"#.utf8)
    var survivors = 0
    for index in text.indices {
      _ = try? JSONValue(parsing: Array(text[..<index]))
      for byte: UInt8 in 0...255 {
        var changed = text
        changed[index] = byte
        guard let value = try? JSONValue(parsing: changed) else { continue }
        survivors += 1
        #expect(try JSONValue(parsing: value.bytes()) == value)
      }
    }
    #expect(survivors > text.count)
  }
}

@Suite struct JSONPrinterTests {
  @Test("The compact and the pretty text are fixed, and both read back to the same value")
  func styles() throws {
    let value: JSONValue = ["a": [1, "x\"\\\u{1}\u{7f}/é\n", []], "b": [:], "c": ["d": nil]]
    #expect(value.text() == "{\"a\":[1,\"x\\\"\\\\\\u0001\u{7f}/é\\n\",[]],\"b\":{},\"c\":{\"d\":null}}")
    let pretty = """
      {
        "a": [
          1,
          "x\\"\\\\\\u0001\u{7f}/é\\n",
          []
        ],
        "b": {},
        "c": {
          "d": null
        }
      }
      """
    #expect(value.text(.pretty) == pretty)
    #expect(try JSONValue(parsing: pretty) == value)
    #expect(try JSONValue(parsing: value.text()) == value)
  }

  @Test("Numbers print as they were read")
  func numbers() throws {
    let text = "[1.50,-0,1e3,340282366920938463463374607431768211456,-7]"
    #expect(try JSONValue(parsing: text).text() == text)
    #expect(JSONValue(UInt128.max).text() == "340282366920938463463374607431768211455")
  }
}
