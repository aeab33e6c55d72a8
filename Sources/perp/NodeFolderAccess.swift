import Canonical
import Catalog
import Chain
import Foundation

/// A node's folder (`genesis.json`, `node.yaml`, `chain`) as commands need it that replay chains.
enum NodeFolderAccess {
  /// The folder's chain; nil when it is no node's. A node may run meanwhile: its log is only read.
  static func chain(in folder: String) throws -> RunFolderAccess.RunChain? {
    let files = FileManager.default
    guard let configuration = files.contents(atPath: "\(folder)/node.yaml"),
      let document = files.contents(atPath: "\(folder)/genesis.json")
    else { return nil }
    let genesis: JSONValue
    do throws(JSONError) {
      genesis = try JSONValue(parsing: Array(document))
    } catch {
      throw CommandFailure(.wrongRequest, "\(folder)/genesis.json: not JSON: \(error)")
    }
    guard let name = chainID(String(decoding: configuration, as: UTF8.self)) else {
      throw CommandFailure(.wrongRequest, "\(folder)/node.yaml: names no chainID")
    }
    guard let factory = RoomCatalog.factories.first(where: { $0.room == "hyperliquid" }) else {
      throw CommandFailure(.internal, "the catalog has no room hyperliquid")
    }
    let options = ChainOptions(chainID: name, folder: "\(folder)/chain", requiresSignatures: true)
    return RunFolderAccess.RunChain(
      name: name, factory: factory, genesis: genesis, options: options, manifest: nil, isBeingResumed: false)
  }

  /// The line `chainID: NAME` at the left margin, as `perp node init` writes it.
  private static func chainID(_ text: String) -> String? {
    for line in text.split(separator: "\n") where line.hasPrefix("chainID:") {
      let value = line.dropFirst("chainID:".count).prefix { $0 != "#" }.trimmingCharacters(in: .whitespaces)
      return value.isEmpty ? nil : value.trimmingCharacters(in: CharacterSet(charactersIn: "\"'"))
    }
    return nil
  }
}
