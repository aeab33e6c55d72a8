import Foundation

/// The package's source files as text, found from this file's own place.
enum SourceTree {
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  struct File {
    /// Path below the package root.
    let path: String
    let text: String

    /// `Sources/Protocols/X/...` is module X, `Sources/Conformance/X/...` is ConformanceX, `Sources/Gateways/X/...` is XGateway, otherwise the second folder.
    var module: String {
      let parts = path.split(separator: "/").map(String.init)
      switch parts[1] {
      case "Protocols": return parts[2]
      case "Conformance": return "Conformance" + parts[2]
      case "Gateways": return parts[2] + "Gateway"
      default: return parts[1]
      }
    }

    var isRoom: Bool { path.hasPrefix("Sources/Protocols/") }

    /// Lines with comments and string contents blanked, so that prose may name what code may not.
    var codeLines: [String] {
      text.components(separatedBy: "\n").map { SourceTree.code(of: $0) }
    }

    var imports: [String] {
      codeLines.compactMap { line in
        var words = line.split(separator: " ").map(String.init)
        while let first = words.first,
          ["public", "package", "internal", "private", "@testable", "@_exported"].contains(first)
        {
          words.removeFirst()
        }
        guard words.first == "import", words.count > 1 else { return nil }
        return words.last?.split(separator: ".").first.map(String.init)
      }
    }
  }

  static func files(below folder: String = "Sources") -> [File] {
    let base = root.appending(path: folder)
    guard let walk = FileManager.default.enumerator(at: base, includingPropertiesForKeys: nil) else { return [] }
    var found: [File] = []
    for case let url as URL in walk where url.pathExtension == "swift" {
      guard let text = try? String(contentsOf: url, encoding: .utf8) else { continue }
      found.append(File(path: String(url.path.dropFirst(root.path.count + 1)), text: text))
    }
    return found.sorted { $0.path < $1.path }
  }

  static func code(of line: String) -> String {
    var result = ""
    var inString = false
    var previous: Character = " "
    for character in line {
      if character == "\"", previous != "\\" { inString.toggle() }
      if !inString, character == "/", previous == "/" {
        result.removeLast()
        break
      }
      result.append(inString && character != "\"" ? " " : character)
      previous = character
    }
    return result
  }
}
