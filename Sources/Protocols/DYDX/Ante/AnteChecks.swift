public import Canonical
import Quantities
public import VenueKit

// Rules DYDX-130 to DYDX-137: what a transaction must be against the state before its messages count, and what stays
// of it whatever becomes of them.
extension DYDXState {
  /// Judges a transaction whose signature holds, then takes its sequence and its fee. `keyOwner` is the address of the
  /// key that signed.
  public mutating func admit(
    _ transaction: SignedTransaction, keyOwner: Address, block: BlockContext
  ) throws(DYDXRefusal) {
    let owner = transaction.signer
    guard var record = owners[owner] else {
      throw .chain(.unknownAddress, "account \(Bech32Owner.text(owner)) does not exist")
    }
    guard record.number == transaction.accountNumber else {
      throw .chain(.unauthorized, "signed for account number \(transaction.accountNumber), not \(record.number)")
    }
    let timeout = transaction.body.timeoutHeight
    guard timeout == 0 || block.height <= timeout else {
      throw .chain(.timeoutHeightPassed, "block height: \(block.height), timeout height: \(timeout)")
    }
    let memo = transaction.body.memo.utf8.count
    guard memo <= parameters.ante.memoLimit else {
      throw .chain(.memoTooLarge, "\(memo) bytes exceed \(parameters.ante.memoLimit)")
    }
    let nonces = try checkSequence(transaction, record, block: block)
    try authenticate(transaction, keyOwner: keyOwner)
    let fee = try fee(of: transaction)
    if fee > 0 {
      do throws(MathematicsError) {
        try move(Int256(fee), from: Purse.bank(owner), to: Purse.fees)
      } catch {
        throw DYDXRefusal(error, "the fee of \(fee)")
      }
    }
    if let nonces {
      ownerNonces.set(owner, NonceRecord(nonces))
    } else if !transaction.isShortTerm {
      record.sequence += 1
      owners.set(owner, record)
    }
  }

  /// The nonces with the one that was taken; nil where the sequence is no time.
  private func checkSequence(
    _ transaction: SignedTransaction, _ record: OwnerRecord, block: BlockContext
  ) throws(DYDXRefusal) -> TimestampNonces? {
    if transaction.isShortTerm { return nil }
    let sequence = transaction.authentication.sequence
    guard TimestampNonces.isTimestamp(sequence) else {
      guard sequence == record.sequence else {
        throw .chain(.wrongSequence, "account sequence mismatch, expected \(record.sequence), got \(sequence)")
      }
      return nil
    }
    let now = UInt64(clamping: block.time)
    guard TimestampNonces.isInWindow(sequence, blockMilliseconds: now) else {
      throw .chain(.wrongSequence, "timestamp nonce \(sequence) not within valid time window of \(now)")
    }
    var nonces = ownerNonces[transaction.signer]?.nonces ?? TimestampNonces()
    nonces.ejectStale(blockMilliseconds: now)
    guard nonces.accept(sequence) else {
      throw .chain(.wrongSequence, "timestamp nonce \(sequence) rejected")
    }
    return nonces
  }

  private func authenticate(_ transaction: SignedTransaction, keyOwner: Address) throws(DYDXRefusal) {
    let owner = transaction.signer
    guard let ids = transaction.authenticators else {
      guard keyOwner == owner else {
        throw .chain(.invalidPublicKey, "pubKey does not match signer address \(Bech32Owner.text(owner))")
      }
      return
    }
    guard counter(.authenticatorsClosed).isZero else { throw .chain(.smartAccountNotActive, "") }
    guard ids.count == transaction.messages.count else {
      throw .chain(
        .invalidRequest, "msg count \(transaction.messages.count), got \(ids.count) selected authenticators")
    }
    for (index, message) in transaction.messages.enumerated() {
      try authenticator(ids[index], of: owner).authenticate(
        Authenticator.Request(
          message: message, typeURL: transaction.body.messages[index].typeURL,
          signature: transaction.transaction.signatures.first ?? [], digest: transaction.digest,
          verifiedKey: transaction.authentication.publicKey))
    }
  }

  /// Quote quantums that the transaction pays; dollars alone are taken.
  private func fee(of transaction: SignedTransaction) throws(DYDXRefusal) -> UInt64 {
    if transaction.isFree { return 0 }
    var total: UInt64 = 0
    for coin in transaction.authentication.fee {
      guard coin.denomination == parameters.ante.feeDenomination else {
        throw .chain(.insufficientFee, "fees are paid in \(parameters.ante.feeDenomination), not \(coin.denomination)")
      }
      guard coin.isPositive, let amount = UInt64(coin.amount), amount <= .max - total else {
        throw .chain(.insufficientFee, "fee \(coin.amount)")
      }
      total += amount
    }
    let price = UInt128(parameters.ante.feePerThousandGas) * UInt128(transaction.authentication.gasLimit)
    let least = price / 1_000 + (price % 1_000 == 0 ? 0 : 1)
    guard UInt128(total) >= least else {
      throw .chain(.insufficientFee, "insufficient fees; got: \(total) required: \(least)")
    }
    return total
  }
}
