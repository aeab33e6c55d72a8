import ArgumentParser
import Canonical
import Catalog
import Chain
import Laboratory
import Storage

struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Re-execute a run folder's blocks and compare every root.",
    discussion: "Exit status 4 names the first block, transaction and key that differ.")

  @Argument(help: "The run's folder.")
  var folder: String

  @Option(name: .long, help: "Only this venue.")
  var venue: String?

  @OptionGroup var cores: ThreadOptions

  @OptionGroup var output: OutputOptions

  func run() throws {
    let threads = try cores.checked()
    let chains = try RunFolderAccess.chains(in: folder, venue: venue)
    var documents: [JSONValue] = []
    var table = TextTable(["venue", "blocks", "transactions", "signatures", "last root"])
    var divergences: [String] = []
    for chain in chains {
      let report = try chain.replay(threads: threads)
      let problem = try report.divergence.map { "\($0)" } ?? chain.shortfall(of: report)
      documents.append(document(chain.name, report, problem))
      table.add([
        chain.name, "\(report.blocks)", "\(report.transactions)", "\(report.signaturesVerified)", report.lastRoot.hex,
      ])
      if let torn = report.tornTail {
        Console.standardError("\(chain.name): \(Self.sentence(torn))")
      }
      if let problem { divergences.append("\(chain.name): \(problem)") }
    }
    Console.show(.object([JSONMember("venues", .array(documents))]), asJSON: output.json) { table.print() }
    if !divergences.isEmpty {
      throw CommandFailure(.disagreement, divergences.joined(separator: "\n"), isInDocument: true)
    }
  }

  private static func sentence(_ torn: TornTail) -> String {
    "the log ends in an append that never finished: block \(torn.record), \(torn.bytes) bytes at \(torn.offset) of "
      + torn.segment
  }

  private func document(_ name: String, _ report: ReplayReport, _ problem: String?) -> JSONValue {
    var members = [
      JSONMember("venue", .string(name)), JSONMember("blocks", JSONValue(report.blocks)),
      JSONMember("transactions", JSONValue(report.transactions)),
      JSONMember("signaturesVerified", JSONValue(report.signaturesVerified)),
      JSONMember("lastRoot", .string(report.lastRoot.hex)),
    ]
    if let torn = report.tornTail { members.append(JSONMember("tornTail", .string(Self.sentence(torn)))) }
    members.append(JSONMember("agrees", .bool(problem == nil)))
    if let problem { members.append(JSONMember("problem", .string(problem))) }
    if let divergence = report.divergence { members.append(JSONMember("divergence", divergence.json)) }
    return .object(members)
  }
}

extension Divergence {
  var json: JSONValue {
    var members = [
      JSONMember("kind", .string(kind.rawValue)), JSONMember("height", JSONValue(height)),
      JSONMember("expected", .string(expected)), JSONMember("found", .string(found)),
    ]
    if let transactionIndex { members.append(JSONMember("transaction", JSONValue(transactionIndex))) }
    if let transactionHash { members.append(JSONMember("transactionHash", .string(transactionHash.hex))) }
    if let key { members.append(JSONMember("key", .string(Hex.encode(key)))) }
    if let keyDescription { members.append(JSONMember("keyDescription", .string(keyDescription))) }
    return .object(members)
  }
}
