/// Why a scenario is refused: where, what, and the nearest known name where one was mistyped.
public struct ScenarioError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file as it was named; `--set` for values of the command line.
  public var file: String
  /// Counted from 1; 0 where the fault has no place in the text.
  public var line: Int
  public var column: Int
  /// The place in the document, for example `people.retail.leverage`.
  public var path: String
  public var problem: String
  /// The known name that is closest to the one that was written.
  public var nearest: String?

  public init(file: String, line: Int, column: Int, path: String, problem: String, nearest: String? = nil) {
    self.file = file
    self.line = line
    self.column = column
    self.path = path
    self.problem = problem
    self.nearest = nearest
  }

  /// `crash.yaml:12:5: people.retail.levrage: not a key here (did you mean leverage?)`
  public var description: String {
    var text = file
    if line > 0 { text += ":\(line):\(column)" }
    if !path.isEmpty { text += ": \(path)" }
    text += ": \(problem)"
    if let nearest { text += " (did you mean \(nearest)?)" }
    return text
  }
}

/// The known name with the smallest edit distance to `name`, if that is near enough to be a slip; the first such wins.
public func nearestName(to name: String, among known: [String]) -> String? {
  var best: (name: String, distance: Int)?
  for candidate in known {
    let distance = editDistance(Array(name.lowercased().utf8.prefix(64)), Array(candidate.lowercased().utf8.prefix(64)))
    if best == nil || distance < best!.distance { best = (candidate, distance) }
  }
  guard let best, best.distance <= max(2, best.name.utf8.count / 3) else { return nil }
  return best.name
}

/// Insertions, deletions, replacements and swaps of neighbours that lead from one word to the other.
func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
  var rows: [[Int]] = [Array(0...right.count)]
  for i in 0..<left.count {
    var row = [i + 1]
    for j in 0..<right.count {
      var cost = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (left[i] == right[j] ? 0 : 1))
      if i > 0 && j > 0 && left[i] == right[j - 1] && left[i - 1] == right[j] {
        cost = min(cost, rows[i - 1][j - 1] + 1)
      }
      row.append(cost)
    }
    rows.append(row)
  }
  return rows[left.count][right.count]
}
