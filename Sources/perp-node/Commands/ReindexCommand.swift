import ArgumentParser
import Foundation

struct ReindexCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reindex", abstract: "Make the history index anew from the block log.",
    discussion: """
      Every block is executed again from genesis and compared with the log; exit status 4 names the first that differs.
      The node must not run meanwhile. The printed hashes are of each table's rows: equal logs give equal ones.
      """)

  @Argument(help: "The node's folder.")
  var folder: String

  @Flag(name: .long, help: "Only print the hashes of the index as it stands.")
  var check = false

  func run() throws {
    let folder = NodeFolder(path: folder)
    let genesis = try folder.genesis()
    if !check {
      let configuration = try folder.configuration()
      let opening = NodeOpening(
        folder: folder, configuration: configuration, threads: nil,
        log: try NodeLog(folder: folder, levels: configuration.logs))
      let report = try opening.reindex(genesis)
      print("\(report.blocks) blocks, \(report.transactions) transactions, root \(report.lastRoot.hex)")
    }
    for entry in try HistoryDatabase(path: folder.indexPath).fingerprints() {
      print("\(entry.table.padding(toLength: 10, withPad: " ", startingAt: 0))\(entry.rows) rows  \(entry.hash)")
    }
  }
}
