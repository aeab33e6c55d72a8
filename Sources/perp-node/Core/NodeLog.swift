import Foundation
import Logging

/// Log lines by subsystem, as `time level subsystem: message key=value`, into the folder's file.
struct NodeLog {
  let node: Logger
  let chain: Logger
  let index: Logger
  let server: Logger

  init(folder: NodeFolder, levels: LogLevels) throws {
    let sink = try Self.sink(folder)
    func logger(_ subsystem: String, _ level: Logger.Level) -> Logger {
      Logger(label: subsystem) { label in LineHandler(label: label, sink: sink, logLevel: level) }
    }
    node = logger("node", levels.node)
    chain = logger("chain", levels.chain)
    index = logger("index", levels.index)
    server = logger("server", levels.server)
  }

  private static func sink(_ folder: NodeFolder) throws -> LogSink {
    let files = FileManager.default
    if !files.fileExists(atPath: folder.logPath) {
      guard files.createFile(atPath: folder.logPath, contents: nil, attributes: [.posixPermissions: 0o600]) else {
        throw NodeFailure(.wrongRequest, "\(folder.logPath): cannot be written")
      }
    }
    guard let handle = FileHandle(forWritingAtPath: folder.logPath) else {
      throw NodeFailure(.wrongRequest, "\(folder.logPath): cannot be written")
    }
    _ = try? handle.seekToEnd()
    return LogSink(handle)
  }
}

/// Appends whole lines.
private final class LogSink: @unchecked Sendable {
  private let handle: FileHandle
  private let lock = NSLock()

  init(_ handle: FileHandle) { self.handle = handle }

  func write(_ line: String) {
    lock.lock()
    defer { lock.unlock() }
    try? handle.write(contentsOf: Data((line + "\n").utf8))
  }
}

private struct LineHandler: LogHandler {
  let label: String
  let sink: LogSink
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]

  init(label: String, sink: LogSink, logLevel: Logger.Level) {
    self.label = label
    self.sink = sink
    self.logLevel = logLevel
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
    let fields = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
    let time = ISO8601DateFormatter().string(from: Date())
    sink.write("\(time) \(event.level) \(label): \(event.message)\(fields)")
  }
}
