import Foundation

/// How a process ended and what it said.
struct Ended: Sendable {
  let arguments: [String]
  /// The exit status, or minus the signal that ended it.
  let status: Int32
  let output: String
  let errors: String

  /// What a test prints when it fails.
  var account: String {
    "perp \(arguments.joined(separator: " ")) ended with \(status)\n\(output.prefix(2000))\n\(errors)"
  }

  /// Ended by a signal, or by what a trap or an internal fault gives.
  var isCrash: Bool { status < 0 || status == 70 || status > 128 }

  /// All of standard output as one JSON document; nil where it is not one.
  var json: Any? { try? JSONSerialization.jsonObject(with: Data(output.utf8), options: .fragmentsAllowed) }

  var object: [String: Any] { json as? [String: Any] ?? [:] }

  var committed: [String] { output.split(separator: "\n").filter { $0.hasPrefix("committed ") }.map(String.init) }
}

/// The debug `perp` that stands beside this test bundle.
enum PerpBinary {
  static let path: String = {
    let running = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(fileURLWithPath: running).deletingLastPathComponent().appendingPathComponent("perp").path
  }()

  /// The repository's root.
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  static let timeLimit: TimeInterval = 120

  /// Runs a command to its end. `killAfter`: kills it (-9) as soon as that many lines were committed. `killDelay`: kills
  /// it that many seconds after its start.
  @discardableResult
  static func run(
    _ arguments: [String], in folder: String = root, killAfter lines: Int? = nil, killDelay: TimeInterval? = nil
  ) throws -> Ended {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    let output = Pipe()
    let errors = try Capture()
    process.standardOutput = output
    process.standardError = errors.handle
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let identifier = process.processIdentifier
    let guardian = DispatchWorkItem { kill(identifier, SIGKILL) }
    DispatchQueue.global().asyncAfter(deadline: .now() + (killDelay ?? timeLimit), execute: guardian)
    var text = Data()
    var seen = 0
    while true {
      let piece = output.fileHandleForReading.availableData
      if piece.isEmpty { break }
      text.append(piece)
      seen += piece.count { $0 == UInt8(ascii: "\n") }
      if let lines, seen >= lines { kill(identifier, SIGKILL) }
    }
    process.waitUntilExit()
    guardian.cancel()
    let status = process.terminationReason == .uncaughtSignal ? -process.terminationStatus : process.terminationStatus
    return Ended(
      arguments: arguments, status: status, output: String(decoding: text, as: UTF8.self), errors: errors.text)
  }
}

/// A file that catches what a process writes.
private final class Capture {
  let handle: FileHandle
  private let path: String

  /// Everything that these tests write; gone when their process is.
  static let folder: String = {
    let path = FileManager.default.temporaryDirectory.path + "/perp-commands-\(getpid())"
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    atexit { try? FileManager.default.removeItem(atPath: Capture.folder) }
    return path
  }()

  init() throws {
    path = "\(Self.folder)/errors-\(UUID().uuidString)"
    try Data().write(to: URL(fileURLWithPath: path))
    handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
  }

  var text: String { String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self) }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// A folder that is gone when its test is over.
final class Workspace: Sendable {
  let path: String

  init() throws {
    path = "\(Capture.folder)/\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  @discardableResult
  func write(_ text: String, _ name: String) throws -> String {
    try write(Array(text.utf8), name)
  }

  @discardableResult
  func write(_ bytes: [UInt8], _ name: String) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
    return file(name)
  }

  func bytes(_ name: String) -> [UInt8] { FileManager.default.contents(atPath: file(name)).map { Array($0) } ?? [] }

  func text(_ name: String) -> String { String(decoding: bytes(name), as: UTF8.self) }

  func copy(_ from: String, to name: String) throws {
    try? FileManager.default.removeItem(atPath: file(name))
    try FileManager.default.copyItem(atPath: from, toPath: file(name))
  }
}
