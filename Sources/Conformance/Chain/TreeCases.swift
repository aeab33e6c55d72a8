import Canonical
import ConformanceKit
import StateStore

/// Roots and proofs of the state tree.
enum TreeCases {
  /// Batches of writes, null deletes; the root after each, under both sets of constants.
  static let sequence = CaseKind(order: ["name", "batches", "smt_roots", "jmt_roots"]) {
    (reader) throws(CaseFailure) in
    reader.labels("name")
    var batches: [[(key: [UInt8], value: [UInt8]?)]] = []
    for batch in try reader.list("batches") {
      guard let entries = batch.array else { throw CaseFailure("batches", "a batch is a list") }
      var writes: [(key: [UInt8], value: [UInt8]?)] = []
      for entry in entries { writes.append(try write(entry)) }
      batches.append(writes)
    }
    reader.expect("smt_roots", roots(batches, .ics23SMT))
    reader.expect("jmt_roots", roots(batches, .jmt))
  }

  private static func roots(_ batches: [[(key: [UInt8], value: [UInt8]?)]], _ spec: TreeSpec) -> JSONValue {
    var tree = StateTree(spec: spec)
    return .array(batches.map { .string(tree.apply(batch: $0).hex) })
  }

  private static func write(_ entry: JSONValue) throws(CaseFailure) -> (key: [UInt8], value: [UInt8]?) {
    for member in entry.members ?? [] where member.key != "key" && member.key != "value" {
      throw CaseFailure("batches." + member.key, "no runner reads this field")
    }
    let key = try CaseReader.bytes(entry["key"], "batches.key")
    guard !key.isEmpty else { throw CaseFailure("batches.key", "an empty key") }
    guard let value = entry["value"], !value.isNull else { return (key, nil) }
    let bytes = try CaseReader.bytes(value, "batches.value")
    guard !bytes.isEmpty else { throw CaseFailure("batches.value", "an empty value") }
    return (key, bytes)
  }

  static func spec(_ reader: inout CaseReader) throws(CaseFailure) -> TreeSpec {
    switch try reader.text("spec") {
    case "smt": return .ics23SMT
    case "jmt": return .jmt
    default: throw CaseFailure("spec", "neither smt nor jmt")
    }
  }

  /// The verdict of the verifier.
  private static func verdict(_ reader: inout CaseReader, value: [UInt8]?) throws(CaseFailure) -> Bool {
    let spec = try spec(&reader)
    return ICS23.verify(
      proof: try reader.hex("proof"), spec: spec, root: try reader.hash("root"), key: try reader.hex("key"),
      value: value)
  }

  /// `tree` and `why` are labels; a null value is a proof of absence.
  static let proof = CaseKind(order: ["tree", "spec", "root", "key", "value", "proof", "valid", "why"]) {
    (reader) throws(CaseFailure) in
    reader.labels("tree", "why")
    let value = reader.optional("value") == nil ? nil : try reader.hex("value")
    reader.expect("valid", .bool(try verdict(&reader, value: value)))
  }

  /// Published proofs hold; an empty value is a proof of absence.
  static let publishedProof = CaseKind(order: ["key", "proof", "root", "value", "name", "spec"]) {
    (reader) throws(CaseFailure) in
    reader.labels("name")
    let value = try reader.hex("value")
    reader.check("proof", expected: true, got: .bool(try verdict(&reader, value: value.isEmpty ? nil : value)))
  }

  /// The public roots of penumbra-zone/jmt.
  static let publishedRoot = CaseKind(order: ["expected_root", "data"]) { (reader) throws(CaseFailure) in
    var writes: [(key: [UInt8], value: [UInt8]?)] = []
    for entry in try reader.list("data") { writes.append(try write(entry)) }
    var tree = StateTree(spec: .jmt)
    reader.expect("expected_root", .string(tree.apply(batch: writes).hex))
  }
}
