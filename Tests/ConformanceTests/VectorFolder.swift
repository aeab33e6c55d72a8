import Canonical
import Foundation

/// Where vector files lie: the folder named by PERP_VECTORS, the project's neighbour, or the sample that ships.
enum VectorFolder {
  static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static var sample: String { package.appendingPathComponent("Specs/Vectors").path }

  /// Folders that exist, the larger collection first.
  static let all: [String] = {
    var folders = [
      ProcessInfo.processInfo.environment["PERP_VECTORS"] ?? "",
      package.deletingLastPathComponent().appendingPathComponent("shared/vectors").path, sample,
    ]
    folders.removeAll { $0.isEmpty || !FileManager.default.fileExists(atPath: $0 + "/hyperliquid") }
    return folders
  }()

  static func document(_ path: String) -> JSONValue? {
    for folder in all {
      if let data = FileManager.default.contents(atPath: folder + "/" + path) {
        return try? JSONValue(parsing: [UInt8](data))
      }
    }
    return nil
  }

  static func temporary() -> String {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("conformance-" + UUID().uuidString).path
    return folder
  }
}
