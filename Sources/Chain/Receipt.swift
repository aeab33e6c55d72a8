import Canonical
import Cryptography
import StateStore
import VenueKit

/// What became of a transaction, as far as the chain commits it. Events stand apart: see `Execution`.
public struct Receipt: Sendable, Equatable, CanonicalCodable {
  /// 0 for success, else the refusal's code.
  public var code: UInt32
  /// The action's result, or `Receipt.data(of:)` of the refusal.
  public var data: [UInt8]
  /// Always 0 in our rooms; part of CometBFT's result.
  public var gasWanted: Int64
  public var gasUsed: Int64

  public init(code: UInt32, data: [UInt8], gasWanted: Int64 = 0, gasUsed: Int64 = 0) {
    self.code = code
    self.data = data
    self.gasWanted = gasWanted
    self.gasUsed = gasUsed
  }

  public init(refusal: Refusal) {
    self.init(code: refusal.code, data: Self.data(of: refusal))
  }

  /// The committed form of a refusal: its name and operands in canonical encoding, without the sentence, which may be
  /// reworded.
  public static func data(of refusal: Refusal) -> [UInt8] {
    var encoder = CanonicalEncoder()
    encoder.encode(refusal.name)
    encoder.encode(UInt32(refusal.arguments.count))
    for argument in refusal.arguments {
      encoder.encode(argument.label)
      encoder.encode(argument.value)
    }
    return encoder.bytes
  }

  /// The protobuf `ExecTxResult` with only what is the same on every node: code, data and gas.
  public var resultLeaf: [UInt8] {
    var writer = ProtobufWriter(reservingCapacity: data.count + 16)
    writeResult(to: &writer)
    return writer.bytes
  }

  private func writeResult(to writer: inout ProtobufWriter) {
    if code != 0 { writer.append(1, varint: UInt64(code)) }
    if !data.isEmpty { writer.append(2, bytes: data) }
    if gasWanted != 0 { writer.append(5, signed: gasWanted) }
    if gasUsed != 0 { writer.append(6, signed: gasUsed) }
  }

  /// What the next header carries as `lastResultsHash`. `workers` threads share the hashing.
  public static func resultsHash(of receipts: [Receipt], workers: Int = 1) -> Hash32 {
    RFC6962.root(count: receipts.count, workers: workers) { index, leaf in
      var writer = ProtobufWriter(reservingCapacity: 0)
      swap(&writer.bytes, &leaf)
      receipts[index].writeResult(to: &writer)
      swap(&writer.bytes, &leaf)
    }
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(code)
    encoder.encode(list: data)
    encoder.encode(gasWanted)
    encoder.encode(gasUsed)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    code = try decoder.decodeInteger()
    data = try decoder.decodeBytes()
    gasWanted = try decoder.decodeInteger()
    gasUsed = try decoder.decodeInteger()
  }
}

/// A transaction's name everywhere: SHA-256 of its bytes.
public func transactionHash(_ bytes: [UInt8]) -> Hash32 { SHA256.hash(bytes) }
