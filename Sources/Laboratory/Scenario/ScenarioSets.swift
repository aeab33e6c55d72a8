/// A change of the scenario from the command line: `--set people.retail.count=20`.
public struct ScenarioSet: Sendable, Equatable {
  public var path: String
  public var value: String

  /// Nil without an equals sign or without a path before it.
  public init?(_ text: String) {
    guard let equals = text.firstIndex(of: "="), equals > text.startIndex else { return nil }
    path = String(text[..<equals])
    value = String(text[text.index(after: equals)...])
  }

  public init(path: String, value: String) {
    self.path = path
    self.value = value
  }
}

extension ScenarioNode {
  /// The tree with the value at the path changed. List elements are named by their `name` or counted from 0; a last key
  /// that does not exist yet is added, so that the reader can judge it.
  func setting(_ set: ScenarioSet) throws(ScenarioError) -> ScenarioNode {
    let place = Place(file: "--set \(set.path)", line: 0, column: 0)
    let parsed = try YAMLReading.read(set.value.isEmpty ? "\"\"" : set.value, file: place.file)
    return try replacing(
      set.path.split(separator: ".", omittingEmptySubsequences: false).map(String.init), parsed, place)
  }

  private func replacing(
    _ path: [String], _ value: ScenarioNode, _ place: Place
  ) throws(ScenarioError) -> ScenarioNode {
    guard let first = path.first else {
      var result = value
      result.path = self.path
      return result
    }
    let rest = Array(path.dropFirst())
    var result = self
    switch content {
    case .scalar:
      throw ScenarioError(
        file: place.file, line: 0, column: 0, path: self.path, problem: "a single value has no part `\(first)`")
    case .sequence(var elements):
      let names = elements.map { $0.memberText("name") ?? $0.memberText("role") ?? "" }
      guard let index = names.firstIndex(of: first) ?? Int(first).flatMap({ elements.indices.contains($0) ? $0 : nil })
      else {
        throw ScenarioError(
          file: place.file, line: 0, column: 0, path: self.path, problem: "no element `\(first)`",
          nearest: nearestName(to: first, among: names))
      }
      elements[index] = try elements[index].replacing(rest, value, place)
      result.content = .sequence(elements)
    case .mapping(var members):
      // Keys of overrides are dotted themselves: the longest key that begins the path wins.
      let remaining = path.joined(separator: ".")
      if let index = members.firstIndex(where: { $0.key == first }) {
        members[index].value = try members[index].value.replacing(rest, value, place)
      } else if self.path.hasSuffix("overrides") || rest.isEmpty {
        let key = self.path.hasSuffix("overrides") ? remaining : first
        members.removeAll { $0.key == key }
        var added = value
        added.path = YAMLReading.join(self.path, key)
        members.append(Member(key: key, place: place, value: added))
      } else if first == "overrides" {
        // A venue without overrides gets its first.
        var overrides = value
        overrides.content = .mapping([])
        overrides.path = YAMLReading.join(self.path, first)
        members.append(Member(key: first, place: place, value: try overrides.replacing(rest, value, place)))
      } else {
        throw ScenarioError(
          file: place.file, line: 0, column: 0, path: self.path, problem: "no key `\(first)`",
          nearest: nearestName(to: first, among: members.map(\.key)))
      }
      result.content = .mapping(members)
    }
    return result
  }

  private func memberText(_ key: String) -> String? {
    guard case .mapping(let members) = content else { return nil }
    return members.first { $0.key == key }?.value.scalar
  }
}
