/// A piece of a scenario's text with its place: what YAML said, before anything is known about its meaning.
struct ScenarioNode: Sendable, Equatable {
  enum Content: Sendable, Equatable {
    case scalar(String)
    case sequence([ScenarioNode])
    case mapping([Member])
  }

  struct Member: Sendable, Equatable {
    var key: String
    var place: Place
    var value: ScenarioNode
  }

  struct Place: Sendable, Equatable {
    var file: String
    var line: Int
    var column: Int
  }

  var content: Content
  var place: Place
  var path: String

  /// A value that no file holds, such as a part of a resolved scenario.
  static func made(_ content: Content) -> ScenarioNode {
    ScenarioNode(content: content, place: Place(file: "", line: 0, column: 0), path: "")
  }

  static func text(_ text: some CustomStringConvertible) -> ScenarioNode { made(.scalar(text.description)) }

  static func list(_ elements: [ScenarioNode]) -> ScenarioNode { made(.sequence(elements)) }

  static func table(_ members: [(String, ScenarioNode?)]) -> ScenarioNode {
    made(
      .mapping(
        members.compactMap { key, value in
          value.map { Member(key: key, place: Place(file: "", line: 0, column: 0), value: $0) }
        }))
  }

  var kindName: String {
    switch content {
    case .scalar: "a single value"
    case .sequence: "a list"
    case .mapping: "a group of keys"
    }
  }

  func error(_ problem: String, nearest: String? = nil) -> ScenarioError {
    ScenarioError(
      file: place.file, line: place.line, column: place.column, path: path, problem: problem, nearest: nearest)
  }

  var scalar: String? {
    if case .scalar(let text) = content { text } else { nil }
  }

  func requireText() throws(ScenarioError) -> String {
    guard case .scalar(let text) = content else { throw error("wanted a single value, found \(kindName)") }
    return text
  }

  func requireList() throws(ScenarioError) -> [ScenarioNode] {
    guard case .sequence(let elements) = content else { throw error("wanted a list, found \(kindName)") }
    return elements
  }

  func requireMembers() throws(ScenarioError) -> [Member] {
    guard case .mapping(let members) = content else { throw error("wanted keys and values, found \(kindName)") }
    return members
  }
}

/// A group of keys of which all that may occur are known.
struct Section {
  let node: ScenarioNode
  private let members: [ScenarioNode.Member]

  /// Refuses any key that is not in `keys`.
  init(_ node: ScenarioNode, keys: [String]) throws(ScenarioError) {
    self.node = node
    members = try node.requireMembers()
    for member in members where !keys.contains(member.key) {
      throw ScenarioError(
        file: member.place.file, line: member.place.line, column: member.place.column, path: member.value.path,
        problem: "not a key here; known are \(keys.joined(separator: ", "))",
        nearest: nearestName(to: member.key, among: keys))
    }
  }

  subscript(key: String) -> ScenarioNode? { members.first { $0.key == key }?.value }

  func require(_ key: String) throws(ScenarioError) -> ScenarioNode {
    guard let found = self[key] else { throw node.error("the key \(key) is missing") }
    return found
  }

  func text(_ key: String) throws(ScenarioError) -> String? {
    guard let found = self[key] else { return nil }
    return try found.requireText()
  }
}
