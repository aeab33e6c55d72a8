import ArgumentParser
import Foundation

/// A venue that real clients trade against. `perp node ...` runs this program.
@main
struct PerpNode: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "perp-node",
    abstract: "A local venue that the real clients trade against, unchanged.",
    discussion: """
        perp node init mynode --preset local --fund 0xYOURADDRESS=100000
        perp node start mynode --port 3001

      Exit status: 0 fine; 2 the request was wrong; 4 the log does not lead where it says; 70 internal.
      """,
    subcommands: [InitCommand.self, StartCommand.self, StatusCommand.self, ReindexCommand.self, LoadCommand.self])

  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let failure as NodeFailure {
      FileHandle.standardError.write(Data((failure.message + "\n").utf8))
      exit(withStatus: failure.status)
    } catch {
      let code = exitCode(for: error)
      let message = fullMessage(for: error)
      if code == .success {
        print(message)
        exit(withStatus: .fine)
      }
      FileHandle.standardError.write(Data((message + "\n").utf8))
      exit(withStatus: code == .validationFailure ? .wrongRequest : .internal)
    }
  }

  private static func exit(withStatus status: NodeFailure.Status) -> Never { Foundation.exit(status.rawValue) }
}

/// A command that ends early: the status and a sentence.
struct NodeFailure: Error {
  enum Status: Int32 {
    case fine = 0
    case wrongRequest = 2
    case disagreement = 4
    case `internal` = 70
  }

  let status: Status
  let message: String

  init(_ status: Status, _ message: String) {
    self.status = status
    self.message = message
  }
}
