import ArgumentParser
import Canonical
import Glibc

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
    subcommands: [
      RunCommand.self, CheckCommand.self, ReplayCommand.self, StateCommand.self, ProtocolCommand.self,
      ConformCommand.self, FuzzCommand.self, BenchCommand.self, VersionCommand.self,
    ])

  static func main() {
    do {
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
      Console.report(
        CommandFailure(.wrongRequest, message.isEmpty ? "\(error)" : message),
        asJSON: CommandLine.arguments.contains("--json"))
      Glibc.exit(ExitStatus.wrongRequest.rawValue)
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

  init(_ status: ExitStatus, _ message: String) {
    self.status = status
    self.message = message
  }
}

/// `--json` of every command.
struct OutputOptions: ParsableArguments {
  @Flag(name: .long, help: "Print one JSON document instead of text.")
  var json = false
}
