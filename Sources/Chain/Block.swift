import Canonical

/// A header and the transactions it commits to, in order.
public struct Block: Sendable, Equatable, CanonicalCodable {
  public var header: BlockHeader
  public var transactions: [[UInt8]]

  public init(header: BlockHeader, transactions: [[UInt8]]) {
    self.header = header
    self.transactions = transactions
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    header.encode(into: &encoder)
    encoder.encode(UInt32(transactions.count))
    for transaction in transactions { encoder.encode(list: transaction) }
  }

  /// Allocates no more than the input holds, whatever its lengths say.
  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    header = try decoder.decode()
    let count = try decoder.decodeCount(minimumSize: 4)
    transactions = []
    transactions.reserveCapacity(count)
    for _ in 0..<count { transactions.append(try decoder.decodeBytes()) }
  }
}

/// What the block log keeps of a block: the block, what its execution gave, and, where the writer was asked to, a witness
/// by which a later execution can name the first thing that differs.
public struct LogRecord: Sendable, Equatable, CanonicalCodable {
  static let version: UInt8 = 1

  public var block: Block
  /// Root of the state after this block: the `appHash` of the next header.
  public var resultRoot: Hash32
  /// The `lastResultsHash` of the next header.
  public var resultsHash: Hash32
  public var witness: Witness?

  public init(block: Block, resultRoot: Hash32, resultsHash: Hash32, witness: Witness?) {
    self.block = block
    self.resultRoot = resultRoot
    self.resultsHash = resultsHash
    self.witness = witness
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(tag: Self.version)
    encoder.encode(resultRoot)
    encoder.encode(resultsHash)
    block.encode(into: &encoder)
    encoder.encode(option: witness) { $0.encode($1) }
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    let version = try decoder.decodeTag()
    guard version == Self.version else { throw .unknownTag(version) }
    resultRoot = try decoder.decodeHash()
    resultsHash = try decoder.decodeHash()
    block = try decoder.decode()
    witness = try decoder.decodeFlag() ? try decoder.decode(Witness.self) : nil
  }
}

/// Short digests of what a block did, step by step. They prove nothing; they say where to look.
public struct Witness: Sendable, Equatable, CanonicalCodable {
  /// Of each transaction: its bytes, and its receipt with what it wrote.
  public struct Step: Sendable, Equatable {
    public var transaction: UInt64
    public var effect: UInt64

    public init(transaction: UInt64, effect: UInt64) {
      self.transaction = transaction
      self.effect = effect
    }
  }

  /// Of each record that the block changed, in ascending order of keys: its key, and its value afterwards (0: removed).
  public struct Change: Sendable, Equatable {
    public var key: UInt64
    public var value: UInt64

    public init(key: UInt64, value: UInt64) {
      self.key = key
      self.value = value
    }
  }

  public var steps: [Step]
  public var changes: [Change]

  public init(steps: [Step], changes: [Change]) {
    self.steps = steps
    self.changes = changes
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(UInt32(steps.count))
    for step in steps {
      encoder.encode(step.transaction)
      encoder.encode(step.effect)
    }
    encoder.encode(UInt32(changes.count))
    for change in changes {
      encoder.encode(change.key)
      encoder.encode(change.value)
    }
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    let stepCount = try decoder.decodeCount(minimumSize: 16)
    steps = []
    steps.reserveCapacity(stepCount)
    for _ in 0..<stepCount {
      steps.append(Step(transaction: try decoder.decodeInteger(), effect: try decoder.decodeInteger()))
    }
    let changeCount = try decoder.decodeCount(minimumSize: 16)
    changes = []
    changes.reserveCapacity(changeCount)
    for _ in 0..<changeCount {
      changes.append(Change(key: try decoder.decodeInteger(), value: try decoder.decodeInteger()))
    }
  }
}
