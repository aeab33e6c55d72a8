import ArgumentParser
import Foundation

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "status", abstract: "A running node on one screen.")

  @Argument(help: "The node's folder.")
  var folder: String

  @Flag(name: .long, help: "Print the node's own JSON.")
  var json = false

  func run() throws {
    let path = NodeFolder(path: folder).addressPath
    guard let data = FileManager.default.contents(atPath: path) else {
      throw NodeFailure(.wrongRequest, "\(folder): no node runs here")
    }
    let base = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    let body = try NodeClient(base).get("/status")
    if json { return print(String(decoding: body, as: UTF8.self)) }
    try StatusScreen(body, base).show()
  }
}
