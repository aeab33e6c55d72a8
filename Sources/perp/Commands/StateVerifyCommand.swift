import ArgumentParser
import Canonical
import Chain

struct StateVerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Re-execute the chains of folders from genesis and compare every root, also between folders.",
    discussion: """
      A folder is a run's or a node's. With several folders, chains of the same name must have the same root at every
      height that both reached. Exit status 4 names the first block, transaction and key that differ.
      """)

  @Argument(help: "One folder or more.")
  var folders: [String]

  @OptionGroup var cores: ThreadOptions

  @OptionGroup var output: OutputOptions

  /// What a replay of a chain saw.
  private struct Seen {
    var folder: String
    var report: ReplayReport
    /// Root after each block.
    var roots: [String]
  }

  func run() throws {
    let threads = try cores.checked()
    var seen: [String: [Seen]] = [:]  // lookup only
    var documents: [JSONValue] = []
    var problems: [String] = []
    var table = TextTable(["folder", "venue", "height", "transactions", "root", "agrees"])
    for folder in folders {
      for chain in try RunFolderAccess.chains(in: folder) {
        let one = try replay(chain, folder, threads)
        let problem =
          try one.report.divergence.map { "\($0)" } ?? chain.shortfall(of: one.report)
          ?? (seen[chain.name] ?? []).lazy.compactMap { Self.difference($0, one) }.first
        seen[chain.name, default: []].append(one)
        if let problem { problems.append("\(folder) \(chain.name): \(problem)") }
        documents.append(Self.document(chain.name, one, problem))
        table.add([
          folder, chain.name, "\(one.report.lastHeight)", "\(one.report.transactions)", one.report.lastRoot.hex,
          problem == nil ? "yes" : "no",
        ])
      }
    }
    Console.show(.object([JSONMember("chains", .array(documents))]), asJSON: output.json) { table.print() }
    if !problems.isEmpty {
      throw CommandFailure(.disagreement, problems.joined(separator: "\n"), isInDocument: true)
    }
  }

  private func replay(_ chain: RunFolderAccess.RunChain, _ folder: String, _ threads: Int) throws -> Seen {
    var roots: [String] = []
    let keeps = folders.count > 1
    let report = try chain.replay(threads: threads) { _, root in if keeps { roots.append(root.hex) } }
    return Seen(folder: folder, report: report, roots: roots)
  }

  /// The first height at which two chains of one name have different roots.
  private static func difference(_ first: Seen, _ second: Seen) -> String? {
    for (index, pair) in zip(first.roots, second.roots).enumerated() where pair.0 != pair.1 {
      return "block \(index + 1): the root is \(pair.1), \(first.folder) has \(pair.0)"
    }
    return nil
  }

  private static func document(_ name: String, _ seen: Seen, _ problem: String?) -> JSONValue {
    var members = [
      JSONMember("folder", .string(seen.folder)), JSONMember("venue", .string(name)),
      JSONMember("height", JSONValue(seen.report.lastHeight)),
      JSONMember("transactions", JSONValue(seen.report.transactions)),
      JSONMember("signaturesVerified", JSONValue(seen.report.signaturesVerified)),
      JSONMember("root", .string(seen.report.lastRoot.hex)), JSONMember("agrees", .bool(problem == nil)),
    ]
    if let problem { members.append(JSONMember("problem", .string(problem))) }
    if let divergence = seen.report.divergence { members.append(JSONMember("divergence", divergence.json)) }
    return .object(members)
  }
}
