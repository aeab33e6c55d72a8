import Canonical
import Cryptography
import DYDX
import Foundation
import Quantities
import Testing
import VenueKit

/// Transactions signed by the unmodified PyPI client, as bytes (`Tests/Clients/dydx_sign.py`).
@Suite struct ClientTransactionTests {
  static let liquidation = LiquidationTerms(
    maximumFeePpm: 5_000, bankruptcyAdjustmentPpm: 1_000_000, spreadToMaintenanceRatioPpm: 100_000,
    minimumPositionNotional: 1_000, maximumPositionPortionPpm: 1_000_000, maximumNotional: 100_000_000_000_000,
    maximumInsuranceLost: 100_000_000_000_000)

  /// A chain that knows the owner, with a hundred dollars in the bank for fees.
  static func state(
    owner: Address, number: UInt64, sequence: UInt64
  ) throws -> DYDXState {
    var state = DYDXState(parameters: DYDXParameters(liquidation: liquidation, feeTiers: []))
    state.owners.set(owner, OwnerRecord(number: number, sequence: sequence))
    try state.ledger.deposit(100_000_000, asset: Purse.dollar, to: Purse.bank(owner))
    return state
  }

  /// Everything the chain does with bytes before their messages count.
  static func admit(
    _ bytes: [UInt8], number: UInt64, chainID: String, into state: inout DYDXState, time: Int64
  ) throws(DYDXRefusal) {
    let transaction = try SignedTransaction(bytes, accountNumber: number, chainID: chainID)
    try transaction.verifySignature()
    guard let key = try? PublicKey(bytes: transaction.authentication.publicKey) else {
      throw .chain(.invalidPublicKey, "")
    }
    let block = BlockContext(chainID: chainID, height: 1_000, time: time, proposer: .zero)
    try state.admit(transaction, keyOwner: key.cosmosAddress, block: block)
  }

  @Test("Fresh transactions of the client are accepted as bytes, and the refused ones carry the chain's codes")
  func freshTransactions() throws {
    guard let path = ProcessInfo.processInfo.environment["DYDX_CLIENT_TRANSACTIONS"] else { return }
    let document = try JSONValue(parsing: Array(try #require(FileManager.default.contents(atPath: path))))
    let rows = try #require(document["transactions"]?.array)
    #expect(rows.count >= 20)
    let permitted = try #require(document["permitted"])
    for row in rows {
      let owner = try #require(Bech32Owner.address(row["owner"]?.string ?? ""))
      let number = try #require(row["account_number"]?.uint64)
      var state = try Self.state(owner: owner, number: number, sequence: try #require(row["sequence"]?.uint64))
      var added = AddAuthenticator()
      (added.sender, added.type) = (Bech32Owner.text(owner), permitted["type"]?.string ?? "")
      added.data = Array((permitted["config"]?.string ?? "").utf8)
      #expect(try state.addAuthenticator(added) == 0)
      var answer = "accepted"
      let bytes = try Hex.decode(row["tx"]?.string ?? "")
      do throws(DYDXRefusal) {
        try Self.admit(
          bytes, number: number, chainID: row["chain_id"]?.string ?? "", into: &state,
          time: 1_730_000_000_000)
      } catch {
        answer = error.chainCode.map { "\($0.codespace) \($0.code)" } ?? "\(error)"
      }
      let refusal = row["refusal"] ?? .null
      let expected =
        refusal.isNull ? "accepted" : "\(refusal["codespace"]?.string ?? "") \(refusal["code"]?.uint64 ?? 0)"
      #expect(answer == expected, "\(row["name"]?.string ?? "")")
    }
  }

  @Test("Every transaction of the vectors is admitted with its account's figures, and none under another number")
  func vectorTransactions() throws {
    guard let document = VectorFiles.document("tx_signing.json"), let cases = document["cases"]?.array else { return }
    for row in cases where row["selected_authenticators"] == nil {
      let bytes = try Hex.decode(row["tx_bytes"]?.string ?? "")
      let chain = row["chain_id"]?.string ?? ""
      let number = try #require(UInt64(row["account_number"]?.string ?? ""))
      let sequence = try #require(UInt64(row["sequence"]?.string ?? ""))
      let transaction = try SignedTransaction(bytes, accountNumber: number, chainID: chain)
      #expect(Hex.encode(transaction.digest.bytes) == row["sign_doc_sha256"]?.string)
      let payload = SignedTransaction.payload(bytes, accountNumber: number)
      #expect(try SignedTransaction(payload: payload, chainID: chain).digest == transaction.digest)
      let isTime = TimestampNonces.isTimestamp(sequence)
      let before = try Self.state(owner: transaction.signer, number: number, sequence: isTime ? 0 : sequence)
      var state = before
      try Self.admit(bytes, number: number, chainID: chain, into: &state, time: 1_730_000_000_000)
      let after = state.owners[transaction.signer]?.sequence
      #expect(after == (isTime ? 0 : transaction.isShortTerm ? sequence : sequence + 1))
      var again = state
      if !transaction.isShortTerm {
        #expect(throws: DYDXRefusal.self) {
          try Self.admit(bytes, number: number, chainID: chain, into: &again, time: 1_730_000_000_000)
        }
      }
      var other = before
      #expect(throws: DYDXRefusal.self) {
        try Self.admit(bytes, number: number + 1, chainID: chain, into: &other, time: 1_730_000_000_000)
      }
    }
  }

  @Test("One flipped bit anywhere in a signed transaction is refused, and no bytes crash")
  func flippedBits() throws {
    guard let row = VectorFiles.document("tx_signing.json")?["cases"]?[0] else { return }
    let bytes = try Hex.decode(row["tx_bytes"]?.string ?? "")
    let number = try #require(UInt64(row["account_number"]?.string ?? ""))
    for index in stride(from: 0, to: bytes.count, by: 3) {
      var changed = bytes
      changed[index] ^= 1 << UInt8(index % 8)
      #expect(throws: DYDXRefusal.self, "byte \(index)") {
        try SignedTransaction(changed, accountNumber: number, chainID: "dydx-mainnet-1").verifySignature()
      }
    }
  }
}
