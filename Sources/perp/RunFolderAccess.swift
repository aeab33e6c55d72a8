import Canonical
import Catalog
import Chain
import Laboratory

/// The chains of a run folder as commands need them, with errors as exit statuses.
enum RunFolderAccess {
  struct RunChain {
    let name: String
    let factory: VenueFactory
    let genesis: JSONValue
    let options: ChainOptions

    func replay(threads: Int) throws -> ReplayReport {
      var options = options
      options.threads = max(1, threads)
      return try mapped { () throws(ChainError) in try factory.replay(genesis, options, .max, nil) }
    }

    func query(_ query: StateQuery, height: UInt64) throws -> StateAnswer {
      try mapped { () throws(ChainError) in try factory.query(genesis, options, height, query) }
    }

    private func mapped<Value>(_ body: () throws(ChainError) -> Value) throws -> Value {
      do throws(ChainError) {
        return try body()
      } catch .diverged(let divergence) {
        throw CommandFailure(.disagreement, "\(name): \(divergence)")
      } catch {
        throw CommandFailure(.wrongRequest, "\(name): \(error)")
      }
    }
  }

  static func chains(in folder: String, venue: String? = nil) throws -> [RunChain] {
    let opened = try LaboratoryErrors.mapped { try RunFolder.open(folder, factories: RoomCatalog.factories) }
    let chains = opened.chains.filter { venue == nil || $0.name == venue }.map { chain in
      RunChain(name: chain.name, factory: chain.factory, genesis: chain.genesis, options: chain.options)
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
