import Canonical
import Foundation

/// What commands print: a table with units for people, or one JSON document.
enum Console {
  /// Where the command has shown its document already, a second one would spoil the output for who parses it: the
  /// sentence goes to standard error alone.
  static func report(_ failure: CommandFailure, asJSON: Bool) {
    if asJSON && !failure.isInDocument {
      print(
        JSONValue.object([
          JSONMember("error", .string(failure.message)),
          JSONMember("exitStatus", .integer(Int128(failure.status.rawValue))),
        ]).text())
    } else {
      standardError(failure.message)
    }
  }

  static func standardError(_ line: String) {
    FileHandle.standardError.write(Data((line + "\n").utf8))
  }

  static func show(_ document: JSONValue, asJSON: Bool, _ text: () -> Void) {
    if asJSON { print(document.text(.pretty)) } else { text() }
  }
}

/// Rows under headings, columns padded to their widest cell; figures (cells of digits) to the right.
struct TextTable {
  let headings: [String]
  private(set) var rows: [[String]] = []

  init(_ headings: [String]) { self.headings = headings }

  mutating func add(_ cells: [String]) {
    precondition(cells.count == headings.count, "a row has a cell for each heading")
    rows.append(cells)
  }

  var lines: [String] {
    let all = [headings] + rows
    let widths = headings.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    return all.map { row in
      let padded = zip(row, widths).map { cell, width in
        let space = String(repeating: " ", count: width - cell.count)
        return Self.isFigure(cell) ? space + cell : cell + space
      }
      let line = padded.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }

  func print() {
    for line in lines { Swift.print(line) }
  }

  private static func isFigure(_ cell: String) -> Bool {
    guard let first = cell.first(where: { $0 != "-" && $0 != "+" }) else { return false }
    return first.isNumber && cell.allSatisfy { $0.isNumber || "-+., %xbp".contains($0) }
  }
}
