import Canonical
import ConformanceDYDX
import ConformanceKit
import Foundation

/// The vector files of the room, from `PERP_VECTORS` or from `shared/vectors` beside the repository. Tests over them
/// pass over what is not there.
enum VectorFiles {
  static let folder: String? = {
    if let named = ProcessInfo.processInfo.environment["PERP_VECTORS"] { return named + "/dydx" }
    var folder = URL(fileURLWithPath: #filePath)
    while folder.path != "/" {
      folder.deleteLastPathComponent()
      let candidate = folder.appendingPathComponent("shared/vectors/dydx").path
      if FileManager.default.fileExists(atPath: candidate) { return candidate }
    }
    return nil
  }()

  static func document(_ name: String) -> JSONValue? {
    guard let folder, let data = FileManager.default.contents(atPath: folder + "/" + name) else { return nil }
    return try? JSONValue(parsing: Array(data))
  }

  static func adapter(_ name: String) -> ConformanceAdapter? {
    DYDXConformance.adapters.first { $0.handles(name) }
  }
}
