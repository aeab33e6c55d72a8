import Agents
import Canonical
import Foundation
import Quantities
import VenueKit

extension ComparisonTable {
  /// The comparison that a finished run left in its folder. Throws `RunError` where there is none.
  public static func read(folder: String) throws(RunError) -> ComparisonTable {
    let path = "\(folder)/comparison.csv"
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .file(path: path, problem: "cannot be read: no finished run is in this folder")
    }
    var lines = String(decoding: data, as: UTF8.self).split(separator: "\n").map(fields)
    guard let head = lines.first, head.count > 3, head.prefix(3) == ["part", "figure", "unit"] else {
      throw .file(path: path, problem: "is no run's comparison")
    }
    lines.removeFirst()
    let rooms = try rooms(in: folder)
    let venues = head.dropFirst(3).map { name in (name: name, room: rooms.first { $0.name == name }?.room ?? "") }
    var rows: [Row] = []
    for (index, line) in lines.enumerated() {
      guard let row = row(line, count: head.count) else {
        throw .file(path: path, problem: "line \(index + 2) is no line of a comparison")
      }
      rows.append(row)
    }
    return ComparisonTable(venues: venues, rows: rows)
  }

  /// Several runs beside each other: a column for each venue of each, lines in the order in which they are met. Names
  /// stand before their venues.
  public static func merged(_ tables: [(name: String, table: ComparisonTable)]) -> ComparisonTable {
    var rows: [Row] = []
    for part in Part.allCases {
      for (_, table) in tables {
        for row in table.rows
        where row.part == part && !rows.contains(where: { $0.part == part && $0.name == row.name }) {
          var row = row
          row.values = tables.flatMap { _, other in
            other.rows.first { $0.part == part && $0.name == row.name }?.values
              ?? [Int128?](repeating: nil, count: other.venues.count)
          }
          rows.append(row)
        }
      }
    }
    let venues = tables.flatMap { name, table in table.venues.map { (name: "\(name)/\($0.name)", room: $0.room) } }
    return ComparisonTable(venues: venues, rows: rows)
  }

  private static func fields(_ line: Substring) -> [String] {
    line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }

  private static func row(_ fields: [String], count: Int) -> Row? {
    guard fields.count == count, let part = Part(rawValue: fields[0]) else { return nil }
    let kind: ParameterKind
    switch fields[2] {
    case "count": kind = .count
    case "fraction": kind = .ratio
    case "USD": kind = .money
    default: return nil
    }
    var values: [Int128?] = []
    for text in fields.dropFirst(3) {
      if text.isEmpty {
        values.append(nil)
      } else {
        do throws(DecimalError) {
          values.append(try parseDecimal(text, scale: kind == .count ? 0 : CommonScale.decimals))
        } catch {
          return nil
        }
      }
    }
    let title = FigureName(rawValue: fields[1])?.sentence ?? fields[1]
    return Row(part: part, name: fields[1], title: title, kind: kind, values: values)
  }

  private static func rooms(in folder: String) throws(RunError) -> [(name: String, room: String)] {
    let path = "\(folder)/manifest.json"
    guard let data = FileManager.default.contents(atPath: path), let manifest = try? JSONValue(parsing: Array(data)),
      let venues = manifest["venues"]?.array
    else { throw .file(path: path, problem: "is no run's manifest") }
    return venues.map { ($0["name"]?.string ?? "", $0["room"]?.string ?? "") }
  }

  /// A value as a table for people shows it: money in whole dollars from a thousand on, costs in basis points, other
  /// fractions in percent, a dash where the venue has no such line.
  public static func display(_ value: Int128?, of row: Row) -> String {
    guard let value else { return "-" }
    let text =
      FigureName(rawValue: row.name).map { ReportText.figure(value, $0) } ?? ReportText.figure(value, row.kind)
    return text.replacingOccurrences(of: "\u{2212}", with: "-")
  }
}
