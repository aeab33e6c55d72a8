import Canonical
import StateStore
import Testing

@testable import Chain

/// Figures made with CometBFT v0.38.12.
@Suite struct HeaderTests {
  /// The hash whose bytes count up from `start`.
  func run(_ start: UInt8) -> Hash32? { Hash32((0..<32).map { start + $0 }) }

  func header(height: UInt64) -> BlockHeader {
    var header = BlockHeader(
      appVersion: 1, chainID: "perp-1", height: height,
      time: BlockTime(seconds: 1_717_243_200, nanoseconds: 123_456_789),
      proposer: Address((0..<20).map { 0x12 + $0 }) ?? .zero)
    header.lastBlockHash = run(0x0b)
    header.lastPartsTotal = 1
    header.lastPartsHash = run(0x0c)
    header.lastCommitHash = run(0x0d)
    header.validatorsHash = run(0x0e)
    header.nextValidatorsHash = run(0x0f)
    header.consensusHash = run(0x10)
    header.evidenceHash = run(0x11)
    return header
  }

  /// A full header and one with an empty app hash hash as CometBFT's do.
  @Test func hashes() {
    var full = header(height: 3)
    full.appHash = run(0x04)
    full.dataHash = BlockHeader.dataHash(of: [[0x61], [0x62, 0x62], [0x63, 0x63, 0x63]])
    full.lastResultsHash = Hash32(hex: "92F25567386DC1BD7C4FA5C39D4E1E5D1DD8DABCEE64FBEC4742DE282A64CD12")
    #expect(full.dataHash?.hex == "256aca74ae6d9f30f49ce984bf321f56ea74289f7e8208a19ea0e8a822b9a5dc")
    #expect(full.hash.hex == "673a5a86295d527e65f60474a813aa37d171217614222d4eba7a9a68a5b2baee")
    var empty = header(height: 2)
    empty.dataHash = BlockHeader.dataHash(of: [])
    empty.lastResultsHash = Receipt.resultsHash(of: [])
    #expect(empty.hash.hex == "c9b45d939f689acabfc3cfc1db3cc350ad5ed570e7e2f661e3378c3be62932be")
  }

  /// Results keep code, data and gas, and nothing else.
  @Test func results() {
    let receipts = [
      Receipt(code: 0, data: Array("ok".utf8), gasWanted: 5, gasUsed: 3), Receipt(code: 7, data: []),
      Receipt(code: 0, data: []),
    ]
    #expect(receipts.map { Hex.encode($0.resultLeaf) } == ["12026f6b28053003", "0807", ""])
    #expect(
      Receipt.resultsHash(of: receipts).hex == "92f25567386dc1bd7c4fa5c39d4e1e5d1dd8dabcee64fbec4742de282a64cd12")
  }

  /// A header decodes to itself, and no cut or longer form does.
  @Test func coding() throws {
    var full = header(height: 3)
    full.appHash = run(0x04)
    let block = Block(header: full, transactions: [[1, 2, 3], [], [4]])
    let bytes = block.canonicalBytes
    #expect(try Block(canonicalBytes: bytes) == block)
    for cut in bytes.indices {
      #expect(throws: CanonicalError.self) { try Block(canonicalBytes: Array(bytes[0..<cut])) }
    }
    #expect(throws: CanonicalError.self) { try Block(canonicalBytes: bytes + [0]) }
    #expect(BlockTime(milliseconds: -1) == BlockTime(seconds: -1, nanoseconds: 999_000_000))
    #expect(BlockTime(milliseconds: -1).milliseconds == -1)
  }
}
