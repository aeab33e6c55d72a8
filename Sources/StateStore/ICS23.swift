/// Proofs of cosmos/ics23 for a sparse Merkle tree: the messages, their bytes, and the verifier's rules.
public enum ICS23 {
  /// How a leaf's preimage is made. The numbers are those of the protobuf enumerations: 1 is SHA-256.
  public struct LeafOperation: Sendable, Equatable {
    public var hash: UInt64
    public var prehashKey: UInt64
    public var prehashValue: UInt64
    public var length: UInt64
    public var prefix: [UInt8]

    public init(hash: UInt64 = 1, prehashKey: UInt64 = 1, prehashValue: UInt64 = 1, length: UInt64 = 0, prefix: [UInt8])
    {
      self.hash = hash
      self.prehashKey = prehashKey
      self.prehashValue = prehashValue
      self.length = length
      self.prefix = prefix
    }
  }

  /// One step up: the parent is the hash of prefix, child and suffix.
  public struct InnerOperation: Sendable, Equatable {
    public var hash: UInt64
    public var prefix: [UInt8]
    public var suffix: [UInt8]

    public init(hash: UInt64 = 1, prefix: [UInt8], suffix: [UInt8]) {
      self.hash = hash
      self.prefix = prefix
      self.suffix = suffix
    }
  }

  /// Key and value are raw; the path goes from the leaf to the root.
  public struct ExistenceProof: Sendable, Equatable {
    public var key: [UInt8]
    public var value: [UInt8]
    public var leaf: LeafOperation?
    public var path: [InnerOperation]

    public init(key: [UInt8], value: [UInt8], leaf: LeafOperation?, path: [InnerOperation]) {
      self.key = key
      self.value = value
      self.leaf = leaf
      self.path = path
    }
  }

  /// The records next to an absent key; one of them is missing at an edge of the tree.
  public struct NonExistenceProof: Sendable, Equatable {
    public var key: [UInt8]
    public var left: ExistenceProof?
    public var right: ExistenceProof?

    public init(key: [UInt8], left: ExistenceProof?, right: ExistenceProof?) {
      self.key = key
      self.left = left
      self.right = right
    }
  }

  public enum CommitmentProof: Sendable, Equatable {
    case existence(ExistenceProof)
    case nonExistence(NonExistenceProof)
  }

  /// Why bytes are not a proof that this module reads.
  public enum DecodingError: Error, Sendable, Equatable {
    case truncated
    /// A number with more than 64 bits.
    case invalidNumber
    /// A field that the message does not have, or with another wire type.
    case unexpectedField(UInt64)
    case repeatedField(UInt64)
    /// Batch and compressed proofs are not read.
    case unsupportedKind(UInt64)
    /// No proof at all.
    case empty
  }
}

/// Why the store cannot prove anything about a key.
public enum ProofError: Error, Sendable, Equatable {
  /// The format cannot tell absence from an empty store.
  case emptyStore
  /// Keys have at least one byte.
  case emptyKey
}
