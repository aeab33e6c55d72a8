import Canonical
import Catalog
import Foundation
import Laboratory

/// Rooms and their presets by name, with the nearest known name in a refusal.
enum RoomAccess {
  static func room(_ name: String) throws -> CatalogRoom {
    if let room = RoomCatalog.room(name) { return room }
    let names = RoomCatalog.rooms.map(\.description.room)
    let known = names.joined(separator: ", ")
    let nearest = nearestName(to: name, among: names).map { " (did you mean \($0)?)" } ?? ""
    throw CommandFailure(.wrongRequest, "no room \(name)\(nearest); there is \(known)")
  }

  /// The genesis document of a preset's name, or of a file.
  static func genesis(_ room: CatalogRoom, preset: String?) throws -> JSONValue {
    let name = preset ?? room.factory.presets[0]
    let isName = room.factory.presets.contains(name)
    let path = try locate(isName ? room.factory.presetPath(name) : name, room: room)
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CommandFailure(.wrongRequest, "\(path): cannot be read")
    }
    do {
      return try JSONValue(parsing: Array(data))
    } catch {
      throw CommandFailure(.wrongRequest, "\(path): not JSON: \(error)")
    }
  }

  /// The file as named from here, from the folders above, and from the folders above the binary.
  private static func locate(_ name: String, room: CatalogRoom) throws -> String {
    if name.hasPrefix("/") { return name }
    let starts = [FileManager.default.currentDirectoryPath, CommandLine.arguments[0]]
    for start in starts {
      var folder = URL(fileURLWithPath: start).standardizedFileURL
      for _ in 0..<40 {
        let candidate = folder.appendingPathComponent(name).path
        if FileManager.default.fileExists(atPath: candidate) { return candidate }
        if folder.path == "/" { break }
        folder.deleteLastPathComponent()
      }
    }
    let known = room.factory.presets.joined(separator: ", ")
    throw CommandFailure(.wrongRequest, "no file and no preset \(name); presets of \(room.description.room): \(known)")
  }
}
