import Agents
import Foundation
import Testing

@testable import Laboratory

@Suite struct SpecsTests {
  private var root: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  }

  @Test("Specs/Scenarios.md names every key, role and figure that the reader knows")
  func formatPage() throws {
    let page = try String(contentsOf: root.appendingPathComponent("Specs/Scenarios.md"), encoding: .utf8)
    for key in ScenarioReader.topKeys { #expect(page.contains("| `\(key)` |"), "\(key)") }
    for figure in FigureName.allCases { #expect(page.contains("| `\(figure.rawValue)` |"), "\(figure)") }
    for role in Role.allCases {
      let parts = page.components(separatedBy: "### `\(role.rawValue)`")
      #expect(parts.count == 2, "\(role)")
      let section = parts.last?.components(separatedBy: "\n#").first ?? ""
      for schema in role.parameters { #expect(section.contains("| `\(schema.key)` |"), "\(role) \(schema.key)") }
    }
  }

  @Test("Every scenario that ships is read without a complaint")
  func library() throws {
    let folder = root.appendingPathComponent("Specs/Scenarios")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yaml") }
    #expect(!files.isEmpty)
    for file in files {
      let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
      let scenario = try ScenarioReader(rooms: []).read(YAMLReading.read(text, file: file))
      #expect(scenario.name == String(file.dropLast(5)))
    }
  }
}
