import Foundation

/// Folders that commands write into.
enum OutputFolder {
  /// Makes the folder where it is missing, and refuses it before any work is done where it cannot be written.
  static func demandWritable(_ folder: String, option: String) throws {
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue,
      FileManager.default.isWritableFile(atPath: folder)
    else { throw CommandFailure(.wrongRequest, "\(option) \(folder): not a folder that can be written") }
  }
}
