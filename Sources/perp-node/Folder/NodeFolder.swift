import Canonical
import Foundation
import Hyperliquid
import VenueKit

/// A node's folder: `genesis.json`, `node.yaml`, `chain` (the block log), `index.sqlite`, `node.log`.
struct NodeFolder: Sendable {
  let path: String

  var genesisPath: String { "\(path)/genesis.json" }
  var configurationPath: String { "\(path)/node.yaml" }
  var chainPath: String { "\(path)/chain" }
  var indexPath: String { "\(path)/index.sqlite" }
  var logPath: String { "\(path)/node.log" }
  /// Where a running node says how to reach it.
  var addressPath: String { "\(path)/address" }

  /// Writes a new folder. Nothing is written over.
  func create(genesis: JSONValue, configuration: NodeConfiguration) throws {
    let files = FileManager.default
    if files.fileExists(atPath: genesisPath) {
      throw NodeFailure(.wrongRequest, "\(path): holds a node already")
    }
    do {
      try files.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      try write(genesis.text(.pretty) + "\n", to: genesisPath)
      try write(configuration.text, to: configurationPath)
    } catch {
      throw NodeFailure(.wrongRequest, "\(path): cannot be written: \(error.localizedDescription)")
    }
  }

  func write(_ text: String, to file: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
  }

  func genesis() throws -> JSONValue {
    guard let data = FileManager.default.contents(atPath: genesisPath) else {
      throw NodeFailure(.wrongRequest, "\(path): holds no node; perp node init \(path) makes one")
    }
    do {
      return try JSONValue(parsing: Array(data))
    } catch {
      throw NodeFailure(.wrongRequest, "\(genesisPath): not JSON: \(error)")
    }
  }

  func configuration() throws -> NodeConfiguration {
    guard let data = FileManager.default.contents(atPath: configurationPath) else { return NodeConfiguration() }
    do {
      return try NodeConfiguration(text: String(decoding: data, as: UTF8.self))
    } catch let failure as NodeFailure {
      throw failure
    } catch {
      throw NodeFailure(.wrongRequest, "\(configurationPath): \(error)")
    }
  }

  /// A preset's document, looked for in `Genesis` from here and from the binary upwards.
  static func preset(_ name: String) throws -> JSONValue {
    let starts = [FileManager.default.currentDirectoryPath, binaryPath]
    for start in starts {
      var folder = URL(fileURLWithPath: start).standardizedFileURL
      while true {
        let candidate = folder.appendingPathComponent("Genesis/hyperliquid/\(name).json").path
        if let data = FileManager.default.contents(atPath: candidate) {
          do {
            return try JSONValue(parsing: Array(data))
          } catch {
            throw NodeFailure(.wrongRequest, "\(candidate): not JSON: \(error)")
          }
        }
        if folder.path == "/" { break }
        folder.deleteLastPathComponent()
      }
    }
    throw NodeFailure(.wrongRequest, "no preset \(name); there is local, mainnet, testnet, harsh")
  }

  private static var binaryPath: String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
  }
}
