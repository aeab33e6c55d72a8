import Canonical
import StateStore
import Storage
import VenueKit

/// Why a chain could not do what it was asked.
public enum ChainError: Error, Sendable, Equatable {
  case storage(StorageError)
  case genesis(GenesisError)
  case refused(Refusal)
  /// The pool holds `limit` transactions, or all the bytes that it may.
  case poolFull(limit: Int)
  /// A block's time must be after the last one's; Unix milliseconds.
  case timeNotIncreasing(last: Int64, given: Int64)
  case wrongHeight(expected: UInt64, given: UInt64)
  /// A name for a chain that headers cannot carry: 1 to 50 bytes.
  case invalidChainID(String)
  case proof(ProofError)
  case snapshot(StateImportError)
  /// The log does not lead where its blocks lead.
  case diverged(Divergence)
  /// The chain keeps nothing on disk.
  case noFolder
  /// A write failed earlier; what is in memory is ahead of the disk. Resume from the folder.
  case broken
  /// Commit without a finalized block.
  case nothingFinalized
}

/// The first thing in a log that its re-execution does not confirm.
public struct Divergence: Error, Sendable, Equatable {
  public enum Kind: String, Sendable {
    /// The record fails its checksum, or is no block.
    case recordDamaged
    case chainID
    case height
    case time
    case parentHash
    case dataHash
    case appHash
    case lastResultsHash
    case appVersion
    /// Other fields of the header.
    case header
    /// The state's root after the block.
    case root
    case results
  }

  public var kind: Kind
  public var height: UInt64
  public var expected: String
  public var found: String
  /// The first transaction that differs, where that is known.
  public var transactionIndex: Int?
  public var transactionHash: Hash32?
  /// The first state key that differs, where that is known, and as a person reads it.
  public var key: [UInt8]?
  public var keyDescription: String?

  public init(kind: Kind, height: UInt64, expected: String, found: String) {
    self.kind = kind
    self.height = height
    self.expected = expected
    self.found = found
  }
}

extension Divergence: CustomStringConvertible {
  public var description: String {
    var text = "block \(height): \(kind.rawValue) is \(found), expected \(expected)"
    if let transactionIndex { text += "; first transaction that differs: \(transactionIndex)" }
    if let transactionHash { text += " (\(transactionHash.hex))" }
    if let keyDescription { text += "; first key that differs: \(keyDescription)" }
    return text
  }
}

extension ChainError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .storage(let error): "\(error)"
    case .genesis(let error): "genesis \(error.path): \(error.problem)"
    case .refused(let refusal): "\(refusal.text) (\(refusal.rule))"
    case .poolFull(let limit): "the pool is full: \(limit) transactions"
    case .timeNotIncreasing(let last, let given): "a block at \(given) ms cannot follow one at \(last) ms"
    case .wrongHeight(let expected, let given): "height \(given) instead of \(expected)"
    case .invalidChainID(let name): "`\(name)` names no chain: 1 to \(BlockHeader.chainIDLimit) bytes"
    case .proof(.emptyStore): "an empty store proves nothing"
    case .proof(.emptyKey): "a key has at least one byte"
    case .snapshot(let error): "the snapshot is refused: \(error)"
    case .diverged(let divergence): "\(divergence)"
    case .noFolder: "this chain keeps nothing on disk"
    case .broken: "a write failed earlier: resume from the folder"
    case .nothingFinalized: "nothing was finalized before this commit"
    }
  }
}
