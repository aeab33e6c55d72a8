import Foundation
import Yams

/// Reads YAML into nodes with places. All of Yams is in this file.
enum YAMLReading {
  /// More nodes than any scenario needs; aliases that multiply stop here.
  static let nodeLimit = 100_000

  static func read(_ yaml: String, file: String) throws(ScenarioError) -> ScenarioNode {
    let root: Node?
    do {
      root = try Yams.compose(yaml: yaml)
    } catch let error as YamlError {
      throw translate(error, file: file)
    } catch {
      throw ScenarioError(file: file, line: 0, column: 0, path: "", problem: "not YAML: \(error)")
    }
    guard let root else { throw ScenarioError(file: file, line: 1, column: 1, path: "", problem: "the file is empty") }
    var count = 0
    return try convert(root, file: file, path: "", count: &count)
  }

  private static func convert(
    _ node: Node, file: String, path: String, count: inout Int
  ) throws(ScenarioError) -> ScenarioNode {
    let place = ScenarioNode.Place(file: file, line: node.mark?.line ?? 0, column: node.mark?.column ?? 0)
    count += 1
    guard count <= nodeLimit else {
      throw ScenarioError(
        file: file, line: place.line, column: place.column, path: path, problem: "more than \(nodeLimit) values")
    }
    switch node {
    case .scalar(let scalar): return ScenarioNode(content: .scalar(scalar.string), place: place, path: path)
    case .sequence(let sequence):
      var elements: [ScenarioNode] = []
      for (index, element) in sequence.enumerated() {
        elements.append(try convert(element, file: file, path: join(path, String(index)), count: &count))
      }
      return ScenarioNode(content: .sequence(elements), place: place, path: path)
    case .mapping(let mapping):
      var members: [ScenarioNode.Member] = []
      for (key, value) in mapping {
        let keyPlace = ScenarioNode.Place(file: file, line: key.mark?.line ?? 0, column: key.mark?.column ?? 0)
        guard case .scalar(let name) = key else {
          throw ScenarioError(
            file: file, line: keyPlace.line, column: keyPlace.column, path: path, problem: "a key must be plain text")
        }
        let below = try convert(value, file: file, path: join(path, name.string), count: &count)
        members.append(ScenarioNode.Member(key: name.string, place: keyPlace, value: below))
      }
      return ScenarioNode(content: .mapping(members), place: place, path: path)
    case .alias:
      throw ScenarioError(
        file: file, line: place.line, column: place.column, path: path, problem: "an alias to nothing")
    }
  }

  static func join(_ path: String, _ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

  private static func translate(_ error: YamlError, file: String) -> ScenarioError {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      ScenarioError(file: file, line: mark.line, column: mark.column, path: "", problem: "not YAML: \(problem)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      ScenarioError(
        file: file, line: context.mark.line, column: context.mark.column, path: "",
        problem: "the key \(duplicates.sorted().joined(separator: ", ")) stands twice")
    default: ScenarioError(file: file, line: 0, column: 0, path: "", problem: "not YAML: \(error)")
    }
  }
}

extension ScenarioNode {
  /// The node as YAML in block style; reading it gives the same tree.
  func yaml(indent: Int = 0) -> String {
    let margin = String(repeating: " ", count: indent)
    switch content {
    case .scalar(let text): return Self.quoted(text) + "\n"
    case .sequence(let elements):
      if elements.isEmpty { return "[]\n" }
      return elements.map { element in
        switch element.content {
        case .scalar: "\(margin)- \(element.yaml())"
        default: "\(margin)- \(element.yaml(indent: indent + 2).dropFirst(indent + 2))"
        }
      }.joined()
    case .mapping(let members):
      if members.isEmpty { return "{}\n" }
      return members.map { member in
        let key = margin + Self.quoted(member.key) + ":"
        switch member.value.content {
        case .scalar: return "\(key) \(member.value.yaml())"
        case .sequence(let elements) where elements.isEmpty: return "\(key) []\n"
        case .mapping(let below) where below.isEmpty: return "\(key) {}\n"
        default: return "\(key)\n\(member.value.yaml(indent: indent + 2))"
        }
      }.joined()
    }
  }

  /// Plain where that is surely safe, otherwise in double quotes.
  private static func quoted(_ text: String) -> String {
    let plain = text.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x20, 0x25, 0x2D, 0x2E, 0x2F, 0x5F: true
      default: false
      }
    }
    let first = text.utf8.first.map { ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x41 && $0 <= 0x7A) || $0 == 0x2D } ?? false
    if plain && first && text.utf8.last != 0x20 && text != "-" && !text.hasPrefix("- ") && !text.hasPrefix("---") {
      return text
    }
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
