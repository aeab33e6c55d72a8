import ArgumentParser
import Canonical
import Catalog

struct VersionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "version", abstract: "The version of this binary and of each room's transition.")
  /// Of the command line and its file formats.
  static let number = "0.1.0"

  @OptionGroup var output: OutputOptions

  func run() throws {
    let rooms = RoomCatalog.rooms.map(\.description)
    let document = JSONValue.object([
      JSONMember("perp", .string(Self.number)),
      JSONMember(
        "rooms",
        .array(
          rooms.map { room in
            .object([
              JSONMember("room", .string(room.room)),
              JSONMember("transitionVersion", .integer(Int128(room.transitionVersion))),
            ])
          })),
    ])
    Console.show(document, asJSON: output.json) {
      print("perp \(Self.number)")
      for room in rooms { print("\(room.room) transition \(room.transitionVersion)") }
    }
  }
}
