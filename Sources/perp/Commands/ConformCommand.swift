import ArgumentParser
import Canonical
import Catalog
import ConformanceKit
import Foundation

struct ConformCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conform",
    abstract: "Run vector files through the code that the node runs.",
    discussion: """
      A case passes only if every expected field was compared. The family is told by the folder's name. Exit status 1 \
      when any case failed.
      """)

  @Argument(help: "Vector files or folders.")
  var paths: [String]

  @Option(name: .long, help: "Write each file again into this folder, with our figures in the expected fields.")
  var answers: String?

  @OptionGroup var output: OutputOptions

  func run() throws {
    for path in paths where !FileManager.default.fileExists(atPath: path) {
      throw CommandFailure(.wrongRequest, "\(path): no such file or folder")
    }
    if let answers { try OutputFolder.demandWritable(answers, option: "--answers") }
    let report = RoomCatalog.suite.run(paths: paths, answers: answers)
    let document = JSONValue.object([
      JSONMember("passed", JSONValue(report.passed)), JSONMember("failed", JSONValue(report.failed)),
      JSONMember("skipped", JSONValue(report.skipped)),
      JSONMember("failures", .array(report.failureLines.map { .string($0) })),
      JSONMember("answers", .array(report.answers.map { .string($0) })),
    ])
    Console.show(document, asJSON: output.json) {
      for line in report.failureLines { print(line) }
      for answer in report.answers { print("wrote \(answer)") }
      print(report.closingLine)
    }
    if report.failed > 0 { throw CommandFailure(.failed, "\(report.failed) cases failed", isInDocument: true) }
  }
}
