import Foundation
import Testing

/// The house's shape: what stands at the top, and how long a file may be.
@Suite struct ShapeTests {
  @Test func topLevelIsAsTheDesignSays() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: SourceTree.root.path)
    let allowed: Set = [
      "Package.swift", "Sources", "Tests", "Genesis", "Specs", "README.md", "Package.resolved", "runs",
    ]
    for name in names where !name.hasPrefix(".") && !allowed.contains(name) {
      Issue.record("\(name) stands at the top level")
    }
  }

  @Test func noFileIsAboutTooMuch() {
    for file in SourceTree.files() + SourceTree.files(below: "Tests") {
      let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false).count
      if lines > 600 { Issue.record("\(file.path) has \(lines) lines") }
    }
  }

  /// A module and a type of its own must not share a name: Swift then cannot name the module's other types.
  @Test func noTypeHasItsModulesName() {
    for file in SourceTree.files() {
      for kind in ["struct", "class", "enum", "protocol", "actor"] {
        for line in file.codeLines
        where line.contains("\(kind) \(file.module) ") || line.contains("\(kind) \(file.module):") {
          Issue.record("\(file.path): \(line)")
        }
      }
    }
  }
}
