import Canonical
import VenueKit

/// How to make, and check, chains of one room without knowing its type.
public struct VenueFactory: Sendable {
  public let description: VenueDescription
  public let grammar: [GrammarRule]
  public let invariants: [InvariantDescription]
  /// Names of the room's parameter sets: `Genesis/<room>/<name>.json`. The first is the default.
  public let presets: [String]
  /// A chain from a genesis document; with a folder, resumed from what is there.
  public let make: @Sendable (JSONValue, ChainOptions) throws(ChainError) -> any VenueChain
  /// Re-executes the log in the options' folder from genesis, through a height, and tells of each block.
  public let replay:
    @Sendable (JSONValue, ChainOptions, UInt64, ((UInt64, Hash32) -> Void)?) throws(ChainError) -> ReplayReport
  /// A record and its proof after a block of the log in the options' folder.
  public let query: @Sendable (JSONValue, ChainOptions, UInt64, StateQuery) throws(ChainError) -> StateAnswer
  /// The genesis document's parameters, or why it is refused.
  public let parameters: @Sendable (JSONValue) throws(GenesisError) -> [ParameterDescription]

  /// What a room makes of a transaction's bytes (scheme byte and payload) on a chain of that name: signatures are
  /// checked, no state is asked.
  public let inspect: @Sendable (JSONValue, String, [UInt8]) throws(GenesisError) -> TransactionReport

  public var room: String { description.room }
  public var title: String { description.title }

  public struct InvariantDescription: Sendable, Equatable {
    public let name: String
    public let sentence: String
    public let cost: InvariantCost
  }

  /// Where a preset stands below the repository's root.
  public func presetPath(_ preset: String) -> String { "Genesis/\(room)/\(preset).json" }

  public static func of<V: Venue>(_ venue: V.Type, presets: [String] = ["default"]) -> VenueFactory {
    VenueFactory(
      description: V.description, grammar: V.grammar,
      invariants: V.invariants.map {
        InvariantDescription(name: $0.name, sentence: $0.sentence, cost: $0.cost)
      },
      presets: presets,
      make: { (genesis, options) throws(ChainError) in try SoloEngine<V>(genesis: genesis, options: options) },
      replay: { (genesis, options, last, onBlock) throws(ChainError) in
        guard let folder = options.folder else { throw .noFolder }
        var replayer = try Replayer<V>(genesis: genesis, options: options)
        return try replayer.run(folder: folder, through: last, onBlock: onBlock)
      },
      query: { (genesis, options, height, query) throws(ChainError) in
        try Replayer<V>.query(query, height: height, genesis: genesis, options: options)
      },
      parameters: { (genesis) throws(GenesisError) in try V(genesis: genesis, chainID: "check").parameters },
      inspect: { (genesis, chainID, bytes) throws(GenesisError) in
        let venue = try V(genesis: genesis, chainID: chainID)
        let verifier = SignatureVerifier(venue: venue, threads: 1, requiresSignatures: false)
        switch verifier.verify(PooledTransaction(bytes, isFromProposer: true)) {
        case .success(let transaction):
          return TransactionReport(
            description: venue.describe(transaction.content), signer: transaction.signer,
            cosigners: transaction.cosigners, isProposer: transaction.isProposer)
        case .failure(let failure): return TransactionReport(refusal: failure.erased)
        }
      })
  }
}

/// A transaction as its room reads it, or why it refuses it.
public struct TransactionReport: Sendable {
  public var description = ""
  public var signer: Address?
  public var cosigners: [Address] = []
  public var isProposer = false
  public var refusal: Refusal?
}
