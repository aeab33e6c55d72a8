import Canonical
import VenueKit
import Yams

extension FuzzCase {
  /// The case as YAML, the same bytes for the same case.
  public var yaml: String {
    var lines = [
      "# A fuzz case of PerpEmulator. Replay it with: perp fuzz replay THIS-FILE",
      "format: \(Self.formatVersion)",
      "room: \(room)",
      "transition-version: \(transitionVersion)",
      "chain: \(Self.quoted(chainID))",
      "seed: \(seed)",
      "case: \(number)",
      "canary: \(hasCanary)",
    ]
    if let violation {
      lines += [
        "violation:",
        "  invariant: \(Self.quoted(violation.invariant))",
        "  site: \(Self.quoted(violation.site))",
        "  detail: \(Self.quoted(violation.detail))",
        "  height: \(violationHeight)",
      ]
    }
    lines.append("genesis: \(Self.quoted(genesis))")
    lines.append("blocks:")
    for block in blocks {
      lines.append("  - time: \(block.time)")
      lines.append(block.steps.isEmpty ? "    transactions: []" : "    transactions:")
      for step in block.steps {
        lines.append("      - rule: \(Self.quoted(step.rule))")
        lines.append("        bytes: \"\(Hex.encode(step.bytes))\"")
        lines.append("        text: \(Self.quoted(step.text))")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A double-quoted YAML scalar; JSON strings are YAML.
  private static func quoted(_ text: String) -> String { JSONValue.string(text).text() }

  /// Largest file that is read, so that no file makes the reader allocate without bound.
  public static let sizeLimit = 256 << 20

  public init(yaml text: String) throws(FuzzCaseError) {
    guard text.utf8.count <= Self.sizeLimit else {
      throw FuzzCaseError("the file has \(text.utf8.count) bytes, more than \(Self.sizeLimit)")
    }
    let root: Node
    do {
      guard let node = try Yams.compose(yaml: text) else { throw FuzzCaseError("the file is empty") }
      root = node
    } catch let error as FuzzCaseError {
      throw error
    } catch {
      throw FuzzCaseError("not YAML: \(error)")
    }
    let map = try CaseReader(root, "case")
    guard try map.integer("format") == Self.formatVersion else {
      throw FuzzCaseError("format \(try map.text("format")) is not \(Self.formatVersion)")
    }
    self.init(
      room: try map.text("room"), transitionVersion: UInt32(clamping: try map.integer("transition-version")),
      genesis: try map.text("genesis"), chainID: try map.text("chain"), seed: try map.unsigned("seed"),
      number: try map.integer("case"), hasCanary: try map.text("canary") == "true")
    if map.has("violation") {
      let broken = try map.map("violation")
      violation = Violation(
        invariant: try broken.text("invariant"), site: try broken.text("site"), detail: try broken.text("detail"))
      violationHeight = try broken.integer("height")
    }
    for item in try map.list("blocks") {
      let block = try CaseReader(item, "block")
      var steps: [FuzzStep] = []
      for entry in try block.list("transactions") {
        let step = try CaseReader(entry, "transaction")
        steps.append(
          FuzzStep(rule: try step.text("rule"), bytes: try step.bytes("bytes"), text: try step.text("text")))
      }
      blocks.append(FuzzBlock(time: Int64(try block.integer("time")), steps: steps))
    }
  }
}

/// Reads one mapping of a case file; says what is missing and where.
private struct CaseReader {
  let mapping: Node.Mapping
  let name: String

  init(_ node: Node, _ name: String) throws(FuzzCaseError) {
    guard let mapping = node.mapping else { throw FuzzCaseError("\(name) is not a mapping\(Self.place(node))") }
    self.mapping = mapping
    self.name = name
  }

  static func place(_ node: Node) -> String {
    node.mark.map { " at line \($0.line), column \($0.column)" } ?? ""
  }

  func has(_ key: String) -> Bool { mapping[key] != nil }

  private func node(_ key: String) throws(FuzzCaseError) -> Node {
    guard let node = mapping[key] else { throw FuzzCaseError("\(name) has no \(key)") }
    return node
  }

  func text(_ key: String) throws(FuzzCaseError) -> String {
    let node = try node(key)
    guard let scalar = node.scalar else { throw FuzzCaseError("\(key) is not a text\(Self.place(node))") }
    return scalar.string
  }

  func integer(_ key: String) throws(FuzzCaseError) -> Int {
    guard let value = Int(try text(key)) else { throw FuzzCaseError("\(key) is not a whole number") }
    return value
  }

  func unsigned(_ key: String) throws(FuzzCaseError) -> UInt64 {
    guard let value = UInt64(try text(key)) else { throw FuzzCaseError("\(key) is not a whole number from 0") }
    return value
  }

  func bytes(_ key: String) throws(FuzzCaseError) -> [UInt8] {
    do {
      return try Hex.decode(try text(key))
    } catch {
      throw FuzzCaseError("\(key): \(error)")
    }
  }

  func map(_ key: String) throws(FuzzCaseError) -> CaseReader { try CaseReader(try node(key), key) }

  func list(_ key: String) throws(FuzzCaseError) -> [Node] {
    let node = try node(key)
    guard let sequence = node.sequence else { throw FuzzCaseError("\(key) is not a list\(Self.place(node))") }
    return Array(sequence)
  }
}
