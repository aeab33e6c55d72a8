@testable import Canonical
import Testing

@Suite struct HexTests {
  @Test("Hexadecimal text goes both ways, in either case, with and without 0x")
  func roundTrip() throws {
    let all = (0...255).map { UInt8($0) }
    #expect(try Hex.decode(Hex.encode(all)) == all)
    #expect(try Hex.decode(Hex.encodePrefixed(all).uppercased().replacing("0X", with: "0x")) == all)
    #expect(Hex.encode([0, 255, 0x1a]) == "00ff1a")
    #expect(try Hex.decode("") == [])
    #expect(try Hex.decode("0x") == [])
  }

  @Test("Each kind of wrong text has its error, and the error says where")
  func errors() {
    #expect(throws: HexError.oddLength(3)) { try Hex.decode("0xabc") }
    #expect(throws: HexError.invalidDigit(offset: 3)) { try Hex.decode("0xag") }
    #expect(throws: HexError.invalidDigit(offset: 0)) { try Hex.decode("é") }
    #expect(throws: HexError.wrongLength(expected: 4, found: 2)) { try Hex.decode("abcd", count: 4) }
    #expect(Address(hex: "0x00") == nil)
    #expect(Hash32(hex: String(repeating: "0", count: 63)) == nil)
  }

  @Test("Hashes and addresses print as 0x text and read back")
  func fixedBytes() throws {
    let hash = try #require(Hash32((0..<32).map { UInt8($0) }))
    #expect(hash.description == "0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
    #expect(Hash32(hex: hash.description) == hash)
    #expect(Hash32(hex: hash.hex) == hash)
    #expect(Hash32(hash.bytes) == hash)
    let address = try #require(Address((1...20).map { UInt8($0) }))
    #expect("\(address)" == "0x0102030405060708090a0b0c0d0e0f1011121314")
    #expect(Address(hex: address.hex) == address)
    #expect(address.word.hex == "0000000000000000000000000102030405060708090a0b0c0d0e0f1011121314")
  }

  @Test("Whole numbers in hexadecimal may lack leading zeros")
  func integers() {
    #expect(Hash32(hexInteger: "0x1ff") == Hash32(511))
    #expect(Hash32(hexInteger: "0x" + String(repeating: "f", count: 64))?.word0 == .max)
    #expect(Hash32(hexInteger: "0x" + String(repeating: "f", count: 65)) == nil)
    #expect(Hash32(hexInteger: "0x") == nil)
    #expect(Hash32(hexInteger: "0xg") == nil)
    #expect(Hash32(511).hexInteger == "0x1ff")
    #expect(Hash32.zero.hexInteger == "0x0")
  }

  /// Aim: eight digits at once are read as one after the other, whatever byte stands at whatever place.
  @Test func eightDigitsAtOnce() {
    #expect(Hex.eight(Array("000001fF".utf8)[...], at: 0) == 511)
    let digits = Array("9f8Ae03b".utf8)
    for place in 0..<8 {
      for byte in UInt8.min...UInt8.max {
        var changed = digits
        changed[place] = byte
        let values = changed.compactMap { Hex.value(ofDigit: $0) }
        let number = values.count == 8 ? values.reduce(UInt32(0)) { $0 << 4 | UInt32($1) } : nil
        #expect(Hex.eight(([0] + changed)[1...], at: 1) == number)
      }
    }
  }
}
