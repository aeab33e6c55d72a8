import ArgumentParser
import Canonical
import Glibc
import Laboratory

/// The command line. Every command has `--json`; exit statuses are those of `ExitStatus`.
@main
struct Perp: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "perp",
    abstract: "An exact, deterministic emulator of perpetual-futures protocols.",
    discussion: """
      Start with a scenario: the same market and the same people on every venue, and a report that says who paid.

        perp run Specs/Scenarios/october-2025.yaml --out runs/october

      Exit status: 0 fine; 1 an assertion or a conformance case failed; 2 the request was wrong; 3 an invariant broke;
      4 two runs that must agree differ; 5 stopped by a limit; 70 internal.
      """,
    version: "perp \(VersionCommand.number)",
    subcommands: [
      RunCommand.self, CheckCommand.self, CompareCommand.self, ReplayCommand.self, StateCommand.self,
      ProtocolCommand.self, ConformCommand.self, TransactionCommand.self, FuzzCommand.self, BenchCommand.self,
      NodeCommand.self, VersionCommand.self,
    ])

  static func main() {
    do {
      try demandKnownCommand(Array(CommandLine.arguments.dropFirst()))
      var command = try parseAsRoot()
      try command.run()
    } catch let failure as CommandFailure {
      Console.report(failure, asJSON: CommandLine.arguments.contains("--json"))
      Glibc.exit(failure.status.rawValue)
    } catch {
      let code = exitCode(for: error)
      let message = fullMessage(for: error)
      if code == .success {
        print(message)
        Glibc.exit(ExitStatus.fine.rawValue)
      }
      // What the parser of arguments refuses is the request's fault; any other error should have become a failure with
      // a status of its own.
      let status: ExitStatus = code == .validationFailure ? .wrongRequest : .internal
      Console.report(
        CommandFailure(status, message.isEmpty ? "\(error)" : message),
        asJSON: CommandLine.arguments.contains("--json"))
      Glibc.exit(status.rawValue)
    }
  }

  /// A mistyped command is told with the nearest known one, at every depth of the tree.
  private static func demandKnownCommand(_ arguments: [String]) throws {
    var command: ParsableCommand.Type = Perp.self
    var path = "perp"
    for argument in arguments {
      let known = command.configuration.subcommands.map { ($0.configuration.commandName ?? "", $0) }
      if known.isEmpty || argument.hasPrefix("-") { return }
      if argument == "help" { continue }
      guard let next = known.first(where: { $0.0 == argument }) else {
        let names = known.map(\.0)
        let nearest = nearestName(to: argument, among: names).map { " (did you mean \($0)?)" } ?? ""
        throw CommandFailure(
          .wrongRequest, "\(path) \(argument): no such command\(nearest); there is \(names.joined(separator: ", "))")
      }
      command = next.1
      path += " \(argument)"
    }
  }
}

/// What a command's end means to a script.
enum ExitStatus: Int32, Sendable {
  case fine = 0
  /// An assertion of the scenario, or a conformance case, failed.
  case failed = 1
  /// The request was wrong: arguments, files, formats.
  case wrongRequest = 2
  case invariantBroken = 3
  /// Two runs that must agree differ.
  case disagreement = 4
  case limit = 5
  case `internal` = 70
}

/// A command that ends early: the status and a sentence with the numbers.
struct CommandFailure: Error {
  let status: ExitStatus
  let message: String
  /// The command's document, shown before, tells of it.
  let isInDocument: Bool

  init(_ status: ExitStatus, _ message: String, isInDocument: Bool = false) {
    self.status = status
    self.message = message
    self.isInDocument = isInDocument
  }
}

/// `--json` of every command.
struct OutputOptions: ParsableArguments {
  @Flag(name: .long, help: "Print one JSON document instead of text.")
  var json = false
}
