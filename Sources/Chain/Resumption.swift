import Canonical
import StateStore
import Storage
import VenueKit

/// What a chain needs beside the records to go on after a snapshot.
struct Resumption: CanonicalCodable, Equatable {
  var lastBlockHash: Hash32?
  var lastResultsHash: Hash32
  var proposer: Address

  init(lastBlockHash: Hash32?, lastResultsHash: Hash32, proposer: Address) {
    self.lastBlockHash = lastBlockHash
    self.lastResultsHash = lastResultsHash
    self.proposer = proposer
  }

  func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(option: lastBlockHash) { $0.encode($1) }
    encoder.encode(lastResultsHash)
    encoder.encode(proposer)
  }

  init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    lastBlockHash = try decoder.decodeFlag() ? try decoder.decodeHash() : nil
    lastResultsHash = try decoder.decodeHash()
    proposer = try decoder.decodeAddress()
  }
}

extension Application {
  /// The committed state as a snapshot of this chain.
  func snapshot(lastBlockHash: Hash32?, lastResultsHash: Hash32) -> SnapshotContent {
    let resumption = Resumption(
      lastBlockHash: lastBlockHash, lastResultsHash: lastResultsHash, proposer: lastBlock.proposer)
    return SnapshotContent(
      height: lastBlock.height, time: lastBlock.time, chainID: chainID, root: store.root,
      metadata: resumption.canonicalBytes,
      records: store.exportRecords().map { SnapshotRecord(key: $0.key, value: $0.value) })
  }

  /// Takes the snapshot's records in place of the state; its root is checked.
  mutating func restore(_ content: SnapshotContent, proposer: Address) throws(ChainError) {
    let block = BlockContext(chainID: chainID, height: content.height, time: content.time, proposer: proposer)
    try restore(
      records: content.records.map { StateRecord(key: $0.key, value: $0.value) }, root: content.root, block: block)
  }
}
