import Canonical
import Catalog
import ConformanceKit
import Testing

@Suite struct AlterationTests {
  /// Text that only describes a case and enters no figure.
  static let labels: Set<String> = [
    "id", "kind", "source", "tamper", "note", "base", "why", "tree", "name", "of", "typesSource", "time", "rules",
  ]

  /// A case of `section` in a file must fail when any one of its figures is altered.
  private func demandFailures(_ path: String, section: String, every step: Int, keys: Set<String>? = nil) throws {
    guard let document = VectorFolder.document(path), let rows = document[section]?.array else { return }
    let adapter = try #require(
      RoomCatalog.adapters.first { path.hasPrefix($0.family) && $0.handles(path.droppingFirstFolder) })
    var count = 0
    for index in stride(from: 0, to: rows.count, by: step) {
      for member in rows[index].members ?? [] where !Self.labels.contains(member.key) {
        if let keys, !keys.contains(member.key) { continue }
        for altered in Alteration.all(of: member.value) {
          let row = rows[index].replacing(member.key, altered)
          let results = adapter.run(document.keeping(section, [row]))
          count += 1
          let hasFailed = results.contains { if case .failed = $0.verdict { true } else { false } }
          #expect(hasFailed, "\(path) \(section)[\(index)] \(member.key)")
        }
      }
    }
    #expect(count > 0)
  }

  /// Every altered figure of the signing cases fails, inputs as well as expected ones.
  @Test(arguments: [
    ("known", 4), ("l1", 40), ("userSigned", 6), ("multiSigInnerL1", 12), ("multiSigInnerUser", 2),
    ("multiSigOuter", 8), ("negative", 15), ("requests", 8), ("keys", 3), ("floatToWire", 3), ("floatToInt", 2),
  ])
  func alteredSigningFiguresFail(section: String, step: Int) throws {
    try demandFailures("hyperliquid/signing.json", section: section, every: step)
  }

  /// A funding rate that is off by more than the tolerance fails, and so does a premium.
  @Test func alteredFundingFiguresFail() throws {
    try demandFailures("hyperliquid/funding_btc_2023.json", section: "rows", every: 50, keys: ["fundingRate"])
  }

  /// Roots, proofs, headers and hashes of the chain fail when altered.
  @Test func alteredChainFiguresFail() throws {
    try demandFailures("chain/smt_roots.json", section: "sequences", every: 2, keys: ["smt_roots", "jmt_roots"])
    try demandFailures("chain/smt_ics23_proofs.json", section: "vectors", every: 7, keys: ["valid"])
    try demandFailures("chain/rfc6962.json", section: "vectors", every: 4, keys: ["root", "proofs", "leaves"])
    try demandFailures("chain/cometbft_abci_header.json", section: "headers", every: 1)
    try demandFailures("chain/cometbft_abci_header.json", section: "results", every: 1)
    try demandFailures(
      "chain/published/ics23_published_smt.json", section: "vectors", every: 2, keys: ["root", "value"])
    try demandFailures("chain/published/jmt_public_sha256.json", section: "vectors", every: 1)
  }

  /// A field that no runner reads fails its case, and so does an unknown section.
  @Test func unreadFieldsFail() throws {
    guard let document = VectorFolder.document("hyperliquid/signing.json"), let row = document["l1"]?[0] else { return }
    let adapter = try #require(RoomCatalog.adapters.first { $0.family == "hyperliquid" })
    let widened = JSONValue.object((row.members ?? []) + [JSONMember("surprise", "1")])
    #expect(adapter.run(document.keeping("l1", [row])).map(\.verdict) == [.passed])
    #expect(adapter.run(document.keeping("l1", [widened])).map(\.verdict) != [.passed])
    let section = JSONValue.object([JSONMember("surprises", .array([row]))])
    #expect(adapter.run(section).allSatisfy { $0.verdict != .passed })
  }
}

/// One-figure changes of a value, leaf by leaf.
enum Alteration {
  /// At most `limit` altered copies, each with one leaf changed; nulls and empty texts have no figure to alter.
  static func all(of value: JSONValue, limit: Int = 24) -> [JSONValue] {
    switch value {
    case .null: return []
    case .bool(let flag): return [.bool(!flag)]
    case .integer(let number): return [.integer(number + 1)]
    case .number: return []
    case .string(let text): return text.isEmpty ? [] : [.string(altered(text))]
    case .array(let elements):
      var result: [JSONValue] = []
      for (index, element) in elements.enumerated() where result.count < limit {
        for inner in all(of: element, limit: limit) {
          var copy = elements
          copy[index] = inner
          result.append(.array(copy))
        }
      }
      return result
    case .object(let members):
      var result: [JSONValue] = []
      for (index, member) in members.enumerated() where result.count < limit {
        for inner in all(of: member.value, limit: limit) {
          var copy = members
          copy[index].value = inner
          result.append(.object(copy))
        }
      }
      return result
    }
  }

  /// Changes a character in the middle: hexadecimal digits stay such, digits stay digits.
  static func altered(_ text: String) -> String {
    var characters = Array(text)
    let index = text.contains(".") ? characters.lastIndex { $0 == "." }.map { $0 - 1 } ?? 0 : characters.count / 2
    switch characters[index] {
    case "0"..."8": characters[index] = Character(String((characters[index].wholeNumberValue ?? 0) + 1))
    case "9": characters[index] = "1"
    case "a"..."e": characters[index] = "f"
    case "A"..."E": characters[index] = "F"
    case "f": characters[index] = "a"
    case "F": characters[index] = "A"
    default: characters[index] = "2"
    }
    return String(characters)
  }
}

extension JSONValue {
  func replacing(_ key: String, _ value: JSONValue) -> JSONValue {
    .object((members ?? []).map { $0.key == key ? JSONMember(key, value) : $0 })
  }

  /// The document with one section cut to these rows and all other lists but the keys left out.
  func keeping(_ section: String, _ rows: [JSONValue]) -> JSONValue {
    .object(
      (members ?? []).compactMap { member in
        if member.key == section { return JSONMember(section, .array(rows)) }
        return member.value.array == nil || (member.key == "keys" && section != "l1") ? member : nil
      })
  }
}

extension String {
  var droppingFirstFolder: String { split(separator: "/").dropFirst().joined(separator: "/") }
}
