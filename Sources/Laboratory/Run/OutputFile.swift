import Foundation

/// A file of a run that grows at its end, written in large pieces.
final class OutputFile {
  let path: String
  private let handle: FileHandle
  private var buffer: [UInt8] = []

  init(_ path: String) throws(RunError) {
    self.path = path
    guard FileManager.default.createFile(atPath: path, contents: nil), let handle = FileHandle(forWritingAtPath: path)
    else { throw .file(path: path, problem: "cannot be created") }
    self.handle = handle
    buffer.reserveCapacity(1 << 17)
  }

  func write(_ line: String) throws(RunError) {
    buffer.append(contentsOf: line.utf8)
    buffer.append(0x0A)
    if buffer.count >= 1 << 16 { try flush() }
  }

  func flush() throws(RunError) {
    guard !buffer.isEmpty else { return }
    do {
      try handle.write(contentsOf: Data(buffer))
    } catch {
      throw .file(path: path, problem: "cannot be written: \(error.localizedDescription)")
    }
    buffer.removeAll(keepingCapacity: true)
  }

  func close() throws(RunError) {
    try flush()
    do { try handle.close() } catch { throw .file(path: path, problem: "cannot be closed") }
  }

  static func write(_ text: String, to path: String) throws(RunError) { try write(Array(text.utf8), to: path) }

  /// Old or new, never half: a run may be killed at any moment, and goes on from these files.
  static func write(_ bytes: [UInt8], to path: String) throws(RunError) {
    do { try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
      throw .file(path: path, problem: "cannot be written")
    }
  }

  static func makeFolder(_ path: String) throws(RunError) {
    do { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) } catch {
      throw .file(path: path, problem: "cannot be made a folder")
    }
  }
}
