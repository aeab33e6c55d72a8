import ArgumentParser

struct ReindexCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reindex", abstract: "Make the history index anew from the block log.")

  @Argument(help: "The node's folder.")
  var folder: String

  func run() throws {}
}
