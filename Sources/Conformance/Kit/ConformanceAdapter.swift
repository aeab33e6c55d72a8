public import Canonical

/// What runs the vector files of one kind. Adapters are values; the catalog lists them.
public struct ConformanceAdapter: Sendable {
  /// The folder name that marks the family's files.
  public let family: String
  /// Whether a file is this adapter's, by its path below the family's folder, for example `published/one.json`.
  public let handles: @Sendable (String) -> Bool
  public let run: @Sendable (JSONValue) -> [CaseResult]
  /// The document with computed figures in all expected fields.
  public let answer: @Sendable (JSONValue) -> JSONValue

  public init(
    family: String, handles: @escaping @Sendable (String) -> Bool, run: @escaping @Sendable (JSONValue) -> [CaseResult],
    answer: @escaping @Sendable (JSONValue) -> JSONValue
  ) {
    self.family = family
    self.handles = handles
    self.run = run
    self.answer = answer
  }

  /// An adapter of documents with lists of cases; `handles` sees the file name alone.
  public init(family: String, handles: @escaping @Sendable (String) -> Bool, document: SectionedDocument) {
    self.init(
      family: family, handles: { handles(String($0.split(separator: "/").last ?? "")) },
      run: { document.run($0) }, answer: { document.answer($0) })
  }
}
