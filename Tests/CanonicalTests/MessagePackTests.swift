import Canonical
import Testing

private func packed(_ body: (inout MessagePackEncoder) -> Void) -> String {
  var encoder = MessagePackEncoder()
  body(&encoder)
  return Hex.encode(encoder.bytes)
}

@Suite struct MessagePackTests {
  @Test("Integers take their shortest form at both sides of each border")
  func integers() {
    let unsigned: [(UInt64, String)] = [
      (0, "00"), (127, "7f"), (128, "cc80"), (255, "ccff"), (256, "cd0100"), (65535, "cdffff"),
      (65536, "ce00010000"), (0xffff_ffff, "ceffffffff"), (0x1_0000_0000, "cf0000000100000000"),
      (.max, "cfffffffffffffffff"),
    ]
    for (value, expected) in unsigned {
      #expect(packed { $0.encode(value) } == expected)
      if let signed = Int64(exactly: value) { #expect(packed { $0.encode(signed) } == expected) }
    }
    let signed: [(Int64, String)] = [
      (-1, "ff"), (-32, "e0"), (-33, "d0df"), (-128, "d080"), (-129, "d1ff7f"), (-32768, "d18000"),
      (-32769, "d2ffff7fff"), (-0x8000_0000, "d280000000"), (-0x8000_0001, "d3ffffffff7fffffff"),
      (.min, "d38000000000000000"),
    ]
    for (value, expected) in signed { #expect(packed { $0.encode(value) } == expected) }
  }

  @Test("Headers of texts, arrays and maps change form at 16, 32, 256 and 65536")
  func headers() {
    let texts: [(Int, String)] = [
      (0, "a0"), (31, "bf"), (32, "d920"), (255, "d9ff"), (256, "da0100"), (65535, "daffff"), (65536, "db00010000"),
    ]
    for (count, expected) in texts {
      let bytes = packed { $0.encode(String(repeating: "x", count: count)) }
      #expect(bytes.hasPrefix(expected) && bytes.count == expected.count + 2 * count)
    }
    let lists: [(Int, String, String)] = [
      (0, "90", "80"), (15, "9f", "8f"), (16, "dc0010", "de0010"), (65535, "dcffff", "deffff"),
      (65536, "dd00010000", "df00010000"),
    ]
    for (count, array, map) in lists {
      #expect(packed { $0.encodeArrayHeader(count: count) } == array)
      #expect(packed { $0.encodeMapHeader(count: count) } == map)
    }
    #expect(packed { $0.encodeNil() } == "c0")
    #expect(packed { $0.encode(true) } + packed { $0.encode(false) } == "c3c2")
  }

  @Test("A whole order action has the published bytes")
  func order() throws {
    let action = try JSONValue(
      parsing:
        #"{"type":"order","orders":[{"a":1,"b":true,"p":"100","s":"100","r":false,"t":{"limit":{"tif":"Gtc"}}}],"#
        + #""grouping":"na"}"#)
    var encoder = MessagePackEncoder()
    try encoder.encode(action)
    #expect(
      Hex.encode(encoder.bytes)
        == "83a474797065a56f72646572a66f72646572739186a16101a162c3a170a3313030a173a3313030a172c2a17481a56c696d697481a37"
        + "46966a3477463a867726f7570696e67a26e61")
  }

  @Test("Numbers that MessagePack integers cannot hold are refused")
  func refusals() {
    var encoder = MessagePackEncoder()
    #expect(throws: MessagePackError.notAnInteger("1.5")) { try encoder.encode(.number("1.5")) }
    let high = Int128(UInt64.max) + 1
    #expect(throws: MessagePackError.integerOutOfRange(high)) { try encoder.encode(.integer(high)) }
    let low = Int128(Int64.min) - 1
    #expect(throws: MessagePackError.integerOutOfRange(low)) { try encoder.encode([.integer(low)]) }
  }
}
