import ArgumentParser
import Canonical
import Foundation
import Laboratory

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "The venues of one finished run, or of several, beside each other.")

  @Argument(help: "Folders of finished runs.")
  var folders: [String]

  @OptionGroup var output: OutputOptions

  func run() throws {
    let tables = try LaboratoryErrors.mapped {
      try folders.map { (name: Self.name(of: $0), table: try ComparisonTable.read(folder: $0)) }
    }
    let table = tables.count == 1 ? tables[0].table : ComparisonTable.merged(tables)
    let venues = table.venues.map { venue in
      JSONValue.object([JSONMember("name", .string(venue.name)), JSONMember("room", .string(venue.room))])
    }
    let document = JSONValue.object([
      JSONMember("venues", .array(venues)), JSONMember("comparison", table.document),
    ])
    Console.show(document, asJSON: output.json) {
      for part in ComparisonTable.Part.allCases { Self.show(part, of: table) }
    }
  }

  private static func show(_ part: ComparisonTable.Part, of table: ComparisonTable) {
    let rows = table.rows.filter { $0.part == part }
    guard !rows.isEmpty else { return }
    var text = TextTable([part.rawValue, "unit"] + table.venues.map(\.name))
    for row in rows {
      text.add([row.title, row.kind == .money ? "USD" : ""] + row.values.map { ComparisonTable.display($0, of: row) })
    }
    text.print()
    print("")
  }

  /// The folder's last name.
  private static func name(of folder: String) -> String {
    URL(fileURLWithPath: folder).standardizedFileURL.lastPathComponent
  }
}
