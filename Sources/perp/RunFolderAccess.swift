import Canonical
import Catalog
import Chain
import Foundation
import Laboratory
import Storage

/// The chains of a run folder as commands need them, with errors as exit statuses.
enum RunFolderAccess {
  struct RunChain {
    let name: String
    let factory: VenueFactory
    let genesis: JSONValue
    let options: ChainOptions
    /// The run's `manifest.json`; a node, which never ends, has none.
    let manifest: JSONValue?
    /// The folder holds the chains of a resumption that did not come to its end.
    let isBeingResumed: Bool

    /// How the log falls short of what the run's manifest, written at its end, says of the chain; nil where it does not.
    /// A run that was cut off has no such end, and one whose resumption was cut off has its longest log beside.
    func shortfall(of report: ReplayReport) throws -> String? {
      guard let manifest else { return nil }
      guard let told = manifest["venues"]?.array?.first(where: { $0["name"]?.string == name }),
        let height = told["height"]?.uint64, let root = told["root"]?.string
      else { throw CommandFailure(.wrongRequest, "\(name): the run's manifest.json does not tell of this venue") }
      if height == 0 || isBeingResumed { return nil }
      if report.blocks != height { return "the log holds \(report.blocks) whole blocks, the run made \(height)" }
      if report.lastRoot.hex != root {
        return "block \(height): the root is \(report.lastRoot.hex), the run's manifest has \(root)"
      }
      return nil
    }

    func replay(threads: Int, onBlock: ((UInt64, Hash32) -> Void)? = nil) throws -> ReplayReport {
      var options = options
      options.threads = threads
      return try mapped { () throws(ChainError) in try factory.replay(genesis, options, .max, onBlock) }
    }

    func query(_ query: StateQuery, height: UInt64) throws -> StateAnswer {
      try mapped { () throws(ChainError) in
        try factory.query(genesis, options, height, query)
      } refused: {
        guard case .named(let kind, let argument) = query else { return nil }
        return "\(factory.room) names no record by --kind \(kind) --argument \(argument) after block \(height)"
      }
    }

    /// A damaged log does not say any more what the run was.
    private static func status(of error: StorageError) -> ExitStatus {
      switch error {
      case .corruptSegment, .corruptRecord, .corruptSnapshot: .disagreement
      default: .wrongRequest
      }
    }

    private func mapped<Value>(
      _ body: () throws(ChainError) -> Value, refused: () -> String? = { nil }
    ) throws -> Value {
      do throws(ChainError) {
        return try body()
      } catch .diverged(let divergence) {
        throw CommandFailure(.disagreement, "\(name): \(divergence)")
      } catch .storage(let error) {
        throw CommandFailure(Self.status(of: error), "\(name): \(error)")
      } catch .refused(let refusal) {
        throw CommandFailure(.wrongRequest, "\(name): \(refused() ?? refusal.text)")
      } catch .wrongHeight(let wanted, let last) {
        throw CommandFailure(
          .wrongRequest, "\(name): the log holds \(last) blocks, the state after block \(wanted) was asked for")
      } catch {
        throw CommandFailure(.wrongRequest, "\(name): \(error)")
      }
    }
  }

  static func chains(in folder: String, venue: String? = nil) throws -> [RunChain] {
    if let chain = try NodeFolderAccess.chain(in: folder) {
      guard venue == nil || venue == chain.name else {
        throw CommandFailure(.wrongRequest, "\(folder) has no venue \(venue ?? ""); it has \(chain.name)")
      }
      return [chain]
    }
    let opened = try LaboratoryErrors.mapped { try RunFolder.open(folder, factories: RoomCatalog.factories) }
    let path = "\(folder)/manifest.json"
    guard let data = FileManager.default.contents(atPath: path), let manifest = try? JSONValue(parsing: Array(data))
    else { throw CommandFailure(.wrongRequest, "\(path): is no run's manifest") }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let isBeingResumed = names.contains { $0.hasPrefix("chain-") }
    let chains = opened.chains.filter { venue == nil || $0.name == venue }.map { chain in
      RunChain(
        name: chain.name, factory: chain.factory, genesis: chain.genesis, options: chain.options, manifest: manifest,
        isBeingResumed: isBeingResumed)
    }
    for chain in chains {
      guard let log = chain.options.folder, FileManager.default.fileExists(atPath: log) else {
        throw CommandFailure(
          .wrongRequest,
          "\(chain.name): no block log at \(chain.options.folder ?? folder)"
            + (isBeingResumed ? "; a resumption was cut off: perp run --resume \(folder)" : ""))
      }
    }
    if chains.isEmpty {
      let known = opened.chains.map(\.name).joined(separator: ", ")
      throw CommandFailure(.wrongRequest, "\(folder) has no venue \(venue ?? ""); it has \(known)")
    }
    return chains
  }

  static func chain(named name: String, in folder: String) throws -> RunChain {
    guard let chain = try chains(in: folder, venue: name).first else {
      throw CommandFailure(.internal, "a list that is not empty has a first")
    }
    return chain
  }
}
