import ArgumentParser
import Foundation

/// Becomes the node's own program, which stands beside this one: `perp` links neither its network nor its database.
struct NodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "node", abstract: "Run a venue that its real clients trade against: init, start, status, reindex.",
    discussion: "Everything behind `node` is handed to perp-node; `perp node --help` tells its commands.")

  @Argument(parsing: .captureForPassthrough, help: "A command of perp-node and its arguments.")
  var arguments: [String] = []

  func run() throws {
    let program = try Self.program()
    let words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
    execv(program, words)
    throw CommandFailure(.internal, "\(program): cannot be executed: \(String(cString: strerror(errno)))")
  }

  /// Beside this program, or what PERP_NODE names.
  private static func program() throws -> String {
    let files = FileManager.default
    if let named = ProcessInfo.processInfo.environment["PERP_NODE"], !named.isEmpty { return named }
    let own = (try? files.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    let beside = URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent("perp-node").path
    guard files.isExecutableFile(atPath: beside) else {
      throw CommandFailure(
        .wrongRequest, "\(beside): is not there; swift build -c release --product perp-node makes it")
    }
    return beside
  }
}
