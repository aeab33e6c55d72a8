import Canonical
import StateStore
import VenueKit

/// A record named by its key, or by what it is in the room's words.
public enum StateQuery: Sendable, Equatable {
  case key([UInt8])
  /// `account`, `order`, `vault-share`, ...; see the room's `stateKey`.
  case named(kind: String, argument: String)
}

extension Replayer {
  /// The record and its proof after block `height` of the folder's log (0: genesis). A log that ends before, or that
  /// diverges before, is refused.
  public static func query(
    _ query: StateQuery, height: UInt64, genesis: JSONValue, options: ChainOptions
  ) throws(ChainError) -> StateAnswer {
    guard let folder = options.folder else { throw .noFolder }
    var replayer = try Replayer<V>(genesis: genesis, options: options)
    if height > 0 {
      let report = try replayer.run(folder: folder, through: height)
      if let divergence = report.divergence { throw .diverged(divergence) }
    }
    let application = replayer.application
    guard application.lastBlock.height == height else {
      throw .wrongHeight(expected: height, given: application.lastBlock.height)
    }
    let key: [UInt8]
    switch query {
    case .key(let bytes): key = bytes
    case .named(let kind, let argument):
      guard
        let named = application.venue.stateKey(kind: kind, argument: argument, state: application.store.tables)
      else {
        throw .refused(
          KernelRefusal.malformed("\(V.description.room) names no state key by \(kind) \(argument)").erased)
      }
      key = named
    }
    do throws(ProofError) {
      return try application.query(key: key, prove: true)
    } catch {
      throw .proof(error)
    }
  }
}
