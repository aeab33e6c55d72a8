import ArgumentParser
import Canonical
import Catalog
import VenueKit

struct ProtocolCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "protocol", abstract: "The rooms: which there are, what they promise, and their parameters.",
    subcommands: [ProtocolListCommand.self, ProtocolShowCommand.self, ProtocolParametersCommand.self])
}

struct ProtocolListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "Every room in this binary.")

  @OptionGroup var output: OutputOptions

  func run() throws {
    var table = TextTable(["room", "models", "transition", "presets"])
    for room in RoomCatalog.rooms {
      table.add([
        room.description.room, room.description.title, "\(room.description.transitionVersion)",
        room.factory.presets.joined(separator: ", "),
      ])
    }
    let document = JSONValue.array(
      RoomCatalog.rooms.map { room in
        .object([
          JSONMember("room", .string(room.description.room)), JSONMember("title", .string(room.description.title)),
          JSONMember("transitionVersion", JSONValue(room.description.transitionVersion)),
          JSONMember("presets", .array(room.factory.presets.map { .string($0) })),
        ])
      })
    Console.show(document, asJSON: output.json) { table.print() }
  }
}

struct ProtocolShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "A room's transaction schemes, invariants and grammar.")

  @Argument(help: "The room.")
  var room: String

  @OptionGroup var output: OutputOptions

  func run() throws {
    let room = try RoomAccess.room(room)
    let description = room.description
    var invariants = TextTable(["invariant", "cost", "what must be true of every committed state"])
    for invariant in room.factory.invariants {
      invariants.add([invariant.name, invariant.cost.rawValue, invariant.sentence])
    }
    var grammar = TextTable(["rule of the grammar", "weight", "made to be refused"])
    for rule in room.factory.grammar { grammar.add([rule.name, "\(rule.weight)", rule.isInvalid ? "yes" : ""]) }
    let document = JSONValue.object([
      JSONMember("room", .string(description.room)), JSONMember("title", .string(description.title)),
      JSONMember("transitionVersion", JSONValue(description.transitionVersion)),
      JSONMember("schemes", .array(description.schemes.map { .string("\($0)") })),
      JSONMember(
        "invariants",
        .array(
          room.factory.invariants.map { invariant in
            .object([
              JSONMember("name", .string(invariant.name)), JSONMember("cost", .string(invariant.cost.rawValue)),
              JSONMember("sentence", .string(invariant.sentence)),
            ])
          })),
      JSONMember("grammar", .array(room.factory.grammar.map { .string($0.name) })),
    ])
    Console.show(document, asJSON: output.json) {
      print("\(description.title), transition \(description.transitionVersion)")
      print("transactions: " + description.schemes.map { "\($0.rawValue) \($0)" }.joined(separator: ", "))
      print("rules: Specs/Protocols/\(description.room).md\n")
      invariants.print()
      print("")
      grammar.print()
    }
  }
}

struct ProtocolParametersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "params", abstract: "A preset's parameters, with units and the rule that each belongs to.")

  @Argument(help: "The room.")
  var room: String

  @Option(name: .long, help: "A preset's name, or a genesis file.")
  var preset: String?

  @OptionGroup var output: OutputOptions

  func run() throws {
    let room = try RoomAccess.room(room)
    let genesis = try RoomAccess.genesis(room, preset: preset)
    let parameters: [ParameterDescription]
    do throws(GenesisError) {
      parameters = try room.factory.parameters(genesis)
    } catch {
      throw CommandFailure(.wrongRequest, "genesis \(error.path): \(error.problem)")
    }
    var table = TextTable(["parameter", "value", "unit", "rule"])
    for parameter in parameters { table.add([parameter.name, parameter.value, parameter.unit, parameter.rule]) }
    let document = JSONValue.array(
      parameters.map { parameter in
        .object([
          JSONMember("name", .string(parameter.name)), JSONMember("value", .string(parameter.value)),
          JSONMember("unit", .string(parameter.unit)), JSONMember("rule", .string(parameter.rule)),
        ])
      })
    Console.show(document, asJSON: output.json) { table.print() }
  }
}
