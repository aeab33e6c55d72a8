import Foundation
import Testing

/// Below the lab nothing may depend on floats, clocks, locale, hash order, addresses or an unseeded generator.
@Suite struct DeterminismTests {
  static let deterministic = [
    "Quantities", "Canonical", "Cryptography", "StateStore", "Ledger", "Storage", "VenueKit", "Matching", "Mechanisms",
    "Hyperliquid", "GMX", "DYDX", "Chain", "Agents",
  ]

  static let banned = [
    "Double", "Float", "Float16", "Float80", "CGFloat", "Decimal", "Date", "Clock", "ContinuousClock",
    "SuspendingClock",
    "DispatchTime", "clock_gettime", "gettimeofday", "Locale", "Calendar", "DateFormatter", "NumberFormatter", "Hasher",
    "hashValue", "ObjectIdentifier", "UUID", "SystemRandomNumberGenerator", "shuffled", "randomElement",
    "fatalError", "JSONEncoder", "JSONDecoder",
  ]

  /// Hash containers may be looked things up in; the declaration says so.
  static let lookupRemark = "lookup only"

  static func words(_ code: String) -> Set<String> {
    Set(code.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init))
  }

  /// What a line of code does wrong, or nil.
  static func objection(line: String, previous: String) -> String? {
    let code = SourceTree.code(of: line)
    let words = words(code)
    for word in banned where words.contains(word) { return "\(word) is banned below the lab" }
    if code.contains(".random(") { return "an unseeded draw" }
    if code.contains("try!") || code.contains("as!") { return "a forced try or cast" }
    let declares =
      code.contains("Dictionary<") || code.contains("Set<")
      || code.range(of: #"\[\s*[A-Z][A-Za-z0-9_.]*\s*:\s*[A-Z(\[]"#, options: .regularExpression) != nil
    if declares, !line.contains(lookupRemark), !previous.contains(lookupRemark) {
      return "a hash container whose declaration does not say '\(lookupRemark)'"
    }
    return nil
  }

  @Test func nothingBelowTheLabIsUndetermined() {
    for file in SourceTree.files() where Self.deterministic.contains(file.module) {
      let lines = file.text.components(separatedBy: "\n")
      for (index, line) in lines.enumerated() {
        if let objection = Self.objection(line: line, previous: index > 0 ? lines[index - 1] : "") {
          Issue.record("\(file.path):\(index + 1): \(objection): \(line)")
        }
      }
    }
  }

  /// The check itself can fail.
  @Test(arguments: [
    "let price: Double = 1", "let now = Date()", "var index: [Address: Int] = [:]", "let seen = Set<Hash32>()",
    "let value = try! decode()", "let h = key.hashValue", "let x = Int.random(in: 0..<9)",
    "var g = SystemRandomNumberGenerator()",
  ])
  func undeterminedLinesAreSeen(line: String) {
    #expect(Self.objection(line: line, previous: "") != nil)
  }

  @Test(arguments: [
    "/// A Double would be wrong here.", "let text = \"Date\"", "var index: [Address: Int] = [:]  // lookup only",
    "func f(price: Int64, size: Int64) -> Int128",
  ])
  func plainLinesAreLeftAlone(line: String) {
    #expect(Self.objection(line: line, previous: "") == nil)
  }
}
