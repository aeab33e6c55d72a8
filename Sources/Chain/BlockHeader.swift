import Canonical
import StateStore

/// The header fields of CometBFT v0.38 in the order in which they are hashed. A hash that is nil is an empty field.
///
/// `appHash` and `lastResultsHash` of height h + 1 are those of the execution of block h; the header of block 1 carries
/// the root of the genesis state.
public struct BlockHeader: Sendable, Equatable {
  /// CometBFT's block protocol.
  public var blockVersion: UInt64 = 11
  /// Ours is the room's transition version.
  public var appVersion: UInt64
  public var chainID: String
  public var height: UInt64
  public var time: BlockTime
  /// Hash of the block before; nil in block 1.
  public var lastBlockHash: Hash32?
  public var lastPartsTotal: UInt32 = 0
  public var lastPartsHash: Hash32?
  public var lastCommitHash: Hash32?
  public var dataHash: Hash32?
  public var validatorsHash: Hash32?
  public var nextValidatorsHash: Hash32?
  public var consensusHash: Hash32?
  public var appHash: Hash32?
  public var lastResultsHash: Hash32?
  public var evidenceHash: Hash32?
  public var proposer: Address

  public init(appVersion: UInt64, chainID: String, height: UInt64, time: BlockTime, proposer: Address) {
    self.appVersion = appVersion
    self.chainID = chainID
    self.height = height
    self.time = time
    self.proposer = proposer
  }

  /// The block's hash: RFC 6962 over fourteen leaves.
  public var hash: Hash32 { RFC6962.root(of: leaves) }

  /// Version, time and last block id as their own protobuf messages, every other field wrapped as field 1; an empty value
  /// is an empty leaf.
  var leaves: [[UInt8]] {
    [
      versionLeaf, Self.wrapped(Array(chainID.utf8)), Self.wrapped(height), timeLeaf, lastBlockLeaf,
      Self.wrapped(lastCommitHash), Self.wrapped(dataHash), Self.wrapped(validatorsHash),
      Self.wrapped(nextValidatorsHash), Self.wrapped(consensusHash), Self.wrapped(appHash),
      Self.wrapped(lastResultsHash), Self.wrapped(evidenceHash), Self.wrapped(proposer.bytes),
    ]
  }

  private var versionLeaf: [UInt8] {
    var writer = ProtobufWriter()
    if blockVersion != 0 { writer.append(1, varint: blockVersion) }
    if appVersion != 0 { writer.append(2, varint: appVersion) }
    return writer.bytes
  }

  private var timeLeaf: [UInt8] {
    var writer = ProtobufWriter()
    if time.seconds != 0 { writer.append(1, signed: time.seconds) }
    if time.nanoseconds != 0 { writer.append(2, signed: Int64(time.nanoseconds)) }
    return writer.bytes
  }

  private var lastBlockLeaf: [UInt8] {
    var writer = ProtobufWriter()
    if let lastBlockHash { writer.append(1, bytes: lastBlockHash.bytes) }
    // The part set header is written even when it is empty.
    writer.append(2) { parts in
      if lastPartsTotal != 0 { parts.append(1, varint: UInt64(lastPartsTotal)) }
      if let lastPartsHash { parts.append(2, bytes: lastPartsHash.bytes) }
    }
    return writer.bytes
  }

  private static func wrapped(_ hash: Hash32?) -> [UInt8] { wrapped(hash?.bytes ?? []) }

  private static func wrapped(_ bytes: [UInt8]) -> [UInt8] {
    if bytes.isEmpty { return [] }
    var writer = ProtobufWriter()
    writer.append(1, bytes: bytes)
    return writer.bytes
  }

  private static func wrapped(_ number: UInt64) -> [UInt8] {
    if number == 0 { return [] }
    var writer = ProtobufWriter()
    writer.append(1, varint: number)
    return writer.bytes
  }

  /// The root over the hashes of a block's transactions; `e3b0...b855` for a block without any.
  public static func dataHash(of transactions: [[UInt8]], workers: Int = 1) -> Hash32 {
    RFC6962.root(count: transactions.count, workers: workers) { index, leaf in
      transactionHash(transactions[index]).append(to: &leaf)
    }
  }
}

extension BlockHeader: CanonicalCodable {
  /// The longest chain id in bytes, as in CometBFT.
  static let chainIDLimit = 50

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(blockVersion)
    encoder.encode(appVersion)
    encoder.encode(chainID)
    encoder.encode(height)
    encoder.encode(time)
    encoder.encode(lastPartsTotal)
    for hash in [
      lastBlockHash, lastPartsHash, lastCommitHash, dataHash, validatorsHash, nextValidatorsHash, consensusHash,
      appHash,
      lastResultsHash, evidenceHash,
    ] {
      encoder.encode(option: hash) { $0.encode($1) }
    }
    encoder.encode(proposer)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    blockVersion = try decoder.decodeInteger()
    appVersion = try decoder.decodeInteger()
    chainID = try decoder.decodeText(limit: Self.chainIDLimit)
    height = try decoder.decodeInteger()
    time = try decoder.decode()
    lastPartsTotal = try decoder.decodeInteger()
    func hash(_ decoder: inout CanonicalDecoder) throws(CanonicalError) -> Hash32? {
      try decoder.decodeFlag() ? try decoder.decodeHash() : nil
    }
    lastBlockHash = try hash(&decoder)
    lastPartsHash = try hash(&decoder)
    lastCommitHash = try hash(&decoder)
    dataHash = try hash(&decoder)
    validatorsHash = try hash(&decoder)
    nextValidatorsHash = try hash(&decoder)
    consensusHash = try hash(&decoder)
    appHash = try hash(&decoder)
    lastResultsHash = try hash(&decoder)
    evidenceHash = try hash(&decoder)
    proposer = try decoder.decodeAddress()
  }
}
