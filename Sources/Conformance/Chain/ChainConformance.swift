import Canonical
public import ConformanceKit

/// The vector files of the chain layer.
public enum ChainConformance {
  public static let adapters: [ConformanceAdapter] = [
    adapter("smt_roots", [("about", .label), ("sequences", .cases(TreeCases.sequence))]),
    adapter("smt_ics23_proofs", [("about", .label), ("vectors", .cases(TreeCases.proof))]),
    adapter("ics23_published", [("about", .label), ("vectors", .cases(TreeCases.publishedProof))]),
    adapter(
      "jmt_public",
      [("description", .label), ("hash_function", .label), ("vectors", .cases(TreeCases.publishedRoot))]),
    adapter("rfc6962", [("about", .label), ("vectors", .cases(ListCases.tree))]),
    adapter(
      "cometbft_abci_header",
      [
        ("about", .label), ("frames", .skipped("the ABCI engine does not exist yet")),
        ("headers", .cases(HeaderCases.header)), ("results", .cases(HeaderCases.results)),
      ]),
  ]

  private static func adapter(
    _ prefix: String, _ sections: [(name: String, section: SectionedDocument.Section)]
  ) -> ConformanceAdapter {
    ConformanceAdapter(family: "chain", handles: { $0.hasPrefix(prefix) }, document: SectionedDocument(sections))
  }
}

extension CaseReader {
  static func bytes(_ value: JSONValue?, _ field: String) throws(CaseFailure) -> [UInt8] {
    guard let text = value?.string, let bytes = try? Hex.decode(text) else {
      throw CaseFailure(field, "not hexadecimal text")
    }
    return bytes
  }

  mutating func byteLists(_ key: String) throws(CaseFailure) -> [[UInt8]] {
    var result: [[UInt8]] = []
    for (index, item) in try list(key).enumerated() { result.append(try Self.bytes(item, "\(key)[\(index)]")) }
    return result
  }
}
