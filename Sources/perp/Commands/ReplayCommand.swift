import ArgumentParser
import Canonical
import Catalog
import Chain
import Laboratory

struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Re-execute a run folder's blocks and compare every root.",
    discussion: "Exit status 4 names the first block, transaction and key that differ.")

  @Argument(help: "The run's folder.")
  var folder: String

  @Option(name: .long, help: "Only this venue.")
  var venue: String?

  @Option(name: .long, help: "Cores for signature checks and state roots.")
  var threads: Int = 2

  @OptionGroup var output: OutputOptions

  func run() throws {
    let chains = try RunFolderAccess.chains(in: folder, venue: venue)
    var documents: [JSONValue] = []
    var table = TextTable(["venue", "blocks", "transactions", "signatures", "last root"])
    var divergences: [String] = []
    for chain in chains {
      let report = try chain.replay(threads: threads)
      documents.append(document(chain.name, report))
      table.add([
        chain.name, "\(report.blocks)", "\(report.transactions)", "\(report.signaturesVerified)", report.lastRoot.hex,
      ])
      if let torn = report.tornTail {
        Console.standardError("\(chain.name): the log ends in an append that never finished: \(torn)")
      }
      if let divergence = report.divergence { divergences.append("\(chain.name): \(divergence)") }
    }
    Console.show(.object([JSONMember("venues", .array(documents))]), asJSON: output.json) { table.print() }
    if !divergences.isEmpty { throw CommandFailure(.disagreement, divergences.joined(separator: "\n")) }
  }

  private func document(_ name: String, _ report: ReplayReport) -> JSONValue {
    var members = [
      JSONMember("venue", .string(name)), JSONMember("blocks", JSONValue(report.blocks)),
      JSONMember("transactions", JSONValue(report.transactions)),
      JSONMember("signaturesVerified", JSONValue(report.signaturesVerified)),
      JSONMember("lastRoot", .string(report.lastRoot.hex)),
    ]
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
