import Canonical
import Cryptography
import Testing

@Suite struct Bech32Tests {
  @Test("The valid texts of BIP 173 and BIP 350 read, and write back to their lower-case form")
  func valid() throws {
    let plain = [
      "A12UEL5L", "a12uel5l",
      "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
      "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
      "11" + String(repeating: "q", count: 82) + "c8247j",
      "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w", "?1ezyfcl",
    ]
    let modified = [
      "A1LQFN3A", "a1lqfn3a",
      "an83characterlonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber11sg7hg6",
      "abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx",
      "split1checkupstagehandshakeupstreamerranterredcaperredlc445v", "?1v759aa",
    ]
    for (texts, expected) in [(plain, Bech32.Variant.bech32), (modified, .bech32m)] {
      for text in texts {
        let (prefix, groups, variant) = try Bech32.decode(text)
        #expect(variant == expected)
        #expect(Bech32.encode(prefix: prefix, groups: groups, variant: variant) == text.lowercased())
      }
    }
    #expect(try Bech32.decode("abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw").groups == (0..<32).map { UInt8($0) })
  }

  @Test("The invalid texts of BIP 173 and BIP 350 are refused")
  func invalid() {
    let texts = [
      " 1nwldj5", "\u{7f}1axkwrx", "\u{80}1eym55h",
      "an84characterslonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1569pvx",
      "pzry9x0s0muk", "1pzry9x0s0muk", "x1b4n0q5v", "li1dgmt3", "de1lg7wt\u{ff}", "A1G7SGD8", "10a06t8", "1qzzfhee",
      "y1b0jsk6g", "lt1igcx5c0", "in1muywd", "mm1crxm3i", "au1s5cgom", "M1VUXWEZ", "16plkw9", "1p2gdwpf", "", "1",
      "A12uel5L",
    ]
    for text in texts { #expect(throws: Bech32Error.self, "\(text)") { try Bech32.decode(text) } }
  }

  @Test("Each changed character of an address is noticed, and wrong prefixes and lengths have their errors")
  func addresses() throws {
    let text = "dydx199tqg4wdlnu4qjlxchpd7seg454937hjrknju4"
    for index in 5..<text.count {
      var characters = Array(text)
      characters[index] = characters[index] == "q" ? "p" : "q"
      #expect(throws: Bech32Error.wrongChecksum) { try Bech32.decodeAddress(String(characters), prefix: "dydx") }
    }
    #expect(throws: Bech32Error.wrongPrefix("dydx")) { try Bech32.decodeAddress(text, prefix: "cosmos") }
    let groups = try #require(Bech32.convertBits([1, 2, 3], from: 8, to: 5, padding: true))
    let short = try #require(Bech32.encode(prefix: "dydx", groups: groups))
    #expect(throws: Bech32Error.wrongLength(expected: 20, found: 3)) {
      try Bech32.decodeAddress(short, prefix: "dydx")
    }
    let modified = try #require(Bech32.encode(prefix: "dydx", groups: groups, variant: .bech32m))
    #expect(throws: Bech32Error.wrongVariant) { try Bech32.decodeAddress(modified, prefix: "dydx") }
    #expect(Bech32.encode(prefix: "DYDX", address: .zero) == nil)
    #expect(Bech32.encode(prefix: "", address: .zero) == nil)
  }

  @Test("Regrouping bits goes both ways for all lengths; set padding bits and whole padding groups are refused")
  func bits() {
    for count in 0..<40 {
      let bytes = pattern(count)
      let groups = Bech32.convertBits(bytes, from: 8, to: 5, padding: true)
      #expect(groups?.count == (8 * count + 4) / 5)
      #expect(groups.flatMap { Bech32.convertBits($0, from: 5, to: 8, padding: false) } == bytes)
    }
    #expect(Bech32.convertBits([0, 1], from: 5, to: 8, padding: false) == nil)
    #expect(Bech32.convertBits([0, 0, 0], from: 5, to: 8, padding: false) == nil)
    #expect(Bech32.convertBits([32], from: 5, to: 8, padding: false) == nil)
  }
}

@Suite struct ChecksummedAddressTests {
  @Test("The addresses of EIP-55 print and read; a letter of wrong case is refused where both cases occur")
  func published() throws {
    let texts = [
      "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
      "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
      "0x52908400098527886E0F7030069857D2E4169EE7", "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
      "0xde709f2102306220921060314715629080e2fb77", "0x27b1fdb04752bbc536007a920d24acb045561c26",
    ]
    for text in texts {
      let address = try #require(Address(checkedText: text))
      #expect(address.checksummed == text)
      #expect(Address(checkedText: "0x" + text.dropFirst(2).lowercased()) == address)
      #expect(Address(checkedText: "0x" + text.dropFirst(2).uppercased()) == address)
      #expect(Address(checkedText: String(text.dropFirst(2))) == nil)
    }
    #expect(Address(checkedText: "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed") == nil)
    #expect(Address(checkedText: "0x5a") == nil)
  }
}
